"""What ``make test`` does with a test that failed: one that passes by itself is named, more or worse is a failure."""

from __future__ import annotations

import importlib.machinery
import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).resolve().parents[2]

FLAKY = """
from pathlib import Path
import pytest

@pytest.mark.parametrize("number", range({count}))
def test_flaky(number):
    been = Path(__file__).with_name(f"been-{{number}}")
    if been.exists() and {passes}:
        return
    been.touch()
    raise AssertionError("the first time")

def test_good():
    pass
"""


@pytest.fixture
def runner() -> ModuleType:
    loader = importlib.machinery.SourceFileLoader("run_tests", str(ROOT / "tools" / "run_tests"))
    spec = importlib.util.spec_from_loader("run_tests", loader)
    made = importlib.util.module_from_spec(spec)
    loader.exec_module(made)
    return made


@pytest.mark.parametrize(
    "count, passes, ended, named",
    [(0, True, 0, 0), (1, True, 0, 1), (2, True, 0, 2), (3, True, 1, 0), (1, False, 1, 0)],
    ids=["none", "one", "two", "three", "one that fails twice"],
)
def test_a_test_that_failed_is_run_once_more_by_itself(runner, tmp_path: Path, count, passes, ended, named):
    file = tmp_path / "test_flaky_ones.py"
    file.write_text(FLAKY.format(count=count, passes=passes))
    found, shaky = runner.run_with_care(
        tmp_path, "cache", "-q", "--rootdir", str(tmp_path), "-c", "/dev/null", str(file)
    )
    assert (found, len(shaky)) == (ended, named)
