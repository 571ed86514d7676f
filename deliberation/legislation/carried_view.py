"""What the page of carrying shows: how far it is, what waits for a person, one of them beside both texts; and an opinion's place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from deliberation.legislation.adoption_models import Carried, Carrying, carried_to, carrying_to, unsure_in
from deliberation.legislation.carried_rules import STATUSES, WHYS
from deliberation.legislation.comparing import comparisons
from deliberation.legislation.desk_view import title_of
from deliberation.legislation.draft_models import DraftArticle, DraftVersion, article_keyed, articles_of, versions_of
from deliberation.legislation.fate_view import changed
from deliberation.legislation.opinion_models import Opinion, opinion
from deliberation.legislation.opinion_view import voice
from deliberation.legislation.solicitation_view import Asked
from deliberation.legislation.statute.carrying import ORPHANED
from deliberation.matters.difference import Piece
from deliberation.refusal import Missing, Refused

PAGE = 30


@dataclass(frozen=True)
class Stand:
    """Where an opinion stands in another version: in words, the text there as a difference from the words it was made on."""

    row: Carried
    edition: DraftVersion
    pieces: tuple[Piece, ...]

    @property
    def is_placed(self) -> bool:
        return self.row.status != ORPHANED

    @property
    def status_words(self) -> str:
        return STATUSES[self.row.status]

    @property
    def why_words(self) -> str:
        return WHYS.get(self.row.why, "")


def stand_of(session: Session, one: Opinion, to: DraftVersion | None) -> Stand | None:
    """Where an opinion stands in a version; None where it was not carried there."""
    row = carried_to(session, one.id, to.id) if to is not None else None
    return None if row is None else Stand(row, to, changed(one.original, row.words))


def later_versions(here: Asked) -> list[DraftVersion]:
    """Versions behind the one that the solicitation is on, the newest first."""
    found = versions_of(here.visit.session, here.draft.id)
    return [each for each in reversed(found) if each.number > here.version.number]


def version_asked(here: Asked, *, is_needed: bool = False) -> DraftVersion | None:
    """The later version of the address or the form, the newest without. Raises Missing."""
    later = later_versions(here)
    asked = here.visit.typed("version", here.visit.query.get("version", ""))
    if asked:
        found = next((each for each in later if str(each.number) == asked), None)
        if found is None:
            raise Missing
        return found
    if not later and is_needed:
        raise Missing
    return later[0] if later else None


def carrying_shown(here: Asked) -> dict[str, Any]:
    """The whole page."""
    session, visit = here.visit.session, here.visit
    to = version_asked(here)
    run = carrying_to(session, here.one.id, to.id) if to else None
    rows = unsure_in(session, here.one.id, to.id, limit=PAGE + 1) if run else []
    return here.base() | {
        "later": later_versions(here),
        "to": to,
        "run": run,
        "is_stale": run is not None and run.reading != to.reading,
        "is_behind": run is not None and run.ended_at is not None and here.one.given > run.upto,
        "against": here.against("carry_opinions"),
        "rows": [{"one": one, "title": title_of(one), "carried": row, "why": WHYS.get(row.why, "")} for row, one in rows[:PAGE]],
        "more": len(rows) > PAGE,
    } | _looked_at(here, to, run, [one for _row, one in rows], visit.typed("opinion", visit.query.get("at", "")))  # fmt: skip


def _looked_at(
    here: Asked, to: DraftVersion | None, run: Carrying | None, waiting: list[Opinion], at: str
) -> dict[str, Any]:
    session = here.visit.session
    chosen = waiting[0] if waiting else None
    if at.isascii() and at.isdigit() and len(at) < 16 and run is not None:
        chosen = opinion(session, int(at))
        if chosen.solicitation_id != here.one.id or chosen.withdrawn_at is not None:
            raise Missing
    stand = stand_of(session, chosen, to) if chosen is not None else None
    if chosen is None or stand is None:
        return {"chosen": None}
    articles = articles_of(session, to)
    key = here.visit.typed("article", here.visit.query.get("article", "")) or stand.row.article
    key = key or partner_of(session, here.version, to, chosen.article)
    there = next((each for each in articles if each.key == key), None)
    ids = [each.id for each in waiting]
    onward = next((id for id in ids if id != chosen.id and id > chosen.id), ids[0] if ids else "")
    return {
        "chosen": chosen,
        "stand": stand,
        "options": [("", ""), *((each.key, each.label) for each in articles)],
        "there": there,
        "before": article_there(session, here.version, chosen.article),
        "onward": onward if onward != chosen.id else "",
    } | voice(chosen)


def partner_of(session: Session, old: DraftVersion, new: DraftVersion, key: str) -> str:
    """The key of the article that an article became; empty where that is not known."""
    try:
        pairs = comparisons.of(session, old, new)
    except Refused:
        return ""
    return next((pair.new.key for pair in pairs if pair.old and pair.new and pair.old.key == key), "")


def article_there(session: Session, version: DraftVersion, key: str) -> DraftArticle | None:
    try:
        return article_keyed(session, version, key) if key else None
    except Missing:
        return None
