"""What two counters stand for: the numbers of sheets, then the seals, without which a poll with paper does not close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation import live
from deliberation.assemblies.models import Standing
from deliberation.communities.models import Community
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _
from deliberation.voting.actions import close_poll
from deliberation.voting.count_models import CountSeal, PaperStock, has_paper, seals_of
from deliberation.voting.count_rules import SEALS, checklist, may_seal
from deliberation.voting.desk import desk_digest, desk_of, enter, note_unsettled, opened_desk
from deliberation.voting.models import Poll
from deliberation.voting.paper_rules import NOTHING_SEALED
from deliberation.voting.readings import PROGRESS

TOO_EARLY = _("表决到{from_when}截止，不能提前结束")


@dataclass(frozen=True, slots=True)
class Stock:
    """Sheets out of the box, sheets left over at the desk, and of the first those without a code of this poll."""

    received: int
    left_over: int
    strays: int = 0
    note: str = ""


def count_stock(session: Session, now: datetime, *, poll_id: int, stock: Stock, standing: Standing) -> PaperStock:
    """A counter enters how many sheets there are; until the seals it can be counted again, each time an entry."""
    poll, actor = opened_desk(session, poll_id, "count_stock", standing)
    row = session.get(PaperStock, poll.id) or PaperStock(poll_id=poll.id, received=0, left_over=0, at=now)
    row.received, row.left_over, row.strays, row.note = stock.received, stock.left_over, stock.strays, stock.note
    row.counted_by_id, row.at = actor.person_id, now
    session.add(row)
    session.flush()
    data = {"received": row.received, "left": row.left_over, "strays": row.strays}
    enter(session, Act.PAPER_COUNTED, poll, actor, data, {"note": (row.note, None)} if row.note else {})
    note_unsettled(session, now, poll)
    _tell(session, poll)
    return row


def too_early(session: Session, poll: Poll, now: datetime) -> Refusal | None:
    """A seal shuts the devices: it must not shorten the time that everybody was told, by the clock of their community."""
    if poll.closes_at is None or now >= poll.closes_at:
        return None
    place = session.get(Community, poll.community_id)
    return Refusal(TOO_EARLY, {"from_when": poll.closes_at.astimezone(place.zone)})


def seal_count(session: Session, now: datetime, *, poll_id: int, standing: Standing) -> CountSeal:
    """Seal the count as it is, if everything adds up. Where the announced hour is past, the second seal closes the poll."""
    poll, actor = opened_desk(session, poll_id, "seal_count", standing)
    refuse_if(too_early(session, poll, now))
    seals = seals_of(session, poll.id)
    by_me = any(seal.counter_id == actor.person_id for seal in seals)
    lines = checklist(desk_of(session, poll))
    refuse_if(may_seal(lines, has_paper=has_paper(session, poll.id), by_me=by_me, seals=len(seals)))
    digest = desk_digest(session, poll.id)
    seal = CountSeal(poll_id=poll.id, counter_id=actor.person_id, place=len(seals) + 1, digest=digest, at=now)
    session.add(seal)
    session.flush()
    secrets = {"digest": (digest, None), "counter": (f"person/{seal.counter_id}", seal.counter_id)}
    enter(session, Act.COUNT_SEALED, poll, actor, {"poll": poll.id, "place": seal.place}, secrets)
    if seal.place == SEALS and poll.closes_at is not None and now >= poll.closes_at:
        close_poll(session, now, poll_id=poll.id)
    _tell(session, poll)
    return seal


def break_seals(session: Session, now: datetime, *, poll_id: int, reason: str, standing: Standing) -> None:
    """Take the seals off before the poll closes, so that it can be counted again; a third person does it and says why."""
    poll, actor = opened_desk(session, poll_id, "break_seals", standing)
    seals = seals_of(session, poll.id)
    if not seals:
        raise Refused(NOTHING_SEALED)
    for seal in seals:
        session.delete(seal)
    session.flush()
    enter(session, Act.SEAL_BROKEN, poll, actor, {"poll": poll.id}, {"reason": (reason, actor.person_id)})
    _tell(session, poll)


def _tell(session: Session, poll: Poll) -> None:
    live.announce(session, f"count/{poll.id}", PROGRESS, f"count/{poll.id}")
