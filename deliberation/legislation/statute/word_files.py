"""The paragraphs and tables of a DOCX file as lines. Runs in a child process with limits (``reading``).

What is looked at is the text as it is printed: deleted text of tracked changes is left out, inserted text is in. Numbers
that Word itself counts (“第一条” as an automatic list) are written out, as they are words of the law.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from lxml import etree

from deliberation.archive import check_archive
from deliberation.legislation.statute.word_numbers import Numbers
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MAIN = "word/document.xml"
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
_LEFT_OUT = {f"{_W}del", f"{_W}moveFrom", f"{_W}rPr", f"{_W}pPr", f"{_W}instrText"}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


def word_lines(data: bytes) -> list[list[Any]]:
    """In the child: [number of the paragraph, text, hint] for each line. Raises Refused."""
    if refusal := check_archive(data):
        raise Refused(refusal)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = set(archive.namelist())
        if _MAIN not in names:
            raise Refused(Refusal(_("这不是 Word 文档"), remedy=_("请另存为 DOCX 或者文本文件再试")))
        if any(name.lower().endswith("vbaproject.bin") for name in names):
            raise Refused(Refusal(_("文件带有宏，无法读取"), remedy=_("请另存为不带宏的 DOCX 再试")))
        body = _tree(archive.read(_MAIN)).find(f"{_W}body")
        numbering = _tree(archive.read("word/numbering.xml")) if "word/numbering.xml" in names else None
        styles = _tree(archive.read("word/styles.xml")) if "word/styles.xml" in names else None
    if body is None:
        raise Refused(Refusal(_("文件无法读取，可能已经损坏"), remedy=_("请重新导出或另存后再试")))
    return list(_lines(body, Numbers(numbering, styles)))


def _tree(data: bytes) -> Any:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise Refused(Refusal(_("文件无法读取，可能已经损坏"), remedy=_("请重新导出或另存后再试"))) from error


def _lines(body: Any, numbers: Numbers) -> Iterator[list[Any]]:
    no = 0
    for block in _blocks(body):
        no += 1
        if block.tag == f"{_W}tbl":
            for row in block.iter(f"{_W}tr"):
                cells = ["".join(_text(cell)).replace("\n", " ").strip() for cell in row.iter(f"{_W}tc")]
                yield [no, "\t".join(cells), "table"]
            continue
        words = numbers.before(block) + "".join(_text(block))
        for part in words.split("\n"):
            yield [no, part, "heading" if numbers.is_heading(block) else ""]


def _blocks(parent: Any) -> Iterator[Any]:
    """Paragraphs and tables in order, also those in content controls."""
    for child in parent:
        if child.tag in {f"{_W}p", f"{_W}tbl"}:
            yield child
        elif child.tag == f"{_W}sdt":
            inner = child.find(f"{_W}sdtContent")
            if inner is not None:
                yield from _blocks(inner)
        elif child.tag in {f"{_W}ins", f"{_W}smartTag", f"{_W}customXml"}:
            yield from _blocks(child)


def _text(element: Any) -> Iterator[str]:
    """The words of an element, a stack and no recursion, as depth is the sender's."""
    waiting = [element]
    is_first = True
    while waiting:
        one = waiting.pop()
        if one.tag == f"{_W}t":
            yield one.text or ""
        elif one.tag in _BREAKS:
            yield _BREAKS[one.tag]
        elif one.tag not in _LEFT_OUT and one.tag != _FALLBACK:
            if one.tag == f"{_W}p" and not is_first:
                yield "\n"
            waiting += reversed(one)
        is_first = False
