"""Whose hand and whose mark count: of those who are asked as what they are now, and of nobody in a matter of their own."""

from __future__ import annotations

import pytest

from deliberation.rooms.chairing_models import Appeal
from tests.rooms.halls import House, house_at
from tests.rooms.test_seat_gone import faults, sums


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def appealed(house: House) -> str:
    """The chair called 李强, who appeals; 赵敏 and 黄丽 have come too."""
    room = house.open_room()
    chair, member = house.browser("王秀英"), house.browser("李强")
    for name in ("赵敏", "黄丽"):
        assert house.browser(name).post(f"{room}/attendance").status == 303
    assert member.post(f"{room}/turns").status == 303 and chair.post("/turns/1/floor").status == 303
    given = {"do": "call", "turn": "1", "reason": "请对着议题讲"}
    assert chair.post(f"{room}/interventions", **given).status == 303
    assert member.post(f"{room}/appeals", intervention="1", body="没有跑题").status == 303
    return room


def show(house: House, room: str, name: str, outcome: str) -> int:
    return house.browser(name).post(f"{room}/hands", appeal="1", outcome=outcome).status


def hand_over(house: House, room: str, giver: str, heir: str) -> None:
    given = {"person": str(house.village[heir]), "reason": "我要对这件事发言"}
    assert house.browser(giver).post(f"{room}/handovers", **given).status == 303


def decided(house: House, room: str) -> tuple[int, int, str]:
    counted = house.browser("林涛").post(f"{room}/counts", appeal="1", sustain="0", overturn="0")
    assert counted.status == 303, counted.words[-600:]
    with house.site.house.database.read() as session:
        found = session.get(Appeal, 1)
        return found.sustain, found.overturn, found.outcome


def test_the_hand_of_who_sits_in_as_an_expert_now_counts_no_more(house: House, appealed: str):
    chair = house.browser("王秀英")
    assert show(house, appealed, "赵敏", "sustained") == show(house, appealed, "黄丽", "overturned") == 303
    assert show(house, appealed, "李强", "overturned") == 303
    called = chair.get(appealed).links(r"/convenings/\d+")[0]
    for name in ("黄丽", "赵敏"):
        assert chair.post(f"{called}/invitations", name=name, role="expert").status == 303
    assert "维持0，改变1" in chair.get(appealed).words.replace(" ", "") or "改变 1" in chair.get(appealed).words
    assert decided(house, appealed) == (0, 1, "overturned") and faults(house) == []


def test_who_did_it_and_presides_no_more_raises_no_hand_and_who_presides_now_has_none(house: House, appealed: str):
    for name, outcome in (("李强", "overturned"), ("赵敏", "overturned"), ("黄丽", "sustained")):
        assert show(house, appealed, name, outcome) == 303
    hand_over(house, appealed, "王秀英", "黄丽")
    former = house.browser("王秀英")
    refused = former.post(f"{appealed}/hands", appeal="1", outcome="sustained")
    assert refused.status == 403 and "这项处置是您作的，由别人举手" in refused.words
    page = former.get(appealed)
    assert "您的意见，清点前可以改" not in page.words and "有一份申诉等您表态" not in page.words
    assert "您的意见，清点前可以改" in house.browser("赵敏").get(appealed).words
    assert decided(house, appealed) == (0, 2, "overturned"), "neither the chair's now nor the one's whose act it was"


def test_a_guest_who_speaks_without_counting_is_offered_no_hand(house: House, appealed: str):
    chair, expert = house.browser("王秀英"), house.browser("周明")
    called = chair.get(appealed).links(r"/convenings/\d+")[0]
    assert chair.post(f"{called}/invitations", name="周明", role="expert").status == 303
    assert expert.post(f"{appealed}/attendance").status == 303
    assert "您的意见，清点前可以改" not in expert.get(appealed).words


def test_the_mark_of_who_presides_now_is_in_no_sum_and_is_again_when_they_preside_no_more(house: House):
    room = house.open_room()
    chair, heir, member = (house.browser(name) for name in ("王秀英", "黄丽", "李强"))
    assert chair.post(f"{room}/gauges", question="行不行", options="行\n不行").status == 303
    for browser, option in ((heir, "1"), (member, "0")):
        assert browser.post("/gauges/1/marks", option=option).status == 303
    assert "其中2人可以作答，2人作答" in chair.get(room).words
    hand_over(house, room, "王秀英", "黄丽")
    assert "其中2人可以作答，1人作答" in chair.get(room).words, "who presided before is asked, who presides is not"
    assert "已收到您的意向" not in heir.get(f"{room}/plain").words
    assert "已收到您的意向" in member.get(f"{room}/plain").words
    assert heir.post("/gauges/1/closing").status == 303
    assert sums(house) == [1, 0] and faults(house) == []
    assert "其中2人可以作答，1人作答" in chair.get(room).words
