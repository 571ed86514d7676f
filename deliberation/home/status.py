"""The state of this installation, said openly: who holds the signing key, what is published, what the database is."""

from __future__ import annotations

from typing import Any

from deliberation.audit.models import log_heads
from deliberation.audit.published import Published
from deliberation.communities.models import all_communities
from deliberation.db import SAFE_SQLITE, sqlite, sqlite_is_safe, sqlite_pragmas
from deliberation.jobs import failed_jobs
from deliberation.web import Answer, Visit, page, public

WANTED = {"journal_mode": "wal", "synchronous": "2", "foreign_keys": "1", "trusted_schema": "0", "busy_timeout": "5000"}
"""What security.md asks of SQLite; 2 is FULL."""


@public
def status_page(visit: Visit) -> Answer:
    house = visit.house
    names = {each.id: each.name for each in all_communities(visit.session)}
    logs = []
    for head in log_heads(visit.session):
        note = Published(house.settings.log_folder / str(head.community_id)).note()
        published = int(note.split("\n")[1]) if note else 0
        logs.append((names[head.community_id], head.community_id, head.size, published))
    return page(
        visit,
        "home/status.html",
        signer=_signer(house),
        logs=logs,
        database=_database(house) if visit.person is not None else None,
        failed=len(failed_jobs(visit.session)),
    )


def _signer(house: Any) -> dict[str, Any]:
    """``kind``: inside or outside; ``refusals`` by community, ``trouble``: why a log is not signed."""
    signer = house.signer
    refusals = {id: no.refusal for id, no in signer.refusals.items()} if signer else {}
    return {"kind": house.settings.signer, "refusals": refusals, "trouble": bool(signer and signer.trouble)}


def _database(house: Any) -> dict[str, Any]:
    """Kind, version and settings; only for signed-in people, as versions help those who look for known holes."""
    if not house.database.is_sqlite:
        return {"kind": "PostgreSQL", "version": "", "safe": True, "settings": []}
    found = sqlite_pragmas(house.database)
    settings = [(name, value, value.lower() == WANTED[name]) for name, value in found.items()]
    oldest = ".".join(map(str, SAFE_SQLITE))
    return {
        "kind": "SQLite",
        "version": sqlite.sqlite_version,
        "safe": sqlite_is_safe(),
        "oldest": oldest,
        "settings": settings,
    }
