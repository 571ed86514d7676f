"""A long list of people as a clerk works through it: searched, narrowed to one household or entrance, a page at a time. Pure.

Everything is in the address, so that it works without scripts: ``q`` what was typed, ``group`` a household or an entrance as it
is written, ``page``, and ``tick=page``, by which the page comes with every tick set; nothing is entered before its form is sent.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

PER_PAGE = 60
_ENTRANCE = re.compile(r".*(?:单元|栋|幢|号楼|座)")


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    words: str = ""
    group: str = ""
    page: int = 1
    ticked: bool = False


def read_asked(query: Mapping[str, str]) -> Asked:
    """From the query of a visit; what makes no sense is left out."""
    page = query.get("page", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 5 else 1
    words, group = query.get("q", "").strip()[:40], query.get("group", "").strip()[:60]
    return Asked(words, group, max(1, number), query.get("tick") == "page")


def group_of(label: str, household: str) -> str:
    """Whom a clerk would tick at one go: the household; of a flat everybody of its entrance. "" for nobody."""
    found = _ENTRANCE.match(label)
    return household or (found[0] if found else "")


def is_meant(one: Mapping[str, Any], words: str) -> bool:
    """Whether somebody is found by what was typed: a number of the list, part of a name, its reading, a label, the code, who holds a proxy."""
    plain = words.lower().replace(" ", "")
    if not plain:
        return True
    if plain.isascii() and plain.isdigit() and int(plain) in one.get("numbers", ()):
        return True
    code = one.get("code", "").lower().replace("-", "")
    labels = (each.lower().replace(" ", "") for each in one.get("labels", ()))
    return (
        plain in one["name"].lower().replace(" ", "")
        or plain in one.get("holder", "")
        or plain in one.get("pinyin", "")
        or any(plain in label for label in labels)
        or (code != "" and plain.replace("-", "") == code)
    )


def one_page(people: list[dict[str, Any]], asked: Asked, address: str, **kept: str) -> dict[str, Any]:
    """The people of one page and what leads from it: ``pager``, ``all`` (every tick set), ``whole`` (the list unsearched).

    ``kept`` is what the address has to keep saying. Each person gets ``group_url`` and ``group_size`` where others of the
    list are of the same household or entrance.
    """
    sizes = Counter(group for one in people for group in set(one.get("groups", ())))
    found = [one for one in people if is_meant(one, asked.words) and (not asked.group or asked.group in one["groups"])]
    pages = max(1, -(-len(found) // PER_PAGE))
    page = min(asked.page, pages)
    narrowed = kept | {name: value for name, value in (("q", asked.words), ("group", asked.group)) if value}

    def url(**more: str) -> str:
        return f"{address}?{urlencode(narrowed | more)}"

    for one in found:
        group = next((each for each in one.get("groups", ()) if sizes[each] > 1), "")
        more = kept | {"group": group, "tick": "page"}
        one |= {
            "group": group,
            "group_size": sizes[group],
            "group_url": f"{address}?{urlencode(more)}" if group else "",
        }
    return {
        "people": found[(page - 1) * PER_PAGE : page * PER_PAGE],
        "found": len(found),
        "asked": asked,
        "page": page,
        "pages": pages,
        "address": address,
        "kept": kept,
        "pager": url(page=""),
        "all": url(page=str(page), tick="page"),
        "whole": f"{address}?{urlencode(kept)}" if kept else address,
    }
