"""What the page sets of a result: every number as the count found it, every bar within its length."""

from __future__ import annotations

import pytest

from deliberation.voting.presets import PRESETS
from deliberation.voting.result_view import (
    OUTCOMES,
    named_winners,
    rule_sentences,
    share,
    shown_tests,
    table,
    turnout_view,
    verdict,
)
from deliberation.voting.tally import tally_json
from deliberation.voting.tally_rule import rule_as_json
from tests.voting.tally_papers import a_document, a_rule, an_election, ballot, people
from tests.voting.tally_papers import share as asked


def counted(preset, choices, present=()):
    rule = rule_as_json(PRESETS[preset].rule)
    roster = [{"id": str(n), "area": "80.25", "household": f"h{n}", "owner": f"o{n}"} for n in range(10)]
    ballots = [{"member": str(n), "choice": choice} for n, choice in enumerate(choices)]
    here = [str(n) for n in {*present, *range(len(choices))}]
    return rule, tally_json({"rule": rule, "roster": roster, "ballots": ballots, "present": here})


@pytest.mark.parametrize("preset", [id for id, preset in PRESETS.items() if preset.rule])
@pytest.mark.parametrize("choices", [[], ["yes"] * 10, ["yes"] * 4 + ["no"] * 3 + ["abstain"], ["invalid"]])
def test_every_preset_can_be_shown_in_every_language(preset, choices):
    rule, result = counted(preset, choices)
    for locale in ("zh-Hans", "zh-Hant", "en"):
        tests = shown_tests(rule, result, locale)
        assert [test.met for test in tests] == [test["holds"] for test in result["tests"]]
        for test in tests:
            assert test.sentence and test.title
            assert sum(part for part, _fill in test.parts) <= 10_000
            assert test.line is None or 0 <= test.line <= 10_000
        assert rule_sentences(rule, locale)
    assert result["outcome"] in OUTCOMES
    assert table(result)["rows"]


def test_the_sum_is_the_one_that_decided():
    rule, result = counted("owners_special", ["yes"] * 6 + ["no", "abstain"])
    heads, area = (test for test in shown_tests(rule, result, "zh-Hans") if test.kind == "approval")
    assert (heads.sum[1]["left"], heads.sum[1]["right"], heads.met) == ("24", "24", True)
    assert (area.sum[1]["left"], area.sum[1]["right"]) == ("1926.00", "1926.00")
    assert heads.mark[1] == {"n": "6"} and heads.line == 7500


def test_a_share_never_reads_as_more_than_it_is():
    assert share(2, 3) == 6666
    assert share(3, 2) == 10_000
    assert share(1, 0) == 0


def test_turnout_says_nothing_of_choices():
    rule, _result = counted("village_representatives", [])
    seen = turnout_view(rule, {"entitled": 9, "cast": 2, "present": 4, "cast_area": 0, "entitled_area": 0})
    (test,) = seen["tests"]
    assert test["facts"] == {"needed": "6", "there": "4", "short": "2"} and not test["is_reached"]
    assert (test["line"], test["share"], seen["left"]) == (6666, 4444, 7)
    assert not {"yes", "no", "abstain"} & seen.keys()


def test_owners_are_measured_by_people_and_by_area():
    rule, _result = counted("owners_special", [])
    seen = turnout_view(rule, {"entitled": 9, "cast": 6, "present": 6, "cast_area": 50_000, "entitled_area": 90_000})
    heads, area = seen["tests"]
    assert heads["is_reached"] and heads["facts"]["short"] == "0"
    assert not area["is_reached"]
    assert area["facts"] == {"needed": "600.00", "there": "500.00", "short": "100.00"}
    assert not seen["by_presence"]


def test_an_or_says_that_one_of_its_tests_is_enough():
    rule = a_rule(quorum=({"any": [asked("entitled", ">", "1/2"), asked("entitled", ">=", "1/4")]},))
    result = tally_json(a_document(rule, people(8), [ballot("m1"), ballot("m2")]))
    first, second, approval = shown_tests(rule, result, "zh-Hans")
    assert (first.met, second.met) == (False, True)
    assert first.either == second.either != 0 and first.either_met and second.either_met
    assert first.missing == ("还差{n}人", {"n": "3"}) and second.missing == ("", {})
    assert approval.either == 0


def test_each_option_is_a_test_and_a_row_of_its_own():
    rule = an_election("{n}号方案", "乙", approval=(asked("participating", ">", "1/2"),))
    result = tally_json(
        a_document(rule, people(5), [ballot(f"m{n}", ["{n}号方案"]) for n in (1, 2)] + [ballot("m3", ["乙"])])
    )
    mine, other = shown_tests(rule, result, "zh-Hans")
    assert mine.title[1] == {"option": "{n}号方案"} and mine.met and not other.met
    assert mine.parts == ((6666, "yes"),) and other.missing[1] == {"n": "1"}
    numbers = table(result)
    assert [(row["words"], row["cells"][0][0]) for row in numbers["rows"] if row["is_option"]] == [
        ("{n}号方案", "2"),
        ("乙", "1"),
    ]
    assert verdict(result)[0] == "选出"
    assert named_winners(result)[0] == ("选出：{names}", {"names": ["{n}号方案"]})


def test_equal_votes_are_named():
    rule = an_election("甲", "乙")
    result = tally_json(a_document(rule, people(2), [ballot("m1", ["甲"]), ballot("m2", ["乙"])]))
    assert verdict(result)[0] == "同票"
    assert [facts for _words, facts in named_winners(result)] == [{"names": ["甲", "乙"]}, {"n": 1}]
