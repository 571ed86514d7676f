"""Files shown on a page: photos and pages drawn anew, words read out; bombs and lies answered with a sentence."""

from __future__ import annotations

import io
import threading
import zlib

import docx
import pytest
from PIL import Image

from deliberation.drawing import MOST_WORDS, WIDTH
from deliberation.pictures import PNG
from deliberation.refusal import Refused
from deliberation.viewing import BUSY, MOST_PAGES, WAITING, Look, Views, by_network
from tests.matters.test_pictures import exif, segment
from tests.rooms.halls import House, house_at

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def photo(width: int, height: int, kind: str = "JPEG", mode: str = "RGB") -> bytes:
    out = io.BytesIO()
    Image.new(mode, (width, height), (200, 30, 30, 0)[: len(mode)]).save(out, kind)
    return out.getvalue()


def said_in_word() -> bytes:
    made, out = docx.Document(), io.BytesIO()
    made.add_paragraph("路面宽四米。")
    table = made.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "石料", "<script>alert(1)</script>"
    made.save(out)
    return out.getvalue()


def pages_of(count: int) -> bytes:
    """A PDF of so many pages, each of one shade."""
    first, *others = (Image.new("RGB", (60, 80), (number, 90, 0)) for number in range(count))
    out = io.BytesIO()
    first.save(out, "PDF", save_all=True, append_images=others)
    return out.getvalue()


def looked(content: bytes, media_type: str) -> Look:
    return Views().look(lambda: content, "x", media_type)


def chunk(kind: bytes, body: bytes) -> bytes:
    return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")


def flood(width: int, height: int) -> bytes:
    """A PNG of a few kilobytes that says it has so many pixels."""
    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x00\x00\x00\x00"
    return PNG + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(100))) + chunk(b"IEND", b"")


def hand_in(browser, room: str, name: str, content: bytes, media: str = "x/y") -> None:
    answer = browser.send(f"{room}/statements", {"body": "见附件。"}, files={"file": (name, content, media)})
    assert answer.status == 303


def test_a_photo_stands_beside_the_words_and_is_drawn_anew(house: House):
    room = house.open_room()
    turned = photo(3000, 1500)
    turned = turned[:2] + segment(0xE1, exif(6)) + turned[2:]
    hand_in(house.browser("李强"), room, "路面.jpg", turned)
    stranger = house.site.visitor()
    page = stranger.get(room)
    assert 'src="/statement-files/1/pages/1"' in page.text and 'alt="路面.jpg"' in page.text
    got = stranger.get("/statement-files/1/pages/1")
    assert got.status == 200 and got.headers["content-type"] == "image/jpeg"
    assert got.headers["content-security-policy"] == "sandbox; default-src 'none'"
    assert got.headers["x-content-type-options"] == "nosniff"
    drawing = Image.open(io.BytesIO(got.content))
    assert drawing.size == (WIDTH, 2 * WIDTH), "the side that is up is up"
    assert not drawing.getexif(), "nothing of the file itself"
    assert "/statement-files/1/pages/1" in stranger.get("/statement-files/1/view").text


def test_pages_of_a_pdf_and_words_of_a_docx(house: House):
    room = house.open_room()
    hand_in(house.browser("李强"), room, "图纸.pdf", pages_of(3))
    hand_in(house.browser("赵敏"), room, "说明.docx", said_in_word())
    stranger = house.site.visitor()
    page = stranger.get(room)
    assert page.links(r"/statement-files/\d+/view") and "pages/1" not in page.text, (
        "a paper is opened, not shown in the hall"
    )
    view = stranger.get("/statement-files/1/view")
    assert "第1页，共" in view.words and "/statement-files/1/pages/2" in view.text and "下载原文件" in view.words
    drawn = Image.open(io.BytesIO(stranger.get("/statement-files/1/pages/2").content))
    assert drawn.format == "JPEG" and drawn.width == 480, "eightfold at most"
    red, green, _blue = drawn.getpixel((200, 200))
    assert abs(red - 1) < 8 and abs(green - 90) < 8
    view = stranger.get("/statement-files/2/view")
    assert "路面宽四米。" in view.words and "<script>alert" not in view.text and "&lt;script&gt;alert" in view.text
    assert stranger.get("/statement-files/2/pages/1").status == 403
    assert stranger.get("/statement-files/1/pages/99").status == 403
    assert stranger.get("/statement-files/9/pages/1").status == 404


def test_hidden_words_take_their_pictures_with_them(house: House):
    room = house.open_room()
    member, stranger = house.browser("李强"), house.site.visitor()
    hand_in(member, room, "路面.jpg", photo(40, 30))
    assert stranger.get("/statement-files/1/pages/1").status == 200
    house.browser("王秀英").post(f"{room}/interventions", do="hide", statement="1", reason="不是路面")
    assert "/statement-files/1" not in stranger.get(room).text
    for address in ("/statement-files/1/pages/1", "/statement-files/1/view"):
        assert stranger.get(address).status == 403 and member.get(address).status == 200


@pytest.mark.parametrize(
    ("content", "media_type", "words"),
    [
        (flood(100_000, 100_000), "image/png", "图片太大"),
        (b"\xff\xd8\xff\xe0 no picture", "image/jpeg", "无法显示"),
        (flood(400, 400), "image/png", "无法显示"),
        (b"%PDF-1.7 ...", "application/pdf", "无法显示"),
    ],
)
def test_what_cannot_be_drawn_is_said(content, media_type, words):
    with pytest.raises(Refused) as no:
        Views().drawing(lambda: content, "x", media_type, 1)
    assert words in no.value.refusal.reason


def test_a_drawing_without_ground_is_on_paper():
    made = Views().drawing(lambda: photo(20, 10, "PNG", "RGBA"), "x", "image/png", 1)
    assert Image.open(io.BytesIO(made)).getpixel((3, 3)) == (255, 255, 255)


def test_a_long_text_is_cut_and_a_broken_word_file_is_said():
    look = looked("好".encode() * (MOST_WORDS + 5), "text/plain; charset=utf-8")
    assert len("".join(look.words)) == MOST_WORDS and look.is_cut
    assert looked("村口。".encode("gb18030"), "text/plain; charset=utf-8").words == ("村口。",)
    assert "无法" in looked(b"PK\x03\x04 cut", WORD).refusal.reason
    assert "密码" not in str(looked(b"%PDF-1.7 ...", "application/pdf").refusal)
    assert looked(b"PK\x03\x04", "application/vnd.ms-excel").refusal


def test_a_drawing_is_made_once_for_a_crowd_and_nobody_waits_in_a_long_line():
    views, made, content = Views(), [], photo(900, 600)
    start = threading.Barrier(40)

    def bring() -> bytes:
        made.append(1)
        return content

    answers: list = []

    def ask() -> None:
        start.wait()
        try:
            answers.append(views.drawing(bring, "the same", "image/jpeg", 1))
        except Refused as no:
            answers.append(no.refusal)

    crowd = [threading.Thread(target=ask) for _ in range(40)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    drawn = [each for each in answers if isinstance(each, bytes)]
    assert len(made) == 1 and len(set(drawn)) == 1 and WAITING <= len(drawn) <= 40
    assert all(each == BUSY for each in answers if not isinstance(each, bytes)) and len(answers) == 40
    assert views.drawing(bring, "the same", "image/jpeg", 1) == drawn[0] and len(made) == 1


def test_a_photo_is_drawn_before_the_hall_is_told(house: House):
    """A hundred phones that ask at once find it ready, from one network too."""
    room = house.open_room()
    by_network.forget()
    hand_in(house.browser("李强"), room, "路面.jpg", photo(900, 600))
    answers: list[int] = []

    def ask() -> None:
        answers.append(house.site.visitor().get("/statement-files/1/pages/1").status)

    crowd = [threading.Thread(target=ask) for _ in range(100)]
    for each in crowd:
        each.start()
    for each in crowd:
        each.join()
    assert answers == [200] * 100


def test_what_fails_fails_once_and_a_network_that_asks_for_ever_is_told_to_wait(house: House, monkeypatch):
    views, tries = Views(), []

    def bring() -> bytes:
        tries.append(1)
        return b"%PDF-1.7 ..."

    for _ in range(3):
        with pytest.raises(Refused):
            views.drawing(bring, "broken", "application/pdf", 1)
        assert views.look(bring, "broken", "application/pdf").refusal
    assert len(tries) == 2, "once drawn in vain, once read in vain"
    room = house.open_room()
    hand_in(house.browser("李强"), room, "图纸.pdf", pages_of(3))
    by_network.forget()
    monkeypatch.setattr(by_network, "size", 2)
    stranger = house.site.visitor()
    found = [stranger.get(f"/statement-files/1/pages/{number}").status for number in (1, 2, 3, 1)]
    assert found == [200, 200, 429, 200], "what is kept already is not counted"
    by_network.forget()


def test_more_pages_than_are_shown_are_counted():
    look = looked(pages_of(MOST_PAGES + 3), "application/pdf")
    assert look.pages == MOST_PAGES < look.of


def test_the_plain_page_names_files_and_what_is_replied_to(house: House):
    room = house.open_room()
    hand_in(house.browser("李强"), room, "路面.jpg", photo(40, 30))
    house.browser("赵敏").post(f"{room}/statements", body="看得很清楚。", reply_to="1")
    page = house.site.visitor().get(f"{room}/plain")
    assert page.links(r"/statement-files/1/view") and "路面.jpg" in page.words
    assert "回复李强" in page.words
