"""Plumbing for print: a PDF from a typst template and data, made in a child process with limits.

Templates are ``templates/paper/*.typ``. Data goes in as one JSON value (``data`` of ``base.typ``), so that no text of
anybody's ever becomes source; the fonts travel with the program, so that Chinese prints on a machine that has none.
"""

from __future__ import annotations

import base64
import io
import json
from pathlib import Path
from typing import Any

import segno

from deliberation.places import folder
from deliberation.sandbox import Limits, call
from deliberation.sheets import Sheet

PDF = "application/pdf"
# Fonts of 20 MB are mapped and laid out by several threads, each with an address space of its own.
_LIMITS = Limits(memory=4 * 2**30, seconds=60, answer=256 * 2**20)


def pdf(template: str, data: dict[str, Any]) -> bytes:
    """The template ``templates/paper/<template>.typ`` filled with ``data`` (JSON-able), as PDF.

    Slow (0.2 to 1 s): call it from a reading route or a ``prepare`` half, never inside the writer. Raises Refused where
    the child could not finish within its limits.
    """
    said = call(_compiled, json.dumps(data, ensure_ascii=False).encode(), _LIMITS, template=template)
    return base64.b64decode(said)


def sheet_pdf(sheet: Sheet) -> bytes:
    """A sheet of blocks as PDF, by the template ``sheet.typ``."""
    data = sheet.data()
    for block in data["blocks"]:
        if block["kind"] == "code":
            block["svg"] = _qr(block["address"])
    return pdf("sheet", data)


def _qr(address: str) -> str:
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawn, kind="svg", xmldecl=False, border=2)
    return drawn.getvalue().decode()


def _compiled(data: bytes, template: str) -> str:
    """In the child: base64, because a child answers JSON."""
    import pylopdf_fonts_zh_cn
    import typst

    papers = folder("templates") / "paper"
    made = typst.compile(
        str(papers / f"{template}.typ"),
        root=str(papers),
        font_paths=[str(Path(pylopdf_fonts_zh_cn.__file__).parent)],
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"data": data.decode()},
    )
    return base64.b64encode(made).decode()
