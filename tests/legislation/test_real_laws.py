"""Real texts: their counts were made without this parser, and not a word of them may be lost."""

from __future__ import annotations

import json

import pytest

from deliberation.legislation.statute.law_json import law_as_json, law_from_json
from tests.legislation.laws import (
    counted,
    expected,
    law_in,
    read,
    text_of,
    warned,
    words_of_law,
    words_of_paragraphs,
    words_of_source,
)

NAMES = sorted(expected())


@pytest.mark.parametrize("name", NAMES)
def test_the_counts_come_out(name: str):
    assert counted(law_in(name)) == expected()[name]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_dropped_and_nothing_changes_its_place(name: str):
    assert words_of_law(law_in(name)) == words_of_source(text_of(name))


@pytest.mark.parametrize("name", NAMES)
def test_paragraphs_and_items_are_the_words_of_their_article(name: str):
    for article in law_in(name).get("articles", []):
        assert words_of_paragraphs(article) == "".join(article["text"].split()), article["label"]


@pytest.mark.parametrize("name", NAMES)
def test_whole_texts_give_no_warning(name: str):
    assert warned(law_in(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_document_gives_the_same_law_back(name: str):
    law = read(text_of(name))
    assert law_from_json(json.loads(json.dumps(law_as_json(law)))) == law


def test_the_civil_code_has_its_outline():
    law = law_in("civil-code-2020.txt")
    rows = {(row["level"], row["title"]): row for row in law["outline"]}
    assert law["outline"][0] == {
        "level": "编", "no": 1, "title": "总则", "first": "第一条", "last": "第二百零四条", "articles": 204,
    }  # fmt: skip
    assert rows["编", "侵权责任"]["last"] == "第一千二百五十八条"
    assert rows["章", "一般规定"]["level"] == "章"
    assert sum(row["articles"] for row in law["outline"] if row["level"] == "编") == 1258
    assert [article["path"] for article in law["articles"][-2:]] == [["附则"], ["附则"]]
    assert law["articles"][300]["path"] == ["第二编 物权", "第二分编 所有权", "第八章 共有"]
    assert law["contents"].startswith("目　　录\n第一编　总　　则")
    assert law["source_note"] == "（2020年5月28日第十三届全国人民代表大会第三次会议通过）"


def test_an_article_has_its_paragraphs_and_items():
    law = law_in("villagers-committee-law-2018.md")
    article = next(each for each in law["articles"] if each["label"] == "第二十四条")
    first, *rest = article["paragraphs"]
    assert first["text"] == "涉及村民利益的下列事项，经村民会议讨论决定方可办理："
    assert [item["no"] for item in first["items"]] == list(range(1, 10))
    assert first["items"][0] == {
        "label": "（一）",
        "no": 1,
        "text": "本村享受误工补贴的人员及补贴标准；",
        "subitems": [],
    }
    assert [each["no"] for each in rest] == [2, 3] and all(each["items"] == [] for each in rest)


def test_words_between_two_items_belong_to_the_one_before():
    fourth = law_in("national-anthem-law-2017.md")["articles"][3]
    assert len(fourth["paragraphs"]) == 1 and len(fourth["paragraphs"][0]["items"]) == 9
    assert fourth["paragraphs"][0]["items"][0]["text"].count("\n") == 1


def test_articles_between_articles_have_two_numbers():
    law = law_in("criminal-law-2023.md")
    article = next(each for each in law["articles"] if each["label"] == "第一百二十条之一")
    assert article["number"] == [120, 1]
    assert law["closing"].startswith("① 刑法、历次刑法修正案")
    assert [(annex["label"], annex["title"]) for annex in law["annexes"]] == [("附件一", ""), ("附件二", "")]


def test_tables_of_an_annex_stay_row_by_row():
    law = law_in("environmental-protection-tax-law-2025.md")
    first, second = law["annexes"]
    assert (first["label"], first["title"]) == ("附表一", "环境保护税税目税额表")
    assert first["text"].split("\n")[1] == "大气污染物\t每污染当量\t1. 2元至12元"
    assert "background" not in first["text"]
    assert "8.苯并（a）芘\t0.\u20090000003" in second["text"].split("\n")
    assert law_in("environmental-protection-tax-law-2018.md")["annexes"][1]["title"] == "应税污染物和当量值表"


def test_an_amendment_of_the_constitution_counts_on():
    law = law_in("constitution-amendment-2018.md")
    assert [item["no"] for item in law["items"]] == list(range(32, 53))
    assert "\n第一百二十三条 中华人民共和国各级监察委员会" in law["items"][-1]["text"]
    assert law["counts"]["条"] == 0 and "articles" not in law
    thirteenth = law["items"][12]
    assert thirteenth["instructions"][0] == {
        "kind": "replace",
        "target": "第六十七条第六项",
        "as": None,
        "text": "（六）监督国务院、中央军事委员会、国家监察委员会、最高人民法院和最高人民检察院的工作",
    }


def test_a_decision_that_amends_tells_what_to_do():
    law = law_in("court-amending-decision-2021.md")
    assert law["preamble"].endswith("作如下修改：")
    assert law["closing"].startswith("本决定自2022年1月1日起施行。\n《解释》根据本决定")
    told = [[(each["kind"], each["target"], each["as"]) for each in item["instructions"]] for item in law["items"]]
    assert told[4] == [("merge", "第六条和第七条", None)]
    assert told[5] == [
        ("delete", "第八条第一款", None),
        ("delete", "第八条第二款", None),
        ("replace", "第八条第二款", None),
    ]
    assert told[7] == [("delete", "第十二条和第十三条", None)]
    assert told[9][0] == ("renumber", "第八条", "第七条") and len(told[9]) == 7
    assert law["items"][4]["instructions"][0]["text"].startswith("因受害人的过错行为")


def test_an_amendment_of_the_criminal_law_inserts_articles():
    law = law_in("criminal-law-amendment-11-2020.md")
    assert law["items"][1]["instructions"] == [
        {
            "kind": "insert",
            "target": "第一百三十三条之一",
            "as": "第一百三十三条之二",
            "text": law["items"][1]["instructions"][0]["text"],
        }
    ]
    assert law["items"][1]["instructions"][0]["text"].count("\n") == 2
    assert law["items"][-1]["instructions"] == [{"kind": "other", "target": None, "as": None, "text": None}]
