"""C2SP signed notes, checkpoints, verifier keys and tlog-proofs as text. Pure: signing and verifying are passed in.

A checkpoint here has three lines (origin, size, root) and no extension line, which monitors could not audit. The key's
name is the origin, so the one key of an installation signs every log under a name of its own (audit.md 1.1).
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

ED25519 = 1
MOST_SIGNATURES = 16
"""More are refused; signed-note asks a verifier to take at least so many."""
PROOF_HEADER = "c2sp.org/tlog-proof@v1"

Sign = Callable[[bytes], bytes]
Verify = Callable[[bytes, bytes, bytes], bool]
"""(public key, message, signature) → whether the signature holds."""

_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_SIGNATURE = re.compile(r"— (\S+) ([A-Za-z0-9+/]+={0,2})")
_NUMBER = re.compile(r"0|[1-9][0-9]{0,18}")


class BadNote(ValueError):
    """A note, checkpoint or key that is malformed or not signed as it must be; the message says why."""


class Key(NamedTuple):
    """A verifier key: the name that signatures carry, and the Ed25519 public key (32 bytes)."""

    name: str
    public: bytes

    @property
    def id(self) -> bytes:
        """Four bytes that tell keys of one name apart (signed-note, "Signatures")."""
        return sha256(self.name.encode() + b"\n" + bytes([ED25519]) + self.public).digest()[:4]

    def __str__(self) -> str:
        """The vkey: ``name+hex id+base64 of type and key``, to be printed on the notice board."""
        return f"{self.name}+{self.id.hex()}+{_b64(bytes([ED25519]) + self.public)}"


class Checkpoint(NamedTuple):
    """The size and root (32 bytes) of the log ``origin``."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{_b64(self.root)}\n"


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _unb64(text: str) -> bytes:
    """Standard base64 in its one spelling: padding there, no stray bits."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise BadNote(f"not base64: {text!r}") from None
    if _b64(data) != text:
        raise BadNote(f"not base64 in its one spelling: {text!r}")
    return data


def check_name(name: str) -> str:
    """A key's name: not empty, no white space, no plus (signed-note, "Format").

    :raises BadNote: otherwise.
    """
    if not name or "+" in name or any(character.isspace() for character in name) or not name.isprintable():
        raise BadNote(f"not the name of a key: {name!r}")
    return name


def parse_key(vkey: str) -> Key:
    """The key of a vkey.

    :raises BadNote: if it is malformed, of another algorithm, or its id does not fit.
    """
    name, _, rest = vkey.strip().partition("+")
    id_, _, encoded = rest.partition("+")
    data = _unb64(encoded)
    if len(data) != 33 or data[0] != ED25519:
        raise BadNote("not an Ed25519 verifier key")
    key = Key(check_name(name), data[1:])
    if key.id.hex() != id_:
        raise BadNote("the id of the verifier key does not fit")
    return key


def sign(text: str, key: Key, sign: Sign) -> str:
    """The note: text, blank line, one signature line."""
    check_name(key.name)
    return f"{text}\n— {key.name} {_b64(key.id + sign(text.encode()))}\n"


def open_note(note: str, keys: Iterable[Key], verify: Verify) -> str:
    """The text of a note that one of ``keys`` has signed. Signatures of other keys are passed over.

    :raises BadNote: if the note is malformed, if a signature of a known key is false, or if there is none.
    """
    text, signatures = _divide(note)
    known = {(key.name, key.id): key for key in keys}
    signed = False
    for name, data in signatures:
        key = known.get((name, data[:4]))
        if key is None:
            continue
        if not verify(key.public, text.encode(), data[4:]):
            raise BadNote(f"the signature of {name} is false")
        signed = True
    if not signed:
        raise BadNote("not signed by a known key")
    return text


def _divide(note: str) -> tuple[str, list[tuple[str, bytes]]]:
    if _CONTROL.search(note):
        raise BadNote("the note holds control characters")
    text, blank, tail = note.rpartition("\n\n")
    if not blank or not text or not tail.endswith("\n"):
        raise BadNote("the note has no text and signatures divided by a blank line")
    lines = tail[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise BadNote(f"the note has more than {MOST_SIGNATURES} signatures")
    signatures = []
    for line in lines:
        match = _SIGNATURE.fullmatch(line)
        if match is None:
            raise BadNote(f"not a signature line: {line!r}")
        data = _unb64(match[2])
        if len(data) < 5:
            raise BadNote("a signature is too short")
        signatures.append((match[1], data))
    return text + "\n", signatures


def parse_checkpoint(text: str) -> Checkpoint:
    """The checkpoint of a note's text: exactly three lines.

    :raises BadNote: for another number of lines, a size with leading zeros, a root that is not 32 bytes.
    """
    lines = text.split("\n")
    if len(lines) != 4 or lines[3]:
        raise BadNote("a checkpoint has three lines")
    origin, size, root = lines[:3]
    if _NUMBER.fullmatch(size) is None:
        raise BadNote(f"not a tree size: {size!r}")
    data = _unb64(root)
    if len(data) != 32:
        raise BadNote("the root is not 32 bytes")
    return Checkpoint(check_name(origin), int(size), data)


def open_checkpoint(note: str, key: Key, verify: Verify) -> Checkpoint:
    """The checkpoint of a note signed by ``key``, which must be of the key's own log.

    :raises BadNote: otherwise.
    """
    checkpoint = parse_checkpoint(open_note(note, [key], verify))
    if checkpoint.origin != key.name:
        raise BadNote(f"the checkpoint is of {checkpoint.origin}, the key of {key.name}")
    return checkpoint


def format_proof(index: int, proof: Sequence[bytes], note: str) -> str:
    """A C2SP tlog-proof of entry ``index``: what a person keeps as a receipt (``.tlog-proof``)."""
    lines = [PROOF_HEADER, f"index {index}", *map(_b64, proof)]
    return "\n".join(lines) + "\n\n" + note


def parse_proof(text: str) -> tuple[int, list[bytes], str]:
    """(index, inclusion proof, note) of a tlog-proof without extra data; the note is not verified here.

    :raises BadNote: if it is malformed.
    """
    head, blank, note = text.partition("\n\n")
    lines = head.split("\n")
    if not blank or len(lines) < 2 or lines[0] != PROOF_HEADER or not lines[1].startswith("index "):
        raise BadNote("not a tlog-proof")
    index = lines[1].removeprefix("index ")
    if _NUMBER.fullmatch(index) is None:
        raise BadNote(f"not an index: {index!r}")
    proof = [_unb64(line) for line in lines[2:]]
    if any(len(hash_) != 32 for hash_ in proof):
        raise BadNote("a hash of the proof is not 32 bytes")
    return int(index), proof, note
