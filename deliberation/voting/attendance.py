"""Who of a roster is counted as present at a poll (domain.md 0): there when it opened, or later and then voting."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from deliberation.voting.models import Poll, late_people, present_people
from deliberation.voting.tally_terms import Line, TallyDocument


def present_lines(session: Session, poll: Poll, people: Sequence[int], document: TallyDocument) -> tuple[str, ...]:
    """The ids of the lines that a tally document names as present; ``people`` whose the lines are.

    Whoever came after the ballot was opened is named only with a ballot of theirs, or one that they cast for another.
    """
    here = present_people(session, poll.id)
    if not here:
        return ()
    late = late_people(session, poll.id)
    voting = _voting(document) if late else frozenset()
    return tuple(
        line.id
        for line, person in zip(document.roster, people, strict=True)
        if person in here and (person not in late or line.id in voting)
    )


def _voting(document: TallyDocument) -> set[str | None]:
    """Whose ballots there are and by whose hand; where these name nobody, who took one."""
    named = {name for ballot in document.ballots for name in (ballot.member, ballot.cast_by)}
    return named.union(document.participated)


def holder_lines(lines: Sequence[Line], people: Sequence[int], holders: set[int]) -> dict[int, str]:
    """By whose hand: the first line of each holder of a proxy. Who is on no line has a name that is nobody's number."""
    known: dict[int, str] = {}
    for line, person in zip(lines, people, strict=True):
        if person in holders:
            known.setdefault(person, line.id)
    strangers = sorted(holders - known.keys())
    return known | {person: f"holder-{number}" for number, person in enumerate(strangers, 1)}
