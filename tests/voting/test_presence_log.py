"""Who was there and who took paper is held against the log: in the database and in a bundle, as far as it can be opened."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, text
from sqlmodel import col

from deliberation.audit.models import Opening
from deliberation.voting.count_models import Handed
from deliberation.voting.presence_rules import Step, agrees, step_of, there_by, ticks_by
from deliberation.voting.verification import check_polls
from tests.people import open_database
from tests.voting.desks import FIRST, SECOND, CountDesk
from tests.voting.meetings import begun, scans, tick
from tests.voting.polls import EVENING, build_meeting, cast, opened
from tests.voting.test_polls import closed


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def reasons(database):
    with database.read() as session:
        return [fault.reason for fault in check_polls(session) if fault is not None]


def a_meeting_with_late_ones_and_paper(database):
    """Six seated, two late of whom one votes; two take paper, one of them spoils a sheet first."""
    world = build_meeting(database)
    names = list(world.members)
    meeting_id = begun(database, world, present=7)
    tick(database, world, meeting_id, names[:6])  # The seventh was a slip of the clerk.
    poll_id = opened(database, world, closes_in=None)
    for name in names[6:8]:
        scans(database, meeting_id, world.members[name])
    for name in (names[0], names[6]):
        cast(database, poll_id, world.members[name], "yes")
    desk = CountDesk(database, world, poll_id)
    desk.print()
    desk.hand(names[1])
    desk.back(names[1], is_spoiled=True)
    desk.print()
    for name in names[1:3]:
        desk.hand(name)
    desk.back(names[2])
    code = max(sheet for sheet in desk.codes().items() if sheet[0] == names[1])[1]
    desk.both(code, "1")
    return world, names, desk


def finished(database, world, desk):
    desk.stock(received=1, left_over=8)
    desk.seal(FIRST)
    desk.seal(SECOND)
    return closed(database, world, desk.poll_id)


def test_as_entered_it_holds(database):
    world, _names, desk = a_meeting_with_late_ones_and_paper(database)
    assert finished(database, world, desk).result["counts"]["heads"]["present"] == 7
    assert reasons(database) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE poll_presence SET is_late = {false} WHERE is_late", "计票文件"),
        ("DELETE FROM poll_presence WHERE is_late AND person_id = {idle}", "到会登记"),
        ("UPDATE handed SET returned = returned + 1 WHERE spoiled = 0", "发票登记"),
        ("UPDATE handed SET given = 0 WHERE spoiled = 0", "发票登记"),
    ],
)
def test_what_was_changed_behind_the_log_is_found(database, change, said):
    world, names, desk = a_meeting_with_late_ones_and_paper(database)
    finished(database, world, desk)
    values = {"false": 0 if database.is_sqlite else "false", "idle": world.members[names[7]]}
    with database.writers.begin() as connection:
        connection.execute(text(change.format(**values)))
    (reason,) = reasons(database)
    assert said in reason or "纸质票" in reason


def test_whoever_was_erased_is_counted_and_not_named(database):
    world, names, desk = a_meeting_with_late_ones_and_paper(database)
    finished(database, world, desk)
    gone = world.members[names[1]]
    database.change(lambda session, now: session.exec(delete(Opening).where(col(Opening.person_id) == gone)) and None)
    assert [each for each in reasons(database) if "到会" in each or "发票" in each] == []


def several_at_once(database):
    """Four are given paper in one go, three hand theirs back, one of them spoiled; two of these take another in one go."""
    world = build_meeting(database)
    names = list(world.members)
    begun(database, world, present=6)
    poll_id = opened(database, world, closes_in=None)
    cast(database, poll_id, world.members[names[0]], "yes")
    desk = CountDesk(database, world, poll_id)
    desk.print()
    desk.hand(*names[1:5])
    desk.back(*names[1:3])
    desk.back(names[3], is_spoiled=True)
    desk.print()
    desk.hand(names[1], names[3])
    for name in (names[1], names[3], names[4]):
        desk.both(desk.codes()[name], "1")
    desk.stock(received=3, left_over=6)
    desk.seal(FIRST)
    desk.seal(SECOND)
    closed(database, world, poll_id)
    return world, names, desk


def test_paper_that_goes_out_and_comes_back_several_at_once_holds(database):
    several_at_once(database)
    assert reasons(database) == []


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE handed SET given = given + 1 WHERE person_id = {kept}",
        "UPDATE handed SET returned = 0 WHERE person_id = {back}",
        "UPDATE handed SET spoiled = 0, returned = 1 WHERE person_id = {spoilt}",
        "DELETE FROM handed WHERE person_id = {back}",
    ],
)
def test_of_several_at_once_what_was_changed_behind_the_log_is_found(database, change):
    world, names, _desk = several_at_once(database)
    back, spoilt, kept = (world.members[name] for name in names[2:5])
    with database.writers.begin() as connection:
        connection.execute(text(change.format(back=back, spoilt=spoilt, kept=kept)))
    (reason,) = reasons(database)
    assert "发票登记" in reason or "纸质票" in reason


def test_of_several_at_once_one_who_was_erased_is_counted_and_no_more(database):
    world, names, desk = several_at_once(database)
    gone, ghost = world.members[names[4]], world.members[names[5]]
    database.change(lambda session, now: session.exec(delete(Opening).where(col(Opening.person_id) == gone)) and None)
    assert [each for each in reasons(database) if "到会" in each or "发票" in each] == []
    row = Handed(poll_id=desk.poll_id, person_id=ghost, given=1, returned=1, at=EVENING)
    database.change(lambda session, now: session.add(row))
    assert [each for each in reasons(database) if "发票" in each or "纸质票" in each]


# --- the rule by itself -----------------------------------------------------------------------------------------------


def marked(come="", gone="", erased=0):
    return Step("presence.marked", frozenset(come), frozenset(gone), erased)


OPENED, RESUMED, CLOSED = Step("poll.opened"), Step("meeting.resumed"), Step("poll.closed")


@pytest.mark.parametrize(
    ("steps", "seated", "late"),
    [
        ([marked("abc"), OPENED, CLOSED], "abc", ""),
        ([marked("abc", ""), marked("", "c"), OPENED, marked("d"), CLOSED, marked("e")], "ab", "d"),
        ([marked("abc"), RESUMED, marked("a"), OPENED, marked("bx"), CLOSED], "a", "b"),
        ([marked("abx"), OPENED, marked("cd"), marked("", "d"), CLOSED], "ab", "c"),
        ([OPENED, CLOSED], "", ""),
    ],
)
def test_who_was_there_follows_from_the_door(steps, seated, late):
    found = there_by(steps, set("abcde"), in_meeting=True)
    assert (found.seated, found.late) == (set(seated), set(late))


def test_at_a_vote_without_a_meeting_whoever_is_signed_in_by_its_end_is_there():
    found = there_by([OPENED, marked("ab"), marked("c", "a"), CLOSED, marked("d")], set("abcd"), in_meeting=False)
    assert (found.seated, found.late) == (set("bc"), set())


def test_the_erased_are_so_many_and_no_more():
    assert agrees({"a"}, {"a", "b"}, 1) and not agrees({"a"}, {"a", "b", "c"}, 1)
    assert not agrees({"a", "b"}, {"a"}, 5), "whom the log names is there"


def test_ticks_add_up_by_person():
    took, back, spoilt = (
        Step("paper.handed", frozenset("a")),
        Step("paper.returned", frozenset("a")),
        Step("paper.returned", frozenset("a"), is_spoiled=True),
    )
    found, erased = ticks_by([took, spoilt, took, back, took, Step("paper.handed", erased=1)])
    assert (found["a"].given, found["a"].returned, found["a"].spoiled, found["a"].holds, erased) == (3, 1, 1, True, 1)


@pytest.mark.parametrize(
    ("sheets", "opened", "come", "erased"),
    [
        (1, {"person": "a", "actor": "z"}, "a", 0),
        (1, {"person": "a", "holder": "b"}, "a", 0),
        (3, {"person.1": "a", "person.2": "b", "person.3": "c"}, "abc", 0),
        (3, {"person.1": "a", "person.3": "c", "actor": "z"}, "ac", 1),
        (1, {"holder": "b"}, "", 1),
        (2, {}, "", 2),
    ],
)
@pytest.mark.parametrize("act", ["paper.handed", "paper.returned"])
def test_an_entry_of_the_desk_names_as_many_as_it_has_sheets_and_never_the_holder(act, sheets, opened, come, erased):
    step = step_of(act, {"sheets": sheets, "spoiled": 0}, opened)
    assert (step.come, step.gone, step.erased) == (frozenset(come), frozenset(), erased)
