"""The rows of a file of opinions that were left out, given back in the form in which they came, with why."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path, PurePath

from deliberation.assemblies.roster_bad import told_file
from deliberation.assemblies.roster_rows import Sheet
from deliberation.files import KeptFile
from deliberation.legislation.intake_planning import Came, Planned
from deliberation.legislation.intake_rules import WHY, WHY_KEY, column_key
from deliberation.legislation.opinion_files import top_of
from deliberation.translation import say, translate
from deliberation.vocabulary import _
from deliberation.web import Provisional, Upload

MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl",
}


class Incoming(Provisional):
    """A file that is planned, with those of its rows that are left out laid ready to be given back, if there are any."""

    def __init__(self, planned: Planned, back: KeptFile | None = None):
        self.planned, self.back = planned, back

    def discard(self) -> None:
        if self.back is not None:
            self.back.discard()


def back_file(data: Path, planned: Planned, locale: str) -> KeptFile:
    """The rows that are left out as a file below the data folder, named after the one that came."""
    came = PurePath(planned.file.name)
    kind = came.suffix.lower().removeprefix(".")
    name = f"{came.stem[:80]} {translate(locale, _('待改正'))}.{kind}"
    return KeptFile(data, Upload(name, left_out(planned, locale)), MEDIA[kind])


def left_out(planned: Planned, locale: str) -> bytes:
    """A file of the rows that are left out alone; why is said in ``locale``, the language of who will read it."""
    came = planned.file.came
    assert came is not None, "a file of which rows are left out is kept as it came"
    why: defaultdict[int, list[str]] = defaultdict(list)
    for fault in planned.all_faults:
        why[fault.row].append(f"{translate(locale, fault.column)}：{say(fault.refusal, locale)}")
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
