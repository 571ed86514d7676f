"""Closing a confidential vote: its roll and its box written anew in the order of their keys, bound by the closing entry,
frozen by the database's triggers, and afterwards cleared of what the database keeps of deleted rows.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from deliberation.assemblies.models import Roster
from deliberation.db import Database
from deliberation.jobs import plan_job
from deliberation.refusal import Refused
from deliberation.voting.box_models import participations_of, taken
from deliberation.voting.count_join import choices_without_names
from deliberation.voting.models import Poll, roll
from deliberation.voting.receipts import leaf, participation_root
from deliberation.voting.secrecy_rules import CONFIDENTIAL, TOO_MANY

TIDY = "tidy_box"
_TABLES = {"participation": "person_id", "box_ballot": "key"}


def settle_box(session: Session, now: datetime, poll: Poll) -> None:
    """Before the poll is closed, in the same transaction: take from the rows the order in which they came."""
    if poll.secrecy != CONFIDENTIAL:
        return
    session.flush()
    if len(choices_without_names(session, poll)) > taken(session, poll.id):
        raise Refused(TOO_MANY)
    if session.get_bind().dialect.name == "postgresql":
        for table, key in _TABLES.items():
            # One statement, so that all rows come to have one writing transaction, and lie in the order of their keys.
            session.execute(
                text(
                    f"WITH gone AS (DELETE FROM {table} WHERE poll_id = :poll RETURNING *) "
                    f"INSERT INTO {table} SELECT * FROM gone ORDER BY poll_id, {key}"
                ),
                {"poll": poll.id},
            )
    plan_job(session, TIDY, f"{TIDY}/{poll.id}", now, poll=poll.id)


def tidy_box(database: Database) -> None:
    """Write both tables anew into fresh pages, and on SQLite empty the write-ahead log: deleted rows lie there no more.

    Between two batches of the writer, so that nobody's ballot waits in vain for the lock. Backups, replicas and the
    archived log of PostgreSQL are out of reach; that is what the sentence on the ballot says.
    """
    if database.is_sqlite:
        database.writer.between(_tidy_sqlite)
    else:
        database.writer.between(_tidy_postgres)


def _tidy_sqlite(connection: Any) -> None:
    connection.execute("VACUUM")
    busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    if busy:
        raise RuntimeError("the write-ahead log is still being read; it is emptied at the next try")


def _tidy_postgres(connection: Any) -> None:
    for table in _TABLES:
        connection.execute(f"VACUUM (FULL) {table}")


# --- what the closing entry and the tally say of it -------------------------------------------------------------------


def leaves_of(session: Session, poll: Poll) -> list[str]:
    """The commitments to the lines that took part, sorted."""
    number = {line.person_id: line.number for line in roll(session, poll)}
    took = participations_of(session, poll.id)
    return sorted(leaf(poll.id, number[each.person_id], each.receipt) for each in took)


def box_facts(session: Session, poll: Poll) -> dict[str, Any]:
    """What the closing entry of a confidential vote holds beside outcome and counts; empty of any other vote."""
    if poll.secrecy != CONFIDENTIAL:
        return {}
    roster = session.get(Roster, poll.roster_id)
    facts: dict[str, Any] = {
        "secrecy": poll.secrecy, "roll": roster.root, "participation": participation_root(leaves_of(session, poll)),
    }  # fmt: skip
    if not poll.published:
        facts["box"] = dict(Counter(choices_without_names(session, poll)))
    return facts
