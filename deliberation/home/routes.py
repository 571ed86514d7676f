"""The addresses where the capabilities meet."""

from __future__ import annotations

from deliberation.home import clock, front_page, places, status
from deliberation.vocabulary import Act
from deliberation.web import get, post

routes = [
    get("/", front_page.front_page),
    get("/communities", places.tree_page),
    get("/communities/{id}", places.community_page),
    post("/demo/clock", clock.move, Act.CLOCK_MOVED),
    get("/status", status.status_page),
]
