"""The RFC 6962 Merkle tree over SHA-256 (section 2.1): hashes, roots, and the two proofs. Pure.

A *node* is addressed as ``(height, index)``: the hash of the complete subtree over entries
``index * 2**height … (index + 1) * 2**height``. Whoever asks for a proof brings a ``Nodes`` function that looks such a
subtree up, in a list (:func:`levels`) or in published tiles (``tiles.nodes``); proofs never hash an entry again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from hashlib import sha256
from itertools import starmap

HASH_SIZE = 32
EMPTY_ROOT = sha256(b"").digest()

Nodes = Callable[[int, int], bytes]
Span = tuple[int, int]


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry. The prefix keeps an entry from being read as an inner node (RFC 6962, 2.1)."""
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Sequence[bytes]) -> list[bytes]:
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def pair_up(hashes: Sequence[bytes]) -> list[bytes]:
    """One level up; a lone last hash is left out, for it is no complete subtree."""
    return list(starmap(node_hash, zip(hashes[::2], hashes[1::2], strict=False)))


def levels(leaves: Sequence[bytes]) -> list[list[bytes]]:
    """All complete subtrees over these leaf hashes, ``levels[height][index]``."""
    rows = [list(leaves)]
    while len(rows[-1]) > 1:
        rows.append(pair_up(rows[-1]))
    return rows


def root_of_peaks(peaks: Sequence[bytes]) -> bytes:
    """The root above complete subtrees that stand side by side, largest first."""
    if not peaks:
        return EMPTY_ROOT
    root = peaks[-1]
    for peak in reversed(peaks[:-1]):
        root = node_hash(peak, root)
    return root


def root(leaves: Sequence[bytes]) -> bytes:
    """The Merkle tree hash over these leaf hashes."""
    rows = levels(leaves)
    return span_hash(0, len(leaves), lambda height, index: rows[height][index])


def span_hash(start: int, stop: int, nodes: Nodes) -> bytes:
    """MTH(D[start:stop]) for a span that RFC 6962 cuts: ``start`` is a multiple of its largest subtree."""
    peaks = []
    while start < stop:
        height = (stop - start).bit_length() - 1
        peaks.append(nodes(height, start >> height))
        start += 1 << height
    return root_of_peaks(peaks)


def _middle(start: int, stop: int) -> int:
    """Where the tree over D[start:stop] divides: after the largest power of two that is smaller than its size."""
    return start + (1 << (stop - start - 1).bit_length() - 1)


def inclusion_spans(index: int, size: int) -> list[Span]:
    """Spans whose hashes prove entry ``index`` in a tree of ``size``, the leaf's sibling first (RFC 6962, 2.1.1)."""
    if not 0 <= index < size:
        raise ValueError(f"entry {index} is not in a tree of {size}")
    start, stop, spans = 0, size, []
    while stop - start > 1:
        middle = _middle(start, stop)
        if index < middle:
            spans.append((middle, stop))
            stop = middle
        else:
            spans.append((start, middle))
            start = middle
    return spans[::-1]


def consistency_spans(old: int, new: int) -> list[Span]:
    """Spans whose hashes prove that the tree of ``new`` continues the tree of ``old`` (RFC 6962, 2.1.2)."""
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} does not continue a tree of {old}")
    if old in (0, new):
        return []
    start, stop, spans = 0, new, []
    while old != stop:
        middle = _middle(start, stop)
        if old <= middle:
            spans.append((middle, stop))
            stop = middle
        else:
            spans.append((start, middle))
            start = middle
    if start:  # Otherwise the span is the whole old tree, whose root the verifier already holds.
        spans.append((start, stop))
    return spans[::-1]


def inclusion_proof(index: int, size: int, nodes: Nodes) -> list[bytes]:
    return [span_hash(start, stop, nodes) for start, stop in inclusion_spans(index, size)]


def consistency_proof(old: int, new: int, nodes: Nodes) -> list[bytes]:
    return [span_hash(start, stop, nodes) for start, stop in consistency_spans(old, new)]


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> bool:
    """Whether ``proof`` shows the leaf hash at ``index`` under ``root``; the algorithm of RFC 9162, 2.1.3.2."""
    if not 0 <= index < size:
        return False
    path, last, found = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            return False
        if path & 1 or path == last:
            found = node_hash(sibling, found)
            while not path & 1 and path:
                path, last = path >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        path, last = path >> 1, last >> 1
    return last == 0 and found == root


def verify_consistency(old: tuple[int, bytes], new: tuple[int, bytes], proof: Sequence[bytes]) -> bool:
    """Whether ``proof`` shows that ``new`` (size, root) continues ``old`` (size, root); RFC 9162, 2.1.4.2."""
    (old_size, old_root), (new_size, new_root) = old, new
    if not 0 <= old_size <= new_size:
        return False
    if old_size in (0, new_size):
        same = old_root == (EMPTY_ROOT if old_size == 0 else new_root)
        return same and not proof and (new_size > 0 or new_root == EMPTY_ROOT)
    # A complete old tree is itself the first node of the path; the proof leaves it out.
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    return bool(path) and _climb(old_size - 1, new_size - 1, path) == (old_root, new_root)


def _climb(path: int, last: int, proof: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    """Both roots that a consistency proof leads to, or None if it is too long or too short."""
    while path & 1:
        path, last = path >> 1, last >> 1
    old = new = proof[0]
    for sibling in proof[1:]:
        if last == 0:
            return None
        if path & 1 or path == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not path & 1 and path:
                path, last = path >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        path, last = path >> 1, last >> 1
    return (old, new) if last == 0 else None
