"""The pages of minutes: who sees which button, forms as a browser sends them, the wire, papers that others' programs open."""

from __future__ import annotations

import hashlib
import io
import re
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from deliberation.communities.models import installation
from deliberation.identity.models import Appointment
from deliberation.matters.difference import Piece
from deliberation.rooms.minutes_home import minutes_deadlines, next_minutes
from deliberation.rooms.minutes_models import Minutes, MinutesCorrection
from deliberation.rooms.minutes_view import trimmed
from deliberation.rooms.models import Room
from tests.rooms.halls import house_at
from tests.rooms.test_kept_open import part_of
from tests.tools import program

TEXT = "李强：路宽三米，反对。\n赵敏：同意。"


class Record:
    """A house in whose room 李强 spoke, and the minutes of it."""

    def __init__(self, house, **fields):
        self.house = house
        self.chair, self.clerk = house.browser("王秀英"), house.browser("林涛")
        self.speaker, self.other, self.stranger = house.browser("李强"), house.browser("周明"), house.site.browser()
        room = house.open_room()
        self.speaker.get(room)
        assert self.speaker.post(f"{room}/statements", body="路宽三米", position="against").status == 303
        self.chair.post(f"{room}/closing")
        answer = self.chair.post(
            f"{room}/minutes", title="第1次协商会议纪要", body=TEXT, outcome="", explained="由主持人概括", **fields
        )
        assert answer.status == 303, answer.words[:500]
        self.at = f"/minutes/{self.row.document_id}"

    @property
    def row(self) -> Minutes:
        with self.house.site.house.database.read() as session:
            return session.exec(select(Minutes)).one()

    def change(self, **values):
        def verb(session, now):
            row = session.exec(select(Minutes)).one()
            for name, value in values.items():
                setattr(row, name, value)
            session.add(row)

        self.house.site.house.database.change(verb)

    def ask(self, browser=None, **fields):
        given = {"passage": "路宽三米", "wording": "路宽四米", "reason": "我说的是四米"} | fields
        return (browser or self.speaker).post(f"{self.at}/corrections", **given)

    def sign(self, browser, role, **fields):
        digest = re.search(r'name="digest" value="(\w+)"', browser.get(f"{self.at}/signing").text)
        given = {"role": role, "digest": digest[1] if digest else "", "read": "yes"} | fields
        return browser.post(f"{self.at}/signatures", **given)


@pytest.fixture
def demo(database_url, tmp_path):
    with house_at(database_url, tmp_path, clock="demo") as made:
        made.site.house.database.change(lambda session, _now: setattr(installation(session), "is_demo", True))
        yield made


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def test_from_a_correction_to_the_seal_by_plain_forms(house):
    record = Record(house, days="3")
    assert (record.row.days, record.row.days_source) == (3, "本地设置")
    page = record.speaker.get(record.at)
    assert "要求更正" in page.words and "本地设置" in page.words and "第1版，还没有定稿" in page.words
    wrong = record.ask(passage="路宽八米")
    assert wrong.status == 422 and "纪要里没有这段话" in wrong.words and "路宽八米" in wrong.text
    assert record.ask().location == f"{record.at}#corrections"
    page = record.chair.get(record.at)
    assert page.links(f"{record.at}/corrections$") and "答复1条更正" in page.words
    answering = record.chair.get(f"{record.at}/corrections")
    assert "李强" in answering.words
    no = record.chair.post("/minutes-corrections/1/answer", do="refuse", words="路宽四米", answer="")
    assert no.status == 422
    assert record.chair.post("/minutes-corrections/1/answer", do="accept", words="路宽四米", answer="").status == 303
    page = record.stranger.get(record.at)
    assert "路宽四米" in page.words and "采纳" in page.words and "<del>三</del><ins>四</ins>" in page.text
    dossier = record.stranger.get(f"/matters/{house.matter_id}").words
    assert "第2版。原文：“路宽三米”" in dossier and "采纳对会议纪要的更正" in dossier
    beside = record.stranger.get(f"/documents/{record.row.document_id}")
    assert beside.links(f"{record.at}$") and "路宽三米" in beside.words

    assert record.clerk.post(f"{record.at}/summary", summary="路要修到四米宽。").location == record.at
    words = record.stranger.get(record.at).words
    assert words.index("路要修到四米宽") < words.index("李强：路宽四米")
    early = record.sign(record.chair, "chair")
    assert early.status == 403 and "要求更正的时间还没有过" in early.words
    record.change(until=datetime.now(UTC))
    late = record.ask(passage="反对", wording="有条件")
    assert late.status == 409 and "要求更正的时间已经过了" in late.words
    assert record.sign(record.chair, "chair", read="").status == 422
    assert record.sign(record.chair, "clerk").status == 403
    assert record.sign(record.chair, "chair").location == record.at
    assert record.sign(record.clerk, "clerk").location == record.at
    page = record.clerk.get(record.at)
    assert "已签名定稿" in page.words and "王秀英" in page.words and "林涛" in page.words
    assert page.links(f"/documents/{record.row.document_id}/corrections/new") and not page.links(f"{record.at}/signing")
    assert record.clerk.post(f"{record.at}/summary", summary="别的话。").status == 409
    text = record.stranger.get(f"{record.at}/papers/minutes.txt").content
    assert hashlib.sha256(text).hexdigest() in page.text and "路要修到四米宽" in text.decode()
    note = record.clerk.post(f"/documents/{record.row.document_id}/corrections", body="应为四米五。", reason="复测")
    assert note.status == 303 and "应为四米五" in record.stranger.get(record.at).words


def test_rights_on_the_page_and_behind_it(house):
    record = Record(house)
    assert "登录后可以要求更正" in record.stranger.get(record.at).words
    page = record.other.get(record.at)
    assert not page.links(f"{record.at}/corrections/new") and not page.links(f"{record.at}/signing")
    assert record.ask(record.other).status == 403
    assert record.speaker.post(f"{record.at}/summary", summary="我的话").status == 403
    record.ask()
    for browser in (record.speaker, record.other):
        assert browser.post("/minutes-corrections/1/answer", do="accept", words="路宽四米", answer="").status == 403
        assert browser.get(f"{record.at}/corrections").status == 403
        assert browser.get(f"{record.at}/papers/signing.pdf").status == 403
    hidden = record.ask(record.other, **{"for": str(house.village["李强"])})
    assert hidden.status == 403
    taken = record.ask(record.clerk, passage="反对", wording="有条件", **{"for": str(house.village["李强"])})
    assert taken.status == 303
    with house.site.house.database.read() as session:
        row = session.get(MinutesCorrection, 2)
    assert (row.person_id, row.typed_by_id) == (house.village["李强"], house.village["林涛"])
    assert "由记录员代为提出" in record.stranger.get(record.at).words


def test_days_below_one_are_refused_at_their_field(house):
    room = house.open_room()
    chair = house.browser("王秀英")
    chair.post(f"{room}/closing")
    form = {"title": "纪要", "body": TEXT, "outcome": "", "explained": "无人发言"}
    wrong = chair.post(f"{room}/minutes", **form, days="0")
    assert wrong.status == 422 and "本地设置" in wrong.words
    assert chair.post(f"{room}/minutes", **form, days="").status == 303


def test_a_page_kept_open_shows_each_act_as_a_fresh_one(house):
    record = Record(house)
    with record.stranger.listen(f"{record.at}/live") as wire:
        for act in (
            record.ask,
            lambda: record.chair.post("/minutes-corrections/1/answer", do="accept", words="路宽四米", answer=""),
            lambda: record.clerk.post(f"{record.at}/summary", summary="路要修到四米宽。"),
        ):
            assert act().status == 303
            update = next(one for one in iter(wire.receive_text, None) if 'id="minutes"' in one)
            assert part_of(update, "minutes") == part_of(record.stranger.get(record.at).text, "minutes")


def test_a_hearing_is_sealed_over_the_sheet_of_its_participants_alone(house):
    record = Record(house)
    record.change(participants_sign="第十六条", until=datetime.now(UTC) - timedelta(seconds=1))
    no = record.sign(record.chair, "chair")
    assert no.status == 403 and "还没有附上参加人的签名页" in no.words
    empty = record.chair.post(f"{record.at}/sheet", note="")
    assert empty.status == 422
    file = {"file": ("签名页.txt", "李强 签".encode(), "text/plain")}
    sent = record.speaker.send(f"{record.at}/sheet", {"note": ""}, file)
    assert sent.status == 403
    sent = record.chair.send(f"{record.at}/sheet", {"note": "都签了"}, file)
    assert sent.location == f"{record.at}/signing", sent.words[:300]
    assert record.sign(record.chair, "chair").status == 303 and record.sign(record.clerk, "clerk").status == 303
    page = record.stranger.get(record.at)
    assert "已签名定稿" in page.words and page.links(r"/attachments/\d+")
    assert "都签了" in record.stranger.get(f"/matters/{house.matter_id}").words


def test_a_summary_written_after_the_sheet_asks_for_a_new_sheet(house):
    record = Record(house)
    record.change(participants_sign="第十六条", until=datetime.now(UTC) - timedelta(seconds=1))
    file = {"file": ("签名页.txt", "李强 签".encode(), "text/plain")}
    assert record.chair.send(f"{record.at}/sheet", {"note": ""}, file).status == 303
    assert "要重新签" not in record.chair.get(record.at).words
    assert record.sign(record.chair, "chair").status == 303
    record.clerk.post(f"{record.at}/summary", summary="大家一致同意修五米宽的路。")
    assert "是改动以前的文本的，要重新签" in record.chair.get(record.at).words
    for who, role in ((record.chair, "chair"), (record.clerk, "clerk")):
        no = record.sign(who, role)
        assert no.status == 403 and "还没有附上参加人的签名页" in no.words
    assert record.row.sealed_at is None
    assert record.chair.send(f"{record.at}/sheet", {"note": ""}, file).status == 303
    assert record.sign(record.chair, "chair").status == 303 and record.sign(record.clerk, "clerk").status == 303
    assert record.row.sealed_at is not None


@pytest.mark.libreoffice
def test_both_files_say_the_same_and_libreoffice_opens_the_docx(house, tmp_path):
    import docx
    import pypdfium2

    record = Record(house)
    record.clerk.post(f"{record.at}/summary", summary="路要修到四米宽。")
    record.change(until=datetime.now(UTC) - timedelta(seconds=1))
    record.sign(record.chair, "chair")
    digest = re.search(r"<code>(\w{64})</code>", record.stranger.get(record.at).text)[1]
    made = record.stranger.get(f"{record.at}/papers/minutes.docx").content
    (tmp_path / "minutes.docx").write_bytes(made)
    command = [program("libreoffice"), "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    command.insert(1, f"-env:UserInstallation=file://{tmp_path}/office")
    subprocess.run([*command, str(tmp_path / "minutes.docx")], check=True, capture_output=True, timeout=180)
    texts = [
        _words(pypdfium2.PdfDocument(data))
        for data in (
            (tmp_path / "minutes.pdf").read_bytes(), record.stranger.get(f"{record.at}/papers/minutes.pdf").content,
        )
    ]  # fmt: skip
    for words in texts:
        for each in (
            "路要修到四米宽",
            "李强：路宽三米，反对。",
            digest[:32],
            digest[32:],
            "王秀英",
            "签名：",
            record.at,
        ):
            assert each in words, (each, words)
        assert words.index("路要修到四米宽") < words.index("李强：路宽三米")
    assert not any("林涛，" in words for words in texts)
    assert docx.Document(io.BytesIO(made)).core_properties.author == ""
    sheet = _words(pypdfium2.PdfDocument(record.chair.get(f"{record.at}/papers/signing.pdf").content))
    assert "参加人签名页" in sheet and "参加人李强" in sheet and "参加人王秀英" not in sheet


def _words(pdf) -> str:
    return "".join("".join(page.get_textpage().get_text_bounded().split()) for page in pdf)


def test_a_long_text_is_shown_around_its_changes():
    pieces = (Piece("same", "一" * 500), Piece("added", "新"), Piece("same", "二" * 500), Piece("same", "短"))
    assert [len(each.text) for each in trimmed(pieces)] == [61, 1, 121, 1]


def test_home_says_until_when_something_can_be_put_right_and_what_waits_for_whom(house):
    record = Record(house)

    def ways(browser):
        return [found.removeprefix(record.at) for found in browser.get("/").links(rf"{record.at}(/\w+)?$")]

    everyone = (record.speaker, record.chair, record.clerk, record.other, record.stranger)
    assert [bool(ways(each)) for each in everyone] == [True, True, False, False, False]
    assert set(ways(record.speaker)) == {""}
    last = re.search(r"(\d+月\d+日 星期.)为止", record.speaker.get(record.at).words)[1]
    assert last in record.speaker.get("/").words, "the home page names the same last day"
    record.ask()
    assert [set(ways(each)) for each in everyone] == [{""}, {"/corrections"}, {"/corrections"}, set(), set()]
    record.chair.post("/minutes-corrections/1/answer", do="refuse", words="", answer="录音里是三米")
    record.change(until=datetime.now(UTC))
    assert [set(ways(each)) for each in everyone] == [set(), {"/signing"}, {"/signing"}, set(), set()]
    record.sign(record.chair, "chair")
    assert [set(ways(each)) for each in everyone] == [set(), set(), {"/signing"}, set(), set()]
    record.sign(record.clerk, "clerk")
    assert [set(ways(each)) for each in everyone] == [set()] * 5


def test_the_demos_clock_stops_at_the_end_of_the_time_for_corrections(demo):
    record = Record(demo)
    until, house = record.row.until, demo.site.house
    stops = []
    for _press in range(6):
        assert record.chair.post("/demo/clock", until="next").status == 303
        with house.database.read() as session:
            stops.append(house.now(session))
        if stops[-1] >= until:
            break
    assert until <= stops[-1] < until + timedelta(minutes=1), (until, stops)
    assert "会议纪要申请更正的期限到" in record.chair.get("/").words.partition("时间过到")[2]
    assert "签名定稿" in record.chair.get("/").words
    with house.database.read() as session:
        assert next_minutes(session, stops[-1]) is None
        assert list(minutes_deadlines(session, stops[-1])) == []


def test_where_there_is_no_clerk_the_page_of_signing_says_so_and_who_appoints_one(house):
    record = Record(house)
    record.change(until=datetime.now(UTC))
    assert "还没有任命记录员" not in record.chair.get(f"{record.at}/signing").words

    def gone(session, _now):
        for each in session.exec(select(Appointment).where(Appointment.role == "clerk")):
            session.delete(each)
        for each in session.exec(select(Room)):
            each.clerk_id = None
            session.add(each)

    house.site.house.database.change(gone)
    assert record.sign(record.chair, "chair").location == record.at
    words = record.chair.get(f"{record.at}/signing").words
    assert "青溪村还没有任命记录员" in words and "请本单位或上级单位的管理员任命一名" in words
