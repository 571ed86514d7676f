"""So many sockets of one room that note which statements came, in which order, and when the last one did.

argv: port, path, number of sockets, file of cookies. Prints READY once all are open; at the end of stdin one JSON object:
each order that was heard with the number of sockets that heard it, and how many were closed.
"""

from __future__ import annotations

import json
import re
import resource
import select
import sys
from collections import Counter

from benchmarks.screens import Screen, open_screen

AT_ONCE = 50
"""Sockets that are let in between two looks at what came."""
STATEMENT = re.compile(rb'id="statement-(\d+)"')


def main(port: str, path: str, count: str, cookies: str) -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with open(cookies) as file:
        lines = [line.strip() for line in file][: int(count)]
    hall = Hall()
    for number, line in enumerate(lines):
        hall.let_in(open_screen(int(port), path, line))
        if number % AT_ONCE == 0:
            hall.listen(0)  # As browsers do while others come in: whoever leaves a ping unanswered is taken for gone.
    print("READY", flush=True)
    hall.listen_to_the_end()
    screens, heard = list(hall.screens.values()), hall.heard
    orders = Counter(tuple(each) for each in heard.values())
    closed = sum(each.is_closed for each in screens)
    print(
        json.dumps({"orders": [[list(order), times] for order, times in orders.items()], "closed": closed}), flush=True
    )


class Hall:
    """The sockets that are open, and what each heard."""

    def __init__(self) -> None:
        self.screens: dict[int, Screen] = {}
        self.heard: dict[int, list[int]] = {}
        self._poll = select.epoll()

    def let_in(self, screen: Screen) -> None:
        number = screen.socket.fileno()
        self.screens[number], self.heard[number] = screen, []
        self._poll.register(number, select.EPOLLIN)

    def listen(self, timeout: float) -> bool:
        """Read what has come within so many seconds (-1: until something does); whether stdin has ended."""
        for number, _event in self._poll.poll(timeout):
            if number not in self.screens:
                return True
            screen = self.screens[number]
            for words in screen.frames():
                self.heard[number] += map(int, STATEMENT.findall(words))
            if screen.is_closed:
                self._poll.unregister(number)
        return False

    def listen_to_the_end(self) -> None:
        self._poll.register(sys.stdin.fileno(), select.EPOLLIN)
        while not self.listen(-1):
            pass


if __name__ == "__main__":
    main(*sys.argv[1:])
