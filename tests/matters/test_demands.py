"""The statutory shares: integer arithmetic against the law's own words, and who is counted."""

from datetime import datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.matters import demands

SHANGHAI = ZoneInfo("Asia/Shanghai")
LAW = {
    "village_assembly_villagers": (Fraction(1, 10), "第二十五条"),
    "village_assembly_representatives": (Fraction(1, 3), "第二十五条"),
    "village_representatives": (Fraction(1, 5), "第三十条"),
    "urban_assembly_adults": (Fraction(1, 10), "第二十六条"),
    "urban_assembly_households": (Fraction(1, 10), "第二十六条"),
    "urban_assembly_representatives": (Fraction(1, 3), "第二十六条"),
    "urban_representatives": (Fraction(1, 5), "第二十八条"),
    "owners_meeting": (Fraction(1, 5), "第十三条"),
}


def test_every_share_is_that_of_its_article():
    assert {one.id for one in demands.SHARES} == set(LAW)
    for one in demands.SHARES:
        fraction, article = LAW[one.id]
        assert Fraction(one.numerator, one.denominator) == fraction
        assert one.source.endswith(article)


@pytest.mark.parametrize("one", demands.SHARES, ids=lambda one: one.id)
def test_the_needed_number_is_the_smallest_that_reaches(one):
    for base in range(1, 700):
        wanted = demands.needed(one, base)
        assert demands.reaches(one, wanted, base)
        assert not demands.reaches(one, wanted - 1, base)


@given(st.sampled_from(demands.SHARES), st.integers(0, 10**6), st.integers(1, 10**6))
def test_the_test_agrees_with_exact_fractions(one, signers, base):
    assert demands.reaches(one, signers, base) == (Fraction(signers, base) >= Fraction(one.numerator, one.denominator))


def test_an_empty_roster_reaches_nothing():
    assert not demands.reaches(demands.share("owners_meeting"), 0, 0)
    assert demands.needed(demands.share("owners_meeting"), 0) == 1


def test_only_distinct_people_on_the_roster_are_counted():
    roster = [f"r{n}" for n in range(10)]
    weighed = demands.weigh(demands.share("village_representatives"), ["r1", "r1", "x9"], roster)
    assert (weighed.counted, weighed.base, weighed.needed, weighed.set_aside) == (1, 10, 2, 2)
    assert not weighed.is_reached and weighed.missing == 1
    assert demands.weigh(weighed.share, ["r1", "r2"], roster).is_reached


@given(st.lists(st.integers(0, 40)), st.sets(st.integers(0, 40)))
def test_every_signature_is_counted_or_set_aside(signers, roster):
    weighed = demands.weigh(demands.share("urban_assembly_adults"), map(str, signers), [str(one) for one in roster])
    assert weighed.counted + weighed.set_aside == len(signers)
    assert weighed.missing == 0 or not weighed.is_reached


def test_whoever_is_not_on_the_roster_or_has_signed_is_told_why():
    weighed = demands.weigh(demands.share("owners_meeting"), ["a"], ["a", "b"])
    assert demands.may_sign(weighed, "c", ["a", "b"], ["a"]).source == demands.OWNERS
    assert demands.may_sign(weighed, "a", ["a", "b"], ["a"]).late
    assert demands.may_sign(weighed, "b", ["a", "b"], ["a"]) is None


def test_the_convenors_clock_is_local_and_says_so():
    assert demands.CONVENE.is_local
    reached = datetime(2026, 3, 2, 9, tzinfo=SHANGHAI)
    due = demands.convene_by(reached, SHANGHAI, lambda day: day.weekday() < 5)
    assert due == datetime(2026, 3, 18, tzinfo=SHANGHAI)


def test_a_share_that_does_not_exist_is_a_mistake():
    with pytest.raises(KeyError):
        demands.share("a_half")
    with pytest.raises(ValueError, match="negative"):
        demands.needed(demands.SHARES[0], -1)
    assert [one.id for one in demands.shares_for("residents_representatives")] == ["urban_representatives"]
