"""Proxies in a batch of ballots: which ones stand, whose ballot is cast, and what the giver's own ballot ends."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import bindparam, or_, select, update
from sqlmodel import Session, col

from deliberation.audit.actions import Actor, PendingEntry
from deliberation.bulk import select_many
from deliberation.vocabulary import Act
from deliberation.voting.meeting_models import Proxy


class Held(NamedTuple):
    """A proxy that nobody has revoked."""

    id: int
    giver_id: int
    holder_id: int
    poll_id: int | None
    meeting_id: int | None

    def serves(self, poll_id: int, meeting_id: int | None) -> bool:
        """Whether it was given for this poll, or for the meeting in which the poll is held."""
        return self.poll_id == poll_id or (self.meeting_id is not None and self.meeting_id == meeting_id)


_STANDING = (
    select(Proxy.id, Proxy.giver_id, Proxy.holder_id, Proxy.poll_id, Proxy.meeting_id)
    .where(
        col(Proxy.revoked_at).is_(None),
        or_(
            col(Proxy.poll_id).in_(bindparam("polls", expanding=True)),
            col(Proxy.meeting_id).in_(bindparam("meetings", expanding=True)),
        ),
        or_(
            col(Proxy.id).in_(bindparam("proxies", expanding=True)),
            col(Proxy.giver_id).in_(bindparam("people", expanding=True)),
        ),
    )
    .order_by(col(Proxy.id))
)  # fmt: skip
_NOTHING = [0]
"""No row has this id: a list that is empty would find nothing at all."""


def standing(
    session: Session, polls: Iterable[tuple[int, int | None]], proxies: Iterable[int], people: Iterable[int]
) -> dict[int, Held]:
    """The proxies that a batch uses, and those that its voters have given; ``polls`` with their meetings. One read.

    Asked after the polls were locked: a revocation locks them too, so it is before or after the batch.
    """
    pairs = list(polls)
    found = select_many(
        session,
        _STANDING,
        polls=[poll for poll, _meeting in pairs] or _NOTHING,
        meetings=[meeting for _poll, meeting in pairs if meeting is not None] or _NOTHING,
        proxies=sorted(set(proxies)) or _NOTHING,
        people=sorted(set(people)) or _NOTHING,
    )
    return {row[0]: Held._make(row) for row in found}


_REVOKE = (
    update(Proxy.__table__)
    .where(Proxy.__table__.c.id == bindparam("of_proxy"))
    .values(revoked_at=bindparam("at"), revoked_by_id=bindparam("by"))
)
Place = tuple[int, int]
"""A poll and the person whose ballot it is."""


@dataclass(slots=True)
class Deeds:
    """The proxies of one batch: ``held`` those that stand, ``by`` who cast which ballot for another, ``ended`` in it."""

    held: dict[int, Held] = field(default_factory=dict)
    by: dict[Place, int | None] = field(default_factory=dict)
    ended: list[Held] = field(default_factory=list)

    def of(self, proxy_id: int, holder_id: int, poll_id: int, meeting_id: int | None) -> Held | None:
        """The proxy by which this person may cast in this poll."""
        one = self.held.get(proxy_id)
        return one if one and one.holder_id == holder_id and one.serves(poll_id, meeting_id) else None

    def how(self, place: Place) -> tuple[str, int | None]:
        """The channel of a ballot, and who cast it for its voter."""
        by = self.by.get(place)
        return ("online" if by is None else "proxy"), by

    def put(self, place: Place, holder_id: int | None) -> None:
        if holder_id is not None or place in self.by:
            self.by[place] = holder_id

    def end(self, giver_id: int, poll_id: int, meeting_id: int | None) -> list[Held]:
        """Who votes in person has ended what they gave: the holder finds it gone, in this batch and in every later one."""
        mine = [one for one in self.held.values() if one.giver_id == giver_id and one.serves(poll_id, meeting_id)]
        self.ended += [self.held.pop(one.id) for one in mine]
        return mine

    def write(self, session: Session, now: datetime) -> None:
        """Who casts in person has taken the proxy back (民法典 173)."""
        if self.ended:
            rows = [{"of_proxy": one.id, "at": now, "by": one.giver_id} for one in self.ended]
            session.connection().execute(_REVOKE, rows)


def ending_entry(community_id: int, one: Held, role: str) -> PendingEntry:
    """The entry of a proxy that its giver ended by voting; it names neither of the two."""
    subject = scope_of(one)
    secrets = {
        "giver": (f"person/{one.giver_id}", one.giver_id),
        "holder": (f"person/{one.holder_id}", one.holder_id),
    }
    data = {"proxy": one.id, "by_vote": 1}
    return PendingEntry(community_id, Act.PROXY_REVOKED.value, subject, subject, Actor(role), data, secrets)


def scope_of(one: Held | Proxy) -> str:
    return f"poll/{one.poll_id}" if one.poll_id is not None else f"meeting/{one.meeting_id}"
