"""The count, sentence by sentence of the contract."""

import pytest

from deliberation.voting.tally import tally_json
from deliberation.voting.tally_checks import TallyRefused
from tests.voting.tally_papers import MAJORITY, a_document, a_rule, an_election, ballot, people, share, votes


def counted(rule, roster, ballots, **more):
    return tally_json(a_document(rule, roster, ballots, **more))


def heads(result):
    return result["counts"]["heads"]


def aside(result):
    return [(each["ballot"], each["member"], each["reason"]) for each in result["set_aside"]]


# --- thresholds, on both sides of each edge -------------------------------------------------------------------------

# operator, fraction, denominator, the smallest number that is enough (domain.md 0)
EDGES = [
    (">", "1/2", 1, 1),
    (">", "1/2", 2, 2),
    (">", "1/2", 9, 5),
    (">", "1/2", 10, 6),
    (">=", "1/2", 9, 5),
    (">=", "1/2", 10, 5),
    (">=", "2/3", 9, 6),
    (">=", "2/3", 10, 7),
    (">", "2/3", 9, 7),
    (">", "2/3", 10, 7),
    (">=", "3/4", 8, 6),
    (">=", "3/4", 9, 7),
    (">=", "4/5", 10, 8),
    (">=", "1/5", 11, 3),
    (">=", "1/10", 10, 1),
    (">=", "1/10", 11, 2),
    (">=", "1/3", 10, 4),
    (">=", "1/1", 7, 7),
    (">=", "999/1000", 9, 9),
    (">=", "1/1000", 9, 1),
    (">", "1/1000", 1000, 2),
]


@pytest.mark.parametrize(("op", "fraction", "number", "enough"), EDGES)
def test_a_threshold_is_exact_on_both_sides(op, fraction, number, enough):
    rule = a_rule(share("entitled", op, fraction))
    below = counted(rule, people(number), votes(yes=enough - 1))
    at = counted(rule, people(number), votes(yes=enough))
    assert (below["outcome"], at["outcome"]) == ("failed", "passed")
    assert [result["tests"][0]["needed"] for result in (below, at)] == [str(enough)] * 2


def test_more_than_the_whole_can_be_asked_and_never_reached():
    result = counted(a_rule(share("entitled", ">", "1/1")), people(3), votes(yes=3))
    assert (result["outcome"], result["tests"][0]["needed"]) == ("failed", "4")


@pytest.mark.parametrize(
    ("op", "fraction", "areas", "needed", "outcome"),
    [
        (">", "1/2", ("50.00", "50.00"), "50.01", "failed"),
        (">", "1/2", ("50.01", "50.00"), "50.01", "passed"),
        (">=", "1/2", ("50", "50"), "50.00", "passed"),
        (">=", "2/3", ("66.66", "33.33"), "66.66", "passed"),
        (">=", "2/3", ("66.66", "33.34"), "66.67", "failed"),
        (">=", "3/4", ("0.02", "0.01"), "0.03", "failed"),
        (">=", "2/3", ("9007199254740993.01", "4503599627370496.51"), "9007199254740993.02", "failed"),
        (">=", "2/3", ("9007199254740993.02", "4503599627370496.51"), "9007199254740993.02", "passed"),
    ],
)
def test_areas_are_exact_to_the_hundredth(op, fraction, areas, needed, outcome):
    roster = [{"id": "m1", "area": areas[0]}, {"id": "m2", "area": areas[1]}]
    result = counted(a_rule(share("entitled", op, fraction, "area")), roster, [ballot("m1")])
    assert (result["tests"][0]["needed"], result["outcome"]) == (needed, outcome)


def test_areas_are_written_with_two_decimals():
    roster = [{"id": "m1", "area": "7"}, {"id": "m2", "area": "0.5"}, {"id": "m3", "area": "0"}]
    result = counted(a_rule(share("entitled", ">", "1/2", "area")), roster, [ballot("m2", "no")])
    area = result["counts"]["area"]
    assert (area["entitled"], area["no"], area["yes"]) == ("7.50", "0.50", "0.00")
    assert (result["tests"][0]["numerator"], result["tests"][0]["denominator"]) == ("0.00", "7.50")


@pytest.mark.parametrize("of", ["entitled", "present", "participating", "valid", "decisive"])
@pytest.mark.parametrize("op", [">", ">="])
def test_a_denominator_of_zero_holds_never(of, op):
    result = counted(a_rule(share(of, op, "1/2")), [], [])
    test = result["tests"][0]
    assert (test["numerator"], test["denominator"], test["needed"], test["holds"]) == (0, 0, None, False)
    assert result["outcome"] == "failed"


@pytest.mark.parametrize(
    ("of", "denominator"),
    [("entitled", 12), ("present", 9), ("participating", 8), ("valid", 7), ("decisive", 5)],
)
def test_each_denominator_is_another_number(of, denominator):
    ballots = votes(yes=3, no=2, abstain=2, invalid=1)
    result = counted(a_rule(share(of, ">", "1/2")), people(12), ballots, present=["m9", "m1"])
    assert result["tests"][0]["denominator"] == denominator
    assert heads(result) == {
        "entitled": 12, "present": 9, "participating": 8, "yes": 3, "no": 2, "abstain": 2, "invalid": 1, "conflict": 0,
        "not_voting": 1,
    }  # fmt: skip


# --- the quorum -----------------------------------------------------------------------------------------------------


def test_a_quorum_looks_at_the_present_or_at_those_who_took_part():
    present = ["m1", "m2", "m3", "m4"]
    by_presence = a_rule(quorum=(share("entitled", ">=", "2/3"),))
    by_ballots = a_rule(quorum=(share("entitled", ">=", "2/3", who="participating"),))
    assert counted(by_presence, people(6), votes(yes=3), present=present)["outcome"] == "passed"
    lost = counted(by_ballots, people(6), votes(yes=3), present=present)
    quorum = lost["tests"][0]
    assert (lost["outcome"], quorum["who"], quorum["numerator"]) == ("no_quorum", "participating", 3)


def test_without_a_quorum_there_is_no_decision_even_if_everybody_agreed():
    result = counted(a_rule(quorum=(share("entitled", ">=", "2/3"),)), people(4), votes(yes=2))
    assert result["outcome"] == "no_quorum"
    assert [test["holds"] for test in result["tests"]] == [False, True]


@pytest.mark.parametrize("written", [{}, {"quorum": []}])
def test_a_rule_may_ask_for_no_quorum(written):
    rule = {"choices": ["yes", "no"], "approval": [MAJORITY], **written}
    assert counted(rule, people(9), votes(yes=1))["outcome"] == "passed"


def test_a_list_is_and_while_any_is_or():
    adults, households = share("entitled", ">", "1/2"), share("entitled", ">=", "2/3", "households")
    roster = [{"id": f"m{index}", "household": f"h{(index + 1) // 2}"} for index in range(1, 7)]
    ballots = [ballot("m1"), ballot("m3")]
    either = counted(a_rule(quorum=({"any": [adults, households]},)), roster, ballots)
    assert either["outcome"] == "passed"
    assert [test["holds"] for test in either["tests"][0]["any"]] == [False, True]
    assert {key: either["tests"][0][key] for key in ("kind", "holds")} == {"kind": "quorum", "holds": True}
    assert counted(a_rule(quorum=(adults, households)), roster, ballots)["outcome"] == "no_quorum"
    assert counted(a_rule(quorum=({"any": [adults]},)), roster, ballots)["outcome"] == "no_quorum"


def test_an_or_may_stand_in_place_of_the_list():
    rule = a_rule() | {"quorum": {"any": [share("entitled", ">", "1/2")]}}
    assert counted(rule, people(2), votes(yes=2))["tests"][0]["any"][0]["holds"] is True


# --- which ballots count --------------------------------------------------------------------------------------------


def test_a_ballot_from_outside_the_roster_is_set_aside():
    result = counted(a_rule(), people(1), [ballot("m9"), ballot("m1"), ballot("m9", "no")])
    assert aside(result) == [(1, "m9", "not_entitled"), (3, "m9", "not_entitled")]
    assert (result["received"], result["counted"], heads(result)["present"]) == (3, 1, 1)


def test_equal_ballots_of_a_member_count_once_whatever_their_channel():
    ballots = [ballot("m1", channel="paper"), ballot("m1"), ballot("m1", channel="hands")]
    result = counted(a_rule(), people(2), ballots)
    assert aside(result) == [(2, "m1", "duplicate"), (3, "m1", "duplicate")]
    assert heads(result)["yes"] == 1


@pytest.mark.parametrize("second", ["no", "abstain", "invalid"])
def test_ballots_of_a_member_that_differ_are_all_set_aside(second):
    result = counted(a_rule(), people(2), [ballot("m1"), ballot("m1", second), ballot("m1")])
    assert aside(result) == [(1, "m1", "conflict"), (2, "m1", "conflict"), (3, "m1", "conflict")]
    assert (heads(result)["present"], heads(result)["participating"], heads(result)["not_voting"]) == (1, 0, 1)


def units(*owners, **same):
    return [{"id": f"m{index}", "owner": owner, **same} for index, owner in enumerate(owners, 1)]


def test_an_owner_of_several_units_counts_once_by_heads_and_whole_by_area():
    roster = [*units("王", "王", area="50"), {"id": "m3", "area": "30.5"}]
    rule = a_rule(share("entitled", ">", "1/2"), share("entitled", ">", "1/2", "area"))
    result = counted(rule, roster, [ballot("m1"), ballot("m2"), ballot("m3", "no")])
    assert (heads(result)["entitled"], heads(result)["yes"], heads(result)["no"]) == (2, 1, 1)
    assert (result["counts"]["area"]["entitled"], result["counts"]["area"]["yes"]) == ("130.50", "100.00")
    assert [test["holds"] for test in result["tests"]] == [False, True]


def test_an_owner_is_no_line_that_happens_to_have_that_id():
    result = counted(a_rule(), [{"id": "m1"}, {"id": "m2", "owner": "m1"}], votes(yes=2))
    assert heads(result)["yes"] == 2


def test_the_heads_of_an_owner_count_once():
    result = counted(a_rule(), units("王", "王", heads=3), votes(yes=2))
    assert (heads(result)["entitled"], heads(result)["yes"]) == (3, 3)


@pytest.mark.parametrize("second", ["no", "invalid"])
def test_an_owner_whose_units_differ_is_set_aside_whole(second):
    result = counted(a_rule(), [*units("王", "王"), {"id": "m3"}], [ballot("m1"), ballot("m2", second), ballot("m3")])
    assert aside(result) == [(1, "m1", "conflict"), (2, "m2", "conflict")]
    assert (heads(result)["present"], heads(result)["not_voting"]) == (2, 1)


def test_a_unit_already_in_conflict_does_not_drag_its_owner_down():
    ballots = [ballot("m1"), ballot("m1", "no"), ballot("m2"), ballot("m2")]
    result = counted(a_rule(share("present", ">", "1/2", "area")), units("王", "王", area="10"), ballots)
    assert aside(result) == [(1, "m1", "conflict"), (2, "m1", "conflict"), (4, "m2", "duplicate")]
    assert (heads(result)["yes"], heads(result)["not_voting"]) == (1, 0)
    assert (result["counts"]["area"]["yes"], result["counts"]["area"]["not_voting"]) == ("10.00", "10.00")


def test_a_duplicate_stays_a_duplicate_when_its_owner_is_divided():
    result = counted(a_rule(), units("王", "王"), [ballot("m1"), ballot("m1"), ballot("m2", "no")])
    assert aside(result) == [(1, "m1", "conflict"), (2, "m1", "duplicate"), (3, "m2", "conflict")]


# --- presence -------------------------------------------------------------------------------------------------------


def test_present_is_who_is_named_or_has_any_ballot():
    result = counted(a_rule(), people(4), [ballot("m2"), ballot("m3"), ballot("m3", "no")], present=["m1", "m1"])
    assert (heads(result)["present"], heads(result)["participating"], heads(result)["not_voting"]) == (3, 1, 2)


def test_a_stranger_at_the_door_changes_nothing_and_is_reported_once():
    result = counted(a_rule(), people(1), votes(yes=1), present=["q", "m1", "q"])
    assert (heads(result)["present"], result["reports"]) == (1, [{"kind": "present_not_entitled", "member": "q"}])


STRICT = a_rule(strict_presence=True)


def test_a_strict_meeting_counts_ballots_of_the_present():
    assert counted(STRICT, people(2), votes(yes=1), present=["m1"])["outcome"] == "passed"


@pytest.mark.parametrize(
    ("ballots", "place"),
    [
        ([ballot("m2")], "ballots[0].member"),
        ([ballot("m1"), ballot("m2")], "ballots[1].member"),
        ([ballot("m2", channel="proxy", cast_by="m3")], "ballots[0].cast_by"),
        ([ballot("m2", channel="proxy")], "ballots[0].cast_by"),
        ([ballot("m2", channel="paper", cast_by="m1")], "ballots[0].member"),
    ],
)
def test_a_strict_meeting_refuses_a_counted_ballot_of_the_absent(ballots, place):
    with pytest.raises(TallyRefused) as refused:
        counted(STRICT, people(3), ballots, present=["m1"])
    assert refused.value.place == place
    assert refused.value.sentence.startswith("is not in present, and the rule is strict: ")


def test_a_strict_meeting_asks_for_the_holder_of_a_proxy():
    result = counted(STRICT, people(2), [ballot("m2", channel="proxy", cast_by="guest")], present=["guest"])
    assert heads(result)["yes"] == 1


def test_a_strict_meeting_asks_nothing_of_ballots_set_aside():
    contradictory = [ballot("m2"), ballot("m2", "no")]
    repeated = [ballot("m1"), ballot("m1", channel="proxy", cast_by="m8")]
    assert counted(STRICT, people(2), [ballot("m9"), *contradictory, *repeated], present=["m1"])["counted"] == 1


# --- households -----------------------------------------------------------------------------------------------------

BY_HOUSEHOLD = a_rule(share("participating", ">", "1/2", "households"))


def homes(*names):
    return [{"id": f"m{index}", "household": name} for index, name in enumerate(names, 1)]


def test_a_household_has_one_choice():
    result = counted(BY_HOUSEHOLD, homes("A", "A", "B", "C"), votes(yes=2, no=1))
    assert result["counts"]["households"] == {
        "entitled": 3, "present": 2, "participating": 2, "yes": 1, "no": 1, "abstain": 0, "invalid": 0, "conflict": 0,
        "not_voting": 0,
    }  # fmt: skip
    assert heads(result)["yes"] == 2


def test_a_divided_household_is_reported_and_counts_for_nobody():
    ballots = [ballot("m1"), ballot("m2", "no"), ballot("m3", "invalid"), ballot("m4")]
    result = counted(BY_HOUSEHOLD, homes("A", "A", "A", "B"), ballots)
    households = result["counts"]["households"]
    assert (households["participating"], households["conflict"], households["yes"]) == (2, 1, 1)
    assert (heads(result)["yes"], heads(result)["no"], heads(result)["conflict"]) == (2, 1, 0)
    assert result["reports"] == [{"kind": "household_conflict", "household": "A"}]
    assert result["outcome"] == "failed"


@pytest.mark.parametrize(("of", "denominator"), [("participating", 3), ("valid", 2), ("decisive", 1)])
def test_a_divided_household_takes_part_without_a_valid_vote(of, denominator):
    ballots = [ballot("m1"), ballot("m2", "no"), ballot("m3"), ballot("m4", "abstain")]
    result = counted(a_rule(share(of, ">", "1/2", "households")), homes("A", "A", "B", "C"), ballots)
    assert result["tests"][0]["denominator"] == denominator


def test_a_household_hears_only_ballots_that_count():
    ballots = [ballot("m1"), ballot("m2", "no"), ballot("m2")]
    result = counted(BY_HOUSEHOLD, homes("A", "A"), ballots)
    assert (result["counts"]["households"]["yes"], result["reports"]) == (1, [])


# --- confidential ballots -------------------------------------------------------------------------------------------


def confidential(*choices, taken=3, number=4, rule=None, **more):
    ballots = [{"choice": choice} for choice in choices]
    participated = [f"m{index}" for index in range(1, taken + 1)]
    document = a_document(rule or a_rule(), people(number), ballots)
    return document | {"secrecy": "confidential", "participated": participated, **more}


def test_confidential_ballots_are_counted_without_their_members():
    result = tally_json(confidential("no", "yes", "yes", present=["m4", "m1", "q"]))
    assert heads(result) == {
        "entitled": 4, "present": 4, "participating": 3, "yes": 2, "no": 1, "abstain": 0, "invalid": 0, "conflict": 0,
        "not_voting": 1,
    }  # fmt: skip
    assert (result["received"], result["counted"], result["set_aside"]) == (3, 3, [])
    assert result["reports"] == [{"kind": "present_not_entitled", "member": "q"}]


def test_fewer_ballots_than_participants_leave_some_not_voting():
    assert heads(tally_json(confidential("yes", taken=3)))["not_voting"] == 2


def test_confidential_options_are_counted():
    rule = an_election("甲", "乙", select=2)
    result = tally_json(confidential(["甲"], ["甲", "乙"], "abstain", rule=rule))
    assert (heads(result)["options"], result["winners"]) == ({"甲": 2, "乙": 1}, ["甲"])


def test_a_strict_confidential_meeting_gives_ballots_to_the_present_only():
    assert tally_json(confidential("yes", taken=1, rule=STRICT, present=["m1"]))["outcome"] == "passed"
    with pytest.raises(TallyRefused, match=r"^participated\[1\] is not in present, and the rule is strict$"):
        tally_json(confidential("yes", taken=2, rule=STRICT, present=["m1"]))


# --- options --------------------------------------------------------------------------------------------------------


def marked(*choices):
    return [ballot(f"m{index}", choice) for index, choice in enumerate(choices, 1)]


def elected(rule, *choices):
    result = counted(rule, people(9), marked(*choices))
    return result["outcome"], result["winners"], result["tied"], result["unfilled"]


def test_options_are_counted_instead_of_yes_and_no():
    rule = an_election("甲", "乙", "丙", select=2)
    result = counted(rule, people(9), marked(["甲"], ["乙", "甲"], "abstain", "invalid"))
    assert heads(result) == {
        "entitled": 9, "present": 4, "participating": 4, "options": {"甲": 2, "乙": 1, "丙": 0}, "abstain": 1,
        "invalid": 1, "conflict": 0, "not_voting": 0,
    }  # fmt: skip


@pytest.mark.parametrize(("of", "denominator"), [("participating", 4), ("valid", 3), ("decisive", 2)])
def test_a_marked_ballot_is_decisive_once_however_many_marks_it_has(of, denominator):
    rule = an_election("甲", "乙", select=2, approval=(share(of, ">", "1/2"),))
    result = counted(rule, people(9), marked(["甲"], ["乙", "甲"], "abstain", "invalid"))
    assert {test["denominator"] for test in result["tests"]} == {denominator}
    assert [test["option"] for test in result["tests"]] == ["甲", "乙"]


def test_lists_are_equal_as_sets():
    rule = an_election("甲", "乙", select=2)
    result = counted(rule, people(1), [ballot("m1", ["甲", "乙"]), ballot("m1", ["乙", "甲"])])
    assert aside(result) == [(2, "m1", "duplicate")]


def test_an_option_may_be_called_like_a_choice():
    rule = an_election("abstain", "invalid", "yes", "conflict", seats=4)
    result = counted(rule, people(5), marked(["abstain"], ["invalid"], ["yes"], ["conflict"], "abstain"))
    assert set(heads(result)["options"].values()) == {1}
    assert (heads(result)["abstain"], heads(result)["invalid"], heads(result)["conflict"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("more", "choices", "expected"),
    [
        ({}, (["甲"], ["甲"], ["乙"]), ("passed", ["甲"], [], 0)),
        ({}, (["甲"], ["乙"]), ("tie", [], ["甲", "乙"], 1)),
        ({"seats": 2}, (["甲"], ["乙"]), ("passed", ["甲", "乙"], [], 0)),
        ({"seats": 2}, (["乙"], ["乙"], ["甲"], ["丙"]), ("tie", ["乙"], ["甲", "丙"], 1)),
        ({"seats": 2}, (["丙"], ["丙"], ["丙"], ["乙"], ["乙"], ["甲"]), ("passed", ["丙", "乙"], [], 0)),
        ({"seats": 3}, (["甲"],), ("passed", ["甲", "乙", "丙"], [], 0)),
        ({"seats": 5}, (["乙"],), ("passed", ["乙", "甲", "丙"], [], 2)),
    ],
)
def test_the_most_votes_win_and_equal_ones_at_the_last_seat_are_a_tie(more, choices, expected):
    assert elected(an_election("甲", "乙", "丙", **more), *choices) == expected


HALF = (share("participating", ">", "1/2"),)


@pytest.mark.parametrize(
    ("seats", "choices", "expected"),
    [
        (1, (["甲"], ["甲"], ["乙"]), ("passed", ["甲"], [], 0)),
        (2, (["甲"], ["甲"], ["乙"]), ("passed", ["甲"], [], 1)),
        (1, (["甲"], ["乙"]), ("failed", [], [], 1)),
        (1, ("abstain",), ("failed", [], [], 1)),
        (1, (), ("failed", [], [], 1)),
        (1, (["甲", "乙"], ["甲", "乙"]), ("tie", [], ["甲", "乙"], 1)),
    ],
)
def test_only_options_that_pass_every_test_win(seats, choices, expected):
    assert elected(an_election("甲", "乙", "丙", select=2, seats=seats, approval=HALF), *choices) == expected


def test_a_further_vote_asks_for_a_third_of_the_ballots():
    rule = an_election("甲", "乙", approval=(share("participating", ">=", "1/3"),), seats=2)
    assert elected(rule, ["甲"], ["甲"], ["乙"]) == ("passed", ["甲", "乙"], [], 0)
    assert elected(rule, ["甲"], ["甲"], ["甲"], ["乙"]) == ("passed", ["甲"], [], 1)


def test_options_are_ordered_by_the_measure_of_the_first_approval_test():
    roster = [{"id": "m1", "area": "100"}, {"id": "m2", "area": "10"}, {"id": "m3", "area": "10"}]
    ballots = marked(["甲"], ["乙"], ["乙"])
    by_area = an_election("甲", "乙", approval=(share("entitled", ">", "1/1000", "area"), share("present", ">", "1/9")))
    nested = an_election("甲", "乙", approval=({"any": [share("entitled", ">", "1/1000", "area")]},))
    by_heads = an_election("甲", "乙", quorum=[share("entitled", ">", "1/2", "area")])
    winners = [counted(rule, roster, ballots)["winners"] for rule in (by_area, nested, by_heads)]
    assert winners == [["甲"], ["甲"], ["乙"]]


def test_tests_stand_in_the_order_of_the_rule_each_put_to_every_option():
    rule = an_election("甲", "乙", approval=(share("present", ">", "1/2"), {"any": [share("valid", ">", "1/2")]}))
    tests = counted(rule, people(1), marked(["甲"]))["tests"]
    assert [(test["option"], "any" in test) for test in tests] == [
        ("甲", False), ("乙", False), ("甲", True), ("乙", True),
    ]  # fmt: skip
    assert tests[3]["any"][0]["option"] == "乙"


def test_an_election_without_quorum_elects_nobody():
    rule = an_election("甲", "乙", quorum=[share("entitled", ">", "1/2")], seats=2)
    assert elected(rule, ["甲"]) == ("no_quorum", [], [], 2)


# --- the whole answer -----------------------------------------------------------------------------------------------


def test_the_answer_has_the_shape_of_the_contract():
    roster = people(37)
    ballots = [*votes(yes=24, no=4, abstain=2), ballot("x9")]
    rule = a_rule(MAJORITY, quorum=(share("entitled", ">=", "2/3"),))
    result = counted(rule, roster, ballots, present=["m1"])
    sentence = result.pop("sentence")
    assert set(sentence) == {"zh-Hans", "zh-Hant", "en"}
    assert result == {
        "schema": "deliberation/result-1",
        "outcome": "passed",
        "counts": {
            "heads": {
                "entitled": 37, "present": 30, "participating": 30, "yes": 24, "no": 4, "abstain": 2, "invalid": 0,
                "conflict": 0, "not_voting": 0,
            }
        },
        "tests": [
            {
                "kind": "quorum", "measure": "heads", "of": "entitled", "numerator": 30, "denominator": 37, "op": ">=",
                "fraction": "2/3", "needed": "25", "holds": True,
            },
            {
                "kind": "approval", "measure": "heads", "of": "present", "numerator": 24, "denominator": 30, "op": ">",
                "fraction": "1/2", "needed": "16", "holds": True,
            },
        ],
        "received": 31,
        "counted": 30,
        "set_aside": [{"ballot": 31, "member": "x9", "reason": "not_entitled"}],
        "reports": [],
    }  # fmt: skip


def test_counts_hold_heads_and_what_the_rule_names():
    roster = [{"id": "m1", "household": "A", "area": "1"}]
    assert list(counted(a_rule(), roster, [])["counts"]) == ["heads"]
    either = {"any": [share("present", ">", "1/2", "households")]}
    named = a_rule(either, quorum=(share("entitled", ">", "1/2", "area"),))
    assert list(counted(named, roster, [])["counts"]) == ["heads", "area", "households"]


def test_unknown_keys_outside_the_rule_are_ignored():
    roster = [{"id": "m1", "name": "王秀英", "weight": 1.5}]
    result = counted(a_rule(), roster, [ballot("m1", note=None, receipt="r")], title="x", participated=7)
    assert result["outcome"] == "passed"
