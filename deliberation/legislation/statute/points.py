"""An article's lines as 款, 项 and 目. Pure.

Words after the last 项 are a new 款; words between two 项 that count on belong to the one before. A mark is 目 when it
stands within a 项 and its style is another than that of the 项.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from deliberation.legislation.statute.marks import Point, point_mark
from deliberation.legislation.statute.structure import Item, Paragraph, Subitem


@dataclass
class _Sub:
    label: str
    no: int
    words: list[str]


@dataclass
class _Item:
    point: Point
    words: list[str]
    subs: list[_Sub] = field(default_factory=list)
    sub_style: str = ""


@dataclass
class _Paragraph:
    words: list[str] = field(default_factory=list)
    items: list[_Item] = field(default_factory=list)


def paragraphs_of(lines: list[str]) -> tuple[Paragraph, ...]:
    """The structure of an article whose words are ``lines``."""
    made: list[_Paragraph] = []
    points = _without_numbered_paragraphs([point_mark(line) for line in lines])
    following = _following(points)
    for place, line in enumerate(lines):
        point, current = points[place], made[-1] if made else None
        if current and current.items:
            _after_items(made, current.items[-1], place, line, (point, following))
        elif point and (current is None or point.no == 1 or current.words[-1].endswith(("：", ":"))):
            _open_item(made, point)
        else:
            made.append(_Paragraph([line]))
    return tuple(_frozen(no, each) for no, each in enumerate(made, 1))


def _without_numbered_paragraphs(points: list[Point | None]) -> list[Point | None]:
    """Macao and Hong Kong number their 款: an article that opens with 一、 or (1) counts 款 with it, not 项."""
    if not points or points[0] is None or points[0].style in {"bracket", "circled"}:
        return points
    style = points[0].style
    return [None if point and point.style == style else point for point in points]


def _following(points: list[Point | None]) -> list[dict[str, int]]:
    """For each line the number that each style of mark has next after it."""
    following: list[dict[str, int]] = [{}] * len(points)
    seen: dict[str, int] = {}
    for place in range(len(points) - 1, -1, -1):
        following[place] = seen
        if point := points[place]:
            seen = {**seen, point.style: point.no}
    return following


def _open_item(made: list[_Paragraph], point: Point) -> None:
    if not made or made[-1].items:
        made.append(_Paragraph())
    made[-1].items.append(_Item(point, [point.rest] if point.rest else []))


def _after_items(
    made: list[_Paragraph],
    item: _Item,
    place: int,
    line: str,
    ahead: tuple[Point | None, list[dict[str, int]]],
) -> None:
    point, following = ahead
    if point is None:
        if following[place].get(item.point.style) == item.point.no + 1:
            (item.subs[-1].words if item.subs else item.words).append(line)
        else:
            made.append(_Paragraph([line]))
    elif point.style == item.point.style:
        if point.no > item.point.no:
            made[-1].items.append(_Item(point, [point.rest] if point.rest else []))
        else:
            _open_item(made, point)
    elif item.sub_style in {"", point.style}:
        item.sub_style = point.style
        item.subs.append(_Sub(point.label, point.no, [point.rest] if point.rest else []))
    else:
        item.subs[-1].words.append(line)


def _frozen(no: int, made: _Paragraph) -> Paragraph:
    items = tuple(
        Item(
            each.point.label,
            each.point.no,
            "\n".join(each.words),
            tuple(Subitem(sub.label, sub.no, "\n".join(sub.words)) for sub in each.subs),
        )
        for each in made.items
    )
    return Paragraph(no, "\n".join(made.words), items)
