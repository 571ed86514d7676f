"""Laws: the civil code's 1,260 articles parsed, compared with a second version, and 10,000 quotations carried to that.

Half a second is the goal for parsing (issue 5), 3 for comparing, 10 for carrying, in CPU time of this process, which on a quiet machine is the time on the wall and on a
busy one is not its neighbours'; the wall stands beside it. The bare loop finds articles by one regular expression and
keeps nothing but their lines, so that the ratio says what the structure costs on this machine. The second version is made here: a
third of the articles reworded, 40 put in, 30 taken out, 20 split, 20 merged, so that all numbers move; the worse one rewords
every article and swaps the halves. Beside comparing stands ``difflib`` over the same lines, which knows no article.
"""

from __future__ import annotations

import difflib
import random
import re
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.report import Finding, Goal, is_short, median, ratio_of_rounds
from deliberation.collecting import no_collecting
from deliberation.legislation.statute.akn import law_as_akn
from deliberation.legislation.statute.anchors import Anchor
from deliberation.legislation.statute.carrying import carry
from deliberation.legislation.statute.comparison import compare
from deliberation.legislation.statute.law_json import law_as_json
from deliberation.legislation.statute.reading import read_law
from deliberation.legislation.statute.structure import Law
from tests.legislation.derived import Recipe, derive

LAW = Path(__file__).resolve().parents[1] / "tests" / "legislation" / "data" / "civil-code-2020.txt"
STRANGE = LAW.with_name("criminal-law-2023.md")
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
    _versions(found, law, rounds=1 if is_short() else 5)
    return found


def _versions(found: Finding, law: Law, rounds: int) -> None:
    chance = random.Random(1)
    strange = [article.text for article in read_law(STRANGE.read_bytes()).articles]
    second = derive(law, strange, Recipe(40, 30, 20, 20, edited=0.1, touched=0.33), chance).law
    worse = derive(law, strange, Recipe(40, 30, 20, 20, True, edited=0.15), chance).law
    asked = _anchors(law, 10_000, chance)
    lines = [[article.text for article in each.articles] for each in (law, second)]
    with no_collecting():
        compared = _timed(lambda: compare(law, second), rounds)
        carried = _timed(lambda: carry(law, second, asked), rounds)
        taken = [
            ("compare with a second version", compared),
            ("compare with one that is reworded throughout", _timed(lambda: compare(law, worse), rounds)),
            ("difflib over the articles' lines", _timed(lambda: [*difflib.unified_diff(*lines)], rounds)),
            ("carry 10,000 quotations", carried),
            ("carry them to what is reworded throughout", _timed(lambda: carry(law, worse, asked), rounds)),
        ]
    for what, each in taken:
        cpu, wall = zip(*each, strict=True)
        found.rows.append(
            {"what": what, "CPU ms, median": median(cpu) * 1000, "ms on the wall, median": median(wall) * 1000}
        )
    for what, each, most in (("compare two versions", compared, 3.0), ("carry 10,000 quotations", carried, 10.0)):
        found.goals.append(Goal(f"CPU seconds to {what}", median([cpu for cpu, _wall in each]), most=most))


def _anchors(law: Law, many: int, chance: random.Random) -> list[Anchor]:
    """Quotations of 2 to 40 signs with 12 before and behind, two of three with their article."""
    made: list[Anchor] = []
    while len(made) < many:
        article = chance.choice(law.articles)
        size = min(len(article.text), chance.randint(2, 40))
        start = chance.randrange(len(article.text) - size + 1)
        around = article.text[max(0, start - 12) : start], article.text[start + size : start + size + 12]
        label = article.label if chance.random() < 0.67 else None
        made.append(Anchor(str(len(made)), label, article.text[start : start + size], *around))
    return made


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
