"""Opinions in bulk: the columns of contracts.md, read row by row into what can be written, all or nothing. Pure.

Chinese headings or English keys in any order; what a column is not known for is kept in 备注; every fault names its row
and its column.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from types import MappingProxyType

from deliberation.directions import turning
from deliberation.legislation.opinion_rules import CHANNELS, KINDS, MOST_WORDS, Said, Signature
from deliberation.legislation.solicitation_rules import ANONYMOUS, NAMED
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

COLUMNS = MappingProxyType(
    {
        "no": _("序号"),
        "draft": _("法律草案名称及稿次"),
        "provision": _("章节条款"),
        "original": _("草案原文"),
        "proposal": _("修改意见"),
        "reason": _("理由"),
        "kind": _("意见类型"),
        "author": _("提出人"),
        "category": _("单位及职业/身份类别"),
        "contact": _("联系方式"),
        "province": _("省份"),
        "collection_point": _("采集点"),
        "channel": _("征集方式"),
        "collector": _("采集人"),
        "submitted_at": _("提出时间"),
        "similar": _("同类意见数"),
        "handling": _("联系点处理"),
        "handling_reason": _("处理理由"),
        "adoption": _("采纳情况"),
        "adopted_text": _("采纳后条文"),
        "answered_on": _("反馈日期"),
        "note": _("备注"),
        "entry": _("存证编号"),
        "as_said": _("原话"),
        "named_consent": _("同意公开姓名"),
        "cosigners": _("联名人数"),
    }
)
"""English key → Chinese heading, in the order of the table of opinions (contracts.md)."""
WHY, WHY_KEY = _("不能导入的原因"), "why_not_imported"
"""The column of rows that were given back. On the way in it is passed over in silence: a mended file comes as it is."""
_KEYS = (
    {heading: key for key, heading in COLUMNS.items()}
    | {key: key for key in COLUMNS}
    | {WHY: WHY_KEY, WHY_KEY: WHY_KEY}
)
_KIND_OF = {words: kind for kind, words in KINDS.items()} | {kind: kind for kind in KINDS}
_CHANNEL_OF = {words: channel for channel, words in CHANNELS.items()} | {channel: channel for channel in CHANNELS}
_YES, _NO = {"是", "yes", "true", "1"}, {"否", "no", "false", "0", ""}
_WHERE = re.compile(
    r"(?:新增于)?第(?P<number>[0-9０-９〇零一二三四五六七八九十百千两]+)条(?:之(?P<sub>[0-9一二三四五六七八九十]+))?"
    r"(?P<rest>.*?)(?:之后)?"
)
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[T ](\d{1,2}):(\d{2}).*)?")


@dataclass(frozen=True)
class Fault:
    """Why a row cannot be taken: its number in the file, the column, the reason."""

    row: int
    column: str
    refusal: Refusal


@dataclass(frozen=True)
class Row:
    """One opinion as the file has it. ``label`` and ``part``: 第十条 and 第二款第（一）项; both empty for 总体."""

    number: int
    said: Said
    signature: Signature
    label: str = ""
    part: str = ""
    original: str = ""
    channel: str = "other"
    point: str = ""
    collector: str = ""
    said_on: date | None = None
    note: str = ""
    as_said: str = ""


@dataclass(frozen=True)
class Intake:
    """A file read: its rows, or what is wrong with them; columns that nobody knows."""

    rows: tuple[Row, ...] = ()
    faults: tuple[Fault, ...] = ()
    unknown: tuple[str, ...] = ()


def column_key(heading: str) -> str | None:
    """The key that a heading means, or None. White space and remarks in brackets make no difference."""
    plain = "".join(unicodedata.normalize("NFKC", heading).split())
    return _KEYS.get(plain) or _KEYS.get(re.sub(r"\([^()]*\)$", "", plain)) or _KEYS.get(plain.lower())


def read_table(
    headings: Sequence[str], rows: Sequence[tuple[int, Sequence[str]]], *, keeps_good: bool = False
) -> Intake:
    """Rows of cells under headings. Cells are text as somebody would have typed it, marks against formulas taken away."""
    keys = [column_key(heading) for heading in headings]
    known = [key for key in keys if key]
    if twice := next((key for key in known if known.count(key) > 1), None):
        return Intake(faults=(Fault(1, COLUMNS[twice], Refusal(_("这一列出现了两次"))),))
    if not {"proposal", "as_said"} & set(known):
        return Intake(faults=(Fault(1, COLUMNS["proposal"], Refusal(_("没有“修改意见”列，也没有“原话”列"))),))
    unknown = tuple(heading for heading, key in zip(headings, keys, strict=True) if key is None and heading.strip())
    named = ((number, _named(headings, keys, cells)) for number, cells in rows)
    return replace(read_rows(named, keeps_good=keeps_good), unknown=unknown)


def _named(headings: Sequence[str], keys: Sequence[str | None], cells: Sequence[str]) -> dict[str, str]:
    found = {key: cell.strip() for key, cell in zip(keys, cells, strict=False) if key}
    more = [
        f"{heading.strip()}：{cell.strip()}"
        for heading, key, cell in zip(headings, keys, cells, strict=False)
        if key is None and heading.strip() and cell.strip()
    ]
    if more:
        found["note"] = "；".join(filter(None, (found.get("note", ""), *more)))
    return found


def read_rows(rows: Iterator[tuple[int, Mapping[str, str]]], *, keeps_good: bool = False) -> Intake:
    """Rows by key. Every fault of every row is told at once; of a file with a fault nothing is taken, or what is good."""
    read: list[Row] = []
    faults: list[Fault] = []
    for number, cells in rows:
        reader = _Reader(number, cells)
        row = reader.row()
        faults += reader.faults
        if not keeps_good or not reader.faults:
            read.append(row)
    if not read and not faults:
        faults.append(Fault(2, COLUMNS["proposal"], Refusal(_("文件里没有意见"))))
    return Intake(() if faults and not keeps_good else tuple(read), tuple(faults))


@dataclass
class _Reader:
    """One row on its way."""

    number: int
    cells: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)

    def row(self) -> Row:
        proposal, as_said = self._text("proposal"), self._text("as_said")
        label, part, is_new = self._provision()
        kind = self._word("kind", _KIND_OF, "insert" if is_new else ("edit" if label else "whole"))
        if not proposal and not as_said and kind not in ("delete", "support"):
            self._no("proposal", Refusal(_("请写您的意见")))
        if label and kind == "whole":
            self._no("kind", Refusal(_("“总体”的意见不写条款")))
        author = self._text("author", 100)
        names = self._flag("named_consent")
        signature = Signature(
            NAMED if author else ANONYMOUS, author, publishes=False, names=names and bool(author),
            category=self._text("category", 100), province=self._text("province", 40), contact=self._text("contact", 100),
        )  # fmt: skip
        return Row(
            self.number,
            Said(kind, proposal or as_said, self._text("reason")),
            signature,
            label,
            part,
            self._text("original"),
            self._word("channel", _CHANNEL_OF, "other"),
            self._text("collection_point", 100),
            self._text("collector", 100),
            self._day(),
            self._text("note", 2000),
            as_said if proposal and as_said != proposal else "",
        )

    def _no(self, key: str, refusal: Refusal) -> None:
        self.faults.append(Fault(self.number, COLUMNS[key], refusal))

    def _text(self, key: str, most: int = MOST_WORDS) -> str:
        value = self.cells.get(key, "")
        if not isinstance(value, str):
            self._no(key, Refusal(_("这一格不是文字")))
            return ""
        value = value.strip()
        if len(value) > most:
            self._no(key, Refusal(_("最多{most}字，现在是{now}字"), {"most": most, "now": len(value)}))
        if "\x00" in value:
            self._no(key, Refusal(_("含有无法保存的字符")))
        if most < MOST_WORDS and (no := turning(value)):  # Names and places; long words are kept as they came.
            self._no(key, no)
        return value

    def _word(self, key: str, words: Mapping[str, str], default: str) -> str:
        value = self._text(key)
        if not value:
            return default
        if value not in words:
            self._no(key, Refusal(_("没有“{value}”这一种"), {"value": value[:20]}))
        return words.get(value, default)

    def _flag(self, key: str) -> bool:
        value = self._text(key).lower()
        if value not in _YES | _NO:
            self._no(key, Refusal(_("只能写“是”或“否”")))
        return value in _YES

    def _provision(self) -> tuple[str, str, bool]:
        value = self._text("provision")
        found = split_provision(value)
        if found is None:
            self._no("provision", Refusal(_("看不懂“{value}”，例如：第十条第二款第（一）项"), {"value": value[:30]}))
        return found or ("", "", False)

    def _day(self) -> date | None:
        value = unicodedata.normalize("NFKC", self._text("submitted_at"))
        if not value:
            return None
        found = _DAY.fullmatch(value)
        try:
            return datetime(*map(int, found.groups()[:3])).date() if found else self._bad_day()
        except ValueError:
            return self._bad_day()

    def _bad_day(self) -> None:
        self._no("submitted_at", Refusal(_("请按年-月-日填写日期，例如2026-11-21")))


def split_provision(words: str) -> tuple[str, str, bool] | None:
    """(article, part, whether it is a new one after it) of 第十条第二款, 新增于第十条之后, or 10; all empty for 总体.

    None for what is no provision. An article is a label, or the key that was typed.
    """
    value = "".join(words.split())
    if value in ("", "总体"):
        return "", "", False
    if re.fullmatch(r"[0-9]{1,5}(-[0-9]{1,3})?", plain := unicodedata.normalize("NFKC", value)):
        return plain, "", False
    found = _WHERE.fullmatch(value)
    if found is None:
        return None
    label = value[: found.end("sub") if found["sub"] else found.end("number") + 1].removeprefix("新增于")
    return label, found["rest"], value.startswith("新增于")


def place_of(part: str, known: Sequence[tuple[str, str]]) -> str | None:
    """The key of a part by its label, such as 第二款第（一）项; "" for the whole article, None where there is none."""
    plain = _plain(part)
    if not plain:
        return ""
    return next((key for key, label in known if _plain(label) == plain), None)


def _plain(label: str) -> str:
    return unicodedata.normalize("NFKC", "".join(label.split())).replace("(", "").replace(")", "")


Number = Callable[[str], int | None]


def article_key(label: str, value_of: Number) -> str:
    """The key of an article by its label: 第一百二十条之一 is ``120-1``. Empty where it is none."""
    found = _WHERE.fullmatch("".join(label.split()))
    if found is None or found["rest"]:
        return ""
    number = value_of(found["number"])
    sub = value_of(found["sub"]) if found["sub"] else None
    return "" if number is None else f"{number}-{sub}" if sub else str(number)
