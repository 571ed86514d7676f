"""What is put in as rows is what the site's own actions built, and goes on as they would."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import SQLModel

from deliberation.db import Database
from tests import imprints
from tests.people import NOON, add_neighbour, build_places, open_database


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def another(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch) -> Iterator[Callable[[], Database]]:
    """One more empty database at each call, in a process that has not built anything yet."""
    monkeypatch.setattr(imprints, "_IMPRINTS", {})
    opened: list[Database] = []
    numbers = itertools.count()

    def copied() -> str:
        path = tmp_path / f"{next(numbers)}.sqlite3"
        shutil.copyfile(request.getfixturevalue("sqlite_template"), path)
        return f"sqlite:///{path}"

    fresh = copied if request.param == "sqlite" else request.getfixturevalue("postgres").fresh

    def make() -> Database:
        opened.append(open_database(fresh(), now=NOON))
        return opened[-1]

    yield make
    for database in opened:
        database.close()
        if request.param == "postgres":
            request.getfixturevalue("postgres").drop(database.url)


def everything(database: Database) -> dict[str, list[str]]:
    with database.read() as session:
        found = {}
        for table in SQLModel.metadata.sorted_tables:
            rows = session.execute(text(f'SELECT * FROM "{table.name}"'))
            found[table.name] = sorted(
                repr([bytes(one) if isinstance(one, memoryview) else one for one in row]) for row in rows
            )
        return found


def test_a_place_put_in_is_the_place_that_was_built(another):
    first, second = another(), another()
    assert build_places(first) == build_places(second)
    assert everything(first) == everything(second)


def test_what_is_written_afterwards_gets_the_next_number_and_stays_where_it_is(another):
    first, second, third = another(), another(), another()
    villages = [build_places(first).village, build_places(second).village]
    added = [add_neighbour(one, village, "田野") for one, village in zip((first, second), villages, strict=True)]
    assert added[0] == added[1] > max(villages[0].people.values())
    villages[1].people["田野"] = added[1]
    assert "田野" not in build_places(third).village.people
    assert not any("田野" in row for row in everything(third)["person"])


def test_where_something_is_already_it_is_built_and_not_put_in(another):
    first, second = another(), another()
    build_places(first)
    once, again = build_places(second), build_places(second)
    assert (again.root, again.village.name) == (once.root, once.village.name)
    assert again.village.id > once.other.id
    assert min(again.village.people.values()) > max(once.other.people.values())
