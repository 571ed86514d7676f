"""What is the case in a matter and how its file looks, kept ready until something happens in the logs it depends on.

Facts, rail and file are the same for everybody; what is left for each visit is who asks and what they can do now. Two
small queries find out in which state the matter is; everything else of a page that is opened unchanged is in memory.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam, case, func
from sqlmodel import Session, col, select

from deliberation.assemblies.models import VISITOR, Standing, standing_of
from deliberation.audit.models import LogHead
from deliberation.communities.models import Community, ancestors
from deliberation.matters import words
from deliberation.matters.doing import Asker, now_box
from deliberation.matters.engine import possible_acts
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.keeping import Kept
from deliberation.matters.models import Matter, Proceeding, proceedings_of
from deliberation.matters.railing import rail_of
from deliberation.matters.reach import today_in
from deliberation.matters.shelf import file_of
from deliberation.refusal import Missing
from deliberation.templating import fragment


@dataclass(frozen=True)
class State:
    """In which state a matter is. ``seen`` is the size of its community's log, which the live page carries.

    ``size`` counts the entries of the community, of those above it (appointments and settings reach down) and of those
    below (residence counts upwards); ``changes`` also what a wing reported without an entry.
    """

    database: str
    matter_id: int
    changes: int
    size: int
    seen: int


@dataclass(frozen=True)
class Known:
    """What was gathered of a matter in one state; its rows are read and never changed."""

    matter: Matter
    place: Community
    facts: Facts
    proceedings: tuple[Proceeding, ...]
    above: tuple[tuple[int, str], ...]
    turns: tuple[datetime, ...]

    def moment(self, now: datetime) -> tuple[date, int]:
        """The day, and how many of the instants at which something changes by time alone have passed."""
        return today_in(self.place, now), bisect_right(self.turns, now)

    def at(self, now: datetime) -> Facts:
        """The facts at another instant; the course of the papers is the same and not read again."""
        moved = replace(self.facts, now=now)
        vars(moved)["course"] = self.facts.course
        return moved


_known: Kept[Known] = Kept(512)
_files: Kept[str] = Kept(256)
_html: Kept[str] = Kept(2048)
_standings: Kept[Standing] = Kept(4096)

_HEAD = (
    select(Matter.community_id, Matter.changes, Community.lineage)
    .join(Community, col(Community.id) == Matter.community_id)
    .where(Matter.id == bindparam("matter"))
)
_SIZES = (
    select(
        func.sum(LogHead.size),
        func.sum(case((col(LogHead.community_id) == bindparam("place"), LogHead.size), else_=0)),
    )
    .join(Community, col(Community.id) == LogHead.community_id)
    .where(
        col(Community.id).in_(bindparam("above", expanding=True))
        | col(Community.lineage).like(bindparam("below"), escape="\\")
    )
)


def state_of(session: Session, matter_id: int) -> State:
    """The state in which a matter is now. Raises Missing."""
    head = session.execute(_HEAD, {"matter": matter_id}).first()
    if head is None:
        raise Missing
    above = [int(part) for part in head.lineage.split("/") if part]
    given = {"place": head.community_id, "above": above, "below": head.lineage + "%"}
    size, seen = session.execute(_SIZES, given).one()
    return State(session.get_bind().engine.url.database, matter_id, head.changes, int(size or 0), int(seen or 0))


def known_of(session: Session, state: State, now: datetime) -> Known:
    """The matter, its community, its facts and what the wings opened; gathered once for each state."""

    def gather() -> Known:
        matter = session.get(Matter, state.matter_id)
        place = session.get(Community, matter.community_id)
        facts = facts_of(session, matter, now, place)
        above = tuple((each.id, each.name) for each in ancestors(session, place))
        return Known(matter, place, facts, tuple(proceedings_of(session, matter.id)), above, tuple(_turns(facts)))

    return _known.get(state, gather)


def _turns(facts: Facts) -> list[datetime]:
    """The coming instants at which something becomes possible or an announced hour is over."""
    waits = {no.facts.get("from_when") for one in possible_acts(facts) for no in one.refusals}
    hours = {poll.closes_at for poll in facts.polls if poll.closed_at is None}
    return sorted(instant for instant in waits | hours if instant is not None)


def known_within_reach(
    session: Session, id: int, person_id: int | None, now: datetime
) -> tuple[Known, State, Standing]:
    """The same for somebody, as ``reach.matter_within_reach`` would let them. Raises Missing in the same words."""
    state = state_of(session, id)
    known = known_of(session, state, now)
    standing = _standing(session, person_id, known.place, now, state)
    if not known.matter.is_public and not standing.is_near:
        raise Missing
    return known, state, standing


def _standing(session: Session, person_id: int | None, place: Community, now: datetime, state: State) -> Standing:
    """What a person is there, asked once for each day and state: every appointment, seat and move has its entry."""
    if person_id is None:
        return VISITOR
    today = today_in(place, now)
    key = (state.database, state.size, place.id, person_id, today)
    return _standings.get(key, lambda: standing_of(session, person_id, place, today))


def file_html(session: Session, known: Known, state: State, now: datetime, locale: str) -> str:
    """The file as words, the very same as goes over the wire; made once for each state and language."""

    def make() -> str:
        values = file_values(session, known.matter, known.place, known.at(now))
        return fragment("matters/_file.html", locale=locale, **values)

    return _files.get((state, locale), make)


def rail_html(known: Known, state: State, now: datetime, locale: str) -> str:
    """The rail as words, in the same way."""
    key = ("rail", state, known.moment(now), locale)
    return _html.get(key, lambda: fragment("matters/_rail.html", locale, **rail_values(known.place, known.at(now))))


def box_html(known: Known, state: State, asker: Asker, now: datetime, locale: str) -> str:
    """What everybody with these roles can do now; somebody on the roster of an open poll has a box of their own."""

    def make() -> str:
        box = now_box(known.matter.id, known.at(now), asker, known.proceedings)
        return fragment("matters/_now.html", locale, now=box, matter=known.matter, is_signed_in=asker.is_signed_in)

    return _html.get(("box", state, known.moment(now), asker, locale), make)


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
    }


def rail_values(place: Community, facts: Facts) -> dict[str, Any]:
    """What ``_rail.html`` shows."""
    return {"rail": rail_of(facts), "tz": place.timezone, "today": today_in(place, facts.now)}
