"""The pages of a living demo, in light, dark and large: nothing serious found by axe, nothing wider than its screen.

Pictures of them are kept in test-results, to be looked at beside the mockups.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESK, PHONE, Cast, Someone, shoot
from tests.journeys.walking import Walker

LIFT, ROAD = "/matters/1", "/matters/3"
TABLET = {"width": 768, "height": 1024}
NARROW = {"width": 320, "height": 700}
LOOKS = ("light", "dark", "large")
SHOWN = {
    ("light", 360),
    ("light", 768),
    ("light", 1440),
    ("dark", 360),
    ("dark", 1440),
    ("large", 360),
    ("large", 1440),
}
PUBLIC = ("/sign-in", "/board", "/log", "/verify", "/tour")


def chosen(someone: Someone, look: str) -> Someone:
    """With the small forms of the page, as people choose it; it stays chosen for whoever has an account."""
    for within, words, wanted in ((".masthead", "大字", look == "large"), (".foot", "深色显示", look == "dark")):
        someone.go("/")
        button = someone.page.locator(within).get_by_role("button", name=words)
        if (button.get_attribute("aria-pressed") == "true") != wanted:
            button.click()
            someone.page.wait_for_load_state("load")
    return someone


def serious(someone: Someone) -> list[tuple[str, str]]:
    found = Axe().run(someone.page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]})
    return [
        (one["id"], "; ".join(node["html"][:160] for node in one["nodes"][:3]))
        for one in found.response["violations"]
        if one["impact"] in ("serious", "critical")
    ]


def wider(someone: Someone) -> int:
    """By how much the page is wider than the screen."""
    return someone.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


@pytest.fixture(scope="module")
def places(cast: Cast) -> dict[str, str]:
    """Where the rooms, polls and results of the demo's stories are."""
    with Walker(cast.server.address) as walker:
        walker.go("/rooms")
        room = next(href for href, _said in walker.at.links if href.startswith("/rooms/"))
        walker.go("/polls")
        polls = sorted({href for href, _said in walker.at.links if href.startswith("/polls/")})
        walker.go(ROAD)
        document = next(href for href, _said in walker.at.links if href.startswith("/documents/"))
    return {"room": room, "ballot": polls[-1], "result": polls[0], "document": document}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_serious(cast: Cast, places: dict[str, str], look: str) -> None:
    member = chosen(cast.person("李强"), look)
    visitor = chosen(cast.visitor(), look)
    problems = {}
    for who, path in [(visitor, one) for one in PUBLIC] + [(member, one) for one in ("/", LIFT, *places.values())]:
        who.go(path)
        if found := serious(who):
            problems[path] = found
    assert problems == {}


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_fits_every_screen(cast: Cast, places: dict[str, str], look: str) -> None:
    member = chosen(cast.person("李强"), look)
    too_wide = {}
    pages = {"home": "/", "dossier": LIFT, "log": "/log", "board": "/board", "tour": "/tour"} | places
    for name, path in pages.items():
        member.go(path)
        for size in (DESK, TABLET, PHONE, NARROW):
            member.page.set_viewport_size(size)
            if over := wider(member):
                too_wide[path, size["width"]] = over
            if (look, size["width"]) in SHOWN:
                shoot(member.page, f"{name}-{size['width']}-{look}")
        member.page.set_viewport_size(DESK)
    assert too_wide == {}
