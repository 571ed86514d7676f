"""四议两公开 in a village, from the proposal to the second disclosure: four bodies on one text, by devices, hands and paper."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pypdfium2
import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import AT_ONCE, Someone, shoot
from tests.browser.village import Village

TITLE = "村口到小学的路灯"
PLAN = """一、村口到小学800米，装太阳能路灯二十盏。
二、资金6万元，用村集体资金，不向村民筹资筹劳。
三、今年12月底前装好，村务监督委员会验收。"""
SAID = "孩子放学天已经黑了，我赞成装，先装小学门口那一段。"
PAPER = ("黄丽", "徐刚", "马超", "朱红")
"""Representatives who vote on paper; 徐刚's mark is read differently by the two counters."""


@pytest.fixture(scope="module")
def village(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    village = Village(browser, tmp_path_factory.mktemp("village"))
    try:
        yield village
    finally:
        village.leave()
        village.server.stop()
    assert village.wrong == [], "a page broke its policy, failed in a script, or asked another machine"


def test_four_bodies_decide_on_one_text_and_its_result_is_made_public(village: Village) -> None:
    propose(village)
    by_devices(village)
    by_hands(village)
    consult(village)
    the_party_members(village)
    by_paper_and_devices(village)
    one_text_through_four_bodies(village)
    make_public_and_carry_out(village)
    make_public_again_and_evaluate(village)


def propose(village: Village) -> None:
    chair = village.chair
    chair.go("/matters")
    chair.follow("提出议题")
    chair.write(title=TITLE, summary="村口到小学800米没有路灯，孩子冬天放学路黑。").choose(
        procedure="village_four_two"
    ).press("提出")
    village.home = chair.path
    assert re.fullmatch(r"/matters/\d+", village.home)
    village.do(village.officer, "调整方案").write(body=PLAN).press("存为第1版")
    village.attach("opinions_heard", "走访42户，征求党员、村民代表和村民意见")


def by_devices(village: Village) -> None:
    """第一议: two members of the party branch on their phones, in the room."""
    poll = village.open_poll()
    village.chair.follow("登记到会")
    village.tick(village.chair, ("王秀英", "钱芳"))
    for one in (village.chair, village.officer):
        village.vote(one)
    village.close(poll)
    village.resolve("村党支部提议书")
    screen_and_tell(village)


def screen_and_tell(village: Village) -> None:
    screening = village.do(village.officer, "准入审查")
    screening.press("各项都不属于")
    screening.write(reason="逐项对照，均不属于不纳入协商的情形。").press("作出审查意见")
    village.give_notice("关于协商路灯的通知", "村民代表会议")
    village.until(village.chair, "打开表决")


def by_hands(village: Village) -> None:
    """第二议: the two committees meet and raise their hands; two count, both agree, both seal."""
    village.meet(("王秀英", "钱芳", "林涛"))
    poll = village.open_poll()
    for counter in (village.first, village.second):
        village.do(counter, "看表决")
        counter.follow("计票台")
        counter.page.locator(".count-tabs").get_by_role("link", name="举手").click()
        counter.write(among="3", yes="2", no="1", abstain="0").press("交数")
    expect(village.second.page.locator("#hands")).to_contain_text("两人一致")
    for counter in (village.first, village.second):
        seal(counter)
    village.close(poll)
    expect(village.chair.page.locator("#poll-state")).to_contain_text("赞成")
    village.resolve("“两委”会商议意见")
    end_meeting(village)


def seal(counter: Someone) -> None:
    counter.page.locator(".count-tabs").get_by_role("link", name="封票").click()
    counter.press("核对无误，封票")
    expect(counter.page.locator("#seals")).to_contain_text("已经封票")


def end_meeting(village: Village) -> None:
    village.do(village.chair, "去会议")
    village.chair.page.locator("#fold-end summary").click()
    village.chair.press("确认结束会议")


def consult(village: Village) -> None:
    """The talk with the people concerned, and its minutes."""
    chair, member = village.chair, village.member
    village.until(chair, "打开协商室")
    village.do(chair, "打开协商室").press("打开协商室")
    village.do(member, "进入协商室").press("我要发言")
    chair.page.get_by_role("button", name="请李强发言").click(timeout=AT_ONCE)
    member.page.locator("#say").click()
    member.page.locator("#composer").get_by_text("赞成", exact=True).click(timeout=AT_ONCE)
    member.write(body=SAID)
    member.page.get_by_role("button", name="交发言").click()
    expect(chair.page.locator("#said")).to_contain_text(SAID, timeout=AT_ONCE)
    chair.press("结束这次发言")
    expect(chair.page.locator("#mine")).to_contain_text("没有人等候发言")
    chair.page.locator("summary", has_text="结束协商").click()
    chair.press("结束协商，起草纪要")
    chair.choose(outcome="done").press("形成")
    chair.page.wait_for_url("**" + village.home)


def the_party_members(village: Village) -> None:
    """第三议: five entitled, four at the door, each on a device."""
    village.give_notice("党员大会通知", "党员大会")
    village.until(village.chair, "打开表决")
    poll = village.open_poll()
    village.chair.follow("登记到会")
    village.tick(village.chair, ("王秀英", "钱芳", "李强", "刘洋"))
    for one in (village.chair, village.officer, village.member):
        village.vote(one)
    village.votes_elsewhere(poll, "刘洋", "no")
    village.close(poll)
    village.resolve("党员大会审议意见")
    skipping = village.do(village.officer, "不经此环节")
    skipping.write(title="不经法律顾问审查的说明", body="本村没有聘请法律顾问，已电话咨询司法所。").press("发出")


def by_paper_and_devices(village: Village) -> None:
    """第四议: nine representatives, eight in the hall; four on devices, four on paper."""
    village.give_notice("村民代表会议通知", "村民代表会议")
    village.attach("delegation", "村民会议授权村民代表会议决定本年度村内道路照明")
    village.until(village.chair, "打开表决")
    village.meet(("王秀英", "李强", "吴桂兰", "刘洋", *PAPER))
    poll = village.open_poll()
    codes = print_and_hand_out(village)
    for one in (village.chair, village.member, village.first):
        village.vote(one)
    village.votes_elsewhere(poll, "刘洋", "yes")
    holds_paper(village, poll)
    read_and_compare(village, codes)
    settle(village)
    add_up_and_seal(village)
    village.close(poll)
    state = village.chair.page.locator("#poll-state")
    expect(state).to_contain_text("收到8张表决票，计入8张")
    shoot(village.chair.page, "four-two-result-desk")
    village.resolve("村民代表会议决议")
    end_meeting(village)


def desk(village: Village, who: Someone, tab: str) -> Someone:
    village.do(who, re.compile("去投票|看表决"))
    who.follow("计票台")
    who.page.locator(".count-tabs").get_by_role("link", name=tab).click()
    who.page.wait_for_load_state("load")
    return who


def print_and_hand_out(village: Village) -> dict[str, str]:
    """A batch is printed, whoever wants paper gets theirs; name → code as it stands on the paper."""
    clerk = desk(village, village.clerk, "发票")
    clerk.press("印一批")
    with clerk.page.expect_download() as coming:
        clerk.page.get_by_role("link", name="下载打印").click()
    sheets = pypdfium2.PdfDocument(coming.value.path())
    words = [sheet.get_textpage().get_text_bounded() for sheet in sheets]
    assert len(words) == 9, "one sheet for each of the roll"
    codes = {
        name: re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", next(each for each in words if name in each)).group()
        for name in PAPER
    }
    assert len(set(codes.values())) == len(PAPER)
    for name in PAPER[:2]:
        clerk.write(code=codes[name]).press("登记发出")
    for name in PAPER[2:]:
        line = clerk.page.locator(".count-roll li", has_text=name)
        line.get_by_role("button", name="发票").click()
        expect(line).to_contain_text("票已发出")
    expect(clerk.page.locator("#handing")).to_contain_text("发出4张，在外4张")
    shoot(clerk.page, "four-two-handing-desk")
    return codes


def holds_paper(village: Village, poll: str) -> None:
    """Whoever holds paper is not let on the device, and reads why."""
    other = village.person("黄丽")
    other.go(poll)
    expect(other.page.locator("#mine")).to_contain_text("您领了纸质票")
    assert not other.page.get_by_role("button", name="下一步：核对").count()


def read_and_compare(village: Village, codes: dict[str, str]) -> None:
    """Two counters at two browsers; neither sees what the other reads."""
    for who, keys in ((village.first, "1201"), (village.second, "1101")):
        desk(village, who, "录入")
        for name, key in zip(PAPER, keys, strict=True):
            who.write(code=codes[name], choice=key)
            if key == "0":
                who.write(note="两个方框都打了勾")
            who.press("记下")
        expect(who.page.locator("#entry")).to_contain_text("您已经录入4张")
    assert codes["徐刚"] in desk(village, village.first, "比对").page.locator("#comparison").inner_text()
    expect(village.first.page.locator("#comparison")).not_to_contain_text("反对")


def settle(village: Village) -> None:
    third = desk(village, village.supervisor, "比对")
    expect(third.page.locator("#comparison article")).to_contain_text("反对")
    shoot(third.page, "four-two-comparison-desk")
    third.choose(choice="1").write(reason="翻出这张票，三人一起看过，勾在赞成栏").press("认定")
    expect(third.page.locator("#comparison")).to_contain_text("周明认定")


def add_up_and_seal(village: Village) -> None:
    counter = desk(village, village.first, "核对")
    counter.write(received="4", left_over="5").press("记下张数")
    assert not counter.page.locator(".checks .off").count(), counter.page.locator(".checks").inner_text()
    shoot(counter.page, "four-two-checks-desk")
    for one in (village.first, village.second):
        seal(desk(village, one, "封票"))


def one_text_through_four_bodies(village: Village) -> None:
    """A stranger sees on the dossier that the text did not change between the bodies."""
    visitor = village.visitor()
    visitor.go(village.home)
    chain = visitor.page.locator("#chain")
    expect(chain.locator(".chain__link")).to_have_count(4)
    expect(chain.get_by_text("与下一步是同一份文本")).to_have_count(3)
    marks = chain.locator(".chain__run code").all_inner_texts()
    assert len(marks) == 4 and len(set(marks)) == 1, marks
    expect(chain.get_by_text("方案第1版")).to_have_count(4)
    expect(chain.locator(".chain__link").last).to_contain_text("应到9人，参加8人；赞成7，反对0，弃权0，无效1。")
    shoot(visitor.page, "four-two-chain-desk")


def make_public_and_carry_out(village: Village) -> None:
    """第一公开, what became of what was said, and the work."""
    officer = village.officer
    post_up(village, "村民代表会议通过：村口到小学装二十盏太阳能路灯。")
    inspect(village, "5日在村务公开栏看到公示，内容与决议一致。")
    take_down(village)
    village.do(officer, "反馈")
    while officer.page.locator('main form[action^="/replies/"]').count():
        officer.write(answer="采纳：先装小学门口那一段。").press("答复")
    village.do(officer, "完成反馈").write(body="发言的人都已经答复。").press("发出")
    expect(village.member.go(f"{village.home}/replies").locator("main")).to_contain_text("先装小学门口那一段")
    due = (village.now(officer.page) + timedelta(days=60)).date().isoformat()
    village.do(officer, "落实事项").write(title="买灯、装灯", owner="林涛", due_on=due).press("交办")
    clerk = village.do(village.clerk, "汇报")
    clerk.follow("买灯、装灯")
    clerk.write(report="二十盏路灯已装好，花费5.8万元。").press("报告办完了")
    inspect(village, "二十盏灯都亮，与方案一致。")
    village.attach("acceptance", "监督委员会验收，原件存村委会")
    village.do(officer, "记录实施结果").write(body="二十盏路灯已装好，验收合格。").press("发出")


def post_up(village: Village, body: str) -> None:
    village.do(village.officer, "公示").write(body=body, place="村务公开栏和本平台").press("开始公示")
    village.attach("posting_photo", "公开栏照片已存")


def inspect(village: Village, finding: str) -> None:
    village.do(village.supervisor, "监督检查").write(finding=finding).choose(satisfied="yes").press("提交检查结果")


def take_down(village: Village) -> None:
    village.until(village.officer, "结束公示")
    village.do(village.officer, "结束公示").press("结束公示")


def make_public_again_and_evaluate(village: Village) -> None:
    """第二公开: the result and its accounts; then the supervisors close the matter."""
    post_up(village, "二十盏路灯已装好，花费5.8万元。")
    village.attach("accounts", "收支账目已公开，票据编号1至6")
    inspect(village, "公示的账目与票据相符。")
    take_down(village)
    inspect(village, "两次公开都满15日，没有异议。")
    village.do(village.supervisor, "办结").write(body="路灯已装好，村民满意。").press("发出")
    visitor = village.visitor()
    visitor.go(village.home)
    expect(visitor.page.locator("#now-box")).to_contain_text("已经办结")
    expect(visitor.page.locator("#file")).to_contain_text("实施结果公开")
    shoot(visitor.page, "four-two-closed-desk")
