"""Attachments: kept by content under random names in the data folder, capped, checked by their first bytes."""

from __future__ import annotations

import contextlib
import hashlib
import io
import logging
import os
import re
import secrets
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

from sqlmodel import Field, Session, col, select

from deliberation.archive import check_archive
from deliberation.db import Database, Row
from deliberation.pictures import Broken, without_metadata
from deliberation.refusal import Invalid, Missing, Refusal, Refused
from deliberation.vocabulary import _
from deliberation.web import Provisional, Upload

log = logging.getLogger("deliberation.files")

FOLDER, ASIDE = "files", "files-orphaned"
MARKER = ".installation"
"""In the folder of the attachments: the log name of the installation whose they are."""
ORPHANED = 24 * 3600.0
"""Seconds after which a file without a row is nobody's: an act brings its row within seconds of its file."""
LAID_ASIDE = 30 * ORPHANED
"""Seconds in which somebody may notice that what was laid aside was somebody's after all."""
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

INSIDE = {".docx": "word/document.xml", ".xlsx": "xl/workbook.xml"}
"""What a packed document has inside besides its table of contents."""


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


def keep_upload(folder: Path, upload: Upload, field: str = "file") -> KeptFile:
    """Check a file that came with a form and lay it ready. Raises Invalid: what is wrong is said beside its field."""
    try:
        return KeptFile(folder, upload)
    except Refused as no:
        raise Invalid({field: no.refusal}) from None


class KeptFile(Provisional):
    """A checked upload, already durable on disk, waiting for its row. Shape: name, media type, size, sha256, stored.

    Size and digest are of what is kept: a photo comes without what its camera wrote into it.

    If the act that it was for is refused, it goes again; what a crash leaves behind is taken by the ``Sweeper``.
    """

    def __init__(self, folder: Path, upload: Upload, media_type: str = ""):
        """``media_type``: of a file whose kind was told by reading it, whatever its name ends in."""
        self.name = clean_name(upload.filename)
        self.media_type = media_type or check_kind(self.name, upload.content)
        content = _bare(self.name, self.media_type, upload.content)
        self.size = len(content)
        self.sha256 = hashlib.sha256(content).hexdigest()
        self.stored = f"{secrets.token_hex(1)}/{secrets.token_hex(15)}"
        self._target = folder / FOLDER / self.stored
        self._target.parent.mkdir(parents=True, exist_ok=True)
        try:
            with open(self._target, "xb") as out:
                out.write(content)
                out.flush()
                os.fsync(out.fileno())
            _sync(self._target.parent)
            _sync(self._target.parent.parent)
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


class Sweeper:
    """The daily chore: what has no row is laid aside, and goes for good after 30 days.

    A crash between a file and its row leaves such files, and they may hold what somebody was refused to hand in. But to
    an empty or a wrong database all files are such, so the first look is a day after the start, and only the
    installation whose name is in the folder's marker sweeps it.
    """

    def __init__(self, database: Database, folder: Path, log_name: Callable[[], str]):
        self.database, self.folder, self.log_name = database, folder, log_name
        self._is_later = False

    def __call__(self) -> None:
        is_ours = self._is_ours()
        if is_ours and self._is_later:
            sweep_files(self.database, self.folder)
        self._is_later = True

    def _is_ours(self) -> bool:
        """Whether the attachments are this installation's, which marks them as its own if it knows one of them."""
        top, name = self.folder / FOLDER, self.log_name()
        if not name or not top.is_dir():
            return False
        with contextlib.suppress(FileNotFoundError):
            if (found := (top / MARKER).read_text("utf-8").strip()) != name:
                log.warning("%s holds the files of %s and not of %s: it is not swept", top, found, name)
            return found == name
        everything = {path.relative_to(top).as_posix(): path for path in top.glob("*/*")}
        if len(_unknown(self.database, everything)) == len(everything):
            return False
        (top / MARKER).write_text(f"{name}\n", "utf-8")
        return True


def sweep_files(database: Database, folder: Path) -> int:
    """Lay files older than a day to which no row refers aside, and remove what has lain there for 30; how many moved."""
    top, aside = folder / FOLDER, folder / ASIDE
    for path in _unknown(database, _old_files(aside, LAID_ASIDE)).values():
        path.unlink(missing_ok=True)
    orphans = _unknown(database, _old_files(top, ORPHANED))
    for stored, path in orphans.items():
        (aside / stored).parent.mkdir(parents=True, exist_ok=True)
        os.utime(path)  # From now on its 30 days are counted.
        path.replace(aside / stored)
    if orphans:
        log.warning("%s files without an attachment were moved to %s", len(orphans), aside)
    return len(orphans)


def _unknown(database: Database, files: Mapping[str, Path]) -> dict[str, Path]:
    """Those of the files to which no row refers."""
    left, names = dict(files), list(files)
    for start in range(0, len(names), AT_ONCE):
        with database.read() as session:
            part = col(Attachment.stored).in_(names[start : start + AT_ONCE])
            for stored in session.exec(select(Attachment.stored).where(part)):
                del left[stored]
    return left


def _old_files(top: Path, age: float) -> dict[str, Path]:
    """Stored name → path of what is older (s) by the disk's own clock: the site's may be the demo's, far ahead."""
    if not top.is_dir():
        return {}
    with tempfile.TemporaryFile(dir=top) as fresh:
        before = os.fstat(fresh.fileno()).st_mtime - age
    found = (path for path in top.glob("*/*") if path.is_file() and path.stat().st_mtime < before)
    return {path.relative_to(top).as_posix(): path for path in found}


def _sync(folder: Path) -> None:
    """Have the names in a folder outlast a power cut, as the bytes of its files do."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


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
    if not content:
        raise Refused(Refusal(_("文件“{name}”是空的"), {"name": name}, _("请检查文件是否损坏，或另存后再上传")))
    starts, media_type = MAGIC[ending]
    genuine = any(content.startswith(start) for start in starts) if starts else b"\x00" not in content
    if not genuine:
        raise Refused(
            Refusal(_("文件“{name}”的内容与扩展名不符"), {"name": name}, _("请检查文件是否损坏，或另存后再上传"))
        )
    if ending in INSIDE:
        _check_inside(name, ending, content)
    return media_type


def _bare(name: str, media_type: str, content: bytes) -> bytes:
    """A photo without place, time and device (security.md 51). Raises Refused."""
    try:
        return without_metadata(content, media_type)
    except Broken:
        no = Refusal(_("文件“{name}”的内容与扩展名不符"), {"name": name}, _("请检查文件是否损坏，或另存后再上传"))
        raise Refused(no) from None


def _check_inside(name: str, ending: str, content: bytes) -> None:
    """A packed document is what it says it is and does not unfold into something huge. Raises Refused."""
    if no := check_archive(content):
        raise Refused(no)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if not {"[Content_Types].xml", INSIDE[ending]} <= set(archive.namelist()):
            raise Refused(
                Refusal(_("文件“{name}”的内容与扩展名不符"), {"name": name}, _("请检查文件是否损坏，或另存后再上传"))
            )
