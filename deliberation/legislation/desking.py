"""The verbs of the desk: merged, taken out again, kept apart, handled, put into other words. Nothing is ever dropped."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, delete, func, select, update

from deliberation.audit.actions import Actor, record
from deliberation.bulk import insert_many
from deliberation.communities.models import community
from deliberation.identity.reach import roles_of
from deliberation.legislation.desk_models import (
    Cluster,
    OpinionGroup,
    OpinionHandling,
    OpinionJoining,
    OpinionTag,
    OpinionWording,
    recount,
    set_on,
)
from deliberation.legislation.desk_rules import (
    MERGE,
    MOST_AT_ONCE,
    NO_REASON,
    Standing,
    may_handle,
    may_merge,
    may_reword,
    next_lead,
)
from deliberation.legislation.export_spoiling import spoil_public
from deliberation.legislation.following import follow_again
from deliberation.legislation.index_models import OpinionForm
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_writing import Tally, keep_tally
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.legislation.solicitation_rules import may
from deliberation.refusal import Invalid, Missing, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _


def standing_of(session: Session, one: Opinion) -> Standing:
    leads = one.cluster_id is not None and session.get(Cluster, one.cluster_id).lead_id == one.id
    return Standing(one.id, one.solicitation_id, one.withdrawn_at is not None, one.cluster_id, leads, one.handling)


def chosen_of(session: Session, of: Solicitation, ids: Collection[int]) -> list[Opinion]:
    """These opinions of a solicitation, by id. Raises Missing, Refused where they are too many for one page."""
    wanted = sorted(set(ids))
    if len(wanted) > MOST_AT_ONCE:
        raise Refused(Refusal(_("一次最多选{most}条"), {"most": MOST_AT_ONCE}))
    found = select(Opinion).where(col(Opinion.id).in_(wanted), Opinion.solicitation_id == of.id)
    chosen = list(session.exec(found.order_by(col(Opinion.id))))
    if len(chosen) != len(wanted):
        raise Missing
    return chosen


def merge_opinions(
    session: Session, now: datetime, *, of: Solicitation, lead: Opinion, others: Sequence[Opinion], actor: Actor
) -> Cluster:
    """Show these as one, the lead before them."""
    _guard(session, now, of, actor)
    others = [one for one in others if one.id != lead.id]
    refuse_if(may_merge(standing_of(session, lead), [standing_of(session, one) for one in others]))
    made = _cluster_of(session, now, lead, actor)
    joined = [one.id for one in others if one.cluster_id is None]
    _handled(session, of.id, Counter(one.handling for one in others if one.cluster_id is None), MERGE)
    set_on(session, joined, cluster_id=made.id, handling=MERGE)
    set_on(session, [lead.id], cluster_id=made.id)
    _settle(session, now, made, joined, actor)
    return made


def join_opinions(
    session: Session, now: datetime, *, of: Solicitation, lead: Opinion, ids: Collection[int], actor: Actor
) -> None:
    """Show copies as one as their point did: those that stand alone, before them the lead where it leads or stands alone."""
    if lead.withdrawn_at is not None or (lead.cluster_id is not None and not standing_of(session, lead).leads):
        return
    found = select(Opinion).where(
        col(Opinion.id).in_(list(ids)), col(Opinion.cluster_id).is_(None), col(Opinion.withdrawn_at).is_(None)
    )
    free = [one for one in session.exec(found) if one.id != lead.id and one.solicitation_id == of.id]
    if not free:
        return
    made = _cluster_of(session, now, lead, actor)
    _handled(session, of.id, Counter(one.handling for one in free), MERGE)
    joined = [one.id for one in free]
    set_on(session, joined, cluster_id=made.id, handling=MERGE)
    set_on(session, [lead.id], cluster_id=made.id)
    _settle(session, now, made, joined, actor)


def merge_group(session: Session, now: datetime, *, of: Solicitation, group: OpinionGroup, actor: Actor) -> Cluster:
    """Show all that the program found to be like a head as one, however many they are; what stands elsewhere stays there."""
    _guard(session, now, of, actor)
    head = session.get(Opinion, group.head)
    like = select(OpinionForm.opinion_id).where(OpinionForm.solicitation_id == of.id, OpinionForm.head == group.head)
    free = col(Opinion.id).in_(like), col(Opinion.cluster_id).is_(None), col(Opinion.withdrawn_at).is_(None)
    ids = list(session.exec(select(Opinion.id).where(*free).order_by(col(Opinion.id))))
    is_there = head.withdrawn_at is None and (head.cluster_id is None or standing_of(session, head).leads)
    lead = head if is_there else session.get(Opinion, ids[0]) if ids else None
    joined = [id for id in ids if lead is not None and id != lead.id]
    if not joined:
        raise Refused(Refusal(_("这些意见已经归并在一起"), late=True))
    made = _cluster_of(session, now, lead, actor)
    others = (*free, Opinion.id != lead.id)
    before = select(Opinion.handling, func.count()).where(*others).group_by(col(Opinion.handling))
    _handled(session, of.id, Counter(dict(session.exec(before).all())), MERGE)
    session.exec(update(Opinion).where(*others).values(cluster_id=made.id, handling=MERGE))
    set_on(session, [lead.id], cluster_id=made.id)
    group.settled = group.size
    session.add(group)
    _settle(session, now, made, joined, actor)
    return made


def keep_apart(session: Session, now: datetime, *, of: Solicitation, group: OpinionGroup, actor: Actor) -> None:
    """Say that these are not one opinion; whoever joins them later is asked about again."""
    _guard(session, now, of, actor)
    group.settled = group.size
    session.add(group)
    data = {"solicitation": of.id, "head": group.head, "count": group.size}
    record(session, Act.OPINIONS_KEPT_APART, of.community_id, of.subject, actor=actor, data=data, topic=of.subject)


def take_out(session: Session, now: datetime, *, of: Solicitation, one: Opinion, actor: Actor) -> None:
    """Show an opinion by itself again. A cluster of which one is left is none any more."""
    _guard(session, now, of, actor)
    if one.cluster_id is None:
        raise Refused(Refusal(_("这条意见没有并入同类意见"), late=True))
    made = leave_cluster(session, now, one)
    data = {"solicitation": of.id, "cluster": made.id, "number": one.number}
    record(session, Act.OPINION_TAKEN_OUT, of.community_id, one.subject, actor=actor, data=data, topic=of.subject)


def leave_cluster(session: Session, now: datetime, one: Opinion) -> Cluster:
    """Take an opinion out of its cluster. Where it led, the earliest of the others leads, with what was decided."""
    made = session.get(Cluster, one.cluster_id)
    decided = one.handling if made.lead_id == one.id else ""
    changes = {one.id: (None, decided)}
    left = list(
        session.exec(
            select(Opinion.id)
            .where(Opinion.cluster_id == made.id, Opinion.id != one.id)
            .order_by(col(Opinion.id))
            .limit(2)
        )
    )
    if made.lead_id == one.id and (lead := next_lead(left)):
        made.lead_id = lead
        changes[lead] = (made.id, decided)
    if len(left) == 1:
        last = session.get(Opinion, left[0])
        changes[last.id] = (None, decided if last.handling == MERGE else last.handling)
        made.dissolved_at = now
    for id, (where, handling) in changes.items():
        _handled(session, one.solicitation_id, Counter({session.get(Opinion, id).handling: 1}), handling)
        set_on(session, [id], cluster_id=where, handling=handling)
    recount(session, made)
    session.flush()
    session.expire_all()
    return made


def begin_again(session: Session, now: datetime, one: Opinion) -> None:
    """What was decided on an opinion was decided on its words: said otherwise, it waits for the desk by itself again."""
    if one.cluster_id is not None:
        leave_cluster(session, now, one)
    if one.handling:
        _handled(session, one.solicitation_id, Counter({one.handling: 1}), "")
        set_on(session, [one.id], handling="")
        session.refresh(one)


def handle_opinions(
    session: Session,
    now: datetime,
    *,
    of: Solicitation,
    chosen: Sequence[Opinion],
    kind: str,
    reason: str,
    actor: Actor,
) -> None:
    """Decide what the point does with these, with a reason that their authors read. Raises Invalid, Refused; all or none."""
    _guard(session, now, of, actor)
    if not chosen:
        raise Refused(Refusal(_("请至少选一条意见")))
    for one in chosen:
        if no := may_handle(standing_of(session, one), kind, reason):
            raise Invalid({"reason": no}) if no == NO_REASON else Refused(no)
    ids = [one.id for one in chosen]
    _handled(session, of.id, Counter(one.handling for one in chosen), kind)
    set_on(session, ids, handling=kind)
    columns = ("opinion_id", "kind", "reason", "at", "person_id")
    insert_many(session, OpinionHandling.__table__, columns, [(id, kind, reason, now, actor.person_id) for id in ids])
    session.expire_all()
    subject = chosen[0].subject if len(chosen) == 1 else of.subject
    data = {"solicitation": of.id, "count": len(ids)}
    secrets = {"kind": kind, "reason": reason}
    record(
        session,
        Act.OPINIONS_HANDLED,
        of.community_id,
        subject,
        actor=actor,
        data=data,
        secrets=secrets,
        kept={"ids": digest_of(ids)},
        topic=of.subject,
    )


def reword_opinion(
    session: Session, now: datetime, *, of: Solicitation, one: Opinion, proposal: str, actor: Actor
) -> None:
    """Put a proposal into the words of the table; the author's own stay beside them for good."""
    _guard(session, now, of, actor)
    if no := may_reword(standing_of(session, one), one.proposal, proposal):
        raise Invalid({"proposal": no})
    session.add(OpinionWording(opinion_id=one.id, before=one.proposal, at=now, person_id=actor.person_id))
    one.as_said = one.as_said or one.proposal
    one.proposal = proposal
    session.add(one)
    spoil_public(session, now, one, was_public=one.is_public)
    follow_again(session, now, one)
    data = {"solicitation": of.id, "number": one.number}
    record(
        session, Act.OPINION_REWORDED, of.community_id, one.subject, actor=actor, data=data,
        secrets={"proposal": proposal, "as_said": one.as_said}, topic=of.subject, owner=one.person_id,
    )  # fmt: skip


def sort_opinion(
    session: Session,
    now: datetime,
    *,
    of: Solicitation,
    one: Opinion,
    tags: Sequence[str],
    to: int | None,
    actor: Actor,
) -> None:
    """Put words on an opinion by which the desk finds it, and say whose it is. No act: it tells nobody anything."""
    _guard(session, now, of, actor)
    session.exec(delete(OpinionTag).where(col(OpinionTag.opinion_id) == one.id))
    for word in tags:
        session.add(OpinionTag(opinion_id=one.id, word=word, solicitation_id=of.id))
    one.assigned_to_id = to
    session.add(one)


def digest_of(ids: Sequence[int]) -> str:
    """SHA-256 of the ids in their order, a line each: which opinions an entry of many is about.

    Ids are small numbers, found by trying: it enters the log as a salted commitment, never in clear.
    """
    return hashlib.sha256("".join(f"{id}\n" for id in sorted(ids)).encode()).hexdigest()


def _handled(session: Session, of: int, before: Counter[str], after: str) -> None:
    """Keep the counts of what was handled how: as many as stood so before stand otherwise now."""
    tally = Tally()
    for kind, count in before.items():
        if kind:
            tally.handled(of, kind, -count)
        if after:
            tally.handled(of, after, count)
    keep_tally(session, tally)


def _guard(session: Session, now: datetime, of: Solicitation, actor: Actor) -> None:
    where = community(session, of.community_id)
    refuse_if(may("handle_opinions", roles_of(session, actor, where, now), of.stage_at(now)))


def _cluster_of(session: Session, now: datetime, lead: Opinion, actor: Actor) -> Cluster:
    """The cluster that an opinion leads, or a new one."""
    if lead.cluster_id is not None:
        return session.get(Cluster, lead.cluster_id)
    made = Cluster(
        solicitation_id=lead.solicitation_id, lead_id=lead.id, size=0, made_at=now, made_by_id=actor.person_id
    )
    session.add(made)
    session.flush()
    return made


def _settle(session: Session, now: datetime, made: Cluster, joined: Sequence[int], actor: Actor) -> None:
    """Count the cluster anew, keep who joined it and enter it."""
    rows = [(made.id, id, now) for id in sorted(joined)]
    insert_many(session, OpinionJoining.__table__, ("cluster_id", "opinion_id", "at"), rows)
    recount(session, made)
    session.flush()
    session.expire_all()
    lead = session.get(Opinion, made.lead_id)
    data = {"solicitation": made.solicitation_id, "cluster": made.id, "count": len(joined)}
    topic = f"solicitation/{made.solicitation_id}"
    record(
        session, Act.OPINIONS_MERGED, lead.community_id, lead.subject, actor=actor, data=data,
        kept={"ids": digest_of(joined)}, topic=topic,
    )  # fmt: skip
