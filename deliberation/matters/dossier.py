"""What is the case in a matter and how its file looks, kept ready until something happens that shows on its page.

Facts, rail and file are the same for everybody; what is left for each visit is who asks and what they can do now. A page
depends on the matter's own tables and entries, on what its communities have chosen of its procedure, on the names of
those who issued its documents, and on the hour. What of this is small is read at each visit and is itself the key;
ballots and whatever else happens in the community change nothing and are not asked for.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, select

from deliberation.assemblies.models import Standing, standing_of
from deliberation.audit.models import Entry, LogHead
from deliberation.bulk import select_many
from deliberation.communities.models import Community, ancestors
from deliberation.identity.models import names_of
from deliberation.keeping import Kept
from deliberation.matters import words
from deliberation.matters.annals import Annals, annals_of, last_entry
from deliberation.matters.doing import Asker, now_box
from deliberation.matters.engine import possible_acts
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import choices_of, facts_of
from deliberation.matters.models import Document, Matter, Opened, opened_for
from deliberation.matters.railing import rail_of
from deliberation.matters.reach import today_in
from deliberation.matters.shelf import file_of
from deliberation.refusal import Missing
from deliberation.templating import fragment


@dataclass(frozen=True)
class State:
    """In which state a matter is: two that are equal show the same.

    ``changes`` counts what was told of its tables, ``last`` is its last entry that shows, ``choices`` what its
    communities say of its procedure. ``annals`` are its entries; ``seen`` is the size of its community's log, which the
    live page carries and which grows with everything else too.
    """

    database: str
    matter_id: int
    changes: int
    last: int
    choices: tuple[tuple[str, str], ...]
    annals: Annals = field(compare=False)
    seen: int = field(compare=False)


@dataclass(frozen=True)
class Known:
    """What was gathered of a matter in one state; its rows are read and never changed."""

    matter: Matter
    place: Community
    facts: Facts
    proceedings: tuple[Opened, ...]
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
_issuers: Kept[tuple[int, ...]] = Kept(512)
_places: Kept[tuple[Community, tuple[tuple[int, str], ...]]] = Kept(512)
_files: Kept[str] = Kept(256)
_html: Kept[str] = Kept(2048)

_HEAD = (
    select(
        Matter.community_id,
        Matter.changes,
        Community.lineage,
        LogHead.size,
        select(func.max(col(Entry.index)))
        .where(Entry.topic == bindparam("topic"), Entry.community_id == Matter.community_id)
        .scalar_subquery(),
    )
    .join(Community, col(Community.id) == Matter.community_id)
    .outerjoin(LogHead, col(LogHead.community_id) == Matter.community_id)
    .where(Matter.id == bindparam("matter"))
)


def state_of(session: Session, matter_id: int) -> State:
    """The state in which a matter is now. Raises Missing."""
    found = select_many(session, _HEAD, matter=matter_id, topic=f"matter/{matter_id}")
    if not found:
        raise Missing
    [(community_id, changes, lineage, size, until)] = found
    annals = annals_of(session, matter_id, community_id, -1 if until is None else until)
    choices = choices_of(session, [int(part) for part in lineage.split("/") if part])
    return State(
        session.get_bind().engine.url.database,
        matter_id,
        changes,
        annals.last,
        tuple(sorted(choices.items())),
        annals,
        size or 0,
    )


def known_of(session: Session, state: State, now: datetime) -> Known:
    """The matter, its community, its facts and what the wings opened; gathered once for each state."""

    def gather() -> Known:
        matter = session.get(Matter, state.matter_id)
        place, above = _place(session, state.database, matter.community_id)
        facts = facts_of(session, matter, now, place)
        return Known(matter, place, facts, tuple(opened_for(session, matter.id)), above, tuple(_turns(facts)))

    return _known.get(state, gather)


def _place(session: Session, database: str, id: int) -> tuple[Community, tuple[tuple[int, str], ...]]:
    """A community and the names of those above it; nothing of a community is ever changed."""

    def gather() -> tuple[Community, tuple[tuple[int, str], ...]]:
        found = session.get(Community, id)
        return found, tuple((each.id, each.name) for each in ancestors(session, found))

    return _places.get((database, id), gather)


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
    standing = standing_of(session, person_id, known.place, today_in(known.place, now))
    if not known.matter.is_public and not standing.is_near:
        raise Missing
    return known, state, standing


_ISSUERS = select(Document.issuer_id).where(Document.matter_id == bindparam("matter")).distinct()


def file_html(session: Session, known: Known, state: State, now: datetime, locale: str) -> str:
    """The file as words, the very same as goes over the wire; made once for each state, names and language."""

    def issuers() -> tuple[int, ...]:
        return tuple(id for (id,) in select_many(session, _ISSUERS, matter=known.matter.id) if id is not None)

    def make() -> str:
        values = file_values(session, known.matter, known.place, known.at(now), state.annals)
        return fragment("matters/_file.html", locale=locale, **values)

    names = names_of(session, _issuers.get(state, issuers))
    return _files.get((state, tuple(sorted(names.items())), locale), make)


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


def file_values(
    session: Session, matter: Matter, place: Community, facts: Facts, annals: Annals | None = None
) -> dict[str, Any]:
    """What ``_file.html`` shows, in the page and on the wire."""
    if annals is None:
        annals = annals_of(session, matter.id, place.id, last_entry(session, matter.id, place.id))
    deciding = next((facts.taken(step.id) for step in facts.procedure.steps if step.kind == "poll"), None)
    return {
        "matter": matter,
        "file": file_of(session, matter, facts, annals, place.timezone),
        "procedure": facts.procedure,
        "deciding": deciding,
        "body": words.BODIES[deciding.body] if deciding else "",
        "tz": place.timezone,
    }


def rail_values(place: Community, facts: Facts) -> dict[str, Any]:
    """What ``_rail.html`` shows."""
    return {"rail": rail_of(facts), "tz": place.timezone, "today": today_in(place, facts.now)}
