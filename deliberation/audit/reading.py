"""What an entry says, as far as it is checked against other things; canonical form included. Pure.

A log is thousands of entries of a few shapes: the same text around other values. Where an entry's text around its plain
values is that of one that was read in full and found canonical, it is canonical too and says the same things at the same
places, so it is not parsed again. Plain are values that have one spelling only: strings of letters, digits and ``/:_.-``,
and integers of at most 15 digits. Everything else belongs to the text around, and must be the same to the byte.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from deliberation.audit.canonical import read_canonical

KEYS = frozenset(("v", "type", "at", "object", "actor", "data"))
MOST_SHAPES = 4096

# Two groups: a string's characters, or an integer. Split by it, an entry is text, string, integer, text, …, text.
_PLAIN = re.compile(rb':(?:"([0-9A-Za-z/:_.-]*)"|(0|[1-9][0-9]{0,14}))(?=[,}])')
_MARK = re.compile("\0[0-9]{1,5}")


class Incomplete(ValueError):
    """An entry without one of the members that every entry has, or whose ``data`` is no object."""


def entry_of(body: bytes) -> dict[str, Any] | None:
    """An entry as an object; None where the body is damaged. Canonical form is not asked for: the log check does that."""
    try:
        entry = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return entry if isinstance(entry, dict) and isinstance(entry.get("data"), dict) else None


def data_of(body: bytes) -> dict[str, Any] | None:
    """The ``data`` of an entry; None where the body is damaged."""
    entry = entry_of(body)
    return None if entry is None else entry["data"]


class Said(NamedTuple):
    """What of an entry is checked: its type and object (None where they are no strings), its commitments by field."""

    type: Any
    object: Any
    commitments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Shape:
    """Among the values of an entry the places of its type and object, and of its commitments by field."""

    type: int
    object: int
    commitments: tuple[tuple[str, int], ...]


class Reader:
    """Reads entries of a log one after the other and remembers their shapes."""

    def __init__(self) -> None:
        self._shapes: dict[tuple[bytes, ...], _Shape | None] = {}

    def read(self, body: bytes) -> Said:
        """What an entry says. Raises NotCanonical or Incomplete."""
        parts = _PLAIN.split(body)
        around = tuple(parts[::3])
        shape = self._shapes.get(around)
        if shape is not None:
            texts = parts[1::3]
            return Said(
                _text(texts[shape.type]),
                _text(texts[shape.object]),
                {name: _text(texts[place]) for name, place in shape.commitments},
            )
        said = _read(body)
        if around not in self._shapes and len(self._shapes) < MOST_SHAPES:
            self._shapes[around] = _shape(around)
        return said


def _text(found: bytes | None) -> str | None:
    return None if found is None else found.decode("ascii")


def _read(body: bytes) -> Said:
    """The long way, for the first entry of a shape."""
    entry = read_canonical(body)
    if not isinstance(entry, dict) or KEYS - entry.keys() or not isinstance(entry["data"], dict):
        raise Incomplete
    commitments = entry["data"].get("commit")
    return Said(entry["type"], entry["object"], commitments if isinstance(commitments, dict) else {})


def _shape(around: tuple[bytes, ...]) -> _Shape | None:
    """The shape of a text that is canonical with some values; None where not each of its gaps holds a value.

    Put together with a mark in every gap it is parsed, so that what only looks like a value (in the middle of a string,
    or of a key, whose order would count) is found out: each mark must come back as a value of its own.
    """
    marked = b"".join(b'%b:"\\u0000%d"' % (text, place) for place, text in enumerate(around[:-1])) + around[-1]
    try:
        entry = json.loads(marked)
        marks = sorted(_marks(entry))
    except (ValueError, RecursionError):
        return None
    if marks != list(range(len(around) - 1)):
        return None
    data = entry["data"]
    commitments = data.get("commit") if isinstance(data, dict) else None
    named = commitments if isinstance(commitments, dict) else {}
    found = [_mark(value) for value in (entry["type"], entry["object"], *named.values())]
    if None in found:
        return None
    return _Shape(found[0], found[1], tuple(zip(named, found[2:], strict=True)))


def _mark(value: Any) -> int | None:
    # Not isdigit: "²" is a digit to it and none to int, which also refuses more than 4,300 of them.
    is_marked = isinstance(value, str) and _MARK.fullmatch(value)
    return int(value[1:]) if is_marked else None


def _marks(value: Any) -> Iterator[int]:
    if isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _marks(each)
    elif (mark := _mark(value)) is not None:
        yield mark
