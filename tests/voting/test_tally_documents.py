"""What a tally document may not be, each with the place that the refusal names."""

import copy
import json
from random import Random

import pytest

from deliberation.voting.strict_json import parse_json
from deliberation.voting.tally import tally_json
from deliberation.voting.tally_checks import TallyRefused
from deliberation.voting.tally_document import read_tally_document
from deliberation.voting.tally_rule import read_rule, rule_as_json
from tests.voting.tally_oracle import random_document
from tests.voting.tally_papers import a_document, a_rule, an_election, ballot, people, share

GOOD = a_document(
    a_rule(
        share("present", ">", "1/2"),
        {"any": [share("valid", ">=", "1/3", "area")]},
        quorum=(share("entitled", ">=", "2/3"),),
    ),
    [{"id": "m1", "area": "89.50", "household": "A"}, {"id": "m2", "area": "1"}],
    [ballot("m1"), ballot("m2", "no", cast_by="m1")],
    present=["m1"],
)
ELECTION = a_document(
    an_election("甲", "乙", "丙", select=2), people(2), [ballot("m1", ["甲"]), ballot("m2", "abstain")]
)
CONFIDENTIAL = a_document(a_rule(), people(3), [{"choice": "no"}, {"choice": "yes"}]) | {
    "secrecy": "confidential",
    "participated": ["m1", "m2"],
}
GONE = object()


def spoiled(document, path, value):
    """The document with another value at the path, or without it."""
    changed = copy.deepcopy(document)
    *way, last = path
    place = changed
    for step in way:
        place = place[step]
    if value is GONE:
        del place[last]
    elif isinstance(place, list) and last == len(place):
        place.append(value)
    else:
        place[last] = value
    return changed


def refusal(document):
    with pytest.raises(TallyRefused) as refused:
        tally_json(document)
    return refused.value


QUORUM, APPROVAL = ("rule", "quorum", 0), ("rule", "approval", 0)
ANY = ("rule", "approval", 1)
FRACTIONS = [
    "2/0", "0/0", "0/3", "3/2", "1001/1001", "1/1001", "-1/2", "1/-2", "1.5/2", "2 /3", " 2/3", "2/3 ", "2/3\n", "2//3",
    "2", "", "/", "2/", "/3", "1/2/3", "２/３", "½", "三分之二", "1e0/2", "+1/2", "0x1/2", 0.5, 1, True, None, [1, 2],
    "9" * 5000 + "/1",
]  # fmt: skip
AREAS = [
    "1.234", "-1", "-0.01", "1e3", "1,5", "1.", ".5", "", " 1", "1 ", "1\n", "+1", "１", "NaN", "inf", "0x10", "1_0",
    "1.-5", "9" * 101, 89.5, 89, True, None, [], "9" * 5000,
]  # fmt: skip
HEADS = [-1, 1.0, 1.5, "1", True, False, None, [], {}, 10**100, float("nan")]
WRONG_STRINGS = [1, 1.5, True, None, [], {}]

REFUSED = [
    *[(GOOD, (key,), GONE, key) for key in ("rule", "roster", "ballots")],
    *[(GOOD, ("rule",), value, "rule") for value in (None, [], "x", 1)],
    *[(GOOD, (key,), value, key) for key in ("roster", "ballots", "present") for value in (None, {}, "m1", 1, True)],
    *[(GOOD, ("schema",), value, "schema") for value in ("deliberation/tally-2", "", None, 1)],
    *[(GOOD, ("secrecy",), value, "secrecy") for value in ("secret", "", None, True, ["named"])],
    # The rule
    (GOOD, ("rule", "Quorum"), [], "rule.Quorum"),
    (GOOD, ("rule", "note"), "x", "rule.note"),
    (GOOD, ("rule", "a b"), "x", 'rule."a b"'),
    *[(GOOD, ("rule", key), 1, f"rule.{key}") for key in ("select", "seats")],
    (GOOD, ("rule", "options"), ["甲", "乙"], "rule.options"),
    *[(GOOD, ("rule", "method"), value, "rule.method") for value in ("yes_no", "", None, ["options"])],
    (GOOD, ("rule", "choices"), GONE, "rule.choices"),
    *[
        (GOOD, ("rule", "choices"), value, "rule.choices")
        for value in ([], ["yes"], ["no", "abstain"], ["yes", "no", "maybe"], ["yes", "no", "yes"], "yes", None,
                      ["yes", "no", "invalid"], ["yes", "no", "abstain", "abstain"], ["Yes", "no"])
    ],
    (GOOD, ("rule", "choices"), ["yes", "no", 1], "rule.choices[2]"),
    *[(GOOD, ("rule", "strict_presence"), value, "rule.strict_presence") for value in (1, 0, "true", None, [])],
    (GOOD, ("rule", "approval"), GONE, "rule.approval"),
    (GOOD, ("rule", "approval"), [], "rule.approval"),
    *[(GOOD, ("rule", kind), value, f"rule.{kind}") for kind in ("approval", "quorum")
      for value in (None, "x", 1, {}, share("entitled", ">", "1/2"))],
    *[(GOOD, QUORUM, value, "rule.quorum[0]") for value in (None, "x", 1, [], [share("entitled", ">", "1/2")])],
    (GOOD, (*ANY, "of"), "present", "rule.approval[1].of"),
    *[(GOOD, (*ANY, "any"), value, "rule.approval[1].any") for value in ([], None, "x", {})],
    (GOOD, (*ANY, "any", 0), {"any": [share("valid", ">", "1/2")]}, "rule.approval[1].any[0].any"),
    (GOOD, (*ANY, "any", 0, "fraction"), "2/0", "rule.approval[1].any[0].fraction"),
    # A test
    *[(GOOD, (*QUORUM, key), GONE, f"rule.quorum[0].{key}") for key in ("measure", "of", "op", "fraction")],
    (GOOD, (*QUORUM, "note"), "x", "rule.quorum[0].note"),
    (GOOD, (*QUORUM, "kind"), "quorum", "rule.quorum[0].kind"),
    (GOOD, (*APPROVAL, "who"), "participating", "rule.approval[0].who"),
    *[(GOOD, (*QUORUM, "who"), value, "rule.quorum[0].who") for value in ("yes", "entitled", None, True)],
    *[(GOOD, (*QUORUM, "of"), value, "rule.quorum[0].of") for value in ("present", "participating", "valid", None, [])],
    *[(GOOD, (*APPROVAL, "of"), value, "rule.approval[0].of") for value in ("all", "", None, {})],
    *[(GOOD, (*APPROVAL, "op"), value, "rule.approval[0].op") for value in ("<", "=>", "≥", "", None, 1)],
    *[(GOOD, (*APPROVAL, "measure"), value, "rule.approval[0].measure") for value in ("people", "Heads", None, [])],
    *[(GOOD, (*QUORUM, "fraction"), value, "rule.quorum[0].fraction") for value in FRACTIONS],
    # The roster
    *[(GOOD, ("roster", 0), value, "roster[0]") for value in (None, "m1", 1, [])],
    (GOOD, ("roster", 0, "id"), GONE, "roster[0].id"),
    *[(GOOD, ("roster", 0, "id"), value, "roster[0].id") for value in [*WRONG_STRINGS, ""]],
    (GOOD, ("roster", 1, "id"), "m1", "roster[1].id"),
    *[(GOOD, ("roster", 1, "heads"), value, "roster[1].heads") for value in HEADS],
    *[(GOOD, ("roster", 0, "area"), value, "roster[0].area") for value in AREAS],
    (GOOD, ("roster", 1, "area"), GONE, "roster[1].area"),
    *[(GOOD, ("roster", 0, key), value, f"roster[0].{key}") for key in ("household", "owner")
      for value in [*WRONG_STRINGS, ""]],
    (GOOD, (*QUORUM, "measure"), "households", "roster[1].household"),
    # Ballots and presence
    *[(GOOD, ("ballots", 0), value, "ballots[0]") for value in (None, "yes", 1, [])],
    *[(GOOD, ("ballots", 1, key), GONE, f"ballots[1].{key}") for key in ("member", "choice")],
    *[(GOOD, ("ballots", 1, "member"), value, "ballots[1].member") for value in WRONG_STRINGS],
    *[(GOOD, ("ballots", 1, key), value, f"ballots[1].{key}") for key in ("channel", "cast_by")
      for value in WRONG_STRINGS],
    *[(GOOD, ("ballots", 0, "choice"), value, "ballots[0].choice")
      for value in ("maybe", "Yes", "", "yes ", None, 1, True, ["yes"], {}, "conflict", "赞成")],
    (GOOD, ("ballots", 2), {"member": "m9", "choice": "maybe"}, "ballots[2].choice"),
    (spoiled(GOOD, ("rule", "choices"), ["yes", "no"]), ("ballots", 1, "choice"), "abstain", "ballots[1].choice"),
    *[(GOOD, ("present", 0), value, "present[0]") for value in WRONG_STRINGS],
    # Options
    *[(ELECTION, ("rule", "options"), value, "rule.options")
      for value in ([], ["甲"], "甲乙", None, {"甲": 1, "乙": 2})],
    (ELECTION, ("rule", "options"), GONE, "rule.options"),
    (ELECTION, ("rule", "options", 2), "甲", "rule.options[2]"),
    (ELECTION, ("rule", "options", 1), "", "rule.options[1]"),
    (ELECTION, ("rule", "options", 1), 2, "rule.options[1]"),
    (ELECTION, ("rule", "method"), GONE, "rule.options"),
    (ELECTION, ("rule", "choices"), GONE, "rule.choices"),
    *[(ELECTION, ("rule", "choices"), value, "rule.choices")
      for value in (["yes", "no"], ["yes"], ["invalid"], ["abstain", "abstain"], None)],
    *[(ELECTION, ("rule", key), value, f"rule.{key}") for key in ("select", "seats")
      for value in (0, -1, 1.0, "1", True, None, [], 10**100)],
    *[(ELECTION, ("ballots", 0, "choice"), value, "ballots[0].choice")
      for value in ([], ["甲", "甲"], ["甲", "乙", "丙"], ["丁"], ["甲", "丁"], "甲", "yes", ["abstain"], [["甲"]], [1],
                    [None], {"甲": 1}, None, 1, [{}])],
    (spoiled(ELECTION, ("rule", "choices"), []), ("ballots", 1, "choice"), "abstain", "ballots[1].choice"),
    # Confidential ballots
    *[(CONFIDENTIAL, ("ballots", 0, key), "m1", f"ballots[0].{key}") for key in ("member", "cast_by", "receipt")],
    (CONFIDENTIAL, ("ballots", 0, "member"), None, "ballots[0].member"),
    (CONFIDENTIAL, ("ballots",), [{"choice": choice} for choice in ("yes", "no", "yes")], "ballots[2].choice"),
    (CONFIDENTIAL, ("ballots", 2), {"choice": "yes"}, "ballots"),
    (CONFIDENTIAL, ("participated",), ["m1", "m1"], "ballots"),
    (CONFIDENTIAL, ("participated",), GONE, "ballots"),
    (CONFIDENTIAL, ("participated", 1), "m9", "participated[1]"),
    (CONFIDENTIAL, ("participated", 1), 1, "participated[1]"),
    *[(CONFIDENTIAL, ("participated",), value, "participated") for value in (None, {}, "m1", 2)],
    *[(CONFIDENTIAL, ("roster", 1, "heads"), value, "roster[1].heads") for value in (0, 2)],
    (CONFIDENTIAL, ("roster",), [{"id": "m1", "owner": "王"}, {"id": "m2", "owner": "王"}], "roster[1].owner"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("document", "path", "value", "place"), REFUSED, ids=[f"{number} {each[-1]}" for number, each in enumerate(REFUSED)]
)
def test_a_document_that_cannot_be_counted_is_refused_with_its_place(document, path, value, place):
    refused = refusal(spoiled(document, path, value))
    assert refused.place == place
    assert str(refused).splitlines() == [str(refused)]
    assert len(str(refused)) < 250


@pytest.mark.parametrize("value", [None, [], "x", 1, True, 1.5])
def test_a_document_is_an_object(value):
    assert refusal(value).place == "document"


@pytest.mark.parametrize(("kind", "place"), [("quorum", "rule.quorum[0]"), ("approval", "rule.approval[0]")])
@pytest.mark.parametrize("measure", ["area", "households"])
def test_confidential_ballots_are_counted_by_heads_only(kind, place, measure):
    document = spoiled(CONFIDENTIAL, ("roster",), [{"id": f"m{n}", "area": "1", "household": "A"} for n in (1, 2)])
    test = share("entitled", ">", "1/2", measure)
    assert refusal(spoiled(document, ("rule", kind), [test])).place == f"{place}.measure"
    assert refusal(spoiled(document, ("rule", kind), [{"any": [test]}])).place == f"{place}.any[0].measure"


def test_the_lines_of_one_owner_must_have_the_same_heads():
    roster = [
        {"id": "m1", "owner": "王"},
        {"id": "m2", "owner": "李", "heads": 2},
        {"id": "m3", "owner": "王", "heads": 2},
    ]
    assert refusal(a_document(a_rule(), roster, [])).place == "roster[2].heads"


ALLOWED = [
    (GOOD, ("present",), GONE),
    (GOOD, ("schema",), GONE),
    (GOOD, ("secrecy",), "named"),
    (GOOD, ("roster",), []),
    (GOOD, ("ballots",), []),
    (GOOD, ("present",), ["q", "q"]),
    (GOOD, ("rule", "quorum"), GONE),
    (GOOD, ("rule", "strict_presence"), False),
    (GOOD, (*QUORUM, "who"), "present"),
    (GOOD, ("rule", "choices"), ["no", "yes"]),
    (GOOD, ("roster", 0, "heads"), 0),
    (GOOD, ("roster", 0, "heads"), 10**100 - 1),
    (GOOD, ("roster", 0, "area"), "9" * 100),
    (GOOD, (*QUORUM, "fraction"), "1/1000"),
    (GOOD, (*QUORUM, "fraction"), "1000/1000"),
    (GOOD, ("roster", 0, "area"), "12345678901234567890.99"),
    (GOOD, ("ballots", 0, "channel"), GONE),
    (GOOD, ("ballots", 0, "channel"), "飞鸽传书"),
    (GOOD, ("ballots", 0, "channel"), "proxy"),
    (GOOD, ("ballots", 0, "member"), ""),
    (GOOD, ("ballots", 0, "receipt"), 5),
    (GOOD, ("anything",), [{}]),
    (ELECTION, ("rule", "select"), 99),
    (ELECTION, ("rule", "seats"), 99),
    (ELECTION, ("rule", "approval"), GONE),
    (CONFIDENTIAL, ("ballots",), []),
    (CONFIDENTIAL, ("roster", 0, "owner"), "王"),
    (CONFIDENTIAL, ("ballots", 0, "channel"), "paper"),
    (CONFIDENTIAL, ("ballots",), [{"choice": "yes"}, {"choice": "no"}]),
]


@pytest.mark.parametrize(("document", "path", "value"), ALLOWED)
def test_what_the_contract_allows_is_counted(document, path, value):
    assert tally_json(spoiled(document, path, value))["schema"] == "deliberation/result-1"


def test_counting_changes_nothing_in_the_document():
    before = copy.deepcopy(GOOD)
    tally_json(GOOD)
    assert before == GOOD


@pytest.mark.parametrize("seed", range(200))
def test_a_rule_written_and_read_again_is_the_same_rule(seed):
    rule = read_rule(random_document(Random(seed))["rule"])
    assert read_rule(rule_as_json(rule)) == rule


def test_a_strict_rule_stays_strict_when_it_is_written():
    rule = read_rule(a_rule(strict_presence=True))
    assert read_rule(rule_as_json(rule)) == rule


JUNK = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    10**400,
    float("inf"),
    "",
    "x",
    "1/2",
    "\u2028",
    [],
    {},
    [[]],
    {"any": []},
    "yes",
    "9" * 99,
]


def places(value, way=()):
    yield way
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, each in steps:
        yield from places(each, (*way, step))


@pytest.mark.parametrize("share", range(4))
def test_junk_anywhere_is_refused_or_counted_and_never_a_crash(share):
    rng = Random(share)
    refused = 0
    for seed in range(1000):
        document = random_document(Random(seed))
        for _ in range(rng.randint(1, 2)):
            path = rng.choice([way for way in places(document) if way])
            document = spoiled(document, path, rng.choice([GONE, *JUNK]))
        try:
            assert json.dumps(tally_json(document))
        except TallyRefused as error:
            refused += 1
            assert error.place and len(str(error).splitlines()) == 1
    assert 400 < refused < 1000


# --- the file -------------------------------------------------------------------------------------------------------

UNREADABLE = [
    (b"", "line 1 column 1"),
    (b"{", "line 1 column 2"),
    (b'{"rule": {},}', "line 1 column 13"),
    (b'{"a": 1}\n{"b": 2}', "line 2 column 1"),
    (b'{"a": "\xff"}', "line 1"),
    ('{"a": 1,\n"b": "业主"}'.encode("gb18030"), "line 2"),
    ("{}".encode("utf-16"), "line 1"),
    (b'{"a": 1, "a": 1}', "a"),
    (b'{"rule": {"b": 1, "a": 1, "c": 3, "a": 2}}', "rule.a"),
    (b'{"ballots": [{}, {"choice": "yes", "choice": "no"}]}', "ballots[1].choice"),
    (b'[{"a b": 1, "a b": 1}]', '[0]."a b"'),
    (b'{"a": [1, NaN]}', "a[1]"),
    (b'{"a": {"b": -Infinity}}', "a.b"),
    (b"NaN", "document"),
    (b'{"a": "\\ud800"}', "a"),
    (b'{"a": {"x": "\\udc00\\ud800"}}', "a.x"),
    (b'"\\ud800"', "document"),
    (b'{"b": {"\\ud800": 1}}', 'b."\\ud800"'),
    (b'{"a": ' + b"9" * 5000 + b"}", "document"),
    (b"[" * 200_000, "document"),
    (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "document"),
]


@pytest.mark.parametrize(("data", "place"), UNREADABLE, ids=[place for _, place in UNREADABLE])
def test_json_that_could_mean_two_things_is_refused(data, place):
    with pytest.raises(TallyRefused) as refused:
        parse_json(data)
    assert refused.value.place == place
    str(refused.value).encode()


@pytest.mark.parametrize(
    ("data", "value"),
    [
        ('{"名": "𠮷"}'.encode(), {"名": "𠮷"}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"a": "\\ud842\\udfb7", "b": [{"a": 1}]}', {"a": "𠮷", "b": [{"a": 1}]}),
        (b"{}", {}),
    ],
)
def test_json_that_means_one_thing_is_read(data, value):
    assert parse_json(data) == value


def test_a_line_may_have_every_key():
    roster = [{"id": "m1", "heads": 2, "household": "A", "owner": "王", "area": "007.5"}]
    line = read_tally_document(a_document(a_rule(), roster, [])).roster[0]
    assert line == ("m1", 2, "A", "王", 750)
