"""The five exclusions at the gate: every combination of findings, with and without the local rule on disputes."""

from itertools import product

import pytest

from deliberation.matters import screening


@pytest.mark.parametrize("private_disputes", [False, True])
def test_any_exclusion_in_force_refuses_and_nothing_else_does(private_disputes):
    for answers in product([False, True], repeat=5):
        findings = dict(enumerate(answers, start=1))
        result = screening.screen(findings, private_disputes=private_disputes)
        in_force = answers if private_disputes else answers[:4]
        assert result.outcome == ("refused" if any(in_force) else "done")
        assert [one.number for one in result.hits] == [n for n, hit in enumerate(in_force, 1) if hit]
        assert len(result.onward) == len(result.hits) and all(result.onward)


def test_the_fifth_is_a_local_rule_with_its_tension_and_leads_to_mediation():
    assert [one.number for one in screening.exclusions(private_disputes=False)] == [1, 2, 3, 4]
    fifth = screening.exclusions(private_disputes=True)[-1]
    assert fifth.is_local_rule and "人民调解" in fifth.onward and "第三十二条" in fifth.note


def test_each_exclusion_must_be_answered():
    found = screening.faults({1: False, 2: False, 3: False}, "", private_disputes=True)
    assert [no.facts["number"] for no in found] == [4, 5]


def test_a_hit_needs_a_reason_and_a_clean_matter_does_not():
    clean = dict.fromkeys(range(1, 5), False)
    assert screening.faults(clean, "", private_disputes=False) == ()
    assert len(screening.faults(clean | {3: True}, "  ", private_disputes=False)) == 1
    assert screening.faults(clean | {3: True}, "占用耕地", private_disputes=False) == ()


def test_an_exclusion_that_is_not_in_force_cannot_be_used():
    findings = dict.fromkeys(range(1, 5), False) | {5: True}
    assert screening.faults(findings, "邻里纠纷", private_disputes=False)[0].facts["number"] == 5
