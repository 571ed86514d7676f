"""The plain page answers every act: what was received, what was given before, and that a file can come with it."""

from __future__ import annotations

import pytest

from tests.rooms.halls import House, house_at

NOTE = ("说明.txt", "路宽四米半".encode(), "text/plain")


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def sends(house: House, name: str, room: str):
    """Somebody's browser on the page on which one writes: a form sent from there, and the page to which it leads."""
    browser = house.browser(name)
    where = f"https://testserver{room}/plain/write"

    def send(path: str, files=None, **fields: str):
        answer = browser.send(path, fields, files, referer=where)
        assert answer.status == 303 and answer.location.startswith(f"{room}/plain"), (path, answer.words[:300])
        return browser.follow(answer)

    return browser, send


def answer_of(page) -> str:
    return page.text.split('class="got"', 1)[1].split(">", 1)[1].split("<", 1)[0]


def test_words_and_their_file_are_answered_and_counted(house: House):
    room = house.open_room()
    member, send = sends(house, "李强", room)
    form = member.get(f"{room}/plain/write")
    assert form.text.count('type="file"') == 3
    page = send(f"{room}/statements", {"file": NOTE}, body="修路我赞成<b>", position="for")
    assert answer_of(page) == "已收到您的发言（赞成，附件1个）：“修路我赞成&lt;b&gt;”"
    assert f'content="30;url={room}/plain"' in page.text, "after a while it is the plain page again"
    assert page.links(r"/statement-files/\d+/view")
    later = member.get(f"{room}/plain")
    assert 'class="got"' not in later.text and "您交了1条发言" in later.words


def test_what_was_given_is_shown_back_as_given(house: House):
    room = house.open_room()
    chair, (member, send) = house.browser("王秀英"), sends(house, "李强", room)
    assert answer_of(send(f"{room}/attendance")) == "已收到您的签到。"
    assert "排在第1位" in answer_of(send(f"{room}/turns", position="for"))
    assert "申请已经撤回" in answer_of(send("/turns/1/withdrawal"))
    chair.post(f"{room}/gauges", question="行不行？", options="行\n不行")
    assert answer_of(send("/gauges/1/marks", option="1")) == "已收到您的意向：不行。结束前可以改。"
    assert answer_of(send("/gauges/1/marks", option="0")) == "已收到您的意向：行。结束前可以改。"
    for path in (f"{room}/plain", f"{room}/plain/write"):
        assert "已收到您的意向：行" in member.get(path).words
    pressed = member.get(f"{room}/plain/write").text.split('aria-pressed="true">', 1)[1]
    assert pressed.startswith("行<")
    chair.post("/gauges/1/closing")
    assert "已收到您的意向：行。" in member.get(f"{room}/plain").words
    assert "结束前可以改" not in member.get(f"{room}/plain").words


def test_the_floor_is_given_and_ended_from_there_too(house: House):
    room = house.open_room()
    (_member, speaks), (_chair, presides) = sends(house, "李强", room), sends(house, "王秀英", room)
    speaks(f"{room}/turns", position="for")
    assert answer_of(presides("/turns/1/floor")) == "已收到：请李强发言。"
    assert "这次发言已经结束" in answer_of(speaks("/turns/1/end"))


def test_an_appeal_takes_a_hand_there_and_shows_it_back(house: House):
    room = house.open_room()
    chair, (member, send) = house.browser("王秀英"), sends(house, "李强", room)
    send(f"{room}/attendance")
    send(f"{room}/turns")
    chair.post("/turns/1/floor")
    chair.post(f"{room}/interventions", do="call", turn="1", reason="请对着议题讲")
    member.post(f"{room}/appeals", intervention="1", body="我在讲议题")
    assert "申诉" in member.get(f"{room}/plain/write").words
    assert answer_of(send(f"{room}/hands", appeal="1", outcome="overturned")) == "已收到您对申诉的表态：改变。"
    assert "已收到您对申诉的表态：改变。" in member.get(f"{room}/plain").words


def test_nobody_is_answered_what_is_not_theirs(house: House):
    room = house.open_room()
    house.browser("李强").post(f"{room}/statements", body="我说的话")
    other, stranger = house.browser("赵敏"), house.site.visitor()
    for got in ("statement-1", "statement-99", "statement-", "mark", "hand", "asked", "attendance", "x", "statement-٣"):
        for who in (other, stranger):
            page = who.get(f"{room}/plain?got={got}")
            assert page.status == 200 and 'class="got"' not in page.text, got
    house.browser("王秀英").post(f"{room}/interventions", do="hide", statement="1", reason="骂人")
    assert "我说的话" not in house.browser("李强").get(f"{room}/plain?got=statement-1").words
    for got in ("gauge", "hands", "given"):
        assert 'class="got"' not in other.get(f"{room}/plain?got={got}").text
        assert 'class="got"' not in stranger.get(f"{room}/plain?got={got}").text


def test_without_scripts_the_room_leads_to_the_end_of_its_feed(house: House):
    room = house.open_room()
    member = house.browser("李强")
    assert member.post(f"{room}/statements", body="我说的话").location == f"{room}#feed-end"
    assert 'id="feed-end"' in member.get(room).text


def test_a_gauge_without_a_question_is_refused_beside_it_and_the_field_is_not_called_optional(house: House):
    room = house.open_room()
    house.browser("李强").post(f"{room}/statements", body="先修排水沟")
    chair = house.browser("王秀英")
    form = chair.fragment(f"{room}/my-gauge").text
    label = form.split("问大家什么", 1)[1].split("</label>", 1)[0]
    assert "选填" not in label
    answer = chair.post(f"{room}/gauges", kind="options", question="", options="行\n不行")
    assert answer.status == 422 and "请写问大家什么" in answer.words and "例如：先修排水沟" in answer.words
    assert chair.post(f"{room}/gauges", kind="statement", statement="1").status == 303


def test_a_gauge_says_who_came_and_how_many_of_them_it_asks(house: House):
    room = house.open_room()
    chair = house.browser("王秀英")
    for name in ("李强", "赵敏"):
        house.browser(name).post(f"{room}/attendance")
    chair.post(f"{room}/gauges", question="行不行？", options="行\n不行")
    for path in (room, f"{room}/plain", f"{room}/screen"):
        assert "3人到场，其中2人可以作答，0人作答" in chair.get(path).words, path
