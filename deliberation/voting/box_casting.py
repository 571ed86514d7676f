"""Taking a ballot and putting it into the box, within the batch of all ballots that wait (``casting``).

No entry of the log, no key of a form, no hour: whatever is written beside a ballot when it is cast, in whatever table,
leads from one to the other. So the participation itself remembers the form's random key and answers the repeat. Rows of
a batch are written in the order of their own keys. A batch of one still shows in what a database hides (the transaction
of a row, its place in a page, the write-ahead log) until the closing; the sentence on the ballot says so.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import bindparam, select, update
from sqlmodel import Session, col

from deliberation.bulk import insert_many, select_many
from deliberation.voting.box_models import BoxBallot, Participation, taken
from deliberation.voting.models import Poll
from deliberation.voting.receipts import new_code
from deliberation.voting.secrecy_rules import PACE, shown_turnout
from deliberation.voting.turnout import tell_turnout

Place = tuple[int, int]
"""(poll, person)"""


@dataclass(slots=True)
class Box:
    """The confidential polls of one batch: by which form each person took a ballot, and what goes into the box."""

    taken: dict[Place, str] = field(default_factory=dict)
    given: dict[Place, tuple[str, str]] = field(default_factory=dict)

    def has(self, place: Place) -> bool:
        return place in self.taken

    def is_repeat(self, place: Place, form: str) -> bool:
        """Whether this very form was answered already."""
        return bool(form) and self.taken.get(place) == form

    def put(self, place: Place, form: str, choice: str) -> None:
        self.taken[place] = form
        self.given[place] = (form, choice)


_TAKEN = (
    select(Participation.poll_id, Participation.person_id, Participation.form)
    .where(
        col(Participation.poll_id).in_(bindparam("polls", expanding=True)),
        col(Participation.person_id).in_(bindparam("people", expanding=True)),
    )
)  # fmt: skip
_PARTICIPATION = ("poll_id", "person_id", "receipt", "form")
_BALLOT = ("poll_id", "key", "choice")


def read_box(session: Session, polls: Collection[int], people: Collection[int]) -> Box:
    found = select_many(session, _TAKEN, polls=list(polls), people=list(people))
    return Box({(poll, person): form for poll, person, form in found})


def write_box(session: Session, now: datetime, box: Box) -> None:
    """Write what was given, and show the turnout where a step was made."""
    if not box.given:
        return
    people = sorted((poll, person, new_code(), form) for (poll, person), (form, _choice) in box.given.items())
    ballots = sorted((poll, secrets.token_hex(16), choice) for (poll, _who), (_form, choice) in box.given.items())
    insert_many(session, Participation.__table__, _PARTICIPATION, people)
    insert_many(session, BoxBallot.__table__, _BALLOT, ballots)
    for poll_id in sorted({poll for poll, _person in box.given}):
        _show_turnout(session, now, poll_id)


def _show_turnout(session: Session, now: datetime, poll_id: int) -> None:
    """Steps are made at most once a minute and kept in the poll, so that no page, asked however often, shows more."""
    poll = Poll.__table__.c
    asked = select(poll.shown_cast, poll.shown_at, poll.opened_at, poll.meeting_id)
    found = session.execute(asked.where(poll.id == poll_id)).one()
    since = found.shown_at or found.opened_at
    if now - since < PACE:
        return
    shown = shown_turnout(found.shown_cast, since, taken(session, poll_id), now)
    if shown != found.shown_cast:
        session.execute(update(Poll.__table__).where(poll.id == poll_id).values(shown_cast=shown, shown_at=now))
        tell_turnout(session, poll_id, found.meeting_id)
