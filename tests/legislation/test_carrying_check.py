"""Places in the next version are held against the log: honest histories hold, and each change of them behind it is found."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text
from sqlmodel import Session

from deliberation.audit.verification import sentence
from deliberation.legislation import opinion_carrying
from deliberation.legislation.carrying_check import check_carryings
from deliberation.legislation.opinion_rules import Said
from deliberation.translation import LOCALES
from tests.audit.damage import NAMED, spoil, unlock
from tests.legislation.fated import Fated
from tests.legislation.texts import SECOND

GONE, PLACED, NOWHERE = 3, 5, 6
NEW = SECOND.replace("可以在公示期内书面提出。", "可以向社区反映。")


@pytest.fixture
def fated(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Fated]:
    """Six opinions carried in three batches; two of the unsure were placed by a person, one of them twice."""
    monkeypatch.setattr(opinion_carrying, "CHUNK", 2)
    made = Fated(database_url)
    made.give()
    made.give(article="", quote="", said=Said("whole", "写得清楚", ""))
    for _time in range(4):
        made.give(article="5", quote="书面提出", said=Said("edit", "书面或者口头提出", ""))
    made.close()
    made.second(NEW)
    made.carry()
    made.place(PLACED, "4")
    made.place(PLACED, "5", "向社区反映")
    made.place(NOWHERE, "")
    yield made
    made.database.close()


def faults(fated: Fated, *changes: str) -> list[tuple[str, str]]:
    """Subject and field of what is found once this SQL was run behind the log; it is undone again."""
    with Session(fated.database.writers) as session:
        unlock(session.connection())
        for change in changes:
            assert session.execute(text(change)).rowcount >= 1, change
        found = [each for each in check_carryings(session) if each]
        session.rollback()
    for each in found:
        assert not any("{" in sentence(each, locale) for locale in LOCALES)
    return [(each.subject, each.facts["field"]) for each in found]


ALL = ("solicitation/1", "places")
CHANGES = [
    ("UPDATE carried_opinion SET status = 'exact' WHERE opinion_id = 1", ALL),
    ("UPDATE carried_opinion SET confidence = 99 WHERE opinion_id = 1", ALL),
    ("UPDATE carried_opinion SET why = 'gone' WHERE opinion_id = 1", ALL),
    ("UPDATE carried_opinion SET words = '不少于五日' WHERE opinion_id = 1", ("opinion/1", "words")),
    ("UPDATE carried_opinion SET label = '第九条' WHERE opinion_id = 1", ("opinion/1", "words")),
    ("UPDATE carried_opinion SET article = '2' WHERE opinion_id = 1", ("opinion/1", "words")),
    ("UPDATE carried_opinion SET article = '', label = '', words = '', \"start\" = 0, \"end\" = 0 WHERE opinion_id = 1", ALL),
    ("UPDATE carried_opinion SET unsure = false, status = 'exact' WHERE opinion_id = 3", ALL),
    ("UPDATE carried_opinion SET unsure = false WHERE opinion_id = 3", ("solicitation/1", "unsure")),
    ("DELETE FROM carried_opinion WHERE opinion_id = 2", ALL),
    ("DELETE FROM carried_opinion WHERE opinion_id = 5", ("opinion/5", "")),
    ("UPDATE carried_opinion SET version_id = 1 WHERE opinion_id = 1", ALL),
    ("UPDATE carried_opinion SET version_id = 1 WHERE opinion_id = 1", ("solicitation/1", "")),
    ("UPDATE carried_opinion SET placed_at = NULL, found = '' WHERE opinion_id = 5", ("opinion/5", "placed_at")),
    ("UPDATE carried_opinion SET found = '' WHERE opinion_id = 5", ALL),
    ("UPDATE carried_opinion SET found = replace(found, '\"gone\"', '\"ambiguous\"') WHERE opinion_id = 5", ALL),
    ("UPDATE carried_opinion SET placed_by_id = placed_by_id + 1 WHERE opinion_id = 5", ("opinion/5", "actor")),
    ("UPDATE carried_opinion SET placed_at = '2020-01-01 00:00:00' WHERE opinion_id = 5", ("opinion/5", "placed_at")),
    ("UPDATE carried_opinion SET status = 'exact' WHERE opinion_id = 5", ("opinion/5", "place")),
    ("UPDATE carried_opinion SET words = '', \"end\" = \"start\" WHERE opinion_id = 5", ("opinion/5", "place")),
    ("UPDATE carried_opinion SET article = '5', label = '第五条' WHERE opinion_id = 6", ("opinion/6", "place")),
    ("UPDATE carried_opinion SET placed_at = '2026-12-30 00:00:00' WHERE opinion_id = 3", ("opinion/3", "")),
    ("DELETE FROM opening WHERE field = 'places'", ALL),
    ("DELETE FROM opening WHERE field = 'place'", ("opinion/5", "place")),
    ("UPDATE carrying SET unsure = 0", ("solicitation/1", "unsure")),
    ("UPDATE carrying SET done = 5", ("solicitation/1", "count")),
    ("UPDATE carrying SET reading = 2", ("solicitation/1", "reading")),
    ("UPDATE carrying SET ended_at = NULL", ("solicitation/1", "ended_at")),
    ("UPDATE carrying SET begun_at = '2020-01-01 00:00:00'", ("solicitation/1", "begun_at")),
    ("UPDATE carrying SET begun_by_id = begun_by_id + 1", ("solicitation/1", "actor")),
    ("UPDATE carrying SET version_id = 1", ("solicitation/1", "")),
    ("DELETE FROM carrying", ("solicitation/1", "")),
]  # fmt: skip


def test_each_change_behind_the_log_is_found(fated: Fated) -> None:
    assert faults(fated) == []
    for change, found in CHANGES:
        assert found in faults(fated, change), change
    assert faults(fated, "DELETE FROM opening WHERE person_id IS NOT NULL") == [], "erasing people takes no place away"
    [entry] = fated.entries("opinions.places_found")
    assert b'"count":6' in entry.body and b'"unsure":4' in entry.body and b'"commit":{"places":' in entry.body


def test_carried_anew_after_a_correction_and_more_voices_it_holds_again(fated: Fated) -> None:
    fated.type()
    fated.place(GONE, "5", "向社区反映")
    fated.correct(NEW.replace("可以向社区反映", "可以向居委会反映"))
    assert faults(fated) == []
    fated.carry(run=False)
    assert faults(fated) == [], "on its way"
    fated.run()
    assert faults(fated) == []
    assert ALL in faults(fated, "UPDATE carried_opinion SET confidence = 7 WHERE opinion_id = 7")
    gone = "DELETE FROM carried_opinion WHERE opinion_id = 6"
    assert ("opinion/6", "") in faults(fated, gone)
    withdrawn = "UPDATE opinion SET withdrawn_at = given_at WHERE id = 6"
    assert ("opinion/6", "") not in faults(fated, gone, withdrawn), "a copy may be withdrawn, and is carried no more"
    assert ("opinion/6", "place") in faults(fated, "UPDATE carried_opinion SET why = '' WHERE opinion_id = 6")
    fated.place(NOWHERE, "4")
    fated.place(GONE, "2")
    assert faults(fated) == []


@pytest.mark.parametrize("act", ["opinions.carried", "opinions.places_found", "opinion.placed"])
def test_a_damaged_entry_is_told_by_the_check_of_the_log_alone(fated: Fated, act: str) -> None:
    for damage in NAMED:
        with Session(fated.database.writers) as session:
            unlock(session.connection())
            assert spoil(session, act, damage)
            assert [each for each in check_carryings(session) if each] == [], damage
            session.rollback()
