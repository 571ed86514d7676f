"""The count desk by keyboard alone, in the real program: a pile of ballots entered by two, compared, sealed, closed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from deliberation.identity.actions import begin_sign_in
from tests.browser.conftest import DESK, PATIENCE, PHONE, shoot
from tests.faults.killing import serving
from tests.people import open_database
from tests.schema import make_schema
from tests.voting.desks import CHAIR, CLERK, FIRST, SECOND, SUPERVISOR, CountDesk
from tests.voting.polls import build_meeting, opened

NARROW = {"width": 320, "height": 700}
TABS = ("handing", "entry", "comparison", "hands", "checks", "seals")


class Hall:
    """Everybody who works at one desk, each at a browser of their own."""

    def __init__(self, browser: Browser, address: str, tokens: dict[str, str], desk: CountDesk):
        self.browser, self.address, self.tokens, self.desk = browser, address, tokens, desk
        self.codes: dict[str, str] = {}
        self.contexts: list[Any] = []

    def at(self, name: str, tab: str, size: dict[str, int] = DESK, **look: Any) -> Page:
        context = self.browser.new_context(viewport=size, locale="zh-CN", **look)
        context.set_default_timeout(PATIENCE)
        context.add_cookies(
            [
                {
                    "name": "__Host-sign-in",
                    "value": self.tokens[name],
                    "url": self.address.replace("http:", "https:"),
                    "secure": True,
                }
            ]
        )
        self.contexts.append(context)
        page = context.new_page()
        self.open(page, tab)
        return page

    def open(self, page: Page, tab: str) -> None:
        page.goto(f"{self.address}/polls/{self.desk.poll_id}/count?tab={tab}")


@pytest.fixture(scope="module")
def hall(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    folder: Path = tmp_path_factory.mktemp("desk")
    url = f"sqlite:///{folder / 'deliberation.db'}"
    make_schema(url)
    database = open_database(url)
    meeting = build_meeting(database, online=True)
    desk = CountDesk(database, meeting, opened(database, meeting, closes_in=None))
    desk.print()
    codes = desk.codes()
    for name in ("代表03", "代表04", "代表05"):
        desk.hand(name)
    names = (FIRST, SECOND, SUPERVISOR, CLERK, CHAIR)
    tokens = {
        name: database.change(lambda session, now, n=name: begin_sign_in(session, now, person_id=meeting.place[n]))
        for name in names
    }
    database.close()
    with serving(url, folder / "data") as server:
        server.start()
        made = Hall(browser, f"http://localhost:{server.port}", tokens, desk)
        made.codes = codes
        yield made
        for context in made.contexts:
            context.close()


@pytest.mark.parametrize("look", ["light", "dark"])
def test_every_tab_is_clean_and_fits(hall: Hall, look: str):
    for name, size in ((FIRST, DESK), (SUPERVISOR, PHONE), (CLERK, NARROW)):
        page = hall.at(name, "handing", size, color_scheme=look)
        for tab in TABS:
            hall.open(page, tab)
            assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, (name, tab)
            found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
            wrong = [one["id"] for one in found.response["violations"] if one["impact"] in ("serious", "critical")]
            assert wrong == [], (name, tab, wrong)
            shoot(page, f"count-{tab}-{look}-{size['width']}")


def typed(page: Page, *words: str) -> None:
    """Keys into whatever has the focus; Enter hands the form in and the next page is awaited."""
    for word in words[:-1]:
        page.keyboard.type(word)
        page.keyboard.press("Tab")
    page.keyboard.type(words[-1])
    with page.expect_navigation(wait_until="load"):
        page.keyboard.press("Enter")


def test_a_pile_is_entered_by_two_with_nothing_but_keys(hall: Hall):
    first, second = hall.at(FIRST, "entry"), hall.at(SECOND, "entry", PHONE)
    for name, key in (("代表03", "1"), ("代表04", "2"), ("代表05", "3")):
        expect(first.locator("[name=code]")).to_be_focused()
        typed(first, hall.codes[name], key)
    assert first.get_by_text("您已经录入3张").count() == 1
    second.get_by_text(f"{FIRST}录入了3张").wait_for()
    for name, words in (("代表03", "赞成"), ("代表04", "反对"), ("代表05", "赞成")):
        second.locator("[name=code]").fill(hall.codes[name])
        with second.expect_navigation(wait_until="load"):
            second.locator(".count-keys").first.get_by_role("button", name=words).click()
    first.get_by_text(f"{SECOND}录入了3张").wait_for()  # It came by the socket, without a reload.
    third = hall.at(SUPERVISOR, "comparison")
    third.locator("article input[value='3']").first.focus()
    third.keyboard.press("Space")
    third.keyboard.press("Tab")  # Past the word that no counter read it so: one of them did.
    expect(third.locator("article [name=otherwise]").first).to_be_focused()
    third.keyboard.press("Tab")
    typed(third, "第三格里有勾")
    third.get_by_text(f"{SUPERVISOR}认定").wait_for()
    hall.open(first, "checks")
    first.locator("[name=received]").focus()
    typed(first, "3", "6")
    assert first.locator(".checks .off").count() == 0
    for page in (first, second):
        hall.open(page, "seals")
        page.get_by_role("button", name="核对无误，封票").focus()
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")
    second.get_by_text("已经封票：2人").first.wait_for()
