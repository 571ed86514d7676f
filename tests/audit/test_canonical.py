"""Canonical JSON against RFC 8785 and against an implementation we did not write."""

from __future__ import annotations

import json

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from deliberation.audit.canonical import LARGEST, NotCanonical, canonical, read_canonical

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers(-LARGEST, LARGEST) | texts,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(texts, inner, max_size=5),
    max_leaves=20,
)


def test_the_order_of_keys_in_the_text():
    """The example of RFC 8785, section 3.2.3: keys are ordered by UTF-16 code units."""
    said = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    order = list(json.loads(canonical(said)))
    assert order == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_strings_are_escaped_as_little_as_possible():
    """RFC 8785, section 3.2.2.2."""
    assert canonical('\u20ac$\u000f\nA\'B"\\\\"/\x7f') == '"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/\x7f"'.encode()


@given(values)
def test_another_implementation_writes_the_same_bytes(value):
    body = canonical(value)
    assert body == rfc8785.dumps(value)
    assert read_canonical(body) == value


@given(values)
def test_whatever_is_not_the_canonical_form_is_refused(value):
    for other in (json.dumps(value), json.dumps(value, indent=1), f" {canonical(value).decode()}"):
        if other.encode() != canonical(value):
            with pytest.raises(NotCanonical):
                read_canonical(other.encode())


@pytest.mark.parametrize(
    "value",
    [
        1.5,
        1.0,
        float("nan"),
        LARGEST + 1,
        -LARGEST - 1,
        b"x",
        {1: 2},
        {"a": {2}},
        "\ud800",
        {"\udc00": 1},
        {"意": 1.5},
        [{"意": 1}, 1.5],
    ],
)
def test_what_has_no_place_in_an_entry_is_refused(value):
    with pytest.raises(NotCanonical):
        canonical(value)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"nul",
        b"1.0",
        b"1e3",
        b"-0",
        b"NaN",
        b"Infinity",
        b"01",
        b'{"a":1,"a":1}',
        b'{"b":1,"a":2}',
        b'{"a": 1}',
        b'"\\u00e9"',
        b'"\\/"',
        b'"\xff"',
        b"\xef\xbb\xbf1",
        b"1 ",
        b'"\\ud800"',
        b"9007199254740993",
        b'"\\u000A"',
        '{"\ufb33":1,"\U0001f600":2}'.encode(),
        b"[" * 100_000 + b"]" * 100_000,
    ],
)
def test_bytes_that_are_not_canonical_are_refused(body):
    with pytest.raises(NotCanonical):
        read_canonical(body)


def test_what_is_nested_beyond_reason_is_refused():
    value: list = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(NotCanonical):
        canonical(value)


def test_keys_beyond_the_basic_plane_read_back():
    body = canonical({"\U0001f600": 2, "\ufb33": 1, "n": 1234567890123456})
    assert read_canonical(body) == {"\U0001f600": 2, "\ufb33": 1, "n": 1234567890123456}
    assert read_canonical(canonical((1, True, None))) == [1, True, None]
