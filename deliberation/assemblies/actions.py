"""Founding bodies and seating their members by hand; most come from a roster file (``importing.py``)."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session, select

from deliberation.assemblies.models import Assembly, Member
from deliberation.assemblies.rules import may_sit
from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community
from deliberation.refusal import Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _


def found_assembly(session: Session, now: datetime, *, community: Community, name: str, kind: str, actor: Actor) -> Assembly:
    """Found a body of a community; its name is its own there."""
    known = select(Assembly).where(Assembly.community_id == community.id, Assembly.name == name)
    if session.exec(known).first() is not None:
        raise Refused(Refusal(_("已经有同名的议事机构")))
    made = Assembly(community_id=community.id, name=name, kind=kind, founded_at=now)
    session.add(made)
    session.flush()
    record(session, Act.ASSEMBLY_FOUNDED, community.id, f"assembly/{made.id}", actor=actor, data={"name": name, "kind": kind})
    return made


def seat_member(
    session: Session, *, assembly: Assembly, person_id: int, role: str, actor: Actor, from_on: date, until_on: date | None = None
) -> Member:
    """Seat a person in a body. Supervision and committee are incompatible (village law 37, urban law 36)."""
    other = select(Assembly.kind).join(Member).where(Member.person_id == person_id, Assembly.community_id == assembly.community_id)
    refuse_if(may_sit(assembly.kind, set(session.exec(other).all())))
    made = Member(assembly_id=assembly.id, person_id=person_id, role=role, from_on=from_on, until_on=until_on)
    session.add(made)
    session.flush()
    data = {"assembly": assembly.id, "role": role, "from": from_on.isoformat()}
    about = {"person": f"person/{person_id}"}
    record(session, Act.MEMBER_SEATED, assembly.community_id, f"member/{made.id}", actor=actor, data=data, secrets=about, owner=person_id)
    return made


def end_member(session: Session, *, member: Member, assembly: Assembly, last_day: date, actor: Actor) -> None:
    """End a seat after a day; the row stays, and rosters frozen before keep the line."""
    member.until_on = last_day
    session.add(member)
    session.flush()
    data = {"assembly": assembly.id, "until": last_day.isoformat()}
    record(session, Act.MEMBER_ENDED, assembly.community_id, f"member/{member.id}", actor=actor, data=data)
