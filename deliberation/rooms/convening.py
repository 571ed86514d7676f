"""The verbs of convening: call together under a form, lay its papers open, begin, end, call off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session, col, select

from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor, record
from deliberation.communities.models import Community
from deliberation.identity.models import is_held_over
from deliberation.matters.days import day_of
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Matter
from deliberation.matters.moving import permit
from deliberation.matters.moving import tell as tell_matter
from deliberation.matters.proceedings import begin_planned, begin_proceeding, replace_proceeding, settle_proceeding
from deliberation.matters.talk_rules import first_day, past_talking
from deliberation.matters.timing import stop_clock
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.rooms import convening_rules as rules
from deliberation.rooms.convening_models import (
    Convening,
    LaidPaper,
    answers_of,
    convening_of_room,
    invitation_of,
    invitations_of,
    papers_of,
    talk_count,
)
from deliberation.rooms.form_file import load, shipped, text_of
from deliberation.rooms.form_rules import CLERK, MEETING, FormRole, check_days, may_begin, may_start, vacant
from deliberation.rooms.form_rules import days_of as form_days
from deliberation.rooms.models import Room
from deliberation.vocabulary import Act, Role, _


@dataclass(frozen=True)
class Call:
    """What the convenor writes: form, what about, where, when; the days for papers where no rule gives a number."""

    form: str
    title: str
    starts_at: datetime
    body: str = ""
    place: str = ""
    papers_days: int | None = None
    is_at_once: bool = False


def state_of(convening: Convening) -> str:
    return rules.state_of(convening.begun_at, convening.closed_at, is_cancelled=convening.is_cancelled)


def acting(act: str, standing: Standing, convening: Convening | None) -> Actor:
    """Who acts, if they may now. Raises Refused."""
    refuse_if(rules.may(act, standing.roles, state_of(convening) if convening else ""))
    role = next(role for role in Role if role in rules.PERMITS[act].roles and role in standing.roles)
    return Actor(role.value, standing.person_id or None)


def convene(
    session: Session, now: datetime, *, matter: Matter, community: Community, call: Call, standing: Standing
) -> Convening:
    """Call people together on a matter under a form. Raises Refused, Invalid."""
    actor = acting("convene", standing, None)
    facts = facts_of(session, matter, now, community)
    refuse_if(past_talking(facts))
    _check(call, facts)
    text = text_of(call.form)
    form = load(text)
    made = Convening(
        community_id=community.id, matter_id=matter.id, step=matter.stage, form=form.id, form_text=text,
        title=call.title, body=call.body, place=call.place, starts_at=call.starts_at, papers_days=call.papers_days,
        convened_by_id=actor.person_id, convened_at=now,
    )  # fmt: skip
    session.add(made)
    session.flush()
    data = {
        "matter": matter.id, "form": form.id, "version": form.version,
        "rules": sha256(text.encode()).hexdigest(), "papers_days": made.days.count,
    }  # fmt: skip
    secrets = {"title": call.title, "place": call.place, "body": call.body}
    enter(session, Act.CONVENING_MADE, made, actor, data, secrets)
    title = f"{form.title}：{call.title}"
    begin_proceeding(
        session, now, matter=matter, kind="convening", subject=made.topic, title=title, due_at=call.starts_at,
        source=form.source,
    )  # fmt: skip
    return made


def _check(call: Call, facts: Facts) -> None:
    if call.form not in shipped():
        raise Invalid({"form": Refusal(_("请从列出的选项中选择"))})
    if not call.is_at_once and (no := rules.check_start(call.starts_at, facts.now)):
        raise Invalid({"starts_at": no})
    if no := check_days(shipped()[call.form], call.papers_days):
        raise Invalid({"papers_days": no})
    if not call.is_at_once and (no := too_soon(call, facts)):
        raise Invalid({"starts_at": no})


def too_soon(call: Call, facts: Facts) -> Refusal | None:
    """Why the day that is named cannot be kept: its papers, laid open today, or the notice would lack their days."""
    form, whole = shipped()[call.form], facts.whole_days_between
    number = form_days(form, call.papers_days)
    no = may_start(form, number, facts.now, call.starts_at, facts.zone, whole_days=whole)
    notice = first_day(facts)
    if (
        notice is None
        or call.starts_at >= notice.at
        or (no and no.facts["on"] >= notice.at.astimezone(facts.zone).date())
    ):
        return no
    return notice.refusal


def enter(
    session: Session,
    act: Act,
    convening: Convening,
    actor: Actor,
    data: dict,
    secrets: dict[str, str] | None = None,
    *,
    object_: str = "",
    owner: int | None = None,
) -> None:
    """An entry about what was convened, on the matter's topic."""
    record(
        session, act, convening.community_id, object_ or convening.topic, actor=actor, data=data, secrets=secrets,
        topic=f"matter/{convening.matter_id}", owner=owner,
    )  # fmt: skip


def lay_paper(
    session: Session,
    now: datetime,
    *,
    convening: Convening,
    paper: str,
    subject: str,
    title: str,
    standing: Standing,
) -> LaidPaper:
    """Lay something of the dossier open as one of the form's papers; its days run from now. Raises Refused, Invalid."""
    actor = acting("lay_paper", standing, convening)
    if paper not in {each.id for each in convening.rules.papers}:
        raise Invalid({"paper": Refusal(_("请从列出的选项中选择"))})
    made = LaidPaper(
        convening_id=convening.id, paper=paper, subject=subject, title=title, at=now, by_id=actor.person_id
    )
    session.add(made)
    session.flush()
    enter(session, Act.MATERIAL_LAID, convening, actor, {"paper": paper, "subject": subject})
    return made


def papers_refusal(session: Session, now: datetime, *, convening: Convening, community: Community) -> Refusal | None:
    """Why the papers keep it from beginning."""
    laid = {name: each.at for name, each in papers_of(session, convening.id).items()}
    facts = facts_of(session, session.get(Matter, convening.matter_id), now, community)
    whole = facts.whole_days_between
    return may_begin(convening.rules, convening.days, laid, now, community.zone, whole_days=whole)


def vacant_roles(
    session: Session, now: datetime, *, convening: Convening, community: Community
) -> tuple[FormRole, ...]:
    """The roles that the form needs and nobody was invited to, or holds in the community."""
    held = {one.role for one in invitations_of(session, convening.id) if one.holds}
    if is_held_over(session, community, [Role.CLERK], day_of(now, community.zone)):
        held.add(CLERK)
    return vacant(convening.rules, held)


def local_start(session: Session, convening: Convening) -> datetime:
    """The hour that people were told, by the community's clock."""
    return convening.starts_at.astimezone(session.get(Community, convening.community_id).zone)


def give_room(
    session: Session, now: datetime, *, convening: Convening, community: Community, room: Room, standing: Standing
) -> None:
    """Hold it in a room that was just opened. Raises Refused: papers, the hour, or it was held before."""
    acting("begin", standing, convening)
    refuse_if(rules.not_before(convening.rules, local_start(session, convening), now))
    refuse_if(papers_refusal(session, now, convening=convening, community=community))
    convening.room_id, convening.begun_at = room.id, now
    session.add(convening)
    session.flush()
    replace_proceeding(session, subject=convening.topic, by=room.topic)


def begin(session: Session, now: datetime, *, convening: Convening, community: Community, standing: Standing) -> None:
    """Begin what needs no meeting: from now people answer in writing, or are visited. Raises Refused."""
    actor = acting("begin", standing, convening)
    matter = session.get(Matter, convening.matter_id)
    permit("open_room", standing, facts_of(session, matter, now, community))
    if convening.rules.manner == MEETING:
        refuse_if(Refusal(_("开会协商请打开协商室")))
    refuse_if(papers_refusal(session, now, convening=convening, community=community))
    convening.begun_at, convening.step = now, matter.stage
    session.add(convening)
    session.flush()
    enter(session, Act.CONVENING_BEGUN, convening, actor, {"matter": matter.id, "form": convening.form})
    begin_planned(session, now, subject=convening.topic, step=matter.stage)


def close(session: Session, now: datetime, *, convening: Convening, standing: Standing) -> None:
    """End a written inquiry after its day, or visits. Raises Refused."""
    actor = acting("close", standing, convening)
    if convening.room_id is not None:
        refuse_if(Refusal(_("请在协商室结束协商")))
    refuse_if(rules.may_close_writing(convening.rules, local_start(session, convening), now))
    convening.closed_at = now
    session.add(convening)
    session.flush()
    data = {"answers": len(answers_of(session, convening.id)), "talks": talk_count(session, convening.id)}
    enter(session, Act.CONVENING_CLOSED, convening, actor, data)
    settle_proceeding(session, now, subject=convening.topic, is_minuted=False)


def cancel(session: Session, now: datetime, *, convening: Convening, reason: str, standing: Standing) -> None:
    """Call it off before it began, with a reason; nobody owes a reply any more. Raises Refused."""
    actor = acting("cancel", standing, convening)
    convening.is_cancelled, convening.closed_at, convening.why_cancelled = True, now, reason
    session.add(convening)
    session.flush()
    for each in invitations_of(session, convening.id):
        stop_clock(session, now, subject=f"invitation/{each.id}")
    enter(session, Act.CONVENING_CANCELLED, convening, actor, {"matter": convening.matter_id}, {"reason": reason})
    settle_proceeding(session, now, subject=convening.topic)


def end_wait(session: Session, now: datetime, *, convening: Convening, person_id: int) -> None:
    """Who wrote the answer or came has replied, without the form of a reply: nobody waits for them any more."""
    asked = invitation_of(session, convening.id, person_id)
    if asked is not None and asked.due_at is not None:
        stop_clock(session, now, subject=f"invitation/{asked.id}")


def came_into(session: Session, now: datetime, room: Room, person_id: int) -> None:
    """The same for whoever was invited into a room."""
    found = convening_of_room(session, room.id)
    if found is not None:
        end_wait(session, now, convening=found, person_id=person_id)


def room_closed(session: Session, now: datetime, room: Room) -> None:
    """What was held in a room is over with it."""
    found = session.exec(select(Convening).where(Convening.room_id == room.id)).first()
    if found is not None and found.closed_at is None:
        found.closed_at = now
        session.add(found)


def waiting_here(session: Session, matter_id: int) -> list[Convening]:
    """Meetings of a matter that were convened and have not begun."""
    found = select(Convening).where(
        Convening.matter_id == matter_id, col(Convening.begun_at).is_(None), col(Convening.closed_at).is_(None)
    )
    rows = session.exec(found.order_by(col(Convening.starts_at), col(Convening.id)))
    return [each for each in rows if each.rules.manner == MEETING]


def tell_dossier(session: Session, convening: Convening) -> None:
    """Who has the dossier open sees it anew."""
    tell_matter(session, session.get(Matter, convening.matter_id))
