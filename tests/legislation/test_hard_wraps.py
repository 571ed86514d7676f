"""The real texts broken at the width of a page, as a PDF or an old web page gives them, and put together again."""

from __future__ import annotations

import re

import pytest

from tests.legislation.laws import counted, expected, law_in, law_of, text_of

NAMES = sorted(expected())


def lines_of(name: str) -> list[str]:
    text = re.sub(
        r"\A---.*?---|<!--.*?-->|<style.*?</style>|<[^>]+>|^#+ |\*\*", "", text_of(name), flags=re.DOTALL | re.MULTILINE
    )
    return [line.strip() for line in text.split("\n") if line.strip() and not re.fullmatch(r"[|\s:-]+", line)]


def wrapped(lines: list[str], width: int, *, set_in: bool) -> str:
    made = []
    for line in lines:
        if set_in and len(line) > 12 and not re.match("第.{1,5}[编章节]|附", line):
            line = "　　" + line
        made += [line[place : place + width] for place in range(0, len(line), width)]
    return "\n".join(made)


def bare(text: str) -> str:
    return "".join(text.split())


def shapes(law: dict) -> list[list[int]]:
    return [[len(each["items"]) for each in article["paragraphs"]] for article in law.get("articles", [])]


@pytest.mark.parametrize("name", NAMES)
def test_paragraphs_that_are_set_in_come_back_exactly(name: str):
    law, whole = law_of(wrapped(lines_of(name), 34, set_in=True)), law_in(name)
    assert counted(law) == expected()[name]
    assert [bare(each["text"]) for each in law.get("articles", [])] == [
        bare(each["text"]) for each in whole.get("articles", [])
    ]
    assert [bare(each["text"]) for each in law.get("items", [])] == [
        bare(each["text"]) for each in whole.get("items", [])
    ]
    assert shapes(law) == shapes(whole)


@pytest.mark.parametrize("name", NAMES)
def test_without_indents_the_articles_come_back(name: str):
    """A sentence that ends at the very edge leaves open whether a paragraph ends with it: shapes may differ, words not."""
    law, whole = law_of(wrapped(lines_of(name), 41, set_in=False)), law_in(name)
    assert counted(law) == expected()[name]
    assert [bare(each["text"]) for each in law.get("articles", [])] == [
        bare(each["text"]) for each in whole.get("articles", [])
    ]
    different = sum(one != other for one, other in zip(shapes(law), shapes(whole), strict=True))
    assert different * 10 <= len(shapes(whole))
