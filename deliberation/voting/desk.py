"""What stands at the count desk of a poll, gathered for the checklist; its state kept on the matter's proceeding."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, select

from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor, PendingEntry, record_many
from deliberation.audit.canonical import canonical
from deliberation.matters.models import Proceeding
from deliberation.matters.proceedings import settle_proceeding
from deliberation.refusal import Missing, Refusal, refuse_if
from deliberation.vocabulary import Act
from deliberation.voting.count_join import hands_of, out_people, sheets_of
from deliberation.voting.count_models import (
    Handed,
    PaperBatch,
    PaperStock,
    Reading,
    SheetWithdrawal,
    has_paper,
    rows_of,
    seals_of,
)
from deliberation.voting.count_rules import UNREAD, Desk, Sheet, may_close_count
from deliberation.voting.counting import tally_document
from deliberation.voting.models import Ballot, Poll, late_people, locked_poll, present_people
from deliberation.voting.paper_rules import ASIDE, HANDS, NAMED, desk_role, may_at_desk
from deliberation.voting.tally import tally_json
from deliberation.voting.tally_checks import TallyRefused
from deliberation.voting.turnout import tell_turnout


def opened_desk(session: Session, poll_id: int, act: str, standing: Standing) -> tuple[Poll, Actor]:
    """The poll with its row locked, and who acts, if they may do this at its desk now. Raises Missing, Refused."""
    poll = locked_poll(session, poll_id)
    if poll is None:
        raise Missing
    seals = len(seals_of(session, poll.id))
    refuse_if(may_at_desk(act, standing.roles, is_closed=poll.closed_at is not None, seals=seals))
    return poll, Actor(desk_role(act, standing.roles), standing.person_id or None)


Secrets = Mapping[str, tuple[str, int | None]]


def enter(session: Session, act: Act, poll: Poll, actor: Actor, data: Mapping[str, Any], secrets: Secrets) -> None:
    """One entry of the desk: numbers in clear, everything else committed to; each secret names whose it is.

    Of a vote whose ballots name nobody nothing is told: when a ballot was handed out would say who of those in the hall it was.
    """
    subject = f"poll/{poll.id}"
    record_many(session, [PendingEntry(poll.community_id, act.value, subject, subject, actor, data, secrets)])
    if poll.secrecy == NAMED:
        tell_turnout(session, poll.id, poll.meeting_id)


def desk_of(session: Session, poll: Poll) -> Desk:
    """The whole desk. Counts once, so ask for it where it is shown and where the count is sealed, not for each sheet."""
    sheets = sheets_of(session, poll.id)
    ticks = rows_of(session, Handed, poll.id)
    stock = session.get(PaperStock, poll.id)
    measures, refused = _measures(session, poll)
    return Desk(
        printed=sum(batch.size for batch in rows_of(session, PaperBatch, poll.id)),
        given=sum(each.given for each in ticks),
        returned=sum(each.returned for each in ticks),
        spoiled=sum(each.spoiled for each in ticks),
        received=stock.received if stock else None,
        left_over=stock.left_over if stock else None,
        strays=stock.strays if stock else 0,
        not_there=len(absent_sheets(session, poll.id)),
        sheets=sheets,
        hands=hands_of(session, poll.id),
        not_ticked=len(not_ticked(session, poll, sheets)),
        aside_not_ticked=_aside_not_ticked(sheets, ticks, stock),
        twice=len(twice(session, poll, sheets)),
        absent=len(absent(session, poll, sheets)),
        measures=measures,
        refused=refused,
    )


def absent_sheets(session: Session, poll_id: int) -> set[int]:
    """Sheets of which a third person found last that none lies in the box: nobody has read them since."""
    read = {each.sheet_id for each in rows_of(session, Reading, poll_id)}
    return {each.sheet_id for each in rows_of(session, SheetWithdrawal, poll_id) if each.reason} - read


def _measures(session: Session, poll: Poll) -> tuple[dict[str, tuple[Any, Any, Any]], str]:
    """Present, taking part and silent by measure, never what for; or why it cannot be counted as it is."""
    try:
        counts = tally_json(tally_document(session, poll))["counts"]
    except TallyRefused as no:
        return {}, str(no)
    if poll.secrecy != NAMED and poll.closed_at is None:
        return {}, ""  # Turnout is shown in steps only, at the desk as well.
    return {name: (one["present"], one["participating"], one["not_voting"]) for name, one in counts.items()}, ""


def _in_count(sheets: list[Sheet]) -> list[Sheet]:
    return [one for one in sheets if one.person_id is not None and one.state != UNREAD and one.settled != ASIDE]


def not_ticked(session: Session, poll: Poll, sheets: list[Sheet]) -> list[Sheet]:
    out = out_people(session, poll.id)
    return [one for one in _in_count(sheets) if one.kind == NAMED and one.person_id not in out]


def _aside_not_ticked(sheets: list[Sheet], ticks: list[Handed], stock: PaperStock | None) -> int:
    """Sheets of this poll that a third person set aside and nobody ticked: they are missing at the desk as well."""
    aside = [one for one in sheets if one.settled == ASIDE and one.kind != HANDS]
    out = {tick.person_id for tick in ticks if tick.is_out and tick.channel == "paper"}
    if all(one.kind == NAMED for one in aside):
        return sum(one.person_id not in out for one in aside)
    surplus = stock.received - stock.strays - len(out) if stock else 0
    return max(0, min(len(aside), surplus))


def twice(session: Session, poll: Poll, sheets: list[Sheet]) -> set[int]:
    """Persons with a ballot on a device and a sheet or a hand as well, or with two sheets."""
    people = [one.person_id for one in _in_count(sheets)]
    cast = set(session.exec(select(Ballot.person_id).where(Ballot.poll_id == poll.id)).all()) if people else set()
    return {who for who in people if who in cast or people.count(who) > 1}


def absent(session: Session, poll: Poll, sheets: list[Sheet]) -> set[int]:
    """Persons whose sheet is in the box although they were not signed in, where the rule asks for that."""
    if not poll.rule.get("strict_presence"):
        return set()
    return {one.person_id for one in _in_count(sheets) if one.kind != HANDS} - present_people(session, poll.id)


def desk_digest(session: Session, poll_id: int) -> str:
    """SHA-256 of what two counters seal: sheets with their choices, the hands, the numbers of sheets, who was there."""
    sheets, hands, stock = sheets_of(session, poll_id), hands_of(session, poll_id), session.get(PaperStock, poll_id)
    late = late_people(session, poll_id)
    sealed = {
        "present": [[who, int(who in late)] for who in sorted(present_people(session, poll_id))],
        "sheets": [[sheet.name, sheet.choice or ""] for sheet in sheets if sheet.state != UNREAD],
        "hands": dict(hands.figures) if hands and hands.figures else {},
        "stock": [stock.received, stock.left_over, stock.strays] if stock else [],
    }
    return hashlib.sha256(canonical(sealed)).hexdigest()


def note_unsettled(session: Session, now: datetime, poll: Poll) -> None:
    """Keep on the matter's proceeding on how many sheets two people do not yet agree: its rule keeps the poll open."""
    stock = session.get(PaperStock, poll.id)
    desk = Desk(
        received=stock.received if stock else None,
        strays=stock.strays if stock else 0,
        sheets=sheets_of(session, poll.id),
        hands=hands_of(session, poll.id),
    )
    subject = f"poll/{poll.id}"
    known = session.exec(select(Proceeding.unsettled).where(Proceeding.subject == subject)).one()
    if known != desk.unsettled:
        settle_proceeding(session, now, subject=subject, unsettled=desk.unsettled, closes=False)


class SealedFigures(NamedTuple):
    """What a poll with paper would close on: how many people have not voted, and whether the quorum is missed."""

    left: int
    is_short: bool


def sealed_figures(session: Session, poll: Poll) -> SealedFigures | None:
    """Those figures once the count is sealed; None before, without paper, and where turnout is shown in steps only."""
    if poll.secrecy != NAMED or not has_paper(session, poll.id) or counting_refusal(session, poll) is not None:
        return None
    try:
        result = tally_json(tally_document(session, poll))
    except TallyRefused:
        return None
    heads = result["counts"]["heads"]
    return SealedFigures(heads["entitled"] - heads["participating"], result["outcome"] == "no_quorum")


def counting_refusal(session: Session, poll: Poll) -> Refusal | None:
    """Why a poll with paper or hands does not close yet: two counters seal its count before."""
    return may_close_count(has_paper=has_paper(session, poll.id), seals=len(seals_of(session, poll.id)))
