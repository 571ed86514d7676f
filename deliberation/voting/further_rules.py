"""The further vote (另行选举, 再次表决): for which seats, among whom, by what rule. Pure.

Equal votes across the last seat are nobody's: those who had them stand again. Seats of an election that are left over go
to those not elected with the most votes, one more than there are seats, everybody with equal votes at the cut with
them; elected is who has the most, but not fewer than a third of the ballots cast (村民委员会组织法 18, 居委会组织法 19).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deliberation.vocabulary import _
from deliberation.voting.tally_terms import Base, Comparison, Measure, Requirement

TIE, SEATS = "tie", "seats"
WHY: Mapping[str, str] = {
    TIE: _("上一次得票相同，在得票相同的选项中再次表决"),
    SEATS: _("当选人数不足应选名额，不足的名额在得票多的未当选人中另行选举"),
}
A_THIRD = Requirement(Measure.HEADS, Base.PARTICIPATING, Comparison.AT_LEAST, 1, 3)


@dataclass(frozen=True, slots=True)
class Further:
    """A further vote as it would open. ``approval`` replaces the tests of the first one; None keeps them."""

    why: str
    options: tuple[str, ...]
    seats: int
    select: int
    approval: tuple[Requirement, ...] | None = None


def further_vote(
    rule: Mapping[str, Any], result: Mapping[str, Any], is_election: bool, is_further: bool
) -> Further | None:
    """The further vote that a result leads to, or None. ``is_further``: the result is that of a further vote itself."""
    if "options" not in rule or result["outcome"] == "no_quorum":
        return None
    winners, tied = result.get("winners", []), result.get("tied", [])
    left = rule["seats"] - len(winners)
    if left <= 0:
        return None
    votes = _votes(result)
    if tied:
        options = [option for option in rule["options"] if option in tied]
        return _further(TIE, options, left, rule, is_election)
    if not is_election or is_further:  # The law knows one further vote for seats left over, and no third.
        return None
    options = runners_up(votes, [option for option in rule["options"] if option not in winners], left)
    return _further(SEATS, options, left, rule, is_election) if len(options) > left else None


def _further(why: str, options: list[str], left: int, rule: Mapping[str, Any], is_election: bool) -> Further:
    return Further(why, tuple(options), left, min(rule["select"], left), (A_THIRD,) if is_election else None)


def runners_up(votes: Mapping[str, int], options: list[str], seats: int) -> list[str]:
    """Those with the most votes, one more than there are seats; whoever has as many as the last of them comes too."""
    ranked = sorted(options, key=lambda option: -votes[option])
    if len(ranked) <= seats:
        return ranked
    cut = votes[ranked[seats]]
    return [option for option in options if votes[option] >= cut]


def _votes(result: Mapping[str, Any]) -> Mapping[str, int]:
    """Elections are counted by heads."""
    return result["counts"]["heads"]["options"]


def outcome_of_step(outcome: str, further: Further | None) -> str:
    """What the matter is told: ``part`` where somebody won and seats are left, ``further`` where nobody did yet."""
    if further is None or outcome == "tie":
        return outcome
    return "part" if outcome == "passed" else "further"
