"""Akoma Ntoso as a draft comes in: our own comes back as it was, those of other parliaments keep their structure and words."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from lxml import etree

from deliberation.__main__ import main
from deliberation.legislation.statute.akn import NAMESPACE, law_as_akn
from deliberation.legislation.statute.law_json import law_as_json
from deliberation.legislation.statute.parser import parse
from deliberation.legislation.statute.reading import read_law, read_lines
from deliberation.refusal import Refused
from tests.legislation.laws import DATA, expected, law_in, read, text_of

EXAMPLES = DATA / "akn"


def inside(body: str, before: str = "") -> bytes:
    return f'{before}<akomaNtoso xmlns="{NAMESPACE}"><act name="act">{body}</act></akomaNtoso>'.encode()


@pytest.mark.parametrize("name", sorted(expected()))
def test_what_we_print_reads_back_to_the_same_law(name: str):
    assert law_as_json(read_law(law_as_akn(read(text_of(name))).encode())) == law_in(name)


def test_the_command_reads_what_it_printed(capsys, tmp_path: Path):
    source = DATA / "environmental-protection-tax-law-2025.md"
    assert main(["law", "parse", str(source), "--akn"]) == 0
    (tmp_path / "law.xml").write_text(capsys.readouterr().out, "utf-8")
    printed = []
    for path in (source, tmp_path / "law.xml"):
        assert main(["law", "parse", str(path), "--json"]) == 0
        printed.append(json.loads(capsys.readouterr().out))
    assert printed[0] == printed[1]
    assert main(["law", "compare", str(source), str(tmp_path / "law.xml")]) == 0
    assert "same 29\n" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("name", "articles", "chapters", "label", "heading"),
    [
        ("uk_pga-2014-27-enacted-data.xml", 8, 0, "1", "Powers for retention of relevant communications data subject to safeguards"),
        ("us_Act_2011-11-29.xml", 6, 0, "SECTION 1.", "SHORT TITLE."),
        ("eu_COM_2013_0619_EN-8.xml", 24, 9, "Article 1", "Subject matter and scope"),
    ],
)  # fmt: skip
def test_other_parliaments_are_read_with_their_own_units(
    name: str, articles: int, chapters: int, label: str, heading: str
):
    law = law_as_json(read_law((EXAMPLES / name).read_bytes()))
    assert (law["counts"]["条"], law["counts"]["章"]) == (articles, chapters)
    assert (law["articles"][0]["label"], law["articles"][0]["heading"]) == (label, heading)
    numbers = [article["number"] for article in law["articles"]]
    assert numbers == [[no] for no in range(1, articles + 1)]


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.xml")), ids=lambda path: path.name[:2])
def test_no_word_of_another_parliament_is_lost(path: Path):
    law = law_as_json(read_law(path.read_bytes()))
    kept = "".join(
        json.dumps(law, ensure_ascii=False).replace("\\n", " ").replace("\\t", " ").replace('\\"', '"').split()
    )
    words = etree.parse(path).getroot().xpath("//text()[not(ancestor::*[local-name()='meta'])]")
    assert [one for one in words if "".join(one.split()) not in kept] == []


def test_paragraphs_points_and_indents_are_told_apart():
    law = read_law(
        inside(
            "<body><article><num>第三条</num><paragraph><intro><p>下列事项：</p></intro>"
            "<point><num>（一）</num><intro><p>登记：</p></intro><indent><num>1．</num><content><p>动产；</p></content></indent></point>"
            "<point><num>（二）</num><content><p>备\n   案。</p></content></point></paragraph>"
            "<paragraph><content><p>前款所称登记<authorialNote><p>旁注</p></authorialNote>，由 A 法\n规定。</p></content></paragraph>"
            "</article></body>"
        )
    )  # fmt: skip
    (article,) = law.articles
    assert article.text == "下列事项：\n（一）登记：\n1．动产；\n（二）备案。\n前款所称登记，由 A 法规定。"
    assert [(item.label, item.no, len(item.subitems)) for item in article.paragraphs[0].items] == [
        ("（一）", 1, 1),
        ("（二）", 2, 0),
    ]
    assert law.closing == "旁注" and [each.kind for each in law.warnings] == [
        "missing_article", "missing_article", "unplaced",
    ]  # fmt: skip


BAD = {
    "entities": inside("<body/>", '<!DOCTYPE x [<!ENTITY a "b">]>'),
    "cut off": law_as_akn(read("某某法\n第一条　甲。\n")).encode()[:-40],
    "no article": inside("<body><p>诗</p></body>"),
    "nothing": inside(""),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_files_are_refused_in_a_sentence(name: str):
    with pytest.raises(Refused):
        read_law(BAD[name])


def test_a_person_corrects_its_text_line_by_line_where_the_lines_give_the_same_law():
    law = read("某某法\n第一条　甲。\n第二条　乙：\n（一）丙；\n（二）丁。\n")
    again = parse(read_lines(law_as_akn(law).encode()), wrapped=False)
    assert law_as_json(again) == law_as_json(law)


@pytest.mark.parametrize("path", sorted(EXAMPLES.iterdir()), ids=lambda path: path.name[:2])
def test_there_are_no_lines_of_a_foreign_act_to_correct(path):
    with pytest.raises(Refused) as no:
        read_lines(path.read_bytes())
    assert no.value.refusal.reason and no.value.refusal.remedy
