"""Anchors on a text of law: parts and their labels, chosen words, and the sentences where they are not to be found."""

from __future__ import annotations

import pytest

from deliberation.legislation.anchor_rules import Anchor, anchored, places, provision
from deliberation.refusal import Refusal

ONE = "国家保障公民参与立法的权利。"
TWO = "村民委员会应当公开下列事项：\n（一）财务收支；\n（二）下列补贴：\n1.低保；\n2.救灾；\n（三）其他事项。\n公开不少于十五日。"


def labels(text: str) -> dict[str, str]:
    return {one.key: one.label for one in places(text)}


def test_every_part_has_its_label():
    assert labels(TWO) == {
        "1": "第一款",
        "1.1": "第一款第（一）项",
        "1.2": "第一款第（二）项",
        "1.2.1": "第一款第（二）项第1目",
        "1.2.2": "第一款第（二）项第2目",
        "1.3": "第一款第（三）项",
        "2": "第二款",
    }
    assert labels(ONE) == {}, "an article of one paragraph has no part to choose"
    assert labels("下列：\n（一）甲；\n(二)乙。") == {"1.1": "第（一）项", "1.2": "第（二）项"}


def test_a_part_reaches_over_what_stands_below_it():
    first = next(one for one in places(TWO) if one.key == "1")
    assert TWO[first.start : first.end].endswith("（三）其他事项。")
    second = next(one for one in places(TWO) if one.key == "1.2")
    assert TWO[second.start : second.end] == "（二）下列补贴：\n1.低保；\n2.救灾；"


def test_without_words_the_part_or_the_article_is_meant():
    assert anchored("10", TWO, "2").words == "公开不少于十五日。"
    whole = anchored("10", TWO)
    assert (whole.words, whole.quote, whole.label) == (TWO, "", "")


def test_chosen_words_keep_what_stands_around_them():
    found = anchored("10", TWO, quote="不少于十五日")
    assert isinstance(found, Anchor)
    assert (found.label, found.words) == ("第二款", "不少于十五日")
    assert TWO[found.start : found.end] == "不少于十五日"
    assert found.prefix.endswith("公开") and found.suffix == "。"


def test_white_space_makes_no_difference():
    found = anchored("10", TWO, quote=" 其他事项。\r\n 公开不少于 ")
    assert found.words == "其他事项。\n公开不少于"


@pytest.mark.parametrize(
    ("place", "quote"), [("", "二十日"), ("1", "十五日"), ("9", ""), ("1.2.3", "低保"), ("", "公开")], ids=str
)
def test_what_is_not_there_or_not_sure_is_refused_with_a_sentence(place, quote):
    found = anchored("10", TWO, place, quote)
    assert isinstance(found, Refusal) and found.remedy


def test_what_stands_around_decides_between_equal_words():
    at = TWO.index("公开不")
    assert anchored("10", TWO, quote="公开", around=("其他事项。", "不少于")).start == at
    assert anchored("10", TWO, quote="公开", around=("应当", "下列")).start == TWO.index("公开下")
    assert anchored("10", TWO, "2", "公开").start == at, "so does the part"


def test_the_words_of_the_table():
    assert provision("", "", "whole") == "总体"
    assert provision("第十条", "第二款第（一）项", "edit") == "第十条第二款第（一）项"
    assert provision("第十条", "", "insert") == "新增于第十条之后"
    assert provision("第十条", "第二款", "insert") == "第十条第二款"
