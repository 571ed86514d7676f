"""Files of the public edition go when something in them is no longer for everybody: in the transaction that says so."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from deliberation.legislation.export_models import OpinionExport
from deliberation.legislation.export_rules import PUBLIC
from deliberation.legislation.export_telling import tell_ended
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.receipt_models import copies_of


def spoil_public(session: Session, now: datetime, one: Opinion, *, was_public: bool) -> None:
    """Hand out no more what may hold this opinion, here and where copies of it stand; what is being made begins anew.

    What nobody else read before the change is in no public file, and spoils none: copies follow after this.
    """
    spoil_public_of(session, now, public_places(session, one, is_public=was_public))


def public_places(session: Session, one: Opinion, *, is_public: bool) -> set[int]:
    """The solicitations in which everybody reads this opinion, or a copy of it that stands here."""
    places = {one.solicitation_id} if is_public else set()
    seen, coming = {one.id}, [one.id]
    while coming:
        copies = [copy for copy in copies_of(session, coming.pop()) if copy.id not in seen]
        seen |= {copy.id for copy in copies}
        coming += [copy.id for copy in copies]
        places |= {copy.solicitation_id for copy in copies if copy.is_public}
    return places


def spoil_public_of(session: Session, now: datetime, ids: set[int]) -> None:
    """The same for all that a solicitation has. Files are removed by the daily chore; none is sent from now on."""
    if not ids:
        return
    spoilt = (
        update(OpinionExport)
        .where(
            col(OpinionExport.solicitation_id).in_(ids),
            OpinionExport.edition == PUBLIC,
            col(OpinionExport.failed_at).is_(None),
            col(OpinionExport.gone_at).is_(None),
        )
        .values(gone_at=now)
    )
    session.execute(spoilt, execution_options={"synchronize_session": "fetch"})
    for id in ids:
        tell_ended(session, id)
