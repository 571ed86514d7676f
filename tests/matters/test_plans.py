"""The plan in its versions, and the difference between two of them as a person reads it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import delete, select

from deliberation.matters.difference import ADDED, REMOVED, SAME, Piece, difference
from deliberation.matters.engine import possible_acts
from deliberation.matters.facts import PollHeld
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Evidence, PlanVersion
from deliberation.matters.planning import freeze_plan
from deliberation.matters.rules import may, why_not
from deliberation.refusal import Refused

TEXTS = st.text(alphabet="一二三米宽。，；\nab12 ", max_size=80)


def old_of(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != ADDED)


def new_of(pieces: tuple[Piece, ...]) -> str:
    return "".join(piece.text for piece in pieces if piece.kind != REMOVED)


@given(TEXTS, TEXTS)
def test_the_pieces_joined_are_both_texts_exactly(old, new):
    pieces = difference(old, new)
    assert (old_of(pieces), new_of(pieces)) == (old, new)
    assert all(piece.text for piece in pieces)
    assert all(one.kind != two.kind for one, two in pairwise(pieces))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("路面宽4.5米。", "路面宽4.5米。", "路面宽4.5米。"),
        ("资金62万元。", "资金65万元。", "资金[-62][+65]万元。"),
        ("用水泥硬化。", "用沥青硬化。", "用[-水泥][+沥青]硬化。"),
        ("一、修路。\n二、修桥。", "一、修路。\n一、装灯。\n二、修桥。", "一、修路。\n[+一、装灯。\n]二、修桥。"),
        ("路线经过菜地。", "", "[-路线经过菜地。]"),
        ("先修水渠。", "十二月开工建设。", "[-先修水渠。][+十二月开工建设。]"),
    ],
)
def test_a_change_reads_as_a_person_would_mark_it(old, new, shown):
    marks = {SAME: "{}", ADDED: "[+{}]", REMOVED: "[-{}]"}
    assert "".join(marks[piece.kind].format(piece.text) for piece in difference(old, new)) == shown


def test_a_long_plan_is_compared_by_sentences_alone():
    old = "、".join(str(number) for number in range(3000))
    new = old.replace("、", "，")
    assert [piece.kind for piece in difference(old, new)] == [REMOVED, ADDED]


def test_versions_are_added_and_none_is_overwritten(story):
    story.begin("six_steps").plan("路面宽4.5米。")
    story.plan("路面宽4.8米。", "按意见加宽")
    found = story.look(lambda session, _matter: session.exec(select(PlanVersion).order_by(PlanVersion.number)).all())
    assert [(one.number, one.body, one.note) for one in found] == [
        (1, "路面宽4.5米。", ""),
        (2, "路面宽4.8米。", "按意见加宽"),
    ]
    evidence = story.look(lambda session, _matter: session.exec(select(Evidence.kind)).all())
    assert list(evidence) == ["plan", "plan"]


def test_a_frozen_plan_is_not_revised_once_the_matter_is_being_decided(story):
    story.begin("six_steps").plan("路面宽4.5米。")
    story.go_to("resolution")
    frozen = story.do(lambda session, matter: freeze_plan(session, story.now, matter=matter))
    again = story.wait(days=1).do(lambda session, matter: freeze_plan(session, story.now, matter=matter))
    assert again.frozen_at == frozen.frozen_at
    with pytest.raises(Refused, match="已经冻结"):
        story.plan("路面宽5米。", "再改")


def test_only_a_version_of_the_plan_opens_the_vote_and_is_its_text(story):
    """A note by hand that says “plan” is no plan: the vote would have frozen the complaint with which all began."""
    story.begin("six_steps").go_to("resolution")
    story.do(lambda session, matter: session.execute(delete(PlanVersion).where(PlanVersion.matter_id == matter.id)))
    story.evidence("plan", "见附件")

    def reasons(session, matter):
        return [no.reason for no in why_not("open_poll", {"chair"}, facts_of(session, matter, story.now))]

    assert any("还没有方案文本" in reason for reason in story.look(reasons))
    story.plan("装两盏路灯，灯罩朝下。")
    assert not any("方案文本" in reason for reason in story.look(reasons))


def test_the_plan_is_written_at_the_decision_until_a_poll_is_opened_on_it(story):
    story.begin("six_steps").go_to("resolution")
    facts = story.look(lambda session, matter: facts_of(session, matter, story.now))
    assert may("revise_plan", {"officer"}, facts) is None
    opened = replace(facts, polls=(PollHeld("resolution", story.now),))
    assert "表决已经打开" in may("revise_plan", {"officer"}, opened).reason
    assert "revise_plan" in {one.act for one in possible_acts(replace(facts, plans=0))}
