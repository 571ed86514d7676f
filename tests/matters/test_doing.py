"""The box 现在可以做什么 for every stage and everybody, in memory: kind, concrete, with one main act."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

import pytest

from deliberation.matters.doing import Asker, now_box
from deliberation.matters.engine import possible_acts
from deliberation.matters.facts import Attached, Count, Paper, PollHeld, RoomHeld
from deliberation.matters.procedure import ENDS
from deliberation.matters.railing import rail_of
from deliberation.matters.reasons import evidence_there
from deliberation.matters.shipped import shipped
from deliberation.translation import say
from deliberation.vocabulary import Role
from tests.matters.test_engine import one_act
from tests.matters.world import START, World, closing, facts_of, mark


@dataclass
class Opened:
    kind: str
    subject: str
    due_at: datetime | None = None
    closed_at: datetime | None = None
    title: str = ""


EVERYBODY = [
    Asker(frozenset({"visitor"})),
    *(Asker(frozenset({role.value, "visitor"}), True) for role in Role if role is not Role.VISITOR),
]


@pytest.mark.parametrize("procedure", sorted(shipped()))
def test_at_every_stage_everybody_gets_a_sentence_and_every_reason(procedure):
    stages = set()
    for seed in range(8):
        world = World(facts_of(shipped()[procedure]), Random(seed))
        for _step in range(60):
            facts = world.facts
            stages.add(facts.stage)
            against = {no.reason for one in possible_acts(facts) for no in one.refusals}
            for asker in EVERYBODY:
                box = now_box(7, facts, asker, ())
                assert {no.reason for _title, no in box.cannot} == against
                for locale in ("zh-Hans", "en"):
                    words = [say(one, locale).sentence for one in (box.sentence, *box.besides)]
                    assert all(word and "{" not in word for word in words)
                assert [one.is_main for one in box.can] == [place == 0 for place in range(len(box.can))]
                assert not {one.act for one in box.can} & {one.act for one in box.also}
                if not asker.is_signed_in:
                    assert (box.can, box.also) == ((), ())
            rail = rail_of(facts)
            assert len(rail.stations) == 6 and 1 <= rail.at <= 6
            if facts.is_ended:
                break
            one_act(world)
    assert len(stages) > 3


def test_what_nobody_here_may_do_names_who_does():
    box = now_box(7, facts_of(shipped()["six_steps"], papers=(mark("proposal", "proposal", START),)), EVERYBODY[0], ())
    assert [say(one).sentence for one in box.besides] == ["现在等主持人、承办人办理“准入审查”。"]


def at_the_vote(**more):
    procedure = shipped()["owners_special"]
    order = ("proposal", "screening", "notice", "consultation", "vote_notice")
    kinds = ("proposal", "screening", "notice", "minutes", "notice")
    papers = tuple(
        mark(kind, step, START + timedelta(hours=place))
        for place, (step, kind) in enumerate(zip(order, kinds, strict=True))
    )
    facts = facts_of(procedure, papers=papers, now=START + timedelta(days=20), **more)
    assert facts.stage == "resolution"
    return facts


@pytest.mark.parametrize(
    ("hours", "entitled", "said"),
    [
        (24 * 6, True, "您可以投票，还剩6天"),
        (24 * 6, False, "表决正在进行，还剩6天"),
        (3, True, "您可以投票，今天截止"),
        (-1, True, "表决已到截止时间，等待计票"),
    ],
)
def test_an_open_vote_says_who_may_and_how_long(hours, entitled, said):
    opened_at = START + timedelta(days=19)
    facts = at_the_vote()
    due_at = facts.now + timedelta(hours=hours)
    facts = at_the_vote(polls=(PollHeld("resolution", opened_at, due_at),))
    asker = Asker(frozenset({"resident"}), True, (("poll/5", 9),) if entitled else ())
    box = now_box(7, facts, asker, [Opened("poll", "poll/5", due_at)])
    assert say(box.sentence).sentence == said
    assert (box.can[0].title, box.can[0].url) == ("去投票" if entitled else "看表决", "/polls/5")
    assert ("您在冻结的名册上是第9号。" in [say(one).sentence for one in box.besides]) is entitled


def test_an_end_at_midnight_is_said_as_the_day_before():
    due_at = START.replace(hour=0) + timedelta(days=26)
    facts = at_the_vote(polls=(PollHeld("resolution", START + timedelta(days=19), due_at),))
    box = now_box(7, facts, EVERYBODY[1], [Opened("poll", "poll/5", due_at)])
    assert "表决到3月27日 星期五24时截止。" in [say(one).sentence for one in box.besides]


def test_an_open_room_is_the_first_thing_to_do_for_everybody():
    facts = facts_of(shipped()["six_steps"])
    for asker in EVERYBODY:
        box = now_box(7, facts, asker, [Opened("room", "room/3")])
        assert (box.can[0].act, box.can[0].url, box.can[0].is_main) == ("room", "/rooms/3", True)


@pytest.mark.parametrize(
    ("title", "sentence", "way"),
    [
        ("书面征询：路", "书面征询正在进行，可以去看问了什么、怎么书面答复", "看书面征询"),
        ("走访约谈：路", "走访正在进行，办理的人逐户上门或者约谈，可以去看问什么", "看走访约谈"),
        ("入户问卷：路", "入户问卷正在进行", "看这次协商"),
    ],
)
def test_what_runs_without_a_hall_invites_nobody_to_come_in_and_speak(title, sentence, way):
    facts = facts_of(shipped()["six_steps"])
    for asker in EVERYBODY:
        box = now_box(7, facts, asker, [Opened("room", "convening/3", title=title)])
        assert say(box.sentence).sentence == sentence
        assert (box.can[0].title, box.can[0].url) == (way, "/convenings/3")


def test_a_matter_that_is_over_has_nothing_to_do():
    procedure = shipped()["six_steps"]
    refused = facts_of(
        procedure, papers=(mark("proposal", "proposal", START), mark("screening", "screening", START, "refused"))
    )
    assert refused.stage in ENDS
    box = now_box(7, refused, EVERYBODY[1], ())
    assert (say(box.sentence).sentence, box.can, box.cannot) == ("这件议题没有纳入协商", (), ())


CHAIR = Asker(frozenset({"chair"}), True)


def at_step(procedure: str, stage: str, **more):
    """A matter that has come to a step, every step before it done an hour after the last."""
    known = shipped()[procedure]
    before = known.steps[: known.place(stage)]
    papers = [closing(step, START + timedelta(hours=nth), "submit" if step.exits else "done")
              for nth, step in enumerate(before)]  # fmt: skip
    facts = facts_of(known, papers=tuple(papers), now=START + timedelta(days=30), **more)
    assert facts.stage == stage
    return facts


def before_the_vote(procedure: str = "village_six_steps", **more):
    told = START + timedelta(days=2)
    known = at_step(procedure, "resolution")
    notice = Paper("notice", "resolution", told, closed_at=told)
    return replace(known, papers=(*known.papers, notice), **{"plans": 1, "plan_at": START, **more})


def first(facts, asker=CHAIR):
    box = now_box(7, facts, asker, ())
    return box.can[0].act, say(box.sentence).sentence


def test_what_the_vote_waits_for_comes_before_talking_once_more():
    assert first(before_the_vote()) == ("add_evidence", "还缺村民会议或者居民会议的授权决定，请补充佐证")
    given = (Attached("delegation", "resolution", START + timedelta(days=3)),)
    assert first(before_the_vote(attached=given))[0] == "open_poll"
    box = now_box(7, before_the_vote(), CHAIR, ())
    assert "open_room" in [one.act for one in box.can[1:]], "to talk stays possible"


def test_the_text_comes_before_the_notice_of_a_vote_on_it():
    officer = Asker(frozenset({"officer", "resident"}), True)
    facts = at_step("six_steps", "resolution")
    assert first(facts, officer) == ("revise_plan", "还没有方案，请写出方案全文")
    assert first(replace(facts, plans=1, plan_at=START), officer)[0] == "issue_notice"


def test_what_was_given_to_somebody_waits_for_their_report_and_not_for_more_to_be_given():
    officer = Asker(frozenset({"officer", "resident"}), True)
    facts = at_step("six_steps", "implementation")
    assert first(facts, officer) == ("assign_task", "请交办落实事项，写明承办人和期限")
    given = replace(facts, tasks=Count(1, 0))
    assert first(given, officer)[1] == "落实事项已经交办，还有1件等承办人汇报"
    owner = Asker(frozenset({"resident"}), True, owes=True)
    assert first(given, owner) == ("report_task", "请报告落实到哪一步了")
    others = now_box(7, given, Asker(frozenset({"resident"}), True), ())
    assert [say(one).sentence for one in others.besides] == ["现在等承办人汇报落实情况，还有1件。"]
    assert first(replace(facts, tasks=Count(1, 1)), officer) == ("add_evidence", "还缺验收记录，请补充佐证")


def test_who_may_not_act_reads_whom_the_vote_really_waits_for():
    box = now_box(7, before_the_vote(), EVERYBODY[0], ())
    assert [say(one).sentence for one in box.besides if "现在等" in one.reason] == [
        "现在等主持人、记录员、计票监票人、承办人、监督员办理“添加佐证”。"
    ]


def test_a_clause_that_failed_asks_for_another_version_and_says_so():
    opened_at = START + timedelta(days=4)
    lost = PollHeld("resolution", opened_at, None, closed_at=opened_at, outcome="failed", is_part=True)
    given = (Attached("delegation", "resolution", START + timedelta(days=3)),)
    act, said = first(before_the_vote(attached=given, polls=(lost,)))
    assert act == "revise_plan" and "单独表决有一条没有通过" in said


def test_a_talk_that_was_held_is_written_down_before_another_is_opened():
    opened_at = START + timedelta(days=5)
    held = RoomHeld("consultation", opened_at, closed_at=opened_at + timedelta(hours=1))
    facts = at_step("six_steps", "consultation", rooms=(held,))
    assert first(facts)[0] == "draft_minutes"
    assert first(at_step("six_steps", "consultation"))[0] == "open_room"


def test_evidence_of_an_earlier_stay_is_asked_for_again_and_the_reason_is_said():
    early = (Attached("delegation", "resolution", START),)
    [no] = [
        one for one in evidence_there(before_the_vote().step, before_the_vote(attached=early)) if "thing" in one.facts
    ]
    assert "原来附上的是退回以前的" in no.reason
    [no] = [one for one in evidence_there(before_the_vote().step, before_the_vote()) if "thing" in one.facts]
    assert no.reason == "缺少{thing}"
