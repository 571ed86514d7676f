"""The verbs of 征求意见: drawn up on a version of a draft, opened, extended with a reason, closed when its hour comes."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community, community
from deliberation.identity.reach import roles_of
from deliberation.jobs import plan_job
from deliberation.legislation.calling import keep_call
from deliberation.legislation.draft_models import DraftLaw, DraftVersion, articles_of
from deliberation.legislation.drafting import publish_draft
from deliberation.legislation.solicitation_models import (
    Collecting,
    CollectionPoint,
    Solicitation,
    SolicitationExtension,
    is_asked_on,
    solicitation,
    text_asked_on,
)
from deliberation.legislation.solicitation_rules import (
    BEFORE,
    POINT_KINDS,
    Terms,
    closes,
    may,
    may_extend,
    may_open,
    mistakes,
    too_far,
)
from deliberation.matters.days import day_of, midnight
from deliberation.matters.gathering import working_days
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.vocabulary import Act, _

CLOSE = "close_solicitation"
"""The job that ends one at its hour."""


def draft_solicitation(
    session: Session, now: datetime, *, draft: DraftLaw, version: DraftVersion, terms: Terms, actor: Actor
) -> Solicitation:
    """Draw one up; nobody but the contact point's staff sees it before it is opened."""
    where = community(session, draft.community_id)
    refuse_if(may("draft_solicitation", roles_of(session, actor, where, now), BEFORE))
    _check(terms, now, where)
    made = Solicitation(
        community_id=where.id, draft_id=draft.id, version_id=version.id, drafted_at=now,
        drafted_by_id=actor.person_id, **_columns(terms),
    )  # fmt: skip
    session.add(made)
    session.flush()
    _record(session, Act.SOLICITATION_DRAFTED, made, actor, {"version": version.id}, secrets_of(terms))
    return made


def change_solicitation(session: Session, now: datetime, *, one: Solicitation, terms: Terms, actor: Actor) -> None:
    """Write it anew, before it is opened."""
    where = _guard(session, now, "change_solicitation", one, actor)
    _check(terms, now, where)
    for name, value in _columns(terms).items():
        setattr(one, name, value)
    session.add(one)
    session.flush()
    _record(session, Act.SOLICITATION_CHANGED, one, actor, {}, secrets_of(terms))


def open_solicitation(session: Session, now: datetime, *, one: Solicitation, actor: Actor) -> None:
    """Begin: the draft is public and the reading of this version stays as it is; the end is due at its hour."""
    where = _guard(session, now, "open_solicitation", one, actor)
    draft, version = text_asked_on(session, one)
    is_working_day = working_days(session, where)
    closes_at = closes(now, one.terms, where.zone, is_working_day)
    refuse_if(may_open(one.questions, len(articles_of(session, version)), now, closes_at))
    one.opened_at, one.closes_at = now, closes_at
    version.held_at = version.held_at or now
    session.add_all((one, version))
    if not draft.is_public:
        publish_draft(session, now, draft=draft, actor=actor)
    session.flush()
    data = {"version": version.id, "reading": version.reading, "until": day_of(one.last_moment, where.zone).isoformat()}
    data |= {"call": keep_call(session, one, where, day_of(now, where.zone))}
    data |= {"submit_by": one.submit_by.isoformat()} if one.submit_by else {}
    _record(session, Act.SOLICITATION_OPENED, one, actor, data, secrets_of(one.terms))
    plan_job(session, CLOSE, f"{CLOSE}/{one.id}", closes_at, solicitation=one.id)


def extend_solicitation(
    session: Session, now: datetime, *, one: Solicitation, until_on: date, reason: str, actor: Actor
) -> None:
    """Give it more days. The reason stands on its page."""
    where = _guard(session, now, "extend_solicitation", one, actor)
    if no := too_far(until_on, day_of(now, where.zone)):
        raise Invalid({"until_on": no})
    until_at = midnight(until_on + timedelta(days=1), where.zone)
    if no := may_extend(one.closes_at, until_at, reason):
        raise Invalid({"until_on" if reason.strip() else "reason": no})
    row = SolicitationExtension(
        solicitation_id=one.id, before_at=one.closes_at, until_at=until_at, reason=reason, at=now,
        person_id=actor.person_id,
    )  # fmt: skip
    one.closes_at = until_at
    session.add_all((row, one))
    session.flush()
    _record(session, Act.SOLICITATION_EXTENDED, one, actor, {"until": until_on.isoformat()}, {"reason": reason})
    plan_job(session, CLOSE, f"{CLOSE}/{one.id}", until_at, solicitation=one.id)


def close_due(session: Session, now: datetime, payload: dict[str, Any]) -> None:
    """The end, at its hour: nothing more comes in; what was said in time may still be typed."""
    one = solicitation(session, payload["solicitation"])
    if one.closed_at is not None or one.closes_at > now:
        return
    one.closed_at = now
    session.add(one)
    session.flush()
    if not is_asked_on(session, one.version_id):
        version = session.get(DraftVersion, one.version_id)
        version.held_at = None
        session.add(version)
    _record(session, Act.SOLICITATION_CLOSED, one, Actor(), {"given": one.given, "standing": one.standing}, {})


def add_point(
    session: Session, now: datetime, *, of: Community, name: str, kind: str, address: str, actor: Actor
) -> CollectionPoint:
    """Set up a collection point of one of the four kinds."""
    refuse_if(may("draft_solicitation", roles_of(session, actor, of, now), BEFORE))
    if kind not in POINT_KINDS:
        raise Invalid({"kind": Refusal(_("请从列出的选项中选择"))})
    made = CollectionPoint(community_id=of.id, name=name, kind=kind, address=address, added_at=now)
    session.add(made)
    session.flush()
    secrets = {"name": name, "address": address}
    record(session, Act.POINT_ADDED, of.id, f"point/{made.id}", actor=actor, data={"kind": kind}, secrets=secrets)
    return made


def name_collector(
    session: Session, now: datetime, *, one: Solicitation, point: CollectionPoint, person_id: int, actor: Actor
) -> None:
    """Have somebody collect at a point for this solicitation; twice is once."""
    where = _guard(session, now, "name_points", one, actor)
    roles = roles_of(session, Actor("", person_id), where, now)
    if point.community_id != one.community_id or not roles & {"collector", "liaison"}:
        raise Invalid({"person": Refusal(_("这个人不是本联系点的采集人"), remedy=_("请管理员先任命为采集人"))})
    if session.get(Collecting, (one.id, point.id, person_id)) is not None:
        return
    session.add(Collecting(solicitation_id=one.id, point_id=point.id, person_id=person_id, at=now))
    session.flush()
    secrets = {"collector": f"person/{person_id}"}
    _record(session, Act.COLLECTOR_NAMED, one, actor, {"point": point.id}, secrets, owner=person_id)


def _guard(session: Session, now: datetime, act: str, one: Solicitation, actor: Actor) -> Community:
    where = community(session, one.community_id)
    refuse_if(may(act, roles_of(session, actor, where, now), one.stage_at(now)))
    return where


def _check(terms: Terms, now: datetime, where: Community) -> None:
    if found := mistakes(terms, day_of(now, where.zone)):
        raise Invalid(found)


def _columns(terms: Terms) -> dict[str, Any]:
    named = {name: getattr(terms, name) for name in Terms.__dataclass_fields__}
    return named | {name: list(named[name]) for name in ("questions", "groups", "namings")}


def secrets_of(terms: Terms) -> dict[str, str]:
    """What was written: in the log as commitments."""
    words = {"title": terms.title, "letter_from": terms.letter_from, "letter_no": terms.letter_no, "about": terms.about}
    return words | {"questions": "\n".join(terms.questions), "groups": "\n".join(terms.groups)}


def _record(
    session: Session,
    act: Act,
    one: Solicitation,
    actor: Actor,
    data: dict[str, Any],
    secrets: dict[str, str],
    owner: int | None = None,
) -> None:
    record(
        session, act, one.community_id, one.subject, actor=actor, data=data, secrets=secrets, topic=one.topic, owner=owner
    )  # fmt: skip
