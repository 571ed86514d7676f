"""The chair's and everybody's forms about the order, as people with and without JavaScript meet them."""

from __future__ import annotations

import re

import pytest

from tests.rooms.halls import House, house_at


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def forms(page, action: str) -> list[str]:
    return re.findall(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)


def send(browser, room: str, action: str, *, with_: str, **fields: str) -> None:
    """Send the form in the room that goes there and has this in it, with its hidden fields, as a browser would."""
    found = next((form for form in forms(browser.get(room), action) if with_ in form), None)
    assert found, (action, with_)
    hidden = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found))
    for name in fields:
        assert re.search(rf'name="{name}"', found), (name, found)
    answer = browser.post(action, **({k: v for k, v in hidden.items() if k != "token"} | fields))
    assert answer.status == 303 and answer.location == room, answer.words[:400]


def test_an_order_kept_and_appealed_against_by_plain_forms(house: House):
    """Everything without JavaScript: each form is found in the room and leads back to it."""
    room = house.open_room()
    chair, member, clerk = house.browser("王秀英"), house.browser("李强"), house.browser("林涛")
    other, does = house.browser("黄丽"), f"{room}/interventions"
    for one in (member, clerk, other):
        send(one, room, f"{room}/attendance", with_="签到")
    send(member, room, f"{room}/turns", with_="我要发言", position="against")
    send(chair, room, "/turns/1/floor", with_="请李强发言")
    send(other, room, f"{room}/turns", with_="提程序动议")
    send(chair, room, "/turns/2/floor", with_="听黄丽的程序动议")
    assert "李强的发言暂停" in other.get(room).words and "您的发言暂停" in member.get(room).words
    send(chair, room, does, with_="成立", do="reject", reason="没有超出议题")
    send(chair, room, does, with_="延长", do="extend", reason="还没讲完")
    send(chair, room, does, with_="中止", do="cut", reason="一再跑题")
    page = other.get(room)
    assert "主持人中止李强的发言。理由：一再跑题" in page.words and "处置3次" in page.words
    send(member, room, f"{room}/appeals", with_="申诉", intervention="3", body="我没有跑题")
    assert "有一份申诉等您表态" in clerk.get(room).words
    page = chair.get(room)
    assert not forms(page, f"{room}/closing") and "还有申诉没有决定" in page.words
    waits = clerk.get(room)
    assert re.search(r"举手至少留60秒，或者等到场的人都表了态：\d+:\d\d:\d\d起可以清点", waits.words)
    assert re.search(r'aria-disabled="true"[^>]*>清点举手，宣布结果<', waits.text)
    refused = clerk.post(f"{room}/counts", appeal="1")
    assert refused.status == 403 and "起可以清点" in refused.words
    for one in (member, other, clerk):
        send(one, room, f"{room}/hands", with_="改变", outcome="overturned")
    assert "举手至少留60秒，或者等到场的人都表了态。 本地设置" in clerk.get(room).words
    send(clerk, room, f"{room}/counts", with_="清点")
    page = member.get(room)
    assert "改变主持人的处置。举手：维持0，改变3。" in page.words and "补足发言" in page.words
    assert forms(chair.get(room), f"{room}/closing")
    send(chair, room, "/turns/3/floor", with_="请李强补足发言")
    send(member, room, "/turns/3/end", with_="我讲完了")


def test_who_is_not_first_is_called_with_a_reason_and_who_waits_is_refused_with_one(house: House):
    room = house.open_room()
    chair = house.browser("王秀英")
    for name in ("李强", "黄丽"):
        house.browser(name).post(f"{room}/turns")
    answer = chair.post("/turns/2/floor")
    assert answer.status == 409 and "不排在第一" in answer.words
    answer = chair.post(f"{room}/interventions", do="reorder", turn="2", reason="")
    assert answer.status == 422 and "2人等候" in answer.words
    send(chair, room, f"{room}/interventions", with_="请这个人先讲", do="reorder", turn="2", reason="她要赶车")
    send(chair, room, f"{room}/interventions", with_="不准发言", do="refuse", turn="1", reason="已经讲过")
    assert "没有人等候" in chair.get(room).words


def test_what_is_hidden_is_nowhere_in_the_page_and_its_reason_is(house: House):
    room = house.open_room()
    chair, member = house.browser("王秀英"), house.browser("李强")
    member.post(f"{room}/statements", body="他家没一个好人", position="against")
    send(chair, room, f"{room}/interventions", with_="隐藏", do="hide", statement="1", reason="骂人")
    for browser in (member, house.site.visitor()):
        page = browser.get(room)
        assert "没一个好人" not in page.text and "主持人王秀英于" in page.words
        assert "隐藏了这条发言。理由：骂人" in page.words
    assert "没一个好人" not in member.get(f"/matters/{house.matter_id}/concerns").text


def test_the_chair_hands_over_to_somebody_listed_and_then_speaks(house: House):
    room = house.open_room()
    chair, heir = house.browser("王秀英"), house.browser("黄丽")
    assert "没有可以接任的" in chair.get(room).words
    heir.post(f"{room}/attendance")
    send(chair, room, f"{room}/handovers", with_="移交", person=str(house.village["黄丽"]), reason="我要发言")
    page = chair.get(room)
    assert "主持：黄丽" in page.words and "我要发言" in page.words
    assert "结束协商" in heir.get(room).words
    send(chair, room, f"{room}/turns", with_="我要发言", position="for")
    send(heir, room, "/turns/1/floor", with_="请王秀英发言")


def test_a_preset_fills_the_form_and_its_source_stands_in_the_room(house: House):
    chair = house.browser("王秀英")
    page = chair.get(f"/matters/{house.matter_id}/rooms/new?preset=congress")
    assert 'value="10"' in page.text and 'value="5"' in page.text
    assert "全国人民代表大会议事规则第五十七条" in page.words
    room = house.open_room(turn_minutes="10", again_minutes="5", turns_each="2", decider="supervisor")
    words = house.site.visitor().get(room).words
    assert "每人第一次10分钟，以后每次5分钟" in words and "全国人民代表大会议事规则第五十七条" in words
    assert "监督员决定" in words
    chair.post(f"{room}/closing")
    answer = chair.post(
        f"/matters/{house.matter_id}/rooms", title="x", minutes="60", turn_minutes="2", turns_each="2", decider="mob"
    )
    assert answer.status == 422
    other = house.open_room(title="再议", turn_minutes="10", again_minutes="5", person_minutes="12")
    words = house.site.visitor().get(other).words
    assert "每人一共不超过12分钟" in words and "依据：本地设置" in words


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("interventions", {"do": "cut", "turn": "99", "reason": "x"}),
        ("interventions", {"do": "cut", "turn": "x", "reason": "x"}),
        ("interventions", {"do": "hide", "statement": "99", "reason": "x"}),
        ("handovers", {"person": "99999", "reason": "x"}),
        ("appeals", {"intervention": "99", "body": "x"}),
        ("hands", {"appeal": "99", "outcome": "sustained"}),
        ("counts", {"appeal": "99"}),
        ("decisions", {"appeal": "99", "outcome": "sustained", "reason": "x"}),
    ],
)
def test_what_is_not_of_this_room_is_not_there(house: House, path, fields):
    room = house.open_room()
    assert house.browser("王秀英").post(f"{room}/{path}", **fields).status == 404
