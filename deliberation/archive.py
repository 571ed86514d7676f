"""What a zip file says of itself, checked before any parser opens it (ASVS 5.2.3).

XLSX and DOCX are zip files. A few kilobytes can declare gigabytes; two entries of one name show one text to one reader
and another to the next. Everything is read once here, so what is declared is also what is there.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

MAGIC = b"PK\x03\x04"
_CHUNK = 1 << 16
# A document type declares entities, and entities are how an XML bomb grows. Office files have none.
_DECLARES = re.compile(rb"<!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_XML = (".xml", ".rels", ".vml")
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,
    ValueError,
    EOFError,
    OSError,
    OverflowError,
    RuntimeError,
)


@dataclass(frozen=True)
class Bounds:
    """``ratio`` is declared size over packed size of the whole file."""

    entries: int = 2_000
    declared: int = 100 * 2**20
    ratio: int = 100


def check_archive(data: bytes, bounds: Bounds | None = None) -> Refusal | None:
    """Why this zip file is not to be opened, or None."""
    damaged = Refusal(_("文件无法读取，可能已经损坏"), remedy=_("请重新导出或另存后再试"))
    if not data.startswith(MAGIC):
        return damaged
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _declared(archive.infolist(), len(data), bounds or Bounds()) or _inside(archive)
    except _UNREADABLE:
        return damaged


def _declared(entries: list[zipfile.ZipInfo], size: int, bounds: Bounds) -> Refusal | None:
    too_big = Refusal(_("文件展开后太大，无法读取"), remedy=_("请分成几个较小的文件"))
    total = sum(entry.file_size for entry in entries)
    if len(entries) > bounds.entries or total > bounds.declared or total > bounds.ratio * size:
        return too_big
    if any(entry.flag_bits & 0x1 for entry in entries):
        return Refusal(_("文件有密码，无法读取"), remedy=_("请取消密码后再试"))
    names = [entry.filename.replace("\\", "/").casefold() for entry in entries]
    if len(set(names)) != len(names):
        return Refusal(_("文件内部有重名的部分，无法读取"), remedy=_("请重新导出或另存后再试"))
    if any(name.startswith("/") or ":" in name or "\0" in name or ".." in name.split("/") for name in names):
        return Refusal(_("文件内部的路径不正常，无法读取"), remedy=_("请重新导出或另存后再试"))
    return None


def declares(xml: bytes) -> bool:
    """Whether XML has a document type or entities of its own. UTF-16 writes the same signs with zero bytes between."""
    return _DECLARES.search(xml.replace(b"\0", b"")) is not None


def _inside(archive: zipfile.ZipFile) -> Refusal | None:
    """Reads every entry to its end: a size, a checksum or a local name that lies raises BadZipFile."""
    for entry in archive.infolist():
        is_xml = entry.filename.lower().endswith(_XML)
        tail = b""
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                if is_xml and declares(tail + chunk):
                    return Refusal(_("文件内部含有不允许的声明，无法读取"), remedy=_("请重新导出或另存后再试"))
                tail = chunk[-64:]
    return None
