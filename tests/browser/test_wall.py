"""Pages for the projector: all of the picture is seen without scrolling, in type that the back row reads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from deliberation.communities.models import Community, community
from deliberation.db import Database
from deliberation.identity.actions import begin_sign_in
from deliberation.legislation.draft_models import DraftLaw
from deliberation.legislation.drafting import Draft, bring_draft
from deliberation.matters.models import matter
from deliberation.voting.actions import Question, close_poll, open_poll
from deliberation.voting.kinds_rules import YES_NO, Kind
from tests.browser.conftest import PATIENCE, shoot
from tests.browser.test_beside_phones import say
from tests.browser.test_room import LIVE, Hall, connected, hall
from tests.faults.killing import serving
from tests.legislation.texts import FIRST, read
from tests.people import open_database
from tests.schema import make_schema
from tests.voting.desks import CLERK
from tests.voting.meetings import begun
from tests.voting.polls import Meeting, build_estate, build_meeting, cast

__all__ = ["hall"]

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


def _settled(page: Page, least: float) -> dict:
    """What is read of the wall once its type has been fitted to the new size, or at last what it is then."""
    for _look in range(20):
        page.wait_for_timeout(200)
        seen = page.evaluate(READ)
        if not seen["scrolls"] and seen["cut"] == [] and seen["smallest"] >= least:
            break
    return seen


@pytest.mark.parametrize("size", PICTURES, ids=str)
def test_the_whole_picture_is_seen_and_read_from_the_back_row(walls, size, request):
    for page, address in walls:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        page.goto(address)
        least = size[0] * 9 / 16 * SMALLEST
        seen = _settled(page, least)
        shoot(page, f"wall-{request.node.callspec.id.split(chr(45))[0]}-{address.rsplit(chr(47), 1)[1]}-{size[0]}")
        assert not seen["scrolls"] and seen["cut"] == [], seen
        assert seen["smallest"] >= least, seen["smallest"]


LAW = "中华人民共和国城市居民委员会组织法（修订草案）"
ARTICLE = (
    "居民委员会由主任、副主任和委员共五至九人组成，根据实际需要可以设置。居民委员会成员由本居住地区全体有选举权的居民选举产生，"
    "每届任期五年，可以连选连任。多民族居住的地区，居民委员会中应当有人数较少的民族的成员，妇女应当有适当名额。"
)
TYPE = "(one) => parseFloat(getComputedStyle(document.querySelector(one)).fontSize)"


def _about_article(hall: Hall) -> None:
    """The matter is about an article of a public draft, and called by it."""

    def write(session, now):
        place, actor = community(session, hall.village.id), hall.village.actor("陈静")
        text = read(FIRST.replace("加装电梯方案应当公示，公示期不少于十日。", ARTICLE))
        draft = bring_draft(session, now, community=place, title=LAW, first=Draft("一审稿", text), actor=actor)
        session.get(DraftLaw, draft.id).published_at = now
        found = matter(session, hall.matter_id)
        found.about, found.title = f"draft/{draft.id}/article/4", f"{LAW}第四条"

    hall.house.database.change(write)


def _whole(wall: Page, name: str) -> None:
    for width, tall in PICTURES[1:]:
        wall.set_viewport_size({"width": width, "height": tall})
        seen = _settled(wall, tall * SMALLEST)
        shoot(wall, f"wall-room-{name}-{width}")
        assert not seen["scrolls"] and seen["cut"] == [], (name, seen)
        assert seen["smallest"] >= tall * SMALLEST, (name, seen["smallest"])


def test_an_article_stands_on_the_wall_with_its_text_and_its_name_once(hall: Hall):
    _about_article(hall)
    chair, path = hall.open_room()
    member, wall = hall.page("李强", path), hall.page("", f"{path}/screen", width=1440)
    for page in (member, wall):
        connected(page)
    for name in ("before", "speaks"):
        _whole(wall, name)
        expect(wall.locator(".wall__text")).to_be_visible()
        assert wall.evaluate("document.body.innerText").count(LAW) == 1
        assert wall.evaluate(TYPE, ".wall__clock b") >= 160, "the clock stays huge"
        if name == "before":
            say(member, f"{path}/turns", position="for")
            expect(chair.locator("#queue")).to_contain_text("李强", timeout=LIVE)
            say(chair, "/turns/1/floor")
            expect(wall.locator(".wall__name")).to_have_text("李强", timeout=LIVE)


def test_a_result_told_while_somebody_speaks_has_half_of_the_wall_until_another_speaks(hall: Hall):
    chair, path = hall.open_room()
    people = [hall.page(name, path) for name in ("李强", "赵敏", "周明")]
    wall = hall.page("", f"{path}/screen", width=1440)
    for page in (*people, wall):
        connected(page)
    for page, name in zip(people, ("李强", "赵敏"), strict=False):
        say(page, f"{path}/turns", position="for")
        expect(chair.locator("#queue")).to_contain_text(name, timeout=LIVE)
    say(chair, "/turns/1/floor")
    say(chair, f"{path}/gauges", question="先修排水沟，再硬化路面", options="%0A".join(ROADS))
    expect(people[2].locator("#gauge-now")).to_contain_text("先修排水沟", timeout=LIVE)
    for number, page in enumerate(people):
        say(page, "/gauges/1/marks", option=str(number % 2))
    expect(chair.locator("#gauge-now")).to_contain_text("3人作答", timeout=LIVE)
    say(chair, "/gauges/1/closing")
    expect(wall.locator("#wall")).to_have_class("wall__live", timeout=LIVE)
    say(chair, "/gauges/1/release")
    expect(wall.locator("#wall")).to_have_class("wall__live is-told", timeout=LIVE)
    _whole(wall, "told")
    wall.set_viewport_size({"width": 1440, "height": 900})
    assert wall.evaluate(TYPE, ".wall__clock b") >= 140 and wall.evaluate(TYPE, ".gauge li span") >= 30
    half = wall.locator(".wall__gauge").bounding_box()
    assert half["height"] >= 0.4 * 900
    starts = {round(one.bounding_box()["x"]) for one in wall.locator(".gauge svg").all()}
    assert len(starts) == 1, "bars that are compared begin at one line"

    say(chair, "/turns/1/end")
    expect(wall.locator("#wall")).to_have_class("wall__live is-asking", timeout=LIVE)
    say(chair, "/turns/2/floor")
    expect(wall.locator("#wall")).to_have_class("wall__live", timeout=LIVE)


def test_after_the_end_no_time_stands_on_the_wall(hall: Hall):
    chair, path = hall.open_room()
    wall = hall.page("", f"{path}/screen", width=1440)
    connected(wall)
    expect(wall.locator(".wall__clock")).to_contain_text("每人每次")
    say(chair, f"{path}/closing")
    expect(wall.locator(".wall__name")).to_have_text("谢谢大家", timeout=LIVE)
    expect(wall.locator(".wall__clock")).to_have_text("")
    _whole(wall, "over")
