"""Canonical JSON (RFC 8785) for what an entry may hold: objects, lists, strings, integers, true, false, null. Pure.

Numbers with a point are refused rather than written: a share or an area in an entry is a decimal *string*, so that no
two programs can round it differently. Integers stay within ±(2**53 − 1), beyond which RFC 8785 would lose digits.
"""

from __future__ import annotations

import json
import re
from json.encoder import c_make_encoder, encode_basestring
from typing import Any

LARGEST = 2**53 - 1

_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode
_encode_sorted = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False, sort_keys=True).encode
if c_make_encoder is not None:
    # JSONEncoder.encode makes this anew at every call, which costs as much as an entry's encoding.
    _chunks = c_make_encoder(None, None, encode_basestring, None, ":", ",", True, False, False)

    def _encode_sorted(value: Any) -> str:
        return "".join(_chunks(value, 0))


_BEYOND_THE_BASIC_PLANE = re.compile(rb"[\xf0-\xff]")


class NotCanonical(ValueError):
    """A value that an entry may not hold, or bytes that are not in the canonical form."""


def canonical(value: Any) -> bytes:
    """The canonical bytes of a value.

    :raises NotCanonical: for floats, integers beyond ±(2**53 − 1), keys that are no strings, lone surrogates, and
        anything that is not JSON.
    """
    try:
        # Written for every entry inside the writer, so the usual case is left to the C encoder's own sorting.
        return (_encode_sorted(value) if _plain_keys(value) else _encode(_ordered(value))).encode()
    except UnicodeEncodeError:
        raise NotCanonical("a string holds half a character (a lone surrogate)") from None
    except RecursionError:
        raise NotCanonical("nested too deeply") from None


def read_canonical(body: bytes) -> Any:
    """The value of canonical bytes.

    :raises NotCanonical: if the bytes are not exactly what :func:`canonical` would write for what they say.
    """
    try:
        text = body.decode()
        value, end = _decoder.raw_decode(text)
        # Both orders of keys are one, and floats and large integers are refused by the decoder, so no walk is needed.
        plain = body.isascii() or _BEYOND_THE_BASIC_PLANE.search(body) is None
        again = _encode_sorted(value) if plain else canonical(value).decode()
    except (UnicodeDecodeError, json.JSONDecodeError, RecursionError) as error:
        raise NotCanonical(f"not JSON: {error}") from None
    if again != text or end != len(text):
        raise NotCanonical("not in canonical form")
    return value


def _plain_keys(value: Any) -> bool:
    """Check that a value may stand in an entry. True if all its keys are ASCII.

    Then Python's order of keys is that of RFC 8785 (3.2.3), which is by UTF-16 code units and differs where a character
    of U+E000 or above meets one beyond the basic plane.
    """
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is dict:
        plain = True
        for key, item in value.items():
            if not isinstance(key, str):
                raise NotCanonical("a key is no string")
            # Every item is looked at, also behind a key that has already decided the answer.
            plain = (type(item) is str or _plain_keys(item)) and key.isascii() and plain
        return plain
    if isinstance(value, int):
        if abs(value) > LARGEST:
            raise NotCanonical(f"the integer {value} is too large for canonical JSON")
        return True
    if isinstance(value, (list, tuple)):
        return False not in [_plain_keys(item) for item in value]
    if isinstance(value, str):
        return True
    raise NotCanonical(f"{kind.__name__} has no place in an entry")


def _utf16(key: str) -> bytes:
    return key.encode("utf-16-be", "surrogatepass")


def _ordered(value: Any) -> Any:
    """The same value with every object's keys in the order of RFC 8785."""
    if isinstance(value, dict):
        return {key: _ordered(value[key]) for key in sorted(value, key=_utf16)}
    if isinstance(value, (list, tuple)):
        return [_ordered(item) for item in value]
    return value


def _no_float(text: str) -> Any:
    raise NotCanonical(f"the number {text} is no integer")


def _integer(text: str) -> int:
    # Longer than any integer that is let through; Python itself refuses to read a few thousand digits.
    if len(text) > 17 or abs(int(text)) > LARGEST:
        raise NotCanonical(f"the integer {text[:20]} is too large for canonical JSON")
    return int(text)


_decoder = json.JSONDecoder(parse_float=_no_float, parse_constant=_no_float, parse_int=_integer)
