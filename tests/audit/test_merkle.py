"""The tree against RFC 6962's own recursive definitions, for every size, index and pair of sizes up to 70."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.audit import merkle

LARGEST = 70
ENTRIES = [f"entry {number}".encode() for number in range(LARGEST)]
LEAVES = merkle.leaf_hashes(ENTRIES)


def _split(size: int) -> int:
    """The k of RFC 6962, 2.1: the largest power of two smaller than n."""
    power = 1
    while power * 2 < size:
        power *= 2
    return power


def mth(entries: list[bytes]) -> bytes:
    if not entries:
        return sha256(b"").digest()
    if len(entries) == 1:
        return sha256(b"\x00" + entries[0]).digest()
    middle = _split(len(entries))
    return sha256(b"\x01" + mth(entries[:middle]) + mth(entries[middle:])).digest()


def path(index: int, entries: list[bytes]) -> list[bytes]:
    if len(entries) == 1:
        return []
    middle = _split(len(entries))
    if index < middle:
        return [*path(index, entries[:middle]), mth(entries[middle:])]
    return [*path(index - middle, entries[middle:]), mth(entries[:middle])]


def subproof(old: int, entries: list[bytes], whole: bool) -> list[bytes]:
    if old == len(entries):
        return [] if whole else [mth(entries)]
    middle = _split(len(entries))
    if old <= middle:
        return [*subproof(old, entries[:middle], whole), mth(entries[middle:])]
    return [*subproof(old - middle, entries[middle:], False), mth(entries[:middle])]


ROWS = merkle.levels(LEAVES)


def nodes(height: int, index: int) -> bytes:
    return ROWS[height][index]


ROOTS = [mth(ENTRIES[:size]) for size in range(LARGEST + 1)]
SIZES = range(1, LARGEST + 1)


def test_the_root_of_nothing_is_the_hash_of_nothing():
    assert merkle.root([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_known_root_of_the_certificate_transparency_test_vectors():
    """The eight inputs and the root that the CT project publishes for its own implementations."""
    inputs = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"]
    leaves = [merkle.leaf_hash(bytes.fromhex(text)) for text in inputs]
    assert merkle.root(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@pytest.mark.parametrize("size", SIZES)
def test_roots_are_those_of_the_definition(size):
    assert merkle.root(LEAVES[:size]) == ROOTS[size]
    assert merkle.span_hash(0, size, nodes) == ROOTS[size]


@pytest.mark.parametrize("size", SIZES)
def test_every_inclusion_proof_is_that_of_the_definition_and_holds(size):
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, nodes)
        assert proof == path(index, ENTRIES[:size])
        assert merkle.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


@pytest.mark.parametrize("size", SIZES)
def test_no_inclusion_proof_holds_for_anything_else(size):
    other = merkle.leaf_hash(b"another entry")
    for index in range(size):
        proof = merkle.inclusion_proof(index, size, nodes)
        assert not merkle.verify_inclusion(other, index, size, proof, ROOTS[size])
        assert not merkle.verify_inclusion(LEAVES[index], index, size, [*proof, other], ROOTS[size])
        assert not merkle.verify_inclusion(LEAVES[index], index, size, proof, ROOTS[size - 1])
        for place in range(len(proof)):
            assert not merkle.verify_inclusion(LEAVES[index], index, size, proof[:place], ROOTS[size])
            wrong = [*proof[:place], other, *proof[place + 1 :]]
            assert not merkle.verify_inclusion(LEAVES[index], index, size, wrong, ROOTS[size])
        for elsewhere in range(-1, size + 1):
            if elsewhere != index:
                assert not merkle.verify_inclusion(LEAVES[index], elsewhere, size, proof, ROOTS[size])


@pytest.mark.parametrize("new", SIZES)
def test_every_consistency_proof_is_that_of_the_definition_and_holds(new):
    for old in range(1, new + 1):
        proof = merkle.consistency_proof(old, new, nodes)
        assert proof == subproof(old, ENTRIES[:new], True)
        assert merkle.verify_consistency((old, ROOTS[old]), (new, ROOTS[new]), proof)
    assert merkle.verify_consistency((0, ROOTS[0]), (new, ROOTS[new]), [])


@pytest.mark.parametrize("new", SIZES)
def test_no_consistency_proof_holds_for_anything_else(new):
    other = merkle.leaf_hash(b"another root")
    for old in range(1, new + 1):
        proof = merkle.consistency_proof(old, new, nodes)
        assert not merkle.verify_consistency((old, other), (new, ROOTS[new]), proof)
        assert not merkle.verify_consistency((old, ROOTS[old]), (new, other), proof)
        assert not merkle.verify_consistency((old, ROOTS[old]), (new, ROOTS[new]), [*proof, other])
        for place in range(len(proof)):
            assert not merkle.verify_consistency((old, ROOTS[old]), (new, ROOTS[new]), proof[:place])
            wrong = [*proof[:place], other, *proof[place + 1 :]]
            assert not merkle.verify_consistency((old, ROOTS[old]), (new, ROOTS[new]), wrong)


def test_a_smaller_tree_continues_no_larger_one():
    assert not merkle.verify_consistency((5, ROOTS[5]), (4, ROOTS[4]), [])
    assert not merkle.verify_consistency((-1, ROOTS[0]), (4, ROOTS[4]), [])
    assert not merkle.verify_consistency((0, ROOTS[3]), (4, ROOTS[4]), [])
    assert merkle.verify_consistency((0, ROOTS[0]), (0, ROOTS[0]), [])
    assert not merkle.verify_consistency((0, ROOTS[0]), (0, ROOTS[1]), [])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (3, 3), (-1, 3)])
def test_what_is_not_in_the_tree_has_no_proof(index, size):
    with pytest.raises(ValueError, match="is not in a tree"):
        merkle.inclusion_spans(index, size)


@pytest.mark.parametrize(("old", "new"), [(4, 3), (-1, 3)])
def test_a_tree_that_shrinks_has_no_proof(old, new):
    with pytest.raises(ValueError, match="does not continue"):
        merkle.consistency_spans(old, new)


@given(st.integers(1, 2**63 - 1), st.data())
def test_proofs_stay_short_in_large_trees(size, data):
    index = data.draw(st.integers(0, size - 1))
    assert len(merkle.inclusion_spans(index, size)) <= 63
    old = data.draw(st.integers(1, size))
    assert len(merkle.consistency_spans(old, size)) <= 64
