"""The numbers that Word writes before paragraphs by itself: “第一条”, “（一）”, “1.”. Runs in the child of ``reading``."""

from __future__ import annotations

import re
from typing import Any

from deliberation.legislation.statute.numerals import written

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_CHINESE = {"chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital", "taiwaneseCounting",
            "taiwaneseCountingThousand", "chineseLegalSimplified", "koreanDigital"}  # fmt: skip
_SILENT = {"bullet", "none"}


class Numbers:
    """Counts as Word counts: each list has its levels, a lower level begins anew after a higher one."""

    def __init__(self, numbering: Any, styles: Any):
        self.levels: dict[str, dict[int, tuple[str, str, int]]] = {}
        self.lists: dict[str, str] = {}
        self.counted: dict[str, dict[int, int]] = {}
        self.of_style: dict[str, tuple[str, int]] = {}
        self.headings: set[str] = set()
        if numbering is not None:
            self._read_lists(numbering)
        if styles is not None:
            self._read_styles(styles)

    def _read_lists(self, numbering: Any) -> None:
        for abstract in numbering.iter(f"{_W}abstractNum"):
            levels = {}
            for level in abstract.iter(f"{_W}lvl"):
                kind, form, start = (_value(level.find(f"{_W}{name}")) for name in ("numFmt", "lvlText", "start"))
                at = level.get(f"{_W}ilvl") or "0"
                if at.isdecimal():
                    levels[int(at)] = (kind, form, int(start) if start.isdecimal() else 1)
            self.levels[abstract.get(f"{_W}abstractNumId") or ""] = levels
        for one in numbering.iter(f"{_W}num"):
            self.lists[one.get(f"{_W}numId") or ""] = _value(one.find(f"{_W}abstractNumId"))

    def _read_styles(self, styles: Any) -> None:
        for style in styles.iter(f"{_W}style"):
            name = style.get(f"{_W}styleId") or ""
            if re.match("heading|标题", _value(style.find(f"{_W}name")), re.IGNORECASE):
                self.headings.add(name)
            if place := _place(style.find(f"{_W}pPr")):
                self.of_style[name] = place

    def is_heading(self, paragraph: Any) -> bool:
        return self._style(paragraph) in self.headings

    def _style(self, paragraph: Any) -> str:
        return _value(paragraph.find(f"{_W}pPr/{_W}pStyle"))

    def before(self, paragraph: Any) -> str:
        """The number in front of this paragraph, counted on; empty if it has none."""
        place = _place(paragraph.find(f"{_W}pPr")) or self.of_style.get(self._style(paragraph))
        if place is None or place[0] not in self.lists:
            return ""
        abstract, at = self.lists[place[0]], place[1]
        levels = self.levels.get(abstract, {})
        if at not in levels or levels[at][0] in _SILENT:
            return ""
        counted = self.counted.setdefault(abstract, {})
        counted[at] = counted.get(at, levels[at][2] - 1) + 1
        for lower in [level for level in counted if level > at]:
            del counted[lower]
        form = levels[at][1]
        return re.sub(r"%(\d)", lambda found: self._said(levels, counted, int(found[1]) - 1), form) + " "

    @staticmethod
    def _said(levels: dict[int, tuple[str, str, int]], counted: dict[int, int], at: int) -> str:
        kind, _form, start = levels.get(at, ("decimal", "", 1))
        number = counted.get(at, start)
        if kind in _CHINESE:
            return written(number)
        if kind in {"lowerLetter", "upperLetter"} and 0 < number <= 26:
            return chr((96 if kind == "lowerLetter" else 64) + number)
        return chr(0x245F + number) if kind.startswith("decimalEnclosedCircle") and 0 < number <= 20 else str(number)


def _value(element: Any) -> str:
    return "" if element is None else element.get(f"{_W}val") or ""


def _place(properties: Any) -> tuple[str, int] | None:
    found = None if properties is None else properties.find(f"{_W}numPr")
    if found is None:
        return None
    number, level = _value(found.find(f"{_W}numId")), _value(found.find(f"{_W}ilvl")) or "0"
    return (number, int(level)) if number and level.isdecimal() else None
