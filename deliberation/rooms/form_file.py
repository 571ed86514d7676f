"""Reads a form of consulting from the text of its TOML file, strictly, and keeps those that travel with the program."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from deliberation.rooms.form_rules import CHECKS, MANNERS, MEETING, Form, FormRole, Item, Number

FOLDER = Path(__file__).with_name("forms")
FIRST = "council"
"""The form that a room has where its convenor chose none."""
SHAPES: dict[str, dict[str, type]] = {
    "form": {
        "id": str, "version": str, "title": str, "source": str, "manner": str, "order": str, "others": str,
        "roles": list, "agenda": list, "papers": list, "minutes": list, "papers_days": dict, "note": str,
        "corrections": dict, "participants_sign": str,
    },
    "roles": {
        "id": str, "title": str, "speaks": bool, "counts": bool, "source": str, "invited": bool, "note": str,
        "asks": bool, "needed": bool,
    },
    "agenda": {"title": str, "source": str, "note": str},
    "papers": {"id": str, "title": str, "source": str, "note": str},
    "minutes": {"id": str, "title": str, "source": str, "check": str, "note": str},
    "papers_days": {"count": int, "source": str},
    "corrections": {"count": int, "source": str},
}  # fmt: skip
OPTIONAL = frozenset({"note", "invited", "asks", "needed", "papers_days", "papers", "corrections", "participants_sign"})
NUMBERS = ("papers_days", "corrections")


class FormFaulty(ValueError):
    """The file is no form. ``faults`` are sentences, each naming its place (``roles[2].source``)."""

    def __init__(self, found: list[str]):
        self.faults = tuple(found)
        super().__init__("; ".join(found))


@lru_cache(128)
def load(text: str) -> Form:
    """The form in this text. Raises FormFaulty with every fault."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FormFaulty([f"not TOML: {error}"]) from None
    if found := list(_misshapen(table)):
        raise FormFaulty(found)
    form = _form(table)
    if found := list(_contradictions(form)):
        raise FormFaulty(found)
    return form


def _misshapen(table: Mapping[str, Any]) -> Iterator[str]:
    yield from _shape(table, "form", "")
    for name in ("roles", "agenda", "papers", "minutes"):
        lines = table.get(name, [])
        for nth, line in enumerate(lines if isinstance(lines, list) else []):
            yield from _shape(line, name, f"{name}[{nth}].")
    for name in NUMBERS:
        if name in table:
            yield from _shape(table[name], name, f"{name}.")


def _shape(table: Any, what: str, place: str) -> Iterator[str]:
    if not isinstance(table, dict):
        yield f"{place.rstrip('.')}: is no table"
        return
    wanted = SHAPES[what]
    yield from (f"{place}{key}: unknown key" for key in table if key not in wanted)
    for key, kind in wanted.items():
        if key not in table:
            if key not in OPTIONAL:
                yield f"{place}{key}: missing"
        elif type(table[key]) is not kind:
            yield f"{place}{key}: must be {kind.__name__}"
        elif table[key] in ("", []) and key not in OPTIONAL:
            yield f"{place}{key}: must not be empty"


def _form(table: Mapping[str, Any]) -> Form:
    lists = {
        "roles": tuple(FormRole(**line) for line in table["roles"]),
        "agenda": tuple(Item(id=str(nth), **line) for nth, line in enumerate(table["agenda"], 1)),
        "papers": tuple(Item(**line) for line in table.get("papers", [])),
        "minutes": tuple(Item(**line) for line in table["minutes"]),
    }
    numbers = {name: Number(**table[name]) if name in table else None for name in NUMBERS}
    return Form(**{**table, **lists, **numbers})


def _contradictions(form: Form) -> Iterator[str]:
    if form.manner not in MANNERS:
        yield f"manner: must be one of {', '.join(MANNERS)}"
    if form.role(form.others) is None:
        yield "others: is none of the roles"
    for name, items in (("roles", form.roles), ("papers", form.papers), ("minutes", form.minutes)):
        ids = [one.id for one in items]
        yield from (f"{name}: {id} stands twice" for id in sorted({id for id in ids if ids.count(id) > 1}))
    for role in form.roles:
        if role.counts and not role.speaks:
            yield f"roles: {role.id} counts and may not speak"
        if role.needed and form.manner != MEETING:
            yield f"roles: {role.id} is needed, and there is no meeting to be opened"
    for item in form.minutes:
        if item.check not in CHECKS:
            yield f"minutes: {item.id} has an unknown check; known are {', '.join(CHECKS)}"
    if form.papers_days and not (form.papers and 0 < form.papers_days.count <= 365):
        yield "papers_days: days without papers, or not between 1 and 365"
    if form.corrections and not 0 < form.corrections.count <= 365:
        yield "corrections: not between 1 and 365"


def text_of(id: str) -> str:
    """The TOML text of a shipped form, to be kept with what is convened under it. Raises KeyError."""
    if id not in shipped():
        raise KeyError(id)
    return (FOLDER / f"{id}.toml").read_text("utf-8")


ORDER = ("council", "open_talk", "expert_advice", "written_inquiry", "visits", "hearing", "online")
"""In which forms are offered: the plainest first, then as the source lists the six."""


@lru_cache(1)
def shipped() -> Mapping[str, Form]:
    """Every shipped form by its id, in the order in which they are offered. Raises FormFaulty, naming the file."""
    found = {}
    for path in sorted(FOLDER.glob("*.toml")):
        try:
            form = load(path.read_text("utf-8"))
        except FormFaulty as error:
            raise FormFaulty([f"{path.name}: {fault}" for fault in error.faults]) from None
        if form.id != path.stem:
            raise FormFaulty([f"{path.name}: the id {form.id} is not the file's name"])
        found[form.id] = form
    rank = {id: place for place, id in enumerate(ORDER)}
    return MappingProxyType({id: found[id] for id in sorted(found, key=lambda id: (rank.get(id, len(rank)), id))})
