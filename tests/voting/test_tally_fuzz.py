"""Documents and files that somebody has damaged, on purpose or not: each is refused in one sentence or counted right."""

from __future__ import annotations

import argparse
import copy
import json
import sys
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.voting import commands
from deliberation.voting.strict_json import parse_json
from deliberation.voting.tally import tally_json
from deliberation.voting.tally_checks import TallyRefused
from tests.voting.tally_oracle import oracle, random_document
from tests.voting.test_tally_documents import places

RANDOM = st.randoms(use_true_random=False)

NUMBERS = [0, -1, -0.0, 1, 2, 0.5, 1e999, -1e999, float("nan"), 2**53, 2**63, 10**30, 10**99, 10**100, True, False]
WORDS = [
    "", " ", "yes", "no", "abstain", "invalid", "conflict", "m0", "m1", "stranger", "王", "A", "甲", "heads", "area",
    "households", "entitled", "present", "participating", "valid", "decisive", ">", ">=", "1/2", "2/3", "2/0", "0/2",
    "3/2", "1001/1000", "1/1000", "1000/1000", "-1", "-0.01", "89.5", "1e3", "NaN", "٣", "２/３", "1/２", "²", "\u0000",
    "\u202e", "\ufeff", "named", "confidential", "options", "proxy", "__class__", "9" * 99, "9" * 101,
]  # fmt: skip
VALUES = st.one_of(
    st.none(),
    st.sampled_from(NUMBERS),
    st.sampled_from(WORDS),
    st.text(max_size=4),
    st.integers(),
    st.sampled_from([[], {}, [[]], [{}], ["yes"], ["甲"], ["甲", "甲"], {"any": []}, {"any": [{}]}]),
)
KEYS = ("schema", "rule", "roster", "ballots", "present", "secrecy", "participated", "id", "heads", "household", "owner",
        "area", "member", "choice", "channel", "cast_by", "receipt", "method", "options", "select", "seats", "choices",
        "quorum", "approval", "strict_presence", "any", "measure", "of", "op", "fraction", "who", "Any", "")  # fmt: skip


def find(document: Any, way: tuple) -> Any:
    for step in way:
        document = document[step]
    return document


def damaged(rng: Random, document: Any, value: Any) -> Any:
    """One thing put in the place of another, left out, put in, doubled, or called by another name."""
    document = copy.deepcopy(document)
    ways = [way for way in places(document) if way]
    if not ways:
        return value
    way = rng.choice(ways)
    where, last = find(document, way[:-1]), way[-1]
    match rng.choice(("put", "put", "drop", "double", "move", "name", "swap")):
        case "put":
            where[last] = value
        case "drop":
            del where[last]
        case "double" if isinstance(where, list):
            where.insert(rng.randint(0, len(where)), copy.deepcopy(where[last]))
        case "move":  # Something that is right, in a place where it is not.
            where[last] = copy.deepcopy(find(document, rng.choice(ways)))
        case "name" if isinstance(where, dict):
            where[rng.choice(KEYS)] = where.pop(last)
        case "swap" if isinstance(where, list):
            rng.shuffle(where)
        case _:
            if isinstance(where, dict):
                where[rng.choice(KEYS)] = value
    return document


def outcome(document: Any) -> dict[str, Any] | None:
    """The result, or None where it was refused as it should be: in one sentence, with a place."""
    before = copy.deepcopy(document)
    try:
        found = tally_json(document)
    except TallyRefused as no:
        assert no.place and no.sentence
        assert str(no).splitlines() == [str(no)] and len(str(no)) < 400
        str(no).encode()
        found = None
    assert repr(document) == repr(before)
    return found


def is_right(document: dict[str, Any], found: dict[str, Any]) -> None:
    """As the second count finds it, which shares no line with the first."""
    json.dumps(found, allow_nan=False).encode()
    assert found["received"] == found["counted"] + len(found["set_aside"]) == len(document["ballots"])
    expected = oracle(document)
    expected.pop("reports")
    assert {key: found[key] for key in expected} == expected


@settings(max_examples=800)
@given(RANDOM, st.lists(VALUES, min_size=1, max_size=3))
def test_a_damaged_document_is_refused_or_counted_right(rng: Random, values: list[Any]):
    document = random_document(rng)
    for value in values:
        document = damaged(rng, document, value)
    found = outcome(document)
    if found is not None:
        is_right(document, found)


JSON = st.recursive(
    VALUES, lambda each: st.lists(each, max_size=3) | st.dictionaries(st.sampled_from(KEYS), each, max_size=5)
)


@given(JSON)
def test_whatever_json_is_refused_or_counted(document: Any):
    outcome(document)


@settings(max_examples=300)
@given(RANDOM, st.binary(min_size=1, max_size=4), st.integers(0, 3))
def test_a_damaged_file_is_refused_or_says_what_it_says(rng: Random, junk: bytes, how: int):
    data = json.dumps(random_document(rng), ensure_ascii=bool(how % 2), indent=rng.choice([None, 1])).encode()
    at = rng.randrange(len(data))
    end = (at, at + len(junk), len(data), min(len(data), at + rng.randint(1, 40)))[how]
    try:
        document = parse_json(data[:at] + junk + data[end:])
    except TallyRefused as no:
        assert no.place and str(no).splitlines() == [str(no)]
        return
    found = outcome(document)
    if found is not None:
        is_right(document, found)


# --- the command ------------------------------------------------------------------------------------------------------

EMPTY = '{"rule": {"choices": ["yes", "no"], "approval": [%s]}, "roster": [%s], "ballots": [%s]}'
TEST = '{"measure": "heads", "of": "present", "op": ">", "fraction": "1/2"}'
FILES = {
    "an empty object": b"{}",
    "nothing but a mark of order": b"\xef\xbb\xbf",
    "a mark of order twice": b"\xef\xbb\xbf\xef\xbb\xbf{}",
    "nothing but spaces": b" \n \n",
    "half a character": b'{"rule": "\xe4\xb8"}',
    "UTF-16": (EMPTY % (TEST, "", "")).encode("utf-16"),
    "an infinite number": (EMPTY % (TEST, '{"id": "a", "heads": 1e999}', "")).encode(),
    "a number that is none": (EMPTY % (TEST, '{"id": "a", "heads": NaN}', "")).encode(),
    "minus infinity": (EMPTY % (TEST, '{"id": "a", "area": -Infinity}', "")).encode(),
    "a number of a hundred digits": (EMPTY % (TEST, '{"id": "a", "heads": 1%s}' % ("0" * 100), "")).encode(),
    "a number of ten thousand digits": (EMPTY % (TEST, '{"id": "a", "heads": %s}' % ("9" * 10_000), "")).encode(),
    "true for one": (EMPTY % (TEST, '{"id": "a", "heads": true}', "")).encode(),
    "a point for one": (EMPTY % (TEST, '{"id": "a", "heads": 1.0}', "")).encode(),
    "digits of another script": (EMPTY % (TEST, '{"id": "a", "area": "٣"}', "")).encode(),
    "a fraction of another script": (EMPTY % (TEST.replace("1/2", "１/２"), "", "")).encode(),
    "a negative area": (EMPTY % (TEST, '{"id": "a", "area": "-1"}', "")).encode(),
    "a key twice": (EMPTY % (TEST, "", '{"member": "a", "choice": "yes", "choice": "no"}')).encode(),
    "an unknown choice": (EMPTY % (TEST, "", '{"member": "a", "choice": "maybe"}')).encode(),
    "lists in lists": b"[" * 100_000 + b"]" * 100_000,
    "objects in objects": b'{"any":' * 50_000 + b"1" + b"}" * 50_000,
    "two documents": b"{}{}",
    "a line of a separator": b'{"a\xe2\x80\xa8b": 1, "rule": 1, "roster": [], "ballots": []}',
    **{f"fraction {each}": (EMPTY % (TEST.replace("1/2", each), "", "")).encode()
       for each in ("2/0", "0/2", "3/2", "1001/1000", "1/1001", "-1/2", "1.0/2", "/", "1/2/3")},
}  # fmt: skip


def run(path: str) -> int:
    parser = argparse.ArgumentParser()
    commands.register(parser.add_subparsers())
    arguments = parser.parse_args(["tally", path, "--json"])
    return arguments.run(arguments)


@pytest.mark.parametrize("name", FILES)
def test_the_command_refuses_in_one_sentence_and_ends_with_two(name: str, tmp_path, capsys):
    path = tmp_path / "document.json"
    path.write_bytes(FILES[name])
    limit = sys.getrecursionlimit()
    assert run(str(path)) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"{path}: ") and err.endswith(".\n")
    assert err.splitlines() == [err.removesuffix("\n")]
    assert "Traceback" not in err
    assert sys.getrecursionlimit() == limit


@pytest.mark.parametrize("with_mark", [False, True])
def test_a_document_without_anybody_is_counted(tmp_path, capsys, with_mark: bool):
    """No roster and no ballot is no crash and no division by zero: nothing is more than half of nothing."""
    path = tmp_path / "document.json"
    path.write_bytes(b"\xef\xbb\xbf" * with_mark + (EMPTY % (TEST, "", "")).encode())
    assert run(str(path)) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["outcome"], result["received"]) == ("failed", 0)
    assert result["tests"][0]["needed"] is None
