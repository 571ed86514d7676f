"""The bytes of a text file as lines: its encoding and its kind are told by its content, never by its name. Pure."""

from __future__ import annotations

import codecs
import re

from deliberation.legislation.statute.lines import Line, html_lines, is_markdown, markdown_lines, plain_lines
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HTML = re.compile(
    r"\A\s*(?:<\?xml[^>]*>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body|div|p|meta|table|h[1-6])\b",
    re.I | re.S,
)
_CONTROLS = re.compile("[\x00-\x08\x0e-\x1f]")


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, UTF-16 or GB18030. Raises Refused if it is in none of them."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _read(data, encoding)
    if b"\x00" in data[:4096]:
        return _read(data, _without_mark(data[:4096]))
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return _read(data, "gb18030")


def _without_mark(head: bytes) -> str:
    """UTF-16 without its mark: the ends of lines and spaces show on which side the zero bytes are."""
    return "utf-16-le" if head[1::2].count(0) >= head[0::2].count(0) else "utf-16-be"


def _read(data: bytes, encoding: str) -> str:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused(_unknown()) from error
    # Anything can be read as GB18030 or UTF-16; signs that no text has show that it was something else.
    if len(_CONTROLS.findall(text[:20_000])) > 5:
        raise Refused(_unknown())
    return text


def _unknown() -> Refusal:
    return Refusal(_("认不出文件的文字编码"), remedy=_("请另存为 UTF-8 编码的文本再试"))


def text_lines(text: str) -> list[Line]:
    """The lines of HTML, Markdown or plain text."""
    if _HTML.match(text):
        return html_lines(text)
    return markdown_lines(text) if is_markdown(text) else plain_lines(text)
