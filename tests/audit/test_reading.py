"""Reading an entry the short way says the same as reading it in full, for every entry and everything that is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.audit.canonical import NotCanonical, canonical, read_canonical
from deliberation.audit.reading import Incomplete, Reader

WORDS = st.sampled_from(["a", "b", "commit", 'k:"x"', "k:1,", ":0,", ":5,b", "n", "ü", "\U0001f600", "\ufb33"])
TEXTS = st.sampled_from(
    ["", "yes", "poll/1", "2026-11-22T00:00:00Z", "他说", 'a":1,"b', ":1,", "0", "a" * 64, "\x00" + "1"]
)
NUMBERS = st.sampled_from([0, 1, -1, 12, 10**14, 10**15, 2**53 - 1])
VALUES = st.recursive(
    TEXTS | NUMBERS | st.booleans() | st.none(),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)


def entry(data: object, **more: object) -> bytes:
    whole = {"v": 1, "type": "ballot.cast", "at": "2026-11-22T00:00:00Z", "object": "poll/1", "actor": "member"}
    return canonical(whole | {"data": data} | more)


def said(body: bytes) -> object:
    """What an entry says when it is read alone and in full."""
    try:
        found = read_canonical(body)
    except NotCanonical:
        return NotCanonical
    if not isinstance(found, dict) or {"v", "type", "at", "object", "actor", "data"} - found.keys():
        return Incomplete
    if not isinstance(found["data"], dict):
        return Incomplete
    commits = found["data"].get("commit")
    return found["type"], found["object"], commits if isinstance(commits, dict) else {}


def read(reader: Reader, body: bytes) -> object:
    try:
        found = reader.read(body)
    except (NotCanonical, Incomplete) as no:
        return type(no)
    # A number where a string belongs is told of by its absence, and nothing is equal to that.
    return tuple(found)


def same(one: object, other: object) -> bool:
    if isinstance(one, tuple) and isinstance(other, tuple):
        plain = [value if isinstance(value, str) else None for value in (*one[:2], *one[2].values())]
        short = [value if isinstance(value, str) else None for value in (*other[:2], *other[2].values())]
        return plain == short and list(one[2]) == list(other[2])
    return one == other


@given(st.lists(VALUES, min_size=2, max_size=6), st.lists(TEXTS | NUMBERS, min_size=1, max_size=3))
def test_one_after_the_other_entries_say_what_they_say_alone(datas, commits):
    reader = Reader()
    for data in [*datas, *datas, *({"commit": {"x": one, "y": one}} for one in commits)]:
        body = entry(data)
        assert same(said(body), read(reader, body))


@given(VALUES, st.integers(0, 400), st.binary(min_size=0, max_size=3))
def test_what_was_changed_anywhere_is_seen_as_if_it_were_read_alone(data, place, put):
    reader = Reader()
    body = entry(data, object="poll/7")
    read(reader, body), read(reader, body)
    other = body[: place % len(body)] + put + body[place % len(body) + 1 :]
    assert same(said(other), read(reader, other))


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (b'{":0,b":1,":1,c":2}', b'{":5,b":1,":1,c":2}'),
        (b'{"a:0,b":1,"a:0,c":1}', b'{"a:4,b":1,"a:0,c":1}'),
        (b'{"a":1,"b":2}', b'{"a":01,"b":2}'),
        (b'{"a":1,"b":2}', b'{"a":-0,"b":2}'),
        (b'{"a":1,"b":2}', b'{"a":1.0,"b":2}'),
        (b'{"a":"x","b":2}', b'{"a":"\\u0078","b":2}'),
        (b'{"a":"x","b":2}', b'{"b":"x","a":2}'),
        (b'{"a":"x","b":2}', b'{"a":"x","a":2}'),
    ],
)
def test_a_shape_that_was_seen_lets_nothing_through(first, then):
    reader = Reader()
    whole = entry("DATA")
    for data in (first, first, then):
        body = whole.replace(b'"DATA"', data)
        assert same(said(body), read(reader, body)), data


def test_a_commitment_that_became_a_number_or_moved_is_seen():
    reader = Reader()
    read(reader, entry({"commit": {"name": "a" * 64}}))
    assert reader.read(entry({"commit": {"name": "b" * 64}})).commitments == {"name": "b" * 64}
    assert reader.read(entry({"commit": {"name": 12}})).commitments == {"name": None}
    assert reader.read(entry({"commit": {"nome": "b" * 64}})).commitments == {"nome": "b" * 64}
    assert reader.read(entry({}, type=5)).type in (5, None)
