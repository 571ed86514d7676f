"""民主恳谈 from the lot to the sealed minutes: the chair by keyboard, one who was drawn on a phone, the wall, the plain page."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import AT_ONCE, PHONE, Someone
from tests.browser.evening import Evening, evening, look
from tests.browser.test_room import connected
from tests.rooms.lot_again import redraw

SECRET = "3 1 4 1 5 9 2 6 5 3 5 8 9 7 9 3"
SAID = "修路我赞成，先把排水沟修好。"
SEATS = 4


@pytest.fixture(scope="module")
def talk(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    with evening(browser, tmp_path_factory) as made:
        yield made


def test_a_talk_goes_from_the_lot_to_the_seal(talk: Evening) -> None:
    talk.convene("open_talk", 3)
    talk.lay()
    names = draw(talk)
    drawn, other = names[:2]
    answer(talk, drawn, other)
    member = talk.person(drawn, PHONE)
    talk.open()
    wall, plain = talk.visitor(), talk.person("胡军", java_script_enabled=False)
    wall.go(f"{talk.room}/screen")
    connected(wall.page)
    talk.enter(member)
    ask(talk, plain)
    speak(talk, member, wall, drawn)
    gauge(talk, member, wall)
    answer_the_floor(talk, wall)
    minute(talk, member)
    talk.correct(member, f"{drawn}：“{SAID}”", f"{drawn}：“{SAID}排水沟用盖板。”")
    talk.wait_out()
    talk.sign()
    look(talk.clerk.page, "talk-sealed")
    for name in ("minutes.docx", "minutes.pdf"):
        words = talk.words_of(wall, name)
        for part in ("民主恳谈", drawn, "排水沟用盖板", "什么时候开工", "王秀英", "林涛"):
            assert part in words, (name, part)


def draw(talk: Evening) -> list[str]:
    """Four of six households, with substitutes; the list is in the log before anybody can know the seed."""
    chair = talk.chair
    chair.follow("准备抽签")
    look(chair.page, "talk-lot-new")
    chair.choose(base="households").write(seats=str(SEATS), substitutes="2", secret=SECRET).press("固定名单")
    lot = chair.path
    assert lot.startswith("/lots/"), chair.page.locator("main").inner_text()
    for _try in range(20):
        chair.go(lot)
        button = chair.page.locator("main").get_by_role("button", name="抽签", exact=True)
        if button.get_attribute("aria-disabled") == "true":
            chair.page.wait_for_timeout(500)
            continue
        chair.write(secret=SECRET)
        button.click()
        chair.page.wait_for_load_state("load")
        if chair.page.get_by_text("抽中：").count():
            break
        chair.page.wait_for_timeout(500)
    expect(chair.page.locator("main")).to_contain_text("抽中：")
    look(chair.page, "talk-lot")
    made = json.loads(chair.page.request.get(f"{talk.server.address}{lot}/document.json").body())
    tickets, _substitutes = redraw(made)["全体"]
    assert len(tickets) == SEATS
    for number in tickets:  # A second program, written from the page of the documentation, draws the same.
        expect(chair.page.locator("article .nowrap", has_text=str(number)).first).to_be_visible()
    chair.go(talk.called)
    found = chair.page.locator("#guests li b").all_inner_texts()
    assert len(found) == SEATS
    look(chair.page, "talk-called")
    return found


def answer(talk: Evening, drawn: str, other: str) -> None:
    """One comes, one does not, and the next substitute is called."""
    for name, reply in ((drawn, "comes"), (other, "declines")):
        one = talk.person(name, PHONE)
        one.go(talk.called)
        expect(one.page.locator("main")).to_contain_text("您是抽签产生的")
        one.choose(reply=reply)
        if reply == "declines":
            one.write(words="那天要出门")
        one.press("答复")
    chair = talk.chair
    chair.go(talk.called)
    chair.press("请候补")
    expect(chair.page.locator("#guests li")).to_have_count(SEATS + 1)


def ask(talk: Evening, plain: Someone) -> None:
    """Without scripts: from the door to a question, on the plain page."""
    plain.go(f"{talk.room}/plain")
    look(plain.page, "talk-plain")
    plain.go(talk.room)
    talk.unfold("fold-ask", plain).write(asked="什么时候开工？")
    plain.page.locator("#asks").get_by_role("button", name="提问").click()
    plain.page.wait_for_load_state("load")
    expect(plain.page.locator("#questions-now")).to_contain_text("什么时候开工")


def speak(talk: Evening, member: Someone, wall: Someone, drawn: str) -> None:
    chair = talk.chair
    chair.go(f"{talk.room}/desk")
    connected(chair.page)
    member.page.get_by_role("button", name="我要发言").click()
    expect(chair.page.locator("#key-n")).to_have_text(f"请{drawn}发言", timeout=AT_ONCE)
    chair.page.keyboard.press("n")
    expect(wall.page.locator(".wall__name")).to_have_text(drawn, timeout=AT_ONCE)
    expect(member.page.locator("#mine")).to_contain_text("正轮到您发言", timeout=AT_ONCE)
    member.page.locator("#say").click()
    member.page.locator("#composer").get_by_text("赞成", exact=True).click()
    member.write(body=SAID)
    member.page.get_by_role("button", name="交发言").click()
    expect(member.page.locator("#said")).to_contain_text(SAID, timeout=AT_ONCE)
    look(wall.page, "talk-wall")
    expect(chair.page.locator("#key-s")).not_to_have_attribute("aria-disabled", "true")
    chair.page.keyboard.press("s")
    expect(wall.page.locator("#speaker, .wall")).not_to_contain_text("正在发言：" + drawn, timeout=AT_ONCE)


def gauge(talk: Evening, member: Someone, wall: Someone) -> None:
    """Asked, marked, closed and released by keys; below three marks no sums are shown."""
    chair = talk.chair.page
    chair.locator("summary", has_text="开始意向测评").click()
    talk.chair.write(question="先修排水沟，行不行？", options="行\n不行")
    chair.get_by_role("button", name="开始测评").click()
    expect(wall.page.locator("body")).to_contain_text("先修排水沟", timeout=AT_ONCE)
    member.page.locator(".hall__tabs").get_by_role("link", name="测评").click()
    member.page.locator("#my-gauge").get_by_role("button", name="行", exact=True).click()
    expect(chair.locator("#gauge-now")).to_contain_text("1人作答", timeout=AT_ONCE)
    look(member.page, "talk-gauge")
    chair.evaluate("document.activeElement.blur()")
    for key, words in (("g", "等主持人公布"), ("r", "不到3人")):
        expect(chair.locator(f"#key-{key}")).not_to_have_attribute("aria-disabled", "true")
        chair.keyboard.press(key)
        expect(chair.locator("#gauge-now")).to_contain_text(words, timeout=AT_ONCE)


def answer_the_floor(talk: Evening, wall: Someone) -> None:
    chair = talk.chair
    chair.go(talk.room)
    questions = chair.page.locator("#asks")
    questions.get_by_role("button", name="请出这个提问").click()
    expect(wall.page.locator("body")).to_contain_text("什么时候开工", timeout=AT_ONCE)
    questions.locator('[name="answer"]').fill("开春以后。")
    look(chair.page, "talk-floor")
    questions.get_by_role("button", name="记下回答").click()
    expect(questions).to_contain_text("开春以后", timeout=AT_ONCE)


def minute(talk: Evening, member: Someone) -> None:
    chair = talk.chair
    chair.page.locator("summary", has_text="结束协商").click()
    chair.press("结束协商，起草纪要")
    body = chair.page.locator('main [name="body"]')
    draft = body.input_value()
    for words in (SAID, "什么时候开工", "开春以后", "邀请"):
        assert words in draft, words
    body.fill(draft.replace("【当场答复和限期答复的事项】", "【当场答复和限期答复的事项】开春以后开工，当场答复。"))
    chair.choose(outcome="submit")
    chair.page.get_by_role("button", name="形成会议纪要").click()
    chair.page.wait_for_url("**" + talk.home)
    link = member.page.locator("#state").get_by_role("link", name="会议纪要")
    expect(link).to_be_visible(timeout=AT_ONCE)
    talk.minutes = link.get_attribute("href")
