"""Recompute one log: every entry, every published file, and every head that was promised, against each other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deliberation.audit import merkle, note, tiles
from deliberation.audit.canonical import NotCanonical
from deliberation.audit.keys import verify
from deliberation.audit.note import BadNote, Checkpoint, Key
from deliberation.audit.published import Published
from deliberation.audit.reading import Incomplete, Reader, Said
from deliberation.audit.tiles import ENTRIES, WIDTH, Edge, Malformed, Tile
from deliberation.vocabulary import _

AT_ONCE = 64 * WIDTH
"""Entries hashed in one go; a multiple of a tile's width."""
MOST_FAULTS = 100
"""Faults told of one log: the first is what matters, and a log of another history would have one for each entry."""
_STAND_IN = bytes(merkle.HASH_SIZE)


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that does not hold. ``kind`` is a word of contracts.md; ``reason`` a gettext key with ``{places}``."""

    kind: str
    reason: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    origin: str = ""
    index: int | None = None
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Promise:
    """A head that the log once had and must still have had: ``by`` names who says so, as a gettext key."""

    head: Checkpoint
    by: str


class LogCheck:
    """Takes the entries of one log in order and gathers ``faults``.

    ``key`` is whom the checkpoint must be signed by (None: unknown, which is a fault once anything is published).
    """

    def __init__(self, origin: str, published: Published, key: Key | None, promises: Sequence[Promise] = ()):
        self.origin = origin
        self._published = published
        self.faults: list[Fault] = []
        self._told: set[tuple[str, int | None, str]] = set()
        self._edge = Edge()
        self._reader = Reader()
        self.checkpoint = self._open_checkpoint(key)
        self._promises = list(promises)
        if self.checkpoint is not None:
            self._promises.append(Promise(self.checkpoint, _("已公布的检查点")))

    @property
    def size(self) -> int:
        return self._edge.size

    @property
    def root(self) -> bytes:
        return self._edge.root()

    def next_stop(self, size: int) -> int | None:
        """Up to which entry to feed next in a log of ``size``; None at its end, or when there are faults enough.

        Cut often enough for memory, and wherever a promised head has to be compared.
        """
        if self._edge.size >= size or len(self.faults) >= MOST_FAULTS:
            return None
        heads = [promise.head.size for promise in self._promises if promise.head.size > self._edge.size]
        return min([size, self._edge.size // AT_ONCE * AT_ONCE + AT_ONCE, *heads])

    def feed(self, bodies: Sequence[bytes | None]) -> list[Said | None]:
        """Take the next entries (None: missing); returns what they say, None for those that say nothing."""
        first = self._edge.size
        known = self._published_leaves(first, first + len(bodies))
        leaves = [_STAND_IN if body is None else merkle.leaf_hash(body) for body in bodies]
        for place, body in enumerate(bodies):
            if body is None:
                self._add("missing", _("{index} 号记录缺失"), index=first + place)
                leaves[place] = known[place] or _STAND_IN
            elif known[place] not in (None, leaves[place]):
                self._add("entry_hash", _("{index} 号记录与已公布的哈希不符"), index=first + place)
        said = [self._read(first + place, body) for place, body in enumerate(bodies)]
        self._compare_files(first, bodies, list(self._edge.extend(leaves)))
        for promise in self._promises:
            if promise.head.size == self._edge.size:
                self._compare_head(promise)
        return said

    def finish(self) -> None:
        """Compare what can only be compared at the end: heads larger than the whole log."""
        for promise in self._promises:
            if promise.head.size > self._edge.size:
                self._add(
                    "rewind",
                    _("{by}有 {promised} 条，现在只有 {found} 条：日志被退回"),
                    by=promise.by,
                    promised=promise.head.size,
                    found=self._edge.size,
                )
        self.faults.sort(key=lambda fault: (fault.index is None, fault.index or 0))

    def _open_checkpoint(self, key: Key | None) -> Checkpoint | None:
        text = ""
        try:
            text = self._published.note()
            if text is None:
                return None
            if key is None:
                raise BadNote("no verifier key")
            return note.open_checkpoint(text, key, verify)
        except BadNote:
            self._add("signature", _("检查点的签名不成立"))
        try:  # What it says is still compared, so that all that is wrong is told at once.
            return note.parse_checkpoint(text.split("\n\n")[0] + "\n")
        except BadNote:
            return None

    def _published_leaves(self, first: int, stop: int) -> list[bytes | None]:
        """The published leaf hashes of entries ``first … stop - 1``; None where nothing is published."""
        size = self.checkpoint.size if self.checkpoint else 0
        found: list[bytes | None] = []
        for number in range(first // WIDTH, -(-min(stop, size) // WIDTH)):
            tile = Tile(0, number, tiles.width_of(0, number, size))
            hashes = self._hashes(tile)
            found += [*hashes, *[None] * (tile.width - len(hashes))]
        found = found[first % WIDTH : first % WIDTH + stop - first]
        return found + [None] * (stop - first - len(found))

    def _hashes(self, tile: Tile) -> list[bytes]:
        try:
            hashes = tiles.split(self._published.read(tile))
        except (OSError, Malformed):
            hashes = []
        if len(hashes) != tile.width:
            self._add("missing", _("已公布的文件 {subject} 缺失或损坏"), subject=tile.path)
        return hashes[: tile.width]

    def _read(self, index: int, body: bytes | None) -> Said | None:
        if body is None:
            return None
        try:
            return self._reader.read(body)
        except NotCanonical:
            self._add("entry_hash", _("{index} 号记录不合规范格式"), index=index)
        except Incomplete:
            self._add("entry_hash", _("{index} 号记录缺少必要的内容"), index=index)
        return None

    def _compare_files(self, first: int, bodies: Sequence[bytes | None], grown: list[tuple[Tile, bytes]]) -> None:
        """Hold the published bundles and upper tiles against what these entries make."""
        size = self.checkpoint.size if self.checkpoint else 0
        for tile, data in [*grown, *(self._edge.partials() if self._edge.size == size else ())]:
            if tile.level > 0 and tiles.width_of(tile.level, tile.index, size) == tile.width:
                self._compare_tile(tile, data)
        for number in range(first // WIDTH, -(-min(self._edge.size, size) // WIDTH)):
            self._compare_bundle(Tile(ENTRIES, number, tiles.width_of(ENTRIES, number, size)), first, bodies)

    def _compare_tile(self, tile: Tile, data: bytes) -> None:
        try:
            same = self._published.read(tile) == data
        except OSError:
            self._add("missing", _("已公布的文件 {subject} 缺失或损坏"), subject=tile.path)
            return
        if not same and not self.faults:  # A changed entry changes all above it; that would only be noise.
            self._add("fork", _("已公布的文件 {subject} 与记录不符"), subject=tile.path)

    def _compare_bundle(self, tile: Tile, first: int, bodies: Sequence[bytes | None]) -> None:
        try:
            entries = tiles.unbundle(self._published.read(tile))
            if len(entries) != tile.width:
                raise Malformed(tile.path)
        except (OSError, Malformed):
            self._add("missing", _("已公布的文件 {subject} 缺失或损坏"), subject=tile.path)
            return
        start = tile.index * WIDTH
        places = range(max(start, first), min(start + tile.width, first + len(bodies)))
        for index in places:
            if bodies[index - first] not in (None, entries[index - start]):
                self._add("entry_hash", _("{index} 号记录与已公布的原文不符"), index=index)

    def _compare_head(self, promise: Promise) -> None:
        if self._edge.root() != promise.head.root and not any(fault.index is not None for fault in self.faults):
            self._add("fork", _("{by}（{promised} 条）与记录不符"), by=promise.by, promised=promise.head.size)

    def _add(self, kind: str, reason: str, *, index: int | None = None, subject: str = "", **facts: Any) -> None:
        # One entry that was changed contradicts several files; it is told once.
        mark = (kind, index, subject if index is None else "")
        if mark in self._told or len(self.faults) >= MOST_FAULTS:
            return
        self._told.add(mark)
        places = facts | ({"subject": subject} if subject else {}) | ({} if index is None else {"index": index})
        self.faults.append(Fault(kind, reason, places, self.origin, index, subject))


def published_bodies(published: Published, size: int) -> Iterator[bytes | None]:
    """The entries of a published log as they lie in its bundles; None for those of a bundle that is lost or damaged."""
    for number in range(-(-size // WIDTH)):
        tile = Tile(ENTRIES, number, tiles.width_of(ENTRIES, number, size))
        try:
            entries = tiles.unbundle(published.read(tile))
        except (OSError, Malformed):
            entries = []
        yield from entries if len(entries) == tile.width else [None] * tile.width
