"""``deliberation law parse`` as somebody at a terminal or a script meets it: every kind of file, every bad one."""

from __future__ import annotations

import base64
import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from lxml import etree

from deliberation.__main__ import main
from deliberation.legislation.statute.akn import NAMESPACE
from deliberation.sheets import Heading, Sheet, Text
from tests.legislation.laws import DATA, counted, expected, law_in, text_of

LAW = "某某法\n（2024年1月1日通过）\n第一章 总则\n第一条　甲。\n第二条　乙：\n（一）丙；\n（二）丁。\n"


def run(capsys: pytest.CaptureFixture[str], *words: str | Path) -> tuple[int, str, str]:
    code = main(["law", "parse", *map(str, words)])
    out, err = capsys.readouterr()
    return code, out, err


def parsed(capsys, path: Path) -> dict:
    code, out, err = run(capsys, path, "--json")
    assert (code, err, out.count("\n")) == (0, "", 1)
    return json.loads(out)


def saved(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def as_docx(lines: list[str]) -> bytes:
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def as_pdf(text: str) -> bytes:
    """Set by the house's own printing, which breaks lines at the width of a page."""
    from deliberation.paper import sheet_pdf

    title, *lines = [line.strip() for line in text.split("\n") if line.strip()]
    blocks = tuple(
        Heading(line) if re.match("第.{1,3}[章节] ", line) else Text("\u3000\u3000" + line) for line in lines
    )
    return sheet_pdf(Sheet(title, blocks))


# --- kinds ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
def test_encodings_are_told_by_content(tmp_path, capsys, encoding: str):
    said = parsed(capsys, saved(tmp_path, "law.bin", LAW.encode(encoding)))
    assert said["counts"]["条"] == 2 and said["title"] == "某某法"


def test_a_docx_with_tables_numbers_and_tracked_changes(tmp_path, capsys):
    made = docx.Document()
    for line in ("某某法", "第一条　甲。", "第二条　乙\t。", "附件一 税目表"):
        made.add_paragraph(line)
    table = made.add_table(rows=2, cols=2)
    for row, words in zip(table.rows, (("税目", "税额"), ("煤", "5元")), strict=True):
        for cell, word in zip(row.cells, words, strict=True):
            cell.text = word
    deleted = OxmlElement("w:del")
    run_of = OxmlElement("w:r")
    gone = OxmlElement("w:delText")
    gone.text = "删掉的话"
    run_of.append(gone)
    deleted.append(run_of)
    made.paragraphs[1]._p.append(deleted)
    out = io.BytesIO()
    made.save(out)
    said = parsed(capsys, saved(tmp_path, "law.docx", out.getvalue()))
    assert [article["text"] for article in said["articles"]] == ["甲。", "乙\t。"]
    assert said["annexes"] == [{"label": "附件一", "title": "税目表", "text": "税目\t税额\n煤\t5元"}]


def test_a_docx_whose_articles_word_numbers_by_itself(tmp_path, capsys):
    made = docx.Document()
    made.add_paragraph("某某法")
    numbering = made.part.numbering_part.element
    numbering.insert(0, _numbered_articles())
    number = OxmlElement("w:num")
    number.set(qn("w:numId"), "900")
    link = OxmlElement("w:abstractNumId")
    link.set(qn("w:val"), "900")
    number.append(link)
    numbering.append(number)
    for words in ("甲。", "乙。"):
        paragraph = made.add_paragraph(words)._p
        properties = OxmlElement("w:numPr")
        for name, value in (("w:ilvl", "0"), ("w:numId", "900")):
            one = OxmlElement(name)
            one.set(qn("w:val"), value)
            properties.append(one)
        paragraph.get_or_add_pPr().append(properties)
    out = io.BytesIO()
    made.save(out)
    said = parsed(capsys, saved(tmp_path, "law.docx", out.getvalue()))
    assert [(article["label"], article["text"]) for article in said["articles"]] == [
        ("第一条", "甲。"),
        ("第二条", "乙。"),
    ]


def _numbered_articles():
    abstract = OxmlElement("w:abstractNum")
    abstract.set(qn("w:abstractNumId"), "900")
    level = OxmlElement("w:lvl")
    level.set(qn("w:ilvl"), "0")
    for name, value in (("w:start", "1"), ("w:numFmt", "chineseCountingThousand"), ("w:lvlText", "第%1条")):
        one = OxmlElement(name)
        one.set(qn("w:val"), value)
        level.append(one)
    abstract.append(level)
    return abstract


@pytest.mark.parametrize(
    "name", ["residents-committee-law-2025.md", "villagers-committee-law-2018.md", "tobacco-leaf-tax-law-2017.md"]
)
def test_a_pdf_gives_the_same_law_as_its_text(tmp_path, capsys, name: str):
    text = re.sub(r"\A---.*?---|<!--.*?-->|^#+ |\*\*", "", text_of(name), flags=re.DOTALL | re.MULTILINE)
    said = parsed(capsys, saved(tmp_path, "law.pdf", as_pdf(text)))
    assert counted(said) == expected()[name]
    plain = law_in(name)
    assert [_bare(each["text"]) for each in said["articles"]] == [_bare(each["text"]) for each in plain["articles"]]
    shapes = [
        [[len(each["paragraphs"]), *(len(one["items"]) for one in each["paragraphs"])] for each in law["articles"]]
        for law in (said, plain)
    ]
    assert shapes[0] == shapes[1]


def _bare(text: str) -> str:
    return "".join(text.split())


def test_own_json_in_gives_the_same_json_out(tmp_path, capsys):
    for name in ("villagers-committee-law-2025.md", "court-amending-decision-2021.md"):
        code, first, _ = run(capsys, DATA / name, "--json")
        assert code == 0
        code, second, _ = run(capsys, saved(tmp_path, "law.json", first.encode()), "--json")
        assert (code, second) == (0, first)


def test_standard_input_and_words_for_people(capsys):
    command = [sys.executable, "-m", "deliberation", "law", "parse", "-"]
    done = subprocess.run(command, input=LAW.encode(), capture_output=True, check=True)
    assert "statute  章 1  条 2" in done.stdout.decode() and "第1章 总则  第一条 – 第二条  (2)" in done.stdout.decode()
    code, out, _ = run(capsys, DATA / "court-amending-decision-2021.md")
    assert code == 0 and "五、 merge 第六条和第七条" in out


# --- Akoma Ntoso ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(expected()))
def test_akoma_ntoso_has_the_same_counts(capsys, name: str):
    code, out, err = run(capsys, DATA / name, "--akn")
    assert (code, err) == (0, "")
    tree = etree.fromstring(out.encode())

    def number(element: str) -> int:
        return len(tree.findall(f".//{{{NAMESPACE}}}{element}"))

    law = law_in(name)
    assert tree.tag == f"{{{NAMESPACE}}}akomaNtoso"
    assert [number(each) for each in ("part", "subpart", "chapter", "section", "article")] == [
        law["counts"][level] for level in ("编", "分编", "章", "节", "条")
    ]
    assert number("point") == sum(len(p["items"]) for a in law.get("articles", []) for p in a["paragraphs"])
    ids = [
        each.get("eId")
        for each in tree.iter()
        if each.get("eId") and each.tag.rpartition("}")[2].startswith(("art", "para", "point"))
    ]
    assert len(ids) == len(set(ids))
    headings = [each for each in law["outline"] if each["articles"]]
    for row, element in zip(
        headings,
        [e for e in tree.iter() if e.tag.rpartition("}")[2] in {"part", "subpart", "chapter", "section"}],
        strict=True,
    ):
        assert len(element.findall(f".//{{{NAMESPACE}}}article")) == row["articles"], row


def test_akoma_ntoso_escapes_and_shows_empty_headings(tmp_path, capsys):
    text = f'{LAW}第二章 空\n第三章 附则\n第三条　<b> & "甲"。'
    code, out, _ = run(capsys, saved(tmp_path, "law.txt", text.encode()), "--akn")
    tree = etree.fromstring(out.encode())
    assert code == 0 and len(tree.findall(f".//{{{NAMESPACE}}}chapter")) == 3
    assert '<b> & "甲"。' in "".join(tree.itertext())


# --- bad files --------------------------------------------------------------------------------------------------------


def packed(entries: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return out.getvalue()


GOOD = as_docx(["某某法", "第一条　甲。"])
ENTITIES = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><w:document>&b;</w:document>'
# One page without a letter, as a scan is.
SCAN = base64.b64decode(
    "JVBERi0xLjQKMSAwIG9iajw8L1R5cGUvQ2F0YWxvZy9QYWdlcyAyIDAgUj4+ZW5kb2JqCjIgMCBvYmo8PC9UeXBlL1BhZ2VzL0tpZHNbMyAwIFJdL0NvdW50IDE+"
    "PmVuZG9iagozIDAgb2JqPDwvVHlwZS9QYWdlL1BhcmVudCAyIDAgUi9NZWRpYUJveFswIDAgMjAwIDIwMF0+PmVuZG9iagp0cmFpbGVyPDwvUm9vdCAxIDAgUj4+"
)
BAD = {
    "nothing": (b"  \n", "文件是空的", "empty"),
    "a cut DOCX": (GOOD[:2000], "可能已经损坏", "damaged"),
    "a bomb": (packed({"word/document.xml": b" " * 50_000_000}), "展开后太大", "too large"),
    "entities": (packed({"word/document.xml": ENTITIES}), "不允许的声明", "declaration"),
    "another zip": (packed({"a.txt": b"a"}), "这不是 Word 文档", "not a Word document"),
    "no XML inside": (packed({"word/document.xml": b"<a"}), "可能已经损坏", "damaged"),
    "macros": (packed({"word/document.xml": b"<a/>", "word/vbaProject.bin": b"x"}), "带有宏", "macros"),
    "a password or old Word": (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "有密码的文件", "password"),
    "a cut PDF": (b"%PDF-1.7\nnothing", "可能已经损坏", "damaged"),
    "a scan": (SCAN, "扫描件", "scan"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, "不是能读的文件种类", "kind of file"),
    "no text": (bytes(range(128, 256)) * 20, "认不出文件的文字编码", "encoding"),
    "no law": ("今天我们去公园。".encode(), "没有条文", "no article"),
    "a table of changes": ("某某法修改前后对照表\n第一条 甲。".encode(), "对照表", "compares"),
    "another JSON": (b'{"schema": "deliberation/tally-1"}', "schema", "schema"),
    "deep JSON": (b'{"a":' * 200_000, "JSON", "JSON"),
    "wrong JSON": (b'{"schema": "deliberation/law-1", "title": "x", "status": "statute", "articles": [{}]}', "articles[0]", "articles[0]"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_file_is_one_sentence_in_three_languages(tmp_path, capsys, name: str):
    data, chinese, english = BAD[name]
    path = saved(tmp_path, "law.x", data)
    code, out, err = run(capsys, path, "--json")
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"{path}: ") and chinese in err and english in err


def test_a_pdf_with_a_password_is_refused(tmp_path, capsys):
    path = saved(tmp_path, "law.pdf", (DATA / "password.pdf").read_bytes())
    with pytest.raises(pypdfium2.PdfiumError, match="password"):
        pypdfium2.PdfDocument(path)
    code, out, err = run(capsys, path)
    assert (code, out) == (2, "") and "有密码" in err


def test_a_file_that_is_not_there_is_named(tmp_path, capsys):
    code, out, err = run(capsys, tmp_path / "none.docx")
    assert (code, out) == (2, "") and "none.docx: cannot be read" in err
