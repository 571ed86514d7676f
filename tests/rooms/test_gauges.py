"""Gauges: four ways of asking, hands of the hall kept apart, and that nobody sees sums before the chair releases them."""

from __future__ import annotations

import json
import re

import pytest

from deliberation.audit.models import openings_of
from deliberation.communities.models import Community
from deliberation.refusal import Invalid, Refused
from deliberation.rooms import gauge_rules as rules
from deliberation.rooms import gauging
from deliberation.rooms.gauge_models import result_of
from deliberation.rooms.minutes import draft
from deliberation.rooms.minuting import meeting_of
from deliberation.rooms.models import attendance, gauge, gauges_of, room, statement
from tests.rooms.halls import House, house_at
from tests.rooms.meeting import CHAIR, CLERK, NEIGHBOUR, Meeting


@pytest.fixture
def meeting(database_url):
    made = Meeting(database_url)
    yield made
    made.database.close()


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def ask(meeting: Meeting, by: str = CHAIR, **asked) -> int:
    def verb(session, now, here, part):
        said = statement(session, asked.pop("said")) if "said" in asked else None
        what = gauging.Asked(statement=said, **asked)
        return gauging.open_gauge(session, now, room=here, asked=what, part=part).id

    return meeting.do(by, verb)


def hands(meeting: Meeting, gauge_id: int, *counts: int, by: str = CLERK) -> None:
    def verb(session, now, here, part):
        gauging.count_hands(session, now, room=here, gauge=gauge(session, gauge_id), hands=counts, part=part)

    meeting.do(by, verb)


def registered(meeting: Meeting, *names: str) -> None:
    for name in names:
        meeting.register(name)


def result(meeting: Meeting, gauge_id: int):
    return meeting.look(lambda session: result_of(session, gauge(session, gauge_id)))


def entry(meeting: Meeting, act: str) -> dict:
    """The data of the newest entry of this act, without its commitments."""
    data = json.loads(next(each.body for each in reversed(meeting.entries) if each.act == act))["data"]
    data.pop("commit", None)
    return data


# --- the rules


def test_answers_are_those_of_the_kind():
    assert rules.answers_of(rules.SCALE, ["x"], 4) == ["1", "2", "3", "4"]
    assert rules.answers_of(rules.AGREE, ["x"], 5) == ["同意", "不同意", "说不好"]
    assert rules.answers_of(rules.OPTIONS, ["行", "不行"], 5) == ["行", "不行"]


@pytest.mark.parametrize(("steps", "fits"), [(2, False), (3, True), (10, True), (11, False)])
def test_a_scale_has_three_to_ten_steps(steps, fits):
    assert (rules.check_steps(steps) is None) == fits


@pytest.mark.parametrize(("marked", "few"), [(0, False), (1, True), (2, True), (3, False)])
def test_fewer_than_three_marks_are_not_published(marked, few):
    assert rules.are_few(marked) == few


@pytest.mark.parametrize(
    ("counts", "step"), [([0, 0, 0], 0), ([1, 0, 0], 1), ([1, 1, 1], 2), ([2, 0, 2], 1), ([0, 0, 5], 3), ([1, 0, 2], 3)]
)
def test_the_middle_of_a_scale_is_the_step_of_the_person_in_the_middle(counts, step):
    assert rules.middle(counts) == step


# --- the verbs


def test_nobody_sees_sums_before_the_release_and_the_log_has_none(meeting):
    gauge_id = ask(meeting, question="行不行？", kind="agree")
    for name, option in (("李强", 0), (NEIGHBOUR, 0), (CLERK, 1)):
        meeting.mark(name, gauge_id, option)
    registered(meeting, "周明", "刘洋", "黄丽")
    hands(meeting, gauge_id, 2, 0, 1)
    assert result(meeting, gauge_id) is None
    with pytest.raises(Refused):
        meeting.release(gauge_id)
    meeting.close_gauge(gauge_id)
    assert result(meeting, gauge_id) is None
    assert entry(meeting, "gauge.closed") == {"asked": 3, "hands": 3, "marked": 3, "room": meeting.room_id}
    for act in ("gauge.marked", "gauge.hands_counted"):
        assert set(entry(meeting, act)) == {"changed", "room"}
    meeting.heard()
    meeting.release(gauge_id)
    assert result(meeting, gauge_id) == ([2, 1, 0], [2, 0, 1])
    assert meeting.heard() == {"rooms/_gauge.html", "rooms/_feed.html"}
    told = entry(meeting, "gauge.released")
    assert [told[f"option_{n}"] for n in (1, 2, 3)] == [2, 1, 0]
    assert [told[f"hands_{n}"] for n in (1, 2, 3)] == [2, 0, 1]
    with pytest.raises(Refused):
        meeting.release(gauge_id)


def test_two_marks_stay_two_persons_also_in_the_log_and_in_the_minutes(meeting):
    gauge_id = ask(meeting, question="行不行？", kind="agree")
    meeting.mark("李强", gauge_id, 1)
    meeting.mark(NEIGHBOUR, gauge_id, 1)
    meeting.close()
    meeting.release(gauge_id)
    assert result(meeting, gauge_id) == ([], [])
    assert entry(meeting, "gauge.released") == {"few": 1, "marked": 2, "room": meeting.room_id}
    assert "不到3人作答，不列合计" in minutes(meeting)


def minutes(meeting: Meeting) -> str:
    def question(session):
        here = room(session, meeting.room_id)
        return draft(meeting_of(session, here, session.get(Community, here.community_id), meeting.story.now))

    return meeting.look(question)


def test_the_minutes_keep_hands_apart_and_name_the_ends_of_a_scale(meeting):
    gauge_id = ask(meeting, question="几分？", kind="scale", steps=3, low="不行", high="行")
    for name, option in (("李强", 2), (NEIGHBOUR, 2), (CLERK, 0)):
        meeting.mark(name, gauge_id, option)
    registered(meeting, "周明", "刘洋", "黄丽")
    hands(meeting, gauge_id, 0, 2, 1)
    meeting.close()
    assert "3人作答，主持人没有公布结果" in minutes(meeting)
    meeting.release(gauge_id)
    said = minutes(meeting)
    assert "意向测评（只供参考，不是表决）" in said
    assert "几分？（1是“不行”，3是“行”）　1分1人，2分0人，3分2人；共3人作答。" in said
    assert "现场举手（记录员清点）：1分0人，2分2人，3分1人。" in said


def test_once_the_minutes_stand_nothing_more_is_released(meeting):
    gauge_id = ask(meeting, question="行不行？", kind="agree")
    meeting.close()
    meeting.file()
    with pytest.raises(Refused) as no:
        meeting.release(gauge_id)
    assert no.value.refusal.late


def test_a_gauge_on_a_hidden_statement_does_not_tell_its_words(meeting):
    meeting.give(meeting.ask("李强"))
    said = meeting.say("李强", "某家的院墙占了路。")
    gauge_id = ask(meeting, kind="statement", said=said)
    assert "某家的院墙占了路" in minutes(meeting)
    meeting.heard()
    meeting.hide(said)
    assert {"rooms/_gauge.html", "rooms/_feed.html"} <= meeting.heard()
    meeting.close_gauge(gauge_id)
    meeting.release(gauge_id)
    assert "某家的院墙" not in minutes(meeting)
    with pytest.raises(Invalid):
        ask(meeting, kind="statement", said=said)


def test_hands_are_counted_by_clerk_or_chair_while_it_is_open_one_number_an_answer(meeting):
    gauge_id = ask(meeting, question="行不行？", kind="agree")
    with pytest.raises(Refused):
        hands(meeting, gauge_id, 1, 1, 1, by="李强")
    for counts in ((1, 1), (1, 1, -1), (1, 1, 10_000)):
        with pytest.raises(Invalid):
            hands(meeting, gauge_id, *counts)
    registered(meeting, NEIGHBOUR, "周明", "刘洋")
    hands(meeting, gauge_id, 1, 1, 1)
    before = len(meeting.entries)
    hands(meeting, gauge_id, 1, 1, 1)
    assert len(meeting.entries) == before
    hands(meeting, gauge_id, 2, 0, 1, by=CHAIR)
    counted = next(each for each in reversed(meeting.entries) if each.act == "gauge.hands_counted")
    opened = meeting.look(lambda session: openings_of(session, counted.community_id, counted.index))
    assert {each.field: each.value for each in opened}["hands"] == "2,0,1"
    meeting.close_gauge(gauge_id)
    with pytest.raises(Refused):
        hands(meeting, gauge_id, 1, 1, 1)


def test_no_more_hands_than_came_count_and_did_not_mark_on_a_device(meeting):
    gauge_id = ask(meeting, question="行不行？", kind="agree")
    for name in ("李强", NEIGHBOUR, CLERK):
        meeting.come_in(name)
    meeting.mark("李强", gauge_id, 0)
    with pytest.raises(Invalid) as no:  # The chair came too, and does not count: they preside.
        hands(meeting, gauge_id, 2, 0, 1)
    assert no.value.errors["hands"].facts == {"n": 2}
    hands(meeting, gauge_id, 1, 0, 1)
    meeting.do(CHAIR, lambda session, now, here, part: _listens(session, here, meeting.village[NEIGHBOUR]))
    with pytest.raises(Invalid):
        hands(meeting, gauge_id, 0, 1, 1)


def _listens(session, here, person_id: int) -> None:
    came = attendance(session, here.id, person_id)
    came.counts = False
    session.add(came)


@pytest.mark.parametrize(
    "asked",
    [
        {"kind": "agree"},
        {"kind": "scale", "question": "几分？", "steps": 2},
        {"kind": "statement"},
        {"kind": "options", "question": "哪个？", "options": ["只有一个"]},
    ],
)
def test_what_cannot_be_asked_is_refused_and_leaves_no_trace(meeting, asked):
    before = len(meeting.entries)
    with pytest.raises(Invalid):
        ask(meeting, **asked)
    assert len(meeting.entries) == before
    assert meeting.look(lambda session: gauges_of(session, meeting.room_id)) == []


# --- the pages


def test_a_gauge_by_its_forms_and_what_each_sees(house: House):
    hall = house.open_room()
    chair, clerk = house.browser("王秀英"), house.browser("林涛")
    assert chair.post(f"{hall}/gauges", kind="scale", question="几分？", low="不行", high="行", steps="5").status == 303
    for name, option in (("李强", "4"), ("赵敏", "4"), ("周明", "0")):
        assert house.browser(name).post("/gauges/1/marks", option=option).status == 303
    assert clerk.post(f"{hall}/hall", name="刘洋", do="attend").status == 303
    answer = clerk.post("/gauges/1/hands", hands=["0", "0", "0", "0", "9"])
    assert answer.status == 422 and "没有在手机上表态的只有" in answer.words
    answer = clerk.post("/gauges/1/hands", hands=["1", "x", "0", "0", "0"])
    assert answer.status == 422 and "每个选项填一个人数" in answer.words and 'value="x"' in answer.text
    assert clerk.post("/gauges/1/hands", hands=["0", "0", "0", "0", "1"]).status == 303
    for path in (hall, f"{hall}/screen"):
        page = chair.get(path)
        assert "3人作答" in page.words and "另有现场举手1人" in page.words and "谁也看不到合计" in page.words
        assert (
            "<rect" not in re.search(r'id="gauge-now".*?</div>', page.text + '<p id="gauge-now"></div>', re.DOTALL)[0]
        )
    assert house.browser("李强").post("/gauges/1/release").status == 403
    assert "先结束测评" in chair.post("/gauges/1/release").words
    chair.post("/gauges/1/closing")
    before = chair.get(hall).words
    assert "公布结果" in before and "公布结果" not in clerk.get(hall).words and "的合计不公布" not in before
    assert chair.post("/gauges/1/release").status == 303
    seen = house.browser("李强").get(hall).words
    assert "排在中间的人选5" in seen and "现场举手，记录员清点" in seen and "只供参考，不是表决" in seen
    assert "公布意向测评，只供参考：几分？ 1 1，2 0，3 0，4 0，5 2" in seen
    assert "公布结果" not in chair.get(hall).words


def test_who_may_release_is_told_before_that_so_few_have_no_sums(house: House):
    hall, chair = house.open_room(), house.browser("王秀英")
    assert chair.post(f"{hall}/gauges", kind="agree", question="行不行？").status == 303
    for name in ("李强", "赵敏"):
        assert house.browser(name).post("/gauges/1/marks", option="0").status == 303
    chair.post("/gauges/1/closing")
    assert "在设备上作答的不到3人，他们的合计不公布" in chair.get(hall).words


def test_a_gauge_on_a_statement_of_another_room_is_not_there(house: House):
    hall = house.open_room()
    chair = house.browser("王秀英")
    assert chair.post(f"{hall}/gauges", kind="statement", statement="7").status == 404
    assert chair.post(f"{hall}/gauges", kind="unknown", question="行？").status == 422
