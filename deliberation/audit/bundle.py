"""A bundle: one thing's part of the log in a zip, to be checked anywhere without this installation (docs/bundle.md).

What is in it is laid out by slices (``Contents``); here it is joined with the entries, their proofs, the checkpoint they
lead to and the key, and written so that the same thing makes the same bytes.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit import merkle, tiles
from deliberation.audit.models import Entry, Opening
from deliberation.audit.note import format_proof, parse_checkpoint
from deliberation.audit.published import Published
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _

SCHEMA = "deliberation/bundle-1"
PUBLIC, FULL = "public", "full"
EDITIONS = (PUBLIC, FULL)
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)
NOT_PUBLISHED = Refusal(_("存证还没有公布到这里，请过一分钟再下载"), late=True)


@dataclass(frozen=True)
class Contents:
    """What a slice puts into a bundle: which entries of which log, and its own files (texts, tally, result).

    ``unopened``: entries whose openings go into no edition, because together they would tell what nobody may know; ``sealed``: fields of which the same is true.
    """

    community_id: int
    subject: str
    indices: list[int]
    files: Mapping[str, bytes] = field(default_factory=dict)
    unopened: frozenset[int] = frozenset()
    sealed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Bundler:
    """A slice's way to lay out a subject: ``poll`` for ``poll/3``. ``gather`` raises Missing for what is not there."""

    kind: str
    gather: Callable[[Session, int, str], Contents]


def as_json(value: Any) -> bytes:
    """JSON as a person can read it, the same bytes for the same value."""
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def make_bundle(session: Session, contents: Contents, edition: str, published: Published) -> bytes:
    """The zip. Raises Refused where the log is not published up to the last of the entries."""
    note, key = published.note(), published.key()
    if note is None or key is None:
        raise Refused(NOT_PUBLISHED)
    head = parse_checkpoint(note.split("\n\n")[0] + "\n")
    if contents.indices and max(contents.indices) >= head.size:
        raise Refused(NOT_PUBLISHED)
    files = dict(contents.files)
    files["checkpoint"] = note.encode()
    files["vkeys"] = f"{key}\n".encode()
    files["policy"] = f"log {key}\nquorum none\n".encode()
    files["entries.jsonl"] = _entries(session, contents, head.origin)
    if edition == FULL:
        files["openings.jsonl"] = _openings(session, contents, head.origin)
    for index, proof in _proofs(contents.indices, head.size, published):
        files[f"proofs/{index}.tlog-proof"] = format_proof(index, proof, note).encode()
    manifest = {
        "schema": SCHEMA,
        "subject": contents.subject,
        "edition": edition,
        "origin": head.origin,
        "size": head.size,
        "files": {name: hashlib.sha256(data).hexdigest() for name, data in files.items()},
    }
    return _zipped(files | {"manifest.json": as_json(manifest)})


def _entries(session: Session, contents: Contents, origin: str) -> bytes:
    wanted = set(contents.indices)
    rows = session.exec(
        select(Entry.index, Entry.body)
        .where(Entry.community_id == contents.community_id, col(Entry.index) >= min(wanted, default=0))
        .order_by(col(Entry.index))
    )
    lines = [
        {"origin": origin, "index": index, "entry": bytes(body).decode()} for index, body in rows if index in wanted
    ]
    return _lines(lines)


def _openings(session: Session, contents: Contents, origin: str) -> bytes:
    wanted = set(contents.indices) - contents.unopened
    rows = session.exec(
        select(Opening.index, Opening.field, Opening.salt, Opening.value)
        .where(Opening.community_id == contents.community_id, col(Opening.index) >= min(wanted, default=0))
        .order_by(col(Opening.index), Opening.field)
    )
    return _lines(
        {"origin": origin, "index": index, "field": name, "salt": bytes(salt).hex(), "value": value}
        for index, name, salt, value in rows
        if index in wanted and name not in contents.sealed
    )


def _lines(values: Any) -> bytes:
    return "".join(json.dumps(value, ensure_ascii=False, sort_keys=True) + "\n" for value in values).encode()


def _proofs(indices: list[int], size: int, published: Published) -> Any:
    nodes = lru_cache(None)(tiles.nodes(lru_cache(None)(published.read), size))
    for index in indices:
        yield index, merkle.inclusion_proof(index, size, nodes)


def _zipped(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name in sorted(files, key=lambda name: (name != "manifest.json", name)):
            info = zipfile.ZipInfo(name, _FIRST_DAY)
            info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, 0o644 << 16, 3
            package.writestr(info, files[name])
    return out.getvalue()
