"""Writing an export to a file: under another name until it is whole, with its digest, whatever the format."""

from __future__ import annotations

import errno
import hashlib
import os
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import Session

from deliberation.audit.published import Published
from deliberation.legislation import export_akn, export_bundle, export_docx, export_text, export_xlsx
from deliberation.legislation.export_rows import Table, withheld_from
from deliberation.legislation.export_words import remarks
from deliberation.legislation.layout_rules import LAID_OUT, Columns
from deliberation.legislation.solicitation_models import solicitation

Write = Callable[..., int]
TEXTS: dict[str, Write] = {
    "csv": export_text.write_csv,
    "jsonl": export_text.write_jsonl,
    "akn": export_akn.write_akn,
}
PACKAGES: dict[str, Write] = {
    "xlsx": export_xlsx.write_xlsx,
    "docx": export_docx.write_docx,
    "bundle": export_bundle.write_bundle,
}
"""Zip files: what was written is looked at again for the digest, because a zip goes back to its heads."""
REMARKED = ("xlsx", "docx", "akn")
"""Files that say of themselves what they are and what they leave out."""
FORMATS = (*PACKAGES, *TEXTS)


@dataclass(frozen=True)
class Written:
    """What was written: how many opinions, how many bytes, their SHA-256."""

    rows: int
    size: int
    sha256: str


class Hashing:
    """A file that knows the digest of what was written to it. Only for what is written from beginning to end."""

    def __init__(self, file: Any):
        self.file, self.digest, self.size = file, hashlib.sha256(), 0

    def write(self, data: Any) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self.file.write(data)

    def flush(self) -> None:
        self.file.flush()

    closed = False

    def writable(self) -> bool:
        return True

    def readable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False


def _owners(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@contextmanager
def whole_or_nothing(target: Path, *, private: bool = False) -> Iterator[Any]:
    """A file beside ``target`` that takes its name once all of it is written and durable, and goes otherwise.

    ``private``: nobody but its owner reads it, whatever the umask.
    """
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, "it is a folder", str(target))
    beside = target.with_name(f".{target.name}.{secrets.token_hex(6)}.part")
    try:
        with open(beside, "x+b", opener=_owners if private else None) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def write_export(
    session: Session,
    table: Table,
    format: str,
    out: Any,
    progress: Callable[[int], None],
    *,
    logs: Path | None = None,
    columns: Columns = (),
) -> Written:
    """All of it into ``out``, an empty file that can be read.

    ``logs``: where the logs are published, for a bundle; ``columns``: those of a layout, for a format that has layouts.
    """
    look: dict[str, Any] = {"columns": columns} if columns and format in LAID_OUT else {}
    if format == "bundle":
        one = solicitation(session, table.solicitation_id)
        look["published"] = Published((logs or Path()) / str(one.community_id))
    if format in REMARKED:
        left = withheld_from(session, solicitation(session, table.solicitation_id), table.edition)
        look["remarks"] = remarks(table, left)
    if format in PACKAGES:
        rows = PACKAGES[format](session, table, out, progress, **look)
        size = out.seek(0, os.SEEK_END)
        out.seek(0)
        return Written(rows, size, hashlib.file_digest(out, "sha256").hexdigest())
    hashing = Hashing(out)
    rows = TEXTS[format](session, table, hashing, progress, **look)
    return Written(rows, hashing.size, hashing.digest.hexdigest())
