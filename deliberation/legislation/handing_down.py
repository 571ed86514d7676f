"""反馈下传: what a body answers on copies comes back to the opinions themselves, at the points that handed them up.

At the point it is a decision like one of its own, with the body's name beside it (``Adoption.told_by``); the point tells the
authors by answering, and a point that is a body to others hands it on with that.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor
from deliberation.legislation.adopting import write_decision
from deliberation.legislation.adoption_models import Adoption, decisions_of
from deliberation.legislation.adoption_rules import Decision
from deliberation.legislation.feedback_rules import Fate, by_fate
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.solicitation_models import Solicitation, solicitation
from deliberation.legislation.submission_picking import went_up
from deliberation.matters.days import day_of
from deliberation.vocabulary import Act

AT_ONCE = 500
"""Ids in one statement."""


def fate_in(made: Adoption, submission: int, zone: Any) -> Fate:
    """A decision of a body on what came with a submission, as a point is told of it."""
    return Fate(submission, made.kind, made.reason, made.label, made.text, day_of(made.at, zone))


def hand_down(
    session: Session, now: datetime, *, of: Solicitation, body: str, fates: Sequence[tuple[int, Fate]], actor: Actor
) -> int:
    """Decide on opinions of a point (id, fate) as the body above has; how many were.

    Left alone: what was withdrawn, what its author has said otherwise since it went up, and where the same stands already.
    """
    decided = 0
    for fate, ids in by_fate(fates).items():
        for start in range(0, len(ids), AT_ONCE):
            decided += _decide(session, now, of, body, fate, ids[start : start + AT_ONCE], actor)
    return decided


def _decide(
    session: Session, now: datetime, of: Solicitation, body: str, fate: Fate, ids: Collection[int], actor: Actor
) -> int:
    standing = select(Opinion).where(
        Opinion.solicitation_id == of.id,
        col(Opinion.id).in_(ids),
        col(Opinion.withdrawn_at).is_(None),
        went_up(of, fate.submission),
    )
    found = list(session.exec(standing))
    stands = decisions_of(session, [one.adoption_id for one in found if one.adoption_id])
    new = [one.id for one in found if not _says(stands.get(one.adoption_id or 0), body, fate)]
    if not new:
        return 0
    made = Decision(fate.kind, fate.reason, "", fate.text, told_by=body, told_on=fate.told_on)
    group = (Opinion.solicitation_id == of.id, col(Opinion.withdrawn_at).is_(None), col(Opinion.id).in_(new))
    write_decision(session, now, (of, group), made, (None, fate.label), actor, Act.OPINIONS_DECIDED_ABOVE)
    return len(new)


def _says(made: Adoption | None, body: str, fate: Fate) -> bool:
    """Whether a decision says the very same already."""
    if made is None:
        return False
    said = (made.kind, made.reason, made.label, made.text, made.told_by)
    return said == (fate.kind, fate.reason, fate.label, fate.text, body)


def hand_down_here(
    session: Session, now: datetime, *, body: str, fates: Sequence[tuple[int, Fate]], actor: Actor
) -> None:
    """The same on one installation, for opinions of any of its points."""
    ids = [id for id, _fate in fates]
    places = dict(session.exec(select(Opinion.id, Opinion.solicitation_id).where(col(Opinion.id).in_(ids))).all())
    for place in sorted(set(places.values())):
        chosen = [(id, fate) for id, fate in fates if places.get(id) == place]
        hand_down(session, now, of=solicitation(session, place), body=body, fates=chosen, actor=actor)
