"""Solicitations against their entries: the terms, the days and their extensions, the closing; points, collectors, files."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.log_check import Fault
from deliberation.communities.models import community
from deliberation.legislation.entered_log import NO_ENTRY, OTHER_FACTS, Log
from deliberation.legislation.opinion_models import OpinionIntake
from deliberation.legislation.solicitation_models import (
    CollectionPoint,
    Solicitation,
    collectings_of,
    extensions_of,
)
from deliberation.legislation.soliciting import secrets_of
from deliberation.matters.days import day_of
from deliberation.matters.text_check import Entered
from deliberation.vocabulary import Act

TERMS = (Act.SOLICITATION_DRAFTED, Act.SOLICITATION_CHANGED, Act.SOLICITATION_OPENED)
ACTS = (
    *TERMS, Act.SOLICITATION_EXTENDED, Act.SOLICITATION_CLOSED, Act.COLLECTOR_NAMED, Act.POINT_ADDED,
    Act.OPINIONS_IMPORTED,
)  # fmt: skip


def check_solicitations(session: Session) -> Iterator[Fault | None]:
    """Every solicitation, point and imported file against its entries, and every such entry against what is there."""
    log = Log(session, ACTS)
    for one in session.exec(select(Solicitation).order_by(col(Solicitation.id))).all():
        yield _solicitation(session, log, one)
    for point in session.exec(select(CollectionPoint).order_by(col(CollectionPoint.id))).all():
        place = (point.community_id, f"point/{point.id}")
        yield _simple(log, place, {"name": point.name, "address": point.address}, {"kind": point.kind})
    for made in session.exec(select(OpinionIntake).order_by(col(OpinionIntake.id))).all():
        of = session.get(Solicitation, made.solicitation_id)
        texts = {"filename": made.filename, "sha256": made.sha256}
        yield _simple(log, (of.community_id, f"intake/{made.id}"), texts, {"solicitation": of.id, "rows": made.rows})
    yield from log.gone()


def _simple(log: Log, place: tuple[int, str], texts: dict[str, str], plain: dict[str, Any]) -> Fault | None:
    entries = log.take(*place)
    if not entries:
        return log.fault(place, NO_ENTRY)
    wrong = next((name for name, value in plain.items() if entries[0].data.get(name, value) != value), None)
    return log.fault(place, OTHER_FACTS, wrong, entries[0]) if wrong else log.words(place, entries[0], texts)


def _solicitation(session: Session, log: Log, one: Solicitation) -> Fault | None:
    place, entries = (one.community_id, one.subject), log.take(one.community_id, one.subject)
    by_act: dict[str, list[Entered]] = defaultdict(list)
    for each in entries:
        by_act[each.act].append(each)
    if not by_act[Act.SOLICITATION_DRAFTED]:
        return log.fault(place, NO_ENTRY)
    terms = [each for each in entries if each.act in TERMS][-1]
    if wrong := log.words(place, terms, secrets_of(one.terms)):
        return wrong
    drafted = by_act[Act.SOLICITATION_DRAFTED][0]
    if drafted.data.get("version", one.version_id) != one.version_id:
        return log.fault(place, OTHER_FACTS, "version", drafted)
    return _days(session, log, one, by_act) or _collecting(session, log, one, by_act[Act.COLLECTOR_NAMED])


def _days(session: Session, log: Log, one: Solicitation, by_act: dict[str, list[Entered]]) -> Fault | None:
    """Opened, extended and closed as it was entered, and its last hour follows from the last day that was said."""
    place, extended = (one.community_id, one.subject), by_act[Act.SOLICITATION_EXTENDED]
    opened, closed = (next(iter(by_act[act]), None) for act in (Act.SOLICITATION_OPENED, Act.SOLICITATION_CLOSED))
    for name, entry, kept in (("opened", opened, one.opened_at), ("closed", closed, one.closed_at)):
        if not log.hour(entry, kept):
            return log.fault(place, OTHER_FACTS, name, entry or by_act[Act.SOLICITATION_DRAFTED][0])
    if opened is None:
        return None
    rows = extensions_of(session, one.id)
    if len(rows) != len(extended):
        return log.fault(place, OTHER_FACTS, "until", extended[-1] if extended else opened)
    zone = community(session, one.community_id).zone
    for row, entry in zip(rows, extended, strict=True):
        if entry.data.get("until", "") not in ("", day_of(row.until_day, zone).isoformat()):
            return log.fault(place, OTHER_FACTS, "until", entry)
        if wrong := log.words(place, entry, {"reason": row.reason}):
            return wrong
    last = extended[-1] if extended else opened
    is_midnight = day_of(one.closes_at - timedelta(microseconds=1), zone) != day_of(one.closes_at, zone)
    if last.data and (last.data.get("until") != day_of(one.last_moment, zone).isoformat() or not is_midnight):
        return log.fault(place, OTHER_FACTS, "until", last)
    return None


def _collecting(session: Session, log: Log, one: Solicitation, named: list[Entered]) -> Fault | None:
    """Who collects where; twice named is once there."""
    kept = {(row.point_id, f"person/{row.person_id}") for row in collectings_of(session, one.id)}
    for each in named:
        who = log.opened(each).get("collector")
        if who is None:  # Erased: the point's row must still be there.
            continue
        if (each.data.get("point"), who) not in kept:
            return log.fault((one.community_id, one.subject), OTHER_FACTS, "collector", each)
        kept.discard((each.data.get("point"), who))
    erased = sum("collector" not in log.opened(each) for each in named)
    return log.fault((one.community_id, one.subject), NO_ENTRY) if len(kept) > erased else None
