"""Candidates: what the next version says for an opinion having been taken up, and how strongly. Pure; it decides nothing.

A rewording is compared sign by sign: both the proposal and the new text are changes of the same old words, and the
strength is the share of the proposed changes that the new text has made too. What was to come in new is looked for in what
did come in. The hundredths say how much of the proposal was found, not how likely it is that the opinion was the cause.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from deliberation.legislation.opinion_rules import REWORDING
from deliberation.vocabulary import _

AS_PROPOSED, IN_PART, OTHERWISE, UNCHANGED, DELETED, NOWHERE = (
    "as_proposed", "in_part", "otherwise", "unchanged", "deleted", "nowhere",
)  # fmt: skip
STRENGTHS: dict[str, str] = {
    AS_PROPOSED: _("新稿照这样改了"),
    IN_PART: _("新稿改了其中一部分"),
    OTHERWISE: _("这一处改了，但不是这样改"),
    UNCHANGED: _("这一处没有改"),
    DELETED: _("这一处在新稿里删去了"),
    NOWHERE: _("没有安放到新稿，没法对照"),
}
MOST = 3_000
"""Signs of a text that are compared one by one; of longer ones only whether they changed is said."""
ALL = 100
_INSERTING, _DELETING, _AGREEING = "insert", "delete", "support"
_FEW = 2
_ALIKE = 0.4
"""Below this likeness somebody spoke about the words instead of putting them otherwise."""


@dataclass(frozen=True)
class Case:
    """An opinion and what became of its place: the words it was made on, and those there now (None: no place).

    ``added`` are articles and passages that came in new around it, where a new article may have been put.
    """

    kind: str
    original: str
    proposal: str
    now: str | None
    is_gone: bool = False
    added: Sequence[str] = ()


@dataclass(frozen=True)
class Candidate:
    """What was found, the hundredths of the proposal that were, and which of ``added`` it was found in (-1: none)."""

    strength: str
    share: int = 0
    found_in: int = -1


def candidate(case: Case) -> Candidate:
    """What the new text says for the opinion."""
    if case.kind == _INSERTING or not case.original:
        return _came_in(case)
    if case.now is None:
        if case.is_gone:
            return Candidate(DELETED, ALL if case.kind == _DELETING else 0)
        return Candidate(NOWHERE)
    before, after = _bare(case.original), _bare(case.now)
    if before == after:
        return _came_in(case) if case.kind not in REWORDING and case.kind != _AGREEING else Candidate(UNCHANGED)
    if case.kind in REWORDING:
        return _reworded(before, _bare(case.proposal), after)
    return Candidate(OTHERWISE)


def _reworded(before: str, wanted: str, after: str) -> Candidate:
    if not wanted or wanted == before or max(map(len, (before, wanted, after))) > MOST:
        return Candidate(OTHERWISE)
    if wanted == after:
        return Candidate(AS_PROPOSED, ALL)
    if SequenceMatcher(None, before, wanted, autojunk=False).ratio() < _ALIKE:
        said = _came_in(Case("", before, wanted, None, added=[after]))
        return Candidate(OTHERWISE) if said.strength == UNCHANGED else Candidate(said.strength, said.share)
    share = _share(before, wanted, after)
    return Candidate(AS_PROPOSED if share == ALL else IN_PART if share else OTHERWISE, share)


def _share(before: str, wanted: str, after: str) -> int:
    """Of the changes that were proposed, the hundredths that were made: signs taken out, and signs put in at their place."""
    out, put = _changes(before, wanted)
    out_now, put_now = _changes(before, after)
    total = len(out) + sum(len(words) for words in put.values())
    made = len(out & out_now)
    for place, words in put.items():
        there = put_now.get(place, "")
        if words in there:
            made += len(words)
        else:
            made += _longest(words, there)
    return made * ALL // total if total else 0


def _longest(words: str, there: str) -> int:
    """The longest run that both have, if it is more than a sign that may stand there by chance."""
    run = SequenceMatcher(None, words, there, autojunk=False).find_longest_match().size
    return run if run >= _FEW else 0


def _changes(before: str, after: str) -> tuple[set[int], dict[int, str]]:
    """The places of signs that went, and by place in the old words what was put in."""
    out: set[int] = set()
    put: dict[int, str] = {}
    for what, low, high, start, end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if what in ("delete", "replace"):
            out |= set(range(low, high))
        if what in ("insert", "replace"):
            put[low] = put.get(low, "") + after[start:end]
    return out, put


def _came_in(case: Case) -> Candidate:
    """Whether what was to come in stands in something that came in: the share of its pairs of signs that do."""
    wanted = _pairs(case.proposal) - _pairs(case.original)
    if not wanted:
        return Candidate(UNCHANGED)
    shares = [len(wanted & _pairs(each)) * ALL // len(wanted) for each in case.added]
    best = max(range(len(shares)), key=shares.__getitem__, default=-1)
    if best < 0 or shares[best] < _LEAST:
        return Candidate(UNCHANGED)
    return Candidate(AS_PROPOSED if shares[best] >= _MOSTLY else IN_PART, shares[best], best)


_LEAST, _MOSTLY = 30, 90
"""Hundredths of the pairs of signs: fewer are found in any two sentences on the same subject (本地设置)."""


def _pairs(text: str) -> set[str]:
    plain = "".join(sign for sign in text[:MOST] if sign.isalnum())
    return {plain[at : at + 2] for at in range(len(plain) - 1)}


def _bare(words: str) -> str:
    return "".join(words.split())
