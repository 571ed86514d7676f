"""A roster in the database: all of it or nothing, once however often and by however many at a time, nobody removed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import date

import pytest
from sqlmodel import col, select

from deliberation.assemblies.electorate import Part, electorate
from deliberation.assemblies.importing import LeftOut
from deliberation.assemblies.models import Assembly, Household, Member, Ownership, Resident
from deliberation.audit.actions import Actor
from deliberation.audit.models import Entry, Opening
from deliberation.communities.models import community
from deliberation.db import Database
from deliberation.identity.models import Person
from deliberation.refusal import Refused
from deliberation.vocabulary import Role
from tests.assemblies.places import NOON, counts, csv_of, found_village, import_file, read_file, write_file
from tests.assemblies.rosters import as_xlsx, sample_roster
from tests.people import add_neighbour, build_places, give_role, open_database

TODAY = NOON.date()
HEADINGS = "姓名,手机,户号,户代表,小组,机构,身份,起始,截止"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = open_database(database_url, now=NOON)
    yield database
    database.close()


@pytest.fixture
def place(database: Database) -> int:
    return found_village(database)


def entries(database: Database, act: str) -> list[Entry]:
    with database.read() as session:
        return list(session.exec(select(Entry).where(Entry.act == act).order_by(col(Entry.index))))


def seats(database: Database, kind: str) -> dict[str, str]:
    with database.read() as session:
        found = select(Person.name, Member.role).join(Member).join(Assembly).where(Assembly.kind == kind)
        return dict(session.exec(found).all())


def test_the_village_comes_in_with_its_households_bodies_and_groups(database: Database, place: int) -> None:
    made = import_file(database, place, sample_roster("village"), "village.csv")
    found = counts(database)
    assert found["person"] == 60 and found["household"] == 25
    assert made.added == sum(found.values()) and made.skipped == 0
    with database.read() as session:
        kinds = dict(session.exec(select(Assembly.name, Assembly.kind)).all())
        representatives = session.exec(select(Resident).where(Resident.is_representative)).all()
        assert session.exec(select(Person.pinyin).where(Person.name == "李强")).first().startswith("li")
    assert kinds["桃源村村务监督委员会"] == "supervision" and kinds["第一小组"] == "group"
    assert len(representatives) == 25
    assert len(entries(database, "roster.imported")) == 1
    assert len(entries(database, "assembly.founded")) == len(kinds)


def test_the_estate_comes_in_with_its_units_and_one_voice_each(database: Database, place: int) -> None:
    import_file(database, place, sample_roster("estate"), "estate.csv")
    with database.read() as session:
        casting = session.exec(select(Ownership.unit_id).where(Ownership.casts)).all()
        units = {
            line.owner
            for line in electorate(session, TODAY, community=community(session, place), body="", base="owners")
        }
    assert len(casting) == len(set(casting)) == counts(database)["property_unit"] == 36
    assert 0 < len(units) <= 36


def test_a_group_is_the_part_of_a_village_that_its_people_sit_in(database: Database, place: int) -> None:
    import_file(database, place, sample_roster("village"))
    with database.read() as session:
        where = community(session, place)
        whole = electorate(session, TODAY, community=where, body="", base="households")
        parts = [
            electorate(session, TODAY, community=where, body="", base="households", part=Part(group=group))
            for group in ("第一小组", "第二小组", "第三小组")
        ]
    assert all(parts) and sorted(line.label for part in parts for line in part) == sorted(line.label for line in whole)


@pytest.mark.parametrize("kind", ["village", "estate"])
def test_the_same_file_twice_changes_nothing_and_says_nothing_in_the_log(
    database: Database, place: int, kind: str
) -> None:
    import_file(database, place, sample_roster(kind))
    before = counts(database)
    again = import_file(database, place, sample_roster(kind))
    assert (again.added, again.altered, again.skipped) == (0, 0, 0)
    assert counts(database) == before
    assert len(entries(database, "roster.imported")) == 1


def test_a_file_made_by_a_spreadsheet_says_the_same(database: Database, place: int) -> None:
    table = [["姓名", "手机", "机构", "身份", "起始"], ["李强", 13800000001, "村民代表会议", "代表", date(2026, 1, 2)]]
    import_file(database, place, as_xlsx(table), "a.xlsx")
    assert (
        import_file(
            database, place, csv_of("姓名,手机,机构,身份,起始", "李强,13800000001,村民代表会议,代表,2026-01-02")
        ).added
        == 0
    )


def test_a_row_that_is_missing_from_a_later_file_removes_nobody(database: Database, place: int) -> None:
    import_file(database, place, sample_roster("village"))
    before = counts(database)
    lines = sample_roster("village").decode("utf-8-sig").splitlines()
    import_file(database, place, csv_of(lines[0], *lines[1:10]))
    assert counts(database) == before


def test_a_last_day_ends_a_seat_and_the_row_stays(database: Database, place: int) -> None:
    import_file(database, place, csv_of(HEADINGS, "李强,13800000001,,,,村民代表会议,代表,2026-01-01,"))
    made = import_file(database, place, csv_of(HEADINGS, "李强,13800000001,,,,村民代表会议,代表,2026-01-01,2026-11-01"))
    assert (made.added, made.altered) == (0, 1)
    with database.read() as session:
        assert session.exec(select(Member.until_on)).all() == [date(2026, 11, 1)]


def test_a_household_moves_its_voice_from_one_to_another(database: Database, place: int) -> None:
    first = csv_of(HEADINGS, "李强,13800000001,1,是,,,,,", "赵敏,13800000002,1,,,,,,")
    import_file(database, place, first)
    import_file(database, place, csv_of(HEADINGS, "赵敏,13800000002,1,是,,,,,"))
    with database.read() as session:
        voices = session.exec(select(Person.name).join(Resident).where(Resident.is_representative)).all()
    assert voices == ["赵敏"]


def test_one_bad_row_keeps_the_whole_file_out(database: Database, place: int) -> None:
    before, log = counts(database), len(entries(database, "roster.imported"))
    with pytest.raises(Refused, match="没有导入任何内容"):
        import_file(database, place, csv_of(HEADINGS, "李强,13800000001,1,,,,,,", "赵敏,12,1,,,,,,"))
    assert counts(database) == before and len(entries(database, "roster.imported")) == log


def test_bad_rows_can_be_left_out(database: Database, place: int) -> None:
    read = read_file(database, place, csv_of(HEADINGS, "李强,13800000001,1,,,,,,", "赵敏,12,1,,,,,,"))
    made = write_file(database, place, read, LeftOut(skip_bad=True, file="x.csv"))
    assert (made.skipped, made.bad_file) == (1, "x.csv")
    assert counts(database)["person"] == 1


def test_the_committee_and_those_who_supervise_it_are_different_people(database: Database, place: int) -> None:
    both = (
        "李强,13800000001,,,,村民委员会,委员,2026-01-01,",
        "李强,13800000001,,,,村务监督委员会,监督委员,2026-02-01,",
    )
    read = read_file(database, place, csv_of(HEADINGS, *both))
    assert [(problem.row, problem.column) for problem in read.plan.bad] == [(3, "assembly")]
    import_file(database, place, csv_of(HEADINGS, both[0]))
    read = read_file(database, place, csv_of(HEADINGS, both[1]))
    assert [problem.row for problem in read.plan.bad] == [2]
    former = "李强,13800000001,,,,村民委员会,委员,2026-01-01,2026-01-31"
    import_file(database, place, csv_of(HEADINGS, former, both[1]))
    assert seats(database, "supervision") == {"李强": "监督委员"}


def test_two_imports_of_one_file_at_once_bring_it_in_once(database: Database, place: int) -> None:
    """Both read and planned before either wrote: the second plans anew behind the writer's door."""
    plans = [read_file(database, place, sample_roster("village")) for _ in range(6)]
    done, gate = [], threading.Barrier(6)

    def write(read: object) -> None:
        gate.wait()
        done.append(write_file(database, place, read))

    threads = [threading.Thread(target=write, args=(read,)) for read in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made.added > 0 for made in done) == [False] * 5 + [True]
    assert counts(database)["person"] == 60 and counts(database)["household"] == 25
    assert len(entries(database, "roster.imported")) == 1


def test_two_processes_at_once_bring_a_file_in_once(database: Database, place: int) -> None:
    """A second writer on the same database, as the command line is beside a server."""
    other = open_database(database.url, now=NOON)
    try:
        for _ in range(3):
            plans = [(each, read_file(each, place, sample_roster("estate"))) for each in (database, other)]
            threads = [threading.Thread(target=write_file, args=(each, place, read)) for each, read in plans]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
    finally:
        other.close()
    assert counts(database)["property_unit"] == 36
    assert len(entries(database, "roster.imported")) == 1


def test_rows_that_became_bad_meanwhile_are_not_dropped_in_silence(database: Database, place: int) -> None:
    row = "李强,13800000001,,,,村务监督委员会,监督委员,2026-02-01,"
    read = read_file(database, place, csv_of(HEADINGS, row))
    import_file(database, place, csv_of(HEADINGS, "李强,13800000001,,,,村民委员会,委员,2026-01-01,"))
    with pytest.raises(Refused, match="又有了变动") as caught:
        write_file(database, place, read, LeftOut(skip_bad=True))
    assert caught.value.refusal.late
    assert seats(database, "supervision") == {}


def test_no_name_and_no_phone_enters_the_log(database: Database, place: int) -> None:
    import_file(database, place, csv_of(HEADINGS, "欧阳奇峰,13812345678,1,是,,村民代表会议,代表,2026-01-02,"))
    with database.read() as session:
        bodies = b"".join(session.exec(select(Entry.body)))
        kept = session.exec(select(Opening.value).where(Opening.field == "file")).all()
    assert "欧阳奇峰".encode() not in bodies and b"13812345678" not in bodies
    assert len(kept) == 1


def test_who_imports_must_register_people_of_that_very_community(database: Database) -> None:
    places = build_places(database)
    village, data = places.village, csv_of(HEADINGS, "欧阳奇峰,13812345678,1,是,,,,,")
    read = read_file(database, village.id, data)
    for actor in (
        village.actor("李强"),
        village.actor("王秀英"),
        places.other.actor("何敏"),
        places.other.actor("钱芳"),
    ):
        with pytest.raises(Refused, match="管理员或承办人"):
            write_file(database, village.id, read, actor=actor)
    assert write_file(database, village.id, read, actor=village.actor("钱芳")).added > 0


def test_an_officer_changes_no_phone_of_the_administrator_by_a_file(database: Database) -> None:
    village = build_places(database).village
    with database.read() as session:
        number = session.get(Person, village["何敏"]).number
    data = csv_of("人员编号,姓名,手机", f"{number},何敏,13999999999")
    read = read_file(database, village.id, data)
    with pytest.raises(Refused, match="权限比您大"):
        write_file(database, village.id, read, actor=village.actor("钱芳"))
    assert write_file(database, village.id, read, actor=village.actor("何敏")).altered == 1


def test_one_community_knows_nothing_of_the_other(database: Database, place: int) -> None:
    other = found_village(database, "石桥村")
    for id_ in (place, other):
        import_file(database, id_, csv_of(HEADINGS, "李强,13800000001,1,是,第一小组,村民代表会议,代表,,"))
    with database.read() as session:
        assert session.exec(select(Household.community_id).order_by(Household.id)).all() == [place, other]
    assert counts(database)["person"] == 2


def test_an_official_of_the_street_may_not_but_its_administrator_may(database: Database) -> None:
    places = build_places(database)
    read = read_file(database, places.village.id, csv_of(HEADINGS, "欧阳奇峰,13812345678,1,是,,,,,"))
    with pytest.raises(Refused):
        write_file(database, places.village.id, read, actor=places.village.actor("郑伟"))
    who = add_neighbour(database, places.village, "上官云")
    give_role(database, who, Role.ADMINISTRATOR, places.street)
    actor = Actor(Role.ADMINISTRATOR.value, who)
    read = read_file(database, places.village.id, csv_of(HEADINGS, "欧阳奇峰,13812345678,1,是,,,,,"))
    assert write_file(database, places.village.id, read, actor=actor).added > 0
