"""Generated texts: whatever stands in them, not a word is lost, and a statute that was built is found again."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.legislation.akn import law_as_akn
from deliberation.legislation.law_json import law_as_json, law_from_json
from deliberation.legislation.lines import plain_lines
from deliberation.legislation.numerals import value_of, written
from deliberation.legislation.parser import parse
from deliberation.refusal import Refused
from tests.legislation.laws import law_of, words_of_law

_WORDS = st.text(alphabet="甲乙丙丁戊己庚辛，、的和", min_size=1, max_size=30)
_SENTENCES = _WORDS.map(lambda words: words.strip("，、") + "国。")
_ARTICLES = st.lists(
    st.tuples(_SENTENCES, st.lists(_SENTENCES, max_size=3), st.integers(0, 3)), min_size=1, max_size=12
)
_PIECES = st.sampled_from(
    ["第一条", "第二条", "第三条之一", "第一章", "第二节", "第一编", "附则", "目录", "附件一", "附：", "序言", "（一）", "1．", "一、", "“", "”", "：", "。",
     "甲", "的规定", "　", " ", "\n", "\n", "\n\n", "2024年1月1日通过", "修改为", "删去", "《某法》", "的决定", "— 3 —", "【题】", "*", "|", "#", "<p>"]
)  # fmt: skip


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
    assert (law["counts"]["章"] == len(chapters) and law["warnings"] == []) or "truncated" in str(law["warnings"])
    for article, (_no, _text, items) in zip(law["articles"], built, strict=True):
        assert sum(len(each["items"]) for each in article["paragraphs"]) == items


@settings(deadline=None, max_examples=400)
@given(st.lists(_PIECES, max_size=60).map("".join))
def test_whatever_stands_in_a_text_no_word_of_it_is_lost(text: str):
    """As a bag of signs: what could not be placed stands in the closing, out of its order."""
    try:
        law = parse(plain_lines(text))
    except Refused:
        return
    said = law_as_json(law)
    rows = "".join(f"第{written(row['no'])}{row['level']}{row['title']}" for row in said["outline"])
    pathless = words_of_law({**said, "articles": [{**each, "path": []} for each in said.get("articles", [])]})
    unnumbered = sorted(rows + pathless)
    source = re.sub(r"\s", "", text)
    for sign in unnumbered:
        assert source.count(sign) >= unnumbered.count(sign), sign
    lost = {sign: source.count(sign) - unnumbered.count(sign) for sign in set(source)}
    # 附则 without a number stands in the paths alone.
    assert {
        sign: number
        for sign, number in lost.items()
        if number and sign not in "附则一、（）1．甲的规定题【】《某法》“”：修改为删去*|#<p>决"
    } == {}
    assert law_from_json(said) == law
    law_as_akn(law)
