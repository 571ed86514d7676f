"""The people of a roster as lists show them: each once, with the numbers, labels and households of their lines."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

from sqlmodel import Session

from deliberation.identity.models import names_and_readings
from deliberation.people_list import group_of


class Line(Protocol):
    """One line of a roster, frozen or as it would be."""

    person_id: int
    household: str
    label: str


def people_of_lines(session: Session, lines: Iterable[Line]) -> dict[int, dict[str, Any]]:
    """By person, in the order of the lines, which are numbered from 1."""
    people: dict[int, dict[str, Any]] = {}
    for number, line in enumerate(lines, 1):
        new = {"id": line.person_id, "numbers": [], "labels": [], "groups": [], "code": ""}
        one = people.setdefault(line.person_id, new)
        one["numbers"].append(number)
        one["labels"] += [words for words in (line.label, line.household) if words and words not in one["labels"]]
        group = group_of(line.label, line.household)
        one["groups"] += [group] if group and group not in one["groups"] else []
    for id, (name, pinyin) in names_and_readings(session, people).items():
        one = people[id]
        one |= {"name": name, "pinyin": pinyin, "labels": [words for words in one["labels"] if words != name]}
    return people
