"""The demo's clock stops at the hour for which something was called."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from deliberation.communities.models import installation
from deliberation.rooms.convening_coming import convening_deadlines, next_convening
from deliberation.rooms.convening_models import Convening
from tests.rooms.halls import house_at


@pytest.fixture
def demo(database_url, tmp_path):
    with house_at(database_url, tmp_path, clock="demo") as made:
        made.site.house.database.change(lambda session, _now: setattr(installation(session), "is_demo", True))
        yield made


@pytest.mark.parametrize(
    ("form", "said"),
    [("council", "开会协商的时间到"), ("written_inquiry", "书面答复截止"), ("visits", "计划谈完的时间到")],
)
def test_the_demos_clock_stops_at_what_was_called(demo, form: str, said: str):
    chair, house = demo.browser("王秀英"), demo.site.house
    at = (datetime.now(UTC) + timedelta(hours=8, days=3)).replace(hour=9, minute=0)
    given = {"form": form, "title": "村道怎么修", "starts_at": at.strftime("%Y-%m-%dT%H:%M")}
    called = chair.post(f"/matters/{demo.matter_id}/convenings", **given).location
    with house.database.read() as session:
        starts_at = session.exec(select(Convening)).one().starts_at
        assert next_convening(session, house.now(session)) == starts_at
    for _press in range(8):
        assert chair.post("/demo/clock", until="next").status == 303
        with house.database.read() as session:
            now = house.now(session)
        if now >= starts_at:
            break
    assert starts_at <= now < starts_at + timedelta(minutes=1), (starts_at, now)
    assert said in chair.get("/").words.partition("时间过到")[2]
    if form == "council":
        assert "打开协商室" in chair.get(called).words
    with house.database.read() as session:
        assert next_convening(session, now) is None and list(convening_deadlines(session, now)) == []


def test_it_stops_at_nothing_that_was_cancelled(demo):
    chair, house = demo.browser("王秀英"), demo.site.house
    given = {"form": "council", "title": "村道怎么修", "starts_at": "2099-01-01T09:00"}
    called = chair.post(f"/matters/{demo.matter_id}/convenings", **given).location
    assert chair.post(f"{called}/cancellation", reason="改期再开").status == 303
    with house.database.read() as session:
        assert next_convening(session, house.now(session)) is None
        assert list(convening_deadlines(session, house.now(session))) == []
