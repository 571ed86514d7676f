"""Reads a procedure from the text of its TOML file and says where it is wrong.

Strict on purpose: a misspelt key that is silently ignored would be a rule that nobody applies, and a number without a
source would be an invented one (domain.md 8).
"""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from deliberation.matters import words
from deliberation.matters.procedure import Number, Procedure, Return, Step, Variant
from deliberation.matters.procedure_check import faults


class Faulty(ValueError):
    """The file is no procedure. ``faults`` are sentences, each naming its place (``steps[3].days.notice``)."""

    def __init__(self, found: Iterable[str]):
        self.faults = tuple(found)
        super().__init__("; ".join(self.faults))


_PROCEDURE = {"id": str, "version": str, "title": str, "scope": list, "source": str, "note": str, "steps": list}
# Fields that a variant may replace; what stands on the ring and what documents are made stays.
_CHANGEABLE = {
    "body": str, "poll": str, "days": dict, "evidence": list, "merges_with": str, "on_fail": str, "electorates": list,
}  # fmt: skip
_STEP = _CHANGEABLE | {
    "id": str, "ring": str, "kind": str, "title": str, "documents": list, "closes_with": str, "source": str,
    "next": str, "on_no_quorum": str, "on_change": dict, "once": bool, "notice_step": str, "optional": bool,
    "exits": dict, "variants": list, "note": str,
}  # fmt: skip
_VARIANT = _CHANGEABLE | {"id": str, "title": str, "source": str, "needs": str}
_NUMBER = {"count": int, "source": str, "short": str}
_RETURN = {"step": str, "source": str}
_OF_STRINGS = ("scope", "documents", "evidence", "electorates", "exits")
_NEEDED = {
    "procedure": ("id", "version", "title", "scope", "source", "steps"),
    "step": ("id", "ring", "kind", "title", "body", "closes_with", "source"),
    "variant": ("id", "title", "source"),
    "number": ("count", "source"),
    "return": ("step", "source"),
}


# A running matter keeps the text with which it began, so every page of it would parse the same text again.
@lru_cache(256)
def load(toml_text: str) -> Procedure:
    """The procedure in this text. Raises :class:`Faulty` with every fault that was found, each with its place."""
    try:
        table = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        raise Faulty([f"not TOML: {error}"]) from None
    if found := list(_misshapen(table)):
        raise Faulty(found)
    procedure = _procedure(table)
    if found := list(faults(procedure)):
        raise Faulty(found)
    return procedure


def fingerprint(table: Mapping[str, Any]) -> str:
    """SHA-256, in hex, of the content as canonical JSON: comments, layout and the order of keys make no difference."""
    text = json.dumps(table, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _misshapen(table: Mapping[str, Any]) -> Iterator[str]:
    yield from _shape(table, "procedure", _PROCEDURE, "")
    steps = table.get("steps")
    for nth, step in enumerate(steps if isinstance(steps, list) else []):
        yield from _step_shape(step, f"steps[{nth}]")


def _step_shape(step: Any, place: str) -> Iterator[str]:
    yield from _shape(step, "step", _STEP, place)
    if not isinstance(step, dict):
        return
    yield from _days_shape(step, place)
    if "on_change" in step:
        yield from _shape(step["on_change"], "return", _RETURN, f"{place}.on_change")
    variants = step.get("variants")
    for nth, variant in enumerate(variants if isinstance(variants, list) else []):
        yield from _shape(variant, "variant", _VARIANT, f"{place}.variants[{nth}]")
        if isinstance(variant, dict):
            yield from _days_shape(variant, f"{place}.variants[{nth}]")


def _days_shape(holder: Mapping[str, Any], place: str) -> Iterator[str]:
    days = holder.get("days")
    for period, number in (days if isinstance(days, dict) else {}).items():
        at = f"{place}.days.{period}"
        if period not in words.PERIODS:
            yield f"{at}: unknown period; known are {', '.join(words.PERIODS)}"
        yield from _shape(number, "number", _NUMBER, at)
        if isinstance(number, dict) and isinstance(number.get("count"), int) and not 0 < number["count"] <= 3660:
            yield f"{at}.count: must be between 1 and 3660"


def _shape(table: Any, what: str, allowed: Mapping[str, type], place: str) -> Iterator[str]:
    """Faults of one table: not a table, a key missing or unknown, a value of the wrong type, an empty string."""
    dot = f"{place}." if place else ""
    if not isinstance(table, dict):
        yield f"{place}: a {what} is a table"
        return
    yield from (f"{dot}{key}: missing" for key in _NEEDED[what] if key not in table)
    for key, value in table.items():
        if key not in allowed:
            yield f"{dot}{key}: unknown key"
        elif type(value) is not allowed[key]:
            yield f"{dot}{key}: must be {allowed[key].__name__}, is {type(value).__name__}"
        elif key in _NEEDED[what] and value in ("", []):
            yield f"{dot}{key}: must not be empty"
        elif key in _OF_STRINGS and not all(type(one) is str for one in _members(value)):
            yield f"{dot}{key}: must hold strings only"


def _members(value: list[Any] | dict[str, Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def _procedure(table: Mapping[str, Any]) -> Procedure:
    steps = [_step(step) for step in table["steps"]]
    return Procedure(
        id=table["id"],
        version=table["version"],
        title=table["title"],
        scope=tuple(table["scope"]),
        source=table["source"],
        note=table.get("note", ""),
        steps=tuple(_chained(steps)),
        fingerprint=fingerprint(table),
    )


def _chained(steps: list[Step]) -> Iterator[Step]:
    """A step that names no successor is followed by the next one in the file, the last by the end."""
    following = [*(step.id for step in steps[1:]), words.CLOSED]
    for step, after in zip(steps, following, strict=True):
        yield step if step.next else Step(**{**vars(step), "next": after})


def _step(table: Mapping[str, Any]) -> Step:
    fields = _values(table)
    fields.setdefault("documents", (fields["closes_with"],))
    if "notice" in fields["documents"]:
        fields.setdefault("notice_step", fields["id"])
    if "on_change" in fields:
        fields["on_change"] = Return(**fields["on_change"])
    fields["variants"] = {variant["id"]: _variant(variant) for variant in table.get("variants", ())}
    return Step(**fields)


def _variant(table: Mapping[str, Any]) -> Variant:
    fields = _values(table)
    own = {key: fields.pop(key) for key in ("id", "title", "source", "needs") if key in fields}
    # The deciding article changes with the body, so the step as taken shows the variant's source.
    return Variant(**own, changes={**fields, "title": own["title"], "source": own["source"]})


def _values(table: Mapping[str, Any]) -> dict[str, Any]:
    fields = {key: tuple(value) if isinstance(value, list) else value for key, value in table.items()}
    if "days" in fields:
        fields["days"] = {period: Number(**number) for period, number in fields["days"].items()}
    return fields
