"""What the pages show of tasks and inspections; what goes over the wire holds nothing that only some may see."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from deliberation.communities.models import Community
from deliberation.followup.board import shown_name
from deliberation.followup.models import Inspection, Task, inspections_of, tasks_of, titles_of
from deliberation.followup.rules import distance, mark_of, state_of
from deliberation.identity.models import names_of
from deliberation.matters.days import midnight
from deliberation.matters.facts import Facts
from deliberation.matters.models import Document, Matter, documents_of
from deliberation.matters.reach import today_in
from deliberation.matters.reasons import evidence_there, to_inspect
from deliberation.roles import office_name
from deliberation.vocabulary import _


@dataclass(frozen=True)
class Row:
    """One task: ``office`` a gettext key, ``who`` a name or empty; ``state`` and ``days`` as on the board."""

    id: int
    title: str
    about: str
    url: str
    office: str
    who: str
    due_on: date
    state: str
    days: int
    reported_at: datetime | None
    tz: str

    @property
    def mark(self) -> tuple[str, str]:
        return mark_of(self.state, self.days)


def rows_of(session: Session, now: datetime, tasks: list[Task], near: Collection[int]) -> list[Row]:
    """Tasks for somebody with ties to the communities ``near``."""
    names = names_of(session, {each.owner_id for each in tasks})
    abouts = titles_of(session, {each.matter_id for each in tasks})
    return [
        _row(session.get(Community, each.community_id), now, each, names[each.owner_id], abouts[each.matter_id], near)
        for each in tasks
    ]


def _row(place: Community, now: datetime, task: Task, name: str, about: str, near: Collection[int]) -> Row:
    due_at = midnight(task.due_on + timedelta(days=1), place.zone)
    state = state_of(due_at, task.reported_at, now)
    reported_on = today_in(place, task.reported_at) if task.reported_at else None
    return Row(
        id=task.id,
        title=task.title,
        about=about,
        url=f"/tasks/{task.id}",
        office=office_name(task.office, place.kind),
        who=shown_name(name, task.office, is_near=place.id in near),
        due_on=task.due_on,
        state=state,
        days=distance(state, task.due_on, today_in(place, now), reported_on),
        reported_at=task.reported_at,
        tz=place.timezone,
    )


def list_of(session: Session, now: datetime, matter: Matter, place: Community) -> dict[str, Any]:
    """The values of ``followup/_tasks.html``: the same for everybody who may open the matter."""
    inspections = inspections_of(session, matter.id)
    names = names_of(session, {each.inspector_id for each in inspections})
    return {
        "tasks": rows_of(session, now, tasks_of(session, matter.id), ()),
        "inspections": [(each, inspected_name(session, each), names[each.inspector_id]) for each in inspections],
        "tz": place.timezone,
    }


def things_to_inspect(session: Session, matter: Matter) -> list[tuple[str, str]]:
    """(subject, title) of what a supervisor may look at: postings, the newest first, tasks, and the whole."""
    postings = [one for one in documents_of(session, matter.id) if one.kind == "disclosure"]
    return [
        *((f"document/{one.id}", one.title) for one in reversed(postings)),
        *((f"task/{one.id}", one.title) for one in tasks_of(session, matter.id)),
        (f"matter/{matter.id}", _("整件议题的办理")),
    ]


def thing_asked(matter: Matter, facts: Facts) -> str:
    """What the present step waits to have inspected; empty where it waits for nothing, or no longer."""
    if facts.is_ended or not any(evidence_there(facts.step, facts, only=("inspected",))):
        return ""
    asked = to_inspect(facts)
    return f"matter/{matter.id}" if asked == "matter" else asked


def last_findings(session: Session, matter_id: int) -> dict[str, bool]:
    """Of each thing that was inspected, whether the supervisors were satisfied the last time."""
    return {each.subject: each.is_satisfied for each in inspections_of(session, matter_id)}


def inspected_name(session: Session, inspection: Inspection) -> str:
    """What was looked at, as somebody wrote it, or a gettext key."""
    word, _slash, number = inspection.subject.partition("/")
    kinds: dict[str, Any] = {"document": Document, "task": Task}
    found = session.get(kinds[word], int(number)) if word in kinds else None
    return found.title if found is not None else _("整件议题的办理")
