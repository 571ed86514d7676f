"""A body and who sits on it; the officer's small forms beside it: seat somebody, end a seat."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from deliberation.assemblies.actions import end_member, seat_member
from deliberation.assemblies.models import Assembly, Member, seats_of
from deliberation.assemblies.near import Place, place_of
from deliberation.assemblies.roster_columns import MEMBER, ROLES
from deliberation.identity.doors import signed_in
from deliberation.identity.models import Person, people_named
from deliberation.identity.rules import may_manage_people
from deliberation.refusal import Missing, Refusal
from deliberation.vocabulary import _
from deliberation.web import Answer, Fields, Visit, page, redirect

SEATS = [MEMBER, *sorted(ROLES - {MEMBER})]


@dataclass(frozen=True)
class Seat:
    """One line of the page: a seat as this visitor may see it."""

    id: int
    name: str
    role: str
    from_on: date | None
    until_on: date | None
    is_open: bool


def _body(visit: Visit, assembly_id: int) -> tuple[Assembly, Place]:
    found = visit.session.get(Assembly, assembly_id)
    if found is None:
        raise Missing
    return found, place_of(visit, found.community_id)


@signed_in
def show_assembly(visit: Visit) -> Answer:
    """A body and who sits on it, for those who belong to its community."""
    return _page(visit, visit.number("id"))


@signed_in
def show_assembly_of_seat(visit: Visit) -> Answer:
    """The same after a seat could not be ended."""
    return _page(visit, _seat(visit).assembly_id)


def _page(visit: Visit, assembly_id: int) -> Answer:
    body, here = _body(visit, assembly_id)
    lines = [
        Seat(seat.id, who.name, seat.role, seat.from_on, seat.until_on, _lasts(seat, here.today))
        for seat, who in seats_of(visit.session, body.id)
    ]
    return page(
        visit,
        "assemblies/assembly.html",
        place=here.community,
        assembly=body,
        seated=[line for line in lines if line.is_open],
        former=[line for line in lines if not line.is_open],
        roles=[(role, role) for role in SEATS],
        today=here.today,
        no_seating=may_manage_people(here.standing.roles),
    )


def _lasts(seat: Member, today: date) -> bool:
    return seat.until_on is None or seat.until_on >= today


@signed_in
def take_member(visit: Visit) -> Answer:
    body, here = _body(visit, visit.number("id"))
    fields = Fields(visit)
    word = fields.text("person", most=100)
    role = fields.choice("role", ROLES)
    from_on, until_on = fields.day("from_on"), fields.day("until_on", required=False)
    who = _who(visit, here, word, fields)
    fields.check()
    seat_member(
        visit.session,
        assembly=body,
        person_id=who.id,
        role=role,
        actor=here.actor,
        from_on=from_on,
        until_on=until_on,
        now=visit.now,
    )
    return redirect(f"/assemblies/{body.id}")


def _who(visit: Visit, here: Place, word: str, fields: Fields) -> Person | None:
    """Whom the form means, among the people of this very community: others are not told to be anywhere."""
    found = [who for who in people_named(visit.session, word) if who.community_id == here.community.id] if word else []
    if word and not found:
        no = Refusal(_("本单位没有登记这个人"), remedy=_("请填写全名、手机或人员编号，或先登记人员"))
        fields.errors["person"] = no
    elif len(found) > 1:
        fields.errors["person"] = Refusal(_("本单位有{n}人符合"), {"n": len(found)}, remedy=_("请改填手机或人员编号"))
    return found[0] if len(found) == 1 else None


@signed_in
def take_ending(visit: Visit) -> Answer:
    seat = _seat(visit)
    body, here = _body(visit, seat.assembly_id)
    fields = Fields(visit)
    last_day = fields.day("last_day")
    fields.check()
    end_member(visit.session, member=seat, assembly=body, last_day=last_day, actor=here.actor, now=visit.now)
    return redirect(f"/assemblies/{body.id}")


def _seat(visit: Visit) -> Member:
    found = visit.session.get(Member, visit.number("id"))
    if found is None:
        raise Missing
    return found
