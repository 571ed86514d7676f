"""The verbs of identity: registering people and their appointments; those of signing in stand in ``sign_ins``.

An actor with a person behind it is asked for their right; the system and the command line act with ``Actor()``.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from deliberation import live
from deliberation.audit.actions import Actor, record
from deliberation.communities.actions import found_community, set_local_setting
from deliberation.communities.models import Community
from deliberation.communities.models import community as community_of
from deliberation.identity.models import Appointment, Person, appointed_roles
from deliberation.identity.naming import pinyin_key
from deliberation.identity.reach import account_refusal, roles_of
from deliberation.identity.rules import (
    may_appoint,
    may_close_account,
    may_hold,
    may_manage_community,
    may_manage_people,
)
from deliberation.identity.sign_ins import (
    adopt_preferences,
    begin_sign_in,
    end_all_sign_ins,
    end_other_sign_ins,
    end_sign_in,
    issue_link,
    set_password_hash,
    set_preferences,
    usable_link,
    use_link,
)
from deliberation.refusal import refuse_if
from deliberation.vocabulary import Act, Role

__all__ = [
    "add_person",
    "adopt_preferences",
    "appoint",
    "begin_sign_in",
    "change_person",
    "choose_setting",
    "correct_person",
    "end_all_sign_ins",
    "end_appointment",
    "end_other_sign_ins",
    "end_sign_in",
    "found_below",
    "issue_link",
    "pinyin_key",
    "register_person",
    "set_disabled",
    "set_password_hash",
    "set_preferences",
    "usable_link",
    "use_link",
]


def register_person(session: Session, now: datetime, *, community: Community, actor: Actor, **values: object) -> Person:
    """Register one person by hand. Raises Refused."""
    if actor.person_id is not None:
        refuse_if(may_manage_people(roles_of(session, actor, community, now)))
    return add_person(session, now, community=community, actor=actor, **values)


def add_person(session: Session, now: datetime, *, community: Community, actor: Actor, **values: object) -> Person:
    """Write a person down (``name``, and ``phone``, ``email``, ``born_on``, ``gender``, ``number`` where known).

    The verb of imports, which ask once for the right to add all of theirs.
    """
    made = Person(community_id=community.id, pinyin=pinyin_key(str(values["name"])), added_at=now, **values)
    session.add(made)
    session.flush()
    object_ = f"person/{made.id}"
    record(session, Act.PERSON_ADDED, community.id, object_, actor=actor, secrets=_personal(made), owner=made.id)
    return made


def correct_person(session: Session, now: datetime, *, who: Person, actor: Actor, **values: object) -> None:
    """Correct one person's particulars by hand. Raises Refused."""
    refuse_if(account_refusal(session, now, who=who, actor=actor))
    change_person(session, who=who, actor=actor, **values)


def change_person(session: Session, *, who: Person, actor: Actor, **values: object) -> None:
    """Write down what is known of a person now; the log gets which fields, and commitments to the new values."""
    for name, value in values.items():
        setattr(who, name, value)
    if "name" in values:
        who.pinyin = pinyin_key(who.name)
    session.add(who)
    known = {name: value for name, value in _personal(who).items() if name in values}
    _record_of(session, Act.PERSON_CHANGED, who, actor, {"fields": ",".join(sorted(values))}, known)


def set_disabled(session: Session, now: datetime, *, who: Person, disabled: bool, actor: Actor) -> None:
    """Close an account, or open it again; its sign-ins end with it, what the person did stays. Raises Refused."""
    refuse_if(account_refusal(session, now, who=who, actor=actor))
    refuse_if(may_close_account(actor.person_id == who.id) if disabled else None)
    who.disabled_at = now if disabled else None
    session.add(who)
    if disabled:
        end_other_sign_ins(session, now, person_id=who.id, keep=0)
    data = {"fields": "disabled", "disabled": int(disabled)}
    _record_of(session, Act.PERSON_CHANGED, who, actor, data, {"person": f"person/{who.id}"})


def appoint(
    session: Session,
    *,
    who: Person,
    role: Role,
    community: Community,
    actor: Actor,
    from_on: date,
    until_on: date | None = None,
    now: datetime | None = None,
) -> Appointment:
    """Give a person a role in a community and below it. A person who acts needs ``now``. Raises Refused."""
    if actor.person_id is not None:
        refuse_if(may_appoint(roles_of(session, actor, community, now), role.value))
    refuse_if(may_hold(role.value, appointed_roles(session, who.id, community, from_on)))
    made = Appointment(person_id=who.id, community_id=community.id, role=role.value, from_on=from_on, until_on=until_on)
    session.add(made)
    session.flush()
    data = {"role": role.value, "from": from_on.isoformat(), "until": until_on.isoformat() if until_on else ""}
    about = {"person": f"person/{who.id}"}
    object_ = f"appointment/{made.id}"
    record(session, Act.APPOINTMENT_MADE, community.id, object_, actor=actor, data=data, secrets=about, owner=who.id)
    return made


def end_appointment(
    session: Session, *, appointment: Appointment, last_day: date, actor: Actor, now: datetime | None = None
) -> None:
    """End a role after a day; the row stays. A person who acts needs ``now``. Raises Refused."""
    if actor.person_id is not None:
        where = community_of(session, appointment.community_id)
        refuse_if(may_appoint(roles_of(session, actor, where, now), appointment.role))
    appointment.until_on = last_day
    session.add(appointment)
    data = {"role": appointment.role, "until": last_day.isoformat()}
    object_ = f"appointment/{appointment.id}"
    record(session, Act.APPOINTMENT_ENDED, appointment.community_id, object_, actor=actor, data=data)
    live.ask_again(session, people=[appointment.person_id])


def found_below(session: Session, now: datetime, *, name: str, kind: str, parent: Community, actor: Actor) -> Community:
    """Found a community below one that the actor administers. Raises Refused."""
    if actor.person_id is not None:
        refuse_if(may_manage_community(roles_of(session, actor, parent, now)))
    return found_community(session, now, name=name, kind=kind, parent=parent, actor=actor)


def choose_setting(
    session: Session, now: datetime, *, of: Community, name: str, value: str, source: str, actor: Actor
) -> None:
    """Change a local setting of a community that the actor administers. Raises Refused."""
    if actor.person_id is not None:
        refuse_if(may_manage_community(roles_of(session, actor, of, now)))
    set_local_setting(session, now, of=of, name=name, value=value, source=source, actor=actor)


def _record_of(
    session: Session, act: Act, who: Person, actor: Actor, data: dict[str, object], secrets: dict[str, str]
) -> None:
    object_ = f"person/{who.id}"
    record(session, act, who.community_id, object_, actor=actor, data=data, secrets=secrets, owner=who.id)


def _personal(who: Person) -> dict[str, str]:
    fields = ("name", "number", "phone", "email", "gender")
    known = {name: getattr(who, name) for name in fields if getattr(who, name)}
    return known | ({"born_on": who.born_on.isoformat()} if who.born_on else {})
