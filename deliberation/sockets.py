"""The ASGI end of live topics: who may follow, from where the log had come when the page was shown, and presence."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from deliberation import templating
from deliberation.calls import make_call
from deliberation.followers import FLOODING, NO_LONGER_ALLOWED, SIGNED_OUT, Follower
from deliberation.front import make_visit, readers
from deliberation.gate import origin_allowed
from deliberation.live import HEARTBEATS
from deliberation.refusal import Missing, Refused
from deliberation.web import Call, NotSignedIn, SocketSpec, Visit


class Socket:
    """The ASGI end of a live topic: origin, cookie and permission before accept; presence is all it hears."""

    MOST_PER_SIGN_IN = 8
    """Pages of one sign-in that may be live at once."""

    def __init__(self, house: Any, spec: SocketSpec):
        self.house, self.spec = house, spec

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        call = make_call(self.house, scope)
        origin = call.headers.get(b"origin", b"").decode("latin-1")
        if not origin or not origin_allowed(origin, call.headers, self.house.settings):
            await _deny(send, 403)
            return
        loop = asyncio.get_running_loop()
        await receive()
        try:
            topic, community_id, _size, visit = await loop.run_in_executor(readers, self._enter, call)
        except (Missing, Refused, NotSignedIn) as no:
            # A browser sees close codes only of sockets that were open.
            await send({"type": "websocket.accept"})
            await _shut(send, no)
            return
        hub, transport = self.house.hub, scope.get("deliberation.transport")
        await send({"type": "websocket.accept"})
        follower = Follower(send, topic, visit.locale, community_id=community_id, transport=transport)
        if visit.person is not None:
            follower.person_id, follower.sign_in_id = visit.person.id, visit.person.sign_in_id
            if hub.followers.sockets_of(follower.sign_in_id) >= self.MOST_PER_SIGN_IN:
                await send({"type": "websocket.close", "code": FLOODING, "reason": ""})
                return
        hub.join(follower)  # Listen first, then compare and ask once more: nothing falls between.
        try:
            _topic, _id, size, _visit = await loop.run_in_executor(readers, self._enter, call)
            seen = call.query.get("seen", "")
            if not (seen.isascii() and seen.isdigit() and len(seen) < 20) or size > int(seen):
                await send({"type": "websocket.send", "text": templating.arrive_again()})
            await self._listen(receive, send, follower)
        except (Missing, Refused, NotSignedIn) as no:
            await _shut(send, no)
        finally:
            hub.leave(follower)

    def _enter(self, call: Call) -> tuple[str, int, int, Visit]:
        """What may be followed, and how far its community's log has come."""
        with self.house.database.read() as session:
            visit = make_visit(call, session, self.house.now(session))
            if call.token_hash is not None and visit.person is None:
                raise NotSignedIn
            topic, community_id = self.spec.follow(visit)
            return topic, community_id, self.house.entries_in(session, community_id), visit

    async def _listen(self, receive: Any, send: Any, follower: Follower) -> None:
        loop = asyncio.get_running_loop()
        budget, since = float(HEARTBEATS), loop.time()
        while True:
            message = await receive()
            if message["type"] != "websocket.receive":
                return
            budget = min(HEARTBEATS, budget + (loop.time() - since) * HEARTBEATS) - 1
            since = loop.time()
            if budget < 0:
                with contextlib.suppress(Exception):
                    await send({"type": "websocket.close", "code": FLOODING, "reason": ""})
                return
            if follower.person_id:
                self.house.hub.here(follower)


async def _shut(send: Any, no: Exception) -> None:
    code = SIGNED_OUT if isinstance(no, NotSignedIn) else NO_LONGER_ALLOWED
    with contextlib.suppress(Exception):
        await send({"type": "websocket.close", "code": code, "reason": ""})


async def _deny(send: Any, status: int) -> None:
    plain = [(b"content-type", b"text/plain")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": plain})
    await send({"type": "websocket.http.response.body", "body": b""})
