"""One running installation: its settings, database, clock, hub, bus, jobs and signer, put together."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

from sqlmodel import Session

from deliberation.audit.actions import append_entries
from deliberation.audit.models import Entry, log_heads, log_size
from deliberation.audit.plain import Named
from deliberation.bus import MemoryBus, NatsBus, PostgresBus
from deliberation.common_clock import CommonClock
from deliberation.communities.models import Community, all_communities, community, installation, subtree_ids
from deliberation.crowd import Crowd
from deliberation.db import Database, pend_update, sqlite_is_safe, utc_now
from deliberation.delivery.letters import LetterSource
from deliberation.files import Sweeper
from deliberation.identity.models import identify, open_among
from deliberation.jobs import Runner, next_job
from deliberation.live import Hub
from deliberation.refusal import Refusal
from deliberation.sections import Deadline, Section
from deliberation.settings import Settings
from deliberation.sockets import who_must_go
from deliberation.viewing import Views
from deliberation.vocabulary import Act, _
from deliberation.web import Visit

log = logging.getLogger("deliberation")


URGENT = {Act.POLL_CLOSED, Act.ROOM_CLOSED, Act.DISCLOSURE_CLOSED, Act.MATTER_CLOSED, Act.CLOCK_MOVED}
"""Closings: people wait for their checkpoint, so the signer is woken at once (security.md L2)."""
SWEPT_EVERY = 5
"""Seconds between two looks at who has fallen silent."""
AT_A_LOOK, LOOKS = 200, 10
"""Sign-ins of open sockets that are asked each second whether they still hold; all of them within so many seconds."""


class House:
    """What routes reach through ``visit.house``."""

    identify = staticmethod(identify)
    entries_in = staticmethod(log_size)
    all_communities = staticmethod(all_communities)

    def __init__(self, settings: Settings, *, several: bool = False, clock: Callable[[], datetime] = utc_now):
        self.settings = settings
        self.several = several
        self._offset = timedelta(0)
        self._machine, self._common = clock, CommonClock(clock)
        self.own_sizes: dict[int, int] = {}
        self.database = Database(settings.url, clock=self.now)
        self.hub = Hub(self.database, self.now)
        self.crowd = Crowd(settings)
        self.views = Views()
        self.runner = Runner(self.database, self.now)
        self.runner.daily.append(Sweeper(self.database, settings.data, self._own_name))
        self.signer: Any = None
        self.home_sections: list[Callable[[Visit], list[Section]]] = []
        """What slices show on the home page (``sections.py``); each adds its own in ``furnish``."""
        self.took_part: list[Callable[[list[int]], Sequence[Any]]] = []
        """Of these communities selections of (topic of the matter, person): who took part, where no entry names them."""
        self.namers: list[Callable[[Visit, Iterable[Entry]], dict[tuple[int, int], Named]]] = []
        """How slices tell of entries in the log: by (community, index), as far as they have words of their own."""
        self.letters: dict[str, LetterSource] = {}
        """How what a delivery points to is opened in the inbox, by the first word of its subject."""
        self.subjects: dict[str, Callable[[Visit, str], Refusal | None]] = {}
        """Whether what a matter's word names is there and within reach, by the word's first part; its slice says."""
        self.subject_words: dict[str, Callable[[Visit, str, datetime | None], Any]] = {}
        """The same in words (``matters/about.py``), to whoever may read it."""
        self.subject_marks: dict[str, Callable[[Session, str], tuple[frozenset[int], str] | None]] = {}
        """What readers see of it, as the communities in whose logs each change is entered and a digest (``rooms/voiced.py``)."""
        self.growths: list[Callable[[dict[int, int]], None]] = []
        """Who wants to know that logs grew: sizes by community (any thread)."""
        self.own_words: list[Callable[[Session, int, Community, datetime], Iterable[str]]] = []
        """Words about a person that slices know and their password must not hold: their address."""
        self.next_instants: list[Callable[[Session, datetime], datetime | None]] = [next_job]
        """The soonest instant after now at which something of a slice waits; where the demo's clock moves to."""
        self.deadlines: list[Callable[[Session, datetime], Iterable[Deadline]]] = []
        """The same in words, as far as a slice has words for it."""
        self.clock_words: Callable[[Visit], dict[str, Any]] = lambda _visit: {}
        self.moved: Any = None
        self.bus = self._make_bus()
        self.hub.publish = self.bus.publish
        self.hub.grown = self._grew
        self.hub.who_must_go = partial(who_must_go, self)
        self.database.writer.before_commit = self._append
        self.database.writer.publish = self.bus.publish
        self.cookie_prefix = "__Host-" if settings.secure else ""
        self.cookie_suffix = "; Secure" if settings.secure else ""
        self._stop = threading.Event()
        self._looks = count()

    def now(self, session: Session | None = None) -> datetime:
        """The clock of the settings: the machine's, or the demo's, which is ahead by what the database keeps."""
        if self.settings.clock == "demo" and session is not None:
            made = installation(session)
            self._offset = timedelta(seconds=made.clock_offset if made and made.is_demo else 0)
        return (self._common.now(session) if self.shares_its_clock else self._machine()) + self._offset

    @property
    def shares_its_clock(self) -> bool:
        """Whether processes of several machines may decide by the hour: then it is that of their database."""
        return not self.database.is_sqlite and not isinstance(self.bus, MemoryBus)

    def _append(self, session: Session, entries: list, now: datetime) -> None:
        sizes = append_entries(session, entries, now)
        session.info.setdefault("after", []).append(lambda: self._grew(sizes))
        if not isinstance(self.bus, MemoryBus):
            # The other processes of this installation heard it by the bus; it is not a change from outside to them.
            pend_update(session, {"do": "grown", "sizes": sizes})
        if any(entry.act in URGENT for entry in entries):
            session.info.setdefault("after", []).append(self._wake_signer)
            if not isinstance(self.bus, MemoryBus):
                # Another process of this installation may be the one that signs.
                pend_update(session, {"do": "sign"})

    def _wake_signer(self) -> None:
        if self.signer is not None:
            self.signer.wake()

    def hear(self, messages: list[dict[str, Any]]) -> None:
        """Take messages from the bus (any thread)."""
        if any(message["do"] == "sign" for message in messages):
            self._wake_signer()
        self.hub.receive(messages)

    def _grew(self, sizes: dict[int, int]) -> None:
        for community_id, size in sizes.items():
            self.own_sizes[community_id] = max(size, self.own_sizes.get(community_id, 0))
        for tell in self.growths:
            tell(sizes)

    def _make_bus(self) -> Any:
        kind = self.settings.bus or ("postgres" if self.several else "memory")
        if kind == "postgres":
            return PostgresBus(self.settings.url)
        if kind == "nats":
            bus = NatsBus(self.settings.nats_url, lambda: self._own_name() or "new")
            bus.when_back = self.hub.missed
            return bus
        return MemoryBus()

    def _own_name(self) -> str:
        """The installation's log name; empty before it is made."""
        with self.database.read() as session:
            made = installation(session)
            return made.log_name if made else ""

    def log_size(self, community_id: int) -> int:
        return self.log_sizes([community_id])[0]

    def log_sizes(self, communities: list[int]) -> list[int]:
        """How many entries the log of each has now; each community is asked for once."""
        with self.database.read() as session:
            sizes = {id: log_size(session, id) for id in set(communities)}
        return [sizes[id] for id in communities]

    def banners(self, visit: Visit) -> list[dict[str, Any]]:
        """What every page must say: the demo's clock, plain http, an old SQLite."""
        found: list[dict[str, Any]] = []
        if self.settings.clock == "demo":
            found.append({"kind": "demo", "now": visit.now} | self.clock_words(visit))
        if self.settings.allow_http and not self.settings.secure:
            found.append({"kind": "http", "text": _("本站没有加密，同一网络里的人可能看到您发送的内容。")})
        if self.database.is_sqlite and not sqlite_is_safe():
            found.append({"kind": "sqlite", "text": _("数据库程序版本较旧，请管理员升级。")})
        return found

    def watch_outside_changes(self) -> None:
        """Notice within a second what another process (the command line) wrote, and tell the pages to arrive again."""
        seen: dict[int, int] = {}
        ticks = count()
        while not self._stop.wait(1.0):
            try:
                self._compare_heads(seen)
                self._compare_sign_ins()
                self.hub.ask_some_again()
                if next(ticks) % SWEPT_EVERY == 0:
                    self.hub.sweep()
            except Exception:
                log.exception("watching the log's heads failed, trying again")

    def _compare_heads(self, seen: dict[int, int]) -> None:
        with self.database.read() as session:
            if self.shares_its_clock:
                self._common.set_right(session)
            sizes = {head.community_id: head.size for head in log_heads(session)}
            for community_id, size in sizes.items():
                known = max(seen.get(community_id, size), self.own_sizes.get(community_id, 0))
                seen[community_id] = size
                if size > known:
                    self.hub.community_changed(community_id, subtree_ids(session, community(session, community_id)))

    def _compare_sign_ins(self) -> None:
        """Sign-ins run out, and other programs end them: their sockets close too (ASVS 7.4.1)."""
        following = self.hub.followers.sign_ins()
        # A full hall is looked through in some seconds and not in each, so that it costs little more than a small one.
        rounds = min(LOOKS, -(-len(following) // AT_A_LOOK))
        following = following[next(self._looks) % rounds :: rounds] if following else []
        if following:
            with self.database.read() as session:
                ended = set(following) - open_among(session, following, self.now(session))
            self.hub.sign_ins_ended(ended)

    def stop_watching(self) -> None:
        self._stop.set()
