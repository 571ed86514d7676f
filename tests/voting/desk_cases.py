"""What the tests of the count desk begin with: a hall, five sheets of paper, and a glance at rows and log."""

from __future__ import annotations

import pytest
from sqlmodel import select

from deliberation.audit.models import Entry
from deliberation.refusal import Refused
from deliberation.voting.actions import close_poll
from deliberation.voting.count_models import PaperBatch
from deliberation.voting.verification import check_polls
from tests.people import open_database
from tests.voting.desks import CHAIR, CountDesk
from tests.voting.polls import EVENING, build_meeting, cast, opened, poll_of

__all__ = [
    "at_desk",
    "batch_code",
    "close",
    "confidential_desk",
    "counted_desk",
    "database",
    "entries",
    "faults",
    "refused",
]


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def at_desk(database, *, online=True, closes_in=None, seats=9):
    meeting = build_meeting(database, online=online, seats=seats)
    return CountDesk(database, meeting, opened(database, meeting, closes_in=closes_in))


def refused(act, *given, **named):
    with pytest.raises(Refused) as no:
        act(*given, **named)
    return no.value.refusal


def close(desk, who=CHAIR):
    def verb(session, now):
        close_poll(session, now, poll_id=desk.poll_id, standing=desk.meeting.standing(session, who))

    desk.database.change(verb)
    return poll_of(desk.database, desk.poll_id)


def entries(database, *acts):
    with database.read() as session:
        return list(session.exec(select(Entry).where(Entry.act.in_(acts)).order_by(Entry.index)))


def faults(database):
    with database.read() as session:
        return [fault for fault in check_polls(session) if fault is not None]


def counted_desk(database, *, online=True, closes_in=None):
    """Nine members: three on devices, five sheets handed, four in the box, read by two."""
    desk = at_desk(database, online=online, closes_in=closes_in)
    for name, choice in (("代表02", "yes"), ("代表03", "no"), ("代表04", "yes")):
        cast(database, desk.poll_id, desk.meeting.members[name], choice)
    desk.print()
    codes = desk.codes()
    for name in ("代表05", "代表06", "代表07", "代表08", "代表09"):
        desk.hand(name)
    for name, choice in (("代表05", "1"), ("代表06", "1"), ("代表07", "2"), ("代表08", "0")):
        desk.both(codes[name], choice)
    desk.stock(received=4, left_over=4)
    return desk


def confidential_desk(database):
    from tests.voting.test_box import opened as opened_box

    meeting = build_meeting(database, online=True)
    return CountDesk(database, meeting, opened_box(database, meeting))


def batch_code(desk):
    with desk.database.read() as session:
        return session.exec(select(PaperBatch.code).where(PaperBatch.poll_id == desk.poll_id)).one()
