"""A consistent copy of an installation while it runs.

The copy is a zip: ``manifest.json`` (schema, revision, rows of each table, SHA-256 of everything else),
``tables/<name>.jsonl`` read in one snapshot, and the published log, attachments and bad rows of imports as files. The
signing key is not in it: it is kept apart, on paper or a stick of its own (audit.md 1.5). The same form serves SQLite
and PostgreSQL, so a restore (``restoring.py``) may move an installation from one to the other.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import tempfile
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Any

from alembic.migration import MigrationContext
from sqlalchemy import Table, select
from sqlmodel import Session, SQLModel

import deliberation.schema  # noqa: F401 - registers every table
from deliberation.audit import note
from deliberation.audit.published import Published
from deliberation.db import Database
from deliberation.migration import newest_revision

SCHEMA = "deliberation/backup-1"
LOG = "log"
FOLDERS = (LOG, "files", "imports")
TRANSIENT = frozenset({"lease", "outbox", "opinion_form", "opinion_mark", "opinions_followed"})
"""Tables of the running moment (who runs the jobs just now, what the processes tell each other), and what is made anew."""
PAGE = 2000


class Unusable(Exception):
    """The file or the place cannot be used, in one sentence."""


def kept_tables() -> list[Table]:
    """What a backup holds, tables that others point to first."""
    return [table for table in SQLModel.metadata.sorted_tables if table.name not in TRANSIENT]


def make_backup(database: Database, data: Path, target: Path) -> dict[str, Any]:
    """Write the copy to ``target``; returns its manifest. Raises Unusable, OSError.

    The order makes it consistent beside a running server: the log first, so that it is never ahead of the tables; then
    the tables in one snapshot; then the files, each of which was there before its row.
    """
    partial = target.with_name(f".{target.name}.partial")
    # It holds everybody's particulars: for its own account only, from the first byte on.
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with open(handle, "wb") as file:
            manifest = _write(file, database, data)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)
    return manifest


def _write(file: Any, database: Database, data: Path) -> dict[str, Any]:
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as out,
        tempfile.TemporaryDirectory() as draft,
    ):
        digests = _add_files(out, Path(draft), _published(data, Path(draft)))
        with database.read() as session:
            revision = MigrationContext.configure(session.connection()).get_current_revision()
            if revision is None or revision != newest_revision():
                raise Unusable("the database is not at the schema of this program: run `deliberation migrate` first")
            tables = {table.name: _copy_table(session, table, out, digests) for table in kept_tables()}
        for folder in FOLDERS[1:]:
            digests |= _add_files(out, data, sorted((data / folder).rglob("*")))
        manifest = {"schema": SCHEMA, "revision": revision, "tables": tables, "sha256": digests}
        out.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True))
    return manifest


def _published(data: Path, draft: Path) -> list[Path]:
    """Each log as of the checkpoint it has now: the signer may replace the tiles of its edge while we read."""
    for folder in sorted((data / LOG).glob("*")):
        published = Published(folder)
        if text := published.note():
            copy = draft / LOG / folder.name
            copy.mkdir(parents=True)
            published.copy_to(copy, note.parse_checkpoint(text.split("\n\n")[0] + "\n").size, text)
    return sorted(draft.rglob("*"))


def _add_files(out: zipfile.ZipFile, top: Path, paths: Iterable[Path]) -> dict[str, str]:
    digests = {}
    for path in paths:
        if not path.is_file():
            continue
        try:
            content = path.read_bytes()
        except FileNotFoundError:  # Erased with its person while we read.
            continue
        name = path.relative_to(top).as_posix()
        digests[name] = hashlib.sha256(content).hexdigest()
        out.writestr(name, content)
    return digests


def _copy_table(session: Session, table: Table, out: zipfile.ZipFile, digests: dict[str, str]) -> int:
    rows, digest, name = 0, hashlib.sha256(), f"tables/{table.name}.jsonl"
    with out.open(name, "w", force_zip64=True) as lines:
        found = (
            session.connection()
            .execution_options(yield_per=PAGE)
            .execute(select(table).order_by(*table.primary_key.columns))
        )
        for row in found.mappings():
            words = {column: _out(value) for column, value in row.items()}
            line = json.dumps(words, ensure_ascii=False).encode() + b"\n"
            lines.write(line)
            digest.update(line)
            rows += 1
    digests[name] = digest.hexdigest()
    return rows


def _out(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    return {"json": value} if isinstance(value, dict | list) else value
