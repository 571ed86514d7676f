"""Without JavaScript, on an old phone: proposing, voting and speaking are plain forms."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.conftest import PHONE, Cast, Someone
from tests.journeys.walking import Walker

TITLE = "小区门口加装减速带"


def test_a_member_without_scripts_proposes_speaks_and_votes(cast: Cast) -> None:
    member = cast.person("李强", PHONE, java_script_enabled=False)
    home = propose(member)
    with Walker(member.address) as officer, Walker(member.address) as chair:
        officer.sign_in(cast.server.link_of("钱芳"))
        chair.sign_in(cast.server.link_of("王秀英"))
        room = open_a_room(home, officer, chair)
        speak(member, room, chair)
    vote(member)


def propose(member: Someone) -> str:
    member.go("/matters")
    member.follow("提出议题")
    member.write(title="", summary="晚上车快。").press("提出")
    # Browsers check for what is required; what the server refuses comes back with every word.
    member.write(title=TITLE).choose(procedure="six_steps").press("提出")
    expect(member.page.get_by_role("heading", level=1)).to_contain_text(TITLE)
    return member.path


def open_a_room(home: str, officer: Walker, chair: Walker) -> str:
    """What others do meanwhile; they need no scripts either."""
    page = officer.go(f"{home}/screening")
    form = page.form(r"/matters/\d+/screening")
    officer.send(form, **dict.fromkeys(form.choices, "no"))
    officer.go(f"{home}/notices/new")
    form = officer.at.form(r"/matters/\d+/notices")
    officer.send(form, to=form.choices["to"][-1], body="定于下周在社区议事厅讨论。")
    form = officer.at.form(r"/matters/\d+/deliveries")
    officer.send(form, person=form.choices["person"], proof="钱芳上门送达")
    officer.press(r"/matters/\d+/notices/closing")
    # Some days, after which the lift's poll is still open.
    for _press in range(4):
        page = chair.go(f"{home}/rooms/new")
        if any(one.action.endswith("/rooms") for one in page.forms):
            break
        chair.press("/demo/clock")
    chair.press(r"/matters/\d+/rooms")
    assert chair.at.path.startswith("/rooms/"), chair.at.words
    return chair.at.path


def speak(member: Someone, room: str, chair: Walker) -> None:
    member.go(room)
    member.press("我要发言")
    member.go(room)
    expect(member.page.locator("#mine")).to_contain_text("已申请发言")
    chair.go(room)
    chair.press(r"/turns/\d+/floor")
    member.go(room)
    expect(member.page.locator("#mine")).to_contain_text("正轮到您发言")
    member.choose(position="for").write(body="我赞成，孩子放学要过这里。").press("交发言")
    member.go(room)
    expect(member.page.locator("#said")).to_contain_text("孩子放学要过这里")


def vote(member: Someone) -> None:
    member.go("/polls")
    member.follow("去投票")
    poll = member.path
    member.choose(choice="yes").press("下一步：核对")
    expect(member.page.locator("main")).to_contain_text("李强本人")
    member.press("返回修改")
    expect(member.page.locator('main input[value="yes"]')).to_be_checked()
    member.press("下一步：核对")
    member.press("确认投票")
    member.go(poll)
    expect(member.page.locator("#mine")).to_contain_text("您已投票")
