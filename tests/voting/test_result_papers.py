"""Papers of a closed poll: who may have which, what stands in them, and that others' programs open them."""

from __future__ import annotations

import csv
import io
import re
import subprocess
import zipfile
from pathlib import Path

import docx
import pypdfium2
import pytest

from deliberation.audit.reading import data_of
from deliberation.paper import sheet_pdf
from deliberation.sheets import Sheet, Table, Text
from deliberation.voting.actions import close_poll
from deliberation.voting.conservation import holds, sums
from deliberation.voting.paper_facts import closing_entry
from deliberation.voting.routes_papers import csv_file
from deliberation.voting.tally import tally_json
from deliberation.wordfile import docx as docx_of
from tests.pages import open_site
from tests.voting.polls import build_estate, build_meeting, cast, opened, poll_of
from tests.voting.tally_papers import a_document, a_rule, an_election, ballot, people, votes


@pytest.fixture
def site(database_url, tmp_path):
    with open_site(database_url, tmp_path) as found:
        yield found


def closed_poll(site, meeting, choices):
    """A poll of the meeting, closed by the chair; ``choices`` by name."""
    database = site.house.database
    poll_id = opened(database, meeting, closes_in=None)
    for name, choice in choices.items():
        cast(database, poll_id, meeting.members[name], choice, key=f"{name}-{choice}")
    by = meeting.standing

    def verb(session, now):
        close_poll(session, now, poll_id=poll_id, standing=by(session, "王秀英"))

    database.change(verb)
    return poll_id


def words_of_pdf(data: bytes) -> str:
    pdf = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_bounded() for page in pdf).replace("\r", "")


def words_of_docx(data: bytes) -> str:
    made = docx.Document(io.BytesIO(data))
    said = [paragraph.text for paragraph in made.paragraphs]
    for table in made.tables:
        said += [cell.text for row in table.rows for cell in row.cells]
    return "\n".join(said)


def test_who_may_have_which_paper(site):
    meeting = build_meeting(site.house.database, online=True)
    poll_id = closed_poll(site, meeting, {"李强": "yes", "代表02": "no"})
    stranger, member = site.browser(), site.browser(meeting.members["李强"])
    outsider, supervisor = site.browser(meeting.place["赵敏"]), site.browser(meeting.place["周明"])
    base = f"/polls/{poll_id}/papers"
    assert stranger.get(f"{base}/result.csv").status == 200
    for who, status in ((stranger, 403), (outsider, 403), (member, 200), (supervisor, 200)):
        assert who.get(f"{base}/roll.csv").status == status
    assert stranger.get(f"{base}/certificate.pdf").status == 403
    for name in ("roll.xlsx", "choices.pdf", "nothing.pdf", "roll", "result.pdf"):
        assert member.get(f"{base}/{name}").status == 404, name
    page = stranger.get(f"/polls/{poll_id}")
    assert page.links(rf"{base}/notice\.(docx|pdf)") and "监督员" in page.words


def test_no_paper_before_the_end(site):
    meeting = build_meeting(site.house.database, online=True)
    poll_id = opened(site.house.database, meeting)
    chair = site.browser(meeting.place["王秀英"])
    for name in ("notice.pdf", "result.csv", "roll.csv"):
        assert chair.get(f"/polls/{poll_id}/papers/{name}").status == 403
    assert "papers/" not in chair.get(f"/polls/{poll_id}").text


def test_the_owners_four_tests_stand_in_the_certificate_and_no_area_on_the_board(site):
    meeting = build_estate(site.house.database)
    poll_id = closed_poll(site, meeting, {"李强": "yes", "赵春生": "yes", "钱玉珍": "no"})
    reader = site.browser(meeting.members["李强"])
    base = f"/polls/{poll_id}/papers"
    certificate = reader.get(f"{base}/certificate.docx")
    assert certificate.headers["content-disposition"].startswith("attachment")
    for words in (words_of_docx(certificate.content), words_of_pdf(reader.get(f"{base}/certificate.pdf").content)):
        words = "".join(words.split())
        for each in ("赞成面积", "≥3/4", "383.72平方米", "473.22平方米", "354.92平方米", "还差1人", "计票监票人（一）"):
            assert each in words, (each, words)
        assert "吴桂兰" in words and "人数：参加3=2+1+0+0" in words
    for words in (
        words_of_docx(reader.get(f"{base}/notice.docx").content),
        words_of_pdf(reader.get(f"{base}/notice.pdf").content),
    ):
        words = "".join(words.split())
        assert "还差1人" in words and "可能让人推出" in words and "存证" in words
        assert "89.50" not in words and "354.92" not in words
    data = reader.get(f"{base}/result.csv").content
    assert b"89.50" not in data and "可能让人推出" in data.decode()
    assert ["赞成人数", "2人", "3人", "≥3/4", "3人", "没有达到", "还差1人"] in rows_of_csv(data)


def rows_of_csv(data: bytes) -> list[list[str]]:
    """The rows, once the file has the shape that Excel and a program that reads lines both take."""
    assert data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n")
    text = data.decode("utf-8-sig")
    assert "\n" not in text.replace("\r\n", "") and "\r" not in text.replace("\r\n", "")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert len(rows) == text.count("\r\n"), "one line a row"
    return rows


def test_the_table_says_what_was_decided_by_whom_and_when(site):
    meeting = build_meeting(site.house.database, online=True)
    poll_id = closed_poll(site, meeting, {"李强": "yes", "代表02": "no"})
    rows = rows_of_csv(site.browser().get(f"/polls/{poll_id}/papers/result.csv").content)
    said = {row[0]: row[1:] for row in rows if row}
    assert rows[0] == ["表决结果表"] and said["问题"] == ["您是否同意修这条路？"]
    assert said["编号"] == [f"青溪村 · 表决第{poll_id}号"] and said["表决机构"] == ["村民代表会议"]
    assert all(re.fullmatch(r"20\d\d年\d+月\d+日.* \d+:\d\d", said[name][0]) for name in ("开始", "计票"))
    assert said["结果"] == ["没有达到法定人数，表决不成立"] and said["网址"][0].endswith(f"/polls/{poll_id}")
    assert ["条件", "实有", "总数", "要求", "至少须有", "结果", "还差"] in rows
    assert said["赞成"][:1] == ["1"] and said["反对"][:1] == ["1"] and "收到2张表决票，计入2张。" in said


def test_no_cell_of_a_table_begins_a_formula_or_a_line():
    rows = rows_of_csv(csv_file([("=1+1", "甲\n=2", "@x"), ("修路\r\n还是修桥？", "＝1", 3)]))
    assert rows == [["'=1+1", "甲 =2", "'@x"], ["修路 还是修桥？", "'＝1", "3"]]


def test_a_certificate_binds_the_tally_by_its_salted_commitment_only(site):
    meeting = build_meeting(site.house.database, online=True)
    poll_id = closed_poll(site, meeting, {"李强": "yes", "代表02": "no"})
    poll = poll_of(site.house.database, poll_id)
    with site.house.database.read() as session:
        entry = closing_entry(session, poll)
    commitment = data_of(entry.body)["commit"]["tally"]
    base, reader = f"/polls/{poll_id}/papers", site.browser(meeting.place["周明"])
    for words in (
        words_of_docx(reader.get(f"{base}/certificate.docx").content),
        words_of_pdf(reader.get(f"{base}/certificate.pdf").content),
    ):
        words = "".join(words.split())
        assert commitment in words and poll.tally_sha256 not in words
    for path in (f"/polls/{poll_id}", f"/polls/{poll_id}/result.json", f"{base}/notice.docx", f"{base}/roll.docx"):
        answer = reader.get(path)
        assert poll.tally_sha256 not in (answer.text if "docx" not in path else words_of_docx(answer.content))


def test_the_full_bundle_says_what_it_holds_and_who_may_have_it(site):
    meeting = build_meeting(site.house.database, online=True)
    poll_id = closed_poll(site, meeting, {"李强": "yes", "代表02": "no"})
    member, stranger = site.browser(meeting.members["李强"]), site.browser()
    page = member.get(f"/polls/{poll_id}")
    assert "看得出每个人怎么投的" in page.words and "不要转发" in page.words and page.links(r".*/bundle/full\.zip")
    page = stranger.get(f"/polls/{poll_id}")
    assert (
        page.links(r".*/bundle/public\.zip")
        and not page.links(r".*/bundle/full\.zip")
        and "只给名册上的人" in page.words
    )


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "＋张三", "<&>\"'", "-2\t3"])
def test_a_name_is_text_in_every_paper(site, name):
    meeting = build_meeting(site.house.database, online=True)
    rename(site, meeting.members["代表02"], name)
    poll_id = closed_poll(site, meeting, {"李强": "yes", "代表02": "no"})
    reader = site.browser(meeting.members["李强"])
    base = f"/polls/{poll_id}/papers/roll"
    rows = list(csv.reader(io.StringIO(reader.get(f"{base}.csv").content.decode("utf-8-sig"))))
    cell = next(row for row in rows if "反对" in row)[1]
    assert cell == ("'" + name if name[0] in "=@＋-" else name)
    assert name.split("\t")[0] in words_of_docx(reader.get(f"{base}.docx").content)


def rename(site, person_id, name):
    from deliberation.identity.models import person

    def verb(session, now):
        person(session, person_id).name = name

    site.house.database.change(verb)


def a_long_sheet(lines=5_000):
    rows = tuple((str(n), f"业主{n}", f"{n // 100 + 1}号楼{n}室", "89.50", "赞成") for n in range(1, lines + 1))
    grid = Table(("序号", "姓名", "名册", "面积", "表决"), rows, (1, 2, 3, 2, 2), (0, 3))
    return Sheet("逐人表决情况表", (Text("关于修路"), grid), foot="青溪村", at="2026-11-23T12:00:00+00:00")


def test_five_thousand_lines_are_a_file_of_sane_size():
    sheet = a_long_sheet()
    made, printed = docx_of(sheet), sheet_pdf(sheet)
    assert len(made) < 1_000_000 and len(printed) < 8_000_000
    assert "业主5000" in words_of_docx_xml(made) and "业主5000" in words_of_pdf(printed)
    pdf = pypdfium2.PdfDocument(printed)
    assert all("姓名" in page.get_textpage().get_text_bounded() for page in pdf), "the head stands on every page"


def words_of_docx_xml(data: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()


def test_a_word_file_holds_nothing_that_others_refuse_and_nobodys_name():
    made = docx_of(a_long_sheet(3))
    with zipfile.ZipFile(io.BytesIO(made)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    text = b"".join(parts.values()).decode("utf-8", "replace")
    assert "altChunk" not in text and 'TargetMode="External"' not in text
    assert not [name for name in parts if "thumbnail" in name or "vba" in name.lower()]
    assert b"python-docx" not in parts["docProps/core.xml"] and b"<dc:creator></dc:creator>" in parts[
        "docProps/core.xml"
    ].replace(b"<dc:creator/>", b"<dc:creator></dc:creator>")
    document = parts["word/document.xml"].decode()
    assert document.count("<w:tblHeader/>") == 1
    assert ' PAGE "' in "".join(parts[name].decode() for name in parts if "footer" in name).replace("PAGE ", 'PAGE "')
    assert 'w:eastAsia="仿宋"' in parts["word/styles.xml"].decode() and "SimSun" in parts["word/fontTable.xml"].decode()


def test_fonts_are_inside_the_pdf():
    fonts = sheet_pdf(a_long_sheet(3))
    assert b"/FontFile" in fonts and b"NotoSerifSC" in fonts


def test_on_the_board_the_code_stands_on_the_first_page(site):
    meeting = build_estate(site.house.database)
    poll_id = closed_poll(site, meeting, {"李强": "yes", "赵春生": "yes", "钱玉珍": "no"})
    reader = site.browser(meeting.members["李强"])
    pdf = pypdfium2.PdfDocument(reader.get(f"/polls/{poll_id}/papers/notice.pdf").content)
    assert f"/polls/{poll_id}" in pdf[0].get_textpage().get_text_bounded() and len(pdf) == 2
    file = reader.get(f"/polls/{poll_id}/papers/notice.docx").content
    body = zipfile.ZipFile(io.BytesIO(file)).read("word/document.xml").decode()
    assert body.index("<w:drawing>") < body.index("逐项说明"), "before what may run on to a second page"


@pytest.mark.libreoffice
def test_libreoffice_opens_every_paper_and_reads_the_same_words(site, tmp_path):
    meeting = build_estate(site.house.database)
    rename(site, meeting.members["赵春生"], "=1+1")
    poll_id = closed_poll(site, meeting, {"李强": "yes", "赵春生": "no"})
    reader = site.browser(meeting.members["李强"])
    files = []
    for name in ("notice", "certificate", "roll"):
        path = tmp_path / f"{name}.docx"
        path.write_bytes(reader.get(f"/polls/{poll_id}/papers/{name}.docx").content)
        files.append(path)
    table = tmp_path / "roll.csv"
    table.write_bytes(reader.get(f"/polls/{poll_id}/papers/roll.csv").content)
    converted(tmp_path, files, "pdf")
    for path, words in zip(files, ("表决结果公告", "计票监票人（二）", "李强"), strict=True):
        assert words in words_of_pdf(path.with_suffix(".pdf").read_bytes())
    board = pypdfium2.PdfDocument(files[0].with_suffix(".pdf").read_bytes())
    on_first = board[0].get_textpage().get_text_bounded()
    assert f"/polls/{poll_id}" in on_first, "the code stands beside what it proves"
    notice = reader.get(f"/polls/{poll_id}/papers/notice.pdf").content
    (tmp_path / "printed.pdf").write_bytes(notice)
    converted(tmp_path, [tmp_path / "printed.pdf"], "fodt", "--infilter=writer_pdf_import")
    assert "表决结果公告" in "".join(re.sub("<[^>]+>", "", (tmp_path / "printed.fodt").read_text("utf-8")).split())
    converted(tmp_path, [table], "fods")
    assert "table:formula" not in (tmp_path / "roll.fods").read_text("utf-8")


def converted(folder: Path, files: list[Path], to: str, *more: str) -> None:
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = ["soffice", profile, "--headless", *more, "--convert-to", to, "--outdir", str(folder), *map(str, files)]
    subprocess.run(command, check=True, capture_output=True, timeout=180)


def test_every_sum_comes_out_and_a_wrong_one_is_seen():
    result = tally_json(a_document(a_rule(), people(9), votes(yes=3, no=2, abstain=1, invalid=1), present=["m9"]))
    assert holds(result)
    assert sums(result)[0][1] == {"received": 7, "counted": 7, "aside": 0}
    assert {"present": 8, "participating": 7, "silent": 1} in [facts for _key, facts in sums(result)]
    result["counts"]["heads"]["yes"] = 4
    assert not holds(result)


def test_marks_on_several_options_may_be_more_than_ballots():
    rule = an_election("甲", "乙", select=2)
    assert holds(tally_json(a_document(rule, people(3), [ballot("m1", ["甲", "乙"]), ballot("m2", ["乙"])])))
