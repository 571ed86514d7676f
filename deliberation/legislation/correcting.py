"""Correcting how a text was read: lines changed by hand, read again, and what that made different. No database.

Whoever corrects a reading edits the words of a line, parts it (an end of line), joins it to the one before, or says what
it is. A line is never taken out: what is no part of the text is said to be aside, and stays in the closing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from deliberation.legislation.draft_models import DraftArticle
from deliberation.legislation.statute.lines import (
    AS_ARTICLE,
    AS_HEADING,
    AS_PARAGRAPH,
    AS_WORDS,
    ASIDE,
    INVISIBLE,
    Line,
)
from deliberation.legislation.statute.marks import article_mark, point_mark
from deliberation.matters.difference import Piece, difference
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

JOINED = "joined"
KINDS: dict[str, str] = {
    "": _("由程序判断"),
    AS_HEADING: _("编、章、节的标题"),
    AS_ARTICLE: _("一条的开头"),
    AS_WORDS: _("条文里的款或者项，看开头的序号"),
    AS_PARAGRAPH: _("款，开头的序号不算项"),
    ASIDE: _("不是正文（页码、眉批）"),
    JOINED: _("接在上一行后面"),
}
"""What a person may say of a line: word → what it means."""
MOST_LINE = 20_000


@dataclass(frozen=True)
class Change:
    """What a line becomes: its words, several lines where it is parted, and what it is said to be."""

    text: str
    kind: str = ""


def mistakes(lines: Sequence[Line], changes: Mapping[int, Change]) -> dict[int, Refusal]:
    """What cannot be done, by the number of its line."""
    found: dict[int, Refusal] = {}
    for no, change in changes.items():
        first = next(iter(change.text.split("\n")), "").strip()
        if not change.text.strip():
            found[no] = Refusal(_("一行不能删去"), remedy=_("不是正文的，请选“不是正文”，它会留在文末"))
        elif len(change.text) > MOST_LINE:
            found[no] = Refusal(_("最多{most}字，现在是{now}字"), {"most": MOST_LINE, "now": len(change.text)})
        elif change.kind == JOINED and no == 1:
            found[no] = Refusal(_("第一行前面没有行可以接"))
        elif change.kind == AS_ARTICLE and not (article_mark(first) or point_mark(first)):
            found[no] = Refusal(_("这一行开头没有条号"), remedy=_("条号不会替您编；请核对原文，或者选别的"))
        elif change.kind not in KINDS:
            found[no] = Refusal(_("请从列出的选项中选择"))
    return found


def corrected(lines: Sequence[Line], changes: Mapping[int, Change]) -> list[Line]:
    """The lines after the changes, not yet numbered anew."""
    made: list[Line] = []
    for line in lines:
        change = changes.get(line.no)
        if change is None:
            made.append(line)
            continue
        parts = [part for part in (each.strip() for each in change.text.translate(INVISIBLE).split("\n")) if part]
        if change.kind == JOINED:
            made[-1] = replace(made[-1], text=_together(made[-1].text, parts[0]))
        else:
            made.append(replace(line, text=parts[0], forced=change.kind))
        made += [Line(line.no, part, is_apart=True) for part in parts[1:]]
    return made


def _together(before: str, after: str) -> str:
    """Two lines as one: a space only between two words or numbers in Latin letters."""
    latin = before[-1].isascii() and after[0].isascii() and before[-1].isalnum() and after[0].isalnum()
    return before + (" " if latin else "") + after


# --- what it made different

MOST_SHOWN = 30


@dataclass(frozen=True)
class Changed:
    """An article of which the words, the label or the headings above it became others."""

    label: str
    pieces: tuple[Piece, ...]
    moved: str = ""


@dataclass(frozen=True)
class Differences:
    """What a further reading made different: articles that came, that went, that changed (``more`` are not listed)."""

    added: tuple[str, ...]
    gone: tuple[str, ...]
    changed: tuple[Changed, ...]
    more: int = 0


def differences(before: Sequence[DraftArticle], after: Sequence[DraftArticle]) -> Differences:
    """Between two readings of the same version, by the keys of the articles."""
    old, new = {one.key: one for one in before}, {one.key: one for one in after}
    changed = [
        (old[key], one)
        for key, one in new.items()
        if key in old and (_words(old[key]), old[key].path) != (_words(one), one.path)
    ]
    return Differences(
        added=tuple(one.label for key, one in new.items() if key not in old),
        gone=tuple(one.label for key, one in old.items() if key not in new),
        changed=tuple(_changed(one, other) for one, other in changed[:MOST_SHOWN]),
        more=max(0, len(changed) - MOST_SHOWN),
    )


def _words(one: DraftArticle) -> str:
    return one.heading + one.text


def _changed(one: DraftArticle, other: DraftArticle) -> Changed:
    moved = "" if one.path == other.path else (other.path.replace("\n", " · ") or "—")
    pieces = difference(_words(one), _words(other)) if _words(one) != _words(other) else ()
    return Changed(other.label, pieces, moved)
