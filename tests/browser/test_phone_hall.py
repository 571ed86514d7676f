"""The hall on a phone: the clock and one's own words stay in sight, and what is new elsewhere says so and leads there."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect
from sqlmodel import select

from deliberation.rooms.models import Attendance, Room
from tests.browser.conftest import shoot
from tests.browser.test_beside_phones import say
from tests.browser.test_room import LIVE, SLOW, Hall, connected, hall

__all__ = ["hall"]

TALL = {"width": 360, "height": 740}
IN_SIGHT = """(words) => {
  const line = [...document.querySelectorAll('#said > li')].find((one) => one.textContent.includes(words));
  const box = line?.getBoundingClientRect(), frame = document.getElementById('feed').getBoundingClientRect();
  return Boolean(box) && box.bottom <= frame.bottom + 1 && box.bottom > frame.top;
}"""
TYPED = "我家的菜地只写了一半"
TITLE = "中华人民共和国城市居民委员会组织法（修订草案）第八条"
ADDRESS = "1号楼1单元201、2号楼2单元201业主"
SIZES = ((360, 740), (320, 640), (320, 568))
BANNER = """() => {
  const banner = document.createElement('aside');
  banner.innerHTML = `<section class="banner banner--demo"><div class="banner__in"><p>这是演示，人和事都是编的；演示里的时间是
    <b>1月26日 星期二 0:17</b>。 <a href="/tour">导览</a></p><form class="act"><button class="button">过一天</button></form></div></section>`;
  document.querySelector('.has-hall > svg').after(banner);
}"""
"""What the demo says above every page; the fixture's site is none."""
OUT_OF_SIGHT = """(wanted) => wanted.filter((one) => {
  const box = document.querySelector(one)?.getBoundingClientRect();
  return !box?.height || box.top < -1 || box.bottom > innerHeight + 1 || box.left < -1 || box.right > innerWidth + 1;
})"""


def phone(hall: Hall, name: str, path: str) -> Page:
    made = hall.page(name, path, width=TALL["width"])
    made.set_viewport_size(TALL)
    connected(made)
    return made


def height(page: Page, selector: str) -> float:
    return page.locator(selector).bounding_box()["height"]


def clock_is_seen(page: Page) -> bool:
    box = page.locator("#speaker .speaker__clock b").bounding_box()
    return box["y"] >= 0 and box["y"] + box["height"] <= page.viewport_size["height"]


def talk(hall: Hall, chair: Page, path: str, name: str, turn: int, many: int = 0) -> Page:
    """Somebody has the word, and has said as much as fills a phone."""
    page = hall.page(name, path)
    connected(page)
    say(page, f"{path}/turns", position="against")
    expect(chair.locator("#queue")).to_contain_text(name, timeout=LIVE)
    say(chair, f"/turns/{turn}/floor")
    expect(page.locator("#speaker")).to_contain_text(name, timeout=LIVE)
    for number in range(many):
        say(page, f"{path}/statements", body=f"第{number}句：路要修，可是菜地不能动，我家就靠这几分地。")
    if many:
        expect(chair.locator("#said")).to_contain_text(f"第{many - 1}句", timeout=LIVE)
    return page


def test_ones_own_words_are_seen_and_the_feed_keeps_two_fifths_of_the_phone(hall: Hall):
    chair, path = hall.open_room()
    talk(hall, chair, path, "赵敏", 1, many=7)
    say(chair, "/turns/1/end")
    member = phone(hall, "李强", path)
    expect(member.locator("#said")).to_contain_text("第6句", timeout=LIVE)
    assert member.evaluate(IN_SIGHT, "第6句"), "the feed begins at what was said last"
    say(member, f"{path}/turns", position="for")
    expect(chair.locator("#queue")).to_contain_text("李强", timeout=LIVE)
    say(chair, "/turns/2/floor")
    expect(member.locator("#mine")).to_contain_text("正轮到您发言", timeout=SLOW)
    assert height(member, "#feed") >= 0.4 * TALL["height"]
    shoot(member, "phone-floor")

    member.locator("#say").click()
    member.locator("#say").press_sequentially("早该修了，雨天摔过人。")
    member.locator("#composer").get_by_text("赞成", exact=True).click()
    expect(member.locator("#composer").get_by_label("赞成")).to_be_checked()
    member.locator("#fold-files summary").click()
    expect(member.locator("#fold-files input").first).to_be_visible()
    assert clock_is_seen(member), "files lie open and the countdown stays"
    shoot(member, "phone-files")
    member.locator("#fold-files summary").click()
    member.locator("#say").focus()
    member.set_viewport_size({"width": 360, "height": 400})  # The keyboard is there.
    member.wait_for_timeout(300)
    written = member.locator("#say").bounding_box()
    assert clock_is_seen(member) and written["y"] + written["height"] <= 400
    shoot(member, "phone-keyboard")
    member.set_viewport_size(TALL)
    member.get_by_role("button", name="交发言").click()
    expect(member.locator("#said")).to_contain_text("早该修了", timeout=SLOW)
    member.wait_for_function(IN_SIGHT, arg="早该修了", timeout=SLOW)
    assert clock_is_seen(member)

    # A touch on a button while one writes reaches the button, though the writing folds up.
    member.locator("#say").click()
    member.get_by_role("button", name="我讲完了").click()
    expect(member.locator("#speaker")).to_contain_text("现在没有人发言", timeout=SLOW)
    member.get_by_role("link", name="写一段").click()
    member.locator("#say").fill("再补一句。")
    member.get_by_role("button", name="交发言").click()
    member.wait_for_function(IN_SIGHT, arg="再补一句", timeout=SLOW)


def test_who_reads_further_up_stays_there_and_is_led_to_what_is_new(hall: Hall):
    chair, path = hall.open_room()
    speaker = talk(hall, chair, path, "赵敏", 1, many=8)
    reader = phone(hall, "李强", path)
    reader.evaluate("document.getElementById('feed').scrollTop = 0")
    reader.locator("#feed").focus()
    more = reader.locator(".said__new")
    expect(more).to_be_hidden()
    for words in ("新的第一句", "新的第二句"):
        say(speaker, f"{path}/statements", body=words)
        expect(reader.locator("#said")).to_contain_text(words, timeout=LIVE)
    expect(more).to_have_text("2条新的", timeout=SLOW)
    assert reader.evaluate("document.getElementById('feed').scrollTop") == 0
    shoot(reader, "phone-new")
    more.click()
    reader.wait_for_function(IN_SIGHT, arg="新的第一句", timeout=SLOW)
    expect(more).to_be_hidden()
    expect(reader.locator("#feed")).to_be_focused()


def test_a_gauge_that_opens_behind_another_tab_says_so_once_and_leads_there(hall: Hall):
    chair, path = hall.open_room()
    member = phone(hall, "李强", path)
    member.get_by_role("link", name="写一段").click()
    member.locator("#say").press_sequentially(TYPED)
    member.evaluate("""window.spoken = []; new MutationObserver(() =>
        window.spoken.push(document.getElementById('polite').textContent)).observe(
        document.getElementById('polite'), {childList: true, characterData: true, subtree: true})""")
    say(chair, f"{path}/gauges", question="先修排水沟行不行", options="行%0A不行")
    news = member.locator("#news")
    expect(news).to_contain_text("先修排水沟行不行", timeout=LIVE)
    tab = member.locator(".hall__tabs").get_by_role("link", name="测评")
    expect(tab.locator(".tab__new")).to_be_visible()
    shoot(member, "phone-news")
    expect(member.locator("#say")).to_be_focused()
    expect(member.locator("#say")).to_have_value(TYPED)
    member.wait_for_timeout(1_000)
    assert sum("先修排水沟" in words for words in member.evaluate("window.spoken")) == 1
    assert member.locator("[role=status], [aria-live]:not([aria-live=off])").count() == 1, (
        "one voice, and the line is not a second"
    )

    news.get_by_role("link", name="去表态").click()
    expect(news).to_be_hidden()
    expect(tab.locator(".tab__new")).to_be_hidden()
    expect(member.locator("#gauge")).to_be_focused()
    member.locator("#my-gauge").get_by_role("button", name="不行", exact=True).click()
    expect(member.locator("#my-gauge")).to_contain_text("已收到您的意向：不行", timeout=SLOW)
    expect(member.locator("#say")).to_have_value(TYPED)
    member.locator(".hall__tabs").get_by_role("link", name="发言").click()
    expect(news).to_be_hidden()


def test_a_page_opened_anew_says_of_an_open_gauge_what_the_page_kept_open_says(hall: Hall):
    chair, path = hall.open_room()
    kept = phone(hall, "李强", path)
    say(chair, f"{path}/gauges", question="先修排水沟行不行", options="行%0A不行")
    expect(kept.locator("#news")).to_contain_text("先修排水沟行不行", timeout=LIVE)
    fresh = phone(hall, "赵敏", path)
    expect(fresh.locator("#news")).to_contain_text("先修排水沟行不行")
    fresh.get_by_role("button", name="知道了").click()
    expect(fresh.locator("#news")).to_be_hidden()
    say(chair, f"/matters/{hall.matter_id}/plans", body="路宽4.5米。", note="")
    for page in (kept, fresh):
        tab = page.locator(".hall__tabs").get_by_role("link", name="方案")
        expect(tab.locator(".tab__new")).to_be_visible(timeout=SLOW)
    expect(fresh.locator("#news")).to_contain_text("方案有了第1版", timeout=SLOW)
    say(chair, "/gauges/1/closing")
    expect(kept.locator("#news")).to_contain_text("方案有了第1版", timeout=SLOW)


@pytest.mark.parametrize("text", ["normal", "large"])
def test_what_is_done_most_is_in_sight_without_scrolling(hall: Hall, text: str):
    chair, path = hall.open_room()
    talk(hall, chair, path, "赵敏", 1, many=3)
    member = phone(hall, "李强", path)
    member.evaluate(f"document.documentElement.dataset.text = '{text}'")
    member.wait_for_timeout(200)
    assert member.evaluate("document.documentElement.scrollHeight") <= TALL["height"]
    ask = member.get_by_role("button", name="我要发言").bounding_box()
    assert ask["y"] + ask["height"] <= TALL["height"] and clock_is_seen(member)
    assert height(member, "#feed") >= 0.4 * TALL["height"] - 1
    shoot(member, f"phone-listening-{text}")


def test_a_field_that_was_pulled_larger_is_sent_without_a_word_of_the_policy(hall: Hall):
    """What a browser keeps in style= was copied to the fresh form, which the policy forbids; the fixture hears of it."""
    _chair, path = hall.open_room()
    member = hall.page("李强", path)
    connected(member)
    box = member.locator("#say").bounding_box()
    member.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] - 4)
    member.mouse.down()
    member.mouse.move(box["x"] + box["width"] - 4, box["y"] + box["height"] + 60, steps=4)
    member.mouse.up()
    assert member.locator("#say").get_attribute("style"), "the field was pulled"
    member.locator("#say").fill("早该修了。")
    member.get_by_role("button", name="交发言").click()
    expect(member.locator("#said")).to_contain_text("早该修了", timeout=SLOW)
    expect(member.locator("#say")).to_have_value("", timeout=SLOW)
    member.wait_for_timeout(300)
    assert hall.faults == []


def _title_and_address(hall: Hall) -> None:
    """As every room on an article is called, and as an owner of two flats attends."""

    def write(session, now):
        session.exec(select(Room)).one().title = TITLE
        for each in session.exec(select(Attendance)):
            each.capacity = ADDRESS

    hall.house.database.change(write)


def _nothing_is_out_of_sight(page: Page, wanted: list[str], name: str) -> None:
    for width, tall in SIZES:
        page.set_viewport_size({"width": width, "height": tall})
        for text in ("normal", "large"):
            page.evaluate(f"document.documentElement.dataset.text = '{text}'")
            page.wait_for_timeout(200)
            shoot(page, f"phone-{name}-{width}x{tall}-{text}")
            where = (name, width, tall, text)
            assert page.evaluate(OUT_OF_SIGHT, wanted) == [], where
            assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), where
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), where
            assert height(page, "#feed") >= 60, where


def test_ones_own_turn_is_in_sight_under_a_long_title_a_long_address_and_the_banner_of_a_demo(hall: Hall):
    chair, path = hall.open_room()
    listens, speaks = phone(hall, "李强", path), phone(hall, "赵敏", path)
    say(speaks, f"{path}/turns", position="against")
    expect(chair.locator("#queue")).to_contain_text("赵敏", timeout=LIVE)
    _title_and_address(hall)
    say(chair, "/turns/1/floor")
    for page in (listens, speaks):
        page.reload()
        connected(page)
        page.evaluate(BANNER)
    expect(speaks.locator("#mine")).to_contain_text("正轮到您发言")
    clock = "#speaker .speaker__clock b"
    _nothing_is_out_of_sight(speaks, [clock, "#mine .buttons > b", "#mine .button", "#say", "#say-send"], "own-turn")
    _nothing_is_out_of_sight(listens, [clock, "#side", ".act--ask .button"], "listens")

    # The whole title is one touch away, and the turn stays in sight under it.
    speaks.set_viewport_size(TALL)
    topic, folded = speaks.locator(".hall__topic"), height(speaks, ".hall__topic")
    topic.click()
    assert height(speaks, ".hall__topic") > 1.5 * folded
    assert speaks.evaluate(OUT_OF_SIGHT, [clock, "#mine .button"]) == []


def test_what_is_folded_again_leaves_the_button_in_sight(hall: Hall):
    _chair, path = hall.open_room()
    member = phone(hall, "李强", path)
    member.evaluate("document.documentElement.dataset.text = 'large'")
    fold = member.locator("#fold-asks > summary")
    fold.click()
    dock = member.locator(".composer")
    dock.evaluate("(one) => { one.scrollTop = one.scrollHeight }")
    assert dock.evaluate("(one) => one.scrollTop") > 0
    fold.click()
    member.wait_for_timeout(200)
    assert dock.evaluate("(one) => one.scrollTop") == 0
    assert member.evaluate(OUT_OF_SIGHT, [".act--ask .button"]) == []


CUT = """() => {
  const side = document.getElementById('side'), whole = side.cloneNode(true);
  whole.removeAttribute('id');
  whole.style.cssText = 'position: absolute; inline-size: max-content; min-inline-size: 0; flex: none';
  side.after(whole);
  const boxes = (selector) => [...document.querySelectorAll(selector)].map((one) => one.getBoundingClientRect());
  const wrong = [];
  if (side.getBoundingClientRect().width + 1 < whole.getBoundingClientRect().width) wrong.push('the label of the side');
  whole.remove();
  if (boxes('.hall *').some((box) => box.width && (box.right > innerWidth + 1 || box.left < -1))) wrong.push('beyond the edge');
  for (const row of ['.hall__where > *, .hall__time', '.speaker__name, .speaker__clock', '#side, .act--ask .button']) {
    const seen = boxes(row).filter((box) => box.width && box.height);
    if (seen.some((one, nth) => seen.slice(nth + 1).some((other) => one.right > other.left + 1 && other.right > one.left + 1
      && one.bottom > other.top + 1 && other.bottom > one.top + 1))) wrong.push(`${row} lie upon each other`);
  }
  return wrong;
}"""


@pytest.mark.parametrize("size", [16, 24, 32])
def test_in_the_largest_type_of_the_browser_no_label_is_cut_and_nothing_lies_upon_another(hall: Hall, size: int):
    """Twice the usual size is what people set in their phone, beside the large type of our own."""
    chair, path = hall.open_room()
    talk(hall, chair, path, "赵敏", 1)
    for width in (320, 360):
        for text in ("", "large") if size == 16 else ("",):
            member = phone(hall, "李强", path)
            member.set_viewport_size({"width": width, "height": 740})
            if text:
                member.evaluate(f"document.documentElement.dataset.text = '{text}'")
            else:
                member.evaluate(f"document.documentElement.style.fontSize = '{size}px'")
            expect(member.locator("#speaker")).to_contain_text("赵敏", timeout=LIVE)
            shoot(member, f"hall-{width}-{text or size}")
            assert member.evaluate(CUT) == [], (width, size, text)
            member.locator("#side").scroll_into_view_if_needed()
            expect(member.locator("#side")).to_be_in_viewport()


def test_a_lost_line_is_said_in_few_lines_that_cover_nothing_and_move_no_button(hall: Hall):
    chair, path = hall.open_room()
    talk(hall, chair, path, "赵敏", 1, many=3)
    for width, tall, most in ((360, 740, 60), (1440, 900, 40)):
        member = hall.page("李强", path, width=width)
        member.set_viewport_size({"width": width, "height": tall})
        connected(member)
        member.evaluate(BANNER)
        member.wait_for_timeout(300)
        asks = member.get_by_role("button", name="我要发言")
        before = asks.bounding_box()
        member.context.set_offline(True)
        line = member.locator("#connection")
        expect(line).to_contain_text("没有网络", timeout=SLOW)
        said, head = line.bounding_box(), member.locator(".banners, aside").first.bounding_box()
        assert said["height"] <= most and said["y"] + said["height"] <= head["y"] + 1
        assert clock_is_seen(member) and abs(asks.bounding_box()["y"] - before["y"]) <= 2, (asks.bounding_box(), before)
        shoot(member, f"line-lost-{width}")
