"""The signing key's file, and Ed25519 (RFC 8032) by the ``cryptography`` library."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from deliberation.audit.note import Key
from deliberation.audit.published import write_durably


class KeyUnusable(Exception):
    """The key file cannot be read, is no Ed25519 key, or is open to other accounts."""


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the Ed25519 signature holds; the form that ``note`` asks for."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


class SigningKey:
    """The one key of an installation; it signs each log under that log's name."""

    def __init__(self, private: Ed25519PrivateKey):
        self._private = private
        self.public = private.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        return self._private.sign(message)

    def named(self, origin: str) -> Key:
        """The verifier key of the log ``origin``."""
        return Key(origin, self.public)


def load(path: Path) -> SigningKey:
    """The key of a file.

    :raises KeyUnusable: if it is not there, is no unencrypted Ed25519 PKCS #8 PEM, or others may read it: a key that
        other accounts of the machine can read signs for them too.
    """
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise KeyUnusable(f"{path}: the signing key may be readable by its owner only (mode 0600)")
        private = serialization.load_pem_private_key(path.read_bytes(), password=None)
    except (OSError, ValueError, TypeError) as error:
        raise KeyUnusable(f"{path}: the signing key cannot be read: {error}") from None
    if not isinstance(private, Ed25519PrivateKey):
        raise KeyUnusable(f"{path}: not an Ed25519 key")
    return SigningKey(private)


def load_or_make(path: Path) -> SigningKey:
    """The key of a file, made at the first start. Made whole or not at all, and never over another one."""
    if not path.exists():
        pem = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".{path.name}.{os.getpid()}")
        write_durably(draft, pem, mode=0o600)
        try:
            os.link(draft, path)
        except FileExistsError:
            pass  # Another process was first; its key is the key.
        finally:
            draft.unlink()
    return load(path)
