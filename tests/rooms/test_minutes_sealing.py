"""Minutes from their issue to the seal, through the verbs, on both databases: corrections, summary, signatures, the log."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from deliberation.audit.actions import Actor
from deliberation.audit.reading import data_of
from deliberation.matters.corrections import corrections_of as beside
from deliberation.matters.models import Matter
from deliberation.matters.text_check import check_documents
from deliberation.refusal import Invalid, Refused
from deliberation.rooms import minutes_rules as rules
from deliberation.rooms.minutes_correcting import Answered, Asked, answer_correction, ask_correction
from deliberation.rooms.minutes_keeping import participants, stands, text_of
from deliberation.rooms.minutes_models import (
    Minutes,
    MinutesEdition,
    corrections_of,
    editions_of,
    minutes_of,
    newest_edition,
    signatures_of,
)
from deliberation.rooms.minutes_sealing import Signer, sign, summarise
from deliberation.rooms.verification import check_minutes
from tests.people import open_database
from tests.rooms.meeting import CHAIR, CLERK, NEIGHBOUR, Meeting

TEXT = "李强：路宽三米，反对。\n赵敏：同意。\n"
OPEN = "\n协商去向：还要再协商，本环节不结束。\n"
"""The exit as the chair left it: the last line of the text."""


class Record:
    """A meeting in which two people spoke, and its minutes."""

    def __init__(self, url: str):
        self.meeting = Meeting(url)
        self.database, self.village = self.meeting.database, self.meeting.village
        self.meeting.say("李强", "路宽三米", "against")
        self.meeting.register(NEIGHBOUR)
        self.meeting.close()
        self.id = self.meeting.file(TEXT)

    def change(self, verb, at=None):
        if at is not None:
            self.meeting.story.now = at
        return self.database.change(verb)

    def ask(self, name="李强", passage="路宽三米", wording="路宽四米", *, typed_by="", reason="我说的是四米"):
        asked = Asked(self.village[name], passage, wording, reason, self.village[typed_by] if typed_by else None)
        actor = Actor("clerk", self.village[typed_by]) if typed_by else Actor("resident", self.village[name])
        return self.change(
            lambda session, now: ask_correction(session, now, document_id=self.id, asked=asked, actor=actor).id
        )

    def answer(self, correction_id, words="路宽四米", answer="", *, by=CHAIR, keeps=True):
        answered, actor = Answered(words, answer), Actor("chair", self.village[by])
        self.change(
            lambda session, now: answer_correction(
                session, now, correction_id=correction_id, answered=answered, actor=actor, keeps=keeps
            )
        )

    def summarise(self, words="路要修到四米。", *, keeps=True):
        actor = Actor("clerk", self.village[CLERK])
        self.change(
            lambda session, now: summarise(session, now, document_id=self.id, words=words, actor=actor, keeps=keeps)
        )

    def sign(self, role="chair", name="", digest="", database=None):
        name = name or {"chair": CHAIR, "clerk": CLERK}[role]
        signer = Signer(self.village[name], role, digest or self.digest)
        (database or self.database).change(
            lambda session, now: sign(session, now, document_id=self.id, signer=signer, roles=frozenset({role}))
        )

    def wait_out(self):
        self.meeting.story.now = self.look(lambda session: minutes_of(session, self.id).until)

    def look(self, question):
        return self.meeting.look(question)

    @property
    def minutes(self) -> Minutes:
        return self.look(lambda session: minutes_of(session, self.id))

    @property
    def digest(self) -> str:
        return self.look(lambda session: rules.digest(text_of(session, minutes_of(session, self.id))))

    @property
    def faults(self):
        return self.look(lambda session: [str(each.reason) for each in check_minutes(session) if each is not None])

    def entered(self, act):
        return [data_of(each.body) for each in self.meeting.entries if each.act == act]


@pytest.fixture
def record(database_url):
    made = Record(database_url)
    yield made
    made.database.close()


def test_the_days_run_from_the_issue_and_whoever_came_or_spoke_takes_part(record):
    minutes, now = record.minutes, record.meeting.story.now
    assert (minutes.days, minutes.days_source) == (5, "本地设置")
    assert timedelta(days=5) < minutes.until - now < timedelta(days=9)
    names = record.look(lambda session: set(participants(session, minutes).values()))
    assert names == {CHAIR, "李强", NEIGHBOUR}


def test_an_accepted_correction_is_a_new_edition_and_the_old_one_stays(record):
    record.answer(record.ask())
    editions = record.look(lambda session: editions_of(session, record.id))
    assert [each.number for each in editions] == [1, 2]
    assert editions[0].body == TEXT + OPEN and editions[1].body == TEXT.replace("三米", "四米") + OPEN
    assert editions[1].correction_id == 1
    notes = record.look(lambda session: beside(session, record.id))
    assert [each.body for each in notes] == ["第2版。原文：“路宽三米”\n改为：“路宽四米”"]
    assert record.entered("minutes.questioned")[0]["edition"] == 1
    assert record.entered("minutes.amended")[0]["edition"] == 2
    assert record.faults == []
    assert record.look(lambda session: [each for each in check_documents(session) if each]) == []


def test_a_refused_correction_keeps_the_text_and_the_reason(record):
    asked = record.ask()
    record.answer(asked, None, "录音里是三米")
    one = record.look(lambda session: corrections_of(session, record.id))[0]
    assert (one.is_accepted, one.answer) == (False, "录音里是三米") and one.decided_at
    assert record.look(lambda session: newest_edition(session, record.id)).number == 1
    assert "minutes.upheld" in record.meeting.acts() and record.faults == []
    with pytest.raises(Refused):
        record.answer(asked)


def test_other_words_are_taken_with_a_reason_only(record):
    asked = record.ask()
    with pytest.raises(Invalid):
        record.answer(asked, "路宽三米到四米")
    record.answer(asked, "路宽三米到四米", "两次说法不同")
    assert "三米到四米" in record.look(lambda session: newest_edition(session, record.id)).body


def test_the_clerk_hands_in_for_somebody_without_an_account(record):
    record.ask(NEIGHBOUR, "赵敏：同意。", "赵敏：有条件同意。", typed_by=CLERK)
    one = record.look(lambda session: corrections_of(session, record.id))[0]
    assert (one.person_id, one.typed_by_id) == (record.village[NEIGHBOUR], record.village[CLERK])
    assert record.entered("minutes.questioned")[0]["by_clerk"] == 1


@pytest.mark.parametrize("name", ["周明", "黄丽"])
def test_whoever_was_not_there_asks_for_nothing(record, name):
    with pytest.raises(Refused):
        record.ask(name)
    assert record.meeting.acts()[-1] == "minutes.drafted"


def test_nothing_is_asked_for_on_the_instant_at_which_the_days_are_over(record):
    record.meeting.story.now = record.minutes.until - timedelta(microseconds=1)
    record.ask()
    record.wait_out()
    with pytest.raises(Refused):
        record.ask("李强", "反对", "有条件")


def test_a_passage_that_is_not_there_or_there_twice_is_refused_at_its_field(record):
    for passage in ("路宽五米", "："):
        with pytest.raises(Invalid) as no:
            record.ask(passage=passage)
        assert list(no.value.errors) == ["place" if passage == "：" else "passage"]


def test_two_corrections_of_one_passage_cannot_both_be_taken(record):
    first, second = record.ask(), record.ask(NEIGHBOUR, "路宽三米", "路宽五米")
    record.answer(first)
    with pytest.raises(Refused):
        record.answer(second, "路宽五米")
    record.answer(second, None, "第2版已经改为四米")
    assert record.faults == []


def test_a_person_has_at_most_five_waiting(record):
    for word in ("李强", "路宽", "三米", "反对", "赵敏"):
        record.ask(passage=word, wording=f"{word}（更正）")
    with pytest.raises(Refused):
        record.ask(passage="同意", wording="同意（更正）")
    record.answer(1, None, "不改")
    record.ask(passage="同意", wording="同意（更正）")


def test_two_people_sign_one_text_and_it_is_sealed(record):
    record.answer(record.ask())
    record.summarise()
    record.wait_out()
    record.sign("chair")
    assert record.minutes.sealed_at is None
    with pytest.raises(Refused):
        record.sign("chair")
    record.sign("clerk")
    minutes, digest = record.minutes, record.digest
    assert minutes.sealed_at == record.meeting.story.now
    assert {(each["as"], each["text"]) for each in record.entered("minutes.signed")} == {
        ("chair", digest), ("clerk", digest),
    }  # fmt: skip
    assert [each["text"] for each in record.entered("minutes.sealed")] == [digest]
    assert [each.name for each in record.look(lambda session: signatures_of(session, record.id))] == [CHAIR, CLERK]
    assert record.faults == []
    for change in (record.summarise, lambda: record.sign("clerk"), lambda: record.ask(passage="反对", wording="同意")):
        with pytest.raises(Refused):
            change()


def test_nobody_signs_early_over_an_open_correction_or_for_both(record):
    record.ask()
    for _time in range(2):
        with pytest.raises(Refused):
            record.sign("chair")
        record.wait_out()
    record.answer(1, None, "录音里是三米")
    record.sign("chair")
    with pytest.raises(Refused):
        record.sign("clerk", name=CHAIR)
    assert record.minutes.sealed_at is None


def test_a_signature_on_another_text_than_was_read_is_refused(record):
    record.wait_out()
    read = record.digest
    record.summarise()
    with pytest.raises(Refused):
        record.sign("chair", digest=read)
    record.sign("chair")


def test_a_new_summary_takes_the_force_from_an_earlier_signature(record):
    record.wait_out()
    record.sign("chair")
    record.summarise("改了摘要。")
    record.sign("clerk")
    assert record.minutes.sealed_at is None
    assert record.look(lambda session: stands(session, minutes_of(session, record.id)).signed) == (
        ("clerk", record.village[CLERK]),
    )
    record.sign("chair")
    assert record.minutes.sealed_at is not None and record.faults == []


def test_only_chair_and_clerk_answer_and_summarise(record):
    asked = record.ask()
    with pytest.raises(Refused):
        record.answer(asked, keeps=False)
    with pytest.raises(Refused):
        record.summarise(keeps=False)


def tampered(record, change):
    record.change(lambda session, now: change(session))
    return record.faults


def test_verification_finds_what_was_changed_behind_the_log(record):
    record.answer(record.ask())
    record.summarise()
    record.wait_out()
    record.sign("chair")
    record.sign("clerk")
    assert record.faults == []

    def edition(session):
        found = newest_edition(session, record.id)
        found.body = found.body.replace("四米", "八米")
        session.add(found)

    assert tampered(record, edition) == ["{subject} 的文本不是存证的那一版"]


def test_verification_finds_a_seal_a_summary_and_an_edition_that_nobody_entered(record):
    record.summarise()

    def seal(session):
        minutes = minutes_of(session, record.id)
        minutes.sealed_at = minutes.until
        session.add(minutes)

    def unseal(session):
        minutes = minutes_of(session, record.id)
        minutes.sealed_at, minutes.summary = None, "别的话。"
        session.add(minutes)

    def add(session):
        session.add(MinutesEdition(document_id=record.id, number=2, body="别的", at=record.meeting.story.now))

    assert tampered(record, seal) == ["{subject} 定稿与否，与存证不符"]
    assert tampered(record, unseal) == ["{subject} 的通俗摘要与存证不符"]
    assert tampered(record, add) == ["{subject} 的文本不是存证的那一版"]


def test_a_correction_handed_in_while_the_seal_is_set_is_in_time_or_too_late_never_lost(record, database_url):
    """Through two writers, as two processes would: either it was in before and nobody seals over it, or it is refused."""
    until = record.minutes.until
    other = open_database(database_url, now=until)
    record.wait_out()
    record.sign("chair")
    outcomes: dict[str, str] = {}
    start = threading.Barrier(2)

    def run(name, work):
        start.wait()
        try:
            work()
            outcomes[name] = "done"
        except Refused as no:
            outcomes[name] = no.refusal.reason

    def late():
        # The clock of this process is a moment behind: for it the days still run.
        asked = Asked(record.village["李强"], "路宽三米", "路宽四米", "我说的是四米")
        actor = Actor("resident", record.village["李强"])
        record.database.change(
            lambda session, now: ask_correction(
                session, until - timedelta(seconds=1), document_id=record.id, asked=asked, actor=actor
            )
        )

    works = {"ask": late, "seal": lambda: record.sign("clerk", database=other)}
    threads = [threading.Thread(target=run, args=each) for each in works.items()]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    other.close()
    is_sealed = record.minutes.sealed_at is not None
    asked = record.look(lambda session: corrections_of(session, record.id))
    assert is_sealed == (outcomes["seal"] == "done") and bool(asked) == (outcomes["ask"] == "done")
    assert is_sealed != bool(asked), outcomes
    assert record.faults == []


def test_the_dossier_hears_of_every_act(record):
    before = record.look(lambda session: session.get(Matter, record.meeting.story.matter_id).changes)
    record.ask()
    told = {(one.get("topic"), one["fragment"]) for one in record.meeting.updates}
    assert (f"minutes/{record.id}", "rooms/_minutes.html") in told
    assert (f"matter/{record.meeting.story.matter_id}", "matters/_file.html") in told
    assert record.look(lambda session: session.get(Matter, record.meeting.story.matter_id).changes) > before
