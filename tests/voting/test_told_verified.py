"""What a vote told its matter, changed behind the log, is found by ``audit verify``."""

from __future__ import annotations

from sqlalchemy import text
from sqlmodel import Session

from deliberation.voting.told_verification import check_told
from tests.voting.desk_cases import close, counted_desk, database  # noqa: F401
from tests.voting.desks import FIRST, SECOND


def found_after(database, change=""):  # noqa: F811
    with Session(database.writers) as session:
        if change:
            session.execute(text(change))
        found = [(fault.subject, fault.index is not None) for fault in check_told(session) if fault is not None]
        session.rollback()
    return found


CHANGES = ["outcome = 'failed'", "outcome = ''", """won = '[["张三", 99]]'""", "closed_at = NULL"]


def test_what_the_dossier_says_of_a_vote_is_what_was_counted(database):  # noqa: F811
    desk = counted_desk(database)
    subject = f"poll/{desk.poll_id}"
    assert found_after(database) == []
    early = f"UPDATE proceeding SET outcome = 'passed' WHERE subject = '{subject}'"
    assert found_after(database, early) == [(subject, False)]
    desk.seal(FIRST)
    desk.seal(SECOND)
    close(desk)
    assert found_after(database) == []
    for change in CHANGES:
        found = found_after(database, f"UPDATE proceeding SET {change} WHERE subject = '{subject}'")
        assert found == [(subject, True)], change
    assert found_after(database, f"DELETE FROM proceeding WHERE subject = '{subject}'") == [(subject, True)]
