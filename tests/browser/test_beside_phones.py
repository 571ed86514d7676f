"""The clerk's desk by keyboard, lost lines, and a screen reader that is told and not flooded: in real browsers."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from playwright.sync_api import Page, expect
from sqlmodel import Session, select

from deliberation.rooms.chairing_models import Appeal
from tests.browser.conftest import shoot
from tests.browser.test_room import LIVE, SLOW, Hall, connected, hall

__all__ = ["hall"]


def say(page: Page, path: str, **fields: str) -> None:
    """Send a form of the room as its page would, with the person's own token."""
    body = "&".join(f"{name}={value}" for name, value in fields.items())
    sent = f"""fetch({path!r}, {{method: 'POST', redirect: 'manual', body: new URLSearchParams({body!r} + '&token='
        + encodeURIComponent(document.querySelector('input[name=token]').value))}})"""
    page.evaluate(sent)


def test_an_evening_is_run_by_single_keys_and_none_fires_while_somebody_writes(hall: Hall):
    chair, path = hall.open_room()
    member = hall.page("李强", path)
    connected(member)
    member.get_by_role("button", name="我要发言").click()
    chair.goto(f"{hall.base}{path}/desk")
    connected(chair)
    expect(chair.locator("#key-n")).to_have_text("请李强发言", timeout=SLOW)
    keys = chair.keyboard

    chair.locator("#hall-register summary").click()
    chair.get_by_label("姓名或人员编号").click()
    keys.type("nsxN?")
    expect(chair.get_by_label("姓名或人员编号")).to_have_value("nsxN?")
    assert "现在没有人发言" in chair.locator("#speaker").inner_text()
    keys.press("Escape")
    keys.press("Alt+n")
    assert "现在没有人发言" in chair.locator("#speaker").inner_text()

    keys.press("?")
    expect(chair.locator("#key-list")).to_be_focused()
    keys.press("n")
    expect(chair.locator("#speaker")).to_contain_text("李强", timeout=LIVE)
    expect(chair.locator("#key-e-extend")).to_be_visible(timeout=SLOW)
    keys.press("e")
    expect(chair.locator("#speaker")).to_contain_text("共3:00", timeout=LIVE)
    expect(member.locator("#said")).to_contain_text("话还没有讲完", timeout=LIVE)
    expect(chair.locator("#key-e")).to_have_attribute("aria-disabled", "true", timeout=SLOW)

    keys.press("x")
    expect(chair.locator("#key-why-x")).to_be_focused()
    keys.type("超时三次")
    assert "李强" in chair.locator("#speaker").inner_text()
    keys.press("Escape")
    expect(chair.locator("#say")).to_be_visible(timeout=LIVE)
    keys.press("t")
    expect(chair.locator("#say")).to_be_focused()
    keys.type("早该修了")
    keys.press("Escape")
    keys.press("s")
    expect(chair.locator("#speaker")).to_contain_text("现在没有人发言", timeout=LIVE)
    expect(chair.locator("#say")).to_have_value("早该修了")
    chair.get_by_role("button", name="记下").focus()
    keys.press("Enter")
    expect(member.locator("#said")).to_contain_text("早该修了", timeout=LIVE)

    expect(chair.locator("#key-s")).to_have_attribute("aria-disabled", "true", timeout=SLOW)
    chair.evaluate("document.activeElement.blur()")
    keys.press("s")
    expect(chair.locator("#polite")).to_contain_text("现在没有人发言", timeout=SLOW)


def test_the_keys_can_be_switched_off_and_every_one_of_them_is_a_button(hall: Hall):
    chair, path = hall.open_room()
    member = hall.page("李强", path)
    connected(member)
    member.get_by_role("button", name="我要发言").click()
    expect(member.locator("#mine")).to_contain_text("撤回申请", timeout=SLOW)
    chair.goto(f"{hall.base}{path}/desk")
    chair.get_by_role("button", name="单键快捷").click()
    chair.keyboard.press("n")
    chair.wait_for_timeout(800)
    assert "现在没有人发言" in chair.locator("#speaker").inner_text()
    bare = hall.page("王秀英", f"{path}/desk", java_script_enabled=False)
    bare.get_by_role("button", name="请李强发言").focus()
    bare.keyboard.press("Enter")
    expect(bare.locator("#speaker")).to_contain_text("李强", timeout=SLOW)


def test_every_row_of_the_keys_is_as_high_as_a_finger_needs(hall: Hall):
    _chair, path = hall.open_room()
    clerk = hall.page("林涛", f"{path}/desk")
    heights = "[...document.querySelectorAll('.keydesk__ways li, .keydesk__ways a')].map((one) => one.getBoundingClientRect())"
    rows = clerk.evaluate(f"{heights}.map(({{top, height}}) => [top, height])")
    assert len(rows) == 12 and all(height >= 44 for _top, height in rows)
    links = clerk.evaluate(
        "[...document.querySelectorAll('.keydesk__ways a')].map((one) => one.getBoundingClientRect().top)"
    )
    assert all(after - before >= 44 for before, after in pairwise(links)), "none covers the next"


def test_the_count_of_hands_waits_in_sight_and_opens_by_itself_when_its_seconds_are_over(hall: Hall):
    chair, path = hall.open_room()
    member, other = hall.page("李强", path), hall.page("赵敏", path)
    for page in (member, other):
        connected(page)
    say(member, f"{path}/turns", position="against")
    expect(chair.locator("#queue")).to_contain_text("李强", timeout=LIVE)
    say(chair, "/turns/1/floor")
    expect(chair.locator("#speaker")).to_contain_text("李强", timeout=LIVE)
    say(chair, f"{path}/interventions", do="call", turn="1", reason="请对着议题讲")
    expect(member.locator("#said")).to_contain_text("请对着议题讲", timeout=LIVE)
    say(member, f"{path}/appeals", intervention="1", body="没有跑题")
    expect(chair.locator("#appeals")).to_contain_text("没有跑题", timeout=LIVE)

    def long_ago(session: Session, now: datetime) -> None:
        raised = session.exec(select(Appeal)).one()
        raised.at = now - timedelta(seconds=56)
        session.add(raised)

    hall.house.database.change(long_ago)
    desk = hall.page("林涛", f"{path}/desk")
    count = desk.get_by_role("button", name="清点举手，宣布结果")
    expect(count).to_have_attribute("aria-disabled", "true")
    expect(desk.locator("#appealing .why")).to_contain_text("起可以清点")
    expect(count).not_to_have_attribute("aria-disabled", "true", timeout=SLOW)
    count.click()
    expect(chair.locator("#appeals")).to_contain_text("维持0，改变0", timeout=LIVE)


def test_what_is_typed_after_a_key_takes_the_place_of_the_nought_and_a_mistake_is_given_the_focus(hall: Hall):
    """H counts hands; a field that begins with 0 and a 1 that is typed are one hand, not ten. The console stays silent."""
    chair, path = hall.open_room()
    clerk = hall.page("林涛", path)
    console: list[str] = []
    clerk.on("console", lambda line: console.append(line.text))
    say(chair, f"{path}/gauges", question="行不行", options="行%0A不行")
    expect(clerk.locator("#gauge-now")).to_contain_text("行不行", timeout=LIVE)
    clerk.goto(f"{hall.base}{path}/desk")
    connected(clerk)
    first = clerk.locator("#hands-0")
    expect(first).to_have_value("0")
    clerk.keyboard.press("h")
    expect(first).to_be_focused()
    clerk.keyboard.type("1")
    expect(first).to_have_value("1")
    clerk.locator("#hands-1").fill("两个")
    clerk.get_by_role("button", name="记下举手人数").click()
    mistakes = clerk.locator("#my-gauge .mistakes")
    expect(mistakes).to_be_focused(timeout=SLOW)
    expect(first).to_have_value("1")
    clerk.goto(f"{hall.base}{path}/plain")
    expect(clerk.locator("h1")).to_be_visible()
    clerk.goto(f"{hall.base}{path}/plain/write")
    clerk.wait_for_timeout(500)
    assert [line for line in console if "Autofocus" in line or "404" in line] == []
    assert clerk.locator("link[rel=icon]").count() == 1


def test_after_three_failures_the_plain_page_is_offered_and_the_line_that_is_back_takes_it_away(hall: Hall):
    _chair, path = hall.open_room()
    member = hall.page("李强", path)
    connected(member)
    fail = "document.dispatchEvent(new CustomEvent('htmx:ws:close', {detail: {code: 1006}}))"
    for _ in range(2):
        member.evaluate(fail)
    assert member.locator("#connection a").count() == 0
    member.evaluate(fail)
    offered = member.locator("#connection a")
    expect(offered).to_be_visible()
    member.evaluate("document.dispatchEvent(new CustomEvent('htmx:ws:after:connection', {detail: {}}))")
    expect(offered).to_have_count(0)
    member.evaluate(fail)
    assert member.locator("#connection a").count() == 0
    for _ in range(2):
        member.evaluate(fail)
    offered.click()
    member.wait_for_url(f"**{path}/plain")
    assert member.evaluate("document.scripts.length") == 0


def test_a_burst_is_one_polite_sentence_and_leaves_focus_and_words_alone(hall: Hall):
    """Twelve statements, a gauge and a turn within seconds: one region, few announcements, none longer than three."""
    chair, path = hall.open_room()
    member, reader = hall.page("李强", path), hall.page("赵敏", path)
    for page in (chair, member, reader):
        connected(page)
    reader.evaluate("""window.spoken = []; new MutationObserver(() =>
        window.spoken.push(document.getElementById('polite').textContent)).observe(
        document.getElementById('polite'), {childList: true, characterData: true, subtree: true})""")
    reader.locator("#say").click()
    reader.locator("#say").press_sequentially("我只写了一半")
    say(chair, f"{path}/gauges", question="行不行", options="行%0A不行")
    for number in range(2):
        say(member, f"{path}/statements", body=f"连着说第{number}句", position="for")
    say(member, f"{path}/turns", position="for")
    expect(reader.locator("#queue")).to_contain_text("李强", timeout=LIVE)
    say(chair, "/turns/1/floor")
    for number in range(10):
        say(member, f"{path}/statements", body=f"又说第{number}句", position="for")
    expect(reader.locator("#said")).to_contain_text("又说第9句", timeout=LIVE)
    expect(reader.locator("#gauge-now")).to_contain_text("行不行", timeout=LIVE)
    reader.wait_for_timeout(1_500)
    expect(reader.locator("#say")).to_be_focused()
    expect(reader.locator("#say")).to_have_value("我只写了一半")
    spoken = [words for words in reader.evaluate("window.spoken") if words]
    assert spoken and len(spoken) <= 8, spoken
    assert reader.locator("[aria-live]:not(#polite, [aria-live=off]), [role=alert]").count() == 0


def test_after_minutes_away_the_page_is_the_fresh_page(hall: Hall):
    """While the line is cut people speak, a gauge is asked and released, a statement is hidden."""
    chair, path = hall.open_room()
    member, other = hall.page("李强", path), hall.page("赵敏", path)
    for page in (chair, member, other):
        connected(page)
    member.locator("#say").click()
    member.locator("#say").press_sequentially("断线前写的")
    member.context.set_offline(True)
    member.evaluate("document.getElementById('wire')._htmx.ws.connection.socket.close()")
    say(other, f"{path}/turns", position="against")
    expect(chair.locator("#queue")).to_contain_text("赵敏", timeout=LIVE)
    say(chair, "/turns/1/floor")
    say(other, f"{path}/statements", body="断线时说的", position="against")
    expect(chair.locator("#said")).to_contain_text("断线时说的", timeout=LIVE)
    say(chair, f"{path}/gauges", question="断线时问的", kind="agree")
    expect(chair.locator("#gauge-now")).to_contain_text("断线时问的", timeout=LIVE)
    say(other, "/gauges/1/marks", option="0")
    expect(chair.locator("#gauge-now")).to_contain_text("1人作答", timeout=LIVE)
    say(chair, "/gauges/1/closing")
    expect(chair.locator("#gauge-now")).to_contain_text("等主持人公布", timeout=LIVE)
    say(chair, "/gauges/1/release")
    expect(chair.locator("#gauge-now")).to_contain_text("不到3人", timeout=LIVE)
    member.context.set_offline(False)
    expect(member.locator("#gauge-now")).to_contain_text("不到3人", timeout=SLOW)
    expect(member.locator("#said")).to_contain_text("断线时说的", timeout=SLOW)
    expect(member.locator("#say")).to_have_value("断线前写的")
    fresh = hall.page("李强", path)
    connected(fresh)
    for id in ("queue", "said", "gauge-now", "appeals", "plan"):
        expect(member.locator(f"#{id}")).to_have_text(
            fresh.locator(f"#{id}").inner_text(), use_inner_text=True, timeout=SLOW
        )


def test_the_wall_is_read_from_the_back_row(hall: Hall):
    """Nothing is smaller than a forty-fifth of the picture's height, and nothing hangs out of it."""
    chair, path = hall.open_room()
    member = hall.page("李强", path)
    connected(member)
    say(member, f"{path}/turns", position="for")
    expect(chair.locator("#queue")).to_contain_text("李强", timeout=LIVE)
    say(chair, "/turns/1/floor")
    say(chair, f"{path}/gauges", kind="scale", question="这个方案您打几分", low="完全不行", high="完全可以", steps="5")
    expect(member.locator("#gauge-now")).to_contain_text("完全可以", timeout=LIVE)
    say(member, "/gauges/1/marks", option="2")
    say(chair, f"{path}/hall", name="赵敏", do="attend")
    say(chair, f"{path}/hall", name="周明", do="attend")
    say(chair, "/gauges/1/hands", hands="1&hands=0&hands=0&hands=1&hands=0")
    expect(chair.locator("#gauge-now")).to_contain_text("现场举手2人", timeout=LIVE)
    say(chair, "/gauges/1/closing")
    expect(chair.locator("#gauge-now")).to_contain_text("等主持人公布", timeout=LIVE)
    say(chair, "/gauges/1/release")
    expect(chair.locator("#gauge-now")).to_contain_text("已公布", timeout=LIVE)
    wall = hall.page("", f"{path}/screen", width=1440)
    for width, height in ((1440, 900), (1920, 1080)):
        wall.set_viewport_size({"width": width, "height": height})
        smallest = wall.evaluate("""Math.min(...[...document.querySelectorAll('.wall *')].filter((one) =>
            one.getClientRects().length && [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()))
            .map((one) => parseFloat(getComputedStyle(one).fontSize)))""")
        assert smallest >= height / 45, (width, smallest)
        assert wall.evaluate("document.documentElement.scrollWidth") <= width
        assert wall.evaluate("document.documentElement.scrollHeight") <= height, (width, height)


def test_an_open_gauge_is_asked_in_type_like_a_speakers_name_and_the_code_stays(hall: Hall):
    """While somebody speaks, with a long question too, and with its result; on one picture."""
    chair, path = hall.open_room()
    member = hall.page("李强", path)
    connected(member)
    wall = hall.page("", f"{path}/screen", width=1440)
    wall.set_viewport_size({"width": 1440, "height": 900})
    connected(wall)
    size = "(one) => parseFloat(getComputedStyle(document.querySelector(one)).fontSize)"
    alone = wall.evaluate(size, ".wall__name")
    assert wall.locator(".qr").bounding_box()["width"] >= 200
    say(member, f"{path}/turns", position="for")
    expect(chair.locator("#queue")).to_contain_text("李强", timeout=LIVE)
    say(chair, "/turns/1/floor")
    asked = (("行不行", 0.7), ("先修排水沟，再硬化路面，行不行", 0.5), ("修" * 100, 0.35))
    for number, (question, share) in enumerate(asked, 1):
        say(chair, f"{path}/gauges", question=question, options="行%0A不行")
        expect(wall.locator(".gauge__asks")).to_have_text(question, timeout=LIVE)
        wall.wait_for_timeout(400)
        assert wall.evaluate(size, ".gauge__asks") >= share * alone, question
        assert wall.locator(".qr").bounding_box()["width"] >= 200
        assert wall.evaluate("document.documentElement.scrollHeight") <= 900
        expect(wall.locator(".wall__options")).to_have_text("行不行")
        shoot(wall, f"wall-asking-{number}")
        say(member, f"/gauges/{number}/marks", option="0")
        say(chair, f"/gauges/{number}/closing")
        expect(wall.locator(".wall__options")).to_have_count(0, timeout=LIVE)
    say(chair, "/gauges/3/release")
    say(chair, "/turns/1/end")
    expect(wall.locator("#wall")).to_have_class("wall__live is-asking", timeout=LIVE)
    assert wall.evaluate(size, ".gauge__asks") >= 0.3 * alone
    assert wall.locator(".qr").bounding_box()["width"] >= 200


def test_the_clerk_keeps_the_order_by_two_keys_and_the_chair_ends_it(hall: Hall):
    chair, path = hall.open_room()
    member, clerk = hall.page("李强", path), hall.page("林涛", f"{path}/desk")
    for page in (chair, member, clerk):
        connected(page)
    say(member, f"{path}/turns", position="for")
    expect(clerk.locator("#key-n")).to_have_text("请李强发言", timeout=SLOW)
    assert clerk.locator("[id^=key-][data-key]").count() == 2, "no key that is not theirs"
    clerk.keyboard.press("n")
    expect(chair.locator("#speaker")).to_contain_text("记录员林涛代主持人请", timeout=LIVE)
    expect(clerk.locator("#key-s")).not_to_have_attribute("aria-disabled", "true", timeout=SLOW)
    clerk.keyboard.press("s")
    expect(member.locator("#speaker")).to_contain_text("上一次发言由记录员林涛代主持人结束", timeout=LIVE)
    chair.locator("#fold-keep > summary").click()
    expect(chair.locator("#fold-keep")).to_contain_text("记录员林涛代您请李强发言", timeout=SLOW)
    chair.get_by_role("button", name="不再让记录员代办").click()
    expect(clerk.locator("#keys")).to_contain_text("主持人没有让记录员代为掌握次序", timeout=SLOW)
    expect(clerk.locator("#key-n")).to_have_count(0)
    expect(member.locator("#appeals")).to_contain_text("发言次序只由主持人掌握", timeout=LIVE)


def test_what_is_written_outlives_a_server_that_fails(hall: Hall):
    """An answer of 5xx takes nobody's place: it is said, the words and the control stay, and sent again they are there once."""
    chair, path = hall.open_room()
    member = hall.page("李强", path)
    for page in (chair, member):
        connected(page)
    member.route(
        "**/statements", lambda route: route.fulfill(status=503, body="<p>连不上</p>", content_type="text/html")
    )
    member.route("**/mine", lambda route: route.fulfill(status=503, body="<p>连不上</p>", content_type="text/html"))
    member.locator("#say").fill("写了很久的话")
    member.get_by_role("button", name="交发言").click()
    expect(member.locator("#connection")).to_contain_text("服务器出了问题", timeout=SLOW)
    expect(member.locator("#say")).to_have_value("写了很久的话")
    say(member, f"{path}/turns", position="for")
    expect(chair.locator("#queue")).to_contain_text("李强", timeout=LIVE)
    say(chair, "/turns/1/floor")
    expect(member.locator("#speaker")).to_contain_text("李强", timeout=LIVE)
    member.wait_for_timeout(1_500)
    expect(member.locator("#mine")).to_be_visible()
    for each in ("**/statements", "**/mine"):
        member.unroute(each)
    expect(member.locator("#mine")).to_contain_text("正轮到您发言", timeout=SLOW)
    expect(member.locator("#connection")).to_be_hidden()
    member.get_by_role("button", name="交发言").click()
    expect(member.locator("#said")).to_contain_text("写了很久的话", timeout=SLOW)
    assert member.locator("#said").inner_text().count("写了很久的话") == 1
