"""Programs that cannot come as Python packages: which tests need them, and what happens on a machine without.

Normally the tests that need a missing program are left out and the run ends by saying how many and how to get it. With
``DELIBERATION_TEST_TOOLS=all`` a missing program fails them, so that no build server passes by leaving out.
"""

import os
import shutil
from collections import Counter
from importlib.util import find_spec
from pathlib import Path

import pytest

PROGRAMS = {
    "chromium": ("chromium", "chromium-browser", "google-chrome"),
    "libreoffice": ("soffice", "libreoffice"),
    "node": ("node", "nodejs"),
    "belenios": ("belenios-tool",),
}
INSTALL = {
    "chromium": "apt-get install chromium fonts-noto-cjk",
    "libreoffice": "apt-get install libreoffice-writer libreoffice-calc",
    "node": "apt-get install nodejs",
    "belenios": "apt-get install belenios-tool",
}
# Packages that come as an extra; they are found in this environment and not on the path of programs.
PACKAGES = {"reddwarf": "reddwarf"}
INSTALL |= {"reddwarf": ".venv/bin/pip install --require-hashes --requirement requirements-map.lock"}
FOLDER_MARKS = {"browser": ("browser", "chromium"), "faults": ("faults",)}
LEFT_OUT = pytest.StashKey[Counter]()


def program(tool: str) -> str | None:
    """The path of a tool's program on this machine, or of its package in this environment, or None."""
    if tool in PACKAGES:
        found = find_spec(PACKAGES[tool])
        return found.origin if found else None
    return next(filter(None, map(shutil.which, PROGRAMS[tool])), None)


def closing_line(tool: str, count: int) -> str:
    tests = "1 test" if count == 1 else f"{count} tests"
    return f"{tool} is not installed: {tests} left out; get it with: {INSTALL[tool]}"


def _all_are_demanded() -> bool:
    return os.environ.get("DELIBERATION_TEST_TOOLS") == "all"


def _mark_by_folder(item: pytest.Item, tests: Path) -> None:
    if item.path.is_relative_to(tests):
        for mark in FOLDER_MARKS.get(item.path.relative_to(tests).parts[0], ()):
            item.add_marker(mark)


def _missing(item: pytest.Item, absent: list[str]) -> str | None:
    return next((tool for tool in absent if item.get_closest_marker(tool)), None)


# Before pytest reads `-m`, so that the marks given by folder can be chosen by it.
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    for item in items:
        _mark_by_folder(item, config.rootpath / "tests")
    absent = [] if _all_are_demanded() else [tool for tool in INSTALL if program(tool) is None]
    left_out = {item: tool for item in items if (tool := _missing(item, absent))}
    config.stash[LEFT_OUT] = Counter(left_out.values())
    if left_out:
        config.hook.pytest_deselected(items=list(left_out))
        items[:] = [item for item in items if item not in left_out]


def pytest_runtest_setup(item: pytest.Item) -> None:
    for tool in INSTALL:
        if item.get_closest_marker(tool) and program(tool) is None:
            pytest.fail(f"{tool} is not installed; get it with: {INSTALL[tool]}", pytrace=False)


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = dict(session.config.stash.get(LEFT_OUT, Counter()))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: object) -> None:
    """Hear what a worker process left out; all of them collect the same tests, so any one's count is the run's."""
    counts = getattr(node, "workeroutput", {}).get("left_out")
    if counts:
        node.config.stash[LEFT_OUT] = Counter(counts)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say it here, or leave it to `tools/run_tests`, which says it once after its several runs. Workers tell their controller."""
    if hasattr(config, "workeroutput"):
        return
    counts = config.stash.get(LEFT_OUT, Counter())
    if report := os.environ.get("DELIBERATION_LEFT_OUT"):
        with Path(report).open("a") as file:
            file.writelines(f"{tool} {count}\n" for tool, count in counts.items())
        return
    for tool, count in counts.items():
        terminalreporter.write_line(closing_line(tool, count))
