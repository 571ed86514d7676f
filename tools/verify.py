#!/usr/bin/env python3
"""The second verifier: checks published logs by itself, sharing no line with the platform.

    python3 verify.py FOLDER [--vkeys FILE] [--older CHECKPOINT ...] [--json]
    python3 verify.py BUNDLE [--vkeys FILE] [--json]      (with verify_bundle.py beside it)

FOLDER is a log's folder, or holds one for each community, as ``deliberation audit export --tiles FOLDER`` writes it or
as it is copied from ``/log/…``. Needs Python 3.9 or later and nothing else: take it to another machine together with
the folder. Written from these texts alone: RFC 6962 (the tree), RFC 8032 (Ed25519), RFC 8785 (canonical JSON), C2SP
tlog-tiles, tlog-checkpoint and signed-note.

It checks the signature of the checkpoint; that all entries come to its root; that every tile holds the hashes it must;
that every entry is canonical JSON with the keys of an entry; and, given older checkpoints (of a printed notice, another
person's copy), that the log still holds what they promised. Without ``--vkeys`` the key is taken from the folder, which
proves nothing about who made it: compare the key it prints with the one on the notice board.

Exit status: 0 everything holds, 1 something does not, 2 the input is unusable.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import re
import sys
from pathlib import Path

ENTRY_KEYS = {"v", "type", "at", "object", "actor", "data"}
LARGEST_INTEGER = 2**53 - 1


class Fault(Exception):
    """Something does not hold. The first argument is the sentence, the second the entry's number where there is one."""


# --- Ed25519, RFC 8032 section 5.1: verification only, so nothing here is secret and time does not matter. ---

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def _recover_x(y: int, sign: int):
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    return P - x if x & 1 != sign else x


def _add(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0])
    f = (a[1] + a[0]) * (b[1] + b[0])
    g = 2 * a[3] * b[3] * D
    h = 2 * a[2] * b[2]
    e, f, g, h = (f - e) % P, (h - g) % P, (h + g) % P, (f + e) % P
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(number: int, point):
    result = (0, 1, 1, 0)
    while number:
        if number & 1:
            result = _add(result, point)
        point = _add(point, point)
        number >>= 1
    return result


def _point(data: bytes):
    number = int.from_bytes(data, "little")
    y, sign = number & (1 << 255) - 1, number >> 255
    x = _recover_x(y, sign) if y < P else None
    return None if x is None else (x, y, 1, x * y % P)


_BASE_Y = 4 * pow(5, P - 2, P) % P
_BASE_X = _recover_x(_BASE_Y, 0)
BASE = (_BASE_X, _BASE_Y, 1, _BASE_X * _BASE_Y % P)


def ed25519_holds(public: bytes, message: bytes, signature: bytes) -> bool:
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = _point(public), _point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= ORDER:
        return False
    k = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    left, right = _times(s, BASE), _add(r, _times(k, a))
    return not (left[0] * right[2] - right[0] * left[2]) % P and not (left[1] * right[2] - right[1] * left[2]) % P


# --- Keys, notes and checkpoints: C2SP signed-note and tlog-checkpoint. ---


def _base64(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        raise Fault(f"not base64: {text!r}") from None
    if base64.b64encode(data).decode() != text:
        raise Fault(f"not base64 in its one spelling: {text!r}")
    return data


def read_vkey(text: str):
    """(name, key id, public key) of a line like ``name+hex+base64``."""
    parts = text.strip().split("+", 2)
    if len(parts) != 3:
        raise Fault(f"not a verifier key: {text.strip()!r}")
    data = _base64(parts[2])
    if len(data) != 33 or data[0] != 1:
        raise Fault("not an Ed25519 verifier key")
    key_id = hashlib.sha256(parts[0].encode() + b"\n" + data).digest()[:4]
    if key_id.hex() != parts[1]:
        raise Fault("the id of the verifier key does not fit its name and key")
    return parts[0], key_id, data[1:]


def vkey_line(vkey) -> str:
    """The line of a key as it is printed, in its one spelling."""
    return "+".join([vkey[0], vkey[1].hex(), base64.b64encode(b"\x01" + vkey[2]).decode()])


def read_checkpoint(note: bytes, vkey):
    """(origin, size, root) of a signed checkpoint."""
    try:
        text, tail = note.decode().rsplit("\n\n", 1)
    except ValueError:
        raise Fault("the checkpoint is no signed note") from None
    if re.search("[\x00-\x09\x0b-\x1f]", note.decode()) or not tail.endswith("\n"):
        raise Fault("the checkpoint is no signed note")
    lines, signatures = text.split("\n"), tail[:-1].split("\n")
    if len(lines) != 3 or not re.fullmatch("0|[1-9][0-9]*", lines[1], re.ASCII):
        raise Fault("the checkpoint has not the three lines origin, size and root")
    name, key_id, public = vkey
    true = False
    for line in signatures:
        match = re.fullmatch("\u2014 ([^ ]+) ([A-Za-z0-9+/]+=*)", line)
        if not match:
            raise Fault(f"not a signature line: {line!r}")
        data = _base64(match[2])
        if (match[1], data[:4]) == (name, key_id):
            true = ed25519_holds(public, f"{text}\n".encode(), data[4:])
            if not true:
                raise Fault("the signature of the checkpoint is false")
    if not true:
        raise Fault(f"the checkpoint is not signed by {name}")
    if lines[0] != name:
        raise Fault(f"the checkpoint is of the log {lines[0]}, the key of {name}")
    root = _base64(lines[2])
    if len(root) != 32:
        raise Fault("the root is not 32 bytes")
    return lines[0], int(lines[1]), root


# --- The tree: RFC 6962 section 2.1, and its tiles. ---


def _above(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


class Tree:
    """The hash of a growing list of leaves: complete subtrees on a stack, merged like carries in binary counting."""

    def __init__(self):
        self.stack, self.size = [], 0

    def add(self, leaf: bytes):
        self.size += 1
        carry = self.size
        while not carry & 1:
            leaf = _above(self.stack.pop(), leaf)
            carry >>= 1
        self.stack.append(leaf)

    def root(self) -> bytes:
        if not self.stack:
            return hashlib.sha256(b"").digest()
        root = self.stack[-1]
        for left in self.stack[-2::-1]:
            root = _above(left, root)
        return root


def tile_name(level, index: int, width: int) -> str:
    digits = f"{index:03d}"
    digits = "0" * (-len(digits) % 3) + digits
    groups = [digits[place : place + 3] for place in range(0, len(digits), 3)]
    name = "/".join([*("x" + group for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{name}" + ("" if width == 256 else f".p/{width}")


def read_tile(folder: Path, level, index: int, width: int) -> bytes:
    name = tile_name(level, index, width)
    try:
        return (folder / name).read_bytes()
    except OSError as error:
        raise Fault(f"{name} is missing: {error.strerror}", index * 256 if level in ("entries", 0) else None) from None


def read_bundle(data: bytes, width: int, name: str):
    entries, place = [], 0
    while place < len(data):
        length = int.from_bytes(data[place : place + 2], "big")
        entries.append(data[place + 2 : place + 2 + length])
        place += 2 + length
    if place != len(data) or len(entries) != width:
        raise Fault(f"{name} does not hold {width} whole entries")
    return entries


# --- Entries: RFC 8785 for objects, lists, strings and integers. ---


def _integer(text: str) -> int:
    if abs(int(text)) > LARGEST_INTEGER:
        raise ValueError("an integer beyond those of JSON")
    return int(text)


def _no_number(text: str):
    raise ValueError("a number that is no integer")


DECODER = json.JSONDecoder(parse_int=_integer, parse_float=_no_number, parse_constant=_no_number)
ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def canonical(value) -> str:
    """RFC 8785 by hand: keys in the order of their UTF-16 code units."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical(key)}:{canonical(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return ENCODER.encode(value)


def check_entry(entry: bytes, number: int):
    try:
        text = entry.decode()
        value = DECODER.decode(text)
        # Below U+D800 a code point is its own UTF-16 code unit, so the encoder's order of keys is that of the text.
        same = (ENCODER.encode(value) if max(text) < "\ud800" else canonical(value)) == text
    except (ValueError, RecursionError):
        raise Fault(f"entry {number} is not JSON", number) from None
    if not same:
        raise Fault(f"entry {number} is not in the canonical form of RFC 8785", number)
    if not isinstance(value, dict) or ENTRY_KEYS - set(value):
        raise Fault(f"entry {number} has not the keys of an entry", number)


# --- A whole log. ---


def read_note(folder: Path) -> bytes:
    try:
        return (folder / "checkpoint").read_bytes()
    except OSError as error:
        raise Fault(f"no checkpoint: {error.strerror}") from None


def check_log(folder: Path, vkey, older):
    """Check one log's folder; returns (origin, size, root). Raises Fault at the first thing that does not hold."""
    origin, size, root = read_checkpoint(read_note(folder), vkey)
    promised = {}
    for name, earlier in older:
        _origin, then_size, then_root = read_checkpoint(earlier, vkey)
        if then_size > size:
            raise Fault(f"{name} promised {then_size} entries, the log has {size}: it was put back")
        if promised.setdefault(then_size, then_root) != then_root:
            raise Fault(f"{name} contradicts another checkpoint of the same size")
    leaves = check_entries(folder, size, root, promised)
    check_upper_tiles(folder, leaves)
    return origin, size, root


def check_entries(folder: Path, size: int, root: bytes, promised) -> list:
    """Hash all entries; hold them against the tiles of level 0, the older roots and the root. Returns leaf hashes."""
    tree, leaves = Tree(), []
    check_promise(promised, tree)
    for index in range(-(-size // 256)):
        width = min(256, size - index * 256)
        name = tile_name("entries", index, width)
        entries = read_bundle(read_tile(folder, "entries", index, width), width, name)
        tile = read_tile(folder, 0, index, width)
        if len(tile) != width * 32:
            raise Fault(f"{tile_name(0, index, width)} has not {width} hashes")
        for place, entry in enumerate(entries):
            number = index * 256 + place
            leaf = hashlib.sha256(b"\x00" + entry).digest()
            if leaf != tile[place * 32 : place * 32 + 32]:
                raise Fault(f"entry {number} is not the one whose hash was published", number)
            check_entry(entry, number)
            tree.add(leaf)
            leaves.append(leaf)
            check_promise(promised, tree)
    if tree.root() != root:
        raise Fault("the entries do not come to the root of the checkpoint")
    return leaves


def check_promise(promised, tree: Tree):
    if tree.size in promised and promised[tree.size] != tree.root():
        raise Fault(f"the first {tree.size} entries are not those of an older checkpoint: history was rewritten")


def check_upper_tiles(folder: Path, row: list):
    level = 0
    while len(row) >= 256:
        level += 1
        row = [subtree(row[place : place + 256]) for place in range(0, len(row) - len(row) % 256, 256)]
        for index in range(-(-len(row) // 256)):
            part = row[index * 256 : index * 256 + 256]
            if read_tile(folder, level, index, len(part)) != b"".join(part):
                raise Fault(f"{tile_name(level, index, len(part))} does not hold the hashes of the level below")


def subtree(hashes: list) -> bytes:
    tree = Tree()
    for leaf in hashes:
        tree.add(leaf)
    return tree.root()


def folders_of(folder: Path):
    if (folder / "checkpoint").is_file():
        return [folder]
    return sorted(path.parent for path in folder.glob("*/checkpoint"))


def keys_for(folder: Path, trusted):
    """The key of a folder's log: the trusted one of the checkpoint's first line, or else the one lying beside it."""
    if trusted is None:
        try:
            return read_vkey((folder / "vkey").read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise Fault(f"no verifier key: {error}") from None
    origin = read_note(folder).split(b"\n", 1)[0]
    for vkey in trusted:
        if vkey[0].encode() == origin:
            return vkey
    raise Fault(f"none of the given keys is that of the log {origin.decode(errors='replace')}")


def check(folder: Path, trusted, older) -> dict:
    """The report on one log."""
    report = {"folder": folder.name, "holds": False}
    try:
        vkey = keys_for(folder, trusted)
        report["vkey"] = vkey_line(vkey)
        mine = [(name, note) for name, note in older if note.split(b"\n", 1)[0] == vkey[0].encode()]
        origin, size, root = check_log(folder, vkey, mine)
        report.update(holds=True, origin=origin, size=size, root=base64.b64encode(root).decode(), older=len(mine))
    except Fault as fault:
        report["fault"] = fault.args[0]
        report["index"] = fault.args[1] if len(fault.args) > 1 else None
    return report


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(description="Check published logs independently of the platform.")
    parser.add_argument("folder", type=Path, help="a log's folder, a folder of such folders, or a bundle (its zip)")
    parser.add_argument("--vkeys", type=Path, help="file with the verifier keys you trust, one a line")
    parser.add_argument("--older", type=Path, nargs="*", default=[], help="checkpoints kept from earlier")
    parser.add_argument("--json", action="store_true", help="one JSON document on standard output")
    given = parser.parse_args(arguments)
    try:
        lines = given.vkeys.read_text(encoding="utf-8").split("\n") if given.vkeys else None
        trusted = None if lines is None else [read_vkey(line) for line in lines if line.strip()]
        older = [(path.name, path.read_bytes()) for path in given.older]
    except (OSError, UnicodeDecodeError, Fault) as error:
        print(error, file=sys.stderr)
        return 2
    if (given.folder / "manifest.json").is_file():
        print(
            f"{given.folder}: this is a bundle unpacked; give the zip file itself, which is checked whole",
            file=sys.stderr,
        )
        return 2
    if given.folder.is_file():
        return bundle_report(given.folder, trusted, given.json)
    folders = folders_of(given.folder)
    if not folders:
        print(f"{given.folder}: no published log here", file=sys.stderr)
        return 2
    reports = [check(folder, trusted, older) for folder in folders]
    if given.json:
        print(json.dumps({"holds": all(report["holds"] for report in reports), "logs": reports}, ensure_ascii=False))
    else:
        for report in reports:
            print(sentence(report, trusted is not None))
    return 0 if all(report["holds"] for report in reports) else 1


def bundle_report(path: Path, trusted, as_json: bool) -> int:
    """Check one bundle by the program that lies beside this one."""
    sys.modules.setdefault("verify", sys.modules[__name__])
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    from verify_bundle import check_bundle

    try:
        report = check_bundle(path, trusted)
    except (OSError, Fault) as error:
        print(f"{path}: {error}", file=sys.stderr)
        return 2
    if as_json:
        print(json.dumps(report, ensure_ascii=False))
    else:
        for fault in report["faults"]:
            print(f"FAULT  {report['bundle']}: {fault}")
        if report["holds"]:
            again = f", counted again: {', '.join(report['counted'])}" if report["counted"] else ""
            print(f"holds  {report['bundle']}: {report['subject']}, {report['edition']}{again}")
            print(f"signed by {report['vkey']}")
    return 0 if report["holds"] else 1


def sentence(report: dict, trusted: bool) -> str:
    if not report["holds"]:
        return f"FAULT  {report['folder']}: {report['fault']}"
    words = f"holds  {report['origin']}: {report['size']} entries, root {report['root']}"
    if report["older"]:
        words += f", continues {report['older']} older checkpoint(s)"
    return words if trusted else f"{words}\n       key from the folder itself, compare: {report['vkey']}"


if __name__ == "__main__":
    sys.exit(main())
