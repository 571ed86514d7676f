"""What the verbs of a room write, record, announce; and that a refused one leaves no trace. On both databases."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import event

from deliberation.audit.models import openings_of
from deliberation.matters.models import proceedings_of
from deliberation.refusal import Invalid, Refused
from deliberation.rooms.limits_rules import Limits
from deliberation.rooms.models import (
    SpeakingTurn,
    Statement,
    attendance_of,
    gauges_of,
    mark_counts,
    statements_of,
)
from tests.rooms.meeting import CHAIR, CLERK, NEIGHBOUR, Meeting


@pytest.fixture
def meeting(database_url):
    made = Meeting(database_url)
    yield made
    made.database.close()


def refused(call, *args, **more) -> Refused:
    with pytest.raises(Refused) as no:
        call(*args, **more)
    return no.value


def test_opening_writes_a_room_a_proceeding_and_an_entry(meeting):
    room = meeting.room
    assert (room.number, room.turn_seconds, room.turns_each, room.step) == (1, 120, 2, "consultation")
    assert (room.ends_at - room.opened_at).total_seconds() == 3600
    held = meeting.look(lambda session: proceedings_of(session, room.matter_id))
    assert [(each.kind, each.subject, each.closed_at) for each in held] == [("room", "room/1", None)]
    assert meeting.acts() == ["room.opened"]


def test_attendance_is_noted_once_and_is_no_act(meeting):
    before = len(meeting.entries)
    meeting.heard()
    meeting.come_in(NEIGHBOUR)
    meeting.come_in(NEIGHBOUR)
    came = meeting.look(lambda session: attendance_of(session, meeting.room_id))
    assert [each.person_id for each in came] == [meeting.village[CHAIR], meeting.village[NEIGHBOUR]]
    assert came[1].capacity == "村民"
    assert len(meeting.entries) == before
    assert meeting.heard() == {"rooms/_presence.html"}


def test_a_turn_is_asked_for_given_extended_and_ended(meeting):
    turn_id = meeting.ask("李强", position="for")
    assert meeting.heard() >= {"rooms/_turns.html"}
    meeting.give(turn_id)
    assert meeting.speaking.id == turn_id
    assert meeting.heard() == {"rooms/_speaker.html", "rooms/_turns.html"}
    meeting.extend(turn_id)
    meeting.end(turn_id, after=60)
    done = meeting.turns[0]
    assert (done.ended_at - done.given_at).total_seconds() == 65
    assert meeting.acts() == ["room.opened", "turn.asked", "turn.given", "turn.extended", "turn.ended"]


def test_the_order_is_the_rules_and_a_departure_shows_in_the_log(meeting):
    first, second = meeting.ask("李强"), meeting.ask(NEIGHBOUR)
    assert "不排在第一" in refused(meeting.give, second).refusal.reason
    meeting.give(second, reason="她要赶车")
    given = json.loads(next(entry.body for entry in meeting.entries if entry.act == "turn.given"))
    assert given["data"]["place"] == 2
    assert given["object"] == f"turn/{second}"
    meeting.end(second)
    meeting.give(first)


def test_one_speaks_at_a_time_and_nobody_waits_twice(meeting):
    first, second = meeting.ask("李强"), meeting.ask(NEIGHBOUR)
    meeting.give(first)
    assert "正在发言" in refused(meeting.give, second).refusal.reason
    assert refused(meeting.ask, NEIGHBOUR).refusal.late
    assert len(meeting.turns) == 2


def test_after_two_turns_there_is_writing(meeting):
    for _ in range(2):
        turn_id = meeting.ask("李强")
        meeting.give(turn_id)
        meeting.say("李强", "讲过了。")
        meeting.end(turn_id)
    assert "最多发言" in refused(meeting.ask, "李强").refusal.reason
    meeting.say("李强", "补一份书面的。")
    meeting.say("李强", "再补一份。")
    assert "书面" in refused(meeting.say, "李强", "第三份。").refusal.reason


def test_own_turn_is_withdrawn_by_oneself_or_the_clerk_and_by_nobody_else(meeting):
    turn_id = meeting.ask("李强")
    refused(meeting.withdraw, turn_id, NEIGHBOUR)
    meeting.withdraw(turn_id, "李强")
    assert meeting.waiting("李强") is None
    again = meeting.ask("李强")
    assert "由自己撤回" in refused(meeting.withdraw, again, CLERK).refusal.reason
    refused(meeting.withdraw, again, CHAIR)
    in_hall = meeting.ask(NEIGHBOUR, by=CLERK)
    meeting.withdraw(in_hall, CLERK)


def test_no_member_gives_the_word_nor_ends_anothers_speech(meeting):
    turn_id = meeting.ask("李强")
    for name in ("李强", "周明"):
        refused(meeting.give, turn_id, by=name)
    meeting.give(turn_id)
    refused(meeting.end, turn_id, by=NEIGHBOUR)
    meeting.end(turn_id, by="李强")
    ended = json.loads(meeting.entries[-1].body)
    assert ended["actor"] in {"member", "representative"}


def test_a_statement_belongs_to_its_turn_and_is_owed_a_reply(meeting):
    turn_id = meeting.ask("李强", position="against")
    meeting.give(turn_id)
    meeting.heard()
    said = meeting.say("李强", "路要避开菜地。", "against")
    meeting.end(turn_id)
    kept = meeting.look(lambda session: statements_of(session, meeting.room_id))
    assert [(each.id, each.turn_id, each.position) for each in kept] == [(said, turn_id, "against")]
    assert "避开菜地" in meeting.owed_to("李强")[-1]


@pytest.mark.parametrize(("chosen", "kept"), [("", "for"), ("conditional", "conditional")])
def test_words_in_a_turn_carry_the_position_with_which_it_was_asked_for(meeting, chosen, kept):
    turn_id = meeting.ask("李强", position="for")
    meeting.give(turn_id)
    meeting.say("李强", "路要修。", chosen)
    meeting.end(turn_id)
    meeting.say("李强", "另外补充一点。")
    said = meeting.look(lambda session: statements_of(session, meeting.room_id))
    assert [each.position for each in said] == [kept, ""], "what is handed in later is not of that turn"


def test_words_sent_just_after_the_turn_still_belong_to_it_and_later_ones_are_writing(meeting):
    turn_id = meeting.ask(NEIGHBOUR)
    meeting.give(turn_id)
    meeting.end(turn_id)
    meeting.say(NEIGHBOUR, "刚才没打完。")
    meeting.say(NEIGHBOUR, "另外补充。")
    kept = meeting.look(lambda session: statements_of(session, meeting.room_id))
    assert [each.turn_id for each in kept] == [turn_id, None]


def test_the_clerk_takes_down_a_speaker_in_the_hall_and_it_is_marked(meeting):
    meeting.register(NEIGHBOUR)
    turn_id = meeting.ask(NEIGHBOUR, by=CLERK)
    meeting.give(turn_id)
    meeting.note(turn_id, "我家门口要留出排水沟。")
    said = meeting.look(lambda session: statements_of(session, meeting.room_id))[0]
    assert (said.person_id, said.typed_by_id) == (meeting.village[NEIGHBOUR], meeting.village[CLERK])
    body = json.loads(meeting.entries[-1].body)
    assert body["actor"] == "clerk" and body["data"]["taken_down"] == 1
    refused(meeting.note, turn_id, "替他说的。", by="李强")
    came = meeting.look(lambda session: attendance_of(session, meeting.room_id))
    assert came[-1].by_id == meeting.village[CLERK]


def test_who_waits_cannot_be_taken_down(meeting):
    refused(meeting.note, meeting.ask(NEIGHBOUR), "还没讲。")


def test_who_spoke_without_a_word_written_is_owed_a_reply_too(meeting):
    turn_id = meeting.ask(NEIGHBOUR)
    meeting.give(turn_id)
    meeting.end(turn_id)
    assert any(each.person_id == meeting.village[NEIGHBOUR] for each in meeting.owed)


def test_no_words_and_no_name_enter_the_log(meeting):
    turn_id = meeting.ask(NEIGHBOUR, position="against")
    meeting.give(turn_id)
    meeting.say(NEIGHBOUR, "我家的菜地不能动。", "against")
    gauge_id = meeting.gauge("您怎么看这条路", ("赞同修", "不赞同修"))
    meeting.mark(NEIGHBOUR, gauge_id, 1)
    meeting.close()
    bodies = b"".join(entry.body for entry in meeting.entries if not entry.act.startswith("matter."))
    for secret in ("菜地", NEIGHBOUR, "against", "怎么看", "不赞同"):
        assert secret.encode() not in bodies
    said = next(entry for entry in meeting.entries if entry.act == "statement.made")
    opened = meeting.look(lambda session: openings_of(session, said.community_id, said.index))
    assert {each.field: each.value for each in opened}["body"] == "我家的菜地不能动。"


def test_a_gauge_is_opened_marked_changed_and_closed(meeting):
    gauge_id = meeting.gauge()
    meeting.heard()
    meeting.mark("李强", gauge_id, 0)
    meeting.mark(NEIGHBOUR, gauge_id, 0)
    meeting.mark(NEIGHBOUR, gauge_id, 1)
    assert meeting.heard() == {"rooms/_gauge.html"}
    counts = meeting.look(lambda session: mark_counts(session, gauges_of(session, meeting.room_id)[0]))
    assert counts == [1, 1]
    meeting.mark(NEIGHBOUR, gauge_id, 1)
    assert meeting.acts().count("gauge.marked") == 3
    meeting.close_gauge(gauge_id)
    closed = json.loads(meeting.entries[-1].body)
    assert closed["data"]["marked"] == 2 and "option_1" not in closed["data"]
    assert refused(meeting.mark, "李强", gauge_id, 1).refusal.late


def test_a_gauge_keeps_to_its_rules(meeting):
    with pytest.raises(Invalid):
        meeting.gauge(options=("行",))
    gauge_id = meeting.gauge()
    refused(meeting.gauge)
    refused(meeting.mark, CHAIR, gauge_id, 0)
    refused(meeting.gauge, by="李强")
    with pytest.raises(Invalid):
        meeting.mark("李强", gauge_id, 7)


def test_strangers_listen_and_do_nothing(meeting):
    stranger = meeting.story.places.other
    meeting.village.people["邻村人"] = stranger["李强"]
    for attempt in (meeting.ask, meeting.come_in):
        refused(attempt, "邻村人")
    refused(meeting.say, "邻村人", "我也说两句。")
    assert meeting.acts() == ["room.opened"]


def test_a_refused_act_leaves_no_trace(meeting):
    meeting.ask("李强")
    before, told = len(meeting.entries), meeting.heard()
    assert told
    refused(meeting.ask, "李强")
    refused(meeting.close, by="李强")
    assert len(meeting.entries) == before
    assert meeting.heard() == set()


def test_closing_ends_who_speaks_and_the_gauge(meeting):
    turn_id = meeting.ask("李强")
    meeting.give(turn_id)
    meeting.gauge()
    meeting.close()
    assert meeting.speaking is None
    assert meeting.acts()[-3:] == ["turn.ended", "gauge.closed", "room.closed"]
    held = meeting.look(lambda session: proceedings_of(session, meeting.story.matter_id))
    assert held[-1].closed_at is not None and not held[-1].is_minuted
    for attempt in (lambda: meeting.ask(NEIGHBOUR), lambda: meeting.close(), lambda: meeting.come_in(NEIGHBOUR)):
        assert refused(attempt).refusal.late


def test_a_further_room_of_the_matter_has_the_next_number_and_its_own_limits(meeting):
    meeting.close()
    meeting.file()
    meeting.room_id = meeting.open(Limits(300, 1))
    assert (meeting.room.number, meeting.room.turn_seconds) == (2, 300)


def test_a_statement_reads_no_more_in_a_long_meeting_than_in_a_short_one(meeting):
    """Thousands of words may have been said: making one more asks the same questions and loads the same few rows."""
    turn_id = meeting.ask("李强")
    meeting.give(turn_id)
    meeting.say("李强", "先说一句。")
    short = counted(meeting, lambda: meeting.say("李强", "再说一句。"))
    meeting.end(turn_id)
    say_much(meeting, 60)
    handed_in = counted(meeting, lambda: meeting.say("刘洋", "书面意见。"))
    turn_id = meeting.ask("黄丽")
    meeting.give(turn_id)
    meeting.say("黄丽", "我也说一句。")
    long = counted(meeting, lambda: meeting.say("黄丽", "再补充一句。"))
    assert short == long, "(questions asked, rows of turns and statements loaded)"
    assert handed_in[1] == 0
    assert counted(meeting, lambda: meeting.end(turn_id))[1] <= 2


def say_much(meeting: Meeting, times: int) -> None:
    def verb(session, now, here, part) -> None:
        said = {"room_id": here.id, "person_id": meeting.village["李强"], "at": now}
        session.add_all(Statement(**said, body=f"第{number}句") for number in range(times))
        given = {"asked_at": now, "given_at": now, "ended_at": now, "person_id": meeting.village["徐刚"]}
        session.add_all(SpeakingTurn(room_id=here.id, **given) for _ in range(times))

    meeting.do(CHAIR, verb)


def counted(meeting: Meeting, act) -> tuple[int, int]:
    """How many questions the act asked the database, and how many rows of turns and statements came back."""
    asked, loaded = [], []
    watched = [
        (meeting.database.writers, "after_cursor_execute", lambda *all_of_it: asked.append(all_of_it[2])),
        *((model, "load", lambda row, _context: loaded.append(row)) for model in (Statement, SpeakingTurn)),
    ]
    for target, name, note in watched:
        event.listen(target, name, note)
    try:
        act()
    finally:
        for target, name, note in watched:
            event.remove(target, name, note)
    return len(asked), len(loaded)
