"""A page on which a form is shown again says what has to be changed once: in the form that was sent.

A template draws every form of its page alike and does not know which of them was sent, so each says the mistakes, by
``ui.mistakes``. Of these one is left, and the folds around it are opened: what is folded away can have no focus.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MARK = re.compile(
    r'<(?P<shut>/?)(?P<tag>form|details)\b[^>]*>|(?P<said><section class="mistakes".*?</section>)', re.DOTALL
)
ACTION = re.compile(r'\baction="([^"?#]*)')
FIELD = re.compile(r'\bname="([^"]*)"(?: value="([^"]*)")?')
OPEN = re.compile(r"\bopen\b")
KEYS = frozenset({"token", "key"})
"""What every form carries."""


@dataclass
class Said:
    """One list of mistakes: where it stands, the form around it, and where the tags of the folds around it begin and end."""

    span: tuple[int, int]
    folds: tuple[tuple[int, int], ...]
    action: str = ""
    form: str = ""


def said_once(page: str, path: str, sent: Mapping[str, Sequence[str]]) -> str:
    """The page or fragment with the mistakes of the form that was sent to ``path``; ``sent``: what it brought.

    Where none of the forms is the one that was sent, the first list stays: a refusal is never silent.
    """
    found = _lists(page)
    if not found:
        return page
    kept = max(found, key=lambda one: _likeness(one, path, sent))
    changes = [(*one.span, "") for one in found if one is not kept]
    for begin, end in kept.folds:
        tag = page[begin:end]
        changes.append((begin, end, tag if OPEN.search(tag) else f"{tag[:-1]} open>"))
    for begin, end, words in sorted(changes, reverse=True):
        page = page[:begin] + words + page[end:]
    return page


def _lists(page: str) -> list[Said]:
    found: list[Said] = []
    folds: list[tuple[int, int]] = []
    inside, begun = "", 0
    here: list[Said] = []
    for mark in MARK.finditer(page):
        if mark["said"]:
            here.append(Said(mark.span(), tuple(folds), inside))
            found.append(here[-1])
        elif mark["tag"] == "details":
            if mark["shut"]:
                folds[-1:] = []
            else:
                folds.append(mark.span())
        elif mark["shut"]:
            for one in here:
                one.form = page[begun : mark.start()] if one.action else ""
            inside, here = "", []
        else:
            action = ACTION.search(mark[0])
            inside, begun, here = html.unescape(action[1]) if action else "", mark.start(), []
    return found


def _likeness(one: Said, path: str, sent: Mapping[str, Sequence[str]]) -> tuple[bool, bool, int, int]:
    """How much the form around a list is the one that was sent: its address, then its fields, then their values.

    Where no address is the one, a list that stands outside of forms is about the whole page.
    """
    fields = [(name, html.unescape(value)) for name, value in FIELD.findall(one.form) if name not in KEYS]
    same = sum(value in sent.get(name, ()) for name, value in fields)
    return one.action == path, not one.action, len(sent.keys() & {name for name, _value in fields}), same
