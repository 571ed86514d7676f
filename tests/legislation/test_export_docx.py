"""意见建议汇总表 as DOCX: by article, safe, the same numbers; LibreOffice sets it on pages across."""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest

from deliberation.directions import laid_open
from deliberation.legislation.export_docx import write_docx
from deliberation.legislation.export_files import write_export
from deliberation.legislation.export_rows import table_of
from deliberation.legislation.export_rules import FULL
from deliberation.legislation.opinion_rules import Said, Signature
from tests.legislation.asking import Asking
from tests.legislation.test_exports import HARM


@pytest.fixture
def asking(database_url: str) -> Iterator[Asking]:
    made = Asking(database_url)
    made.open()
    yield made
    made.database.close()


def paper(asking: Asking, edition: str = "public", **look: Any) -> bytes:
    out = io.BytesIO()
    with asking.database.read() as session:
        table = table_of(session, asking.one(session), edition)
        if look:
            write_docx(session, table, out, lambda _count: None, **look)
        else:
            assert write_export(session, table, "docx", out, lambda _count: None).rows == table.rows
    return out.getvalue()


def rows(data: bytes) -> list[list[str]]:
    [table] = docx.Document(io.BytesIO(data)).tables
    return [[cell.text for cell in row.cells] for row in table.rows]


def test_opinions_stand_under_their_articles_with_the_numbers_of_the_page(asking: Asking) -> None:
    asking.give(article="", quote="", said=Said("whole", "总的说很好"))
    asking.give()
    asking.give(said=Said("insert", "另写一条"), quote="")
    asking.give(signed=Signature("named", "孙丽", publishes=False))
    found = rows(paper(asking))
    assert [len(row) for row in found] == [12] * 6
    assert found[0][:3] == ["序号", "章节条款", "草案原文"]
    assert [row[0] for row in found[1:]] == ["对草案的总体意见　1条", "1", "第四条　2条", "2", "3"]
    assert found[5][1] == "新增于第四条之后"
    words = "\n".join(each.text for each in docx.Document(io.BytesIO(paper(asking))).paragraphs)
    assert "一共收到4条，本表3条" in words and "1条作者没有同意公开" in words and "公开版" in words
    assert "孙丽" in str(rows(paper(asking, FULL))) and "孙丽" not in str(found)


def test_harmful_words_stay_words_and_columns_are_those_of_the_layout(asking: Asking) -> None:
    for words in HARM:
        asking.give(said=Said("edit", words))
    found = rows(paper(asking, columns=(("proposal", "建议改为"),)))
    texts = [row[0] for row in found[2:]]
    assert found[0] == ["建议改为"]
    texts[-1] = texts[-1].replace("\n", "")  # What is very long is several paragraphs, which make one text.
    assert texts == [
        laid_open(words.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\ufffd").replace("\x1f", "\ufffd"))
        for words in HARM
    ]  # fmt: skip


@pytest.mark.libreoffice
def test_libreoffice_sets_it(asking: Asking, tmp_path: Path) -> None:
    for at in range(60):
        asking.give(said=Said("edit", f"第{at}种说法，" + "公示期间要写清楚从哪一天起算" * 3))
    asking.give(article="", quote="", said=Said("whole", "总的说很好😀"))
    source = tmp_path / "table.docx"
    source.write_bytes(paper(asking))
    if kept := os.environ.get("DELIBERATION_KEEP"):
        shutil.copy(source, kept)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "pdf",
               "--outdir", tmp_path, source]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=600)
    import pypdfium2

    pages = pypdfium2.PdfDocument(tmp_path / "table.pdf")
    assert len(pages) > 3 and pages[0].get_width() > pages[0].get_height()
    for page in list(pages)[:3]:
        text = page.get_textpage().get_text_bounded()
        assert "修改意见" in text, "the head is repeated on each page"
    if kept := os.environ.get("DELIBERATION_KEEP"):
        for at in range(2):
            pages[at].render(scale=1.4).to_pil().save(f"{kept}.{at}.png")


@pytest.mark.libreoffice
def test_libreoffice_sets_a_very_long_opinion_soon(asking: Asking, tmp_path: Path) -> None:
    """As one paragraph of a narrow cell it took LibreOffice over a minute and a half of its time."""
    asking.give(said=Said("edit", "公示期间要写清楚从哪一天起算。" * 6_000))
    source = tmp_path / "table.docx"
    source.write_bytes(paper(asking))
    table = docx.Document(source).tables[0]
    parts = [each.text for each in table.rows[-1].cells[3].paragraphs]
    assert "".join(parts) == "公示期间要写清楚从哪一天起算。" * 6_000
    assert all(part.endswith("。") and len(part) <= 1_000 for part in parts)
    command = ["soffice", f"-env:UserInstallation=file://{tmp_path}/office", "--headless", "--convert-to", "pdf",
               "--outdir", tmp_path, source]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True, timeout=60)
    assert (tmp_path / "table.pdf").stat().st_size > 100_000
