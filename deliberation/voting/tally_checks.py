"""The questions that are put to every value of a tally document, and how "no" is said there: with the place.

Pure. Every function returns the value it was given or raises :class:`TallyRefused`.
"""

from __future__ import annotations

import json
import re
from typing import Any

# No count of people and no area comes near it; beyond it Python itself refuses to write the sum down.
MOST_DIGITS = 100
TOO_LARGE = 10**MOST_DIGITS

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class TallyRefused(Exception):
    """The document cannot be counted. ``place`` is a path like ``rule.quorum[0].fraction``, ``sentence`` says why."""

    def __init__(self, place: str, sentence: str):
        super().__init__(f"{place} {sentence}")
        self.place = place
        self.sentence = sentence


def said(value: Any) -> str:
    """A value for a sentence: on one line and short, whatever somebody put there."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**20:
        return "a number of more than 20 digits"
    written = json.dumps(value[:60] if isinstance(value, str) else value, ensure_ascii=False, default=str)
    shown = "".join(each if each.isprintable() else f"\\u{ord(each):04x}" for each in written)
    return shown if len(shown) <= 60 else shown[:59] + "…"


def wrong(raw: dict[str, Any], key: str, wanted: str) -> str:
    return f"must be {wanted}, not {said(raw[key])}" if key in raw else "is missing"


def step(place: str, key: str) -> str:
    """The place of ``key`` inside the object at ``place``; an odd key is quoted, so that a place stays one line."""
    named = key if _PLAIN_KEY.fullmatch(key) else said(key)
    return f"{place}.{named}" if place else named


def an_object(raw: Any, place: str) -> None:
    if not isinstance(raw, dict):
        raise TallyRefused(place, f"must be an object, not {said(raw)}")


def a_list(raw: Any, place: str) -> list[Any]:
    if not isinstance(raw, list):
        raise TallyRefused(place, f"must be a list, not {said(raw)}")
    return raw


def strings(raw: Any, place: str) -> tuple[str, ...]:
    for index, each in enumerate(a_list(raw, place)):
        if type(each) is not str:
            raise TallyRefused(f"{place}[{index}]", f"must be a string, not {said(each)}")
    return tuple(raw)


def a_boolean(raw: Any, place: str) -> bool:
    if not isinstance(raw, bool):
        raise TallyRefused(place, f"must be true or false, not {said(raw)}")
    return raw


def a_positive(raw: Any, place: str) -> int:
    if type(raw) is not int or raw < 1 or raw >= TOO_LARGE:
        raise TallyRefused(place, f"must be an integer of at least 1, not {said(raw)}")
    return raw


def one_of(raw: Any, place: str, allowed: tuple[str, ...]) -> str:
    if type(raw) is not str or raw not in allowed:
        wanted = " or ".join(f'"{each}"' for each in allowed)
        raise TallyRefused(place, f"must be {wanted}, not {said(raw)}")
    return raw


def required(raw: dict[str, Any], key: str, prefix: str) -> Any:
    if key not in raw:
        raise TallyRefused(f"{prefix}{key}", "is missing")
    return raw[key]


def only(raw: dict[str, Any], known: tuple[str, ...], place: str) -> None:
    for key in raw:
        if key not in known:
            raise TallyRefused(step(place, key), "is not known here")
