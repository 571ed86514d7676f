"""What the writer stands on: a savepoint belongs to its transaction; and each test has a database of its own."""

import pytest
from sqlalchemy import text

from deliberation.db import Database


@pytest.fixture
def database(database_url: str):
    database = Database(database_url)
    with database.writers.begin() as connection:
        connection.execute(text("CREATE TABLE slip (number INTEGER PRIMARY KEY)"))
    yield database
    database.close()


def count(database: Database) -> int:
    with database.read() as session:
        return session.execute(text("SELECT count(*) FROM slip")).scalar_one()


def test_a_released_savepoint_goes_with_its_transaction(database: Database):
    with database.writers.connect() as connection:
        outer = connection.begin()
        with connection.begin_nested():
            connection.execute(text("INSERT INTO slip VALUES (1)"))
        outer.rollback()
    assert count(database) == 0


def test_a_reader_cannot_write(database: Database):
    with pytest.raises(Exception, match=r"(?i)read-?\s?only"), database.read() as session:
        session.execute(text("INSERT INTO slip VALUES (1)"))
    assert count(database) == 0


@pytest.mark.parametrize("turn", ["first", "second"])
def test_no_test_sees_what_another_wrote(database: Database, turn: str):
    assert count(database) == 0
    database.change(lambda session, now: session.execute(text("INSERT INTO slip VALUES (1)")) and None)
    assert count(database) == 1
