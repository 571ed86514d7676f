"""The receipt of a confidential ballot: that one was taken from this line of the roster, and never which.

The random code on it is also the salt of the commitment that stands for the line in the participation root of the
closing entry: whoever holds the receipt finds the line among the published commitments, and nobody else does.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable

from deliberation.audit import merkle
from deliberation.audit.commitment import commit

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without I, L, O and U, which are misread on paper."""
LENGTH = 20
"""Of 32 signs each: 100 bits, beyond guessing."""
FIELD = "participation"
_MISREAD = str.maketrans("ILO", "110", " -")


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _each in range(LENGTH))


def grouped(code: str) -> str:
    """The code as it is read and copied: GHY5-7K2M-91TD-X4QA-7PM2."""
    return "-".join(code[at : at + 4] for at in range(0, len(code), 4))


def read_code(text: str) -> str:
    """A code as somebody typed it from paper."""
    return text.strip().upper().translate(_MISREAD)


def leaf(poll_id: int, line: int, code: str) -> str:
    """The commitment that says that the roster's line of this number took part: 64 hexadecimal digits."""
    salt = hashlib.sha256(b"deliberation/receipt/v1" + code.encode()).digest()
    return commit(FIELD, salt, f"poll/{poll_id}/line/{line}")


def participation_root(leaves: Iterable[str]) -> str:
    """The RFC 6962 root over the sorted commitments, hex."""
    return merkle.root([merkle.leaf_hash(each.encode()) for each in sorted(leaves)]).hex()
