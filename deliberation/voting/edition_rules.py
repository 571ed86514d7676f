"""The published edition of a result: what the disclosure check lets through, and why the rest is withheld. Pure.

It has the shape of the result document. A figure that is withheld is null; ``counts.area.shares`` says the areas as
shares, ``withheld`` what is missing and why, ``aside`` how many ballots were set aside for which reason.
"""

from __future__ import annotations

import copy
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from deliberation.voting.disclosure_rules import Disclosure, Voter, are_ordinary, disclosure, share_of, split_tells
from deliberation.voting.edition_words import EDITION_WORDS
from deliberation.voting.sentences import requirement_in_words, result_in_words
from deliberation.voting.tally_result import AnyFinding, Finding, Outcome, Result
from deliberation.voting.tally_terms import AnyOf, Base, Comparison, Measure, Requirement, Rule, TallyDocument

VERSION = 3
"""Of these rules, written into the entry of each closing: what was published earlier is never judged by later rules.
An entry without a version is of the first (before 29 November 2026): it withheld no split, and its bundles lack the door.
The second withheld a split of all but one; its earlier votes on the same question had the very same options.
"""
_CHOSEN = ("yes", "no", "abstain", "invalid")
_MOVING = (Base.VALID, Base.DECISIVE)
"""Denominators that tell something of the choices themselves."""


def edition(
    document: TallyDocument, result: Result, written: Mapping[str, Any], few: int = 0, *, is_kept: bool = False
) -> dict[str, Any] | None:
    """What may be published of ``written`` (the result document of ``result``); None: all of it.

    ``few``: so many people make the difference to an earlier vote over nearly the same people. ``is_kept``: the vote is kept
    from the others; what comes out of a booth is counted before everybody.
    """
    found = Disclosure(None) if document.confidential else checked(document, result)
    hidden = _hidden(document, found)
    split = is_kept and split_tells([_marks(ballot.choice) for ballot in document.ballots])
    is_bare = bool(few) or split
    if not (is_bare or hidden or result.set_aside or result.reports):
        return None
    made = copy.deepcopy(dict(written))
    made |= {"set_aside": [], "reports": [], "aside": dict(Counter(each.reason.value for each in result.set_aside))}
    if is_bare:
        hidden = frozenset(result.rule.measures)
        made |= {"hands": {"among": result.hands.among}} if result.hands is not None else {}
    for measure in sorted(hidden):
        _hide(made, measure, document, result, found if measure is Measure.AREA and not is_bare else Disclosure(0))
    why = _reasons(hidden, found, "few" if few else "split" if split else "", bool(result.set_aside or result.reports))
    made["withheld"] = [
        {"what": what, "sentence": {locale: words[key].format(n=few) for locale, words in EDITION_WORDS.items()}}
        for what, key in why
    ]
    made["sentence"] = {locale: _said(result, made, hidden, is_bare, locale) for locale in EDITION_WORDS}
    return made


def _hidden(document: TallyDocument, found: Disclosure) -> frozenset[Measure]:
    hidden = {Measure.AREA} if found.parts is not None else set()
    if Measure.HOUSEHOLDS in document.rule.measures and not _one_to_one(document):
        hidden.add(Measure.HOUSEHOLDS)
    return frozenset(hidden)


def _one_to_one(document: TallyDocument) -> bool:
    """Whether households say no more than heads: one line each."""
    return len(set(document.roster.columns.households)) == len(document.roster)


def _marks(choice: Any) -> frozenset[str]:
    return frozenset([choice]) if isinstance(choice, str) else frozenset(choice)


def _reasons(hidden: frozenset[Measure], found: Disclosure, bare: str, aside: bool) -> list[tuple[str, str]]:
    """``bare``: why not even headcounts are published."""
    why = []
    if bare:
        why.append(("heads", bare))
    elif Measure.AREA in hidden:
        why.append(("area", "area_shares" if found.parts else "area"))
        why += [] if found.shows_tests else [("tests", "tests")]
        why += [] if found.is_enough else [("outcome", "outcome")]
    if Measure.HOUSEHOLDS in hidden and not bare:
        why.append(("households", "households"))
    return why + ([("set_aside", "aside")] if aside else [])


# --- the check --------------------------------------------------------------------------------------------------------


def checked(document: TallyDocument, result: Result) -> Disclosure:
    """What may be published of the areas of a named vote whose roll not everybody may see."""
    if Measure.AREA not in document.rule.measures:
        return Disclosure(None)
    if set(document.roster.columns.heads) - {1}:
        return Disclosure(0)
    if are_ordinary(list(_areas_of(document, result).values())):
        return Disclosure(None)
    counts = next(each for each in result.counts if each.measure is Measure.AREA)
    tests = _tests(document.rule, counts.entitled, counts.present)
    return disclosure(voters_in(document, result), tests, lambda areas: (all(tests(areas)),))


def voters_in(document: TallyDocument, result: Result) -> list[Voter]:
    """Everybody with a counted ballot, once, with the areas of all their units."""
    people, areas = document.roster.units(Measure.HEADS).of, _areas_of(document, result)
    chosen = {
        line if people is None else people[line]: document.ballots[at].choice
        for line, at in result.counted_lines.items()
    }
    named = {each: each if isinstance(each, str) else "\0".join(["", *sorted(each)]) for each in set(chosen.values())}
    return [Voter(named[chosen[who]], area) for who, area in areas.items()]


def _areas_of(document: TallyDocument, result: Result) -> dict[Any, int]:
    """The area of everybody with a counted ballot."""
    people, lines = document.roster.units(Measure.HEADS).of, document.roster.columns.areas
    if people is None:
        return {line: lines[line] or 0 for line in result.counted_lines}
    areas: dict[Any, int] = {}
    for line in result.counted_lines:
        areas[people[line]] = areas.get(people[line], 0) + (lines[line] or 0)
    return areas


def _tests(rule: Rule, entitled: int, present: int) -> Any:
    """Which tests by area are met, for the areas behind each choice (a word, or the options after a zero sign)."""
    asked = [
        (each, option)
        for condition in rule.approval
        for each in (condition.tests if isinstance(condition, AnyOf) else (condition,))
        if each.measure is Measure.AREA
        for option in rule.options or ("yes",)
    ]

    def met(areas: Mapping[str, int]) -> tuple[bool, ...]:
        whole = sum(areas.values())
        valid = whole - areas.get("invalid", 0)
        bases = {Base.ENTITLED: entitled, Base.PRESENT: present, Base.PARTICIPATING: whole, Base.VALID: valid}
        bases[Base.DECISIVE] = valid - areas.get("abstain", 0)
        return tuple(_met(test, _behind(areas, option), bases[test.of]) for test, option in asked)

    return met


def _behind(areas: Mapping[str, int], option: str) -> int:
    return sum(area for choice, area in areas.items() if choice == option or option in choice.split("\0")[1:])


def _met(test: Requirement, amount: int, base: int) -> bool:
    left, right = amount * test.d, base * test.n
    return bool(base) and (left > right if test.op is Comparison.MORE_THAN else left >= right)


# --- taking figures out -----------------------------------------------------------------------------------------------


def _hide(made: dict[str, Any], measure: Measure, document: TallyDocument, result: Result, found: Disclosure) -> None:
    counts = made["counts"][measure.value]
    counts |= dict.fromkeys(_CHOSEN, None) | {"conflict": None}
    if document.rule.options:
        counts["options"] = dict.fromkeys(document.rule.options, None)
        for name in ("yes", "no"):
            counts.pop(name, None)
    elif found.parts:
        counts |= {"parts": found.parts, "shares": _shares(document, result, found.parts)}
    for test in _flat(made["tests"]):
        if test["kind"] == "approval" and test.get("measure") == measure.value:
            test["numerator"] = None
            if Base(test["of"]) in _MOVING:
                test["denominator"] = test["needed"] = None
            if not found.shows_tests:
                test["holds"] = None
    for test in made["tests"]:
        if "any" in test and any(each["holds"] is None for each in test["any"]):
            test["holds"] = None


def _shares(document: TallyDocument, result: Result, parts: int) -> dict[str, int]:
    """The area behind each choice in so many parts of the participating area, rounded down."""
    areas = dict.fromkeys(_CHOSEN, 0)
    for voter in voters_in(document, result):
        areas[voter.choice] += voter.area
    whole = sum(areas.values())
    return {name: share_of(area, whole, parts) for name, area in areas.items()}


def _flat(tests: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every test, an "or" opened."""
    for test in tests:
        yield from test.get("any", [test])


# --- in words ---------------------------------------------------------------------------------------------------------


def _said(result: Result, made: dict[str, Any], hidden: frozenset[Measure], is_bare: bool, locale: str) -> str:
    """The result in words without the figures that are withheld, and then why they are."""
    why = "".join(each["sentence"][locale] for each in made["withheld"])
    if is_bare:
        heads = made["counts"]["heads"]
        return EDITION_WORDS[locale]["bare"].format(**heads, outcome=_outcome(result, locale)) + why
    return result_in_words(_without(result, hidden), locale) + _areas(result, made, hidden, locale) + why


def _without(result: Result, hidden: frozenset[Measure]) -> Result:
    def stays(condition: Any) -> bool:
        tests = condition.tests if isinstance(condition, AnyOf) else (condition,)
        return not any(test.measure in hidden for test in tests)

    def shown(finding: Finding | AnyFinding) -> bool:
        first = finding.findings if isinstance(finding, AnyFinding) else (finding,)
        return finding.kind == "quorum" or not any(each.requirement.measure in hidden for each in first)

    return replace(
        result,
        rule=replace(result.rule, approval=tuple(each for each in result.rule.approval if stays(each))),
        counts=tuple(each for each in result.counts if each.measure not in hidden),
        tests=tuple(each for each in result.tests if shown(each)),
    )


def _areas(result: Result, made: dict[str, Any], hidden: frozenset[Measure], locale: str) -> str:
    """The tests by area as far as they are published: met or not, and the share."""
    words, said = EDITION_WORDS[locale], ""
    for measure in sorted(hidden):
        shares = made["counts"][measure.value].get("shares")
        if shares:
            parts = made["counts"][measure.value]["parts"]
            said += words["share"].format(share=percent(shares["yes"], parts), step=percent(1, parts))
    for finding, written in zip(result.tests, made["tests"], strict=True):
        is_hidden = isinstance(finding, Finding) and finding.requirement.measure in hidden
        if finding.kind == "approval" and is_hidden and written["holds"] is not None:
            said += words["met" if written["holds"] else "unmet"].format(test=requirement_in_words(finding, locale))
    return said


def _outcome(result: Result, locale: str) -> str:
    return EDITION_WORDS[locale][f"outcome_{(result.outcome or Outcome.FAILED).value}"]


def percent(share: int, parts: int) -> str:
    """A share in so many parts as a percentage: 734 of 1000 is 73.4%."""
    thousandths = share * 1000 // parts
    return f"{thousandths // 10}%" if thousandths % 10 == 0 else f"{thousandths // 10}.{thousandths % 10}%"
