"""Where a browser is led that asks for the address of a form by itself.

A form that was refused stands at the address to which it was sent. Who loads that address again, keeps it or passes it on
asks for it with GET, which is no page: they are led to the form's own page, or to the page of the thing it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from deliberation.calls import make_call
from deliberation.front import send_answer
from deliberation.web import RouteSpec, redirect

_PLACE = re.compile(r"{([a-z_]+)}")


def leading_back(table: Iterable[RouteSpec]) -> dict[str, str]:
    """Each address that only takes forms → the page to which it leads; an address without such a page is left out."""
    lines = list(table)
    pages = {line.path for line in lines if line.method == "GET"}
    forms = {line.handler: line.path for line in lines if line.method == "GET"}
    found = {}
    for line in lines:
        if line.method != "GET" and line.path not in pages and (page := _page(line, pages, forms)):
            found[line.path] = page
    return found


def _page(line: RouteSpec, pages: set[str], forms: dict[Any, str]) -> str:
    own = forms.get(line.again, "")
    if own and set(_PLACE.findall(own)) <= set(_PLACE.findall(line.path)):
        return own
    above = line.path
    while above.count("/") > 1:
        above = above.rpartition("/")[0]
        if above in pages:
            return above
    return ""


class LeadBack:
    """The answer at such an address; who may see the page is asked there."""

    def __init__(self, house: Any, page: str):
        self.house, self.page = house, page

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        call = make_call(self.house, scope)
        where = self.page.format_map(scope["path_params"])
        await send_answer(send, call, redirect(where), scope, receive)
