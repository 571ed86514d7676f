"""What a point would hand up now, put together before the writer's door; good as long as the point's log has not grown."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation.audit.models import log_head, log_size
from deliberation.communities.models import community
from deliberation.legislation.desk_models import OpinionHandling
from deliberation.legislation.draft_models import reading_in_force
from deliberation.legislation.opinion_models import Opinion, OpinionAuthor
from deliberation.legislation.solicitation_models import Solicitation, points_of, text_asked_on
from deliberation.legislation.solicitation_rules import PSEUDONYMOUS
from deliberation.legislation.submission_models import submissions_of
from deliberation.legislation.submission_picking import changed_ones, counts_at_hand, new_ones
from deliberation.legislation.submission_rules import (
    MOST_AT_ONCE,
    MOST_CHANGES,
    NO_UPPER,
    Changed,
    Head,
    Line,
    content_of,
    fitting,
)
from deliberation.refusal import refuse_if

Pair = tuple[Opinion, Opinion | None]


@dataclass(frozen=True)
class Planned:
    """``size``: how many entries the point's log had before anything was read; ``ids`` of the lines, ``changed`` of the changes."""

    size: int
    new: int
    waiting: int
    head: Head
    lines: tuple[Line, ...]
    changes: tuple[Changed, ...]
    content: bytes
    ids: tuple[int, ...]
    said_at: tuple[datetime | None, ...]
    changed: tuple[tuple[int, str], ...]

    @property
    def at_hand(self) -> int:
        return self.new + len(self.changes)


def plan_submission(session: Session, of: Solicitation) -> Planned:
    """Everything that goes up, in the words that it has. Every act that could change it is an entry of the point's log.

    Raises Refused where there is nothing above.
    """
    refuse_if(None if of.upper else NO_UPPER)
    size = log_size(session, of.community_id)
    counts = counts_at_hand(session, of)
    pairs = new_ones(session, of, MOST_AT_ONCE)
    lines = fitting(_lines(session, of, pairs))
    pairs = pairs[: len(lines)]
    # What stays behind for want of room is hidden above until it goes.
    changed = changed_ones(session, of, {one.id for one, _lead in pairs})[:MOST_CHANGES]
    changes = tuple(Changed(one.entry, change) for one, change in changed)
    head = _head(session, of, lines, len(changes), counts["left_out"])
    return Planned(
        size=size, new=counts["new"], waiting=counts["waiting"], head=head, lines=tuple(lines), changes=changes,
        content=content_of(head, lines, changes), ids=tuple(one.id for one, _lead in pairs),
        said_at=tuple(one.changed_at for one, _lead in pairs), changed=tuple((one.id, change) for one, change in changed),
    )  # fmt: skip


def _head(session: Session, of: Solicitation, lines: Sequence[Line], changes: int, left_out: int) -> Head:
    _draft, version = text_asked_on(session, of)
    return Head(
        origin=log_head(session, of.community_id).origin,
        solicitation=of.id,
        number=len(submissions_of(session, of.id)) + 1,
        body=community(session, of.community_id).name,
        to=of.upper["origin"],
        asked=of.upper["solicitation"],
        text=reading_in_force(session, version).digest,
        opinions=len(lines),
        changes=changes,
        people=sum(1 + line.cosigners for line in lines),
        left_out=left_out,
        nonce=secrets.token_hex(32),
    )


def _lines(session: Session, of: Solicitation, pairs: Sequence[Pair]) -> list[Line]:
    authors, reasons, points = _authors(session, of), _reasons(session, of), points_of(session, of.community_id)
    named = {each.id: each.name for each in points}
    passes = of.asks_contacts and bool(of.upper.get("asks_contacts"))
    return [_line(one, lead, authors.get(one.id), passes, reasons, named) for one, lead in pairs]


def _line(
    one: Opinion,
    lead: Opinion | None,
    author: OpinionAuthor | None,
    passes: bool,
    reasons: dict[int, str],
    points: dict[int, str],
) -> Line:
    forwards = passes and author is not None and author.forwards
    # What everybody may read may be handed on; anything else needs the consent to that (个人信息保护法 23).
    if one.naming == PSEUDONYMOUS:
        name = one.name if one.is_public else ""
    else:
        name = author.name if author is not None and (forwards or (one.names and one.is_public)) else ""
    is_led = lead is not None and lead.id != one.id
    return Line(
        entry=one.entry, number=one.number, article=one.article, label=one.label, place=one.place,
        place_label=one.place_label, start=one.start, end=one.end, quote=one.quote, prefix=one.prefix, suffix=one.suffix,
        original=one.original, kind=one.kind, proposal=one.proposal, as_said=one.as_said, reason=one.reason,
        category=one.category, province=one.province, channel=one.channel, said_on=one.said_on.isoformat(),
        occasion=one.occasion, point=points.get(one.point_id, ""), cosigners=one.cosigners,
        lead=lead.entry if is_led else None, handling=reasons.get(lead.id if is_led else one.id, ""), naming=one.naming,
        publishes=one.publishes, is_public=one.is_public, names=one.names, name=name,
        contact=author.contact if forwards else "",
    )  # fmt: skip


def _authors(session: Session, of: Solicitation) -> dict[int, OpinionAuthor]:
    found = select(OpinionAuthor).join(Opinion, col(Opinion.id) == OpinionAuthor.opinion_id)
    return {each.opinion_id: each for each in session.exec(found.where(Opinion.solicitation_id == of.id))}


def _reasons(session: Session, of: Solicitation) -> dict[int, str]:
    """The reason of the last handling of each."""
    found = (
        select(OpinionHandling.opinion_id, OpinionHandling.reason)
        .join(Opinion, col(Opinion.id) == OpinionHandling.opinion_id)
        .where(Opinion.solicitation_id == of.id)
        .order_by(col(OpinionHandling.id))
    )
    return dict(session.exec(found).all())
