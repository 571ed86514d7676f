"""Commitments: one exact layout, and nothing opens them but what they were made of."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.audit.commitment import commit, opens

SALT = bytes(range(32))
texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
salts = st.binary(min_size=32, max_size=32)


def test_the_layout_is_the_documented_one():
    by_hand = b"deliberation/commit/v1" + b"\x00\x05phone" + SALT + b"\x00\x00\x00\x0b" + b"13800138000"
    assert commit("phone", SALT, "13800138000") == sha256(by_hand).hexdigest()


def test_a_known_value_so_that_no_change_of_layout_goes_unseen():
    assert (
        commit("姓名", SALT, "王秀英")
        == sha256(
            b"deliberation/commit/v1\x00\x06" + "姓名".encode() + SALT + b"\x00\x00\x00\x09" + "王秀英".encode()
        ).hexdigest()
    )


@given(texts, salts, texts)
def test_what_it_was_made_of_opens_it(field, salt, value):
    commitment = commit(field, salt, value)
    assert len(commitment) == 64
    assert opens(commitment, field, salt, value)
    assert opens(commitment, field, salt, value.encode())


@given(texts, texts, salts, salts, texts, texts)
def test_nothing_else_opens_it(field, other_field, salt, other_salt, value, other_value):
    commitment = commit(field, salt, value)
    for opening in ((other_field, salt, value), (field, other_salt, value), (field, salt, other_value)):
        assert opens(commitment, *opening) == (opening == (field, salt, value))


@given(texts, texts)
def test_field_and_value_cannot_be_divided_otherwise(left, right):
    if left and right:
        assert commit(left, SALT, right) != commit(left + right, SALT, "")
        assert commit(left[:-1], SALT, left[-1] + right) != commit(left, SALT, right)


def test_a_salt_is_32_bytes():
    with pytest.raises(ValueError, match="32 bytes"):
        commit("phone", b"short", "1")
    assert not opens(commit("phone", SALT, "1"), "phone", SALT[:31], "1")
    with pytest.raises(ValueError, match="too long"):
        commit("x" * 65_536, SALT, "1")
