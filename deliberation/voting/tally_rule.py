"""The rule of a tally document: read, refused where it says something nobody would follow, and written again. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from deliberation.voting.tally_checks import (
    MOST_DIGITS,
    TallyRefused,
    a_boolean,
    a_list,
    a_positive,
    an_object,
    one_of,
    only,
    required,
    said,
    strings,
)
from deliberation.voting.tally_terms import AnyOf, Base, Comparison, Condition, Measure, Requirement, Rule

LARGEST_DENOMINATOR = 1000

_FRACTION = re.compile(r"([0-9]+)/([0-9]+)", re.ASCII)
_RULE_KEYS = ("choices", "quorum", "approval", "strict_presence", "method", "options", "select", "seats")
_OPTION_KEYS = ("options", "select", "seats")
_TEST_KEYS = ("measure", "of", "op", "fraction")


def read_rule(raw: Any) -> Rule:
    """Read the ``rule`` of a document. A key that is not known is refused: a condition nobody reads decides nothing."""
    an_object(raw, "rule")
    only(raw, _RULE_KEYS, "rule")
    by_options = "method" in raw and bool(one_of(raw["method"], "rule.method", ("options",)))
    if not by_options:
        for key in _OPTION_KEYS:
            if key in raw:
                raise TallyRefused(f"rule.{key}", 'is only allowed with "method": "options"')
    choices = _choices(strings(required(raw, "choices", "rule."), "rule.choices"), by_options)
    approval = raw.get("approval", []) if by_options else required(raw, "approval", "rule.")
    rule = Rule(
        choices=choices,
        quorum=_conditions(raw.get("quorum", []), "quorum"),
        approval=_conditions(approval, "approval"),
        strict_presence=a_boolean(raw.get("strict_presence", False), "rule.strict_presence"),
        options=_options(required(raw, "options", "rule.")) if by_options else (),
        select=a_positive(raw.get("select", 1), "rule.select"),
        seats=a_positive(raw.get("seats", 1), "rule.seats"),
    )
    if not by_options and not rule.approval:
        raise TallyRefused("rule.approval", "must hold at least one test")
    return rule


def rule_as_json(rule: Rule) -> dict[str, Any]:
    """The rule as it stands in a tally document; reading it again gives the same rule."""
    written: dict[str, Any] = {}
    if rule.options:
        written |= {"method": "options", "options": list(rule.options), "select": rule.select, "seats": rule.seats}
    written |= {
        "choices": list(rule.choices),
        "quorum": [_condition_as_json(each, "quorum") for each in rule.quorum],
        "approval": [_condition_as_json(each, "approval") for each in rule.approval],
    }
    return written | ({"strict_presence": True} if rule.strict_presence else {})


def _condition_as_json(condition: Condition, kind: str) -> dict[str, Any]:
    if isinstance(condition, AnyOf):
        return {"any": [_condition_as_json(test, kind) for test in condition.tests]}
    written = {"measure": condition.measure.value, "of": condition.of.value, "op": condition.op.value}
    written["fraction"] = condition.fraction
    if kind == "quorum" and condition.who is Base.PARTICIPATING:
        written["who"] = condition.who.value
    return written


def _choices(choices: tuple[str, ...], by_options: bool) -> tuple[str, ...]:
    needed, allowed = (set(), {"abstain"}) if by_options else ({"yes", "no"}, {"yes", "no", "abstain"})
    found = set(choices)
    if len(found) != len(choices) or not needed <= found <= allowed:
        wanted = '[] or ["abstain"]' if by_options else '"yes", "no" and perhaps "abstain", each once'
        raise TallyRefused("rule.choices", f"must be {wanted}")
    return choices


def _options(raw: Any) -> tuple[str, ...]:
    options = strings(raw, "rule.options")
    if len(options) < 2:
        raise TallyRefused("rule.options", "must name at least two options")
    seen: set[str] = set()
    for index, option in enumerate(options):
        if not option or option in seen:
            raise TallyRefused(f"rule.options[{index}]", "is empty" if not option else f"repeats {said(option)}")
        seen.add(option)
    return options


def _conditions(raw: Any, kind: str) -> tuple[Condition, ...]:
    place = f"rule.{kind}"
    if isinstance(raw, dict) and "any" in raw:
        return (_any_of(raw, kind, place),)
    return tuple(_condition(each, kind, f"{place}[{index}]") for index, each in enumerate(a_list(raw, place)))


def _condition(raw: Any, kind: str, place: str) -> Condition:
    an_object(raw, place)
    return _any_of(raw, kind, place) if "any" in raw else _test(raw, kind, place)


def _any_of(raw: dict[str, Any], kind: str, place: str) -> AnyOf:
    only(raw, ("any",), place)
    tests = a_list(raw["any"], f"{place}.any")
    if not tests:
        raise TallyRefused(f"{place}.any", "must hold at least one test")
    return AnyOf(tuple(_test(test, kind, f"{place}.any[{index}]") for index, test in enumerate(tests)))


def _test(raw: Any, kind: str, place: str) -> Requirement:
    an_object(raw, place)
    quorum = kind == "quorum"
    only(raw, (*_TEST_KEYS, "who") if quorum else _TEST_KEYS, place)
    measure, of, op, fraction = (required(raw, key, f"{place}.") for key in _TEST_KEYS)
    bases = (Base.ENTITLED,) if quorum else tuple(Base)
    n, d = _fraction(fraction, f"{place}.fraction")
    return Requirement(
        measure=Measure(one_of(measure, f"{place}.measure", tuple(Measure))),
        of=Base(one_of(of, f"{place}.of", bases)),
        op=Comparison(one_of(op, f"{place}.op", tuple(Comparison))),
        n=n,
        d=d,
        who=Base(one_of(raw.get("who", "present"), f"{place}.who", (Base.PRESENT, Base.PARTICIPATING))),
    )


def _fraction(raw: Any, place: str) -> tuple[int, int]:
    found = _FRACTION.fullmatch(raw) if isinstance(raw, str) and len(raw) <= MOST_DIGITS else None
    n, d = (int(found[1]), int(found[2])) if found else (0, 0)
    if not 1 <= n <= d <= LARGEST_DENOMINATOR:
        raise TallyRefused(place, f'must be "n/d" in digits with 1 ≤ n ≤ d ≤ {LARGEST_DENOMINATOR}, not {said(raw)}')
    return n, d


def placed_tests(rule: Rule) -> Iterator[tuple[str, Requirement]]:
    """Every plain test of the rule with its place in the document."""
    for kind, conditions in (("quorum", rule.quorum), ("approval", rule.approval)):
        for index, condition in enumerate(conditions):
            place = f"rule.{kind}[{index}]"
            if isinstance(condition, AnyOf):
                yield from ((f"{place}.any[{at}]", test) for at, test in enumerate(condition.tests))
            else:
                yield place, condition
