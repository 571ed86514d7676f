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

STATEMENT = re.compile(rb'id="statement-(\d+)"')


def main(port: str, path: str, count: str, cookies: str) -> None:
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with open(cookies) as file:
        lines = [line.strip() for line in file][: int(count)]
    screens = [open_screen(int(port), path, cookie) for cookie in lines]
    heard: dict[int, list[int]] = {each.socket.fileno(): [] for each in screens}
    print("READY", flush=True)
    _listen({each.socket.fileno(): each for each in screens}, heard)
    orders = Counter(tuple(each) for each in heard.values())
    closed = sum(each.is_closed for each in screens)
    print(
        json.dumps({"orders": [[list(order), times] for order, times in orders.items()], "closed": closed}), flush=True
    )


def _listen(screens: dict[int, Screen], heard: dict[int, list[int]]) -> None:
    """Read until stdin ends."""
    poll = select.epoll()
    for number in (*screens, sys.stdin.fileno()):
        poll.register(number, select.EPOLLIN)
    while True:
        for number, _event in poll.poll():
            if number not in screens:
                return
            screen = screens[number]
            for words in screen.frames():
                heard[number] += map(int, STATEMENT.findall(words))
            if screen.is_closed:
                poll.unregister(number)


if __name__ == "__main__":
    main(*sys.argv[1:])
