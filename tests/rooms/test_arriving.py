"""Arriving again: the live parts alone, drawn once a language and state, and a hall in which thousands came."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import insert
from sqlmodel import select

from deliberation.audit.actions import Actor
from deliberation.identity.actions import change_person
from deliberation.identity.models import Person
from deliberation.rooms.hall import MOST_SHOWN
from deliberation.rooms.models import Attendance
from tests.rooms.halls import house_at


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def test_the_parts_are_drawn_once_a_language_until_something_happens(house, monkeypatch):
    from deliberation.rooms import pages

    room = house.open_room()
    drawn = []
    shown_in = pages.shown_in
    monkeypatch.setattr(pages, "shown_in", lambda scene: drawn.append(scene.room.id) or shown_in(scene))
    member, chair = house.browser("李强"), house.browser("王秀英")
    first = member.get(f"{room}/parts").text
    assert chair.get(f"{room}/parts").text == first or 'data-now="' in first
    stranger = house.site.browser()
    assert len(drawn) == 1 and 'id="said"' in first and "<form" not in first, "and nothing in them is anybody's own"
    assert 'id="seen"' in stranger.get(f"{room}/parts").text and len(drawn) == 1
    member.post(f"{room}/attendance")
    assert "李强" in chair.get(f"{room}/parts").text and len(drawn) == 2
    seen = int(re.search(r'id="seen" value="(\d+)"', first)[1])
    member.post(f"{room}/turns", position="for")
    assert f'id="seen" value="{seen + 1}"' in chair.get(f"{room}/parts").text and len(drawn) == 3


def test_a_name_put_right_in_another_log_is_drawn_anew_and_once(house, monkeypatch):
    from deliberation.rooms import pages

    room = house.open_room()
    house.browser("林涛").post(f"{room}/guests", guest="丁老三", role="affected", phone="no")
    drawn = []
    shown_in = pages.shown_in
    monkeypatch.setattr(pages, "shown_in", lambda scene: drawn.append(scene.room.id) or shown_in(scene))
    strangers = [house.site.visitor() for _ in range(3)]
    assert all("丁老三" in one.get(f"{room}/parts").text for one in strangers) and len(drawn) == 1

    def put_right(session, now):
        who = session.exec(select(Person).where(Person.name == "丁老三")).one()
        change_person(session, who=who, actor=Actor(), name="丁志明")

    house.site.house.database.change(put_right)
    told = [one.get(f"{room}/parts").text for one in strangers]
    assert all("丁志明" in text and "丁老三" not in text for text in told) and len(drawn) == 2


def test_thousands_in_a_hall_are_counted_and_the_first_of_them_named(house):
    room = house.open_room()
    room_id = int(room.rsplit("/", 1)[1])

    def verb(session, now):
        rows = [
            {
                "community_id": house.village.id,
                "name": f"听众{n:04}",
                "number": f"H{n}",
                "pinyin": "tz",
                "added_at": now,
            }
            for n in range(1_500)
        ]
        session.connection().execute(insert(Person.__table__), rows)
        ids = [
            id
            for (id,) in session.execute(
                Person.__table__.select()
                .with_only_columns(Person.__table__.c.id)
                .where(Person.__table__.c.number.like("H%"))
            )
        ]
        session.connection().execute(
            insert(Attendance.__table__),
            [
                {"room_id": room_id, "person_id": id, "capacity": "居民", "counts": True, "arrived_at": now}
                for id in ids
            ],
        )

    house.site.house.database.change(verb)
    page = house.browser("李强").get(room)
    assert "1501人签到" in page.words.replace(",", ""), "those and the chair"
    assert page.text.count("<span>听众") == MOST_SHOWN - 1
    assert f"还有{1501 - MOST_SHOWN}人" in page.words.replace(",", "")
