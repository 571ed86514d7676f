"""A written inquiry has one place for answers, which nobody reads before its last day."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from deliberation.matters.models import Clock
from deliberation.rooms.convening_models import Invitation
from tests.rooms.halls import House, house_at
from tests.rooms.test_convening_pages import convene, day, hurry, rows


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def asked(house: House, **more: str) -> str:
    called = convene(house, "written_inquiry", body="同意拓宽吗？")
    chair = house.browser("王秀英")
    chair.post(f"{called}/papers", paper="plan", subject="document/1")
    given = {"name": "李强", "role": "delegate"} | more
    assert chair.post(f"{called}/invitations", **given).status == 303
    return called


def test_the_invited_are_asked_in_one_place_and_nobody_reads_it_before_the_day(house: House):
    called, chair, member = asked(house), house.browser("王秀英"), house.browser("李强")
    page = member.get(called)
    assert "您来吗" not in page.words and "到场" not in page.words and "征询开始以后，在本页书面答复。" in page.words
    assert chair.post(f"{called}/beginning").status == 303
    page = member.get(called)
    assert "请在下面“书面答复”里作答" in page.words and 'value="comes"' not in page.text
    for reply in ("writes", "comes"):
        refused = member.post("/invitations/1/reply", reply=reply, words="太吵，不同意。")
        assert refused.status == 422 and "书面征询只在“书面答复”里作答" in refused.words and "太吵" in refused.text
    assert rows(house, Invitation)[0].reply == ""
    assert member.post(f"{called}/answers", body="太吵，不同意。", position="against").status == 303
    page = member.get(called)
    assert "请在下面" not in page.words and "1份" in page.words
    assert "请您以“" not in page.words, "who has answered is asked no more"
    assert re.search(r'value="against" checked', page.text), "the position that was chosen stays with the words"
    stranger = house.site.visitor().get(called).words
    assert "参加人 已交书面答复" in stranger and "参加人 参加人" not in stranger
    for name in ("赵敏", "刘洋"):
        assert "太吵" not in house.browser(name).get(called).words
    for name in ("王秀英", "周明"):
        assert "太吵" in house.browser(name).get(called).words


def test_why_somebody_declines_an_inquiry_is_read_after_the_day_too(house: House):
    called = asked(house, role="department", office="住建局", due_on=day(2))
    chair, member, neighbour = (house.browser(name) for name in ("王秀英", "李强", "赵敏"))
    assert chair.post(f"{called}/beginning").status == 303
    refused = member.post("/invitations/1/reply", reply="declines")
    assert refused.status == 422 and "部门不参加的，请写明理由" in refused.words
    assert member.post("/invitations/1/reply", reply="declines", words="不属本局职责").status == 303
    assert "不属本局职责" not in neighbour.get(called).words and "不属本局职责" in chair.get(called).words
    hurry(house, starts_at=datetime.now(UTC) - timedelta(minutes=1))
    assert chair.post(f"{called}/closing").status == 303
    assert "不属本局职责" in neighbour.get(called).words


def test_the_letter_of_an_inquiry_names_a_deadline(house: House):
    asked(house)
    member = house.browser("李强")
    words = member.get(member.get("/inbox").links(r"/deliveries/\d+")[0]).words
    assert "书面答复截止：" in words and "时间：" not in words


def test_declining_an_inquiry_can_be_taken_back_and_the_answer_is_owed_again(house: House):
    called = asked(house, role="department", office="住建局", due_on=day(2))
    chair, member = house.browser("王秀英"), house.browser("李强")
    assert chair.post(f"{called}/beginning").status == 303
    assert member.post("/invitations/1/reply", reply="declines", words="点错了").status == 303
    assert "您答复了不参加" in member.get(called).words
    assert member.post("/invitations/1/reply", reply="comes").status == 303
    [invited] = rows(house, Invitation)
    assert (invited.reply, invited.words, invited.replied_at) == ("", "", None)
    clocks = [each.stopped_at is None for each in rows(house, Clock) if each.subject == "invitation/1"]
    assert clocks == [True]
    assert member.post(f"{called}/answers", body="同意，按方案办。", position="for").status == 303
