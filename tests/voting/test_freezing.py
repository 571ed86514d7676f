"""Who is written on a frozen roster, body by body, and what the records must settle before it can be frozen."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import select

from deliberation.assemblies.actions import found_assembly, seat_member
from deliberation.assemblies.electorate import Part, electorate, is_adult
from deliberation.assemblies.freezing import freeze_roster, line_facts, roster_root
from deliberation.assemblies.models import Household, Ownership, PropertyUnit, Resident, roster_lines
from deliberation.audit.actions import Actor
from deliberation.communities.actions import found_community, make_installation
from deliberation.communities.models import Community, root
from deliberation.identity.actions import add_person
from deliberation.refusal import Refused
from tests.people import open_database
from tests.voting.polls import EVENING, build_estate

TODAY = date(2026, 11, 23)


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


class Village:
    """An empty village inside one visit of the writer: people, homes and seats are put in one by one."""

    def __init__(self, session, now):
        make_installation(session, now)
        self.session, self.now, self.bodies = session, now, {}
        self.place = found_community(session, now, name="空村", kind="village", parent=root(session), actor=Actor())

    def person(self, name, born_on=date(1970, 1, 1)):
        return add_person(self.session, self.now, community=self.place, actor=Actor(), name=name, born_on=born_on).id

    def seat(self, name, kind, role, until_on=None, who=None):
        if kind not in self.bodies:
            self.bodies[kind] = found_assembly(
                self.session, self.now, community=self.place, name=kind, kind=kind, actor=Actor()
            )
        who = who or self.person(name)
        since = date(2020, 1, 1)
        body = self.bodies[kind]
        seat_member(
            self.session, assembly=body, person_id=who, role=role, actor=Actor(), from_on=since, until_on=until_on
        )
        return who

    def lives(self, number, who, represents=False, until_on=None):
        found = select(Household).where(Household.community_id == self.place.id, Household.number == number)
        home = self.session.exec(found).first() or Household(community_id=self.place.id, number=number)
        self.session.add(home)
        self.session.flush()
        self.session.add(Resident(household_id=home.id, person_id=who, is_representative=represents, until_on=until_on))
        self.session.flush()

    def lines(self, body, base):
        return electorate(self.session, TODAY, community=self.place, body=body, base=base)

    def names(self, body, base):
        return [line.label for line in self.lines(body, base)]


@pytest.fixture
def inside(database):
    """Runs a test's story inside the writer."""
    return lambda story: database.change(lambda session, now: story(Village(session, now)))


def test_a_body_is_its_members_of_today(inside):
    def story(village):
        village.seat("甲", "representatives", "代表")
        village.seat("乙", "representatives", "主任")
        village.seat("丙", "representatives", "代表", until_on=date(2026, 11, 22))
        village.seat("丁", "representatives", "列席")
        return sorted(village.names("villagers_representatives", "members"))

    assert inside(story) == ["乙", "甲"]


def test_probationary_party_members_have_no_vote(inside):
    def story(village):
        village.seat("甲", "party_members", "正式党员")
        village.seat("乙", "party_members", "预备党员")
        return village.names("party_members", "members")

    assert inside(story) == ["甲"]


def test_who_sits_on_both_committees_is_one_with_one_vote(inside):
    def story(village):
        both = village.seat("甲", "party_branch", "主任")
        village.seat("乙", "party_branch", "委员")
        village.seat("甲", "committee", "主任", who=both)
        village.seat("丙", "committee", "委员")
        return sorted(village.names("two_committees", "members"))

    assert inside(story) == ["丙", "乙", "甲"]


def test_two_committees_need_both(inside):
    def story(village):
        village.seat("甲", "party_branch", "主任")
        with pytest.raises(Refused) as no:
            village.lines("two_committees", "members")
        return no.value.refusal.reason

    assert "还没有登记" in inside(story)


def test_adults_are_eighteen_on_the_day_and_live_there(inside):
    def story(village):
        for name, born_on in (
            ("今天十八", date(2008, 11, 23)),
            ("明天十八", date(2008, 11, 24)),
            ("老人", date(1940, 1, 1)),
        ):
            village.lives("1", village.person(name, born_on))
        village.lives("2", village.person("搬走", date(1980, 1, 1)), until_on=date(2026, 1, 1))
        return sorted(village.names("villagers_assembly", "adults"))

    assert inside(story) == ["今天十八", "老人"]


@pytest.mark.parametrize(
    ("born_on", "on", "adult"),
    [
        (date(2008, 2, 29), date(2026, 2, 28), False),
        (date(2008, 2, 29), date(2026, 3, 1), True),
        (date(2008, 11, 23), date(2026, 11, 22), False),
        (date(2008, 11, 23), date(2026, 11, 23), True),
    ],
)
def test_the_eighteenth_birthday(born_on, on, adult):
    assert is_adult(born_on, on) is adult


def test_an_unknown_age_is_not_guessed(inside):
    def story(village):
        village.lives("1", village.person("没有生日", None))
        with pytest.raises(Refused) as no:
            village.lines("villagers_assembly", "adults")
        return no.value.refusal

    refusal = inside(story)
    assert refusal.facts["who"] == ["没有生日"] and refusal.remedy


def test_each_household_counts_once_by_its_representative(inside):
    def story(village):
        first = village.person("户主")
        village.lives("1", first, represents=True)
        village.lives("1", village.person("家人"))
        with_none = village.person("邻居")
        village.lives("2", with_none)
        with pytest.raises(Refused) as no:
            village.lines("villagers_assembly", "households")
        assert no.value.refusal.facts["who"] == ["2"]
        village.lives("2", village.person("代表人"), represents=True)
        return [(line.label, line.person_id == first) for line in village.lines("villagers_assembly", "households")]

    assert inside(story) == [("1", True), ("2", False)]


def test_nobody_makes_no_roster(inside):
    def story(village):
        for body, base in (
            ("villagers_assembly", "adults"),
            ("owners", "owners"),
            ("villagers_assembly", "households"),
        ):
            with pytest.raises(Refused) as no:
                village.lines(body, base)
            assert no.value.refusal.remedy
        return True

    assert inside(story)


def test_owners_need_an_area_and_a_voice_for_every_unit(inside):
    def story(village):
        owner = village.person("业主")
        unit = PropertyUnit(community_id=village.place.id, building="1号楼", number="101", area=8950)
        village.session.add(unit)
        village.session.flush()
        with pytest.raises(Refused) as silent:
            village.lines("owners", "owners")
        village.session.add(Ownership(unit_id=unit.id, person_id=owner, casts=True))
        unit.area = None
        village.session.flush()
        with pytest.raises(Refused) as unmeasured:
            village.lines("owners", "owners")
        return silent.value.refusal.facts["who"], unmeasured.value.refusal.facts["who"]

    assert inside(story) == (["1号楼101"], ["1号楼101"])


def test_the_root_is_that_of_the_lines_and_the_salt(database):
    estate = build_estate(database)

    def freeze(session, now):
        place = session.get(Community, estate.place.id)
        roster = freeze_roster(
            session, now, community=place, body="owners", base="owners", subject="poll/9", title="业主名册",
            part=Part("5号楼", "1单元"), actor=Actor("chair", None),
        )  # fmt: skip
        lines = roster_lines(session, roster.id)
        facts = [line_facts(line.number, line) for line in lines]
        assert roster_root(roster.salt, facts) == roster.root
        facts[0][4] += 1
        assert roster_root(roster.salt, facts) != roster.root
        assert len({line.owner for line in lines}) == 4
        return len(lines), roster.scope

    assert database.change(freeze) == (6, "5号楼1单元")
