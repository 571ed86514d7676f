"""Browsers of the cast against the real program: one context a person, all of them watched for what must not happen."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Request, expect, sync_playwright

from tests.journeys.servers import DELIBERATION, Server, environment, free_port
from tests.tools import program

ROOT = Path(__file__).resolve().parents[2]
SHOTS = ROOT / "test-results"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PHONE = {"width": 360, "height": 780}
DESK = {"width": 1440, "height": 900}
PATIENCE = 20_000
"""Milliseconds for a page to come, on a machine that does much else."""
AT_ONCE = 5_000
"""Milliseconds in which others see what somebody did: a second, and the slack of two cores that two suites share."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program("chromium"), args=FLAGS.split())
        yield browser
        browser.close()


class Someone:
    """A person at a browser, or a visitor without an account."""

    def __init__(self, context: BrowserContext, address: str):
        self.context = context
        self.address = address
        self.page: Page = context.new_page()
        self.link = ""

    def sign_in(self, link: str) -> Someone:
        self.link = link
        self.page.goto(link)
        self.press("登录")
        return self

    def go(self, path: str) -> Page:
        """Open a page; a sign-in lasts thirty days of the demo's clock, and is begun anew when they are over."""
        self.page.goto(self.address + path)
        if self.link and self.page.locator('.masthead__me[href="/sign-in"]').count():
            self.sign_in(self.link).page.goto(self.address + path)
        return self.page

    @property
    def path(self) -> str:
        return self.page.url.removeprefix(self.address)

    def follow(self, words: str) -> Page:
        self._act(self.page.locator("main").get_by_role("link", name=words).first)
        return self.page

    def press(self, words: str, within: str = "main") -> Page:
        self._act(self.page.locator(within).get_by_role("button", name=words).first)
        return self.page

    def _act(self, what: Locator) -> None:
        what.click()
        self.page.wait_for_load_state("load")

    def write(self, **fields: str) -> Someone:
        for name, words in fields.items():
            self.page.locator(f'main [name="{name}"]').first.fill(words)
        return self

    def choose(self, **fields: str) -> Someone:
        for name, value in fields.items():
            self.page.locator(f'main input[name="{name}"][value="{value}"]').first.check()
        return self


class Cast:
    """The people of one demo at their browsers."""

    plays: type[Someone] = Someone

    def __init__(self, browser: Browser, server: Server):
        self.browser = browser
        self.server = server
        self.wrong: list[str] = []
        self.contexts: list[BrowserContext] = []
        self.poll = ""

    def visitor(self, size: dict[str, int] = DESK, **options: Any) -> Someone:
        is_phone = size["width"] < 500
        context = self.browser.new_context(viewport=size, has_touch=is_phone, locale="zh-CN", **options)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.wrong.append(f"{error.page}: {error.error}"))
        context.on("request", self._asked)
        self.contexts.append(context)
        return self.plays(context, self.server.address)

    def person(self, name: str, size: dict[str, int] = DESK, **options: Any) -> Someone:
        return self.visitor(size, **options).sign_in(self.server.link_of(name))

    def _heard(self, line: ConsoleMessage) -> None:
        if "Content Security Policy" in line.text or "Content-Security-Policy" in line.text:
            self.wrong.append(line.text)

    def _asked(self, request: Request) -> None:
        own = (self.server.address, self.server.address.replace("http", "ws", 1), "data:", "blob:")
        if not request.url.startswith(own):
            self.wrong.append(f"a request to {request.url}")

    def leave(self) -> None:
        for context in self.contexts:
            context.close()


def _demo(folder: Path, **how: Any) -> Server:
    port = free_port()
    words = how.pop("words", ["demo", "--port", str(port)])
    return Server(words, environment(folder / "data", port), folder=folder, **how)


@pytest.fixture(scope="module")
def cast(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """A demo of this module's own, because the clock of a demo moves for everybody in it."""
    yield from _playing(browser, _demo(tmp_path_factory.mktemp("demo"), command=DELIBERATION))


@pytest.fixture(scope="module")
def newcomers(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cast]:
    """The demo as a newcomer starts it: `make run`, on an empty folder."""
    command = ["make", "--no-print-directory", "-C", str(ROOT), "run"]
    yield from _playing(browser, _demo(tmp_path_factory.mktemp("newcomer"), words=[], command=command))


def _playing(browser: Browser, server: Server) -> Iterator[Cast]:
    cast = Cast(browser, server)
    try:
        yield cast
    finally:
        cast.leave()
        server.stop()
    assert cast.wrong == [], "a page broke its policy, failed in a script, or asked another machine"


def shoot(page: Page, name: str) -> None:
    """Keep a picture to look at; never committed."""
    SHOTS.mkdir(exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True, timeout=60_000)
