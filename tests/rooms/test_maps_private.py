"""What a map of opinion tells of single persons: nothing, neither on its page nor in its files nor in the log."""

from __future__ import annotations

import json
import time
from datetime import timedelta

import pytest
from sqlmodel import col, select

from deliberation.audit.models import Entry
from deliberation.rooms.map_files import OF_PERSONS, PUBLIC
from deliberation.rooms.map_models import map_named
from deliberation.rooms.map_view import figures
from deliberation.rooms.mapping import release_map
from deliberation.rooms.minutes_gathering import mapped
from tests.pages import Browser
from tests.rooms.halls import House, house_at
from tests.rooms.meeting import CHAIR, NEIGHBOUR
from tests.rooms.test_maps import FIRST, Table, rows_of

VOTERS = ("李强", NEIGHBOUR, "周明")


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


@pytest.fixture
def table(database_url):
    made = Table(database_url)
    yield made
    made.meeting.database.close()


def open_map(house: House) -> str:
    given = {"question": "先办哪一件？", "first": "\n".join(FIRST)}
    return house.browser(CHAIR).post(f"/matters/{house.matter_id}/maps", **given).location


def released(browser: Browser, page: str, said: str) -> None:
    """Until the drawing is there, which a job makes."""
    assert browser.post(f"{page}/release").status == 303
    until = time.monotonic() + 60
    while said not in browser.get(page).words:
        assert time.monotonic() < until
        time.sleep(0.2)


def column(browser: Browser, page: str, name: str, *places: int) -> list[tuple[str, ...]]:
    rows = rows_of(browser.get(f"{page}/{name}.csv").text.encode())[1:]
    return [tuple(row[place] for place in places) for row in rows]


def test_before_the_release_the_chair_reads_no_sums_either(house: House):
    page, chair = open_map(house), house.browser(CHAIR)
    assert house.browser("李强").post("/map-statements/1/marks", mark="agree").status == 303
    for name in PUBLIC + OF_PERSONS:
        assert chair.get(f"{page}/{name}.csv").status == 404, name
    assert ".csv" not in chair.get(page).text


def test_files_say_what_was_released_and_not_each_mark_as_it_comes(house: House):
    page, chair, late = open_map(house), house.browser(CHAIR), house.browser("刘洋")
    for name in VOTERS:
        assert house.browser(name).post("/map-statements/1/marks", mark="agree").status == 303
    released(chair, page, "3人表了3次态")
    before = [(name, column(late, page, name, *(range(4, 7) if name == "comments" else (0, 1)))) for name in PUBLIC]
    assert late.post("/map-statements/1/marks", mark="disagree").status == 303
    after = [(name, column(late, page, name, *(range(4, 7) if name == "comments" else (0, 1)))) for name in PUBLIC]
    assert before == after
    assert [chair.get(f"{page}/{name}.csv").status for name in OF_PERSONS] == [404, 404]


def test_what_was_hidden_after_the_release_is_in_no_file(house: House):
    page, chair = open_map(house), house.browser(CHAIR)
    for name in VOTERS:
        assert house.browser(name).post("/map-statements/2/marks", mark="agree").status == 303
    released(chair, page, "3人表了3次态")
    assert column(chair, page, "comment-groups", 1, 2) == [(FIRST[1], "3")]
    assert chair.post("/map-statements/2/hiding", reason="点了别人的名").status == 303
    for name in PUBLIC:
        assert FIRST[1] not in house.browser("李强").get(f"{page}/{name}.csv").text, name


def test_the_log_names_nobody_by_the_office_in_which_they_wrote(house: House):
    page = open_map(house)
    for number, name in enumerate(("周明", "李强")):
        assert house.browser(name).post(f"{page}/statements", body=f"路灯也要装{number}").status == 303
    with house.site.house.database.read() as session:
        found = session.exec(select(Entry.body).where(Entry.act == "map.statement_made").order_by(col(Entry.index)))
        assert [json.loads(body)["actor"] for body in found][-2:] == ["resident", "resident"]


def test_what_hardly_anybody_marked_is_told_without_figures(table: Table):
    for name in VOTERS:
        table.mark(name, 1, "agree")
    for name in VOTERS[:2]:
        table.mark(name, 2, "disagree")
    table.on_map(CHAIR, release_map)
    table.draw()
    shown = table.look(lambda session: figures(session, map_named(session, table.map_id)))
    assert [one.statement.id for one in shown["rest"]] == [1] and shown["few"] == 1
    (said,) = table.look(lambda session: mapped(session, table.meeting.story.matter_id))
    assert said.rest == (f"{FIRST[0]}（同意3人，不同意0人，说不好0人）",)


def test_a_map_that_one_person_marked_does_not_say_how(house: House):
    page, chair, one = open_map(house), house.browser(CHAIR), house.browser("李强")
    assert one.post("/map-statements/1/marks", mark="disagree").status == 303
    released(chair, page, "1人表了1次态")
    words = house.browser("刘洋").get(page).words
    assert "1条表态的不到3人，列出来就等于点名，所以不列合计。" in words and "同意0%" not in words
    assert column(chair, page, "comments", 4, 5) == [("0", "0")] * 3 and column(chair, page, "comment-groups", 0) == []


def test_an_open_map_is_not_released_again_for_one_more_mark(house: House):
    page, chair = open_map(house), house.browser(CHAIR)
    for name in VOTERS:
        assert house.browser(name).post("/map-statements/1/marks", mark="agree").status == 303
    released(chair, page, "3人表了3次态")
    assert house.browser("刘洋").post("/map-statements/1/marks", mark="disagree").status == 303
    at_once = chair.post(f"{page}/release")
    assert at_once.status in (403, 409) and "公布以后过10分钟才能重新公布" in at_once.words
    assert "公布以后过10分钟才能重新公布" in chair.get(page).words

    def later(session, now):
        map_named(session, int(page.rsplit("/", 1)[1])).released_at = now - timedelta(minutes=11)

    house.site.house.database.change(later)
    refused = chair.post(f"{page}/release")
    assert refused.status == 409 and "比上次公布至少多3人表态才能重新公布" in refused.words
    for name in [each for each in ("黄丽", "徐刚", "马超", "朱红") if each not in VOTERS][:2]:
        assert house.browser(name).post("/map-statements/1/marks", mark="pass").status == 303
    released(chair, page, "6人表了6次态")
    assert chair.post(f"{page}/closing").status == chair.post(f"{page}/release").status == 303, "it changes no more"


def test_a_map_is_not_released_after_its_end_for_one_more_mark_either(house: House):
    page, chair = open_map(house), house.browser(CHAIR)
    for name in VOTERS:
        assert house.browser(name).post("/map-statements/1/marks", mark="agree").status == 303
    released(chair, page, "3人表了3次态")
    assert house.browser("刘洋").post("/map-statements/1/marks", mark="disagree").status == 303
    assert chair.post(f"{page}/closing").status == 303
    refused = chair.post(f"{page}/release")
    assert refused.status == 409 and "上次公布的意见图就是最后的" in refused.words
