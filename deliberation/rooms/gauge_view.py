"""What a gauge shows to everybody, on the page, on the wire and on the wall; and what one person can do about it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation.identity.models import names_of
from deliberation.rooms.gauge_models import Asks, asks_of_gauge, hands_counted, marked, marks_by, result_of
from deliberation.rooms.gauge_rules import AGREEMENT, KINDS, SCALE, USUAL_STEPS, are_few, middle
from deliberation.rooms.lines import Said, order_of
from deliberation.rooms.models import Gauge, Room, gauges_of, latest_statements
from deliberation.rooms.rules import CHAIR, GAUGE_OPTIONS, Part, may

MOST_LISTED = 30
FILLS = {GAUGE_OPTIONS: ("yes", "soft", "some", "no"), AGREEMENT: ("yes", "no", "some")}
"""How the bars of the usual answers look; other answers are all alike."""


@dataclass(frozen=True)
class Bar:
    """One answer of a gauge: its count, and its share of the longest in ten-thousandths."""

    words: str
    count: int
    share: int
    fill: str


def bars_of(gauge: Gauge, counts: list[int]) -> list[Bar]:
    """The answers with their counts; the longest bar is the whole width."""
    most = max(counts, default=0)
    fills = FILLS.get(tuple(gauge.options), ("act",) * len(gauge.options))
    return [
        Bar(words, count, count * 10_000 // most if most else 0, fill)
        for words, count, fill in zip(gauge.options, counts, fills, strict=True)
    ]


def shown_gauge(session: Session, gauge: Gauge | None, *, came: int, asked: Set[int], lost: Set[int]) -> dict[str, Any]:
    """The newest gauge: what it asks, how many have come, how many of them it asks and how many marked; the answers once
    they are released. ``lost``: whom an open one asks no longer; one that was closed asked whom it asked then.
    """
    if gauge is not None and not gauge.is_open:
        lost = lost - {each.person_id for each in marks_by(session, gauge, lost)}
    is_kept = gauge is not None and gauge.asked is not None
    people = {"attended": came, "may_mark": gauge.asked if is_kept else len(asked - lost)}
    if gauge is None:
        return {"gauge": None} | people
    result = result_of(session, gauge)
    return {
        "gauge": gauge,
        "asks": asks_of_gauge(session, gauge),
        "answered": marked(session, gauge, lost),
        "raised": sum(hands_counted(session, gauge)),
        **people,
        "bars": bars_of(gauge, result.counts) if result and result.counts else [],
        "hands": bars_of(gauge, result.hands) if result and result.hands else [],
        "middle": middle(result.counts) if result and gauge.kind == SCALE else 0,
    }


def gauge_lines(session: Session, gauge: Gauge) -> list[Said]:
    """The lines of the running minutes: begun, ended, and what was released."""
    asks, result = asks_of_gauge(session, gauge), result_of(session, gauge)
    key = f"gauge-{gauge.id}"
    lines = [_line(key, "opened", gauge.opened_at, asks)]
    if gauge.closed_at:
        lines.append(_line(key, "closed", gauge.closed_at, asks))
    if result:
        lines.append(replace(_line(key, "released", gauge.released_at, asks), result=(gauge.options, *result)))
    return lines


def _line(key: str, what: str, at: datetime, asks: Asks) -> Said:
    return Said(f"{key}-{what}", order_of(at), at, f"gauge_{what}", who=asks.speaker, body=asks.words)


@dataclass(frozen=True)
class Gauging:
    """What one person can do about the gauges of a room: ask one, count hands (``hands``: as counted so far), release.

    ``releases``: id, words, and whether so few marked that there are no sums to see.

    ``asks``: of the open gauge; ``statements``: those on which the room could be asked.
    """

    asks: Asks | None = None
    hands: tuple[tuple[str, int], ...] = ()
    releases: tuple[tuple[int, str, bool], ...] = ()
    statements: tuple[tuple[int, str], ...] = ()
    kinds: tuple[tuple[str, str], ...] = tuple(KINDS.items())
    usual_steps: int = USUAL_STEPS


def gauging_of(session: Session, room: Room, part: Part) -> Gauging:
    gauges, chairs = gauges_of(session, room.id), CHAIR in part.roles
    now = next((each for each in gauges if each.is_open), None)
    counts = now is not None and may("count_hands", part, is_open=room.is_open) is None
    known = hands_counted(session, now) if counts else []
    waits = [each for each in gauges if chairs and not each.is_open and each.released_at is None]
    return Gauging(
        asks=asks_of_gauge(session, now) if now else None,
        hands=tuple(zip(now.options, known or [0] * len(now.options), strict=True)) if counts else (),
        releases=tuple(_release(session, each) for each in waits if room.minutes_id is None),
        statements=_statements(session, room.id) if chairs and room.is_open and now is None else (),
    )


def _release(session: Session, gauge: Gauge) -> tuple[int, str, bool]:
    return gauge.id, _name(session, gauge), are_few(marked(session, gauge))


def _name(session: Session, gauge: Gauge) -> str:
    asks = asks_of_gauge(session, gauge)
    return f"{asks.speaker}：{asks.words[:20]}" if asks.speaker else asks.words


def _statements(session: Session, room_id: int) -> tuple[tuple[int, str], ...]:
    """The newest first."""
    found = [each for each in latest_statements(session, room_id, MOST_LISTED) if not each.is_gone]
    names = names_of(session, {each.person_id for each in found})
    return tuple((each.id, f"{names[each.person_id]}：{each.body[:20]}") for each in found)
