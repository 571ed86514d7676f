"""What a community may change of a preset: stricter than the law on either side of the edge, never looser."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlmodel import select

from deliberation.audit.actions import Actor
from deliberation.audit.models import Entry
from deliberation.communities.models import Community
from deliberation.refusal import Invalid, Refused
from deliberation.voting.kinds_rules import Kind
from deliberation.voting.preset_rules import Change, against_change, is_as_strict, read_change, rule_with
from deliberation.voting.presets import PRESETS
from deliberation.voting.presetting import change_preset
from deliberation.voting.tally_terms import Base, Comparison, Measure, Requirement, plain_tests
from tests.people import open_database
from tests.voting.polls import EVENING, build_meeting, poll_of
from tests.voting.test_kinds import opened

MORE, LEAST = Comparison.MORE_THAN, Comparison.AT_LEAST
PRESENT, ALL, TAKING_PART = Base.PRESENT, Base.ENTITLED, Base.PARTICIPATING
STATUTES = [one for one in PRESETS.values() if one.rule and not one.is_local]


@pytest.mark.parametrize(
    ("preset", "of", "op", "is_allowed"),
    [
        ("village_representatives", ALL, None, True),  # half of all representatives: stricter than article 30
        ("village_representatives", None, LEAST, False),  # exactly half would pass
        ("village_representatives", ALL, LEAST, False),  # exactly half, when everybody is there
        ("village_representatives", TAKING_PART, None, False),
        ("village_representatives", None, None, True),
        ("collective_members", None, MORE, True),
        ("collective_members", PRESENT, None, False),
        ("owners_special", ALL, None, True),
        ("owners_special", None, MORE, True),
        ("owners_ordinary", None, LEAST, False),
        ("party_members", PRESENT, None, False),
        ("two_committees", None, LEAST, True),  # no law gives the number
        ("party_branch_proposal", ALL, LEAST, True),
        ("consensus_gauge", ALL, None, False),
    ],
)
def test_the_law_is_made_stricter_and_never_looser(preset, of, op, is_allowed):
    assert (against_change(PRESETS[preset], Change(of, op)) is None) is is_allowed


def test_a_setting_that_loosens_the_law_changes_nothing_however_it_came():
    preset = PRESETS["village_representatives"]
    assert rule_with(preset.rule, preset, Change(None, LEAST)) == preset.rule


@given(st.sampled_from([None, *Base]), st.sampled_from([None, *Comparison]))
def test_a_change_is_written_and_read_again(of, op):
    assert read_change(Change(of, op).value) == Change(of, op)


COUNTS = st.lists(st.integers(0, 40), min_size=5, max_size=5)


@given(st.sampled_from(STATUTES), st.sampled_from(list(Base)), st.sampled_from(list(Comparison)), COUNTS)
def test_whatever_passes_the_stricter_test_passes_the_law(preset, of, op, amounts):
    """``amounts``: yes, no, abstain, invalid, silent; whoever is not there comes on top of those present."""
    yes, no, abstain, invalid, silent = amounts
    bases = {Base.DECISIVE: yes + no, Base.VALID: yes + no + abstain}
    bases[TAKING_PART] = bases[Base.VALID] + invalid
    bases[PRESENT] = bases[TAKING_PART] + silent
    bases[ALL] = bases[PRESENT] + silent

    def holds(test: Requirement) -> bool:
        left, right = yes * test.d, bases[test.of] * test.n
        return bases[test.of] > 0 and (left > right if test.op is MORE else left >= right)

    for law in plain_tests(preset.rule.approval):
        own = Requirement(law.measure, of, op, law.n, law.d)
        if is_as_strict(own, law) and holds(own):
            assert holds(law)


def test_another_fraction_is_another_test():
    law = Requirement(Measure.HEADS, PRESENT, MORE, 1, 2)
    assert not is_as_strict(Requirement(Measure.HEADS, PRESENT, MORE, 1, 3), law)


# --- on real databases ------------------------------------------------------------------------------------------------


@pytest.fixture
def database(database_url):
    found = open_database(database_url, now=EVENING)
    yield found
    found.close()


def changed(database, meeting, change, preset="village_representatives", by="何敏"):
    def verb(session, now):
        community = session.get(Community, meeting.place.id)
        actor = Actor("administrator", meeting.place[by])
        source = "青溪村村民自治章程第九条"
        change_preset(session, now, of=community, preset=preset, change=change, source=source, actor=actor)

    database.change(verb)


def test_a_poll_opens_under_the_setting_and_keeps_it_when_the_setting_goes(database):
    meeting = build_meeting(database, online=True)
    changed(database, meeting, Change(of=ALL))
    poll = poll_of(database, opened(database, meeting, Kind()))
    assert poll.rule["approval"][0]["of"] == "entitled"
    assert poll.rule_source == "青溪村村民自治章程第九条"
    changed(database, meeting, Change())
    assert poll_of(database, poll.id).rule == poll.rule
    with database.read() as session:
        entries = session.exec(select(Entry).where(Entry.act == "setting.changed").order_by(Entry.index)).all()
    assert json.loads(entries[-1].body)["data"]["name"] == "preset.village_representatives"


def test_nobody_loosens_the_law_and_only_an_administrator_sets_anything(database):
    meeting = build_meeting(database)
    with pytest.raises(Invalid) as no:
        changed(database, meeting, Change(op=LEAST))
    assert set(no.value.errors) == {"preset"}
    with pytest.raises(Refused):
        changed(database, meeting, Change(of=ALL), by="李强")


LOOSER = {
    "rule": '\'{"choices": ["yes", "no"], "approval": []}\'',
    "text": "'另一个方案'",
    "text_sha256": "'00'",
    "question": "'换个问题'",
    "preset": "'two_committees'",
    "online": "'no'",
    "closes_at": "NULL",
    "roster_id": "NULL",
    "item": "5",
    "clause": "'1'",
    "way": "'circulation'",
    "rule_source": "''",
}


@pytest.mark.parametrize("column", LOOSER)
def test_the_database_itself_refuses_to_change_what_an_opened_poll_froze(database, column):
    meeting = build_meeting(database, online=True)
    if column == "rule_source":
        changed(database, meeting, Change(of=ALL))
    poll_id = opened(database, meeting, Kind(), closes_in=3600)
    with pytest.raises(DBAPIError, match="never changed"), database.writers.begin() as connection:
        connection.execute(text(f"UPDATE poll SET {column} = {LOOSER[column]} WHERE id = {poll_id}"))


@pytest.mark.parametrize("attempt", ["UPDATE roster_line SET heads = 5", "DELETE FROM roster_line"])
def test_the_database_itself_refuses_to_change_a_frozen_roster(database, attempt):
    meeting = build_meeting(database, online=True)
    opened(database, meeting, Kind())
    with pytest.raises(DBAPIError, match="never changed"), database.writers.begin() as connection:
        connection.execute(text(attempt))
