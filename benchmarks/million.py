"""``deliberation tally`` on a document with a million lines and a million ballots: how long, how much memory, and right.

What must come out is worked out here by arithmetic and not by counting. The same document with one unknown choice in its
last ballot must be refused with that place. There is no goal of speed for it; it must end, and with the right answer.
"""

from __future__ import annotations

import json
import os
import subprocess
import time
from pathlib import Path
from typing import Any

from benchmarks.machine import ROOT, python
from benchmarks.report import Finding, is_short

LINES = 1_000_000
CHOICES = ("yes", "yes", "no", "abstain")
AREA = "89.50"
HOME = 3
"""Lines of one household; the choice of a household is one, so that none is divided."""


def run(folder: Path) -> Finding:
    lines = LINES // 10 if is_short() else LINES
    path = folder / "million.json"
    _write(path, lines, "yes")
    found = Finding("million")
    output = _counted(found, path, f"{lines:,} lines and ballots", 0)
    _check(json.loads(output), lines)
    _write(path, lines, "maybe")
    refused = _counted(found, path, "the same, its last ballot unknown", 2)
    if f"ballots[{lines}].choice must be" not in refused:
        raise RuntimeError(f"the refusal does not name the place: {refused}")
    found.notes.append(f"the file has {path.stat().st_size / 1024**2:.0f} MiB; refused: {refused.strip()[-90:]}")
    return found


def _write(path: Path, lines: int, last: str) -> None:
    def test(measure: str, of: str, op: str, fraction: str) -> dict[str, str]:
        return {"measure": measure, "of": of, "op": op, "fraction": fraction}

    measures = ("heads", "households", "area")
    rule = {
        "choices": ["yes", "no", "abstain"],
        "quorum": [test(each, "entitled", ">=", "2/3") | {"who": "participating"} for each in measures],
        "approval": [test(each, "participating", ">=", "1/2") for each in measures],
    }
    with path.open("w") as file:
        file.write(f'{{"schema":"deliberation/tally-1","rule":{json.dumps(rule)},"roster":[')
        for at in range(lines):
            comma = "," if at else ""
            file.write(f'{comma}{{"id":"{at}","household":"h{at // HOME}","owner":"o{at}","area":"{AREA}"}}')
        file.write('],"ballots":[')
        for at in range(lines):
            file.write(f'{{"member":"{at}","choice":"{CHOICES[at // HOME % 4]}","channel":"online"}},')
        file.write(f'{{"member":"0","choice":"{last}","channel":"paper"}}]}}')


def _counted(found: Finding, path: Path, what: str, code: int) -> str:
    """Run the command; its output, or what it complained of. Time and memory are of that process alone."""
    began = time.perf_counter()
    with (path.parent / "out").open("w+b") as out, (path.parent / "err").open("w+b") as err:
        process = subprocess.Popen(python("deliberation", "tally", path, "--json"), cwd=ROOT, stdout=out, stderr=err)
        _pid, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        for each in (out, err):
            each.seek(0)
        said = (err if code else out).read().decode()
    if process.returncode != code:
        raise RuntimeError(f"{what}: ended with {process.returncode}: {said[-500:]}")
    took = time.perf_counter() - began
    cpu = used.ru_utime + used.ru_stime
    found.rows.append({"what": what, "seconds": took, "CPU s": cpu, "memory MiB": used.ru_maxrss / 1024})
    return said


def _check(result: dict[str, Any], lines: int) -> None:
    """The ballot of line 0 comes twice and says the same, so that one of the two is set aside."""
    homes = -(-lines // HOME)
    yes = sum(min(HOME, lines - HOME * home) for home in range(homes) if home % 4 < 2)
    area = f"{yes * 8950 // 100}.{yes * 8950 % 100:02d}"
    expected = {
        "received": lines + 1,
        "counted": lines,
        "set_aside": [{"ballot": lines + 1, "member": "0", "reason": "duplicate"}],
        "outcome": "passed",
    }
    wrong = {key: result[key] for key in expected if result[key] != expected[key]}
    for measure, amount in (("heads", yes), ("households", sum(home % 4 < 2 for home in range(homes))), ("area", area)):
        if result["counts"][measure]["yes"] != amount:
            wrong[measure] = result["counts"][measure]
    if wrong:
        raise RuntimeError(f"counted wrong: {wrong}")
