"""An evening in 青溪村: a matter that stands at its consultation, and what happens round a room before and after it."""

from __future__ import annotations

import io
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import docx
import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect
from sqlmodel import Session

from deliberation.assemblies.models import Household, Resident
from tests.browser.conftest import SHOTS, Someone
from tests.browser.test_room import connected
from tests.browser.village import Village
from tests.matters.story import Story
from tests.people import Place

WIDTHS = (360, 768, 1440)
LOOKS = ("light", "dark")
HOUSEHOLDERS = ("李强", "赵敏", "刘洋", "黄丽", "徐刚", "马超")
MANY = 20
"""More presses of the clock than any wait of an evening needs."""


class Evening(Village):
    """The village, one matter at its consultation, and the convening of it."""

    called = room = minutes = ""

    def build(self, url: str) -> Place:
        story = Story(url, begins=datetime.now(UTC) - timedelta(days=30), is_demo=True)
        story.begin().go_to("consultation")
        story.database.change(lambda session, _now: self._houses(session, story.village))
        story.database.close()
        self.home = f"/matters/{story.matter_id}"
        return story.village

    def _houses(self, session: Session, village: Place) -> None:
        """Those who can be drawn."""
        for number, name in enumerate(HOUSEHOLDERS, 1):
            home = Household(community_id=village.id, number=f"{number}号")
            session.add(home)
            session.flush()
            session.add(Resident(household_id=home.id, person_id=village[name], is_representative=True))

    # --- before it

    def convene(self, form: str, days: int, **fields: str) -> None:
        """Call it for nine o'clock in so many days."""
        chair = self.chair
        chair.go(f"{self.home}/convenings/new")
        at = (self.now(chair.page) + timedelta(days=days)).replace(hour=9, minute=0)
        chair.choose(form=form).write(starts_at=at.strftime("%Y-%m-%dT%H:%M"), **fields).press("召集")
        self.called = chair.path
        assert re.fullmatch(r"/convenings/\d+", self.called), chair.page.locator("main").inner_text()

    def lay(self, subject: str = "document/1") -> None:
        chair = self.unfold("fold-paper")
        chair.page.locator('main [name="subject"]').select_option(subject)
        chair.press("公开")

    def unfold(self, id: str, who: Someone | None = None) -> Someone:
        who = who or self.chair
        who.page.locator(f"#{id} > summary").click()
        return who

    def invite(self, name: str, role: str, **fields: str) -> None:
        chair = self.unfold("fold-invite")
        chair.page.locator('main [name="role"]').select_option(role)
        if fields.pop("guest", ""):
            chair.page.get_by_label("外来的人").check()
        chair.write(name=name, **fields)
        chair.page.get_by_role("button", name="邀请", exact=True).click()
        expect(chair.page.locator("#guests")).to_contain_text(name)

    def open(self) -> None:
        """Wait for the day, then open the room with the numbers that the form proposes."""
        chair = self.chair
        for _press in range(MANY):
            chair.go(self.called)
            opens = chair.page.locator("main").get_by_role("link", name="打开协商室")
            if opens.count() and opens.first.get_attribute("aria-disabled") != "true":
                break
            self.forward(chair)
        opens.first.click()
        chair.press("打开协商室")
        self.room = chair.path
        assert re.fullmatch(r"/rooms/\d+", self.room), chair.page.locator("main").inner_text()

    def enter(self, *people: Someone) -> None:
        for one in people:
            one.go(self.room)
            connected(one.page)

    # --- after it

    def correct(self, who: Someone, passage: str, wording: str) -> None:
        """Somebody asks, the clerk takes it up, and wherever else the old words stand."""
        who.go(self.minutes)
        who.follow("要求更正")
        who.write(passage=passage, wording=wording, reason="我是这样说的").press("要求更正")
        expect(who.page.locator("#corrections")).to_contain_text("等答复")
        self.clerk.go(self.minutes)
        self.clerk.follow("答复1条更正")
        self.clerk.press("采纳，出新的一版")
        expect(self.clerk.page.locator("main")).to_contain_text(re.compile("第2版|更正以前的话"))
        elsewhere = self.clerk.page.get_by_role("button", name="这里也改，出新的一版")
        for _place in range(elsewhere.count()):
            elsewhere.first.click()
            self.clerk.page.wait_for_load_state()
        expect(elsewhere).to_have_count(0)
        self.clerk.go(self.minutes)
        expect(self.clerk.page.locator("main")).to_contain_text("第2版")

    def wait_out(self) -> None:
        """Until the days for corrections are over."""
        for _press in range(MANY):
            self.chair.go(f"{self.minutes}/signing")
            if "要求更正的时间还没有过" not in self.chair.page.locator("main").inner_text():
                return
            self.forward(self.chair)
        raise AssertionError("the days for corrections never ended")

    def sign(self) -> None:
        for who in (self.chair, self.clerk):
            who.go(self.minutes)
            who.page.locator("#minutes-mine").get_by_role("link", name="签名定稿").click()
            who.page.get_by_label("我核对过全文").check()
            who.press("确认签名")
        expect(self.clerk.page.locator("main")).to_contain_text("已签名定稿")

    def words_of(self, who: Someone, name: str) -> str:
        """A paper of the minutes as a program that opens such files reads it, without spaces."""
        made = who.page.request.get(f"{self.server.address}{self.minutes}/papers/{name}").body()
        if name.endswith(".docx"):
            file = docx.Document(io.BytesIO(made))
            cells = (cell.text for table in file.tables for row in table.rows for cell in row.cells)
            return "".join("".join((*(each.text for each in file.paragraphs), *cells)).split())
        pages = (page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(made))
        return "".join("".join(pages).split())


@contextmanager
def evening(browser: Browser, folder: pytest.TempPathFactory) -> Iterator[Evening]:
    """Nobody's page may break its policy, fail in a script or ask another machine."""
    made = Evening(browser, folder.mktemp("evening"))
    try:
        yield made
    finally:
        made.leave()
        made.server.stop()
    assert made.wrong == []


def look(page: Page, name: str) -> None:
    """Nothing hangs out at any of three widths; with ``DELIBERATION_LOOK`` pictures of each in light and dark are kept."""
    SHOTS.mkdir(exist_ok=True)
    size, theme = page.viewport_size, page.evaluate("document.documentElement.dataset.theme ?? ''")
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 780 if width < 500 else 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width, (name, width)
        for each in LOOKS if os.environ.get("DELIBERATION_LOOK") else ():
            page.evaluate("(theme) => document.documentElement.dataset.theme = theme", each)
            page.screenshot(path=SHOTS / f"{name}-{width}-{each}.png", full_page=True, timeout=60_000)
    page.set_viewport_size(size)
    page.evaluate("(theme) => document.documentElement.dataset.theme = theme", theme)
