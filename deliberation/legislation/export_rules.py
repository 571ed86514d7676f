"""The table of opinions on its way out: editions, formats, instants, cells that would begin a formula. Pure.

The columns and their order are ``intake_rules.COLUMNS`` (contracts.md): what goes out comes in again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from zoneinfo import ZoneInfo

from deliberation.legislation.intake_rules import COLUMNS
from deliberation.legislation.layout_rules import LAID_OUT, Columns
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

PUBLIC, FULL = "public", "full"
EDITIONS: dict[str, str] = {PUBLIC: _("公开版"), FULL: _("完整版")}
KEYS = tuple(COLUMNS)
AT = {key: place for place, key in enumerate(KEYS)}
"""Where a column stands in a row."""
WITHHELD = ("author", "contact", "collector")
"""What the public edition leaves out: the author stays where the real name may be named, the others never do."""
TYPED = tuple(
    AT[key]
    for key in ("draft", "provision", "original", "proposal", "reason", "author", "category", "contact", "province",
                "collection_point", "collector", "handling_reason", "adopted_text", "note", "entry", "as_said")
)  # fmt: skip
"""Columns of words that somebody chose; the others are numbers, times and words of ours."""

_SIGNS = frozenset("=+-@\t\r＝＋－＠'")
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")
_FIRST = itemgetter(slice(0, 1))


def neutralise(rows: Sequence[list], places: Iterable[int] = TYPED) -> None:
    """One leading ' before each cell of these columns that would begin a formula; most rows are looked at and left."""
    for place in places:
        column = itemgetter(place)
        if _SIGNS.isdisjoint(set(map(_FIRST, map(column, rows)))):
            continue
        for row in rows:
            if _FORMULA.match(row[place]):
                row[place] = "'" + row[place]


@dataclass(frozen=True)
class Wanted:
    """What somebody asks for: which edition and format, what for, and in which layout (none: the default one)."""

    edition: str
    format: str
    purpose: str = ""
    layout_name: str = ""
    columns: Columns = ()


class Clock(dict):
    """Instants of the database (UTC, ``2026-11-21 11:46:05``) in the zone of a place; each minute is worked out once.

    A day without an hour is all that is known of an offline voice: it stands at 00:00.
    """

    MOST = 20_000

    def __init__(self, zone: ZoneInfo):
        super().__init__()
        self.zone = zone

    def __missing__(self, minute: str) -> tuple[str, str]:
        if len(self) >= self.MOST:
            self.clear()
        if len(minute) == 10:
            local = datetime.fromisoformat(minute).replace(tzinfo=self.zone)
        else:
            local = datetime.fromisoformat(minute).replace(tzinfo=UTC).astimezone(self.zone)
        offset = local.isoformat()[19:]
        self[minute] = said = (f"{local:%Y-%m-%d %H:%M}", offset)
        return said

    def minute(self, instant: str) -> str:
        """As CSV and XLSX have it: 2026-11-21 19:46."""
        return self[instant[:16]][0]

    def iso(self, instant: str) -> str:
        """As JSON lines have it: ISO 8601 with offset."""
        local, offset = self[instant[:16]]
        return f"{local[:10]}T{local[11:]}{instant[16:] or ':00'}{offset}"

    def day(self, instant: str | None) -> str:
        """The day alone; nothing of nothing."""
        return self[instant[:16]][0][:10] if instant else ""


MOST_BUNDLED = 200_000
"""Opinions in a bundle, which is put together in memory."""


def may_bundle(rows: int) -> Refusal | None:
    """Whether a bundle of so many opinions can be made."""
    if rows <= MOST_BUNDLED:
        return None
    facts = {"rows": rows, "most": MOST_BUNDLED}
    return Refusal(
        _("有{rows}条意见，存证包最多放{most}条"), facts, _("请导出 CSV 或者 JSON lines，每一行都有存证编号")
    )


def may_lay_out(wanted: Wanted) -> Refusal | None:
    """Whether this format has layouts."""
    if not wanted.columns or wanted.format in LAID_OUT:
        return None
    return Refusal(_("这种格式的列是固定的"), remedy=_("请选 XLSX 或者 DOCX，或者用默认版式"))
