"""One text through four bodies: a change after any of them is caught, costs what the procedure says, and is shown."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from deliberation.matters.agreed import agreed, changed
from deliberation.matters.engine import possible_acts
from deliberation.matters.returning import cost_of_change, return_matter
from deliberation.refusal import Refused
from tests.matters.story import Story

CHAIN = ("proposal", "two_committees", "party_members", "resolution")


@pytest.fixture
def story(database_url: str) -> Iterator[Story]:
    made = Story(database_url)
    yield made
    made.database.close()


def begun(story: Story, *, merged: bool = False) -> Story:
    story.begin("village_four_two", by="王秀英")
    if merged:
        story.say_that("secretary_chairs")
        story.choose("proposal", "merged")
    return story


def reasons(story: Story, act: str) -> list[str]:
    facts = story.facts
    return [no.reason for one in possible_acts(facts) if one.act == act for no in one.refusals]


def test_one_unchanged_text_goes_through_all_four(story: Story) -> None:
    begun(story).go_to("disclosure")
    found = agreed(story.facts)
    assert [one.step for one in found if one.by_poll] == ["two_committees", "party_members", "resolution"]
    assert {one.plan for one in found} == {1} and changed(story.facts) is None
    assert not [one for one in story.documents() if one.kind == "return"]


@pytest.mark.parametrize("where", ["consultation", "party_members", "resolution"])
def test_a_text_changed_after_the_two_committees_goes_back_to_them(story: Story, where: str) -> None:
    begun(story).go_to(where)
    cost = cost_of_change(story.facts)
    assert cost.to.id == "two_committees" and cost.source.startswith("本地设置")
    assert [step.id for step, _one in cost.anew] == (
        ["two_committees", "party_members"] if where == "resolution" else ["two_committees"]
    )
    story.plan("路面宽5米。", "村民要求加宽")
    assert changed(story.facts).plan == 1
    if where != "consultation":
        assert any("须退回" in one for one in reasons(story, "open_poll"))
    back(story)
    assert story.stage == "two_committees"
    paper = story.documents()[-1]
    assert (paper.kind, paper.outcome, paper.step, paper.body) == ("return", "changed", where, "加宽半米，重新商议。")
    assert paper.facts["agreed"] == 1 and paper.facts["plan"] == 2
    story.go_to("disclosure")
    assert {one.plan for one in agreed(story.facts)} == {2}, "all three agreed again, to the changed text"


def back(story: Story) -> None:
    actor = story.actor("王秀英")
    story.do(lambda s, m: return_matter(s, story.now, matter=m, reason="加宽半米，重新商议。", actor=actor))


def test_nothing_goes_back_whose_text_is_unchanged(story: Story) -> None:
    begun(story).go_to("party_members")
    with pytest.raises(Refused, match="文本没有改动"):
        back(story)
    assert story.stage == "party_members"


def test_the_text_stays_once_a_poll_is_open_at_the_present_step(story: Story) -> None:
    begun(story).go_to("party_members")
    while "close_poll" not in {one.act for one in possible_acts(story.facts)}:
        story.take_next()
    with pytest.raises(Refused, match="表决已经打开"):
        story.plan("路面宽5米。", "加宽")


def test_after_going_back_a_consultation_once_held_may_be_passed_by_with_a_reason(story: Story) -> None:
    begun(story).go_to("consultation")
    assert "skip_step" not in {one.act for one in possible_acts(story.facts)}, "the first time it has to be held"
    with pytest.raises(Refused, match="不能省略"):
        story.issue("waiver", body="不开了。")
    story.go_to("party_members")
    story.plan("路面宽5米。", "加宽")
    back(story)
    story.go_to("consultation")
    story.issue("waiver", body="改动就是上次协商的结果。")
    assert story.stage == "party_members"


@pytest.mark.parametrize(("failing", "to"), [("proposal", "closed"), ("two_committees", "proposal"),
                                             ("party_members", "two_committees"), ("resolution", "consultation")])  # fmt: skip
def test_failing_at_each_of_the_four_leads_where_the_procedure_says(story: Story, failing: str, to: str) -> None:
    begun(story).go_to(failing)
    story.fail()
    assert story.stage == to
    if to != "closed":
        story.go_to("disclosure")
        found = [one.step for one in agreed(story.facts) if one.by_poll]
        assert found[-3:] == ["two_committees", "party_members", "resolution"]
        assert len(set(found)) == len(found), "each agreement of the last run, once"


def test_a_merged_first_step_agrees_for_the_second_too_and_needs_the_plan(story: Story) -> None:
    begun(story, merged=True)
    assert "还没有方案文本：交付表决的是方案，不是当初的提议" in reasons(story, "open_poll")
    story.go_to("party_members")
    by_poll = [one for one in agreed(story.facts) if one.by_poll]
    assert [(one.step, one.plan) for one in by_poll] == [("proposal", 1), ("two_committees", 1)]
    assert by_poll[0].at == by_poll[1].at, "one meeting, one poll"
    story.plan("路面宽5米。", "加宽")
    back(story)
    assert story.stage == "two_committees", "taken on its own now"
    story.go_to("disclosure")


def test_an_announced_plan_cannot_be_changed_without_announcing_again(story: Story) -> None:
    story.begin("owners_ordinary", by="王秀英").go_to("resolution")
    assert cost_of_change(story.facts).to.id == "vote_notice"
    story.plan("电梯改在北侧。", "业主要求")
    assert any("须退回" in one for one in reasons(story, "open_poll"))
    back(story)
    assert story.stage == "vote_notice"
    story.go_to("disclosure")
