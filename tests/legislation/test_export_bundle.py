"""The table as a bundle: it holds by itself, says when a row was changed, and tells nobody who was signed in."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deliberation.audit.bundle import as_json
from deliberation.audit.bundle_check import verify_bundle
from deliberation.audit.published import Published
from deliberation.audit.signer import Signer
from deliberation.audit.source import CommittedEntries
from deliberation.checking import all_bundle_checks
from deliberation.legislation.export_files import write_export
from deliberation.legislation.export_rows import table_of
from deliberation.legislation.opining import change_opinion, withdraw_opinion
from deliberation.legislation.opinion_models import opinion
from deliberation.legislation.opinion_rules import Said, Signature
from deliberation.refusal import Refused
from tests.legislation.asking import Asking


@pytest.fixture
def asking(database_url: str) -> Iterator[Asking]:
    made = Asking(database_url)
    made.open()
    yield made
    made.database.close()


def bundle(asking: Asking, folder: Path, edition: str) -> Path:
    out = io.BytesIO()
    with asking.database.read() as session:
        table = table_of(session, asking.one(session), edition)
        assert write_export(session, table, "bundle", out, lambda _count: None, logs=folder / "log").rows == table.rows
    path = folder / f"{edition}.zip"
    path.write_bytes(out.getvalue())
    return path


def publish(asking: Asking, folder: Path) -> None:
    signer = Signer(CommittedEntries(asking.database), folder / "key", folder / "log")
    signer.round()
    signer.stop()


def test_both_editions_hold_and_name_nobody_who_was_signed_in(asking: Asking, tmp_path: Path) -> None:
    first = asking.give()
    asking.give(signed=Signature("anonymous", publishes=True))
    asking.give(signed=Signature("named", "孙丽", publishes=False))
    gone = asking.give(said=Said("edit", "收回的话"))
    author = asking.village.actor("赵敏")
    asking.change(lambda s, now: withdraw_opinion(s, now, one=opinion(s, gone), is_author=True, actor=author))
    asking.change(
        lambda s, now: change_opinion(
            s, now, one=opinion(s, first), said=Said("edit", "改过的话"), is_author=True, actor=author
        )
    )
    with pytest.raises(Refused):
        bundle(asking, tmp_path, "public")
    publish(asking, tmp_path)
    assert isinstance(Published(tmp_path / "log" / str(asking.village.id)).note(), str)
    for edition, rows in (("public", 2), ("full", 3)):
        path = bundle(asking, tmp_path, edition)
        report = verify_bundle(path, all_bundle_checks())
        assert report.holds, report.faults
        assert report.checked["opinions"] == rows
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            everything = b"".join(package.read(name) for name in names).decode("utf-8", "replace")
            assert {"opinions/opinions.csv", "opinions/opinions.jsonl", "entries.jsonl", "checkpoint"} <= names
            assert json.loads(package.read("manifest.json"))["subject"] == f"opinions/{asking.id}"
        assert ("openings.jsonl" in names) == (edition == "full")
        assert "person/" not in everything and "收回的话" not in everything and "改过的话" in everything
        assert ("孙丽" in everything) == (edition == "full")


def changed(path: Path, name: str, before: bytes, after: bytes) -> Path:
    """Somebody changes a file of the bundle and its digest in the manifest."""
    with zipfile.ZipFile(path) as package:
        files = {each: package.read(each) for each in package.namelist()}
    assert before in files[name]
    files[name] = files[name].replace(before, after)
    manifest = json.loads(files["manifest.json"])
    manifest["files"][name] = hashlib.sha256(files[name]).hexdigest()
    files["manifest.json"] = as_json(manifest)
    target = path.with_name("changed.zip")
    with zipfile.ZipFile(target, "w") as package:
        for each, data in files.items():
            package.writestr(each, data)
    return target


def test_a_row_that_was_changed_or_left_out_is_named(asking: Asking, tmp_path: Path) -> None:
    asking.give()
    asking.give(said=Said("edit", "不少于三十日"))
    publish(asking, tmp_path)
    path = bundle(asking, tmp_path, "full")
    rows = "opinions/opinions.jsonl"
    other = changed(path, rows, "不少于三十日".encode(), "不少于五日".encode())
    [fault] = verify_bundle(other, all_bundle_checks()).faults
    assert (fault.kind, fault.facts["no"], fault.facts["field"]) == ("document", 2, "proposal")
    with zipfile.ZipFile(path) as package:
        last = package.read(rows).split(b"\n")[1] + b"\n"
    [fault] = verify_bundle(changed(path, rows, last, b""), all_bundle_checks()).faults
    assert fault.facts == {"rows": 1, "entries": 2}
