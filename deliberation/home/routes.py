"""The addresses where the capabilities meet."""

from __future__ import annotations

from typing import Any

from deliberation.home import clock, coming, front_page, places, status
from deliberation.vocabulary import Act
from deliberation.web import get, post


def furnish(house: Any) -> None:
    """What the banner of a demo says besides the time."""
    house.clock_words = coming.banner


routes = [
    get("/", front_page.front_page),
    get("/communities", places.tree_page),
    get("/communities/{id}", places.community_page),
    post("/demo/clock", clock.move, Act.CLOCK_MOVED),
    get("/status", status.status_page),
]
