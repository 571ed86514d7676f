"""``opinions export`` as somebody at a terminal or a script meets it."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from deliberation.__main__ import main
from deliberation.audit.actions import Actor
from deliberation.legislation.layouting import save_layout
from deliberation.legislation.opinion_rules import Said
from tests.legislation.asking import Asking


@pytest.fixture
def asking(database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Asking]:
    monkeypatch.setenv("DELIBERATION_DATABASE_URL", database_url)
    monkeypatch.setenv("DELIBERATION_DATA", str(tmp_path / "data"))
    made = Asking(database_url)
    made.open()
    yield made
    made.database.close()


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    code = main(["opinions", "export", *map(str, words)])
    out, err = capsys.readouterr()
    return code, out, err


def test_the_file_is_written_and_that_it_was_is_in_the_log(capsys, asking: Asking, tmp_path: Path) -> None:
    asking.give()
    target = tmp_path / "意见.csv"
    assert run(capsys, asking.id, "--format", "csv", "-o", target) == (0, "", "")
    with target.open(encoding="utf-8-sig", newline="") as file:
        [row] = csv.DictReader(file)
    assert row["修改意见"] == "不少于二十日" and row["提出人"] == ""
    [entry] = asking.entries("opinions.exported")
    said = json.loads(entry.body)
    assert said["actor"] == "system" and said["object"] == f"solicitation/{asking.id}"
    assert said["data"] == {
        "solicitation": asking.id, "edition": "public", "format": "csv", "rows": 1, "bytes": target.stat().st_size,
        "sha256": hashlib.sha256(target.read_bytes()).hexdigest(),
    }  # fmt: skip
    assert run(capsys, asking.id, "--format", "jsonl", "--edition", "full", "-o", tmp_path / "all")[0] == 0
    assert json.loads((tmp_path / "all").read_text())["author"] == "路人甲"
    assert sorted(path.name for path in tmp_path.glob(".*.part")) == []


def test_what_cannot_be_done_is_said_in_one_sentence_and_leaves_nothing(capsys, asking: Asking, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"
    target.write_text("what was there before")
    tries = [
        (["999", "-o", target], "999: there is no such solicitation"),
        ([asking.id, "-o", tmp_path / "nowhere" / "out.csv"], "No such file or directory"),
        ([asking.id, "-o", tmp_path], "it is a folder"),
    ]
    for words, sentence in tries:
        code, out, err = run(capsys, *words, "--format", "csv")
        assert (code, out, err.count("\n")) == (2, "", 1) and sentence in err
    assert target.read_text() == "what was there before" and not list(tmp_path.glob(".*"))
    assert asking.entries("opinions.exported") == []
    with pytest.raises(SystemExit) as gone:
        main(["opinions", "export", "1", "--format", "wps", "-o", str(target)])
    assert gone.value.code == 2


def test_where_nothing_is_installed_nothing_is_made(capsys, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("DELIBERATION_DATABASE_URL", raising=False)
    monkeypatch.setenv("DELIBERATION_DATA", str(tmp_path / "empty"))
    code, _out, err = run(capsys, 1, "--format", "csv", "-o", tmp_path / "a.csv")
    assert code == 2 and "there is no installation here" in err and not (tmp_path / "empty").exists()


def test_a_command_that_is_stopped_half_way_leaves_no_file(asking: Asking, tmp_path: Path) -> None:
    for _time in range(30):
        asking.give(said=Said("edit", "字" * 100_000))
    target = tmp_path / "out.csv"
    code = (
        "import os, signal, deliberation.legislation.export_files as files, sys\n"
        "from deliberation.__main__ import main\n"
        "whole = files.write_export\n"
        "def stopped(*given):\n"
        "    whole(*given)\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "files.write_export = stopped\n"
        f"sys.exit(main(['opinions', 'export', '{asking.id}', '--format', 'csv', '-o', {str(target)!r}]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], env=os.environ, capture_output=True, text=True, timeout=300)
    assert done.returncode not in (0,) and not target.exists(), (done.returncode, signal.SIGINT)
    assert not list(tmp_path.glob(".*")) and asking.entries("opinions.exported") == []


def test_a_layout_is_named(capsys, asking: Asking, tmp_path: Path) -> None:
    asking.give()
    target = tmp_path / "table.xlsx"

    def tried(*words: str) -> tuple[int, str, str]:
        return run(capsys, asking.id, "--layout", "报市里的表", "-o", target, "--format", *words)

    code, _out, err = tried("xlsx")
    assert code == 2 and "没有叫“报市里的表”的版式" in err and not target.exists()
    columns = (("proposal", "意见内容"), ("no", "序号"))
    asking.change(
        lambda session, now: save_layout(
            session, now, one=asking.one(session), kept=None, named=("报市里的表", columns), actor=Actor()
        )
    )
    assert tried("xlsx") == (0, "", "")
    rows = CalamineWorkbook.from_path(target).get_sheet_by_index(0).to_python(skip_empty_area=False)
    assert rows == [["意见内容", "序号"], ["不少于二十日", "1"]]
    target.unlink()
    code, _out, err = tried("csv")
    assert code == 2 and "这种格式的列是固定的" in err and not target.exists()
