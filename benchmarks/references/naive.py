"""A room by Starlette as its documentation writes it: a set of sockets, and an ``await`` for each message to each."""

from __future__ import annotations

import sys

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

ROOM: set[WebSocket] = set()


async def relay(socket: WebSocket) -> None:
    await socket.accept()
    ROOM.add(socket)
    try:
        while True:
            message = await socket.receive_text()
            for each in list(ROOM):
                await each.send_text(message)
    except WebSocketDisconnect:
        pass
    finally:
        ROOM.discard(socket)


if __name__ == "__main__":
    app = Starlette(routes=[WebSocketRoute("/", relay)])
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        log_level="error",
        ws="websockets-sansio",
        ws_per_message_deflate=False,
        ws_ping_interval=None,
        backlog=4096,
    )
