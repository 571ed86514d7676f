"""Sending somebody out of a running room is an intervention: with a reason, appealable, and undone where an appeal is upheld."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from deliberation.audit.models import entries_about, openings_of
from deliberation.rooms.chairing_models import Appeal, Intervention
from deliberation.rooms.convening_models import Invitation
from deliberation.rooms.models import Attendance, SpeakingTurn
from deliberation.vocabulary import Act
from tests.rooms.halls import House, house_at
from tests.rooms.test_hybrid import rows
from tests.rooms.test_seat_gone import faults, invited

REASON = "提醒两次不听"


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def send_out(house: House, number: int) -> None:
    assert house.browser("王秀英").post(f"/invitations/{number}/withdrawal", reason=REASON).status == 303


def upheld(house: House, room: str, *names: str) -> None:
    """Everybody who came wants it changed; the clerk counts."""
    for name in names:
        shown = house.browser(name).post(f"{room}/hands", appeal="1", outcome="overturned")
        assert shown.status == 303, shown.words[-400:]
    counted = house.browser("林涛").post(f"{room}/counts", appeal="1", sustain="0", overturn="0")
    assert counted.status == 303, counted.words[-600:]
    with house.site.house.database.read() as session:
        assert session.get(Appeal, 1).outcome == "overturned"


def test_who_is_sent_out_appeals_and_takes_part_again_with_the_rest_of_their_speech(house: House):
    room = house.open_room()
    guest, number = invited(house, room, "丁一")
    chair, member = house.browser("王秀英"), house.browser("李强")
    assert member.post(f"{room}/attendance").status == 303
    assert guest.post(f"{room}/turns").status == 303 and chair.post("/turns/1/floor").status == 303
    send_out(house, number)
    [done] = rows(house, Intervention)
    assert (done.kind, done.reason, done.for_chair) == ("unseat", REASON, False)
    line = f"王秀英撤回对丁一的邀请，丁一不再参加这次协商。理由：{REASON}"
    page = member.get(room)
    assert page.words.count(line) == 1 and re.search(r"主持和申诉 处置1次", page.words)
    assert "撤回邀请：丁一" in page.words, "what the others can appeal against"
    refused = chair.post(f"{room}/appeals", intervention="1", body="不服")
    assert refused.status == 403
    alone = guest.get(room)
    assert "对撤回有异议的，可以申诉" in alone.words and "撤回邀请：丁一" in alone.words
    assert guest.post(f"{room}/turns").status == 403
    assert guest.post(f"{room}/appeals", intervention="1", body="我在讲议题").status == 303
    assert "对撤回有异议的，可以申诉" not in guest.get(room).words
    assert guest.post(f"{room}/hands", appeal="1", outcome="overturned").status == 403, (
        "nobody in a matter of their own"
    )
    assert chair.post(f"{room}/closing").status == 403, "nobody escapes the hall by closing the room"
    assert faults(house) == []
    upheld(house, room, "李强")
    back = rows(house, Invitation)[0]
    assert back.holds and back.withdrawn_at is None
    assert "您在旁听" not in guest.get(room).words
    rest = rows(house, SpeakingTurn)[-1]
    assert (rest.kind, rest.person_id) == ("rest", back.person_id) and chair.post(
        f"/turns/{rest.id}/floor"
    ).status == 303
    there = next(each for each in rows(house, Attendance) if each.person_id == back.person_id)
    assert there.counts and "邀请已撤回" not in member.get(room).words
    assert faults(house) == []
    assert faults(house, "UPDATE invitation SET withdrawn_at = at") == ["intervention/1"]
    assert faults(house, "UPDATE intervention SET reason = '随便'") == ["intervention/1"]
    assert faults(house, "UPDATE intervention SET person_id = by_id") == ["intervention/1"]
    assert faults(house, "UPDATE intervention SET kind = 'call'") == ["intervention/1"]
    assert chair.post(f"{room}/closing").status == 303
    words = chair.get(f"{room}/minutes").words.partition("会场秩序")[2]
    assert words.index(line) < words.index("丁一对主持人的处置申诉：我在讲议题") < words.index("改变主持人的处置")


def test_an_appeal_that_is_not_upheld_leaves_it_withdrawn(house: House):
    room = house.open_room()
    _guest, number = invited(house, room, "丁一")
    member = house.browser("李强")
    assert member.post(f"{room}/attendance").status == 303
    send_out(house, number)
    assert member.post(f"{room}/appeals", intervention="1", body="丁一没有做错什么").status == 303
    assert member.post(f"{room}/hands", appeal="1", outcome="sustained").status == 303
    assert house.browser("林涛").post(f"{room}/counts", appeal="1", sustain="0", overturn="0").status == 303
    assert not rows(house, Invitation)[0].holds and faults(house) == []
    assert faults(house, "UPDATE invitation SET withdrawn_at = NULL") == ["intervention/1"]


def test_who_was_given_the_seat_back_can_be_sent_out_again_and_each_time_has_its_reason(house: House):
    room = house.open_room()
    guest, number = invited(house, room, "丁一")
    assert house.browser("李强").post(f"{room}/attendance").status == 303
    send_out(house, number)
    assert guest.post(f"{room}/appeals", intervention="1", body="我在讲议题").status == 303
    upheld(house, room, "李强")
    chair = house.browser("王秀英")
    assert chair.post(f"/invitations/{number}/withdrawal", reason="又骂人").status == 303
    words = house.browser("李强").get(room).words
    assert words.count("王秀英撤回对丁一的邀请") >= 2 and "理由：又骂人" in words
    called = chair.get(room).links(r"/convenings/\d+")[0]
    assert "理由：又骂人" in chair.get(called).words and faults(house) == []


def test_the_supervisor_gives_the_seat_back_after_the_room_was_closed(house: House):
    room = house.open_room(decider="supervisor")
    guest, number = invited(house, room, "丁一")
    send_out(house, number)
    assert guest.post(f"{room}/appeals", intervention="1", body="我在讲议题").status == 303
    assert house.browser("王秀英").post(f"{room}/closing").status == 303
    decided = house.browser("周明").post(f"{room}/decisions", appeal="1", outcome="overturned", reason="没有提醒过")
    assert decided.status == 303, decided.words[-500:]
    assert rows(house, Invitation)[0].holds and faults(house) == []


def test_whoever_has_not_come_yet_is_sent_away_with_a_reason_too(house: House):
    room = house.open_room()
    chair = house.browser("王秀英")
    called = chair.get(room).links(r"/convenings/\d+")[0]
    assert chair.post(f"{called}/invitations", name="李强", role="expert").status == 303
    assert chair.post("/invitations/1/withdrawal").status == 422 and rows(house, Invitation)[0].holds
    assert chair.post("/invitations/1/withdrawal", reason="请错了人").status == 303
    assert [each.kind for each in rows(house, Intervention)] == ["unseat"]


def test_who_declined_is_cut_with_that_as_the_reason(house: House):
    room = house.open_room()
    guest, number = invited(house, room, "丁一")
    chair = house.browser("王秀英")
    assert guest.post(f"{room}/turns").status == 303 and chair.post("/turns/1/floor").status == 303
    assert guest.post(f"/invitations/{number}/reply", reply="declines", words="要走了").status == 303
    assert rows(house, Intervention) == []
    with house.site.house.database.read() as session:
        turn = session.exec(select(SpeakingTurn)).one()
        [cut] = [each for each in entries_about(session, f"turn/{turn.id}") if each.act == Act.TURN_CUT]
        opened = {each.field: each.value for each in openings_of(session, cut.community_id, cut.index)}
    assert opened["reason"] == "本人答复不参加，不再参加这次协商"
