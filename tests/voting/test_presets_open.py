"""Every preset of domain.md 1.8 opens a poll on the roster that its law names."""

from __future__ import annotations

from datetime import date

import pytest
from sqlmodel import Session, select

from deliberation.assemblies.actions import found_assembly, seat_member
from deliberation.assemblies.models import Household, Resident, Roster, roster_lines
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community
from deliberation.matters.models import Matter, ProcedureText, matter
from deliberation.matters.procedure_file import load
from deliberation.refusal import Refused
from deliberation.voting.election_rules import is_election
from deliberation.voting.kinds_rules import Kind
from deliberation.voting.models import Poll
from deliberation.voting.presets import PRESETS
from tests.people import open_database
from tests.voting.polls import EVENING, build_meeting, poll_of
from tests.voting.test_kinds import opened

SINCE = date(2026, 1, 1)
GROUP = "第一村民小组"
WHOLE, SEATS, HOMES, IN_GROUP = ("李强", "赵敏", "刘洋"), ("李强", "赵敏"), ("李强", "刘洋"), ("赵敏",)
DELEGATES = ("刘洋", *(f"代表{number:02}" for number in range(2, 22)))
VOTERS = ("李强", "赵敏", "黄丽")
BODIES = [
    ("party_branch_proposal", "party_branch", ("王秀英", "钱芳")),
    ("two_committees", "two_committees", ("王秀英", "钱芳", "林涛")),
    ("party_members", "party_members", ("王秀英", "钱芳", "李强", "刘洋", "黄丽")),
    ("village_assembly_adults", "villagers_assembly", WHOLE),
    ("village_assembly_households", "villagers_assembly", HOMES),
    ("village_representatives", "villagers_representatives", None),
    ("village_group_adults", "villagers_group", IN_GROUP),
    ("village_group_households", "villagers_group", ()),
    ("urban_assembly_adults", "residents_assembly", WHOLE),
    ("urban_assembly_households", "residents_assembly", HOMES),
    ("urban_representatives", "residents_representatives", None),
    ("collective_members", "collective_assembly", SEATS),
    ("collective_delegates", "collective_assembly", DELEGATES),
    ("village_election", "registered_voters", VOTERS),
    ("urban_election", "registered_voters", VOTERS),
    ("urban_election_households", "residents_assembly", HOMES),
    ("urban_election_representatives", "residents_representatives", None),
    ("village_recall", "registered_voters", VOTERS),
    ("urban_recall", "registered_voters", VOTERS),
    ("urban_recall_households", "residents_assembly", HOMES),
    ("urban_recall_representatives", "residents_representatives", None),
]
"""Preset, body of the step, and who is on the roster; None: the representatives of the meeting."""


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def settle(session: Session, now, meeting, preset: str, body: str) -> None:
    """Two homes, a group, a collective; and the matter under a procedure whose vote is by this preset."""
    community = session.get(Community, meeting.place.id)
    for number, heads in (("1", ("李强", "赵敏")), ("2", ("刘洋",))):
        home = Household(community_id=community.id, number=number)
        session.add(home)
        session.flush()
        for name in heads:
            speaks = name == heads[0]
            session.add(Resident(household_id=home.id, person_id=meeting.place[name], is_representative=speaks))
    groups = (
        ("group", GROUP, ("赵敏",)),
        ("collective", "合作社", SEATS),
        ("collective_delegates", "合作社成员代表大会", DELEGATES),
        ("voters", "选民名单", VOTERS),
    )
    for kind, title, names in groups:
        made = found_assembly(session, now, community=community, name=title, kind=kind, actor=Actor())
        for name in names:
            who = meeting.place.people.get(name) or meeting.members[name]
            seat_member(
                session,
                assembly=made,
                person_id=who,
                role="选民" if kind == "voters" else "成员",
                actor=Actor(),
                from_on=SINCE,
            )
    found = matter(session, meeting.matter_id)
    kept = session.exec(select(ProcedureText).where(ProcedureText.id == found.procedure_id)).one()
    toml = kept.toml.replace('poll = "village_representatives"', f'poll = "{preset}"')
    toml = toml.replace('body = "villagers_representatives"', f'body = "{body}"')
    own = ProcedureText(
        code=kept.code, version="test", title=kept.title, fingerprint=load(toml).fingerprint, toml=toml, added_at=now,
    )  # fmt: skip
    session.add(own)
    session.flush()
    found.procedure_id = own.id
    found.scope = GROUP if body == "villagers_group" else ""


def names_on(session: Session, poll: Poll, meeting) -> set[str]:
    known = {id: name for name, id in (meeting.members | meeting.place.people).items()}
    return {known.get(line.person_id, "?") for line in roster_lines(session, session.get(Roster, poll.roster_id).id)}


def test_the_table_names_every_preset_but_the_gauge_and_the_owners():
    assert {row[0] for row in BODIES} | {"owners_ordinary", "owners_special", "consensus_gauge"} == set(PRESETS)


@pytest.mark.parametrize(("preset", "body", "names"), BODIES, ids=[row[0] for row in BODIES])
def test_a_preset_opens_a_poll_on_its_roster(database, preset, body, names):
    meeting = build_meeting(database, online=True, seats=21)
    database.change(lambda session, now: settle(session, now, meeting, preset, body))
    if not names and names is not None:  # Nobody in the group speaks for a home: that is said, and nothing opens.
        with pytest.raises(Refused):
            opened(database, meeting, Kind())
        return
    kind = Kind(options=("甲", "乙"), seats=1) if is_election(preset) else Kind()
    poll = poll_of(database, opened(database, meeting, kind))
    assert poll.preset == preset and poll.source == PRESETS[preset].source
    with database.read() as session:
        if names is None:
            assert len(roster_lines(session, poll.roster_id)) == len(meeting.members)
        else:
            assert names_on(session, poll, meeting) == set(names)


def test_a_group_that_is_not_named_has_no_roster(database):
    meeting = build_meeting(database, online=True, seats=21)

    def verb(session, now):
        settle(session, now, meeting, "village_group_adults", "villagers_group")
        session.get(Matter, meeting.matter_id).scope = ""

    database.change(verb)
    with pytest.raises(Refused):
        opened(database, meeting, Kind())
