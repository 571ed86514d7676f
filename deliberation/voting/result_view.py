"""A result as it is shown: each test with its sentence, its bar and the line to be reached, and the table of numbers.

Pure: the stored result and the rule it was counted by go in; the page only sets what comes out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deliberation.vocabulary import _
from deliberation.voting.sentences import finding_in_words, rule_in_words
from deliberation.voting.tally_result import AnyFinding, Finding, amount_text
from deliberation.voting.tally_rule import read_rule
from deliberation.voting.tally_terms import AnyOf, Base, Comparison, Measure, plain_tests

WHOLE = 10_000
OUTCOMES = {
    "passed": (_("通过"), _("通过。各项条件全部达到")),
    "failed": (_("未过"), _("没有通过。同意的没有达到规定")),
    "no_quorum": (_("不足"), _("没有达到法定人数，表决不成立")),
    "tie": (_("同票"), _("得票相同，须再次表决")),
}
"""Outcome → the two characters of its seal, and its sentence."""
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
class Shown:
    """One test. ``parts`` and ``line`` in ten-thousandths for ``ui.bar``; ``mark`` and ``sum`` are (key, facts)."""

    kind: str
    title: str
    met: bool
    sentence: str
    parts: tuple[tuple[int, str], ...]
    line: int | None
    mark: tuple[str, dict[str, Any]]
    sum: tuple[str, dict[str, Any]]


def shown_tests(rule: dict[str, Any], result: dict[str, Any], locale: str) -> list[Shown]:
    """Every test of a result, an "or" opened into its tests."""
    return [_shown(finding, result, locale) for finding in _plain(findings(rule, result))]


def findings(rule: dict[str, Any], result: dict[str, Any]) -> list[Finding | AnyFinding]:
    """The tests of a stored result as values: the requirement from the rule, the amounts from the result."""
    read = read_rule(rule)
    asked = [("quorum", each) for each in read.quorum] + [("approval", each) for each in read.approval]
    found: list[Finding | AnyFinding] = []
    for (kind, condition), stored in zip(asked, result["tests"], strict=True):
        if isinstance(condition, AnyOf):
            pairs = zip(condition.tests, stored["any"], strict=True)
            found.append(AnyFinding(kind, tuple(_finding(kind, test, one) for test, one in pairs)))
        else:
            found.append(_finding(kind, condition, stored))
    return found


def _finding(kind: str, requirement: Any, stored: dict[str, Any]) -> Finding:
    return Finding(kind, requirement, _amount(stored["numerator"]), _amount(stored["denominator"]))


def _amount(stored: int | str) -> int:
    """Heads and households are integers; an area is a decimal string and becomes 0.01 m² again."""
    return int(stored.replace(".", "")) if isinstance(stored, str) else stored


def _plain(found: list[Finding | AnyFinding]) -> Iterator[Finding]:
    for each in found:
        yield from each.findings if isinstance(each, AnyFinding) else (each,)


def _shown(finding: Finding, result: dict[str, Any], locale: str) -> Shown:
    test = finding.requirement
    who = test.who if finding.kind == "quorum" else Base.PRESENT
    return Shown(
        kind=finding.kind,
        title=_TITLES[finding.kind, who][test.measure],
        met=finding.holds,
        sentence=finding_in_words(finding, locale),
        parts=_parts(finding, result["counts"][test.measure.value]),
        line=share(test.n, test.d) if finding.denominator else None,
        mark=_mark(finding),
        sum=_sum(finding),
    )


def _parts(finding: Finding, counts: dict[str, Any]) -> tuple[tuple[int, str], ...]:
    """What fills the bar: who came, or yes, no and abstentions as far as they are in the denominator."""
    whole = finding.denominator
    if not whole:
        return ()
    if finding.kind == "quorum":
        return ((share(finding.numerator, whole), "soft"),)
    kinds = (("yes", "yes"), ("no", "no"), ("abstain", "some"))
    return tuple((share(_amount(counts[name]), whole), fill) for name, fill in kinds if _amount(counts[name]))


def share(part: int, whole: int) -> int:
    """A part in ten-thousandths, rounded down and never beyond the whole."""
    return min(WHOLE, part * WHOLE // whole) if whole else 0


def _mark(finding: Finding) -> tuple[str, dict[str, Any]]:
    if finding.needed is None:
        return "", {}
    measure = finding.requirement.measure
    key = {Measure.HEADS: _("须达到{n}人"), Measure.AREA: _("须达到{n}平方米"), Measure.HOUSEHOLDS: _("须达到{n}户")}
    return key[measure], {"n": amount_text(measure, finding.needed)}


def _sum(finding: Finding) -> tuple[str, dict[str, Any]]:
    test, a, b = finding.requirement, finding.numerator, finding.denominator
    if not b:
        return "", {}

    def text(amount: int) -> str:
        return amount_text(test.measure, amount)

    facts = {"d": test.d, "a": text(a), "left": text(a * test.d), "k": test.n, "b": text(b), "right": text(b * test.n)}
    return _RELATIONS[test.op, finding.holds], facts


def table(result: dict[str, Any]) -> dict[str, Any]:
    """The numbers: a row a choice, for each measure the amount and its share of those who took part."""
    counts = {Measure(name): each for name, each in result["counts"].items()}
    rows = []
    for name, words in _ROWS.items():
        amounts = [_amount(each[name]) for each in counts.values()]
        if name in ("conflict", "not_voting") and not any(amounts):
            continue
        rows.append((words, [_cell(measure, each, name) for measure, each in counts.items()]))
    foot = [amount_text(measure, _amount(each["participating"])) for measure, each in counts.items()]
    return {"heads": [MEASURES[measure] for measure in counts], "rows": rows, "foot": foot}


def _cell(measure: Measure, counts: dict[str, Any], name: str) -> tuple[str, int, int]:
    amount, whole = _amount(counts[name]), _amount(counts["participating"])
    inside = name != "not_voting"
    return amount_text(measure, amount), amount if inside else 0, whole if inside else 0


def rule_sentences(rule: dict[str, Any], locale: str) -> list[str]:
    """The rule in words, a sentence each."""
    words = rule_in_words(read_rule(rule), locale)
    return [part.strip() for part in re.split(r"(?<=。)|(?<=\.)\s+(?=[A-Z])", words) if part.strip()]


_REACHED = {
    (Measure.HEADS, True): _("法定人数{needed}人，到会{there}人，已经达到"),
    (Measure.HEADS, False): _("法定人数{needed}人，到会{there}人，还差{short}人"),
    (Measure.AREA, True): _("法定面积{needed}平方米，到会{there}平方米，已经达到"),
    (Measure.AREA, False): _("法定面积{needed}平方米，到会{there}平方米，还差{short}平方米"),
    (Measure.HOUSEHOLDS, True): _("法定户数{needed}户，到会{there}户，已经达到"),
    (Measure.HOUSEHOLDS, False): _("法定户数{needed}户，到会{there}户，还差{short}户"),
}
_TAKING_PART = {
    (Measure.HEADS, True): _("须有{needed}人参加表决，已投{there}人，已经达到"),
    (Measure.HEADS, False): _("须有{needed}人参加表决，已投{there}人，还差{short}人"),
    (Measure.AREA, True): _("参加表决的面积须有{needed}平方米，已投{there}平方米，已经达到"),
    (Measure.AREA, False): _("参加表决的面积须有{needed}平方米，已投{there}平方米，还差{short}平方米"),
    (Measure.HOUSEHOLDS, True): _("须有{needed}户参加表决，已投{there}户，已经达到"),
    (Measure.HOUSEHOLDS, False): _("须有{needed}户参加表决，已投{there}户，还差{short}户"),
}
"""Where the law counts who takes part (民法典 278) nobody has to come anywhere."""
_MARKS = {Measure.HEADS: _("须{n}人"), Measure.AREA: _("须{n}平方米"), Measure.HOUSEHOLDS: _("须{n}户")}


def by_presence(rule: dict[str, Any]) -> bool:
    """Whether the rule asks for a meeting: its quorum counts who is there."""
    return any(test.who is Base.PRESENT for test in plain_tests(read_rule(rule).quorum))


def turnout_view(rule: dict[str, Any], counted: dict[str, int]) -> dict[str, Any]:
    """How many have voted beside how many it takes, a line for each test of the quorum; of the choices nothing.

    ``counted`` as ``models.turnout``; each of ``tests`` has said and facts, is_reached, share, line and mark for ``ui.bar``.
    """
    tests = []
    for test in plain_tests(read_rule(rule).quorum):
        if test.measure is Measure.AREA:
            there, whole = counted["cast_area"], counted["entitled_area"]
        else:  # Who casts for a household stands for it once.
            there, whole = counted["present" if test.who is Base.PRESENT else "cast"], counted["entitled"]
        if whole:
            tests.append(_reaching(Finding("quorum", test, there, whole)))
    left = counted["entitled"] - counted["cast"]
    return counted | {"by_presence": by_presence(rule), "left": left, "tests": tests}


def _reaching(finding: Finding) -> dict[str, Any]:
    """One test of the quorum while the vote is open."""
    test, needed = finding.requirement, finding.needed
    words = _REACHED if test.who is Base.PRESENT else _TAKING_PART

    def text(amount: int) -> str:
        return amount_text(test.measure, amount)

    return {
        "said": words[test.measure, finding.holds],
        "facts": {
            "needed": text(needed),
            "there": text(finding.numerator),
            "short": text(max(0, needed - finding.numerator)),
        },
        "is_reached": finding.holds,
        "share": share(finding.numerator, finding.denominator),
        "line": share(test.n, test.d),
        "mark": (_MARKS[test.measure], {"n": text(needed)}),
    }
