"""The signer: what it publishes, and everything that it will not sign."""

from __future__ import annotations

import json
import shutil
import stat
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from deliberation.audit import keys, merkle, note, tiles
from deliberation.audit.keys import KeyUnusable, verify
from deliberation.audit.published import Published
from deliberation.audit.signed_log import Log, WillNotSign
from deliberation.audit.signer import Signer
from deliberation.audit.tiles import ENTRIES
from tests.audit.logs import Entries, body, origin, signer


def _bodies(count: int) -> list[bytes]:
    return [body(number) for number in range(count)]


@pytest.fixture
def source() -> Entries:
    return Entries(_1=[])


def _head(folder: Path, community: int = 1) -> note.Checkpoint:
    published = Published(folder / "log" / str(community))
    return note.open_checkpoint(published.note(), published.key(), verify)


def _files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def _check_published(folder: Path, bodies: list[bytes]) -> None:
    """What is published is exactly the tree of these entries."""
    assert _head(folder) == note.Checkpoint(origin(1), len(bodies), merkle.root(merkle.leaf_hashes(bodies)))
    published = Published(folder / "log" / "1")
    rows = merkle.levels(merkle.leaf_hashes(bodies))
    for tile in tiles.tiles_of(len(bodies)):
        span = slice(tile.index * 256, tile.index * 256 + tile.width)
        expected = tiles.bundle(bodies[span]) if tile.level == ENTRIES else b"".join(rows[8 * tile.level][span])
        assert published.read(tile) == expected


@pytest.mark.parametrize(
    "steps", [[1], [1, 1, 1], [255, 1, 1], [256], [257], [100, 500, 400], [255, 257, 256], [16_384, 1]]
)
def test_what_is_published_is_the_tree_of_the_entries(source, tmp_path, steps):
    signing = signer(source, tmp_path)
    for step in steps:
        source.lists[1] += _bodies(len(source.lists[1]) + step)[len(source.lists[1]) :]
        assert signing.round() == 1
        _check_published(tmp_path, source.lists[1])
        assert signing.round() == 0
    signing.stop()
    again = signer(source, tmp_path)
    assert again.round() == 0
    source.lists[1].append(body(-1))
    assert again.round() == 1
    _check_published(tmp_path, source.lists[1])
    assert not again.refusals


def test_a_log_without_entries_is_not_published(source, tmp_path):
    signer(source, tmp_path).round()
    assert not (tmp_path / "log" / "1").exists()


def test_partial_tiles_stay_until_the_full_one_is_published(source, tmp_path):
    signing = signer(source, tmp_path)
    for size in (100, 200, 255):
        source.lists[1] = _bodies(size)
        signing.round()
    folder = tmp_path / "log" / "1"
    assert {"tile/0/000.p/100", "tile/0/000.p/200", "tile/entries/000.p/255"} <= _files(folder)
    source.lists[1] = _bodies(300)
    signing.round()
    assert _files(folder) == {
        "checkpoint",
        "vkey",
        "tile/0/000",
        "tile/0/001.p/44",
        "tile/1/000.p/1",
        "tile/entries/000",
        "tile/entries/001.p/44",
    }
    assert Published(folder).read(tiles.Tile(0, 0, 100)) == b"".join(merkle.leaf_hashes(_bodies(100)))
    assert tiles.unbundle(Published(folder).read(tiles.Tile(ENTRIES, 0, 100))) == _bodies(100)


def test_each_community_has_its_own_log_under_one_key(tmp_path):
    source = Entries(_1=_bodies(3), _2=_bodies(300))
    signing = signer(source, tmp_path)
    assert signing.round() == 2
    assert (_head(tmp_path, 1).origin, _head(tmp_path, 1).size) == (origin(1), 3)
    assert (_head(tmp_path, 2).origin, _head(tmp_path, 2).size) == (origin(2), 300)
    found = [Published(tmp_path / "log" / name).key() for name in "12"]
    assert found[0].public == found[1].public
    assert found[0].name != found[1].name
    with pytest.raises(note.BadNote):
        note.open_checkpoint(Published(tmp_path / "log" / "1").note(), found[1], verify)


def test_the_key_is_made_once_and_for_its_owner_alone(source, tmp_path):
    signing = signer(source, tmp_path)
    path = tmp_path / "signer" / "key"
    first = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert _files(tmp_path / "signer") == {"key", "lock"}
    signing.stop()
    signer(source, tmp_path).stop()
    assert path.read_bytes() == first
    path.chmod(0o640)
    with pytest.raises(KeyUnusable, match="owner only"):
        signer(source, tmp_path)


@pytest.mark.parametrize("content", [b"", b"no key", b"-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n"])
def test_a_key_that_is_none_is_refused_and_kept(tmp_path, content):
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(KeyUnusable):
        keys.load_or_make(path)
    assert path.read_bytes() == content


def test_a_key_of_another_kind_is_refused(tmp_path):
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

    path = tmp_path / "key"
    form = serialization.PrivateFormat.PKCS8
    pem = X25519PrivateKey.generate().private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())
    path.write_bytes(pem)
    path.chmod(0o600)
    with pytest.raises(KeyUnusable, match="not an Ed25519 key"):
        keys.load(path)


def _refused(source: Entries, folder: Path, kind: str) -> None:
    """A signer started on this refuses with this kind, and publishes nothing new."""
    before = {name: (folder / name).read_bytes() for name in _files(folder) if not name.endswith("lock")}
    signing = signer(source, folder)
    signing.round()
    assert signing.refusals[1].kind == kind
    assert signing.refusals[1].refusal.reason
    assert signing.round() == 0
    signing.stop()
    assert before == {name: (folder / name).read_bytes() for name in _files(folder) if not name.endswith("lock")}


@pytest.fixture
def signed(source, tmp_path) -> Entries:
    """A log of 700 entries, signed at 300 and at 700; its signer has stopped."""
    signing = signer(source, tmp_path)
    for size in (300, 700):
        source.lists[1] = _bodies(size)
        signing.round()
    signing.stop()
    return source


def test_a_database_put_back_is_not_signed(signed, tmp_path):
    signed.lists[1] = _bodies(699)
    _refused(signed, tmp_path, "rewind")


@pytest.mark.parametrize("place", [0, 299, 300, 699])
def test_a_changed_entry_is_not_signed(signed, tmp_path, place):
    signed.lists[1][place] = body(place, "ballot.changed")
    signed.lists[1].append(body(700))
    _refused(signed, tmp_path, "fork")


def test_swapped_entries_are_not_signed(signed, tmp_path):
    entries = signed.lists[1]
    entries[3], entries[4] = entries[4], entries[3]
    _refused(signed, tmp_path, "fork")


def test_a_missing_entry_is_not_signed(signed, tmp_path):
    class Gap(Entries):
        def entries(self, community, start, stop):
            return (entry for number, entry in enumerate(self.lists[1][start:stop], start) if number != 17)

    _refused(Gap(_1=signed.lists[1]), tmp_path, "missing")


def test_an_older_stub_is_not_believed(source, tmp_path):
    signing = signer(source, tmp_path)
    source.lists[1] = _bodies(10)
    signing.round()
    stub = (tmp_path / "signer" / "1.json").read_bytes()
    source.lists[1] = _bodies(20)
    signing.round()
    signing.stop()
    (tmp_path / "signer" / "1.json").write_bytes(stub)
    _refused(source, tmp_path, "rewind")


@pytest.mark.parametrize("stub", [b"", b"{}", b"[1]", b'{"origin":"x","size":700,"root":"!"}'])
def test_a_damaged_stub_is_not_believed(signed, tmp_path, stub):
    (tmp_path / "signer" / "1.json").write_bytes(stub)
    _refused(signed, tmp_path, "rewind")


def test_a_stub_of_another_log_is_not_believed(signed, tmp_path):
    path = tmp_path / "signer" / "1.json"
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "origin": origin(2)}))
    _refused(signed, tmp_path, "fork")


def test_a_lost_stub_is_taken_from_what_everybody_can_see(signed, tmp_path):
    (tmp_path / "signer" / "1.json").unlink()
    signed.lists[1] = _bodies(800)
    signing = signer(signed, tmp_path)
    assert signing.round() == 1
    _check_published(tmp_path, _bodies(800))
    signing.stop()
    (tmp_path / "signer" / "1.json").unlink()
    signed.lists[1] = _bodies(750)
    _refused(signed, tmp_path, "rewind")


def test_another_key_does_not_continue_the_log(signed, tmp_path):
    (tmp_path / "signer" / "key").unlink()
    signing = signer(signed, tmp_path)
    signing.round()
    assert signing.refusals[1].kind == "signature"


@pytest.mark.parametrize("text", [b"", b"\xff", b"deliberation\n1\n\n"])
def test_a_damaged_checkpoint_is_not_replaced(signed, tmp_path, text):
    (tmp_path / "log" / "1" / "checkpoint").write_bytes(text)
    _refused(signed, tmp_path, "signature")


def test_a_second_signer_is_refused_while_the_first_lives(source, tmp_path):
    first = signer(source, tmp_path)
    with pytest.raises(WillNotSign) as no:
        signer(source, tmp_path)
    assert no.value.kind == "second"
    first.stop()
    signer(source, tmp_path).stop()


def test_a_second_signer_in_another_process_is_refused(source, tmp_path):
    first = signer(source, tmp_path)
    program = (
        "import sys, pathlib, time\n"
        "from tests.audit.logs import Entries, signer\n"
        "from deliberation.audit.signed_log import WillNotSign\n"
        "try: signer(Entries(_1=[]), pathlib.Path(sys.argv[1]))\n"
        "except WillNotSign as no: print(no.kind)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)
    assert done.stdout == "second\n"
    first.stop()


def test_a_second_signer_that_passed_the_lock_is_noticed_by_the_stub(source, tmp_path):
    """Locks do not hold on every network file system."""
    first = signer(source, tmp_path)
    source.lists[1] = _bodies(5)
    first.round()
    (tmp_path / "signer" / "lock").unlink()
    second = signer(source, tmp_path)
    source.lists[1] = _bodies(6)
    assert second.round() == 1
    source.lists[1] = _bodies(7)
    assert first.round() == 0
    assert first.refusals[1].kind == "second"


@pytest.mark.parametrize("size", [300, 512])
def test_a_history_exchanged_under_a_running_signer_is_not_signed(source, tmp_path, size):
    signing = signer(source, tmp_path)
    source.lists[1] = _bodies(size)
    signing.round()
    source.lists[1] = [*_bodies(size - 1), body(-1), body(-2)]
    assert signing.round() == 0
    assert signing.refusals[1].kind == "fork"
    assert _head(tmp_path).size == size


def test_a_database_put_back_under_a_running_signer_is_not_signed(source, tmp_path):
    signing = signer(source, tmp_path)
    source.lists[1] = _bodies(300)
    signing.round()
    source.lists[1] = _bodies(299)
    assert signing.round() == 0
    assert signing.refusals[1].kind == "rewind"


def test_a_refused_log_does_not_hold_up_the_others(signed, tmp_path):
    signed.lists[1].pop()
    signed.lists[2] = _bodies(4)
    signing = signer(signed, tmp_path)
    assert signing.round() == 1
    assert set(signing.refusals) == {1}
    assert _head(tmp_path, 2).size == 4


def test_tiles_that_were_lost_or_damaged_are_mended_from_entries_that_fit(signed, tmp_path):
    shutil.rmtree(tmp_path / "log" / "1" / "tile" / "0")
    (tmp_path / "log" / "1" / "tile" / "entries" / "001").write_bytes(b"damaged")
    signing = signer(signed, tmp_path)
    signing.round()
    assert not signing.refusals
    _check_published(tmp_path, _bodies(700))


def test_a_stub_ahead_of_the_checkpoint_is_published_at_the_next_start(source, tmp_path):
    """The power went after the stub was stored and before the checkpoint was."""
    signing = signer(source, tmp_path)
    source.lists[1] = _bodies(10)
    signing.round()
    older = (tmp_path / "log" / "1" / "checkpoint").read_bytes()
    source.lists[1] = _bodies(20)
    signing.round()
    newer = (tmp_path / "log" / "1" / "checkpoint").read_bytes()
    signing.stop()
    (tmp_path / "log" / "1" / "checkpoint").write_bytes(older)
    again = signer(source, tmp_path)
    assert again.round() == 1
    assert (tmp_path / "log" / "1" / "checkpoint").read_bytes() == newer


def test_a_round_that_fails_is_done_again(source, tmp_path):
    """A full disk: the log's folder cannot be written for a while."""
    signing = signer(source, tmp_path)
    source.lists[1] = _bodies(10)
    (tmp_path / "log" / "1").write_bytes(b"in the way")
    with pytest.raises(OSError):
        signing.round()
    (tmp_path / "log" / "1").unlink()
    assert signing.round() == 1
    _check_published(tmp_path, _bodies(10))


def test_the_thread_signs_when_woken_and_outlives_trouble(source, tmp_path, caplog):
    done = threading.Event()
    rounds: list[int] = []

    class Watched(Entries):
        def logs(self) -> list[Log]:
            rounds.append(len(rounds))
            done.set()
            if len(rounds) == 2:
                raise OSError("the database is away")
            return super().logs()

    watched = Watched(_1=_bodies(3))
    signing = signer(watched, tmp_path)
    signing.start(interval=600)
    for count in (1, 2, 3):
        assert done.wait(30)
        done.clear()
        while len(rounds) < count:
            assert done.wait(30)
        signing.wake()
    signing.stop()
    assert "the database is away" in caplog.text
    assert signing.trouble is None
    assert _head(tmp_path).size == 3
    signer(source, tmp_path).stop()


def test_the_signer_is_no_party_to_an_entry_that_is_too_long(source, tmp_path):
    source.lists[1] = [b"x" * 65_536]
    source.lists[2] = _bodies(2)
    signing = signer(source, tmp_path)
    assert signing.round() == 1
    assert signing.refusals[1].kind == "entry_hash"
    assert not (tmp_path / "log" / "1" / "checkpoint").exists()


def test_a_killed_signer_leaves_whole_files_and_goes_on(tmp_path):
    """Killed at random moments, again and again; every start finds a folder that its successor continues."""
    program = (
        "import sys, pathlib, time\n"
        "from tests.audit.logs import Entries, body, signer\n"
        "source = Entries(_1=[])\n"
        "signing = signer(source, pathlib.Path(sys.argv[1]))\n"
        "entries = [body(number) for number in range(3000)]\n"
        "print('ready', flush=True)\n"
        "for size in range(1, 3000):\n"
        "    source.lists[1] = entries[:max(size, int(sys.argv[2]))]\n"
        "    signing.round()\n"
        "time.sleep(60)\n"
    )
    size = 0
    for attempt in range(6):
        process = subprocess.Popen([sys.executable, "-c", program, tmp_path, str(size)], stdout=subprocess.PIPE)
        assert process.stdout.readline() == b"ready\n"
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.05 + attempt * 0.07)
        process.kill()
        process.wait()
        process.stdout.close()
        if (tmp_path / "log" / "1" / "checkpoint").exists():
            head = _head(tmp_path)
            assert head.size >= size
            assert head.root == merkle.root(merkle.leaf_hashes(_bodies(head.size)))
        stub = tmp_path / "signer" / "1.json"
        size = json.loads(stub.read_bytes())["size"] if stub.exists() else 0
    signing = Signer(Entries(_1=_bodies(3000)), tmp_path / "signer" / "key", tmp_path / "log")
    signing.round()
    assert not signing.refusals
    _check_published(tmp_path, _bodies(3000))
