"""Files of opinions of which some rows are wrong: nothing is imported, or what is good with the others given back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from deliberation.__main__ import main
from deliberation.files import Attachment
from deliberation.legislation.intake_planning import plan_intake, write_intake
from deliberation.legislation.opinion_files import open_file
from deliberation.legislation.opinion_models import Opinion, OpinionIntake
from deliberation.refusal import Invalid, Refused
from deliberation.settings import Settings
from tests.legislation.asking import Asking, Here, asked_site
from tests.schema import make_schema

GOOD = "第四条,不少于二十日,修改"
ROWS = ("章节条款,修改意见,意见类型,门牌", f"{GOOD},3号", "第九条,删去,删除,", "第五条,,修改,", f"{GOOD},=5号")


def _asking(folder: Path) -> tuple[Asking, Settings]:
    settings = Settings(data=folder)
    make_schema(settings.url)
    asking = Asking(settings.url)
    asking.open()
    return asking, settings


@pytest.fixture
def asking(tmp_path, monkeypatch):
    monkeypatch.setenv("DELIBERATION_DATA", str(tmp_path / "site"))
    (tmp_path / "site").mkdir(mode=0o700)
    made, _settings = _asking(tmp_path / "site")
    yield made
    made.database.close()


def run(asking: Asking, file: Path, *more: object) -> int:
    return main(["opinions", "import", str(file), "--solicitation", str(asking.id), *map(str, more)])


def said(asking: Asking) -> list[str]:
    with asking.database.read() as session:
        return list(session.exec(select(Opinion.proposal).order_by(Opinion.id)))


def test_nothing_is_imported_or_what_is_good_and_the_rest_comes_back(asking: Asking, tmp_path: Path, capsys) -> None:
    file, back = tmp_path / "意见.csv", tmp_path / "退回.csv"
    file.write_text("\r\n".join(ROWS), encoding="utf-8")
    assert run(asking, file) == 2 and said(asking) == []
    assert run(asking, file, "--skip-bad", tmp_path / "退回.xlsx") == 2 and not list(tmp_path.glob("*.xlsx"))
    assert run(asking, file, "--skip-bad", back) == 0
    assert said(asking) == ["不少于二十日", "不少于二十日"]
    lines = back.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == ROWS[0] + ",不能导入的原因"
    assert [line.rsplit(",", 1)[0] for line in lines[1:]] == [ROWS[2], ROWS[3]] and all(
        "：" in line for line in lines[1:]
    )
    mended = back.read_text(encoding="utf-8-sig").replace("第九条", "第三条").replace("第五条,,", "第五条,改为七日,")
    back.write_text(mended, encoding="utf-8")
    assert run(asking, back) == 0, "the mended file comes as it is, with its reasons"
    assert said(asking)[2:] == ["删去", "改为七日"]
    with asking.database.read() as session:
        assert [one.note for one in session.exec(select(Opinion))][:2] == ["门牌：3号", "门牌：=5号"]
        assert not any("原因" in one.note for one in session.exec(select(Opinion)))
    capsys.readouterr()


def test_json_lines_come_back_as_lines(asking: Asking, tmp_path: Path) -> None:
    file, back = tmp_path / "a.jsonl", tmp_path / "b.jsonl"
    rows = [{"provision": "4", "proposal": "好"}, {"provision": "77", "proposal": "好"}, {"proposal": 7, "kind": "x"}]
    file.write_text("\n".join([*(json.dumps(row, ensure_ascii=False) for row in rows), "[]"]), encoding="utf-8")
    assert run(asking, file, "--skip-bad", back) == 0
    given = [json.loads(line) for line in back.read_text(encoding="utf-8").splitlines()]
    assert (
        given[0]["provision"] == "77" and given[2]["line"] == "[]" and all(each["why_not_imported"] for each in given)
    )
    assert said(asking) == ["好"]


def test_a_file_without_a_good_row_is_refused_whole(asking: Asking, tmp_path: Path) -> None:
    file, back = tmp_path / "a.csv", tmp_path / "b.csv"
    file.write_text("\r\n".join((ROWS[0], ROWS[2])), encoding="utf-8")
    assert run(asking, file, "--skip-bad", back) == 2 and not back.exists() and said(asking) == []
    assert sorted(each.name for each in tmp_path.glob(".*partial")) == []


def test_what_moved_since_the_plan_is_planned_anew(asking: Asking, tmp_path: Path) -> None:
    table = "章节条款,修改意见,采集点\r\n第四条,不少于二十日,青溪村文化站"
    file = open_file(table.encode(), "a.csv")
    with asking.database.read() as session:
        planned = plan_intake(session, asking.now, one=asking.one(session), file=file, publishes=True)
    assert len(planned.faults) == 1 and not planned.new, "the point is not there yet"

    def write(session, now):
        return write_intake(session, now, one=asking.one(session), planned=planned, actor=asking.liaison).rows

    with pytest.raises(Invalid):
        asking.change(write)
    asking.point()
    assert asking.change(write) == 1 and said(asking) == ["不少于二十日"]


# --- on the page


@pytest.fixture
def here(database_url: str, tmp_path: Path) -> Iterator[Here]:
    with asked_site(database_url, tmp_path) as made:
        yield made


def send(here: Here, name: str, data: bytes, by: str = "陈静", **fields: str):
    files = {"file": (name, data, "application/octet-stream")}
    return here.as_(by).send(f"{here.address}/imports", fields, files=files)


def test_the_page_takes_the_good_rows_and_gives_the_others_back_to_be_mended(here: Here) -> None:
    data = "\r\n".join(ROWS).encode()
    refused = send(here, "意见.csv", data)
    assert refused.status == 422 and said(here.asking) == [] and "有错的行先跳过" in refused.words
    done = send(here, "意见.csv", data, skip_bad="yes")
    assert done.status == 303 and said(here.asking) == ["不少于二十日", "不少于二十日"]
    liaison = here.as_("陈静")
    shown = liaison.get(done.location)
    assert "导入了2条意见。" in shown.words and "跳过了2行，没有导入。" in shown.words
    [address] = set(re.findall(r'href="([^"]+/left-out)"', shown.text))
    for name in ("胡军", "赵敏"):
        assert here.as_(name).get(address).status in (403, 404), "there are names in it"
    assert here.as_("").get(address).status == 303
    back = liaison.get(address)
    lines = back.content.decode("utf-8-sig").splitlines()
    assert lines[0].endswith(",不能导入的原因") and len(lines) == 3 and "第九条" in lines[1]
    mended = back.content.decode("utf-8-sig").replace("第九条", "第三条").replace("第五条,,", "第五条,改为七日,")
    assert send(here, "改好.csv", mended.encode(), skip_bad="yes").status == 303
    assert said(here.asking)[2:] == ["删去", "改为七日"]
    assert len(set(re.findall(r"/left-out", liaison.get(f"{here.address}/imports").text))) == 1


def test_of_a_file_without_a_good_row_the_page_keeps_nothing_and_names_every_row(here: Here) -> None:
    page = send(here, "a.csv", "\r\n".join((ROWS[0], ROWS[2], ROWS[3])).encode(), skip_bad="yes")
    assert page.status == 422 and "第九条" in page.words and "请写您的意见" in page.words
    assert re.search(r'name="skip_bad"[^>]*checked', page.text), "what was ticked stays ticked"
    with here.site.house.database.read() as session:
        assert session.exec(select(Attachment)).all() == [] and session.exec(select(OpinionIntake)).all() == []


def test_rows_that_turned_good_or_bad_since_the_plan_are_not_lost(asking: Asking) -> None:
    table = "章节条款,修改意见,采集点\r\n第四条,不少于二十日,青溪村文化站\r\n第四条,好,"
    file = open_file(table.encode(), "a.csv", keeps_good=True)
    with asking.database.read() as session:
        planned = plan_intake(session, asking.now, one=asking.one(session), file=file, publishes=True)
    asking.point()

    def write(session, now):
        one = asking.one(session)
        return write_intake(session, now, one=one, planned=planned, actor=asking.liaison, skips_bad=True)

    with pytest.raises(Refused, match="刚刚变了"):
        asking.change(write)
    assert said(asking) == []
