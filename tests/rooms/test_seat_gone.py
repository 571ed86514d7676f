"""A guest whose invitation was withdrawn: nobody can choose them any more, and the minutes say what became of them."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from deliberation.rooms.convening_models import Invitation
from deliberation.rooms.models import Attendance, SpeakingTurn
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
    assert house.browser("王秀英").post(f"/invitations/{invited.id}/withdrawal").status == 303
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
    assert chair.post("/invitations/1/withdrawal").status == 303
    assert house.village["李强"] not in heirs(house, room), "who waits to speak does not preside"
    assert chair.post("/turns/1/floor").status == 303


def test_the_minutes_say_that_it_was_withdrawn_when_and_by_whom(house: House):
    room = house.open_room()
    come_and_go(house, room, office="某快递")
    assert "王秀英撤回对快递员小丁的邀请，快递员小丁不再参加这次协商。" in house.browser("李强").get(room).words
    chair = house.browser("王秀英")
    assert chair.post(f"{room}/closing").status == 303
    words = chair.get(f"{room}/minutes").words
    assert re.search(r"邀请：其他利益相关方 快递员小丁（某快递），到会，\d+月\d+日\d+:\d\d由王秀英撤回邀请", words)
    assert "王秀英撤回对快递员小丁的邀请，快递员小丁不再参加这次协商。" in words.partition("会场秩序")[2]


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
