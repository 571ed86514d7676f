"""The box 现在可以做什么 for every stage and everybody, in memory: kind, concrete, with one main act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

import pytest

from deliberation.matters.doing import Asker, now_box
from deliberation.matters.engine import possible_acts
from deliberation.matters.facts import PollHeld
from deliberation.matters.procedure import ENDS
from deliberation.matters.railing import rail_of
from deliberation.matters.shipped import shipped
from deliberation.translation import say
from deliberation.vocabulary import Role
from tests.matters.test_engine import one_act
from tests.matters.world import START, World, facts_of, mark


@dataclass
class Opened:
    kind: str
    subject: str
    due_at: datetime | None = None
    closed_at: datetime | None = None


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


def test_a_matter_that_is_over_has_nothing_to_do():
    procedure = shipped()["six_steps"]
    refused = facts_of(
        procedure, papers=(mark("proposal", "proposal", START), mark("screening", "screening", START, "refused"))
    )
    assert refused.stage in ENDS
    box = now_box(7, refused, EVERYBODY[1], ())
    assert (say(box.sentence).sentence, box.can, box.cannot) == ("这件议题没有纳入协商", (), ())
