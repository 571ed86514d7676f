"""How far a vote has come while it is open: who is there, who has voted, what the quorum asks; nothing of the choices. Pure."""

from __future__ import annotations

from typing import Any

from deliberation.vocabulary import _
from deliberation.voting.tally_result import Finding, amount_text
from deliberation.voting.tally_rule import read_rule
from deliberation.voting.tally_terms import Base, Measure, plain_tests

WHOLE = 10_000


def share(part: int, whole: int) -> int:
    """A part in ten-thousandths, rounded down and never beyond the whole."""
    return min(WHOLE, part * WHOLE // whole) if whole else 0


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
