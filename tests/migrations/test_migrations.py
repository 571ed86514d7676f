"""The schema's scripts: up, down and up again on both databases with data in them, and equal to the models."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session, SQLModel, func

import deliberation.schema  # noqa: F401 - registers every table
from deliberation.audit.models import Entry, LogHead, Opening
from deliberation.db import Database
from deliberation.legislation.adoption_models import Adoption
from deliberation.legislation.opinion_models import Opinion
from deliberation.matters.models import Evidence
from deliberation.migration import configuration, current_revision, is_modelled, migrate, newest_revision
from deliberation.refusal import Refused
from deliberation.rooms.limits_rules import Limits
from deliberation.rooms.minutes import HIDDEN
from deliberation.rooms.minutes_keeping import text_of
from deliberation.rooms.minutes_models import minutes_of, newest_edition
from deliberation.rooms.minutes_rules import digest
from tests.databases import PostgresDatabases
from tests.journeys.servers import environment
from tests.legislation.asking import Asking
from tests.migrations.again import SCRIPTS, anew
from tests.people import build_village, open_database
from tests.rooms.meeting import Meeting
from tests.schema import differences

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'empty.sqlite3'}"
        return
    server: PostgresDatabases = request.getfixturevalue("postgres")
    url = server.empty()
    yield url
    server.drop(url)


def populate(url: str) -> dict[str, int]:
    """A village with its cast; how many rows stand in each table then."""
    database = open_database(url, now=NOON)
    build_village(database)
    counts = rows_of(database)
    database.close()
    return counts


def rows_of(database: Database) -> dict[str, int]:
    there = inspect(database.readers).get_table_names()
    with database.read() as session:
        tables = [table for table in SQLModel.metadata.sorted_tables if table.name in there]
        return {table.name: session.execute(select(func.count()).select_from(table)).scalar_one() for table in tables}


def test_the_scripts_make_exactly_the_tables_of_the_models(empty_url: str) -> None:
    migrate(empty_url)
    database = Database(empty_url)
    with database.writers.connect() as connection:
        found = differences(
            MigrationContext.configure(connection, opts={"compare_type": True, "include_name": is_modelled})
        )
    database.close()
    assert found == [], "the models changed: draft the scripts anew, or add one"
    command.check(configuration(empty_url))


def test_up_down_and_up_again_with_people_in_the_tables(empty_url: str) -> None:
    migrate(empty_url)
    before = populate(empty_url)
    assert before["person"] > 10 and before["entry"] > 10
    migrate(empty_url)  # A second start finds nothing to do and loses nothing.
    database = Database(empty_url)
    assert rows_of(database) == before
    command.downgrade(configuration(empty_url), "base")
    assert inspect(database.writers).get_table_names() == ["alembic_version"]
    assert current_revision(database) is None
    migrate(empty_url)
    assert current_revision(database) == newest_revision()
    assert set(rows_of(database).values()) == {0}
    database.close()
    assert populate(empty_url) == before


def test_each_script_goes_down_and_up_alone_and_spares_what_is_not_its_own(empty_url: str) -> None:
    migrate(empty_url)
    before = populate(empty_url)
    database = Database(empty_url)
    for script in reversed(SCRIPTS[1:]):
        command.downgrade(configuration(empty_url), script.down_revision)
        left = rows_of(database)
        assert left == {name: before[name] for name in left}
        migrate(empty_url, script.revision)
        command.downgrade(configuration(empty_url), script.down_revision)
    assert rows_of(database)["entry"] == before["entry"]
    database.close()


def test_an_entry_of_the_log_can_be_neither_changed_nor_removed(empty_url: str) -> None:
    migrate(empty_url)
    before = populate(empty_url)
    database = Database(empty_url)
    attempts = ["UPDATE entry SET act = 'poll.closed'", "DELETE FROM entry"]
    if not database.is_sqlite:
        attempts.append("TRUNCATE entry CASCADE")
    for attempt in attempts:
        with pytest.raises(DBAPIError, match="never changed and never removed"), database.writers.begin() as connection:
            connection.execute(text(attempt))
    assert rows_of(database)["entry"] == before["entry"]
    database.close()


def test_openings_can_be_erased_and_heads_go_on(empty_url: str) -> None:
    migrate(empty_url)
    before = populate(empty_url)
    database = Database(empty_url)
    with database.writers.begin() as connection:
        erased = connection.execute(text("DELETE FROM opening WHERE person_id IS NOT NULL")).rowcount
        assert erased > 0
        connection.execute(text("UPDATE opening SET value = '' WHERE person_id IS NULL"))
        community, size = connection.execute(select(LogHead.community_id, LogHead.size).limit(1)).one()
        entry = {
            "community_id": community,
            "index": size,
            "at": NOON,
            "act": "x",
            "object": "x",
            "topic": "x",
            "body": b"{}",
        }
        connection.execute(insert(Entry.__table__), [entry])
    left = rows_of(database)
    assert left["opening"] == before["opening"] - erased and left["entry"] == before["entry"] + 1
    assert Opening.__table__.name == "opening"
    database.close()


def test_a_database_of_a_newer_program_is_left_alone(empty_url: str) -> None:
    migrate(empty_url)
    before = populate(empty_url)
    database = Database(empty_url)
    with database.writers.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '20991231_later'"))
    with pytest.raises(Refused, match="较新版本"):
        migrate(empty_url)
    assert rows_of(database) == before
    database.close()


def test_a_migration_that_breaks_halfway_leaves_the_schema_as_it_was(empty_url: str) -> None:
    """Both databases change their schema inside a transaction, as long as nobody makes the driver commit."""
    migrate(empty_url, SCRIPTS[0].revision)
    database = Database(empty_url)
    with database.writers.begin() as connection:
        connection.execute(text("CREATE TABLE sign_in_link (id INTEGER)"))
    tables = set(inspect(database.writers).get_table_names())
    with pytest.raises(DBAPIError, match="sign_in_link"):
        migrate(empty_url)
    assert set(inspect(database.writers).get_table_names()) == tables
    assert current_revision(database) == SCRIPTS[0].revision
    database.close()


def test_two_programs_that_migrate_at_once_migrate_once(empty_url: str, tmp_path: Path) -> None:
    env = environment(tmp_path / "data", 8000, database_url=empty_url)
    command_line = [sys.executable, "-m", "deliberation", "migrate"]
    both = [subprocess.Popen(command_line, env=env, stderr=subprocess.PIPE, text=True) for _ in range(2)]
    assert [(each.wait(120), each.stderr.read()) for each in both] == [(0, ""), (0, "")]
    database = Database(empty_url)
    assert current_revision(database) == newest_revision()
    database.close()


def test_every_revision_fits_its_column_and_is_named_like_its_file() -> None:
    for script in SCRIPTS:
        assert len(script.revision) <= 32, script.revision
        assert Path(script.path).stem == script.revision
        assert script.doc.splitlines()[0].endswith(".")


def test_minutes_that_were_issued_before_have_their_text_as_the_first_edition(database_url: str) -> None:
    meeting = Meeting(database_url)
    meeting.close()
    document_id = meeting.file("讨论了村道。")
    issued_at, issued = meeting.story.now, meeting.look(lambda session: newest_edition(session, document_id).body)
    anew(meeting.database, "20261129_minutes_are_signed", "20261130_sheets_name_texts", "20261130_minutes_leave_places")
    with meeting.database.read() as session:
        minutes, edition = minutes_of(session, document_id), newest_edition(session, document_id)
        assert (minutes.room_id, minutes.days, minutes.until) == (meeting.room_id, 0, issued_at)
        assert (edition.number, edition.body) == (1, issued) and issued.startswith("讨论了村道。")
    meeting.database.close()


def test_a_sheet_counts_where_it_was_attached_for_the_text_as_it_stands(database_url: str) -> None:
    meeting = Meeting(database_url)
    meeting.close()
    id, now = meeting.file("讨论了村道。"), meeting.story.now

    def attached(session: Session, _now: datetime) -> None:
        minutes, matter = minutes_of(session, id), meeting.story.matter_id
        sheet = Evidence(matter_id=matter, document_id=id, step="consultation", kind="other", added_at=now)
        session.add(sheet)
        session.flush()
        minutes.sheet_edition, minutes.sheet_id = 1, sheet.id
        minutes.summary, minutes.summary_at = "路要修。", now - timedelta(minutes=1)
        session.add(minutes)

    meeting.database.change(attached)
    assert _sheet_anew(meeting, id) == meeting.look(lambda session: digest(text_of(session, minutes_of(session, id))))

    def written_later(session: Session, _now: datetime) -> None:
        minutes = minutes_of(session, id)
        minutes.summary_at = now + timedelta(minutes=1)
        session.add(minutes)

    meeting.database.change(written_later)
    assert _sheet_anew(meeting, id) == ""
    meeting.database.close()


def _sheet_anew(meeting: Meeting, id: int) -> str:
    anew(meeting.database, "20261130_sheets_name_texts")
    return meeting.look(lambda session: minutes_of(session, id).sheet_sha256)


def test_sayings_that_stood_joined_are_parted_where_the_statements_make_up_the_text(database_url: str) -> None:
    meeting = Meeting(database_url, limits=Limits(turns_each=5))
    meeting.say("赵敏", "路要避开菜地。\n也要避开水渠。")
    meeting.hide(meeting.say("赵敏", "老陈是骗子"))
    meeting.say("周明", "账目要公开。")
    script = next(one for one in SCRIPTS if one.revision == "20261130_answers_keep_sayings")
    with meeting.database.writers.begin() as connection:
        operations = Operations(MigrationContext.configure(connection))
        with Operations.context(operations.migration_context):
            script.module.downgrade()
            # As it was before: one saying could not be found in the text, another had been cut off.
            connection.execute(
                text("UPDATE reply_owed SET said = replace(said, :gone, :was)"), {"gone": HIDDEN, "was": "老陈是骗子"}
            )
            connection.execute(text("UPDATE reply_owed SET said = '账目要' WHERE said = '账目要公开。'"))
            script.module.upgrade()
    assert meeting.owed_to("赵敏") == [f"路要避开菜地。\n也要避开水渠。\n{HIDDEN}"]
    assert meeting.owed_to("周明") == ["账目要"]
    meeting.database.close()


def test_opinions_stay_when_what_became_of_them_goes(database_url: str) -> None:
    asking = Asking(database_url)
    asking.open()
    id = asking.give()

    def decide(session: Session, now: datetime) -> None:
        one = session.get(Opinion, id)
        made = Adoption(opinion_id=id, solicitation_id=asking.id, kind="adopted", text="不少于二十日", at=now)
        session.add(made)
        session.flush()
        one.adoption_id, one.answered_at = made.id, now
        session.add(one)

    asking.change(decide)
    anew(asking.database, "20261130_opinions_have_fates")
    with asking.database.read() as session:
        one = session.get(Opinion, id)
        assert (one.proposal, one.adoption_id, one.answered_at) == ("不少于二十日", None, None)
        assert session.exec(select(func.count()).select_from(Adoption)).one() == (0,)
    asking.database.close()
