"""The real program in a process of its own, started and stopped as people do."""

from __future__ import annotations

import os
import re
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

DELIBERATION = [sys.executable, "-m", "deliberation"]
LINK = re.compile(r"https?://\S+/sign-in/\S+")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment(data: Path, port: int, **settings: str) -> dict[str, str]:
    """A clean environment for one installation."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DELIBERATION_")}
    given = {f"DELIBERATION_{name.upper()}": value for name, value in settings.items()}
    return kept | {"DELIBERATION_DATA": str(data), "DELIBERATION_PORT": str(port), "PYTHONUNBUFFERED": "1"} | given


class Server:
    """``deliberation <words>`` in the background, or a ``command`` that ends there; ``printed`` is what it has said."""

    def __init__(
        self,
        words: list[str],
        env: dict[str, str],
        *,
        folder: Path,
        address: str = "",
        command: list[str] = DELIBERATION,
    ):
        self.address = address or f"http://localhost:{env['DELIBERATION_PORT']}"
        self.out = folder / "server.out"
        with open(self.out, "w") as out:
            self.process = subprocess.Popen([*command, *words], env=env, stdout=out, stderr=subprocess.STDOUT)
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + 180
        while time.monotonic() < deadline:
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended: {self.printed[-2000:]}")
            try:
                self.fetch("/healthz")
                return
            except OSError:
                time.sleep(0.2)
        raise AssertionError(f"the server does not answer: {self.printed[-2000:]}")

    @property
    def printed(self) -> str:
        return self.out.read_text("utf-8", errors="replace")

    @property
    def links(self) -> list[str]:
        return LINK.findall(self.printed)

    def link_of(self, name: str) -> str:
        """The sign-in link printed below a name of the demo's cast."""
        after = self.printed.split(f"{name}\t", 1)[1]
        return LINK.search(after).group(0)

    def fetch(self, path: str) -> str:
        """A page as a stranger gets it; a certificate that we signed ourselves is taken."""
        context = ssl._create_unverified_context() if self.address.startswith("https") else None
        with urllib.request.urlopen(self.address + path, timeout=30, context=context) as answer:
            return answer.read().decode()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)
