"""The published files of one log in a folder: read, and written so that a crash leaves each whole or absent."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path

from deliberation.audit import tiles
from deliberation.audit.note import BadNote, Key, parse_key
from deliberation.audit.tiles import WIDTH, Tile


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable; without it a rename may be lost with the power."""
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(folder: Path) -> None:
    """Make a folder and its parents, each durable in the one above."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        path.mkdir(exist_ok=True)
        sync_folder(path.parent)


def _replace(path: Path, data: bytes, mode: int) -> None:
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode)
    with open(handle, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, path)


def write_durably(path: Path, data: bytes, mode: int = 0o644) -> None:
    """Replace a file: whole and on the disk when this returns, the old one untouched if it does not."""
    make_folder(path.parent)
    _replace(path, data, mode)
    sync_folder(path.parent)


class Published:
    """The folder of one log, as it is served: ``checkpoint``, ``vkey``, ``tile/…``."""

    def __init__(self, folder: Path):
        self.folder = folder

    def read(self, tile: Tile) -> bytes:
        """The bytes of a tile; of a partial one also from the longer or full tile that has replaced it.

        :raises FileNotFoundError: if none of them is there.
        """
        try:
            return (self.folder / tile.path).read_bytes()
        except FileNotFoundError:
            if tile.width == WIDTH:
                raise
        data = (self.folder / tile._replace(width=WIDTH).path).read_bytes()
        if tile.level == tiles.ENTRIES:
            return tiles.bundle(tiles.unbundle(data)[: tile.width])
        return data[: tile.width * 32]

    def note(self) -> str | None:
        """The signed checkpoint as published, or None before the first."""
        try:
            return (self.folder / "checkpoint").read_bytes().decode()
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            raise BadNote("the checkpoint is not UTF-8") from None

    def key(self) -> Key | None:
        """The verifier key that lies beside the checkpoint, or None."""
        try:
            return parse_key((self.folder / "vkey").read_bytes().decode())
        except FileNotFoundError:
            return None
        except UnicodeDecodeError:
            raise BadNote("the verifier key is not UTF-8") from None

    def holds(self, tile: Tile, data: bytes) -> bool:
        """Whether the very file of a tile is there with these bytes."""
        try:
            return (self.folder / tile.path).read_bytes() == data
        except FileNotFoundError:
            return False

    def put(self, files: Iterable[tuple[Tile, bytes]]) -> None:
        """Write tiles that are not there yet; all are on the disk when this returns."""
        touched = set()
        for tile, data in files:
            if self.holds(tile, data):
                continue
            path = self.folder / tile.path
            make_folder(path.parent)
            _replace(path, data, 0o644)
            touched.add(path.parent)
        for folder in touched:
            sync_folder(folder)

    def publish(self, note: str, key: Key) -> None:
        """Replace the checkpoint, which makes everything under it public."""
        if not (self.folder / "vkey").exists():
            write_durably(self.folder / "vkey", f"{key}\n".encode())
        write_durably(self.folder / "checkpoint", note.encode())

    def drop_partials(self, tile: Tile) -> None:
        """Remove the partial forms of a tile that is full and published (allowed by tlog-tiles, "Partial Tiles")."""
        shutil.rmtree(self.folder / (tile._replace(width=WIDTH).path + ".p"), ignore_errors=True)

    def copy_to(self, folder: Path, size: int, note: str) -> None:
        """Copy the log as of ``note``, a checkpoint of ``size``, into another folder; the note itself last."""
        for tile in tiles.tiles_of(size):
            target = folder / tile.path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(self.read(tile))
        (folder / "vkey").write_bytes((self.folder / "vkey").read_bytes())
        (folder / "checkpoint").write_bytes(note.encode())
