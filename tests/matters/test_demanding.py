"""Demands of a meeting: counted on a frozen roster, each person once, and the convenor's clock."""

from __future__ import annotations

import pytest
from sqlmodel import select

from deliberation.assemblies.freezing import freeze_roster
from deliberation.audit.actions import Actor
from deliberation.audit.models import Entry
from deliberation.communities.models import community
from deliberation.matters.demanding import answer_demand, raise_demand, sign_demand, signers
from deliberation.matters.demands import share
from deliberation.matters.models import Clock, Demand
from deliberation.matters.verification import checks
from deliberation.refusal import Refused
from tests.matters.story import Story


def raised(story: Story, by: str = "李强") -> int:
    """A demand for the representatives' meeting by a fifth of its members, raised by one of them; its id."""
    wanted = share("village_representatives")

    def verb(session, now) -> int:
        place, actor = community(session, story.village.id), Actor("representative", story.village[by])
        roster = freeze_roster(
            session,
            now,
            community=place,
            body="villagers_representatives",
            base="members",
            subject="demand/x",
            title=wanted.title,
            actor=actor,
        )
        made = raise_demand(
            session,
            now,
            community=place,
            share=wanted,
            roster_id=roster.id,
            title="开会议路",
            reason="拖了半年",
            actor=actor,
        )
        return made.id  # fmt: skip

    return story.database.change(verb)


def on_roster(story: Story, id: int) -> list[int]:
    from deliberation.assemblies.models import roster_lines

    with story.database.read() as session:
        return [line.person_id for line in roster_lines(session, session.get(Demand, id).roster_id)]


def sign(story: Story, id: int, person_id: int) -> None:
    story.database.change(
        lambda session, now: sign_demand(
            session, now, demand=session.get(Demand, id), actor=Actor("representative", person_id)
        )
    )


def test_whoever_raises_it_has_signed_and_the_share_is_counted_in_whole_people(story):
    id = raised(story)
    with story.database.read() as session:
        demand = session.get(Demand, id)
        assert signers(session, id) == [story.village["李强"]]
    assert demand.base == len(on_roster(story, id))
    assert demand.needed == -(-demand.base // 5)


def test_reaching_the_share_obliges_the_convenor_with_a_clock_that_the_answer_stops(story):
    id = raised(story)
    for person_id in on_roster(story, id):
        if person_id != story.village["李强"]:
            with story.database.read() as session:
                if session.get(Demand, id).reached_at is not None:
                    break
            sign(story, id, person_id)
    with story.database.read() as session:
        demand = session.get(Demand, id)
        clock = session.exec(select(Clock).where(Clock.subject == f"demand/{id}")).one()
    assert demand.reached_at is not None
    assert (clock.kind, clock.owner, clock.source) == ("convene", "居（村）民委员会", demand.source)
    story.database.change(
        lambda session, now: answer_demand(
            session, now, demand=session.get(Demand, id), answer="12月5日晚七点在村部开会。", actor=Actor("chair", 1)
        )
    )
    with story.database.read() as session:
        assert session.exec(select(Clock)).one().stopped_at is not None
        acts = [act for act in session.exec(select(Entry.act)) if act.startswith("demand.")]
        assert acts[0] == "demand.raised" and acts[-1] == "demand.answered" and "demand.reached" in acts
        assert [fault for check in checks for fault in check.run(session) if fault] == []
    with pytest.raises(Refused, match="已经答复"):
        story.database.change(
            lambda session, now: answer_demand(
                session, now, demand=session.get(Demand, id), answer="再答", actor=Actor("chair", 1)
            )
        )


def test_nobody_signs_twice_nor_without_standing_on_the_roster(story):
    id = raised(story)
    with pytest.raises(Refused, match="每人只计一次"):
        sign(story, id, story.village["李强"])
    with pytest.raises(Refused, match="不在"):
        sign(story, id, story.village["赵敏"])


def test_the_convenor_is_not_asked_before_the_share_is_reached(story):
    id = raised(story)
    with story.database.read() as session:
        if session.get(Demand, id).needed == 1:
            return
    with pytest.raises(Refused, match="还没有达到"):
        story.database.change(
            lambda session, now: answer_demand(
                session, now, demand=session.get(Demand, id), answer="开", actor=Actor("chair", 1)
            )
        )
