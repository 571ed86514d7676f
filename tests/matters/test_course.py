"""State is documents: ten thousand random lives of a matter never skip or repeat a step, and forgeries are found."""

from dataclasses import replace
from datetime import timedelta
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.matters.course import OutOfOrder, any_merges, follow, next_stage, stage_of
from deliberation.matters.procedure import ENDS
from deliberation.matters.shipped import shipped
from tests.matters.world import START, closing, ways

ALL = sorted(shipped())
PROCEDURES = st.sampled_from([shipped()[id] for id in ALL])


def live(procedure, chance, longest=30):
    """Papers of one life, with (step, outcome) of every stay that was closed by a paper of its own."""
    papers, stays, now = [], [], START
    while (stage := stage_of(procedure, papers)) not in ENDS and len(papers) < longest:
        step = procedure.step(stage)
        # Mostly well, so that a fair share of lives arrives at the end.
        outcome = chance.choice(ways(step)) if chance.random() < 0.3 else ways(step)[0]
        now += timedelta(hours=chance.randrange(0, 50))
        papers.append(closing(step, now, outcome))
        stays.append((stage, outcome))
    return papers, stays


@pytest.mark.parametrize("id", ALL)
def test_random_lives_never_skip_or_repeat_a_step(id):
    procedure, chance = shipped()[id], Random(id)
    ended = 0
    for _life in range(10_000 // len(ALL) + 1):
        papers, told = live(procedure, chance)
        course = follow(procedure, papers, START)
        assert [(stay.step, stay.outcome) for stay in course.stays if not stay.merged_with] == told
        merged = {}
        for place, stay in enumerate(course.stays):
            after = course.stays[place + 1].step if place + 1 < len(course.stays) else course.stage
            step = procedure.step(stay.step)
            if stay.merged_with:
                assert merged.pop(stay.step) == stay.merged_with and after == step.next
                continue
            assert after == next_stage(procedure, step, stay.outcome)
            if stay.outcome in ("done", "merged", "submit"):
                assert after == step.next, "a step that ended well is followed by its successor and by no other"
            merged = {later: by for later, by in merged.items() if step.id not in (later, by)}
            if stay.outcome == "merged":
                merged[any_merges(step)] = step.id
            if stay.outcome in ("failed", "no_quorum", "changed"):
                merged.pop(after, None)
        ended += course.stage in ENDS
    assert ended > 100


@settings(deadline=None, max_examples=200)
@given(PROCEDURES, st.randoms(use_true_random=False))
def test_leaving_out_any_paper_is_found(procedure, chance):
    papers, _told = live(procedure, chance, longest=14)
    whole = follow(procedure, papers)
    for gap in range(len(papers) - 1):
        rest = papers[:gap] + papers[gap + 1 :]
        lost = papers[gap]
        # A second try of the same step without its first looks like one try, and is one.
        try:
            course = follow(procedure, rest)
        except OutOfOrder:
            continue
        again = lost.outcome in ("failed", "no_quorum", "changed")
        assert again and len(course.stays) < len(whole.stays)


@settings(deadline=None, max_examples=100)
@given(PROCEDURES, st.randoms(use_true_random=False))
def test_a_paper_for_a_step_that_was_not_reached_is_found(procedure, chance):
    papers, _told = live(procedure, chance, longest=10)
    stage = stage_of(procedure, papers)
    at = START + timedelta(days=1000)
    for step in procedure.steps:
        if step.id != stage:
            with pytest.raises(OutOfOrder):
                follow(procedure, [*papers, closing(step, at, "done")])


def test_the_order_of_closing_decides_and_not_the_order_of_the_list():
    procedure = shipped()["village_four_two"]
    papers, _told = live(procedure, Random(7))
    apart = [replace(p, closed_at=START + timedelta(hours=n)) for n, p in enumerate(papers)]
    assert follow(procedure, apart) == follow(procedure, reversed(apart))


def test_a_paper_of_the_wrong_kind_closes_nothing():
    procedure = shipped()["six_steps"]
    with pytest.raises(OutOfOrder, match="closes with a proposal"):
        follow(procedure, [replace(closing(procedure.first, START, "done"), kind="minutes")])


def test_an_outcome_that_the_step_does_not_know_is_found():
    procedure = shipped()["six_steps"]
    for outcome in ("failed", "merged", "skipped", "refused", "carry_out", "nonsense"):
        with pytest.raises(ValueError, match="cannot end"):
            next_stage(procedure, procedure.first, outcome)
        with pytest.raises(OutOfOrder):
            follow(procedure, [closing(procedure.first, START, outcome)])


def test_merging_passes_the_second_step_once_and_says_so():
    procedure = shipped()["village_four_two"]
    steps = {step.id: step for step in procedure.steps}
    outcomes = [("proposal", "merged"), ("screening", "done"), ("notice", "done")]
    papers = [closing(steps[id], START + timedelta(days=n), outcome) for n, (id, outcome) in enumerate(outcomes)]
    course = follow(procedure, papers, START)
    assert course.stage == "consultation"
    assert course.stays[-1].step == "two_committees" and course.stays[-1].merged_with == "proposal"
    later = START + timedelta(days=9)
    papers += [closing(steps["consultation"], later, "done"), closing(steps["party_members"], later, "failed")]
    assert follow(procedure, papers).stage == "two_committees", "a lost vote leads to the step itself, merged or not"


def test_an_exit_of_a_consultation_leads_around_the_vote():
    procedure = shipped()["six_steps"]
    consultation = procedure.step("consultation")
    assert next_stage(procedure, consultation, "submit") == "resolution"
    assert next_stage(procedure, consultation, "carry_out") == next_stage(procedure, consultation, "oversee")
    assert next_stage(procedure, consultation, "oversee") == "disclosure"


def test_a_refused_matter_is_at_its_end():
    procedure = shipped()["eight_steps"]
    papers = [closing(procedure.first, START, "done"), closing(procedure.step("screening"), START, "refused")]
    assert stage_of(procedure, papers) == "refused"
    with pytest.raises(OutOfOrder, match="has ended"):
        follow(procedure, [*papers, closing(procedure.step("composition"), START, "done")])
