"""The version with the opinions on it as Akoma Ntoso 3.0: the text as ``law parse --akn`` writes it, each opinion a note in its
metadata that refers to the part it is on (``ref`` to an ``eId``) and has a ``p`` for each column that says something.

Read as a law again it is the same law: notes are no part of the text. Notes are written as they are read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from sqlmodel import Session

from deliberation.legislation.draft_models import DraftVersion, articles_of, reading_in_force, text_of
from deliberation.legislation.export_rows import Table, rows_by_article
from deliberation.legislation.export_rules import AT, KEYS, Clock
from deliberation.legislation.statute.akn import law_as_akn
from deliberation.legislation.statute.law_json import law_from_json
from deliberation.legislation.statute.structure import AMENDMENT
from deliberation.wordxml import clean

_EID = re.compile(r' eId="([^"]+)"')
_BEHIND = "</references>"
EXTRA = ("number", "place", "quote", "prefix", "suffix")
"""What a note says besides the table's columns: the part, and the W3C selectors of chosen words."""
_SELECTORS = EXTRA[2:]


def write_akn(
    session: Session, table: Table, out: Any, progress: Callable[[int], None], remarks: tuple[str, ...] = ()
) -> int:
    """How many opinions were written."""
    text, name_of = _text(session, table)
    head, mark, tail = text.partition(_BEHIND)
    out.write(f'{head}{mark}\n<notes source="#deliberation">\n'.encode())
    said = "".join(f"<p>{_safe(words)}</p>" for words in remarks or (table.title,))
    out.write(f'<note eId="notes_head" class="remarks">{said}</note>\n'.encode())
    count = 0
    for key, rows in rows_by_article(session, replace(table, extra=EXTRA), Clock.iso):
        out.write("".join(_note(row, name_of(key, row[-4])) for row in rows).encode())
        count += len(rows)
        progress(count)
    out.write(f"</notes>{tail}\n".encode())
    return count


def _text(session: Session, table: Table) -> tuple[str, Callable[[str, str], str]]:
    """The version as Akoma Ntoso, and which element a key and a place are."""
    version = session.get(DraftVersion, table.version_id)
    law = law_from_json(json.loads(text_of(session, reading_in_force(session, version)).document))
    text = law_as_akn(law)
    known = set(_EID.findall(text))
    made = {
        each.key: f"item_{each.position}" if law.status == AMENDMENT else "art_" + each.key.split(".")[0].replace("-", "_")
        for each in articles_of(session, version)
    }  # fmt: skip

    def name_of(key: str, place: str) -> str:
        """The part if it is an element of its own, else the article; empty for the whole draft."""
        article = made.get(key, "")
        names = ("para", "point", "indent")
        parts = [f"{name}_{at}" for name, at in zip(names, place.split("."), strict=False) if at]
        found = (
            "__".join([article, *parts[:deep]]) for deep in range(len(parts), -1, -1) if article
        )  # fmt: skip
        return next((each for each in found if each in known), "")

    return text, name_of


def _note(row: list[Any], name: str) -> str:
    return f'<note eId="opinion_{row[-5]}" class="opinion">{"".join(_lines(row, name))}</note>\n'


def _lines(row: list[Any], name: str) -> Iterator[str]:
    where = _safe(row[AT["provision"]])
    yield (
        f'<p class="provision"><ref href={quoteattr("#" + name)}>{where}</ref></p>'
        if name
        else f'<p class="provision">{where}</p>'
    )
    for key in KEYS:
        if key not in ("no", "draft", "provision") and row[AT[key]] not in ("", None):
            yield _said(key, str(row[AT[key]]))
    for key, words in zip(_SELECTORS, row[-3:], strict=True):
        if words:
            yield _said(key, words)


def _said(key: str, words: str) -> str:
    return "".join(f'<p class="{key}">{_safe(line)}</p>' for line in words.split("\n"))


def _safe(words: str) -> str:
    return escape(clean(words), {"\r": "&#13;"})
