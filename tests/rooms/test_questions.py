"""Questions from the floor: order, rights, what is written and announced; on pages; marks at the same instant."""

from __future__ import annotations

import json
import re
import threading
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlmodel import select

from deliberation.audit.models import openings_of
from deliberation.communities.models import community
from deliberation.refusal import Invalid, Refused
from deliberation.rooms import questioning
from deliberation.rooms.convening_models import convening_of_room
from deliberation.rooms.form_file import shipped, text_of
from deliberation.rooms.minutes import draft
from deliberation.rooms.minuting import meeting_of
from deliberation.rooms.question_models import QuestionMark, backings_of, question, questions_of
from deliberation.rooms.question_rules import in_order, is_called, is_open, may_call, may_drop, may_put, may_question
from deliberation.rooms.rules import Part
from deliberation.rooms.verification import check_rooms
from tests.rooms.halls import House, house_at
from tests.rooms.meeting import CHAIR, CLERK, NEIGHBOUR, Meeting

NOON = datetime(2026, 11, 29, 4, tzinfo=UTC)


@pytest.fixture
def meeting(database_url):
    made = Meeting(database_url)
    yield made
    made.database.close()


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def put(meeting: Meeting, name: str, body: str = "什么时候开工？") -> int:
    def verb(session, now, here, part) -> int:
        return questioning.put_question(session, now, room=here, body=body, part=part).id

    return meeting.do(name, verb)


def does(meeting: Meeting, name: str, verb: str, asked: int, **more: str) -> None:
    def errand(session, now, here, part) -> None:
        getattr(questioning, verb)(session, now, room=here, asked=question(session, asked), part=part, **more)

    meeting.do(name, errand)


def refused(call, *args, **more) -> Refused:
    with pytest.raises(Refused) as no:
        call(*args, **more)
    return no.value


def backings(meeting: Meeting) -> dict[int, int]:
    return meeting.look(lambda session: backings_of(session, meeting.room_id))


def minutes(meeting: Meeting) -> str:
    def read(session) -> str:
        here = meeting.room
        return draft(meeting_of(session, here, community(session, here.community_id), meeting.story.now))

    return meeting.look(read)


# --- rules


def one(id: int, **more) -> SimpleNamespace:
    given = dict.fromkeys(("called_at", "answered_at", "withdrawn_at", "hiding_id"))
    return SimpleNamespace(**given | {"id": id, "person_id": id, "at": NOON + timedelta(seconds=id)} | more)


def test_the_most_backed_stand_first_then_the_oldest_and_the_called_up_before_all():
    asked = [one(1), one(2), one(3), one(4, answered_at=NOON), one(5, answered_at=NOON + timedelta(1))]
    asked += [one(6, called_at=NOON), one(7, withdrawn_at=NOON), one(8, hiding_id=1)]
    assert [each.id for each in in_order(asked, {2: 3, 3: 3, 4: 9})] == [6, 2, 3, 1, 5, 4]
    assert [each.id for each in in_order(reversed(asked), {2: 3, 3: 3, 4: 9})] == [6, 2, 3, 1, 5, 4]


@pytest.mark.parametrize("gone", [{"answered_at": NOON}, {"withdrawn_at": NOON}, {"hiding_id": 1}])
def test_what_is_answered_withdrawn_or_hidden_waits_no_more(gone):
    asked = one(1, **gone)
    assert not is_open(asked)
    assert may_call(asked, [asked]).late and may_drop(asked).late
    assert may_put([asked, one(2), one(3)]) is None
    assert may_put([one(1), one(2), one(3), asked]) is not None


def test_one_is_called_up_at_a_time_and_then_not_withdrawn():
    up = one(1, called_at=NOON)
    assert may_call(one(2), [up, one(2)]) is not None
    assert may_call(one(2), [one(1, called_at=NOON, answered_at=NOON), one(2)]) is None
    assert may_drop(up).late and may_drop(one(2)) is None


def test_who_listens_asks_where_the_form_says_so():
    listener = Part(7, frozenset({"observer", "visitor"}), asks=False)
    assert may_question(listener) is not None
    assert may_question(Part(7, frozenset({"observer"}), asks=True)) is None
    asks = {id: form.role("observer").asks for id, form in shipped().items() if form.manner == "meeting"}
    assert asks == {"council": True, "open_talk": True, "expert_advice": True, "online": True, "hearing": False}


# --- verbs


def test_a_question_is_put_backed_called_up_and_answered(meeting):
    first, second = put(meeting, "李强"), put(meeting, NEIGHBOUR, "钱从哪里来？")
    assert meeting.heard() >= {"rooms/_questions.html"}
    does(meeting, "李强", "back_question", second)
    assert backings(meeting) == {second: 1}
    does(meeting, "李强", "back_question", second)
    assert backings(meeting) == {second: 1} and count(meeting, "question.backed") == 1, "twice is once"
    does(meeting, "李强", "unback_question", second)
    does(meeting, "李强", "unback_question", second)
    assert backings(meeting) == {} and count(meeting, "question.backed") == 2
    does(meeting, CHAIR, "call_question", second)
    refused(does, meeting, CHAIR, "call_question", first)
    with pytest.raises(Invalid):
        does(meeting, CHAIR, "answer_question", second, answer="", by="")
    does(meeting, CLERK, "answer_question", second, answer="县里补一半。", by="承办人钱芳")
    does(meeting, CHAIR, "call_question", first)
    kept = meeting.look(lambda session: question(session, second))
    assert (kept.answer, kept.answered_by) == ("县里补一半。", "承办人钱芳")
    entry = next(each for each in meeting.entries if each.act == "question.answered")
    assert json.loads(entry.body)["actor"] == "clerk" and "县里".encode() not in entry.body
    opened = meeting.look(lambda session: openings_of(session, entry.community_id, entry.index))
    assert {each.field: each.value for each in opened}["by"] == "承办人钱芳"


def count(meeting: Meeting, act: str) -> int:
    return sum(each.act == act for each in meeting.entries)


def test_rights(meeting):
    meeting.village.people["邻村人"] = meeting.story.places.other["李强"]
    asked = put(meeting, "李强")
    for name in (CHAIR, "邻村人"):
        refused(put, meeting, name)
        refused(does, meeting, name, "back_question", asked)
    refused(does, meeting, "李强", "back_question", asked)
    for name in ("李强", NEIGHBOUR, CLERK):
        refused(does, meeting, name, "call_question", asked)
        refused(does, meeting, name, "hide_question", asked, reason="不想听")
    refused(does, meeting, NEIGHBOUR, "answer_question", asked, answer="明年", by="")
    for name in (NEIGHBOUR, CHAIR):
        refused(does, meeting, name, "drop_question", asked)
    for _ in range(2):
        put(meeting, "李强")
    assert "最多" in refused(put, meeting, "李强").refusal.reason
    does(meeting, "李强", "drop_question", asked)
    put(meeting, "李强")
    meeting.close()
    assert refused(put, meeting, NEIGHBOUR).refusal.late


def test_a_hidden_question_is_appealed_against_and_comes_back(meeting):
    asked = put(meeting, "李强", "你家是不是偷了砖？")
    meeting.heard()
    does(meeting, CHAIR, "hide_question", asked, reason="骂人")
    assert meeting.heard() == {"rooms/_questions.html", "rooms/_deed.html", "rooms/_appeals.html"}
    assert refused(does, meeting, NEIGHBOUR, "back_question", asked).refusal.late
    text = minutes(meeting)
    assert "偷了砖" not in text and "主持人隐藏了这个提问" in text and "主持人隐藏李强的一个提问。理由：骂人" in text
    appeal = meeting.appeal("李强", meeting.interventions[-1].id)
    for name in ("李强", NEIGHBOUR):
        meeting.come_in(name)
        meeting.hand(name, appeal)
    meeting.settle(appeal)
    assert meeting.look(lambda session: questions_of(session, meeting.room_id))[0].hiding_id is None
    assert "“你家是不是偷了砖？”（0人支持）" in minutes(meeting)


# --- pages


def test_questions_by_plain_forms(house: House):
    """Everything without JavaScript: the button in the shared list belongs to the visitor's own form."""
    room = house.open_room()
    chair, member, other, clerk = (house.browser(name) for name in ("王秀英", "李强", "赵敏", "林涛"))
    empty = member.post(f"{room}/questions", asked="")
    assert empty.status == 422 and "请填写" in empty.words
    assert member.post(f"{room}/questions", asked="什么时候<b>开工</b>？").status == 303
    assert other.post(f"{room}/questions", asked="钱从哪里来？").status == 303
    page = clerk.get(room)
    assert "什么时候&lt;b&gt;开工" in page.text and "2个等回答" in page.words
    assert re.search(r'<form id="backing"[^>]*action="/rooms/1/backings"', page.text)
    assert '<button class="button" form="backing" name="back" value="2"' in page.text
    assert clerk.post(f"{room}/backings", back="2").status == 303
    page = clerk.get(room)
    assert page.text.index("钱从哪里来？") < page.text.index("开工")
    assert 'name="take_back" value="2"' in page.text
    assert 'id="backing"' not in chair.get(room).text and 'id="backing"' not in house.site.visitor().get(room).text
    assert chair.post(f"{room}/callings", question="2").status == 303
    assert "正在回答" in member.get(room).words
    assert "正在回答提问：钱从哪里来？" in member.get(f"{room}/screen").words
    lacks = chair.post(f"{room}/answers", question="2", answer="", by="")
    assert lacks.status == 422 and "由谁回答" in lacks.words
    assert chair.post(f"{room}/answers", question="2", answer="县里补一半。", by="钱芳").status == 303
    page = member.get(room)
    assert "钱芳回答" in page.words and "县里补一半。" in page.words and "已回答" in page.words
    assert clerk.post(f"{room}/backings", take_back="2").status == 409
    assert member.post("/questions/1/withdrawal").status == 303
    assert "撤回1个" in other.get(room).words
    for fields in ({"back": "99"}, {"back": "x"}, {}):
        assert clerk.post(f"{room}/backings", **fields).status == 404


def test_two_marks_of_one_person_at_the_same_instant_count_once(house: House):
    room = house.open_room()
    house.browser("李强").post(f"{room}/questions", asked="什么时候开工？")
    browsers = [house.browser("赵敏") for _ in range(4)]
    start, answers = threading.Barrier(4), []

    def press(browser) -> None:
        start.wait()
        answers.append(browser.post(f"{room}/backings", back="1").status)

    threads = [threading.Thread(target=press, args=(each,)) for each in browsers]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert answers == [303] * 4
    with house.site.house.database.read() as session:
        assert backings_of(session, 1) == {1: 1}
        assert len(session.exec(select(QuestionMark)).all()) == 1


@pytest.mark.parametrize(("form", "status"), [("hearing", 403), ("expert_advice", 303)])
def test_in_a_hearing_listeners_ask_nothing_and_in_a_talk_of_experts_they_do(house: House, form, status):
    room = house.open_room()

    def hold_under(session, _now) -> None:
        held = convening_of_room(session, 1)
        held.form_text = text_of(form)
        session.add(held)

    house.site.house.database.change(hold_under)
    listener = house.browser("赵敏")
    assert ('id="fold-ask"' in listener.get(room).text) is (status == 303)
    answer = listener.post(f"{room}/questions", asked="怎么算的？")
    assert answer.status == status
    assert status == 303 or "旁听的人不提问" in answer.words


def test_hidden_while_called_up_and_given_back_it_waits_again_and_one_is_answered_at_a_time(meeting):
    meeting.come_in("李强")
    meeting.register(NEIGHBOUR)
    first, second = put(meeting, "李强", "甲？"), put(meeting, NEIGHBOUR, "乙？")
    does(meeting, CHAIR, "call_question", first)
    does(meeting, CHAIR, "hide_question", first, reason="跑题")
    does(meeting, CHAIR, "call_question", second)
    appeal = meeting.appeal("李强", meeting.interventions[-1].id)
    meeting.hand("李强", appeal)
    meeting.settle(appeal, (0, 1))
    kept = meeting.look(lambda session: questions_of(session, meeting.room_id))
    assert [is_open(one) for one in kept] == [True, True]
    assert [one.id for one in kept if is_called(one)] == [second]
    assert meeting.look(lambda session: [each for each in check_rooms(session) if each is not None]) == []
    does(meeting, CHAIR, "answer_question", second, answer="明年", by="")
    does(meeting, CHAIR, "call_question", first)
