"""Corrections of a passage that stands in several places, and corrections that are taken back, on both databases."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlmodel import select

from deliberation.audit.actions import Actor
from deliberation.identity.models import Appointment
from deliberation.matters.corrections import corrections_of as beside
from deliberation.refusal import Invalid, Refused
from deliberation.rooms import minutes_rules
from deliberation.rooms.minutes_correcting import Asked, ask_correction, withdraw_correction
from deliberation.rooms.minutes_keeping import stands
from deliberation.rooms.minutes_models import MinutesCorrection, corrections_of, minutes_of, newest_edition
from deliberation.rooms.minutes_rules import MOST_ASKED
from deliberation.rooms.minutes_view import facts_of
from tests.rooms import test_minutes_pages, test_minutes_sealing
from tests.rooms.halls import house_at
from tests.rooms.meeting import CHAIR, CLERK, NEIGHBOUR

TEXT = "一、发言\n李强：“路宽三米”\n赵敏：“路宽三米太窄”\n\n【主要意见和理由】\n反对1条。李强：“路宽三米”\n"


@pytest.fixture
def record(database_url, monkeypatch):
    monkeypatch.setattr(test_minutes_sealing, "TEXT", TEXT)
    made = test_minutes_sealing.Record(database_url)
    yield made
    made.database.close()


def ask(record, place, passage="路宽三米", wording="路宽四米", name="李强"):
    asked = Asked(record.village[name], passage, wording, "我说的是四米", None, place)
    actor = Actor("resident", record.village[name])
    return record.change(
        lambda session, now: ask_correction(session, now, document_id=record.id, asked=asked, actor=actor).id
    )


def withdraw(record, id, name="李强", reason=""):
    actor = Actor("resident", record.village[name])
    record.change(lambda session, now: withdraw_correction(session, now, correction_id=id, actor=actor, reason=reason))


def body(record) -> str:
    return record.look(lambda session: newest_edition(session, record.id)).body


def test_a_passage_of_three_places_asks_which(record):
    with pytest.raises(Invalid) as caught:
        ask(record, None)
    assert caught.value.errors["place"].facts == {"n": 3}
    for place in (4, -1):
        with pytest.raises(Invalid):
            ask(record, place)


def test_one_place_is_changed_and_the_others_stay(record):
    record.answer(ask(record, 3))
    lines = body(record).splitlines()
    assert lines[1:3] == TEXT.splitlines()[1:3] and lines[5] == "反对1条。李强：“路宽四米”"
    notes = record.look(lambda session: beside(session, record.id))
    assert notes[0].body.startswith("第2版。原文：“路宽三米”（共3处，第3处）")
    assert record.entered("minutes.questioned")[0]["place"] == 3 and record.faults == []


def test_every_place_is_changed_at_once(record):
    record.answer(ask(record, 0))
    assert body(record) == TEXT.replace("三米", "四米") + test_minutes_sealing.OPEN and record.faults == []


def test_a_place_is_carried_over_editions_that_came_between(record):
    third = ask(record, 3)
    first = ask(record, 1, wording="路面宽度是三米五", name="李强")
    record.answer(first, "路面宽度是三米五")
    record.answer(third)
    lines = body(record).splitlines()
    assert lines[1] == "李强：“路面宽度是三米五”" and lines[5].endswith("“路宽四米”") and "路宽三米太窄" in lines[2]
    assert record.faults == []


def test_a_place_whose_words_were_changed_meanwhile_is_not_put_where_they_stand_elsewhere(record):
    waits = ask(record, 1)
    record.answer(ask(record, 1, wording="路宽五米"), "路宽五米")
    before = body(record)
    with pytest.raises(Refused) as caught:
        record.answer(waits)
    assert "后来的一版里已经改了" in caught.value.refusal.reason and body(record) == before
    record.answer(waits, None, "已经按另一条改成五米")
    assert record.faults == []


def test_what_was_asked_for_is_taken_back_and_stays_marked(record):
    id = ask(record, 1)
    assert record.look(lambda session: stands(session, minutes_of(session, record.id))).waiting == 1
    withdraw(record, id)
    row = record.look(lambda session: corrections_of(session, record.id))[0]
    assert row.withdrawn_at and row.decided_at is None
    assert record.look(lambda session: stands(session, minutes_of(session, record.id))).waiting == 0
    assert [one["correction"] for one in record.entered("minutes.unquestioned")] == [id] and record.faults == []
    for act in (lambda: withdraw(record, id), lambda: record.answer(id)):
        with pytest.raises(Refused):
            act()
    record.wait_out()
    record.sign("chair")
    record.sign("clerk")
    assert record.minutes.sealed_at and record.faults == []


def test_nobody_takes_back_what_another_asked_for_nor_what_is_answered(record):
    id = ask(record, 1)
    with pytest.raises(Refused):
        withdraw(record, id, CHAIR)
    record.answer(id)
    with pytest.raises(Refused):
        withdraw(record, id)
    assert "minutes.unquestioned" not in record.meeting.acts()


def test_asking_and_taking_back_has_an_end_and_uses_up_nobody_elses(record):
    for _ in range(MOST_ASKED):
        withdraw(record, ask(record, 1))
    with pytest.raises(Refused) as caught:
        ask(record, 1)
    assert "最多要求更正{n}次" in caught.value.refusal.reason and caught.value.refusal.facts == {"n": MOST_ASKED}
    ask(record, 1, name=NEIGHBOUR)
    assert len(record.entered("minutes.questioned")) == MOST_ASKED + 1
    for _ in range(MOST_ASKED):  # What the clerk types for somebody is counted apart, and ends as well.
        withdraw(record, record.ask(passage="太窄", wording="窄", typed_by=CLERK), CLERK, "写错了")
    with pytest.raises(Refused):
        record.ask(passage="太窄", wording="窄", typed_by=CLERK)
    assert record.faults == []


def test_the_clerk_takes_back_what_they_typed_with_a_reason_that_is_kept(record):
    id = record.ask(passage="太窄", wording="窄", typed_by=CLERK)
    for reason in ("", " "):
        with pytest.raises(Invalid) as caught:
            withdraw(record, id, CLERK, reason)
        assert "reason" in caught.value.errors
    assert "minutes.unquestioned" not in record.meeting.acts()
    withdraw(record, id, CLERK, "记到别人名下了")
    row = record.look(lambda session: corrections_of(session, record.id))[0]
    assert (row.withdrawn_by_id, row.withdrawn_reason) == (record.village[CLERK], "记到别人名下了")
    [entry] = record.entered("minutes.unquestioned")
    assert entry["by_clerk"] == 1 and "记到别人" not in str(entry) and record.faults == []

    def rewrite(session, _now):
        session.get(MinutesCorrection, id).withdrawn_reason = "本人不要了"

    record.change(rewrite)
    assert record.faults


def test_the_asker_needs_no_reason_for_what_was_typed_for_them(record):
    id = record.ask(passage="太窄", wording="窄", typed_by=CLERK)
    withdraw(record, id)
    row = record.look(lambda session: corrections_of(session, record.id))[0]
    assert row.withdrawn_at and (row.withdrawn_by_id, row.withdrawn_reason) == (None, "")
    assert record.entered("minutes.unquestioned")[0]["by_clerk"] == 0 and record.faults == []


def test_a_withdrawal_that_is_put_on_the_asker_behind_the_log_is_found(record):
    id = record.ask(passage="太窄", wording="窄", typed_by=CLERK)
    withdraw(record, id, CLERK, "写错了")

    def blame(session, _now):
        session.get(MinutesCorrection, id).withdrawn_by_id = None

    record.change(blame)
    assert record.faults


def test_a_place_that_was_changed_behind_the_log_is_found(record):
    id = ask(record, 2)

    def move(session, _now):
        session.get(MinutesCorrection, id).place = 1

    record.change(move)
    assert record.faults


def test_the_form_lists_the_places_and_keeps_what_was_typed(database_url, tmp_path, monkeypatch):
    monkeypatch.setattr(test_minutes_pages, "TEXT", TEXT)
    with house_at(database_url, tmp_path) as house:
        record = test_minutes_pages.Record(house)
        again = record.ask()
        assert again.status == 422 and "这段话在纪要里有3处" in again.words and "路宽四米" in again.text
        values = re.findall(r'type="radio"[^>]*name="place"[^>]*value="(\d)"', again.text)
        assert (
            values == ["0", "1", "2", "3"]
            and "第3处（【主要意见和理由】）：反对1条。李强：“【路宽三米】”" in again.words
        )
        assert record.ask(place="3", edition="7").status == 422  # The text was another one when it was chosen.
        assert record.ask(place="3", edition="1").status == 303
        assert record.ask(passage="太窄", wording="窄").status == 303
        page = record.speaker.get(record.at)
        assert "撤回第1条更正要求" in page.words and "撤回第2条更正要求" in page.words and "第3处" in page.words
        assert "撤回第" not in record.chair.get(record.at).words
        assert record.chair.post("/minutes-corrections/1/withdrawal").status == 403
        assert record.speaker.post("/minutes-corrections/2/withdrawal").location == f"{record.at}#c2"
        page = record.speaker.get(record.at)
        assert "已撤回" in page.words and "撤回第2条" not in page.words
        assert record.speaker.post("/minutes-corrections/2/withdrawal").status == 409
        answering = record.chair.get(f"{record.at}/corrections").words
        assert "第3处" in answering and "太窄" not in answering
        record.chair.post("/minutes-corrections/1/answer", do="accept", words="路宽四米", answer="")
        with house.site.house.database.read() as session:
            assert len(session.exec(select(MinutesCorrection)).all()) == 2
        assert record.stranger.get(record.at).words.count("“路宽四米”") == 1


def test_the_page_says_which_clerk_took_back_what_they_typed_and_why(database_url, tmp_path):
    with house_at(database_url, tmp_path) as house:
        record = test_minutes_pages.Record(house)
        assert record.ask(record.clerk, **{"for": str(house.village["李强"])}).status == 303
        assert record.ask().status == 303
        way = "/minutes-corrections/1/withdrawal"
        assert f'href="{way}"' in record.clerk.get(record.at).text
        assert f'action="{way}"' in record.speaker.get(record.at).text
        assert "撤回第1条更正要求" in record.speaker.get(record.at).words
        assert "为什么撤回" in record.clerk.get(way).words and "为什么撤回" not in record.speaker.get(way).words
        assert (
            record.chair.get(way).status == 403 and record.clerk.get("/minutes-corrections/2/withdrawal").status == 403
        )
        empty = record.clerk.post(way, reason=" ")
        assert empty.status == 422 and "撤回要写明理由" in empty.words
        assert "已撤回" not in record.stranger.get(record.at).words
        assert record.clerk.post(way, reason="记到别人名下了").location == f"{record.at}#c1"
        assert record.speaker.post("/minutes-corrections/2/withdrawal").status == 303
        words = record.stranger.get(record.at).words
        assert "由记录员林涛撤回，理由：记到别人名下了" in words and words.count("提出的人在") == 1
        assert record.clerk.get(way).status == 409


def test_the_clerk_who_has_asked_enough_still_types_for_others(database_url, tmp_path, monkeypatch):
    monkeypatch.setattr(minutes_rules, "MOST_ASKED", 1)
    with house_at(database_url, tmp_path) as house:
        record = test_minutes_pages.Record(house)
        assert record.ask(record.chair).status == 303
        no = record.ask(record.chair, passage="反对", wording="有条件")
        assert no.status == 403 and "最多要求更正1次，撤回的也算" in no.words and "本地设置" in no.words
        page = record.chair.get(record.at)
        assert "最多要求更正1次" in page.words and "替别人要求更正" in page.words
        assert "谁要求的" in record.chair.get(f"{record.at}/corrections/new").words
        given = {"passage": "反对", "wording": "有条件", "for": str(house.village["李强"])}
        assert record.ask(record.chair, **given).status == 303


def test_whoever_was_dismissed_as_chair_stands_on_no_line_to_sign_on(record):
    def facts(session):
        return facts_of(session, record.meeting.story.now, minutes_of(session, record.id), "https://testserver")

    assert record.look(facts).keepers == {"chair": CHAIR, "clerk": CLERK}

    def dismiss(session, now) -> None:
        for one in session.exec(select(Appointment).where(Appointment.person_id == record.village[CHAIR])):
            one.until_on = now.date() - timedelta(days=1)

    record.change(dismiss)
    assert record.look(facts).keepers == {"clerk": CLERK}
