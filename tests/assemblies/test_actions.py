"""Seats by hand: who may give one, which two exclude each other, and how one ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from sqlmodel import Session, select

from deliberation.assemblies.actions import end_member, found_assembly, seat_member
from deliberation.assemblies.models import Assembly, Member, standing_of
from deliberation.assemblies.rules import may_end, may_sit, may_sit_from
from deliberation.audit.actions import Actor
from deliberation.audit.models import entries_about
from deliberation.communities.models import community
from deliberation.db import Database
from deliberation.refusal import Refused
from tests.assemblies.places import NOON
from tests.people import Place, Places, build_places, open_database

TODAY = NOON.date()
FROM = date(2026, 1, 1)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = open_database(database_url, now=NOON)
    yield database
    database.close()


@pytest.fixture
def places(database: Database) -> Places:
    return build_places(database)


def seat(database: Database, village: Place, who: str, kind: str, actor: Actor, **term: date) -> int:
    """Seat somebody as 委员 in the body of a kind; the seat's id."""

    def verb(session: Session, now: object) -> int:
        body = session.get(Assembly, village.bodies[kind])
        given = {"from_on": TODAY} | term
        made = seat_member(session, assembly=body, person_id=village[who], role="委员", actor=actor, now=now, **given)
        return made.id

    return database.change(verb)


def end(database: Database, seat_id: int, last_day: date, actor: Actor) -> None:
    def verb(session: Session, now: object) -> None:
        found = session.get(Member, seat_id)
        body = session.get(Assembly, found.assembly_id)
        end_member(session, member=found, assembly=body, last_day=last_day, actor=actor, now=now)

    database.change(verb)


def seat_of(database: Database, village: Place, who: str, kind: str) -> int:
    with database.read() as session:
        mine = (Member.person_id == village[who], Member.assembly_id == village.bodies[kind])
        return session.exec(select(Member.id).where(*mine)).one()


def test_an_officer_seats_a_person_and_the_log_says_so_without_a_name(database: Database, places: Places) -> None:
    village = places.village
    made = seat(database, village, "赵敏", "supervision", village.actor("钱芳"))
    with database.read() as session:
        (entry,) = entries_about(session, f"member/{made}")
        standing = standing_of(session, village["赵敏"], community(session, village.id), TODAY)
    assert entry.act == "member.seated" and "赵敏".encode() not in entry.body
    assert '"role":"委员"'.encode() in entry.body and b'"from":"2026-11-23"' in entry.body
    assert standing.has("supervisor")


@pytest.mark.parametrize("who", ["李强", "赵敏", "王秀英", "周明", "郑伟"])
def test_others_seat_nobody(database: Database, places: Places, who: str) -> None:
    village = places.village
    with pytest.raises(Refused, match="管理员或承办人"):
        seat(database, village, "赵敏", "committee", village.actor(who))
    with pytest.raises(Refused, match="管理员或承办人"):
        end(database, seat_of(database, village, "李强", "representatives"), TODAY, village.actor(who))


def test_the_officer_of_the_next_village_seats_nobody_here(database: Database, places: Places) -> None:
    with pytest.raises(Refused, match="管理员或承办人"):
        seat(database, places.village, "赵敏", "committee", places.other.actor("钱芳"))


@pytest.mark.parametrize(("who", "kind"), [("王秀英", "supervision"), ("周明", "committee")])
def test_committee_and_supervision_exclude_each_other(database: Database, places: Places, who: str, kind: str) -> None:
    village = places.village
    with pytest.raises(Refused, match="监督委员会") as caught:
        seat(database, village, who, kind, village.actor("何敏"))
    assert "第三十七条" in caught.value.refusal.source and "第三十六条" in caught.value.refusal.source


def test_who_has_left_the_committee_may_supervise_the_next_one(database: Database, places: Places) -> None:
    village, officer = places.village, places.village.actor("何敏")
    end(database, seat_of(database, village, "林涛", "committee"), date(2026, 6, 30), officer)
    with pytest.raises(Refused):
        seat(database, village, "林涛", "supervision", officer, from_on=date(2026, 6, 30))
    assert seat(database, village, "林涛", "supervision", officer, from_on=date(2026, 7, 1))


def test_nobody_holds_one_seat_twice_at_a_time(database: Database, places: Places) -> None:
    village, officer = places.village, places.village.actor("钱芳")
    first = seat(database, village, "赵敏", "supervision", officer, until_on=date(2026, 12, 31))
    with pytest.raises(Refused, match="同一身份"):
        seat(database, village, "赵敏", "supervision", officer, from_on=date(2026, 12, 31))
    assert seat(database, village, "赵敏", "supervision", officer, from_on=date(2027, 1, 1)) != first


def test_a_seat_that_ended_gives_no_role_from_the_next_day_on(database: Database, places: Places) -> None:
    village = places.village
    found = seat_of(database, village, "周明", "supervision")
    end(database, found, date(2026, 11, 22), village.actor("钱芳"))
    with database.read() as session:
        where = community(session, village.id)
        assert "supervision" in {
            kind for _, kind, _ in standing_of(session, village["周明"], where, date(2026, 11, 22)).seats
        }
        assert standing_of(session, village["周明"], where, TODAY).seats == ()
        assert [entry.act for entry in entries_about(session, f"member/{found}")] == ["member.seated", "member.ended"]


def test_what_has_ended_stays_as_it_ended(database: Database, places: Places) -> None:
    village, officer = places.village, places.village.actor("钱芳")
    found = seat_of(database, village, "李强", "representatives")
    end(database, found, date(2026, 6, 30), officer)
    with pytest.raises(Refused, match="已经结束") as caught:
        end(database, found, TODAY, officer)
    assert caught.value.refusal.late


def test_two_bodies_of_one_community_have_two_names(database: Database, places: Places) -> None:
    def found(session: Session, now: object) -> None:
        where = community(session, places.village.id)
        found_assembly(session, now, community=where, name="村民委员会", kind="committee", actor=Actor())

    with pytest.raises(Refused, match="同名"):
        database.change(found)


@pytest.mark.parametrize(
    ("kind", "seats", "refused"),
    [
        ("supervision", ["committee"], True),
        ("committee", ["supervision"], True),
        ("committee", ["representatives", "supervision"], True),
        ("supervision", ["representatives", "party_branch"], False),
        ("representatives", ["supervision", "committee"], False),
        ("committee", ["committee"], False),
        ("supervision", [], False),
    ],
)
def test_which_bodies_exclude_each_other(kind: str, seats: list[str], refused: bool) -> None:
    assert bool(may_sit(kind, seats)) is refused


def test_the_days_of_a_term() -> None:
    assert may_sit_from(FROM, None, False) is None and may_sit_from(FROM, FROM, False) is None
    assert may_sit_from(FROM, date(2025, 12, 31), False) and may_sit_from(FROM, None, True)
    assert may_end(FROM, None, FROM) is None and may_end(None, None, FROM) is None
    assert may_end(FROM, None, date(2025, 12, 31)) and may_end(FROM, FROM, date(2026, 1, 2))
    assert may_end(FROM, date(2026, 12, 31), date(2026, 6, 30)) is None
