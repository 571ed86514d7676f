"""What the page of a map of opinion shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from deliberation.live import Scene
from deliberation.rooms import map_plane
from deliberation.rooms.map_models import (
    MapStatement,
    OpinionMap,
    map_named,
    map_statements,
    marks_by,
    marks_on,
    people_of,
)
from deliberation.rooms.map_rules import LETTERS, next_statement, told_of
from deliberation.shown import percents


@dataclass(frozen=True)
class Shown:
    """A statement with its figures: marks (agree, disagree, pass), their percent, and letter, marks, percent of each group."""

    statement: MapStatement
    marks: tuple[int, int, int]
    shares: tuple[int, ...]
    groups: tuple[tuple[str, int, tuple[int, ...]], ...]

    @property
    def count(self) -> int:
        return sum(self.marks)


def figures(session: Session, map: OpinionMap) -> dict[str, Any]:
    """What was drawn, for everybody who may see it; a statement that was hidden afterwards is left out.
    ``few``: how many are left out because hardly anybody marked them.
    """
    drawn = map.drawn
    if map.released_at is None or drawn is None:
        return {"map": map, "drawn": None, "groups": [], "unites": [], "divides": [], "rest": [], "few": 0}
    told, there = told_of(drawn), [each for each in map_statements(session, map.id) if each.hidden_at is None]
    shown = {each.id: _shown(each, told[each.id]) for each in there if each.id in told}
    # Maps that were drawn before had what more than half agree with here, also where there are no groups.
    unites = drawn["unites"] if drawn["groups"] else []
    named = [*unites, *drawn["divides"]]
    return {
        "map": map,
        "drawn": drawn,
        "groups": list(zip(LETTERS, drawn["groups"], map_plane.circles(drawn["groups"]), strict=False)),
        "unites": [shown[id] for id in unites if id in shown],
        "divides": [shown[id] for id in drawn["divides"] if id in shown],
        "rest": [one for id, one in shown.items() if id not in named],
        "few": sum(str(each.id) in drawn["statements"] for each in there) - len(shown),
    }


def _shown(statement: MapStatement, said: dict[str, list]) -> Shown:
    groups = [(LETTERS[number], sum(row), percents(row)) for number, row in enumerate(said["groups"])]
    return Shown(statement, tuple(said["all"]), percents(said["all"]), tuple(groups))


def figures_scene(scene: Scene) -> dict[str, Any]:
    """The figures for the wire (``map/3``)."""
    return figures(scene.session, map_named(scene.session, int(scene.subject.split("/")[1])))


def card(session: Session, map: OpinionMap, person_id: int | None) -> dict[str, Any]:
    """The statement that is put to a person now, how far they are, and what they have put in."""
    statements = map_statements(session, map.id)
    there = [each for each in statements if each.hidden_at is None]
    marked = marks_by(session, map.id, person_id) if person_id else {}
    at = next_statement([each.id for each in there], marked, marks_on(session, map.id), person_id or 0)
    return {
        "statements": statements,
        "there": there,
        "hidden": [each for each in statements if each.hidden_at is not None],
        "marked": marked,
        "done": sum(each.id in marked for each in there),
        "put": next((each for each in there if each.id == at), None),
        "people": people_of(session, map.id),
    }
