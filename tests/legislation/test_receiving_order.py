"""Submissions come in by their numbers, and what was taken back stays so whatever file comes again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from deliberation.audit.actions import Actor
from deliberation.legislation.consenting import take_back_consent
from deliberation.legislation.opinion_models import Opinion, opinion
from deliberation.legislation.receipt_models import receipts_of
from deliberation.legislation.receiving_rules import may_follow
from deliberation.legislation.submission_files import read_submission
from tests.legislation.test_receiving import arrived, handed_up, upload
from tests.legislation.tiers import CITY, LIAISONS, WEST, Tiers, elsewhere


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


def test_a_consent_that_was_taken_back_does_not_come_back_with_an_older_file(tiers, tmp_path, sqlite_template):
    upper = tiers.asks(CITY)
    call = tiers.download(f"/solicitations/{upper}/call.zip")
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        west, first = handed_up(there, call, "不少于二十日")
        with there.database.read() as session:
            id = session.exec(select(Opinion.id).where(Opinion.solicitation_id == west)).one()
        who = Actor("resident", there.who["赵敏"])
        there.now += timedelta(hours=1)
        there.change(
            lambda s, now: take_back_consent(s, now, one=opinion(s, id), is_author=True, words_too=True, actor=who)
        )
        made = there.submits(WEST, west)
        second = there.download(f"/submissions/{made}/bundle.zip", by=LIAISONS[WEST])
    agreed = {"vkey": read_submission(first).vkey, "confirms": "on"}
    early = upload(tiers, upper, second, **agreed)
    assert early.status == 422 and "第1次上报还没有收下" in early.words
    assert arrived(tiers, upper) == [], "the later one would change nothing, and the first then bring back what it says"
    assert upload(tiers, upper, first, **agreed).status == 303
    assert upload(tiers, upper, second).status == 303
    assert upload(tiers, upper, first).status == 303, "once more changes nothing"
    [one] = arrived(tiers, upper)
    assert (one.is_public, one.name) == (False, "")
    with tiers.database.read() as session:
        assert [each.number for each in receipts_of(session, upper)] == [2, 1]


@pytest.mark.parametrize(("number", "last", "holds"), [(1, 0, True), (2, 1, True), (2, 0, False), (0, 0, False), (1, 2, False), (4, 2, False)])  # fmt: skip
def test_only_the_next_number_follows(number: int, last: int, holds: bool) -> None:
    no = may_follow(number, last)
    assert (no is None) == holds and (no is None or no.facts == {"missing": last + 1})
