"""One log as its signer knows it: what was signed, kept durably, and the refusal to sign anything else.

C2SP tlog-checkpoint: "A log MUST not sign any checkpoint which is inconsistent with any checkpoint it previously
signed." So the head (size, root) is written to the signer's own file *before* its checkpoint is published, and before
any growth the database is held against it (audit.md 1.2 and 1.6).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn, Protocol

from deliberation.audit import merkle, note, tiles
from deliberation.audit.keys import SigningKey, verify
from deliberation.audit.note import BadNote, Checkpoint
from deliberation.audit.published import Published, write_durably
from deliberation.audit.tiles import ENTRIES, WIDTH, Edge, Tile
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

AT_ONCE = 64 * WIDTH
"""Entries read and hashed in one go: few reads for a long log, and a bounded memory."""

REMEDY = _("请先运行 deliberation audit verify 核对，不要删除已公布的存证文件")
NEWER_BACKUP = _(
    "请改用含有全部{signed}条已签名记录的备份，重新恢复到空的地方；没有这样的备份，就留着签名目录和已公布的文件，业务照常，新记录暂不公布"
)
"""The way onward where the database is older than what was signed: nothing may be signed over it (audit.md 1.6)."""


class Log(NamedTuple):
    """A log to be signed: its community, its origin, and how many entries are committed."""

    community: int
    origin: str
    size: int


class Source(Protocol):
    """Where committed entries come from."""

    def logs(self) -> list[Log]: ...

    def entries(self, community: int, start: int, stop: int) -> Iterator[bytes]:
        """The bodies of entries ``start … stop - 1`` in order; fewer if some are missing."""
        ...


class WillNotSign(Exception):
    """What is asked for contradicts what was signed. ``kind``: rewind, fork, missing, entry_hash, signature, second."""

    def __init__(self, kind: str, reason: str, remedy: str = REMEDY, **facts: object):
        super().__init__(reason.format(**facts))
        self.kind = kind
        self.refusal = Refusal(reason, facts, remedy=remedy)


class SignedLog:
    """One log, opened once its stored head, its published checkpoint and the database were found to agree.

    :raises WillNotSign: if they do not.
    """

    def __init__(self, log: Log, source: Source, key: SigningKey, published: Published, state: Path):
        self.origin, self._community = log.origin, log.community
        self._source, self._signing, self._published, self._state = source, key, published, state
        self._key = key.named(log.origin)
        self._empty = Checkpoint(log.origin, 0, merkle.EMPTY_ROOT)
        self._shown = self._published_head()
        stored = self._stored_head()
        self._edge = Edge()
        if stored is None:
            # Only the stub was lost: what everybody can see was signed by this key, so it is what was signed last.
            stored = self._shown
        if self._shown is not None and self._shown.size > stored.size:
            self._refuse(
                "rewind",
                _("日志 {origin} 已公布 {shown} 条，签名程序的存根只到 {stored} 条：存根被退回，停止签名"),
                shown=self._shown.size,
                stored=stored.size,
            )
        self._head = stored or self._empty
        self._replay(log.size)
        if self._head != self._empty:
            self._store(self._head)

    @property
    def head(self) -> Checkpoint:
        """The last head that was stored, and with the next publication signed."""
        return self._head

    def grow(self, size: int) -> bool:
        """Take the log to ``size`` entries and publish its checkpoint; whether there was anything to do.

        :raises WillNotSign: if the entries are not a continuation of what was signed.
        """
        if size == self._head.size and self._head in (self._shown, self._empty):
            return False
        self._check_size(size)
        if (self._stored_head() or self._empty) != self._head:
            self._refuse("second", _("日志 {origin} 的存根被另一个签名程序改动，停止签名"))
        if size > self._head.size:
            self._extend(size)
        self._publish()
        return True

    def _extend(self, size: int) -> None:
        edge = self._edge.copy()
        self._published.put(self._files(edge, size))
        head = Checkpoint(self.origin, size, edge.root())
        self._store(head)
        self._edge, self._head = edge, head

    def _publish(self) -> None:
        self._published.publish(note.sign(self._head.text, self._key, self._signing.sign), self._key)
        before, self._shown = self._shown, self._head
        for tile in tiles.unfinished(before.size if before else 0):
            if tiles.width_of(tile.level, tile.index, self._head.size) == WIDTH:
                self._published.drop_partials(tile)

    def _replay(self, committed: int) -> None:
        """Rebuild the edge from the database and hold every head against it; mend files that were lost or damaged."""
        self._check_size(committed)
        differing: list[tuple[Tile, bytes]] = []
        for head in dict.fromkeys(filter(None, (self._shown, self._head))):
            files = self._files(self._edge, head.size)
            differing += [(tile, data) for tile, data in files if not self._published.holds(tile, data)]
            if self._edge.root() != head.root:
                self._refuse_fork()
        # Only now: the files are derived from entries that come to the signed root.
        self._published.put(differing)

    def _files(self, edge: Edge, stop: int) -> Iterator[tuple[Tile, bytes]]:
        """Read the entries up to ``stop``, grow the edge by them, and give every file in which they stand.

        The entries of the last tile are read again and held against their hashes: a history that was exchanged under a
        running signer, by restoring a backup, is noticed there.
        """
        tail = edge.tail
        start = edge.size - len(tail)
        for first in range(start, stop, AT_ONCE):
            last, before = min(first + AT_ONCE, stop), edge.size
            bodies = list(self._source.entries(self._community, first, last))
            if len(bodies) != last - first:
                self._refuse(
                    "missing",
                    _("日志 {origin} 在 {first} 号至 {last} 号之间缺少记录，停止签名"),
                    first=first,
                    last=last - 1,
                )
            leaves = merkle.leaf_hashes(bodies)
            if first == start and leaves[: len(tail)] != tail:
                self._refuse_fork()
            yield from edge.extend(leaves[before - first :])
            for place in range(0, len(bodies), WIDTH):
                part = bodies[place : place + WIDTH]
                if first + place + len(part) > before:
                    yield Tile(ENTRIES, (first + place) // WIDTH, len(part)), self._bundle(part)
        yield from edge.partials()

    def _bundle(self, bodies: list[bytes]) -> bytes:
        try:
            return tiles.bundle(bodies)
        except tiles.Malformed:
            self._refuse("entry_hash", _("日志 {origin} 有一条记录超过65535字节，停止签名"))

    def _check_size(self, size: int) -> None:
        if size < self._head.size:
            self._refuse(
                "rewind",
                _("日志 {origin} 只有 {found} 条记录，而已签名 {signed} 条：数据库被退回，停止签名"),
                NEWER_BACKUP,
                found=size,
                signed=self._head.size,
            )

    def _published_head(self) -> Checkpoint | None:
        try:
            text = self._published.note()
            return None if text is None else note.open_checkpoint(text, self._key, verify)
        except BadNote as error:
            reason = _("日志 {origin} 已公布的检查点不是用本密钥签名的（{error}），停止签名")
            raise WillNotSign("signature", reason, origin=self.origin, error=str(error)) from None

    def _stored_head(self) -> Checkpoint | None:
        try:
            kept = json.loads(self._state.read_bytes())
            head = Checkpoint(kept["origin"], kept["size"], base64.b64decode(kept["root"], validate=True))
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            self._refuse("rewind", _("日志 {origin} 的签名存根已损坏，停止签名"))
        if head.origin != self.origin:
            self._refuse("fork", _("日志 {origin} 的存根属于 {other}，停止签名"), other=head.origin)
        return head

    def _store(self, head: Checkpoint) -> None:
        kept = {"origin": head.origin, "size": head.size, "root": base64.b64encode(head.root).decode()}
        write_durably(self._state, json.dumps(kept).encode(), mode=0o600)

    def _refuse_fork(self) -> NoReturn:
        # What a restored older backup becomes as soon as people have gone on in it.
        reason = _("日志 {origin} 的记录与已签名的内容不一致，停止签名")
        self._refuse("fork", reason, NEWER_BACKUP, signed=self._head.size)

    def _refuse(self, kind: str, reason: str, remedy: str = REMEDY, **facts: object) -> NoReturn:
        raise WillNotSign(kind, reason, remedy, origin=self.origin, **facts)
