"""The product as it is served: the command line's own server with its own options, one process, SQLite in a folder."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.machine import Server, free_port, python, serving
from deliberation.settings import Settings
from deliberation.web import form_token


def settings_in(folder: Path, url: str = "") -> Settings:
    """What the seeding process works with; the server reads the same folder with everything else by default."""
    return Settings(data=folder, database_url=url, signer="inside")


@contextlib.contextmanager
def product(
    folder: Path, command: list[str] | None = None, url: str = "", port: int = 0, **settings: object
) -> Iterator[Server]:
    """``deliberation serve`` over a seeded folder, or another command that serves it; ``settings`` as in ``settings.py``."""
    port = port or free_port()
    environment = {"DELIBERATION_DATA": str(folder), "DELIBERATION_PORT": str(port)}
    if url:
        environment["DELIBERATION_DATABASE_URL"] = url
    environment |= {f"DELIBERATION_{name.upper()}": str(value) for name, value in settings.items()}
    with serving(command or python("deliberation", "serve"), port, folder, **environment) as server:
        yield server


def head(port: int, token: str) -> str:
    """The header lines of a browser that is signed in, of those that the server reads."""
    return (
        f"Host: 127.0.0.1:{port}\r\n"
        f"Cookie: __Host-sign-in={token}\r\n"
        f"Accept-Language: zh-CN,zh;q=0.9\r\nAccept-Encoding: gzip\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64)\r\n"
    )


def get(port: int, path: str, token: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\n{head(port, token)}Accept: text/html\r\n\r\n".encode()


def post(port: int, path: str, token: str, fields: Mapping[str, str]) -> bytes:
    """A form as its page would send it: with its token and key, from our own origin."""
    body = urlencode({"token": form_token(token)} | dict(fields)).encode()
    lines = (
        f"POST {path} HTTP/1.1\r\n{head(port, token)}Origin: http://127.0.0.1:{port}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return lines.encode() + body
