"""上报的内容: what a point hands up, a line an opinion, in one canonical order, so that one digest stands for all of it. Pure.

The first line says whose it is and to whom. Then come the opinions by their numbers, then what changed since they were
handed up. Names and contacts stand in a line only where the letter asks for them and the author agreed (个人信息保护法 23).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from deliberation.audit.canonical import canonical
from deliberation.legislation.opinion_rules import CHANNELS, KINDS, MOST_WORDS
from deliberation.legislation.solicitation_rules import NAMED, NAMINGS
from deliberation.legislation.tier_lines import Unreadable, lines_of, read_row, rows_in
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

SCHEMA = "deliberation/submission-1"
WITHDRAWN, HIDDEN, UNNAMED = "withdrawn", "hidden", "unnamed"
CHANGES = (WITHDRAWN, HIDDEN, UNNAMED)
"""What may have changed: taken back whole, no longer to be read by everybody (a consent, the desk, other words since), no longer to be named."""
MOST_AT_ONCE = 20_000
MOST_CHANGES = 100_000
MOST_BYTES = 14 * 2**20
"""Of the opinions of one submission; what is beyond goes into the next. With all changes its bundle stays below what may be
uploaded, however little there is to compress (``Settings.max_upload``)."""
NOTHING_NEW = Refusal(_("没有新的意见要上报"), remedy=_("新处理的、还没有报过的意见，可以随时补报"), late=True)
NO_UPPER = Refusal(_("这次征求意见不是承接上级的，没有要上报的地方"))


@dataclass(frozen=True, slots=True)
class Head:
    """Whose submission it is, the ``number``-th of its solicitation, and which asking of which body it answers."""

    origin: str
    solicitation: int
    number: int
    body: str
    to: str
    asked: int
    text: str
    opinions: int
    changes: int
    people: int
    left_out: int
    nonce: str
    """64 hex digits of chance: the public log has the digest of the content, and nobody may find words by guessing it."""


@dataclass(frozen=True, slots=True)
class Line:
    """One opinion. ``entry`` is the index of its entry in the point's log; ``lead`` that of the one it was merged into."""

    entry: int
    number: int
    article: str
    label: str
    place: str
    place_label: str
    start: int
    end: int
    quote: str
    prefix: str
    suffix: str
    original: str
    kind: str
    proposal: str
    as_said: str
    reason: str
    category: str
    province: str
    channel: str
    said_on: str
    occasion: str
    point: str
    cosigners: int
    lead: int | None
    handling: str
    naming: str
    publishes: bool
    is_public: bool
    names: bool
    name: str
    contact: str


@dataclass(frozen=True, slots=True)
class Changed:
    """What changed of an opinion that was handed up before."""

    entry: int
    change: str


@dataclass(frozen=True, slots=True)
class Submitted:
    """A whole submission as it is read."""

    head: Head
    lines: tuple[Line, ...]
    changes: tuple[Changed, ...]


def content_of(head: Head, lines: Iterable[Line], changes: Iterable[Changed]) -> bytes:
    """The file, the same bytes for the same content."""
    rows = [asdict(head) | {"schema": SCHEMA}]
    rows += [asdict(line) for line in lines]
    rows += [asdict(one) for one in changes]
    return lines_of(rows)


def fitting(lines: Sequence[Line], most: int = MOST_BYTES) -> list[Line]:
    """As many from the first as one submission holds, by the bytes that they really take; the others go with the next."""
    total = 0
    for at, line in enumerate(lines):
        total += len(canonical(asdict(line))) + 1
        if total > most and at:
            return list(lines[:at])
    return list(lines)


_LONG = ("quote", "original", "proposal", "as_said", "reason")
_MOST = dict.fromkeys(_LONG, MOST_WORDS) | {
    "origin": 200, "body": 100, "to": 200, "text": 64, "nonce": 64, "article": 24, "label": 60, "place": 20, "place_label": 60,
    "prefix": 100, "suffix": 100, "category": 100, "province": 40, "occasion": 200, "point": 100, "handling": 2_000,
    "name": 100, "contact": 200,
}  # fmt: skip
_NONCE = re.compile("[0-9a-f]{64}")
_CHOICES = {"kind": KINDS, "channel": CHANNELS, "naming": NAMINGS, "change": CHANGES}


def read_content(content: bytes) -> Submitted:
    """The submission of such a file. Raises Unreadable."""
    first, *said = rows_in(content, SCHEMA, 1 + MOST_AT_ONCE + MOST_CHANGES)
    # What went up before there was a nonce is read as it is.
    head = read_row(Head, {"nonce": ""} | first, 1, _MOST, _CHOICES)
    if head.nonce and not _NONCE.fullmatch(head.nonce):
        raise Unreadable("1 nonce")
    lines, changes = [], []
    for number, value in enumerate(said, 2):
        if "change" in value:
            changes.append(read_row(Changed, value, number, _MOST, _CHOICES))
        elif changes:
            raise Unreadable(str(number))
        else:
            lines.append(_line(value, number))
    return _whole(Submitted(head, tuple(lines), tuple(changes)))


def _line(value: Mapping[str, Any], number: int) -> Line:
    line = read_row(Line, value, number, _MOST, _CHOICES)
    try:
        date.fromisoformat(line.said_on)
    except ValueError:
        raise Unreadable(f"{number} said_on") from None
    if line.is_public and not line.publishes:
        raise Unreadable(f"{number} is_public")
    if line.names and line.naming != NAMED:
        raise Unreadable(f"{number} names")
    if max(line.start, line.end, line.cosigners, line.number) >= 2**31:
        raise Unreadable(f"{number} number")
    return line


def _whole(found: Submitted) -> Submitted:
    entries = [line.entry for line in found.lines]
    if len(set(entries)) != len(entries):
        raise Unreadable("entry")
    if (found.head.opinions, found.head.changes) != (len(found.lines), len(found.changes)):
        raise Unreadable("opinions")
    if (
        max(found.head.solicitation, found.head.number, found.head.asked, found.head.people, found.head.left_out)
        >= 2**31
    ):
        raise Unreadable("number")
    return found


def may_submit(has_upper: bool, new: int, waiting: int, leaves: bool) -> Refusal | None:
    """Whether something goes up now: what is handled and new; what waits is left for the next time only knowingly."""
    if not has_upper:
        return NO_UPPER
    if waiting and not leaves:
        return Refusal(
            _("还有{n}条意见没有处理"), {"n": waiting}, _("请先在整理台处理，或者勾选“没有处理的留到以后补报”")
        )
    return None if new else NOTHING_NEW
