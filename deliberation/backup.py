"""A consistent copy of an installation while it runs, and its verified restore into an empty place.

The copy is a zip: ``manifest.json`` (schema, revision, rows of each table, SHA-256 of each file), ``tables/<name>.jsonl``
read in one snapshot, and the published log, attachments and imports as files. The signing key is not in it: it is kept
apart, on paper or a stick of its own (audit.md 1.5). The same form serves SQLite and PostgreSQL, so a restore may move
an installation from one to the other.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Table, insert, inspect, select, text
from sqlmodel import Session, SQLModel

import deliberation.schema  # noqa: F401 - registers every table
from deliberation.db import Database
from deliberation.migration import current_revision, migrate

SCHEMA = "deliberation/backup-1"
FOLDERS = ("log", "files", "imports")
PAGE = 2000


class Unusable(Exception):
    """The file or the place cannot be used, in one sentence."""


def make_backup(database: Database, data: Path, target: Path) -> dict[str, Any]:
    """Write the copy to ``target``; returns its manifest. The log goes first, so that it is never ahead of the tables."""
    manifest: dict[str, Any] = {"schema": SCHEMA, "revision": current_revision(database), "tables": {}, "files": {}}
    partial = target.with_name(f".{target.name}.partial")
    with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as out:
        for name, content in _files(data):
            manifest["files"][name] = hashlib.sha256(content).hexdigest()
            out.writestr(name, content)
        with database.read() as session:
            for table in SQLModel.metadata.sorted_tables:
                manifest["tables"][table.name] = _copy_table(session, table, out)
        out.writestr("manifest.json", json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True))
    partial.replace(target)
    return manifest


def _files(data: Path) -> Iterator[tuple[str, bytes]]:
    for folder in FOLDERS:
        # A checkpoint before its tiles: the tiles that it needs are there by then.
        found = sorted((data / folder).rglob("*"), key=lambda path: (path.name != "checkpoint", str(path)))
        for path in found:
            if path.is_file():
                yield path.relative_to(data).as_posix(), path.read_bytes()


def _copy_table(session: Session, table: Table, out: zipfile.ZipFile) -> int:
    order = list(table.primary_key.columns)
    rows = 0
    with out.open(f"tables/{table.name}.jsonl", "w", force_zip64=True) as lines:
        result = session.connection().execution_options(yield_per=PAGE).execute(select(table).order_by(*order))
        for row in result.mappings():
            lines.write(json.dumps({name: _out(value) for name, value in row.items()}, ensure_ascii=False).encode() + b"\n")
            rows += 1
    return rows


def _out(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(bytes(value)).decode()}
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    if isinstance(value, date):
        return {"on": value.isoformat()}
    return {"json": value} if isinstance(value, dict | list) else value


def _in(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    readers = {"bytes": base64.b64decode, "at": datetime.fromisoformat, "on": date.fromisoformat, "json": lambda kept: kept}
    return readers[kind](content)


def restore_backup(source: Path, url: str, data: Path) -> dict[str, Any]:
    """Restore into an empty database and data folder; returns the manifest. Raises Unusable before anything is written."""
    try:
        with zipfile.ZipFile(source) as kept:
            manifest = _checked(kept)
            _ask_for_an_empty_place(url, data)
            migrate(url, manifest["revision"] or "head")
            _write_files(kept, manifest, data)
            _fill(kept, manifest, url)
    except (zipfile.BadZipFile, OSError, KeyError, json.JSONDecodeError) as error:
        raise Unusable(f"{source}: not a backup of this program ({error})") from None
    migrate(url)
    return manifest


def _checked(kept: zipfile.ZipFile) -> dict[str, Any]:
    manifest = json.loads(kept.read("manifest.json"))
    if manifest.get("schema") != SCHEMA:
        raise Unusable(f"the backup is of an unknown schema: {manifest.get('schema')}")
    for name, digest in manifest["files"].items():
        if ".." in Path(name).parts or Path(name).is_absolute() or Path(name).parts[0] not in FOLDERS:
            raise Unusable(f"the backup names a file outside its folders: {name}")
        if hashlib.sha256(kept.read(name)).hexdigest() != digest:
            raise Unusable(f"the backup is damaged: {name} is not what was written")
    return manifest


def _ask_for_an_empty_place(url: str, data: Path) -> None:
    if any((data / folder).exists() and any((data / folder).iterdir()) for folder in FOLDERS):
        raise Unusable(f"{data} is not empty: restore into an empty place, so that nothing is overwritten")
    database = Database(url)
    try:
        if inspect(database.writers).get_table_names():
            raise Unusable("the database is not empty: restore into an empty place, so that nothing is overwritten")
    finally:
        database.close()


def _write_files(kept: zipfile.ZipFile, manifest: dict[str, Any], data: Path) -> None:
    for name in manifest["files"]:
        target = data / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(kept.read(name))


def _fill(kept: zipfile.ZipFile, manifest: dict[str, Any], url: str) -> None:
    database = Database(url)
    try:
        with database.writers.begin() as connection:
            known = inspect(connection)
            for table in SQLModel.metadata.sorted_tables:
                if table.name not in manifest["tables"]:
                    continue
                columns = {column["name"] for column in known.get_columns(table.name)}
                rows = 0
                with kept.open(f"tables/{table.name}.jsonl") as lines:
                    page: list[dict[str, Any]] = []
                    for line in lines:
                        page.append({name: _in(value) for name, value in json.loads(line).items() if name in columns})
                        rows += 1
                        if len(page) == PAGE:
                            connection.execute(insert(table), page)
                            page = []
                    if page:
                        connection.execute(insert(table), page)
                if rows != manifest["tables"][table.name]:
                    raise Unusable(f"the backup is damaged: {table.name} has {rows} rows and not {manifest['tables'][table.name]}")
                if not database.is_sqlite and "id" in table.c and rows:
                    sequence = connection.execute(text("SELECT pg_get_serial_sequence(:table, 'id')"), {"table": table.name}).scalar()
                    if sequence:
                        connection.execute(text(f"SELECT setval('{sequence}', (SELECT max(id) FROM \"{table.name}\"))"))  # noqa: S608
    finally:
        database.close()
