"""What a call asked stands in the minutes, and the dossier names a consultation without a hall as what it is."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from deliberation.rooms.models import Room
from tests.rooms.halls import House, house_at
from tests.rooms.test_convening_pages import convene, hurry, local


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


@pytest.mark.parametrize(
    ("form", "sentence", "refusal"),
    [
        ("written_inquiry", "书面征询正在进行，可以去看问了什么、怎么书面答复", "书面征询还没有结束"),
        ("visits", "走访正在进行，办理的人逐户上门或者约谈，可以去看问什么", "走访约谈还没有结束"),
    ],
)
def test_the_dossier_says_what_runs_without_a_hall(house: House, form, sentence, refusal):
    called, chair = convene(house, form), house.browser("王秀英")
    if form == "written_inquiry":
        assert chair.post(f"{called}/papers", paper="plan", subject="document/1").status == 303
    assert chair.post(f"{called}/beginning").status == 303
    page = chair.get(f"/matters/{house.matter_id}")
    assert sentence in page.words and refusal in page.words and page.links(called)
    assert "协商室还没有关闭" not in page.words and "进入协商室" not in page.words and "可以进去听" not in page.words


def test_what_experts_were_asked_stands_in_the_draft_before_what_they_said(house: House):
    called = convene(house, "expert_advice", starts_at=local(minutes=5), body="路基承重够不够？\n排水怎么做？")
    chair = house.browser("王秀英")
    assert chair.post(f"{called}/papers", paper="plan", subject="document/1").status == 303
    hurry(house, starts_at=datetime.now(UTC) - timedelta(minutes=1))
    given = {"title": "路", "minutes": "60", "turn_minutes": "2", "turns_each": "2", "convening": "1", "vacant": "yes"}
    room = chair.post(f"/matters/{house.matter_id}/rooms", **given).location
    assert chair.post(f"{room}/closing").status == 303
    draft = chair.get(f"{room}/minutes").words
    assert "要大家知道和回答的：路基承重够不够？ 排水怎么做？ 形式：专家咨询" in draft
    assert draft.index("排水怎么做？") < draft.index("一、发言")


def test_whoever_handed_in_a_written_answer_is_waited_for_no_more(house: House):
    called, chair = convene(house, "written_inquiry"), house.browser("王秀英")
    assert chair.post(f"{called}/papers", paper="plan", subject="document/1").status == 303
    for name in ("李强", "周明"):
        assert chair.post(f"{called}/invitations", name=name, role="delegate").status == 303
    assert chair.post(f"{called}/beginning").status == 303
    assert house.browser("李强").post(f"{called}/answers", body="同意。").status == 303
    page = chair.get(called).text
    wrote, waits = (page.split(f'id="invitation-{nth}"')[1].split("</p>\n<")[1] for nth in (1, 2))
    assert "已交书面答复" in wrote and "等答复" not in wrote
    assert "等答复" in waits and "已交书面答复" not in waits


def test_a_room_past_its_planned_time_is_past_it_by_hours(house: House):
    room = house.open_room()
    assert 'class="is-over"' not in house.browser("李强").get(room).text.split('id="state"')[1].split("</div>")[1]

    def verb(session, _now) -> None:
        found = session.exec(select(Room)).one()
        found.ends_at = datetime.now(UTC) - timedelta(hours=1007, minutes=1)
        session.add(found)

    house.site.house.database.change(verb)
    for page in (room, f"{room}/screen"):
        text = house.browser("李强").get(page).text
        part = text.split('class="if-over"')[0][-900:] + text.split('class="if-over"')[1][:900]
        assert 'class="is-over"' in part and ">+1007:01:" in part and "超过计划时间" in part, page
