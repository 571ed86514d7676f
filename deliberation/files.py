"""Attachments: kept by content under random names in the data folder, capped, checked by their first bytes."""

from __future__ import annotations

import hashlib
import logging
import os
import re
import secrets
import tempfile
from datetime import datetime
from pathlib import Path

from sqlmodel import Field, Session, col, select

from deliberation.db import Database, Row
from deliberation.refusal import Missing, Refusal, Refused
from deliberation.vocabulary import _
from deliberation.web import Provisional, Upload

log = logging.getLogger("deliberation.files")

FOLDER = "files"
ORPHANED = 24 * 3600.0
"""Seconds after which a file without a row is nobody's: an act brings its row within seconds of its file."""
AT_ONCE = 500

MAGIC: dict[str, tuple[tuple[bytes, ...], str]] = {
    ".pdf": ((b"%PDF-",), "application/pdf"),
    ".png": ((b"\x89PNG\r\n\x1a\n",), "image/png"),
    ".jpg": ((b"\xff\xd8\xff",), "image/jpeg"),
    ".jpeg": ((b"\xff\xd8\xff",), "image/jpeg"),
    ".docx": ((b"PK\x03\x04",), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ".xlsx": ((b"PK\x03\x04",), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ".txt": ((), "text/plain; charset=utf-8"),
}


class Attachment(Row, table=True):
    """A file that belongs to something. ``stored`` is its random name below the data folder's ``files``."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)
    name: str
    media_type: str
    size: int
    sha256: str = Field(index=True)
    stored: str = Field(unique=True)
    at: datetime


class KeptFile(Provisional):
    """A checked upload, already durable on disk, waiting for its row. Shape: name, media type, size, sha256, stored.

    If the act that it was for is refused, it goes again; what a crash leaves behind is taken by ``sweep_files``.
    """

    def __init__(self, folder: Path, upload: Upload):
        self.name = clean_name(upload.filename)
        self.media_type = check_kind(self.name, upload.content)
        self.size = len(upload.content)
        self.sha256 = hashlib.sha256(upload.content).hexdigest()
        self.stored = f"{secrets.token_hex(1)}/{secrets.token_hex(15)}"
        self._target = folder / FOLDER / self.stored
        self._target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(self._target, "xb") as out:
                out.write(upload.content)
                out.flush()
                os.fsync(out.fileno())
        except BaseException:  # A full disk must not be left with the half of a file.
            self.discard()
            raise

    def discard(self) -> None:
        self._target.unlink(missing_ok=True)

    def attach(self, session: Session, community_id: int, person_id: int | None, now: datetime) -> Attachment:
        row = Attachment(
            community_id=community_id,
            person_id=person_id,
            name=self.name,
            media_type=self.media_type,
            size=self.size,
            sha256=self.sha256,
            stored=self.stored,
            at=now,
        )
        session.add(row)
        session.flush()
        self.is_used = True
        return row


def content_of(folder: Path, attachment: Attachment) -> bytes:
    """The bytes of an attachment. Raises Missing where its file is gone, which the log says: a row promises it."""
    try:
        return (folder / FOLDER / attachment.stored).read_bytes()
    except FileNotFoundError:
        log.error("the file of attachment %s (%s) is missing", attachment.id, attachment.stored)
        raise Missing from None


def sweep_files(database: Database, folder: Path) -> int:
    """Remove files older than a day to which no row refers; how many went.

    A crash between a file and its row leaves such files, and they may hold what somebody was refused to hand in.
    """
    old, gone = list(_old_files(folder / FOLDER).items()), 0
    for start in range(0, len(old), AT_ONCE):
        part = dict(old[start : start + AT_ONCE])
        with database.read() as session:
            known = set(session.exec(select(Attachment.stored).where(col(Attachment.stored).in_(part))).all())
        for stored in part.keys() - known:
            part[stored].unlink(missing_ok=True)
            gone += 1
    if gone:
        log.info("%s files without an attachment were removed", gone)
    return gone


def _old_files(top: Path) -> dict[str, Path]:
    """Stored name → path of what is older than a day by the disk's own clock: the site's may be the demo's, far ahead."""
    if not top.is_dir():
        return {}
    with tempfile.TemporaryFile(dir=top) as fresh:
        before = os.fstat(fresh.fileno()).st_mtime - ORPHANED
    found = (path for path in top.glob("*/*") if path.is_file() and path.stat().st_mtime < before)
    return {path.relative_to(top).as_posix(): path for path in found}


def clean_name(filename: str) -> str:
    """The last part of a file's name, without control and direction characters, at most 120 long."""
    last = re.split(r"[\\/]", filename)[-1]
    kept = "".join(
        char
        for char in last
        if char.isprintable() and not "\u202a" <= char <= "\u202e" and not "\u2066" <= char <= "\u2069"
    )
    return kept[-120:] or "file"


def check_kind(name: str, content: bytes) -> str:
    """The media type, where ending and first bytes agree. Raises Refused."""
    ending = Path(name).suffix.lower()
    if ending not in MAGIC:
        raise Refused(
            Refusal(
                _("不接受{ending}类型的文件"),
                {"ending": ending or name},
                _("可以上传PDF、PNG、JPG、DOCX、XLSX或TXT文件"),
            )
        )
    starts, media_type = MAGIC[ending]
    genuine = any(content.startswith(start) for start in starts) if starts else b"\x00" not in content
    if not genuine:
        raise Refused(
            Refusal(_("文件“{name}”的内容与扩展名不符"), {"name": name}, _("请检查文件是否损坏，或另存后再上传"))
        )
    return media_type
