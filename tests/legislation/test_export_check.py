"""Exports and reports are held against the log: untouched ones hold; a changed row, a changed file and a missing one are found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session

from deliberation.audit.actions import Actor
from deliberation.audit.verification import Trusted, sentence, verify_installation
from deliberation.legislation.export_check import check_exports
from deliberation.legislation.export_files import Written
from deliberation.legislation.export_making import FOLDER
from deliberation.legislation.exporting import left_behind, record_export
from deliberation.legislation.report_check import check_reports
from deliberation.legislation.reporting import write_report
from deliberation.legislation.verification import checks
from deliberation.translation import LOCALES
from tests.audit.damage import NAMED, spoil, unlock
from tests.legislation.asking import asked_site
from tests.legislation.test_export_pages import Out

CHANGES = [
        ("UPDATE opinion_export SET sha256 = 'f' WHERE id = 1", ("export/1", "sha256")),
        ("UPDATE opinion_export SET size = size + 1 WHERE id = 1", ("export/1", "bytes")),
        ("UPDATE opinion_export SET done = 2, total = 2 WHERE id = 2", ("export/2", "rows")),
        ("UPDATE opinion_export SET done = 2 WHERE id = 2", ("export/2", "rows")),
        ("UPDATE opinion_export SET sha256 = 'f' WHERE id = 3", ("export/3", "sha256")),
        ("UPDATE opinion_export SET size = 1 WHERE id = 3", ("export/3", "bytes")),
        ("UPDATE opinion_export SET total = 2, done = 2 WHERE id = 3", ("export/3", "rows")),
        ("UPDATE opinion_export SET edition = 'public' WHERE id = 3", ("export/3", "edition")),
        ("UPDATE opinion_export SET format = 'jsonl' WHERE id = 3", ("export/3", "format")),
        ("UPDATE opinion_export SET purpose = '别的用途' WHERE id = 3", ("export/3", "purpose")),
        ("UPDATE opinion_export SET purpose = '加上的用途' WHERE id = 1", ("export/1", "purpose")),
        ("UPDATE opinion_export SET asked_by_id = asked_by_id + 1 WHERE id = 1", ("export/1", "actor")),
        ("UPDATE opinion_export SET asked_by_id = NULL WHERE id = 2", ("export/2", "actor")),
        ("UPDATE opinion_export SET layout_name = '别的' WHERE id = 2", ("export/2", "layout")),
        ("UPDATE opinion_export SET columns = '[[\"no\", \"号\"]]' WHERE id = 2", ("export/2", "layout")),
        ("UPDATE opinion_export SET asked_at = '2020-01-01 00:00:00' WHERE id = 2", ("export/2", "asked_at")),
        ("UPDATE opinion_export SET ended_at = '2020-01-01 00:00:00' WHERE id = 2", ("export/2", "ended_at")),
        ("UPDATE opinion_export SET failed_at = ended_at WHERE id = 1", ("export/1", "ended_at")),
        ("UPDATE opinion_export SET ended_at = NULL WHERE id = 1", ("export/1", "ended_at")),
            ("UPDATE opinion_export SET stored = 'away' WHERE id = 1", ("export/1", "")),
        (
            "UPDATE opinion_export SET stored = (SELECT b.stored FROM opinion_export b WHERE b.id = 2) WHERE id = 1",
            ("export/1", ""),
        ),
        ("DELETE FROM opinion_export WHERE id = 3", ("export/3", "")),
        ("UPDATE opinion_export SET id = 9 WHERE id = 3", ("export/9", "")),
        ("DELETE FROM opening WHERE field = 'sha256'", ("export/3", "sha256")),
        ("UPDATE opinion_report SET parts = '[\"一条也没有\", \"二\", \"三\", \"四\", \"五\"]' WHERE id = 1", ("report/1", "part_1")),
        ("UPDATE opinion_report SET parts = '[\"共收到意见3条\", \"二\", \"三\", \"四\"]' WHERE id = 2", ("report/2", "text")),
        ("UPDATE opinion_report SET number = 3 WHERE id = 1", ("report/1", "version")),
        ("UPDATE opinion_report SET person_id = NULL WHERE id = 2", ("report/2", "actor")),
        ("UPDATE opinion_report SET at = '2020-01-01 00:00:00' WHERE id = 2", ("report/2", "at")),
        ("DELETE FROM opinion_report WHERE id = 2", ("report/2", "")),
        ("UPDATE opinion_report SET id = 7 WHERE id = 2", ("report/7", "")),
    ]  # fmt: skip


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[Out]:
    """Two files of the public edition and one of the full, which was taken; two versions of the report."""
    with asked_site(database_url, tmp_path) as made:
        out = Out(made.site, made.asking)
        for _time in range(3):
            out.asking.give()
        for asked in ({}, {"format": "jsonl"}, {"edition": "full", "purpose": "向法工委报送"}):
            assert out.ask(**asked).status == 303
            out.look()
        out.take(out.as_("陈静"), 3)
        for words in ("共收到3条", "共收到意见3条"):
            parts = [words, "二", "三", "四", "五"]
            out.asking.change(
                lambda s, now, parts=parts: write_report(
                    s, now, one=out.asking.one(s), parts=parts, actor=out.asking.liaison
                )
            )
        yield out


def faults(here: Out, *changes: str, data: bool = True) -> list[tuple[str, str]]:
    """Subject and field of what is found once this SQL was run behind the log; it is undone again."""
    with Session(here.asking.database.writers) as session:
        unlock(session.connection())
        for change in changes:
            assert session.execute(text(change)).rowcount >= 1, change
        folder = here.site.house.settings.data if data else None
        found = [each for each in (*check_exports(session, folder), *check_reports(session)) if each]
        session.rollback()
    for each in found:
        assert not any("{" in sentence(each, locale) for locale in LOCALES)
    return [(each.subject, each.facts["field"]) for each in found]


def test_what_was_exported_and_reported_holds(here: Out) -> None:
    assert [made.is_there for made in here.rows()] == [True, True, True]
    assert faults(here) == [] == faults(here, data=False)
    assert faults(here, "DELETE FROM opening WHERE person_id IS NOT NULL") == [], "and where its people were erased"
    by_command = ("public", "csv", Written(3, 10, "f" * 64))
    here.asking.change(lambda s, now: record_export(s, here.asking.one(s), by_command, actor=Actor()))
    assert faults(here) == []


def test_each_change_behind_the_log_is_found(here: Out) -> None:
    for change, found in CHANGES:
        assert found in faults(here, change), change


def test_a_damaged_entry_is_told_by_the_check_of_the_log_alone(here: Out) -> None:
    acts = ("opinions.export_asked", "opinions.exported", "opinions.export_taken", "opinions.reported")
    for act, damage in product(acts, NAMED):
        with Session(here.asking.database.writers) as session:
            unlock(session.connection())
            assert spoil(session, act, damage)
            found = (*check_exports(session, here.site.house.settings.data), *check_reports(session))
            assert [each for each in found if each] == [], (act, damage)
            session.rollback()


def test_a_report_is_held_as_a_whole_where_its_words_are_opened_no_more(here: Out) -> None:
    changed = json.dumps(["别的", "二", "三", "四", "五"])
    erased = "DELETE FROM opening WHERE person_id IS NOT NULL"
    assert faults(here, erased, f"UPDATE opinion_report SET parts = '{changed}' WHERE id = 2") == [("report/2", "text")]
    gone = "DELETE FROM opening WHERE field = 'text'"
    assert faults(here, gone) == [("report/1", "text"), ("report/2", "text")], "what no erasure takes must be there"


def test_a_file_that_was_changed_on_the_disk_is_found(here: Out) -> None:
    for made, damage in product(here.rows()[:3], ("one more", "one less", "another word", "gone")):
        path = here.site.house.settings.data / FOLDER / made.stored
        whole = path.read_bytes()
        if damage == "gone":
            path.unlink()
        else:
            other = {
                "one more": whole + b"\n",
                "one less": whole[:-1],
                "another word": whole.replace("二".encode(), "三".encode()),
            }
            assert whole != other[damage]
            path.write_bytes(other[damage])
        assert faults(here) == [(made.subject, "")]
        assert faults(here, data=False) == []
        path.write_bytes(whole)
    assert faults(here) == []


def test_the_whole_of_verifying_looks_at_the_files_and_a_restore_offers_none(here: Out, tmp_path: Path) -> None:
    data = here.site.house.settings.data

    def found() -> list[str]:
        with here.asking.database.read() as session:
            trusted = Trusted(tmp_path / "nothing", data=data)
            report = verify_installation(session, trusted, [each for each in checks if each.reads_files])
        assert report.checked["exports"] >= 3
        return [each.subject for each in report.faults]

    assert found() == []
    (data / FOLDER).rename(data / "elsewhere")
    assert found() == ["export/1", "export/2", "export/3"]
    here.asking.change(left_behind)
    assert found() == [] and not any(made.is_there for made in here.rows())
