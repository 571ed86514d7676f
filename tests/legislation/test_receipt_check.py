"""What came from below is held against the log: honest receipts and copies hold, each change of them behind it is found."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from deliberation.audit.actions import Actor
from deliberation.audit.verification import sentence
from deliberation.files import FOLDER, Attachment
from deliberation.legislation.opining import withdraw_opinion
from deliberation.legislation.opinion_models import opinion
from deliberation.legislation.receipt_check import check_receipts
from deliberation.legislation.receipt_models import ReceivedOpinion, SubmissionReceipt
from deliberation.legislation.submission_files import read_submission
from deliberation.legislation.tier_check import check_submissions
from deliberation.translation import LOCALES
from tests.audit.damage import NAMED, spoil, unlock
from tests.legislation.test_receiving import handed_up, upload
from tests.legislation.tiers import CITY, EAST, PROVINCE, WEST, Tiers, elsewhere


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


def faults(tiers: Tiers, *changes: str, data: bool = True) -> list[tuple[str, str]]:
    """Subject and field of what is found once this SQL was run behind the log; it is undone again."""
    with Session(tiers.database.writers) as session:
        unlock(session.connection())
        for change in changes:
            assert session.execute(text(change)).rowcount >= 1, change
        found = [each for each in check_receipts(session, tiers.folder if data else None) if each]
        session.rollback()
    for each in found:
        assert not any("{" in sentence(each, locale) for locale in LOCALES)
    return [(each.subject, each.facts["field"]) for each in found]


def passed_up(tiers: Tiers) -> None:
    """Through three tiers, two submissions of one point and one of the other, all of it handed on."""
    top = tiers.asks(PROVINCE)
    middle = tiers.takes(CITY, top)
    west, east = tiers.takes(WEST, middle), tiers.takes(EAST, middle)
    for point, name, by in ((west, WEST, "赵敏"), (east, EAST, "李强"), (west, WEST, "刘洋")):
        tiers.handle(name, [tiers.give(point, by, "不少于二十日")], reason="多人提出")
        tiers.submits(name, point)
    with tiers.database.read() as session:
        copies = list(session.exec(select(ReceivedOpinion.opinion_id).order_by(ReceivedOpinion.opinion_id)))
    tiers.handle(CITY, copies)
    tiers.submits(CITY, middle)


def test_receipts_and_copies_on_one_installation(tiers: Tiers) -> None:
    passed_up(tiers)
    assert faults(tiers) == [] and tiers.faults() == []
    with tiers.database.read() as session:
        first, _second, third, fourth = session.exec(select(SubmissionReceipt).order_by(SubmissionReceipt.id)).all()
        copies = session.exec(select(ReceivedOpinion).order_by(ReceivedOpinion.opinion_id)).all()
        a, b, *_rest = copies
    city, top = (f"solicitation/{each.solicitation_id}" for each in (first, fourth))
    one = f"opinion/{a.opinion_id}"
    receipt, copy = (
        "UPDATE submission_receipt SET {} WHERE id = 1",
        f"UPDATE received_opinion SET {{}} WHERE opinion_id = {a.opinion_id}",
    )
    for change, found in (
        (receipt.format("opinions = 9"), (city, "opinions")),
        (receipt.format("people = 9"), (city, "people")),
        (receipt.format("left_out = 9"), (city, "left_out")),
        (receipt.format("changes = 9"), (city, "changes")),
        (receipt.format("sha256 = 'f'"), (city, "content")),
        (receipt.format("body = '别处'"), (city, "body")),
        (receipt.format("person_id = NULL"), (city, "actor")),
        (receipt.format("at = '2020-01-01 00:00:00'"), (city, "at")),
        (receipt.format("number = 7"), (city, "")),
        (receipt.format("origin = 'elsewhere'"), (city, "")),
        (receipt.format(f"solicitation_id = {fourth.solicitation_id}"), (top, "")),
        (receipt.format("submission_id = 2"), (city, "submission")),
        (receipt.format("submission_id = NULL"), ("submission/1", "")),
        (copy.format("origin = 'elsewhere'"), (one, "from")),
        (copy.format("entry = entry + 1"), (one, "entry")),
        (copy.format("receipt_id = 3"), (one, "submission")),
        (copy.format("receipt_id = 2"), (one, "submission")),
        (copy.format("number = 9"), (one, "copy")),
        (copy.format("body = '别处'"), (one, "copy")),
        (copy.format("handled = '别的理由'"), (one, "copy")),
        (copy.format("words = '别的话'"), (one, "copy")),
        (copy.format(f"source_id = {b.source_id}"), (one, "source")),
        (copy.format("source_id = NULL"), (one, "source")),
        (f"DELETE FROM received_opinion WHERE opinion_id = {a.opinion_id}", (one, "")),
        (f"UPDATE received_opinion SET opinion_id = {a.source_id} WHERE opinion_id = {a.opinion_id}", (f"opinion/{a.source_id}", "")),
        ("DELETE FROM opening WHERE field = 'copy'", (one, "copy")),
        ("DELETE FROM opening WHERE field = 'body'", (city, "body")),
    ):  # fmt: skip
        assert found in faults(tiers, change), change
    assert faults(tiers, "DELETE FROM opening WHERE person_id IS NOT NULL") == []
    gone = (
        f"DELETE FROM received_opinion WHERE receipt_id = {third.id}",
        f"DELETE FROM submission_receipt WHERE id = {third.id}",
    )
    assert {(city, ""), ("submission/3", "")} <= set(faults(tiers, *gone))


def test_what_is_down_as_gone_up_is_what_the_submission_holds(
    tiers: Tiers, tmp_path: Path, sqlite_template: Path
) -> None:
    with elsewhere(sqlite_template, tmp_path / "there") as above:
        call = above.download(f"/solicitations/{above.asks(CITY)}/call.zip")
    point = tiers.takes_file(WEST, call)
    id, other = (tiers.give(point, by, "不少于二十日") for by in ("赵敏", "刘洋"))
    tiers.handle(WEST, [id, other])
    tiers.submits(WEST, point)
    who = Actor("resident", tiers.who["赵敏"])
    tiers.change(lambda s, now: withdraw_opinion(s, now, one=opinion(s, id), is_author=True, actor=who))
    tiers.submits(WEST, point)
    first = f"opinion/{id}"

    def found(change: str = "") -> list[str]:
        with Session(tiers.database.writers) as session:
            if change:
                assert session.execute(text(change)).rowcount == 1, change
            told = [each for each in check_submissions(session) if each]
            session.rollback()
        assert not any("{" in sentence(each, locale) for each in told for locale in LOCALES)
        return [each.subject for each in told]

    assert found() == []
    row = f"submitted_opinion {{}} WHERE opinion_id = {id} AND change = '{{}}'"
    hidden = "SET change = 'hidden'"
    for change, subject in (
        (f"UPDATE {row.format('SET was_public = false', '')}", first),
        (f"UPDATE {row.format('SET was_named = true', '')}", first),
        (f"UPDATE {row.format('SET submission_id = 2', '')}", "submission/1"),
        (f"UPDATE {row.format(hidden, 'withdrawn')}", first),
        (f"DELETE FROM {row.format('', '')}", "submission/1"),
        (f"DELETE FROM {row.format('', 'withdrawn')}", "submission/2"),
    ):
        assert subject in found(change), change


def test_a_submission_that_came_as_a_file_is_held_with_its_file(
    tiers: Tiers, tmp_path: Path, sqlite_template: Path
) -> None:
    upper = tiers.asks(CITY)
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        call = tiers.download(f"/solicitations/{upper}/call.zip")
        _west, data = handed_up(there, call, "不少于二十日", "不少于三十日")
    assert upload(tiers, upper, data, vkey=read_submission(data).vkey, confirms="on").status == 303
    assert faults(tiers) == [] and tiers.faults() == []
    subject = f"solicitation/{upper}"
    for change, found in (
        ("UPDATE submission_receipt SET attachment_id = NULL", (subject, "bundle")),
        ("UPDATE attachment SET sha256 = 'f'", (subject, "bundle")),
        ("UPDATE confirmed_key SET vkey = 'another'", (subject, "key")),
        ("UPDATE confirmed_key SET body = '别处'", (subject, "body")),
        ("UPDATE confirmed_key SET person_id = person_id + 1", (subject, "actor")),
        ("UPDATE confirmed_key SET at = '2020-01-01 00:00:00'", (subject, "at")),
        ("UPDATE confirmed_key SET origin = 'elsewhere'", ("elsewhere", "")),
        ("DELETE FROM confirmed_key", (subject, "key")),
        ("UPDATE received_opinion SET source_id = opinion_id", ("opinion/1", "source")),
        ("UPDATE received_opinion SET handled = '别的理由' WHERE opinion_id = 2", ("opinion/2", "copy")),
    ):
        assert found in faults(tiers, change), change
    for act, damage in product(("submission.received", "opinion.received", "tier_key.confirmed"), NAMED):
        with Session(tiers.database.writers) as session:
            unlock(session.connection())
            assert spoil(session, act, damage)
            assert [each for each in check_receipts(session, tiers.folder) if each] == [], (act, damage)
            session.rollback()
    with tiers.database.read() as session:
        [kept] = session.exec(select(Attachment)).all()
    path = tiers.folder / FOLDER / kept.stored
    path.write_bytes(data[:-1])
    assert faults(tiers) == [(subject, "bundle")] and faults(tiers, data=False) == []
    path.unlink()
    assert faults(tiers) == [(subject, "bundle")]
