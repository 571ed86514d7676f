"""Files stay small enough to be read in one sitting."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MOST_LINES = 350


def test_no_source_file_is_too_long_to_read():
    sizes = {path: len(path.read_text().splitlines()) for path in (ROOT / "deliberation").rglob("*.py")}
    assert {str(path.relative_to(ROOT)): size for path, size in sizes.items() if size > MOST_LINES} == {}


def test_rooms_without_a_purpose_are_not_built():
    forbidden = {"core", "common", "utils", "helpers", "util", "misc"}
    names = {path.stem for path in (ROOT / "deliberation").rglob("*")}
    assert names & forbidden == set()
