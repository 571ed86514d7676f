"""Salted commitments: how an entry names a personal value without containing it. Pure.

A commitment is the lower-case hexadecimal SHA-256 of these bytes, one after the other:

====  =====================================================================
22    the ASCII bytes ``deliberation/commit/v1``
2     length of the field's name in bytes, big-endian
n     the field's name, UTF-8 (such as ``person.phone``)
32    the salt, random for every value (never one for a person: equal values would show)
4     length of the value in bytes, big-endian
m     the value: a string as UTF-8, exactly as kept (nothing is normalised), or bytes
====  =====================================================================

The lengths make the layout unambiguous: no field and value can be divided in another way into the same bytes.
Value and salt are kept in an erasable table; once they are deleted the commitment says nothing (PIPL 47), while every
proof over the entry still holds.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256

TAG = b"deliberation/commit/v1"
SALT_BYTES = 32


def commit(field: str, salt: bytes, value: str | bytes) -> str:
    """The commitment to ``value``: 64 hexadecimal digits.

    :raises ValueError: if the salt is not 32 bytes, or the field's name longer than 65,535.
    """
    if len(salt) != SALT_BYTES:
        raise ValueError(f"a salt has {SALT_BYTES} bytes, not {len(salt)}")
    data = value.encode() if isinstance(value, str) else value
    return sha256(b"%b%b%b%b" % (_head(field), salt, len(data).to_bytes(4, "big"), data)).hexdigest()


def opens(commitment: object, field: str, salt: bytes, value: str | bytes) -> bool:
    """Whether salt and value are what the commitment was made of. All three are known to who asks: nothing to time."""
    return len(salt) == SALT_BYTES and commitment == commit(field, salt, value)


@lru_cache(1024)
def _head(field: str) -> bytes:
    name = field.encode()
    if len(name) > 0xFFFF:
        raise ValueError("the field's name is too long")
    return TAG + len(name).to_bytes(2, "big") + name
