"""Demands of a meeting: counted on a frozen roster, each person once, and the convenor's clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlmodel import select

from deliberation.assemblies.freezing import freeze_roster
from deliberation.audit.actions import Actor
from deliberation.audit.models import Entry
from deliberation.communities.models import community
from deliberation.matters.claiming import claim_called, end_claim
from deliberation.matters.convening import answer_demand, order_meeting, stand_of
from deliberation.matters.demanding import raise_demand, sign_demand, signers
from deliberation.matters.demands import share
from deliberation.matters.models import Clock, Demand
from deliberation.matters.verification import checks
from deliberation.refusal import Invalid, Refused
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


def answer(story: Story, id: int, way: str, words: str) -> None:
    story.wait(minutes=1)
    story.database.change(
        lambda session, now: answer_demand(
            session, now, demand=session.get(Demand, id), way=way, words=words, actor=story.actor("王秀英")
        )
    )


def claim(story: Story, id: int, *, days: int) -> None:
    story.wait(minutes=1)
    story.database.change(
        lambda session, now: claim_called(
            session,
            now,
            demand=session.get(Demand, id),
            words="村务栏张贴，逐户送达",
            meeting_on=(now + timedelta(days=days)).date(),
            actor=story.actor("王秀英"),
        )
    )


def reach(story: Story, id: int) -> None:
    """Sign until the share is reached."""
    for person_id in on_roster(story, id):
        with story.database.read() as session:
            if session.get(Demand, id).reached_at is not None:
                return
        if person_id != story.village["李强"]:
            sign(story, id, person_id)


def clock_of(story: Story, id: int) -> Clock:
    with story.database.read() as session:
        return session.exec(select(Clock).where(Clock.subject == f"demand/{id}")).one()


def test_reaching_the_share_obliges_the_convenor_with_a_clock_that_only_a_notice_stops(story):
    id = raised(story)
    reach(story, id)
    with story.database.read() as session:
        demand = session.get(Demand, id)
    clock = clock_of(story, id)
    assert demand.reached_at is not None
    assert (clock.kind, clock.owner, clock.source) == ("convene", "居（村）民委员会", demand.source)
    answer(story, id, "convene", "12月5日晚七点在村部开会。")
    assert clock_of(story, id).stopped_at is None, "who promises still owes the notice"
    with pytest.raises(Refused, match="已经答复"):
        answer(story, id, "refuse", "不开了")
    with pytest.raises(Invalid, match="今天以后"):
        claim(story, id, days=0)
    claim(story, id, days=30)
    clock = clock_of(story, id)
    assert clock.stopped_at is None, "who says that notice was given elsewhere still owes the meeting"
    assert (clock.due_at - story.now).days in (30, 31)
    with story.database.read() as session:
        acts = [act for act in session.exec(select(Entry.act)) if act.startswith("demand.")]
        assert acts[0] == "demand.raised" and "demand.reached" in acts
        assert acts[-2:] == ["demand.answered", "demand.claimed"]
        assert [fault for check in checks for fault in check.run(session) if fault] == []
    with pytest.raises(Refused, match="已经说过"):
        claim(story, id, days=60)
    story.wait(days=32)
    story.database.change(lambda session, now: end_claim(session, now, {"demand": id, "clock": clock.id}))
    assert clock_of(story, id).breached_at is not None, "no meeting was recorded by the day"
    with story.database.read() as session:
        assert stand_of(session, session.get(Demand, id), story.now).is_neglected
        assert [fault for check in checks for fault in check.run(session) if fault] == []
    with pytest.raises(Refused, match="已经说过"):
        claim(story, id, days=60)


@pytest.mark.parametrize("column", ["refusal", "answer", "order_words", "claim"])
def test_what_was_said_on_a_demand_cannot_be_changed_unseen(story, column):
    id = raised(story)
    reach(story, id)
    answer(story, id, "refuse", "这件事已经议过")
    story.wait(days=20)
    official = story.actor("郑伟")
    story.database.change(
        lambda session, now: order_meeting(
            session,
            now,
            demand=session.get(Demand, id),
            words="青府〔2026〕8号",
            due_on=(story.now + timedelta(days=5)).date(),
            actor=official,
        )
    )
    answer(story, id, "convene", "12月20日开会")
    claim(story, id, days=20)

    def forge(session, _now) -> None:
        demand = session.get(Demand, id)
        setattr(demand, column, "别的话")
        session.add(demand)

    with story.database.read() as session:
        assert [fault for check in checks for fault in check.run(session) if fault] == []
    story.database.change(forge)
    with story.database.read() as session:
        faults = [fault for check in checks for fault in check.run(session) if fault]
    assert [fault.subject for fault in faults] == [f"demand/{id}"]


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
        answer(story, id, "convene", "开")
