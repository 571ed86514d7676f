"""A machine without a program leaves tests out and says so; a build server may not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = "[pytest]\nmarkers =\n    node: needs Node\n    libreoffice: needs LibreOffice\n"
TESTS = """
import pytest

@pytest.mark.node
def test_one(): pass

@pytest.mark.node
def test_two(): pass

@pytest.mark.libreoffice
def test_three(): pass

def test_four(): pass
"""


WORKERS = pytest.mark.parametrize("workers", [(), ("-n", "2")], ids=["one process", "two workers"])


def run_without_programs(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder / "pytest.ini").write_text(SETTINGS)
    (folder / "test_some.py").write_text(TESTS)
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("DELIBERATION_", "PYTEST_"))}
    there = kept | {"PATH": str(folder), "PYTHONPATH": str(ROOT)} | environment
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.tools", *arguments]
    return subprocess.run(command, cwd=folder, env=there, capture_output=True, text=True)


@WORKERS
def test_each_missing_program_is_one_line(tmp_path: Path, workers: tuple[str, ...]):
    done = run_without_programs(tmp_path, *workers)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 passed" in done.stdout
    said = [line for line in done.stdout.splitlines() if "is not installed" in line]
    assert said == [
        "node is not installed: 2 tests left out; get it with: apt-get install nodejs",
        "libreoffice is not installed: 1 test left out; get it with: "
        "apt-get install libreoffice-writer libreoffice-calc",
    ]


def test_a_missing_program_fails_where_all_are_demanded(tmp_path: Path):
    done = run_without_programs(tmp_path, DELIBERATION_TEST_TOOLS="all")
    assert done.returncode == 1
    assert "1 passed" in done.stdout and "3 errors" in done.stdout


@WORKERS
def test_several_runs_are_told_in_one_file(tmp_path: Path, workers: tuple[str, ...]):
    report = tmp_path / "report"
    done = run_without_programs(tmp_path, *workers, DELIBERATION_LEFT_OUT=str(report))
    assert "is not installed" not in done.stdout
    assert report.read_text() == "node 2\nlibreoffice 1\n"
