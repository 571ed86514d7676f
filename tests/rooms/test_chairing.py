"""The chair's interventions and appeals against them, as verbs: what is written, recorded, told, put right. On both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime

import pytest

from deliberation.audit.models import openings_of
from deliberation.matters.concern_models import concerns_of
from deliberation.refusal import Invalid, Refused
from deliberation.rooms import chairing
from deliberation.rooms.chairing_models import handovers_of
from deliberation.rooms.hall import Hall
from deliberation.rooms.limits_rules import Limits
from deliberation.rooms.me_chairing import appealing_of
from deliberation.rooms.models import statement, statements_of
from deliberation.rooms.order_rules import is_waiting, queue, seconds_left
from tests.rooms.meeting import CHAIR, CLERK, NEIGHBOUR, Meeting
from tests.rooms.test_speaking_order import Turn

SPEAKER, OTHER, WATCH = "李强", "黄丽", "周明"


@pytest.fixture
def meeting(database_url):
    made = Meeting(database_url)
    yield made
    made.database.close()


@pytest.fixture
def supervised(database_url):
    made = Meeting(database_url, decider="supervisor")
    yield made
    made.database.close()


def refused(call, *args, **more) -> Refused:
    with pytest.raises(Refused) as no:
        call(*args, **more)
    return no.value


def raise_hand(meeting: Meeting, name: str, appeal_id: int, *, overturns: bool = True) -> None:
    meeting.come_in(name)
    meeting.hand(name, appeal_id, overturns=overturns)


def speaking(meeting: Meeting, name: str = SPEAKER, **more: str) -> int:
    turn_id = meeting.ask(name, **more)
    meeting.give(turn_id)
    return turn_id


def last(meeting: Meeting, act: str) -> dict:
    return json.loads(next(entry.body for entry in reversed(meeting.entries) if entry.act == act))


def test_an_intervention_says_why_to_everybody_and_to_the_log_as_a_commitment(meeting):
    turn_id = speaking(meeting)
    meeting.heard()
    done = meeting.intervene(chairing.call_speaker, turn_id, reason="请不要评论邻居")
    made = meeting.interventions[0]
    assert (made.id, made.kind, made.turn_id, made.reason) == (done, "call", turn_id, "请不要评论邻居")
    assert (made.person_id, made.by_id) == (meeting.village[SPEAKER], meeting.village[CHAIR])
    assert meeting.heard() == {"rooms/_deed.html", "rooms/_appeals.html"}
    entry = next(each for each in meeting.entries if each.act == "turn.called")
    assert "评论".encode() not in entry.body and json.loads(entry.body)["actor"] == "chair"
    opened = meeting.look(lambda session: openings_of(session, entry.community_id, entry.index))
    assert {each.field: each.value for each in opened}["reason"] == "请不要评论邻居"
    assert meeting.speaking.id == turn_id, "the speech goes on"


def test_only_who_presides_intervenes(meeting):
    turn_id = speaking(meeting)
    waits = meeting.ask(OTHER)
    for name in (SPEAKER, OTHER, CLERK, WATCH):
        refused(meeting.intervene, chairing.call_speaker, turn_id, by=name)
        refused(meeting.intervene, chairing.cut_turn, turn_id, by=name)
        refused(meeting.intervene, chairing.refuse_turn, waits, by=name)
        refused(meeting.extend, turn_id, by=name)
    assert meeting.interventions == []


def test_extended_once_even_where_the_extension_was_undone(meeting):
    turn_id = speaking(meeting)
    done = meeting.extend(turn_id)
    assert meeting.speaking.extended_seconds == 60
    appeal = meeting.appeal(OTHER, done)
    raise_hand(meeting, OTHER, appeal)
    meeting.settle(appeal)
    assert meeting.speaking.extended_seconds == 0
    assert "延长一次" in refused(meeting.extend, turn_id).refusal.reason


def test_who_was_cut_short_wrongly_speaks_for_the_rest_before_others_and_it_is_no_further_turn(meeting):
    turn_id, waits = speaking(meeting, position="against"), meeting.ask(OTHER)
    done = meeting.intervene(chairing.cut_turn, turn_id, reason="跑题")
    assert meeting.speaking is None and last(meeting, "turn.cut")["data"]["left"] == 110
    appeal = meeting.appeal(SPEAKER, done)
    raise_hand(meeting, SPEAKER, appeal)
    meeting.settle(appeal)
    rest = meeting.waiting(SPEAKER, "rest")
    assert (rest.about_id, rest.allotted_seconds, rest.position) == (turn_id, 110, "against")
    assert meeting.in_order() == [rest.id, waits]
    data = last(meeting, "appeal.decided")["data"]
    assert (data["rest"], data["rest_seconds"], data["overturned"]) == (rest.id, 110, 1)
    meeting.give(rest.id)
    assert seconds_left(meeting.speaking, meeting.turns, meeting.story.now) == 110
    meeting.end(rest.id, by=SPEAKER)
    assert last(meeting, "turn.asked")["data"]["time"] == 1
    meeting.ask(SPEAKER)
    assert last(meeting, "turn.asked")["data"]["time"] == 2


def test_ending_before_time_as_finished_can_be_appealed_against(meeting):
    turn_id = speaking(meeting)
    meeting.heard()
    meeting.end(turn_id, after=30)
    assert [each.kind for each in meeting.interventions] == ["finish"]
    assert "rooms/_deed.html" not in meeting.heard(), "no line: most have finished"
    appeal = meeting.appeal(SPEAKER, meeting.interventions[0].id)
    raise_hand(meeting, SPEAKER, appeal)
    meeting.settle(appeal)
    assert meeting.waiting(SPEAKER, "rest").allotted_seconds == 90


def test_ending_when_the_time_is_over_or_by_oneself_is_no_intervention(meeting):
    meeting.end(speaking(meeting), after=121)
    meeting.end(speaking(meeting, OTHER), by=OTHER)
    assert meeting.interventions == []


def test_a_turn_refused_wrongly_waits_again_at_its_place(meeting):
    first, second = meeting.ask(SPEAKER), meeting.ask(OTHER)
    done = meeting.intervene(chairing.refuse_turn, first, reason="讲过了")
    assert meeting.in_order() == [second]
    appeal = meeting.appeal(SPEAKER, done)
    raise_hand(meeting, SPEAKER, appeal)
    meeting.settle(appeal)
    assert meeting.in_order() == [first, second]


def test_a_turn_refused_and_asked_for_anew_is_not_doubled_by_the_appeal(meeting):
    first = meeting.ask(SPEAKER)
    done = meeting.intervene(chairing.refuse_turn, first, reason="讲过了")
    again = meeting.ask(SPEAKER)
    appeal = meeting.appeal(SPEAKER, done)
    raise_hand(meeting, SPEAKER, appeal)
    meeting.settle(appeal)
    assert meeting.in_order() == [again]


def test_a_departure_from_the_order_is_an_intervention_and_the_first_is_none(meeting):
    first, second = meeting.ask(SPEAKER), meeting.ask(OTHER)
    meeting.give(second, reason="她要赶车")
    assert [(each.kind, each.turn_id) for each in meeting.interventions] == [("reorder", second)]
    assert last(meeting, "turn.given")["data"]["intervention"] == meeting.interventions[0].id
    meeting.end(second, by=OTHER)
    meeting.give(first, reason="随便写的")
    assert len(meeting.interventions) == 1


def test_what_is_hidden_stays_countable_and_comes_back_when_the_appeal_says_so(meeting):
    speaking(meeting)
    said_id = meeting.say(SPEAKER, "骂人的话", "against")
    meeting.heard()
    done = meeting.hide(said_id)
    assert meeting.heard() == {"rooms/_deed.html", "rooms/_appeals.html", "rooms/_statement.html", "rooms/_gone.html"}
    hidden = meeting.look(lambda session: statements_of(session, meeting.room_id))
    assert [(each.is_hidden, each.body) for each in hidden] == [(True, "骂人的话")]
    concern = lambda: meeting.look(lambda session: concerns_of(session, meeting.story.matter_id))[0].said  # noqa: E731
    assert "骂人" not in concern(), "nor does the list of concerns show it"
    assert refused(meeting.hide, said_id).refusal.late
    appeal = meeting.appeal(SPEAKER, done)
    raise_hand(meeting, SPEAKER, appeal)
    meeting.settle(appeal)
    assert not meeting.look(lambda session: statements_of(session, meeting.room_id))[0].is_hidden
    assert concern() == "骂人的话"
    assert meeting.hide(said_id, "又骂人") != done, "hidden anew, it can be appealed against anew"


def test_a_point_of_order_interrupts_and_the_speech_goes_on_with_its_time(meeting):
    turn_id = speaking(meeting)
    point = meeting.ask(OTHER, kind="point", after=30)
    meeting.give(point)
    assert meeting.speaking.id == point and meeting.speaking.about_id == turn_id
    left = seconds_left(next(each for each in meeting.turns if each.id == turn_id), meeting.turns, meeting.story.now)
    assert "暂停" in refused(meeting.end, turn_id).refusal.reason
    meeting.rule(point, "reject")
    assert meeting.speaking.id == turn_id
    assert seconds_left(meeting.speaking, meeting.turns, meeting.story.now) == left == 85
    assert last(meeting, "turn.ruled")["data"]["upheld"] == 0
    assert refused(meeting.rule, point).refusal.late
    assert not any("point" in each.source for each in meeting.owed), "a point of order is ruled on, not answered"


def test_a_ruling_overturned_stands_as_overturned(meeting):
    point = speaking(meeting, OTHER, kind="point")
    done = meeting.rule(point, "reject")
    appeal = meeting.appeal(OTHER, done)
    raise_hand(meeting, OTHER, appeal)
    meeting.settle(appeal)
    assert meeting.appeals[0].outcome == "overturned"


def test_two_points_of_order_are_heard_one_after_the_other(meeting):
    speaking(meeting)
    first, second = meeting.ask(OTHER, kind="point"), meeting.ask(NEIGHBOUR, kind="point")
    meeting.give(first)
    assert "正在发言" in refused(meeting.give, second).refusal.reason
    meeting.end(first, by=OTHER)
    meeting.give(second)


def test_an_interjection_is_short_and_before_speeches(meeting):
    turn_id, waits = speaking(meeting), meeting.ask(OTHER)
    word = meeting.ask(NEIGHBOUR, kind="interjection")
    assert meeting.in_order() == [word, waits]
    refused(meeting.give, word)
    meeting.end(turn_id, by=SPEAKER)
    meeting.give(word)
    assert (meeting.speaking.allotted_seconds, meeting.speaking.about_id) == (30, turn_id)


def test_whose_time_in_all_is_used_up_waits_for_nothing(database_url):
    meeting = Meeting(database_url, limits=Limits(120, 3, 0, 120))
    turn_id = speaking(meeting)
    other = speaking_after(meeting, turn_id)
    assert meeting.waiting(SPEAKER) is None and meeting.in_order() == [other]
    assert last(meeting, "turn.withdrawn")["actor"] == "system"
    assert "一共" in refused(meeting.ask, SPEAKER).refusal.reason
    meeting.database.close()


def speaking_after(meeting: Meeting, turn_id: int) -> int:
    """Somebody waits, and who speaks uses up all their time after having asked to interject elsewhere."""
    waits = meeting.ask(OTHER)
    meeting.turn_verb(lambda session, now, room, turn, part: session.add(_again(turn, now)), turn_id, CHAIR)
    meeting.end(turn_id, after=200)
    return waits


def _again(turn, now):
    return type(turn)(room_id=turn.room_id, person_id=turn.person_id, asked_at=now)


# --- appeals


def test_the_hall_decides_by_hands_and_a_tie_sustains(meeting):
    done = meeting.intervene(chairing.call_speaker, speaking(meeting))
    appeal = meeting.appeal(SPEAKER, done)
    refused(meeting.hand, SPEAKER, appeal)
    meeting.come_in(SPEAKER)
    meeting.heard()
    meeting.hand(SPEAKER, appeal)
    assert meeting.heard() == {"rooms/_appeals.html"}
    raise_hand(meeting, OTHER, appeal)
    raise_hand(meeting, OTHER, appeal, overturns=False)
    raise_hand(meeting, OTHER, appeal, overturns=False)
    assert meeting.acts().count("appeal.marked") == 3, "the same hand again is no act"
    meeting.settle(appeal)
    decided = meeting.appeals[0]
    assert (decided.outcome, decided.sustain, decided.overturn) == ("sustained", 1, 1)
    assert refused(meeting.hand, NEIGHBOUR, appeal).refusal.late
    assert refused(meeting.settle, appeal).refusal.late


def test_hands_are_not_counted_before_others_can_raise_theirs(meeting):
    for name in (NEIGHBOUR, OTHER, SPEAKER):
        meeting.come_in(name)
    appeal = meeting.appeal(OTHER, meeting.intervene(chairing.call_speaker, speaking(meeting)))
    assert refused(meeting.settle, appeal, after=30).refusal.facts["seconds"] == 60
    raise_hand(meeting, OTHER, appeal)
    raise_hand(meeting, NEIGHBOUR, appeal, overturns=False)
    refused(meeting.settle, appeal, after=1)
    meeting.settle(appeal, after=30)
    assert meeting.appeals[0].outcome == "sustained"


def test_the_clerk_counts_hands_of_people_without_a_phone_and_no_more(meeting):
    meeting.register(NEIGHBOUR)
    appeal = meeting.appeal(OTHER, meeting.intervene(chairing.call_speaker, speaking(meeting)))
    with pytest.raises(Invalid):
        meeting.settle(appeal, (1, 1))
    meeting.settle(appeal, (0, 1))
    decided = meeting.appeals[0]
    assert (decided.outcome, decided.sustain, decided.overturn) == ("overturned", 0, 1)


def test_hands_that_the_chair_says_are_not_counted(meeting):
    meeting.register(NEIGHBOUR)
    appeal = meeting.appeal(OTHER, meeting.intervene(chairing.call_speaker, speaking(meeting)))
    raise_hand(meeting, OTHER, appeal)
    meeting.settle(appeal, (1, 0), by=CHAIR)
    assert (meeting.appeals[0].sustain, meeting.appeals[0].overturn) == (0, 1)


def test_the_chair_takes_no_part_in_appeals_and_strangers_none_either(meeting):
    done = meeting.intervene(chairing.call_speaker, speaking(meeting))
    refused(meeting.appeal, CHAIR, done)
    appeal = meeting.appeal(OTHER, done)
    assert refused(meeting.appeal, NEIGHBOUR, done).refusal.late
    refused(meeting.hand, CHAIR, appeal)
    refused(meeting.settle, appeal, by=OTHER)
    refused(meeting.decide, appeal, "overturned", by=WATCH)
    meeting.village.people["邻村人"] = meeting.story.places.other["李强"]
    refused(meeting.hand, "邻村人", appeal)
    refused(meeting.appeal, "邻村人", done)


def test_no_chair_escapes_the_hall_by_closing(meeting):
    appeal = meeting.appeal(SPEAKER, meeting.intervene(chairing.call_speaker, speaking(meeting)))
    assert "没有决定" in refused(meeting.close).refusal.reason
    meeting.settle(appeal)
    meeting.close()


def test_the_supervisor_decides_also_after_the_room_was_closed(supervised):
    meeting = supervised
    turn_id = speaking(meeting)
    said = meeting.say(SPEAKER, "我就是不同意。")
    meeting.intervene(chairing.cut_turn, turn_id)
    appeal = meeting.appeal(SPEAKER, meeting.hide(said))
    refused(meeting.hand, OTHER, appeal)
    refused(meeting.settle, appeal)
    refused(meeting.decide, appeal, "overturned", by=SPEAKER)
    meeting.close()
    meeting.decide(appeal, "overturned", by=WATCH)
    assert meeting.appeals[0].reason == "看过记录"
    assert not meeting.look(lambda session: statements_of(session, meeting.room_id))[0].is_hidden
    assert last(meeting, "appeal.decided")["actor"] == "supervisor"


def test_a_supervisor_does_not_judge_their_own_appeal(supervised):
    appeal = supervised.appeal(WATCH, supervised.intervene(chairing.call_speaker, speaking(supervised)))
    assert "别的监督员" in refused(supervised.decide, appeal, "overturned", by=WATCH).refusal.reason


# --- handing over


def test_the_chair_speaks_after_handing_over_and_presides_no_more(meeting):
    meeting.come_in(OTHER)
    meeting.come_in(NEIGHBOUR)
    assert "中立" in refused(meeting.ask, CHAIR).refusal.reason
    meeting.heard()
    meeting.hand_over(OTHER)
    assert meeting.heard() >= {"rooms/_deed.html", "rooms/_state.html", "rooms/_appeals.html"}
    assert meeting.room.chair_id == meeting.village[OTHER]
    turn_id = meeting.ask(CHAIR, position="for")
    refused(meeting.give, turn_id, by=CHAIR)
    refused(meeting.close, by=CHAIR)
    meeting.give(turn_id, by=OTHER)
    assert "中立" in refused(meeting.ask, OTHER).refusal.reason
    meeting.end(turn_id, by=CHAIR)
    assert "不能主持" in refused(meeting.hand_over, CHAIR, by=OTHER).refusal.reason
    meeting.close(by=OTHER)
    meeting.file()
    made = meeting.look(lambda session: handovers_of(session, meeting.room_id))
    assert [(each.from_id, each.to_id) for each in made] == [(meeting.village[CHAIR], meeting.village[OTHER])]


def test_the_chair_goes_to_somebody_who_came_and_has_not_spoken(meeting):
    assert "签到" in refused(meeting.hand_over, OTHER).refusal.reason
    meeting.come_in(OTHER)
    waits = meeting.ask(OTHER)
    assert "等候发言" in refused(meeting.hand_over, OTHER).refusal.reason
    meeting.withdraw(waits, OTHER)
    refused(meeting.hand_over, OTHER, by=OTHER)
    refused(meeting.hand_over, OTHER, by=CLERK)
    meeting.hand_over(OTHER)


def test_a_room_that_lost_its_chair_is_taken_over_by_who_chairs_in_the_community(meeting):
    meeting.come_in(OTHER)
    meeting.come_in(NEIGHBOUR)
    meeting.hand_over(OTHER)
    meeting.hand_over(NEIGHBOUR, by=CHAIR, reason="她先走了")
    assert meeting.room.chair_id == meeting.village[NEIGHBOUR]


def test_closing_ends_a_point_of_order_and_the_speech_that_it_interrupts(meeting):
    turn_id = speaking(meeting)
    point = meeting.ask(OTHER, kind="point")
    meeting.give(point)
    meeting.close()
    assert meeting.acts()[-3:] == ["turn.ended", "turn.ended", "room.closed"]
    assert not any(is_waiting(each) or each.ended_at is None for each in meeting.turns)
    assert next(each for each in meeting.turns if each.id == turn_id).ended_at


# --- the log


def test_the_log_with_its_openings_tells_the_order_in_which_people_wait(meeting):
    """Who holds the openings can check from the log alone that nobody was passed over."""
    meeting.end(speaking(meeting, "刘洋", position="for"), by="刘洋")
    for name, side in (("李强", "for"), ("黄丽", "against"), ("刘洋", "against"), ("马超", ""), ("朱红", "for")):
        meeting.ask(name, position=side)
    meeting.withdraw(meeting.waiting("马超").id, "马超")
    meeting.intervene(chairing.refuse_turn, meeting.waiting("朱红").id)
    meeting.ask("徐刚", kind="point")
    meeting.ask("胡军", kind="interjection")
    told = meeting.look(lambda session: order_told(session, meeting.entries))
    assert [turn.id for turn in queue(told)] == meeting.in_order()
    assert len(told) == len(meeting.turns)


def order_told(session, entries) -> list:
    """The turns as entries and openings tell them."""
    turns = {}
    for entry in entries:
        if not entry.act.startswith("turn."):
            continue
        said = json.loads(entry.body)
        id, when = int(said["object"].split("/")[1]), datetime.fromisoformat(said["at"])
        if entry.act == "turn.asked":
            hidden = {each.field: each.value for each in openings_of(session, entry.community_id, entry.index)}
            person, side = int(hidden["speaker"].split("/")[1]), hidden.get("position", "")
            turns[id] = Turn(id, person, when, kind=said["data"]["kind"], position=side)
        elif entry.act == "turn.given":
            turns[id] = replace(turns[id], given_at=when, allotted_seconds=said["data"]["seconds"])
        elif entry.act in ("turn.ended", "turn.cut"):
            turns[id] = replace(turns[id], ended_at=when)
        elif entry.act in ("turn.withdrawn", "turn.refused"):
            turns[id] = replace(turns[id], withdrawn_at=when)
    return list(turns.values())


def test_a_supervisor_does_not_judge_what_was_done_to_them_whoever_appealed(supervised):
    said = supervised.say("周明", "监督员的话。")
    against = supervised.hide(said)
    appeal = supervised.appeal("李强", against)
    with pytest.raises(Refused) as no:
        supervised.decide(appeal, "overturned", "周明")
    assert "对您作的" in no.value.refusal.reason
    assert supervised.look(lambda session: statement(session, said).is_hidden)
    part = supervised.look(lambda session: supervised.part(session, "周明"))
    hall = lambda session: Hall(session, supervised.room, supervised.story.now)  # noqa: E731
    assert supervised.look(lambda session: appealing_of(hall(session), part).decides) == ()
    supervised.decide(appeal, "overturned", "孙立国")
    assert not supervised.look(lambda session: statement(session, said).is_hidden)
