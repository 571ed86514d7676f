"""Replies, files, withdrawing and hidden words, as people with and without JavaScript meet them."""

from __future__ import annotations

import hashlib
import io
import re
import threading
import zipfile
from datetime import timedelta

import pytest
from sqlmodel import select

from deliberation.assemblies.models import Member, Ownership, Resident
from deliberation.communities.models import root
from deliberation.files import Attachment
from deliberation.identity.models import Appointment, Person
from deliberation.rooms.models import Statement
from deliberation.rooms.verification import check_rooms
from tests.matters.test_pictures import END, PICTURE, START, bare, exif, segment
from tests.rooms.halls import House, house_at

PDF = ("图纸.pdf", b"%PDF-1.7 ...", "application/pdf")


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def packed(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in {"[Content_Types].xml": b"<Types/>", **parts}.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return out.getvalue()


def test_a_reply_without_javascript(house: House):
    room = house.open_room()
    member, other = house.browser("李强"), house.browser("赵敏")
    member.post(f"{room}/statements", body="路要避开菜地。", position="against")
    page = other.get(room)
    link = page.links(rf"{room}\?reply=\d+#composer")[0].split("#")[0]
    page = other.get(link)
    assert 'name="reply_to" value="1"' in page.text and "回复李强" in page.words
    assert other.post(f"{room}/statements", body="可以让一米。", reply_to="1").status == 303
    page = member.get(room)
    assert re.search(r'id="statement-2" class="is-reply".*?href="#statement-1"', page.text, re.DOTALL)
    assert not page.links(rf"{room}\?reply=2#composer"), "one level"


def test_what_was_hidden_meanwhile_costs_nobody_their_words(house: House):
    room = house.open_room()
    member, other, chair = house.browser("李强"), house.browser("赵敏"), house.browser("王秀英")
    member.post(f"{room}/statements", body="骂人的话。")
    chair.post(f"{room}/interventions", do="hide", statement="1", reason="骂人")
    answer = other.post(f"{room}/statements", body="我写了很久的回复。", reply_to="1")
    assert answer.status == 422 and "我写了很久的回复。" in answer.text and "不能回复" in answer.words
    answer = other.send(f"{room}/statements", {"body": "我写了很久的回复。", "reply_to": "1"}, **{"hx-request": "true"})
    assert answer.status == 422 and "我写了很久的回复。" in answer.text and "<html" not in answer.text
    assert other.post(f"{room}/statements", body="x", reply_to="99").status == 404
    assert other.post(f"{room}/statements", body="x", reply_to="一").status == 404


def test_hiding_and_replying_at_the_same_instant_leave_no_half(house: House):
    """Whichever comes first: the reply stands at its place, or its words are back in the composer."""
    room = house.open_room()
    member, other, chair = house.browser("李强"), house.browser("赵敏"), house.browser("王秀英")
    member.post(f"{room}/statements", body="骂人的话。")
    start, seen = threading.Barrier(2), {}

    def press(browser, path: str, **fields: str) -> None:
        start.wait()
        seen[path] = browser.post(path, **fields)

    pairs = (
        (other, f"{room}/statements", {"body": "我的回复。", "reply_to": "1"}),
        (chair, f"{room}/interventions", {"do": "hide", "statement": "1", "reason": "骂人"}),
    )
    threads = [threading.Thread(target=press, args=pair[:2], kwargs=pair[2]) for pair in pairs]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert seen[f"{room}/interventions"].status == 303
    answer, page = seen[f"{room}/statements"], member.get(room)
    assert "骂人的话" not in page.text and "隐藏1条" in page.words
    if answer.status == 303:
        assert 'id="statement-2" class="is-reply"' in page.text
    else:
        assert answer.status == 422 and "我的回复。" in answer.text and "statement-2" not in page.text


def test_the_composer_takes_what_is_replied_to_without_touching_the_words(house: House):
    room = house.open_room()
    member, other = house.browser("李强"), house.browser("赵敏")
    member.post(f"{room}/statements", body="路要<b>避开</b>菜地。")
    part = other.fragment(f"{room}/replying?reply=1")
    assert part.text.lstrip().startswith('<div id="replying" class="replying"') and "&lt;b&gt;" in part.text
    assert 'name="reply_to"' not in other.fragment(f"{room}/replying").text
    assert 'name="reply_to"' not in other.fragment(f"{room}/replying?reply=77").text


def test_files_are_kept_listed_and_only_ever_saved(house: House):
    room = house.open_room()
    member, stranger = house.browser("李强"), house.site.visitor()
    docx = packed(word__document_xml=b"<w/>")
    files = {"file": PDF, "file_2": ("<b>说明.docx", docx, "text/html")}
    answer = member.send(f"{room}/statements", {"body": "附上图纸。"}, files=files)
    assert answer.status == 303
    page = member.get(room)
    assert "图纸.pdf" in page.words and "<b>说明" not in page.text
    links = page.links(r"/statement-files/\d+/view")
    assert len(links) == 2
    for browser in (member, stranger):
        got = browser.get(links[0].removesuffix("/view"))
        assert got.status == 200 and got.headers["content-disposition"].startswith("attachment")
        assert got.headers["x-content-type-options"] == "nosniff"
        assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
    house.browser("王秀英").post(f"{room}/interventions", do="hide", statement="1", reason="不是图纸")
    assert "图纸.pdf" not in stranger.get(room).words
    assert stranger.get(links[0]).status == 403 and member.get(links[0]).status == 200


BOMB = packed(word__document_xml=b"\0" * (30 << 20))


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("现场.jpg", b"MZ\x90\x00", "的内容与扩展名不符"),
        ("图纸.pdf", b"<html>", "的内容与扩展名不符"),
        ("图纸.pdf", b"", "是空的"),
        ("说明.docx", packed(xl__workbook_xml=b"<x/>"), "的内容与扩展名不符"),
        ("说明.docx", b"PK\x03\x04 cut off", "无法读取"),
        ("说明.docx", BOMB, "展开后太大"),
        ("说明.docx", packed(word__document_xml=b"<!DOCTYPE x [<!ENTITY a 'b'>]>"), "不允许的声明"),
        ("页面.html", b"<html>", "不接受"),
    ],
)
def test_a_file_that_lies_is_refused_with_a_sentence_and_the_words_are_kept(house: House, name, content, words):
    room = house.open_room()
    member = house.browser("李强")
    files = {"file": PDF, "file_3": (name, content, "application/octet-stream")}
    for headers in ({}, {"hx-request": "true"}):
        answer = member.send(f"{room}/statements", {"body": "我写了很久。"}, files=files, **headers)
        assert answer.status == 422 and words in answer.words and "我写了很久。" in answer.text, answer.words[:400]
    kept = [each for each in house.site.house.settings.data.glob("files/*/*") if each.is_file()]
    assert kept == [] and "我写了很久。" not in house.site.visitor().get(room).words


def test_who_may_not_speak_leaves_no_file(house: House):
    room = house.open_room()
    answer = house.browser("王秀英").send(f"{room}/statements", {"body": "我说。"}, files={"file": PDF})
    assert answer.status == 403
    assert [each for each in house.site.house.settings.data.glob("files/*/*") if each.is_file()] == []


def test_taking_back_and_reading_what_is_kept(house: House):
    room = house.open_room()
    member, other, chair = house.browser("李强"), house.browser("赵敏"), house.browser("王秀英")
    for who, body in ((member, "说错的话。"), (member, "骂人的话。"), (other, "留着的话。")):
        who.post(f"{room}/statements", body=body)
    page = member.get(f"{room}/own")
    assert "说错的话。" in page.words and "留着的话。" not in page.words
    assert "撤回这条发言" in member.get("/statements/1").words
    assert "撤回这条发言" not in other.get("/statements/1").words
    empty = member.post("/statements/1/withdrawal", reason="")
    assert empty.status == 422 and "请填写" in empty.words
    assert other.post("/statements/1/withdrawal", reason="不该说").status == 403
    assert member.post("/statements/1/withdrawal", reason="数说错了").status == 303
    assert member.post("/statements/1/withdrawal", reason="再来").status == 409
    chair.post("/rooms/1/interventions", do="hide", statement="2", reason="骂人")
    page = other.get(room)
    assert "隐藏1条，撤回1条" in page.words and "理由：数说错了" in page.words
    assert "主持人王秀英于" in page.words and "理由：骂人" in page.words
    assert "说错的话" not in page.text and "骂人的话" not in page.text
    for number, words in ((1, "说错的话。"), (2, "骂人的话。")):
        for browser, reads in ((member, True), (chair, True), (other, False), (house.site.visitor(), False)):
            assert (words in browser.get(f"/statements/{number}").text) is reads
    assert 'action="/rooms/1/appeals"' in member.get("/statements/2").text
    answer = member.post(f"{room}/appeals", intervention="1", body="我没有骂人")
    assert answer.status == 303
    assert 'action="/rooms/1/appeals"' not in member.get("/statements/2").text


def test_a_photo_is_given_to_others_without_where_it_was_taken(house: House):
    room = house.open_room()
    photo = START + segment(0xE1, exif(6)) + PICTURE + END
    member = house.browser("李强")
    assert "拍摄地点和时间会先去掉" in member.get(room).words
    assert (
        member.send(f"{room}/statements", {"body": "照片"}, files={"file": ("a.jpg", photo, "image/jpeg")}).status
        == 303
    )
    stranger = house.site.visitor()
    got = stranger.get(stranger.get(room).links(r"/statement-files/\d+/view")[0].removesuffix("/view")).content
    assert b"GPS" not in got and got.endswith(PICTURE + END) and bare(got) == got
    with house.site.house.database.read() as session:
        kept = session.exec(select(Attachment)).one()
    assert (kept.size, kept.sha256) == (len(got), hashlib.sha256(got).hexdigest()), "of what is kept"
    broken = {"file": ("a.jpg", photo[:-9], "image/jpeg")}
    answer = member.send(f"{room}/statements", {"body": "我写了很久。"}, files=broken)
    assert answer.status == 422 and "的内容与扩展名不符" in answer.words and "我写了很久。" in answer.text


def test_files_and_statements_of_one_person_have_an_end_that_is_said(house: House):
    room = house.open_room()
    member, chair = house.browser("李强"), house.browser("王秀英")
    member.post(f"{room}/turns", position="for")
    chair.post("/turns/1/floor")
    large = b"%PDF-1.7 " + b"0" * (5 << 20)
    files = dict.fromkeys(("file", "file_2", "file_3"), ("a.pdf", large, "application/pdf"))
    for number in range(2):
        assert member.send(f"{room}/statements", {"body": f"第{number}条"}, files=files).status == 303
    answer = member.send(f"{room}/statements", {"body": "我写了很久。"}, files=files)
    assert answer.status == 422 and "我写了很久。" in answer.text
    assert "附件一共最大40兆，已经交了31兆" in answer.words and "本地设置" in answer.words
    assert sum(1 for each in house.site.house.settings.data.glob("files/*/*") if each.is_file()) == 6
    for number in range(2, 10):
        assert member.post(f"{room}/statements", body=f"第{number}条").status == 303
    for number in range(2):  # Beyond the turn they are writings, of which everybody has as many as turns.
        assert member.post(f"{room}/statements", body=f"书面第{number}条").status == 303
    with house.site.house.database.read() as session:
        assert [each.turn_id for each in session.exec(select(Statement).order_by(Statement.id))] == [1] * 10 + [
            None
        ] * 2
    answer = member.post(f"{room}/statements", body="还有一条。")
    assert answer.status == 422 and "一次发言最多交10条" in answer.words and "还有一条。" in answer.text
    # The clerk's notes of the same turn are no statements that somebody hands in themselves.
    assert house.browser("林涛").post(f"{room}/statements", turn="1", body="还说了").status == 303


def test_a_file_comes_later_to_what_one_said(house: House):
    room = house.open_room()
    member, chair = house.browser("李强"), house.browser("王秀英")
    assert member.send(f"{room}/statements", {"body": "附上图纸。"}, files={"file": PDF}).status == 303
    at = member.get(f"{room}/own").links(r"/statements/\d+")[0]
    assert "补交附件" in member.get(at).words and "补交附件" not in chair.get(at).words
    later = ("预算.pdf", b"%PDF-1.7 later", "application/pdf")
    assert chair.send(f"{at}/files", {}, files={"file": later}).status == 403
    assert member.send(f"{at}/files", {}).status == 422
    lies = member.send(f"{at}/files", {}, files={"file": ("预算.pdf", b"<html>", "application/pdf")})
    assert lies.status == 422 and "的内容与扩展名不符" in lies.words
    assert "补交于" not in member.get(at).words + member.get(room).words
    assert member.send(f"{at}/files", {}, files={"file": later, "file_2": PDF}).location == at
    for words in (house.site.visitor().get(each).words for each in (at, room, f"{room}/plain")):
        assert words.count("补交于") == 2 and words.index("补交于") > words.index("预算.pdf")
    assert "预算.pdf" in house.site.visitor().get(room).words and member.get(room).text.count("/statement-files/") == 3
    full = member.send(f"{at}/files", {}, files={"file": later})
    assert full.status == 403 and "最多3个附件，已经有3个" in full.words and "补交附件" not in member.get(at).words

    def faults():
        with house.site.house.database.read() as session:
            return [str(each.reason) for each in check_rooms(session) if each is not None]

    assert faults() == []

    def change(session, _now) -> None:
        for row in session.exec(select(Attachment)).all():
            if row.name == "预算.pdf":
                row.sha256 = "0" * 64

    house.site.house.database.change(change)
    assert len(faults()) == 1


def test_no_file_comes_from_who_presides_or_is_in_the_room_no_more(house: House):
    room = house.open_room()
    member, moved = house.browser("李强"), house.browser("赵敏")
    for browser in (member, moved):
        assert browser.send(f"{room}/statements", {"body": "我说过了。"}).status == 303

    def move_away(session, now) -> None:
        session.get(Person, house.village["赵敏"]).community_id = root(session).id
        for table in (Resident, Ownership, Member, Appointment):
            for one in session.exec(select(table).where(table.person_id == house.village["赵敏"])):
                one.until_on = now.date() - timedelta(days=2)

    house.site.house.database.change(move_away)
    house.browser("王秀英").post(f"{room}/handovers", person=str(house.village["李强"]), reason="要参加讨论")
    for browser, id, why in ((member, 1, "主持人保持中立"), (moved, 2, "已经不参加这次协商")):
        at = f"/statements/{id}"
        assert "补交附件" not in browser.get(at).words
        no = browser.send(f"{at}/files", {}, files={"file": PDF})
        assert no.status == 403 and why in no.words
    with house.site.house.database.read() as session:
        assert not session.exec(select(Attachment)).all()


def test_no_file_comes_to_what_is_hidden_withdrawn_or_over(house: House):
    room = house.open_room()
    member, chair = house.browser("李强"), house.browser("王秀英")
    for words in ("一", "二"):
        assert member.send(f"{room}/statements", {"body": words}).status == 303
    chair.post(f"{room}/interventions", do="hide", statement="1", reason="离题")
    member.post("/statements/2/withdrawal", reason="说错了")
    for at in ("/statements/1", "/statements/2"):
        assert member.send(f"{at}/files", {}, files={"file": PDF}).status in (403, 409)
        assert "补交附件" not in member.get(at).words
    other = house.browser("赵敏")
    assert other.send(f"{room}/statements", {"body": "我也说。"}).status == 303
    chair.post(f"{room}/closing")
    assert other.send("/statements/3/files", {}, files={"file": PDF}).status == 409
    with house.site.house.database.read() as session:
        assert not session.exec(select(Attachment)).all()
