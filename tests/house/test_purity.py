"""Pure modules only reckon; the hour comes from one place and is handed on.

What a pure module may import is checked here by name, because a slice names its own subjects (``tally_rule.py`` beside
``tally.py``) and an import contract knows whole names only.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "deliberation"
PURE_NAMES = re.compile(
    r"(\w+_)?rules|roster_(?!file|bad)\w+|tally\w*|merkle|tiles|note|canonical|engine|parser|alignment|procedure\w*|days"
    r"|refusal|vocabulary"
)
# Here everything is pure but what opens a file.
STATUTE = PACKAGE / "legislation" / "statute"
OPENING = {
    "reading.py",
    "text_files.py",
    "word_files.py",
    "word_numbers.py",
    "pdf_files.py",
    "akn_files.py",
    "akn_articles.py",
    "akn_words.py",
}
# From the standard library: nothing that asks the machine, chance or the hour.
ASKING = {
    "anyio", "asyncio", "threading", "multiprocessing", "concurrent", "os", "pathlib", "shutil", "subprocess", "socket",
    "random", "secrets", "time", "tempfile", "urllib", "http", "sqlite3",
}  # fmt: skip
HOURS = {"now", "utcnow", "today"}
# These stand at the edge: the writer's and the command line's clock, how long a page took, how old an abandoned file is.
MAY_ASK_THE_HOUR = {
    "db.py",
    "web.py",
    "front.py",
    "jobs.py",
    "__main__.py",
    "app.py",
    "assemblies/import_pages.py",
    "assemblies/arriving.py",
    "legislation/export_making.py",
}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def pure_modules() -> list[Path]:
    return [path for path in modules() if PURE_NAMES.fullmatch(path.stem) or is_of_statutes(path)]


def is_of_statutes(path: Path) -> bool:
    return path.parent == STATUTE and path.name not in OPENING


def imported(path: Path) -> Iterator[str]:
    """Full names of what a module imports; for ``from a import b`` both ``a`` and ``a.b``, as b may be a module."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def own_file(name: str) -> Path | None:
    place = PACKAGE.parent.joinpath(*name.split("."))
    return next((path for path in (place.with_suffix(".py"), place / "__init__.py") if path.is_file()), None)


def impurities(path: Path, seen: set[Path]) -> Iterator[str]:
    """What a module, or a module of ours that it reaches, imports besides reckoning: "file imports name"."""
    seen.add(path)
    for name in imported(path):
        first = name.split(".")[0]
        if first == "deliberation":
            target = own_file(name)
            if target is not None and target not in seen:
                yield from impurities(target, seen)
        elif first in ASKING or first not in sys.stdlib_module_names:
            yield f"{name_of(path)} imports {name}"


def name_of(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


@pytest.mark.parametrize("path", pure_modules(), ids=name_of)
def test_a_pure_module_reaches_only_what_reckons(path: Path):
    assert list(impurities(path, set())) == []


def asks_the_hour(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
        return False
    holder = node.func.value
    owner = holder.attr if isinstance(holder, ast.Attribute) else getattr(holder, "id", "")
    return (owner in {"datetime", "date"} and node.func.attr in HOURS) or (owner == "time" and node.func.attr == "time")


def test_only_the_edge_asks_for_the_hour():
    asking = [
        f"{name_of(path)}:{node.lineno}"
        for path in modules()
        if name_of(path) not in MAY_ASK_THE_HOUR
        for node in ast.walk(ast.parse(path.read_text()))
        if asks_the_hour(node)
    ]
    assert asking == []
