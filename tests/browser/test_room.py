"""A live room in real browsers: what one does the others see without reloading, and no half-typed word is lost."""

from __future__ import annotations

import socket as sockets
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import uvicorn
from playwright.sync_api import Browser, Page, expect

from deliberation.app import create_app
from deliberation.identity.actions import begin_sign_in
from deliberation.serving import options_of
from deliberation.socket_end import leaving
from tests.matters.story import Story
from tests.people import open_house

LIVE = 5_000
"""Milliseconds for what another person did to be painted. That it comes is tested here; how soon, `benchmarks room` measures."""
SLOW = 15_000


class Hall:
    """The site behind a real server, with a matter at its consultation, and a browser window for each person."""

    def __init__(self, url: str, folder, browser: Browser):
        with sockets.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        story = Story(url, begins=datetime.now(UTC) - timedelta(days=30)).begin().go_to("consultation")
        story.database.close()
        self.village, self.matter_id = story.village, story.matter_id
        self.base = f"http://localhost:{port}"
        self.house = open_house(url, folder, public_url=self.base, port=port)
        self.server = uvicorn.Server(uvicorn.Config(create_app(self.house), **options_of(self.house.settings)))
        self.thread = threading.Thread(target=self.server.run, daemon=True)
        self.browser, self.contexts, self.faults = browser, [], []

    def run(self) -> None:
        leaving.clear()  # Each stands for a process of its own; the one before it may have ended in this one.
        self.thread.start()
        while not self.server.started:
            assert self.thread.is_alive()
            time.sleep(0.02)

    def stop(self) -> None:
        self.server.should_exit = self.server.force_exit = True
        self.thread.join(20)

    def page(self, name: str = "", path: str = "/", *, width: int = 1280, **options) -> Page:
        context = self.browser.new_context(viewport={"width": width, "height": 800}, locale="zh-CN", **options)
        if name:
            who = self.village[name]
            token = self.house.database.change(lambda session, now: begin_sign_in(session, now, person_id=who))
            # Browsers count localhost as secure; the cookie's prefix asks for an address that says so.
            cookie = {"name": "__Host-sign-in", "value": token, "url": "https://localhost", "secure": True}
            context.add_cookies([cookie])
        self.contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("console", lambda line: self.faults.append(line.text) if "Content Security" in line.text else None)
        page.goto(self.base + path)
        return page

    def open_room(self) -> tuple[Page, str]:
        """The chair opens the room by the dossier's own way; the page and the room's path."""
        page = self.page("王秀英", f"/matters/{self.matter_id}")
        page.get_by_role("link", name="打开协商室").first.click()
        page.get_by_role("button", name="打开协商室").click()
        page.wait_for_url("**/rooms/*")
        return page, page.url.removeprefix(self.base)


@pytest.fixture
def hall(sqlite_url, tmp_path, browser) -> Iterator[Hall]:
    made = Hall(sqlite_url, tmp_path, browser)
    made.run()
    yield made
    for context in made.contexts:
        context.close()
    made.stop()
    assert made.faults == []


def connected(page: Page) -> None:
    """Until the page's socket is open: what happens before, it fetches."""
    open_now = "document.getElementById('wire')?._htmx?.ws?.connection?.socket?.readyState === 1"
    until = time.monotonic() + SLOW / 1_000
    while not page.evaluate(open_now):
        assert time.monotonic() < until
        page.wait_for_timeout(50)


def test_two_browsers_see_each_other_without_reloading(hall):
    chair, path = hall.open_room()
    member = hall.page("李强", path, width=360)
    for page in (chair, member):
        connected(page)
    expect(chair.locator("#presence")).to_contain_text("李强", timeout=LIVE)

    member.get_by_role("button", name="我要发言").click()
    expect(chair.locator("#queue")).to_contain_text("李强", timeout=LIVE)
    expect(member.locator("#mine")).to_contain_text("撤回申请", timeout=SLOW)

    chair.get_by_role("button", name="请李强发言").click()
    expect(member.locator("#speaker")).to_contain_text("李强", timeout=LIVE)
    expect(member.locator("#mine")).to_contain_text("正轮到您发言", timeout=LIVE)

    member.locator("#say").fill("早该修了，雨天摔过人。")
    member.locator("#composer").get_by_label("赞成").check()
    member.get_by_role("button", name="交发言").click()
    expect(chair.locator("#said")).to_contain_text("早该修了", timeout=LIVE)
    expect(member.locator("#say")).to_have_value("", timeout=SLOW)

    chair.get_by_text("开始意向测评").click()
    chair.get_by_label("问大家什么").fill("这样修，行不行？")
    chair.get_by_role("button", name="开始测评").click()
    member.get_by_role("link", name="测评").click()
    expect(member.locator("#gauge-now")).to_contain_text("行不行", timeout=LIVE)
    member.get_by_role("button", name="能接受").click(timeout=SLOW)
    expect(chair.locator("#gauge-now")).to_contain_text("1人作答", timeout=LIVE)


def test_a_half_typed_statement_survives_every_update(hall):
    chair, path = hall.open_room()
    typing, other = hall.page("赵敏", path), hall.page("李强", path)
    for page in (chair, typing, other):
        connected(page)
    say = typing.locator("#say")
    say.click()
    say.press_sequentially("我家的菜地")
    other.get_by_role("button", name="我要发言").click()
    expect(typing.locator("#queue")).to_contain_text("李强", timeout=LIVE)
    chair.get_by_role("button", name="请李强发言").click()
    expect(typing.locator("#speaker")).to_contain_text("李强", timeout=LIVE)
    expect(say).to_be_focused()
    say.press_sequentially("不能动。")
    expect(say).to_have_value("我家的菜地不能动。")
    typing.get_by_role("button", name="交发言").click()
    expect(chair.locator("#said")).to_contain_text("我家的菜地不能动。", timeout=LIVE)


def test_the_clerk_writes_for_whoever_spoke_when_the_writing_began(hall):
    """The label follows the speaker while nothing is written; what is begun stays with whom it was begun for."""
    chair, path = hall.open_room()
    clerk = hall.page("林涛", path)
    people = [hall.page(name, path) for name in ("李强", "赵敏")]
    for page in (chair, clerk, *people):
        connected(page)
    for page in people:
        page.get_by_role("button", name="我要发言").click()
        expect(page.locator("#mine")).to_contain_text("撤回申请", timeout=SLOW)
    chair.get_by_role("button", name="请李强发言").click()
    label = clerk.locator("#composer label[for=say]")
    expect(label).to_have_text("记录李强的发言", timeout=LIVE)
    clerk.locator("#say").click()
    clerk.locator("#say").press_sequentially("他说早该修")
    chair.get_by_role("button", name="结束这次发言").click()
    chair.get_by_role("button", name="请赵敏发言").click(timeout=SLOW)
    expect(clerk.locator("#speaker")).to_contain_text("赵敏", timeout=LIVE)
    clerk.wait_for_timeout(1_000)
    expect(label).to_have_text("记录李强的发言")
    clerk.locator("#say").press_sequentially("了。")
    clerk.get_by_role("button", name="记下").click()
    expect(clerk.locator("#said li").last).to_contain_text("李强", timeout=SLOW)
    expect(label).to_have_text("记录赵敏的发言", timeout=SLOW)


def test_a_refusal_is_said_beside_the_control_and_the_control_stays(hall):
    chair, path = hall.open_room()
    member = hall.page("李强", path)
    for page in (chair, member):
        connected(page)
    stale = hall.page("李强", path)
    member.get_by_role("button", name="我要发言").click()
    expect(member.locator("#mine")).to_contain_text("撤回申请", timeout=SLOW)
    stale.get_by_role("button", name="我要发言").click()
    expect(stale.locator("#refused")).to_contain_text("已经在等候发言", timeout=SLOW)
    expect(stale.get_by_role("button", name="我要发言")).to_be_visible()


def test_after_a_lost_line_the_page_is_the_fresh_page(hall):
    _chair, path = hall.open_room()
    member = hall.page("李强", path)
    connected(member)
    member.context.set_offline(True)
    member.evaluate("document.getElementById('wire')._htmx.ws.connection.socket.close()")
    other = hall.page("赵敏", path)
    other.get_by_role("button", name="我要发言").click()
    expect(other.locator("#mine")).to_contain_text("撤回申请", timeout=SLOW)
    member.context.set_offline(False)
    expect(member.locator("#queue")).to_contain_text("赵敏", timeout=SLOW)


def test_the_projector_follows(hall):
    chair, path = hall.open_room()
    wall = hall.page("", f"{path}/screen")
    connected(wall)
    member = hall.page("李强", path)
    member.get_by_role("button", name="我要发言").click()
    chair.get_by_role("button", name="请李强发言").click(timeout=SLOW)
    expect(wall.locator(".wall__name")).to_have_text("李强", timeout=LIVE)
    assert wall.locator("form, button, a[href^='/rooms']").count() == 0


def test_the_meeting_is_closed_and_minuted_in_the_browser(hall):
    chair, path = hall.open_room()
    member = hall.page("李强", path)
    connected(member)
    chair.locator("#mine summary", has_text="结束协商").click()
    chair.get_by_role("button", name="结束协商，起草纪要").click()
    expect(member.locator("#state")).to_contain_text("已结束", timeout=LIVE)
    chair.get_by_label("缺项说明").fill("没有人发言，没有意见")
    chair.get_by_label("提交会议决定").check()
    chair.get_by_role("button", name="形成会议纪要").click()
    chair.wait_for_url(f"**/matters/{hall.matter_id}")
    expect(chair.get_by_text("第1次协商会议纪要").first).to_be_visible()
    expect(member.locator("#state").get_by_role("link", name="会议纪要")).to_be_visible(timeout=LIVE)


def test_nothing_is_wider_than_the_window(hall):
    chair, path = hall.open_room()
    chair.close()
    seen = ((320, "李强", "normal"), (360, "王秀英", "large"), (768, "林涛", "large"), (1440, "李强", "normal"))
    for width, name, text in seen:
        page = hall.page(name, path, width=width)
        page.evaluate(f"document.documentElement.dataset.text = '{text}'")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        page.context.close()


def test_the_chairs_half_typed_reason_survives_and_everybody_sees_it_when_sent(hall):
    """By keyboard: the fold, the reason and the button; meanwhile the queue changes under it."""
    chair, path = hall.open_room()
    member, other = hall.page("李强", path, width=360), hall.page("赵敏", path)
    for page in (chair, member, other):
        connected(page)
    member.get_by_role("button", name="我要发言").click()
    chair.get_by_role("button", name="请李强发言").click(timeout=SLOW)
    fold = chair.locator("#fold-speaker > summary")
    expect(fold).to_be_visible(timeout=SLOW)
    fold.focus()
    chair.keyboard.press("Enter")
    chair.keyboard.press("Tab")
    reason = chair.get_by_label("理由，大家都看得见").first
    expect(reason).to_be_focused()
    reason.press_sequentially("请对着")
    other.get_by_role("button", name="我要发言").click()
    expect(chair.locator("#queue")).to_contain_text("赵敏", timeout=LIVE)
    chair.wait_for_timeout(1_000)
    expect(reason).to_be_focused()
    reason.press_sequentially("方案讲")
    expect(reason).to_have_value("请对着方案讲")
    chair.keyboard.press("Tab")
    chair.keyboard.press("Tab")
    expect(chair.get_by_role("button", name="提醒守规则")).to_be_focused()
    chair.keyboard.press("Enter")
    expect(member.locator("#said")).to_contain_text("主持人提醒李强守规则。理由：请对着方案讲", timeout=LIVE)
    expect(member.locator("#polite")).to_contain_text("主持人提醒李强守规则", timeout=LIVE)
    member.locator("#gauge, [href='#gauge']").first.click()
    expect(member.locator("#appeals")).to_contain_text("处置1次", timeout=LIVE)
    member.locator("#fold-appeal > summary").click(timeout=SLOW)
    member.get_by_label("申诉的理由").fill("我在讲方案")
    member.get_by_role("button", name="申诉", exact=True).click()
    other.get_by_role("button", name="改变").click(timeout=SLOW)
    expect(chair.locator("#appeals")).to_contain_text("维持0，改变1", timeout=LIVE)


def test_a_clock_warns_once_and_says_once_that_it_is_over(hall):
    """The polite region is not flooded: at 30 seconds and at the end one sentence each, though the clock ticks on."""
    _chair, path = hall.open_room()
    member = hall.page("李强", path)
    connected(member)
    member.evaluate(
        "window.heard = []; const say = window.politely;"
        " window.politely = (words) => { window.heard.push(words); say(words); }"
    )
    for seconds, words in ((31, "发言还剩30秒"), (1, "发言时间到了")):
        clock = f"""(() => {{ const b = document.createElement('b'), now = Date.now();
            b.dataset.until = new Date(now + {seconds} * 1000).toISOString(); b.dataset.now = new Date(now).toISOString();
            b.dataset.warn = '发言还剩30秒'; b.dataset.over = '发言时间到了'; document.body.append(b); }})()"""
        member.evaluate(clock)
        member.wait_for_timeout(4_000)
        assert member.evaluate("window.heard").count(words) == 1
