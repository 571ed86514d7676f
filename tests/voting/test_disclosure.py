"""The disclosure check against a count of every world that looks the same, and its exchanges against the figures."""

from __future__ import annotations

import os
import random
from itertools import combinations, product

import pytest

from deliberation.voting.disclosure_rules import (
    COLLUDERS,
    LADDER,
    View,
    Voter,
    _Search,
    disclosure,
    few_apart,
    given_away,
    split_tells,
)

CHOICES = ("yes", "no", "abstain")
BODIES = 60 if not os.environ.get("DELIBERATION_LONG") else 1_000
LAYOUTS = (8950, 10236, 9324, 12011, 6755)


def majority(n: int, d: int):
    """Whether the yes has n/d of the participating area."""
    return lambda areas: (areas.get("yes", 0) * d >= sum(areas.values()) * n,)


def body(chance: random.Random, size: int) -> list[Voter]:
    """A house with few layouts, or one where every flat is measured on its own; sometimes with a shop below."""
    alike = chance.random() < 0.5
    leaning = chance.choice(((6, 3, 1), (9, 1, 0), (1, 1, 1)))
    areas = [chance.choice(LAYOUTS) if alike else chance.randint(5500, 14500) for _each in range(size)]
    if chance.random() < 0.2:
        areas[0] *= 9
    return [Voter(chance.choices(CHOICES, leaning)[0], area) for area in areas]


def totals(choices, voters):
    areas = dict.fromkeys(CHOICES, 0)
    for choice, voter in zip(choices, voters, strict=True):
        areas[choice] += voter.area
    return areas


def worlds(voters: list[Voter], view: View) -> list[tuple[str, ...]]:
    """Every way in which these people can have voted that shows the same headcounts and figures."""
    true = tuple(voter.choice for voter in voters)
    shown = totals(true, voters)
    heads = sorted(true)
    return [
        each
        for each in product(CHOICES, repeat=len(voters))
        if sorted(each) == heads and view.same(shown, totals(each, voters))
    ]


def forced(voters: list[Voter], view: View) -> set[tuple[int, tuple[int, ...]]]:
    """(voter, those who put their knowledge together) wherever only one choice is left."""
    true = tuple(voter.choice for voter in voters)
    possible = worlds(voters, view)
    found = set()
    for number in range(COLLUDERS + 1):
        for together in combinations(range(len(voters)), number):
            left = [each for each in possible if all(each[one] == true[one] for one in together)]
            for who in set(range(len(voters))) - set(together):
                if len({each[who] for each in left}) == 1:
                    found.add((who, together))
    return found


BARE = View(0, lambda areas: ())


@pytest.mark.parametrize("seed", range(12))
def test_what_may_be_published_forces_nobody_whom_the_headcount_does_not(seed):
    """Counted out in full: every world, every three who put their knowledge together."""
    chance = random.Random(seed)
    voters = body(chance, chance.randint(3, 7))
    n, d = chance.choice(((1, 2), (2, 3), (3, 4)))
    found = disclosure(voters, majority(n, d), majority(n, d))
    view = View(found.parts, majority(n, d) if found.shows_tests else lambda areas: ())
    beyond = forced(voters, view) - forced(voters, BARE)
    if found.is_enough and found.shows_tests:
        assert beyond == set()
    for parts in LADDER:
        step = View(parts, majority(n, d))
        given = set(given_away(voters, step))
        assert {who for who, _together in forced(voters, step) - forced(voters, BARE)} <= given


@pytest.mark.parametrize("seed", range(BODIES))
def test_every_exchange_leaves_every_published_figure_as_it_is(seed):
    """For bodies of every size: what is said to cover a voter really does, and no three people spoil all of it."""
    chance = random.Random(1000 + seed)
    voters = body(chance, chance.choice((chance.randint(3, 30), chance.randint(31, 300))))
    tests = majority(3, 4)
    found = disclosure(voters, tests, tests)
    if not found.shows_tests:
        return
    view = View(found.parts, tests)
    search = _Search(voters, view)
    true = [voter.choice for voter in voters]
    for who in chance.sample(range(len(voters)), min(len(voters), 12)):
        exchanges = []
        for exchange in search._exchanges(who):
            exchanges.append(exchange)
            if len(exchanges) > 60:
                break
        for exchange in exchanges[:5]:
            _holds(voters, true, view, {who} | exchange)
        others = {each for each in range(len(voters)) if true[each] != true[who]}
        for _try in range(200):
            three = set(chance.sample([each for each in range(len(voters)) if each != who], min(3, len(voters) - 1)))
            assert others <= three or any(not each & three for each in exchanges)


def _holds(voters, true, view, people):
    """These people are of two choices, as many of each, and changing places shows nothing."""
    names = {true[each] for each in people}
    assert len(names) == 2
    one, other = sorted(names)
    assert sum(true[each] == one for each in people) * 2 == len(people)
    changed = list(true)
    for each in people:
        changed[each] = other if true[each] == one else one
    assert view.same(totals(true, voters), totals(changed, voters))


def test_the_audit_s_own_table():
    """Flats of 55 to 145 m² exact to 0.01: of 8 voters all are given away, and of 12 nearly always."""
    for size in (8, 12):
        chance = random.Random(size)
        voters = [Voter(("yes", "no")[at % 2], chance.randint(5500, 14500)) for at in range(size)]
        assert len(given_away(voters, View(None, majority(1, 2)), colluders=0)) == size


def test_equal_flats_give_nobody_away():
    voters = [Voter("yes", 8950)] * 6 + [Voter("no", 8950)] * 5
    assert disclosure(voters, majority(3, 4), majority(3, 4)).parts is None


def test_a_shop_as_large_as_the_house_is_given_away_by_its_area_and_even_by_the_outcome():
    voters = [Voter("yes", 90000), *[Voter("yes", 9000)] * 4, *[Voter("no", 9000)] * 5]
    found = disclosure(voters, majority(1, 2), majority(1, 2))
    assert (found.parts, found.shows_tests, found.is_enough) == (0, False, False)
    assert given_away(voters, View(0, majority(1, 2))) == [0]


def test_above_three_hundred_only_extraordinary_areas_are_looked_at():
    chance = random.Random(3)
    voters = [Voter(chance.choice(("yes", "no")), chance.randint(5500, 14500)) for _each in range(5000)]
    assert given_away(voters, View(None, majority(3, 4))) == []
    assert 0 in given_away([Voter("no", 90_000_000), *voters], View(None, majority(3, 4)))


def test_unanimity_is_the_headcount_s_and_no_rounding_is_asked_for():
    voters = [Voter("yes", 5000 + 7 * at) for at in range(12)]
    assert disclosure(voters, majority(3, 4), majority(3, 4)).parts is None


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [({1, 2, 3}, {1, 2, 3}, 0), ({1, 2, 3}, {1, 2}, 1), ({1, 2, 3, 4}, {5, 6}, 0), ({1, 2}, {1, 2, 3, 4, 5, 6}, 4),
     ({1, 2}, {1, 2, 3, 4, 5, 6, 7}, 0)],
)  # fmt: skip
def test_two_votes_over_nearly_the_same_people(one, other, apart):
    assert few_apart(one, other) == apart


@pytest.mark.parametrize(
    ("ballots", "tells"),
    [("", False), ("y", True), ("yn", True), ("yyna", True), ("yyynn", True), ("yynnaa", True), ("yyynnaa", True),
     ("yyynnnaa", False), ("yyyynnnn", True), ("yyyynnnna", False), ("yyyyynnnn", True), ("y" * 9, True), ("yyyyyyyyn", True),
     ("yyyyynnnnn", False), ("yyyyyynnnn", True), ("yyyyyynnnnn", False), ("yyyyyyynnnn", True),
     ("y" * 96 + "nnnn", True), ("y" * 95 + "nnnnn", False)],
)  # fmt: skip
def test_a_split_of_all_but_a_few_tells(ballots, tells):
    assert split_tells([frozenset(each) for each in ballots]) is tells


def test_with_nine_ballots_a_withheld_split_leaves_the_voter_and_three_others_uncertain():
    """Withheld and passed may be anything from 5 to 4 up to 9 to 0."""
    assert all(split_tells([frozenset("y")] * yes + [frozenset("n")] * (9 - yes)) for yes in range(5, 10))
    assert COLLUDERS == 3, "the sentences say 4: one and three"


def test_an_option_that_all_but_a_few_marked_tells_how_each_of_them_marked_it():
    others = ["AB", "AC", "AD", "AE", "BC", "BD", "CE", "DF"]
    assert split_tells([frozenset(each) for each in [*others, "AF"]])
    assert not split_tells([frozenset(each) for each in [*others, "EF"]])
