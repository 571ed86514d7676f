"""Written answers and notes of talks: what a consultation without a meeting gathers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community
from deliberation.matters.answers import owe_reply
from deliberation.matters.models import Matter
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.rooms import convening_rules as rules
from deliberation.rooms.convening import acting, end_wait, enter, state_of
from deliberation.rooms.convening_models import Convening, Talk, WrittenAnswer
from deliberation.rooms.form_rules import VISITS, WRITTEN, FormRole
from deliberation.vocabulary import Act, Role, _


@dataclass(frozen=True)
class Answered:
    """An answer in somebody's words; ``typed_by_id`` entered it from paper."""

    person_id: int
    body: str
    position: str = ""
    typed_by_id: int | None = None


def answer(
    session: Session,
    now: datetime,
    *,
    convening: Convening,
    answered: Answered,
    role: FormRole | None,
    standing: Standing,
) -> WrittenAnswer:
    """Answer a written inquiry, or enter what came on paper; ``role`` is that of the one who answers. Raises Refused."""
    refuse_if(None if convening.rules.manner == WRITTEN else Refusal(_("这次协商不收书面答复")))
    if answered.typed_by_id is not None:
        actor = acting("type_answer", standing, convening)
    else:
        actor = Actor(
            next((one.value for one in Role if one in standing.roles), Role.VISITOR.value), standing.person_id
        )
    refuse_if(rules.may_answer(role, state_of(convening), convening.starts_at, now))
    made = WrittenAnswer(
        convening_id=convening.id, person_id=answered.person_id, position=answered.position, body=answered.body,
        at=now, typed_by_id=answered.typed_by_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    data = {"convening": convening.id, "taken_down": int(answered.typed_by_id is not None)}
    secrets = {"body": made.body} | ({"position": made.position} if made.position else {})
    subject = f"answer/{made.id}"
    enter(session, Act.ANSWER_GIVEN, convening, actor, data, secrets, object_=subject, owner=made.person_id)
    end_wait(session, now, convening=convening, person_id=made.person_id)
    _owe(session, now, convening, made.person_id, subject, made.body)
    return made


@dataclass(frozen=True)
class Talked:
    """One talk as its visitor notes it: with whom, where, when, what was said."""

    who: str
    held_at: datetime
    body: str
    where: str = ""
    person_id: int | None = None


def note_talk(session: Session, now: datetime, *, convening: Convening, talked: Talked, standing: Standing) -> Talk:
    """Note one visit or talk. Raises Refused, Invalid."""
    refuse_if(None if convening.rules.manner == VISITS else Refusal(_("这次协商不是走访约谈")))
    actor = acting("note_talk", standing, convening)
    if talked.held_at > now:
        raise Invalid({"held_at": Refusal(_("谈话时间还没有到"))})
    begun_at = convening.begun_at.astimezone(session.get(Community, convening.community_id).zone)
    if talked.held_at < begun_at.replace(second=0, microsecond=0):  # The field has no seconds.
        raise Invalid({"held_at": Refusal(_("走访{from_when}才开始，谈话时间不能在那以前"), {"from_when": begun_at})})
    made = Talk(
        convening_id=convening.id, person_id=talked.person_id, who="" if talked.person_id else talked.who,
        where=talked.where, held_at=talked.held_at, body=talked.body, at=now, by_id=standing.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    subject = f"talk/{made.id}"
    secrets = {"who": talked.who, "body": talked.body} | ({"where": talked.where} if talked.where else {})
    data = {"convening": convening.id, "known": int(talked.person_id is not None)}
    owner = talked.person_id or standing.person_id
    enter(session, Act.TALK_NOTED, convening, actor, data, secrets, object_=subject, owner=owner)
    if talked.person_id:
        _owe(session, now, convening, talked.person_id, subject, talked.body)
    return made


def _owe(session: Session, now: datetime, convening: Convening, person_id: int, source: str, said: str) -> None:
    matter = session.get(Matter, convening.matter_id)
    owe_reply(session, now, matter=matter, person_id=person_id, source=source, said=said)
