"""An invitation waits at home until it is answered."""

from __future__ import annotations

import pytest
from sqlmodel import select

from deliberation.delivery.models import Delivery
from tests.rooms.halls import House, house_at
from tests.rooms.test_convening_pages import convene


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def read_letter(house: House, name: str) -> None:
    with house.site.house.database.read() as session:
        letters = select(Delivery).where(Delivery.person_id == house.village[name])
        id = max(each.id for each in session.exec(letters) if each.subject.startswith("invitation/"))
    assert house.browser(name).post(f"/deliveries/{id}/reading").status == 303


def asks(house: House, name: str, words: str, called: str) -> bool:
    page = house.browser(name).get("/")
    return words in page.words and called in page.links(r"/convenings/\d+")


def test_who_was_invited_finds_at_home_where_to_answer_until_they_did(house: House):
    called = convene(house, "open_talk")
    chair = house.browser("王秀英")
    for name in ("李强", "赵敏"):
        assert chair.post(f"{called}/invitations", name=name, role="delegate").status == 303
    assert not asks(house, "李强", "等您答复", called), "first the letter is read"
    for name in ("李强", "赵敏"):
        read_letter(house, name)
        assert asks(house, name, "请您参加，等您答复", called)
    assert not asks(house, "周明", "等您答复", called)
    assert house.browser("李强").post("/invitations/1/reply", reply="comes").status == 303
    assert not asks(house, "李强", "等您答复", called)
    assert chair.post("/invitations/2/withdrawal").status == 303
    assert not asks(house, "赵敏", "等您答复", called)


def test_an_inquiry_asks_for_the_written_answer(house: House):
    called = convene(house, "written_inquiry", body="同意拓宽吗？")
    chair, member = house.browser("王秀英"), house.browser("李强")
    assert chair.post(f"{called}/papers", paper="plan", subject="document/1").status == 303
    assert chair.post(f"{called}/invitations", name="李强", role="delegate").status == 303
    read_letter(house, "李强")
    assert asks(house, "李强", "请您书面答复", called)
    assert chair.post(f"{called}/beginning").status == 303
    assert member.post(f"{called}/answers", body="同意。", position="for").status == 303
    assert not asks(house, "李强", "请您书面答复", called)
