"""``deliberation roster import`` as scripts use it: exit codes, what stands where, and nothing half done."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deliberation.db import Database
from tests.assemblies.places import NOON, counts, csv_of, found_village
from tests.assemblies.rosters import DATA, as_xlsx
from tests.journeys.servers import environment
from tests.people import open_database

HEADINGS, GOOD, BAD = "姓名,手机,户号", "孔令辉,13900000001,1", "孔令明,12,1"


class Command:
    """One installation at the command line."""

    def __init__(self, url: str, folder: Path):
        self.folder = folder
        self.database: Database = open_database(url, now=NOON)
        self.place = found_village(self.database)
        self.env = environment(folder / "data", 8000, database_url=url)

    def __call__(self, *words: object) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "deliberation", "roster", "import", *map(str, words)]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, timeout=120)

    def file(self, data: bytes, name: str = "名册.csv") -> Path:
        path = self.folder / name
        path.write_bytes(data)
        return path


@pytest.fixture
def command(database_url: str, tmp_path: Path) -> Iterator[Command]:
    command = Command(database_url, tmp_path)
    yield command
    command.database.close()


def test_the_samples_come_in_and_nothing_stands_on_standard_output(command: Command) -> None:
    done = command(DATA / "village.csv", "--community", command.place)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert counts(command.database)["person"] == 60
    assert "village.csv: rows 80, added" in done.stderr
    assert "village.csv: 新增60人：" in done.stderr and "有户代表的户: 0 → 25" in done.stderr
    again = command(DATA / "village.csv", "--community", command.place)
    assert again.returncode == 0 and "added 0, altered 0, skipped 0" in again.stderr


def test_a_bad_row_is_named_with_its_number_and_column_and_keeps_everything_out(command: Command) -> None:
    done = command(command.file(csv_of(HEADINGS, GOOD, BAD)), "--community", command.place)
    assert (done.returncode, done.stdout) == (2, "")
    assert "名册.csv 第3行 手机：“12”不是电话号码" in done.stderr
    assert counts(command.database)["person"] == 0


def test_bad_rows_go_to_the_file_that_was_named(command: Command, tmp_path: Path) -> None:
    target = tmp_path / "bad.csv"
    done = command(command.file(csv_of(HEADINGS, GOOD, BAD)), "--community", command.place, "--skip-bad", target)
    assert done.returncode == 0 and "skipped 1" in done.stderr
    assert "孔令明,12,1,手机：“12”不是电话号码" in target.read_text("utf-8-sig")
    assert counts(command.database)["person"] == 1
    assert sorted(path.name for path in tmp_path.glob("*bad*")) == ["bad.csv"]


def test_a_good_file_makes_no_file_of_bad_rows(command: Command, tmp_path: Path) -> None:
    done = command(
        command.file(csv_of(HEADINGS, GOOD)), "--community", command.place, "--skip-bad", tmp_path / "bad.csv"
    )
    assert done.returncode == 0 and not (tmp_path / "bad.csv").exists()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("nowhere.csv", "--community", "PLACE"), "nowhere.csv"),
        (("名册.csv", "--community", "999"), "there is no such community"),
        (("名册.csv", "--community", "PLACE", "--skip-bad", "bad.xlsx"), "ends in .csv"),
        (("名册.csv", "--community", "PLACE", "--skip-bad", "no/such/folder/bad.csv"), "folder"),
        (("empty.csv", "--community", "PLACE"), "文件是空的"),
        (("list.docx", "--community", "PLACE"), "只能是 XLSX 或 CSV"),
    ],
)
def test_what_cannot_be_used_ends_with_two_and_one_sentence(
    command: Command, words: tuple[str, ...], says: str
) -> None:
    command.file(csv_of(HEADINGS, GOOD, BAD))
    command.file(b"", "empty.csv")
    command.file(b"PK", "list.docx")
    given = [str(command.place) if word == "PLACE" else word for word in words]
    done = subprocess.run(
        [sys.executable, "-m", "deliberation", "roster", "import", *given],
        env=command.env | {"PYTHONPATH": str(Path(__file__).resolve().parents[2])},
        cwd=command.folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert says in done.stderr and "Traceback" not in done.stderr and len(done.stderr.splitlines()) == 1
    assert counts(command.database)["person"] == 0
    assert not list(command.folder.glob("*bad*")) and not list(command.folder.glob(".*partial"))


def test_the_reasons_come_in_the_language_of_the_installation(command: Command) -> None:
    command.env["DELIBERATION_DEFAULT_LOCALE"] = "en"
    done = command(command.file(as_xlsx([["姓名", "手机"], ["孔令明", "12"]]), "a.xlsx"), "--community", command.place)
    assert done.returncode == 2 and "a.xlsx row 2, 手机: “12” is not a phone number" in done.stderr
