"""The pages of docs/: one for each slice, one line for each setting, and no page or link that leads nowhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from deliberation.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.glob("*.md"))
SLICES = sorted(path.parent.name for path in (ROOT / "deliberation").glob("*/models.py"))
LINK = re.compile(r"\[[^\]]+\]\(([^)\s#]+)(?:#[^)]*)?\)")


def row_of(name: str) -> str:
    """A setting's line: name, default, why; as it stands in docs/settings.md."""
    field = Settings.model_fields[name]
    value = int(field.default) if isinstance(field.default, bool) else field.default
    default = "" if value in (None, "") else f"`{value}`"
    return f"| `DELIBERATION_{name.upper()}` | {default} | {field.description} |"


def test_every_setting_has_its_line_with_its_default_and_why() -> None:
    lines = [
        line for line in (DOCS / "settings.md").read_text("utf-8").splitlines() if line.startswith("| `DELIBERATION_")
    ]
    kept = [line for line in lines if line.split("`")[1].removeprefix("DELIBERATION_").lower() in Settings.model_fields]
    assert kept == [row_of(name) for name in Settings.model_fields], "write the lines as `row_of` gives them"


def test_every_setting_says_why_it_is_there() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_settings_that_only_tests_read_are_said_to_be_theirs() -> None:
    text = (DOCS / "settings.md").read_text("utf-8")
    assert "DELIBERATION_TEST_DATABASE_URL" in text and "DELIBERATION_TEST_TOOLS" in text


@pytest.mark.parametrize("name", SLICES)
def test_every_slice_has_its_page(name: str) -> None:
    page = DOCS / f"{name}.md"
    assert page.is_file() and page.read_text("utf-8").startswith("# ")


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_to_something(page: Path) -> None:
    targets = [link for link in LINK.findall(page.read_text("utf-8")) if "://" not in link]
    assert [link for link in targets if not (page.parent / link).exists()] == []
