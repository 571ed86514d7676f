"""Signs that turn what is read: refused with their name in what people write in a room, laid open where they are kept."""

from __future__ import annotations

import html

import pytest
from sqlmodel import select

from deliberation.directions import CONTROLS, laid_open, turning
from deliberation.identity.models import Person
from deliberation.rooms.convening_models import Invitation
from deliberation.rooms.models import Statement
from deliberation.sheets import Sheet, Text
from deliberation.templating import environment
from tests.rooms.halls import house_at

TRICK = "测试\u202e反向"


def shown(words: str) -> str:
    return environment("zh-Hans").filters["laid_open"](words)


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def test_each_such_sign_is_named_and_nothing_else_is():
    for sign in CONTROLS:
        no = turning(f"同意{sign}不")
        assert no is not None and no.facts["which"] == [f"U+{ord(sign):04X}"], ascii(sign)
    for words in ("同意。", "👵🏽‍🦳 家庭👨‍👩‍👧", "שלום, مرحبا ئۇيغۇر", "a\tb\nc", "字\u200d字\u200b"):
        assert turning(words) is None and laid_open(words) == shown(words) == words


def test_on_paper_and_pages_a_kept_sign_turns_nothing():
    assert laid_open(TRICK) == "测试‹U+202E›反向"
    assert shown(f"<b>{TRICK}") == "<bdi>&lt;b&gt;测试<code>U+202E</code>反向</bdi>"
    assert Sheet(TRICK, (Text(TRICK),)).data()["blocks"][0]["words"] == "测试‹U+202E›反向"


def test_a_statement_that_reads_otherwise_than_it_was_written_is_refused_and_the_room_goes_on(house):
    room = house.open_room()
    speaker = house.browser("李强")
    answer = speaker.post(f"{room}/statements", body=TRICK, position="for")
    assert answer.status == 422 and "改变文字方向的控制符（U+202E）" in answer.words
    assert html.escape(TRICK) in answer.text, "what was typed stays in the form"
    assert speaker.post(f"{room}/statements", body="测试反向", position="for").status == 303
    with house.site.house.database.read() as session:
        assert [one.body for one in session.exec(select(Statement))] == ["测试反向"]


def test_questions_replies_names_at_the_door_reasons_and_minutes_are_held_to_the_same(house):
    room = house.open_room()
    chair, clerk, speaker = (house.browser(name) for name in ("王秀英", "林涛", "李强"))
    assert speaker.post(f"{room}/statements", body="路窄", position="against").status == 303
    refused = (
        speaker.post(f"{room}/questions", asked=TRICK),
        speaker.post(f"{room}/statements", body=TRICK, reply_to="1"),
        clerk.post(f"{room}/guests", guest=f"小{TRICK}", role="affected", phone="no"),
        clerk.post(f"{room}/guests", guest="小丁", role="affected", office=TRICK, phone="no"),
        chair.post(f"{room}/gauges", kind="agree", question=TRICK),
        speaker.post("/statements/1/withdrawal", reason=TRICK),
    )
    for answer in refused:
        assert answer.status == 422 and "改变文字方向的控制符" in answer.words, answer.words[:300]
    assert chair.post(f"{room}/closing").status == 303
    filed = chair.post(f"{room}/minutes", title="纪要", body=TRICK, outcome="", explained="由主持人概括")
    assert filed.status == 422 and "改变文字方向的控制符" in filed.words
    assert (
        chair.post(f"{room}/minutes", title="纪要", body="路窄。", outcome="", explained="由主持人概括").status == 303
    )
    asked = speaker.post("/minutes/1/corrections", passage="路窄", wording=TRICK, reason="改")
    if asked.status == 404:
        number = chair.get(f"/matters/{house.matter_id}").links(r"/minutes/\d+$")[0]
        asked = speaker.post(f"{number}/corrections", passage="路窄", wording=TRICK, reason="改")
    assert asked.status == 422 and "改变文字方向的控制符" in asked.words
    with house.site.house.database.read() as session:
        assert not [one.name for one in session.exec(select(Person)) if TRICK in one.name]
        assert session.exec(select(Invitation)).all() == []
