"""Who convenes, invites and writes down; when; what may be replied."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from deliberation.rooms.convening_rules import (
    CANCELLED,
    COMES,
    DECLINES,
    OVER,
    PERMITS,
    PLANNED,
    RUNNING,
    WRITES,
    check_due,
    check_reply,
    check_start,
    is_late,
    is_overdue,
    may,
    may_answer,
    may_close_writing,
    may_invite,
    may_reply,
    not_before,
    permissions_table,
    replies_of,
    state_of,
)
from deliberation.rooms.form_file import shipped
from deliberation.vocabulary import Role

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
COUNCIL, HEARING, WRITTEN = (shipped()[id] for id in ("council", "hearing", "written_inquiry"))


def test_the_table_of_rights_is_the_reviewed_one():
    reviewed = Path(__file__).with_name("convening_permissions.txt").read_text("utf-8")
    assert permissions_table() == reviewed


@pytest.mark.parametrize("act", PERMITS)
@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("state", [PLANNED, RUNNING, OVER, CANCELLED])
def test_the_table_is_what_is_asked(act, role, state):
    no = may(act, [role], state)
    allowed = role in PERMITS[act].roles and state in PERMITS[act].states
    assert (no is None) is allowed
    assert not no or no.late is (role in PERMITS[act].roles)


def test_residents_visitors_and_supervisors_run_nothing():
    for role in (Role.RESIDENT, Role.VISITOR, Role.SUPERVISOR, Role.AUDITOR, Role.OFFICIAL, Role.COUNTER):
        assert all(role not in permit.roles for permit in PERMITS.values())


@pytest.mark.parametrize(
    ("begun", "closed", "cancelled", "state"),
    [
        (None, None, False, PLANNED), (NOON, None, False, RUNNING), (NOON, NOON, False, OVER),
        (None, None, True, CANCELLED),
    ],
)  # fmt: skip
def test_the_state_follows_from_what_happened(begun, closed, cancelled, state):
    assert state_of(begun, closed, is_cancelled=cancelled) == state


def test_a_meeting_waits_for_its_hour_and_writing_does_not():
    assert not_before(COUNCIL, NOON, NOON - HOUR).facts["from_when"] == NOON
    assert not_before(COUNCIL, NOON, NOON) is None and not_before(WRITTEN, NOON, NOON - HOUR) is None
    assert check_start(NOON, NOON) and check_start(NOON + HOUR, NOON) is None


def test_only_roles_of_the_form_are_invited_and_each_person_once():
    assert may_invite(COUNCIL, "expert", known=False) is None
    assert may_invite(COUNCIL, "presenter", known=False) is not None  # a role of hearings
    assert may_invite(HEARING, "presenter", known=False) is None
    assert may_invite(COUNCIL, "chair", known=False) is not None
    assert may_invite(COUNCIL, "resident", known=False) is not None
    assert may_invite(COUNCIL, "expert", known=True).late


@pytest.mark.parametrize(
    ("role", "due", "is_free"),
    [
        ("department", None, False), ("department", NOON + HOUR, True), ("expert", None, True),
        ("expert", NOON, False), ("department", NOON - HOUR, False), ("expert", NOON + 3 * HOUR, False),
        ("expert", NOON + 2 * HOUR, True),
    ],
)  # fmt: skip
def test_a_department_is_asked_until_a_day_before_it_begins(role, due, is_free):
    assert (check_due(role, due, NOON + 2 * HOUR, NOON) is None) is is_free


@pytest.mark.parametrize(
    ("role", "reply", "words", "is_free"),
    [
        ("department", COMES, "", True), ("department", WRITES, " ", False), ("department", WRITES, "已安排。", True),
        ("department", DECLINES, "", False), ("department", DECLINES, "不属本部门职责", True),
        ("expert", DECLINES, "", True), ("expert", WRITES, "", False),
    ],
)  # fmt: skip
def test_what_a_reply_must_say(role, reply, words, is_free):
    assert (check_reply(COUNCIL, role, "", reply, words) is None) is is_free


@pytest.mark.parametrize(("reply", "is_free"), [(COMES, False), (WRITES, False), (DECLINES, True)])
def test_an_inquiry_in_writing_is_answered_in_its_own_place(reply, is_free):
    assert (check_reply(WRITTEN, "expert", "", reply, "有。") is None) is is_free
    assert (reply in replies_of(WRITTEN, "")) is is_free and reply in replies_of(COUNCIL, "")


def test_declining_an_inquiry_in_writing_can_be_taken_back():
    assert [
        reply for reply in (COMES, WRITES, DECLINES) if check_reply(WRITTEN, "expert", DECLINES, reply, "") is None
    ] == [COMES]


def test_whoever_was_invited_replies_for_themselves_also_late():
    assert may_reply(is_own=True, roles=["visitor"], state=RUNNING, withdrawn=False) is None
    assert may_reply(is_own=False, roles=["clerk"], state=OVER, withdrawn=False) is None
    assert may_reply(is_own=False, roles=["resident"], state=RUNNING, withdrawn=False) is not None
    assert may_reply(is_own=True, roles=["visitor"], state=RUNNING, withdrawn=True).late
    assert may_reply(is_own=True, roles=["visitor"], state=CANCELLED, withdrawn=False).late


def test_a_reply_is_overdue_from_its_instant_until_it_comes():
    assert not is_overdue(NOON, None, NOON - HOUR) and is_overdue(NOON, None, NOON)
    assert not is_overdue(NOON, NOON + HOUR, NOON + 2 * HOUR) and not is_overdue(None, None, NOON)


def test_a_reply_is_late_by_whichever_answer_came_first():
    assert not is_late(None, NOON, None) and not is_late(NOON, None, None)
    assert is_late(NOON, NOON, None) and is_late(NOON, None, NOON + HOUR)
    assert not is_late(NOON, NOON + HOUR, NOON - HOUR) and not is_late(NOON, NOON - HOUR, NOON + HOUR)


def test_writing_has_its_time_and_asks_whoever_has_a_voice():
    resident, observer = WRITTEN.role("resident"), WRITTEN.role("observer")
    assert may_answer(resident, RUNNING, NOON, NOON - HOUR) is None
    assert may_answer(resident, RUNNING, NOON, NOON).late and may_answer(resident, OVER, NOON, NOON - HOUR).late
    assert may_answer(resident, PLANNED, NOON, NOON - HOUR) and may_answer(observer, RUNNING, NOON, NOON - HOUR)
    assert may_answer(None, RUNNING, NOON, NOON - HOUR)
    assert may_close_writing(WRITTEN, NOON, NOON - HOUR) and may_close_writing(WRITTEN, NOON, NOON) is None
    assert may_close_writing(shipped()["visits"], NOON, NOON - HOUR) is None
