"""Which opinions a point could hand up now: new ones that its desk took up, those that wait, those left out, what changed."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, select

from deliberation.legislation.desk_models import Cluster
from deliberation.legislation.desk_rules import MERGE, NOT_SENT, USE
from deliberation.legislation.opinion_models import Opinion, OpinionAuthor
from deliberation.legislation.opinion_rules import SHOWN
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.legislation.submission_models import Submission, SubmittedOpinion
from deliberation.legislation.submission_rules import HIDDEN, UNNAMED, WITHDRAWN

SHOWN_WAITING = 12
LEAD = aliased(Opinion)
DECIDED = case((col(Opinion.handling) == MERGE, LEAD.handling), else_=col(Opinion.handling))
"""What becomes of an opinion; of one that was merged what becomes of its lead."""


def went_up(of: Solicitation | None = None, number: int = 0) -> ColumnElement[bool]:
    """It went up in the words that it has now; with ``of`` in the submission of that number."""
    found = exists().where(
        col(SubmittedOpinion.opinion_id) == Opinion.id,
        col(SubmittedOpinion.change) == "",
        col(SubmittedOpinion.said_at).is_not_distinct_from(col(Opinion.changed_at)),
    )
    if of is None:
        return found
    return found.where(
        col(Submission.id) == SubmittedOpinion.submission_id,
        Submission.solicitation_id == of.id,
        Submission.number == number,
    )


def _at_hand(of: Solicitation, decided: str, *what: Any) -> Select:
    """What stands, was decided so, and did not go up in these words."""
    return (
        select(*what)
        .join(Cluster, col(Cluster.id) == Opinion.cluster_id, isouter=True)
        .join(LEAD, LEAD.id == Cluster.lead_id, isouter=True)
        .where(Opinion.solicitation_id == of.id, col(Opinion.withdrawn_at).is_(None), decided == DECIDED, ~went_up())
    )


def count_at_hand(session: Session, of: Solicitation, decided: str) -> int:
    return session.exec(_at_hand(of, decided, func.count(Opinion.id))).one()


def counts_at_hand(session: Session, of: Solicitation) -> dict[str, int]:
    """New, waiting for the desk, left out: how many of each."""
    words = {"new": USE, "waiting": "", "left_out": NOT_SENT}
    return {name: count_at_hand(session, of, decided) for name, decided in words.items()}


def new_ones(session: Session, of: Solicitation, limit: int) -> list[tuple[Opinion, Opinion | None]]:
    """The new ones by their numbers, each with the lead of its cluster if it is in one."""
    found = _at_hand(of, USE, Opinion, LEAD).order_by(col(Opinion.number)).limit(limit)
    return [(one, lead) for one, lead in session.exec(found).all()]


def waiting_ones(session: Session, of: Solicitation, limit: int = SHOWN_WAITING) -> list[Opinion]:
    return list(session.exec(_at_hand(of, "", Opinion).order_by(col(Opinion.number)).limit(limit)))


def changed_ones(session: Session, of: Solicitation, going: Collection[int] | None = None) -> list[tuple[Opinion, str]]:
    """What changed since it last went up and has not gone up itself. Copies on this installation followed at once.

    Of what goes up again now (``going``; without it all that is at hand) nothing is told besides: its new line says how it
    stands.
    """
    if of.upper_id:
        return []
    found: list[tuple[Opinion, str]] = []
    again = aliased(SubmittedOpinion)
    went_again = exists().where(
        again.opinion_id == Opinion.id, again.change == "", again.submission_id > SubmittedOpinion.submission_id
    )
    for change, condition in _CHANGED:
        told = aliased(SubmittedOpinion)
        is_told = exists().where(
            told.opinion_id == Opinion.id,
            told.change == change,
            told.submission_id >= SubmittedOpinion.submission_id,
        )
        rows = (
            select(Opinion)
            .join(SubmittedOpinion, col(SubmittedOpinion.opinion_id) == Opinion.id)
            .join(OpinionAuthor, col(OpinionAuthor.opinion_id) == Opinion.id, isouter=True)
            .where(
                Opinion.solicitation_id == of.id, col(SubmittedOpinion.change) == "", ~went_again, condition, ~is_told
            )
            .distinct()
        )
        found += [(one, change) for one in session.exec(rows)]
    if going is None:
        going = set(session.exec(_at_hand(of, USE, Opinion.id))) if found else set()
    found = [(one, change) for one, change in found if one.id not in going]
    return sorted(found, key=lambda pair: (pair[0].entry, pair[1]))


_STANDS = col(Opinion.withdrawn_at).is_(None)
_CHANGED: Sequence[tuple[str, ColumnElement[bool]]] = (
    (WITHDRAWN, col(Opinion.withdrawn_at).is_not(None)),
    (
        HIDDEN,
        _STANDS
        & col(SubmittedOpinion.was_public)
        # Nobody reads it here any more, or the words above are the old ones.
        & ((col(Opinion.state) != SHOWN) | col(SubmittedOpinion.said_at).is_distinct_from(col(Opinion.changed_at))),
    ),
    (
        UNNAMED,
        _STANDS
        & col(SubmittedOpinion.was_named)
        & ~col(Opinion.names)
        & ~func.coalesce(col(OpinionAuthor.forwards), False),
    ),
)
