"""Thousands of open pages that lose their server and come back; see ``storm``.

argv: port, room, size of the log that the pages show, file of cookies, words that were said meanwhile. Prints READY once
all are open; reads a line when the server is gone; prints one JSON object when all are back.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import random
import sys
import time
from dataclasses import dataclass, field

DELAY, LONGEST, JITTER = 1.5, 6.0, 0.8
"""The page's own settings for reconnecting: ``htmx-config`` in ``templates/base.html``, doubled at each try."""
ARRIVING = 0.6
"""Seconds over which those who have missed something spread (``static/js/arrive.js``)."""
PATIENCE = 150.0
AT_ONCE = 64
"""Pages that are opened at a time at the start."""
TEXT, CLOSE, PING = 1, 8, 9


@dataclass
class Hall:
    """What all pages share: where they go, what they wait for, what was counted."""

    port: int
    room: int
    seen: int
    words: bytes
    gone_at: float = 0.0
    back: list[float] = field(default_factory=list)
    errors: int = 0
    tries: int = 0

    def head(self, path: str, cookie: str) -> str:
        return (
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\nOrigin: http://127.0.0.1:{self.port}\r\n"
            f"Cookie: {cookie}\r\nAccept-Language: zh-CN,zh;q=0.9\r\n"
        )


@dataclass
class Page:
    """One listener's page."""

    hall: Hall
    cookie: str
    reader: asyncio.StreamReader | None = None
    writer: asyncio.StreamWriter | None = None

    async def open(self) -> bool:
        """Whether the socket was opened. Raises OSError where nobody listens."""
        hall = self.hall
        self.reader, self.writer = await asyncio.open_connection("127.0.0.1", hall.port)
        key = base64.b64encode(os.urandom(16)).decode()
        head = hall.head(f"/rooms/{hall.room}/live?seen={hall.seen}", self.cookie)
        self.writer.write(
            f"{head}Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {key}\r\n\r\n".encode()
        )
        answer = await self.reader.readuntil(b"\r\n\r\n")
        if answer.startswith(b"HTTP/1.1 101"):
            return True
        self.writer.close()
        return False

    async def hear(self) -> bytes:
        """The next words; empty when the socket is lost."""
        try:
            while True:
                kind, length = await self.reader.readexactly(2)
                if length >= 126:
                    length = int.from_bytes(await self.reader.readexactly(2 if length == 126 else 8), "big")
                words = await self.reader.readexactly(length)
                if kind & 15 == TEXT:
                    return words
                if kind & 15 == CLOSE:
                    return b""
                if kind & 15 == PING:
                    self.writer.write(bytes((0x80 | 10, 0x80 | len(words))) + bytes(4) + words)
        except (asyncio.IncompleteReadError, OSError):
            return b""

    async def come_back(self) -> None:
        while await self.hear():
            pass
        self.writer.close()
        await self._reconnect()
        while b'id="arrive"' not in (heard := await self.hear()):
            if not heard:  # Lost once more.
                self.writer.close()
                await self._reconnect()
        await asyncio.sleep(random.uniform(0, ARRIVING))
        if await self._fetch():
            self.hall.back.append(time.monotonic() - self.hall.gone_at)
        while await self.hear():
            pass

    async def _reconnect(self) -> None:
        delay = DELAY
        while True:
            await asyncio.sleep(delay * (1 + random.uniform(-JITTER, JITTER)))
            delay = min(2 * delay, LONGEST)
            self.hall.tries += 1
            try:
                if await self.open():
                    return
            except (asyncio.IncompleteReadError, OSError):
                continue

    async def _fetch(self) -> bool:
        """Whether the live parts show what was said meanwhile."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.hall.port)
        head = self.hall.head(f"/rooms/{self.hall.room}/parts", self.cookie)
        writer.write(f"{head}HX-Request: true\r\nConnection: close\r\n\r\n".encode())
        answer = await reader.read(-1)
        writer.close()
        is_good = answer.startswith(b"HTTP/1.1 200") and self.hall.words in answer
        if not is_good:
            self.hall.errors += 1
            print(f"storm: instead of the live parts: {answer[:400]!r}", file=sys.stderr)
        return is_good


async def main(port: str, room: str, seen: str, cookies: str, words: str) -> None:
    hall = Hall(int(port), int(room), int(seen), words.encode())
    with open(cookies) as file:
        pages = [Page(hall, line.strip()) for line in file]
    for start in range(0, len(pages), AT_ONCE):
        opened = await asyncio.gather(*(page.open() for page in pages[start : start + AT_ONCE]))
        if not all(opened):
            print("REFUSED", flush=True)
            return
    print("READY", flush=True)
    coming = [asyncio.create_task(page.come_back()) for page in pages]
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    hall.gone_at, spent = time.monotonic(), time.process_time()
    while len(hall.back) + hall.errors < len(pages) and time.monotonic() - hall.gone_at < PATIENCE:
        await asyncio.sleep(0.05)
    back = sorted(hall.back) or [PATIENCE]
    told = {
        "half": back[len(back) // 2],
        "all": back[-1] if len(hall.back) == len(pages) else PATIENCE,
        "errors": hall.errors,
        "lost": len(pages) - len(hall.back) - hall.errors,
        "tries": hall.tries,
        "client_cpu": time.process_time() - spent,
    }
    print(json.dumps(told), flush=True)
    for task in coming:
        task.cancel()


if __name__ == "__main__":
    import resource

    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    asyncio.run(main(*sys.argv[1:]))
