"""A room by the ``websockets`` library alone: what one socket says is broadcast to all, uncompressed."""

from __future__ import annotations

import asyncio
import sys

from websockets.asyncio.server import ServerConnection, broadcast, serve

ROOM: set[ServerConnection] = set()


async def relay(socket: ServerConnection) -> None:
    ROOM.add(socket)
    try:
        async for message in socket:
            broadcast(ROOM, message)
    finally:
        ROOM.discard(socket)


async def main(port: int) -> None:
    async with serve(relay, "127.0.0.1", port, compression=None, backlog=4096, ping_interval=None):
        await asyncio.get_running_loop().create_future()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
