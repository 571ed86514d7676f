"""What an opinion may be, how it is signed, when it may be given: both sides of each edge."""

from __future__ import annotations

from datetime import date

import pytest

from deliberation.legislation.anchor_rules import Anchor
from deliberation.legislation.opinion_rules import (
    HELD,
    KEPT_BACK,
    KINDS,
    MOST_WORDS,
    ON_ARTICLE,
    ON_WHOLE,
    SHOWN,
    Said,
    Signature,
    may_change,
    may_cosign,
    may_give,
    may_publish,
    may_type,
    shown_name,
    signature_mistakes,
    state_at_first,
    word_mistakes,
)
from deliberation.legislation.solicitation_rules import CLOSED, DRAFTING, NAMINGS, OPEN

ARTICLE, DRAFT = Anchor(article="10", words="不少于十五日"), Anchor()


def test_the_kinds_are_those_of_the_table():
    assert list(KINDS.values()) == ["修改", "新增", "删除", "合并", "文字", "疑问", "赞成", "总体"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_goes_with_what_it_is_about(kind):
    assert ("kind" in word_mistakes(Said(kind, "二十日"), ARTICLE)) == (kind not in ON_ARTICLE)
    assert ("kind" in word_mistakes(Said(kind, "很好"), DRAFT)) == (kind not in ON_WHOLE)


def test_words_are_asked_for_and_must_say_something_new():
    assert "proposal" in word_mistakes(Said("edit", " "), ARTICLE)
    assert "proposal" in word_mistakes(Said("edit", "不少于 十五日"), ARTICLE)
    assert word_mistakes(Said("question", "不少于十五日"), ARTICLE) == {}
    assert word_mistakes(Said("delete"), ARTICLE) == word_mistakes(Said("support"), DRAFT) == {}
    assert word_mistakes(Said("edit", "字" * MOST_WORDS), ARTICLE) == {}
    assert "proposal" in word_mistakes(Said("edit", "字" * (MOST_WORDS + 1)), ARTICLE)


def test_each_consent_is_one_by_itself():
    every = tuple(NAMINGS)
    assert signature_mistakes(Signature(), every) == {}
    assert "naming" in signature_mistakes(Signature("anonymous"), ("named",))
    assert "name" in signature_mistakes(Signature("named"), every)
    assert "name" in signature_mistakes(Signature("pseudonymous", " "), every)
    assert "names" in signature_mistakes(Signature("pseudonymous", "路人", names=True), every)
    assert signature_mistakes(Signature("named", "赵敏", publishes=False, names=True), every) == {}


def test_under_fourteen_the_guardian_agrees():
    assert "guardian" in signature_mistakes(Signature(is_child=True), ("anonymous",))
    assert signature_mistakes(Signature(is_child=True, guardian="赵敏"), ("anonymous",)) == {}


@pytest.mark.parametrize(
    ("stage", "signed_in", "without", "allowed"),
    [
        (OPEN, True, False, True),
        (OPEN, False, True, True),
        (OPEN, False, False, False),
        (DRAFTING, True, True, False),
        (CLOSED, True, True, False),
    ],
)
def test_who_may_give_one_and_when(stage, signed_in, without, allowed):
    assert (may_give(stage, signed_in, without) is None) == allowed


def test_one_changes_ones_own_until_the_closing():
    assert may_change(OPEN, True, False) is None
    assert may_change(OPEN, False, False) and may_change(CLOSED, True, False) and may_change(OPEN, True, True)


def test_one_cosigns_what_another_has_made_public_once():
    assert may_cosign(OPEN, is_public=True, is_author=False, has_signed=False) is None
    for changed in ({"is_public": False}, {"is_author": True}, {"has_signed": True}):
        assert may_cosign(OPEN, **({"is_public": True, "is_author": False, "has_signed": False} | changed))
    assert may_cosign(CLOSED, is_public=True, is_author=False, has_signed=False).late


def test_what_was_said_in_time_may_be_typed_afterwards():
    first, last = date(2026, 11, 2), date(2026, 11, 20)
    assert may_type(CLOSED, last, first, last, date(2026, 12, 1)) is None
    assert may_type(OPEN, first, first, last, first) is None
    assert may_type(OPEN, date(2026, 11, 21), first, last, date(2026, 11, 21))
    assert may_type(OPEN, date(2026, 11, 1), first, last, first)
    assert may_type(OPEN, date(2026, 11, 9), first, last, date(2026, 11, 8)), "not said yet"
    assert may_type(DRAFTING, first, first, last, first)


def test_nothing_is_public_without_consent_and_nothing_unread_without_an_account():
    assert state_at_first(signed_in=True, publishes=True) == SHOWN
    assert state_at_first(signed_in=False, publishes=True) == HELD
    assert state_at_first(signed_in=True, publishes=False) == KEPT_BACK
    assert may_publish(HELD, True, False) is None
    assert may_publish(KEPT_BACK, False, False) and may_publish(SHOWN, True, False) and may_publish(HELD, True, True)


def test_who_stands_beside_a_public_opinion():
    assert shown_name("named", "赵敏", True) == "赵敏"
    assert shown_name("named", "赵敏", False) == shown_name("anonymous", "赵敏", False) == ""
    assert shown_name("pseudonymous", "路人甲", False) == "路人甲"
