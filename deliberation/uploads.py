"""Forms with files: read as they come, so that a file that is too large costs its own bytes and not what was typed."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from typing import Any

from starlette.datastructures import Headers
from starlette.formparsers import MultiPartParser

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

MOST_FILES = 20
READ_ON = 10
"""How often the permitted size is read before the line is cut: who is cut off while sending sees no answer at all."""
MEGABYTE = 1024 * 1024


class Parts(MultiPartParser):
    """A parser that lets go of files beyond ``cap`` bytes and keeps the fields around them."""

    def __init__(self, headers: Headers, receive: Any, *, cap: int, most_fields: int, most_text: int):
        stream = self._stream(receive, cap * READ_ON)
        super().__init__(headers, stream, max_files=MOST_FILES, max_fields=most_fields, max_part_size=most_text)
        self.cap, self.kept = cap, {True: 0, False: 0}
        self.too_large: dict[str, Refusal] = {}

    async def _stream(self, receive: Any, most: int) -> AsyncGenerator[bytes, None]:
        size = 0
        while size <= most:
            message = await receive()
            if message["type"] == "http.disconnect":
                raise ConnectionError
            size += len(message.get("body", b""))
            yield message.get("body", b"")
            if not message.get("more_body"):
                return
        # What came before the cut is there; the file that goes on and on is not.
        self._let_go()

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        is_file = self._current_part.file is not None
        self.kept[is_file] += end - start
        if self.kept[is_file] > self.cap:  # Files and fields are counted apart, so that neither costs the other.
            self._let_go()
        else:
            super().on_part_data(data, start, end)

    def _let_go(self) -> None:
        part = self._current_part
        name = part.file.filename if part.file else ""
        said = _("文件“{name}”太大，最大{most}兆") if name else _("提交的内容太大，最多{most}兆")
        facts = {"name": name or "", "most": max(1, self.cap // MEGABYTE)}
        self.too_large.setdefault(
            part.field_name or "file", Refusal(said, facts, _("请压缩或者分成几个文件，再选一次"))
        )
