"""Which line of the route table a path means, found without trying all of them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from starlette.routing import Route, Router, WebSocketRoute

Line = Route | WebSocketRoute
Words = tuple[str | None, ...]
MOST_WORDS = 16
"""Words of a path that are looked at; no line of ours has as many."""


class Routes:
    """The whole table, tried from top to bottom as far as the fixed words of a line stand in the path.

    A site has hundreds of lines, and trying a pattern for each costs more than answering. ``router``: what is started and
    ended with the server.
    """

    def __init__(self, lines: Sequence[Line], router: Router):
        self._router = router
        self._lines = [(line, line.path.split("/")) for line in lines]
        self._known = {word for _line, words in self._lines for word in words if "{" not in word}
        self._of = lru_cache(1024)(self._router_of)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await self._router(scope, receive, send)
            return
        words = tuple(word if word in self._known else None for word in scope["path"].split("/", MOST_WORDS))
        await self._of(words)(scope, receive, send)

    def _router_of(self, words: Words) -> Router:
        return Router(routes=[line for line, own in self._lines if _may_be(own, words)], redirect_slashes=False)


def _may_be(own: list[str], words: Words) -> bool:
    """Whether a path of these words can be this line's; what stands for a value is left to its pattern."""
    takes_rest = own[-1].endswith(":path}")
    if len(own) != len(words) and not (takes_rest and len(words) >= len(own)):
        return False
    return all("{" in mine or mine == word for mine, word in zip(own, words, strict=False))
