"""Generated texts: whatever stands in them, not a word is lost, and a statute that was built is found again."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.legislation.statute.akn import law_as_akn
from deliberation.legislation.statute.akn_files import akn_document
from deliberation.legislation.statute.law_json import law_as_json, law_from_json
from deliberation.legislation.statute.lines import plain_lines
from deliberation.legislation.statute.numerals import value_of, written
from deliberation.legislation.statute.parser import parse
from deliberation.refusal import Refused
from tests.legislation.laws import law_of, words_of_law

_WORDS = st.text(alphabet="甲乙丙丁戊己庚辛，、的和", min_size=1, max_size=30)
_SENTENCES = _WORDS.map(lambda words: "国" + words.strip("，、") + "国。")
_ARTICLES = st.lists(
    st.tuples(_SENTENCES, st.lists(_SENTENCES, max_size=3), st.integers(0, 3)), min_size=1, max_size=12
)
_MARKS = ["第一条", "第二条", "第三条之一", "第一章", "第二节", "第一编", "目录", "附件一", "附：", "序言", "（一）", "1．", "“", "”",
          "：", "。", "甲", "的规定", "　", " ", "\n", "\n", "\n\n", "2024年1月1日通过", "修改为", "删去", "《某法》", "的决定", "— 3 —",
          "【题】", "*", "|", "#", "<p>"]  # fmt: skip
_UNNUMBERED = ["附则", "总　则", "一、", "二、", "第一部分"]


@given(st.integers(1, 99_999))
def test_numerals_go_both_ways(number: int):
    assert value_of(written(number)) == number


@settings(deadline=None, max_examples=60)
@given(st.lists(_ARTICLES, min_size=1, max_size=5))
def test_a_statute_that_was_built_is_found_again(chapters):
    lines, number, built = ["某某条例", "（2024年1月1日通过）"], 0, []
    for chapter, articles in enumerate(chapters, 1):
        lines.append(f"第{written(chapter)}章　甲　乙")
        for first, more, items in articles:
            number += 1
            listed = [f"（{written(each)}）丙；" for each in range(1, items + 1)]
            words = [first, *more, *(["丁："] if items else []), *listed]
            lines += [f"　　第{written(number)}条　{words[0]}", *(f"　　{each}" for each in words[1:])]
            built.append((number, "\n".join(words), items))
    law = law_of("\n".join(lines))
    assert [(each["number"][0], each["text"]) for each in law["articles"]] == [each[:2] for each in built]
    assert law["counts"]["章"] == len(chapters)
    assert {each["kind"] for each in law["warnings"]} <= {"truncated"}
    for article, (_no, _text, items) in zip(law["articles"], built, strict=True):
        assert sum(len(each["items"]) for each in article["paragraphs"]) == items


def bag_of(law: dict) -> list[str]:
    """Every sign of the document, each heading once for its row."""
    rows = "".join(f"第{written(row['no'])}{row['level']}{row['title']}" for row in law["outline"])
    return sorted(rows + words_of_law({**law, "articles": [{**each, "path": []} for each in law.get("articles", [])]}))


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(_MARKS), max_size=60).map("".join))
def test_whatever_stands_in_a_text_no_word_of_it_is_lost(text: str):
    """As a bag of signs: what could not be placed stands in the closing, out of its order."""
    try:
        law = law_as_json(parse(plain_lines(text)))
    except Refused:
        return
    assert bag_of(law) == sorted(re.sub(r"\s", "", text))


@settings(deadline=None, max_examples=200)
@given(st.lists(st.sampled_from(_MARKS + _UNNUMBERED), max_size=60).map("".join))
def test_whatever_was_read_can_be_written_and_read_again(text: str):
    try:
        law = parse(plain_lines(text))
    except Refused:
        return
    assert law_from_json(law_as_json(law)) == law
    assert akn_document(law_as_akn(law).encode()) == law_as_json(law)
    shown = words_of_law(law_as_json(law)) + "".join(row.title + written(row.no) for row in law.outline)
    assert set(re.sub(r"\s", "", text)) <= set(shown) | set("第章节编")
