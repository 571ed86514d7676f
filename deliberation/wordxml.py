"""The elements of a DOCX file, in the order that its schema asks for. Runs in the child of ``wordfile`` only."""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

import docx
import segno
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from deliberation.directions import laid_open

SONG, HEI, FANGSONG, LATIN = "宋体", "黑体", "仿宋", "Times New Roman"
_OTHER_NAMES = {SONG: "SimSun", HEI: "SimHei", FANGSONG: "FangSong"}
_SIZES = {"wall": (26, 16, 15, 13), "file": (20, 13, 11, 10)}
"""Points of title, heading, text and table."""
_LANGUAGES = {"zh-Hans": "zh-CN", "zh-Hant": "zh-HK", "en": "en-GB"}
_ALIGN = {"right": "right", "centred": "center", "question": "center"}
# XML 1.0 has no place for these, not even escaped.
_NOT_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_INNER_MM = 166
_SHORT_TABLE = 12
"""A table of so many rows stays on one page."""


def document(sheet: dict[str, Any]) -> bytes:
    """The whole file."""
    made = docx.Document()
    sizes = _SIZES[sheet["size"]]
    _styles(made, sizes, _LANGUAGES[sheet["lang"]])
    _page(made, sheet)
    _properties(made, sheet)
    body = made.element.body
    end = body.sectPr
    if sheet["number"]:
        end.addprevious(paragraph(sheet["number"], align="center", size=sizes[3]))
    end.addprevious(paragraph(sheet["title"], style="Title"))
    for block, following in zip_longest(sheet["blocks"], sheet["blocks"][1:], fillvalue={}):
        for element in _ELEMENTS[block["kind"]](made, block, sizes):
            end.addprevious(_held(element) if following.get("stays") else element)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


# --- what holds for the whole file ------------------------------------------------------------------------------------


def _styles(made: Any, sizes: tuple[int, ...], language: str) -> None:
    title, heading, text, _table = sizes
    _font(made.styles["Normal"], FANGSONG, text)
    _font(made.styles["Title"], SONG, title, bold=True)
    _font(made.styles["Heading 1"], HEI, heading)
    normal = made.styles["Normal"].paragraph_format
    normal.space_after, normal.line_spacing = Pt(text / 3), 1.25
    made.styles["Title"].paragraph_format.alignment = 1
    made.styles["Title"].paragraph_format.space_after = Pt(title * 0.6)
    borders = made.styles["Title"].element.pPr.find(qn("w:pBdr"))
    if borders is not None:
        made.styles["Title"].element.pPr.remove(borders)
    made.styles["Heading 1"].paragraph_format.space_before = Pt(heading * 0.7)
    made.styles["Heading 1"].paragraph_format.space_after = Pt(heading * 0.3)
    for lang in made.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), language)
        lang.set(qn("w:eastAsia"), "zh-HK" if language == "zh-HK" else "zh-CN")
    table = next(part for part in made.part.package.iter_parts() if part.partname == "/word/fontTable.xml")
    table._blob = _font_table()


def _font(style: Any, east: str, points: float, bold: bool = False) -> None:
    properties = style.element.get_or_add_rPr()
    for child in list(properties):
        properties.remove(child)
    properties.append(_element("w:rFonts", ascii=LATIN, hAnsi=LATIN, eastAsia=east, cs=LATIN))
    if bold:
        properties.append(_element("w:b"))
    properties.append(_element("w:color", val="000000"))
    properties.append(_element("w:sz", val=str(int(points * 2))))
    properties.append(_element("w:szCs", val=str(int(points * 2))))


def _font_table() -> bytes:
    """The fonts by name, each with the name it has on other systems, for whoever lacks the first."""
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{other}"/><w:charset w:val="86"/><w:family w:val="auto"/></w:font>'
        for name, other in _OTHER_NAMES.items()
    )
    fonts += f'<w:font w:name="{LATIN}"><w:charset w:val="00"/><w:family w:val="roman"/></w:font>'
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w="{space}">{fonts}</w:fonts>'.encode()
    )


def _page(made: Any, sheet: dict[str, Any]) -> None:
    section = made.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(22)
    section.top_margin = section.bottom_margin = Mm(19)
    foot = section.footer.paragraphs[0]._p
    foot.getparent().replace(foot, _footer(sheet["foot"]))


def _footer(words: str) -> Any:
    made = paragraph(words + ("　" if words else ""), align="center", size=9)
    for place, name in enumerate(("PAGE", "NUMPAGES")):
        if place:
            made.append(run(" / ", size=9))
        field = _element("w:fldSimple", instr=f" {name} ")
        field.append(run("1", size=9))
        made.append(field)
    return made


def _properties(made: Any, sheet: dict[str, Any]) -> None:
    """Title and date; nobody's name, and no picture of another document."""
    core = made.core_properties
    core.author = core.last_modified_by = core.comments = core.keywords = core.subject = core.category = ""
    core.title, core.language, core.revision = clean(sheet["title"]), _LANGUAGES[sheet["lang"]], 1
    at = (
        datetime.fromisoformat(sheet["at"]).astimezone(UTC).replace(tzinfo=None)
        if sheet["at"]
        else datetime(2000, 1, 1)
    )
    core.created = core.modified = at
    package = made.part.package
    for key, relation in list(package.rels.items()):
        if relation.reltype == RELATIONSHIP_TYPE.THUMBNAIL:
            del package.rels[key]


# --- blocks -----------------------------------------------------------------------------------------------------------


def _heading(_made: Any, block: dict[str, Any], _sizes: tuple[int, ...]) -> list[Any]:
    return [paragraph(block["words"], style="Heading1")]


def _new_page(_made: Any, block: dict[str, Any], _sizes: tuple[int, ...]) -> list[Any]:
    title = paragraph(block["title"], style="Title")
    title.find(qn("w:pPr")).append(_element("w:pageBreakBefore"))
    return [title]


def _text(_made: Any, block: dict[str, Any], sizes: tuple[int, ...]) -> list[Any]:
    kind = block["style"]
    size = {"lede": sizes[1], "question": sizes[1] + 3, "quiet": sizes[3]}.get(kind)
    lines = block["words"].split("\n")
    return [paragraph(line, align=_ALIGN.get(kind, ""), size=size, bold=kind == "question") for line in lines]


def _verdict(_made: Any, block: dict[str, Any], sizes: tuple[int, ...]) -> list[Any]:
    mark = paragraph(block["mark"], align="center", tight=True, size=sizes[0], bold=True, color="A52A1F")
    words = paragraph(block["words"], tight=True, size=sizes[1], bold=True)
    return [_grid([[mark, words]], (1, 4), border="A52A1F"), _gap()]


def _pairs(_made: Any, block: dict[str, Any], sizes: tuple[int, ...]) -> list[Any]:
    size = sizes[3]
    rows = [
        [paragraph(term, size=size, east=HEI, tight=True), paragraph(value, size=size, tight=True)]
        for term, value in block["rows"]
    ]
    return [_grid(rows, (1, 4)), _gap()]


def _table(_made: Any, block: dict[str, Any], sizes: tuple[int, ...]) -> list[Any]:
    numbers, size = set(block["numbers"]), sizes[3]
    cells_of = [block["heads"], *block["rows"], *([block["foot"]] if block["foot"] else [])]
    is_short = len(cells_of) <= _SHORT_TABLE

    def row(place: int, cells: list[str]) -> list[Any]:
        is_last = place == len(cells_of) - 1
        east = HEI if place == 0 or (block["foot"] and is_last) else ""
        how = {"size": size, "east": east, "tight": True, "keep": is_short and not is_last}
        return [
            paragraph(words, align="right" if column in numbers else "", **how) for column, words in enumerate(cells)
        ]

    rows = [row(place, cells) for place, cells in enumerate(cells_of)]
    before = [paragraph(block["caption"], size=size, keep=True)] if block["caption"] else []
    return [*before, _grid(rows, block["widths"], head=True), _gap()]


def _code(made: Any, block: dict[str, Any], sizes: tuple[int, ...]) -> list[Any]:
    picture = io.BytesIO()
    segno.make(block["address"], error="m", micro=False).save(picture, kind="png", scale=8, border=2)
    picture.seek(0)
    # Made where python-docx keeps its relations, then moved into the table.
    holder = made.add_paragraph()
    holder.add_run().add_picture(picture, width=Mm(34))
    qr = holder._p
    qr.getparent().remove(qr)
    lines = [paragraph(line, size=sizes[3], tight=True) for line in block["lines"]]
    return [_grid([[qr, lines]], (1, 3), border=""), _gap()]


def _signatures(_made: Any, block: dict[str, Any], sizes: tuple[int, ...]) -> list[Any]:
    made = []
    for role, name in block["people"]:
        made.append(paragraph(f"{role}　{name}".rstrip(), size=sizes[2], space_before=sizes[2]))
        made.append(paragraph(f"{block['sign']}{'＿' * 12}　{block['day']}{'＿' * 8}", size=sizes[2]))
    return made


_ELEMENTS = {
    "heading": _heading,
    "text": _text,
    "verdict": _verdict,
    "pairs": _pairs,
    "table": _table,
    "code": _code,
    "signatures": _signatures,
    "page": _new_page,
}


# --- elements ---------------------------------------------------------------------------------------------------------


def clean(words: str) -> str:
    return _NOT_XML.sub("�", laid_open(words))


def _element(name: str, **attributes: str) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), value)
    return made


def run(words: str, *, size: float | None = None, bold: bool = False, color: str = "", east: str = "") -> Any:
    made, properties = _element("w:r"), _element("w:rPr")
    if east:
        properties.append(_element("w:rFonts", eastAsia=east))
    if bold:
        properties.append(_element("w:b"))
    if color:
        properties.append(_element("w:color", val=color))
    if size:
        properties.append(_element("w:sz", val=str(int(size * 2))))
    if len(properties):
        made.append(properties)
    text = _element("w:t")
    text.text = clean(words)
    text.set(qn("xml:space"), "preserve")
    made.append(text)
    return made


def paragraph(
    words: str,
    *,
    style: str = "",
    align: str = "",
    tight: bool = False,
    space_before: float = 0,
    keep: bool = False,
    **of_run: Any,
) -> Any:
    """A paragraph; ``keep`` holds it on the page of the one after it."""
    made, properties = _element("w:p"), _element("w:pPr")
    if style:
        properties.append(_element("w:pStyle", val=style))
    if keep:
        properties.append(_element("w:keepNext"))
    if tight:
        properties.append(_element("w:spacing", before="20", after="20", line="240", lineRule="auto"))
    elif space_before:
        properties.append(_element("w:spacing", before=str(int(space_before * 20))))
    if align:
        properties.append(_element("w:jc", val=align))
    if len(properties):
        made.append(properties)
    if words:
        made.append(run(words, **of_run))
    return made


def _held(element: Any) -> Any:
    """The same, on the page of what comes after it."""
    if element.tag == qn("w:p"):
        properties = element.get_or_add_pPr()
        properties.get_or_add_keepNext()
    return element


def _gap() -> Any:
    """Two tables that touch would be one."""
    made = _element("w:p")
    made.append(_element("w:pPr"))
    made[0].append(_element("w:spacing", before="0", after="0", line="140", lineRule="exact"))
    return made


def _grid(rows: list[list[Any]], widths: Any, *, head: bool = False, border: str = "808080") -> Any:
    """A table of the page's width; a cell is a paragraph or a list of them."""
    total = sum(widths)
    twips = [int(_INNER_MM * 56.7 * width / total) for width in widths]
    table, properties, grid = _element("w:tbl"), _element("w:tblPr"), _element("w:tblGrid")
    properties.append(_element("w:tblW", w=str(sum(twips)), type="dxa"))
    properties.append(_borders(border))
    properties.append(_element("w:tblLayout", type="fixed"))
    for width in twips:
        grid.append(_element("w:gridCol", w=str(width)))
    table.append(properties)
    table.append(grid)
    for place, cells in enumerate(rows):
        table.append(_row(cells, twips, head and place == 0))
    return table


def _borders(color: str) -> Any:
    made = _element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        kind = "single" if color else "nil"
        made.append(_element(f"w:{side}", val=kind, sz="4", space="0", color=color or "auto"))
    return made


def _row(cells: list[Any], twips: list[int], is_head: bool) -> Any:
    row, properties = _element("w:tr"), _element("w:trPr")
    properties.append(_element("w:cantSplit"))
    if is_head:
        properties.append(_element("w:tblHeader"))
    row.append(properties)
    for cell, width in zip(cells, twips, strict=True):
        made, inside = _element("w:tc"), _element("w:tcPr")
        inside.append(_element("w:tcW", w=str(width), type="dxa"))
        if is_head:
            inside.append(_element("w:shd", val="clear", color="auto", fill="EEEEEE"))
        inside.append(_element("w:vAlign", val="center"))
        made.append(inside)
        for each in cell if isinstance(cell, list) else [cell]:
            made.append(each)
        row.append(made)
    return row
