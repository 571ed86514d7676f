"""Capacities in time: how a row adds, finds, dates or ends one, so that a file read twice changes nothing (pure).

A term is one unbroken time in one capacity: (household, person), (unit, person) or (assembly, person, role). A row
without dates means the term that is there. 截止 ends the open one. An empty 截止 ends nothing and revives nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from deliberation.assemblies.roster_facts import Change
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

#: An end or a beginning that nobody wrote down.
_EVER, _NEVER = date.min, date.max


@dataclass(slots=True)
class Term:
    """``record`` is what is known of it; ``mark`` is 户代表 or 表决人; ``touched`` is the row that speaks of it."""

    key: tuple[Hashable, ...]
    from_on: date | None = None
    until_on: date | None = None
    mark: bool = False
    record: Any = None
    mark_name: str = ""
    ended_by: int = 0
    touched: int = 0

    @property
    def person(self) -> str:
        return str(self.key[1])

    @property
    def is_open(self) -> bool:
        return self.until_on is None

    def overlaps(self, from_on: date | None, until_on: date | None) -> bool:
        """A term may begin on the day on which the one before it ends: both were in office on that day."""
        return (from_on or _EVER) < (self.until_on or _NEVER) and (self.from_on or _EVER) < (until_on or _NEVER)

    def told(self) -> dict[str, Any]:
        """``known``, ``change``, ``altered`` and the dates, for the fact that is made of this term."""
        dates = {"from_on": self.from_on, "until_on": self.until_on} | (
            {self.mark_name: self.mark} if self.mark_name else {}
        )
        if self.record is None:
            return {"known": None, "change": Change.ADD, "altered": (), **dates}
        altered = tuple(name for name, value in dates.items() if value != getattr(self.record, name))
        return {
            "known": self.record.id,
            "change": Change.ALTER if altered else Change.KEEP,
            "altered": altered,
            **dates,
        }


class Terms:
    """All terms of one sort, known and added; ``mark_name`` names the mark that this sort has, if any."""

    def __init__(self, mark_name: str = ""):
        self.mark_name = mark_name
        self._of: defaultdict[tuple[Hashable, ...], list[Term]] = defaultdict(list)
        self._about: defaultdict[Hashable, list[Term]] = defaultdict(list)
        self._held: defaultdict[str, list[Term]] = defaultdict(list)

    def know(self, key: tuple[Hashable, ...], record: Any) -> None:
        mark = bool(self.mark_name) and getattr(record, self.mark_name)
        self._put(Term(key, record.from_on, record.until_on, mark, record, self.mark_name))

    def of(self, key: tuple[Hashable, ...]) -> list[Term]:
        return self._of.get(key, [])

    def about(self, thing: Hashable) -> list[Term]:
        """All terms in one household, unit or assembly."""
        return self._about.get(thing, [])

    def held(self, person: str) -> list[Term]:
        return self._held.get(person, [])

    def touched(self) -> Iterable[Term]:
        """What the file speaks of or has changed, the known ones first, in the order in which they came."""
        terms = (term for terms in self._of.values() for term in terms)
        return [term for term in terms if term.touched or term.told()["change"] is not Change.KEEP]

    def mention(self, key: tuple[Hashable, ...], row: int) -> Term:
        """The row says only that there is such a term, its dates belong to something else."""
        terms = self.of(key)
        term = next((term for term in terms if term.is_open), terms[-1] if terms else None) or self._add(key)
        term.touched = term.touched or row
        return term

    def place(self, key: tuple[Hashable, ...], from_on: date | None, until_on: date | None, row: int) -> Term | Refusal:
        """The row is about this term: find it or add it, and end it if the row says so."""
        term = self._dated(key, from_on, until_on) if from_on else self._undated(key, until_on)
        if isinstance(term, Refusal):
            return term
        if until_on and (no := self._end(term, until_on, row)):
            return no
        term.touched = term.touched or row
        return term

    def _undated(self, key: tuple[Hashable, ...], until_on: date | None) -> Term:
        terms = self.of(key)
        for fits in (lambda t: until_on and t.until_on == until_on, lambda t: t.is_open, lambda t: t.from_on is None):
            if term := next(filter(fits, terms), None):
                return term
        return max(terms, key=lambda t: t.until_on or _NEVER) if terms else self._add(key)

    def _dated(self, key: tuple[Hashable, ...], from_on: date, until_on: date | None) -> Term | Refusal:
        terms = self.of(key)
        if term := next((term for term in terms if term.from_on == from_on), None):
            return term
        undated = next((term for term in terms if term.from_on is None and from_on <= (term.until_on or _NEVER)), None)
        others = [term for term in terms if term is not undated]
        if any(term.overlaps(from_on, until_on) for term in others):
            return Refusal(_("与同一身份的另一段任期重叠"), remedy=_("请先用截止日期结束前一段，或改正起始日期"))
        if undated:
            undated.from_on = from_on
        return undated or self._add(key, from_on)

    def _end(self, term: Term, until_on: date, row: int) -> Refusal | None:
        if until_on == term.until_on:
            term.ended_by = term.ended_by or row
            return None
        if term.ended_by:
            return Refusal(_("与第{other}行的截止日期不同"), {"other": term.ended_by})
        if term.from_on and until_on < term.from_on:
            return Refusal(_("截止日期早于起始日期（{from_on}）"), {"from_on": term.from_on})
        if any(other is not term and other.overlaps(term.from_on, until_on) for other in self.of(term.key)):
            return Refusal(_("与同一身份的另一段任期重叠"), remedy=_("请先用截止日期结束前一段，或改正起始日期"))
        term.until_on, term.ended_by = until_on, row
        return None

    def _add(self, key: tuple[Hashable, ...], from_on: date | None = None) -> Term:
        return self._put(Term(key, from_on, mark_name=self.mark_name))

    def _put(self, term: Term) -> Term:
        self._of[term.key].append(term)
        self._about[term.key[0]].append(term)
        self._held[term.person].append(term)
        return term
