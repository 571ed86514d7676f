"""The rows of a file of opinions that were left out, given back in the form in which they came, with why."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from deliberation.assemblies.roster_bad import told_file
from deliberation.assemblies.roster_rows import Sheet
from deliberation.legislation.intake_planning import Came
from deliberation.legislation.intake_rules import WHY, WHY_KEY, Fault, column_key
from deliberation.legislation.opinion_files import top_of

Tell = Callable[[Fault], str]


def left_out(came: Came, faults: Iterable[Fault], tell: Tell) -> bytes:
    """A file of these rows alone. ``tell`` puts a fault into words, in the language of who will read it."""
    why: defaultdict[int, list[str]] = defaultdict(list)
    for fault in faults:
        why[fault.row].append(tell(fault))
    sentences = {number: "；".join(said) for number, said in why.items()}
    return _lines(came.lines, sentences) if came.kind == "jsonl" else _table(came, sentences)


def _table(came: Came, why: dict[int, str]) -> bytes:
    headings: Sequence[str] = came.lines[top_of(came.lines)]
    sheet = Sheet(came.kind, tuple(headings), ())
    told = [(came.lines[number - 1], said) for number, said in sorted(why.items())]
    keys = [column_key(heading) for heading in headings]
    is_english = "proposal" in [heading.strip().lower() for heading in headings]
    return told_file(sheet, told, keys.index(WHY_KEY) if WHY_KEY in keys else None, WHY_KEY if is_english else WHY)


def _lines(lines: Sequence[str], why: dict[int, str]) -> bytes:
    """Each line with one member more; what is no object stands in one."""
    made = []
    for number, said in sorted(why.items()):
        line = lines[number - 1]
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        value = value if isinstance(value, dict) else {"line": line}
        made.append(json.dumps({**value, WHY_KEY: said}, ensure_ascii=False) + "\n")
    return "".join(made).encode("utf-8", "surrogatepass")
