"""Drawing by lot: everybody at most once, strata get their share, the same seed the same draw, nobody favoured."""

from __future__ import annotations

from collections import Counter
from math import ceil, floor, sqrt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.rooms.lot_rules import (
    LotFaulty,
    Pool,
    Seed,
    Ticket,
    apportion,
    commitment,
    digest,
    draw,
    faults_of,
    next_substitute,
    ranking,
    seed_of,
    stratum_of,
)
from tests.rooms.lot_again import redraw, sha

HOUSES = ("1号楼", "2号楼", "3号楼", "外围平房")


def pool_of(sizes: dict[str, int], seats: int, substitutes: int = 0) -> Pool:
    names = [name for name, size in sizes.items() for _nth in range(size)]
    return Pool(tuple(Ticket(number, name) for number, name in enumerate(names, 1)), seats, substitutes)


@st.composite
def pools(draw_from):
    sizes = draw_from(
        st.dictionaries(st.text('甲乙丙丁1a "\\é', min_size=1, max_size=4), st.integers(1, 30), min_size=1, max_size=6)
    )
    total = sum(sizes.values())
    return pool_of(sizes, draw_from(st.integers(1, total)), draw_from(st.integers(0, 8)))


def document_of(pool: Pool, parts: Seed) -> dict:
    tickets = [{"ticket": one.number, "stratum": one.stratum} for one in pool.tickets]
    return {
        "tickets": tickets, "seats": pool.seats, "substitutes": pool.substitutes, "secret": parts.secret,
        "checkpoint": {"root": parts.root}, "public": parts.public,
    }  # fmt: skip


@given(pools(), st.text("0123456789abcdef", min_size=1, max_size=64))
def test_everybody_is_drawn_at_most_once_and_all_seats_are_given(pool: Pool, seed: str):
    drawn = draw(pool, seed)
    named = [number for one in drawn for number in (*one.drawn, *one.substitutes)]
    assert len(named) == len(set(named)) and set(named) <= {one.number for one in pool.tickets}
    assert sum(len(one.drawn) for one in drawn) == pool.seats
    stratum = {one.number: one.stratum for one in pool.tickets}
    assert all(stratum[number] == one.name for one in drawn for number in (*one.drawn, *one.substitutes))


@given(pools(), st.text(max_size=20))
def test_a_stratum_has_its_quota_rounded_one_way_or_the_other(pool: Pool, seed: str):
    total = len(pool.tickets)
    for one in draw(pool, seed):
        quota = pool.seats * one.size / total
        assert floor(quota) <= one.seats <= ceil(quota) <= one.size
        assert one.seats == len(one.drawn)
        assert len(one.substitutes) == min(pool.substitutes, one.size - one.seats)


@given(pools(), st.text(max_size=20))
def test_no_stratum_of_a_larger_remainder_goes_without(pool: Pool, seed: str):
    total, found = len(pool.tickets), draw(pool, seed)
    up = [pool.seats * one.size % total for one in found if one.seats > pool.seats * one.size // total]
    down = [pool.seats * one.size % total for one in found if one.seats == pool.seats * one.size // total]
    assert not up or not down or min(up) >= max(down)


@given(pools(), st.text(max_size=9), st.randoms())
def test_the_order_of_the_list_makes_no_difference(pool: Pool, seed: str, chance):
    shuffled = list(pool.tickets)
    chance.shuffle(shuffled)
    again = Pool(tuple(shuffled), pool.seats, pool.substitutes)
    assert draw(again, seed) == draw(pool, seed) and digest(again) == digest(pool)


LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=30)


@given(pools(), LINE, LINE, LINE)
def test_another_program_draws_the_same(pool: Pool, secret: str, root: str, public: str):
    parts = Seed(secret, root, public)
    found = {one.name: (list(one.drawn), list(one.substitutes)) for one in draw(pool, seed_of(pool, parts))}
    assert found == redraw(document_of(pool, parts))


KNOWN_SEED = "2c2c3610a20acbc8e723c00c989debc5712d83a6e9804124e296bf113988319c"
KNOWN_DRAW = [
    ("1号楼", 3, (1, 11, 9), (10, 8)),
    ("2号楼", 2, (13, 18), (19, 15)),
    ("3号楼", 1, (21,), (24, 23)),
]


def test_a_known_draw_stays_as_it_is():
    """Whoever changes the algorithm makes every published draw wrong: it needs a new name."""
    pool = pool_of({"1号楼": 12, "2号楼": 7, "3号楼": 5}, 6, 2)
    seed = seed_of(pool, Seed("二十次掷骰：63125412653216543216", "q83vEjRWeJA=", "2026130期 03 11 17 22 28 31 + 09"))
    found = [(one.name, one.seats, one.drawn, one.substitutes) for one in draw(pool, seed)]
    assert (seed, found) == (KNOWN_SEED, KNOWN_DRAW)


def test_remainders_that_are_equal_are_settled_by_the_seed_and_not_by_the_name():
    sizes = dict.fromkeys(HOUSES, 10)
    winners = Counter(name for nth in range(2000) for name, n in apportion(sizes, 1, sha(str(nth))).items() if n)
    assert set(winners) == set(HOUSES)
    assert all(abs(winners[name] - 500) < 5 * sqrt(2000 * 0.25 * 0.75) for name in HOUSES)


def test_over_many_seeds_everybody_is_drawn_equally_often():
    pool, rounds = pool_of({"甲": 20, "乙": 30}, 10), 4000
    times = Counter(number for nth in range(rounds) for one in draw(pool, sha(str(nth))) for number in one.drawn)
    spread = sqrt(rounds * 0.2 * 0.8)
    assert sum(times.values()) == rounds * 10
    assert all(abs(times[number] - rounds * 0.2) < 5 * spread for number in range(1, 51)), times


def test_over_many_seeds_two_neighbours_are_drawn_together_as_often_as_chance_says():
    pool, rounds = pool_of({"甲": 10}, 5), 4000
    together = sum({1, 2} <= set(draw(pool, sha(f"x{nth}"))[0].drawn) for nth in range(rounds))
    share = 5 * 4 / (10 * 9)
    assert abs(together - rounds * share) < 5 * sqrt(rounds * share * (1 - share))


@settings(max_examples=30)
@given(pools(), LINE, LINE)
def test_each_part_changes_the_seed(pool: Pool, secret: str, root: str):
    first = seed_of(pool, Seed(secret, root))
    assert first != seed_of(pool, Seed(secret + "一", root)) and first != seed_of(pool, Seed(secret, root + "A"))
    assert first != seed_of(pool, Seed(secret, root, "7"))
    assert first != seed_of(Pool(pool.tickets, pool.seats, pool.substitutes + 1), Seed(secret, root))


def test_parts_of_several_lines_are_refused_because_they_could_be_shifted():
    pool = pool_of({"甲": 3}, 1)
    for parts in (Seed("a\nb", ""), Seed("a", "b\n"), Seed("a", "b", "\r")):
        with pytest.raises(LotFaulty):
            seed_of(pool, parts)


def test_the_commitment_says_nothing_but_fixes_the_secret():
    assert commitment("一句话") == sha("deliberation-lot/1 secret\n一句话") != commitment("一句话。")


@pytest.mark.parametrize(
    ("pool", "word"),
    [
        (Pool((), 1), "between 1 and"),
        (pool_of({"甲": 3}, 4), "as many as there are"),
        (pool_of({"甲": 3}, 0), "between 1 seat"),
        (Pool((Ticket(1, "甲"), Ticket(1, "乙")), 1), "twice"),
        (Pool((Ticket(0, "甲"),), 1), "below 1"),
        (Pool((Ticket(1, ""),), 1), "no stratum"),
        (Pool((Ticket(1, "甲\n乙"),), 1), "several lines"),
        (Pool((Ticket(1, "甲"),), 1, -1), "below 0"),
    ],
)
def test_a_list_that_cannot_be_drawn_says_why(pool: Pool, word: str):
    assert any(word in fault for fault in faults_of(pool))
    with pytest.raises(LotFaulty, match=word):
        draw(pool, "00")


def test_substitutes_are_called_in_their_order_and_once():
    one = draw(pool_of({"甲": 9}, 3, 3), "ab")[0]
    assert one.substitutes == tuple(ranking(range(1, 10), "ab")[3:6])
    assert next_substitute(one, []) == one.substitutes[0]
    assert next_substitute(one, [one.substitutes[0], one.drawn[1]]) == one.substitutes[1]
    assert next_substitute(one, one.substitutes) is None
    assert stratum_of([one], one.substitutes[2]) is one and stratum_of([one], 99) is None


def test_everybody_can_be_drawn():
    pool = pool_of({"甲": 4, "乙": 2}, 6, 3)
    assert {number for one in draw(pool, "z") for number in one.drawn} == set(range(1, 7))
