"""Scripts that concern opinions, on databases that have some."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from deliberation.legislation.opining import change_opinion
from deliberation.legislation.opinion_models import Opinion, OpinionAuthor, opinion
from deliberation.legislation.opinion_rules import Said
from tests.legislation.asking import Asking
from tests.migrations.again import anew


@pytest.fixture
def asking(database_url: str):
    made = Asking(database_url)
    made.open()
    yield made
    made.database.close()


def entries(asking: Asking) -> dict[int, int]:
    with asking.database.read() as session:
        return dict(session.exec(select(Opinion.id, Opinion.entry)).all())


def test_opinions_that_came_before_find_the_first_entry_that_was_written_of_them(asking: Asking) -> None:
    ids = [asking.give(by=name) for name in ("赵敏", "周明", "赵敏")]

    who = asking.village.actor("赵敏")

    def change(session: Session, now) -> None:
        said = Said("edit", "不少于三十日", "春节才回来")
        change_opinion(session, now, one=opinion(session, ids[0]), said=said, is_author=True, actor=who)

    asking.change(change)
    before = entries(asking)
    anew(asking.database, "20261130_opinions_name_entries")
    assert entries(asking) == before and len(set(before.values())) == 3
    with asking.database.read() as session:
        assert session.exec(select(OpinionAuthor)).all(), "what points to opinions is still there"
        assert session.execute(text("SELECT count(*) FROM opinion")).scalar_one() == 3


def test_authors_stay_without_the_consent_that_was_new(asking: Asking) -> None:
    asking.give(by="赵敏")
    anew(asking.database, "20261130_points_hand_up", "20261130_submissions_come_in")
    with asking.database.read() as session:
        assert [each.forwards for each in session.exec(select(OpinionAuthor))] == [False]


def test_solicitations_stay_when_what_they_were_taken_on_from_goes(asking: Asking) -> None:
    asking.give(by="赵敏")
    anew(asking.database, "20261130_points_take_on")
    with asking.database.read() as session:
        one = asking.one(session)
        assert (one.upper, one.upper_id, one.submit_by, one.given) == ({}, None, None, 1)
        assert session.execute(text("SELECT count(*) FROM opinion")).scalar_one() == 1
