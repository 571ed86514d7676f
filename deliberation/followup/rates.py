"""The three rates of a community and everything below it, each with its base (screens.md). Counted, never estimated."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import String, cast, func, intersect, literal, union
from sqlmodel import Session, col, select

from deliberation.assemblies.models import Roster, RosterLine
from deliberation.audit.models import Entry, Opening
from deliberation.delivery.models import Delivery
from deliberation.followup.rules import Rate, carried_out_rate, known_rate, taken_part_rate
from deliberation.matters.models import Document, Matter, Proceeding, ReplyOwed
from deliberation.vocabulary import Act

TookPart = Callable[[list[int]], Sequence[Any]]
"""Of these communities: selections of (topic of the matter, person)."""
NOTICES = "document/%"
VOTED = (Act.BALLOT_CAST.value, Act.BALLOT_CHANGED.value)
DECIDED = (("resolution", ("done", "merged")), ("minutes", ("carry_out", "oversee")))
"""What counts as decided: a resolution that passed, or talks that ended in being carried out (village 33, urban 32)."""
AFTERWARDS = ("feed_back", "supervise")
"""Where a matter stands once it is decided; one that was sent back is open again."""


def rates_of(session: Session, communities: list[int], took_part: Iterable[TookPart] = ()) -> tuple[Rate, ...]:
    """知晓率, 参与率, 执行率 of these communities, in person-times (人次): somebody told twice counts twice.

    ``took_part``: who took part without an entry of the log that names them (``house.took_part``).
    """
    return (
        known_rate(*_known(session, communities)),
        taken_part_rate(*_taken_part(session, communities, took_part)),
        carried_out_rate(*_carried_out(session, communities)),
    )


def _known(session: Session, communities: list[int]) -> tuple[int, int]:
    told, listed = session.execute(
        select(func.count(col(Delivery.told_at)), func.count(col(Delivery.id))).where(
            col(Delivery.community_id).in_(communities), col(Delivery.subject).like(NOTICES)
        )
    ).one()
    return told, listed


def _taken_part(session: Session, communities: list[int], took_part: Iterable[TookPart]) -> tuple[int, int]:
    entitled = _entitled(communities).subquery()
    more = [each for found in took_part for each in found(communities)]
    active = union(*_active(communities), *more).subquery()
    both = intersect(select(entitled.c.topic, entitled.c.who), select(active.c.topic, active.c.who)).subquery()
    part = session.execute(select(func.count()).select_from(both)).scalar_one()
    return part, session.execute(select(func.count()).select_from(entitled)).scalar_one()


def _entitled(communities: list[int]) -> Any:
    """(matter, person) of everybody who was to be told of it or stands on the roster of one of its polls."""
    listed = select(col(Delivery.topic).label("topic"), col(Delivery.person_id).label("who")).where(
        col(Delivery.community_id).in_(communities), col(Delivery.subject).like(NOTICES)
    )
    rostered = (
        select(_topic(Proceeding.matter_id), RosterLine.person_id)
        .join(Roster, col(Roster.subject) == Proceeding.subject)
        .join(RosterLine, col(RosterLine.roster_id) == Roster.id)
        .where(Proceeding.kind == "poll", col(Roster.community_id).in_(communities))
    )
    return union(listed, rostered)


def _active(communities: list[int]) -> tuple[Any, Any]:
    """(matter, person) of everybody who proposed, spoke or objected, which is who is owed an answer, or who voted."""
    heard = (
        select(_topic(ReplyOwed.matter_id).label("topic"), col(ReplyOwed.person_id).label("who"))
        .join(Matter, col(Matter.id) == ReplyOwed.matter_id)
        .where(col(Matter.community_id).in_(communities))
    )
    # Whether somebody voted, never for what: the voter's opening of the ballot's entry.
    voted = (
        select(_topic(Proceeding.matter_id), Opening.person_id)
        .join(Entry, (col(Entry.object) == Proceeding.subject) & col(Entry.act).in_(VOTED))
        .join(Opening, (col(Opening.community_id) == Entry.community_id) & (col(Opening.index) == Entry.index))
        .where(Proceeding.kind == "poll", Opening.field == "voter", col(Entry.community_id).in_(communities))
    )
    return heard, voted


def _topic(matter_id: Any) -> Any:
    return literal("matter/", String) + cast(matter_id, String)


def _carried_out(session: Session, communities: list[int]) -> tuple[int, int]:
    decided: set[int] = set()
    for kind, outcomes in DECIDED:
        decided |= set(session.exec(_matters_with(communities, kind).where(col(Document.outcome).in_(outcomes))))
    done = set(session.exec(_matters_with(communities, "implementation")))
    return len(decided & done), len(decided)


def _matters_with(communities: list[int], kind: str) -> Any:
    return (
        select(Document.matter_id)
        .join(Matter, col(Matter.id) == Document.matter_id)
        .where(Document.kind == kind, col(Matter.community_id).in_(communities), col(Matter.ring).in_(AFTERWARDS))
        .distinct()
    )
