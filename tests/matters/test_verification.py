"""Tampering: whatever is changed in the tables past every rule is found, with its kind and the entry that tells."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlmodel import Session, col, select

from deliberation.audit.log_check import Fault
from deliberation.audit.models import Entry, log_size
from deliberation.audit.verification import Trusted, sentence, verify_installation
from deliberation.checking import all_checks
from deliberation.matters.verification import checks
from deliberation.translation import LOCALES
from tests.audit.damage import DAMAGE, NAMED, unlock
from tests.matters.story import Story


@pytest.fixture
def told(story: Story) -> Story:
    """A matter on its way: an objection answered, a posting closed, evidence, a plan, a correction to come."""
    story.begin("six_steps").plan("路面宽4.5米。")
    story.go_to("disclosure").take_next()
    story.answer(story.object())
    return story.go_to("feedback")


def faults(story: Story, *statements: str, **values: object) -> list[Fault]:
    """What the checks find after these statements, which are then taken back: one story serves many tamperings."""
    with Session(story.database.writers) as session:
        for statement in statements:
            assert session.execute(text(statement), values).rowcount >= 1, statement
        found = [fault for check in checks for fault in check.run(session) if fault is not None]
        session.rollback()
    return found


def index_of(story: Story, object_: str, act: str, place: int = 0) -> int:
    found = select(Entry.index).where(Entry.object == object_, Entry.act == act).order_by(col(Entry.index))
    return story.look(lambda session, _matter: session.exec(found).all()[place])


def document(story: Story, kind: str) -> int:
    return next(one.id for one in story.documents() if one.kind == kind)


def first(found: list[Fault]) -> tuple[str, str, int | None]:
    return found[0].kind, found[0].subject, found[0].index


def test_what_happened_holds_and_everything_is_counted(told):
    assert faults(told) == []
    with told.database.read() as session:
        counted = {check.counted_as: len(list(check.run(session))) for check in checks}
        size = log_size(session, told.village.id)
    assert counted["documents"] >= len(told.documents())
    assert (counted["postings"], counted["transitions"]) == (2, 1)
    assert told.look(lambda session, matter: log_size(session, matter.community_id)) == size


def test_the_checks_are_part_of_what_the_command_runs():
    assert [check.counted_as for check in all_checks()][:3] == ["documents", "postings", "transitions"]


DOCUMENTS = [
    ("proposal", "document.issued", "body = '另一段文字'"),
    ("resolution", "resolution.issued", "title = '另一个标题'"),
    ("minutes", "minutes.drafted", "step = 'resolution'"),
    ("screening", "document.issued", "kind = 'format'"),
]
TEXTS = [
    ("plan/1", "plan.revised", "UPDATE plan_version SET body = '路面宽3米。' WHERE number = 1"),
    ("objection/1", "objection.raised", "UPDATE objection SET body = '没有意见'"),
    ("objection/1", "objection.answered", "UPDATE objection SET answer = '已采纳'"),
    ("matter/1", "matter.proposed", "UPDATE matter SET summary = '另一件事'"),
]


def test_a_changed_text_is_found_at_the_entry_with_which_it_began(told):
    for kind, act, change in DOCUMENTS:
        subject = f"document/{document(told, kind)}"
        found = faults(told, f"UPDATE document SET {change} WHERE id = :id", id=document(told, kind))
        assert first(found) == ("document", subject, index_of(told, subject, act)), change
    for subject, act, statement in TEXTS:
        assert first(faults(told, statement)) == ("document", subject, index_of(told, subject, act)), statement
    found = faults(told, "UPDATE evidence SET note = '另一件' WHERE kind <> 'plan'")
    assert {one.subject.split("/")[0] for one in found} == {"evidence"}


def test_a_document_that_was_taken_away_or_put_in_is_found(told):
    id = document(told, "screening")
    found = {(one.kind, one.subject) for one in faults(told, "UPDATE document SET id = 9999 WHERE id = :id", id=id)}
    assert {("document", "document/9999"), ("document", f"document/{id}")} <= found


def test_a_moved_day_is_found_at_the_entry_of_its_beginning(told):
    subject, day = f"document/{document(told, 'disclosure')}", (told.now - timedelta(days=400)).date().isoformat()
    opened = index_of(told, subject, "disclosure.opened")
    for column in ("starts_on", "ends_on", "closable_on"):
        found = faults(told, f"UPDATE disclosure SET {column} = :day", day=day)
        assert first(found) == ("day_count", subject, opened), column
    assert first(faults(told, "UPDATE disclosure SET days = 7")) == ("day_count", subject, opened)
    raised = index_of(told, "objection/1", "objection.raised")
    found = faults(told, "UPDATE objection SET answer_due_on = :day", day=day)
    assert first(found) == ("day_count", "objection/1", raised)


def test_a_stage_that_the_papers_do_not_lead_to_is_found(told):
    last = index_of(told, "matter/1", "matter.moved", -1)
    assert first(faults(told, "UPDATE matter SET stage = 'closed'")) == ("transition", "matter/1", last)
    assert first(faults(told, "UPDATE matter SET ring = 'supervise'")) == ("transition", "matter/1", last)
    found = {one.kind: one for one in faults(told, "UPDATE document SET outcome = 'failed' WHERE kind = 'resolution'")}
    # Proposed, screened, notified, consulted: the resolution was the fifth to move the matter.
    assert found["transition"].index == index_of(told, "matter/1", "matter.moved", 4)
    unclosed = "UPDATE document SET outcome = '', closed_at = NULL WHERE kind = 'disclosure'"
    assert "transition" in {one.kind for one in faults(told, unclosed)}


def test_damaged_entries_are_skipped_by_every_check_and_named_once(told, tmp_path):
    acts = ["disclosure.opened", "disclosure.closed", "objection.raised", "matter.moved", "document.issued"]
    for what, damage in DAMAGE.items():
        with Session(told.database.writers) as session:
            unlock(session.connection())
            for act in acts:
                found = select(Entry).where(Entry.act == act).order_by(col(Entry.index))
                entry = session.exec(found).first()
                entry.body = damage(bytes(entry.body))
            session.flush()
            report = verify_installation(session, Trusted(tmp_path / "nothing"), checks)
            session.rollback()
        named = {fault.index for fault in report.faults if fault.kind == "entry_hash"}
        assert len(named) == (len(acts) if what in NAMED else 0), what
        assert {fault.index for fault in report.faults} <= named, what


def test_a_fault_is_said_in_every_language(told):
    found = faults(
        told,
        "UPDATE matter SET stage = 'closed'",
        "UPDATE disclosure SET days = 7",
        "UPDATE document SET body = '' WHERE kind = 'proposal'",
        "UPDATE plan_version SET number = 7 WHERE number = 1",
    )
    assert {one.kind for one in found} == {"document", "day_count", "transition"}
    for one in found:
        said = {locale: sentence(one, locale) for locale in LOCALES}
        assert not any("{" in words for words in said.values())
        assert said["en"].isascii(), said["en"]
