"""Entries to sign and verify: a source that is a list, and logs made of it in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from deliberation.audit.canonical import canonical
from deliberation.audit.signed_log import Log
from deliberation.audit.signer import Signer

NAME = "deliberation-0123456789abcdef"


def origin(community: int) -> str:
    return f"{NAME}/{community}/audit/1"


def body(number: int, act: str = "ballot.cast") -> bytes:
    """One entry as the platform writes it."""
    entry = {"v": 1, "type": act, "at": "2026-11-21T20:00:00Z", "object": f"ballot/{number}", "actor": "member"}
    return canonical({**entry, "data": {"number": number, "place": "桂花园"}})


class Entries:
    """Committed entries kept in lists, one for each community."""

    def __init__(self, **logs: list[bytes]):
        self.lists: dict[int, list[bytes]] = {int(name[1:]): bodies for name, bodies in logs.items()}

    def logs(self) -> list[Log]:
        return [Log(community, origin(community), len(bodies)) for community, bodies in self.lists.items()]

    def entries(self, community: int, start: int, stop: int) -> Iterator[bytes]:
        return iter(self.lists[community][start:stop])


def signer(source: Entries, folder: Path) -> Signer:
    return Signer(source, folder / "signer" / "key", folder / "log")
