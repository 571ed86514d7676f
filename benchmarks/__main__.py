"""``python -m benchmarks [NAME …]``: ballots, sockets, room, dossier; by name also ballots_postgres, burst, buses, channels, closing, exports, hall, law, million, opinions, rooms, storm, turnout.

Ends with 1 if a goal is missed by more than the margin.
"""

from __future__ import annotations

import importlib
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.machine import described, take_load_core
from benchmarks.report import Finding, is_short, last_line

NAMES = ("ballots", "sockets", "room", "dossier")
BY_NAME = (
    "ballots_postgres",
    "burst",
    "buses",
    "channels",
    "closing",
    "exports",
    "hall",
    "law",
    "million",
    "opinions",
    "rooms",
    "storm",
    "turnout",
)
"""Run when they are asked for: they take minutes and have goals that the everyday run is not held to."""


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in NAMES + BY_NAME]
    if unknown:
        print(f"no benchmark {' '.join(unknown)}: there are {', '.join(NAMES + BY_NAME)}", file=sys.stderr)
        return 2
    take_load_core()
    machine = described()
    print(machine + (" (short form)" if is_short() else ""))
    findings = [measure(name) for name in names or NAMES]
    print(last_line(findings, machine))
    return 0 if all(goal.is_near for found in findings for goal in found.goals) else 1


def measure(name: str) -> Finding:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="deliberation-bench-") as folder:
        found = importlib.import_module(f"benchmarks.{name}").run(Path(folder))
    found.notes.append(f"took {time.monotonic() - began:.0f} s")
    found.show()
    return found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
