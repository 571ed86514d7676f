"""What passes between the tiers as a file of lines, each one canonical JSON: the first says what it is. Read strictly. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any

from deliberation.audit.canonical import NotCanonical, canonical, read_canonical
from deliberation.legislation.call_rules import is_storable

LARGEST = 2**53
"""Whole numbers of JSON are exact below it."""


class Unreadable(ValueError):
    """Content that is not what it says to be; the message names line and field."""


def lines_of(rows: Collection[Mapping[str, Any]]) -> bytes:
    """The file, the same bytes for the same content."""
    return b"".join(canonical(row) + b"\n" for row in rows)


def rows_in(content: bytes, schema: str, most: int) -> list[dict[str, Any]]:
    """What the at most so many lines of such a file say, the first without its ``schema``. Raises Unreadable."""
    # Counted before anything is read: whose key it is, is asked only afterwards.
    if content.count(b"\n") > most:
        raise Unreadable(str(most + 1))
    rows = content.split(b"\n")
    if rows.pop() != b"" or not rows:
        raise Unreadable("1")
    said = []
    for number, row in enumerate(rows, 1):
        try:
            value = read_canonical(row)
            is_good = isinstance(value, dict) and is_storable(value)
        except (NotCanonical, ValueError, RecursionError):
            is_good = False
        if not is_good:
            raise Unreadable(str(number))
        said.append(value)
    if said[0].pop("schema", None) != schema:
        raise Unreadable("1 schema")
    return said


def read_row(
    kind: type, value: Mapping[str, Any], number: int, most: Mapping[str, int], choices: Mapping[str, Collection[str]]
) -> Any:
    """One line as a dataclass whose fields are ``int``, ``bool``, ``str`` or ``int | None``: all there, none more.

    ``most``: how many signs a text may have (40 where it is not named); ``choices``: the words that it may be. Raises Unreadable.
    """
    names = {each.name: each.type for each in fields(kind)}
    if set(value) != set(names):
        raise Unreadable(str(number))
    for name, typed in names.items():
        said, wanted = value[name], {"int": int, "bool": bool, "str": str, "int | None": int}[typed]
        if said is None and typed == "int | None":
            continue
        if type(said) is not wanted or (wanted is int and not 0 <= said < LARGEST):
            raise Unreadable(f"{number} {name}")
        if wanted is str and len(said) > most.get(name, 40):
            raise Unreadable(f"{number} {name}")
        if name in choices and said not in choices[name]:
            raise Unreadable(f"{number} {name}")
    return kind(**value)
