"""What a room shows: one gathering for the page and for the wire, so that a page kept open is the page opened anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlmodel import Session

from deliberation.communities.models import Community
from deliberation.identity.models import names_of
from deliberation.live import Scene
from deliberation.matters.models import Matter
from deliberation.rooms.models import (
    Attendance,
    Gauge,
    Room,
    SpeakingTurn,
    Statement,
    Told,
    attendance_of,
    gauges_of,
    mark_counts,
    room,
    statement_told,
    statements_of,
    turns_of,
)
from deliberation.rooms.rules import GAUGE_OPTIONS, POSITIONS, ends_at, is_waiting, queue, speaking, times_given

KINDS = {"for": "for", "against": "against", "conditional": "ask", "question": "ask"}
"""Which shape stands before a position's word."""
FILLS = ("yes", "soft", "some", "no")
"""How the bars of the usual four answers look; other answers are all alike."""


@dataclass(frozen=True)
class Speaker:
    """Somebody who speaks or waits: as what, with which position, for which time."""

    turn_id: int
    name: str
    capacity: str
    position: str
    kind: str
    time: int


@dataclass(frozen=True)
class Said:
    """One line of the running minutes. ``seq`` orders lines: microseconds since 1970. ``key`` is its element's id."""

    key: str
    seq: int
    at: datetime
    what: str
    who: str = ""
    capacity: str = ""
    position: str = ""
    kind: str = ""
    body: str = ""
    clerk: str = ""
    is_written: bool = False


@dataclass(frozen=True)
class Bar:
    """One answer of a gauge: its count, and its share of the longest in ten-thousandths."""

    words: str
    count: int
    share: int
    fill: str


class Hall:
    """One room at one instant, read piece by piece as a fragment asks for it."""

    def __init__(self, session: Session, room: Room, now: datetime, present: tuple[int, ...] = ()):
        self.session, self.room, self.now, self.present = session, room, now, present
        self._names: dict[int, str] = {}

    @cached_property
    def matter(self) -> Matter:
        return self.session.get(Matter, self.room.matter_id)

    @cached_property
    def community(self) -> Community:
        return self.session.get(Community, self.room.community_id)

    @cached_property
    def turns(self) -> list[SpeakingTurn]:
        return turns_of(self.session, self.room.id)

    @cached_property
    def attended(self) -> list[Attendance]:
        return attendance_of(self.session, self.room.id)

    @cached_property
    def capacities(self) -> dict[int, str]:
        return {each.person_id: each.capacity for each in self.attended}

    @cached_property
    def gauges(self) -> list[Gauge]:
        return gauges_of(self.session, self.room.id)

    def name(self, id: int | None) -> str:
        if id is None:
            return ""
        if id not in self._names:
            wanted = {id} | {each.person_id for each in self.turns} | {each.person_id for each in self.attended}
            self._names |= names_of(self.session, wanted - self._names.keys())
        return self._names.get(id, "")

    # --- the fragments, each with what it needs and nothing more

    def state(self) -> dict[str, Any]:
        return {"room": self.room, "matter": self.matter, "tz": self.community.timezone, "now": self.now}

    def speaker(self) -> dict[str, Any]:
        turn = speaking(self.turns)
        total = self.room.turn_seconds + (turn.extended_seconds if turn else 0)
        return {
            "room": self.room,
            "now": self.now,
            "speaker": self.speaker_of(turn) if turn else None,
            "until": ends_at(turn, self.room.limits) if turn else None,
            "total": total,
        }

    def queue(self) -> dict[str, Any]:
        return {
            "room": self.room,
            "waiting": [self.speaker_of(turn) for turn in queue(self.turns)],
            "limits": self.room.limits,
        }

    def feed(self) -> dict[str, Any]:
        lines = [self.line_of(each) for each in statements_of(self.session, self.room.id)]
        lines = sorted([*self._acts(), *lines], key=lambda line: line.seq)
        return {"lines": lines, "room": self.room, "limits": self.room.limits, "tz": self.community.timezone}

    def gauge(self) -> dict[str, Any]:
        if not self.gauges:
            return {"gauge": None, "bars": [], "answered": 0, "attended": len(self.attended)}
        gauge = self.gauges[-1]
        bars = bars_of(gauge, mark_counts(self.session, gauge))
        return {
            "gauge": gauge,
            "bars": bars,
            "answered": sum(bar.count for bar in bars),
            "attended": len(self.attended),
        }

    def presence(self) -> dict[str, Any]:
        here = set(self.present) if self.room.is_open else set()
        people = [(self.name(each.person_id), each.capacity, each.person_id in here) for each in self.attended]
        return {"people": people, "online": sum(online for _, _, online in people)}

    def wall(self) -> dict[str, Any]:
        return self.state() | self.speaker() | self.queue() | self.gauge()

    # --- their pieces

    def speaker_of(self, turn: SpeakingTurn) -> Speaker:
        before = times_given(self.turns, turn.person_id)
        return Speaker(
            turn_id=turn.id,
            name=self.name(turn.person_id),
            capacity=self.capacities.get(turn.person_id, ""),
            position=POSITIONS.get(turn.position, ""),
            kind=KINDS.get(turn.position, ""),
            time=before + 1 if is_waiting(turn) else before,
        )

    def line_of(self, said: Statement) -> Said:
        capacity = self.capacities.get(said.person_id, "")
        return line_said(said, self.name(said.person_id), capacity, self.name(said.typed_by_id))

    def _acts(self) -> list[Said]:
        room = self.room
        found = [Said("opened", _order(room.opened_at), room.opened_at, "opened", who=self.name(room.chair_id))]
        for each in self.gauges:
            found.append(
                Said(
                    f"gauge-{each.id}-opened",
                    _order(each.opened_at),
                    each.opened_at,
                    "gauge_opened",
                    body=each.question,
                )
            )
            if each.closed_at:
                found.append(
                    Said(
                        f"gauge-{each.id}-closed",
                        _order(each.closed_at),
                        each.closed_at,
                        "gauge_closed",
                        body=each.question,
                    )
                )
        if room.closed_at:
            found.append(Said("closed", _order(room.closed_at), room.closed_at, "closed"))
        return found


def line_said(said: Statement | Told, who: str, capacity: str, clerk: str) -> Said:
    return Said(
        key=f"statement-{said.id}",
        seq=_order(said.at),
        at=said.at,
        what="statement",
        who=who,
        capacity=capacity,
        position=POSITIONS.get(said.position, ""),
        kind=KINDS.get(said.position, ""),
        body=said.body,
        clerk=clerk,
        is_written=said.turn_id is None,
    )


def _order(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def bars_of(gauge: Gauge, counts: list[int]) -> list[Bar]:
    """The answers with their counts; the longest bar is the whole width."""
    most = max(counts, default=0)
    usual = tuple(gauge.options) == GAUGE_OPTIONS
    return [
        Bar(words, count, count * 10_000 // most if most else 0, FILLS[place] if usual else "act")
        for place, (words, count) in enumerate(zip(gauge.options, counts, strict=True))
    ]


def hall_of(scene: Scene) -> Hall:
    """The room that an update is about (``room/3``)."""
    return Hall(scene.session, room(scene.session, int(scene.subject.split("/")[1])), scene.now, scene.present)


def statement_scene(scene: Scene) -> dict[str, Any]:
    """One statement, as the running minutes show it."""
    said = statement_told(scene.session, int(scene.subject.split("/")[1]))
    return {"line": line_said(said, said.who, said.capacity or "", said.clerk or ""), "tz": said.timezone}


PARTS = {
    "state": Hall.state, "speaker": Hall.speaker, "turns": Hall.queue, "feed": Hall.feed, "gauge": Hall.gauge,
    "presence": Hall.presence, "wall": Hall.wall,
}  # fmt: skip
"""Live fragments ``rooms/_<name>.html`` and what gathers their values."""
LIVE = ("state", "speaker", "queue", "said", "gauge-now", "presence", "plan")
"""Ids of the elements of the room's page that are live."""
