"""What of an open poll never changes, read once a process: its rule, its roster, from where a device counts."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select
from sqlmodel import Session, col

from deliberation.assemblies.models import Roster, RosterLine
from deliberation.matters.models import Matter
from deliberation.vocabulary import Role
from deliberation.voting.models import Poll
from deliberation.voting.presets import PRESETS
from deliberation.voting.rules import Terms
from deliberation.voting.secrecy_rules import CONFIDENTIAL


@dataclass(frozen=True, slots=True)
class Frozen:
    """What of a poll never changes once it is open, kept by each process. ``lines`` of each person who may vote."""

    id: int
    community_id: int
    opened_at: datetime
    closes_at: datetime | None
    rule: dict[str, Any]
    choices: frozenset[str]
    online: str
    is_changeable: bool
    is_public: bool
    is_confidential: bool
    role: str
    lines: dict[int, tuple[int, ...]]
    meeting_id: int | None = None
    takes_proxies: bool = False

    def terms(self, closed_at: datetime | None) -> Terms:
        return Terms(self.choices, self.online, self.is_changeable, self.closes_at, closed_at)


_MOST_KEPT = 64
_kept: WeakKeyDictionary[Engine, OrderedDict[int, Frozen]] = WeakKeyDictionary()


def read_frozen(session: Session, poll_id: int) -> Frozen:
    """A poll with its roster, as casting asks for it."""
    connection = session.connection()
    poll = connection.execute(
        select(Poll.id, Poll.community_id, Poll.opened_at, Poll.closes_at, Poll.rule, Poll.online, Poll.is_changeable, Poll.roster_id,
               Poll.secrecy, Poll.meeting_id, Poll.preset, Roster.base, Matter.is_public)
        .join(Roster, col(Roster.id) == Poll.roster_id)
        .join(Matter, col(Matter.id) == Poll.matter_id)
        .where(Poll.id == poll_id)
    ).one()  # fmt: skip
    lines: dict[int, list[int]] = {}
    for person_id, line_id in connection.execute(
        select(RosterLine.person_id, RosterLine.id)
        .where(RosterLine.roster_id == poll.roster_id)
        .order_by(RosterLine.number)
    ):
        lines.setdefault(person_id, []).append(line_id)
    return Frozen(
        id=poll.id,
        community_id=poll.community_id,
        opened_at=poll.opened_at,
        closes_at=poll.closes_at,
        rule=poll.rule,
        choices=frozenset(poll.rule["choices"]),
        online=poll.online,
        is_changeable=poll.is_changeable,
        is_public=poll.is_public,
        is_confidential=poll.secrecy == CONFIDENTIAL,
        role=(Role.MEMBER if poll.base == "members" else Role.RESIDENT).value,
        lines={person: tuple(held) for person, held in lines.items()},
        meeting_id=poll.meeting_id,
        takes_proxies=poll.secrecy != CONFIDENTIAL and "proxy" in PRESETS[poll.preset].channels,
    )


def frozen_poll(session: Session, now: datetime, poll_id: int, opened_at: datetime) -> Frozen:
    """The same, kept by this process for as long as the poll is the one that was opened then."""
    engine = session.get_bind()
    kept = _kept.setdefault(engine, OrderedDict())
    poll = kept.get(poll_id)
    if poll is None or poll.opened_at != opened_at:
        poll = read_frozen(session, poll_id)
        if opened_at < now:  # One of this very batch may still be rolled back, and its id given to another.
            kept[poll_id] = poll
        while len(kept) > _MOST_KEPT:
            kept.popitem(last=False)
    return poll
