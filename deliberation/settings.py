"""Every setting, its default and why. Settings are environment variables ``DELIBERATION_…``, read once at start."""

from __future__ import annotations

import ipaddress
import os
import re
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LOOPBACK_NAMES = {"localhost", "testserver"}
ORIGIN = re.compile(r"https?://(\*\.)?[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*(:[0-9]{1,5})?")


class Settings(BaseSettings):
    """What an installation may choose. ``deliberation check-config`` prints these without secrets."""

    model_config = SettingsConfigDict(env_prefix="DELIBERATION_", extra="ignore", frozen=True)

    data: Path = Field(
        Path("data/site"),
        description="folder of the database, the published log, attachments and the key; of one installation only",
    )
    database_url: str = Field("", description="empty: SQLite inside the data folder; or postgresql://…")
    bus: Literal["", "memory", "postgres", "nats"] = Field(
        "", description="between processes; empty: memory for one process, postgres for several"
    )
    nats_url: str = Field("nats://127.0.0.1:4222", description="where the nats bus is")
    host: str = Field("127.0.0.1", description="address to listen on; another than loopback asks for TLS")
    port: int = Field(8000, ge=0, le=65535, description="port to listen on")
    public_url: str = Field("", description="address that people type; for links, QR codes and the Origin check")
    log_name: str = Field("", description="name of the audit log, fixed at installation; empty: made once at random")
    clock: Literal["system", "demo"] = Field(
        "system", description="demo: the demo's movable clock, only in a demo's folder"
    )
    trusted_proxies: str = Field(
        "", description="addresses or networks whose X-Forwarded-* headers are believed, comma-separated"
    )
    allow_http: bool = Field(False, description="1: serve plain http beyond loopback, with a banner on every page")
    tls_cert: Path | None = Field(None, description="certificate with which to serve https itself (--tls-cert)")
    tls_key: Path | None = Field(None, description="its key (--tls-key)")
    signer: Literal["inside", "outside"] = Field(
        "inside", description="inside: a thread of this process signs the log; outside: run `deliberation signer`"
    )
    key_file: Path | None = Field(None, description="the log's signing key; default signer/key inside the data folder")
    smtp_url: str = Field("", description="smtp://user:password@host:port for notices by e-mail; empty: none are sent")
    mail_from: str = Field("deliberation@localhost", description="sender of e-mail notices")
    default_locale: Literal["zh-Hans", "zh-Hant", "en"] = Field(
        "zh-Hans", description="language of a visitor who asks for none"
    )
    timezone: str = Field("Asia/Shanghai", description="time zone of a community that names none")
    max_body: int = Field(2 * 1024 * 1024, ge=1024, description="bytes that a form may have")
    max_upload: int = Field(20 * 1024 * 1024, ge=1024, description="bytes that an attachment or a roster may have")
    most_sockets: int = Field(
        12_000,
        ge=16,
        description="pages kept open by one process, some 35 KiB each; never more than nine tenths of its files",
    )
    most_on_topic: int = Field(
        10_000, ge=2, description="of these with one room or matter; strangers at most half of both"
    )
    most_per_address: int = Field(
        500, ge=1, description="of these by strangers behind one address: a school or hall behind one router still fits"
    )
    card_ancestors: str = Field(
        "",
        description="sites that may show the card of a solicitation inside their pages, as origins, comma-separated, or *; empty: none",
    )
    export_days: int = Field(14, ge=1, le=3650, description="days that the file of an export of opinions is kept")
    metrics_token: str = Field("", description="token that /metrics asks for; empty: /metrics is closed")

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in filter(None, (piece.strip() for piece in value.split(","))):
            ipaddress.ip_network(part, strict=False)
        return value

    @field_validator("card_ancestors")
    @classmethod
    def _origins(cls, value: str) -> str:
        for part in filter(None, (piece.strip() for piece in value.split(","))):
            if part != "*" and not ORIGIN.fullmatch(part):
                raise ValueError(f"{part}: an origin like https://www.example.cn, or *")
        return value

    @cached_property
    def card_sites(self) -> tuple[str, ...]:
        """Who may frame a card, as sources of a Content-Security-Policy (CSP 3, 6.4.2)."""
        return tuple(filter(None, (piece.strip() for piece in self.card_ancestors.split(","))))

    @cached_property
    def url(self) -> str:
        """The database's SQLAlchemy address."""
        if not self.database_url:
            return f"sqlite:///{self.data / 'deliberation.sqlite3'}"
        scheme, rest = self.database_url.split("://", 1)
        return f"postgresql+psycopg://{rest}" if scheme in {"postgres", "postgresql"} else self.database_url

    @cached_property
    def address(self) -> str:
        """The public address without a trailing slash."""
        return (self.public_url or f"http://localhost:{self.port}").rstrip("/")

    @cached_property
    def secure(self) -> bool:
        """Whether browsers treat the public address as secure: https, or this very machine (Secure cookies work there)."""
        parts = urlsplit(self.address)
        return parts.scheme == "https" or is_loopback(parts.hostname or "")

    @cached_property
    def proxies(self) -> tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]:
        parts = filter(None, (piece.strip() for piece in self.trusted_proxies.split(",")))
        return tuple(ipaddress.ip_network(part, strict=False) for part in parts)

    @cached_property
    def key(self) -> Path:
        return self.key_file or self.data / "signer" / "key"

    @cached_property
    def log_folder(self) -> Path:
        """Where the signer publishes and ``/log/…`` is served from."""
        return self.data / "log"


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine itself."""
    if host in LOOPBACK_NAMES or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def environment_without_settings() -> dict[str, str]:
    """The environment for a process that helps with something and needs no secret of ours."""
    return {name: value for name, value in os.environ.items() if not name.startswith("DELIBERATION_")}
