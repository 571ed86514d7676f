"""The published files of a log as C2SP tlog-tiles lays them out: static, public, the tiles unchanging."""

from __future__ import annotations

from deliberation.audit.note import BadNote
from deliberation.audit.published import Published
from deliberation.audit.tiles import Malformed, parse_path
from deliberation.refusal import Missing
from deliberation.web import Answer, Visit, public

TEXT = (b"content-type", b"text/plain; charset=utf-8")
BYTES = (b"content-type", b"application/octet-stream")
NOW_ONLY = (b"cache-control", b"no-cache")
FOR_EVER = (b"cache-control", b"public, max-age=31536000, immutable")


def published(visit: Visit) -> Published:
    """The folder of the log that the address names. Its number is digits only, so no path leads out of it."""
    return Published(visit.house.settings.log_folder / str(visit.number("community")))


@public
def checkpoint(visit: Visit) -> Answer:
    """The last signed note. Raises Missing before the first."""
    try:
        note = published(visit).note()
    except BadNote:
        note = None
    if note is None:
        raise Missing
    return Answer(200, note.encode(), [TEXT, NOW_ONLY])


@public
def vkey(visit: Visit) -> Answer:
    """The verifier key, to be compared with the one printed on paper. Raises Missing before the first checkpoint."""
    try:
        key = published(visit).key()
    except BadNote:
        key = None
    if key is None:
        raise Missing
    return Answer(200, f"{key}\n".encode(), [TEXT, NOW_ONLY])


@public
def tile(visit: Visit) -> Answer:
    """A tile or an entry bundle; a partial one also after the full one has replaced it. Raises Missing."""
    try:
        # Only the one canonical spelling is taken, which holds neither dots nor doubled slashes.
        data = published(visit).read(parse_path(f"tile/{visit.call.params['path']}"))
    except (Malformed, FileNotFoundError):
        raise Missing from None
    return Answer(200, data, [BYTES, FOR_EVER])
