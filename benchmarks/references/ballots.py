"""Ballots by the least and by the usual way, each durable with a row of a hash chain. No sign-in, no form, no rule.

``group_asgi``: raw ASGI and one writer that commits whatever arrived during its last commit; the ceiling of a Python
server. ``sqlmodel_row``: Starlette with a SQLModel session and a commit in each request; what most code does.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import sqlite3
import sys
import time
from pathlib import Path
from typing import Any

import uvicorn

TABLES = (
    "CREATE TABLE ballot(id INTEGER PRIMARY KEY, vote_id INTEGER NOT NULL, voter_id INTEGER NOT NULL,"
    " choice TEXT NOT NULL, cast_at DOUBLE PRECISION NOT NULL, UNIQUE(vote_id, voter_id))",
    "CREATE TABLE audit(seq INTEGER PRIMARY KEY, kind TEXT NOT NULL, body TEXT NOT NULL, prev TEXT NOT NULL,"
    " hash TEXT NOT NULL)",
)


class Chain:
    """Rows of an audit table, each with the hash of the one before."""

    def __init__(self) -> None:
        self.before, self.number = "0" * 64, 0

    def rows(self, voters: list[int]) -> list[tuple[int, str, str, str, str]]:
        made = []
        for voter in voters:
            about = {"vote": 1, "voter": voter, "choice": "yes", "at": time.time()}
            body = json.dumps(about, separators=(",", ":"), sort_keys=True)
            self.number += 1
            hashed = hashlib.sha256((self.before + body).encode()).hexdigest()
            made.append((self.number, "ballot", body, self.before, hashed))
            self.before = hashed
        return made


def make_tables(file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA journal_mode=WAL")
    for table in TABLES:
        connection.execute(table)
    connection.close()


class Group:
    """One writer: while one batch commits, the next one gathers."""

    def __init__(self, place: str):
        self.connection = self.connect(place)
        self.chain = Chain()
        self.waiting: list[tuple[int, asyncio.Future]] = []
        self.task: asyncio.Task | None = None

    def connect(self, place: str) -> Any:
        connection = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA synchronous=FULL")
        return connection

    def put(self, voter: int) -> asyncio.Future:
        answer = asyncio.get_running_loop().create_future()
        self.waiting.append((voter, answer))
        if self.task is None:
            self.task = asyncio.create_task(self.work())
        return answer

    async def work(self) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(0)
        while self.waiting:
            batch, self.waiting = self.waiting, []
            await loop.run_in_executor(None, self.write, [voter for voter, _answer in batch])
            for _voter, answer in batch:
                if not answer.done():
                    answer.set_result(None)
        self.task = None

    def write(self, voters: list[int]) -> None:
        now = time.time()
        self.connection.execute("BEGIN IMMEDIATE")
        rows = [(voter, "yes", now) for voter in voters]
        self.connection.executemany("INSERT INTO ballot(vote_id,voter_id,choice,cast_at) VALUES(1,?,?,?)", rows)
        self.connection.executemany("INSERT INTO audit VALUES(?,?,?,?,?)", self.chain.rows(voters))
        self.connection.execute("COMMIT")


def group_asgi(place: Path | str, kind: type[Group] = Group) -> Any:
    group = kind(str(place))
    headers = [(b"content-type", b"application/json"), (b"content-length", b"11")]

    async def app(_scope: dict[str, Any], receive: Any, send: Any) -> None:
        message = await receive()
        await group.put(json.loads(message["body"])["voter"])
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b'{"ok":true}'})

    return app


class GroupByCopy(Group):
    """The same on PostgreSQL: a batch is two COPYs and one commit on one connection."""

    def connect(self, place: str) -> Any:
        import psycopg

        return psycopg.connect(place)

    def write(self, voters: list[int]) -> None:
        now = time.time()
        with self.connection.cursor() as cursor:
            with cursor.copy("COPY ballot(vote_id,voter_id,choice,cast_at) FROM STDIN") as copy:
                for voter in voters:
                    copy.write_row((1, voter, "yes", now))
            with cursor.copy("COPY audit FROM STDIN") as copy:
                for row in self.chain.rows(voters):
                    copy.write_row(row)
        self.connection.commit()


def group_copy(url: str) -> Any:
    return group_asgi(url, GroupByCopy)


def make_postgres_tables(url: str) -> None:
    import psycopg

    with psycopg.connect(url) as connection:
        connection.execute("DROP TABLE IF EXISTS ballot, audit")
        for table in TABLES:
            connection.execute(table.replace("id INTEGER PRIMARY KEY", "id SERIAL PRIMARY KEY", 1))


def sqlmodel_row(file: Path) -> Any:
    from sqlalchemy import event
    from sqlmodel import Field, Session, SQLModel, create_engine
    from starlette.applications import Starlette
    from starlette.responses import JSONResponse
    from starlette.routing import Route

    class Ballot(SQLModel, table=True):
        id: int | None = Field(default=None, primary_key=True)
        vote_id: int
        voter_id: int
        choice: str
        cast_at: float

    class Audit(SQLModel, table=True):
        seq: int = Field(primary_key=True)
        kind: str
        body: str
        prev: str
        hash: str

    engine = create_engine(f"sqlite:///{file}", connect_args={"check_same_thread": False})
    event.listen(engine, "connect", lambda connection, _record: connection.execute("PRAGMA synchronous=FULL"))
    chain = Chain()

    async def cast(request: Any) -> JSONResponse:
        voter = (await request.json())["voter"]
        with Session(engine) as session:
            session.add(Ballot(vote_id=1, voter_id=voter, choice="yes", cast_at=time.time()))
            seq, kind, body, before, hashed = chain.rows([voter])[0]
            session.add(Audit(seq=seq, kind=kind, body=body, prev=before, hash=hashed))
            session.commit()
        return JSONResponse({"ok": True})

    return Starlette(routes=[Route("/", cast, methods=["POST"])])


KINDS = {"group_asgi": group_asgi, "sqlmodel_row": sqlmodel_row, "group_copy": group_copy}


def main(kind: str, port: str, file: str) -> None:
    if kind == "group_copy":
        make_postgres_tables(file)
        app = group_copy(file)
    else:
        make_tables(Path(file))
        app = KINDS[kind](Path(file))
    lifespan = "on" if kind == "sqlmodel_row" else "off"
    uvicorn.run(app, host="127.0.0.1", port=int(port), loop="uvloop", http="httptools", access_log=False,
                log_level="warning", lifespan=lifespan, timeout_keep_alive=300)  # fmt: skip


if __name__ == "__main__":
    main(*sys.argv[1:])
