"""The same ballots on PostgreSQL that syncs to the disk, beside one writer that COPYs each batch on one connection."""

from __future__ import annotations

from pathlib import Path

import psycopg

from benchmarks.ballots import Bench, measure
from benchmarks.report import Finding
from tests.postgres_server import DURABLE, PostgresServer

COPY = "group_copy"


def run(folder: Path) -> Finding:
    server = PostgresServer(DURABLE)
    try:
        for name in ("site", "reference"):
            with psycopg.connect(f"postgresql://postgres@/postgres?host={server.data}", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
        reference = f"postgresql://postgres@/reference?host={server.data}"
        return measure(Bench("ballots_postgres", ((COPY, 0.2),), server.url("site"), reference), folder)
    finally:
        server.stop()
