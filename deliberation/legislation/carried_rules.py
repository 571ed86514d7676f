"""Opinions carried to the next version: by which words they are looked for there, and which of them a person has to see. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from deliberation.legislation.anchor_rules import AROUND, Anchor
from deliberation.legislation.statute.anchors import Anchor as Quotation
from deliberation.legislation.statute.carrying import EDITED, EXACT, MOVED, ORPHANED
from deliberation.legislation.statute.quoted import AMBIGUOUS, GONE, NOT_IN_OLD
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

STATUSES: dict[str, str] = {
    EXACT: _("原样"),
    MOVED: _("换了条号，文字没动"),
    EDITED: _("文字有改动"),
    ORPHANED: _("没有安放"),
}
WHYS: dict[str, str] = {
    NOT_IN_OLD: _("原来那一稿里找不到这些字，可能是核对时改过"),
    AMBIGUOUS: _("新稿里有几处都像，程序分不清是哪一处"),
    GONE: _("新稿里没有这些字了"),
}
SURE = 80
"""Hundredths of certainty below which a person looks: where the program stops is ours to say (本地设置)."""
ALL_SURE = 100


@dataclass(frozen=True)
class Words:
    """What an opinion holds on to in its own version: the article's label, and the words with what stands around them."""

    label: str
    anchor: Anchor
    text: str
    """The article's text as it is read now; empty where the article is no longer there."""


def quotation(id: int, words: Words) -> Quotation:
    """The words to look for; nothing but the label for a whole article."""
    held = words.anchor
    if not held.quote and not held.place:
        return Quotation(id, words.label)
    if words.text[held.start : held.end] == held.words:
        low = max(0, held.start - AROUND)
        return Quotation(
            id, words.label, held.words, words.text[low : held.start], words.text[held.end : held.end + AROUND]
        )
    return Quotation(id, words.label, held.words, held.prefix, held.suffix)


PLACE = ("status", "why", "confidence", "article", "label", "start", "end", "words", "unsure")
"""Columns of a place in another version, in the order in which the log commits to them."""
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def place_of(values: Sequence[str | int]) -> str:
    """A place as one word: the values of ``PLACE`` as a JSON array, whether it is unsure as 0 or 1."""
    return _JSON([*values[:-1], int(values[-1])])


def chained(chain: str, id: int, place: str) -> str:
    """The chain with the place of one more opinion: SHA-256 of what it came to, the opinion and its place, a line each."""
    return sha256(f"{chain}\n{id}\n{place}".encode()).hexdigest()


def is_unsure(status: str, confidence: int) -> bool:
    """Whether a person has to say where it stands."""
    return status == ORPHANED or confidence < SURE


def status_of(before: str, after: str, labels: tuple[str, str]) -> str:
    """What became of words that a person has found; white space makes no difference."""
    if "".join(before.split()) != "".join(after.split()):
        return EDITED
    return EXACT if labels[0] == labels[1] else MOVED


def may_carry(is_later: bool, statuses: tuple[str, str], is_done: bool) -> Refusal | None:
    """Whether opinions may be carried to a version: a later one, both in articles or both in items, and not twice for nothing."""
    if not is_later:
        return Refusal(_("只能带到后面的一稿"))
    if len(set(statuses)) > 1:
        return Refusal(
            _("一稿是修改决定或者修正案，另一稿是法律全文，不能自动带过去"), remedy=_("请直接在采纳情况里逐条决定")
        )
    if is_done:
        return Refusal(_("已经带到这一稿"), late=True)
    return None
