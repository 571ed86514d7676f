"""What is the case in a matter and how its file looks, kept ready until something happens in its community's log.

Rail, facts and file are the same for everybody; what is left for each visit is who asks and what they can do now.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.models import LogHead
from deliberation.communities.models import Community, ancestors
from deliberation.matters import words
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.keeping import Kept
from deliberation.matters.models import Matter, Proceeding, proceedings_of
from deliberation.matters.railing import rail_of
from deliberation.matters.reach import today_in
from deliberation.matters.shelf import file_of
from deliberation.templating import fragment

_known: Kept[Known] = Kept(512)
_files: Kept[str] = Kept(512)


@dataclass(frozen=True)
class State:
    """Which state of a matter is shown: ``seen`` is the size of its community's log, for the live page.

    ``key`` changes with every entry of the community or of those above it (settings reach down), and with whatever a
    wing reported without an entry.
    """

    key: tuple[Any, ...]
    seen: int


@dataclass(frozen=True)
class Known:
    """What was gathered of a matter in one state."""

    facts: Facts
    proceedings: tuple[Proceeding, ...]
    above: tuple[tuple[int, str], ...]

    def at(self, now: datetime) -> Facts:
        """The facts at another instant; the course of the papers is the same and not read again."""
        moved = replace(self.facts, now=now)
        vars(moved)["course"] = self.facts.course
        return moved


def state_of(session: Session, matter: Matter, place: Community) -> State:
    """One small query: the sizes of the logs on which the page depends."""
    found = select(LogHead.community_id, LogHead.size).where(col(LogHead.community_id).in_(place.ancestry))
    sizes = dict(session.execute(found).all())
    key = (session.get_bind().engine.url.database, matter.id, matter.changes, sum(sizes.values()))
    return State(key, sizes.get(place.id, 0))


def known_of(session: Session, matter: Matter, place: Community, now: datetime, state: State) -> Known:
    """Facts, what the wings opened, and the communities above; gathered once for each state."""

    def gather() -> Known:
        return Known(
            facts_of(session, matter, now, place),
            tuple(proceedings_of(session, matter.id)),
            tuple((each.id, each.name) for each in ancestors(session, place)),
        )

    return _known.get(state.key, gather)


def file_html(session: Session, matter: Matter, place: Community, facts: Facts, state: State, locale: str) -> str:
    """The file as words, the very same as goes over the wire; made once for each state, day and language."""
    key = (*state.key, facts.stage, today_in(place, facts.now), locale)
    values = lambda: file_values(session, matter, place, facts)  # noqa: E731
    return _files.get(key, lambda: fragment("matters/_file.html", locale=locale, **values()))


def file_values(session: Session, matter: Matter, place: Community, facts: Facts) -> dict[str, Any]:
    """What ``_file.html`` shows, in the page and on the wire."""
    deciding = next((facts.taken(step.id) for step in facts.procedure.steps if step.kind == "poll"), None)
    return {
        "matter": matter,
        "file": file_of(session, matter, facts),
        "procedure": facts.procedure,
        "deciding": deciding,
        "body": words.BODIES[deciding.body] if deciding else "",
        "tz": place.timezone,
        "today": today_in(place, facts.now),
    }


def rail_values(place: Community, facts: Facts) -> dict[str, Any]:
    """What ``_rail.html`` shows."""
    return {"rail": rail_of(facts), "tz": place.timezone, "today": today_in(place, facts.now)}
