"""A meeting on a matter that has come to its consultation: everybody acts by name, through the room's own verbs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from sqlmodel import Session

from deliberation.assemblies.models import standing_of
from deliberation.audit.actions import Actor
from deliberation.audit.models import Entry, entries_on
from deliberation.communities.models import Community
from deliberation.identity.models import person
from deliberation.matters.answer_models import said_beside
from deliberation.matters.models import Matter, ReplyOwed, replies_owed
from deliberation.matters.reach import today_in
from deliberation.rooms import appealing, chairing, gauging, minuting, speaking
from deliberation.rooms.actions import Plan, attend, close_room, come_in, open_room, part_of, register_in_hall
from deliberation.rooms.chairing_models import (
    Appeal,
    Intervention,
    appeal,
    appeals_of,
    intervention,
    interventions_of,
)
from deliberation.rooms.limits_rules import Limits
from deliberation.rooms.models import Room, SpeakingTurn, gauge, room, statement, turn, turns_of
from deliberation.rooms.order_rules import queue, waiting_of
from deliberation.rooms.order_rules import speaking as who_speaks
from deliberation.rooms.rules import Part
from tests.matters.story import Story

CHAIR, CLERK = "王秀英", "林涛"
NEIGHBOUR = "赵敏"


class Meeting:
    """A room on a matter in a database; its clock is the story's."""

    def __init__(self, url: str, *, limits: Limits | None = None, procedure: str = "six_steps", decider: str = "hall"):
        self.story = Story(url, procedure=procedure, stage="consultation")
        # A meeting is held when the days of its notice are over; earlier minutes could not close the step.
        self.story.wait(days=4)
        self.database = self.story.database
        self.updates: list[dict[str, Any]] = []
        self.database.writer.publish = self.updates.extend
        self.decider = decider
        self.room_id = self.open(limits or Limits())

    @property
    def village(self) -> Any:
        return self.story.village

    @property
    def topic(self) -> str:
        return f"matter/{self.story.matter_id}"

    def open(self, limits: Limits) -> int:
        def verb(session: Session, now: Any) -> int:
            matter = session.get(Matter, self.story.matter_id)
            plan = Plan("村道怎么修", limits, 60, self.decider)
            made = open_room(session, now, matter=matter, plan=plan, actor=Actor("chair", self.village[CHAIR]))
            attend(session, now, room=made, person_id=self.village[CHAIR])
            return made.id

        return self.database.change(verb)

    # --- acting by name

    def do(self, name: str, verb: Callable[[Session, Any, Room, Part], Any], *, after: float = 5) -> Any:
        """One act of somebody, some seconds later."""
        self.story.now += timedelta(seconds=after)

        def errand(session: Session, now: Any) -> Any:
            here = room(session, self.room_id)
            return verb(session, now, here, self.part(session, name))

        return self.database.change(errand)

    def part(self, session: Session, name: str) -> Part:
        here = room(session, self.room_id)
        place = session.get(Community, here.community_id)
        who = self.village[name] if name else None
        return part_of(session, here, standing_of(session, who, place, today_in(place, self.story.now)))

    def look(self, question: Callable[[Session], Any]) -> Any:
        with self.database.read() as session:
            return question(session)

    def come_in(self, name: str) -> None:
        self.do(name, lambda session, now, here, part: come_in(session, now, room=here, part=part))

    def register(self, name: str, by: str = CLERK) -> None:
        def verb(session: Session, now: Any, here: Room, part: Part) -> None:
            register_in_hall(session, now, room=here, person=person(session, self.village[name]), part=part)

        self.do(by, verb)

    def ask(self, name: str, *, by: str = "", position: str = "", kind: str = "speech", after: float = 5) -> int:
        def verb(session: Session, now: Any, here: Room, part: Part) -> int:
            who, wish = self.village[name], speaking.Wish(kind, position)
            return speaking.ask_turn(session, now, room=here, person_id=who, part=part, wish=wish).id

        return self.do(by or name, verb, after=after)

    def turn_verb(self, verb: Callable[..., Any], turn_id: int, by: str, after: float = 5) -> None:
        def errand(session: Session, now: Any, here: Room, part: Part) -> None:
            verb(session, now, room=here, turn=turn(session, turn_id), part=part)

        self.do(by, errand, after=after)

    def give(self, turn_id: int, by: str = CHAIR, reason: str = "") -> None:
        self.turn_verb(partial(speaking.give_turn, reason=reason), turn_id, by)

    def extend(self, turn_id: int, by: str = CHAIR, reason: str = "还没讲完") -> int:
        return self.intervene(chairing.extend_turn, turn_id, by, reason)

    def intervene(
        self, verb: Callable[..., Any], turn_id: int, by: str = CHAIR, reason: str = "请对着议题讲", **facts: Any
    ) -> int:
        """One of the chair's verbs about a turn, with its reason; the id of the newest intervention."""
        self.turn_verb(partial(verb, reason=reason, **facts), turn_id, by)
        return self.interventions[-1].id

    def rule(self, turn_id: int, ruling: str = "uphold", by: str = CHAIR) -> int:
        return self.intervene(chairing.rule_point, turn_id, by, ruling=ruling)

    def hide(self, said_id: int, reason: str = "骂人", by: str = CHAIR) -> int:
        def verb(session: Session, now: Any, here: Room, part: Part) -> None:
            meant = statement(session, said_id)
            chairing.hide_statement(session, now, room=here, said=meant, reason=reason, part=part)

        self.do(by, verb)
        return self.interventions[-1].id

    def hand_over(self, to: str, by: str = CHAIR, reason: str = "我要对这件事发言") -> None:
        def verb(session: Session, now: Any, here: Room, part: Part) -> None:
            heir = person(session, self.village[to])
            chairing.hand_over(session, now, room=here, person=heir, reason=reason, part=part)

        self.do(by, verb)

    def appeal(self, name: str, against_id: int, body: str = "我没有跑题") -> int:
        def verb(session: Session, now: Any, here: Room, part: Part) -> int:
            against = intervention(session, against_id)
            return appealing.raise_appeal(session, now, room=here, against=against, body=body, part=part).id

        return self.do(name, verb)

    def hand(self, name: str, appeal_id: int, *, overturns: bool = True) -> None:
        def verb(session: Session, now: Any, here: Room, part: Part) -> None:
            meant = appeal(session, appeal_id)
            appealing.mark_appeal(session, now, room=here, appeal=meant, overturns=overturns, part=part)

        self.do(name, verb)

    def settle(self, appeal_id: int, hands: tuple[int, int] = (0, 0), by: str = CLERK, after: float = 61) -> None:
        def verb(session: Session, now: Any, here: Room, part: Part) -> None:
            meant = appeal(session, appeal_id)
            appealing.settle_appeal(session, now, room=here, appeal=meant, hands=hands, part=part)

        self.do(by, verb, after=after)

    def decide(self, appeal_id: int, outcome: str, by: str, reason: str = "看过记录") -> None:
        def verb(session: Session, now: Any, here: Room, part: Part) -> None:
            decision = appealing.Decision(outcome, reason=reason)
            meant = appeal(session, appeal_id)
            appealing.decide_appeal(session, now, room=here, appeal=meant, decision=decision, part=part)

        self.do(by, verb)

    def end(self, turn_id: int, by: str = CHAIR, after: float = 5) -> None:
        self.turn_verb(speaking.end_turn, turn_id, by, after)

    def withdraw(self, turn_id: int, by: str) -> None:
        self.turn_verb(speaking.withdraw_turn, turn_id, by)

    def say(self, name: str, body: str, position: str = "") -> int:
        def verb(session: Session, now: Any, here: Room, part: Part) -> int:
            return speaking.make_statement(session, now, room=here, body=body, position=position, part=part).id

        return self.do(name, verb)

    def note(self, turn_id: int, body: str, by: str = CLERK) -> int:
        def verb(session: Session, now: Any, here: Room, part: Part) -> int:
            meant = turn(session, turn_id)
            return speaking.note_statement(session, now, room=here, turn=meant, body=body, position="", part=part).id

        return self.do(by, verb)

    def gauge(self, question: str = "行不行？", options: tuple[str, ...] = ("行", "不行"), by: str = CHAIR) -> int:
        def verb(session: Session, now: Any, here: Room, part: Part) -> int:
            asked = gauging.Asked(question, options)
            return gauging.open_gauge(session, now, room=here, asked=asked, part=part).id

        return self.do(by, verb)

    def mark(self, name: str, gauge_id: int, option: int) -> None:
        def verb(session: Session, now: Any, here: Room, part: Part) -> None:
            gauging.mark_gauge(session, now, room=here, gauge=gauge(session, gauge_id), option=option, part=part)

        self.do(name, verb)

    def close_gauge(self, gauge_id: int, by: str = CHAIR) -> None:
        def verb(session: Session, now: Any, here: Room, part: Part) -> None:
            gauging.close_gauge(session, now, room=here, gauge=gauge(session, gauge_id), part=part)

        self.do(by, verb)

    def release(self, gauge_id: int, by: str = CHAIR) -> None:
        def verb(session: Session, now: Any, here: Room, part: Part) -> None:
            gauging.release_gauge(session, now, room=here, gauge=gauge(session, gauge_id), part=part)

        self.do(by, verb)

    def close(self, by: str = CHAIR) -> None:
        self.do(by, lambda session, now, here, part: close_room(session, now, room=here, part=part))

    def file(self, body: str = "纪要", outcome: str = "", by: str = CHAIR) -> int:
        def verb(session: Session, now: Any, here: Room, part: Part) -> int:
            place = session.get(Community, here.community_id)
            roles = standing_of(session, self.village[by], place, today_in(place, now)).roles
            wording = minuting.Wording("第1次协商会议纪要", body, outcome)
            return minuting.file_minutes(session, now, room=here, wording=wording, part=part, roles=roles).id

        return self.do(by, verb)

    # --- looking

    @property
    def turns(self) -> list[SpeakingTurn]:
        return self.look(lambda session: turns_of(session, self.room_id))

    @property
    def interventions(self) -> list[Intervention]:
        return self.look(lambda session: interventions_of(session, self.room_id))

    @property
    def appeals(self) -> list[Appeal]:
        return self.look(lambda session: appeals_of(session, self.room_id))

    @property
    def speaking(self) -> SpeakingTurn | None:
        return who_speaks(self.turns)

    def waiting(self, name: str, kind: str = "speech") -> SpeakingTurn | None:
        return waiting_of(self.turns, self.village[name], kind)

    def in_order(self) -> list[int]:
        """Ids of the turns that wait, the next first."""
        return [turn.id for turn in queue(self.turns)]

    @property
    def room(self) -> Room:
        return self.look(lambda session: room(session, self.room_id))

    @property
    def entries(self) -> list[Entry]:
        return self.look(lambda session: entries_on(session, self.topic))

    @property
    def owed(self) -> list[ReplyOwed]:
        return self.look(lambda session: replies_owed(session, self.story.matter_id))

    def owed_to(self, name: str) -> list[str]:
        """What is shown beside each answer that somebody is owed or was given, a saying a line."""
        mine = [each.id for each in self.owed if each.person_id == self.village[name]]
        said = self.look(lambda session: said_beside(session, mine))
        return [said[id] for id in mine]

    def acts(self) -> list[str]:
        """The acts of the room's own kind in the log, in order."""
        own = ("room.", "turn.", "statement.", "appeal.", "gauge.", "minutes.")
        return [entry.act for entry in self.entries if entry.act.startswith(own)]

    def heard(self) -> set[str]:
        """Fragments announced on the room's topic since the last time this was asked."""
        told = {one["fragment"] for one in self.updates if one.get("topic") == f"room/{self.room_id}"}
        self.updates.clear()
        return told
