"""The table of two versions to hand on: every word of both texts in it, in LibreOffice and in a browser."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO
from pathlib import Path

import docx
from lxml import html
from python_calamine import CalamineWorkbook

from deliberation.__main__ import main
from deliberation.legislation.comparison_docx import compared_docx
from deliberation.legislation.comparison_papers import compared_html, compared_xlsx
from deliberation.legislation.statute.comparison import compare
from tests.legislation.laws import DATA, read, text_of
from tests.legislation.test_comparison import FIRST, law

TITLES = ("一审稿", "二次审议稿")


def pair():
    return [read(text_of(f"villagers-committee-law-{year}.md")) for year in (2018, 2025)]


def sheet_of(data: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(BytesIO(data)).get_sheet_by_index(0).to_python()


def test_a_workbook_has_each_row_with_its_labels_and_all_words():
    old, new = pair()
    rows = compare(old, new)
    table = sheet_of(compared_xlsx(TITLES, rows))
    assert table[0] == ["修改前：一审稿", "修改后：二次审议稿", "变化", "相似度"]
    for column, side in ((0, old), (1, new)):
        said = "".join(str(row[column]) for row in table[1:])
        assert sorted("".join(said.split())) == sorted(
            "".join(f"{each.label}{each.text}" for each in side.articles).replace("\n", "") + "、" * (column and 1)
        )
    assert [row[2:] for row in table[1:3]] == [["文字有改动", 0.65], ["文字有改动", 0.95]]


def test_a_long_article_goes_on_in_the_row_below_and_formulas_stay_words():
    long = "=1+1；" + "县级以上人民政府应当登记。" * 3_000
    table = sheet_of(compared_xlsx(TITLES, compare(law(long), law(long + "\x01甲"))))
    assert "".join(str(row[0]) for row in table[1:]) == f"第一条　{long}"
    assert len(table) > 10 and {len(row) for row in table} == {4}


def test_a_page_of_html_needs_nothing_else_and_marks_what_changed():
    rows = compare(law(FIRST, "<script>甲</script>应当登记。"), law(FIRST, "<script>甲</script>应当在三日内登记。"))
    page = compared_html(TITLES, rows)
    tree = html.fromstring(page)
    assert tree.xpath("//ins/text()") == ["在三日内"] and not tree.xpath("//script|//img|//link|//@src|//@href")
    assert unescape(re.sub("<[^>]+>", "", page)).count("<script>甲</script>") == 2


def test_a_word_file_has_all_words_with_what_changed_struck_and_underlined():
    old, new = pair()
    made = docx.Document(BytesIO(compared_docx(TITLES, compare(old, new))))
    (table,) = made.tables
    cells = [[cell.text for cell in row.cells] for row in table.rows[:6]]
    assert cells[0] == ["修改前：一审稿", "修改后：二次审议稿", "变化"] and cells[1][2] == "文字有改动"
    assert cells[2] == [f"第二条　{old.articles[1].text}", f"第二条　{new.articles[1].text}", "文字有改动"]
    runs = [run for paragraph in table.rows[2].cells[1].paragraphs for run in paragraph.runs]
    assert [run.text for run in runs if run.font.underline] == ["自我服务、", "监督", "民主协商、"]
    assert [run.text for run in table.rows[2].cells[0].paragraphs[0].runs if run.font.strike] == ["服务"]
    assert made.sections[0].page_width > made.sections[0].page_height


def test_the_command_writes_the_table(capsys, tmp_path: Path):
    files = [str(DATA / f"environmental-protection-tax-law-{year}.md") for year in (2018, 2025)]
    assert main(["law", "compare", *files, "--html"]) == 0
    assert capsys.readouterr().out.startswith("<!doctype html>")
    assert main(["law", "compare", *files, "--xlsx", str(tmp_path / "table.xlsx")]) == 0
    assert len(sheet_of((tmp_path / "table.xlsx").read_bytes())) == 30
    assert main(["law", "compare", *files, "--xlsx", str(tmp_path / "nowhere" / "table.xlsx")]) == 2
