"""Who hears what, when: fragments pushed over WebSockets to everyone who follows a topic.

An action announces *what changed*; after the commit every process renders it from the database, once per language,
frames it once and writes the same bytes to each socket (performance.md 2a). Nothing is replayed: whoever may have
missed something is told to *arrive again* and fetches the region that a fresh page would show (house.md, "Live").
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import math
import secrets
import threading
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from functools import partial
from typing import Any

from sqlmodel import Session

from deliberation import templating
from deliberation.db import Database, pend_update
from deliberation.followers import RESEATED, SIGNED_OUT, Follower, Followers
from deliberation.presence import Presence, Sayings
from deliberation.regions import Regions
from deliberation.scenes import Scene

log = logging.getLogger(__name__)

HEARTBEATS = 20
"""Inbound messages a second that one socket may send."""
MOST_NAMED = 1000
"""People whom one message names; after an act on more of them everybody is asked, so that a bus can carry the message."""
AT_A_LOOK = 20
"""Sockets that are asked each second whether they may still follow: a hall of a thousand within a minute."""
A_HALL = 1000
"""Followers of a topic up to whom presence keeps its pace; twice as many hear of it half as often."""
AT_ONCE = 500
"""Sockets about which one reading session is asked."""


Loader = Callable[[Scene], dict[str, Any] | None]
WhoMustGo = Callable[[Session, list[Follower], datetime], Iterable[tuple[Follower, int]]]
"""Those of some followers who may no longer follow, each with the code that closes them."""


def announce(session: Session, topic: str, fragment: str, subject: str = "", *, how: str = "morph") -> None:
    """After the commit, show everyone who follows ``topic`` this fragment of ``subject`` (``statement/88``).

    ``how``: ``morph`` replaces the element of the same id, ``append:<id>`` adds it as the last child of that element.
    """
    pend_update(session, {"do": "show", "topic": topic, "fragment": fragment, "subject": subject or topic, "how": how})


def ask_again(
    session: Session, *, people: Iterable[int] = (), sign_ins: Iterable[int] = (), seat_in: Iterable[str] = ()
) -> None:
    """After the commit, ask anew whether these people, or these sign-ins, may follow what they follow.

    The word of every act that takes something away. Whoever may not any more is closed in every process, 4401 without a
    sign-in, 4403 without the right, before anything is shown that was announced later. ``seat_in``: topics in which these
    people had a seat until now; who may still look on there is closed with 4409, so that their page comes back as theirs.
    """
    named, ended, topics = sorted(set(people)), list(sign_ins), list(seat_in)
    if named or ended:
        word = {"do": "ask", "people": named if len(named) <= MOST_NAMED else None, "sign_ins": ended}
        pend_update(session, word | ({"seat_in": topics} if topics else {}))


class Hub:
    """The followers of this process and the thread that renders for them."""

    def __init__(self, database: Database, clock: Callable[[Session | None], datetime]):
        self.database, self.clock = database, clock
        self.process = secrets.token_hex(4)
        self._loaders: dict[str, tuple[Loader, float]] = {}
        self.followers = Followers()
        self._presence = Presence()
        self._presence_fragments: dict[str, str] = {}
        self._sayings = Sayings(self.process, lambda words: self.publish(words), self.followers.is_person_on)
        self.regions = Regions()
        self._dirty: OrderedDict[tuple, dict[str, Any]] = OrderedDict()
        self._shown: dict[tuple, float] = {}
        self._questions: dict[Follower, None] = {}
        self._reseated: set[Follower] = set()
        self._round: list[Follower] = []
        self.times_asked = 0
        self._bell = threading.Condition()
        self._closing = False
        self.loop: asyncio.AbstractEventLoop | None = None
        self.publish: Callable[[list[dict[str, Any]]], None] = self.receive
        self.grown: Callable[[dict[int, int]], None] = lambda sizes: None
        self.logs_beside: Callable[[str], Iterable[int]] = lambda topic: ()
        self.who_must_go: WhoMustGo = lambda session, followers, now: ()

    # --- what is said

    def fragment(self, name: str, loader: Loader, *, pace: float = 0.0) -> None:
        """Name the loader of a fragment that may be announced; ``pace``: at most once in so many seconds."""
        self._loaders[name] = (loader, pace)

    def presence(self, prefix: str, name: str) -> None:
        """Topics that begin with ``prefix`` show who is there in fragment ``name``."""
        self._presence_fragments[prefix] = name

    def receive(self, messages: list[dict[str, Any]]) -> None:
        """Take messages from the bus (any thread)."""
        with self._bell:
            for message in messages:
                match message["do"]:
                    case "show" if message["topic"] in self.followers.by_topic:
                        self._mark(message)
                    case "here":
                        if self._presence.hear(message):
                            self._mark_presence(message["topic"])
                    case "grown":
                        self.grown({int(id): size for id, size in message["sizes"].items()})
                    case "ask":
                        self._ask_again(message)
                    case "again":
                        self._on_loop(self.arrive_again, message["topic"])
            self._bell.notify()

    def _mark(self, message: dict[str, Any]) -> None:
        """Note that something is to be rendered; told twice before that, it is rendered once."""
        if message["fragment"] not in self._loaders:
            # Another process may be a version ahead; its followers here see the page anew instead.
            log.error("live: nobody loads %s", message["fragment"])
            self._on_loop(self.arrive_again, message["topic"])
            return
        self._dirty.setdefault((message["topic"], message["fragment"], message["subject"]), message)

    def _ask_again(self, message: dict[str, Any]) -> None:
        # Counted before anybody is looked for: whoever joins meanwhile sees by the number that it has to ask once more.
        self.times_asked += 1
        named, ended = message["people"], set(message["sign_ins"])
        people, seat_in = None if named is None else set(named), set(message.get("seat_in", ()))
        for follower in self.followers.all():
            if people is None or follower.person_id in people or follower.sign_in_id in ended:
                self._questions[follower] = None
                if people and follower.person_id in people and follower.topic in seat_in:
                    self._reseated.add(follower)

    def ask_some_again(self) -> None:
        """Ask the next few, all of them in turn: time takes rights away too, and so do programs that have no bus."""
        if not self._round:
            self._round = self.followers.all()
        some, self._round = self._round[-AT_A_LOOK:], self._round[:-AT_A_LOOK]
        if some:
            with self._bell:
                self._questions.update(dict.fromkeys(some))
                self._bell.notify()

    def arrive_again(self, topic: str) -> None:
        """Tell every follower of a topic to fetch its region anew (event loop only)."""
        for locale in self.followers.locales(topic):
            self.followers.tell(topic, locale, templating.arrive_again())

    def missed(self) -> None:
        """The bus was away and is back: every page arrives again, and everybody is asked anew (any thread)."""
        self._ask_anew(self.followers.all())
        for topic in list(self.followers.by_topic):
            self._on_loop(self.arrive_again, topic)

    def community_changed(self, community_id: int, below: Iterable[int] = ()) -> None:
        """Something was written by a process that does not share this bus: its community's pages arrive again.

        It may have taken a right away, there or in the communities ``below``, so everybody there is asked anew.
        """
        reached = {community_id, *below}
        asked = [each for each in self.followers.all() if each.community_id in reached]
        self._ask_anew(asked)
        for topic in {each.topic for each in asked if each.community_id == community_id}:
            self._on_loop(self.arrive_again, topic)

    def _ask_anew(self, followers: list[Follower]) -> None:
        with self._bell:
            self.times_asked += 1
            self._questions.update(dict.fromkeys(followers))
            self._bell.notify()

    # --- asking and rendering, in a thread of its own: in this order nothing is shown to whom it is no longer for

    def start(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        threading.Thread(target=self._cry, name="crier", daemon=True).start()

    def stop(self) -> None:
        with self._bell:
            self._closing = True
            self._bell.notify()

    def _cry(self) -> None:
        while True:
            with self._bell:
                asked, due = self._take()
                while not asked and not due and not self._closing:
                    self._bell.wait(0.1 if self._dirty else None)
                    asked, due = self._take()
                if self._closing:
                    return
            try:
                self._ask(asked)
                self._render(due)
            except Exception:
                log.exception("live: the database could not be read; followers arrive again")
                with self._bell:
                    # Whoever was to be asked still is, before anything else is shown.
                    self._questions.update(dict.fromkeys(asked))
                    self._bell.wait(0.2)
                for topic in {message["topic"] for message in due}:
                    self._on_loop(self.arrive_again, topic)
            if self.loop is None:
                self._were_sent(due)
            self._on_loop(self._were_sent, due)

    def _were_sent(self, messages: list[dict[str, Any]]) -> None:
        """From now on the pace of these is counted."""
        for message in messages:
            key = (message["topic"], message["fragment"], message["subject"])
            if key in self._shown:
                self._shown[key] = time.monotonic()

    def _take(self) -> tuple[list[Follower], list[dict[str, Any]]]:
        """Of whom something is to be asked, and what is to be shown now."""
        asked, now, due = list(self._questions), time.monotonic(), []
        self._questions.clear()
        for key in list(self._dirty):
            pace = self._pace(key[0], key[1])
            if not pace or now - self._shown.get(key, -pace) >= pace:
                due.append(self._dirty.pop(key))
                if pace:  # Until it was sent: rendered late, it would come close before the next.
                    self._shown[key] = math.inf
        return asked, due

    def _pace(self, topic: str, fragment: str) -> float:
        """A full hall in which somebody always comes or goes would hear of nothing else."""
        is_presence = fragment in self._presence_fragments.values()
        return self._loaders[fragment][1] * (max(1.0, self.followers.count(topic) / A_HALL) if is_presence else 1.0)

    def _ask(self, asked: list[Follower]) -> None:
        staying = [follower for follower in asked if not follower.is_shut]
        for start in range(0, len(staying), AT_ONCE):
            with self.database.read() as session:
                for follower, code in self.who_must_go(session, staying[start : start + AT_ONCE], self.clock(session)):
                    self._on_loop(self.close, follower, code)
        for follower in self._reseated.intersection(asked):
            # Whom the asking has closed stays closed as that says: the first code counts.
            self._on_loop(self.close, follower, RESEATED)
            self._reseated.discard(follower)

    def _render(self, due: list[dict[str, Any]]) -> None:
        if not due:
            return
        told: dict[tuple[str, str], list[str]] = defaultdict(list)
        with self.database.read() as session:
            now = self.clock(session)
            for message in due:
                topic = message["topic"]
                try:
                    if message["fragment"] in self._presence_fragments.values():
                        self.regions.presence_is_drawn(topic)
                    scene = Scene(session, message["subject"], now, partial(self.present, topic))
                    for locale, text in self._words(message, scene):
                        told[topic, locale].append(text)
                except Exception:
                    log.exception("live: %s could not be rendered; its followers arrive again", message["fragment"])
                    self._on_loop(self.arrive_again, topic)
        # What one change brings to one page travels together: most of the cost is in the number of sends.
        for (topic, locale), texts in told.items():
            self._on_loop(self.followers.tell, topic, locale, "".join(texts))

    def _words(self, message: dict[str, Any], scene: Scene) -> Iterator[tuple[str, str]]:
        """The update in every language that a follower of its topic reads."""
        loader, _pace = self._loaders[message["fragment"]]
        context = loader(scene)
        if context is None:
            return
        for locale in self.followers.locales(message["topic"]):
            html = templating.fragment(message["fragment"], locale=locale, **context)
            yield locale, templating.as_update(html, message["how"])

    def _on_loop(self, call: Callable[..., None], *values: Any) -> None:
        """Have the event loop do it; before it runs and after it is gone nobody is there to hear."""
        if self.loop is not None:
            with contextlib.suppress(RuntimeError):
                self.loop.call_soon_threadsafe(call, *values)

    # --- following, on the event loop

    def join(self, follower: Follower) -> None:
        self.followers.add(follower)
        if follower.person_id:
            self.here(follower)

    def leave(self, follower: Follower) -> None:
        """The socket is gone; so is its person, unless another of their pages is open."""
        if not self.followers.remove(follower) or not follower.person_id:
            return
        has_gone = not self.followers.is_person_on(follower.topic, follower.person_id)
        if has_gone and self._shows_presence(follower.topic):
            self._sayings.say(follower.topic, follower.person_id, 0.0)

    def close(self, follower: Follower, code: int) -> None:
        self.leave(follower)
        self.followers.close(follower, code)

    def counts(self) -> dict[str, int]:
        return {topic: len(followers) for topic, followers in list(self.followers.by_topic.items())}

    def sign_ins_ended(self, ids: Iterable[int]) -> None:
        """Close the sockets of sign-ins that ran out or that another program ended (any thread)."""
        ended = set(ids)
        for follower in self.followers.all() if ended else ():
            if follower.sign_in_id in ended:
                self._on_loop(self.close, follower, SIGNED_OUT)

    # --- presence: announced at most once a second

    def here(self, follower: Follower) -> None:
        """A page says that somebody can be looking at it."""
        if self._shows_presence(follower.topic):
            self._sayings.here(follower.topic, follower.person_id, self._presence, self.loop)

    def present(self, topic: str) -> tuple[int, ...]:
        """Ids of the persons who are there now, in any process, in order of id."""
        return self._presence.present(topic)

    def _shows_presence(self, topic: str) -> bool:
        return any(topic.startswith(prefix) for prefix in self._presence_fragments)

    def _mark_presence(self, topic: str) -> None:
        for prefix, name in self._presence_fragments.items():
            if topic.startswith(prefix) and topic in self.followers.by_topic:
                self._mark({"do": "show", "topic": topic, "fragment": name, "subject": topic, "how": "morph"})

    def sweep(self) -> None:
        """Forget who has fallen silent (called now and then)."""
        with self._bell:
            for topic in self._presence.forget_silent():
                self._mark_presence(topic)
            self._bell.notify()
