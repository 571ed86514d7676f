"""Founding bodies and seating their members by hand; most come from a roster file (``importing.py``).

An actor with a person behind it is asked for their right; the system and the command line act with ``Actor()``.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from deliberation import live
from deliberation.assemblies.models import Assembly, Member, assembly_named, kinds_held, seats_held
from deliberation.assemblies.rules import may_end, may_sit, may_sit_from
from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community, community
from deliberation.identity.reach import roles_of
from deliberation.identity.rules import may_manage_people
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _


def found_assembly(
    session: Session, now: datetime, *, community: Community, name: str, kind: str, actor: Actor
) -> Assembly:
    """Found a body of a community; its name is its own there. Raises Refused."""
    if assembly_named(session, community.id, name) is not None:
        raise Refused(Refusal(_("已经有同名的议事机构")))
    made = Assembly(community_id=community.id, name=name, kind=kind, founded_at=now)
    session.add(made)
    session.flush()
    object_, data = f"assembly/{made.id}", {"name": name, "kind": kind}
    record(session, Act.ASSEMBLY_FOUNDED, community.id, object_, actor=actor, data=data)
    return made


def seat_member(
    session: Session,
    *,
    assembly: Assembly,
    person_id: int,
    role: str,
    actor: Actor,
    from_on: date,
    until_on: date | None = None,
    now: datetime | None = None,
) -> Member:
    """Seat a person in a body; ``until_on`` is the last day. A person who acts needs ``now``. Raises Refused.

    Supervision and committee are incompatible while both last (village law 37, urban law 36); a former member of the
    committee may supervise the next one.
    """
    _ask(session, now, assembly, actor)
    refuse_if(
        may_sit_from(from_on, until_on, bool(seats_held(session, assembly.id, person_id, role, from_on, until_on)))
    )
    refuse_if(may_sit(assembly.kind, kinds_held(session, assembly.community_id, person_id, from_on, until_on)))
    made = Member(assembly_id=assembly.id, person_id=person_id, role=role, from_on=from_on, until_on=until_on)
    session.add(made)
    session.flush()
    data = {"assembly": assembly.id, "role": role, "from": from_on.isoformat()}
    data |= {"until": until_on.isoformat()} if until_on else {}
    about = {"person": f"person/{person_id}"}
    object_ = f"member/{made.id}"
    record(
        session,
        Act.MEMBER_SEATED,
        assembly.community_id,
        object_,
        actor=actor,
        data=data,
        secrets=about,
        owner=person_id,
    )
    return made


def end_member(
    session: Session, *, member: Member, assembly: Assembly, last_day: date, actor: Actor, now: datetime | None = None
) -> None:
    """End a seat after a day; the row stays, and rosters frozen before keep the line. Raises Refused."""
    _ask(session, now, assembly, actor)
    refuse_if(may_end(member.from_on, member.until_on, last_day))
    member.until_on = last_day
    session.add(member)
    session.flush()
    data = {"assembly": assembly.id, "until": last_day.isoformat()}
    record(session, Act.MEMBER_ENDED, assembly.community_id, f"member/{member.id}", actor=actor, data=data)
    live.ask_again(session, people=[member.person_id])


def _ask(session: Session, now: datetime | None, assembly: Assembly, actor: Actor) -> None:
    if actor.person_id is not None:
        refuse_if(may_manage_people(roles_of(session, actor, community(session, assembly.community_id), now)))
