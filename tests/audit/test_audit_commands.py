"""The command line: ``audit …`` and ``signer``, as a person in an office and a script use them."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from deliberation.audit.signed_log import WillNotSign
from deliberation.audit.signer import Signer
from deliberation.audit.source import CommittedEntries
from tests.audit.installations import NAME, Signed

ROOT = Path(__file__).parents[2]


def _environment(folder: Path, url: str) -> dict[str, str]:
    plain = {name: value for name, value in os.environ.items() if not name.startswith("DELIBERATION_")}
    return plain | {
        "DELIBERATION_DATA": str(folder),
        "DELIBERATION_DATABASE_URL": url,
        "DELIBERATION_DEFAULT_LOCALE": "en",
    }


@pytest.fixture
def signed(database_url, tmp_path) -> Signed:
    made = Signed(database_url, tmp_path)
    made.act(20)
    made.signer.round()
    yield made
    made.close()


class Office:
    """Runs commands on one installation."""

    def __init__(self, signed: Signed, url: str):
        self.signed, self.environment = signed, _environment(signed.folder, url)

    def run(self, *arguments: object) -> tuple[int, str, str]:
        command = [sys.executable, "-m", "deliberation", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, env=self.environment, cwd=ROOT)
        return done.returncode, done.stdout, done.stderr


@pytest.fixture
def office(signed, database_url) -> Office:
    return Office(signed, database_url)


def test_verify_says_what_was_checked(office):
    status, said, errors = office.run("audit", "verify")
    assert (status, errors) == (0, "")
    assert said.splitlines() == [
        f"{NAME}/1/audit/1: 21 entries, 21 published",
        f"{NAME}/2/audit/1: 1 entries, 1 published",
        "22 entries checked: everything holds",
    ]


def test_verify_names_the_first_fault_and_exits_with_1(office):
    office.signed.change('UPDATE entry SET body = :body WHERE community_id = 1 AND "index" = 7', body=b"{}")
    status, said, _errors = office.run("audit", "verify", "--json")
    document = json.loads(said)
    assert (status, document["holds"]) == (1, False)
    assert (document["faults"][0]["kind"], document["faults"][0]["index"]) == ("entry_hash", 7)
    status, said, _errors = office.run("audit", "verify")
    assert status == 1
    assert "Entry 7 is not the one whose hash was published" in said
    assert "faults found: 1" in said


def test_what_is_exported_is_verified_by_itself(office, tmp_path):
    status, said, errors = office.run("audit", "export", "--tiles", tmp_path / "stick")
    assert (status, said) == (0, "")
    assert "21 entries" in errors
    assert (tmp_path / "stick" / "1" / "tile" / "0" / "000.p" / "21").is_file()
    assert office.run("audit", "verify", tmp_path / "stick")[0] == 0
    alone = subprocess.run([sys.executable, ROOT / "tools" / "verify.py", tmp_path / "stick"], capture_output=True)
    assert alone.returncode == 0
    (tmp_path / "stick" / "1" / "tile" / "entries" / "000.p" / "21").write_bytes(b"")
    status, said, _errors = office.run("audit", "verify", tmp_path / "stick", "--json")
    assert (status, json.loads(said)["holds"]) == (1, False)
    status, _said, _errors = office.run("audit", "export", "--tiles", tmp_path / "one", "--community", 2)
    assert [path.name for path in (tmp_path / "one").iterdir()] == ["2"]


def test_checkpoint_and_keys_are_printed_as_published(office):
    status, said, _errors = office.run("audit", "checkpoint")
    assert (status, said) == (0, (office.signed.folder / "log" / "1" / "checkpoint").read_text())
    assert office.run("audit", "checkpoint", "--community", 2)[1].startswith(f"{NAME}/2/audit/1\n1\n")
    status, said, _errors = office.run("audit", "vkey")
    assert (status, said.splitlines()) == (
        0,
        [(office.signed.folder / "log" / name / "vkey").read_text().strip() for name in "12"],
    )
    assert office.run("audit", "vkey", "--community", 2)[1].startswith(f"{NAME}/2/audit/1+")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["audit", "verify", "{folder}/bundle.zip"], "not a readable zip"),
        (["audit", "verify", "{folder}/nowhere"], "no published log here"),
        (["audit", "checkpoint", "--community", "9"], "nothing is published of community 9"),
        (["audit", "export", "--tiles", "{folder}/x", "--community", "9"], "nothing is published of community 9"),
        (["audit", "export", "--tiles", "{folder}/bundle.zip"], "bundle.zip"),
        (["audit", "vkey", "--community", "9"], "there is no log of community 9"),
        (["audit", "export"], "--tiles"),
        (["audit", "export", "--subject", "poll/9", "-o", "{folder}/x.zip"], "not there"),
        (["audit", "export", "--subject", "room/9", "-o", "{folder}/x.zip"], "a subject is a word like poll/<number>"),
        (["audit", "export", "--subject", "poll/9"], "-o BUNDLE"),
        (["audit"], "WHAT"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_sentence(office, tmp_path, arguments, words):
    (tmp_path / "bundle.zip").write_bytes(b"PK")
    status, said, errors = office.run(*(argument.format(folder=tmp_path) for argument in arguments))
    assert (status, said) == (2, "")
    assert words in errors
    assert "Traceback" not in errors


def test_looking_for_an_installation_does_not_make_one(tmp_path):
    environment = _environment(tmp_path / "empty", "")
    for arguments in (["verify"], ["vkey"], ["checkpoint"]):
        command = [sys.executable, "-m", "deliberation", "audit", *arguments]
        done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
        assert (done.returncode, done.stdout) == (2, "")
        assert "Traceback" not in done.stderr
    assert not (tmp_path / "empty").exists()


def test_the_signer_as_a_process_of_its_own(signed, database_url):
    signed.signer.stop()
    command = [sys.executable, "-m", "deliberation", "signer"]
    process = subprocess.Popen(command, env=_environment(signed.folder, database_url), cwd=ROOT, stderr=subprocess.PIPE)
    try:
        assert b"signing into" in process.stderr.readline()
        signed.act(3)
        checkpoint = signed.folder / "log" / "1" / "checkpoint"
        deadline = time.monotonic() + 30
        while "\n24\n" not in checkpoint.read_text() and time.monotonic() < deadline:
            time.sleep(0.05)
        assert "\n24\n" in checkpoint.read_text()
        with pytest.raises(WillNotSign):
            Signer(CommittedEntries(signed.database), signed.folder / "signer" / "key", signed.folder / "log")
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.stderr.close()
    signed.signer = Signer(CommittedEntries(signed.database), signed.folder / "signer" / "key", signed.folder / "log")


def test_a_second_signer_says_so(office):
    status, said, errors = office.run("signer")
    assert (status, said) == (2, "")
    assert "Another signer is signing" in errors


def test_an_export_where_no_installation_is_says_so(tmp_path):
    environment = _environment(tmp_path / "nowhere", "sqlite:///nowhere.db")
    command = [sys.executable, "-m", "deliberation", "audit", "export", "--tiles", str(tmp_path / "tiles")]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, cwd=ROOT)
    assert done.returncode == 2 and "there is no installation in the data folder" in done.stderr
    assert not (tmp_path / "nowhere").exists()
