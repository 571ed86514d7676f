"""Check a bundle: every file, every proof, every opening, and then what slices know of theirs. Needs no database."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from deliberation.audit import note
from deliberation.audit.bundle import EDITIONS, FULL, SCHEMA
from deliberation.audit.canonical import NotCanonical, read_canonical
from deliberation.audit.commitment import opens
from deliberation.audit.keys import verify
from deliberation.audit.log_check import Fault
from deliberation.audit.merkle import leaf_hash, verify_inclusion
from deliberation.audit.note import BadNote, Checkpoint
from deliberation.audit.verification import CheckedLog, Report
from deliberation.vocabulary import _

MOST_FILES, MOST_BYTES = 1_000_000, 1024 * 2**20
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, RecursionError, OverflowError)
"""What reading something of another shape, or nested without end, may raise."""


class NoBundle(ValueError):
    """The file is no bundle at all; the message says why in English."""


@dataclass
class Bundle:
    """The files of a bundle whose hashes are those of the manifest, and what its entries say by their numbers."""

    files: dict[str, bytes]
    subject: str
    edition: str
    origin: str
    vkey: str = ""
    """The key that the checkpoint was verified by; empty where it was by none."""
    entries: dict[int, dict[str, Any]] = field(default_factory=dict)
    openings: dict[int, dict[str, tuple[bytes, str]]] = field(default_factory=dict)

    def json(self, name: str) -> Any:
        """A file as JSON; None where it is not there. Raises ValueError where it is none."""
        return json.loads(self.files[name]) if name in self.files else None

    def about(self, object_: str, act: str) -> tuple[int, dict[str, Any]] | None:
        """The first entry of an act on a thing: its number and its data."""
        found = (
            (index, entry["data"])
            for index, entry in sorted(self.entries.items())
            if entry.get("object") == object_ and entry.get("type") == act
        )
        return next(found, None)


@dataclass(frozen=True, slots=True)
class BundleCheck:
    """What a slice checks in a bundle: a Fault, or None for each thing that holds."""

    counted_as: str
    run: Callable[[Bundle], Iterable[Fault | None]]


def verify_bundle(path: Path, checks: Sequence[BundleCheck] = ()) -> Report:
    """Everything about a bundle. Raises NoBundle, OSError."""
    return check_bundle(read_zip(path), checks)[1]


def check_bundle(files: dict[str, bytes], checks: Sequence[BundleCheck] = ()) -> tuple[Bundle, Report]:
    """The files of a bundle as what they say, and everything about them. Raises NoBundle."""
    report = Report()
    bundle, faults = _opened(files)
    report.faults += faults
    head = _checkpoint(bundle, report)
    for number, fault in _entries(bundle, head):
        report.checked["entries"] += number
        if fault:
            report.faults.append(fault)
    for fault in _openings(bundle):
        report.checked["openings"] += 1
        if fault:
            report.faults.append(fault)
    for check in checks:
        _run(check, bundle, report)
    root, size = (head.root, head.size) if head else (bytes(32), 0)
    report.logs.append(CheckedLog(bundle.origin, size, root, size))
    return bundle, report


def _run(check: BundleCheck, bundle: Bundle, report: Report) -> None:
    try:
        for fault in check.run(bundle):
            report.checked[check.counted_as] += 1
            if fault is not None:
                report.faults.append(fault)
    except (*_UNREADABLE, IndexError) as error:
        reason, facts = _("{subject} 没有核对完：{error}"), {"subject": check.counted_as, "error": type(error).__name__}
        report.faults.append(Fault("missing", reason, facts, bundle.origin, None, bundle.subject))


def read_zip(path: Path | IO[bytes]) -> dict[str, bytes]:
    """The files of a zip, within limits and without tricks. Raises NoBundle."""
    try:
        with zipfile.ZipFile(path) as package:
            infos = package.infolist()
            names = [info.filename for info in infos]
            if len(set(names)) != len(names) or any(name.startswith("/") or ".." in name for name in names):
                raise NoBundle("the zip holds a name twice, or one that leads out of it")
            if len(infos) > MOST_FILES or sum(info.file_size for info in infos) > MOST_BYTES:
                raise NoBundle("the zip is too large")
            return {info.filename: package.read(info) for info in infos if not info.is_dir()}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise NoBundle(f"not a readable zip: {error}") from None
    except OSError as error:
        if error.errno is None:
            raise NoBundle(f"not a readable zip: {error}") from None
        raise
    except Exception as error:  # zlib names its own.
        if type(error).__module__ == "zlib":
            raise NoBundle(f"not a readable zip: {error}") from None
        raise


def _opened(files: dict[str, bytes]) -> tuple[Bundle, list[Fault]]:
    """The bundle by its manifest; a file that is not the one of the manifest, missing or too many, is named."""
    try:
        manifest = json.loads(files.pop("manifest.json"))
        hashes, named = manifest["files"], {name: str(manifest[name]) for name in ("subject", "edition", "origin")}
        if manifest["schema"] != SCHEMA or named["edition"] not in EDITIONS or not isinstance(hashes, dict):
            raise NoBundle(f"manifest.json: not a manifest of {SCHEMA}")
        "".join([*named.values(), *hashes]).encode()  # Half a character could be said to nobody.
    except (KeyError, ValueError, TypeError, RecursionError):
        raise NoBundle("manifest.json is missing or unreadable") from None
    faults = []
    for name in sorted(hashes.keys() | files.keys()):
        if name not in files or hashes.get(name) != hashlib.sha256(files[name]).hexdigest():
            reason = _("文件 {file} 缺失、多出或者被改过")
            faults.append(Fault("document", reason, {"file": name}, named["origin"], None, name))
    return Bundle(files, **named), faults


def _checkpoint(bundle: Bundle, report: Report) -> Checkpoint | None:
    try:
        key = _key(bundle.files["vkeys"].decode(), bundle.origin)
        head = note.open_checkpoint(bundle.files["checkpoint"].decode(), key, verify)
        bundle.vkey = str(key)
        return head
    except (BadNote, KeyError, UnicodeDecodeError):
        report.faults.append(Fault("signature", _("检查点的签名不成立"), {}, bundle.origin, None, "checkpoint"))
        return None


def _key(vkeys: str, origin: str) -> note.Key:
    """The one key of the log: two of them, or one spelled otherwise, would let one verify and another be shown.

    :raises BadNote: for anything else than whole lines, each a key in its one spelling, exactly one of the log.
    """
    *lines, end = vkeys.split("\n")
    keys = [note.parse_key(line) for line in lines]
    if end or list(map(str, keys)) != lines:
        raise BadNote("vkeys: not a key a line, each in its one spelling")
    of_log = [key for key in keys if key.name == origin]
    if len(of_log) != 1:
        raise BadNote(f"vkeys: {len(of_log)} keys of the log {origin}")
    return of_log[0]


def _entries(bundle: Bundle, head: Checkpoint | None) -> Iterator[tuple[int, Fault | None]]:
    for number, line in enumerate(bundle.files.get("entries.jsonl", b"").splitlines()):
        index = None
        try:
            said = json.loads(line)
            index, body = int(said["index"]), said["entry"].encode()
            entry = read_canonical(body)
            if said["origin"] != bundle.origin or index in bundle.entries or not isinstance(entry["data"], dict):
                raise ValueError
        except (*_UNREADABLE, NotCanonical):
            facts = {"file": "entries.jsonl", "line": number + 1}
            yield 1, Fault("entry_hash", _("{file} 第 {line} 行无法读取"), facts, bundle.origin, index, "entries.jsonl")
            continue
        bundle.entries[index] = entry
        yield 1, _proof(bundle, index, body, head)
    named = {f"proofs/{index}.tlog-proof" for index in bundle.entries}
    for name in sorted(name for name in bundle.files if name.startswith("proofs/") and name not in named):
        yield 0, Fault("missing", _("{file} 没有对应的记录"), {"file": name}, bundle.origin, None, name)


def _proof(bundle: Bundle, index: int, body: bytes, head: Checkpoint | None) -> Fault | None:
    name = f"proofs/{index}.tlog-proof"
    try:
        at, hashes, under = note.parse_proof(bundle.files[name].decode())
        same = at == index and under.encode() == bundle.files.get("checkpoint")
        if same and head and verify_inclusion(leaf_hash(body), index, head.size, hashes, head.root):
            return None
    except (KeyError, BadNote, UnicodeDecodeError):
        pass
    reason = _("{index} 号记录不在检查点之下（{file}）")
    return Fault("entry_hash", reason, {"index": index, "file": name}, bundle.origin, index, name)


def _openings(bundle: Bundle) -> Iterator[Fault | None]:
    lines = bundle.files.get("openings.jsonl", b"").splitlines()
    if bundle.edition != FULL and lines:
        yield Fault(
            "document", _("公开版不应有 {file}"), {"file": "openings.jsonl"}, bundle.origin, None, "openings.jsonl"
        )
    for line in lines:
        index, name = None, ""
        try:
            said = json.loads(line)
            index, name, salt, value = said["index"], said["field"], bytes.fromhex(said["salt"]), said["value"]
            commitment = bundle.entries[index]["data"].get("commit", {}).get(name)
            good = opens(commitment, name, salt, value)
        except _UNREADABLE:
            good = False
        if good:
            bundle.openings.setdefault(index, {})[name] = (salt, value)
            yield None
        else:
            reason, facts = _("{index} 号记录的“{field}”与当时的承诺不符"), {"index": index, "field": name}
            yield Fault("entry_hash", reason, facts, bundle.origin, index, "openings.jsonl")
