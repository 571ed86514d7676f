"""What the index sees in the text of one opinion, whatever stands beside it: words, normal form, runs. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from pypinyin.constants import PINYIN_DICT

from deliberation.legislation.likeness_rules import LONGEST, SHORTEST, marks, normal_form, runs, same_mark
from deliberation.legislation.word_rules import letters, pairs, sign_form
from deliberation.matters.search import simplified


class Row(NamedTuple):
    """An opinion as far as it is looked at, as its columns are read (``following``)."""

    id: int
    number: int
    proposal: str
    reason: str
    as_said: str
    label: str
    place_label: str
    quote: str
    category: str
    occasion: str
    note: str
    kind: str
    article: str

    @property
    def around(self) -> str:
        """What is searched besides its own words: where it came from, never who said it."""
        parts = (self.as_said, self.label + self.place_label, self.quote, self.category, self.occasion, self.note)
        return "".join(f"\n{part}" for part in parts if part)


class Runs(NamedTuple):
    """The runs of a text, and its marks (``likeness_rules``)."""

    all: frozenset[int]
    marks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Look:
    """What was seen: the digest of the normal form, the pairs of signs and of letters with a space between, and the runs.

    A text that is too short to be like another has no runs (``told``).
    """

    id: int
    digest: bytes
    signs: str
    letters: str
    told: Runs | None


def looks(rows: Iterable[tuple]) -> list[Look]:
    """Of opinions in their order (columns of ``Row``)."""
    return [_look(Row(*row)) for row in rows]


def _look(row: Row) -> Look:
    folded = simplified(own_words(row.proposal, row.reason))
    form = normal_form(folded)
    signs = sign_form(folded + _folded(row.around))
    told = _told(form[:LONGEST]) if len(form) >= SHORTEST else None
    by_letter = letters(signs, first_letters())
    return Look(row.id, _digest(row, form), " ".join(pairs(signs)), " ".join(pairs(by_letter)), told)


def own_words(proposal: str, reason: str) -> str:
    """What an opinion says."""
    return f"{proposal}\n{reason}"


_folded = lru_cache(4096)(simplified)
"""Of labels and groups, which come again and again."""


@lru_cache(128)
def _told(form: str) -> Runs:
    """Kept, as what is handed out and pasted comes again and again; of the longest texts 128 take some 30 MB."""
    return Runs(runs(form), marks(form))


def _digest(row: Row, form: str) -> bytes:
    """Of the words; short ones are the same only where they are said of the same: 同意 on two articles are two opinions."""
    about = f"{row.kind}/{row.article}/" if len(form) < SHORTEST else "/"
    return bytes.fromhex(same_mark(about + form))[:16]


@lru_cache(1)
def first_letters() -> dict[int, str]:
    """Code point → first letter of its commonest reading. A word's own reading (会计) would take 1 ms a text to find."""
    return {sign: unicodedata.normalize("NFD", reading.split(",")[0])[0] for sign, reading in PINYIN_DICT.items()}
