"""The tree cut into C2SP tlog-tiles: names of the static files, their bytes, and the growing right edge. Pure.

A tile of level L holds up to 256 hashes, each over a complete subtree of 256**L entries; an entry bundle holds up to
256 entries, each after its length as a big-endian uint16. Files are ``tile/<L>/<N>[.p/<W>]`` and
``tile/entries/<N>[.p/<W>]``, N in groups of three digits of which all but the last begin with x.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from deliberation.audit import merkle

WIDTH = 256
HEIGHT = 8
LONGEST_ENTRY = 0xFFFF
ENTRIES = -1
"""The "level" of an entry bundle."""

_PATH = re.compile(r"tile/(0|[1-9]\d?|entries)/((?:x\d{3}/)*)(\d{3})(?:\.p/([1-9]\d{0,2}))?", re.ASCII)


class Malformed(ValueError):
    """Bytes or a name that are no tile, bundle or path of one."""


class Tile(NamedTuple):
    """One static file: ``level`` 0 and up, or ``ENTRIES``; ``index`` in its level; ``width`` 1 to 256."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        level = "entries" if self.level == ENTRIES else str(self.level)
        suffix = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{level}/{_number(self.index)}{suffix}"


def _number(index: int) -> str:
    parts = [f"{index % 1000:03}"]
    while index := index // 1000:
        parts.append(f"x{index % 1000:03}")
    return "/".join(reversed(parts))


def parse_path(path: str) -> Tile:
    """The tile of a path; only the one spelling that tlog-tiles allows, so that no file has two names.

    :raises Malformed: for anything else.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise Malformed(f"not the path of a tile: {path!r}")
    level, groups, last, width = match.groups()
    tile = Tile(
        ENTRIES if level == "entries" else int(level),
        int(groups.replace("x", "").replace("/", "") + last),
        int(width) if width else WIDTH,
    )
    if tile.path != path or tile.level > 63 or (width and tile.width >= WIDTH):
        raise Malformed(f"not the path of a tile: {path!r}")
    return tile


def width_of(level: int, index: int, size: int) -> int:
    """How many hashes (or entries) a tile has in a tree of ``size``; 0 if it is not there yet."""
    there = (size >> HEIGHT * max(level, 0)) - index * WIDTH
    return max(0, min(there, WIDTH))


def tiles_of(size: int) -> Iterator[Tile]:
    """Every file of a tree of ``size``: the entry bundles, then the tiles from the leaves up."""
    for level in [ENTRIES, *range(64)]:
        count = size >> HEIGHT * max(level, 0)
        if count == 0:
            return
        for index in range(-(-count // WIDTH)):
            yield Tile(level, index, width_of(level, index, size))


def unfinished(size: int) -> list[Tile]:
    """The partial files of a tree of ``size``, which later ones will replace."""
    counts = {level: size >> HEIGHT * max(level, 0) for level in range(ENTRIES, 8)}
    return [Tile(level, count // WIDTH, count % WIDTH) for level, count in counts.items() if count % WIDTH]


def bundle(entries: Sequence[bytes]) -> bytes:
    """An entry bundle.

    :raises Malformed: if an entry is longer than 65,535 bytes, which its length field cannot say.
    """
    parts = []
    for entry in entries:
        if len(entry) > LONGEST_ENTRY:
            raise Malformed(f"an entry of {len(entry)} bytes is longer than {LONGEST_ENTRY}")
        parts.append(len(entry).to_bytes(2, "big"))
        parts.append(entry)
    return b"".join(parts)


def unbundle(data: bytes) -> list[bytes]:
    """The entries of a bundle.

    :raises Malformed: if bytes are missing at the end.
    """
    entries, place = [], 0
    while place < len(data):
        start = place + 2
        place = start + int.from_bytes(data[place:start], "big")
        if start > len(data) or place > len(data):
            raise Malformed("the entry bundle ends in the middle of an entry")
        entries.append(data[start:place])
    return entries


def split(data: bytes) -> list[bytes]:
    """The hashes of a tile."""
    if len(data) % merkle.HASH_SIZE:
        raise Malformed(f"a tile of {len(data)} bytes is no row of hashes")
    return [data[place : place + merkle.HASH_SIZE] for place in range(0, len(data), merkle.HASH_SIZE)]


def nodes(read: Callable[[Tile], bytes], size: int) -> merkle.Nodes:
    """Look complete subtrees up in the tiles of a tree of ``size``; ``read`` brings the bytes of one tile."""

    def node(height: int, index: int) -> bytes:
        level, inside = divmod(height, HEIGHT)
        number, place = divmod(index << inside, WIDTH)
        row = split(read(Tile(level, number, width_of(level, number, size))))[place : place + (1 << inside)]
        for _ in range(inside):
            row = merkle.pair_up(row)
        if len(row) != 1:
            raise Malformed(f"{Tile(level, number).path} is too short")
        return row[0]

    return node


class Edge:
    """The right edge of a growing tree: the unfinished tile of every level, which is all that growing needs."""

    def __init__(self) -> None:
        self.size = 0
        self._rows: list[list[bytes]] = [[]]
        self._last_full: list[bytes] = []

    def copy(self) -> Edge:
        twin = Edge()
        twin.size, twin._rows, twin._last_full = self.size, [list(row) for row in self._rows], self._last_full
        return twin

    def extend(self, leaves: Sequence[bytes]) -> Iterator[tuple[Tile, bytes]]:
        """Append leaf hashes; yields each tile that becomes full. The edge has grown once the iterator is used up."""
        coming: list[bytes] = list(leaves)
        before, level = self.size, 0
        self.size += len(coming)
        while coming:
            if level == len(self._rows):
                self._rows.append([])
            row = self._rows[level] + coming
            first, coming = before >> HEIGHT * (level + 1), []
            whole = len(row) - len(row) % WIDTH
            for number, place in enumerate(range(0, whole, WIDTH), first):
                full = row[place : place + WIDTH]
                yield Tile(level, number), b"".join(full)
                coming.append(merkle.root(full))
                if level == 0:
                    self._last_full = full
            self._rows[level] = row[whole:]
            level += 1

    def partials(self) -> Iterator[tuple[Tile, bytes]]:
        """The unfinished tile of each level that has one."""
        for level, row in enumerate(self._rows):
            if row:
                yield Tile(level, self.size >> HEIGHT * (level + 1), len(row)), b"".join(row)

    @property
    def tail(self) -> list[bytes]:
        """The leaf hashes of the tile that holds the last entry: 1 to 256, none in an empty tree."""
        return self._rows[0] or self._last_full

    def root(self) -> bytes:
        """The root of the tree as it stands."""
        peaks: list[bytes] = []
        for row in reversed(self._rows):
            height_rows = merkle.levels(row)
            place = 0
            for height in reversed(range(HEIGHT)):
                if len(row) >> height & 1:
                    peaks.append(height_rows[height][place >> height])
                    place += 1 << height
        return merkle.root_of_peaks(peaks)
