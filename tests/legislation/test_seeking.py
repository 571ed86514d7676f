"""Lists of opinions go along an index in its order: what they cost does not grow with the number of opinions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from deliberation.legislation.opinion_rules import Said
from tests.legislation.asking import Here, asked_site
from tests.schema import make_schema

PAGES = (
    "desk", "desk?view=all", "desk?view=use", "desk?article=4", "desk?kind=edit", "desk?kind=edit&channel=online",
    "desk?view=all&kind=question", "desk?channel=online&article=4", "desk?before=9", "desk?view=all&before=9",
    "reading", "reading?state=all", "reading?state=all&before=9", "keeping", "",
)  # fmt: skip


@contextmanager
def asked(here: Here) -> Iterator[list[tuple[str, Any]]]:
    """The statements that readers ask about opinions."""
    found: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_more: Any) -> None:
        if "FROM opinion \n" in statement or "JOIN opinion ON" in statement:
            found.append((statement, parameters))

    engine = here.site.house.database.readers
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


def plan(here: Here, statement: str, parameters: Any) -> str:
    with here.site.house.database.readers.connect() as connection:
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters).all()
    return "; ".join(row[3] for row in rows)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Here]:
    url = f"sqlite:///{tmp_path / 'seeking.sqlite3'}"
    make_schema(url)
    with asked_site(url, tmp_path) as made:
        for at in range(12):
            kind = "edit" if at % 3 else "question"
            made.asking.give(by=("赵敏", "黄丽", "")[at % 3], said=Said(kind, f"不少于{at}日", "太短"), quote="")
        yield made


def test_no_list_sorts_or_goes_through_all(here: Here) -> None:
    liaison = here.as_("陈静")
    for name in PAGES:
        with asked(here) as statements:
            assert liaison.get(f"{here.address}/{name}".rstrip("/")).status == 200, name
        for statement, parameters in statements:
            if "ORDER BY" in statement and "person_id = ?" not in statement:  # One person has few.
                how = plan(here, statement, parameters)
                assert "TEMP B-TREE FOR ORDER BY" not in how and "SCAN opinion" not in how, (name, how, statement)


def test_what_few_pass_leads(here: Here) -> None:
    liaison = here.as_("陈静")
    for name, index in (
        ("desk?kind=question", "ix_opinion_kind"), ("desk", "ix_opinion_handling"),
        ("desk?view=all&channel=online", "ix_opinion_channel"),
    ):  # fmt: skip
        with asked(here) as statements:
            page = liaison.get(f"{here.address}/{name}")
        assert "不少于" in page.words
        plans = [plan(here, statement, parameters) for statement, parameters in statements if "ORDER BY" in statement]
        assert any(index in how for how in plans), (name, plans)


def test_a_choice_that_nobody_passes_asks_no_opinion(here: Here) -> None:
    with asked(here) as statements:
        page = here.as_("陈静").get(f"{here.address}/desk?channel=letter")
    assert "这里没有意见" in page.words
    assert not [one for one, _given in statements if "FROM opinion \n" in one and "ORDER BY" in one and "LIMIT" in one]


def test_every_page_of_the_list_comes_once(here: Here) -> None:
    from deliberation.legislation.opinion_models import opinions_in

    with here.site.house.database.read() as session:
        for state in ("", "shown"):
            whole = [one.id for one in opinions_in(session, here.id, state=state)]
            parts, before = [], None
            while part := [one.id for one in opinions_in(session, here.id, state=state, before=before, limit=3)]:
                parts += part
                before = part[-1]
            assert parts == whole and len(whole) > 3
