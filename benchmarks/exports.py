"""Exports of N opinions on one draft, each beside the plainest way over the same query and columns, in a process of its own.

CSV beside ``csv.writer`` fed by the cursor, JSON lines beside orjson, XLSX beside ``xlsxwriter`` with constant memory. CPU of the
process from its first question to the end of the file; its memory at the highest. A tenth of the rows is exported besides, so that
memory is seen to stay. The opinions are written straight into their tables, a fifth of them on the whole draft.
"""

from __future__ import annotations

import json
import subprocess
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session

from benchmarks.machine import ROOT, python
from benchmarks.report import Finding, Goal, is_short, median, ratio_of_rounds
from deliberation.bulk import insert_many
from deliberation.legislation.draft_models import articles_of
from deliberation.legislation.opinion_models import Opinion, OpinionCount
from deliberation.legislation.solicitation_models import text_asked_on
from tests.legislation.asking import Asking
from tests.schema import make_schema

ROWS, SHORT = 1_000_000, 20_000
PAIRS = (("csv", "bare csv.writer", 1.3), ("jsonl", "orjson", 1.3), ("xlsx", "xlsxwriter", 0.3))
MOST_MEMORY, MOST_GROWTH = 100.0, 1.2
AT_ONCE = 10_000
WORDS = "公示期间应当写清楚从哪一天起算，在外打工的人赶不回来，建议改为不少于二十日，并在每个单元门口张贴；"


def run(folder: Path, rows: int = 0) -> Finding:
    rows = rows or (SHORT if is_short() else ROWS)
    url, small = (_seeded(folder / name, count) for name, count in (("large", rows), ("small", rows // 10)))
    found = Finding("exports")
    rounds = 3 if rows <= SHORT else 2
    for format, beside, most in PAIRS:
        taken: dict[str, list[dict[str, float]]] = {format: [], beside: []}
        for _round in range(rounds):
            for what in taken:
                taken[what].append(_child(folder, url, what))
        less = _child(folder, small, format)
        for what, each in taken.items():
            found.rows.append({
                "what": what, "rows": rows, "CPU s, median": median([one["cpu"] for one in each]),
                "wall s, median": median([one["wall"] for one in each]), "memory MiB": max(one["memory"] for one in each),
                "file MiB": each[0]["size"] / 2**20,
            })  # fmt: skip
        ratio = ratio_of_rounds(*([one["cpu"] for one in each] for each in taken.values()))
        memory = max(one["memory"] for one in taken[format])
        found.goals.append(Goal(f"{format}: CPU against {beside}", ratio, most=most))
        found.goals.append(Goal(f"{format}: MiB at the highest", memory, most=MOST_MEMORY))
        found.goals.append(
            Goal(f"{format}: memory against a tenth of the rows", memory / less["memory"], most=MOST_GROWTH)
        )
    full = _child(folder, url, "csv-full")
    found.notes.append(f"CSV of the full edition: {full['cpu']:.1f} CPU s, {full['memory']:.0f} MiB")
    return found


def _child(folder: Path, url: str, what: str) -> dict[str, float]:
    command = python("benchmarks.exporting", url, what, folder / "out")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{what}: {done.stderr[-1000:]}")
    return json.loads(done.stdout)


def _seeded(folder: Path, rows: int) -> str:
    """A database with so many opinions on one draft."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'site.sqlite3'}"
    make_schema(url)
    asking = Asking(url)
    asking.open()
    asking.change(lambda session, now: _write(session, asking, now, rows))
    asking.database.close()
    return url


def _write(session: Session, asking: Asking, now: datetime, rows: int) -> None:
    one = asking.one(session)
    _draft, version = text_asked_on(session, one)
    articles = [("", ""), *((each.key, each.label) for each in articles_of(session, version))]
    names = tuple(column.name for column in Opinion.__table__.columns)
    counts: dict[str, int] = {}
    for start in range(0, rows, AT_ONCE):
        made = []
        for at in range(start, min(rows, start + AT_ONCE)):
            key, label = articles[at * 7919 % len(articles)]
            counts[key] = counts.get(key, 0) + 1
            made.append(_row(one, at, key, label, now))
        insert_many(session, Opinion.__table__, names, [tuple(row[name] for name in names) for row in made])
    for key, count in counts.items():
        session.add(OpinionCount(solicitation_id=one.id, dimension="article", word=key, kind="edit", standing=count,
                                 shown=count))  # fmt: skip
    one.given = one.standing = rows
    session.add(one)


def _row(one: Any, at: int, key: str, label: str, now: datetime) -> dict[str, Any]:
    words = WORDS[at % 40 :] + WORDS[: at % 40]
    row: dict[str, Any] = {column.name: "" for column in Opinion.__table__.columns}
    return row | {
        "id": at + 1, "solicitation_id": one.id, "community_id": one.community_id, "draft_id": one.draft_id,
        "version_id": one.version_id, "number": at + 1, "article": key, "label": label, "start": 0, "end": 0,
        "original": WORDS if key else "", "kind": "edit" if key else "whole", "proposal": f"第{at}种说法：{words}",
        "reason": words[:20], "naming": "anonymous", "publishes": True, "names": False, "category": "一层住户",
        "province": "四川", "channel": "online", "point_id": None, "said_on": date(2026, 11, 23), "collector_id": None,
        "intake_id": None, "person_id": None, "code_hash": at.to_bytes(32), "state": "shown", "cluster_id": None, "assigned_to_id": None,
        "cosigners": 0, "given_at": now + timedelta(seconds=at % 600_000), "entry": at + 10, "changed_at": None,
        "withdrawn_at": None, "adoption_id": None, "answered_at": None,
    }  # fmt: skip
