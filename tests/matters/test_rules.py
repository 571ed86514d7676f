"""The table of rights, walked act by role by place against the checked-in text, and the sentences that say no."""

from dataclasses import replace
from itertools import product
from pathlib import Path

import pytest

from deliberation.matters import rules, words
from deliberation.matters.engine import CLOSING_ACT, possible_acts
from deliberation.matters.facts import Count, Inspection, PollHeld
from deliberation.matters.procedure_check import CLOSING, RINGS_OF
from deliberation.matters.shipped import shipped
from deliberation.matters.talk_rules import past_talking
from deliberation.vocabulary import SYSTEM, Role
from tests.matters.test_engine import OWNERS, VILLAGE, at_step, posted
from tests.matters.world import START, facts_of

TALK = shipped()["legislative_talk"]
CHECKED_IN = Path(__file__).with_name("permissions.txt")


def test_the_table_is_the_one_that_was_reviewed():
    """If this fails, a right has changed: write the table anew with ``python -m tests.matters.permissions``."""
    assert rules.permissions_table() == CHECKED_IN.read_text("utf-8")


def test_act_by_role_by_place_the_rules_say_what_the_text_says():
    header, *lines = CHECKED_IN.read_text("utf-8").splitlines()
    roles = header.split()[2:]
    granted = set()
    for line in lines:
        act, place, *marks = line.split()
        granted |= {(act, role, place) for role, mark in zip(roles, marks, strict=True) if mark == "x"}
    acts = [permit.act for permit in rules.PERMITS]
    for act, role, place in product(acts, rules.ROLES, rules.PLACES):
        refused = next(rules.right(act, frozenset({role}), place), None)
        assert (refused is None) == ((act, str(role), place) in granted), (act, role, place)


@pytest.mark.parametrize(
    ("step", "act"),
    [
        ("screening", "screen_matter"),
        ("notice", "issue_notice"),
        ("report", "issue_review"),
        ("feedback", "give_feedback"),
    ],
)
def test_the_liaison_does_the_steps_of_the_contact_point_and_no_other_bodys(step, act):
    facts = at_step(TALK, step)
    assert facts.step.body == rules.CONTACT_POINT and rules.may(act, {Role.LIAISON}, facts) is None
    assert rules.roles_of(act, facts)[-1] == Role.LIAISON and Role.LIAISON not in rules.roles_of(act)
    assert rules.may(act, {Role.RESIDENT}, facts).facts["who"][-1].key == "联络员"
    assert rules.may(act, {Role.COLLECTOR}, facts)
    for role in (Role.OFFICER, Role.CHAIR, Role.CLERK):  # Whoever did it before still does.
        assert (rules.may(act, {role}, facts) is None) == (role in rules.roles_of(act))


def test_the_liaison_is_nothing_more_where_a_step_is_not_the_points():
    assert rules.may("screen_matter", {Role.LIAISON}, at_step(VILLAGE, "screening"))
    assert rules.may("open_room", {Role.LIAISON}, at_step(TALK, "consultation"))
    for act in ("run_step", "read_told", "read_names"):
        assert rules.may(act, {Role.LIAISON}, at_step(TALK, "notice")) is None
        assert rules.may(act, {Role.LIAISON}, at_step(TALK, "consultation"))
        assert rules.may(act, {Role.LIAISON}, at_step(VILLAGE, "notice"))
        assert rules.may(act, {Role.COLLECTOR}, at_step(TALK, "notice"))


def test_a_liaison_does_not_inspect_what_the_point_runs():
    both = {Role.SUPERVISOR, Role.LIAISON}
    assert rules.may("inspect", both, at_step(TALK, "consultation")).source == rules.APART
    assert rules.may("close_matter", both, at_step(TALK, "evaluation")).source == rules.APART
    assert rules.may("inspect", both, at_step(VILLAGE, "consultation")) is None


def test_words_of_the_table_exist_and_no_act_stands_twice():
    assert len({permit.act for permit in rules.PERMITS}) == len(rules.PERMITS)
    for permit in rules.PERMITS:
        assert set(permit.roles.split()) <= set(rules.ROLES) and set(permit.where) <= set(rules.PLACES)
        assert permit.roles and permit.where


@pytest.mark.parametrize("kind", sorted(words.KINDS))
def test_wherever_a_step_may_stand_somebody_has_the_right_to_close_it(kind):
    for ring, paper in product(RINGS_OF[kind], CLOSING[kind]):
        permit = next(one for one in rules.PERMITS if one.act == CLOSING_ACT[paper])
        assert ring in permit.where, (kind, ring, permit.act)


@pytest.mark.parametrize("id", sorted(shipped()))
def test_every_act_that_the_engine_offers_has_a_line(id):
    procedure = shipped()[id]
    for step in procedure.steps:
        for one in possible_acts(at_step(procedure, step.id)):
            assert rules.act_title(one.act)
            permit = next(permit for permit in rules.PERMITS if permit.act == one.act)
            assert one.step.ring in permit.where, (one.act, one.step.id)


def test_a_missing_right_names_who_has_it():
    no = rules.may("screen_matter", {Role.RESIDENT}, at_step(VILLAGE, "screening"))
    assert [word.key for word in no.facts["who"]] == ["主持人", "承办人"] and not no.late


def test_right_place_and_engine_are_told_together():
    found = rules.why_not("close_disclosure", {Role.RESIDENT}, posted(3))
    assert "由{who}办理" in found[0].reason and len(found) > 2
    assert rules.why_not("close_disclosure", {Role.OFFICER}, posted(3)) == found[1:]


def test_the_present_step_may_be_done_by_whoever_has_the_right():
    facts = at_step(VILLAGE, "screening")
    assert rules.may("screen_matter", {Role.OFFICER}, facts) is None
    assert rules.may("propose_matter", {Role.RESIDENT}, None) is None
    assert rules.may("close_poll", {SYSTEM}, None)


def test_what_is_past_is_late_and_what_is_ahead_is_not():
    facts = at_step(OWNERS, "implementation")
    assert rules.may("screen_matter", {Role.OFFICER}, facts).late
    ahead = rules.may("close_matter", {Role.SUPERVISOR}, at_step(OWNERS, "notice"))
    assert not ahead.late and ahead.facts["now"].key == "告知"


def test_an_act_of_the_next_step_says_what_comes_first():
    no = rules.may("screen_matter", {Role.OFFICER}, facts_of(OWNERS))
    assert "不能开始" in no.reason
    other = rules.may("name_participants", {Role.OFFICER}, facts_of(OWNERS))
    assert "不办理" in other.reason


def test_nobody_is_called_together_where_nothing_more_is_talked_about():
    for step in ("screening", "notice", "consultation", "vote_notice", "resolution"):
        assert past_talking(at_step(OWNERS, step)) is None, step
    for step in ("disclosure", "implementation"):
        assert "已经过了协商" in past_talking(at_step(OWNERS, step)).reason
    ahead = rules.may("open_room", {Role.CHAIR}, at_step(OWNERS, "vote_notice"))
    assert ahead.facts["step"].key == OWNERS.step("resolution").title

    def voted(**more):
        return at_step(OWNERS, "resolution", polls=(PollHeld("resolution", START, closed_at=START, **more),))

    for outcome in ("passed", "failed"):
        facts = voted(outcome=outcome)
        assert "已经表决，不再协商" in past_talking(facts).reason
        assert rules.may("open_room", {Role.CHAIR}, facts) == past_talking(facts)
    assert past_talking(voted(outcome="failed", is_part=True)) is None, "one clause"
    assert past_talking(at_step(OWNERS, "resolution", polls=(PollHeld("resolution", START),))) is None


@pytest.mark.parametrize("id", sorted(shipped()))
def test_where_a_room_can_be_opened_people_can_be_called_together(id):
    for step in shipped()[id].steps:
        facts = at_step(shipped()[id], step.id)
        if any(one.act == "open_room" and one.step == step for one in possible_acts(facts)):
            assert past_talking(facts) is None, step.id


def test_who_executes_does_not_inspect():
    facts = posted(3)
    assert rules.may("inspect", {Role.SUPERVISOR}, facts) is None
    assert rules.may("inspect", {Role.SUPERVISOR, Role.RESIDENT}, facts) is None
    for role in rules.EXECUTING:
        assert rules.may("inspect", {Role.SUPERVISOR, role}, facts).source == rules.APART
    assert rules.may("inspect", {Role.SUPERVISOR}, at_step(VILLAGE, "consultation")) is None, (
        "supervisors may always look"
    )


def test_the_evaluation_is_the_supervisors_and_of_nobody_who_runs_the_matter():
    facts = replace(at_step(VILLAGE, "evaluation"), inspections=(Inspection("evaluation", START, "matter/1"),))
    assert rules.may("close_matter", {Role.SUPERVISOR}, facts) is None
    for role in rules.EXECUTING:
        assert rules.may("close_matter", {role}, facts).facts["who"][0].key == "监督员"
        assert rules.may("close_matter", {Role.SUPERVISOR, role}, facts).source == rules.APART


def test_when_everybody_is_answered_it_is_said_so_and_not_that_the_act_is_out_of_place():
    facts = at_step(OWNERS, "feedback", speakers=Count(64, 64))
    no = rules.may("give_feedback", {Role.OFFICER}, facts)
    assert (no.reason, no.remedy) == ("每一位发言人都已经答复", "可以完成反馈了")
    assert rules.may("give_feedback", {Role.OFFICER}, replace(facts, speakers=Count(64, 63))) is None


def test_nobody_acts_on_what_has_ended_but_to_put_it_right():
    facts = at_step(VILLAGE, "evaluation")
    ended = facts_of(VILLAGE, papers=(*facts.papers, *closed()))
    assert rules.place_of(ended) == words.CLOSED
    everybody = set(rules.ROLES) - rules.EXECUTING
    for permit in rules.PERMITS:
        no = rules.may(
            permit.act, everybody | (set(rules.ROLES) if permit.act not in rules.SUPERVISING else set()), ended
        )
        assert (no is None) == (words.CLOSED in permit.where)
        assert no is None or no.late


def closed():
    from deliberation.matters.facts import Paper
    from tests.matters.world import START

    return (Paper("evaluation", "evaluation", START, START, "done"),)


def test_an_act_that_does_not_exist_is_a_mistake_and_not_a_refusal():
    with pytest.raises(KeyError):
        rules.may("fly", {Role.OFFICER}, None)
