"""Implementations that were not written here take our logs as they lie on the disk, and refuse every altered copy.

pymerkle: all entries come to the root. proofbundle: signed note, inclusion, consistency, C2SP tlog-proof.
metamorphic-log (Rust): signed note, inclusion, consistency. They read the published files, never our objects.
"""

from __future__ import annotations

import base64
import itertools
import shutil
from pathlib import Path

import metamorphic_log
import proofbundle.checkpoint
import proofbundle.errors
import proofbundle.merkle
import proofbundle.tlogproof
import pymerkle
import pytest

from deliberation.audit import merkle, note, tiles
from deliberation.audit.keys import load
from deliberation.audit.published import Published
from tests.audit.logs import Entries, body, origin, signer

SIZES = [1, 2, 3, 255, 256, 257, 511, 512, 513, 767, 999, 1000]
BODIES = [body(number) for number in range(1000)]


class Kept:
    """What other people kept of a log: every checkpoint it published, its key, and a copy of its files."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.published = Published(folder / "log" / "1")
        self.notes: dict[int, str] = {}
        source = Entries(_1=[])
        signing = signer(source, folder)
        for size in SIZES:
            source.lists[1] = BODIES[:size]
            signing.round()
            self.notes[size] = (self.published.folder / "checkpoint").read_bytes().decode()
        signing.stop()
        self.vkey = (self.published.folder / "vkey").read_text().strip()

    def nodes(self, size: int) -> merkle.Nodes:
        return tiles.nodes(self.published.read, size)


@pytest.fixture(scope="module")
def kept(tmp_path_factory) -> Kept:
    return Kept(tmp_path_factory.mktemp("kept"))


def _entries_in(folder: Path, size: int) -> list[bytes]:
    """All entries of a folder, taken apart here and not by our own reader."""
    found = []
    for path in sorted((folder / "tile" / "entries").glob("00?")):
        found += _take_apart(path.read_bytes())
    if size % 256:
        found += _take_apart((folder / "tile" / "entries" / f"{size // 256:03}.p" / str(size % 256)).read_bytes())
    return found


def _take_apart(data: bytes) -> list[bytes]:
    found = []
    while data:
        length = int.from_bytes(data[:2], "big")
        found.append(data[2 : 2 + length])
        data = data[2 + length :]
    return found


def _root_in(text: str) -> bytes:
    return base64.b64decode(text.split("\n")[2])


def _pymerkle_accepts(folder: Path) -> bool:
    """Whether all entries come to the root of the checkpoint. It reads no signature."""
    try:
        text = (folder / "checkpoint").read_text()
        size = int(text.split("\n")[1])
        tree = pymerkle.InmemoryTree.init_from_entries(_entries_in(folder, size))
        return tree.get_size() == size and tree.get_root() == _root_in(text)
    except (OSError, ValueError):
        return False


def _proofbundle_accepts(folder: Path, vkey: str, older: str | None = None) -> bool:
    """Signature, and all entries under the root; with an older checkpoint, that the log continues it."""
    try:
        text = (folder / "checkpoint").read_bytes().decode()
        head = proofbundle.checkpoint.verify_checkpoint(text, vkey)
        if not head["ok"] or head["origin"] != vkey.split("+")[0]:
            return False
        entries = _entries_in(folder, head["tree_size"])
        if len(entries) != head["tree_size"] or proofbundle.merkle.merkle_tree_hash(entries) != _root_in(text):
            return False
        if older is None:
            return True
        then = proofbundle.checkpoint.verify_checkpoint(older, vkey)["tree_size"]
        if then > len(entries):
            return False
        proof = proofbundle.merkle.consistency_proof(entries, then)
        return proofbundle.merkle.verify_consistency(then, len(entries), proof, _root_in(older), _root_in(text))
    except (OSError, ValueError, proofbundle.errors.ProofBundleError):
        return False


def _metamorphic_accepts(folder: Path, vkey: str, older: str | None = None) -> bool:
    """Signature, and every sixteenth entry under the root; with an older checkpoint as above."""
    try:
        text = (folder / "checkpoint").read_bytes().decode()
        head = metamorphic_log.checkpoint_verify(text, [vkey])
        if head.origin != vkey.split("+")[0]:
            return False
        published = Published(folder)
        nodes = tiles.nodes(published.read, head.size)
        for number, entry in list(enumerate(_entries_in(folder, head.size)))[::16]:
            proof = merkle.inclusion_proof(number, head.size, nodes)
            metamorphic_log.verify_inclusion(number, head.size, merkle.leaf_hash(entry), proof, head.root)
        if older is not None:
            then = metamorphic_log.checkpoint_verify(older, [vkey])
            proof = merkle.consistency_proof(then.size, head.size, nodes)
            metamorphic_log.checkpoint_verify_consistency(older, text, [vkey], proof)
        return True
    except (OSError, ValueError, IndexError, metamorphic_log.VerifyError):
        return False


@pytest.mark.parametrize("size", SIZES)
def test_every_checkpoint_is_taken(kept, size):
    text = kept.notes[size]
    head = proofbundle.checkpoint.verify_checkpoint(text, kept.vkey)
    assert (head["ok"], head["origin"], head["tree_size"]) == (True, origin(1), size)
    other = metamorphic_log.checkpoint_verify(text, [kept.vkey])
    assert (other.origin, other.size, other.root) == (origin(1), size, _root_in(text))
    assert metamorphic_log.verify_signed_note(text, [kept.vkey]) == 1


def test_all_entries_come_to_every_root(kept):
    tree = pymerkle.InmemoryTree.init_from_entries(_entries_in(kept.published.folder, 1000))
    for size in SIZES:
        assert tree.get_root(size) == _root_in(kept.notes[size])


def test_every_pair_of_checkpoints_is_consistent(kept):
    pairs = list(itertools.combinations(SIZES, 2))
    assert len(pairs) == 66
    for old, new in pairs:
        proof = merkle.consistency_proof(old, new, kept.nodes(new))
        roots = _root_in(kept.notes[old]), _root_in(kept.notes[new])
        assert proofbundle.merkle.verify_consistency(old, new, proof, *roots)
        metamorphic_log.checkpoint_verify_consistency(kept.notes[old], kept.notes[new], [kept.vkey], proof)


@pytest.mark.parametrize("size", SIZES)
def test_receipts_are_taken_and_no_receipt_for_another_entry(kept, size):
    for index in sorted({0, 1, 254, 255, 256, 511, 512, size // 2, size - 1} & set(range(size))):
        proof = merkle.inclusion_proof(index, size, kept.nodes(size))
        receipt = note.format_proof(index, proof, kept.notes[size])
        verdict = proofbundle.tlogproof.verify_tlog_proof(receipt, BODIES[index], kept.vkey, expected_origin=origin(1))
        assert verdict["ok"], verdict
        assert not proofbundle.tlogproof.verify_tlog_proof(receipt, BODIES[index] + b" ", kept.vkey)["ok"]
        leaf = merkle.leaf_hash(BODIES[index])
        metamorphic_log.checkpoint_verify_inclusion(kept.notes[size], [kept.vkey], index, leaf, proof)
        assert len(receipt) < 4096
        assert note.parse_proof(receipt) == (index, proof, kept.notes[size])


def test_a_receipt_made_by_another_implementation_reads_here(kept):
    proof = proofbundle.merkle.inclusion_proof(BODIES, 256)
    assert proof == merkle.inclusion_proof(256, 1000, kept.nodes(1000))
    receipt = proofbundle.tlogproof.format_tlog_proof(256, proof, kept.notes[1000])
    assert receipt == note.format_proof(256, proof, kept.notes[1000])


def test_keys_are_spelled_alike(kept):
    public = load(kept.folder / "signer" / "key").public
    assert proofbundle.checkpoint.vkey(origin(1), public) == kept.vkey
    assert (
        proofbundle.checkpoint.checkpoint_note(origin(1), 3, bytes(32)) == note.Checkpoint(origin(1), 3, bytes(32)).text
    )


# --- Tampering: with the files, and with the true key. ---


def _patch(name: str, change) -> object:
    def tamper(kept: Kept, folder: Path) -> None:
        path = folder / name
        path.write_bytes(change(path.read_bytes()))

    return tamper


def _flip(place: int):
    return lambda data: data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def _resign(change) -> object:
    """Sign a changed checkpoint text with the true key, as a faithless operator could."""

    def tamper(kept: Kept, folder: Path) -> None:
        key = load(kept.folder / "signer" / "key")
        text = change(kept.notes[1000].split("\n\n")[0] + "\n")
        (folder / "checkpoint").write_bytes(note.sign(text, key.named(origin(1)), key.sign).encode())

    return tamper


def _remove(name: str) -> object:
    return lambda kept, folder: (folder / name).unlink()


BUNDLES = ["tile/entries/000", "tile/entries/001", "tile/entries/002", "tile/entries/003.p/232"]
TAMPERED = {f"bit {place} of {name}": _patch(name, _flip(place)) for name in BUNDLES for place in (0, 1, 2, 500, -1)}
TAMPERED |= {f"{name} taken away": _remove(name) for name in [*BUNDLES, "checkpoint"]}
TAMPERED |= {f"{name} cut": _patch(name, lambda data: data[:-1]) for name in [*BUNDLES, "checkpoint"]}
TAMPERED |= {f"{name} lengthened": _patch(name, lambda data: data + b"\0") for name in [*BUNDLES, "checkpoint"]}
TAMPERED |= {f"checkpoint bit {place}": _patch("checkpoint", _flip(place)) for place in range(170)}
TAMPERED |= {
    "size edited": _patch("checkpoint", lambda data: data.replace(b"\n1000\n", b"\n999\n")),
    "carriage returns": _patch("checkpoint", lambda data: data.replace(b"\n", b"\r\n")),
    "another log's origin": _resign(lambda text: text.replace("/1/audit/", "/2/audit/")),
    "another size, signed": _resign(lambda text: text.replace("\n1000\n", "\n999\n")),
    "leading zero, signed": _resign(lambda text: text.replace("\n1000\n", "\n01000\n")),
    "another root, signed": _resign(lambda text: "\n".join([*text.split("\n")[:2], "A" * 43 + "=", ""])),
    "an older checkpoint's root": _resign(lambda text: "\n".join([*text.split("\n")[:2], "A" * 42 + "E=", ""])),
}


def test_there_are_as_many_altered_copies_as_promised():
    assert len(TAMPERED) >= 200


@pytest.mark.parametrize("trick", TAMPERED)
def test_two_others_refuse_each_altered_copy(kept, tmp_path, trick):
    folder = Path(shutil.copytree(kept.published.folder, tmp_path / "copy"))
    TAMPERED[trick](kept, folder)
    verdicts = [
        _pymerkle_accepts(folder),
        _proofbundle_accepts(folder, kept.vkey),
        _metamorphic_accepts(folder, kept.vkey),
    ]
    assert verdicts.count(False) >= 2, verdicts


HISTORIES = {
    "rewritten": [*BODIES[:17], body(17, "ballot.changed"), *BODIES[18:]],
    "swapped": [*BODIES[:17], BODIES[18], BODIES[17], *BODIES[19:]],
    "duplicated": [*BODIES[:17], BODIES[17], *BODIES[17:]],
    "put back": BODIES[:998],
    "last entry replaced at the same size": [*BODIES[:999], body(-1)],
}


@pytest.mark.parametrize("history", HISTORIES)
def test_a_false_history_under_the_true_key_breaks_on_a_checkpoint_somebody_kept(kept, tmp_path, history):
    (tmp_path / "signer").mkdir(mode=0o700)
    shutil.copy(kept.folder / "signer" / "key", tmp_path / "signer" / "key")
    signing = signer(Entries(_1=HISTORIES[history]), tmp_path)
    assert signing.round() == 1
    signing.stop()
    folder = tmp_path / "log" / "1"
    assert _pymerkle_accepts(folder)
    for older in (kept.notes[999], kept.notes[1000]):
        verdicts = [_proofbundle_accepts(folder, kept.vkey, older), _metamorphic_accepts(folder, kept.vkey, older)]
        if history == "last entry replaced at the same size" and older == kept.notes[999]:
            assert verdicts == [True, True]
        else:
            assert verdicts == [False, False]


def test_the_untouched_log_is_taken_by_all(kept):
    folder = kept.published.folder
    assert _pymerkle_accepts(folder)
    for size in SIZES:
        assert _proofbundle_accepts(folder, kept.vkey, kept.notes[size])
        assert _metamorphic_accepts(folder, kept.vkey, kept.notes[size])
