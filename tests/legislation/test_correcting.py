"""What a person says of a line goes before what the program finds, and no word is lost by it."""

from __future__ import annotations

import json

import pytest

from deliberation.legislation.correcting import Change, corrected, mistakes
from deliberation.legislation.draft_reading import ReadText, lines_from_json, read_numbered, read_source
from deliberation.legislation.draft_rules import Piece, is_key, keys_of, sections_of
from tests.legislation.laws import words_of_law
from tests.legislation.texts import FIRST, GAPPED, SECOND


def lines_in(text: str):
    return [line for line, _read_as in lines_from_json(read_source(text.encode()).lines)]


def again(text: str, changes: dict[str, Change]) -> ReadText:
    """The text read with the lines that begin with these words changed."""
    lines = lines_in(text)
    numbered = {next(line.no for line in lines if line.text.startswith(words)): one for words, one in changes.items()}
    assert mistakes(lines, numbered) == {}
    return read_numbered(corrected(lines, numbered))


def kinds(read: ReadText) -> dict[str, str]:
    return {line.text: as_.kind for line, as_ in lines_from_json(read.lines)}


def labels(read: ReadText) -> list[str]:
    return [one.label for one in read.articles]


def test_a_line_is_the_beginning_of_an_article_because_somebody_says_so():
    text = FIRST.replace("第四条　加装", "第四条的加装")
    assert labels(read_source(text.encode())) == ["第一条", "第二条", "第三条", "第五条"]
    read = again(text, {"第四条的": Change("第四条的加装电梯方案应当公示，公示期不少于十日。", "article")})
    assert labels(read) == ["第一条", "第二条", "第三条", "第四条", "第五条"] and read.warnings == 0


def test_a_line_is_words_of_the_article_before():
    read = again(FIRST, {"第五条": Change("第五条　业主对方案有异议的，可以在公示期内书面提出。", "words")})
    assert labels(read)[-1] == "第四条" and read.articles[-1].text.endswith("居民委员会应当组织协商。")


def test_a_heading_that_looks_like_a_sentence_is_one_when_said_so():
    text = FIRST.replace("第二章　协商和决定", "第二章　协商，以及决定；")
    assert read_source(text.encode()).counts["章"] == 1
    read = again(text, {"第二章": Change("第二章　协商，以及决定；", "heading")})
    assert read.counts["章"] == 2 and read.articles[2].path == "第二章 协商，以及决定；"
    bare = again(FIRST, {"第二章": Change("协商和决定", "heading")})
    assert bare.counts["章"] == 1 and bare.articles[2].path.endswith("协商和决定")


def test_a_mark_is_none_when_said_so():
    read = again(FIRST, {"（二）": Change("（二）费用的分摊。", "paragraph")})
    document = json.loads(read.document)
    third = document["articles"][2]["paragraphs"]
    assert [len(each["items"]) for each in third] == [1, 0] and third[1]["text"] == "（二）费用的分摊。"
    assert kinds(read)["（二）费用的分摊。"] == "paragraph"


def test_lines_are_joined_parted_and_put_aside():
    read = again(FIRST, {"居民委员会": Change("居民委员会应当组织协商。", "joined")})
    assert read.articles[-1].text == "业主对方案有异议的，可以在公示期内书面提出。居民委员会应当组织协商。"
    read = again(FIRST, {"第五条": Change("第五条　业主对方案有异议的，\n可以在公示期内书面提出。")})
    assert read.articles[-1].text.count("\n") == 2
    read = again(FIRST, {"（一）": Change("（一）电梯的位置；", "aside")})
    assert json.loads(read.document)["closing"] == "（一）电梯的位置；" and kinds(read)["（一）电梯的位置；"] == "aside"


@pytest.mark.parametrize("kind", ["", "heading", "words", "paragraph", "aside"])
@pytest.mark.parametrize("text", [FIRST, SECOND, GAPPED], ids=["first", "second", "gapped"])
def test_whatever_a_line_is_said_to_be_no_word_is_lost(text, kind):
    lines = lines_in(text)
    whole = sorted("".join("".join(line.text.split()) for line in lines))
    for line in lines:
        read = read_numbered(corrected(lines, {line.no: Change(line.text, kind)}))
        assert sorted("".join(words_of_law(json.loads(read.document)).split())) == whole, (line.text, kind)


def test_what_cannot_be_said_is_refused_beside_its_line():
    lines = lines_in(FIRST)
    wrong = mistakes(
        lines, {1: Change("x", "joined"), 2: Change(" \n "), 3: Change("没有条号", "article"), 4: Change("x", "poem")}
    )
    assert sorted(wrong) == [1, 2, 3, 4]


def test_keys_name_one_article_each():
    assert keys_of([(1,), (2,), (2, 1), (2,), (2,)]) == ["1", "2", "2-1", "2.2", "2.3"]
    assert all(is_key(key) for key in ("1", "120-1", "2.3", "2-1.2"))
    assert not any(is_key(said) for said in ("", "0x1", "１", "1 ", "\x00", "1-", "1.2.3", "9" * 11))


def test_parts_are_whole_chapters_and_never_too_long():
    short = [Piece(("第一章 总则",), 100)] * 50
    assert set(sections_of(short)) == {1}
    long = [Piece((f"第{at // 20}章 x",), 200) for at in range(200)]
    parts = sections_of(long)
    assert parts == [1 + at // 20 for at in range(200)]
    one_chapter = sections_of([Piece((), 300)] * 200)
    assert max(one_chapter) == 4 and one_chapter == sorted(one_chapter)
