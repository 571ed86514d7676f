"""Anchors as they come: a JSON list of what was quoted from the old text (contracts.md, ``law carry``). Pure.

The words are those of the W3C Web Annotation selectors: ``quote`` is the text, ``prefix`` and ``suffix`` what stood around it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deliberation.legislation.statute.text_files import decoded
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _


@dataclass(frozen=True, slots=True)
class Anchor:
    """Words of the old text; without ``quote`` the whole of ``article``."""

    id: str | int
    article: str | None = None
    quote: str = ""
    prefix: str = ""
    suffix: str = ""


def read_anchors(data: bytes) -> list[Anchor]:
    """The anchors of a file. Raises Refused with the place of the first that is not as it must be."""
    remedy = _("请用 JSON 列表，每项有 id，可有 article、quote、prefix、suffix")
    try:
        said = json.loads(decoded(data).lstrip("\ufeff"))
    except json.JSONDecodeError as error:
        raise Refused(Refusal(_("第{line}行不是 JSON"), {"line": error.lineno}, remedy)) from error
    except (ValueError, RecursionError) as error:
        raise Refused(Refusal(_("文件不是能读的 JSON"), remedy=remedy)) from error
    if not isinstance(said, list):
        raise Refused(Refusal(_("锚点文件不是 JSON 列表"), remedy=remedy))
    return anchors_from(said)


def anchors_from(said: Sequence[Any]) -> list[Anchor]:
    """The anchors of a list of mappings. Raises Refused."""
    made, seen = [], set()
    for at, one in enumerate(said):
        anchor = _anchor(one, at)
        if (key := str(anchor.id)) in seen:
            raise Refused(Refusal(_("锚点的 id 重复：{id}"), {"id": key}, _("每个锚点的 id 应当不同")))
        seen.add(key)
        made.append(anchor)
    return made


def _anchor(one: Any, at: int) -> Anchor:
    if not isinstance(one, Mapping):
        raise Refused(_wrong(f"[{at}]"))
    name = one.get("id")
    if not isinstance(name, str | int) or isinstance(name, bool) or name == "":
        raise Refused(_wrong(f"[{at}].id"))
    words = {}
    for key in ("article", "quote", "prefix", "suffix"):
        value = one.get(key)
        if value is not None and not isinstance(value, str):
            raise Refused(_wrong(f"[{at}].{key}"))
        words[key] = value
    return Anchor(name, words["article"], *((words[key] or "") for key in ("quote", "prefix", "suffix")))


def _wrong(place: str) -> Refusal:
    remedy = _("请用 JSON 列表，每项有 id，可有 article、quote、prefix、suffix")
    return Refusal(_("锚点文件的 {place} 不对"), {"place": place}, remedy)
