"""A poll on the wall of the hall: huge type, turnout with its lines, the clock, the result; nothing to press."""

from __future__ import annotations

from datetime import timedelta

from deliberation.audit.models import log_size
from deliberation.matters.printing import qr_path
from deliberation.voting.reaching import opened_poll, roster_of, state_of, turnout_of
from deliberation.web import Answer, Visit, get, page, public

A_DAY = timedelta(days=1)


@public
def show_screen(visit: Visit) -> Answer:
    """The projector follows the poll's own socket, so that a hall costs no fragment more than a phone."""
    here = opened_poll(visit)
    poll, session = here.poll, visit.session
    address = f"{visit.house.settings.address}/polls/{poll.id}"
    size, path = qr_path(address)
    # Days are said in the line below; a clock that runs is for the last of them.
    runs = poll.closed_at is None and poll.closes_at is not None and visit.now < poll.closes_at <= visit.now + A_DAY
    return page(
        visit,
        "voting/screen.html",
        poll=poll,
        place=here.place,
        roster=roster_of(session, poll),
        seen=log_size(session, here.place.id),
        state=state_of(session, poll, here.place, visit.now),
        turnout=turnout_of(session, poll),
        until=poll.closes_at if runs else None,
        qr_size=size,
        qr_path=path,
        address=address.split("://", 1)[1],
    )


routes = [get("/polls/{id}/screen", show_screen)]
"""Reading only."""
