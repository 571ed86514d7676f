"""The parser of statutes: the civil code's 1,260 articles, and beside it what merely reading its lines costs.

Half a second is the goal (issue 5), in CPU time of this process, which on a quiet machine is the time on the wall and on a
busy one is not its neighbours'; the wall stands beside it. The bare loop finds articles by one regular expression and
keeps nothing but their lines, so that the ratio says what the structure costs on this machine.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.report import Finding, Goal, is_short, median, ratio_of_rounds
from deliberation.legislation.akn import law_as_akn
from deliberation.legislation.law_json import law_as_json
from deliberation.legislation.reading import read_law

LAW = Path(__file__).resolve().parents[1] / "tests" / "legislation" / "data" / "civil-code-2020.txt"
LIMIT = 0.5
_ARTICLE = re.compile("第[一二三四五六七八九十百千零]+条")


def run(_folder: Path) -> Finding:
    data = LAW.read_bytes()
    rounds = 3 if is_short() else 15
    parsed, bare = _timed(lambda: read_law(data), rounds), _timed(lambda: _bare(data), rounds)
    doubled = _timed(lambda: read_law(_twice(data)), max(3, rounds // 3))
    law = read_law(data)
    found = Finding("law")
    for what, taken in (
        ("parse", parsed),
        ("bare loop over the lines", bare),
        ("parse a text twice as long", doubled),
        ("print as JSON values", _timed(lambda: law_as_json(law), rounds)),
        ("print as Akoma Ntoso", _timed(lambda: law_as_akn(law), rounds)),
    ):
        cpu, wall = zip(*taken, strict=True)
        found.rows.append(
            {"what": what, "CPU ms, median": median(cpu) * 1000, "ms on the wall, median": median(wall) * 1000}
        )
    used = [cpu for cpu, _wall in parsed]
    found.goals.append(Goal("CPU seconds to parse the civil code", median(used), most=LIMIT))
    found.goals.append(Goal("twice the text against once", min(doubled)[0] / min(used), most=2.6))
    found.notes.append(
        f"{ratio_of_rounds(used, [cpu for cpu, _wall in bare]):.0f} × the bare loop; {law.counts()['条']:,} articles"
    )
    return found


def _timed(act: Callable[[], object], rounds: int) -> list[tuple[float, float]]:
    """CPU seconds of this process and seconds on the wall, for each round."""
    taken = []
    for _ in range(rounds):
        began, used = time.perf_counter(), time.process_time()
        act()
        taken.append((time.process_time() - used, time.perf_counter() - began))
    return taken


def _bare(data: bytes) -> int:
    lines = [line.strip() for line in data.decode().split("\n")]
    return sum(bool(_ARTICLE.match(line)) for line in lines)


def _twice(data: bytes) -> bytes:
    """The code and once more its articles, with numbers that go on nowhere: repeated articles are warned of."""
    return data + data[data.index("第一条".encode()) :]
