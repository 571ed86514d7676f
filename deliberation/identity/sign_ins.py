"""The verbs of coming in and going out: links, sign-ins, passwords, preferences. Part of ``actions``."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlmodel import Session, col, select

from deliberation import live
from deliberation.audit.actions import Actor, record
from deliberation.identity.models import Person, SignIn, SignInLink, open_sign_ins, person, sign_in_link
from deliberation.identity.reach import account_refusal
from deliberation.identity.rules import LINK_LASTS, SIGN_IN_LASTS, may_use_link
from deliberation.refusal import Missing, refuse_if
from deliberation.vocabulary import Act
from deliberation.web import token_hash


def issue_link(
    session: Session,
    now: datetime,
    *,
    who: Person,
    actor: Actor,
    is_reusable: bool = False,
    lasts: timedelta = LINK_LASTS,
) -> str:
    """A new sign-in link's token for a person, shown once; only its hash is stored. Raises Refused."""
    refuse_if(account_refusal(session, now, who=who, actor=actor))
    return _issue(session, now, who, actor, is_reusable, lasts)


def issue_guest_link(session: Session, now: datetime, *, who: Person, actor: Actor) -> str:
    """The same for a guest, who holds no role anywhere; whoever invites asks for the right to invite."""
    return _issue(session, now, who, actor, is_reusable=False, lasts=LINK_LASTS)


def _issue(session: Session, now: datetime, who: Person, actor: Actor, is_reusable: bool, lasts: timedelta) -> str:
    token = secrets.token_urlsafe(24)
    made = SignInLink(
        token_hash=token_hash(token), person_id=who.id, made_at=now, expires_at=now + lasts, is_reusable=is_reusable
    )
    session.add(made)
    session.flush()
    about = {"person": f"person/{who.id}"}
    record(session, Act.LINK_ISSUED, who.community_id, f"link/{made.id}", actor=actor, secrets=about, owner=who.id)
    return token


def usable_link(session: Session, now: datetime, *, token: str) -> SignInLink:
    """The link behind a token. Raises Missing, or Refused when it was used or has expired."""
    link = sign_in_link(session, token_hash(token))
    if link is None:
        raise Missing
    refuse_if(may_use_link(link.used_at, link.expires_at, link.is_reusable, now))
    if person(session, link.person_id).disabled_at is not None:
        raise Missing
    return link


def use_link(session: Session, now: datetime, *, token: str, agent: str = "") -> str:
    """Sign in by a link. Returns the new sign-in's token. Raises Missing, Refused."""
    link = usable_link(session, now, token=token)
    link.used_at = link.used_at or now
    session.add(link)
    return begin_sign_in(session, now, person_id=link.person_id, agent=agent)


def begin_sign_in(session: Session, now: datetime, *, person_id: int, agent: str = "", replaces: int = 0) -> str:
    """Open a sign-in on the server; returns the cookie's token, of which only the hash is kept.

    ``replaces`` is the sign-in that this browser had until now: it ends, so that an old cookie is of no use to anybody.
    """
    if replaces:
        end_sign_in(session, now, sign_in_id=replaces)
    token = secrets.token_urlsafe(32)
    made = SignIn(token_hash=token_hash(token), person_id=person_id, began_at=now, expires_at=now + SIGN_IN_LASTS)
    made.agent = agent[:120]
    session.add(made)
    session.flush()
    return token


def keep_signed_in(session: Session, now: datetime, *, by: timedelta) -> None:
    """The demo's clock leaps: sign-ins that hold run as long as they would have without the leap.

    What was ended or had run out stays so. Where the clock cannot be moved, nothing calls this and a sign-in runs out on its day.
    """
    for one in session.exec(select(SignIn).where(col(SignIn.ended_at).is_(None), col(SignIn.expires_at) > now)):
        one.expires_at += by
        session.add(one)


def end_sign_in(session: Session, now: datetime, *, sign_in_id: int) -> None:
    """Sign out: the cookie is dead and its sockets close."""
    _end(session, now, [sign_in_id])


def end_other_sign_ins(session: Session, now: datetime, *, person_id: int, keep: int, only: int = 0) -> int:
    """End one's own sign-ins elsewhere (``only`` this one, if given); how many there were."""
    theirs = [each.id for each in open_sign_ins(session, person_id, now) if each.id != keep and only in (0, each.id)]
    _end(session, now, theirs)
    return len(theirs)


def end_all_sign_ins(session: Session, now: datetime, *, who: Person, actor: Actor) -> int:
    """End every sign-in of a person; how many there were. Raises Refused."""
    refuse_if(account_refusal(session, now, who=who, actor=actor))
    count = end_other_sign_ins(session, now, person_id=who.id, keep=0)
    about = {"person": f"person/{who.id}"}
    object_ = f"person/{who.id}"
    data = {"count": count}
    record(session, Act.SIGN_INS_ENDED, who.community_id, object_, actor=actor, data=data, secrets=about, owner=who.id)
    return count


def _end(session: Session, now: datetime, ids: list[int]) -> None:
    session.exec(update(SignIn).where(col(SignIn.id).in_(ids), col(SignIn.ended_at).is_(None)).values(ended_at=now))
    live.ask_again(session, sign_ins=ids)


def set_password_hash(session: Session, *, person_id: int, encoded: str) -> None:
    """Keep a new password's hash (made before the writer's door)."""
    who = person(session, person_id)
    who.password_hash = encoded
    session.add(who)


def set_preferences(session: Session, *, person_id: int, **values: str) -> None:
    """Language, theme, text size: kept per person."""
    who = person(session, person_id)
    for name, value in values.items():
        setattr(who, name, value)
    session.add(who)


def adopt_preferences(session: Session, *, person_id: int, **values: str) -> None:
    """Keep what the visitor had chosen before signing in, where the person has not chosen yet."""
    who = person(session, person_id)
    for name, value in values.items():
        if value and not getattr(who, name):
            setattr(who, name, value)
    session.add(who)
