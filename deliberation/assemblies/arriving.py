"""Rosters between upload and confirmation: below the data folder, bound to a person and a community, for an hour.

After that nobody is given them any more, and the next upload or the daily sweep removes them.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import time
from dataclasses import asdict, dataclass
from pathlib import Path

FOLDER = "arriving"
"""Not part of a backup: what was not confirmed is nobody's record."""
LASTS = 3600.0
MOST_EACH = 5
"""Files of one person that wait at a time; the oldest makes room, or a disk could be filled with them."""
_TOKEN = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class Arriving:
    """An uploaded roster that nobody has confirmed. ``token`` is part of its address; ``sha256`` is of its bytes."""

    token: str
    community: int
    person: int
    filename: str
    sha256: str
    skip_bad: bool


def keep_arriving(data: Path, upload: bytes, told: Arriving) -> None:
    """Put an upload aside. The first line of the file says whose it is; the rest are its bytes as they came."""
    folder = data / FOLDER
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    sweep_arriving(data)
    mine = sorted(folder.glob(f"{told.person}-*"), key=lambda path: path.stat().st_mtime)
    for path in mine[: max(0, len(mine) - MOST_EACH + 1)]:
        path.unlink(missing_ok=True)
    target = _path(data, told.person, told.token)
    try:
        with open(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(json.dumps(asdict(told)).encode() + b"\n" + upload)
    except BaseException:  # A full disk must not be left with the half of a file.
        target.unlink(missing_ok=True)
        raise


def new_token() -> str:
    return secrets.token_hex(16)


def arriving(data: Path, token: str, *, community: int, person: int) -> tuple[Arriving, bytes] | None:
    """The file of a token, for the person who sent it to that community; None if it is gone, too old or not theirs."""
    if not _TOKEN.fullmatch(token):
        return None
    path = _path(data, person, token)
    try:
        if path.stat().st_mtime < time.time() - LASTS:
            return None
        head, _, upload = path.read_bytes().partition(b"\n")
    except FileNotFoundError:
        return None
    told = Arriving(**json.loads(head))
    is_whole = hashlib.sha256(upload).hexdigest() == told.sha256
    return (told, upload) if is_whole and (told.community, told.person) == (community, person) else None


def drop_arriving(data: Path, token: str, person: int) -> None:
    if _TOKEN.fullmatch(token):
        _path(data, person, token).unlink(missing_ok=True)


def sweep_arriving(data: Path) -> None:
    """Personal values that nobody confirmed stay nowhere."""
    folder = data / FOLDER
    for path in folder.iterdir() if folder.is_dir() else ():
        try:
            if path.stat().st_mtime < time.time() - LASTS:
                path.unlink()
        except FileNotFoundError:  # Another process was faster.
            continue


def _path(data: Path, person: int, token: str) -> Path:
    return data / FOLDER / f"{person}-{token}"
