"""What an invitation brings to the home page: whoever has not answered finds where to, until they did or came."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import col, select

from deliberation.delivery.models import unread_of
from deliberation.rooms.convening_models import Convening, Invitation, first_written
from deliberation.rooms.form_rules import WRITTEN
from deliberation.rooms.seating import came_to
from deliberation.sections import WAITING, Item, Section
from deliberation.vocabulary import _
from deliberation.web import Visit

MOST = 5
PAST = timedelta(days=1)
"""After the hour of a call that nothing came of, an answer is waited for so long."""


def invitations_at_home(visit: Visit) -> list[Section]:
    """The invitations of this person that hold, were read and have no answer yet, the soonest first.

    One that was not read yet stands there as a letter.
    """
    if visit.person is None:
        return []
    found = visit.session.exec(
        select(Convening, Invitation.id)
        .join(Invitation, col(Invitation.convening_id) == Convening.id)
        .where(
            col(Invitation.person_id) == visit.person.id,
            col(Invitation.reply) == "",
            col(Invitation.withdrawn_at).is_(None),
            col(Convening.is_cancelled).is_(False),
            col(Convening.closed_at).is_(None),
            col(Convening.starts_at) > visit.now - PAST,
        )
        .order_by(col(Convening.starts_at), col(Convening.id))
        .limit(MOST)
    ).all()
    items = tuple(_item(one) for one, id in found if _is_read(visit, id) and not _answered(visit, one))
    return [Section(_("请您参加的协商"), items, WAITING)] if items else []


def _is_read(visit: Visit, id: int) -> bool:
    return not unread_of(visit.session, visit.person.id, f"invitation/{id}")


def _answered(visit: Visit, one: Convening) -> bool:
    """Whoever came, or wrote, owes no reply any more."""
    me = visit.person.id
    return me in came_to(visit.session, one) or me in first_written(visit.session, one.id)


def _item(one: Convening) -> Item:
    is_written = one.rules.manner == WRITTEN
    return Item(
        one.title,
        f"/convenings/{one.id}",
        due=one.starts_at,
        kind=_("请您书面答复") if is_written else _("请您参加，等您答复"),
        action=_("去作答") if is_written else _("去答复"),
    )
