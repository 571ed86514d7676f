"""Minutes on paper: what stands for the participants' signatures, and that the code is never alone on the last page."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import datetime

import docx
import pypdfium2
import pytest

from deliberation import wordfile
from deliberation.paper import sheet_pdf
from deliberation.rooms.minutes_paper import Facts, paper
from deliberation.sheets import Code, Pairs, Signatures

HELD = Facts(
    place="青溪村",
    matter="村道拓宽硬化",
    title="第1次协商会议纪要",
    edition=1,
    summary="",
    body="议题：村道怎么修",
    digest="ab" * 32,
    address="http://localhost/minutes/3",
    outcome="",
    until=datetime(2027, 2, 1, 23, 59),
    keepers={"chair": "王秀英", "clerk": "林涛"},
    participants=("李强", "赵敏"),
)


def said(facts: Facts) -> str:
    blocks = paper(facts).blocks
    pairs = [f"{term}：{words}" for block in blocks if isinstance(block, Pairs) for term, words in block.rows]
    lines = [f"{role} {name}" for block in blocks if isinstance(block, Signatures) for role, name in block.people]
    return "\n".join([*pairs, *lines])


def test_a_scan_is_named_with_its_digest_and_without_one_there_are_lines_to_sign_on():
    assert "参加人" not in said(HELD), "no form asks for it"
    asks = replace(HELD, participants_sign="第十六条")
    assert "参加人 李强\n参加人 赵敏" in said(asks)
    signed = said(replace(asks, scan=("签名页.pdf", "cd" * 32)))
    assert f"参加人：已在签名页上签名，扫描件“签名页.pdf”，SHA-256：{'cd' * 32}" in signed
    assert "参加人 李强" not in signed
    for words in (said(asks), signed):
        assert "附后" not in words


@pytest.mark.parametrize("count", range(12, 34, 3))
def test_the_last_page_never_holds_the_code_alone(count):
    sheet = paper(replace(HELD, body="\n".join(f"{at}. 李强，发言1分52秒。" for at in range(count))))
    assert isinstance(sheet.blocks[-1], Code)
    pages = [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(sheet_pdf(sheet))]
    assert "SHA-256" in pages[-1] and "签名：" in pages[-1], (len(pages), pages[-1])


def test_in_a_word_file_the_lines_to_sign_on_stay_with_the_code():
    made = docx.Document(io.BytesIO(wordfile.docx(paper(HELD))))
    signing = [each for each in made.paragraphs if each.text.startswith("签名：")]
    assert len(signing) == 2 and all(each.paragraph_format.keep_with_next for each in signing)
