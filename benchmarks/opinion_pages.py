"""Pages about opinions as they are served, and opinions given online by many at once: what each costs the server."""

from __future__ import annotations

import secrets
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice, repeat
from pathlib import Path
from urllib.parse import quote

from sqlmodel import select

from benchmarks.ballots import plain_ballots
from benchmarks.http_load import send
from benchmarks.machine import Server, free_port, python, serving
from benchmarks.opinion_seeding import LIAISON, Asked
from benchmarks.product import get, post, product
from benchmarks.report import is_short
from benchmarks.seeding import Village, sign_in
from deliberation.audit.models import LogHead
from deliberation.legislation.opinion_models import Opinion
from deliberation.settings import Settings

SEE_OTHER = 303
PATIENCE = 900.0
"""Seconds that the signer has for a million entries that it has not seen yet."""
CONNECTIONS = (64, 512)


@dataclass(frozen=True)
class Page:
    cpu: float
    p95: float


@dataclass
class Pages:
    pages: dict[str, Page] = field(default_factory=dict)
    against_reference: float = 0.0


def pages_of(settings: Settings, village: Village, asked: Asked) -> Pages:
    """Each page one after the other on one connection, so that what is waited for is the page alone."""
    token = sign_in(village, village.place[LIAISON])
    found, times = Pages(), 20 if is_short() else 60
    with product(settings.data) as server:
        wait_for_signer(settings, village)
        for name, path in _addresses(village, asked).items():
            found.pages[name] = _page(server, get(server.port, path, token), times)
        fifty = _page(
            server, get(server.port, f"/drafts/{asked.draft_id}/articles/{_busiest(village)}/opinions", token), times
        )
    found.against_reference = fifty.cpu / _reference(settings.data / "rows.sqlite3", times)
    return found


def _addresses(village: Village, asked: Asked) -> dict[str, str]:
    desk, draft, busiest = f"/solicitations/{asked.id}/desk", f"/drafts/{asked.draft_id}", _busiest(village)
    return {
        "desk": desk,
        "desk, an article": f"{desk}?article={busiest}",
        "desk, a kind": f"{desk}?kind=merge",
        "desk, a way that nobody came": f"{desk}?channel=letter",
        "desk, handled": f"{desk}?view=use",
        "desk, a word that is common": f"{desk}?q={quote('老年人')}",
        "desk, two words": f"{desk}?q={quote('举证责任 公告')}",
        "desk, a word and a kind": f"{desk}?kind=question&q={quote('网络平台')}",
        "desk, first letters": f"{desk}?q=wyfwr",
        "desk, a word that nobody said": f"{desk}?q={quote('量子')}",
        "solicitation": f"/solicitations/{asked.id}",
        "keeping": f"/solicitations/{asked.id}/keeping",
        "draft": draft,
        "beside an article": f"{draft}/articles/{busiest}/opinions",
    }


def _busiest(village: Village) -> str:
    """The article that most opinions are about."""
    with village.database.read() as session:
        return Counter(session.exec(select(Opinion.article).limit(20_000))).most_common(1)[0][0]


def _page(server: Server, request: bytes, times: int) -> Page:
    send(server.port, repeat(request, 3), connections=1, seconds=30)
    before = server.cpu
    outcome = send(server.port, repeat(request, times), connections=1, seconds=120)
    if outcome.statuses != Counter({200: times}):
        raise RuntimeError(f"{request[:80]!r}: {outcome.statuses}; {server.complaints()}")
    return Page((server.cpu - before) / times, outcome.latency(0.95))


def _reference(file: Path, times: int) -> float:
    """CPU seconds for a page of 50 rows by the usual way."""
    port = free_port()
    with serving(python("benchmarks.references.page", port, file), port, file.parent) as server:
        return _page(server, f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode(), times * 5).cpu


def wait_for_signer(settings: Settings, village: Village) -> None:
    """Until the checkpoint of the community's log holds all that is in it: signing a million entries takes its time."""
    place, end = village.place.id, time.monotonic() + PATIENCE
    with village.database.read() as session:
        size = session.get(LogHead, place).size
    file = settings.log_folder / str(place) / "checkpoint"
    while not (file.exists() and int(file.read_text().splitlines()[1]) >= size):
        if time.monotonic() > end:
            raise RuntimeError("the log is not signed")
        time.sleep(0.2)


# --- given online


def burst(settings: Settings, village: Village, asked: Asked, many: int) -> dict[int, tuple[float, float, float]]:
    """Connections → CPU seconds of an opinion, opinions a second, CPU seconds of the reference's."""
    found = {}
    with product(settings.data) as server:
        wait_for_signer(settings, village)
        coming = _forms(server, village, asked)
        send(server.port, islice(coming, 200), connections=32, seconds=30)
        for connections in CONNECTIONS:
            ready = list(islice(coming, many))
            before = server.cpu
            outcome = send(server.port, ready, connections=connections, seconds=120)
            if outcome.statuses != Counter({SEE_OTHER: many}):
                raise RuntimeError(f"of {many} opinions: {outcome.statuses}; {server.complaints()}")
            found[connections] = ((server.cpu - before) / many, outcome.rate)
    return {each: (*took, _group(settings.data / f"group-{each}.db", each)) for each, took in found.items()}


def _forms(server: Server, village: Village, asked: Asked) -> Iterator[bytes]:
    while True:
        for number, token in enumerate(village.tokens.values()):
            fields = {
                "key": secrets.token_urlsafe(12), "article": asked.keys[number % len(asked.keys)], "kind": "question",
                "proposal": f"这一条由谁负责，{secrets.token_hex(6)}", "reason": "村里老人多，办起来不方便，希望写明期限。",
                "naming": "anonymous", "publishes": "1", "category": "老年人",
            }  # fmt: skip
            yield post(server.port, f"/solicitations/{asked.id}/opinions", token, fields)


def _group(file: Path, connections: int) -> float:
    """CPU seconds of one row in the reference that knows no rules: a group commit behind a bare ASGI application."""
    port = free_port()
    with serving(python("benchmarks.references.ballots", "group_asgi", port, file), port, file.parent) as server:
        requests = plain_ballots(port)
        send(port, islice(requests, 200), connections=connections, seconds=5)
        before = server.cpu
        outcome = send(port, requests, connections=connections, seconds=2)
        return (server.cpu - before) / outcome.answers
