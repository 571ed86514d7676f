"""意见建议汇总表 as DOCX: A4 across, one table by article with a head that repeats, its rows written as they are read.

Styles, footer and fonts are those of every paper of the house (``wordfile``); only the rows are written by hand, because a document
in memory grows with them. Paragraphs, plain runs and a table with fixed columns: nothing that Word, WPS or LibreOffice refuses.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from xml.sax.saxutils import escape

from sqlmodel import Session, select

from deliberation.legislation.draft_models import DraftArticle, DraftVersion
from deliberation.legislation.export_rows import Table, rows_by_article
from deliberation.legislation.export_rules import AT, Clock
from deliberation.legislation.intake_rules import COLUMNS
from deliberation.sheets import Sheet, Text
from deliberation.wordfile import docx
from deliberation.wordxml import clean

WHOLE = "对草案的总体意见"
DOCUMENT = "word/document.xml"
DEFAULT = tuple(
    (key, COLUMNS[key])
    for key in ("no", "provision", "original", "proposal", "reason", "kind", "author", "category", "channel", "similar",
                "handling", "adoption")
)  # fmt: skip
"""What fits a page across; a layout chooses others."""
_SHARES = {"original": 9, "proposal": 9, "reason": 8, "adopted_text": 9, "as_said": 8, "handling_reason": 6, "draft": 5,
           "note": 5, "provision": 4, "category": 4, "collection_point": 4, "submitted_at": 4, "entry": 5, "contact": 4,
           "no": 2}  # fmt: skip
_TWIPS, _SHORT = 14_300, 600
_SIZE = 18
"""Half points of the table's type."""


_LONG = 1_000
"""Signs of a paragraph: LibreOffice takes minutes over one of 100,000 in a narrow cell, and a second over a hundred."""


def write_docx(
    session: Session,
    table: Table,
    out: Any,
    progress: Callable[[int], None],
    columns: Sequence[tuple[str, str]] = DEFAULT,
    remarks: Sequence[str] = (),
) -> int:
    """How many opinions were written. ``out`` can be sought in."""
    count = 0
    with (
        zipfile.ZipFile(io.BytesIO(_paper(table, remarks))) as paper,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        head, mark, foot = paper.read(DOCUMENT).decode().partition("<w:sectPr")
        for info in paper.infolist():
            if info.filename != DOCUMENT:
                made.writestr(info, paper.read(info))
        with made.open(_info(), "w") as file:
            widths = _widths(columns)
            file.write((head + _table_head(columns, widths)).encode())
            for rows, more in _rows(session, table, [AT[key] for key, _heading in columns], widths):
                file.write(rows.encode())
                count += more
                progress(count)
            file.write(("</w:tbl><w:p/>" + mark + foot).encode())
    return count


def _paper(table: Table, remarks: Sequence[str]) -> bytes:
    """The document without its rows, turned across."""
    from docx import Document
    from docx.enum.section import WD_ORIENT

    blocks = tuple(Text(words) for words in remarks[1:])
    made = Document(io.BytesIO(docx(Sheet("意见建议汇总表", blocks, number=remarks[0] if remarks else table.title))))
    section = made.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = section.page_height, section.page_width
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _rows(session: Session, table: Table, places: list[int], widths: list[int]) -> Iterator[tuple[str, int]]:
    """XML of some rows and how many opinions are in it; before those of each article a row with its name."""
    labels, counts, last = _labels(session, table), dict(table.articles), None
    for key, rows in rows_by_article(session, table, Clock.minute):
        parts = []
        if key != last:
            parts.append(_group(f"{labels.get(key, key) if key else WHOLE}　{counts[key]}条", widths))
            last = key
        parts += [_row([str(row[place]) for place in places], widths) for row in rows]
        yield "".join(parts), len(rows)


def _labels(session: Session, table: Table) -> dict[str, str]:
    """Key → 第四条 with its caption."""
    version = session.get(DraftVersion, table.version_id)
    rows = select(DraftArticle.key, DraftArticle.label, DraftArticle.heading).where(
        DraftArticle.version_id == table.version_id, DraftArticle.reading == version.reading
    )
    return {key: f"{label}{heading}" for key, label, heading in session.exec(rows)}


def _widths(columns: Sequence[tuple[str, str]]) -> list[int]:
    shares = [_SHARES.get(key, 3) for key, _heading in columns]
    return [_TWIPS * share // sum(shares) for share in shares]


def _table_head(columns: Sequence[tuple[str, str]], widths: list[int]) -> str:
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="808080"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    cells = "".join(
        _cell(heading, width, bold=True, fill="EEEEEE")
        for (_key, heading), width in zip(columns, widths, strict=True)
    )  # fmt: skip
    return (
        f'<w:tbl><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>{edges}</w:tblBorders>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{cells}</w:tr>"
    )


def _group(words: str, widths: list[int]) -> str:
    cell = _cell(words, sum(widths), bold=True, fill="F7F4EC", span=len(widths), keep=True)
    return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cell}</w:tr>"


def _row(cells: list[str], widths: list[int]) -> str:
    # A short row stays on one page; one that is longer than a page could not.
    held = "<w:trPr><w:cantSplit/></w:trPr>" if sum(map(len, cells)) < _SHORT else ""
    return f"<w:tr>{held}{''.join(map(_cell, cells, widths))}</w:tr>"


def _cell(words: str, width: int, *, bold: bool = False, fill: str = "", span: int = 0, keep: bool = False) -> str:
    look = (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "") + (
        f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>' if fill else ""
    )
    run = f'<w:rPr>{"<w:b/>" if bold else ""}<w:sz w:val="{_SIZE}"/></w:rPr>'
    held = "<w:keepNext/>" if keep else ""
    begun = f'<w:p><w:pPr>{held}<w:spacing w:before="20" w:after="20" w:line="240" w:lineRule="auto"/></w:pPr>'
    made = []
    for part in _parts(clean(words.replace("\r\n", "\n").replace("\r", "\n"))):
        text = "<w:br/>".join(f'<w:t xml:space="preserve">{line}</w:t>' for line in escape(part).split("\n"))
        made.append(f"{begun}<w:r>{run}{text}</w:r></w:p>" if part else f"{begun}</w:p>")
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{look}</w:tcPr>{"".join(made)}</w:tc>'


def _parts(words: str) -> Iterator[str]:
    """The words in paragraphs that are not too long, each to the end of a sentence where there is one."""
    start = 0
    while len(words) - start > _LONG:
        end = max(words.rfind(sign, start, start + _LONG) for sign in "\n。！？；") + 1
        end = end if end > start + _LONG // 2 else start + _LONG
        yield words[start:end]
        start = end
    yield words[start:]


def _info() -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(DOCUMENT, (1980, 1, 1, 0, 0, 0))
    made.compress_type, made.external_attr, made.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
    return made
