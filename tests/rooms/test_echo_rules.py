"""Where minutes go on saying what was put right: what is looked for, what is found, what is left alone."""

from __future__ import annotations

import pytest

from deliberation.rooms.echo_rules import MOST, Echo, echoes, phrases


@pytest.mark.parametrize(
    ("passage", "words", "looked_for"),
    [
        ("路宽三米", "路宽四米", [("路宽三米", "路宽四米"), ("三米", "四米")]),
        ("都说出三百元，可以。", "都说出五百元，可以。", [
            ("都说出三百元，可以。", "都说出五百元，可以。"), ("都说出三百元", "都说出五百元"), ("三百元", "五百元")]),
        ("三百元", "三百五十元", [("三百元", "三百五十元")]),
        ("5户", "6户", [("5户", "6户")]),
        ("王秀英主持", "林涛主持", [("王秀英主持", "林涛主持"), ("王秀英", "林涛")]),
        ("同意修路", "同意修路，但要先修排水", [("同意修路", "同意修路，但要先修排水")]),
        ("李强反对，占了我家菜地", "李强赞成，但不能占菜地", [
            ("李强反对，占了我家菜地", "李强赞成，但不能占菜地"), ("占了我家菜地", "占了我家菜地"), ("李强反对", "李强反对")]),
        ("反对修路。没有钱。", "", [("反对修路。没有钱。", ""), ("反对修路", "反对修路")]),
        ("同意", "不同意", []),
    ],
)  # fmt: skip
def test_the_passage_the_clause_and_what_was_changed_are_looked_for(passage, words, looked_for):
    assert [tuple(each) for each in phrases(passage, words)] == looked_for


def test_other_sections_that_say_the_old_words_are_found_each_once():
    text = "李强：路宽四米，反对。\n【主要意见和理由】\n李强认为路宽三米太窄；三米不够，二十三米又太宽。"
    found = echoes(text, "路宽三米", "路宽四米")
    assert [(each.old, each.new) for each in found] == [("路宽三米", "路宽四米"), ("三米", "四米")]
    assert [text[each.start :][: len(each.old)] for each in found] == ["路宽三米", "三米"]


def test_what_stands_in_the_new_words_says_nothing_old():
    text = "同意修路，但要先修排水。\n意见：同意修路。"
    assert echoes(text, "同意修路", "同意修路，但要先修排水") == (Echo(16, "同意修路", "同意修路，但要先修排水"),)
    assert echoes(text, "同意修路", "同意修路，但要先修排水", settled=["意见：同意修路"]) == ()


def test_a_text_full_of_the_words_is_told_of_to_an_end():
    assert len(echoes("路宽三米。" * 500, "路宽三米", "路宽四米")) == MOST
    assert echoes("", "路宽三米", "路宽四米") == () == echoes("路宽四米", "路宽三米", "路宽四米")
