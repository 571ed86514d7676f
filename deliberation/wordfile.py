"""A sheet as DOCX, made in a child process with limits: what Word, WPS and LibreOffice read alike.

Nothing clever is in it: paragraphs, plain tables with a head that repeats, one picture, page numbers as fields. Fonts are
named, not embedded: 宋体, 黑体, 仿宋 as every Chinese office has them, with other names for them in the font table. There
is no author in the file and no link out of it.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from deliberation.sandbox import Limits, call
from deliberation.sheets import Sheet

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_LIMITS = Limits(memory=1024 * 2**20, seconds=60)


def docx(sheet: Sheet) -> bytes:
    """The sheet as a DOCX file. Slow (0.5 s and more): never inside the writer. Raises Refused beyond the limits."""
    said = call(written, json.dumps(sheet.data(), ensure_ascii=False).encode(), _LIMITS)
    return base64.b64decode(said)


def written(data: bytes) -> str:
    """In the child: base64, because a child answers JSON."""
    from deliberation.wordxml import document

    sheet: dict[str, Any] = json.loads(data)
    return base64.b64encode(document(sheet)).decode()
