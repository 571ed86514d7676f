"""Places in the next version against the log: what the program found comes to what was entered, what a person placed is as entered.

A million places come to one word, a digest along the rows in their order; where a person has put an opinion elsewhere, the row
keeps what the program had found (``Carried.found``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from sqlalchemy import bindparam, exists, select
from sqlmodel import Session, col

from deliberation.audit.log_check import Fault
from deliberation.bulk import select_many
from deliberation.legislation.adoption_models import Carried, Carrying
from deliberation.legislation.carried_rules import PLACE, chained, place_of
from deliberation.legislation.count_check import OTHER_COUNT
from deliberation.legislation.draft_models import DraftArticle, DraftVersion
from deliberation.legislation.entered_log import GONE, NO_ENTRY, OTHER_FACTS, Log
from deliberation.legislation.opinion_log import AT_ONCE
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.matters.text_check import Entered
from deliberation.vocabulary import Act, _

NOT_THERE = _("{subject} 在后一稿里的位置不是那里的原文")

_ROWS = (
    select(
        Carried.opinion_id, *(getattr(Carried, name) for name in PLACE), Carried.found, Carried.placed_at,
        Carried.placed_by_id,
    )
    .where(
        Carried.solicitation_id == bindparam("of"),
        Carried.version_id == bindparam("version"),
        col(Carried.opinion_id) > bindparam("after"),
    )
    .order_by(col(Carried.opinion_id))
    .limit(AT_ONCE)
)  # fmt: skip
_STRAY = (
    select(Carried.solicitation_id, Carried.version_id)
    .where(
        ~exists().where(
            col(Carrying.solicitation_id) == Carried.solicitation_id, col(Carrying.version_id) == Carried.version_id
        )
    )
    .distinct()
)
_ARTICLES = select(DraftArticle.key, DraftArticle.label, DraftArticle.text).where(
    DraftArticle.version_id == bindparam("version"), DraftArticle.reading == bindparam("reading")
)


def check_carryings(session: Session) -> Iterator[Fault | None]:
    """Every carrying with all its places, then what was entered of one and is not there."""
    log = Log(session, (Act.OPINIONS_CARRIED, Act.OPINIONS_PLACES_FOUND, Act.OPINION_PLACED))
    by_version: dict[tuple[int, str, int], list[Entered]] = defaultdict(list)
    placings: dict[tuple[int, int], dict[int, Entered]] = defaultdict(dict)
    for (community_id, subject), entries in log.entries.items():
        for one in entries:
            if one.act == Act.OPINION_PLACED:
                place = (one.data.get("solicitation", 0), one.data.get("version", 0))
                placings[place][int(subject.partition("/")[2])] = one
            else:
                by_version[community_id, subject, one.data.get("version", 0)].append(one)
    rows = (
        select(Carrying, Solicitation, DraftVersion)
        .join(Solicitation, col(Solicitation.id) == Carrying.solicitation_id)
        .join(DraftVersion, col(DraftVersion.id) == Carrying.version_id)
        .order_by(col(Carrying.solicitation_id), col(Carrying.version_id))
    )
    for known, of, to in session.execute(rows).all():
        entries = by_version.pop((of.community_id, of.subject, to.number), [])
        yield from _Check(session, log, known, of).run(entries, placings[of.id, to.number])
    for solicitation_id, _version in session.execute(_STRAY):
        of = session.get(Solicitation, solicitation_id)
        yield log.fault((of.community_id, of.subject), NO_ENTRY)
    for (community_id, subject, number), entries in by_version.items():
        if number:  # A damaged one is named by the check of the log.
            yield log.fault((community_id, subject), GONE, "", entries[0])


class _Check:
    """One carrying beside its entries."""

    def __init__(self, session: Session, log: Log, known: Carrying, of: Solicitation):
        self.session, self.log, self.known = session, log, known
        self.place = (of.community_id, of.subject)
        self.chain, self.waiting = "", 0

    def run(self, entries: list[Entered], placings: dict[int, Entered]) -> Iterator[Fault | None]:
        begun = [one for one in entries if one.act == Act.OPINIONS_CARRIED]
        if self.place in self.log.damaged:
            return
        if not begun:
            yield self.log.fault(self.place, NO_ENTRY)
            return
        last = begun[-1]
        found = [one for one in entries if one.act == Act.OPINIONS_PLACES_FOUND and one.index > last.index]
        yield self._begun(last)
        yield from self._rows(last, placings)
        # Carryings from before the log committed to places have no entry of their end.
        if found or "base" in last.data:
            yield self._ended(last, found[0] if found else None)
        if self.known.unsure != self.waiting:
            yield Fault(
                "document", OTHER_COUNT,
                {"subject": self.place[1], "field": "unsure", "kept": self.known.unsure, "counted": self.waiting},
                self.log.origins.get(self.place[0], ""), None, self.place[1],
            )  # fmt: skip
        if found:
            yield from self._missing(placings)

    def _begun(self, one: Entered) -> Fault | None:
        wrong = self.log.facts(self.place, one, {"reading": self.known.reading})
        wrong = wrong or self.log.by(self.place, one, self.known.begun_by_id)
        is_hour = self.log.hour(one, self.known.begun_at)
        return wrong or (None if is_hour else self.log.fault(self.place, OTHER_FACTS, "begun_at", one))

    def _ended(self, begun: Entered, one: Entered | None) -> Fault | None:
        known, log, place = self.known, self.log, self.place
        if one is None:
            return log.fault(place, OTHER_FACTS, "ended_at", begun) if known.ended_at is not None else None
        if not log.hour(one, known.ended_at):
            return log.fault(place, OTHER_FACTS, "ended_at", one)
        wrong = log.facts(place, one, {"reading": known.reading, "count": known.done})
        return wrong or log.kept(place, one, {"places": self.chain})

    def _rows(self, begun: Entered, placings: dict[int, Entered]) -> Iterator[Fault | None]:
        named = {"version": self.known.version_id, "reading": self.known.reading}
        articles = {key: (label, text) for key, label, text in select_many(self.session, _ARTICLES, **named)}
        after, of = 0, self.known.solicitation_id
        while rows := select_many(self.session, _ROWS, of=of, version=self.known.version_id, after=after):
            for id, *values, found, placed_at, placed_by_id in rows:
                self.waiting += bool(values[-1])
                one = placings.pop(id, None)
                if placed_at is None or found:
                    self.chain = chained(self.chain, id, found or place_of(values))
                row = dict(zip(PLACE, values, strict=True))
                yield self._stands(id, row, articles) or self._placed(id, one, row, (placed_at, placed_by_id), begun)
            after = rows[-1][0]

    def _stands(self, id: int, values: dict[str, Any], articles: dict[str, tuple[str, str]]) -> Fault | None:
        """Whether the words are those of the article there."""
        label, text = articles.get(values["article"], ("", ""))
        if values["label"] == label and values["words"] == text[values["start"] : values["end"]]:
            return None
        return self.log.fault((self.place[0], f"opinion/{id}"), NOT_THERE, "words")

    def _placed(
        self, id: int, one: Entered | None, row: dict[str, Any], by: tuple[Any, Any], begun: Entered
    ) -> Fault | None:
        """What a person said is the last thing entered; what no person said since is the program's, which the chain holds."""
        place, log, (at, person_id) = (self.place[0], f"opinion/{id}"), self.log, by
        if at is None:
            is_wrong = one is not None and one.index > begun.index
            return log.fault(place, OTHER_FACTS, "placed_at", one) if is_wrong else None
        if one is None:
            return None if place in log.damaged else log.fault(place, NO_ENTRY)
        wrong = log.kept(place, one, {"place": place_of(list(row.values()))})
        wrong = wrong or log.words(place, one, {name: row[name] for name in ("article", "words")})
        wrong = wrong or log.by(place, one, person_id)
        if not wrong and (row["unsure"] or not log.hour(one, at)):
            wrong = log.fault(place, OTHER_FACTS, "unsure" if row["unsure"] else "placed_at", one)
        return wrong

    def _missing(self, placings: dict[int, Entered]) -> Iterator[Fault]:
        """Placed by a person, and there no more; what was withdrawn before it was carried anew is left out."""
        for id, one in placings.items():
            row = self.session.get(Opinion, id)
            if row is None or row.withdrawn_at is None:
                yield self.log.fault((self.place[0], f"opinion/{id}"), GONE, "", one)
