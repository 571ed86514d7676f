"""Photos without place, time and device: what is taken off, what stays to the byte, what is refused."""

from __future__ import annotations

import struct
import zlib

import pytest

from deliberation.pictures import EXIF, PNG, Broken, without_metadata


def segment(marker: int, body: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(body) + 2) + body


def exif(side: int, order: str = ">") -> bytes:
    """A camera's block: which side is up, and where it was."""
    head = (b"MM\0*" if order == ">" else b"II*\0") + struct.pack(f"{order}I", 8)
    fields = struct.pack(f"{order}HHHIHHHHI4s", 2, 0x0112, 3, 1, side, 0, 0x010F, 2, 4, b"HUA\0")
    return EXIF + head + fields + bytes(4) + b"GPS:31.2304N,121.4737E 2026:11:29 18:03:11"


JFIF = segment(0xE0, b"JFIF\0\1\2\0\0\1\0\1\0\0")
ICC = segment(0xE2, b"ICC_PROFILE\0\1\1 colours")
ADOBE = segment(0xEE, b"Adobe\0d\0\0\0\0\0")
TABLES = segment(0xDB, b"\0" + bytes(64)) + segment(0xC4, b"\0" + bytes(16))
FRAME = segment(0xC2, b"\x08\0\1\0\1\1\1\x11\0")
SCAN = segment(0xDA, b"\1\1\0\0?\0") + b"\x12\xff\x00\x34\xff\xd0\x56"
PICTURE = JFIF + ICC + ADOBE + TABLES + FRAME + SCAN + TABLES + SCAN
START, END = b"\xff\xd8", b"\xff\xd9"


def bare(content: bytes, kind: str = "jpeg") -> bytes:
    return without_metadata(content, f"image/{kind}")


def test_a_photo_keeps_picture_and_colours_and_loses_the_rest():
    told = (
        segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0<GPS/>") + segment(0xED, b"Photoshop 3.0\0place")
        + segment(0xFE, b"taken by LiQiang") + segment(0xE2, b"MPF\0two") + segment(0xE0, b"JFXX\0small")
    )  # fmt: skip
    photo = START + segment(0xE1, exif(1)) + JFIF + told + PICTURE[len(JFIF) :] + END + b"a second picture with GPS"
    assert bare(photo) == START + PICTURE + END
    assert bare(START + PICTURE + END) == START + PICTURE + END
    assert bare(START + b"\xff\xff" + TABLES + FRAME + SCAN + END) == START + TABLES + FRAME + SCAN + END


@pytest.mark.parametrize("order", [">", "<"])
@pytest.mark.parametrize("side", [2, 6, 8])
def test_which_side_is_up_is_all_that_is_left_of_what_the_camera_wrote(order, side):
    kept = bare(START + JFIF + segment(0xE1, exif(side, order)) + PICTURE[len(JFIF) :] + END)
    only = EXIF + b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, side, 0, 0)
    assert kept == START + JFIF + segment(0xE1, only) + PICTURE[len(JFIF) :] + END
    assert bare(kept) == kept and b"GPS" not in kept and b"HUA" not in kept


@pytest.mark.parametrize("body", [exif(0), exif(9), exif(1), EXIF, EXIF + b"MM\0*\xff\xff\xff\xff", exif(6)[:22]])
def test_a_block_that_says_no_side_goes_as_a_whole(body):
    assert bare(START + segment(0xE1, body) + PICTURE + END) == START + PICTURE + END


def test_a_photo_that_breaks_off_is_refused_wherever_it_does():
    whole = START + JFIF + segment(0xE1, exif(6)) + PICTURE[len(JFIF) :] + END
    for length in range(len(whole)):
        with pytest.raises(Broken):
            bare(whole[:length])
    for content in (START + b"\xff\xe1\0\0" + END, START + b"text" + END, START + START + END, b"\xff\xd8\xff"):
        with pytest.raises(Broken):
            bare(content)


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


HEAD = chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
DATA = chunk(b"pHYs", bytes(9)) + chunk(b"IDAT", zlib.compress(bytes(4)))
LAST = chunk(b"IEND", b"")


def test_a_png_keeps_what_it_is_drawn_from():
    told = b"".join(chunk(name, b"GPS:31.2304N") for name in (b"tEXt", b"zTXt", b"iTXt", b"tIME", b"eXIf", b"caBX"))
    profile = chunk(b"iCCP", b"colours")
    assert bare(PNG + HEAD + profile + told + DATA + LAST + b"GPS", "png") == PNG + HEAD + profile + DATA + LAST
    turned = bare(PNG + HEAD + chunk(b"eXIf", exif(6)[len(EXIF) :]) + DATA + LAST, "png")
    only = b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, 6, 0, 0)
    assert turned == PNG + HEAD + chunk(b"eXIf", only) + DATA + LAST


def test_a_png_that_breaks_off_or_was_damaged_is_refused():
    whole = PNG + HEAD + DATA + LAST
    damaged = whole.replace(b"pHYs\0", b"pHYs\1")
    for content in (
        *(whole[:length] for length in range(len(whole))),
        damaged,
        PNG + DATA + LAST,
        PNG + HEAD + HEAD + LAST,
    ):
        with pytest.raises(Broken):
            bare(content, "png")


def test_other_files_come_as_they_are():
    assert without_metadata(b"%PDF-1.7", "application/pdf") == b"%PDF-1.7"
