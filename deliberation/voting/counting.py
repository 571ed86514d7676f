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
from deliberation.voting.attendance import present_lines
from deliberation.voting.choice_rules import decode
from deliberation.voting.count_join import hands_key, named_ballots
from deliberation.voting.models import Ballot, Poll
from deliberation.voting.tally import tally_json
from deliberation.voting.tally_document import SCHEMA
from deliberation.voting.tally_result import area_text

_LINES = (
    select(RosterLine.number, RosterLine.id, RosterLine.person_id, RosterLine.heads, RosterLine.household,
           RosterLine.owner, RosterLine.area)
    .where(RosterLine.roster_id == bindparam("roster"))
    .order_by(col(RosterLine.number))
)  # fmt: skip
_BALLOTS = (
    select(Ballot.line_id, Ballot.choice, Ballot.channel)
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
    """What was counted, what came out, and the digest that the closing entry binds."""

    poll_id: int
    frame: Frame
    document: dict[str, Any]
    result: dict[str, Any]
    sha256: str


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
    ballots = _from_devices(session, poll, frame) + named_ballots(session, poll, frame.people, frame.lines)
    return {
        "schema": SCHEMA,
        "rule": poll.rule,
        "roster": frame.lines,
        "present": present_lines(session, poll, frame.lines, frame.people, ballots),
        "ballots": ballots,
    } | hands_key(session, poll)


def _from_devices(session: Session, poll: Poll, frame: Frame) -> list[dict[str, Any]]:
    rows = select_many(session, _BALLOTS, poll=poll.id)
    said = {choice: decode(choice) for choice in {row[1] for row in rows}}
    numbers = frame.numbers
    return [{"member": numbers[line], "choice": said[choice], "channel": channel} for line, choice, channel in rows]


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
        if ahead is not None and document == ahead.document:
            return ahead
        return Counted(poll.id, frame, document, tally_json(document), digest(document))
