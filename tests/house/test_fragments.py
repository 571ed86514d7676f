"""A fragment is one element with an id, and says what it needs: the page and the wire must give the same."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from jinja2 import meta

from deliberation.templating import environment

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
#: Files of macros begin like fragments and are none: they are called, not shown.
MACROS = {"_live.html", "_key.html"}
FRAGMENTS = sorted(path for path in TEMPLATES.rglob("_*.html") if path.name not in MACROS)
NEEDS = re.compile(r"\{#-?\s*needs:\s*(.*?)\s*-?#\}")
VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def name_of(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


def declared(source: str) -> set[str] | None:
    found = NEEDS.match(source.splitlines()[0]) if source else None
    return {name.strip() for name in found[1].split(",") if name.strip() not in ("", "nothing")} if found else None


def used(source: str) -> set[str]:
    env = environment("zh-Hans")
    return meta.find_undeclared_variables(env.parse(source)) - set(env.globals)


class Roots(HTMLParser):
    """The elements at the top, with their attributes; what the template language writes is taken out before."""

    def __init__(self) -> None:
        super().__init__()
        self.depth = 0
        self.roots: list[dict[str, str | None]] = []
        self.loose = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.roots.append(dict(attrs))
        if tag not in VOID:
            self.depth += 1

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if self.depth == 0:
            self.roots.append(dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            self.depth -= 1

    def handle_data(self, data: str) -> None:
        if self.depth == 0:
            self.loose += data.strip()


def roots(source: str) -> Roots:
    plain = re.sub(r"\{#.*?#\}|\{%.*?%\}", "", source, flags=re.DOTALL)
    parser = Roots()
    parser.feed(re.sub(r"\{\{.*?\}\}", "x", plain, flags=re.DOTALL))
    parser.close()
    return parser


@pytest.mark.parametrize("path", FRAGMENTS, ids=name_of)
def test_a_fragment_says_what_it_needs_and_needs_what_it_says(path):
    source = path.read_text("utf-8")
    assert declared(source) is not None, "the first line is {# needs: … #}"
    assert declared(source) == used(source)


@pytest.mark.parametrize("path", FRAGMENTS, ids=name_of)
def test_a_fragment_is_one_element_with_an_id(path):
    found = roots(path.read_text("utf-8"))
    assert found.depth == 0, "every element is closed"
    assert len(found.roots) == 1
    assert found.loose == ""
    assert found.roots[0].get("id")


def test_the_check_itself_notices():
    assert declared("{# needs: poll, tally #}") == {"poll", "tally"}
    assert used('{{ poll.title }}{{ _("今天") }}{% set a = 1 %}{{ a }}') == {"poll"}
    assert len(roots("<p id='a'></p><p>b</p>").roots) == 2
    assert roots("loose <p id='a'><br></p>").loose == "loose"
    assert roots("<div id='x-{{ poll.id }}'>{% if a > b %}<p></p>{% endif %}</div>").roots == [{"id": "x-x"}]
