"""What was said, asked, marked and done in a room, rewritten in its own table, is found by ``audit verify``."""

from __future__ import annotations

import pytest
from sqlalchemy import event, text
from sqlmodel import Session

from deliberation.rooms import attaching, chairing, questioning, speaking, withdrawing
from deliberation.rooms.models import statement
from deliberation.rooms.question_models import question
from deliberation.rooms.verification import check_rooms
from tests.rooms.meeting import CHAIR, Meeting


@pytest.fixture
def meeting(database_url):
    made = Meeting(database_url)
    yield made
    made.database.close()


def ask(meeting, name, body):
    def verb(session, now, here, part):
        return questioning.put_question(session, now, room=here, body=body, part=part).id

    return meeting.do(name, verb)


def on_question(meeting, name, act, id, **facts):
    def verb(session, now, here, part):
        act(session, now, room=here, asked=question(session, id), part=part, **facts)

    meeting.do(name, verb)


def reply(meeting, name, to):
    def verb(session, now, here, part):
        beside = attaching.Beside(statement(session, to))
        speaking.make_statement(session, now, room=here, body="我来回答", position="", part=part, beside=beside)

    meeting.do(name, verb)


def take_back(meeting, name, said_id, reason):
    def verb(session, now, here, part):
        said = statement(session, said_id)
        withdrawing.withdraw_statement(session, now, room=here, said=said, reason=reason, part=part)

    meeting.do(name, verb)


def debate(meeting):
    """Statements 1 to 5: against, a reply to it, hidden, taken back, taken down; a speech cut short, given back on appeal."""
    meeting.come_in("李强")
    first = meeting.say("李强", "我反对修路", "against")
    reply(meeting, "赵敏", first)
    meeting.hide(meeting.say("赵敏", "骂人"))
    take_back(meeting, "周明", meeting.say("周明", "说错了"), "数字记错了")
    turn_id = meeting.ask("李强", position="against")
    meeting.give(turn_id)
    meeting.note(turn_id, "钱从哪里来")
    appeal_id = meeting.appeal("李强", meeting.intervene(chairing.cut_turn, turn_id))
    meeting.hand("李强", appeal_id)
    meeting.settle(appeal_id)


def inquire(meeting):
    """Question 1 answered, question 2 hidden; gauge 1 released, gauge 2 open."""
    first, second = ask(meeting, "李强", "多少钱？"), ask(meeting, "赵敏", "谁来修？")
    on_question(meeting, "赵敏", questioning.back_question, first)
    on_question(meeting, CHAIR, questioning.call_question, first)
    on_question(meeting, CHAIR, questioning.answer_question, first, answer="十万", by="村委会")
    on_question(meeting, CHAIR, questioning.hide_question, second, reason="重复")
    gauge_id = meeting.gauge()
    for name in ("李强", "赵敏", "周明"):
        meeting.mark(name, gauge_id, 0)
    meeting.mark("周明", gauge_id, 1)
    meeting.close_gauge(gauge_id)
    meeting.release(gauge_id)
    meeting.mark("李强", meeting.gauge("再问一次？"), 0)


def found_after(meeting, *changes):
    """What is found once this SQL was run behind the log: (subject, field, index of the entry). It is undone again."""
    with Session(meeting.database.writers) as session:
        for change in changes:
            session.execute(text(change))
        found = [
            (fault.subject, fault.facts.get("field"), fault.index)
            for fault in check_rooms(session)
            if fault is not None
        ]
        session.rollback()
    return found


CHANGES = [
    ("UPDATE statement SET body = '我赞成修路' WHERE id = 1", "statement/1", "body"),
    ("UPDATE statement SET position = 'for' WHERE id = 1", "statement/1", "position"),
    ("UPDATE statement SET position = '' WHERE id = 1", "statement/1", "position"),
    ("UPDATE statement SET position = 'for' WHERE id = 2", "statement/2", "position"),
    ("UPDATE statement SET person_id = 1 + person_id WHERE id = 1", "statement/1", "actor"),
    ("UPDATE statement SET person_id = 1 + person_id WHERE id = 5", "statement/5", "speaker"),
    ("UPDATE statement SET turn_id = NULL WHERE id = 5", "statement/5", "turn"),
    ("UPDATE reply SET to_id = 3 WHERE statement_id = 2", "statement/2", "reply_to"),
    ("DELETE FROM reply", "statement/2", "reply_to"),
    ("UPDATE statement SET is_hidden = true WHERE id = 1", "statement/1", "is_hidden"),
    ("UPDATE statement SET is_hidden = false WHERE id = 3", "statement/3", "is_hidden"),
    ("UPDATE statement SET withdrawn_at = NULL WHERE id = 4", "statement/4", "withdrawn_at"),
    ("UPDATE statement SET withdrawn_reason = '怕' WHERE id = 4", "statement/4", "reason"),
    ("UPDATE floor_question SET body = '别的' WHERE id = 1", "question/1", "body"),
    ("UPDATE floor_question SET answer = '一百万' WHERE id = 1", "question/1", "answer"),
    ("UPDATE floor_question SET answered_by = '镇里' WHERE id = 1", "question/1", "by"),
    ("UPDATE floor_question SET answered_at = NULL WHERE id = 1", "question/1", "answered_at"),
    ("UPDATE floor_question SET answer = '不修' WHERE id = 2", "question/2", "answer"),
    ("UPDATE floor_question SET hiding_id = NULL WHERE id = 2", "question/2", "hiding_id"),
    ("DELETE FROM question_mark", "question/1", "backs"),
    ("UPDATE intervention SET reason = '随便' WHERE id = 1", "intervention/1", "reason"),
    ("UPDATE intervention SET reason = '随便' WHERE kind = 'cut'", "intervention/2", "reason"),
    ("UPDATE intervention SET kind = 'finish' WHERE kind = 'cut'", "intervention/2", None),
    ("UPDATE intervention SET by_id = by_id + 1 WHERE id = 1", "intervention/1", "actor"),
    ("UPDATE intervention SET person_id = person_id + 1 WHERE kind = 'cut'", "intervention/2", "speaker"),
    ("UPDATE appeal SET outcome = 'sustained'", "appeal/1", "overturned"),
    ("UPDATE appeal SET body = '没有'", "appeal/1", "body"),
    ("UPDATE appeal SET overturn = 9", "appeal/1", "overturn"),
    ("UPDATE gauge SET question = '不行吗？' WHERE id = 1", "gauge/1", "question"),
    ("UPDATE gauge_mark SET option = 1 WHERE gauge_id = 1", "gauge/1", "option_1"),
    ("UPDATE gauge_mark SET option = 1 WHERE gauge_id = 2", "gauge/2", "option"),
    ("UPDATE gauge_mark SET option = 1 - option WHERE gauge_id = 1", "gauge/1", "option_1"),
    ("DELETE FROM gauge_mark WHERE gauge_id = 2", "gauge/2", "option"),
    ("UPDATE gauge SET released_at = NULL", "gauge/1", "released_at"),
    ("UPDATE gauge SET released_at = opened_at WHERE id = 2", "gauge/2", "released_at"),
]


def test_every_change_behind_the_log_is_named_with_its_entry(meeting):
    debate(meeting)
    inquire(meeting)
    assert found_after(meeting) == []
    for change, subject, field in CHANGES:
        found = [(one, what) for one, what, _index in found_after(meeting, change)]
        assert (subject, field or "") in found, (change, found)
    entry = next(each for each in meeting.entries if each.object == "statement/1" and each.act == "statement.made")
    assert found_after(meeting, CHANGES[0][0]) == [("statement/1", "body", entry.index)]


def test_what_was_taken_out_is_missed_and_what_was_put_in_has_no_entry(meeting):
    debate(meeting)
    inquire(meeting)
    gone = "DELETE FROM gauge_mark WHERE gauge_id = 2", "DELETE FROM gauge WHERE id = 2"
    assert [subject for subject, _field, _index in found_after(meeting, *gone)] == ["gauge/2"]
    put_in = (
        "INSERT INTO statement (id, room_id, person_id, position, body, at, is_hidden, withdrawn_reason)"
        " SELECT 99, room_id, person_id, 'for', '大家都赞成', at, false, '' FROM statement WHERE id = 1"
    )
    assert found_after(meeting, put_in) == [("statement/99", "", None)]


def test_a_statement_given_back_by_an_appeal_is_as_entered(meeting):
    meeting.come_in("李强")
    said = meeting.say("李强", "我反对修路")
    appeal_id = meeting.appeal("李强", meeting.hide(said))
    meeting.hand("李强", appeal_id)
    meeting.settle(appeal_id)
    assert not meeting.look(lambda session: statement(session, said).is_hidden)
    assert found_after(meeting) == []
    assert found_after(meeting, "UPDATE statement SET is_hidden = true")[0][:2] == (f"statement/{said}", "is_hidden")
    meeting.hide(said)
    assert found_after(meeting) == []


def test_what_was_erased_is_no_fault(meeting):
    debate(meeting)
    inquire(meeting)
    erased = (
        "DELETE FROM opening",
        "UPDATE statement SET body = '', position = ''",
        "UPDATE intervention SET reason = ''",
    )
    assert found_after(meeting, *erased) == []
    # How many there were, and what stands in clear, holds all the same.
    assert found_after(meeting, *erased, "UPDATE gauge_mark SET option = 1 WHERE gauge_id = 1")[0][0] == "gauge/1"


def test_the_questions_to_the_database_do_not_grow_with_what_was_said(meeting):
    def asked():
        with meeting.database.read() as session:
            heard = []
            event.listen(meeting.database.readers, "before_cursor_execute", lambda *given: heard.append(given[2]))
            assert [fault for fault in check_rooms(session) if fault] == []
        return len(heard)

    meeting.say("李强", "第1句")
    before = asked()
    turn_id = meeting.ask("李强")
    meeting.give(turn_id)
    for number in range(30):
        meeting.note(turn_id, f"第{number}句")
    assert asked() == before
