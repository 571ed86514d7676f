"""Cells that a spreadsheet would take for a formula: harmless in CSV, and taken back exactly (pure; CSV injection)."""

from __future__ import annotations

import re

# A cell that has marks of its own before such a sign gets one more, so that taking exactly one away is always right.
_FORMULA = re.compile(r"'*[=+\-@\t\r＝＋－＠]")


def neutralised(cell: str) -> str:
    """One leading ' before what would begin a formula."""
    return "'" + cell if _FORMULA.match(cell) else cell


def restored(cell: str) -> str:
    """The cell as it was before ``neutralised``."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
