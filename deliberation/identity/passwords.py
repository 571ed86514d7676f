"""Passwords: argon2id at OWASP's floor (t=2, m=19 MiB, p=1), two at a time: a storm of sign-ins cannot stop us."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import Type

from deliberation.identity.naming import pinyin_key
from deliberation.identity.rules import COMMON, SHORTEST, normal_password

_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1, type=Type.ID)
_gate = threading.BoundedSemaphore(2)


def hash_password(password: str) -> str:
    """The encoded argon2id hash of the normal form, which is also the one that ``check_password`` looks at."""
    with _gate:
        return _hasher.hash(normal_password(password))


def verify_password(encoded: str, password: str) -> bool:
    """Whether it is the password; an empty or foreign hash costs the same time as a real one."""
    with _gate:
        try:
            return _hasher.verify(encoded or _nobodys(), normal_password(password)) and bool(encoded)
        except (VerificationError, InvalidHashError):
            return False


def needs_rehash(encoded: str) -> bool:
    return bool(encoded) and _hasher.check_needs_rehash(encoded)


@cache
def common_passwords() -> frozenset[str]:
    """The passwords most used, in lower case: of 30,000 those long enough for us, 11,600 (ASVS 6.2.4 asks for 3,000)."""
    # Here, because only who sets a password needs them: a quarter of a second at the first.
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return COMMON.union(word for word in FREQUENCY_LISTS["passwords"] if len(word) >= SHORTEST)


def with_readings(words: Iterable[str]) -> tuple[str, ...]:
    """Words that a password must not hold, also as they are typed in Latin letters: 青溪村, qingxicun."""
    known = list(filter(None, words))
    return (*known, *(pinyin_key(word) for word in known if not word.isascii()))


_nobody: list[str] = []


def _nobodys() -> str:
    """A hash that fits nobody, so that an unknown name takes as long as a wrong password."""
    if not _nobody:
        _nobody.append(_hasher.hash("\x00 nobody's \x00"))
    return _nobody[0]
