"""Who of a roster is counted as present at a poll (domain.md 0): there when it opened, or later and then voting."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlmodel import Session

from deliberation.voting.models import Poll, late_people, present_people


def present_lines(
    session: Session,
    poll: Poll,
    lines: Sequence[dict[str, Any]],
    people: Sequence[int],
    ballots: Iterable[dict[str, Any]],
) -> list[str]:
    """The ids of the lines that a tally document names as present; ``people`` whose the lines are.

    Whoever came after the ballot was opened is named only with a ballot of theirs, or one that they cast for another.
    """
    here, late = present_people(session, poll.id), late_people(session, poll.id)
    if not late:
        return [line["id"] for line, person in zip(lines, people, strict=True) if person in here]
    voting = {name for ballot in ballots for name in (ballot.get("member"), ballot.get("cast_by")) if name}
    return [
        line["id"]
        for line, person in zip(lines, people, strict=True)
        if person in here and (person not in late or line["id"] in voting)
    ]


def holder_lines(lines: Sequence[dict[str, Any]], people: Sequence[int], holders: set[int]) -> dict[int, str]:
    """By whose hand: the first line of each holder of a proxy. Who is on no line has a name that is nobody's number."""
    known: dict[int, str] = {}
    for line, person in zip(lines, people, strict=True):
        if person in holders:
            known.setdefault(person, line["id"])
    strangers = sorted(holders - known.keys())
    return known | {person: f"holder-{number}" for number, person in enumerate(strangers, 1)}
