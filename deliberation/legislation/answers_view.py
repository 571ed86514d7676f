"""What the public reads of answers, by solicitation and by contact point; what the staff has still to tell by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, and_, col, func, or_, select

from deliberation.communities.models import Community
from deliberation.legislation.adoption_models import Adoption, OpinionAnswer, decisions_of
from deliberation.legislation.adoption_rules import ADOPTIONS, BY_HAND, WAYS, Rates, rates, share
from deliberation.legislation.desk_models import Cluster
from deliberation.legislation.fate_view import fate_of
from deliberation.legislation.opinion_models import Opinion, OpinionAuthor, OpinionCount
from deliberation.legislation.opinion_rules import SHOWN
from deliberation.legislation.opinion_view import voice
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.legislation.solicitation_view import Asked, said_options
from deliberation.vocabulary import Role
from deliberation.web import Visit

PAGE, HAND = 20, 200
LETTERS = 500
"""Letters in one file."""


# --- how far a solicitation, or a point, is


def rates_of(session: Session, found: Sequence[Solicitation], today: date) -> dict[int, Rates]:
    """By solicitation, from the counts that were kept along."""
    rows = select(
        OpinionCount.solicitation_id, OpinionCount.dimension, OpinionCount.word, func.sum(OpinionCount.standing)
    )
    rows = rows.where(
        col(OpinionCount.solicitation_id).in_([each.id for each in found]),
        col(OpinionCount.dimension).in_(("adoption", "answered", "answered_on")),
    ).group_by(col(OpinionCount.solicitation_id), col(OpinionCount.dimension), col(OpinionCount.word))
    counts: dict[tuple[int, str], dict[str, int]] = {}
    for id, dimension, word, count in session.exec(rows) if found else ():
        counts.setdefault((id, dimension), {})[word] = int(count)
    return {
        each.id: rates(
            each.standing,
            *(counts.get((each.id, name), {}) for name in ("adoption", "answered", "answered_on")),
            (each.answers_due_on, today),
        )
        for each in found
    }


def together(found: Sequence[Rates]) -> Rates:
    """Of several solicitations: late is told of those alone that have a due day."""
    kinds = Counter()
    for each in found:
        kinds.update(dict(each.by_kind))
    late = [each.late for each in found if each.late is not None]
    return Rates(
        sum(each.standing for each in found),
        sum(each.decided for each in found),
        sum(each.answered for each in found),
        tuple((kind, kinds[kind]) for kind in ADOPTIONS),
        sum(late) if late else None,
        sum(each.due for each in found),
    )


def said_rates(one: Rates) -> dict[str, Any]:
    """Numbers, shares and their bases, as the page says them."""
    return {
        "standing": one.standing,
        "decided": one.decided,
        "answered": one.answered,
        "answered_share": share(one.answered, one.standing),
        "kinds": [(ADOPTIONS[kind], count, share(count, one.answered)) for kind, count in one.by_kind],
        "late": one.late,
        "late_share": share(one.late or 0, one.due),
    }


def answers_shown(here: Asked) -> dict[str, Any]:
    """The public page of a solicitation."""
    session, visit = here.visit.session, here.visit
    kind = visit.query.get("kind", "")
    kind = kind if kind in ADOPTIONS else ""
    before = visit.query.get("before", "")
    start = int(before) if before.isascii() and before.isdigit() and len(before) < 16 else None
    found = public_answers(session, here.one.id, kind=kind, before=start, limit=PAGE + 1)
    known = rates_of(session, [here.one], here.today)[here.one.id]
    return here.base() | {
        "rates": said_rates(known),
        "kind": kind,
        "kinds": said_options(visit, ADOPTIONS),
        "rows": rows_shown(session, found[:PAGE]),
        "more": found[PAGE - 1].id if len(found) > PAGE else None,
    }


def public_answers(
    session: Session, solicitation_id: int, *, kind: str = "", before: int | None = None, limit: int
) -> list[Opinion]:
    """Public opinions that were answered, newest first. One merged into a public one is shown with it."""
    lead = select(Cluster.id).join(Opinion, col(Opinion.id) == Cluster.lead_id)
    lead = lead.where(Cluster.solicitation_id == solicitation_id, Opinion.state == SHOWN)
    leads = select(Cluster.lead_id).where(Cluster.solicitation_id == solicitation_id)
    found = select(Opinion).where(
        Opinion.solicitation_id == solicitation_id,
        Opinion.state == SHOWN,
        col(Opinion.withdrawn_at).is_(None),
        col(Opinion.answered_at).is_not(None),
        or_(
            col(Opinion.cluster_id).is_(None),
            col(Opinion.id).in_(leads),
            and_(col(Opinion.cluster_id).is_not(None), col(Opinion.cluster_id).not_in(lead)),
        ),
    )
    if kind:
        found = found.where(
            select(Adoption.id).where(Adoption.id == Opinion.adoption_id, Adoption.kind == kind).exists()
        )
    if before is not None:
        found = found.where(col(Opinion.id) < before)
    return list(session.exec(found.order_by(col(Opinion.id).desc()).limit(limit)))


def rows_shown(session: Session, found: Sequence[Opinion]) -> list[dict[str, Any]]:
    made = decisions_of(session, [each.adoption_id for each in found])
    sizes = {
        each.id: each.size
        for each in session.exec(
            select(Cluster).where(col(Cluster.id).in_([o.cluster_id for o in found if o.cluster_id]))
        )
    }
    return [
        {"one": each, "fate": fate_of(session, each, made[each.adoption_id]), "size": sizes.get(each.cluster_id, 1)}
        | voice(each)
        for each in found
    ]


def point_answers(visit: Visit, place: Community, today: date) -> dict[str, Any]:
    """The public page of a contact point: each solicitation that it closed, and all of them together."""
    found = select(Solicitation).where(Solicitation.community_id == place.id, col(Solicitation.closed_at).is_not(None))
    asked = list(visit.session.exec(found.order_by(col(Solicitation.opened_at).desc()).limit(100)))
    known = rates_of(visit.session, asked, today)
    return {
        "place": place,
        "rows": [(each, said_rates(known[each.id])) for each in asked],
        "all": said_rates(together([known[each.id] for each in asked])),
    }


# --- told by hand


def telling_shown(here: Asked) -> dict[str, Any]:
    """Who has to be told by hand, who was told how."""
    session = here.visit.session
    rows = to_tell(here, limit=HAND + 1)
    told = (
        select(OpinionAnswer.way, func.count())
        .where(OpinionAnswer.solicitation_id == here.one.id, col(OpinionAnswer.told_at).is_not(None))
        .group_by(col(OpinionAnswer.way))
    )
    return here.base() | {
        "rows": rows[:HAND],
        "more": len(rows) > HAND,
        "told": [(WAYS.get(way, way), count) for way, count in session.exec(told)],
        "ways": said_options(here.visit, BY_HAND),
        "against": here.against("tell_authors"),
    }


def to_tell(here: Asked, *, limit: int, with_contact: bool = False) -> list[dict[str, Any]]:
    """Standing decisions whose authors no account and no code reaches: of a collector those that they collected."""
    found = (
        select(OpinionAnswer, Opinion, Adoption, OpinionAuthor)
        .join(Opinion, col(Opinion.id) == OpinionAnswer.opinion_id)
        .join(Adoption, and_(col(Adoption.id) == OpinionAnswer.adoption_id, col(Adoption.id) == Opinion.adoption_id))
        .join(OpinionAuthor, col(OpinionAuthor.opinion_id) == Opinion.id, isouter=not with_contact)
        .where(
            OpinionAnswer.solicitation_id == here.one.id,
            col(OpinionAnswer.told_at).is_(None),
            OpinionAnswer.way == "",
            col(Opinion.withdrawn_at).is_(None),
        )
    )
    if with_contact:
        found = found.where(OpinionAuthor.contact != "")
    if Role.LIAISON.value not in here.roles:
        found = found.where(Opinion.collector_id == here.person_id)
    rows = here.visit.session.exec(found.order_by(col(OpinionAnswer.id)).limit(limit)).all()
    return [
        {"answer": answer, "one": one, "fate": fate_of(here.visit.session, one, made), "author": author}
        for answer, one, made, author in rows
    ]
