"""The entry of one's own ballot is found by an index of voters: among millions of openings of other things."""

from __future__ import annotations

from sqlalchemy import text

from deliberation.db import Database
from deliberation.voting.models import _MY_ENTRY


def test_an_index_of_voters_finds_it(sqlite_url):
    database = Database(sqlite_url)
    with database.read() as session:
        compiled = _MY_ENTRY.params(who=1, poll="poll/1").compile(
            dialect=session.connection().dialect, compile_kwargs={"literal_binds": True}
        )
        plan = "\n".join(row[-1] for row in session.connection().execute(text(f"EXPLAIN QUERY PLAN {compiled}")))
    database.close()
    assert "ix_opening_voter (person_id=?)" in plan, plan
