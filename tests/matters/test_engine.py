"""The engine: every reason on its own, and random walks through every procedure by the acts it offers."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest

from deliberation.matters.engine import CLOSING_ACT, may_choose, may_close, outcomes, possible_acts, waiting_until
from deliberation.matters.facts import Attached, Count, Inspection, Objection, Paper, PollHeld, RoomHeld
from deliberation.matters.procedure import ENDS
from deliberation.matters.shipped import shipped
from tests.matters.world import START, World, closing, facts_of

ALL = sorted(shipped())
VILLAGE, OWNERS, SIX = (shipped()[id] for id in ("village_four_two", "owners_special", "six_steps"))


def at_step(procedure, id, **more):
    """Facts of a matter that has just come to this step, every earlier one having ended well."""
    steps = procedure.steps[: procedure.place(id)]
    papers = tuple(closing(step, START, "submit" if step.exits else "done") for step in steps)
    return facts_of(procedure, papers=papers, **more)


def said(refusals):
    return [
        no.reason.format(**{key: getattr(value, "key", value) for key, value in no.facts.items()}) for no in refusals
    ]


def possible(facts):
    return {one.act: one for one in possible_acts(facts)}


@pytest.mark.parametrize("id", ALL)
def test_random_walks_by_the_acts_on_offer_always_come_to_an_end(id):
    procedure, ends, chance = shipped()[id], set(), Random(id)
    for _walk in range(60):
        merging = "merged" in procedure.first.variants and chance.random() < 0.5
        choices = {"proposal": "merged"} if merging else {}
        world = World(facts_of(procedure, choices=choices, conditions=frozenset({"secretary_chairs"})), chance)
        for _step in range(3000):
            if world.facts.is_ended:
                break
            one_act(world)
        assert world.facts.is_ended, f"stuck at {world.facts.stage}"
        ends.add(world.facts.stage)
    screens = any(step.kind == "screening" for step in procedure.steps)
    assert ends == (set(ENDS) if screens else {"closed"}), "only a gate refuses, and an election has none"


def one_act(world):
    """Some act that is open; if none moves the matter, people help or time passes."""
    acts = [one.act for one in world.open_acts()]
    closers = [act for act in acts if act == CLOSING_ACT[world.facts.step.closes_with]]
    stage = world.facts.stage
    if closers and world.chance.random() < 0.5:
        world.do(closers[0])
        # What closed the step is the paper that the course follows, and the engine allowed it.
        assert world.facts.course.stays[-1].step == stage or world.facts.course.stays[-1].merged_with
    elif acts and world.chance.random() < 0.7:
        world.do(world.chance.choice(acts))
    elif waiting_until(world.facts):
        world.wait()
    else:
        world.help()


@pytest.mark.parametrize("id", ALL)
def test_no_step_can_be_closed_but_the_present_one(id):
    facts = facts_of(shipped()[id])
    for step in facts.procedure.steps[1:]:
        (no,) = may_close(step, facts)
        assert "不能开始" in no.reason


def test_an_ended_matter_offers_nothing_and_says_so():
    facts = replace(at_step(VILLAGE, "screening"), papers=(
        closing(VILLAGE.first, START, "done"), closing(VILLAGE.step("screening"), START, "refused")))  # fmt: skip
    assert possible_acts(facts) == () and outcomes(facts) == () and waiting_until(facts) is None
    (no,) = may_close(VILLAGE.first, facts)
    assert no.late


def test_the_next_step_is_shown_with_the_reason_why_not_yet():
    following = possible_acts(facts_of(SIX))[-1]
    assert (following.act, following.step.id) == ("screen_matter", "screening")
    assert said(following.refusals) == ["“提议”还没有形成议题提议书，“准入审查”不能开始"]


def test_a_notice_is_delivered_to_everybody_before_it_is_given():
    facts = at_step(SIX, "notice")
    assert possible(facts)["issue_notice"].refusal is None
    sent = replace(facts, papers=(*facts.papers, Paper("notice", "notice", START)), deliveries=Count(35, 33))
    assert said(possible(sent)["close_notice"].refusals) == ["应送达35人，已送达33人，还有2人没有送达"]
    assert possible(replace(sent, deliveries=Count(35, 35)))["close_notice"].refusal is None
    assert said(possible(replace(sent, deliveries=Count(0, 0)))["close_notice"].refusals) == ["送达名单是空的"]


def test_an_assembly_needs_ten_whole_days_unless_called_at_short_notice():
    facts = at_step(VILLAGE, "resolution", choices={"resolution": "assembly_adults"})
    assert said(possible(replace(facts, plans=1))["open_poll"].refusals) == ["还没有发出通知"]
    sent = Paper("notice", "resolution", START)
    assert "还没有全部送达" in possible(replace(facts, papers=(*facts.papers, sent)))["open_poll"].refusal.reason
    given = replace(facts, plans=1, papers=(*facts.papers, replace(sent, closed_at=START)))
    (no,) = possible(given)["open_poll"].refusals
    from_when = START.replace(day=13, hour=0)
    assert (no.facts["from_when"], no.source) == (from_when, "村民委员会组织法第二十五条")
    assert waiting_until(given) == from_when
    assert possible(replace(given, now=from_when))["open_poll"].refusal is None
    assert possible(replace(given, now=from_when - timedelta(seconds=1)))["open_poll"].refusal
    short = replace(given, papers=(*facts.papers, replace(sent, closed_at=START, short=True)))
    assert possible(short)["open_poll"].refusal is None
    loose = replace(given, now=START.replace(day=12, hour=0), whole_days_between=False)
    assert possible(loose)["open_poll"].refusal is None


def test_short_notice_helps_nobody_where_the_law_does_not_allow_it():
    facts = at_step(VILLAGE, "party_members", plans=1)
    notice = Paper("notice", "party_members", START, closed_at=START, short=True)
    assert possible(replace(facts, papers=(*facts.papers, notice)))["open_poll"].refusal


def test_owners_vote_fifteen_days_after_a_notice_of_another_step():
    facts = at_step(OWNERS, "resolution")
    (no,) = possible(facts)["open_poll"].refusals
    assert (no.facts["n"], no.source) == (15, "物业管理条例第十四条")
    assert possible(replace(facts, now=START.replace(day=18, hour=0)))["open_poll"].refusal is None


def test_representatives_decide_only_what_was_delegated_to_them():
    facts = at_step(VILLAGE, "resolution", now=START + timedelta(days=9))
    ready = replace(facts, papers=(*facts.papers, Paper("notice", "resolution", START, closed_at=START)))
    assert said(possible(ready)["open_poll"].refusals) == [
        "还没有方案文本：交付表决的是方案，不是当初的提议",
        "缺少村民会议或者居民会议的授权决定",
    ]


def consulted(**more):
    room = RoomHeld("consultation", START + timedelta(days=5), **more)
    return at_step(SIX, "consultation", now=START + timedelta(days=6), rooms=(room,))


def test_a_consultation_ends_when_it_was_held_closed_written_and_confirmed():
    bare = at_step(SIX, "consultation", now=START + timedelta(days=5))
    assert "open_room" in {one.act for one in possible_acts(bare) if not one.refusals}
    assert "还没有开过协商会" in said(may_close(SIX.step("consultation"), bare))
    assert "协商室还没有关闭" in said(may_close(SIX.step("consultation"), consulted()))
    assert "open_room" not in possible(consulted())
    closed = consulted(closed_at=START + timedelta(days=6))
    assert "有1次协商还没有形成会议纪要" in said(may_close(SIX.step("consultation"), closed))
    written = consulted(closed_at=START + timedelta(days=6), minuted=True)
    minuted = replace(written, papers=(*written.papers, Paper("minutes", "consultation", written.now)))
    assert may_close(SIX.step("consultation"), minuted) == ()
    assert outcomes(minuted) == ("submit", "carry_out", "oversee")


def test_a_room_of_an_earlier_round_does_not_count():
    early = RoomHeld("consultation", START - timedelta(days=1), START, minuted=True)
    facts = at_step(SIX, "consultation", now=START + timedelta(days=5), rooms=(early,))
    assert "还没有开过协商会" in said(may_close(SIX.step("consultation"), facts))


def voted(**more):
    opened = START + timedelta(days=20)
    poll = PollHeld("resolution", opened, closes_at=opened + timedelta(days=15), **more)
    return at_step(OWNERS, "resolution", now=opened + timedelta(days=16), polls=(poll,))


def test_a_vote_is_over_when_its_hour_has_come_and_two_counters_agree():
    running = replace(voted(), now=START + timedelta(days=21))
    assert "表决还没有结束，计票没有封票" in said(may_close(OWNERS.step("resolution"), running))
    (no,) = possible(running)["close_poll"].refusals
    assert no.facts["from_when"] == waiting_until(running) == START + timedelta(days=35)
    assert possible(voted())["close_poll"].refusal is None
    assert said(possible(voted(unsettled=2))["close_poll"].refusals) == ["有2张票两名计票人录入不一致"]


@pytest.mark.parametrize(
    ("result", "word", "stage"),
    [("passed", "done", "disclosure"), ("failed", "failed", "consultation"), ("tie", "failed", "consultation"),
     ("no_quorum", "no_quorum", "vote_notice")],
)  # fmt: skip
def test_the_tally_decides_where_the_matter_goes(result, word, stage):
    facts = voted(closed_at=START + timedelta(days=35), outcome=result)
    assert outcomes(facts) == (word,)
    assert may_close(OWNERS.step("resolution"), facts) == ()
    after = replace(facts, papers=(*facts.papers, closing(OWNERS.step("resolution"), facts.now, word)))
    assert after.stage == stage
    (no,) = [no for no in may_close(OWNERS.step("resolution"), facts, "skipped") if "不能这样结束" in no.reason]
    assert no.source


def posted(days, **more):
    facts = at_step(OWNERS, "disclosure", now=START + timedelta(days=days), **more)
    return replace(facts, papers=(*facts.papers, Paper("disclosure", "disclosure", START)))


WITH_PROOF = {
    "attached": (Attached("posting_photo", "disclosure", START), Attached("committee_told", "disclosure", START)),
    "inspections": (Inspection("disclosure", START, "document/0"),),
}


def test_a_posting_stays_up_for_fifteen_full_days():
    step = OWNERS.step("disclosure")
    (no,) = may_close(step, posted(14, **WITH_PROOF))
    assert said([no]) == ["公示须满15日，2026-03-02张贴，从第二天起算，最早可以在2026-03-18 00:00:00+08:00结束"]
    end = START.replace(day=18, hour=0)
    assert may_close(step, replace(posted(0, **WITH_PROOF), now=end - timedelta(seconds=1)))
    assert may_close(step, replace(posted(0, **WITH_PROOF), now=end)) == ()


def test_every_reason_against_closing_a_posting_is_told_at_once():
    objections = (Objection("disclosure", START), Objection("disclosure", START, answered_at=START))
    found = said(may_close(OWNERS.step("disclosure"), posted(3, objections=objections)))
    assert found[0] == "还有1件异议没有答复" and found[1].startswith("公示须满15日")
    assert found[2:] == ["缺少张贴照片", "缺少告知居民委员会的记录", "还没有监督员对这次公示的检查记录"]


def test_a_posting_does_not_end_over_a_dissatisfied_supervisor_until_it_was_put_right_and_looked_at_again():
    step, end = OWNERS.step("disclosure"), START.replace(day=18, hour=0)
    bad = Inspection("disclosure", START, "document/0", satisfied=False)
    facts = replace(posted(0, **WITH_PROOF), now=end)
    refused = replace(facts, inspections=(*facts.inspections, bad))
    assert said(may_close(step, refused)) == ["监督员检查的结论是不满意，还没有整改后复查满意的记录"]
    assert possible(refused)["close_disclosure"].refusal.remedy == "先整改，再请监督员检查一次"
    again = replace(bad, at=START + timedelta(hours=1), satisfied=True)
    assert may_close(step, replace(facts, inspections=(bad, again))) == ()


def test_an_inspection_counts_only_for_what_was_inspected():
    step, end = OWNERS.step("disclosure"), START.replace(day=18, hour=0)
    facts = replace(posted(0, **WITH_PROOF), now=end)
    missing = ["还没有监督员对这次公示的检查记录"]
    for other in ("document/7", "task/1", "matter/1"):
        seen = replace(facts, inspections=(Inspection("disclosure", START, other),))
        assert said(may_close(step, seen)) == missing
        # A bad finding in something else is no finding in the posting either.
        worse = (*facts.inspections, Inspection("disclosure", end, other, satisfied=False))
        assert may_close(step, replace(facts, inspections=worse)) == ()
    ended = at_step(VILLAGE, "evaluation", inspections=(Inspection("evaluation", START, "document/0"),))
    assert said(may_close(VILLAGE.step("evaluation"), ended)) == ["还没有监督员的检查记录"]


def test_work_that_a_supervisor_found_wanting_is_not_recorded_as_done():
    bad = Inspection("implementation", START, "task/4", satisfied=False)
    accepted = (Attached("acceptance", "implementation", START),)
    facts = at_step(VILLAGE, "implementation", tasks=Count(2, 2), attached=accepted, inspections=(bad,))
    assert said(may_close(VILLAGE.step("implementation"), facts)) == [
        "有1件落实事项监督员检查不满意，还没有整改后复查满意的记录"
    ]
    good = replace(bad, at=START + timedelta(hours=1), satisfied=True)
    assert may_close(VILLAGE.step("implementation"), replace(facts, inspections=(bad, good))) == ()


def test_an_objection_that_is_right_sends_the_matter_back_at_once():
    facts = posted(2, objections=(Objection("disclosure", START, answered_at=START, upheld=True),))
    assert outcomes(facts) == ("failed",)
    assert may_close(OWNERS.step("disclosure"), facts) == ()


def test_before_a_posting_begins_there_is_nothing_to_object_to_or_to_inspect():
    acts = possible(at_step(OWNERS, "disclosure"))
    assert "raise_objection" not in acts and acts["inspect"].refusal
    assert "open_disclosure" in acts and "close_disclosure" not in acts


def test_everybody_who_spoke_is_answered():
    facts = at_step(OWNERS, "feedback", speakers=Count(64, 61))
    assert said(possible(facts)["close_feedback"].refusals) == ["还有3位发言人没有得到答复"]
    assert "give_feedback" in possible(facts)
    assert "give_feedback" not in possible(replace(facts, speakers=Count(64, 64)))


def test_work_is_done_when_every_task_is_and_it_was_accepted():
    facts = at_step(VILLAGE, "implementation")
    assert said(possible(facts)["record_implementation"].refusals) == ["还没有交办落实事项", "缺少验收记录"]
    assert "report_task" not in possible(facts)
    under_way = replace(facts, tasks=Count(3, 1))
    assert "还有2件落实事项没有完成" in said(possible(under_way)["record_implementation"].refusals)
    done = replace(facts, tasks=Count(3, 3), attached=(Attached("acceptance", "implementation", START),))
    assert possible(done)["record_implementation"].refusal is None


def test_a_matter_closes_only_after_an_inspection_and_a_bad_one_sends_it_back():
    facts = at_step(VILLAGE, "evaluation")
    assert said(possible(facts)["close_matter"].refusals) == ["还没有监督员的检查记录"]
    good = replace(facts, inspections=(Inspection("evaluation", START, "matter/1"),))
    assert possible(good)["close_matter"].refusal is None and outcomes(good) == ("done",)
    bad = replace(facts, inspections=(*good.inspections, Inspection("evaluation", START, "matter/1", satisfied=False)))
    assert outcomes(bad) == ("failed",) and may_close(VILLAGE.step("evaluation"), bad) == ()


def test_an_optional_step_is_left_out_before_it_begins_or_not_at_all():
    facts = at_step(VILLAGE, "legal_review")
    assert possible(facts)["skip_step"].refusal is None
    begun = replace(facts, rooms=(RoomHeld("legal_review", START),))
    assert possible(begun)["skip_step"].refusal.late
    assert "skip_step" not in possible(at_step(VILLAGE, "consultation"))


def test_merging_is_open_only_where_the_secretary_also_chairs():
    apart = facts_of(VILLAGE)
    assert may_choose(VILLAGE.first, "merged", apart).source
    together = replace(apart, conditions=frozenset({"secretary_chairs"}))
    assert may_choose(VILLAGE.first, "merged", together) is None
    assert may_choose(VILLAGE.first, "", apart) is None
    assert may_choose(VILLAGE.first, "another", together)
    chosen = replace(together, choices={"proposal": "merged"})
    assert chosen.step.poll == "two_committees" and outcomes(chosen) == ("merged",)
    begun = replace(together, polls=(PollHeld("proposal", START),))
    assert may_choose(VILLAGE.first, "merged", begun).late


def test_a_meeting_may_speak_together_before_it_votes():
    facts = at_step(VILLAGE, "resolution", now=START + timedelta(days=9))
    facts = replace(facts, papers=(*facts.papers, Paper("notice", "resolution", START, closed_at=START)))
    assert possible(facts)["open_room"].refusal is None
    talking = replace(facts, rooms=(RoomHeld("resolution", facts.now),))
    assert "close_room" in possible(talking)
    silent = replace(facts, rooms=(RoomHeld("resolution", facts.now, closed_at=facts.now),))
    assert "draft_minutes" in possible(silent)
