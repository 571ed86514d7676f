"""The ASGI end of live topics: who may follow, from where the log had come when the page was shown, and presence."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from deliberation import templating
from deliberation.calls import make_call
from deliberation.crowd import FULL, Places
from deliberation.followers import FLOODING, NO_LONGER_ALLOWED, SIGNED_OUT, Follower
from deliberation.front import readers, visit_of, visits_of
from deliberation.gate import origin_allowed
from deliberation.live import HEARTBEATS
from deliberation.refusal import Missing, Refused
from deliberation.together import Together
from deliberation.web import Call, NotSignedIn, SocketSpec, Visit

log = logging.getLogger("deliberation")

NO = (Missing, Refused, NotSignedIn)
LAST_WORD = 1.0
"""Seconds in which who is refused may read why and hang up."""
Openly = dict[str, tuple[str, int] | None]
"""By address what may be followed there without a right; nothing where it takes one."""
Admitted = tuple[str, int, Visit]
"""The topic that may be followed, the community in whose log it is entered, and the visit."""


class Socket:
    """The ASGI end of a live topic: origin, a place, cookie and permission before accept; presence is all it hears."""

    MOST_PER_SIGN_IN = 5
    """Pages of one sign-in that may be live at once; further ones work without (ASVS 2.4.1)."""

    def __init__(self, house: Any, spec: SocketSpec):
        self.house, self.spec = house, spec
        self._doors: Together[Call, Admitted] = Together(self._enter, readers)
        self._openly: tuple[tuple[int, int], Openly] = ((0, 0), {})
        self._sizes: Together[int, int] = Together(house.log_sizes, readers)

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        call = make_call(self.house, scope)
        origin = call.headers.get(b"origin", b"").decode("latin-1")
        if not origin or not origin_allowed(origin, call.headers, self.house.settings):
            await _deny(send, 403)
            return
        places = self.house.crowd.come_in(call.address, is_stranger=call.token_hash is None)
        if isinstance(places, int):
            await _deny(send, places)
            return
        try:
            await receive()
            await self._let_in(call, places, scope, receive, send)
        finally:
            # A place is taken as long as the line is, which may be a while longer than anybody listens.
            when_lost = scope.get("deliberation.when_lost")
            if when_lost:
                when_lost(places.give_back)
            else:
                places.give_back()

    async def _let_in(self, call: Call, places: Places, scope: dict[str, Any], receive: Any, send: Any) -> None:
        hub, times_asked = self.house.hub, self.house.hub.times_asked
        try:
            topic, community_id, visit = await self._doors.answer(call)
        except NO as no:
            # A browser sees close codes only of sockets that were open.
            await send({"type": "websocket.accept"})
            await _shut(send, no)
            # Who does not hang up is hung up on.
            await asyncio.sleep(LAST_WORD)
            if transport := scope.get("deliberation.transport"):
                transport.abort()
            return
        if visit.person is not None:
            places.is_known()
        if not self.house.crowd.sit_down(places, topic):
            await _deny(send, FULL)
            return
        await send({"type": "websocket.accept"})
        follower = Follower(send, topic, visit.locale, community_id=community_id, call=call, follow=self.spec.follow)
        follower.transport = scope.get("deliberation.transport")
        if visit.person is not None:
            follower.person_id, follower.sign_in_id = visit.person.id, visit.person.sign_in_id
            if hub.followers.sockets_of(follower.sign_in_id) >= self.MOST_PER_SIGN_IN:
                await send({"type": "websocket.close", "code": FLOODING, "reason": ""})
                return
        hub.join(follower)
        try:
            await self._catch_up(call, follower, times_asked, send)
            await self._listen(receive, send, follower, scope.get("deliberation.hear_by"))
        except NO as no:
            follower.is_shut = True
            await _shut(send, no)
        finally:
            follower.is_shut = True  # A delivery that is under way has it on its list still.
            hub.leave(follower)

    async def _catch_up(self, call: Call, follower: Follower, times_asked: int, send: Any) -> None:
        """Listen first, then compare: nothing falls between.

        What took a right away before this socket joined was announced to others only; so it asks once more then.
        """
        hub = self.house.hub
        if hub.times_asked != times_asked:
            await self._doors.answer(call)
        logs = {follower.community_id, *hub.logs_beside(follower.topic)}
        size, seen = sum([await self._sizes.answer(id) for id in logs]), call.query.get("seen", "")
        is_behind = not (seen.isascii() and seen.isdigit() and len(seen) < 20) or size > int(seen)
        if is_behind and not follower.is_shut:
            await send({"type": "websocket.send", "text": templating.arrive_again()})

    def _enter(self, calls: list[Call]) -> list[Admitted | Exception]:
        """What each of those at the door may follow, and in whose log it is entered; or why not.

        What is open to strangers is asked once for each address, and only for the rest the right of each person.
        """
        openly = self._asked_openly()
        with self.house.database.read() as session:
            now = self.house.now(session)
            answers: list[Admitted | Exception] = []
            for visit in visits_of(self.house, session, calls, now):
                try:
                    answers.append(self._admit(visit, openly))
                except Exception as error:
                    answers.append(error)
            return answers

    def _asked_openly(self) -> Openly:
        """What was asked of strangers within this second; nothing, if anything has been taken away from anybody since."""
        moment = self.house.hub.times_asked, int(time.monotonic())
        if self._openly[0] != moment:
            self._openly = moment, {}
        return self._openly[1]

    def _admit(self, visit: Visit, openly: Openly) -> Admitted:
        if visit.call.token_hash is not None and visit.person is None:
            raise NotSignedIn
        path = visit.call.path
        if path not in openly:
            try:
                openly[path] = self.spec.follow(visit_of(visit.call, visit.session, visit.now, None))
            except NO:
                openly[path] = None
        return *(openly[path] or self.spec.follow(visit)), visit

    async def _listen(self, receive: Any, send: Any, follower: Follower, hear_by: Any = None) -> None:
        """Hear what comes until the end; ``hear_by``: have the protocol hear by itself, without waking this for each word."""
        ear = _Ear(self.house.hub, follower)
        if hear_by is not None:
            hear_by(ear.hear)
        while (await receive())["type"] == "websocket.receive":
            if not ear.hear():
                with contextlib.suppress(Exception):
                    await send({"type": "websocket.close", "code": FLOODING, "reason": ""})
                return


class _Ear:
    """What a page says is that somebody can be looking at it, and nothing else; more of it than HEARTBEATS is a flood."""

    __slots__ = ("budget", "follower", "hub", "since")

    def __init__(self, hub: Any, follower: Follower):
        self.hub, self.follower = hub, follower
        self.budget, self.since = float(HEARTBEATS), time.monotonic()

    def hear(self) -> bool:
        """Take one word; after one too many its page is told nothing more, and is to be closed."""
        now, follower = time.monotonic(), self.follower
        self.budget = min(HEARTBEATS, self.budget + (now - self.since) * HEARTBEATS) - 1
        self.since = now
        if self.budget < 0:
            follower.is_shut = True
            return False
        if follower.person_id and not follower.is_shut:
            self.hub.here(follower)
        return True


def who_must_go(
    house: Any, session: Session, followers: list[Follower], now: datetime
) -> Iterator[tuple[Follower, int]]:
    """Those of these followers who may no longer follow, each with the code that closes them.

    Signing in takes nothing away from anybody: what is open to strangers is asked once a topic, and only for the rest
    the right of each person.
    """
    known = house.identify(session, [each.call.token_hash for each in followers if each.person_id], now)
    is_open: dict[str, bool] = {}
    for follower in followers:
        person = known.get(follower.call.token_hash)
        if follower.person_id and person is None:
            yield follower, SIGNED_OUT
            continue
        if follower.topic not in is_open:
            is_open[follower.topic] = _may_follow(session, follower, None, now)
        if not is_open[follower.topic] and not (person and _may_follow(session, follower, person, now)):
            yield follower, NO_LONGER_ALLOWED


def _may_follow(session: Session, follower: Follower, person: Any, now: datetime) -> bool:
    try:
        return follower.follow(visit_of(follower.call, session, now, person))[0] == follower.topic
    except NO:
        return False
    except SQLAlchemyError:
        raise  # Nobody is shut out because the database is away.
    except Exception:
        log.exception("asking whether %s may be followed failed", follower.topic)
        return False


async def _shut(send: Any, no: Exception) -> None:
    code = SIGNED_OUT if isinstance(no, NotSignedIn) else NO_LONGER_ALLOWED
    with contextlib.suppress(Exception):
        await send({"type": "websocket.close", "code": code, "reason": ""})


async def _deny(send: Any, status: int) -> None:
    """No, before the handshake: a browser sees a lost line, and tries again later; its page works on without one."""
    plain = [(b"content-type", b"text/plain")]
    await send({"type": "websocket.http.response.start", "status": status, "headers": plain})
    await send({"type": "websocket.http.response.body", "body": b""})
