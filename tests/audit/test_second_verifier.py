"""``tools/verify.py``: shares no code, accepts what is good, and finds every change in it."""

from __future__ import annotations

import ast
import base64
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.audit.published import Published
from deliberation.audit.tiles import tiles_of
from tests.audit.logs import Entries, body, origin, signer

TOOL = Path(__file__).parents[2] / "tools" / "verify.py"
_spec = importlib.util.spec_from_file_location("second_verifier", TOOL)
verifier = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(verifier)


def _run(*arguments: object) -> tuple[int, str]:
    command = [sys.executable, "-I", TOOL, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=TOOL.parent)
    return done.returncode, done.stdout + done.stderr


def test_it_needs_the_standard_library_alone():
    tree = ast.parse(TOOL.read_text())
    names = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert names <= {"__future__", "argparse", "base64", "hashlib", "json", "pathlib", "re", "sys", "verify_bundle"}


@settings(max_examples=25, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.binary(max_size=200), st.integers(0, 511))
def test_its_ed25519_agrees_with_a_library(seed, message, bit):
    private = Ed25519PrivateKey.from_private_bytes(seed)
    public, signature = private.public_key().public_bytes_raw(), private.sign(message)
    assert verifier.ed25519_holds(public, message, signature)
    assert not verifier.ed25519_holds(public, message + b"x", signature)
    changed = bytearray(signature)
    changed[bit // 8] ^= 1 << bit % 8
    assert not verifier.ed25519_holds(public, message, bytes(changed))


def test_the_first_vectors_of_rfc_8032():
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert verifier.ed25519_holds(public, b"\x72", signature)
    too_large = signature[:32] + (int.from_bytes(signature[32:], "little") + verifier.ORDER).to_bytes(32, "little")
    assert not verifier.ed25519_holds(public, b"\x72", too_large)
    assert not verifier.ed25519_holds(b"\xff" * 32, b"\x72", signature)
    assert not verifier.ed25519_holds(public, b"\x72", signature[:-1])


@pytest.fixture(scope="module")
def good(tmp_path_factory) -> Path:
    """Two logs; the first was signed at 255, 600 and 1,000 entries, and its checkpoints kept."""
    folder = tmp_path_factory.mktemp("good")
    source = Entries(_1=[], _2=[body(0)])
    signing = signer(source, folder)
    for size in (255, 600, 1000):
        source.lists[1] = [body(number) for number in range(size)]
        signing.round()
        shutil.copy(folder / "log" / "1" / "checkpoint", folder / f"checkpoint.{size}")
    signing.stop()
    keys = [str(Published(folder / "log" / name).key()) for name in "12"]
    (folder / "vkeys").write_text("\n".join(keys) + "\n")
    return folder


@pytest.fixture
def log(good, tmp_path) -> Path:
    return Path(shutil.copytree(good, tmp_path / "copy"))


def test_good_logs_hold(good):
    older = [good / f"checkpoint.{size}" for size in (255, 600, 1000)]
    status, words = _run(good / "log", "--vkeys", good / "vkeys", "--older", *older, "--json")
    found = json.loads(words)
    assert (status, found["holds"]) == (0, True)
    assert [(report["origin"], report["size"], report["older"]) for report in found["logs"]] == [
        (origin(1), 1000, 3),
        (origin(2), 1, 0),
    ]
    status, words = _run(good / "log" / "1")
    assert status == 0
    assert "compare: deliberation-" in words


@pytest.mark.parametrize("name", ["log/1/tile/entries/002", "log/1/tile/entries/003.p/232"])
def test_a_changed_entry_is_named(log, name):
    path = log / name
    data = bytearray(path.read_bytes())
    place = data.index(b"ballot.cast")
    data[place : place + 6] = b"Ballot"
    path.write_bytes(data)
    status, words = _run(log / "log", "--json")
    report = json.loads(words)["logs"][0]
    assert (status, report["holds"], report["index"]) == (
        1,
        False,
        512 if name.endswith("2") and ".p" not in name else 768,
    )


def _sign(log: Path, text: str, seed: bytes | None = None) -> str:
    """Sign with the true key, as a faithless operator could, or with another of the same name."""
    from deliberation.audit import keys, note

    key = (
        keys.load(log / "signer" / "key")
        if seed is None
        else keys.SigningKey(Ed25519PrivateKey.from_private_bytes(seed))
    )
    return note.sign(text, key.named(origin(1)), key.sign)


def _rebuild(log: Path, bodies: list[bytes]) -> None:
    """Another history under the true key, complete with tiles."""
    shutil.rmtree(log / "log" / "1")
    (log / "signer" / "1.json").unlink()
    signing = signer(Entries(_1=bodies), log)
    signing.round()
    signing.stop()


BODIES = [body(number) for number in range(1000)]
HISTORIES = {
    "rewritten": [*BODIES[:17], body(17, "ballot.changed"), *BODIES[18:]],
    "swapped": [*BODIES[:17], BODIES[18], BODIES[17], *BODIES[19:]],
    "duplicated": [*BODIES[:17], BODIES[17], *BODIES[17:]],
    "truncated": BODIES[:999],
    "last entry replaced at the same size": [*BODIES[:999], body(-1)],
}


@pytest.mark.parametrize("history", HISTORIES)
def test_another_history_under_the_true_key_is_caught_by_an_older_checkpoint(log, history):
    _rebuild(log, HISTORIES[history])
    older = [log / f"checkpoint.{size}" for size in (255, 600, 1000)]
    assert _run(log / "log", "--vkeys", log / "vkeys")[0] == 0
    status, words = _run(log / "log", "--vkeys", log / "vkeys", "--older", *older)
    assert status == 1
    assert "put back" in words or "rewritten" in words


def test_two_checkpoints_of_one_size_that_differ_are_caught(log):
    head = (log / "checkpoint.600").read_text().split("\n")
    split_view = _sign(log, "\n".join([head[0], head[1], base64.b64encode(bytes(32)).decode(), ""]))
    (log / "split").write_text(split_view)
    status, words = _run(log / "log" / "1", "--older", log / "checkpoint.600", log / "split")
    assert (status, "contradicts" in words) == (1, True)


@pytest.mark.parametrize(
    "body_",
    [
        b'{"v": 1}',
        b"not json",
        b'{"a":1.5}',
        b"[]",
        b"\xff",
        b'{"b":1,"a":1}',
        b'{"v":1}',
        b"9007199254740993",
        b'{"a":"\\ud800"}',
    ],
)
def test_an_entry_that_is_none_is_found_although_it_is_signed(log, body_):
    _rebuild(log, [*BODIES[:5], body_, *BODIES[6:]])
    status, words = _run(log / "log" / "1", "--json")
    assert (status, json.loads(words)["logs"][0]["index"]) == (1, 5)


def _checkpoint_tricks(log: Path) -> dict[str, bytes]:
    note = (log / "log" / "1" / "checkpoint").read_text()
    text = note.split("\n\n")[0] + "\n"
    changes = {
        "size": note.replace("\n1000\n", "\n999\n"),
        "leading zero": _sign(log, text.replace("\n1000\n", "\n01000\n")),
        "extension": _sign(log, text + "more\n"),
        "other key": _sign(log, text, bytes(32)),
        "other origin": _sign(log, text.replace("/1/audit", "/2/audit")),
        "crlf": note.replace("\n", "\r\n"),
        "second blank line": note.replace("\n\n", "\n\n\n"),
        "no signature": text + "\n",
        "older checkpoint of other size": (log / "checkpoint.600").read_text(),
        "trailing": note + "x",
        "false beside true": note + note.split("\n")[4][:-8] + "AAAAAAA=\n",
        "short root": _sign(log, text.replace(text.split("\n")[2], "AAAA")),
        "not base64": _sign(log, text.replace(text.split("\n")[2], "!")),
        "stray bits": note[:-2] + "\n",
    }
    return {name: changed.encode() for name, changed in changes.items()} | {"not utf-8": b"\xff", "empty": b""}


def test_every_trick_with_the_checkpoint_is_refused(log):
    for name, changed in _checkpoint_tricks(log).items():
        (log / "log" / "1" / "checkpoint").write_bytes(changed)
        assert _run(log / "log" / "1", "--vkeys", log / "vkeys")[0] in (1, 2), name


def test_no_byte_of_no_file_can_change(log):
    """One bit in every file, at the front, in the middle and at the end; files cut, lengthened and taken away."""
    folder = log / "log" / "1"
    vkey = [verifier.read_vkey(line) for line in (log / "vkeys").read_text().split()]
    needed = [folder / tile.path for tile in tiles_of(1000)] + [folder / "checkpoint"]
    refused = 0
    for path in needed:
        data = path.read_bytes()
        for place in (0, len(data) // 2, len(data) - 1):
            path.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])
            refused += not verifier.check(folder, vkey, [])["holds"]
        for changed in (data[:-1], data + b"\0", b""):
            path.write_bytes(changed)
            refused += not verifier.check(folder, vkey, [])["holds"]
        path.unlink()
        refused += not verifier.check(folder, vkey, [])["holds"]
        path.write_bytes(data)
    assert refused == 7 * len(needed)
    assert verifier.check(folder, vkey, [])["holds"]


@pytest.mark.parametrize(
    "vkeys", ["", "nonsense", "a+b+c", f"{origin(1)}+00000000+{base64.b64encode(bytes(33)).decode()}"]
)
def test_false_keys_are_refused(log, vkeys):
    (log / "vkeys").write_text(vkeys)
    assert _run(log / "log" / "1", "--vkeys", log / "vkeys")[0] in (1, 2)


def test_without_a_key_there_is_nothing_to_hold_on_to(log):
    (log / "log" / "1" / "vkey").unlink()
    assert _run(log / "log" / "1")[0] == 1
    assert _run(log)[0] == 2
    assert _run(log / "log", "--vkeys", log / "nowhere")[0] == 2


def test_swapped_communities_are_found(log):
    (log / "log" / "1" / "checkpoint").write_bytes((log / "log" / "2" / "checkpoint").read_bytes())
    status, words = _run(log / "log", "--vkeys", log / "vkeys", "--json")
    assert status == 1
    assert [report["holds"] for report in json.loads(words)["logs"]] == [False, True]
