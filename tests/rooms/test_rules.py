"""Who may do what in a room, as rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from deliberation.rooms import rules
from deliberation.rooms.limits_rules import SOURCE
from deliberation.rooms.rules import Part


@pytest.mark.parametrize(
    ("options", "fits"),
    [
        (["行", "不行"], True),
        (["行"], False),
        (["行", "行"], False),
        ([str(n) for n in range(7)], False),
        (["行", "很" * 21], False),
    ],
)
def test_a_gauge_has_two_to_six_different_short_answers(options, fits):
    assert (rules.check_options(options) is None) is fits


def test_the_chair_takes_no_part():
    chair = Part(1, frozenset({"chair", "participant", "visitor"}), presides=True)
    for act in rules.NEUTRAL:
        assert rules.may(act, chair, is_open=True).source == SOURCE
    assert rules.may("give_turn", chair, is_open=True) is None


def test_nothing_is_done_in_a_closed_room():
    everybody = Part(1, frozenset(rules.ROLES))
    for act in rules.PERMITS:
        assert rules.may(act, everybody, is_open=False, owner_id=1).late


def test_ones_own_turn_can_be_withdrawn_and_ended_by_oneself_only():
    me = Part(7, frozenset({"participant", "visitor"}))
    for act in ("withdraw_turn", "end_turn"):
        assert rules.may(act, me, is_open=True, owner_id=7) is None
        assert rules.may(act, me, is_open=True, owner_id=8)
        assert rules.may(act, Part(), is_open=True, owner_id=0)


@pytest.mark.parametrize(
    ("roles", "presides", "is_allowed"),
    [
        ("participant visitor", False, True),
        ("guest visitor", False, True),
        ("clerk", False, True),
        ("chair", False, True),
        ("chair participant", True, False),
        ("visitor", False, False),
        ("observer visitor", False, False),
        ("supervisor head", False, False),
    ],
)
def test_a_file_comes_later_from_whoever_takes_part_still_and_does_not_preside(roles, presides, is_allowed):
    me = Part(7, frozenset(roles.split()), presides)
    assert (rules.may("add_file", me, is_open=True, owner_id=7) is None) is is_allowed
    assert rules.may("add_file", me, is_open=True, owner_id=8)
    # One's own words can be taken back by whoever said them, whatever they are now.
    assert rules.may("take_back", me, is_open=True, owner_id=7) is None


def test_the_table_of_rights_is_the_one_that_was_reviewed():
    """Walks act × role; a change of rights is a changed line of permissions.txt."""
    assert rules.permissions_table() == (Path(__file__).parent / "permissions.txt").read_text("utf-8")
    for line in rules.permissions_table().splitlines()[1:]:
        act, *marks = line.split()
        for role, mark in zip(rules.ROLES, marks, strict=False):
            allowed = rules.may(act, Part(1, frozenset({role})), is_open=True) is None
            assert allowed == (mark == "x"), (act, role)
