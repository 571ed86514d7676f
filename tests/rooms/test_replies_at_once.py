"""Replies to an invitation from two sides at once: the invited person's own holds, and nobody is replied out of a room."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import col, select

from deliberation.audit.models import Entry, openings_of
from deliberation.matters.models import Clock
from deliberation.rooms.convening_models import Invitation
from deliberation.rooms.models import SpeakingTurn
from tests.rooms.halls import House, house_at
from tests.rooms.test_convening_pages import convene, day, hurry, rows
from tests.rooms.test_seat_gone import invited


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def asked_in_writing(house: House) -> str:
    called = convene(house, "written_inquiry", body="同意拓宽吗？")
    chair = house.browser("王秀英")
    chair.post(f"{called}/papers", paper="plan", subject="document/1")
    given = {"name": "李强", "role": "department", "office": "住建局", "due_on": day(2)}
    assert chair.post(f"{called}/invitations", **given).status == 303
    assert chair.post(f"{called}/beginning").status == 303
    return called


def runs(house: House) -> bool:
    return any(each.subject == "invitation/1" and each.stopped_at is None for each in rows(house, Clock))


def test_a_form_that_the_clerk_had_open_writes_nothing_over_what_somebody_answered_meanwhile(house: House):
    called = convene(house, "open_talk")
    chair, clerk, member = (house.browser(name) for name in ("王秀英", "林涛", "李强"))
    given = {"name": "李强", "role": "department", "office": "住建局", "due_on": day(2)}
    assert chair.post(f"{called}/invitations", **given).status == 303
    assert "登记答复" in clerk.get(called).words
    assert member.post("/invitations/1/reply", reply="writes", words="同意拓宽，费用由本局承担。").status == 303
    for reply, words in (("declines", "电话里说不来"), ("comes", "")):
        refused = clerk.post("/invitations/1/reply", reply=reply, words=words)
        assert refused.status == 409 and "本人已经答复" in refused.words
    [kept] = rows(house, Invitation)
    assert (kept.reply, kept.words) == ("writes", "同意拓宽，费用由本局承担。") and kept.holds
    assert member.post("/invitations/1/reply", reply="comes").status == 303, "one's own reply one changes oneself"


def test_the_log_commits_to_a_reply_and_does_not_tell_it(house: House):
    asked_in_writing(house)
    assert house.browser("李强").post("/invitations/1/reply", reply="declines", words="不属本局职责").status == 303
    with house.site.house.database.read() as session:
        [entry] = session.exec(select(Entry).where(Entry.act == "invitation.answered")).all()
        opened = {one.field: one.value for one in openings_of(session, entry.community_id, entry.index)}
    assert b"declines" not in entry.body and opened["reply"] == "declines"


def test_what_the_clerk_noted_the_clerk_puts_right_and_the_person_too(house: House):
    called = convene(house, "open_talk")
    chair, clerk, member = (house.browser(name) for name in ("王秀英", "林涛", "李强"))
    assert chair.post(f"{called}/invitations", name="李强", role="expert").status == 303
    for browser, reply in ((clerk, "declines"), (clerk, "comes"), (member, "declines")):
        assert browser.post("/invitations/1/reply", reply=reply).status == 303
    assert rows(house, Invitation)[0].reply == "declines"


def test_nobody_who_came_is_noted_as_absent_while_they_speak_or_afterwards(house: House):
    room = house.open_room()
    guest, number = invited(house, room, "丁一")
    chair, clerk = house.browser("王秀英"), house.browser("林涛")
    assert guest.post(f"{room}/turns").status == 303 and chair.post("/turns/1/floor").status == 303
    for browser in (clerk, chair):
        refused = browser.post(f"/invitations/{number}/reply", reply="declines")
        assert refused.status == 409 and "已经到会的人，不能登记为不参加" in refused.words
    assert rows(house, SpeakingTurn)[0].ended_at is None
    assert chair.post(f"{room}/closing").status == 303
    assert clerk.post(f"/invitations/{number}/reply", reply="declines").status == 409
    assert guest.post(f"/invitations/{number}/reply", reply="declines").status == 409, "it is over, and they were there"
    assert rows(house, Invitation)[-1].holds and guest.get(room).status == 200


def test_whoever_leaves_a_meeting_that_goes_on_says_so_themselves(house: House):
    room = house.open_room()
    guest, number = invited(house, room, "丁一")
    assert guest.post(f"/invitations/{number}/reply", reply="declines").status == 303
    assert not rows(house, Invitation)[-1].holds


def test_no_answer_is_owed_again_once_none_is_taken(house: House):
    called = asked_in_writing(house)
    chair, member = house.browser("王秀英"), house.browser("李强")
    assert member.post("/invitations/1/reply", reply="declines", words="不属本局职责").status == 303
    hurry(house, starts_at=datetime.now(UTC) - timedelta(minutes=1))
    assert "还是要作答" not in member.get(called).words
    late = member.post("/invitations/1/reply", reply="comes")
    assert late.status == 409 and "已经过了书面答复的截止时间" in late.words and not runs(house)
    assert chair.post(f"{called}/closing").status == 303
    late = member.post("/invitations/1/reply", reply="comes")
    assert late.status == 409 and "征询已经结束" in late.words and not runs(house)
    assert rows(house, Invitation)[0].reply == "declines"


def test_who_answered_in_writing_declines_no_more_and_owes_nothing(house: House):
    called = asked_in_writing(house)
    member, clerk = house.browser("李强"), house.browser("林涛")
    assert member.post(f"{called}/answers", body="同意，按方案办。", position="for").status == 303
    for browser in (member, clerk):
        refused = browser.post("/invitations/1/reply", reply="declines", words="点错了")
        assert refused.status == 409 and "书面答复已经交了" in refused.words
    assert not runs(house)


def test_who_declined_and_wrote_all_the_same_owes_nothing_when_that_is_taken_back(house: House):
    called = asked_in_writing(house)
    member = house.browser("李强")
    assert member.post("/invitations/1/reply", reply="declines", words="点错了").status == 303
    assert member.post(f"{called}/answers", body="同意，按方案办。", position="for").status == 303, "as a resident"
    assert member.post("/invitations/1/reply", reply="comes").status == 303
    assert rows(house, Invitation)[0].holds and not runs(house)


def test_who_answered_in_time_is_late_neither_in_the_log_nor_on_the_page_for_having_put_it_right(house: House):
    called = convene(house, "open_talk")
    chair, member = house.browser("王秀英"), house.browser("李强")
    given = {"name": "李强", "role": "department", "office": "住建局", "due_on": day(2)}
    assert chair.post(f"{called}/invitations", **given).status == 303
    assert member.post("/invitations/1/reply", reply="comes").status == 303

    def pass_by(session, now):
        found = session.get(Invitation, 1)
        found.replied_at, found.due_at = now - timedelta(days=2), now - timedelta(days=1)

    house.site.house.database.change(pass_by)
    assert member.post("/invitations/1/reply", reply="writes", words="同意拓宽。").status == 303
    assert "逾期答复" not in chair.get(called).words
    with house.site.house.database.read() as session:
        last = session.exec(select(Entry).where(Entry.act == "invitation.answered").order_by(col(Entry.index))).all()[
            -1
        ]
    assert b'"late":0' in last.body.replace(b" ", b"")
