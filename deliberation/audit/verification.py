"""Recompute everything an installation says it did, or everything a folder of published logs says.

The platform's own check; ``tools/verify.py`` and the implementations of others are the second and third opinion.
Slices add what they know with :class:`Check`: that a document is the one whose hash was entered, that a tally comes to
the result that was announced, that days were counted as the calendar says.
"""

from __future__ import annotations

import base64
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, func, select

from deliberation.audit.commitment import opens
from deliberation.audit.log_check import Fault, LogCheck, Promise, published_bodies
from deliberation.audit.models import Entry
from deliberation.audit.note import BadNote, Checkpoint, Key
from deliberation.audit.published import Published
from deliberation.audit.reading import Said
from deliberation.audit.signed_log import Log
from deliberation.audit.source import logs_of
from deliberation.refusal import Word
from deliberation.translation import LOCALES, translate
from deliberation.vocabulary import _

lines = logging.getLogger("deliberation.audit")

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Check:
    """What a slice checks: ``run`` yields, for each thing it looked at, a :class:`Fault` or None if the thing holds.

    ``run`` takes the session, and the data folder (None: files are not looked at) where it ``reads_files``;
    ``counted_as`` is the key under ``checked`` (``documents``, ``tallies``, …) that counts them.
    """

    counted_as: str
    run: Callable[..., Iterable[Fault | None]]
    reads_files: bool = False
    """Whether it is given the data folder too."""


@dataclass(frozen=True, slots=True)
class CheckedLog:
    """One log as it was found: entries and root (32 bytes) there, and the size of the published checkpoint."""

    origin: str
    size: int
    root: bytes
    published: int


@dataclass(slots=True)
class Report:
    """What was checked and what does not hold, first fault first."""

    logs: list[CheckedLog] = field(default_factory=list)
    checked: Counter[str] = field(default_factory=lambda: Counter(entries=0, documents=0, tallies=0))
    faults: list[Fault] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        return not self.faults

    def document(self) -> dict[str, Any]:
        """The ``deliberation/verify-1`` document of contracts.md."""
        return {
            "schema": "deliberation/verify-1",
            "holds": self.holds,
            "logs": [
                {
                    "origin": log.origin,
                    "size": log.size,
                    "root": base64.b64encode(log.root).decode(),
                    "published": log.published,
                }
                for log in self.logs
            ],
            "checked": dict(self.checked),
            "faults": [
                {
                    "origin": fault.origin,
                    "index": fault.index,
                    "kind": fault.kind,
                    "subject": fault.subject,
                    "sentence": {locale: sentence(fault, locale) for locale in LOCALES},
                }
                for fault in self.faults
            ],
        }


def sentence(fault: Fault, locale: str) -> str:
    """A fault in words."""
    facts = {name: Word(value) if name == "by" else value for name, value in fault.facts.items()}
    return translate(locale, fault.reason, **facts)


@dataclass(frozen=True, slots=True)
class Trusted:
    """What the checker holds besides the database: the published folder, and what only the signer's account can read.

    ``public`` is the installation's key (None: the one published beside each checkpoint is taken); ``stubs`` the
    signer's folder with the heads it stored; ``data`` the data folder with the files that were kept.
    """

    published: Path
    public: bytes | None = None
    stubs: Path | None = None
    data: Path | None = None

    def key(self, origin: str, folder: Published) -> Key | None:
        if self.public is not None:
            return Key(origin, self.public)
        try:
            found = folder.key()
        except BadNote:
            return None
        return found if found is not None and found.name == origin else None

    def promises(self, log: Log) -> list[Promise]:
        """The head in the signer's stub, where it can be read."""
        if self.stubs is None:
            return []
        try:
            kept = json.loads((self.stubs / f"{log.community}.json").read_bytes())
            head = Checkpoint(kept["origin"], kept["size"], base64.b64decode(kept["root"]))
        except (OSError, ValueError, KeyError, TypeError):
            return []
        return [Promise(head, _("签名程序的存根"))] if head.origin == log.origin else []


def verify_installation(
    session: Session, trusted: Trusted, checks: Sequence[Check] = (), progress: Progress = lambda count: None
) -> Report:
    """Recompute every log of the database, hold it against what is published, then run the slices' checks."""
    report = Report()
    logs = logs_of(session)
    for log in logs:
        with _telling(report, log.origin):
            _check_log(session, log, trusted, report, progress)
    known = {str(log.community) for log in logs}
    for folder in _log_folders(trusted.published):
        if folder.name not in known:
            reason = _("已公布日志 {subject}，数据库中却没有：数据库被退回")
            report.faults.append(Fault("rewind", reason, {"subject": folder.name}, "", None, folder.name))
    for check in checks:
        with _telling(report, subject=check.counted_as):
            for fault in check.run(session, trusted.data) if check.reads_files else check.run(session):
                report.checked[check.counted_as] += 1
                if fault is not None:
                    report.faults.append(fault)
    return report


@contextmanager
def _telling(report: Report, origin: str = "", subject: str = "") -> Iterator[None]:
    """Whatever else may be wrong with what is checked, the faults that were found come out, and with them that it was."""
    try:
        yield
    except Exception as error:
        if report.holds and isinstance(error, SQLAlchemyError | OSError):  # What cannot be reached says nothing.
            raise
        lines.warning("the check of %s broke off", subject or origin, exc_info=True)
        reason = _("{subject} 没有核对完：{error}")
        facts = {"subject": subject or origin, "error": type(error).__name__}
        report.faults.append(Fault("missing", reason, facts, origin, None, subject or origin))


def verify_folder(folder: Path, progress: Progress = lambda count: None) -> Report:
    """Recompute published logs from their files alone, by the keys that lie beside them.

    :raises FileNotFoundError: if there is no published log in the folder.
    """
    folders = [folder] if (folder / "checkpoint").is_file() else _log_folders(folder)
    if not folders:
        raise FileNotFoundError(folder)
    report = Report()
    for path in folders:
        published = Published(path)
        try:
            key = published.key()
        except BadNote:
            key = None
        checking = LogCheck(key.name if key else path.name, published, key)
        size = checking.checkpoint.size if checking.checkpoint else 0
        bodies = published_bodies(published, size)
        while (stop := checking.next_stop(size)) is not None:
            checking.feed(list(islice(bodies, stop - checking.size)))
            progress(report.checked["entries"] + stop)
        _conclude(report, checking)
    return report


def _check_log(session: Session, log: Log, trusted: Trusted, report: Report, progress: Progress) -> None:
    published = Published(trusted.published / str(log.community))
    promises = trusted.promises(log)
    checking = LogCheck(log.origin, published, trusted.key(log.origin, published), promises)
    try:
        _feed(session, log, checking, report, progress)
    except Exception:
        report.faults += checking.faults
        raise
    if promises and checking.checkpoint is None and not checking.faults:
        checking.faults.append(Fault("rewind", _("已签名的检查点没有公布"), {}, log.origin))
    _conclude(report, checking)


def _feed(session: Session, log: Log, checking: LogCheck, report: Report, progress: Progress) -> None:
    while (stop := checking.next_stop(log.size)) is not None:
        first = checking.size
        rows = _rows(session, log, first, stop)
        said = checking.feed([row and row[0] for row in rows])
        checking.faults += _misfiled(log, first, rows, said)
        checking.faults += _openings(session, log, first, said, report)
        progress(report.checked["entries"] + stop)
    beyond = select(func.min(Entry.index)).where(Entry.community_id == log.community, col(Entry.index) >= log.size)
    if (index := session.exec(beyond).one()) is not None:
        reason = _("日志头只有 {size} 条，却有 {index} 号记录")
        checking.faults.append(Fault("missing", reason, {"size": log.size, "index": index}, log.origin, index))


def _conclude(report: Report, checking: LogCheck) -> None:
    checking.finish()
    published = checking.checkpoint.size if checking.checkpoint else 0
    report.logs.append(CheckedLog(checking.origin, checking.size, checking.root, published))
    report.checked["entries"] += checking.size
    report.faults += checking.faults


# Spelled out because the column types of the models would convert each value once more in Python; read so, 200,000
# entries with their openings are fetched in half the time (security.md L4).
_ENTRIES = text(
    'SELECT "index", body, act, object FROM entry WHERE community_id = :log AND "index" >= :first AND "index" < :stop'
)
_OPENINGS = text(
    'SELECT "index", field, salt, value FROM opening '
    'WHERE community_id = :log AND "index" >= :first AND "index" < :stop ORDER BY "index", field'
)


def _rows(session: Session, log: Log, first: int, stop: int) -> list[tuple[bytes, str, str] | None]:
    """(body, act, object) of each entry ``first … stop - 1``; None where one is missing."""
    rows: list[tuple[bytes, str, str] | None] = [None] * (stop - first)
    wanted = {"log": log.community, "first": first, "stop": stop}
    for index, body, act, object_ in session.connection().execute(_ENTRIES, wanted).all():
        # SQLite keeps text in a column of bytes if somebody puts it there.
        rows[index - first] = (body if isinstance(body, bytes) else str(body).encode(), act, object_)
    return rows


def _misfiled(
    log: Log, first: int, rows: Sequence[tuple[bytes, str, str] | None], said: Sequence[Said | None]
) -> Iterator[Fault]:
    """Entries whose columns, by which pages find them, say something else than the body that was hashed."""
    for index, (row, entry) in enumerate(zip(rows, said, strict=True), first):
        if row is not None and entry is not None and (entry.type != row[1] or entry.object != row[2]):
            yield Fault("entry_hash", _("{index} 号记录的目录与原文不符"), {"index": index}, log.origin, index, row[2])


def _openings(session: Session, log: Log, first: int, said: list[Said | None], report: Report) -> Iterator[Fault]:
    """Values that do not open the commitment in their entry: somebody changed what was said after it was said."""
    wanted = {"log": log.community, "first": first, "stop": first + len(said)}
    rows = session.connection().execute(_OPENINGS, wanted).all()
    report.checked["openings"] += len(rows)
    for index, name, salt, value in rows:
        entry = said[index - first]
        # Of an entry that says nothing it is already told.
        if entry is not None and not opens(entry.commitments.get(name), name, salt, value):
            reason = _("{index} 号记录的“{field}”与当时的承诺不符")
            facts = {"index": index, "field": name}
            yield Fault("entry_hash", reason, facts, log.origin, index, str(entry.object))


def _log_folders(folder: Path) -> list[Path]:
    found = [path.parent for path in folder.glob("*/checkpoint")]
    return sorted(found, key=lambda path: (len(path.name), path.name))
