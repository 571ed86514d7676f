"""Restoring a backup into an empty place: everything is checked before anything is written, and nothing stays half done."""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any

from alembic import command
from sqlalchemy import Connection, Table, column, insert, inspect, make_url, table, text
from sqlalchemy.exc import SQLAlchemyError

from deliberation.backup import FOLDERS, PAGE, SCHEMA, Unusable, kept_tables
from deliberation.db import Database
from deliberation.migration import configuration, migrate

READERS = {
    "bytes": base64.b64decode,
    "at": datetime.fromisoformat,
    "on": date.fromisoformat,
    "json": lambda kept: kept,
}


def restore_backup(source: Path, url: str, data: Path) -> dict[str, Any]:
    """Restore into an empty database and data folder; returns the manifest. Raises Unusable; then nothing is there."""
    try:
        with zipfile.ZipFile(source) as kept:
            manifest = _checked(kept)
            _ask_for_an_empty_place(url, data)
            with _all_or_nothing(url):
                migrate(url, manifest["revision"])
                _fill(kept, manifest, url)
                migrate(url)
            _write_files(kept, manifest, data)
    except OSError as error:
        raise Unusable(f"{error.filename or source}: {error.strerror or error}") from None
    except (zipfile.BadZipFile, zlib.error, KeyError, TypeError, ValueError, EOFError) as error:
        raise Unusable(f"{source}: not a whole backup of this program ({error})") from None
    except SQLAlchemyError as error:
        raise Unusable(f"{source}: the database does not take it ({str(error).splitlines()[0]})") from None
    return manifest


def _checked(kept: zipfile.ZipFile) -> dict[str, Any]:
    manifest = json.loads(kept.read("manifest.json"))
    if manifest["schema"] != SCHEMA:
        raise Unusable(f"the backup is of an unknown schema: {manifest['schema']}")
    names = {f"tables/{name}.jsonl" for name in manifest["tables"]}
    if unknown := set(manifest["tables"]) - {each.name for each in kept_tables()}:
        raise Unusable(f"the backup holds tables that this program does not know: {', '.join(sorted(unknown))}")
    for name, digest in manifest["sha256"].items():
        parts = Path(name).parts
        if name not in names and (".." in parts or Path(name).is_absolute() or parts[0] not in FOLDERS):
            raise Unusable(f"the backup names a file outside its folders: {name}")
        if _digest(kept, name) != digest:
            raise Unusable(f"the backup is damaged: {name} is not what was written")
    if missing := names - set(manifest["sha256"]):
        raise Unusable(f"the backup is damaged: nothing vouches for {min(missing)}")
    return manifest


def _digest(kept: zipfile.ZipFile, name: str) -> str:
    with kept.open(name) as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _ask_for_an_empty_place(url: str, data: Path) -> None:
    if any((data / folder).exists() and any((data / folder).iterdir()) for folder in FOLDERS):
        raise Unusable(f"{data} is not empty: restore into an empty place, so that nothing is overwritten")
    if url.startswith("sqlite") and not Path(make_url(url).database or "").exists():
        return
    database = Database(url)
    try:
        if inspect(database.writers).get_table_names():
            raise Unusable("the database is not empty: restore into an empty place, so that nothing is overwritten")
    finally:
        database.close()


@contextmanager
def _all_or_nothing(url: str) -> Iterator[None]:
    """A place that could not be filled is left as empty as it was, so that a better backup can go there."""
    try:
        yield
    except BaseException:
        command.downgrade(configuration(url), "base")
        database = Database(url)
        with database.writers.begin() as connection:
            connection.execute(text("DROP TABLE IF EXISTS alembic_version"))
        database.close()
        if database.is_sqlite:
            for ending in ("", "-wal", "-shm"):
                Path(f"{make_url(url).database}{ending}").unlink(missing_ok=True)
        raise


def _write_files(kept: zipfile.ZipFile, manifest: dict[str, Any], data: Path) -> None:
    for name in manifest["sha256"]:
        if not name.startswith("tables/"):
            target = data / name
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o755 if name.startswith("log/") else 0o700)
            target.write_bytes(kept.read(name))


def _fill(kept: zipfile.ZipFile, manifest: dict[str, Any], url: str) -> None:
    """All tables in one transaction: the database has the whole of it or nothing."""
    database = Database(url)
    try:
        with database.writers.begin() as connection:
            for each in kept_tables():
                if each.name in manifest["tables"]:
                    _fill_table(connection, each, kept, manifest["tables"][each.name])
    finally:
        database.close()


def _fill_table(connection: Connection, model: Table, kept: zipfile.ZipFile, expected: int) -> None:
    # By the columns of the revision at which the copy was made: a newer model's defaults come with its migration.
    there = {found["name"] for found in inspect(connection).get_columns(model.name)}
    known = [column(each.name, each.type) for each in model.columns if each.name in there]
    adding, rows = insert(table(model.name, *known)), 0
    with kept.open(f"tables/{model.name}.jsonl") as lines:
        while page := [_row(line) for line in islice(lines, PAGE)]:
            connection.execute(adding, page)
            rows += len(page)
    if rows != expected:
        raise Unusable(f"the backup is damaged: {model.name} has {rows} rows and not {expected}")
    if connection.dialect.name == "postgresql" and "id" in model.c and rows:
        _go_on_counting(connection, model.name)


def _go_on_counting(connection: Connection, name: str) -> None:
    """Rows came with their ids, of which PostgreSQL's sequences know nothing."""
    sequence = connection.execute(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": name}).scalar()
    if sequence:
        newest = connection.execute(text(f'SELECT max(id) FROM "{name}"')).scalar()
        connection.execute(text("SELECT setval(:sequence, :newest)"), {"sequence": sequence, "newest": newest})


def _row(line: bytes) -> dict[str, Any]:
    return {name: _in(value) for name, value in json.loads(line).items()}


def _in(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    ((kind, content),) = value.items()
    return READERS[kind](content)
