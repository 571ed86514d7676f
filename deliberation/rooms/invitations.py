"""The verbs of inviting: by name, as a guest with a one-time link, or a department that owes a reply by a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community, root
from deliberation.delivery.actions import list_deliveries
from deliberation.delivery.letters import Letter, LetterSource
from deliberation.identity.actions import add_person
from deliberation.identity.models import Person, person
from deliberation.identity.sign_ins import issue_guest_link
from deliberation.matters.days import day_of
from deliberation.matters.models import Matter
from deliberation.matters.timing import resume_clock, start_clock, stop_clock
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.rooms import convening_rules as rules
from deliberation.rooms.actions import part_of
from deliberation.rooms.chairing_rules import UNSEAT
from deliberation.rooms.convening import acting, enter, state_of, tell_dossier
from deliberation.rooms.convening_models import Convening, Invitation, convening, first_written, invitation_of
from deliberation.rooms.form_rules import LOCAL, VISITS, WRITTEN
from deliberation.rooms.intervening import Doing, intervene
from deliberation.rooms.lot_places import may_come_back
from deliberation.rooms.seating import came_to
from deliberation.rooms.unseating import open_room_of, seat, unseat
from deliberation.translation import say_date, say_datetime
from deliberation.vocabulary import Act, Role, _

TINY = timedelta(microseconds=1)
"""What ends at 24:00 ends on the day before."""
WHEN = {WRITTEN: "书面答复截止", VISITS: "计划谈完"}
"""What the hour of a convening is where nobody meets at it."""


@dataclass(frozen=True)
class Asked:
    """Whom an invitation is for: a person who is known, or the name of a guest; as what, for whom, until when."""

    role: str
    person_id: int = 0
    guest: str = ""
    office: str = ""
    asks: str = ""
    due_at: datetime | None = None
    lot_id: int | None = None
    ticket: int | None = None


def invite(session: Session, now: datetime, *, convening: Convening, asked: Asked, standing: Standing) -> Invitation:
    """Invite one person. A guest gets an account that holds no role anywhere. Raises Refused, Invalid."""
    actor = acting("invite", standing, convening)
    known = bool(asked.person_id) and invitation_of(session, convening.id, asked.person_id) is not None
    refuse_if(rules.may_invite(convening.rules, asked.role, known=known))
    if no := rules.check_due(asked.role, asked.due_at, convening.starts_at, now):
        raise Invalid({"due_on": no})
    return put_in(session, now, convening=convening, asked=asked, actor=actor)


def put_in(session: Session, now: datetime, *, convening: Convening, asked: Asked, actor: Actor) -> Invitation:
    """Write an invitation, its entry, its clock, and put it into the inbox."""
    person_id = asked.person_id or _guest(session, now, asked.guest, actor).id
    made = Invitation(
        convening_id=convening.id, person_id=person_id, role=asked.role, office=asked.office, asks=asked.asks,
        is_guest=not asked.person_id, lot_id=asked.lot_id, ticket=asked.ticket, due_at=asked.due_at, at=now,
        by_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    object_ = f"invitation/{made.id}"
    data = {
        "convening": convening.id, "role": asked.role, "guest": int(made.is_guest), "lot": asked.lot_id or 0,
        "due": int(asked.due_at is not None),
    }  # fmt: skip
    secrets = {"person": f"person/{person_id}"} | ({"office": asked.office} if asked.office else {})
    enter(session, Act.INVITATION_MADE, convening, actor, data, secrets, object_=object_, owner=person_id)
    _send(session, now, convening, made)
    seat(session, now, convening, person_id)
    tell_dossier(session, convening)
    return made


def _guest(session: Session, now: datetime, name: str, actor: Actor) -> Person:
    """Registered with the installation and with no community, so that they belong nowhere and count nowhere."""
    return add_person(session, now, community=root(session), actor=actor, name=name)


def _send(session: Session, now: datetime, convening: Convening, made: Invitation) -> None:
    object_, matter = f"invitation/{made.id}", session.get(Matter, convening.matter_id)
    list_deliveries(
        session, now, community_id=convening.community_id, subject=object_, topic=f"matter/{matter.id}",
        title=convening.title, people=[made.person_id],
    )  # fmt: skip
    if made.due_at is not None:
        start_clock(
            session, now, matter=matter, community_id=convening.community_id, subject=object_, kind="invitation",
            title=made.office or convening.title, owner=convening.rules.role(made.role).title, owner_id=made.person_id,
            due_at=made.due_at, source=LOCAL,
        )  # fmt: skip


def guest_link(
    session: Session, now: datetime, *, convening: Convening, invitation: Invitation, standing: Standing
) -> str:
    """A one-time link for a guest, shown once. Raises Refused."""
    actor = acting("invite", standing, convening)
    if not invitation.is_guest or not invitation.holds:
        refuse_if(Refusal(_("只有外来的人才用一次性链接，有账号的人自己登录")))
    return issue_guest_link(session, now, who=person(session, invitation.person_id), actor=actor)


def reply(
    session: Session,
    now: datetime,
    *,
    convening: Convening,
    invitation: Invitation,
    answer: str,
    words: str,
    standing: Standing,
) -> None:
    """The invited person's reply, or what they told the clerk. Raises Refused, Invalid."""
    is_own = standing.person_id == invitation.person_id
    withdrawn = invitation.withdrawn_at is not None
    refuse_if(rules.may_reply(is_own=is_own, roles=standing.roles, state=state_of(convening), withdrawn=withdrawn))
    by_self = bool(invitation.reply) and invitation.replied_by_id == invitation.person_id
    refuse_if(rules.may_overwrite(is_own=is_own, by_self=by_self))
    if answer not in rules.REPLIES:
        raise Invalid({"reply": Refusal(_("请从列出的选项中选择"))})
    if no := rules.check_reply(convening.rules, invitation.role, invitation.reply, answer, words):
        raise Invalid({"words": no})
    wrote = invitation.person_id in first_written(session, convening.id)
    if answer == rules.DECLINES:
        came = invitation.person_id in came_to(session, convening)
        refuse_if(rules.may_decline(is_own=is_own, came=came, wrote=wrote, state=state_of(convening)))
    had_declined = not invitation.holds
    takes_back = had_declined and convening.rules.manner == WRITTEN
    refuse_if(rules.may_still_write(state_of(convening), convening.starts_at, now) if takes_back else None)
    refuse_if(may_come_back(session, invitation) if had_declined and answer != rules.DECLINES else None)
    invitation.reply, invitation.words = "" if takes_back else answer, words
    # Whether it came in time is a matter of the first answer: changing it later makes nobody late, nor in time.
    invitation.replied_at = None if takes_back else invitation.replied_at or now
    invitation.replied_by_id = standing.person_id
    late = rules.is_late(
        invitation.due_at, invitation.replied_at, first_written(session, convening.id).get(invitation.person_id)
    )
    session.add(invitation)
    session.flush()
    data = {"convening": convening.id, "own": int(is_own), "late": int(late)}
    object_ = f"invitation/{invitation.id}"
    actor = Actor(_role(standing), standing.person_id)
    # What one person answers is theirs, as a mark is: erased with them, and read by nobody before its day.
    secrets = {"reply": answer} | ({"words": words} if words else {})
    enter(
        session, Act.INVITATION_ANSWERED, convening, actor, data, secrets, object_=object_, owner=invitation.person_id
    )
    if takes_back and not wrote:  # The answer is owed again.
        resume_clock(session, subject=object_)
    else:
        stop_clock(session, now, subject=object_)
    if answer == rules.DECLINES:
        unseat(session, now, convening=convening, invitation=invitation, actor=actor)
    elif had_declined:
        seat(session, now, convening, invitation.person_id)
    tell_dossier(session, convening)


def _role(standing: Standing) -> str:
    return next((role.value for role in Role if role in standing.roles), Role.VISITOR.value)


def withdraw(
    session: Session,
    now: datetime,
    *,
    convening: Convening,
    invitation: Invitation,
    standing: Standing,
    reason: str = "",
) -> None:
    """Take an invitation back: the seat is gone at once, what was said stays. While the room is running that is an
    intervention, with a reason and appealable like all that is done to a debate. Whoever sets aside what a lot has drawn
    says why at any time. Raises Refused, Invalid (``reason``)."""
    actor = acting("withdraw_invitation", standing, convening)
    refuse_if(Refusal(_("这份邀请已经撤回"), late=True) if invitation.withdrawn_at else None)
    here = open_room_of(session, convening) if invitation.holds else None
    if not reason and (here or invitation.lot_id):
        raise Invalid({"reason": Refusal(_("协商已经开始，或者是抽签产生的人，撤回邀请要写理由"))})
    invitation.withdrawn_at = now
    session.add(invitation)
    session.flush()
    object_ = f"invitation/{invitation.id}"
    data, secrets = {"convening": convening.id}, {"reason": reason} if reason else None
    if here is not None:
        part = part_of(session, here, standing)
        made = intervene(session, now, room=here, what=Doing(UNSEAT, reason, invitation=invitation), part=part)
        data |= {"room": here.id, "intervention": made.id}
    enter(session, Act.INVITATION_WITHDRAWN, convening, actor, data, secrets, object_=object_)
    stop_clock(session, now, subject=object_)
    unseat(session, now, convening=convening, invitation=invitation, actor=actor)
    tell_dossier(session, convening)


# --- the letter in the inbox


def open_letter(session: Session, id: int) -> Letter | None:
    """What the invited person reads."""
    found = session.get(Invitation, id)
    if found is None:
        return None
    about = convening(session, found.convening_id)
    zone = session.get(Community, about.community_id).zone
    form, when = about.rules, about.starts_at.astimezone(zone)
    role = form.role(found.role)
    lines = [
        f"请您以“{role.title}”的身份参加{form.title}：{about.title}。",
        f"{WHEN.get(form.manner, '时间')}：{say_datetime(when, 'zh-Hans')}"
        + (f"　地点：{about.place}" if about.place else ""),
        *([f"请您：{found.asks}"] if found.asks else []),
        *(["您是抽签产生的。名单和种子都公开，任何人可以重算。"] if found.lot_id else []),
    ]
    if found.due_at:
        lines.append(f"请在{say_date(day_of(found.due_at - TINY, zone), 'zh-Hans')}前答复。")
    url = f"/convenings/{about.id}"
    return Letter(_("邀请"), about.title, "\n".join(lines), found.at, about=about.title, url=url)


def letter_over(session: Session, id: int) -> bool:
    found = session.get(Invitation, id)
    return found is None or not found.holds or convening(session, found.convening_id).closed_at is not None


SOURCE = LetterSource(open_letter, lambda _session, _now, _id: None, letter_over)
