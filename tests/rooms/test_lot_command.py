"""``deliberation lot FILE``: the same, something else, or nothing to draw."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deliberation.__main__ import main
from deliberation.rooms.lot_rules import FORMAT, Pool, Ticket, commitment, digest

SECRET, ROOT = "63125412653216543216", "q83vEjRWeJA="
POOL = Pool(tuple(Ticket(n, "1号楼" if n <= 12 else "2号楼") for n in range(1, 20)), 5, 2)


def document(**changes: object) -> dict:
    made = {
        "format": FORMAT, "seats": 5, "substitutes": 2, "secret": SECRET, "public": "",
        "tickets": [{"ticket": one.number, "stratum": one.stratum} for one in POOL.tickets],
        "checkpoint": {"origin": "x", "size": 3, "root": ROOT}, "commitment": commitment(SECRET), "digest": digest(POOL),
    }  # fmt: skip
    return made | changes


def run(folder: Path, content: object) -> int:
    path = folder / "lot.json"
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return main(["lot", str(path), "--json"])


def test_what_it_prints_is_what_it_accepts(tmp_path, capsys):
    assert run(tmp_path, document(result=[])) == 1
    result = json.loads(capsys.readouterr().out)["result"]
    assert run(tmp_path, document(result=result)) == 0
    assert sum(one["seats"] for one in result) == 5 and all(len(one["drawn"]) == one["seats"] for one in result)


@pytest.mark.parametrize("change", [{"secret": "another secret of twenty"}, {"substitutes": 1}, {"public": "7"}])
def test_whatever_is_changed_is_said(tmp_path, capsys, change):
    run(tmp_path, document(result=[]))
    result = json.loads(capsys.readouterr().out)["result"]
    assert run(tmp_path, document(result=result) | change) == 1
    assert "lot.json: the" in capsys.readouterr().err


@pytest.mark.parametrize(
    "content",
    [
        "", "[]", "{}", "[" * 100_000, "\ud83d".encode("utf-8", "replace").decode(), document(format="other/1"),
        document(secret=""), document(checkpoint={"root": ""}), document(checkpoint=3), document(tickets="x"),
        document(tickets=[{"ticket": "1", "stratum": "a"}]), document(tickets=[3]), document(seats=True),
        document(seats=99), document(tickets=[]), document(public="a\nb"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_said_in_a_sentence(tmp_path, capsys, content):
    assert run(tmp_path, content) == 2
    assert capsys.readouterr().err.count("\n") == 1
