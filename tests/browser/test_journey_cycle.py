"""One matter round the whole cycle in several browsers, started as a newcomer starts it: `make run` on an empty folder."""

from __future__ import annotations

import re
from datetime import date, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import AT_ONCE, PHONE, Cast, Someone, shoot
from tests.journeys.walking import Walker

TITLE = "2号楼门前装两盏路灯"
SUMMARY = "2号楼门前晚上没有灯，老人下楼看不清台阶。希望在台阶两边各装一盏。"
SAID = "我母亲去年就在这里摔过，我赞成装，灯罩朝下，不要照进窗户。"
ENOUGH = 6
"""More presses of the clock than any step here needs: other matters of the demo have dates too."""


class Cycle:
    """The matter and those who bring it round."""

    def __init__(self, cast: Cast):
        self.cast = cast
        self.member = cast.person("李强", PHONE)
        self.officer = cast.person("钱芳")
        self.chair = cast.person("王秀英")
        self.supervisor = cast.person("周明")
        self.visitor = cast.visitor()
        self.home = ""

    def until(self, who: Someone, words: str) -> None:
        """Move the demo's clock with the button of the banner until the dossier offers the next thing."""
        for _press in range(ENOUGH):
            who.go(self.home)
            if who.page.locator("#now-box").get_by_role("link", name=words).count():
                return
            who.press("过到下一个期限", within=".banners")
        raise AssertionError(f"{words} never came: {who.page.locator('#now-box').inner_text()}")

    def do(self, who: Someone, words: str) -> Someone:
        """Follow what the box of the dossier offers."""
        who.go(self.home)
        who.page.locator("#now-box").get_by_role("link", name=words).first.click()
        who.page.wait_for_load_state("load")
        return who

    def attach(self, who: Someone, kind: str) -> None:
        who.go(f"{self.home}/evidence/new")
        who.choose(kind=kind).write(note="已经核对，原件存社区。").press("补充")


def test_a_matter_goes_round_the_whole_cycle(newcomers: Cast) -> None:
    cycle = Cycle(newcomers)
    propose(cycle)
    screen_and_tell(cycle)
    talk(cycle)
    decide(cycle)
    disclose_and_answer(cycle)
    carry_out_and_close(cycle)
    look_as_a_stranger(cycle)


def propose(cycle: Cycle) -> None:
    member = cycle.member
    member.go("/")
    member.follow("我要提一个议题")
    member.write(title=TITLE, summary=SUMMARY).choose(procedure="six_steps").press("提出")
    expect(member.page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    cycle.home = member.path
    assert re.fullmatch(r"/matters/\d+", cycle.home)


def screen_and_tell(cycle: Cycle) -> None:
    officer = cycle.do(cycle.officer, "准入审查")
    officer.press("各项都不属于")
    assert officer.page.locator('main input[type="radio"][value="no"]:checked').count() == 5
    officer.write(reason="逐项对照，均不属于不纳入协商的情形。").press("作出审查意见")
    # The proposer's open page moves on by itself.
    expect(cycle.member.page.locator("#file")).to_contain_text("准入审查意见", timeout=AT_ONCE)
    give_notice(cycle, "关于协商路灯的通知")


def give_notice(cycle: Cycle, title: str) -> None:
    officer = cycle.do(cycle.officer, "通知")
    officer.write(title=title, body="定于下周在社区议事厅讨论，附说明。")
    officer.page.locator("main label", has_text="居民代表会议").locator("input").check()
    officer.press("发出通知")
    boxes = officer.page.locator('main input[name="person"]')
    for number in range(boxes.count()):
        boxes.nth(number).check()
    officer.write(proof="钱芳上门送达，本人签收").press("登记送达")
    officer.press("确认全部送达")


def talk(cycle: Cycle) -> None:
    chair, member, visitor = cycle.chair, cycle.member, cycle.visitor
    cycle.until(chair, "打开协商室")
    member.go(cycle.home)
    cycle.do(chair, "打开协商室").press("打开协商室")
    room = chair.path
    member.page.locator("#now-box").get_by_role("link", name="进入协商室").click(timeout=AT_ONCE)
    member.page.wait_for_url("**/rooms/*")
    visitor.go(room)
    chair.page.evaluate("window.stays = 1")
    speak(cycle)
    cycle.officer.go(f"{cycle.home}/plans/new")
    cycle.officer.write(body=SUMMARY + "灯罩朝下，22时后减半亮度。").press("存为")
    gauge(cycle)
    shoot(chair.page, "room-open-desk")
    # None of this was a reload.
    assert chair.page.evaluate("window.stays") == 1
    chair.press("结束这次发言")
    expect(chair.page.locator("#mine")).to_contain_text("没有人等候发言")
    chair.page.locator("summary", has_text="结束协商").click()
    chair.press("结束协商，起草纪要")
    expect(member.page.locator("#state")).to_contain_text("已结束", timeout=AT_ONCE)
    expect(chair.page.locator('[name="body"]')).to_have_value(re.compile(SAID))
    chair.choose(outcome="submit").press("形成")
    chair.page.wait_for_url("**" + cycle.home)


def speak(cycle: Cycle) -> None:
    chair, member, visitor = cycle.chair, cycle.member, cycle.visitor
    expect(chair.page.locator("#presence")).to_contain_text("李强", timeout=AT_ONCE)
    member.page.locator("main").get_by_role("button", name="我要发言").click()
    expect(chair.page.locator("#queue")).to_contain_text("李强", timeout=AT_ONCE)
    chair.page.get_by_role("button", name="请李强发言").click(timeout=AT_ONCE)
    expect(member.page.locator("#mine")).to_contain_text("正轮到您发言", timeout=AT_ONCE)
    expect(visitor.page.locator("#speaker")).to_contain_text("李强", timeout=AT_ONCE)
    member.page.locator("#say").click()
    member.page.locator("#composer").get_by_text("赞成", exact=True).click()
    member.write(body=SAID)
    member.page.get_by_role("button", name="交发言").click()
    for one in (chair, visitor, member):
        expect(one.page.locator("#said")).to_contain_text(SAID, timeout=AT_ONCE)


def gauge(cycle: Cycle) -> None:
    chair, member = cycle.chair, cycle.member
    chair.page.locator("summary", has_text="开始意向测评").click()
    chair.write(question="两盏灯够不够？", options="够\n不够")
    chair.page.get_by_role("button", name="开始测评").click()
    member.page.locator(".hall__tabs").get_by_role("link", name="测评").click()
    expect(member.page.locator("#gauge-now")).to_contain_text("两盏灯够不够", timeout=AT_ONCE)
    member.page.locator("#my-gauge").get_by_role("button", name="够", exact=True).click(timeout=AT_ONCE)
    for one in (chair, cycle.visitor):
        expect(one.page.locator("#gauge-now")).to_contain_text("1人作答", timeout=AT_ONCE)
    shoot(member.page, "room-phone")


def decide(cycle: Cycle) -> None:
    chair, member = cycle.chair, cycle.member
    give_notice(cycle, "居民代表会议通知")
    cycle.until(chair, "打开表决")
    cycle.do(chair, "打开表决").press("冻结名册，打开表决")
    poll = chair.path
    assert re.fullmatch(r"/polls/\d+", poll)
    expect(chair.page.locator("#turnout")).to_contain_text("已有0人投票")
    cycle.do(member, "去投票").choose(choice="yes")
    shoot(member.page, "ballot-phone")
    member.press("下一步：核对")
    expect(member.page.locator("#mine")).to_contain_text("还没有投出")
    expect(member.page.locator("#review")).to_be_focused()
    shoot(member.page, "review-phone")
    member.press("返回修改")
    expect(member.page.locator('#mine input[type="radio"][value="yes"]')).to_be_checked()
    member.press("下一步：核对").locator("#mine").get_by_role("button", name="确认投票").click()
    expect(member.page.locator("#mine")).to_contain_text("您已投票")
    expect(chair.page.locator("#turnout")).to_contain_text("已有1人投票", timeout=AT_ONCE)
    chair.page.locator("summary", has_text="结束表决").click()
    for name in ("吴桂兰", "孙立国"):
        with Walker(chair.address) as other:
            other.sign_in(cycle.cast.server.link_of(name)).go(poll)
            other.press(r"/polls/\d+/ballots", choice="yes")
            other.press(r"/polls/\d+/ballots")
    expect(chair.page.locator("#turnout")).to_contain_text("已有3人投票", timeout=AT_ONCE)
    # What the chair has opened stays open while the count beneath it goes on.
    expect(chair.page.locator("#fold-closing[open]")).to_contain_text("还有1人没有投票", timeout=AT_ONCE)
    chair.press("确认结束表决")
    for one in (chair, member):
        expect(one.page.locator("#poll-state")).to_contain_text("通过", timeout=AT_ONCE)
    shoot(chair.page, "result-desk")
    chair.go(f"{poll}/resolution/new")
    chair.press("发布")
    expect(member.page.locator("#poll-state")).to_contain_text("看决议文件", timeout=AT_ONCE)


def disclose_and_answer(cycle: Cycle) -> None:
    officer, member, supervisor = cycle.officer, cycle.member, cycle.supervisor
    post_up(cycle, "居民代表会议通过：2号楼门前装两盏路灯。")
    cycle.do(member, "递交异议").write(body="灯会不会照进二楼窗户？").press("提出异议")
    cycle.do(officer, "书面答复异议").write(answer="灯罩朝下，22时后减半亮度，已写进方案。").choose(upheld="no").press(
        "答复"
    )
    inspect(cycle, "5月20日在公告栏和各单元门口看到公示，内容与决议一致。")
    assert supervisor.path.startswith(cycle.home)
    take_down(cycle)
    cycle.do(officer, "反馈")
    while officer.page.locator('main form[action^="/replies/"]').count():
        officer.write(answer="采纳：灯罩朝下。").press("答复")
    member.go(f"{cycle.home}/replies")
    expect(member.page.locator("main")).to_contain_text("采纳：灯罩朝下")
    cycle.do(officer, "完成反馈").write(body="发言的人都已经答复。").press("发出")


def post_up(cycle: Cycle, body: str) -> None:
    cycle.do(cycle.officer, "公示").write(body=body, place="小区公告栏、各单元门口").press("开始公示")
    cycle.attach(cycle.officer, "posting_photo")


def inspect(cycle: Cycle, finding: str) -> None:
    cycle.do(cycle.supervisor, "监督检查").write(finding=finding).choose(satisfied="yes").press("提交检查结果")


def take_down(cycle: Cycle) -> None:
    cycle.until(cycle.officer, "结束公示")
    cycle.do(cycle.officer, "结束公示").press("结束公示")


def carry_out_and_close(cycle: Cycle) -> None:
    officer = cycle.officer
    due = (date.today() + timedelta(days=200)).isoformat()
    cycle.do(officer, "落实事项").write(title="买灯、装灯", owner="钱芳", due_on=due).press("交办")
    officer.go(f"{cycle.home}/tasks")
    officer.follow("买灯、装灯").locator('[name="report"]').fill("两盏灯已装好，花费1860元，许桂珍、何长海验收。")
    officer.press("报告办完了")
    cycle.attach(officer, "acceptance")
    cycle.do(officer, "记录实施结果").write(body="两盏灯已装好，验收合格。").press("发出")
    post_up(cycle, "两盏灯已装好，花费1860元。")
    inspect(cycle, "现场看到两盏灯都亮，灯罩朝下。")
    take_down(cycle)
    inspect(cycle, "公示满15日，没有异议；账目与票据相符。")
    cycle.do(cycle.supervisor, "办结").write(body="路灯已装好，居民满意。").press("发出")
    expect(officer.page.locator("#now-box")).to_contain_text("已经办结")
    shoot(officer.page, "dossier-closed-desk")


def look_as_a_stranger(cycle: Cycle) -> None:
    visitor = cycle.visitor
    visitor.go(cycle.home)
    expect(visitor.page.locator("#now-box")).to_contain_text("已经办结")
    expect(visitor.page.locator("#docs ~ ol .doc, .docs .doc").first).to_be_visible()
    for words in ("路灯", "路燈"):
        visitor.go("/matters")
        visitor.page.get_by_label("搜索议题和决议").fill(words)
        visitor.press("搜索")
        expect(visitor.page.locator("main")).to_contain_text(TITLE)
    visitor.go("/log")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    visitor.go("/verify")
    expect(visitor.page.locator("main")).to_contain_text("deliberation audit verify")
