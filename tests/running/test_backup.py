"""Backups beside a writing server, and restores: from either database to either, verified, or nothing at all."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from deliberation.audit.signed_log import WillNotSign
from deliberation.audit.signer import Signer
from deliberation.audit.source import CommittedEntries
from deliberation.backup import Unusable, make_backup
from deliberation.db import Database
from deliberation.migration import current_revision, newest_revision
from deliberation.restoring import restore_backup
from deliberation.translation import say
from tests.assemblies.places import import_file
from tests.assemblies.rosters import sample_roster
from tests.databases import PostgresDatabases
from tests.journeys.servers import environment
from tests.migrations.test_migrations import rows_of
from tests.people import Place, add_neighbour, build_village, open_database


class Installation:
    """A village with a published log and an attachment's file, somewhere on this machine."""

    def __init__(self, url: str, folder: Path):
        self.url, self.data = url, folder
        self.database = open_database(url)
        self.village: Place = build_village(self.database)
        import_file(self.database, self.village.id, sample_roster("village"))
        (folder / "files").mkdir(parents=True)
        (folder / "files" / "a1").write_bytes(b"attached")
        self.sign()

    def sign(self) -> dict[int, WillNotSign]:
        """One round of the signer; what it refused."""
        return sign(self.database, self.data)

    def backup(self, target: Path) -> Path:
        make_backup(self.database, self.data, target)
        return target


def sign(database: Database, data: Path) -> dict[int, WillNotSign]:
    signer = Signer(CommittedEntries(database), data / "signer" / "key", data / "log")
    try:
        signer.round()
        return dict(signer.refusals)
    finally:
        signer.stop()


@pytest.fixture
def installation(database_url: str, tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(database_url, tmp_path / "site")
    yield installation
    installation.database.close()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        (tmp_path / "empty").mkdir()
        yield f"sqlite:///{tmp_path / 'empty' / 'deliberation.sqlite3'}"
        return
    server: PostgresDatabases = request.getfixturevalue("postgres")
    url = server.empty()
    yield url
    server.drop(url)


def run(words: list[str], url: str, data: Path) -> subprocess.CompletedProcess[str]:
    env = environment(data, 8000, database_url=url)
    return subprocess.run(
        [sys.executable, "-m", "deliberation", *words], env=env, capture_output=True, text=True, timeout=120
    )


def is_empty(url: str, data: Path) -> bool:
    """Whether a place is as it was before a restore that did not come about."""
    if url.startswith("sqlite"):
        return not Path(make_url(url).database).exists() and not (data / "log").exists()
    database = Database(url)
    found = rows_of(database)
    database.close()
    return found == {} and not (data / "log").exists()


def test_a_backup_goes_into_either_database_and_everything_is_back(
    installation: Installation, empty_url: str, tmp_path: Path
) -> None:
    kept = installation.backup(tmp_path / "backup.zip")
    assert kept.stat().st_mode & 0o777 == 0o600
    empty = tmp_path / "empty"
    done = run(["restore", str(kept)], empty_url, empty)
    assert done.returncode == 0, done.stderr
    assert "verifying" in done.stderr
    restored = open_database(empty_url)
    before = rows_of(installation.database)
    assert {name: count for name, count in rows_of(restored).items() if name not in ("lease", "outbox")} == {
        name: count for name, count in before.items() if name not in ("lease", "outbox")
    }
    assert current_revision(restored) == newest_revision()
    assert (empty / "files" / "a1").read_bytes() == b"attached"
    assert not (empty / "signer").exists()
    # New rows get new numbers, also where the database counts by itself.
    assert add_neighbour(restored, installation.village, "欧阳奇峰") > 60
    restored.close()


def test_a_backup_beside_writers_is_one_moment(installation: Installation, empty_url: str, tmp_path: Path) -> None:
    """People are added and the log is signed all the while; what comes out of the zip holds."""
    stop = threading.Event()
    written = []

    def write() -> None:
        while not stop.is_set():
            written.append(add_neighbour(installation.database, installation.village, f"邻居{len(written)}"))

    def publish() -> None:
        while not stop.is_set():
            installation.sign()

    threads = [threading.Thread(target=work) for work in (write, publish)]
    for thread in threads:
        thread.start()
    try:
        for number in range(3):
            installation.backup(tmp_path / f"{number}.zip")
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert written
    done = run(["restore", str(tmp_path / "2.zip")], empty_url, tmp_path / "empty")
    assert done.returncode == 0, done.stderr + done.stdout


def test_the_old_key_put_back_goes_on_signing_the_restored_log(
    installation: Installation, empty_url: str, tmp_path: Path
) -> None:
    kept, empty = installation.backup(tmp_path / "backup.zip"), tmp_path / "empty"
    restore_backup(kept, empty_url, empty)
    restored = open_database(empty_url)
    shutil.copytree(installation.data / "signer", empty / "signer")
    add_neighbour(restored, installation.village, "欧阳奇峰")
    before = (empty / "log" / str(installation.village.id) / "checkpoint").read_text()
    assert sign(restored, empty) == {}
    after = (empty / "log" / str(installation.village.id) / "checkpoint").read_text()
    assert int(after.splitlines()[1]) == int(before.splitlines()[1]) + 1
    restored.close()


def test_without_the_old_key_no_log_is_signed_and_everything_else_goes_on(
    installation: Installation, empty_url: str, tmp_path: Path
) -> None:
    kept, empty = installation.backup(tmp_path / "backup.zip"), tmp_path / "empty"
    restore_backup(kept, empty_url, empty)
    restored = open_database(empty_url)
    refused = sign(restored, empty)
    assert {no.kind for no in refused.values()} == {"signature"} and installation.village.id in refused
    assert add_neighbour(restored, installation.village, "欧阳奇峰")
    restored.close()


def test_a_backup_older_than_what_was_signed_is_not_signed_over(
    installation: Installation, empty_url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The key's folder remembers what it signed: going on from an older copy would be a second history."""
    kept, empty = installation.backup(tmp_path / "backup.zip"), tmp_path / "empty"
    add_neighbour(installation.database, installation.village, "后来的人")
    assert installation.sign() == {}
    restore_backup(kept, empty_url, empty)
    shutil.copytree(installation.data / "signer", empty / "signer")
    restored = open_database(empty_url)
    caplog.clear()
    refused = sign(restored, empty)
    assert {no.kind for no in refused.values()} == {"rewind"}
    says_what_to_do(refused[installation.village.id], caplog.messages)
    add_neighbour(restored, installation.village, "别的人")
    refused = sign(restored, empty)
    assert {no.kind for no in refused.values()} == {"fork"}
    says_what_to_do(refused[installation.village.id], caplog.messages)
    restored.close()


def says_what_to_do(no: WillNotSign, logged: list[str]) -> None:
    """Once, in the server's output and on the status page: which backup would do, what to keep, and that work goes on."""
    signed = no.refusal.facts["signed"]
    english = str(say(no.refusal, "en"))
    assert f"a backup that has all {signed} signed entries" in english and "keep the signer folder" in english
    assert "\n" not in english and english in logged
    assert f"含有全部{signed}条已签名记录的备份" in str(say(no.refusal, "zh-Hans"))


# --- what is refused --------------------------------------------------------------------------------------------------


def rewritten(source: Path, target: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """A copy of a zip with some of its files changed or left out."""
    with zipfile.ZipFile(source) as kept, zipfile.ZipFile(target, "w") as out:
        for name in kept.namelist():
            content = change(name, kept.read(name))
            if content is not None:
                out.writestr(name, content)
    return target


def manifest_with(**changes: object) -> Callable[[str, bytes], bytes]:
    def change(name: str, content: bytes) -> bytes:
        return json.dumps(json.loads(content) | changes).encode() if name == "manifest.json" else content

    return change


def one_row_less(name: str, content: bytes) -> bytes:
    """A row cut off and the digest made to fit: only the count betrays it."""
    if name == "tables/person.jsonl":
        return b"".join(content.splitlines(keepends=True)[:-1])
    return content


DAMAGES: dict[str, tuple[Callable[[str, bytes], bytes | None], str]] = {
    "a row changed": (
        lambda name, content: (
            content.replace("李强".encode(), "李刚".encode()) if name.endswith("person.jsonl") else content
        ),
        "damaged: tables/person.jsonl",
    ),
    "a row lost": (one_row_less, "damaged: tables/person.jsonl"),
    "a file changed": (lambda name, content: b"other" if name == "files/a1" else content, "damaged: files/a1"),
    "a table lost": (lambda name, content: None if name == "tables/entry.jsonl" else content, "entry.jsonl"),
    "no manifest": (lambda name, content: None if name == "manifest.json" else content, "not a whole backup"),
    "another schema": (manifest_with(schema="deliberation/backup-9"), "unknown schema: deliberation/backup-9"),
    "a path that leads out": (manifest_with(sha256={"../evil": "0"}), "outside its folders: ../evil"),
    "a file beside its folders": (manifest_with(sha256={"signer/key": "0"}), "outside its folders: signer/key"),
    "a table of the future": (manifest_with(tables={"wish": 1}), "does not know: wish"),
    "no table vouched for": (manifest_with(sha256={}), "nothing vouches for"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_is_refused_and_leaves_the_place_empty(tmp_path: Path, sqlite_url: str, damage: str) -> None:
    change, says = DAMAGES[damage]
    installation = Installation(sqlite_url, tmp_path / "site")
    bad = rewritten(installation.backup(tmp_path / "backup.zip"), tmp_path / "bad.zip", change)
    installation.database.close()
    url, empty = f"sqlite:///{tmp_path / 'new.sqlite3'}", tmp_path / "empty"
    with pytest.raises(Unusable, match=says.replace("(", r"\(")):
        restore_backup(bad, url, empty)
    assert is_empty(url, empty)


def test_a_backup_that_the_database_will_not_take_leaves_the_place_empty(
    installation: Installation, empty_url: str, tmp_path: Path
) -> None:
    """Whole by its digests, but a seat points to nobody: found out at the very end."""
    kept = installation.backup(tmp_path / "backup.zip")

    def without_people(name: str, content: bytes) -> bytes:
        if name == "tables/person.jsonl":
            return b""
        if name != "manifest.json":
            return content
        manifest = json.loads(content)
        manifest["tables"]["person"] = 0
        manifest["sha256"]["tables/person.jsonl"] = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        return json.dumps(manifest).encode()

    bad = rewritten(kept, tmp_path / "bad.zip", without_people)
    with pytest.raises(Unusable, match="does not take it"):
        restore_backup(bad, empty_url, tmp_path / "empty")
    assert is_empty(empty_url, tmp_path / "empty")
    restore_backup(kept, empty_url, tmp_path / "empty")


def test_a_place_that_is_not_empty_is_left_as_it_is(installation: Installation, empty_url: str, tmp_path: Path) -> None:
    kept, empty = installation.backup(tmp_path / "backup.zip"), tmp_path / "empty"
    before = rows_of(installation.database)
    done = run(["restore", str(kept)], installation.url, tmp_path / "other")
    assert done.returncode == 2 and "not empty" in done.stderr and len(done.stderr.splitlines()) == 1
    assert rows_of(installation.database) == before
    done = run(["restore", str(kept)], empty_url, installation.data)
    assert done.returncode == 2 and "not empty" in done.stderr
    assert is_empty(empty_url, empty)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"%PDF-1.7"])
def test_what_is_no_backup_ends_with_two_and_one_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "backup.zip").write_bytes(content)
    for name in ("backup.zip", "nowhere.zip"):
        done = run(["restore", str(tmp_path / name)], "", tmp_path / "empty")
        assert done.returncode == 2 and len(done.stderr.splitlines()) == 1 and name in done.stderr
    assert list((tmp_path / "empty").iterdir()) == []


def test_a_restore_whose_log_does_not_hold_ends_with_one(tmp_path: Path, sqlite_url: str) -> None:
    """The zip is whole, but what was in the installation was not: the verification after the restore says so."""
    installation = Installation(sqlite_url, tmp_path / "site")
    kept = installation.backup(tmp_path / "backup.zip")
    installation.database.close()

    def forge(name: str, content: bytes) -> bytes:
        if name == "tables/entry.jsonl":
            lines = content.splitlines(keepends=True)
            entry = json.loads(lines[3])
            entry["body"] = json.loads(lines[4])["body"]
            return b"".join([*lines[:3], json.dumps(entry).encode() + b"\n", *lines[4:]])
        return content

    forged = rewritten(kept, tmp_path / "draft.zip", forge)
    with zipfile.ZipFile(forged) as zip_:
        import hashlib

        digest = hashlib.sha256(zip_.read("tables/entry.jsonl")).hexdigest()

    def vouch(name: str, content: bytes) -> bytes:
        if name != "manifest.json":
            return content
        manifest = json.loads(content)
        manifest["sha256"]["tables/entry.jsonl"] = digest
        return json.dumps(manifest).encode()

    forged = rewritten(forged, tmp_path / "forged.zip", vouch)
    done = run(["restore", str(forged)], "", tmp_path / "empty")
    assert done.returncode == 1, done.stderr
    assert "[" in done.stdout


def test_a_backup_of_nothing_is_refused(tmp_path: Path) -> None:
    done = run(["backup", str(tmp_path / "backup.zip")], "", tmp_path / "nowhere")
    assert done.returncode == 2 and "no installation here" in done.stderr
    assert not (tmp_path / "backup.zip").exists() and not (tmp_path / "nowhere").exists()


def test_a_backup_that_cannot_be_written_leaves_nothing(installation: Installation, tmp_path: Path) -> None:
    done = run(["backup", str(tmp_path / "no" / "such" / "backup.zip")], installation.url, installation.data)
    assert done.returncode == 2 and "no/such" in done.stderr and len(done.stderr.splitlines()) == 1
