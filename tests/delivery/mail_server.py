"""A real mail server on this machine: it offers STARTTLS, refuses whom it is told to and keeps what it took."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


class Box:
    """What the server took: ``letters``, ``encrypted`` for each; ``answers`` gives an address another answer."""

    def __init__(self) -> None:
        self.letters: list[tuple[str, EmailMessage]] = []
        self.encrypted: list[bool] = []
        self.answers: dict[str, list[str]] = {}
        self.hang_up_after: int | None = None
        self.url = ""

    def people(self) -> list[str]:
        return [to for to, _letter in self.letters]

    async def handle_RCPT(self, server: Any, session: Session, envelope: Envelope, address: str, options: list) -> str:
        if self.answers.get(address):
            return self.answers[address].pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Session, envelope: Envelope) -> str:
        letter = message_from_bytes(envelope.content, policy=policy.default)
        self.letters.append((envelope.rcpt_tos[0], letter))
        self.encrypted.append(session.ssl is not None)
        if self.hang_up_after is not None and len(self.letters) >= self.hang_up_after:
            self.hang_up_after = None
            server.transport.abort()
        return "250 taken"


def certificate(folder: Path) -> ssl.SSLContext:
    """A certificate that this server made for itself, as mail servers of one machine do."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mail.example")])
    day = datetime(2026, 1, 1)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number()).not_valid_before(day).not_valid_after(day + timedelta(days=3650))
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    plain = serialization.NoEncryption()
    (folder / "mail.key").write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
    )
    (folder / "mail.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "mail.pem", folder / "mail.key")
    return context


class AnyPort(Controller):
    """A controller on whatever port is free."""

    def _trigger_server(self) -> None:
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def mail_server(folder: Path | None = None, *, password: str = "") -> Iterator[Box]:
    """With a folder the server offers STARTTLS and takes letters only after it; ``password`` is that of ``post``."""
    box = Box()

    def check(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=(data.login, data.password) == (b"post", password.encode()), handled=False)

    options: dict[str, Any] = {"enable_SMTPUTF8": False}
    if folder is not None:
        options |= {"tls_context": certificate(folder), "require_starttls": True}
    if password:
        options |= {"authenticator": check, "auth_required": True, "auth_require_tls": folder is not None}
    controller = AnyPort(box, hostname="127.0.0.1", port=0, **options)
    controller.start()
    box.url = f"smtp://{f'post:{password}@' if password else ''}127.0.0.1:{controller.port}"
    try:
        yield box
    finally:
        controller.stop()
