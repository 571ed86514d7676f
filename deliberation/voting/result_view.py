"""A result as it is shown: each test with its sentence, its bar and the line to be reached, and the table of numbers.

Pure: the stored result and the rule it was counted by go in; the page only sets what comes out.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from deliberation.vocabulary import _
from deliberation.voting.secrecy_rules import BOOTH
from deliberation.voting.sentences import finding_in_words, rule_in_words
from deliberation.voting.tally_result import AnyFinding, Finding, amount_text
from deliberation.voting.tally_rule import read_rule
from deliberation.voting.tally_terms import AnyOf, Base, Comparison, Measure, Requirement
from deliberation.voting.turnout_view import WHOLE, by_presence, share, turnout_view
from deliberation.voting.withheld_view import Withheld
from deliberation.voting.withheld_view import cell as withheld_cell

__all__ = [
    "OUTCOMES",
    "WHOLE",
    "by_presence",
    "findings",
    "named_winners",
    "rule_sentences",
    "share",
    "shown_tests",
    "table",
    "turnout_view",
    "verdict",
]

OUTCOMES = {
    "passed": (_("通过"), _("通过。各项条件全部达到")),
    "failed": (_("未过"), _("没有通过。同意的没有达到规定")),
    "no_quorum": (_("不足"), _("没有达到法定人数，表决不成立")),
    "tie": (_("同票"), _("得票相同，须再次表决")),
}
"""Outcome → the two characters of its seal, and its sentence."""
OUTCOMES_OF_OPTIONS = OUTCOMES | {
    "passed": (_("选出"), _("选出了结果。选出的各项达到了规定")),
    "failed": (_("未选"), _("没有选出结果。没有一项达到规定")),
}
"""The same where options are voted on: one of them may win while others do not reach what is asked."""
OUTCOMES_OF_ELECTION = {
    "passed": (_("当选"), _("选举有效，选出了当选人")),
    "failed": (_("未选"), _("选举有效，没有候选人得票达到规定")),
    "no_quorum": (_("不足"), _("参加投票的没有达到法定人数，选举无效")),
    "tie": (_("同票"), _("得票相同，须再次投票")),
}
MEASURES = {Measure.HEADS: _("人数"), Measure.AREA: _("面积"), Measure.HOUSEHOLDS: _("户数")}
UNITS = {Measure.HEADS: _("{n}人"), Measure.AREA: _("{n}平方米"), Measure.HOUSEHOLDS: _("{n}户")}
_TITLES = {
    ("quorum", Base.PRESENT): {
        Measure.HEADS: _("到会人数"), Measure.AREA: _("到会面积"), Measure.HOUSEHOLDS: _("到会户数"),
    },
    ("quorum", Base.PARTICIPATING): {
        Measure.HEADS: _("参与人数"), Measure.AREA: _("参与面积"), Measure.HOUSEHOLDS: _("参与户数"),
    },
    ("approval", Base.PRESENT): {
        Measure.HEADS: _("赞成人数"), Measure.AREA: _("赞成面积"), Measure.HOUSEHOLDS: _("赞成户数"),
    },
}  # fmt: skip
_TITLES_OF_OPTION = {
    Measure.HEADS: _("“{option}”得票"),
    Measure.AREA: _("“{option}”得票的面积"),
    Measure.HOUSEHOLDS: _("“{option}”得票的户数"),
}
_SIGNS = {Comparison.MORE_THAN: ">", Comparison.AT_LEAST: "≥"}
_MISSING = {
    Measure.HEADS: _("还差{n}人"), Measure.AREA: _("还差{n}平方米"), Measure.HOUSEHOLDS: _("还差{n}户"),
}  # fmt: skip
_RELATIONS = {
    (Comparison.MORE_THAN, True): _("核算：{d} × {a} = {left}，大于 {k} × {b} = {right}"),
    (Comparison.MORE_THAN, False): _("核算：{d} × {a} = {left}，不大于 {k} × {b} = {right}"),
    (Comparison.AT_LEAST, True): _("核算：{d} × {a} = {left}，不小于 {k} × {b} = {right}"),
    (Comparison.AT_LEAST, False): _("核算：{d} × {a} = {left}，小于 {k} × {b} = {right}"),
}
_ROWS = {
    "yes": _("赞成"), "no": _("反对"), "abstain": _("弃权"), "invalid": _("无效"), "conflict": _("一户投票不一致"),
    "not_voting": _("到会未投"),
}  # fmt: skip


@dataclass(frozen=True)
class Numbers:
    """The numbers of one test with their units, as (key, facts): "" where nothing would have been enough."""

    numerator: tuple[str, dict[str, Any]]
    denominator: tuple[str, dict[str, Any]]
    op: str
    fraction: str
    needed: tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Shown:
    """One test. ``parts`` and ``line`` in ten-thousandths for ``ui.bar``; the pairs are (key, facts), "" for nothing.

    ``either`` numbers the "or" to which the test belongs, 0 for none; ``either_met`` says whether that holds.
    """

    kind: str
    title: tuple[str, dict[str, Any]]
    met: bool
    sentence: str
    parts: tuple[tuple[int, str], ...]
    line: int | None
    mark: tuple[str, dict[str, Any]]
    sum: tuple[str, dict[str, Any]]
    missing: tuple[str, dict[str, Any]]
    numbers: Numbers
    either: int = 0
    either_met: bool = False
    is_withheld: bool = False


def shown_tests(rule: dict[str, Any], result: dict[str, Any], locale: str) -> list[Shown]:
    """Every test of a result, an "or" opened into its tests, which say that one of them is enough."""
    shown: list[Shown] = []
    for number, found in enumerate(findings(rule, result), 1):
        if isinstance(found, AnyFinding):
            each = (_shown(finding, result, locale) for finding in found.findings if finding.holds is not None)
            shown += [replace(one, either=number, either_met=found.holds) for one in each]
        elif found.holds is not None:
            shown.append(_shown(found, result, locale))
    return shown


def findings(rule: dict[str, Any], result: dict[str, Any]) -> list[Finding | AnyFinding]:
    """The tests of a stored result as values: the requirement from the rule, the amounts from the result."""
    read = read_rule(rule)
    asked = [("quorum", each, None) for each in read.quorum]
    asked += [("approval", each, option) for each in read.approval for option in read.options or (None,)]
    found: list[Finding | AnyFinding] = []
    for (kind, condition, option), stored in zip(asked, result["tests"], strict=True):
        if isinstance(condition, AnyOf):
            pairs = zip(condition.tests, stored["any"], strict=True)
            found.append(AnyFinding(kind, tuple(_finding(kind, test, one, option) for test, one in pairs), option))
        else:
            found.append(_finding(kind, condition, stored, option))
    return found


def _finding(kind: str, requirement: Any, stored: dict[str, Any], option: str | None) -> Finding | Withheld:
    if stored["numerator"] is None:
        return Withheld(kind, requirement, stored["holds"], option)
    return Finding(kind, requirement, _amount(stored["numerator"]), _amount(stored["denominator"]), option)


def _amount(stored: int | str) -> int:
    """Heads and households are integers; an area is a decimal string and becomes 0.01 m² again."""
    return int(stored.replace(".", "")) if isinstance(stored, str) else stored


def _shown(finding: Finding | Withheld, result: dict[str, Any], locale: str) -> Shown:
    test = finding.requirement
    if isinstance(finding, Withheld):
        counts = result["counts"][test.measure.value]
        parts, line = finding.bar(counts, WHOLE)
        sentence = finding.sentence(counts, locale)
        mark = sum_ = missing = ("", {})
        numbers = _withheld_numbers(test)
        said = Shown(finding.kind, _title(finding), finding.holds, sentence, parts, line, mark, sum_, missing, numbers)
        return replace(said, is_withheld=True)
    return Shown(
        kind=finding.kind,
        title=_title(finding),
        met=finding.holds,
        sentence=finding_in_words(finding, locale),
        parts=_parts(finding, result["counts"][test.measure.value]),
        line=share(test.n, test.d) if finding.denominator else None,
        mark=_mark(finding),
        sum=_sum(finding),
        missing=_missing(finding),
        numbers=_numbers(finding),
    )


def _title(finding: Finding) -> tuple[str, dict[str, Any]]:
    test = finding.requirement
    if finding.option is not None:
        return _TITLES_OF_OPTION[test.measure], {"option": finding.option}
    who = test.who if finding.kind == "quorum" else Base.PRESENT
    return _TITLES[finding.kind, who][test.measure], {}


def _parts(finding: Finding, counts: dict[str, Any]) -> tuple[tuple[int, str], ...]:
    """What fills the bar: who came, or yes, no and abstentions as far as they are in the denominator."""
    whole = finding.denominator
    if not whole:
        return ()
    if finding.kind == "quorum":
        return ((share(finding.numerator, whole), "soft"),)
    if finding.option is not None:
        return ((share(finding.numerator, whole), "yes"),)
    kinds = (("yes", "yes"), ("no", "no"), ("abstain", "some"))
    return tuple((share(_amount(counts[name]), whole), fill) for name, fill in kinds if _amount(counts[name]))


def _mark(finding: Finding) -> tuple[str, dict[str, Any]]:
    if finding.needed is None:
        return "", {}
    measure = finding.requirement.measure
    key = {Measure.HEADS: _("须达到{n}人"), Measure.AREA: _("须达到{n}平方米"), Measure.HOUSEHOLDS: _("须达到{n}户")}
    return key[measure], {"n": amount_text(measure, finding.needed)}


def _numbers(finding: Finding) -> Numbers:
    test = finding.requirement

    def said(amount: int | None) -> tuple[str, dict[str, Any]]:
        return ("", {}) if amount is None else (UNITS[test.measure], {"n": amount_text(test.measure, amount)})

    amounts = said(finding.numerator), said(finding.denominator)
    return Numbers(*amounts, _SIGNS[test.op], test.fraction, said(finding.needed))


def _withheld_numbers(test: Requirement) -> Numbers:
    hidden = (_("未公布"), {})
    return Numbers(hidden, hidden, _SIGNS[test.op], test.fraction, hidden)


def _missing(finding: Finding) -> tuple[str, dict[str, Any]]:
    """How much more would have been enough, the denominator as it stands."""
    if finding.needed is None or finding.holds:
        return "", {}
    measure = finding.requirement.measure
    return _MISSING[measure], {"n": amount_text(measure, finding.needed - finding.numerator)}


def _sum(finding: Finding) -> tuple[str, dict[str, Any]]:
    test, a, b = finding.requirement, finding.numerator, finding.denominator
    if not b:
        return "", {}

    def text(amount: int) -> str:
        return amount_text(test.measure, amount)

    facts = {"d": test.d, "a": text(a), "left": text(a * test.d), "k": test.n, "b": text(b), "right": text(b * test.n)}
    return _RELATIONS[test.op, finding.holds], facts


def table(result: dict[str, Any]) -> dict[str, Any]:
    """The numbers: a row a choice, for each measure the amount and its share of those who took part.

    A row's words are a key of ours or, for an option, what somebody wrote (``is_option``).
    """
    counts = {Measure(name): each for name, each in result["counts"].items()}
    options = next(iter(counts.values())).get("options")
    rows = []
    for option in options or ():
        cells = [_cell(measure, each["options"], option, each["participating"]) for measure, each in counts.items()]
        rows.append({"words": option, "is_option": True, "cells": cells})
    for name, words in _ROWS.items():
        if options and name in ("yes", "no"):
            continue
        if name in ("conflict", "not_voting") and not any(_amount(each[name] or 0) for each in counts.values()):
            continue
        cells = [_cell(measure, each, name, each["participating"]) for measure, each in counts.items()]
        rows.append({"words": words, "is_option": False, "cells": cells})
    foot = [amount_text(measure, _amount(each["participating"])) for measure, each in counts.items()]
    caption = _("弃权和无效票算参加，不算赞成。") if not options else _("弃权和无效票算参加，不算任何一项的得票。")
    heads = [MEASURES[measure] for measure in counts]
    return {"heads": heads, "rows": rows, "foot": foot, "caption": caption}


def _cell(measure: Measure, counts: dict[str, Any], name: str, took_part: int | str) -> tuple[str, int, int]:
    if counts[name] is None:
        return withheld_cell(counts, name)
    amount, whole = _amount(counts[name]), _amount(took_part)
    inside = name != "not_voting"
    return amount_text(measure, amount), amount if inside else 0, whole if inside else 0


def verdict(result: dict[str, Any], secrecy: str = "") -> tuple[str, str]:
    """The two characters of the seal, and the sentence. ``secrecy`` tells an election, which has a booth, from options."""
    known = OUTCOMES if "winners" not in result else OUTCOMES_OF_OPTIONS if secrecy != BOOTH else OUTCOMES_OF_ELECTION
    return known[result["outcome"]]


def named_winners(result: dict[str, Any], secrecy: str = "") -> list[tuple[str, dict[str, Any]]]:
    """Who or what was chosen, tied, and how many seats are left: (key, facts) each; nothing where there are no options."""
    said, elects = [], secrecy == BOOTH
    if result.get("winners"):
        said.append((_("当选：{names}") if elects else _("选出：{names}"), {"names": list(result["winners"])}))
    if result.get("tied"):
        words = _("得票相同，须再次投票：{names}") if elects else _("得票相同，须再次表决：{names}")
        said.append((words, {"names": list(result["tied"])}))
    if result.get("unfilled") and result["outcome"] != "no_quorum":
        said.append((_("空缺{n}个名额"), {"n": result["unfilled"]}))
    return said


def rule_sentences(rule: dict[str, Any], locale: str) -> list[str]:
    """The rule in words, a sentence each."""
    words = rule_in_words(read_rule(rule), locale)
    return [part.strip() for part in re.split(r"(?<=。)|(?<=\.)\s+(?=[A-Z])", words) if part.strip()]
