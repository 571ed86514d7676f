"""A file as a law: what it is is told by its content. DOCX, PDF and Akoma Ntoso are opened in a child process with limits.

``read_law(data)`` is the door. It raises Refused with one sentence for what cannot be used.
"""

from __future__ import annotations

import json
from typing import Any

from deliberation import sandbox
from deliberation.archive import MAGIC
from deliberation.collecting import no_collecting
from deliberation.legislation.statute.akn_files import ROOT, akn_document
from deliberation.legislation.statute.joining import joined
from deliberation.legislation.statute.law_json import SCHEMA, NotALaw, law_from_json
from deliberation.legislation.statute.law_lines import lines_of
from deliberation.legislation.statute.lines import FURNITURE, INVISIBLE, Line, is_page
from deliberation.legislation.statute.parser import parse
from deliberation.legislation.statute.pdf_files import pdf_lines
from deliberation.legislation.statute.structure import Law
from deliberation.legislation.statute.text_files import decoded, text_lines
from deliberation.legislation.statute.word_files import word_lines
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _

#: The longest law has a million characters; a file with pictures may have many times that.
MOST_BYTES = 64 * 2**20
_LIMITS = sandbox.Limits(memory=1024 * 2**20, seconds=60)
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_OTHERS = (
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\x1f\x8b",
    b"{\\rtf",
    b"Rar!",
    b"7z\xbc\xaf",
    b"BM",
    b"II*\0",
    b"MM\0*",
)


def read_law(data: bytes) -> Law:
    """The law in a file. Raises Refused."""
    _check_size(data)
    with no_collecting():
        read = _read(data)
        return read if isinstance(read, Law) else parse(read[0], wrapped=read[1])


def read_lines(data: bytes) -> list[Line]:
    """The paragraphs in a file, hard wraps joined: for who has them read with corrections. Raises Refused."""
    _check_size(data)
    with no_collecting():
        read = _read(data)
        if isinstance(read, Law):
            return lines_of(read)
        return joined(read[0], wrapped=read[1])


def _check_size(data: bytes) -> None:
    if not data.strip():
        raise Refused(Refusal(_("文件是空的")))
    if len(data) > MOST_BYTES:
        facts = {"most": MOST_BYTES // 2**20}
        raise Refused(Refusal(_("文件太大，最大{most}兆"), facts, _("请分成几个较小的文件")))


def _read(data: bytes) -> tuple[list[Line], bool | None] | Law:
    """The lines of a file and whether a page's width broke them, if that is known; the law of a file that has its structure already."""
    if data.startswith(MAGIC):
        return _from_child(sandbox.call(word_lines, data, _LIMITS)), False
    if b"%PDF-" in data[:1024]:
        return _from_child(sandbox.call(pdf_lines, data, _LIMITS)), True
    if data.startswith(_OLD_OFFICE):
        raise Refused(
            Refusal(_("这是有密码的文件，或者旧版 Word 文件（DOC）"), remedy=_("请取消密码，另存为 DOCX 再试"))
        )
    if data.startswith(_OTHERS):
        raise Refused(Refusal(_("不是能读的文件种类"), remedy=_("请用 DOCX、有文字的 PDF、Markdown、HTML 或者纯文本")))
    text = decoded(data)
    if text.lstrip("\ufeff \t\r\n").startswith("{") and (law := _own(text)):
        return law
    if text.lstrip("\ufeff \t\r\n").startswith("<") and ROOT.search(text[:20_000]):
        return _own_or_refused(sandbox.call(akn_document, data, _LIMITS))
    return text_lines(text), None


def _from_child(said: list[list[Any]]) -> list[Line]:
    made = []
    is_apart = False
    for no, text, hint, *set_in in said:
        text = text.translate(INVISIBLE)
        if bare := text.strip():
            hint = FURNITURE if not hint and is_page(bare) else hint
            made.append(Line(no, bare, hint, bool(set_in and set_in[0]) or text[:1].isspace(), is_apart))
        is_apart = not bare
    return made


def _own(text: str) -> Law | None:
    """The law of a JSON document of ours; None for what only looks like JSON."""
    try:
        said = json.loads(text.lstrip("\ufeff"))
    except ValueError:
        return None
    except RecursionError as error:
        raise Refused(_not_ours("document")) from error
    if not isinstance(said, dict) or said.get("schema") != SCHEMA:
        raise Refused(_not_ours("schema"))
    return _own_or_refused(said)


def _own_or_refused(said: Any) -> Law:
    try:
        return law_from_json(said)
    except NotALaw as no:
        raise Refused(_not_ours(str(no))) from no


def _not_ours(place: str) -> Refusal:
    return Refusal(
        _("JSON 文件不是 {schema} 格式：{place}"), {"schema": SCHEMA, "place": place}, _("请用本程序导出的文件")
    )
