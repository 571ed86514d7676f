"""The table finds the line that trying all of them from top to bottom would find."""

from __future__ import annotations

import itertools

import pytest
from starlette.routing import Match, Route, Router, WebSocketRoute

from deliberation.app import route_table
from deliberation.routing import MOST_WORDS, Routes
from deliberation.web import SocketSpec


class Nothing:
    async def __call__(self, scope, receive, send):
        pass


def lines() -> list[Route | WebSocketRoute]:
    made: list[Route | WebSocketRoute] = []
    for line in route_table():
        if isinstance(line, SocketSpec):
            made.append(WebSocketRoute(line.path, Nothing()))
        else:
            made.append(Route(line.path, Nothing(), methods=[line.method]))
    return [*made, Route("/static/{name}", Nothing()), Route("/{path:path}", Nothing(), methods=["GET", "POST"])]


LINES = lines()
TABLE = Routes(LINES, Router())


def tried(routes, scope) -> tuple[object, object]:
    """The line that answers, as Starlette looks for it: the first that fits, else the first that fits but for its method."""
    partly = None
    for route in routes:
        match, _scope = route.matches(dict(scope))
        if match is Match.FULL:
            return route, match
        if match is Match.PARTIAL and partly is None:
            partly = route, match
    return partly or (None, None)


def found(scope) -> tuple[object, object]:
    words = tuple(word if word in TABLE._known else None for word in scope["path"].split("/", MOST_WORDS))
    return tried(TABLE._of(words).routes, scope)


def paths() -> set[str]:
    """An address of every line; the same with a word more, less, or exchanged for one that stands elsewhere in the table."""
    made = {""}
    for line in LINES:
        words = [word if "{" not in word else value for value in ("7", "new", "a.b") for word in line.path.split("/")]
        size = len(line.path.split("/"))
        for start in range(0, len(words), size):
            own = words[start : start + size]
            made |= {
                "/".join(own),
                "/".join([*own, "7"]),
                "/".join([*own, ""]),
                "/".join(own[:-1]),
                "/".join([*own[:-1], "live"]),
            }
    return made | {"/" * 40, "/rooms" * 40, "/rooms/7/live/", "//rooms/7"}


@pytest.mark.parametrize("method", ["GET", "POST", "HEAD", "PUT", None])
def test_the_line_is_the_one_that_trying_all_would_find(method):
    for path in sorted(paths()):
        scope = {"type": "http" if method else "websocket", "path": path, "headers": []} | (
            {"method": method} if method else {}
        )
        assert found(scope) == tried(LINES, scope), path


def test_few_are_tried():
    scope = {"type": "http", "method": "GET", "path": "/rooms/7/parts", "headers": []}
    words = tuple(word if word in TABLE._known else None for word in scope["path"].split("/", MOST_WORDS))
    assert len(TABLE._of(words).routes) < len(LINES) / 10


def test_made_up_addresses_take_no_memory():
    for number in itertools.islice(itertools.count(), 5000):
        found({"type": "http", "method": "GET", "path": f"/{number}/{number}", "headers": []})
    assert TABLE._of.cache_info().currsize <= 1024
