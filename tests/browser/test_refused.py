"""What was handed in and refused says so in sight, on a small phone, with scripts and without."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_room import SLOW, Hall, connected, hall

__all__ = ["hall"]

SIZES = ((360, 740), (320, 568))
TURNING = "早该修了\u202egnp.exe"
HEADING_IN_SIGHT = """() => {
  const box = document.querySelector('.mistakes h2').getBoundingClientRect();
  const there = document.elementFromPoint(box.left + 8, box.top + box.height / 2);
  return Boolean(there?.closest('.mistakes'));
}"""
MOST = 20 * 1024 * 1024


def open_composer(hall: Hall, path: str, size: tuple[int, int], *, scripts: bool) -> Page:
    width, height = size
    page = hall.page("李强", path, width=width, java_script_enabled=scripts)
    page.set_viewport_size({"width": width, "height": height})
    if scripts:
        connected(page)
        page.locator(".composer__hand").first.click()
    else:
        page.goto(f"{hall.base}{path}#composer")
    page.locator("#say").fill("早该修了")
    return page


def attach(page: Page, file: Path) -> None:
    page.locator("#fold-files summary").click()
    page.locator("input[name=file]").set_input_files(str(file))


def says_so(page: Page, words: str) -> None:
    """The one list of mistakes has the focus, its heading is in sight, and what was typed is there."""
    page.locator("#say-send").click()
    mistakes = page.locator(".mistakes")
    expect(mistakes).to_contain_text(words, timeout=SLOW)
    expect(mistakes).to_be_focused()
    assert mistakes.count() == 1
    assert page.evaluate(HEADING_IN_SIGHT)
    assert "早该修了" in page.locator("#say").input_value()


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "plain"])
def test_a_file_that_lies_or_is_too_big_and_signs_that_turn_text_are_refused_in_sight(
    hall: Hall, tmp_path: Path, scripts: bool
):
    _chair, path = hall.open_room()
    lie, big = tmp_path / "清单.pdf", tmp_path / "大.txt"
    lie.write_bytes(b"MZ\x90\x00" * 50)
    big.write_bytes(b"1" * (MOST + 1))
    for size in SIZES:
        page = open_composer(hall, path, size, scripts=scripts)
        attach(page, lie)
        says_so(page, "清单.pdf”的内容与扩展名不符")
        page = open_composer(hall, path, size, scripts=scripts)
        attach(page, big)
        says_so(page, "20兆")
        page = open_composer(hall, path, size, scripts=scripts)
        page.locator("#say").fill(TURNING)
        says_so(page, "改变文字方向的控制符")
        page.locator(".mistakes a").click()
        expect(page.locator("#say")).to_be_focused()
