"""The rail of the dossier: six stations with their dates, whatever way the matter went."""

from dataclasses import replace
from datetime import timedelta
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.matters import days, words
from deliberation.matters.clocks import clocks
from deliberation.matters.engine import possible_acts
from deliberation.matters.facts import Objection
from deliberation.matters.railing import rail_of
from deliberation.matters.ring import ring_view
from deliberation.matters.shipped import shipped
from tests.matters.test_course import live
from tests.matters.test_engine import OWNERS, SIX, VILLAGE, at_step, posted
from tests.matters.world import START, closing, facts_of


def states(facts):
    return [station.state for station in ring_view(facts.procedure, facts)]


def test_a_new_matter_stands_at_the_first_station():
    stations = ring_view(SIX, facts_of(SIX))
    assert [station.title for station in stations] == ["提议", "告知", "协商", "决策", "反馈", "监督"]
    assert states(facts_of(SIX)) == ["now", "next", "next", "next", "next", "next"]
    assert [one.state for one in stations[0].steps] == ["now", "next"]


def test_what_is_behind_is_done_with_its_dates():
    facts = at_step(OWNERS, "vote_notice")
    stations = ring_view(OWNERS, facts)
    assert states(facts) == ["done", "done", "done", "now", "next", "next"]
    assert (stations[0].began_at, stations[0].ended_at) == (START, START)
    assert stations[3].ended_at is None and stations[4].began_at is None


def test_the_present_station_says_until_when_time_must_pass():
    assert ring_view(OWNERS, posted(3))[4].waits_until == START.replace(day=18, hour=0)
    assert ring_view(OWNERS, posted(3))[3].waits_until is None


def test_a_talk_that_may_not_begin_yet_is_dated_by_its_first_day_and_not_as_if_it_ended_then():
    facts = replace(at_step(SIX, "consultation"), now=START)
    assert facts.stage == "consultation"
    rail = rail_of(facts)
    assert rail.waits_until is None and rail.begins_at == days.meeting_from(START, 3, facts.zone)
    assert [stop.until for stop in rail.steps if stop.state == "now"] == [None]
    assert rail_of(posted(3)).begins_at is None


def test_a_lost_vote_turns_the_rail_back_and_counts_the_rounds():
    facts = at_step(VILLAGE, "resolution")
    lost = replace(facts, papers=(*facts.papers, closing(VILLAGE.step("resolution"), START, "failed")))
    consult = ring_view(VILLAGE, lost)[2]
    assert (consult.state, states(lost)[3]) == ("now", "next")
    assert [one.rounds for one in consult.steps if one.step.id == "consultation"] == [2]
    ahead = [stop for stop in rail_of(lost).steps if stop.state == "next"]
    assert ahead and not any(stop.since or stop.until for stop in ahead), "what is still to come has no date yet"


def test_merged_skipped_and_passed_by_are_told_apart():
    steps = {step.id: step for step in VILLAGE.steps}
    way = {"proposal": "merged", "screening": "done", "notice": "done", "consultation": "done",
           "party_members": "done", "legal_review": "skipped"}  # fmt: skip
    papers = tuple(closing(steps[id], START, outcome) for id, outcome in way.items())
    told = {one.step.id: one.state for station in ring_view(VILLAGE, facts_of(VILLAGE, papers=papers))
            for one in station.steps}  # fmt: skip
    assert (told["two_committees"], told["legal_review"], told["resolution"]) == ("merged", "skipped", "now")
    around = at_step(SIX, "consultation")
    left = replace(around, papers=(*around.papers, closing(SIX.step("consultation"), START, "oversee")))
    assert ring_view(SIX, left)[3].steps[0].state == "passed_by"


def test_a_refused_matter_never_came_further():
    papers = (closing(SIX.first, START, "done"), closing(SIX.step("screening"), START, "refused"))
    assert states(facts_of(SIX, papers=papers)) == ["done", "next", "next", "next", "next", "next"]


@settings(deadline=None, max_examples=150)
@given(st.sampled_from(sorted(shipped())), st.randoms(use_true_random=False))
def test_the_rail_always_has_six_stations_and_at_most_one_present(id, chance):
    procedure = shipped()[id]
    facts = facts_of(procedure, papers=tuple(live(procedure, chance, longest=20)[0]), now=START + timedelta(days=99))
    stations = ring_view(procedure, facts)
    assert [station.ring for station in stations] == list(words.RINGS)
    assert [station.state for station in stations].count("now") == (0 if facts.is_ended else 1)
    assert sum(len(station.steps) for station in stations) == len(procedure.steps)
    assert bool(possible_acts(facts)) != facts.is_ended


def test_an_objection_starts_two_clocks_that_rest_on_weekends():
    # Monday 2 March: three days to acknowledge end on Thursday, fifteen to answer on Tuesday 17.
    facts = posted(1, objections=(Objection("disclosure", START),))
    acknowledge, answer = clocks(facts, lambda day: day.weekday() < 5)
    assert (acknowledge.due_at, answer.due_at) == (START.replace(day=6, hour=0), START.replace(day=18, hour=0))
    assert acknowledge.number.is_local and answer.state(START) == "running"
    assert answer.state(answer.due_at) == "overdue"
    kept = replace(facts, objections=(Objection("disclosure", START, answered_at=START),))
    assert {clock.state(answer.due_at) for clock in clocks(kept, lambda day: True)} == {"kept"}
    late = replace(facts, objections=(Objection("disclosure", START, START, answered_at=answer.due_at),))
    assert [clock.state(answer.due_at) for clock in clocks(late, lambda day: True)] == ["kept", "late"]


def test_a_life_without_dates_has_a_rail_too():
    papers, _told = live(SIX, Random(3), longest=4)
    facts = facts_of(SIX, papers=tuple(papers), begun_at=None)
    assert len(ring_view(SIX, facts)) == 6
    assert clocks(facts, lambda day: True) == ()
