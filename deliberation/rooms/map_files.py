"""A map in the files of Polis (its export of 2024), so that others' tools can analyse it.

``comments``, ``comment-groups`` and ``summary`` say nothing of single persons: they have the figures of the drawing that was
released, because sums that grew with each mark would tell what it was. ``votes`` and ``participants-votes`` hold each
person's row under a number made for this file alone, and are for those who run the map.
"""

from __future__ import annotations

import csv
import io
import secrets
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from deliberation.assemblies.roster_neutral import neutralised
from deliberation.rooms.map_models import MapStatement, OpinionMap
from deliberation.rooms.map_rules import LETTERS, told_of

PUBLIC = ("comments", "comment-groups", "summary")
OF_PERSONS = ("votes", "participants-votes")

Marks = Sequence[tuple[int, int, int, datetime]]
_NO = {"all": [0, 0, 0], "groups": []}


def polis_file(name: str, map: OpinionMap, statements: Sequence[MapStatement], marks: Marks, address: str) -> bytes:
    """One of the files as CSV in UTF-8. Raises KeyError for another name."""
    write = {
        "comments": lambda: _comments(map, statements),
        "comment-groups": lambda: _comment_groups(map, statements),
        "summary": lambda: _summary(map, statements, address),
        "votes": lambda: _votes(map, statements, marks),
        "participants-votes": lambda: _participants(statements, marks),
    }[name]
    out = io.StringIO()
    rows = ([neutralised(cell) if isinstance(cell, str) else cell for cell in row] for row in write())
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue().encode()


def _when(at: datetime) -> tuple[int, str]:
    return int(at.timestamp()), at.strftime("%a %b %d %Y %H:%M:%S GMT+0000 (Coordinated Universal Time)")


def _comments(map: OpinionMap, statements: Sequence[MapStatement]) -> Iterable[Sequence[Any]]:
    yield ("timestamp", "datetime", "comment-id", "author-id", "agrees", "disagrees", "moderated", "comment-body")
    told, authors = told_of(map.drawn), _numbers(each.person_id for each in statements)
    for each in statements:
        agree, disagree, _passed = told.get(each.id, _NO)["all"]
        # Counted as moderated out, as Polis has it, but its words are hidden here as on the page.
        moderated = 1 if each.hidden_at is None else -1
        yield (*_when(each.at), each.number, authors[each.person_id], agree, disagree, moderated, _words(each))


def _words(statement: MapStatement) -> str:
    return statement.body if statement.hidden_at is None else ""


def _comment_groups(map: OpinionMap, statements: Sequence[MapStatement]) -> Iterable[Sequence[Any]]:
    groups, told = (map.drawn or {}).get("groups", []), told_of(map.drawn)
    kinds = ("votes", "agrees", "disagrees", "passes")
    names = [f"group-{letter.lower()}-{kind}" for letter in LETTERS[: len(groups)] for kind in kinds]
    yield ("comment-id", "comment", *(f"total-{kind}" for kind in kinds), *names)
    for each in statements:
        if each.id in told:
            rows = [told[each.id]["all"], *told[each.id]["groups"]]
            yield (each.number, _words(each), *(cell for row in rows for cell in (sum(row), *row)))


def _summary(map: OpinionMap, statements: Sequence[MapStatement], address: str) -> Iterable[Sequence[Any]]:
    drawn = map.drawn or {"people": 0, "groups": []}
    yield ("topic", map.question)
    yield ("url", address)
    yield ("voters", drawn["people"])
    yield ("voters-in-conv", drawn["people"])
    yield ("commenters", len({each.person_id for each in statements}))
    yield ("comments", len(statements))
    yield ("groups", len(drawn["groups"]))
    yield ("conversation-description", "")


def _votes(map: OpinionMap, statements: Sequence[MapStatement], marks: Marks) -> Iterable[Sequence[Any]]:
    """Every mark at the moment at which the map was opened: when each came is in the public log, and would lead to it."""
    yield ("timestamp", "datetime", "comment-id", "voter-id", "vote")
    numbers, whose = {each.id: each.number for each in statements}, _numbers(each[0] for each in marks)
    for who, what, mark, _at in sorted(marks, key=lambda one: (numbers[one[1]], whose[one[0]])):
        yield (*_when(map.opened_at), numbers[what], whose[who], mark)


def _participants(statements: Sequence[MapStatement], marks: Marks) -> Iterable[Sequence[Any]]:
    numbers = [each.number for each in statements]
    yield ("participant", "group-id", "n-comments", "n-votes", "n-agree", "n-disagree", *numbers)
    said: dict[int, dict[int, int]] = {}
    for who, what, mark, _at in marks:
        said.setdefault(who, {})[what] = mark
    whose = _numbers(said)
    for who in sorted(said, key=whose.__getitem__):
        own = said[who]
        counts = (len(own), sum(mark == 1 for mark in own.values()), sum(mark == -1 for mark in own.values()))
        # Nobody's group is kept: beside a row that somebody knows by its answers it would be told of a person. How many
        # statements somebody wrote would lead from their names beside those to this row.
        yield (whose[who], "", "", *counts, *(own.get(each.id, "") for each in statements))


def _numbers(people: Iterable[int]) -> dict[int, int]:
    """A number for each person that is theirs in this file alone, in no order that leads back to them."""
    known = sorted(set(people))
    secrets.SystemRandom().shuffle(known)
    return {person: number for number, person in enumerate(known)}
