"""What stands on the printed dossier: the code that leads from paper back to the page."""

from __future__ import annotations

from functools import lru_cache

import segno


@lru_cache(512)
def qr_path(address: str) -> tuple[int, str]:
    """A QR code as (modules along a side, the ``d`` of an SVG path of unit strokes)."""
    runs = []
    matrix = segno.make(address, error="m", micro=False).matrix
    for y, row in enumerate(matrix):
        x = 0
        while x < len(row):
            length = 0
            while x + length < len(row) and row[x + length]:
                length += 1
            if length:
                runs.append(f"M{x} {y}.5h{length}")
            x += length + 1
    return len(matrix), "".join(runs)
