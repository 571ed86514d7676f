"""The product's server with one addition: what comes in on a port of its own is announced to a room, as an act would.

An act does more than tell: it asks rules, writes and enters the log. To see what the telling alone costs, which is what
grows with the listeners, this process announces a statement that was made before, through the writer and its commit.

argv: port of the announcements, room, statement; several of these threes. Each byte that comes announces it once more.
"""

from __future__ import annotations

import socket
import sys
import threading

import uvicorn

from deliberation.app import create_app
from deliberation.house import House
from deliberation.rooms.models import room
from deliberation.rooms.telling import tell_statement
from deliberation.serving import options_of
from deliberation.settings import Settings


def announce_all(house: House, port: int, room_id: int, statement_id: int) -> None:
    with house.database.read() as session:
        where = room(session, room_id)
    with socket.create_server(("127.0.0.1", port)) as door:
        while True:
            with door.accept()[0] as caller:
                while heard := caller.recv(64):
                    for _byte in heard:
                        house.database.change(lambda session, _now: tell_statement(session, where, statement_id))


def main(*bells: str) -> None:
    settings = Settings()
    house = House(settings)
    for start in range(0, len(bells), 3):
        arguments = (house, *map(int, bells[start : start + 3]))
        threading.Thread(target=announce_all, args=arguments, daemon=True).start()
    uvicorn.run(create_app(house), **options_of(settings))


if __name__ == "__main__":
    main(*sys.argv[1:])
