"""Paper and hands as they enter the count: sheets with their readings, the ballots and hands of a tally document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, select

from deliberation.voting import tally_terms
from deliberation.voting.box_models import choices_in_box, participants
from deliberation.voting.choice_rules import counted_as
from deliberation.voting.count_models import (
    Handed,
    PaperBatch,
    PaperSheet,
    Reading,
    Settlement,
    hands_counts,
    rows_of,
)
from deliberation.voting.count_rules import Hands, Sheet
from deliberation.voting.election_proxies import holder_of
from deliberation.voting.election_rules import takes_proxies
from deliberation.voting.models import Ballot, Poll
from deliberation.voting.paper_rules import ASIDE, HANDS, shown_code
from deliberation.voting.secrecy_rules import NAMED
from deliberation.voting.tally_terms import Line

THIRD = 3
"""The place of a third person's numbers in a round of hands."""


def sheets_of(session: Session, poll_id: int) -> list[Sheet]:
    """Every sheet of a poll with what was read on it and what a third person decided, in the order of the piles."""
    batches = {batch.id: batch for batch in rows_of(session, PaperBatch, poll_id)}
    readings: dict[int, dict[int, str]] = {}
    for reading in rows_of(session, Reading, poll_id):
        readings.setdefault(reading.sheet_id, {})[reading.reader_id] = reading.choice
    settled = {each.sheet_id: each.choice for each in rows_of(session, Settlement, poll_id)}
    rows = sorted(rows_of(session, PaperSheet, poll_id), key=lambda row: (batches[row.batch_id].number, row.number))
    return [_sheet(row, batches[row.batch_id], readings.get(row.id, {}), settled.get(row.id)) for row in rows]


def _sheet(row: PaperSheet, batch: PaperBatch, readings: dict[int, str], settled: str | None) -> Sheet:
    name = shown_code(row.code) if row.code else f"{batch.code}-{row.number}"
    return Sheet(row.id, name, row.person_id, readings, settled, batch.kind)


def hands_of(session: Session, poll_id: int) -> Hands | None:
    """The latest round of hands by number."""
    counts = hands_counts(session, poll_id)
    if not counts:
        return None
    last = [each for each in counts if each.round == counts[-1].round]
    settled = next((each.figures for each in last if each.place == THIRD), None)
    return Hands(last[0].round, tuple((each.counter_id, each.figures) for each in last if each.place < THIRD), settled)


def out_people(session: Session, poll_id: int) -> set[int]:
    """Persons who hold paper, or have put it into the box."""
    found = select(Handed.person_id).where(Handed.poll_id == poll_id, Handed.is_out, Handed.channel == "paper")
    return set(session.exec(found).all())


def holds_paper(session: Session, poll_id: int, person_id: int) -> bool:
    """Whether this person holds paper, has put it into the box, or raised a hand by name."""
    tick = session.get(Handed, (poll_id, person_id))
    return tick is not None and tick.is_out


def at_desk(session: Session, poll: Poll, person_id: int | None) -> dict[str, Any] | None:
    """How somebody votes at the desk and whether it was counted; None of whom it says nothing.

    Of a poll whose ballots name nobody, nobody knows which sheet is whose, nor whether they put one into the box.
    """
    tick = session.get(Handed, (poll.id, person_id)) if person_id is not None else None
    if tick is None or not tick.is_out:
        return None
    is_named = poll.secrecy == NAMED
    sheets = counted_sheets(session, poll.id) if poll.closed_at is not None and is_named else []
    is_counted = any(sheet.person_id == person_id for sheet in sheets)
    holder = holder_of(session, poll, person_id) if takes_proxies(poll.preset) else ""
    return {"channel": tick.channel, "is_named": is_named, "is_counted": is_counted, "holder": holder}


def counted_people(session: Session, poll: Poll) -> set[int]:
    """Whose ballots a sealed poll counts, as far as they have names; whoever pocketed a named sheet is none of them."""
    if poll.secrecy != NAMED:
        return participants(session, poll.id)
    cast = set(session.exec(select(Ballot.person_id).where(Ballot.poll_id == poll.id)).all())
    return cast | {sheet.person_id for sheet in counted_sheets(session, poll.id) if sheet.person_id is not None}


def counted_sheets(session: Session, poll_id: int) -> list[Sheet]:
    """Sheets with a choice that counts."""
    return [sheet for sheet in sheets_of(session, poll_id) if sheet.choice not in (None, ASIDE)]


def named_ballots(session: Session, poll: Poll, people: list[int], lines: Sequence[Line]) -> list[tally_terms.Ballot]:
    """The ballots of named sheets and of hands by name, for every line of their person (``people``, in step)."""
    sheets = [sheet for sheet in counted_sheets(session, poll.id) if sheet.person_id is not None]
    if not sheets:
        return []
    numbers: dict[int, list[str]] = {}
    for who, line in zip(people, lines, strict=True):
        numbers.setdefault(who, []).append(line.id)
    return [
        tally_terms.Ballot(number, counted_as(sheet.choice), "hands" if sheet.kind == HANDS else "paper")
        for sheet in sheets
        for number in numbers.get(sheet.person_id, ())
    ]


def choices_without_names(session: Session, poll: Poll) -> list[str]:
    """All choices of a poll whose ballots name nobody, from devices and from paper, sorted together."""
    on_paper = [sheet.choice for sheet in counted_sheets(session, poll.id) if sheet.person_id is None]
    return sorted(choices_in_box(session, poll.id) + on_paper)


def raised_hands(session: Session, poll: Poll) -> tally_terms.Hands | None:
    """The key ``hands`` of a tally document, if hands were counted by number and two people agree."""
    hands = hands_of(session, poll.id)
    return tally_terms.Hands(**hands.figures) if hands is not None and hands.figures is not None else None
