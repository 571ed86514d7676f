"""A guest whose invitation was withdrawn: nobody can choose them any more, and the minutes say what became of them."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from deliberation.rooms.chairing_models import Appeal
from deliberation.rooms.convening_models import Invitation
from deliberation.rooms.models import Attendance, GaugeMark, SpeakingTurn, gauge, mark_counts
from deliberation.rooms.verification import check_rooms
from tests.pages import Browser
from tests.rooms.halls import House, house_at
from tests.rooms.test_hybrid import rows


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def come_and_go(house: House, room: str, **fields: str) -> int:
    """A guest at the door whose invitation the chair then withdraws; who it is."""
    given = {"guest": "快递员小丁", "role": "affected", "phone": "no"} | fields
    answer = house.browser("林涛").post(f"{room}/guests", **given)
    assert answer.status in (200, 303), answer.words[-1500:]
    invited = rows(house, Invitation)[-1]
    assert heirs(house, room) >= {invited.person_id}
    assert house.browser("王秀英").post(f"/invitations/{invited.id}/withdrawal", reason="换人").status == 303
    return invited.person_id


def heirs(house: House, room: str) -> set[int]:
    """Whom the chair could hand over to, as the page lists them."""
    listed = house.browser("王秀英").get(room).text.partition('id="heir"')[2].partition("</select>")[0]
    return {int(id) for id in re.findall(r'value="(\d+)"', listed)}


def test_who_was_removed_neither_stands_among_the_heirs_nor_is_one(house: House):
    room = house.open_room()
    assert house.browser("李强").post(f"{room}/attendance").status == 303
    guest = come_and_go(house, room)
    assert guest not in heirs(house, room) and house.village["李强"] in heirs(house, room)
    chair = house.browser("王秀英")
    refused = chair.post(f"{room}/handovers", person=str(guest), reason="我要发言")
    assert refused.status == 409 and "不再参加这次协商" in refused.words
    assert chair.post(f"{room}/handovers", person=str(house.village["李强"]), reason="我要发言").status == 303


def test_the_clerk_finds_them_no_more_and_a_turn_left_over_cannot_be_given(house: House):
    room = house.open_room()
    guest = come_and_go(house, room)
    for do in ("turn", "attend"):
        answer = house.browser("林涛").post(f"{room}/hall", name="快递员小丁", do=do)
        assert answer.status == 422 and "本单位没有登记这个人" in answer.words

    def left_over(session, now):
        number = session.exec(select(Attendance.room_id)).first()
        session.add(SpeakingTurn(room_id=number, person_id=guest, asked_at=now))

    house.site.house.database.change(left_over)
    answer = house.browser("王秀英").post("/turns/1/floor")
    assert answer.status == 409 and "不再参加这次协商" in answer.words


def test_one_of_the_community_keeps_their_place_and_their_turn(house: House):
    """Named as an expert and named no longer, they are a resident who speaks like the others."""
    room = house.open_room()
    chair, member = house.browser("王秀英"), house.browser("李强")
    called = house.browser("王秀英").get(room).links(r"/convenings/\d+")[0]
    assert chair.post(f"{called}/invitations", name="李强", role="expert").status == 303
    assert member.post(f"{room}/attendance").status == 303 and member.post(f"{room}/turns").status == 303
    assert chair.post("/invitations/1/withdrawal", reason="换人").status == 303
    assert house.village["李强"] not in heirs(house, room), "who waits to speak does not preside"
    assert chair.post("/turns/1/floor").status == 303


def test_the_minutes_say_that_it_was_withdrawn_when_and_by_whom(house: House):
    room = house.open_room()
    come_and_go(house, room, office="某快递")
    assert (
        "王秀英撤回对快递员小丁的邀请，快递员小丁不再参加这次协商。理由：换人" in house.browser("李强").get(room).words
    )
    chair = house.browser("王秀英")
    assert chair.post(f"{room}/closing").status == 303
    words = chair.get(f"{room}/minutes").words
    assert re.search(r"邀请：其他利益相关方 快递员小丁（某快递），到会，\d+月\d+日\d+:\d\d由王秀英撤回邀请", words)
    assert "王秀英撤回对快递员小丁的邀请，快递员小丁不再参加这次协商。" in words.partition("会场秩序")[2]


def test_nobody_who_came_is_sent_out_without_a_reason_that_everybody_reads(house: House):
    room = house.open_room()
    guest, number = invited(house, room, "丁一")
    chair = house.browser("王秀英")
    assert guest.post(f"{room}/turns").status == 303 and chair.post("/turns/1/floor").status == 303
    silent = chair.post(f"/invitations/{number}/withdrawal")
    assert silent.status == 422 and "协商已经开始，或者是抽签产生的人，撤回邀请要写理由" in silent.words
    assert rows(house, Invitation)[-1].holds and rows(house, SpeakingTurn)[0].ended_at is None
    called = chair.get(room).links(r"/convenings/\d+")[0]
    assert "理由写进纪要，大家都看得到；协商进行中撤回邀请可以申诉" in chair.get(called).words
    assert chair.post(f"/invitations/{number}/withdrawal", reason="骂人，提醒两次不听").status == 303
    said = "王秀英撤回对丁一的邀请，丁一不再参加这次协商。理由：骂人，提醒两次不听"
    assert said in house.browser("李强").get(room).words
    assert chair.post(f"{room}/closing").status == 303
    assert said in chair.get(f"{room}/minutes").words.partition("会场秩序")[2]


def test_who_was_removed_is_not_among_those_whose_hand_is_missing(house: House):
    room = house.open_room()
    clerk, member, chair = (house.browser(name) for name in ("林涛", "李强", "王秀英"))
    come_and_go(house, room)
    assert clerk.post(f"{room}/hall", name="赵敏", do="attend").status == 303
    assert member.post(f"{room}/turns").status == 303 and chair.post("/turns/1/floor").status == 303
    given = {"do": "call", "turn": "1", "reason": "请对着议题讲"}
    assert chair.post(f"{room}/interventions", **given).status == 303
    assert member.post(f"{room}/appeals", intervention="1", body="没有跑题").status == 303
    assert re.search(r"还没有表态的有\s*1\s*人", clerk.get(room).words), "赵敏 alone"


def test_who_came_before_the_invitation_sits_as_what_it_says(house: House):
    room = house.open_room()
    member, chair = house.browser("李强"), house.browser("王秀英")
    assert member.post(f"{room}/attendance").status == 303
    assert chair.post(f"{room}/gauges", question="行不行", options="行\n不行").status == 303
    assert "其中1人可以作答" in chair.get(room).words
    called = chair.get(room).links(r"/convenings/\d+")[0]
    assert chair.post(f"{called}/invitations", name="李强", role="expert", office="设计院").status == 303
    words = chair.get(room).words
    assert re.search(r"李强 专家（设计院） 不计入测评", words) and "其中0人可以作答" in words


def test_the_hand_of_who_was_removed_counts_no_more(house: House):
    room = house.open_room()
    member, chair = house.browser("李强"), house.browser("王秀英")
    guest, number = invited(house, room, "丁一")
    assert member.post(f"{room}/turns").status == 303 and chair.post("/turns/1/floor").status == 303
    given = {"do": "call", "turn": "1", "reason": "请对着议题讲"}
    assert chair.post(f"{room}/interventions", **given).status == 303
    assert member.post(f"{room}/appeals", intervention="1", body="没有跑题").status == 303
    assert guest.post(f"{room}/hands", appeal="1", outcome="overturned").status == 303
    assert member.post(f"{room}/hands", appeal="1", outcome="sustained").status == 303
    assert chair.post(f"/invitations/{number}/withdrawal", reason="换人").status == 303
    assert house.browser("林涛").post(f"{room}/counts", appeal="1", sustain="0", overturn="0").status == 303
    with house.site.house.database.read() as session:
        decided = session.get(Appeal, 1)
        assert (decided.sustain, decided.overturn, decided.outcome) == (1, 0, "sustained")
    assert faults(house) == []


# --- gauges: who takes part when one is closed


def invited(house: House, room: str, name: str) -> tuple[Browser, int]:
    """Somebody from elsewhere who takes part like the community's own people: their browser, their invitation's number."""
    chair = house.browser("王秀英")
    called = chair.get(room).links(r"/convenings/\d+")[0]
    assert chair.post(f"{called}/invitations", name=name, role="delegate", guest="yes").status == 303
    number = rows(house, Invitation)[-1].id
    link = re.search(r"https://testserver(/sign-in/[^?<]+)", chair.post(f"/invitations/{number}/link").text)[1]
    guest = house.site.visitor()
    assert guest.post(html.unescape(link), next=room).status == 303
    assert guest.post(f"{room}/attendance").status == 303
    return guest, number


def faults(house: House, *changes: str) -> list[str]:
    """What is found wrong once this SQL was run behind the log; it is undone again."""
    with Session(house.site.house.database.writers) as session:
        for change in changes:
            session.execute(text(change))
        found = [each.subject for each in check_rooms(session) if each]
        session.rollback()
    return found


def sums(house: House) -> list[int]:
    with house.site.house.database.read() as session:
        return mark_counts(session, gauge(session, 1))


def kept(house: House) -> int:
    with house.site.house.database.read() as session:
        return len(session.exec(select(GaugeMark)).all())


@pytest.fixture
def marked(house: House):
    """A gauge of two answers: three of the village say yes, two from elsewhere say no; the room, the guests."""
    room = house.open_room()
    guests = [invited(house, room, name) for name in ("丁一", "丁二")]
    chair = house.browser("王秀英")
    assert chair.post(f"{room}/gauges", question="行不行", options="行\n不行").status == 303
    for name in ("李强", "赵敏", "周明"):
        member = house.browser(name)
        assert member.post(f"{room}/attendance").status == 303
        assert member.post("/gauges/1/marks", option="0").status == 303
    for guest, _number in guests:
        assert guest.post("/gauges/1/marks", option="1").status == 303
    assert "其中5人可以作答，5人作答" in chair.get(room).words
    return room, guests


def test_a_gauge_of_which_no_sums_are_shown_is_not_said_to_be_released(house: House):
    room = house.open_room()
    chair, member = house.browser("王秀英"), house.browser("李强")
    assert member.post(f"{room}/attendance").status == 303
    assert chair.post(f"{room}/gauges", question="行不行", options="行\n不行").status == 303
    assert member.post("/gauges/1/marks", option="0").status == 303
    assert chair.post("/gauges/1/closing").status == 303
    assert "已结束，等主持人公布" in chair.get(room).words
    assert chair.post("/gauges/1/release").status == 303
    page = member.get(room)
    assert "已结束，不公布合计" in page.words and "已公布" not in page.words
    assert 'data-say="意向测评结束，作答的不到3人，不公布合计"' in page.text


def test_an_open_gauge_leaves_out_who_was_removed_at_once_and_in_every_sum(house: House, marked):
    room, ((guest, number), _other) = marked
    chair = house.browser("王秀英")
    assert chair.post(f"/invitations/{number}/withdrawal", reason="换人").status == 303
    for page in (room, f"{room}/plain", f"{room}/screen"):
        assert "其中4人可以作答，4人作答" in chair.get(page).words, page
    assert re.search(r"丁一 邀请已撤回 不计入测评", chair.get(room).words), "the list of who came says so too"
    assert "已收到您的意向" not in guest.get(f"{room}/plain").words
    assert chair.post("/gauges/1/closing").status == 303
    assert chair.post("/gauges/1/release").status == 303
    assert sums(house) == [3, 1] and kept(house) == 5, "the mark is kept and counts no more"
    assert "其中4人可以作答，4人作答" in chair.get(room).words
    assert chair.post(f"{room}/closing").status == 303
    assert "行3人，不行1人；共4人作答" in chair.get(f"{room}/minutes").words
    assert faults(house) == []
    assert faults(house, "UPDATE gauge_mark SET counts = true") == ["gauge/1"]


def test_whose_mark_is_left_out_cannot_be_exchanged_behind_the_log(house: House, marked):
    _room, ((_guest, number), _other) = marked
    chair, member = house.browser("王秀英"), house.village["李强"]
    assert chair.post(f"/invitations/{number}/withdrawal", reason="换人").status == 303
    assert chair.post("/gauges/1/closing").status == 303
    assert faults(house) == []
    exchange = f"UPDATE gauge_mark SET counts = (person_id <> {member}) WHERE person_id = {member} OR NOT counts"
    assert faults(house, exchange) == ["gauge/1"]


def test_a_mark_given_before_one_was_named_an_expert_counts_no_more_and_afterwards_again(house: House):
    room = house.open_room()
    chair, member, other = (house.browser(name) for name in ("王秀英", "李强", "赵敏"))
    called = chair.get(room).links(r"/convenings/\d+")[0]
    assert chair.post(f"{room}/gauges", question="行不行", options="行\n不行").status == 303
    for browser in (member, other):
        assert browser.post(f"{room}/attendance").status == 303
        assert browser.post("/gauges/1/marks", option="0").status == 303
    assert chair.post(f"{called}/invitations", name="李强", role="expert").status == 303
    assert "其中1人可以作答，1人作答" in chair.get(room).words
    assert chair.post("/invitations/1/withdrawal", reason="换人").status == 303
    assert "其中2人可以作答，2人作答" in chair.get(room).words
    assert member.post("/gauges/1/marks", option="1").status == 303
    assert chair.post("/gauges/1/closing").status == 303
    assert sums(house) == [1, 1] and faults(house) == []


def test_who_is_removed_after_the_closing_has_counted(house: House, marked):
    room, ((_guest, number), _other) = marked
    chair = house.browser("王秀英")
    assert chair.post("/gauges/1/closing").status == 303
    assert chair.post(f"/invitations/{number}/withdrawal", reason="换人").status == 303
    assert chair.post("/gauges/1/release").status == 303
    assert sums(house) == [3, 2] and faults(house) == []
    assert "其中5人可以作答，5人作答" in chair.get(room).words


def test_closing_the_room_closes_its_gauge_without_who_was_removed(house: House, marked):
    room, ((_guest, number), (other, second)) = marked
    chair = house.browser("王秀英")
    assert other.post(f"/invitations/{second}/reply", reply="declines").status == 303
    assert "其中4人可以作答，4人作答" in chair.get(room).words
    assert other.post(f"/invitations/{second}/reply", reply="comes").status == 303
    assert "其中5人可以作答，5人作答" in chair.get(room).words
    assert chair.post(f"/invitations/{number}/withdrawal", reason="换人").status == 303
    assert faults(house, "UPDATE gauge_mark SET counts = false") == ["gauge/1"], (
        "nothing stops counting while it is open"
    )
    assert chair.post(f"{room}/closing").status == 303 and chair.post("/gauges/1/release").status == 303
    assert sums(house) == [3, 1] and faults(house) == []


def test_hands_are_no_more_than_those_who_are_still_asked(house: House):
    room = house.open_room()
    _guest, number = invited(house, room, "丁一")
    chair, clerk = house.browser("王秀英"), house.browser("林涛")
    assert clerk.post(f"{room}/hall", name="赵敏", do="attend").status == 303
    assert chair.post(f"{room}/gauges", question="行不行", options="行\n不行").status == 303
    assert chair.post(f"/invitations/{number}/withdrawal", reason="换人").status == 303
    refused = clerk.post("/gauges/1/hands", hands=["2", "1"])
    assert refused.status == 422 and "没有在手机上表态的只有2人" in refused.words, "赵敏 and the clerk"
    assert clerk.post("/gauges/1/hands", hands=["2", "0"]).status == 303


def test_one_of_the_community_named_and_named_no_longer_counts_as_before(house: House):
    room = house.open_room()
    chair, member = house.browser("王秀英"), house.browser("李强")
    called = chair.get(room).links(r"/convenings/\d+")[0]
    assert chair.post(f"{called}/invitations", name="李强", role="delegate").status == 303
    assert chair.post(f"{room}/gauges", question="行不行", options="行\n不行").status == 303
    assert member.post(f"{room}/attendance").status == member.post("/gauges/1/marks", option="1").status == 303
    assert chair.post("/invitations/1/withdrawal", reason="换人").status == 303
    assert "其中1人可以作答，1人作答" in chair.get(room).words
    assert chair.post("/gauges/1/closing").status == 303 and sums(house) == [0, 1]
