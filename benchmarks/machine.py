"""The machine under a measurement: which core does what, servers as processes of their own, the CPU time they took."""

from __future__ import annotations

import contextlib
import os
import resource
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 60.0
"""Seconds that a server has to begin to listen."""


_ALLOWED = sorted(os.sched_getaffinity(0))
"""As this process found it: whatever it starts after it took one for itself must still find the other."""


def cores() -> tuple[set[int], set[int]]:
    """The core of the server and that of the load; the same one where there is only one."""
    return {_ALLOWED[0]}, {_ALLOWED[-1]}


@contextlib.contextmanager
def all_cores() -> Iterator[None]:
    """What is measured here is done by more than one process."""
    os.sched_setaffinity(0, _ALLOWED)
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores()[1])


def take_load_core() -> None:
    """Keep this process, which makes the load, off the server's core."""
    os.sched_setaffinity(0, cores()[1])
    _many_files()


def _many_files() -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


def _on_server_core() -> None:
    os.sched_setaffinity(0, cores()[0])
    _many_files()


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return asked.getsockname()[1]


class Server:
    """One running server process on its own core."""

    def __init__(self, process: subprocess.Popen, port: int, output: Path):
        self.process, self.port, self.output = process, port, output

    @property
    def cpu(self) -> float:
        """Seconds of CPU that the process has used: all threads that it has, to the nanosecond."""
        threads = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(each.read_text().split()[0]) for each in threads) / 1e9

    @property
    def memory(self) -> int:
        """KiB that the process holds in memory (VmRSS)."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def complaints(self) -> str:
        """What it wrote to its standard error, the end of it."""
        return self.output.read_text(errors="replace")[-2000:]


@contextlib.contextmanager
def serving(command: list[str], port: int, folder: Path, **environment: str) -> Iterator[Server]:
    """Start a server, wait until it listens, stop it at the end. Raises RuntimeError with its words if it never does."""
    output = folder / f"server-{port}.err"
    with output.open("wb") as errors:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
            preexec_fn=_on_server_core,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
    server = Server(process, port, output)
    try:
        _await(server)
        yield server
    finally:
        _stop(process)


def python(module: str, *arguments: object) -> list[str]:
    return [sys.executable, "-m", module, *map(str, arguments)]


def _await(server: Server) -> None:
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if server.process.poll() is not None:
            raise RuntimeError(f"the server ended at once: {server.complaints()}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", server.port), 0.5):
            return
        time.sleep(0.05)
    raise RuntimeError(f"the server did not listen: {server.complaints()}")


def _stop(process: subprocess.Popen) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


def described() -> str:
    """The machine in a line, for the table."""
    names = [
        line.split(":", 1)[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    load = "/".join(f"{each:.1f}" for each in os.getloadavg()[:2])
    return f"{os.cpu_count()} cores, {names[0] if names else 'unknown'}, Python {sys.version.split()[0]}, load {load}"
