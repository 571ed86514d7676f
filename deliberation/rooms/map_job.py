"""The drawing of a map: the marks are read, a process of its own draws, the writer keeps what it found."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from sqlmodel import Session

from deliberation.rooms.map_drawing import MISSING
from deliberation.rooms.map_models import shown_marks

PATIENCE = 60.0
"""Seconds that a drawing may take: other jobs of the site wait for it. One that took longer is tried again."""


def prepare_map(session: Session, payload: dict[str, Any]) -> dict[str, Any] | None:
    """What ``map_drawing`` finds in the marks as they are now; None where its library is not installed."""
    return drawn_apart(shown_marks(session, payload["map"]))


def drawn_apart(marks: list[tuple[int, int, int]]) -> dict[str, Any] | None:
    """Draw in a process of its own. Raises RuntimeError with what it said if it failed, TimeoutExpired."""
    done = subprocess.run(
        [sys.executable, "-m", "deliberation.rooms.map_drawing"],
        input=json.dumps(marks),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    if done.returncode == MISSING:
        return None
    if done.returncode:
        raise RuntimeError(f"the map could not be drawn: {done.stderr.strip().splitlines()[-1:]}")
    return json.loads(done.stdout)
