"""Drafts come in, are corrected, are published; what was written, entered and refused, on both databases."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from deliberation.audit.models import Entry
from deliberation.communities.models import community
from deliberation.legislation.draft_models import (
    DraftArticle,
    DraftLaw,
    DraftReading,
    DraftVersion,
    articles_of,
    draft_version,
    reading_in_force,
    text_of,
    versions_of,
)
from deliberation.legislation.draft_reading import lines_from_json, read_numbered
from deliberation.legislation.drafting import (
    Correction,
    Draft,
    add_version,
    bring_draft,
    correct_reading,
    publish_draft,
)
from deliberation.legislation.verification import checks
from deliberation.refusal import Refused
from tests.legislation.texts import FIRST, GAPPED, SECOND, read
from tests.people import Place, build_village, open_database


class Point:
    """A contact point with its liaison, and what is done there."""

    def __init__(self, url: str):
        self.database = open_database(url)
        self.village: Place = build_village(self.database)
        self.liaison = self.village.actor("陈静")

    def bring(self, words: str = FIRST, title: str = "", name: str = "一审稿") -> int:
        def do(session, now):
            place = community(session, self.village.id)
            made = bring_draft(
                session, now, community=place, title=title, first=Draft(name, read(words)), actor=self.liaison
            )
            return made.id

        return self.database.change(do)

    def add(self, draft_id: int, words: str, name: str = "二次审议稿") -> int:
        def do(session, now):
            draft = session.get(DraftLaw, draft_id)
            return add_version(session, now, draft=draft, version=Draft(name, read(words)), actor=self.liaison).number

        return self.database.change(do)

    def correct(
        self, draft_id: int, words: str, *, base: int = 1, reason: str = "漏读了一条", held: bool = False
    ) -> int:
        def do(session, now):
            version = draft_version(session, draft_id, 1)
            if held:
                version.held_at = now
            correction = Correction(base, read(words), reason)
            return correct_reading(session, now, version=version, correction=correction, actor=self.liaison).number

        return self.database.change(do)

    def look(self, ask):
        with self.database.read() as session:
            return ask(session)

    def faults(self, *statements: str):
        with Session(self.database.writers) as session:
            for statement in statements:
                assert session.execute(text(statement)).rowcount >= 1, statement
            found = [fault for check in checks for fault in check.run(session) if fault is not None]
            session.rollback()
        return [(fault.subject, fault.facts.get("field")) for fault in found]


@pytest.fixture
def point(database_url: str):
    made = Point(database_url)
    yield made
    made.database.close()


def test_a_draft_comes_in_with_its_text_its_articles_and_its_entries(point):
    id = point.bring()

    def look(session):
        draft, version = session.get(DraftLaw, id), draft_version(session, id, 1)
        rows, reading = articles_of(session, version), reading_in_force(session, version)
        entries = session.exec(select(Entry).where(col(Entry.act).startswith("draft.")).order_by(Entry.index)).all()
        return draft, version, rows, reading, text_of(session, reading), [(one.act, one.object) for one in entries]

    draft, version, rows, reading, kept, entries = point.look(look)
    assert draft.title == "云溪市既有住宅加装电梯条例（草案）" and not draft.is_public
    assert (version.number, version.name, version.reading) == (1, "一审稿", 1)
    assert [one.key for one in rows] == ["1", "2", "3", "4", "5"]
    assert rows[2].path == "第二章 协商和决定" and rows[2].text.startswith("加装电梯应当由")
    assert reading.counts["章"] == 2 and reading.warnings == 0
    assert json.loads(kept.document)["schema"] == "deliberation/law-1" and "articles" not in kept.frame
    assert entries == [("draft.brought", f"draft/{id}"), ("draft.version_added", f"draft/{id}/version/1")]


def test_a_further_version_has_its_own_articles_and_another_name(point):
    id = point.bring(title="加装电梯条例")
    assert point.add(id, SECOND) == 2
    with pytest.raises(Refused, match="已经有叫"):
        point.add(id, SECOND)
    keys = point.look(lambda session: [one.key for one in articles_of(session, versions_of(session, id)[1])])
    assert keys == ["1", "2", "3", "4", "4-1", "5"]
    assert len(point.look(lambda session: versions_of(session, id))) == 2


def test_a_correction_is_a_further_reading_and_the_earlier_one_stays(point):
    id = point.bring(GAPPED)
    assert point.correct(id, FIRST) == 2

    def look(session):
        version = draft_version(session, id, 1)
        rows = session.exec(select(DraftArticle.reading, DraftArticle.key).order_by(DraftArticle.id)).all()
        return version.reading, [one.key for one in articles_of(session, version)], [tuple(row) for row in rows]

    number, keys, rows = point.look(look)
    assert number == 2 and keys == ["1", "2", "3", "4", "5"]
    assert [key for reading, key in rows if reading == 1] == ["1", "2", "3", "6", "7"]
    with pytest.raises(Refused, match="又有了新的更正"):
        point.correct(id, GAPPED, base=1)
    with pytest.raises(Refused, match="没有可以更正的"):
        point.correct(id, FIRST, base=2)
    with pytest.raises(Refused, match="正在就这一稿征求意见"):
        point.correct(id, GAPPED, base=2, held=True)
    assert point.look(lambda session: session.exec(select(DraftReading)).all()[-1].number) == 2


def test_what_is_counted_on_an_article_stays_with_its_number(point):
    id = point.bring()

    def count(session, _now):
        session.exec(select(DraftArticle).where(DraftArticle.key == "3")).one().opinions = 7

    point.database.change(count)
    point.correct(id, FIRST.replace("公示期不少于十日", "公示期不少于二十日"))
    rows = point.look(lambda session: articles_of(session, draft_version(session, id, 1)))
    assert [one.opinions for one in rows] == [0, 0, 7, 0, 0]


def test_a_draft_is_published_once(point):
    id = point.bring()

    def publish(session, now):
        publish_draft(session, now, draft=session.get(DraftLaw, id), actor=point.liaison)

    point.database.change(publish)
    assert point.look(lambda session: session.get(DraftLaw, id).is_public)
    with pytest.raises(Refused, match="已经公开"):
        point.database.change(publish)


def test_lines_that_are_read_again_unchanged_say_the_same(point):
    for words in (FIRST, SECOND, GAPPED):
        once = read(words)
        again = read_numbered([line for line, _read_as in lines_from_json(once.lines)])
        assert (again.document, again.lines) == (once.document, once.lines)


def test_the_check_of_the_log_finds_every_changed_text(point):
    id = point.bring(GAPPED)
    point.correct(id, FIRST)
    point.add(id, SECOND)
    assert point.faults() == []
    version = f"draft/{id}/version/1"
    for statement, found in {
        "UPDATE draft_law SET title = 'x'": (f"draft/{id}", "title"),
        "UPDATE draft_version SET name = 'x' WHERE number = 1": (version, "name"),
        "UPDATE draft_version SET dated_on = '2026-01-01' WHERE number = 1": (version, "dated"),
        "UPDATE draft_version SET reading = 1 WHERE number = 1": (version, ""),
        "UPDATE draft_reading SET reason = 'x' WHERE number = 2": (version, "reason"),
        "UPDATE draft_text SET document = replace(document, '十日', '一日') WHERE reading_id = 1": (version, "text"),
        "UPDATE draft_text SET lines = replace(lines, '十日', '一日') WHERE reading_id = 1": (version, "lines"),
        "UPDATE draft_article SET text = 'x' WHERE id = 1": (version, "articles"),
        "UPDATE draft_article SET key = '99' WHERE id = 1": (version, "articles"),
    }.items():
        assert found in point.faults(statement), statement
    assert (f"draft/{id}/version/2", "") in point.faults(
        "DELETE FROM draft_article WHERE version_id = 2", "DELETE FROM draft_text WHERE reading_id = 3",
        "DELETE FROM draft_reading WHERE id = 3", "DELETE FROM draft_version WHERE number = 2",
    )  # fmt: skip


def test_bringing_in_that_is_refused_afterwards_leaves_nothing(point):
    def broken(session, now):
        place = community(session, point.village.id)
        bring_draft(session, now, community=place, title="", first=Draft("一审稿", read(FIRST)), actor=point.liaison)
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        point.database.change(broken)
    assert (
        point.look(lambda session: session.exec(select(DraftLaw)).all() + session.exec(select(DraftVersion)).all())
        == []
    )
    assert (
        point.look(lambda session: session.exec(select(Entry).where(col(Entry.act).startswith("draft."))).all()) == []
    )


@pytest.mark.parametrize("name", ["赵敏", "何敏"])
def test_whoever_is_no_liaison_of_the_point_changes_nothing_whichever_way_they_come(point, name):
    id = point.bring()
    stranger, words = point.village.actor(name), Draft("二次审议稿", read(SECOND))

    def every_verb(session, now):
        draft, version = session.get(DraftLaw, id), draft_version(session, id, 1)
        place, correction = community(session, point.village.id), Correction(1, read(SECOND), "漏读了一条")
        return (
            lambda: bring_draft(session, now, community=place, title="", first=words, actor=stranger),
            lambda: add_version(session, now, draft=draft, version=words, actor=stranger),
            lambda: correct_reading(session, now, version=version, correction=correction, actor=stranger),
            lambda: publish_draft(session, now, draft=draft, actor=stranger),
        )

    for number in range(4):
        with pytest.raises(Refused, match="联络员"):
            point.database.change(lambda session, now, number=number: every_verb(session, now)[number]())
    assert point.look(lambda session: len(versions_of(session, id))) == 1
    assert not point.look(lambda session: session.get(DraftLaw, id).is_public)
