"""青溪村 at its browsers: a small village of the tests' own cast with the demo's clock, and what people do there often."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page

from deliberation.audit.actions import Actor
from deliberation.identity.actions import issue_link
from deliberation.identity.models import person
from tests.browser.conftest import DESK, PHONE, Cast, Someone
from tests.journeys.servers import Server, environment, free_port
from tests.journeys.walking import Walker
from tests.people import Place, build_village, open_database
from tests.schema import make_schema

ENOUGH = 6
"""More presses of the clock than any step needs."""
PARTS = {
    "chair": "王秀英",
    "officer": "钱芳",
    "clerk": "林涛",
    "first": "吴桂兰",
    "second": "孙立国",
    "supervisor": "周明",
    "member": "李强",
}
FORWARD = re.compile("过到下一个期限|过一天")
_DAY = re.compile(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日\D*(\d{1,2}):(\d{2})")


class Villager(Someone):
    """Somebody who waits for the answer to a form before the next person looks."""

    def press(self, words: str, within: str = "main") -> Page:
        button = self.page.locator(within).get_by_role("button", name=words).first
        if button.evaluate("one => one.type === 'submit' && !one.closest('[hx-post]')"):
            with self.page.expect_navigation(wait_until="load"):
                button.click()
        else:
            button.click()
        return self.page


class Village(Cast):
    """The village and one matter in it. Everybody signs in by a link of their own."""

    plays = Villager
    home = ""
    """The path of the dossier."""

    def __init__(self, browser: Browser, folder: Path):
        url = f"sqlite:///{folder / 'village.sqlite3'}"
        make_schema(url)
        place = self.build(url)
        database = open_database(url)
        self.tokens = database.change(
            lambda session, now: {
                name: issue_link(
                    session, now, who=person(session, id), actor=Actor(), is_reusable=True, lasts=timedelta(days=3650)
                )
                for name, id in place.people.items()
            }
        )
        database.close()
        env = environment(folder / "data", free_port(), database_url=url, clock="demo")
        super().__init__(browser, Server(["serve"], env, folder=folder))

    def __getattr__(self, name: str) -> Someone:
        """Those who play a part sign in when they are first needed."""
        if name not in PARTS:
            raise AttributeError(name)
        made = self.person(PARTS[name], PHONE if name == "member" else DESK)
        setattr(self, name, made)
        return made

    def build(self, url: str) -> Place:
        """Found the village in an empty database."""
        database = open_database(url)
        place = build_village(database, is_demo=True)
        database.close()
        return place

    def link_of(self, name: str) -> str:
        return f"{self.server.address}/sign-in/{self.tokens[name]}"

    def person(self, name: str, size: dict[str, int] = DESK, **options: object) -> Someone:
        return self.visitor(size, **options).sign_in(self.link_of(name))

    # --- the dossier ----------------------------------------------------------------------------------------------

    def do(self, who: Someone, words: str) -> Someone:
        """Follow what the box of the dossier offers."""
        who.go(self.home)
        who.page.locator("#now-box").get_by_role("link", name=words).first.click()
        who.page.wait_for_load_state("load")
        return who

    def until(self, who: Someone, words: str) -> None:
        """Press the clock's button of the banner until the dossier offers the next thing."""
        for _press in range(ENOUGH):
            who.go(self.home)
            if who.page.locator("#now-box").get_by_role("link", name=words).count():
                return
            self.forward(who)
        raise AssertionError(f"{words} never came: {who.page.locator('#now-box').inner_text()}")

    def attach(self, kind: str, note: str) -> None:
        self.do(self.officer, "添加佐证").choose(kind=kind).write(note=note).press("补充")

    def give_notice(self, title: str, *bodies: str) -> None:
        """Send it out, enter for each how they were told, confirm."""
        officer = self.do(self.officer, "通知")
        for body in bodies:
            officer.page.locator("main label", has_text=body).locator("input").check()
        officer.write(title=title, body="定于下周在村委会办公室开会，材料附后。").press("发出通知")
        boxes = officer.page.locator('main input[name="person"]')
        for number in range(boxes.count()):
            boxes.nth(number).check()
        officer.write(proof="钱芳上门送达，本人签收").press("登记送达")
        officer.press("确认全部送达")

    # --- a meeting and its votes ------------------------------------------------------------------------------------

    def now(self, page: Page) -> datetime:
        """What the clock of the demo says on the banner."""
        year, *rest = _DAY.search(page.locator(".banner--demo").inner_text()).groups()
        return datetime(int(year or datetime.now().year), *map(int, rest))

    def forward(self, who: Someone) -> None:
        """The button of the banner: to the next deadline, or a day where nothing waits."""
        who.page.locator(".banners").get_by_role("button", name=FORWARD).click()
        who.page.wait_for_load_state("load")

    def meet(self, here: tuple[str, ...]) -> str:
        """Call the meeting of the step's body for tomorrow, open it when the hour has come, sign these in at the door."""
        chair = self.do(self.chair, "召集会议")
        at = (self.now(chair.page) + timedelta(days=1)).replace(hour=9, minute=0)
        chair.write(place="村委会二楼会议室", starts_at=at.strftime("%Y-%m-%dT%H:%M")).press("召集会议")
        meeting = chair.path
        for _press in range(ENOUGH):
            if chair.page.locator("main").get_by_role("button", name="宣布开会").is_enabled():
                break
            self.forward(chair)
            chair.go(meeting)
        chair.press("宣布开会")
        clerk = self.do(self.clerk, "去会议")
        clerk.follow("签到处")
        self.tick(clerk, here)
        return meeting

    def tick(self, clerk: Someone, here: tuple[str, ...]) -> None:
        for name in here:
            clerk.page.get_by_label(name).check()
        clerk.press("登记")

    def open_poll(self) -> str:
        self.do(self.chair, "打开表决").press("冻结名册，打开表决")
        assert re.fullmatch(r"/polls/\d+", self.chair.path), self.chair.page.locator("main").inner_text()
        return self.chair.path

    def vote(self, who: Someone, choice: str = "yes") -> None:
        """Review and confirm on their own device."""
        self.do(who, "去投票").choose(choice=choice).press("下一步：核对")
        who.page.locator("#mine").get_by_role("button", name="确认投票").click()
        who.page.get_by_text("您已投票").first.wait_for()

    def votes_elsewhere(self, poll: str, name: str, choice: str) -> None:
        """Somebody with an old phone, without scripts."""
        with Walker(self.server.address) as other:
            other.sign_in(self.link_of(name)).go(poll)
            other.press(r"/polls/\d+/ballots", choice=choice)
            other.press(r"/polls/\d+/ballots")

    def close(self, poll: str) -> None:
        chair = self.chair
        chair.go(poll)
        chair.page.locator("summary", has_text="结束表决").click()
        chair.press("确认结束表决")
        chair.page.locator("#poll-state .verdict").get_by_text("通过").first.wait_for()

    def resolve(self, title: str) -> None:
        """From the result to the paper that closes the step."""
        self.chair.follow("形成")
        self.chair.write(title=title).press("发布")
