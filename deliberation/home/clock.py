"""The demo's clock: a signed-in person of the demo moves it forward, never back (contracts.md, "Commands")."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from deliberation.audit.actions import Actor
from deliberation.communities.actions import move_clock
from deliberation.communities.models import installation
from deliberation.communities.rules import may_move_clock
from deliberation.home.coming import Passed, between, remember, soonest
from deliberation.identity.sign_ins import keep_signed_in
from deliberation.refusal import Missing, Refusal, Refused, refuse_if
from deliberation.vocabulary import Role, _
from deliberation.web import Answer, Fields, Visit, local_path, redirect, signed_in

MOST_DAYS = 366
NOTHING_WAITS = Refusal(_("现在没有要等的期限"), remedy=_("可以过一天再看"), late=True)


@signed_in
def move(visit: Visit) -> Answer:
    """``days=N``, or ``until=next``: to the soonest instant at which something waits."""
    if visit.house.settings.clock != "demo":
        raise Missing
    refuse_if(may_move_clock(installation(visit.session).is_demo, visit.now, visit.now + timedelta(days=1)))
    if "days" in visit.call.form:
        fields = Fields(visit)
        days = fields.integer("days", least=1, most=MOST_DAYS)
        fields.check()
        to = visit.now + timedelta(days=days)
    else:
        to = soonest(visit.house, visit.session, visit.now)
        if to is None:
            raise Refused(NOTHING_WAITS)
    passed = Passed(to, between(visit.house, visit.session, visit.now, to))
    by = move_clock(visit.session, visit.now, to=to, actor=Actor(Role.RESIDENT.value, visit.person.id))
    keep_signed_in(visit.session, visit.now, by=by)
    remember(visit.house, visit.session, passed)
    return redirect(_back(visit))


def _back(visit: Visit) -> str:
    """The page on which the button stood: the browser says it to our own site (Referrer-Policy: same-origin)."""
    referer = visit.call.headers.get(b"referer", b"").decode("latin-1")
    try:
        said = visit.text("back") or urlsplit(referer).path
    except ValueError:
        said = ""
    return local_path(said or "/")
