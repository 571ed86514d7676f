"""What becomes of opinions: decided for a lead and all that are merged into it, any number at once, and again later.

Deciding tells nobody anything: authors are told by answering (``answering.py``), and a decision that is changed after
that has to be told again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, func, insert, literal, update
from sqlmodel import Session, col, or_, select

from deliberation.audit.actions import Actor, record
from deliberation.communities.models import community
from deliberation.identity.reach import roles_of
from deliberation.legislation.adoption_models import Adoption, newest_decision
from deliberation.legislation.adoption_rules import MEANWHILE, Case, Decision, due_mistakes, may_decide, mistakes
from deliberation.legislation.anchor_rules import anchored
from deliberation.legislation.desk_models import clusters_by_id
from deliberation.legislation.desking import digest_of
from deliberation.legislation.draft_models import DraftArticle, DraftVersion, article_keyed
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_writing import Tally, keep_tally
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.legislation.solicitation_rules import may
from deliberation.matters.days import day_of
from deliberation.refusal import Invalid, Missing, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _

_COLUMNS = (
    "opinion_id", "solicitation_id", "kind", "reason", "version_id", "article", "label", "text", "told_by", "letter",
    "told_on", "at", "person_id",
)  # fmt: skip

_UNDECIDED = col(Opinion.adoption_id).is_(None)
NONE_LATE = Refusal(_("没有后来并入、还没有决定的意见"), late=True)


def adopt_opinions(
    session: Session,
    now: datetime,
    *,
    of: Solicitation,
    chosen: Sequence[tuple[Opinion, int | None]],
    made: Decision,
    to: DraftVersion | None,
    actor: Actor,
) -> None:
    """Decide on these and on all merged into them; beside each the decision that stood when its page was opened.

    Raises Invalid, Refused; all or none.
    """
    where = guard(session, now, of, actor, "adopt_opinions")
    if not chosen:
        raise Refused(Refusal(_("请至少选一条意见")))
    if found := mistakes(made, day_of(now, where.zone)):
        raise Invalid(found)
    leads = {each.lead_id for each in clusters_by_id(session, {one.cluster_id for one, _seen in chosen}).values()}
    for one, seen in chosen:
        is_merged = one.cluster_id is not None and one.id not in leads
        refuse_if(may_decide(Case(one.withdrawn_at is not None, is_merged, one.adoption_id), seen))
    _decide(session, now, (of, _group(of, [one for one, _seen in chosen])), made, to, actor)


def adopt_open(
    session: Session,
    now: datetime,
    *,
    of: Solicitation,
    chosen: Sequence[Opinion],
    seen: int,
    made: Decision,
    to: DraftVersion | None,
    actor: Actor,
) -> None:
    """Decide on those of these, and of all merged into them, on which nothing stands: what was decided is left as it is.

    ``seen`` is the newest decision when the page was opened. Raises Invalid, Refused; all or none.
    """
    where = guard(session, now, of, actor, "adopt_opinions")
    if newest_decision(session, of.id) != seen:
        raise Refused(MEANWHILE)
    undecided = [one for one in chosen if one.adoption_id is None]
    if not undecided:
        raise Refused(Refusal(_("请至少选一条意见")))
    if found := mistakes(made, day_of(now, where.zone)):
        raise Invalid(found)
    leads = {each.lead_id for each in clusters_by_id(session, {one.cluster_id for one in undecided}).values()}
    for one in undecided:
        is_merged = one.cluster_id is not None and one.id not in leads
        refuse_if(may_decide(Case(one.withdrawn_at is not None, is_merged, None), None))
    _decide(session, now, (of, (*_group(of, undecided), _UNDECIDED)), made, to, actor)


def adopt_late(
    session: Session, now: datetime, *, of: Solicitation, lead: Opinion, seen: int | None, actor: Actor
) -> None:
    """Have what was merged into a decided opinion later share its decision, as it was made. Raises Refused."""
    guard(session, now, of, actor, "adopt_opinions")
    found = clusters_by_id(session, {lead.cluster_id} - {None})
    is_merged = any(each.lead_id != lead.id for each in found.values())
    refuse_if(may_decide(Case(lead.withdrawn_at is not None, is_merged, lead.adoption_id), seen))
    stands = session.get(Adoption, lead.adoption_id) if lead.adoption_id else None
    group = (*_group(of, [lead]), _UNDECIDED)
    if stands is None or session.exec(select(Opinion.id).where(*group).limit(1)).first() is None:
        raise Refused(NONE_LATE)
    made = Decision(
        stands.kind, stands.reason, stands.article, stands.text, stands.told_by, stands.letter, stands.told_on
    )
    write_decision(session, now, (of, group), made, (stands.version_id, stands.label), actor)


def _decide(
    session: Session,
    now: datetime,
    whose: tuple[Solicitation, Collection[ColumnElement[bool]]],
    made: Decision,
    to: DraftVersion | None,
    actor: Actor,
) -> None:
    article = _article(session, made, to)
    write_decision(session, now, whose, made, (to.id if to else None, article.label if article else ""), actor)


def write_decision(
    session: Session,
    now: datetime,
    whose: tuple[Solicitation, Collection[ColumnElement[bool]]],
    made: Decision,
    there: tuple[int | None, str],
    actor: Actor,
    act: Act = Act.OPINIONS_ADOPTED,
) -> None:
    """One decision on all of a group, whatever stood before; ``there``: the version and the label of the article where it shows."""
    of, group = whose
    version_id, label = there
    ids = list(session.exec(select(Opinion.id).where(*group).order_by(col(Opinion.id))))
    uncount_decided(session, of, group)
    values = (
        of.id, made.kind, made.reason, version_id, made.article, label, made.text,
        made.told_by, made.letter, made.told_on, now, actor.person_id,
    )  # fmt: skip
    _write(session, group, values)
    tally = Tally()
    tally.standing[of.id, "adoption", made.kind, ""] += len(ids)
    keep_tally(session, tally)
    session.expire_all()
    _record(session, of, ids, made, there, (actor, act))


def _article(session: Session, made: Decision, to: DraftVersion | None) -> DraftArticle | None:
    """The article of the next version in which it shows; the words must stand there. Raises Invalid, Missing."""
    if not made.article:
        return None
    if to is None:
        raise Missing
    try:
        article = article_keyed(session, to, made.article)
    except Missing:
        raise Invalid({"there": Refusal(_("这份草案里没有这一条"))}) from None
    if made.text and isinstance(anchored(made.article, article.text, "", made.text), Refusal):
        plain, wanted = "".join(article.text.split()), "".join(made.text.split())
        if wanted not in plain:
            raise Invalid({"text": Refusal(_("新稿的这一条里没有这些字"), remedy=_("请从新稿里选"))})
    return article


def _group(of: Solicitation, chosen: Sequence[Opinion]) -> tuple[ColumnElement[bool], ...]:
    """Those chosen and all merged into them, as far as they are not withdrawn."""
    alone = [one.id for one in chosen if one.cluster_id is None]
    clusters = [one.cluster_id for one in chosen if one.cluster_id is not None]
    these = or_(col(Opinion.id).in_(alone), col(Opinion.cluster_id).in_(clusters))
    return Opinion.solicitation_id == of.id, col(Opinion.withdrawn_at).is_(None), these


def uncount_decided(session: Session, of: Solicitation, group: Collection[ColumnElement[bool]]) -> None:
    """Take what was decided on them before, and what was answered, out of the counts."""
    before = select(Adoption.kind, Opinion.answered_at).join(Opinion, col(Opinion.adoption_id) == Adoption.id)
    zone = community(session, of.community_id).zone
    tally = Tally()
    for kind, answered_at in session.exec(before.where(*group)):
        tally.standing[of.id, "adoption", kind, ""] -= 1
        if answered_at is not None:
            count_answer(tally, of.id, kind, day_of(answered_at, zone), -1)
    keep_tally(session, tally)


def count_answer(tally: Tally, solicitation_id: int, kind: str, day: date, more: int) -> None:
    """So many more authors, or fewer, were told of a decision of this kind on that day."""
    tally.standing[solicitation_id, "answered", kind, ""] += more
    tally.standing[solicitation_id, "answered_on", day.isoformat(), ""] += more


def _write(session: Session, group: Collection[ColumnElement[bool]], values: tuple[Any, ...]) -> None:
    table = Adoption.__table__
    # The same values for every one of them, however many: one statement, and one that points to what it wrote.
    said = [literal(value, table.c[name].type) for name, value in zip(_COLUMNS[1:], values, strict=True)]
    connection = session.connection()
    connection.execute(
        insert(table).from_select(_COLUMNS, select(Opinion.id, *said).where(*group).order_by(col(Opinion.id)))
    )
    newest = select(func.max(table.c.id)).where(table.c.opinion_id == Opinion.__table__.c.id).scalar_subquery()
    connection.execute(update(Opinion.__table__).where(*group).values(adoption_id=newest, answered_at=None))


def _record(
    session: Session,
    of: Solicitation,
    ids: Sequence[int],
    made: Decision,
    there: tuple[int | None, str],
    by: tuple[Actor, Act],
) -> None:
    actor, act = by
    subject = f"opinion/{ids[0]}" if len(ids) == 1 else of.subject
    data = {"solicitation": of.id, "count": len(ids)}
    version_id, label = there
    secrets = {
        "kind": made.kind, "reason": made.reason, "version": str(version_id or ""), "article": made.article, "label": label,
        "text": made.text,
    }  # fmt: skip
    if made.told_by:
        told_on = made.told_on.isoformat() if made.told_on else ""
        secrets |= {"told_by": made.told_by, "letter": made.letter, "told_on": told_on}
    record(
        session, act, of.community_id, subject, actor=actor, data=data, secrets=secrets, kept={"ids": digest_of(ids)},
        topic=of.subject,
    )  # fmt: skip


def set_answers_due(session: Session, now: datetime, *, of: Solicitation, day: date, actor: Actor) -> None:
    """Set the day by which the point means to have answered; the program knows no such day of its own."""
    where = guard(session, now, of, actor, "set_answers_due")
    closed_on = day_of(of.last_moment, where.zone)
    if no := due_mistakes(day, day_of(now, where.zone), closed_on):
        raise Invalid({"answers_due_on": no})
    of.answers_due_on = day
    session.add(of)
    data = {"solicitation": of.id, "day": day.isoformat()}
    record(session, Act.ANSWERS_DUE_SET, of.community_id, of.subject, actor=actor, data=data, topic=of.subject)


def guard(session: Session, now: datetime, of: Solicitation, actor: Actor, act: str) -> Any:
    """The community of the point. Raises Refused where the actor may not do this, or not now."""
    where = community(session, of.community_id)
    refuse_if(may(act, roles_of(session, actor, where, now), of.stage_at(now)))
    return where
