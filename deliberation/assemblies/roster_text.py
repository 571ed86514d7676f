"""Bytes to text: UTF-8 with or without its mark, UTF-16, GB18030, told by content (pure)."""

from __future__ import annotations

import codecs

from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _


def decoded(data: bytes) -> str:
    """The text of a file. Raises Refused where no encoding fits without a guess."""
    for mark, encoding in (
        (codecs.BOM_UTF8, "utf-8-sig"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if data.startswith(mark):
            return _as(data, encoding)
    if encoding := _unmarked_utf16(data):
        return _as(data, encoding)
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        # One broken byte in a UTF-8 file would turn all its names into other names if it were read as GB18030.
        if _is_mostly_utf8(data):
            raise Refused(_unreadable()) from None
        return _as(data, "gb18030")


def _as(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise Refused(_unreadable()) from None


def _unreadable() -> Refusal:
    return Refusal(_("无法辨认文件的文字编码"), remedy=_("请另存为“CSV UTF-8”或 XLSX"))


def _unmarked_utf16(data: bytes) -> str:
    """Commas and line ends of UTF-16 have a zero byte beside them, always on the same side."""
    sample = data[:4096]
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if len(data) % 2 or max(even, odd) < max(2, len(sample) // 100) or min(even, odd) > max(even, odd) // 20:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _is_mostly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(sign > "\x7f" for sign in text) - broken > 4 * broken
