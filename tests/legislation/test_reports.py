"""征求意见情况报告: filled from the record with the numbers of the pages, written on, each version kept, taken away."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest

from deliberation.legislation.opinion_rules import Said, Signature
from deliberation.legislation.report_models import reports_of
from deliberation.legislation.report_rules import LONGEST_QUOTED, PARTS
from deliberation.legislation.reporting import filled_from
from tests.legislation.asking import Here, asked_site

GROUP = Signature("anonymous", publishes=True, category="一层住户")


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[Here]:
    with asked_site(database_url, tmp_path) as made:
        yield made


def filled(here: Here) -> tuple[str, ...]:
    with here.asking.database.read() as session:
        return filled_from(session, here.asking.one(session))


def test_each_part_is_filled_from_the_record(here: Here) -> None:
    give = here.asking.give
    give(article="", quote="", said=Said("whole", "总的说很好"))
    give(signed=GROUP)
    give(quote="", said=Said("support"))
    give(article="5", quote="", said=Said("delete", "", "字" * 1000))
    basics, overall, main, against, rest = filled(here)
    assert (
        "云溪市人大常委会法制工作委员会2026年11月20日来函（云人法函〔2026〕12号），就《加装电梯条例（一审稿）》征求意见。"
        in basics
    )
    assert "共收到意见4条。" in basics and "按征集方式：线上4条。" in basics and "一层住户1条" in basics
    assert "有1个信息采集点参加征集。" in basics and "从2026年11月23日开始" in basics
    assert overall == "对草案的总体意见1条。\n意见：总的说很好。"
    assert "第四条，2条：修改1条、赞成1条。" in main
    assert "第四条，修改；原文：不少于十日；建议修改为：不少于二十日；理由：在外打工的人赶不回来。" in main
    assert "字" * (LONGEST_QUOTED - 1) + "…" in main and "字" * LONGEST_QUOTED not in main
    assert against == "第四条：修改1条、赞成1条。"
    assert "还有4条没有处理。" in rest and "没有听到意见的人群：老年人、个体工商户。" in rest
    assert "路人甲" not in "".join((basics, overall, main, against, rest)), "nobody is named"


def test_nothing_said_is_a_report_too(here: Here) -> None:
    basics, overall, main, against, _rest = filled(here)
    assert "共收到意见0条。" in basics and overall == "没有收到对草案的总体意见。"
    assert main == "没有收到对具体条文的意见。" and "没有既有赞成" in against


def test_it_is_written_on_and_every_version_is_kept(here: Here) -> None:
    here.asking.give()
    liaison, address = here.as_("陈静"), f"{here.address}/report"
    page = liaison.get(address)
    assert "还没有保存" in page.words and "共收到意见1条" in page.words
    assert liaison.get(f"{address}.docx").status == 404
    parts = {f"part_{at}": f"第{at}部分<b>&\n第二行\x0b" for at in range(1, 6)}
    assert liaison.post(address, **parts).status == 303
    assert liaison.post(address, **parts).status == 409, "the same words are no new version"
    assert liaison.post(address, **parts | {"part_5": "另有说明"}).status == 303
    with here.asking.database.read() as session:
        assert [each.number for each in reports_of(session, here.id)] == [2, 1]
    page = liaison.get(address)
    assert "这是第2稿" in page.words and "另有说明" in page.words and "<b>&" not in page.text
    assert "共收到意见1条" in liaison.get(f"{address}?fresh=1").words
    answer = liaison.get(f"{address}.docx")
    words = [each.text for each in docx.Document(io.BytesIO(answer.content)).paragraphs]
    assert [each for each in words if each in PARTS] == list(PARTS)
    assert "第1部分<b>&" in words and "另有说明" in words and "征求意见情况报告" in words
    [first, second] = here.asking.entries("opinions.reported")
    assert "另有说明" not in second.body.decode() and first.body != second.body


def test_others_neither_see_nor_write_it(here: Here) -> None:
    for who, status in (("赵敏", 404), ("胡军", 403)):
        assert here.as_(who).get(f"{here.address}/report").status == status
        assert here.as_(who).post(f"{here.address}/report", part_1="假的").status == status
        assert here.as_(who).get(f"{here.address}/report.docx").status == status
    assert here.asking.entries("opinions.reported") == []
