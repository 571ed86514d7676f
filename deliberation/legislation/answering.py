"""答复: authors are told what became of their opinions, in their own words, with old and new text and the reason.

Who has an account finds it in the inbox, cosigners too; who came without one finds it by the receipt's code on the page of
the opinion. Who came without an account and left a contact, and whom the platform cannot reach, is told by hand, and whoever
did it says how. A job takes them by hundreds.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, func, select

from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community, community
from deliberation.delivery.actions import list_deliveries
from deliberation.delivery.letters import Letter
from deliberation.identity.reach import roles_of
from deliberation.jobs import plan_job
from deliberation.legislation.adopting import count_answer, guard
from deliberation.legislation.adoption_models import Adoption, Answering, OpinionAnswer
from deliberation.legislation.adoption_rules import ADOPTIONS, BY_HAND, CODE, INBOX, POINT, may_answer
from deliberation.legislation.desking import digest_of
from deliberation.legislation.handing_down import fate_in, hand_down_here
from deliberation.legislation.opinion_models import Opinion, OpinionAuthor, OpinionCosigner
from deliberation.legislation.opinion_writing import Tally, keep_tally
from deliberation.legislation.receipt_models import ReceivedOpinion, numbers_of, received_by_id
from deliberation.legislation.solicitation_models import Solicitation, solicitation
from deliberation.matters.days import day_of
from deliberation.refusal import Missing, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, Role, _

ANSWER = "opinions_answered"
CHUNK = 200
LETTER = "adoption"
"""The word of what a delivery points to: ``adoption/12``."""

NO_MORE_PUBLIC = _("您联名的这条意见已经不公开，不再显示它说了什么。")


def waiting(session: Session, of: Solicitation, *, upto: int | None = None) -> int:
    """How many decisions stand of which nobody has begun to tell the author."""
    found = select(func.count()).select_from(Opinion).join(Adoption, col(Adoption.id) == Opinion.adoption_id)
    found = found.where(*_untold(of.id))
    if upto is not None:
        found = found.where(col(Adoption.id) <= upto)
    return session.exec(found).one()


def came_from_above(session: Session, solicitation_ids: Collection[int]) -> list[int]:
    """Of these the ones in which a body above decided what nobody has begun to tell the author."""
    untold = select(Adoption.id).join(Opinion, col(Opinion.adoption_id) == Adoption.id)
    untold = untold.where(Adoption.told_by != "", *_untold(Solicitation.id)).exists()
    found = select(Solicitation.id).where(col(Solicitation.id).in_(list(solicitation_ids)), untold)
    return list(session.exec(found.order_by(col(Solicitation.id).desc())))


def _untold(solicitation_id: Any) -> tuple[Any, ...]:
    begun = select(OpinionAnswer.id).where(OpinionAnswer.adoption_id == Adoption.id).exists()
    return (
        Adoption.solicitation_id == solicitation_id,
        col(Opinion.adoption_id) == Adoption.id,
        col(Opinion.withdrawn_at).is_(None),
        ~begun,
    )


def answering_now(session: Session, solicitation_id: int) -> Answering | None:
    """The round that is under way."""
    found = select(Answering).where(Answering.solicitation_id == solicitation_id, col(Answering.ended_at).is_(None))
    return session.exec(found).first()


def begin_answering(session: Session, now: datetime, *, of: Solicitation, actor: Actor) -> Answering:
    """Tell the authors of everything that was decided up to now."""
    guard(session, now, of, actor, "answer_opinions")
    newest = select(func.max(Adoption.id)).where(Adoption.solicitation_id == of.id)
    upto = session.exec(newest).one() or 0
    count = waiting(session, of, upto=upto)
    refuse_if(may_answer(count, answering_now(session, of.id) is not None))
    made = Answering(solicitation_id=of.id, upto=upto, total=count, at=now, person_id=actor.person_id)
    session.add(made)
    session.flush()
    _plan(session, now, made, 0)
    ids = select(Adoption.id).join(Opinion, col(Opinion.adoption_id) == Adoption.id).where(*_untold(of.id))
    data, kept = {"solicitation": of.id, "count": count}, {"decisions": digest_of(list(session.exec(ids)))}
    record(
        session, Act.OPINIONS_ANSWERED, of.community_id, of.subject, actor=actor, data=data, kept=kept, topic=of.subject
    )
    return made


def _plan(session: Session, now: datetime, made: Answering, after: int) -> None:
    plan_job(session, ANSWER, f"answering/{made.id}/{after}", now, answering=made.id, after=after)


def answer_chunk(session: Session, now: datetime, payload: dict[str, Any]) -> None:
    """Tell some of them, and plan the next ones. A decision that was changed meanwhile waits for the next round."""
    made = session.get(Answering, payload["answering"])
    if made is None or made.ended_at is not None:
        return
    of = solicitation(session, made.solicitation_id)
    found = (
        select(Adoption, Opinion)
        .join(Opinion, col(Opinion.adoption_id) == Adoption.id)
        .where(*_untold(of.id), col(Adoption.id) > payload["after"], col(Adoption.id) <= made.upto)
        .order_by(col(Adoption.id))
        .limit(CHUNK)
    )
    chosen = list(session.exec(found).all())
    where = community(session, of.community_id)
    _tell(session, now, of, where, chosen, Actor(Role.LIAISON.value, made.person_id))
    made.done += len(chosen)
    if len(chosen) < CHUNK:
        made.ended_at = now
    session.add(made)
    session.flush()
    if made.ended_at is None:
        _plan(session, now, made, chosen[-1][0].id)


def _tell(
    session: Session,
    now: datetime,
    of: Solicitation,
    where: Community,
    chosen: Sequence[tuple[Adoption, Opinion]],
    actor: Actor,
) -> None:
    signed: dict[int, list[int]] = {}
    ids = [one.id for _made, one in chosen if one.cosigners]
    rows = select(OpinionCosigner.opinion_id, OpinionCosigner.person_id).where(col(OpinionCosigner.opinion_id).in_(ids))
    for id, person_id in session.exec(rows) if ids else ():
        signed.setdefault(id, []).append(person_id)
    contacts = select(OpinionAuthor.opinion_id).where(
        col(OpinionAuthor.opinion_id).in_([one.id for _made, one in chosen]), OpinionAuthor.contact != ""
    )
    reachable = set(session.exec(contacts))  # They left it to be told; that they look by the code is not known.
    came = received_by_id(session, [one.id for _made, one in chosen])
    _hand_down(session, now, where, chosen, came, actor)
    tally = Tally()
    for made, one in chosen:
        people = ([one.person_id] if one.person_id is not None else []) + signed.get(one.id, [])
        if people:
            list_deliveries(
                session, now, community_id=of.community_id, subject=f"{LETTER}/{made.id}", topic=of.subject,
                title=of.title, people=people,
            )  # fmt: skip
        way = _way(one, came.get(one.id), one.id in reachable)
        # A point on another installation hears of it with its next feedback.
        is_told = way in (INBOX, CODE) or (way == POINT and came[one.id].source_id is not None)
        told_at = now if is_told else None
        session.add(
            OpinionAnswer(
                opinion_id=one.id, solicitation_id=of.id, adoption_id=made.id, at=now, way=way, told_at=told_at
            )
        )
        if is_told:
            answered(session, tally, made, one, (now, where))
    session.flush()
    keep_tally(session, tally)


def _way(one: Opinion, copy: ReceivedOpinion | None, is_reachable: bool) -> str:
    """How its author hears of it; empty: somebody has to tell them by hand. Whose opinion a point handed up is told by the point."""
    if copy is not None:
        return POINT
    if one.person_id is not None:
        return INBOX
    return CODE if one.code_hash is not None and not is_reachable else ""


def _hand_down(
    session: Session,
    now: datetime,
    where: Community,
    chosen: Sequence[tuple[Adoption, Opinion]],
    came: Mapping[int, ReceivedOpinion],
    actor: Actor,
) -> None:
    copies = [(made, came[one.id]) for made, one in chosen if one.id in came]
    numbers = numbers_of(session, {copy.receipt_id for _made, copy in copies})
    fates = [
        (copy.source_id, fate_in(made, numbers[copy.receipt_id], where.zone))
        for made, copy in copies
        if copy.source_id is not None
    ]
    if fates:
        hand_down_here(session, now, body=where.name, fates=fates, actor=actor)


def answered(session: Session, tally: Tally, made: Adoption, one: Opinion, when: tuple[datetime, Community]) -> None:
    """Count the answer to one opinion as gone out now."""
    now, where = when
    one.answered_at = now
    session.add(one)
    if one.withdrawn_at is None:
        count_answer(tally, one.solicitation_id, made.kind, day_of(now, where.zone), 1)


# --- by hand


def tell_authors(
    session: Session,
    now: datetime,
    *,
    of: Solicitation,
    answers: Sequence[OpinionAnswer],
    way: str,
    note: str,
    actor: Actor,
) -> None:
    """Enter that authors were told by hand, and how; a collector's are those that they collected. All or none.

    Raises Refused, Missing.
    """
    where = guard(session, now, of, actor, "tell_authors")
    keeps = Role.LIAISON.value in roles_of(session, actor, where, now)
    if not answers:
        raise Refused(Refusal(_("请至少选一条意见")))
    if way not in BY_HAND:
        raise Missing
    tally, ids = Tally(), []
    for each in answers:
        one, made = session.get(Opinion, each.opinion_id), session.get(Adoption, each.adoption_id)
        if each.solicitation_id != of.id or each.way == POINT or not (keeps or one.collector_id == actor.person_id):
            raise Missing
        if each.told_at is not None or one.adoption_id != made.id:
            raise Refused(Refusal(_("有的已经登记过，或者决定已经改了"), remedy=_("请刷新以后再选"), late=True))
        each.way, each.note, each.told_at, each.told_by_id = way, note, now, actor.person_id
        session.add(each)
        answered(session, tally, made, one, (now, where))
        ids.append(one.id)
    session.flush()
    keep_tally(session, tally)
    data = {"solicitation": of.id, "count": len(ids)}
    record(
        session, Act.OPINIONS_TOLD, of.community_id, of.subject, actor=actor, data=data,
        secrets={"way": way, "note": note}, kept={"ids": digest_of(ids)}, topic=of.subject,
    )  # fmt: skip


def record_letters(session: Session, *, of: Solicitation, ids: Sequence[int], actor: Actor) -> None:
    """Write that letters with names and contacts were made, and to the authors of how many and which opinions."""
    record(
        session, Act.ANSWER_LETTERS_MADE, of.community_id, of.subject, actor=actor, topic=of.subject,
        data={"solicitation": of.id, "count": len(ids)}, kept={"ids": digest_of(ids)},
    )  # fmt: skip


# --- the letter in the inbox


def open_answer(session: Session, id: int) -> Letter | None:
    """A decision as its author reads it in the inbox. One that was changed since says so."""
    made = session.get(Adoption, id)
    if made is None:
        return None
    one, of = session.get(Opinion, made.opinion_id), solicitation(session, made.solicitation_id)
    place = community(session, of.community_id)
    answer = select(OpinionAnswer.at).where(OpinionAnswer.adoption_id == made.id)
    return Letter(
        kind=_("意见的答复"),
        title=of.title,
        body=words_of(made, one, is_standing=one.adoption_id == made.id),
        issued_at=session.exec(answer).first() or made.at,
        issued_by=place.name,
        said=said_in(one),
        about=of.title,
        url=f"/opinions/{one.id}",
    )


def open_answer_to(session: Session, id: int, person_id: int) -> Letter | None:
    """The same as one reads it who may be no author but a cosigner: what everybody reads of the opinion, while they do."""
    letter = open_answer(session, id)
    one = session.get(Opinion, session.get(Adoption, id).opinion_id) if letter is not None else None
    if one is None or one.person_id == person_id:
        return letter
    if one.is_public:
        words = "\n".join(word for word in (one.proposal, one.reason) if word)
        return replace(letter, said=words, said_by=_("您联名的意见"))
    return replace(letter, said="", url="", note=NO_MORE_PUBLIC)


def said_in(one: Opinion) -> str:
    """What its author said, in the author's own words."""
    words = [one.as_said or one.proposal or one.reason, one.reason if (one.as_said or one.proposal) else ""]
    return "\n".join(word for word in words if word)


def words_of(made: Adoption, one: Opinion, *, is_standing: bool = True) -> str:
    """The answer, as somebody reads it on paper: the decision, old and new text, the reason. In the point's language."""
    lines = [] if is_standing else ["这个决定后来改了，会另行答复。"]
    lines.append(f"{one.provision}：{ADOPTIONS[made.kind]}")
    if one.original:
        lines.append(f"原来的文字：{one.original}")
    if made.text:
        lines.append(f"新稿{made.label}的文字：{made.text}")
    if made.reason:
        lines.append(f"理由：{made.reason}")
    if made.told_by:
        letter = "，".join(word for word in (made.letter, made.told_on.isoformat() if made.told_on else "") if word)
        lines.append(f"由{made.told_by}告知{f'（{letter}）' if letter else ''}")
    return "\n".join(lines)
