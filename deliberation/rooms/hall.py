"""What a room shows: one gathering for the page and for the wire, so that a page kept open is the page opened anew."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlmodel import Session

from deliberation.communities.models import Community
from deliberation.identity.models import names_of
from deliberation.live import Scene
from deliberation.matters.models import Matter
from deliberation.rooms.chairing_models import (
    Appeal,
    Handover,
    Intervention,
    appeals_of,
    handovers_of,
    hands_of,
    interventions_of,
)
from deliberation.rooms.chairing_rules import DECIDERS, FINISH
from deliberation.rooms.content_models import FileShown, files_in, gone_in, replies_in
from deliberation.rooms.gauge_view import gauge_lines, shown_gauge
from deliberation.rooms.limits_rules import WARN_SECONDS
from deliberation.rooms.lines import (
    SIDES,
    Around,
    Deed,
    Said,
    appeal_line,
    decision_line,
    deed_of,
    deeds,
    line_said,
    order_of,
    withdrawals,
)
from deliberation.rooms.models import (
    Attendance,
    Came,
    Gauge,
    Room,
    SpeakingTurn,
    Statement,
    attendance_of,
    capacities_of,
    gauges_of,
    room,
    statements_of,
    who_came,
)
from deliberation.rooms.order_rules import (
    KINDS,
    SPEECH,
    ends_at,
    heard_since,
    interrupted,
    is_waiting,
    queue,
    seconds_left,
    speaking,
    times_given,
)
from deliberation.rooms.questions_view import called_up, questions_shown
from deliberation.rooms.rules import POSITIONS
from deliberation.rooms.seating import Seats, gone_among, seats_of, turns_in, unheard
from deliberation.rooms.unseated import UNSEATED, unseated_in, unseatings
from deliberation.shown import clock

MOST_SHOWN = 60
"""Of those who came, so many stand on the page by name, those who came first."""


@dataclass(frozen=True)
class Speaker:
    """Somebody who speaks or waits: as what, with which position, for which time."""

    turn_id: int
    name: str
    capacity: str
    position: str
    kind: str
    time: int
    what: str = ""
    """程序动议, 插话 or 补足发言; empty for a speech."""


@dataclass(frozen=True)
class AppealShown:
    """An appeal: what it is against, what it says, the hands so far, and how it was decided."""

    id: int
    against: Deed
    line: Deed
    decision: Deed | None
    sustain: int
    overturn: int


class Hall:
    """One room at one instant, read piece by piece as a fragment asks for it."""

    def __init__(self, session: Session, room: Room, now: datetime, present: tuple[int, ...] = ()):
        self.session, self.room, self.now, self.present = session, room, now, present
        self._names: dict[int, str] = {}
        self._capacities: dict[int, str] = {}

    @cached_property
    def matter(self) -> Matter:
        return self.session.get(Matter, self.room.matter_id)

    @cached_property
    def community(self) -> Community:
        return self.session.get(Community, self.room.community_id)

    @cached_property
    def turns(self) -> list[SpeakingTurn]:
        return turns_in(self.session, self.room, self.now)

    @cached_property
    def attended(self) -> list[Attendance]:
        return attendance_of(self.session, self.room.id)

    @cached_property
    def gauges(self) -> list[Gauge]:
        return gauges_of(self.session, self.room.id)

    @cached_property
    def interventions(self) -> list[Intervention]:
        return interventions_of(self.session, self.room.id)

    @cached_property
    def appealed(self) -> list[Appeal]:
        return appeals_of(self.session, self.room.id)

    @cached_property
    def statements(self) -> list[Statement]:
        return statements_of(self.session, self.room.id)

    @cached_property
    def handovers(self) -> list[Handover]:
        return handovers_of(self.session, self.room.id)

    @cached_property
    def came(self) -> Came:
        return who_came(self.session, self.room.id)

    def know(self, people: Iterable[int | None]) -> None:
        """Read names and capacities of these at one go: thousands may be there of whom few have a part in a fragment."""
        wanted = {each for each in people if each is not None} - self._names.keys()
        if wanted:
            self._capacities |= capacities_of(self.session, self.room.id, wanted)
            self._names |= dict.fromkeys(wanted, "") | names_of(self.session, wanted)

    def name(self, id: int | None) -> str:
        if id is None:
            return ""
        if id not in self._names:
            self.know({id, *(each.person_id for each in self.turns)})
        return self._names[id]

    def capacity(self, id: int) -> str:
        """As what somebody came; empty for who did not."""
        self.name(id)
        return self._capacities.get(id, "")

    # --- the fragments, each with what it needs and nothing more

    def state(self) -> dict[str, Any]:
        # How many lost their seat changes what each of them can do: whoever missed it fetches their own elements anew.
        unseated = len(unseated_in(self.session, self.room))
        return {
            "room": self.room, "matter": self.matter, "tz": self.community.timezone, "now": self.now,
            "unseated": unseated,
        }  # fmt: skip

    def speaker(self) -> dict[str, Any]:
        turn, held = speaking(self.turns), interrupted(self.turns)
        total = turn.allotted_seconds + turn.extended_seconds if turn else 0
        return {
            "room": self.room,
            "now": self.now,
            "speaker": self.speaker_of(turn) if turn else None,
            "until": ends_at(turn, self.turns) if turn else None,
            "total": total,
            "warn": WARN_SECONDS if total > WARN_SECONDS else 0,
            "held": self.speaker_of(held) if held else None,
            "held_left": clock(seconds_left(held, self.turns, self.now)) if held else "",
            "tz": self.community.timezone,
            "kept": self._kept(turn),
        }

    def _kept(self, current: SpeakingTurn | None) -> tuple[str, str]:
        """What the clerk did last on the chair's behalf, as long as nothing was done since: the act, and whose name."""
        if current is not None:
            return ("given", self.name(current.given_by_id)) if current.given_by_id else ("", "")
        last = max(
            (each for each in self.turns if each.ended_at), key=lambda each: (each.ended_at, each.id), default=None
        )
        return ("ended", self.name(last.ended_by_id)) if last and last.ended_by_id and self.room.is_open else ("", "")

    def queue(self) -> dict[str, Any]:
        return {
            "room": self.room,
            "waiting": [self.speaker_of(turn) for turn in queue(self.turns)],
            "limits": self.room.limits,
        }

    def feed(self) -> dict[str, Any]:
        self.know(id for each in self.statements for id in (each.person_id, each.typed_by_id))
        said = {each.id: each for each in self.statements}
        replies, files = replies_in(self.session, self.room.id), files_in(self.session, self.room.id)
        lines = [self.line_of(each, said.get(replies.get(each.id)), files.get(each.id, ())) for each in said.values()]
        done = deeds(self.interventions, self.appealed, self.handovers, self.name)
        done += withdrawals(self.statements, self.name)
        done += unseatings(self.session, self.room)
        lines = sorted([*self._acts(), *done, *lines], key=lambda line: line.seq)
        return {"lines": lines, "room": self.room, "limits": self.room.limits, "tz": self.community.timezone}

    def gone(self) -> dict[str, Any]:
        """How many statements are hidden or withdrawn."""
        return dict(zip(("hidden", "withdrawn"), gone_in(self.statements), strict=True))

    def gauge(self) -> dict[str, Any]:
        came, last = self.came, self.gauges[-1] if self.gauges else None
        asked, lost = came.counted - {self.room.chair_id}, self.seats.out_of(last)
        return shown_gauge(self.session, last, came=len(came.ids - self.seats.lost), asked=asked, lost=lost)

    @cached_property
    def unseated(self) -> frozenset[int]:
        """Whose invitation was withdrawn since the room was opened."""
        return frozenset(each.person_id for each in unseated_in(self.session, self.room))

    @cached_property
    def seats(self) -> Seats:
        return seats_of(self.session, self.room, self.now)

    def presence(self) -> dict[str, Any]:
        """Everybody in numbers, and the first of them by name: a list of thousands would go to thousands each second."""
        here = set(self.present) if self.room.is_open else set()
        first = attendance_of(self.session, self.room.id, MOST_SHOWN)
        self.know(each.person_id for each in first)
        gone = gone_among(self.session, self.room, {each.person_id for each in first}, self.now)
        people = [
            (self.name(id), self._came_as(one), id in here, one.counts and id not in gone)
            for one, id in ((each, each.person_id) for each in first)
        ]
        return {"people": people, "came": len(self.came.ids), "online": len(here & self.came.ids)}

    def _came_as(self, each: Attendance) -> str:
        return UNSEATED if each.person_id in self.unseated else each.capacity

    def appeals(self) -> dict[str, Any]:
        """Who presides, how often they intervened, and each appeal with the hands so far."""
        done = {each.id: each for each in self.interventions}
        did = {each.id: done[each.intervention_id].by_id for each in self.appealed}
        out = {each.id: unheard(self.room, self.came, self.seats, each, did[each.id]) for each in self.appealed}
        shown = [
            AppealShown(
                each.id,
                deed_of(done[each.intervention_id], self.name),
                appeal_line(each, self.name),
                decision_line(each) if each.outcome else None,
                *((each.sustain, each.overturn) if each.outcome else hands_of(self.session, each.id, out[each.id])),
            )
            for each in self.appealed
        ]
        return {
            "room": self.room,
            "chair": self.name(self.room.chair_id),
            "kept": sum(bool(each.given_by_id) + bool(each.ended_by_id) for each in self.turns),
            "interventions": sum(each.kind != FINISH for each in self.interventions),
            "appeals": shown,
            "decider": DECIDERS[self.room.decider],
        }

    def wall(self) -> dict[str, Any]:
        return (
            self.state()
            | self.speaker()
            | self.queue()
            | self.gauge()
            | {
                "asked": called_up(self),
                "came": len(self.came.ids - self.seats.lost),
                "asking": self._is_asking(),
                "told": self._is_told(),
            }
        )

    def _is_asking(self) -> bool:
        """Whether the wall belongs to the gauge: while it is open, and afterwards until the next speaks."""
        last = self.gauges[-1] if self.gauges and self.room.is_open else None
        return last is not None and (last.is_open or speaking(self.turns) is None)

    def _is_told(self) -> bool:
        """Whether a result keeps half of the wall: it was released, and since then only who speaks now has spoken."""
        released = self.gauges[-1].released_at if self.gauges and self.room.is_open else None
        return released is not None and heard_since(self.turns, released) == 1 and speaking(self.turns) is not None

    # --- their pieces

    def speaker_of(self, turn: SpeakingTurn) -> Speaker:
        before = times_given(self.turns, turn.person_id, turn.kind)
        return Speaker(
            turn_id=turn.id,
            name=self.name(turn.person_id),
            capacity=self.capacity(turn.person_id),
            position=POSITIONS.get(turn.position, ""),
            kind=SIDES.get(turn.position, ""),
            time=before + 1 if is_waiting(turn) else before,
            what="" if turn.kind == SPEECH else KINDS[turn.kind],
        )

    def line_of(self, said: Statement, to: Statement | None = None, files: tuple[FileShown, ...] = ()) -> Said:
        who, capacity = self.name(said.person_id), self.capacity(said.person_id)
        replied = (to.id, self.name(to.person_id)) if to else (0, "")
        return line_said(self.session, said, Around(who, capacity, self.name(said.typed_by_id), *replied, files))

    def _acts(self) -> list[Said]:
        room = self.room
        opened_by = self.handovers[0].from_id if self.handovers else room.chair_id
        found = [Said("opened", order_of(room.opened_at), room.opened_at, "opened", who=self.name(opened_by))]
        for each in self.gauges:
            found += gauge_lines(self.session, each)
        if room.closed_at:
            found.append(Said("closed", order_of(room.closed_at), room.closed_at, "closed"))
        return found


def hall_of(scene: Scene) -> Hall:
    """The room that an update is about (``room/3``)."""
    return Hall(scene.session, room(scene.session, int(scene.subject.split("/")[1])), scene.now, scene.present)


PARTS = {
    "state": Hall.state, "speaker": Hall.speaker, "turns": Hall.queue, "feed": Hall.feed, "gauge": Hall.gauge,
    "presence": Hall.presence, "appeals": Hall.appeals, "gone": Hall.gone, "questions": questions_shown,
    "wall": Hall.wall,
}  # fmt: skip
"""Live fragments ``rooms/_<name>.html`` and what gathers their values."""
LIVE = ("state", "speaker", "queue", "said", "gauge-now", "presence", "appeals", "gone", "questions-now", "plan")
"""Ids of the elements of the room's page that are live."""
