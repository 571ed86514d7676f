"""What the papers of a poll say, gathered from the tables: facts, roll lines, choices without persons."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from deliberation.assemblies.models import Roster, RosterLine
from deliberation.audit.models import Entry
from deliberation.audit.note import BadNote, parse_checkpoint
from deliberation.audit.published import Published
from deliberation.audit.reading import data_of
from deliberation.communities.models import Community, ancestors
from deliberation.identity.models import appointed_in, names_of
from deliberation.matters.ruling_models import rulings_on
from deliberation.matters.ruling_rules import STATES
from deliberation.vocabulary import Act, Role
from deliberation.voting.count_join import sheets_of
from deliberation.voting.count_models import CountSeal, rows_of
from deliberation.voting.counting import tally_document
from deliberation.voting.desk import absent_sheets
from deliberation.voting.models import Poll, roll, shown_result
from deliberation.voting.result_papers import Facts
from deliberation.voting.roll_papers import RollLine
from deliberation.voting.tally_result import area_text


@dataclass(frozen=True)
class Site:
    """Where the papers lead to: the site's address, and the folder in which the logs are published."""

    address: str
    log_folder: Path


def facts_of_poll(session: Session, poll: Poll, place: Community, site: Site, *, is_public: bool) -> Facts:
    """Everything but the ballots; for the public only what may be shown of the result."""
    roster, closing = session.get(Roster, poll.roster_id), closing_entry(session, poll)
    return Facts(
        number=poll.id,
        place=place.name,
        body=roster.title,
        question=poll.question,
        version=poll.plan_number,
        text_sha256=poll.text_sha256,
        source=poll.source,
        rule=poll.rule,
        result=shown_result(poll) if is_public else poll.result,
        secrecy=poll.secrecy,
        opened_at=poll.opened_at.astimezone(place.zone),
        closed_at=poll.closed_at.astimezone(place.zone),
        address=f"{site.address}/polls/{poll.id}",
        lines=len(session.exec(select(RosterLine.id).where(RosterLine.roster_id == poll.roster_id)).all()),
        roster_root=roster.root,
        entry=closing.index if closing else None,
        commitment=_commitment(closing),
        checkpoint=checkpoint_of(site.log_folder / str(poll.community_id)),
        counters=counters_of(session, poll, place),
        channels=channels_of(session, poll),
        settled=settled_of(session, poll),
        absent=len(absent_sheets(session, poll.id)),
        rulings=rulings_of(session, poll),
    )


def closing_entry(session: Session, poll: Poll) -> Entry | None:
    """The entry by which the poll was closed."""
    found = select(Entry).where(Entry.object == f"poll/{poll.id}", Entry.act == Act.POLL_CLOSED.value)
    return session.exec(found.where(Entry.community_id == poll.community_id)).first()


def _commitment(closing: Entry | None) -> str:
    """The salted commitment to the tally document, as the entry has it."""
    said = (data_of(closing.body) if closing else None) or {}
    commitments = said.get("commit")
    return str(commitments.get("tally", "")) if isinstance(commitments, dict) else ""


def checkpoint_of(folder: Path) -> tuple[int, str] | None:
    """Size and root (hex) of a log as it is published; None before the first checkpoint."""
    try:
        note = Published(folder).note()
        head = parse_checkpoint(note.split("\n\n")[0] + "\n") if note else None
    except BadNote:
        return None
    return (head.size, head.root.hex()) if head else None


def counters_of(session: Session, poll: Poll, place: Community) -> tuple[str, ...]:
    """The two who sealed the count; where nothing was sealed, those appointed to count on that day, here or above."""
    if seals := sorted(rows_of(session, CountSeal, poll.id), key=lambda seal: seal.place):
        names_by_id = names_of(session, {seal.counter_id for seal in seals})
        return tuple(names_by_id[seal.counter_id] for seal in seals)
    at = poll.closed_at
    day, names = at.astimezone(place.zone).date(), []
    for community in (place, *ancestors(session, place)):
        names += [
            person.name
            for appointed, person in appointed_in(session, community.id, day)
            if appointed.role == Role.COUNTER
        ]
    return tuple(dict.fromkeys(names))


def channels_of(session: Session, poll: Poll) -> tuple[tuple[str, int], ...]:
    """How many ballots came each way."""
    ballots = tally_document(session, poll)["ballots"]
    return tuple(sorted(Counter(ballot["channel"] for ballot in ballots if ballot.get("channel")).items()))


def rulings_of(session: Session, poll: Poll) -> tuple[tuple[str, str, date, str], ...]:
    """What became of the resolution of a poll, oldest first."""
    rows = rulings_on(session, poll.resolution_id) if poll.resolution_id else []
    return tuple((STATES[each.state], each.authority, each.ruled_on, each.source) for each in rows)


def settled_of(session: Session, poll: Poll) -> tuple[int, int]:
    """Sheets that a third person settled, and those of them on which they found what neither counter read."""
    settled = [sheet for sheet in sheets_of(session, poll.id) if sheet.settled is not None]
    return len(settled), sum(sheet.is_settled_otherwise for sheet in settled)


def roll_of(session: Session, poll: Poll) -> tuple[RollLine, ...]:
    """Every line of the roster with what was counted for it, or why nothing was."""
    document = tally_document(session, poll)
    aside = {each["ballot"]: each["reason"] for each in poll.result["set_aside"]}
    counted: dict[str, dict[str, Any]] = {}
    reasons: dict[str, str] = {}
    for position, ballot in enumerate(document["ballots"], 1):
        if position in aside:
            reasons[ballot["member"]] = aside[position]
        else:
            counted[ballot["member"]] = ballot
    lines = roll(session, poll)
    names = names_of(session, {line.person_id for line in lines})
    whose = {str(line.number): names[line.person_id] for line in lines}
    return tuple(_line(line, whose, counted.get(str(line.number)), reasons.get(str(line.number), "")) for line in lines)


def _line(line: Any, whose: dict[str, str], ballot: dict[str, Any] | None, reason: str) -> RollLine:
    return RollLine(
        number=line.number,
        name=whose[str(line.number)],
        label=line.label,
        area=area_text(line.area) if line.area is not None else "",
        household=line.household,
        choice=ballot["choice"] if ballot else "",
        channel=ballot.get("channel", "") if ballot else "",
        note=reason,
        holder=whose.get(ballot.get("cast_by", ""), "") if ballot else "",
    )


def choices_of(session: Session, poll: Poll) -> tuple[list[Any], tuple[str, ...]]:
    """Of a confidential vote: the choices sorted, and the names of those who took part, sorted by roster."""
    document = tally_document(session, poll)
    took_part = set(document.get("participated", ()))
    lines = [line for line in roll(session, poll) if str(line.number) in took_part]
    names = names_of(session, {line.person_id for line in lines})
    return [ballot["choice"] for ballot in document["ballots"]], tuple(names[line.person_id] for line in lines)
