"""What a community may change of a preset, and what no community can: a number of the law never gets looser. Pure.

Only the denominator and the operator of what passes can be set (domain.md 1.8). A test is at least as strict as another
of the same fraction where its denominator holds at least as many and its operator asks at least as much.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deliberation.refusal import Refusal
from deliberation.vocabulary import _
from deliberation.voting.presets import Preset, changed
from deliberation.voting.tally_terms import Base, Comparison, Requirement, Rule, plain_tests

PREFIX = "preset."
AS_IT_IS = ""
BASES: Mapping[str, str] = {
    AS_IT_IS: _("按预设"),
    Base.PARTICIPATING.value: _("参加表决的"),
    Base.PRESENT.value: _("到会的"),
    Base.ENTITLED.value: _("应到会的全体"),
}
COMPARISONS: Mapping[str, str] = {
    AS_IT_IS: _("按预设"),
    Comparison.MORE_THAN.value: _("超过（不含本数）"),
    Comparison.AT_LEAST.value: _("以上（含本数）"),
}
# Each of these is part of the next, whoever votes for what: the same votes are never a larger share of more people.
_INSIDE = (Base.DECISIVE, Base.VALID, Base.PARTICIPATING, Base.PRESENT, Base.ENTITLED)


@dataclass(frozen=True, slots=True)
class Change:
    """Another denominator, another operator; None leaves the preset's own."""

    of: Base | None = None
    op: Comparison | None = None

    @property
    def value(self) -> str:
        """As a local setting keeps it."""
        return f"{self.of.value if self.of else AS_IT_IS} {self.op.value if self.op else AS_IT_IS}"


def read_change(value: str) -> Change:
    """What a local setting says. Raises ValueError."""
    of, _space, op = value.partition(" ")
    return Change(Base(of) if of else None, Comparison(op) if op else None)


def setting_of(preset: str) -> str:
    """The name of the local setting of a preset."""
    return PREFIX + preset


def is_as_strict(test: Requirement, law: Requirement) -> bool:
    """Whether whatever passes this test passes the law's too, for every possible count."""
    same = (test.measure, test.n, test.d) == (law.measure, law.n, law.d)
    holds_more = _INSIDE.index(test.of) >= _INSIDE.index(law.of)
    return same and holds_more and not (law.op is Comparison.MORE_THAN and test.op is Comparison.AT_LEAST)


def against_change(preset: Preset, change: Change) -> Refusal | None:
    """Why a community cannot set this for the preset."""
    if preset.rule is None:
        return Refusal(_("意向测评没有通过的标准，不能设置"))
    if preset.is_local:
        return None
    law, own = preset.rule, changed(preset.rule, change.of, change.op)
    pairs = zip(plain_tests(own.approval), plain_tests(law.approval), strict=True)
    if all(is_as_strict(test, asked) for test, asked in pairs):
        return None
    return Refusal(
        _("法律规定的标准只能更严，不能放宽"),
        remedy=_("可以把“到会的”改为“应到会的全体”，或者把“以上”改为“超过”"),
        source=preset.source,
    )


def rule_with(rule: Rule, preset: Preset, change: Change) -> Rule:
    """The rule under the setting; one that would loosen the law is left out, however it came into the table."""
    return rule if against_change(preset, change) else changed(rule, change.of, change.op)
