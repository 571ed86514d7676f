"""Nobody packs a count that has begun, and nobody stays in one whose standing has ended."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from deliberation.assemblies.models import Member
from deliberation.communities.models import Community
from deliberation.identity.models import Appointment, Person
from deliberation.rooms.chairing_models import Appeal
from deliberation.rooms.models import Gauge
from tests.rooms.halls import House, house_at
from tests.rooms.test_hybrid import rows
from tests.rooms.test_seat_gone import faults, invited, sums


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def ask(house: House, room: str, question: str = "行不行") -> None:
    asked = house.browser("王秀英").post(f"{room}/gauges", question=question, options="行\n不行")
    assert asked.status == 303, asked.words[-500:]


def appeal(house: House, room: str) -> None:
    """The chair called 赵敏, who appeals."""
    chair, speaker = house.browser("王秀英"), house.browser("赵敏")
    assert speaker.post(f"{room}/attendance").status == speaker.post(f"{room}/turns").status == 303
    assert chair.post("/turns/1/floor").status == 303
    given = {"do": "call", "turn": "1", "reason": "请对着议题讲"}
    assert chair.post(f"{room}/interventions", **given).status == 303
    assert speaker.post(f"{room}/appeals", intervention="1", body="没有跑题").status == 303


def test_who_is_invited_after_a_gauge_was_opened_is_asked_from_the_next_one_on(house: House):
    room = house.open_room()
    first, _number = invited(house, room, "丁一")
    ask(house, room)
    late, _number = invited(house, room, "丁二")
    chair = house.browser("王秀英")
    assert first.post("/gauges/1/marks", option="0").status == 303
    refused = late.post("/gauges/1/marks", option="1")
    assert refused.status == 403 and "这次测评开始以后您才被邀请，从下一次测评起参加" in refused.words
    for page in (room, f"{room}/plain/write"):
        words = late.get(page).words
        assert "这次测评开始以后您才被邀请，从下一次测评起参加" in words and "您的意向，结束前可以改" not in words, page
    for page in (room, f"{room}/plain", f"{room}/screen"):
        assert "其中1人可以作答，1人作答" in chair.get(page).words, page
    assert chair.post("/gauges/1/hands", hands=["1", "0"]).status == 422, "nobody who is asked is without a phone"
    assert chair.post("/gauges/1/closing").status == chair.post("/gauges/1/release").status == 303
    assert rows(house, Gauge)[0].asked == 1 and sums(house) == [1, 0]
    assert "其中1人可以作答，1人作答" in chair.get(room).words
    ask(house, room, "再问一次")
    assert late.post("/gauges/2/marks", option="1").status == 303
    assert "其中2人可以作答，1人作答" in chair.get(room).words and faults(house) == []


def test_one_of_the_community_is_asked_whenever_they_were_named(house: House):
    room = house.open_room()
    ask(house, room)
    chair, member = house.browser("王秀英"), house.browser("李强")
    called = chair.get(room).links(r"/convenings/\d+")[0]
    assert member.post(f"{room}/attendance").status == 303
    assert chair.post(f"{called}/invitations", name="李强", role="delegate").status == 303
    assert member.post("/gauges/1/marks", option="0").status == 303
    assert "其中1人可以作答，1人作答" in chair.get(room).words


def test_who_is_invited_after_an_appeal_was_raised_raises_no_hand_on_it(house: House):
    room = house.open_room()
    first, _number = invited(house, room, "丁一")
    appeal(house, room)
    late, _number = invited(house, room, "丁二")
    refused = late.post(f"{room}/hands", appeal="1", outcome="sustained")
    assert refused.status == 403 and "这份申诉提出以后您才被邀请，从下一份申诉起表态" in refused.words
    words = late.get(room).words
    assert "这份申诉提出以后您才被邀请" in words and "有一份申诉等您表态" not in words
    assert "您的意见，清点前可以改" not in words
    for one in (first, house.browser("赵敏")):
        assert one.post(f"{room}/hands", appeal="1", outcome="overturned").status == 303
    counted = house.browser("林涛").post(f"{room}/counts", appeal="1", sustain="0", overturn="0")
    assert counted.status == 303, "all have shown a hand whom it asks"
    [decided] = rows(house, Appeal)
    assert (decided.sustain, decided.overturn) == (0, 2) and faults(house) == []


# --- whose standing ends


def move_away(house: House, *names: str) -> None:
    """Registered elsewhere, they belong here by their seats alone."""

    def move(session, _now):
        root = session.exec(select(Community).where(Community.kind == "installation")).one()
        for name in names:
            session.get(Person, house.village[name]).community_id = root.id

    house.site.house.database.change(move)


def end_seats(house: House, name: str) -> None:
    def end(session, now):
        for table in (Member, Appointment):
            for each in session.exec(select(table).where(table.person_id == house.village[name])):
                each.until_on = (now - timedelta(days=2)).date()

    house.site.house.database.change(end)


def test_the_mark_of_whose_seat_in_the_community_ends_falls_out_and_so_does_their_waiting_turn(house: House):
    move_away(house, "李强", "黄丽")
    room = house.open_room()
    chair = house.browser("王秀英")
    ask(house, room)
    for name in ("李强", "黄丽"):
        member = house.browser(name)
        assert member.post(f"{room}/attendance").status == 303
        assert member.post("/gauges/1/marks", option="0").status == 303
        assert member.post(f"{room}/turns").status == 303
    assert "其中2人可以作答，2人作答" in chair.get(room).words
    end_seats(house, "李强")
    page = chair.get(room)
    assert "其中1人可以作答，1人作答" in page.words and "请黄丽发言" in page.words and "请李强发言" not in page.words
    assert re.search(r"李强 .{0,20}不计入测评", page.words)
    refused = chair.post("/turns/1/floor")
    assert refused.status == 409 and "不再是本单位的人，不再参加这次协商" in refused.words
    assert chair.post("/turns/2/floor").status == 303, "nobody stands before the second"
    assert chair.post("/gauges/1/closing").status == 303
    assert rows(house, Gauge)[0].asked == 1 and sums(house) == [1, 0] and faults(house) == []
    assert faults(house, "UPDATE gauge_mark SET counts = true") == ["gauge/1"]


def test_the_hand_of_whose_seat_in_the_community_has_ended_counts_no_more(house: House):
    move_away(house, "李强")
    room = house.open_room()
    member = house.browser("李强")
    assert member.post(f"{room}/attendance").status == 303
    appeal(house, room)
    assert member.post(f"{room}/hands", appeal="1", outcome="overturned").status == 303
    assert house.browser("赵敏").post(f"{room}/hands", appeal="1", outcome="sustained").status == 303
    assert "举手中：维持1，改变1" in house.browser("王秀英").get(room).words
    end_seats(house, "李强")
    assert "举手中：维持1，改变0" in house.browser("王秀英").get(room).words
    assert house.browser("林涛").post(f"{room}/counts", appeal="1", sustain="0", overturn="0").status == 303
    [decided] = rows(house, Appeal)
    assert (decided.sustain, decided.overturn) == (1, 0) and faults(house) == []
