"""Minutes that go on saying elsewhere what was put right: told to chair and clerk, carried through, left, said before the seal."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from deliberation.audit.actions import Actor
from deliberation.refusal import Invalid, Refused
from deliberation.rooms.minutes_echoes import BODY, SUMMARY, change_there_too, leave_there, open_echoes
from deliberation.rooms.minutes_models import (
    MinutesLeft,
    corrections_of,
    editions_of,
    left_in,
    minutes_of,
    newest_edition,
)
from deliberation.rooms.minutes_sealing import Signer, sign
from tests.rooms import test_minutes_pages as pages
from tests.rooms import test_minutes_sealing as sealing
from tests.rooms.halls import house_at
from tests.rooms.meeting import CHAIR, CLERK

TEXT = """一、发言
李强：路宽三米，反对。
赵敏：同意。

【主要意见和理由】
有人认为路宽三米太窄。路面三米以外是菜地。
"""


class Record(sealing.Record):
    def __init__(self, url: str):
        sealing.TEXT, kept = TEXT, sealing.TEXT
        try:
            super().__init__(url)
        finally:
            sealing.TEXT = kept

    def take(self) -> int:
        """李强's correction of what he said, accepted: of the first place only."""
        asked = self.ask(passage="李强：路宽三米", wording="李强：路宽四米")
        self.answer(asked, words="李强：路宽四米")
        return asked

    def open(self):
        return self.look(lambda session: open_echoes(session, minutes_of(session, self.id)))

    def carry(self, key, words="路宽四米", *, by=CHAIR, keeps=True):
        actor = Actor("chair", self.village[by])
        return self.change(
            lambda session, now: (
                change_there_too(session, now, document_id=self.id, key=key, words=words, actor=actor, keeps=keeps).id
            )
        )

    def leave(self, key, reason="说的是菜地", *, keeps=True):
        actor = Actor("clerk", self.village[CLERK])
        return self.change(
            lambda session, now: (
                leave_there(session, now, document_id=self.id, key=key, reason=reason, actor=actor, keeps=keeps).id
            )
        )

    def seal(self, role="chair", *, despite=False):
        name = {"chair": CHAIR, "clerk": CLERK}[role]
        signer = Signer(self.village[name], role, self.digest, despite)
        self.change(
            lambda session, now: sign(session, now, document_id=self.id, signer=signer, roles=frozenset({role}))
        )

    @property
    def body(self) -> str:
        return self.look(lambda session: newest_edition(session, self.id).body)


class Pages(pages.Record):
    def change_body(self, more: str) -> None:
        """Minutes that repeat what was said: the first edition and its document say this as well."""

        def verb(session, _now):
            edition = newest_edition(session, self.row.document_id)
            edition.body += more
            session.add(edition)

        self.house.site.house.database.change(verb)


@pytest.fixture
def record(database_url):
    made = Record(database_url)
    yield made
    made.database.close()


def test_without_an_accepted_correction_nothing_is_old(record):
    assert record.open() == []
    record.answer(record.ask(passage="李强：路宽三米", wording="李强：路宽四米"), words=None, answer="录音里是三米")
    assert record.open() == []


def test_the_other_places_are_named_with_their_section_and_what_they_would_say(record):
    record.take()
    found = record.open()
    assert [(each.where, each.old, each.new, each.place.heading) for each in found] == [
        (BODY, "路宽三米", "路宽四米", "【主要意见和理由】"),
        (BODY, "三米", "四米", "【主要意见和理由】"),
    ]
    record.summarise("大家说路宽三米太窄。")
    assert [each.where for each in record.open()] == [SUMMARY, BODY, BODY]


def test_a_place_is_changed_there_too_as_an_edition_of_its_own(record):
    first = record.take()
    wide, field = record.open()
    follow = record.carry(wide.key)
    assert "有人认为路宽四米太窄。路面三米以外是菜地。" in record.body
    assert [each.key for each in record.open()] == [field.key]
    rows = record.look(lambda session: corrections_of(session, record.id))
    assert [(each.id, each.follows_id, each.reason) for each in rows[1:]] == [(follow, first, "随第1条更正一起改")]
    assert len(record.look(lambda session: editions_of(session, record.id))) == 3
    with pytest.raises(Refused, match="已经改了"):
        record.carry(wide.key)
    assert record.entered("minutes.questioned")[-1]["follows"] == first and record.faults == []


def test_a_place_is_left_with_a_sentence_and_asked_about_again_when_its_sentence_changes(record):
    first = record.take()
    wide, field = record.open()
    with pytest.raises(Invalid) as no:
        record.leave(field.key, "  ")
    assert set(no.value.errors) == {"reason"}
    record.leave(field.key)
    assert [each.key for each in record.open()] == [wide.key]
    with pytest.raises(Refused, match="写明不改"):
        record.leave(field.key)
    [row] = record.look(lambda session: left_in(session, record.id))
    assert (row.correction_id, row.words, row.reason) == (first, "三米", "说的是菜地")
    [entry] = record.entered("minutes.left")
    assert (entry["correction"], entry["left"], record.faults) == (first, row.id, [])
    record.carry(wide.key)
    assert record.open() == []
    record.answer(record.ask(passage="以外是菜地", wording="以外是果园"), words="以外是果园")
    assert "三米" in [each.old for each in record.open()], "its sentence reads otherwise now"


def test_only_chair_and_clerk_and_only_before_the_seal(record):
    record.take()
    wide, field = record.open()
    for act in (lambda: record.carry(wide.key, keeps=False), lambda: record.leave(field.key, keeps=False)):
        with pytest.raises(Refused, match="主持人和记录员"):
            act()
    record.wait_out()
    record.seal("chair", despite=True)
    record.seal("clerk", despite=True)
    for act in (lambda: record.carry(wide.key), lambda: record.leave(field.key)):
        with pytest.raises(Refused, match="定稿"):
            act()


def test_what_is_left_open_is_said_before_the_seal_and_confirmed(record):
    record.take()
    record.wait_out()
    with pytest.raises(Invalid) as no:
        record.seal()
    assert no.value.errors["despite"].facts["n"] == 2
    record.seal("chair", despite=True)
    assert record.entered("minutes.signed")[-1]["open"] == 2
    wide, field = record.open()
    record.carry(wide.key)
    record.leave(field.key)
    record.seal("clerk")
    assert record.minutes.sealed_at is None, "the chair signed another text"
    record.seal("chair")
    assert record.minutes.sealed_at is not None and "open" not in record.entered("minutes.signed")[-1]
    assert record.faults == []


def test_the_words_that_are_typed_must_differ_and_may_be_nothing(record):
    record.take()
    wide, field = record.open()
    with pytest.raises(Invalid):
        record.carry(wide.key, words=wide.old)
    record.carry(field.key, words="")
    assert "路面以外是菜地" in record.body


def test_carrying_through_uses_up_nobodys_corrections(record, monkeypatch):
    from deliberation.rooms import minutes_rules

    monkeypatch.setattr(minutes_rules, "MOST_ASKED", 1)
    record.take()
    for each in record.open():
        record.carry(each.key, words=each.new)
    asked = record.ask(name=CHAIR, passage="赵敏：同意", wording="赵敏：同意修")
    assert asked


def test_places_that_are_left_are_held_against_the_log(record):
    record.take()
    record.leave(record.open()[1].key)
    assert record.faults == []

    def falsify(session, _now):
        session.get(MinutesLeft, 1).reason = "别的理由"

    record.change(falsify)
    assert any("不跟着改" in each for each in record.faults)


def test_chair_and_clerk_are_led_through_the_places_and_nobody_else(database_url, tmp_path):
    with house_at(database_url, tmp_path) as house:
        minutes = Pages(house)
        second = "\n【主要意见和理由】\n有人认为路宽三米太窄。路面三米以外是菜地。"
        minutes.change_body(second)
        assert minutes.ask(place="1", edition="1").status == 303
        led = minutes.chair.post("/minutes-corrections/1/answer", do="accept", words="路宽四米", answer="")
        assert led.location == f"{minutes.at}/echoes"
        page = minutes.clerk.get(led.location)
        assert "【主要意见和理由】" in page.words and "<mark>路宽三米</mark>" in page.text
        keys = re.findall(r'name="echo" value="(\w+)"', page.text)
        assert len(set(keys)) == 2
        wide, field = dict.fromkeys(keys)
        for browser in (minutes.speaker, minutes.stranger):
            assert browser.get(f"{minutes.at}/echoes").status in (303, 403)
            assert browser.post(f"{minutes.at}/echoes/left", echo=field, reason="x").status in (303, 403)
        assert "2处还写着更正以前的话" in minutes.chair.get(minutes.at).words
        assert "还写着" not in minutes.speaker.get(minutes.at).words
        assert minutes.chair.get("/").links(f"{minutes.at}/echoes")
        empty = minutes.clerk.post(f"{minutes.at}/echoes/left", echo=field, reason="")
        assert empty.status == 422 and f'id="e{field}"' in empty.text
        assert minutes.clerk.post(f"{minutes.at}/echoes/changes", echo=wide, words="路宽四米").status == 303
        assert minutes.clerk.post(f"{minutes.at}/echoes/changes", echo=wide, words="路宽四米").status == 409
        shown = minutes.stranger.get(minutes.at).words
        assert "有人认为路宽四米太窄" in shown and "随第1条更正一起改" in shown
        minutes.change(until=datetime.now(UTC))
        signing = minutes.chair.get(f"{minutes.at}/signing")
        assert "还有1处写着更正以前的话" in signing.words and 'name="despite"' in signing.text
        refused = minutes.sign(minutes.chair, "chair")
        assert refused.status == 422 and "还有1处写着更正以前的话" in refused.words
        assert minutes.sign(minutes.chair, "chair", despite="yes").status == 303
        assert "下面这些地方还写着原来的话" in minutes.clerk.get(f"{minutes.at}/echoes").words
        assert minutes.clerk.post(f"{minutes.at}/echoes/left", echo=field, reason="说的是菜地").status == 303
        done = minutes.clerk.get(f"{minutes.at}/echoes").words
        assert "没有别处写着更正以前的话" in done and "下面这些地方" not in done
        assert "说的是菜地" in minutes.stranger.get(minutes.at).words
        assert minutes.sign(minutes.clerk, "clerk").status == 303
        assert minutes.row.sealed_at is not None


def test_the_dossier_leads_to_the_text_that_stands_and_says_until_when_it_can_be_corrected(database_url, tmp_path):
    with house_at(database_url, tmp_path) as house:
        minutes = pages.Record(house)
        dossier, document = f"/matters/{house.matter_id}", minutes.row.document_id
        last = minutes.row.until.astimezone(ZoneInfo("Asia/Shanghai")) - timedelta(microseconds=1)
        until = f"{last.month}月{last.day}日"

        def card(browser):
            text = browser.get(dossier).text
            found = text[text.index(f'<li class="doc" id="d{document}"') :]
            return found.split('<li class="doc"')[1]

        shown = card(minutes.stranger)
        assert f'<h3 class="doc__title"><a href="{minutes.at}">' in shown and until in shown
        assert f'href="{minutes.at}/corrections/new"' in shown and "到场或者发言的人" in shown
        minutes.ask()
        assert (
            minutes.chair.post("/minutes-corrections/1/answer", do="accept", words="路宽四米", answer="").status == 303
        )
        shown = card(minutes.stranger)
        assert "李强：路宽四米" in shown and "第2版" in shown and f'href="/documents/{document}"' in shown
        assert "路宽三米" in minutes.stranger.get(f"/documents/{document}").words, "the first text stays"
        minutes.change(until=datetime.now(UTC))
        for browser, role in ((minutes.chair, "chair"), (minutes.clerk, "clerk")):
            assert minutes.sign(browser, role).status == 303
        shown = card(minutes.stranger)
        assert "已签名定稿" in shown and "corrections/new" not in shown and f'href="{minutes.at}"' in shown


def test_the_closed_room_offers_the_correction_to_those_who_may_ask(database_url, tmp_path):
    with house_at(database_url, tmp_path) as house:
        minutes = pages.Record(house)
        room, asking = f"/rooms/{minutes.row.room_id}", f"{minutes.at}/corrections/new$"
        assert minutes.speaker.get(room).links(asking) and "为止可以申请更正" in minutes.speaker.get(room).words
        for browser in (minutes.other, minutes.stranger):
            assert not browser.get(room).links(asking) and browser.get(room).links(f"{minutes.at}$")
        minutes.change(until=datetime.now(UTC))
        assert not minutes.speaker.get(room).links(asking)
