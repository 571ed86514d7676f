"""What may stand below what, what may be set, when the demo's clock may move."""

from datetime import UTC, datetime, timedelta
from itertools import product

import pytest

from deliberation.communities.models import KINDS
from deliberation.communities.rules import ON_BY_DEFAULT, ORDER, SETTINGS, may_found, may_move_clock, may_set

NOW = datetime(2026, 11, 23, 4, tzinfo=UTC)


def test_every_kind_has_a_name_and_a_place_in_the_order():
    assert set(ORDER) == set(KINDS)


@pytest.mark.parametrize(("kind", "parent"), list(product(ORDER, ORDER)))
def test_a_community_stands_only_below_a_higher_one(kind, parent):
    level = {"village": "community"}
    higher = ORDER.index(level.get(kind, kind)) > ORDER.index(level.get(parent, parent))
    assert (may_found(kind, parent) is None) == (higher and kind != "installation")


def test_nothing_unknown_is_founded():
    assert may_found("empire", "nation") is not None


def test_only_known_settings_take_yes_or_no():
    for name in SETTINGS:
        assert may_set(name, "yes") is None and may_set(name, "no") is None
        assert may_set(name, "perhaps") is not None
    assert may_set("anything", "yes") is not None
    assert set(SETTINGS) >= ON_BY_DEFAULT


def test_only_the_demos_clock_moves_and_only_forward():
    second = timedelta(seconds=1)
    assert may_move_clock(True, NOW, NOW + second) is None
    assert may_move_clock(True, NOW, NOW) is not None and may_move_clock(True, NOW, NOW - second) is not None
    assert may_move_clock(False, NOW, NOW + second) is not None
