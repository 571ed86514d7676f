"""The front door: every slice's routes, the layers around them, what starts and stops with the server."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import AsyncIterator
from importlib import import_module
from typing import Any

from starlette.routing import Route, Router, WebSocketRoute
from starlette.types import ASGIApp

from deliberation import assets
from deliberation.audit.source import CommittedEntries
from deliberation.audit.standby import Standby
from deliberation.calls import make_call
from deliberation.followers import ReadyFrames
from deliberation.front import Endpoint, error_page, send_answer
from deliberation.gate import Gate
from deliberation.house import House
from deliberation.leading_back import LeadBack, leading_back
from deliberation.routing import Routes
from deliberation.sockets import Socket
from deliberation.web import RouteSpec, SocketSpec

SIGN_EVERY = 5.0
"""Seconds between checkpoints when nothing urgent was entered (security.md L2 asks for 60 or less)."""

TO_A_JOB = 1.0
"""Seconds that a slow job gets when the server ends; one that takes longer is begun again when its claim has lapsed."""

# Hot routes first: the router asks from top to bottom.
SLICES = (
    "voting",
    "rooms",
    "matters",
    "followup",
    "legislation",
    "delivery",
    "assemblies",
    "identity",
    "home",
    "audit",
    "demo",
)


def route_table() -> list[RouteSpec | SocketSpec]:
    """Every line of every slice's ``routes.py``."""
    return [line for name in SLICES for line in import_module(f"deliberation.{name}.routes").routes]


def furnish_slices(house: House) -> None:
    """Have every slice name its live fragments, its jobs, what it shows at home."""
    for name in SLICES:
        module = import_module(f"deliberation.{name}.routes")
        if hasattr(module, "furnish"):
            module.furnish(house)


def create_app(house: House) -> ASGIApp:
    """The whole site over one installation. Raises TypeError where a handler forgot its door."""
    furnish_slices(house)
    routes: list[Route | WebSocketRoute] = []
    for line in route_table():
        if isinstance(line, SocketSpec):
            routes.append(WebSocketRoute(line.path, Socket(house, line)))
        else:
            methods = ["GET", "HEAD"] if line.method == "GET" else [line.method]
            routes.append(Route(line.path, Endpoint(house, line), methods=methods))
    for path, back in leading_back(line for line in route_table() if isinstance(line, RouteSpec)).items():
        routes.append(Route(path, LeadBack(house, back), methods=["GET", "HEAD"]))
    routes.append(Route("/static/{name}", assets.static_file, methods=["GET", "HEAD"]))
    routes.append(Route("/{path:path}", NotFound(house), methods=["GET", "HEAD", "POST"]))

    @contextlib.asynccontextmanager
    async def lifespan(_app: Any) -> AsyncIterator[None]:
        await asyncio.get_running_loop().run_in_executor(None, start, house, asyncio.get_running_loop())
        try:
            yield
        finally:
            await asyncio.get_running_loop().run_in_executor(None, stop, house)

    return ReadyFrames(Gate(Routes(routes, Router(lifespan=lifespan)), house.settings))


def start(house: House, loop: asyncio.AbstractEventLoop) -> None:
    """Begin to listen to the bus, to do jobs, to sign the log."""
    house.hub.start(loop)
    house.bus.start(house.hear)
    if house.settings.signer == "inside":
        house.signer = Standby(CommittedEntries(house.database), house.settings.key, house.settings.log_folder)
        house.signer.round()
        house.signer.start(SIGN_EVERY)
    house.runner.start()
    threading.Thread(target=house.watch_outside_changes, name="watch", daemon=True).start()


def stop(house: House) -> None:
    house.stop_watching()
    house.runner.stop(TO_A_JOB)
    house.bus.close()
    house.hub.stop()
    house.database.writer.close()
    if house.signer is not None:
        house.signer.stop()
    house.database.close()


class NotFound:
    """Everything that is not in the table, in the same words as what may not be seen."""

    def __init__(self, house: House):
        self.house = house

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        call = make_call(self.house, scope)
        answer = await asyncio.get_running_loop().run_in_executor(None, error_page, call, "errors/404.html", 404, {})
        await send_answer(send, call, answer, scope, receive)
