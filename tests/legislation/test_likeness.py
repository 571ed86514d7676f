"""Same and nearly the same opinions: what makes no difference, what does, and what a campaign of pasted texts becomes."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from deliberation.legislation.likeness_rules import (
    ALIKE,
    MARK_RUN,
    MARKS,
    SHORTEST,
    Heads,
    likeness,
    marks,
    normal_form,
    runs,
    same_mark,
)
from tests.legislation.laws import text_of as law_text

LAW = "".join(law_text("civil-code-2020.txt").split())
READY = "建议在第十八条中增加一款：居民委员会应当在作出决定前，听取六十岁以上居民的意见，并把采纳情况告诉他们。"


@pytest.mark.parametrize(
    "other",
    [
        READY.replace("，", ", ").replace("：", ":").replace("。", ""),
        "\u3000\u3000" + READY + "\r\n",
        READY.replace("六十", "六\u200b十"),
        READY.replace("，", "！"),
    ],
)
def test_signs_and_spaces_make_no_difference(other: str) -> None:
    assert same_mark(normal_form(other)) == same_mark(normal_form(READY))


def test_width_and_case_make_no_difference_and_words_do() -> None:
    assert normal_form("ＡＢＣ１２３ 一款") == normal_form("abc123一款")
    assert normal_form("赞成") != normal_form("不赞成") != normal_form("赞成👍") != normal_form("赞成")
    assert normal_form("罚款100元") != normal_form("罚款100$")


@example("K¸", "ķ")
@example("ß", "ＳＳ")
@example("\u01f0", "j\u030c")
@given(st.text(), st.text())
def test_same_marks_are_equal_forms(one: str, other: str) -> None:
    one, other = normal_form(one), normal_form(other)
    assert (same_mark(one) == same_mark(other)) is (one == other)
    assert normal_form(one) == one, "a normal form is its own"


@given(
    st.text(alphabet="一二三四五六七八九十上下", max_size=200),
    st.text(alphabet="一二三四五六七八九十上下", max_size=200),
)
def test_likeness_is_a_share_and_the_same_both_ways(one: str, other: str) -> None:
    a, b = runs(one), runs(other)
    assert 0 <= likeness(a, b) == likeness(b, a) <= 1
    assert likeness(a, a) == (1 if a else 0)
    assert min(1, len(runs(one, MARK_RUN))) <= len(marks(one)) == len(set(marks(one))) <= MARKS
    assert all(-(2**31) <= mark < 2**31 for mark in marks(one)), "few bytes of a database hold it"


def test_texts_that_are_nearly_the_same_have_marks_in_common_and_others_hardly_ever() -> None:
    """A hundred signs of which so many are others; and texts that begin with the same half."""
    chance = random.Random(11)
    text = lambda many: "".join(chance.choices(LAW, k=many))  # noqa: E731
    for others, least in ((8, 0.93), (4, 0.999)):
        found = 0
        for _ in range(2_000):
            one = other = text(100)
            for at in chance.sample(range(100), others):
                other = other[:at] + "𠮷" + other[at + 1 :]
            found += not set(marks(one)).isdisjoint(marks(other))
        assert found / 2_000 >= least, (others, found)
    begun = text(50)
    strangers = [set(marks(begun + text(50))) for _ in range(500)]
    shared = sum(len(one & other) for one, other in pairwise(strangers))
    assert shared / 499 < 0.2 * MARKS, "of one run in two a mark would have every third in common"


def test_a_greeting_and_a_changed_word_are_nearly_the_same_and_another_thought_is_not() -> None:
    heads = Heads()
    assert heads.add(1, normal_form(READY)) == (1, 1.0)
    head, how = heads.add(2, normal_form("各位领导好！" + READY.replace("六十岁", "七十岁") + "谢谢。"))
    assert head == 1 and ALIKE <= how < 1
    assert heads.add(3, normal_form("建议删去第十八条，居民会议的权限由居民公约规定就够了，不必写进法律。")) == (3, 1.0)
    assert heads.add(4, normal_form(READY))[0] == 1


def test_short_words_are_the_same_only_if_they_are_the_very_same() -> None:
    heads = Heads()
    short = "不" + "同" * (SHORTEST - 2)
    assert heads.add(1, normal_form(short)) == (1, 1.0) and heads.add(2, normal_form(short)) == (2, 1.0)


def test_a_campaign_becomes_one_group_and_everything_else_stays_by_itself() -> None:
    chance = random.Random(5)
    ready = [LAW[at : at + 90] for at in range(1000, 90_000, 3_001)]
    heads, where = Heads(), {}
    for number in range(2_000):
        text, which = list(chance.choice(ready)), 0
        which = ready.index("".join(text))
        for _ in range(2):
            text[chance.randrange(90)] = chance.choice(LAW)
        where.setdefault(heads.add(number, normal_form("".join(text)))[0], set()).add(which)
    assert all(len(whose) == 1 for whose in where.values()), "no group holds two ready texts"
    assert len(where) <= len(ready) * 2, "about a group for each ready text"


def test_a_crowded_mark_neither_hides_nor_slows() -> None:
    """A thousand texts that begin alike; then one of them again, with a word changed."""
    chance = random.Random(7)
    texts = ["建议修改为以下内容并请说明理由" + LAW[at : at + 60] for at in chance.sample(range(90_000), 1_000)]
    heads = Heads()
    for number, text in enumerate(texts):
        heads.add(number, normal_form(text))
    again = heads.add(9_999, normal_form(texts[500].replace(texts[500][40], "好", 1)))
    assert again[0] != 9_999 and again[1] >= ALIKE
