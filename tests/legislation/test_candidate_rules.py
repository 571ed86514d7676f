"""Candidates: each strength from each kind of case, both sides of its edges, and never more than what was found."""

from __future__ import annotations

from itertools import product

import pytest

from deliberation.legislation.adoption_rules import Case as Decided
from deliberation.legislation.adoption_rules import may_answer, may_decide
from deliberation.legislation.candidate_rules import (
    AS_PROPOSED,
    DELETED,
    IN_PART,
    MOST,
    NOWHERE,
    OTHERWISE,
    STRENGTHS,
    UNCHANGED,
    Case,
    candidate,
)
from deliberation.legislation.opinion_rules import KINDS, REWORDING

OLD = "公示期不少于十日。"


@pytest.mark.parametrize(
    ("proposal", "now", "strength", "share"),
    [
        ("公示期不少于二十日。", "公示期不少于二十日。", AS_PROPOSED, 100),
        ("公示期不少于二十日。", "公示期 不少于二十日。", AS_PROPOSED, 100),
        ("公示期不少于二十日。", "公示期不少于二十日，并书面告知。", AS_PROPOSED, 100),
        ("公示期不少于二十日。", "公示期不少于十五日。", OTHERWISE, 0),
        ("公示期不少于二十日。", OLD, UNCHANGED, 0),
        ("公示期不少于二十日。", "公示期 不少于 十日。", UNCHANGED, 0),
        ("公示期不少于十日，书面告知一层业主。", "公示期不少于十日，书面告知业主。", IN_PART, 55),
        ("公示期。", "公示期不少于五日。", IN_PART, 20),
        ("建议写明要书面告知一层的业主", "公示期不少于十日，要书面告知一层的业主。", IN_PART, 69),
        ("建议写明要书面告知一层的业主", "公示期不少于十五日。", OTHERWISE, 0),
        ("", "公示期不少于十五日。", OTHERWISE, 0),
    ],
)
def test_a_rewording_is_held_against_what_became_of_its_words(proposal, now, strength, share) -> None:
    for kind in REWORDING:
        found = candidate(Case(kind, OLD, proposal, now))
        assert (found.strength, found.share) == (strength, share)


def test_signs_at_another_place_are_not_the_proposed_change() -> None:
    found = candidate(Case("edit", "甲方十日内答复，乙方十日内答复。", "甲方二十日内答复，乙方十日内答复。",
                           "甲方十日内答复，乙方二十日内答复。"))  # fmt: skip
    assert (found.strength, found.share) == (OTHERWISE, 0)


def test_what_was_to_be_deleted() -> None:
    assert candidate(Case("delete", OLD, "", None, is_gone=True)) == candidate(Case("delete", OLD, "x", None, True))
    found = candidate(Case("delete", OLD, "", None, is_gone=True))
    assert (found.strength, found.share) == (DELETED, 100)
    assert candidate(Case("edit", OLD, "公示期不少于二十日。", None, is_gone=True)).share == 0
    assert candidate(Case("delete", OLD, "", OLD)).strength == UNCHANGED


def test_what_was_to_come_in_is_looked_for_in_what_came_in() -> None:
    wanted = "方案公示应当书面告知一层业主"
    added = ("本条例自公布之日起施行。", "方案公示应当书面告知一层业主。", "方案应当公示。")
    found = candidate(Case("insert", "", wanted, None, added=added))
    assert (found.strength, found.share, found.found_in) == (AS_PROPOSED, 100, 1)
    assert candidate(Case("insert", "", wanted, None, added=added[:1])).strength == UNCHANGED
    assert candidate(Case("insert", "", wanted, None)).strength == UNCHANGED
    part = candidate(Case("insert", "", wanted, None, added=("书面告知一层住户",)))
    assert part.strength == IN_PART and 30 <= part.share < 90
    assert candidate(Case("insert", wanted, wanted, None, added=added)).strength == UNCHANGED, "it stood there before"


@pytest.mark.parametrize("kind", KINDS)
def test_every_case_has_one_answer_and_its_share_is_in_bounds(kind: str) -> None:
    texts = ("", OLD, "公示期不少于十五日。", "甲" * (MOST + 1))
    for original, proposal, now, is_gone, added in product(
        texts, texts, (None, *texts), (True, False), ((), (OLD,), texts)
    ):
        found = candidate(Case(kind, original, proposal, now, is_gone, added))
        assert found.strength in STRENGTHS and 0 <= found.share <= 100
        assert -1 <= found.found_in < len(added) or found.found_in == -1
        if found.strength in (UNCHANGED, NOWHERE):
            assert found.share == 0
        if found.strength == AS_PROPOSED:
            assert found.share >= 90


def test_without_a_place_nothing_is_said() -> None:
    assert candidate(Case("edit", OLD, "公示期不少于二十日。", None)).strength == NOWHERE


def test_long_texts_are_said_to_have_changed_and_no_more() -> None:
    long = "一" * (MOST + 1)
    assert candidate(Case("edit", long, long + "二", long + "三")).strength == OTHERWISE


def test_who_may_decide_and_answer() -> None:
    for withdrawn, merged, stands, seen in product((True, False), (True, False), (None, 3), (None, 3)):
        is_free = not withdrawn and not merged and stands == seen
        assert (may_decide(Decided(withdrawn, merged, stands), seen) is None) == is_free
    assert may_answer(1, False) is None and may_answer(0, False) and may_answer(1, True)
