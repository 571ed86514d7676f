"""Demands that wait: on a community's page, and at home for those who may sign and for the convenor who must answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import String, cast, exists, literal
from sqlmodel import Session, col, select

from deliberation.assemblies.models import lines_of_person, standing_of
from deliberation.communities.models import Community
from deliberation.matters import convening_rules as rules
from deliberation.matters.contesting import is_party
from deliberation.matters.convening import stand_of
from deliberation.matters.demand_models import contested
from deliberation.matters.demanding import signers
from deliberation.matters.demands import Share, share
from deliberation.matters.models import Clock, Demand
from deliberation.matters.reach import communities_near, today_in
from deliberation.matters.rules import may
from deliberation.sections import WAITING, Item, Section
from deliberation.vocabulary import _
from deliberation.web import Visit

MOST = 20
NAME = _("提请召开会议")


def running_demands(session: Session, communities: list[int]) -> list[Demand]:
    """Demands whose meeting nobody has called yet, newest first."""
    found = select(Demand).where(col(Demand.community_id).in_(communities), col(Demand.called_at).is_(None), ~_SETTLED)
    return list(session.exec(found.order_by(col(Demand.id).desc()).limit(MOST)).all())


# Before the notice counted, an answer was all that was asked of the convenor, and it stopped the clock.
_SETTLED = exists(
    select(Clock.id).where(
        Clock.subject == literal("demand/") + cast(Demand.id, String),
        col(Clock.stopped_at).is_not(None),
    )
)


def rows_of_demands(session: Session, place: Community) -> list[dict[str, Any]]:
    """The running demands of a community with how many have signed."""
    return [{"demand": one, "count": len(signers(session, one.id))} for one in running_demands(session, [place.id])]


def demand_sections(visit: Visit) -> list[Section]:
    """What waits for this person's name, for their answer, or for their order."""
    if visit.person is None:
        return []
    session, items = visit.session, []
    for one in running_demands(session, communities_near(session, visit.person.id, visit.now)):
        place = session.get(Community, one.community_id)
        roles = standing_of(session, visit.person.id, place, today_in(place, visit.now)).roles
        items += _asked(visit, one, place, roles)
    items += _to_judge(visit)
    return [Section(NAME, tuple(items), WAITING)] if items else []


def _asked(visit: Visit, one: Demand, place: Community, roles: frozenset[str]) -> Iterator[Item]:
    """What one demand asks of a person: the convenor's part first."""
    session, line = visit.session, share(one.share)
    stand = stand_of(session, one, visit.now)
    if one.reached_at is None:
        if may("sign_demand", roles, None) is None and _may_join(visit, one):
            facts = {"needed": one.needed, "count": len(signers(session, one.id))}
            note = _("须{needed}人联名，已联名{count}人")
            yield Item(one.title, f"/demands/{one.id}", note, kind=NAME, action=_("去联名"), facts=facts)
    elif may("answer_demand", roles, None) is None and not (stand.is_answered or stand.is_refused or stand.is_claimed):
        yield _to_answer(session, one)
    elif stand.is_neglected and may("order_meeting", roles, None) is None and rules.may_order(line, stand) is None:
        note = _("召集人没有召集会议，可以责令限期召集")
        yield Item(one.title, f"/demands/{one.id}", note, kind=NAME, action=_("去办理"))
    elif may("take_over_meeting", roles, None) is None and _is_free(line, stand, place, visit):
        note = _("责令的期限已过，可以由居民委员会组织召开")
        yield Item(one.title, f"/demands/{one.id}", note, kind=NAME, action=_("去办理"))


def _to_judge(visit: Visit) -> Iterator[Item]:
    """Records of meetings held elsewhere that signers contest, for the authority that finds whether they hold."""
    session = visit.session
    for one in contested(session, communities_near(session, visit.person.id, visit.now)):
        place = session.get(Community, one.community_id)
        roles = standing_of(session, visit.person.id, place, today_in(place, visit.now)).roles
        if may("judge_meeting", roles, None) is None and not is_party(session, one, visit.person.id):
            note = _("联名的人不认可登记的会议记录，等您认定")
            yield Item(one.title, f"/demands/{one.id}", note, kind=NAME, action=_("去认定"))


def _is_free(line: Share, stand: rules.Standing, place: Community, visit: Visit) -> bool:
    return rules.may_take_over(line, stand, today_in(place, visit.now)) is None


def _may_join(visit: Visit, one: Demand) -> bool:
    me = visit.person.id
    return bool(lines_of_person(visit.session, one.roster_id, me)) and me not in signers(visit.session, one.id)


def _to_answer(session: Session, one: Demand) -> Item:
    clock = session.exec(select(Clock).where(Clock.subject == f"demand/{one.id}")).first()
    # 24:00 of the last day is shown as that day (民法典 203).
    due = clock.due_at - timedelta(seconds=1) if clock else None
    words = _("联名已达到法定人数，等召集人答复何时何地开会")
    return Item(one.title, f"/demands/{one.id}", words, due=due, kind=NAME, action=_("去答复"))
