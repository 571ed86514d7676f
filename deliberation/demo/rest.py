"""Having the others vote: a newcomer plays a few of the cast, and nobody should have to play a dozen voters."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation.demo.lift import AGAINST
from deliberation.identity.models import names_of
from deliberation.voting.casting import Cast, cast_ballots
from deliberation.voting.models import Poll, roll, voters_of
from deliberation.voting.result_view import turnout_view
from deliberation.voting.turnout import turnout


@dataclass(frozen=True)
class Voting:
    """How far an open vote is: who has not voted; ``tests`` of the quorum as ``result_view`` says them."""

    poll_id: int
    entitled: int
    waiting: frozenset[int]
    tests: list[dict[str, Any]]


def voting_of(session: Session, poll: Poll) -> Voting:
    view = turnout_view(poll.rule, turnout(session, poll))
    return Voting(poll.id, view["entitled"], frozenset(_waiting(session, poll)), view["tests"])


def _waiting(session: Session, poll: Poll) -> dict[int, None]:
    """Who may vote and has not, in the order of the roster."""
    voted = voters_of(session, poll)
    return dict.fromkeys(line.person_id for line in roll(session, poll) if line.person_id not in voted)


def cast_rest(session: Session, now: datetime, *, poll: Poll, spared: int) -> int:
    """Cast for everybody on the roster who has not voted, as the story has it, but for one; how many. Raises Refused."""
    people = [one for one in _waiting(session, poll) if one != spared]
    names = names_of(session, set(people))
    casts = [Cast(poll.id, person, "no" if names[person] in AGAINST else "yes") for person in people]
    failures = [error for error in cast_ballots(session, now, casts) if error is not None]
    if failures:
        raise failures[0]
    return len(casts)
