"""A small installation with entries, signed; and ways to change its database behind its back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import text

from deliberation.audit.actions import Actor, append_entries, record
from deliberation.audit.signer import Signer
from deliberation.audit.source import CommittedEntries
from deliberation.audit.verification import Report, Trusted, verify_installation
from deliberation.communities.actions import found_community, make_installation
from deliberation.db import Database
from deliberation.vocabulary import Act
from tests.audit.damage import unlock

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NAME = "deliberation-0123456789abcdef"
CLERK = Actor("clerk", 7)


class Signed:
    """An installation of two communities, its signer and its published log in ``folder``."""

    def __init__(self, url: str, folder: Path):
        self.database = Database(url, clock=lambda session: NOW)
        self.database.writer.before_commit = append_entries
        self.folder = folder
        self.root = self.database.change(lambda session, now: make_installation(session, now, log_name=NAME).id)
        self.village = self.database.change(self._found)
        self.signer = Signer(CommittedEntries(self.database), folder / "signer" / "key", folder / "log")

    def _found(self, session, now) -> int:
        from deliberation.communities.models import root

        return found_community(session, now, name="桂花园", kind="community", parent=root(session), actor=CLERK).id

    def act(self, count: int, community: int | None = None) -> None:
        """Record so many turns asked for, each with a text that enters only as a commitment."""

        def speak(session, now) -> None:
            for number in range(count):
                record(
                    session,
                    Act.TURN_ASKED,
                    community or self.root,
                    f"turn/{number}",
                    actor=CLERK,
                    data={"room": 1},
                    secrets={"text": f"我的意见 {number}"},
                    topic="matter/1",
                )

        self.database.change(speak)

    def change(self, statement: str, **values: object) -> None:
        """Change the database past every rule, as somebody with its password could."""
        with self.database.writers.begin() as connection:
            unlock(connection)
            connection.execute(text(statement), values)

    def body(self, index: int) -> bytes:
        with self.database.read() as session:
            found = session.execute(
                text('SELECT body FROM entry WHERE community_id = :log AND "index" = :index'),
                {"log": self.root, "index": index},
            )
            return bytes(found.scalar_one())

    def trusted(self) -> Trusted:
        return Trusted(self.folder / "log", self.signer._key.public, self.folder / "signer")

    def verify(self, *checks, trusted: Trusted | None = None) -> Report:
        with self.database.read() as session:
            return verify_installation(session, trusted or self.trusted(), checks)

    def close(self) -> None:
        self.signer.stop()
        self.database.close()
