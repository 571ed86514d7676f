"""The lines of a text as a reader sees them: white space at the ends, invisible signs and markup taken off. Pure.

Plain text, Markdown and HTML become the same: lines with the number that they have in the source. A row of a table is
one line, its cells parted by tabs.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

INVISIBLE = dict.fromkeys(
    [0x00AD, 0x061C, 0x180E, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
"""Signs without width, for ``str.translate``."""
HEADING, TABLE, FURNITURE = "heading", "table", "furniture"
"""Hints: printed as a heading, a row of a table, a page's number or running head."""

AS_HEADING, AS_ARTICLE, AS_WORDS, AS_PARAGRAPH, ASIDE = "heading", "article", "words", "paragraph", "aside"
"""What a person may say that a line is: a heading, the beginning of an article, words within one (款 or 项 by their mark), a
款 whatever its mark, no part of the text (the number of a page).
"""

_FRONT = re.compile(r"\A\s*---[ \t]*\n.*?\n---[ \t]*(?=\n|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)|<(style|script)\b.*?(?:</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_TABLE = re.compile(r"<table\b.*?(?:</table\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_SPACES = re.compile(r"&(?:emsp|ensp|nbsp|thinsp|#160|#12288|#8195|#xa0|#x3000);", re.IGNORECASE)
_MARKDOWN = re.compile(
    r"\A[ \t\n]*---[ \t]*\n.*?\n---|^#{1,6} \S|^[ \t]*\*\*[ \t]*[第#（一]|<!--|^[ \t]*\|[ \t]*:?-+|\\[*#_\[\]]|^[ \t]*[-*] \[",
    re.DOTALL | re.MULTILINE,
)
_EMPHASIS = re.compile(r"(\*{1,3}|__)(?=\S)(.+?)(?<=\S)\1")
_LINK = re.compile(r"!?\[([^\[\]]*)\]\((?:[a-zA-Z]+:|/|#|\.|[\w-]+\.)[^()\s]*(?:\s\"[^\"]*\")?\)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_ROW = re.compile(r"^\s*\|(.*)\|\s*$")
_SET_APART = re.compile(" *\t *")
_RULE = re.compile(r"^[\s|:*_-]+$")
_PAGE = re.compile(
    r"[\s\u3000]*(?:[-—–－─·•]+[\s\u3000]*[0-9０-９]{1,4}[\s\u3000]*[-—–－─·•]+"
    r"|第[\s\u3000]*[0-9]{1,4}[\s\u3000]*[页頁](?:[\s\u3000,，/／]*共[\s\u3000]*[0-9]+[\s\u3000]*[页頁])?)[\s\u3000]*"
)
# Escaped signs wait here while emphasis and links are taken off.
_WAITING = 0xE000
_MOST_SIGNS = 1000
"""A line with more is no Markdown, and looking for pairs in it would take the square of its length."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line without white space at its ends. ``is_apart``: indented or after an empty line.

    ``forced`` is what a person said that it is; empty where the program finds that out.
    """

    no: int
    text: str
    hint: str = ""
    is_indented: bool = False
    is_apart: bool = False
    forced: str = ""


def is_page(text: str) -> bool:
    """Whether a line is nothing but the number of its page: — 12 —, 第3页."""
    return bool(_PAGE.fullmatch(text))


def is_markdown(text: str) -> bool:
    """Whether signs of Markdown are in the text, so that they are markup and no words."""
    return bool(_MARKDOWN.search(text))


def plain_lines(text: str) -> list[Line]:
    """The lines of plain text. ``<br>`` and entities of spaces are known too: web pages are pasted as they are."""
    return list(_numbered(_cleaned(text), lambda line: ("", _SPACES.sub(" ", line))))


def markdown_lines(text: str) -> list[Line]:
    """The lines of Markdown with HTML in it, without front matter, comments, signs and tags."""
    text = _COMMENT.sub(_same_height, _FRONT.sub(_same_height, _cleaned(text)))
    return list(_numbered(_TABLE.sub(_rows_of, text), _markdown_line))


def _cleaned(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(INVISIBLE)
    return text.replace("\x0b", "\n").replace("\u2028", "\n").replace("\u2029", "\n").replace("\x00", "\ufffd")


def _same_height(found: re.Match[str]) -> str:
    """As many ends of lines as were there, so that the numbers of lines stay."""
    return "\n" * found[0].count("\n")


def _rows_of(found: re.Match[str]) -> str:
    """An HTML table as rows marked with an unused sign, cells parted by tabs; as high as it was."""
    flat = " ".join(_BREAK.sub(" ", found[0]).split())
    flat = re.sub(r"</t[dh]\s*>", "\t", flat, flags=re.IGNORECASE)
    rows = [_SET_APART.sub("\t", html.unescape(_TAG.sub("", row))).strip() for row in re.split(r"(?i)</tr\s*>", flat)]
    rows = ["\x01" + row for row in rows if row]
    return "\n".join(rows) + "\n" * max(0, found[0].count("\n") - len(rows) + 1)


def _markdown_line(line: str) -> tuple[str, str]:
    if line.startswith("\x01"):
        return TABLE, line[1:]
    if row := _ROW.match(line):
        return TABLE, "" if _RULE.match(line) else _without_signs("\t".join(cell.strip() for cell in row[1].split("|")))
    if _RULE.match(line) and re.search(r"([-*_])\s*\1\s*\1", line):
        return "", ""
    bare = line.lstrip(" \t\u3000")
    hint = ""
    if sign := re.match(r"#{1,6}(?:\s+|$)", bare):
        hint, bare = HEADING, bare[sign.end() :].rstrip().rstrip("#")
    elif sign := re.match(r"(?:>\s?)+|[-*+]\s+", bare):
        bare = bare[sign.end() :]
    else:
        bare = line
    return hint, _without_signs(bare)


def _without_signs(text: str) -> str:
    if "\\" in text:
        text = _ESCAPED.sub(lambda found: chr(_WAITING + ord(found[1])), text)
    if ("*" in text or "__" in text) and text.count("*") + text.count("__") < _MOST_SIGNS:
        text = _EMPHASIS.sub(r"\2", _EMPHASIS.sub(r"\2", text))
    if "](" in text:
        text = _LINK.sub(r"\1", text)
    if "<" in text:
        text = _TAG.sub("", text)
    if "&" in text:
        text = html.unescape(text)
    return re.sub("[\ue000-\ue07f]", lambda found: chr(ord(found[0]) - _WAITING), text)


def _numbered(text: str, read: object) -> Iterator[Line]:
    is_apart = False
    for no, source in enumerate(text.split("\n"), 1):
        for raw in _BREAK.split(source) if "<" in source else (source,):
            hint, line = read(raw)  # type: ignore[operator]
            if bare := line.strip():
                hint = FURNITURE if not hint and is_page(bare) else hint
                yield Line(no, bare, hint, line[:2].isspace() or line[0] == "\u3000", is_apart)
            is_apart = not bare


# --- HTML -------------------------------------------------------------------------------------------------------------

_BLOCKS = frozenset(
    [
        "p",
        "div",
        "br",
        "li",
        "ul",
        "ol",
        "dl",
        "dt",
        "dd",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "table",
        "tr",
        "thead",
        "tbody",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "aside",
        "pre",
        "blockquote",
        "center",
        "hr",
        "body",
        "form",
        "figure",
        "figcaption",
        "caption",
    ]
)
_SILENT = frozenset(("script", "style", "head", "template", "noscript"))


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[Line] = []
        self.words: list[str] = []
        self.began = 1
        self.silent = self.rows = 0
        self.hint = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag in _SILENT:
            self.silent += 1
        elif tag == "tr":
            self.flush()
            self.rows += 1
        elif tag in _BLOCKS:
            if self.rows:
                self.words.append(" ")
            else:
                self.flush()
                self.hint = HEADING if tag in {"h1", "h2", "h3", "h4", "h5", "h6"} else ""

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(0, self.silent - 1)
        elif tag in {"td", "th"}:
            self.words.append("\t")
        elif tag == "tr":
            self.hint = TABLE
            self.flush()
            self.rows = max(0, self.rows - 1)
        elif tag in _BLOCKS and not self.rows:
            self.flush()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            if not "".join(self.words).strip():
                self.began = self.getpos()[0]
            # An end of line inside a paragraph of HTML is a space, and between two Chinese characters nothing.
            self.words.append(re.sub(r"\s*\n\s*", "", data) if not self.rows else " ".join(data.split("\n")))

    def flush(self) -> None:
        words = "".join(self.words).translate(INVISIBLE)
        self.words.clear()
        if bare := words.strip(" \n\r\t\u3000\xa0\u2003\u2002"):
            hint = FURNITURE if not self.hint and is_page(bare) else self.hint
            self.lines.append(Line(self.began, bare, hint, words[0].isspace(), True))
        self.hint = ""


def html_lines(text: str) -> list[Line]:
    """The lines of an HTML page: one for each block, one for each row of a table."""
    page = _Page()
    page.feed(text.replace("\r\n", "\n").replace("\r", "\n"))
    page.close()
    page.flush()
    return page.lines
