"""Charters as pages show them: the edition in force, what is to come, what was; and what a matter may bring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from deliberation.communities.models import Community
from deliberation.matters.charter_adopting import Aim
from deliberation.matters.charter_models import Charter, CharterEdition, charters_of, editions_of
from deliberation.matters.charter_rules import KINDS, Kind, in_force, kinds_for, may_begin
from deliberation.matters.charters import readiness
from deliberation.matters.difference import Piece, difference
from deliberation.matters.models import Document, Matter
from deliberation.matters.ruling_models import states_of
from deliberation.matters.ruling_rules import IN_FORCE
from deliberation.matters.ruling_showing import Rulings, shown_rulings
from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import _


@dataclass(frozen=True)
class Shown:
    """An edition with what it changed, who decided it with which count, and what became of its resolution."""

    row: CharterEdition
    number: int
    in_force_from: date | None
    state: str
    pieces: tuple[Piece, ...]
    document: Document
    matter: Matter
    heads: dict[str, Any]
    rulings: Rulings | None
    waits: Refusal | None


@dataclass(frozen=True)
class Page:
    """A charter on a day: the edition in force, those still to come, the earlier ones, newest first."""

    charter: Charter
    kind: Kind
    now: Shown | None
    coming: tuple[Shown, ...]
    past: tuple[Shown, ...]


def page_of(session: Session, charter: Charter, on: date, at: datetime) -> Page:
    """Everything of a charter."""
    shown = _shown(session, charter, at)
    now = in_force(shown, on)
    coming = [one for one in shown if one is not now and _is_coming(one, on)]
    past = [one for one in shown if one is not now and one not in coming]
    return Page(charter, KINDS[charter.kind], now, tuple(coming), tuple(reversed(past)))


def _is_coming(one: Shown, on: date) -> bool:
    if one.in_force_from is not None:
        return one.in_force_from > on
    return one.row.replaced_by_id is None


def _shown(session: Session, charter: Charter, at: datetime) -> list[Shown]:
    rows = editions_of(session, charter.id)
    states = states_of(session, [row.document_id for row in rows])
    found, before = [], None
    for row in rows:
        document = session.get(Document, row.document_id)
        found.append(
            Shown(
                row,
                row.number,
                row.in_force_from,
                states.get(row.document_id, IN_FORCE),
                difference(before.body, row.body) if before else (),
                document,
                session.get(Matter, row.matter_id),
                (document.facts.get("counts") or {}).get("heads") or {},
                shown_rulings(session, row.document_id),
                may_begin(readiness(session, at, row)) if row.in_force_from is None else None,
            )
        )
        before = row
    return found


@dataclass(frozen=True)
class Row:
    """A charter in a list."""

    charter: Charter
    kind: Kind
    place: Community
    now: CharterEdition | None
    is_coming: bool


def rows_of(session: Session, places: Iterable[Community], near: list[int], day: Any) -> list[Row]:
    """The charters of these communities that somebody with ties to ``near`` may see; ``day`` tells a place's date."""
    by_id = {one.id: one for one in places}
    found = []
    for charter in charters_of(session, sorted(by_id)):
        place = by_id[charter.community_id]
        editions = [one for one in editions_of(session, charter.id) if is_open(session, one, near)]
        if editions:
            states = states_of(session, [one.document_id for one in editions])
            marked = [
                _Marked(one, one.number, one.in_force_from, states.get(one.document_id, IN_FORCE)) for one in editions
            ]
            now = in_force(marked, day(place))
            latest = marked[-1]
            coming = latest is not now and latest.row.replaced_by_id is None
            found.append(Row(charter, KINDS[charter.kind], place, now.row if now else None, coming))
    return found


@dataclass(frozen=True)
class _Marked:
    row: CharterEdition
    number: int
    in_force_from: date | None
    state: str


def is_open(session: Session, edition: CharterEdition, near: list[int]) -> bool:
    """A text that came from a matter within reach."""
    matter = session.get(Matter, edition.matter_id)
    return matter.is_public or matter.community_id in near


def charters_to_bring(
    session: Session, place: Community, scopes: Iterable[tuple[tuple[str, ...], str]]
) -> list[tuple[str, Refusal]]:
    """What a matter here may adopt or amend: (value, its words)."""
    kinds = {kind.id: kind for scope, id in scopes for kind in kinds_for(scope, id)}
    there = [one for one in charters_of(session, [place.id]) if one.kind in kinds]
    amend = [(f"amend:{one.id}", Refusal(_("修改《{title}》"), {"title": one.title})) for one in there]
    known = {one.kind for one in there}
    new = [
        (f"new:{id}", Refusal(_("制定{kind}"), {"kind": Word(kind.title)}))
        for id, kind in kinds.items()
        if id not in known
    ]
    return amend + new


def aim_asked(session: Session, place: Community, value: str) -> Aim | None:
    """The form's value read; ``None`` for an ordinary matter or a value that is none."""
    what, _colon, which = value.partition(":")
    if what == "new" and which in KINDS:
        return Aim(which, f"{place.name}{KINDS[which].title}")
    if what == "amend":
        found = next((one for one in charters_of(session, [place.id]) if str(one.id) == which), None)
        return Aim(found.kind, found.title, found.id) if found else None
    return None
