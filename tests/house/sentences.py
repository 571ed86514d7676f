"""Every sentence that is shown to people, gathered from the source; and what its English catalogue has.

``python -m tests.house.sentences`` prints what is missing as entries to fill in, under the file they belong to.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from deliberation.compiling import Trans

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "deliberation"
CATALOGUES = PACKAGE / "locale" / "en"
PLACE = re.compile(r"\{(\w+)\}")
CHINESE = re.compile(r"[\u4e00-\u9fff]")
#: Words of the procedures that a page shows; their sources are quoted as they stand.
SHOWN_WORDS = ("title", "name", "note", "label")


class Sentence(NamedTuple):
    """A key, where it stands, and the names of the values it is given there (None where that cannot be seen)."""

    key: str
    path: Path
    line: int
    given: frozenset[str] | None

    @property
    def slice(self) -> str:
        """The catalogue it belongs to: the folder's of a slice, else the site's."""
        for base in (PACKAGE, ROOT / "templates"):
            if self.path.is_relative_to(base):
                parts = self.path.relative_to(base).parts
                return parts[0] if len(parts) > 1 and parts[0] not in ("errors", "locale") else "site"
        return "site"


def in_templates() -> Iterator[Sentence]:
    env = Environment(extensions=[Trans, "jinja2.ext.do", "jinja2.ext.loopcontrols"], autoescape=True)
    for path in sorted((ROOT / "templates").rglob("*.html")):
        for call in env.parse(path.read_text("utf-8")).find_all(nodes.Call):
            named = isinstance(call.node, nodes.Name) and call.node.name in ("_", "_markup")
            if named and call.args and isinstance(call.args[0], nodes.Const):
                given = None if call.dyn_kwargs else frozenset(keyword.key for keyword in call.kwargs)
                yield Sentence(call.args[0].value, path, call.lineno, given)


def in_python() -> Iterator[Sentence]:
    for path in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            called = isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_"
            if called and node.args and isinstance(node.args[0], ast.Constant):
                yield Sentence(node.args[0].value, path, node.lineno, None)


def in_procedures() -> Iterator[Sentence]:
    for path in sorted(PACKAGE.rglob("*.toml")):
        for name, text in _strings(tomllib.loads(path.read_text("utf-8"))):
            if name in SHOWN_WORDS and CHINESE.search(text):
                yield Sentence(text, path, 0, None)


def quoted_in_procedures() -> set[str]:
    """Chinese words of the procedures that may have an entry and need none."""
    files = [tomllib.loads(path.read_text("utf-8")) for path in PACKAGE.rglob("*.toml")]
    return {text for data in files for _, text in _strings(data) if CHINESE.search(text)}


def _strings(data: object, name: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for key, value in data.items():
            yield from _strings(value, key)
    elif isinstance(data, list):
        for value in data:
            yield from _strings(value, name)
    elif isinstance(data, str):
        yield name, data


def sentences() -> list[Sentence]:
    return [*in_templates(), *in_python(), *in_procedures()]


class Entry(NamedTuple):
    path: Path
    key: str
    wordings: tuple[str, ...]


def entries() -> list[Entry]:
    """Every entry of the English catalogues, also those that are empty."""
    found = []
    for path in sorted(CATALOGUES.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    wordings = (message.string,) if isinstance(message.string, str) else tuple(message.string)
                    found.append(Entry(path, key, () if message.fuzzy else wordings))
    return found


def missing() -> dict[str, list[Sentence]]:
    """The sentences without English, by catalogue, each once."""
    known = {entry.key for entry in entries() if entry.wordings and all(entry.wordings)}
    wanted: dict[str, list[Sentence]] = defaultdict(list)
    for sentence in sentences():
        if sentence.key not in known:
            known.add(sentence.key)
            wanted[sentence.slice].append(sentence)
    return wanted


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


if __name__ == "__main__":
    for catalogue, wanted in sorted(missing().items()):
        print(f"### {catalogue}.po")
        for one in wanted:
            print(f'#: {one.path.relative_to(ROOT)}:{one.line}\nmsgid {_quoted(one.key)}\nmsgstr ""\n')
