"""决策听证 from its call to the sealed minutes: the chair by keyboard, a delegate on a phone, 旁听 as a screen reader has it."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import AT_ONCE, PHONE, Someone
from tests.browser.evening import Evening, evening, look

SAID = "菜地不能动，路可以修窄一点。"
AGAIN = "再补一句：雨天排水要一起做。"
MEANT = "菜地最好不动，路可以修窄一点。"


@pytest.fixture(scope="module")
def hearing(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    with evening(browser, tmp_path_factory) as made:
        yield made


def test_a_hearing_is_held_by_its_order_and_its_minutes_are_sealed(hearing: Evening) -> None:
    observer = hearing.person("赵敏")
    call(hearing)
    hearing.open()
    hearing.enter(hearing.member, hearing.officer, observer)
    listens(observer)
    present(hearing, observer)
    argue(hearing, observer)
    once_more(hearing)
    by_the_clerk(hearing)
    end(hearing, observer)
    put_right(hearing)
    seal(hearing)


def call(hearing: Evening) -> None:
    """Seven days for the papers; who was named answers; whoever was not named listens."""
    hearing.convene("hearing", 9)
    hearing.lay()
    hearing.invite("钱芳", "presenter")
    hearing.invite("李强", "delegate")
    hearing.invite("吴桂兰", "delegate")
    hearing.invite("丁工程师", "expert", guest="yes", office="县交通设计所")
    look(hearing.chair.page, "hearing-called")
    member = hearing.member
    member.go("/")
    member.follow("打开看")
    member.go(hearing.called)
    expect(member.page.locator("main")).to_contain_text("请您以“听证参加人”的身份参加")
    look(member.page, "hearing-invited")
    member.choose(reply="comes").press("答复")
    expect(member.page.locator("#guests")).to_contain_text("到场")


def listens(observer: Someone) -> None:
    """What a screen reader has of the room: named regions, no way to speak or to ask, and why."""
    observer.page.locator("#mine").get_by_role("button", name="签到旁听").click()
    tree = tree_of(observer.page)
    assert "您在旁听，按这次协商的形式不发言" in tree
    assert "我要发言" not in tree and "提问" in tree and 'textbox "' not in tree, tree
    for name in ("发言和即时纪要", "次序和到场", "提问、测评和方案"):
        assert name in tree, name
    observer.page.evaluate("""window.spoken = []; new MutationObserver(() =>
        window.spoken.push(document.getElementById('polite').textContent)).observe(
        document.getElementById('polite'), {childList: true, characterData: true, subtree: true})""")


def tree_of(page: Page) -> str:
    return page.locator("body").aria_snapshot()


def heard(observer: Someone, words: str) -> None:
    observer.page.wait_for_function("(words) => window.spoken.some((one) => one.includes(words))", arg=words)


def present(hearing: Evening, observer: Someone) -> None:
    """The organ's presenter first, for five minutes, by the chair's keys."""
    chair, officer = hearing.chair.page, hearing.officer.page
    hearing.chair.go(f"{hearing.room}/desk")
    officer.get_by_role("button", name="我要发言").click()
    expect(chair.locator("#key-n")).to_have_text("请钱芳发言", timeout=AT_ONCE)
    chair.keyboard.press("n")
    expect(observer.page.locator("#speaker")).to_contain_text("钱芳", timeout=AT_ONCE)
    expect(chair.locator("#speaker")).to_contain_text("共5:00", timeout=AT_ONCE)
    hearing.officer.write(body="草案是路面四米半，占用菜地三分。")
    officer.get_by_role("button", name="交发言").click()
    expect(chair.locator("#key-s")).not_to_have_attribute("aria-disabled", "true")
    chair.keyboard.press("s")
    expect(chair.locator("#speaker")).not_to_contain_text("钱芳", timeout=AT_ONCE)
    heard(observer, "钱芳")


def argue(hearing: Evening, observer: Someone) -> None:
    """A delegate on a phone, extended by a minute, warned by nobody."""
    chair, member = hearing.chair.page, hearing.member.page
    member.get_by_role("button", name="我要发言").click()
    expect(chair.locator("#key-n")).to_have_text("请李强发言", timeout=AT_ONCE)
    chair.keyboard.press("n")
    expect(member.locator("#mine")).to_contain_text("正轮到您发言", timeout=AT_ONCE)
    member.locator("#say").click()
    member.locator("#composer").get_by_text("反对", exact=True).click()
    hearing.member.write(body=SAID)
    look(member, "hearing-speaking")
    member.get_by_role("button", name="交发言").click()
    expect(observer.page.locator("#said")).to_contain_text(SAID, timeout=AT_ONCE)
    expect(chair.locator("#key-e-extend")).to_be_visible()
    chair.keyboard.press("e")
    expect(chair.locator("#speaker")).to_contain_text("共6:00", timeout=AT_ONCE)
    look(chair, "hearing-desk")
    assert SAID in tree_of(observer.page)
    look(observer.page, "hearing-observer")
    member.get_by_role("button", name="我讲完了").click()
    expect(chair.locator("#speaker")).not_to_contain_text("李强", timeout=AT_ONCE)


def once_more(hearing: Evening) -> None:
    """The second turn is two minutes, and a third there is not."""
    chair, member = hearing.chair.page, hearing.member.page
    member.get_by_role("button", name="我要发言").click()
    expect(chair.locator("#key-n")).to_have_text("请李强发言", timeout=AT_ONCE)
    chair.keyboard.press("n")
    expect(chair.locator("#speaker")).to_contain_text("共2:00", timeout=AT_ONCE)
    hearing.member.write(body=AGAIN)
    member.get_by_role("button", name="交发言").click()
    expect(member.locator("#said")).to_contain_text(AGAIN, timeout=AT_ONCE)
    member.get_by_role("button", name="我讲完了").click()
    expect(member.get_by_role("button", name="我要发言")).to_have_attribute("aria-disabled", "true")


def by_the_clerk(hearing: Evening) -> None:
    """The expert has no device: the clerk signs them in, asks for a turn and takes the words down."""
    chair, clerk = hearing.chair.page, hearing.clerk
    hearing.enter(clerk)
    clerk.go(f"{hearing.room}/desk")
    clerk.page.locator("#hall-register summary").click()
    clerk.page.locator("#hall-register").get_by_label("姓名或人员编号").fill("丁工程师")
    clerk.page.get_by_role("button", name="签到并申请发言").click()
    expect(chair.locator("#key-n")).to_have_text("请丁工程师发言", timeout=AT_ONCE)
    chair.keyboard.press("n")
    expect(clerk.page.locator("#composer label[for=say]")).to_have_text("记录丁工程师的发言", timeout=AT_ONCE)
    clerk.page.locator("#say").fill("路面三米半也能会车，设两处错车台。")
    clerk.page.get_by_role("button", name="记下").click()
    expect(hearing.member.page.locator("#said")).to_contain_text("错车台", timeout=AT_ONCE)
    chair.keyboard.press("s")
    expect(chair.locator("#speaker")).not_to_contain_text("丁工程师", timeout=AT_ONCE)


def end(hearing: Evening, observer: Someone) -> None:
    """Closed; what the form asks of the minutes and the draft lacks is named."""
    chair = hearing.chair
    chair.go(hearing.room)
    chair.page.locator("summary", has_text="结束协商").click()
    chair.press("结束协商，起草纪要")
    expect(observer.page.locator("#state")).to_contain_text("已结束", timeout=AT_ONCE)
    body = chair.page.locator('main [name="body"]')
    draft = body.input_value()
    for words in ("决策听证", "旁听", "丁工程师", "县交通设计所", SAID, "会场秩序"):
        assert words in draft, words
    expect(chair.page.locator('main [name="days"]')).to_have_value("5")
    look(chair.page, "hearing-draft")
    chair.page.get_by_role("button", name="形成会议纪要").click()
    expect(chair.page.locator("main")).to_contain_text("听证会基本情况")
    draft = body.input_value()
    body.fill(
        draft.replace("【听证会基本情况】", "【听证会基本情况】听证参加人二人，旁听一人。").replace(
            "【听证参加人确认记录】", "【听证参加人确认记录】参加人当场核对，没有异议。"
        )
    )
    chair.choose(outcome="submit")
    chair.page.get_by_role("button", name="形成会议纪要").click()
    chair.page.wait_for_url("**" + hearing.home)
    hearing.minutes = f"/minutes/{observed_minutes(observer)}"


def observed_minutes(observer: Someone) -> str:
    link = observer.page.locator("#state").get_by_role("link", name="会议纪要")
    expect(link).to_be_visible(timeout=AT_ONCE)
    return link.get_attribute("href").rsplit("/", 1)[-1]


def put_right(hearing: Evening) -> None:
    hearing.correct(hearing.member, f"李强：“{SAID}”", f"李强：“{MEANT}”")
    look(hearing.member.page, "hearing-minutes")
    chair = hearing.chair
    chair.go(f"{hearing.minutes}/summary")
    chair.write(summary="路要修，菜地最好不动；宽度交村民代表会议决定。")
    chair.page.locator("main button.button--main").click()
    hearing.wait_out()


def seal(hearing: Evening) -> None:
    """Without the participants' own signatures nobody signs; then both do, and both files carry the words."""
    chair = hearing.chair
    assert not chair.page.get_by_label("我核对过全文").count()
    sheet = chair.page.request.get(f"{hearing.server.address}{hearing.minutes}/papers/signing.pdf").body()
    scan = {"name": "签名页.pdf", "mimeType": "application/pdf", "buffer": io.BytesIO(sheet).getvalue()}
    chair.page.locator('main input[type="file"]').set_input_files(scan)
    look(chair.page, "hearing-signing")
    chair.press("附上签名页")
    hearing.sign()
    look(hearing.clerk.page, "hearing-sealed")
    visitor = hearing.visitor(PHONE)
    visitor.go(hearing.minutes)
    expect(visitor.page.locator("main")).to_contain_text("已签名定稿")
    for name in ("minutes.docx", "minutes.pdf"):
        words = hearing.words_of(visitor, name)
        for part in (MEANT, "听证参加人", "丁工程师", "王秀英", "林涛", "宽度交村民代表会议决定"):
            assert part in words, (name, part)
