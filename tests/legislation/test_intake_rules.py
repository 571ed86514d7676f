"""Opinions in bulk: every column of the contract, in any order, and every fault with its row and column."""

from __future__ import annotations

from datetime import date

from deliberation.legislation.intake_rules import COLUMNS, article_key, column_key, place_of, read_rows, read_table
from deliberation.legislation.statute.numerals import value_of

HEADS = ("修改意见", "章节条款", "意见类型", "征集方式", "提出人", "同意公开姓名", "提出时间")


def test_the_columns_are_those_of_the_contract_in_their_order():
    assert list(COLUMNS)[:5] == ["no", "draft", "provision", "original", "proposal"]
    assert list(COLUMNS)[-3:] == ["as_said", "named_consent", "cosigners"] and len(COLUMNS) == 26
    assert column_key(" 章节 条款（必填） ") == "provision" and column_key("proposal") == "proposal"
    assert column_key("电话") is None


def test_a_row_is_read():
    row = ("改为二十日", "第十条第二款第（一）项", "修改", "走访", "赵敏", "是", "2026-11-21 19:46")
    found = read_table(HEADS, [(2, row)])
    assert found.faults == ()
    [one] = found.rows
    assert (one.label, one.part, one.said.kind, one.channel) == ("第十条", "第二款第（一）项", "edit", "visit")
    assert (one.signature.naming, one.signature.name, one.signature.names) == ("named", "赵敏", True)
    assert one.said_on == date(2026, 11, 21)


def test_whole_new_and_sub_articles():
    rows = [("很好", "总体", "", "", "", "", ""), ("加一条", "新增于第一百二十条之一之后", "", "", "", "", "")]
    whole, new = read_table(HEADS, list(enumerate(rows, 2))).rows
    assert (whole.label, whole.said.kind, whole.channel) == ("", "whole", "other")
    assert (new.label, new.said.kind, new.part) == ("第一百二十条之一", "insert", "")
    assert article_key("第一百二十条之一", value_of) == "120-1" and article_key("第10条", value_of) == "10"
    assert article_key("附则", value_of) == ""


def test_every_fault_names_its_row_and_column():
    rows = [
        ("", "第十条", "修改", "走访", "", "", ""),
        ("改", "十条", "修正", "电话", "", "也许", "昨天"),
        ("改", "第一条", "修改", "线上", "", "", "2026-02-30"),
    ]
    found = read_table(HEADS, list(enumerate(rows, 2)))
    assert found.rows == (), "all or nothing"
    assert [(fault.row, fault.column) for fault in found.faults] == [
        (2, "修改意见"), (3, "章节条款"), (3, "意见类型"), (3, "同意公开姓名"), (3, "征集方式"), (3, "提出时间"),
        (4, "提出时间"),
    ]  # fmt: skip


def test_unknown_columns_are_told_and_kept():
    found = read_table(("原话", "满意度"), [(2, ("太短了", "不满意"))])
    assert found.unknown == ("满意度",)
    assert (found.rows[0].note, found.rows[0].said.proposal) == ("满意度：不满意", "太短了")


def test_the_authors_own_words_stay_beside_the_edited_ones():
    found = read_table(("修改意见", "原话"), [(2, ("延长至二十日", "太短了"))])
    assert (found.rows[0].said.proposal, found.rows[0].as_said) == ("延长至二十日", "太短了")


def test_what_is_no_table_of_opinions():
    assert read_table(("姓名", "手机"), []).faults[0].column == "修改意见"
    assert read_table(("原话", "原话"), [(2, ("a", "b"))]).faults
    assert read_table(("原话",), []).faults
    assert read_rows(iter([(1, {"proposal": 7})])).faults[0].column == "修改意见"


def test_parts_by_their_label():
    known = [("1", "第一款"), ("1.1", "第一款第（一）项"), ("2", "第二款")]
    assert place_of("第一款第(一)项", known) == "1.1" and place_of("", known) == ""
    assert place_of("第三款", known) is None


def test_a_name_with_a_sign_that_turns_is_refused_and_words_are_kept_as_they_came():
    rows = [
        ("改为\u202e二十日", "第十条", "", "", "赵敏", "", ""),
        ("改为二十日", "第十条", "", "", "赵\u202e敏", "", ""),
    ]
    assert [row.said.proposal for row in read_table(HEADS, [(2, rows[0])]).rows] == ["改为\u202e二十日"]
    [fault] = read_table(HEADS, [(2, rows[1])]).faults
    assert fault.row == 2 and fault.refusal.facts == {"which": ["U+202E"]}
