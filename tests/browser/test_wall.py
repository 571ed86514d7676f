"""Pages for the projector: all of the picture is seen without scrolling, in type that the back row reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from deliberation.communities.models import Community
from deliberation.db import Database
from deliberation.identity.actions import begin_sign_in
from deliberation.matters.models import matter
from deliberation.voting.actions import Question, close_poll, open_poll
from deliberation.voting.kinds_rules import YES_NO, Kind
from tests.browser.conftest import PATIENCE, shoot
from tests.faults.killing import serving
from tests.people import open_database
from tests.schema import make_schema
from tests.voting.desks import CLERK
from tests.voting.meetings import begun
from tests.voting.polls import Meeting, build_estate, build_meeting, cast

PICTURES = ((1280, 720), (1440, 900), (1920, 1080))
SMALLEST = 1 / 45
"""Of the height of a picture of 16 to 9, for anything that is to be read from the back row."""
LONG = (
    "您是否同意按照村党组织会议和村民委员会审议通过的《青溪村村口至小学道路拓宽硬化及沿线排水沟、路灯、绿化带配套工程实施方案》，"
    "由村集体承担工程费用一百二十六万八千元，其中八十万元申请专项资金，其余由村集体经济收益支付，并授权村民委员会公开招标？"
)
ROADS = (
    "由村集体自行组织施工",
    "公开招标，由有资质的企业施工",
    "委托水利站统一施工",
    "分两期施工",
    "暂不施工",
    "只修排水沟",
)
READ = """() => {
  const seen = [...document.querySelectorAll('main *')].filter((each) =>
    [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) && each.checkVisibility() && !each.closest('.vh'));
  const cut = seen.filter((each) => { const at = each.getBoundingClientRect(); return at.bottom > innerHeight + 1 || at.right > innerWidth + 1 || at.left < -1 || at.top < -1; });
  const small = seen.map((each) => parseFloat(getComputedStyle(each).fontSize));
  const page = document.documentElement;
  return {cut: cut.map((each) => each.textContent.trim().slice(0, 40)), smallest: Math.min(...small),
          scrolls: page.scrollHeight > innerHeight || page.scrollWidth > innerWidth, words: document.body.innerText};
}"""


def _estate(database: Database) -> tuple[Meeting, list[str]]:
    """The worst case: the longest question, four tests, and what is withheld with its reason."""
    world = build_estate(database)
    poll_id = _poll(database, world)
    for name, choice in (("李强", "yes"), ("赵春生", "yes"), ("钱玉珍", "no")):
        cast(database, poll_id, world.members[name], choice, name)
    _close(database, world, poll_id)
    return world, [f"/polls/{poll_id}/screen"]


def _options(database: Database) -> tuple[Meeting, list[str]]:
    world = build_meeting(database, online=True)
    poll_id = _poll(database, world, Kind(options=ROADS, select=2))
    for number, person_id in enumerate(list(world.members.values())[:7]):
        cast(
            database, poll_id, person_id, (ROADS[1], ROADS[number % 6]) if number % 6 != 1 else (ROADS[1],), f"{number}"
        )
    _close(database, world, poll_id)
    return world, [f"/polls/{poll_id}/screen"]


def _hall(database: Database) -> tuple[Meeting, list[str]]:
    """While a vote is open, and the code at the door of the meeting before it."""
    world = build_meeting(database, online=True)
    meeting_id = begun(database, world, present=6)
    poll_id = _poll(database, world, hours=5)
    cast(database, poll_id, world.members["李强"], "yes", "1")
    return world, [f"/meetings/{meeting_id}/code", f"/polls/{poll_id}/screen"]


def _poll(database: Database, world: Meeting, kind: Kind = YES_NO, hours: float | None = None) -> int:
    def verb(session, now):
        found = matter(session, world.matter_id)
        place, end = session.get(Community, found.community_id), hours and now + timedelta(hours=hours)
        question, standing = Question(LONG, end, kind=kind), world.standing(session, "王秀英")
        return open_poll(session, now, matter=found, community=place, question=question, standing=standing).id

    return database.change(verb)


def _close(database: Database, world: Meeting, poll_id: int) -> None:
    def verb(session, now):
        close_poll(session, now, poll_id=poll_id, standing=world.standing(session, "王秀英"))

    database.change(verb)


SCENES = (_estate, _options, _hall)


@pytest.fixture(scope="module", params=SCENES, ids=lambda scene: scene.__name__.strip("_"))
def walls(request, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[tuple[Page, str]]]:
    """The clerk's page, and the addresses of what hangs on the wall."""
    folder: Path = tmp_path_factory.mktemp("wall")
    url = f"sqlite:///{folder / 'deliberation.db'}"
    make_schema(url)
    database = open_database(url)
    world, paths = request.param(database)
    token = database.change(lambda session, now: begin_sign_in(session, now, person_id=world.place[CLERK]))
    database.close()
    with serving(url, folder / "data") as server:
        server.start()
        address = f"http://localhost:{server.port}"
        context = browser.new_context(locale="zh-CN")
        context.set_default_timeout(PATIENCE)
        own = {"name": "__Host-sign-in", "value": token, "url": address.replace("http:", "https:"), "secure": True}
        context.add_cookies([own])
        page = context.new_page()
        yield [(page, address + path) for path in paths]
        context.close()


@pytest.mark.parametrize("size", PICTURES, ids=str)
def test_the_whole_picture_is_seen_and_read_from_the_back_row(walls, size, request):
    for page, address in walls:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(address)
        page.wait_for_timeout(200)
        seen = page.evaluate(READ)
        shoot(page, f"wall-{request.node.callspec.id.split(chr(45))[0]}-{address.rsplit(chr(47), 1)[1]}-{size[0]}")
        assert not seen["scrolls"] and seen["cut"] == [], seen
        assert seen["smallest"] >= size[0] * 9 / 16 * SMALLEST, seen["smallest"]
