"""The clerk keeps the order on the chair's behalf: what is theirs to do, what stays the chair's, and that it is said."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from deliberation.audit.models import openings_of
from deliberation.audit.plain import tell
from deliberation.communities.models import Community
from deliberation.rooms import chairing
from deliberation.rooms.keeping_order import let_keep
from deliberation.rooms.minutes import draft
from deliberation.rooms.minuting import meeting_of
from deliberation.rooms.verification import check_rooms
from deliberation.translation import fill
from tests.rooms.meeting import CHAIR, CLERK, NEIGHBOUR, Meeting
from tests.rooms.test_actions import refused
from tests.rooms.test_holding_the_chair import dismiss


@pytest.fixture
def meeting(database_url):
    made = Meeting(database_url)
    yield made
    made.database.close()


def let(meeting: Meeting, by: str, *, is_let: bool) -> None:
    def verb(session, now, here, part):
        let_keep(session, now, room=here, is_let=is_let, part=part)

    meeting.do(by, verb)


def newest(meeting: Meeting) -> dict:
    return json.loads(meeting.entries[-1].body)


def test_the_clerk_calls_the_next_and_ends_a_speech_for_the_chair_and_the_log_says_so(meeting):
    turn_id = meeting.ask("李强")
    meeting.heard()
    meeting.give(turn_id, by=CLERK)
    assert {"rooms/_speaker.html", "rooms/_turns.html"} <= meeting.heard()
    given = newest(meeting)
    assert (given["type"], given["actor"], given["data"]["for_chair"]) == ("turn.given", "clerk", 1)
    last = meeting.entries[-1]
    opened = meeting.look(lambda session: openings_of(session, last.community_id, last.index))
    assert f"person/{meeting.village[CLERK]}" in {each.value for each in opened}
    said = tell(meeting.entries[-1].body, meeting.topic)
    assert "记录员（代主持人）" in fill(said.sentence, said.facts, "zh-Hans")
    meeting.end(turn_id, by=CLERK, after=130)
    ended = newest(meeting)
    assert (ended["type"], ended["actor"], ended["data"]["for_chair"]) == ("turn.ended", "clerk", 1)
    clerk = meeting.village[CLERK]
    assert [(each.given_by_id, each.ended_by_id) for each in meeting.turns] == [(clerk, clerk)]


def test_what_the_chair_and_the_speaker_do_is_done_for_nobody(meeting):
    turn_id = meeting.ask("李强")
    meeting.give(turn_id)
    assert "for_chair" not in newest(meeting)["data"]
    meeting.end(turn_id, by="李强")
    assert "for_chair" not in newest(meeting)["data"]
    own = meeting.ask(CLERK)
    meeting.give(own)
    meeting.end(own, by=CLERK)
    assert "for_chair" not in newest(meeting)["data"]
    assert {(each.given_by_id, each.ended_by_id) for each in meeting.turns} == {(None, None)}


def test_an_end_before_its_time_is_appealed_against_like_the_chairs(meeting):
    meeting.come_in("李强")
    turn_id = meeting.ask("李强")
    meeting.give(turn_id, by=CLERK)
    meeting.end(turn_id, by=CLERK)
    done = meeting.interventions[-1]
    assert (done.kind, done.by_id, done.for_chair) == ("finish", meeting.village[CLERK], True)
    meeting.hand("李强", meeting.appeal("李强", done.id))
    meeting.settle(meeting.appeals[-1].id)
    assert meeting.waiting("李强", "rest"), "the rest of the speech is given back"


def test_the_clerk_gives_nobody_the_word_out_of_the_order_and_not_to_themselves(meeting):
    own, other = meeting.ask(CLERK), meeting.ask("李强")
    assert "由主持人来请" in refused(meeting.give, own, by=CLERK).refusal.reason
    refused(meeting.give, other, by=CLERK)
    assert "由{who}办理" in refused(meeting.give, other, by=CLERK, reason="他急着走").refusal.reason
    assert meeting.speaking is None and not meeting.interventions
    meeting.give(own)
    assert meeting.speaking.id == own


def test_points_of_order_and_what_needs_a_reason_stay_the_chairs(meeting):
    turn_id = meeting.ask("李强")
    meeting.give(turn_id, by=CLERK)
    point = meeting.ask(NEIGHBOUR, kind="point")
    refused(meeting.give, point, by=CLERK)
    meeting.give(point)
    refused(meeting.end, point, by=CLERK)
    refused(meeting.rule, point, by=CLERK)
    meeting.rule(point)
    for act in (chairing.extend_turn, chairing.call_speaker, chairing.cut_turn):
        refused(meeting.intervene, act, turn_id, by=CLERK)
    waiting = meeting.ask("周明")
    refused(meeting.intervene, chairing.refuse_turn, waiting, by=CLERK)
    refused(meeting.hide, meeting.say(NEIGHBOUR, "一句话"), by=CLERK)
    refused(meeting.hand_over, NEIGHBOUR, by=CLERK)
    refused(meeting.close, by=CLERK)


def test_the_chair_ends_it_for_the_room_and_nobody_else(meeting):
    turn_id = meeting.ask("李强")
    for name in (CLERK, "李强"):
        refused(let, meeting, name, is_let=False)
    meeting.heard()
    let(meeting, CHAIR, is_let=False)
    assert meeting.heard() == {"rooms/_appeals.html"}
    refused(meeting.give, turn_id, by=CLERK)
    let(meeting, CHAIR, is_let=False)
    let(meeting, CHAIR, is_let=True)
    meeting.give(turn_id, by=CLERK)
    assert [act for act in meeting.acts() if "keeping" in act] == ["room.keeping_ended", "room.keeping_let"]


def test_for_a_chair_that_the_room_has_lost_nothing_is_done(meeting):
    first, second = meeting.ask("李强"), meeting.ask("周明")
    meeting.give(first, by=CLERK)
    dismiss(meeting, CHAIR)
    assert "没有人主持" in refused(meeting.end, first, by=CLERK).refusal.reason
    meeting.end(first, by="李强")
    assert "没有人主持" in refused(meeting.give, second, by=CLERK).refusal.reason


def test_two_presses_at_once_give_the_word_once(meeting):
    turn_id = meeting.ask("李强")
    meeting.give(turn_id, by=CLERK)
    assert refused(meeting.give, turn_id).refusal.late
    assert meeting.acts().count("turn.given") == 1


def test_the_minutes_say_what_was_done_for_the_chair(meeting):
    both, once = meeting.ask("李强"), meeting.ask("周明")
    meeting.give(both, by=CLERK)
    meeting.end(both, by=CLERK)
    meeting.give(once, by=CLERK)
    meeting.end(once, by="周明")

    def written(session):
        place = session.get(Community, meeting.room.community_id)
        return draft(meeting_of(session, meeting.room, place, meeting.story.now))

    said = meeting.look(written)
    assert f"（记录员{CLERK}代主持人准予、结束）" in said and f"（记录员{CLERK}代主持人准予）。" in said


@pytest.mark.parametrize(
    "lie",
    [
        "UPDATE speaking_turn SET given_by_id = NULL",
        "UPDATE speaking_turn SET ended_by_id = person_id",
        "UPDATE speaking_turn SET given_by_id = person_id",
        "UPDATE intervention SET for_chair = (1 = 0)",
    ],
)
def test_a_rewritten_hand_is_found(meeting, lie):
    turn_id = meeting.ask("李强")
    meeting.give(turn_id, by=CLERK)
    meeting.end(turn_id, by=CLERK)

    def faults():
        return [each for each in meeting.look(lambda session: list(check_rooms(session))) if each]

    assert faults() == []
    meeting.database.change(lambda session, now: session.execute(text(lie)))
    assert faults()
