"""What stands in the file of a matter: its cards, plans, objections, evidence, meetings, what is still to come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam
from sqlmodel import Session, col, select

from deliberation.bulk import select_many
from deliberation.communities.models import kind_of
from deliberation.identity.models import names_of
from deliberation.keeping import Kept
from deliberation.matters import words
from deliberation.matters.annals import Annals
from deliberation.matters.cards import Beside, Drawn, drawn, files_of, papers_of
from deliberation.matters.chain import Chain, chain_of, heads_of
from deliberation.matters.charter_models import CharterAim, aim_of
from deliberation.matters.chronicle import Known, Told, chronicle
from deliberation.matters.convening import demands_of
from deliberation.matters.convening_rules import convenor
from deliberation.matters.demand_models import noticed_at
from deliberation.matters.demanding import weighed
from deliberation.matters.doing import address
from deliberation.matters.facts import Facts
from deliberation.matters.models import Matter, Objection, Opened, PlanVersion, opened_for
from deliberation.matters.procedure import Step
from deliberation.matters.voted import Won, said_outcome, won_in
from deliberation.refusal import Word
from deliberation.roles import role_name
from deliberation.templating import fragment
from deliberation.vocabulary import Act, Role

MOST_COMING = 12


@dataclass(frozen=True)
class Answered:
    """An objection as everybody may read it: its words and the answer, not whose it is."""

    body: str
    received_at: datetime
    due_on: date
    answer: str
    answered_at: datetime | None
    is_upheld: bool


class Plan(NamedTuple):
    """A version of the plan without its text, which the page of the plan shows."""

    number: int
    at: datetime
    note: str
    frozen_at: datetime | None


@dataclass(frozen=True)
class Held:
    """A room, a meeting or a poll of the matter: its page, when it was open, and what came of a poll (words.OUTCOMES or tie)."""

    kind: str
    title: str
    url: str
    opened_at: datetime
    closed_at: datetime | None
    outcome: str
    source: str = ""
    due_at: datetime | None = None
    expected: int | None = None
    present: int | None = None
    clause: int = 0
    won: Won | None = None


class Demanded(NamedTuple):
    """The demand for a meeting from which the matter came; ``convenor`` is who calls it, in words."""

    id: int
    counted: int
    base: int
    needed: int
    area: int
    area_base: int | None
    area_needed: int | None
    source: str
    convenor: str
    called_at: datetime | None


class Merged(NamedTuple):
    """That two steps were taken together: entry, instant and role of the choice; who said since when on what ground
    that the secretary also heads the committee."""

    entry: int
    at: datetime
    who: Word | str
    place: str
    on: date | None
    source: str


@dataclass(frozen=True)
class File:
    """What of the dossier is the same for everybody. ``coming``: (paper, step); ``loose``: (kind, note, address)."""

    cards: tuple[Shown, ...]
    coming: tuple[tuple[str, Step], ...]
    plans: tuple[Plan, ...]
    objections: tuple[Answered, ...]
    loose: tuple[tuple[str, str, str], ...]
    held: tuple[Held, ...]
    story: tuple[Line, ...]
    chain: Chain | None = None
    merged: Merged | None = None
    aim: CharterAim | None = None
    demands: tuple[Demanded, ...] = ()


@dataclass(frozen=True)
class Shown:
    """A document of the file as its card looks. Most cards are the same from one change of the file to the next."""

    drawn: Drawn
    community_id: int
    tz: str

    def html(self, locale: str) -> str:
        """The card in a language, made once for what it shows."""
        return _cards.get((self, locale), lambda: self._make(locale))

    def _make(self, locale: str) -> str:
        return fragment(
            "matters/_card.html", locale, card=self.drawn.card(), community_id=self.community_id, tz=self.tz
        )


@dataclass(frozen=True)
class Line:
    """A line of the story as it looks. The earlier ones stay as they were when another comes."""

    told: Told
    tz: str

    def html(self, locale: str) -> str:
        """The line in a language, made once for what it says."""
        one = self.told
        key = (one.entry, one.at, one.key, tuple(one.facts.items()), one.times, self.tz, locale)
        return _lines.get(key, lambda: fragment("matters/_told.html", locale, told=one, tz=self.tz))


_cards: Kept[str] = Kept(8192)
_lines: Kept[str] = Kept(16384)


def file_of(session: Session, matter: Matter, facts: Facts, annals: Annals, tz: str) -> File:
    """The documents with their evidence and entries, what is still to come, plans, objections, the story."""
    papers, kind = papers_of(session, matter.id), kind_of(session, matter.community_id)
    files, loose = files_of(session, matter.id)
    names = names_of(session, (row.issuer_id for row in papers if row.issuer_id))
    cards = drawn(session, matter.id, papers, Beside(files, annals.first, names, kind))
    known = Known(
        facts.procedure,
        {f"document/{row.id}": row.title for row in papers},
        {f"document/{row.id}": row.facts for row in papers},
        {f"document/{row.id}": row.issued_by for row in papers if row.issued_by},
        kind,
    )
    return File(
        cards=tuple(Shown(one, matter.community_id, tz) for one in cards),
        coming=_coming(facts),
        plans=_plans(session, matter.id),
        objections=_objections(session, matter.id),
        loose=loose,
        held=_held(session, matter.id),
        story=tuple(Line(one, tz) for one in chronicle(annals.told, known)),
        chain=chain_of(facts, opened_for(session, matter.id), heads_of(papers)),
        merged=_merged(facts, annals),
        aim=aim_of(session, matter.id) if facts.charter else None,
        demands=tuple(_demanded(session, matter.id)),
    )


def _demanded(session: Session, matter_id: int) -> Iterator[Demanded]:
    for one in demands_of(session, matter_id):
        count = weighed(session, one)
        area = (count.area, count.area_base, count.area_needed)
        who = words.BODIES[convenor(count.share, one.taken_over_at is not None)]
        yield Demanded(
            one.id, count.counted, count.base, count.needed, *area, one.source, who, noticed_at(session, one)
        )


def _merged(facts: Facts, annals: Annals) -> Merged | None:
    """As the log has it: of the choices the last one, if the two steps are still taken together."""
    together = [step.id for step in facts.procedure.steps if facts.taken(step.id).merges_with]
    for one in reversed(annals.told):
        if one.act == Act.VARIANT_CHOSEN and one.data.get("variant") and one.data.get("step") in together:
            said_on = one.data.get("said_on")
            on = date.fromisoformat(said_on) if said_on else None
            who = Word(role_name(one.role, facts.kind)) if one.role in set(Role) else one.role
            return Merged(one.index, one.at, who, one.data.get("said_in", ""), on, one.data.get("source", ""))
    return None


def _coming(facts: Facts) -> tuple[tuple[str, Step], ...]:
    """Documents that are still to be made, in order, with the step that makes them."""
    if facts.is_ended:
        return ()
    found, stage = [], facts.stage
    while stage not in words.END_NAMES and len(found) < MOST_COMING:
        step = facts.taken(stage)
        found.append((words.PAPERS[step.closes_with], step))
        stage = step.next
    return tuple(found)


_PLANS = (
    select(PlanVersion.number, PlanVersion.at, PlanVersion.note, PlanVersion.frozen_at)
    .where(PlanVersion.matter_id == bindparam("matter"))
    .order_by(col(PlanVersion.number))
)
_OBJECTIONS = (
    select(Objection.body, Objection.received_at, Objection.answer_due_on, Objection.answer, Objection.answered_at,
           Objection.is_upheld)
    .where(Objection.matter_id == bindparam("matter"))
    .order_by(col(Objection.id))
)  # fmt: skip


def _plans(session: Session, matter_id: int) -> tuple[Plan, ...]:
    return tuple(Plan._make(row) for row in select_many(session, _PLANS, matter=matter_id))


def _objections(session: Session, matter_id: int) -> tuple[Answered, ...]:
    return tuple(Answered(*row) for row in select_many(session, _OBJECTIONS, matter=matter_id))


_NOTHING: Mapping[str, str] = {}


def _came_of(one: Opened) -> str:
    """What is said of a proceeding by its kind and outcome."""
    if one.kind == "poll":
        return said_outcome(one.outcome, won_in(one.won))
    return (words.MEETING_STATES if one.kind == "meeting" else _NOTHING).get(one.outcome, "")


def _held(session: Session, matter_id: int) -> tuple[Held, ...]:
    """Rooms, meetings and polls, newest first; tasks and inspections have a place of their own."""
    return tuple(
        Held(
            one.kind,
            one.title,
            address(one.subject),
            one.opened_at,
            one.closed_at,
            _came_of(one),
            one.source,
            one.due_at if one.kind == "meeting" else None,
            one.expected,
            one.present,
            one.clause,
            won_in(one.won),
        )
        for one in reversed(opened_for(session, matter_id))
        if one.kind in ("room", "poll", "meeting", "convening")
    )
