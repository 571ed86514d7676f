"""What was hidden or withdrawn in the room is not shown beside the answer owed either, and nothing else goes with it."""

from __future__ import annotations

import pytest

from deliberation.matters.answers import give_feedback
from deliberation.matters.models import Matter, ReplyOwed
from deliberation.rooms.limits_rules import Limits
from deliberation.rooms.minutes import HIDDEN
from tests.rooms.meeting import Meeting


@pytest.fixture
def meeting(database_url):
    made = Meeting(database_url, limits=Limits(turns_each=30))
    yield made
    made.database.close()


def test_a_short_saying_that_stands_inside_an_earlier_one(meeting):
    meeting.say("李强", "我不同意老陈是骗子这种说法。")
    meeting.hide(meeting.say("李强", "老陈是骗子"))
    assert meeting.owed_to("李强")[-1].split("\n")[-2:] == ["我不同意老陈是骗子这种说法。", HIDDEN]


def test_two_hidden_and_the_second_given_back(meeting):
    meeting.come_in("李强")
    first, second = meeting.say("李强", "第一句骂人"), meeting.say("李强", "第二句好话")
    meeting.hide(first)
    appeal = meeting.appeal("李强", meeting.hide(second))
    meeting.register("赵敏")
    meeting.hand("李强", appeal)
    meeting.settle(appeal, (0, 1))
    assert meeting.owed_to("李强")[-1].split("\n")[-2:] == [HIDDEN, "第二句好话"]


def test_of_many_long_sayings_the_last_is_hidden_and_the_others_stay_whole(meeting):
    for number in range(10):
        meeting.say("李强", f"{number}" * 195)
    meeting.hide(meeting.say("李强", "秘" * 1900))
    lines = meeting.owed_to("李强")[-1].split("\n")
    assert lines[-2:] == ["9" * 195, HIDDEN] and "秘" not in "".join(lines)


def test_hidden_after_the_answer_was_given(meeting):
    said = meeting.say("李强", "老陈是骗子")
    owed = next(each for each in reversed(meeting.owed) if each.person_id == meeting.village["李强"])

    def answer(session, now, here, part):
        matter, row = session.get(Matter, meeting.story.matter_id), session.get(ReplyOwed, owed.id)
        give_feedback(session, now, matter=matter, owed=row, answer="知道了", actor=meeting.story.actor("王秀英"))

    meeting.do("王秀英", answer)
    meeting.hide(said)
    assert "骗子" not in "".join(meeting.owed_to("李强")) and HIDDEN in meeting.owed_to("李强")[-1]
