"""A show of hands that was counted and not called by name: the key ``hands`` of a tally document.

``{"among": 12, "yes": 8, "no": 2, "abstain": 1}``: of 12 people who were present and cast no ballot otherwise, so many
raised a hand. Nobody can say whose hand it was, so it counts people and nothing else. Pure.
"""

from __future__ import annotations

from typing import Any

from deliberation.voting.tally_checks import TOO_LARGE, TallyRefused, an_object, said, wrong
from deliberation.voting.tally_terms import Hands, Line, Measure, Rule

_KEYS = ("among", "yes", "no", "abstain")


def read_hands(raw: Any, rule: Rule, roster: tuple[Line, ...]) -> Hands:
    """The numbers, or :class:`TallyRefused` with the place."""
    an_object(raw, "hands")
    _guard_kind(rule, roster)
    if unknown := next((key for key in raw if key not in _KEYS), None):
        raise TallyRefused("hands", f"has an unknown key: {said(unknown)}")
    hands = Hands(*(_number(raw, key) for key in _KEYS))
    if hands.abstain and "abstain" not in rule.choices:
        raise TallyRefused("hands.abstain", "must be 0: the rule has no abstention")
    if hands.shown > hands.among:
        raise TallyRefused("hands", f"are {hands.shown}, more than the {hands.among} among whom they were counted")
    return hands


def _number(raw: dict[str, Any], key: str) -> int:
    value = raw.get(key)
    if type(value) is not int or not 0 <= value < TOO_LARGE:
        raise TallyRefused(f"hands.{key}", wrong(raw, key, "an integer of at least 0"))
    return value


def _guard_kind(rule: Rule, roster: tuple[Line, ...]) -> None:
    if rule.options:
        raise TallyRefused("hands", "are not allowed where options are chosen")
    if rule.measures != (Measure.HEADS,):
        raise TallyRefused(
            "hands", "are not allowed: the rule counts more than heads, and nobody knows whose they were"
        )
    for index, line in enumerate(roster):
        if line.heads != 1:
            raise TallyRefused(f"roster[{index}].heads", "must be 1: hands were counted without names")


def present_with(hands: Hands, *, there: int, cast: int, entitled: int, strict: bool) -> int:
    """How many were present: those ``there`` by name, or more where so many raised a hand beside the ``cast`` ballots."""
    least = cast + hands.among
    if least > entitled:
        raise TallyRefused("hands.among", f"and the {cast} who cast a ballot are more than the {entitled} entitled")
    if strict and least > there:
        raise TallyRefused("hands.among", f"and the {cast} who cast a ballot are more than the {there} present")
    return max(there, least)
