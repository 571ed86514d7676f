"""What a template may not hold: script or style of its own, markup taken on trust, a page without a title."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from jinja2 import nodes

from deliberation.templating import environment

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"
ALL = sorted(TEMPLATES.rglob("*.html"))
LAYOUTS = ("base.html", "hall.html", "ui.html")
PAGES = [path for path in ALL if not path.name.startswith("_") and path.name not in LAYOUTS]
#: Each breaks the content security policy (security.md, row 21) or needs eval.
FORBIDDEN = {
    "inline script": r"<script(?![^>]*\bsrc=)",
    "inline style": r"<style\b",
    "style attribute": r"\sstyle\s*=",
    "event attribute": r"\son[a-z]+\s*=",
    "hx-on": r"hx-on\b",
    "javascript address": r"(?:js|javascript):",
    "trigger filter": r"hx-trigger=\"[^\"]*\[",
    "safe filter": r"\|\s*safe\b",
    "autoescape switched": r"autoescape\s+(?:false|true)",
    "foreign host": r"(?:src|href|action|hx-\w+)=\"(?:https?:)?//",
}


def name_of(path: Path) -> str:
    return path.relative_to(TEMPLATES).as_posix()


@pytest.mark.parametrize("what", FORBIDDEN)
def test_no_template_holds(what):
    assert [name_of(path) for path in ALL if re.search(FORBIDDEN[what], path.read_text("utf-8"))] == []


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_every_template_compiles_in_every_language(path):
    for locale in ("zh-Hans", "zh-Hant", "en"):
        environment(locale).get_template(name_of(path))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_every_page_says_where_one_is(path):
    tree = environment("zh-Hans").parse(path.read_text("utf-8"))
    if next(tree.find_all(nodes.Extends), None) is None:
        assert "<title>" in path.read_text("utf-8")
    else:
        assert "title" in {block.name for block in tree.find_all(nodes.Block)}


def test_every_icon_that_is_asked_for_is_there():
    known = {path.stem for path in (ROOT / "static" / "icons").glob("*.svg")}
    asked = {
        found for path in ALL for found in re.findall(r"(?:icon\(|icon_name=)[\"']([\w-]+)", path.read_text("utf-8"))
    }
    assert asked - known == set()


def test_only_the_templating_modules_trust_markup():
    sources = {path: path.read_text("utf-8") for path in (ROOT / "deliberation").rglob("*.py")}
    trusting = {path.name for path, source in sources.items() if re.search(r"\bMarkup\b", source)}
    assert trusting == {"compiling.py", "templating.py"}


def test_only_one_template_names_the_sockets_attributes():
    assert [name_of(path) for path in ALL if "hx-ws" in path.read_text("utf-8")] == ["_live.html"]
