"""Photos without what the camera wrote into them: place, time, device, comments. The picture itself stays to the byte.

JPEG (ITU-T T.81) is a row of segments, PNG (ISO 15948) a row of chunks; only those are kept that the picture is drawn
from, with its colours. Of the rest one value is written anew: which side is up, or photos would lie on their side.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator

EXIF = b"Exif\0\0"
PNG = b"\x89PNG\r\n\x1a\n"
_SOI, _EOI, _SOS, _COM = 0xD8, 0xD9, 0xDA, 0xFE
_APPS = range(0xE0, 0xF0)
_ALONE = frozenset((0x01, *range(0xD0, 0xD8)))
"""Markers without a length: TEM and the restarts inside a scan."""
_OF_THE_PICTURE = {0xE0: b"JFIF\0", 0xE2: b"ICC_PROFILE\0", 0xEE: b"Adobe"}
_CHUNKS = frozenset(
    b"tRNS cHRM gAMA iCCP sBIT sRGB bKGD hIST pHYs sPLT cICP mDCV cLLI acTL fcTL fdAT".split()
)  # fmt: skip
_ORIENTATION, _SHORT = 0x0112, 3


class Broken(ValueError):
    """Segments or chunks that do not follow one another to an end."""


def without_metadata(content: bytes, media_type: str) -> bytes:
    """The same picture; whatever is no JPEG or PNG as it came. Raises Broken."""
    if media_type == "image/jpeg":
        return b"".join(_jpeg(content))
    if media_type == "image/png":
        return b"".join(_png(content))
    return content


def _jpeg(content: bytes) -> Iterator[bytes]:
    if content[:2] != b"\xff\xd8":
        raise Broken
    yield content[:2]
    at, is_turned = 2, False
    while True:
        marker, start = _marker(content, at)
        if marker == _EOI:  # What stands behind it belongs to no picture, or to a second one with data of its own.
            yield b"\xff\xd9"
            return
        if marker in _ALONE:
            at = start
            continue
        at = start + _length(content, start)
        body = content[start + 2 : at]
        if marker == _SOS:
            end = _scan_end(content, at)
            yield b"\xff\xda" + content[start:end]
            at = end
        elif marker == 0xE1 and body.startswith(EXIF) and not is_turned and (side := _side(body[len(EXIF) :])):
            is_turned = True
            exif = EXIF + _only_side(side)
            yield b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
        elif marker != _COM and (
            marker not in _APPS or (marker in _OF_THE_PICTURE and body.startswith(_OF_THE_PICTURE[marker]))
        ):
            yield bytes((0xFF, marker)) + content[start:at]


def _marker(content: bytes, at: int) -> tuple[int, int]:
    """The marker here, before which there may be any number of fill bytes, and where its length begins."""
    if at >= len(content) or content[at] != 0xFF:
        raise Broken
    while at < len(content) and content[at] == 0xFF:
        at += 1
    if at >= len(content) or content[at] in (0x00, _SOI):
        raise Broken
    return content[at], at + 1


def _length(content: bytes, start: int) -> int:
    length = int.from_bytes(content[start : start + 2], "big")
    if length < 2 or start + length > len(content):
        raise Broken
    return length


def _scan_end(content: bytes, at: int) -> int:
    """Where the coded data of a scan ends: at the next marker that is neither a stuffed byte nor a restart."""
    while (at := content.find(b"\xff", at)) >= 0 and at + 1 < len(content):
        follows = content[at + 1]
        if follows == 0xFF:
            at += 1
        elif follows == 0x00 or 0xD0 <= follows <= 0xD7:
            at += 2
        else:
            return at
    raise Broken


def _png(content: bytes) -> Iterator[bytes]:
    if not content.startswith(PNG):
        raise Broken
    yield PNG
    at, name = len(PNG), b""
    while name != b"IEND":
        before, name = name, content[at + 4 : at + 8]
        end = at + 12 + int.from_bytes(content[at : at + 4], "big")
        if end > len(content) or (not before) != (name == b"IHDR"):
            raise Broken
        if zlib.crc32(content[at + 4 : end - 4]) != int.from_bytes(content[end - 4 : end], "big"):
            raise Broken
        if name == b"eXIf" and (side := _side(content[at + 8 : end - 4])):
            yield _chunk(name, _only_side(side))
        elif name in _CHUNKS or not name[0] & 0x20:  # A small first letter: the picture is drawn without it.
            yield content[at:end]
        at = end


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _side(tiff: bytes) -> int:
    """Which side is up (2 to 8); 0 where nothing is said, it is the usual one, or it cannot be read."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return 0
    try:
        (at,) = struct.unpack_from(f"{order}I", tiff, 4)
        (count,) = struct.unpack_from(f"{order}H", tiff, at)
        for place in range(count):
            tag, kind, _many, value = struct.unpack_from(f"{order}HHIH", tiff, at + 2 + 12 * place)
            if (tag, kind) == (_ORIENTATION, _SHORT):
                return value if 2 <= value <= 8 else 0
    except struct.error:
        pass
    return 0


def _only_side(side: int) -> bytes:
    return b"MM\0*" + struct.pack(">IHHHIHHI", 8, 1, _ORIENTATION, _SHORT, 1, side, 0, 0)
