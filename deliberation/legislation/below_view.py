"""下面的联系点: which points below a body have taken on, gather, have handed up, are late; and the way back, what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import distinct, func
from sqlmodel import Session, col, select

from deliberation.communities.models import Community, communities_by_id, subtree_ids
from deliberation.identity.models import Appointment
from deliberation.legislation.index_models import OpinionForm
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.receipt_models import ReceivedOpinion, SubmissionReceipt, receipts_of
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.legislation.solicitation_rules import CLOSED, DRAFTING, OPEN, STAGES
from deliberation.legislation.tier_models import taken_from
from deliberation.matters.days import day_of
from deliberation.vocabulary import Role, _

NOT_TAKEN = "not_taken"
STANDS: dict[str, str] = {NOT_TAKEN: _("还没有承接"), **STAGES, OPEN: _("正在征求"), CLOSED: _("已截止，还没有上报")}


@dataclass
class Below:
    """A point below: where it stands, what it handed up, whether it is late."""

    name: str
    stands: str = NOT_TAKEN
    until: date | None = None
    given: int | None = None
    receipts: list[SubmissionReceipt] = field(default_factory=list)
    opinions: int = 0
    """What stands of all that it handed up: an opinion once, however often it was said anew."""
    people: int = 0
    late: bool = False
    elsewhere: bool = False

    @property
    def words(self) -> str:
        return _("已上报") if self.receipts else STANDS[self.stands]


def points_below(session: Session, now: datetime, one: Solicitation, place: Community) -> list[Below]:
    """Every point whose nearest body above is this one, and each that took it on, here or on another installation."""
    own = {each.community_id: each for each in taken_from(session, [one.id])}
    came: dict[int | str, list[SubmissionReceipt]] = {}
    here = {each.id for each in own.values()}
    for each in reversed(receipts_of(session, one.id)):
        is_here = each.submission_id is not None and each.asked in here
        came.setdefault(each.asked if is_here else f"{each.origin}/{each.asked}", []).append(each)
    places = communities_by_id(session, _points(session, place, day_of(now, place.zone)) | set(own))
    found = [
        _here(each, own.get(each.id), came, now) for each in sorted(places.values(), key=lambda each: each.lineage)
    ]
    found += [
        Below(receipts[0].body, CLOSED, receipts=receipts, elsewhere=True)
        for mark, receipts in came.items()
        if isinstance(mark, str)
    ]
    standing = _standing(session, one)
    for each in found:
        counts = [standing.get(receipt.id, (0, 0)) for receipt in each.receipts]
        each.opinions, each.people = (sum(column) for column in zip(*counts, strict=True)) if counts else (0, 0)
        first = day_of(each.receipts[0].at, place.zone) if each.receipts else day_of(now, place.zone)
        each.late = one.submit_by is not None and first > one.submit_by
    return found


def _standing(session: Session, one: Solicitation) -> dict[int, tuple[int, int]]:
    """By receipt, how many of its opinions stand, and voices: what was said anew or taken back since is not among them."""
    found = (
        select(ReceivedOpinion.receipt_id, func.count(Opinion.id), func.sum(1 + col(Opinion.cosigners)))
        .join(Opinion, col(Opinion.id) == ReceivedOpinion.opinion_id)
        .where(Opinion.solicitation_id == one.id, col(Opinion.withdrawn_at).is_(None))
        .group_by(col(ReceivedOpinion.receipt_id))
    )
    return {id: (count, int(people)) for id, count, people in session.exec(found)}


def _here(
    point: Community, taken: Solicitation | None, came: dict[int | str, list[SubmissionReceipt]], now: datetime
) -> Below:
    if taken is None:
        return Below(point.name)
    stands = taken.stage_at(now)
    until = day_of(taken.last_moment, point.zone) if stands != DRAFTING else None
    return Below(point.name, stands, until, taken.standing, came.get(taken.id, []))


def _points(session: Session, place: Community, today: date) -> set[int]:
    """Communities below with a liaison of their own, between whom and this body there is no other such."""
    below = communities_by_id(session, set(subtree_ids(session, place)) - {place.id})
    held = select(Appointment.community_id).where(
        Appointment.role == Role.LIAISON.value,
        col(Appointment.community_id).in_(list(below)),
        Appointment.from_on <= today,
        (col(Appointment.until_on).is_(None)) | (col(Appointment.until_on) >= today),
    )
    staffed = set(session.exec(held))
    return {id for id in staffed if not staffed & set(below[id].ancestry[:-1])}


def totals(rows: list[Below]) -> dict[str, int]:
    return {
        "points": len(rows),
        "taken": sum(each.stands != NOT_TAKEN for each in rows),
        "handed": sum(bool(each.receipts) for each in rows),
        "late": sum(each.late for each in rows),
        "opinions": sum(each.opinions for each in rows),
        "people": sum(each.people for each in rows),
    }


def same_across(session: Session, one: Solicitation) -> int:
    """How many groups of opinions that are alike came from more than one point."""
    found = (
        select(OpinionForm.head)
        .join(ReceivedOpinion, col(ReceivedOpinion.opinion_id) == OpinionForm.opinion_id)
        .join(Opinion, col(Opinion.id) == OpinionForm.opinion_id)
        .where(OpinionForm.solicitation_id == one.id, col(Opinion.withdrawn_at).is_(None))
        .group_by(col(OpinionForm.head))
        .having(func.count(distinct(col(ReceivedOpinion.origin))) > 1)
    )
    return len(session.exec(found).all())


def became(session: Session, one: Solicitation) -> dict[str, Any] | None:
    """What a body above, on this installation, has done with what a point handed up: arrived, handled, decided."""
    if not one.upper_id:
        return None
    mine = (
        select(
            func.count(Opinion.id),
            func.count(Opinion.id).filter(Opinion.handling != ""),
            func.count(Opinion.adoption_id),
        )
        .join(ReceivedOpinion, col(ReceivedOpinion.opinion_id) == Opinion.id)
        .join(SubmissionReceipt, col(SubmissionReceipt.id) == ReceivedOpinion.receipt_id)
        .where(
            SubmissionReceipt.solicitation_id == one.upper_id,
            SubmissionReceipt.asked == one.id,
            col(SubmissionReceipt.submission_id).is_not(None),
            col(Opinion.withdrawn_at).is_(None),
        )
    )
    arrived, handled, decided = session.exec(mine).one()
    return {"arrived": arrived, "handled": handled, "decided": decided}
