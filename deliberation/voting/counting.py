"""From the tables to a tally document, its digest and its result.

A poll of a whole town is counted inside the writer, where everybody waits: rows are read as plain tuples, and what a
count ahead of the closing has found is taken over if not one word of what is counted has changed since.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from deliberation.assemblies.models import RosterLine
from deliberation.audit.canonical import canonical
from deliberation.bulk import select_many
from deliberation.collecting import no_collecting
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _
from deliberation.voting.attendance import holder_lines, present_lines
from deliberation.voting.box_models import participants
from deliberation.voting.choice_rules import decode
from deliberation.voting.count_join import choices_without_names, hands_key, named_ballots
from deliberation.voting.edition_rules import edition
from deliberation.voting.models import Ballot, Poll
from deliberation.voting.published import few_beside_earlier
from deliberation.voting.secrecy_rules import CONFIDENTIAL, NAMED
from deliberation.voting.sentences import LOCALES, result_in_words
from deliberation.voting.tally import tally
from deliberation.voting.tally_checks import TallyRefused
from deliberation.voting.tally_document import SCHEMA, read_tally_document
from deliberation.voting.tally_result import area_text, result_as_json

_LINES = (
    select(RosterLine.number, RosterLine.id, RosterLine.person_id, RosterLine.heads, RosterLine.household,
           RosterLine.owner, RosterLine.area)
    .where(RosterLine.roster_id == bindparam("roster"))
    .order_by(col(RosterLine.number))
)  # fmt: skip
_BALLOTS = (
    select(Ballot.line_id, Ballot.choice, Ballot.channel, Ballot.cast_by_id)
    .where(Ballot.poll_id == bindparam("poll"))
    .order_by(col(Ballot.id))
)


@dataclass(frozen=True, slots=True)
class Frame:
    """The frozen roster of a poll as a count needs it: the same however often the poll is counted.

    ``lines`` as the tally document has them, ``people`` whose they are, ``numbers`` by the ids of their rows.
    """

    lines: list[dict[str, Any]]
    people: list[int]
    numbers: dict[int, str]


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, what came out, the digest that the closing entry binds, and what may be published of it.

    ``few`` and ``published`` as in ``edition_rules``.
    """

    poll_id: int
    frame: Frame
    document: dict[str, Any]
    result: dict[str, Any]
    sha256: str
    few: int = 0
    published: dict[str, Any] | None = None


def frame_of(session: Session, poll: Poll) -> Frame:
    rows = select_many(session, _LINES, roster=poll.roster_id)
    numbers = {line_id: str(number) for number, line_id, *_rest in rows}
    return Frame([_line(*row) for row in rows], [row[2] for row in rows], numbers)


def _line(
    number: int, _line_id: int, _person: int, heads: int, household: str, owner: str, area: int | None
) -> dict[str, Any]:
    written: dict[str, Any] = {"id": str(number), "heads": heads}
    if household:
        written["household"] = household
    if owner:
        written["owner"] = owner
    if area is not None:
        written["area"] = area_text(area)
    return written


def tally_document(session: Session, poll: Poll, frame: Frame | None = None) -> dict[str, Any]:
    """What is counted, as ``deliberation/tally-1`` of the contracts. Members are the numbers of the roster's lines."""
    frame = frame or frame_of(session, poll)
    ballots = box_document(session, poll, frame) if poll.secrecy != NAMED else _named(session, poll, frame)
    return {
        "schema": SCHEMA,
        "rule": poll.rule,
        "roster": frame.lines,
        "present": present_lines(session, poll, frame.lines, frame.people, _who_cast(ballots)),
    } | ballots


def _named(session: Session, poll: Poll, frame: Frame) -> dict[str, Any]:
    """The ballots of every channel, and the hands that were counted by number."""
    on_paper = named_ballots(session, poll, frame.people, frame.lines)
    return {"ballots": _from_devices(session, poll, frame) + on_paper} | hands_key(session, poll)


def _who_cast(ballots: dict[str, Any]) -> list[dict[str, Any]]:
    """Whose ballots there are; where these name nobody, who took one."""
    if "participated" in ballots:
        return [{"member": line} for line in ballots["participated"]]
    return ballots["ballots"]


def _from_devices(session: Session, poll: Poll, frame: Frame) -> list[dict[str, Any]]:
    rows = select_many(session, _BALLOTS, poll=poll.id)
    said = {choice: decode(choice) for choice in {row[1] for row in rows}}
    numbers = frame.numbers
    holders = {row[3] for row in rows} - {None}
    lines = holder_lines(frame.lines, frame.people, holders) if holders else {}
    return [
        {"member": numbers[line], "choice": said[choice], "channel": channel}
        | ({} if by is None else {"cast_by": lines[by]})
        for line, choice, channel, by in rows
    ]


def digest(document: dict[str, Any]) -> str:
    """SHA-256 of the canonical document, hex: what the closing entry binds."""
    return hashlib.sha256(canonical(document)).hexdigest()


def count(session: Session, poll: Poll, ahead: Counted | None = None) -> Counted:
    """Count a poll as it stands. ``ahead``: a count of the same poll from before, taken over if it still is the count."""
    if ahead is not None and ahead.poll_id != poll.id:
        raise ValueError(f"a count of poll {ahead.poll_id} says nothing of poll {poll.id}")
    with no_collecting():
        frame = ahead.frame if ahead else frame_of(session, poll)
        document = tally_document(session, poll, frame)
        few = few_beside_earlier(session, poll)
        if ahead is not None and (document, few) == (ahead.document, ahead.few):
            return ahead
        read = read_tally_document(document)
        result = tally(read)
        written = result_as_json(result, {locale: result_in_words(result, locale) for locale in LOCALES})
        published = edition(read, result, written, few)
        return Counted(poll.id, frame, document, written, digest(document), few, published)


def count_or_refuse(session: Session, poll: Poll, ahead: Counted | None = None) -> Counted:
    """The same for whoever closes the poll. Raises Refused where what lies there cannot be counted."""
    try:
        return count(session, poll, ahead)
    except TallyRefused as no:
        raise Refused(
            Refusal(_("现在的票合不起来：{why}"), {"why": str(no)}, remedy=_("请核对到会登记、发票登记和举手人数"))
        ) from no


def box_document(session: Session, poll: Poll, frame: Frame) -> dict[str, Any]:
    """Of a vote whose ballots name nobody (a booth's count as confidential ones do): who took one, and the choices sorted."""
    took = participants(session, poll.id)
    return {
        "secrecy": CONFIDENTIAL,
        "participated": [line["id"] for line, who in zip(frame.lines, frame.people, strict=True) if who in took],
        "ballots": [{"choice": decode(choice)} for choice in choices_without_names(session, poll)],
    }
