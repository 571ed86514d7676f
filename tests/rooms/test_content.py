"""Replies, files and what was taken back or hidden: what is written, recorded and announced. On both databases."""

from __future__ import annotations

import json

import pytest

from deliberation.audit.models import openings_of
from deliberation.matters.concern_models import concerns_of
from deliberation.refusal import Invalid, Missing, Refused
from deliberation.rooms import attaching, speaking, withdrawing
from deliberation.rooms.content_models import gone_in, replies_in
from deliberation.rooms.content_rules import State, may_read, may_reply, may_take_back
from deliberation.rooms.limits_rules import Limits
from deliberation.rooms.minutes import draft
from deliberation.rooms.minuting import meeting_of
from deliberation.rooms.models import statement, statements_of
from deliberation.rooms.rules import Part
from tests.rooms.meeting import CHAIR, CLERK, NEIGHBOUR, Meeting


@pytest.fixture
def meeting(database_url):
    made = Meeting(database_url, limits=Limits(turns_each=3))
    yield made
    made.database.close()


def reply(meeting: Meeting, name: str, to: int, body: str = "我来回答。") -> int:
    def verb(session, now, here, part) -> int:
        beside = attaching.Beside(statement(session, to))
        return speaking.make_statement(session, now, room=here, body=body, position="", part=part, beside=beside).id

    return meeting.do(name, verb)


def take_back(meeting: Meeting, name: str, said: int, reason: str = "说错了数") -> None:
    def verb(session, now, here, part) -> None:
        meant = statement(session, said)
        withdrawing.withdraw_statement(session, now, room=here, said=meant, reason=reason, part=part)

    meeting.do(name, verb)


def refused(call, *args, **more) -> Refused:
    with pytest.raises(Refused) as no:
        call(*args, **more)
    return no.value


def minutes(meeting: Meeting) -> str:
    def read(session) -> str:
        here = meeting.room
        from deliberation.communities.models import community

        return draft(meeting_of(session, here, community(session, here.community_id), meeting.story.now))

    return meeting.look(read)


# --- rules


@pytest.mark.parametrize(
    ("state", "replies", "takes_back"),
    [
        (State(1), True, True),
        (State(1, is_reply=True), False, True),
        (State(1, is_hidden=True), False, False),
        (State(1, is_withdrawn=True), False, False),
        (State(1, is_reply=True, is_hidden=True), False, False),
    ],
)
def test_what_can_be_replied_to_and_taken_back(state, replies, takes_back):
    assert (may_reply(state) is None) is replies
    assert (may_take_back(state) is None) is takes_back


@pytest.mark.parametrize("state", [State(7, is_hidden=True), State(7, is_withdrawn=True)])
def test_kept_words_are_read_by_whose_they_are_the_chair_and_the_supervisors(state):
    for part, reads in (
        (Part(7, frozenset({"participant"})), True),
        (Part(8, frozenset({"chair"})), True),
        (Part(8, frozenset({"supervisor"})), True),
        (Part(8, frozenset({"participant", "clerk", "head"})), False),
        (Part(), False),
    ):
        assert (may_read(state, part) is None) is reads, part
    assert may_read(State(7), Part()) is None
    assert may_read(State(0, is_hidden=True), Part()) is not None, "a visitor has no number and owns nothing"


# --- replies


def test_a_reply_names_what_it_is_about_and_counts_as_a_writing(meeting):
    said = meeting.say("李强", "路要避开菜地。", "against")
    meeting.heard()
    made = reply(meeting, NEIGHBOUR, said)
    assert meeting.heard() == {"rooms/_statement.html"}
    assert meeting.look(lambda session: replies_in(session, meeting.room_id)) == {made: said}
    body = json.loads(meeting.entries[-1].body)
    assert (body["data"]["reply_to"], body["data"]["turn"]) == (said, 0)
    reply(meeting, NEIGHBOUR, said)
    meeting.say(NEIGHBOUR, "第三份书面的。")
    assert "书面发言" in refused(reply, meeting, NEIGHBOUR, said).refusal.reason


def test_a_reply_in_ones_turn_belongs_to_the_turn(meeting):
    said = meeting.say("李强", "路要避开菜地。")
    turn_id = meeting.ask(NEIGHBOUR)
    meeting.give(turn_id)
    made = reply(meeting, NEIGHBOUR, said)
    assert meeting.look(lambda session: statement(session, made)).turn_id == turn_id


def test_a_reply_is_not_replied_to_nor_is_what_was_hidden_or_withdrawn(meeting):
    said = meeting.say("李强", "路要避开菜地。")
    answer, other = reply(meeting, NEIGHBOUR, said), meeting.say("李强", "还有一句。")
    for to in (answer, said, other):
        if to == said:
            meeting.hide(said)
        if to == other:
            take_back(meeting, "李强", other)
        before = len(meeting.entries)
        with pytest.raises(Invalid) as no:
            reply(meeting, NEIGHBOUR, to)
        assert "reply_to" in no.value.errors and len(meeting.entries) == before


def test_nobody_replies_to_what_was_said_in_another_room(meeting):
    said = meeting.say("李强", "路要避开菜地。")
    meeting.close()
    meeting.room_id = meeting.open(Limits())
    with pytest.raises(Missing):
        reply(meeting, NEIGHBOUR, said)


def test_the_presiding_chair_and_strangers_do_not_reply(meeting):
    said = meeting.say("李强", "路要避开菜地。")
    meeting.village.people["邻村人"] = meeting.story.places.other["李强"]
    for name in (CHAIR, "邻村人"):
        refused(reply, meeting, name, said)


def test_the_clerk_takes_a_spoken_reply_down(meeting):
    said = meeting.say("李强", "路要避开菜地。")
    turn_id = meeting.ask(NEIGHBOUR, by=CLERK)
    meeting.give(turn_id)

    def verb(session, now, here, part) -> int:
        from deliberation.rooms.models import turn

        beside = attaching.Beside(statement(session, said))
        return speaking.note_statement(
            session, now, room=here, turn=turn(session, turn_id), body="我同意。", position="", part=part, beside=beside
        ).id

    made = meeting.do(CLERK, verb)
    assert meeting.look(lambda session: replies_in(session, meeting.room_id)) == {made: said}


# --- taking back


def test_who_said_it_takes_it_back_and_its_place_stays(meeting):
    said = meeting.say("李强", "路要避开菜地。", "against")
    for name in (NEIGHBOUR, CHAIR, CLERK):
        assert "本人" in refused(take_back, meeting, name, said).refusal.reason
    meeting.heard()
    take_back(meeting, "李强", said)
    assert meeting.heard() == {"rooms/_statement.html", "rooms/_deed.html", "rooms/_gone.html"}
    kept = meeting.look(lambda session: statements_of(session, meeting.room_id))
    assert kept[0].body == "路要避开菜地。" and kept[0].withdrawn_reason == "说错了数" and gone_in(kept) == (0, 1)
    entry = meeting.entries[-1]
    assert entry.act == "statement.withdrawn" and "说错了数".encode() not in entry.body
    opened = meeting.look(lambda session: openings_of(session, entry.community_id, entry.index))
    assert {each.field: each.value for each in opened}["reason"] == "说错了数"
    owed = meeting.owed_to("李强")[0]
    assert "撤回" in owed and "菜地" not in owed
    concern = meeting.look(lambda session: concerns_of(session, meeting.story.matter_id))[0]
    assert "撤回" in concern.said and "菜地" not in concern.said


def test_what_is_hidden_is_not_withdrawn_nor_the_other_way_round(meeting):
    first, second = meeting.say("李强", "骂人的话。"), meeting.say("李强", "说错的话。")
    meeting.hide(first)
    assert "已经隐藏" in refused(take_back, meeting, "李强", first).refusal.reason
    take_back(meeting, "李强", second)
    assert refused(take_back, meeting, "李强", second).refusal.late
    assert "本人撤回" in refused(meeting.hide, second).refusal.reason
    assert gone_in(meeting.look(lambda session: statements_of(session, meeting.room_id))) == (1, 1)
    meeting.close()
    assert refused(take_back, meeting, "李强", second).refusal.late


def test_the_author_appeals_and_the_count_follows(meeting):
    meeting.come_in("李强")
    said = meeting.say("李强", "骂人的话。")
    hidden = meeting.hide(said)
    assert "骂人的话" not in meeting.owed_to("李强")[0], "who answers reads no more than everybody"
    against = meeting.appeal("李强", hidden, "我没有骂人")
    for name in ("李强", NEIGHBOUR):
        meeting.come_in(name)
        meeting.hand(name, against)
    meeting.heard()
    meeting.settle(against)
    assert "rooms/_gone.html" in meeting.heard()
    owed = meeting.owed_to("李强")[0]
    assert "骂人的话" in owed and "隐藏" not in owed
    assert gone_in(meeting.look(lambda session: statements_of(session, meeting.room_id))) == (0, 0)


def test_the_minutes_count_what_is_gone_and_keep_its_words_out(meeting):
    first, second = meeting.say("李强", "骂人的话。"), meeting.say("李强", "说错的话。")
    third = meeting.say("李强", "路要避开菜地。")
    reply(meeting, NEIGHBOUR, third, "可以让一米。")
    meeting.hide(first)
    take_back(meeting, "李强", second)
    text = minutes(meeting)
    assert "隐藏1条发言，撤回1条发言" in text and "（回复李强）可以让一米。" in text
    assert "骂人的话" not in text and "说错的话" not in text
    assert "李强撤回自己的一条发言。理由：说错了数" in text
