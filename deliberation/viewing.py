"""Papers and photos shown on a page, safely: drawn anew in a child process with limits, never handed on as they came.

``looked_at`` says what a file has to show; ``drawing`` answers one page as JPEG. Drawings are kept in memory by content,
so that a hall that sees one new photo costs one drawing, made before the hall is told; few are made at a time, and who would
wait too long is told to come again.
"""

from __future__ import annotations

import base64
import contextlib
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from deliberation import drawing as child
from deliberation.buckets import Bucket
from deliberation.drawing import PDF, is_picture, is_shown, length_of
from deliberation.files import FOLDER, Attachment, KeptFile, content_of
from deliberation.gate import network_of
from deliberation.refusal import Refusal, Refused
from deliberation.sandbox import Limits, call
from deliberation.vocabulary import _
from deliberation.web import Answer, TooMany, Visit, page

MOST_PAGES = 30
"""Pages of a PDF that are shown; the whole is there to be saved."""
LIMITS = Limits(memory=768 * 2**20, seconds=8, answer=16 * 2**20)
KEPT = 64 * 2**20
"""Bytes of drawings that are kept."""
AT_ONCE, WAITING = 2, 5
"""Drawings that are made at a time, and askers who make or wait for one: each holds a thread that others need for pages."""
AGAIN = 3
"""Seconds after which to ask again."""

Ask = Callable[[], None]

BUSY = Refusal(_("正在为别人画这一页，请过几秒钟再看"))


@dataclass(frozen=True)
class Look:
    """``pages`` pictures are to be shown, of a PDF that has ``of`` in all; or ``words``; or ``refusal`` says why nothing."""

    pages: int = 0
    of: int = 0
    words: tuple[str, ...] = ()
    is_cut: bool = False
    refusal: Refusal | None = None


def free() -> None:
    """Nobody has to be asked."""


_HEADERS = [
    (b"content-type", b"image/jpeg"),
    (b"content-security-policy", b"sandbox; default-src 'none'"),
    # The browser's own, and not for long: what is hidden meanwhile is asked for again.
    (b"cache-control", b"private, max-age=60"),
]


class Views:
    """The drawings of one process, and what is known of its papers. Used from many threads.

    What cannot be shown is remembered too: a file that takes its whole time in vain does so once.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, int], bytes | Look | Refusal] = OrderedDict()
        self._bytes = 0
        self._under_way: dict[tuple[str, int], threading.Event] = {}
        self._slots = threading.BoundedSemaphore(AT_ONCE)
        self._waiting = threading.BoundedSemaphore(WAITING)

    def look(self, content: Callable[[], bytes], sha256: str, media_type: str, ask: Ask = free) -> Look:
        """What there is to show. Slow the first time (0.3 s): never inside the writer. Raises Refused where it is BUSY."""
        if not is_shown(media_type):
            return Look(refusal=child.UNREADABLE)
        if is_picture(media_type):
            return Look(1, 1)
        try:
            return self._made((sha256, 0), lambda: _looked_at(content(), media_type), ask)
        except Refused as no:
            if no.refusal == BUSY:
                raise
            return Look(refusal=no.refusal)

    def drawing(self, content: Callable[[], bytes], sha256: str, media_type: str, page: int, ask: Ask = free) -> bytes:
        """A page, from 1, as JPEG. Raises Refused. ``ask`` is asked before anything is drawn, and may raise."""
        if not (is_picture(media_type) or media_type == PDF) or not 1 <= page <= MOST_PAGES:
            raise Refused(child.UNREADABLE)
        return self._made((sha256, page), lambda: _drawn(content(), media_type, page), ask)

    def _made(self, key: tuple[str, int], make: Callable[[], Any], ask: Ask) -> Any:
        """What is kept under a key, made by the first who asks; the others wait for that one, as far as there is room."""
        if (found := self._known(key)) is not None:
            return found
        ask()
        if not self._waiting.acquire(blocking=False):
            raise Refused(BUSY)
        try:
            with self._lock:
                under_way = self._under_way.get(key)
                mine = self._under_way.setdefault(key, threading.Event()) if under_way is None else None
            if under_way is not None:
                under_way.wait()
                if (found := self._known(key)) is None:
                    raise Refused(BUSY)
                return found
            try:
                with self._slots:
                    return self._known(key) or self._keep(key, make())
            except Refused as no:
                self._keep(key, no.refusal)
                raise
            finally:
                with self._lock:
                    del self._under_way[key]
                mine.set()
        finally:
            self._waiting.release()

    def _keep(self, key: tuple[str, int], made: Any) -> Any:
        with self._lock:
            self._kept[key] = made
            self._bytes += _size(made)
            while self._bytes > KEPT:
                _key, oldest = self._kept.popitem(last=False)
                self._bytes -= _size(oldest)
        return made

    def _known(self, key: tuple[str, int]) -> Any:
        """What is kept, None if nothing is. Raises Refused where that is why nothing can be shown."""
        with self._lock:
            found = self._kept.get(key)
            if found is not None:
                self._kept.move_to_end(key)
        if isinstance(found, Refusal):
            raise Refused(found)
        return found


def _looked_at(content: bytes, media_type: str) -> Look:
    if media_type == PDF:
        of = call(child.page_count, content, LIMITS)
        return Look(min(of, MOST_PAGES), of)
    lines = call(child.words, content, LIMITS, media_type=media_type)
    return Look(words=tuple(lines), is_cut=sum(len(line) + 1 for line in lines) > child.MOST_WORDS)


def _drawn(content: bytes, media_type: str, page: int) -> bytes:
    return base64.b64decode(call(child.drawn, content, LIMITS, media_type=media_type, page=page))


def _size(made: bytes | Look | Refusal) -> int:
    """Bytes that it takes here, about."""
    if isinstance(made, bytes):
        return len(made)
    return 1_000 + sum(2 * len(line) + 60 for line in made.words) if isinstance(made, Look) else 1_000


by_network = Bucket(40, 60)
"""Pages drawn and papers read for one network in a minute; what is kept already costs nothing and is not counted."""


def draw_ahead(views: Views, kept: KeptFile, folder: Path) -> None:
    """Draw a photo before anybody is told of it, so that a hall that is told finds it ready."""
    if is_picture(kept.media_type):
        with contextlib.suppress(Refused):
            views.drawing((folder / FOLDER / kept.stored).read_bytes, kept.sha256, kept.media_type, 1)


def _asked(visit: Visit) -> Ask:
    def ask() -> None:
        key = network_of(visit.call.address)
        if not by_network.take(key):
            raise TooMany(by_network.wait(key))

    return ask


def show_file(visit: Visit, found: Attachment, at: str, back: str) -> Answer:
    """The page that shows a file. ``at`` is the address that saves it; its pages stand below; ``back`` is where it belongs."""
    read = partial(content_of, visit.house.settings.data, found)
    look = visit.house.views.look(read, found.sha256, found.media_type, _asked(visit))
    return page(visit, "file.html", file=found, length=length_of(found.size), look=look, at=at, back=back)


def send_page(visit: Visit, found: Attachment) -> Answer:
    """One page of a file as a picture made here. The address ends in its number. Raises TooMany: come again in a moment."""
    read = partial(content_of, visit.house.settings.data, found)
    try:
        made = visit.house.views.drawing(read, found.sha256, found.media_type, visit.number("page"), _asked(visit))
    except Refused as no:
        if no.refusal == BUSY:
            raise TooMany(AGAIN) from None
        raise
    return Answer(200, made, _HEADERS)
