"""What a form adds to minutes: who came as what, the headings to fill in, what is missing when they are issued."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from deliberation.assemblies.models import Standing
from deliberation.communities.models import Community
from deliberation.directions import laid_open
from deliberation.identity.models import names_of
from deliberation.matters.engine import outcomes
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, Matter
from deliberation.matters.moving import close_document, issue_document
from deliberation.matters.proceedings import settle_proceeding
from deliberation.matters.rules import may as may_in_matter
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.rooms.convening import acting, state_of
from deliberation.rooms.convening_models import (
    Convening,
    Invitation,
    answers_of,
    convening_of_room,
    first_written,
    invitations_of,
    papers_of,
    talk_count,
    talks_of,
)
from deliberation.rooms.convening_rules import COMES, DECLINES, DEPARTMENT, EXPERT, REPLIES, WRITES, is_late, may
from deliberation.rooms.form_rules import Form, Happened, Item, lacking, may_seal, named, sections
from deliberation.rooms.invitations import WHEN
from deliberation.rooms.lot_minutes import lot_lines
from deliberation.rooms.minutes import LABELS
from deliberation.rooms.minutes_exits import with_exit
from deliberation.rooms.minutes_keeping import Wording, check_days, keep_minutes
from deliberation.rooms.models import Room, attendance_of
from deliberation.rooms.seating import came_to, heard_in
from deliberation.rooms.section_drafts import opinions_by_position, opinions_in_talks, written_by_itself
from deliberation.rooms.unseated import how_withdrawn
from deliberation.translation import say_datetime
from deliberation.vocabulary import Role, _


def with_form(session: Session, room: Room, draft: str) -> str:
    """The draft of a room's minutes with what its form asks for; unchanged where it has none."""
    convening = convening_of_room(session, room.id)
    if convening is None:
        return draft
    return _joined(session, convening, draft, written_by_itself(session, room))


def _joined(session: Session, convening: Convening, draft: str, filled: Mapping[str, str] | None = None) -> str:
    """What it was, when, under whom and who came stand first; the form, lots and invitations follow; then what was said."""
    form = convening.rules
    first, _gap, said = draft.partition("\n\n")
    head = [
        first,
        *_called(convening),
        f"形式：{form.title}。依据：{form.source}",
        *_steps(form),
        *_laid(session, convening),
    ]
    head += [*lot_lines(session, convening), *_invited(session, convening)]
    tail = [f"【{title}】\n{(filled or {}).get(id, '')}" for id, title in sections(form).items()]
    return laid_open("\n".join([*head, "", said.rstrip(), "", *tail])).rstrip() + "\n"


def _called(convening: Convening) -> list[str]:
    """What whoever was called was to know and to answer, in the words of the call."""
    return [f"要大家知道和回答的：{convening.body}"] if convening.body else []


def _steps(form: Form) -> list[str]:
    """The agenda as the form orders it."""
    steps = "；".join(f"{nth}. {item.title}" for nth, item in enumerate(form.agenda, 1))
    return [f"程序：{steps}"] if steps else []


def _laid(session: Session, convening: Convening) -> list[str]:
    papers = papers_of(session, convening.id)
    zone = session.get(Community, convening.community_id).zone
    days = {name: each.at.astimezone(zone) for name, each in papers.items()}
    return [
        f"材料：{item.title}《{papers[item.id].title}》，{days[item.id]:%Y}年{days[item.id].month}月{days[item.id].day}日公开"
        for item in convening.rules.papers
        if item.id in papers
    ]


def _invited(session: Session, convening: Convening) -> list[str]:
    """Every invitation with its reply: departments in full, so that their answers stand in the minutes."""
    form, here = convening.rules, came_to(session, convening)
    found = [one for one in invitations_of(session, convening.id) if not one.withdrawn_at or one.person_id in here]
    names = names_of(session, {each.person_id for each in found})
    wrote = first_written(session, convening.id)
    said = {
        each.id: _became(each, here, wrote) + _late(each, wrote) + _withdrawn(session, convening, each)
        for each in found
    }
    return [_invitation(form, each, names[each.person_id], said[each.id]) for each in found]


def _withdrawn(session: Session, convening: Convening, each: Invitation) -> str:
    """When and by whom the invitation of somebody who had come was withdrawn."""
    if each.withdrawn_at is None:
        return ""
    at = each.withdrawn_at.astimezone(session.get(Community, convening.community_id).zone)
    by_id, _reason = how_withdrawn(session, each)
    by = f"由{names_of(session, {by_id})[by_id]}" if by_id else ""
    return f"，{at.month}月{at.day}日{at.hour}:{at.minute:02}{by}撤回邀请"


def _late(each: Invitation, wrote: Mapping[int, datetime]) -> str:
    return "，逾期" if is_late(each.due_at, each.replied_at, wrote.get(each.person_id)) else ""


def _became(each: Invitation, here: set[int], wrote: Collection[int]) -> str:
    """Whether they came, whatever they had answered; only who neither answered nor came gave no answer."""
    if each.person_id in here:
        return {WRITES: "到会，另有书面答复", DECLINES: "答复不参加，后来到会"}.get(each.reply, "到会")
    if each.person_id in wrote:
        return REPLIES[WRITES]
    if each.reply == COMES and here:
        return "答复到场，没有到会"
    return REPLIES.get(each.reply, "没有答复")


def _invitation(form: Form, each: Invitation, name: str, said: str) -> str:
    who = f"{form.role(each.role).title} {name}" + (f"（{each.office}）" if each.office else "")
    who += f"，所请事项“{each.asks}”" if each.asks else ""
    return f"邀请：{who}，{said}" + (f"：{each.words}" if each.words else "")


# --- what is missing


def missing_of(session: Session, convening: Convening, body: str) -> tuple[Item, ...]:
    """What the form asks of these minutes and is not there."""
    return lacking(convening.rules, _happened(session, convening, body))


def _happened(session: Session, convening: Convening, body: str) -> Happened:
    held = [each for each in invitations_of(session, convening.id) if each.withdrawn_at is None]
    names = names_of(session, {each.person_id for each in held})
    heard = heard_in(session, convening)
    answered = {each.person_id for each in answers_of(session, convening.id)}
    written = {each.person_id for each in held if each.reply == WRITES}
    experts = [each for each in held if each.role == EXPERT and each.reply != DECLINES]
    silent = [each for each in experts if each.person_id not in heard | answered | written]
    here = came_to(session, convening) | answered
    departments = [each for each in held if each.role == DEPARTMENT and not each.reply and each.person_id not in here]
    came = attendance_of(session, convening.room_id) if convening.room_id else []
    return Happened(
        attended=sum(each.counts for each in came),
        spoken=len(heard),
        answered=len(answered | written),
        talked=talk_count(session, convening.id),
        experts_silent=(
            tuple(names[each.person_id] for each in silent) if experts or convening.form != "expert_advice" else ("",)
        ),
        departments_silent=tuple(each.office or names[each.person_id] for each in departments),
        body=body,
    )


def sealed_body(session: Session, convening: Convening | None, body: str, explained: str) -> str:
    """The text as it is issued: whole, or with the sentence about what is missing. Raises Invalid (``explained``)."""
    if convening is None:
        return body
    missing = missing_of(session, convening, body)
    if no := may_seal(missing, explained):
        raise Invalid({"explained": no})
    if not missing:
        return body
    return f"{body.rstrip()}\n【缺项说明】缺{'、'.join(named(item) for item in missing)}：{explained.strip()}\n"


# --- minutes of what had no room


def draft_of(session: Session, convening: Convening, now: datetime, article: Sequence[str] = ()) -> str:
    """The draft for a written inquiry or visits: the ``article`` it was about, numbers, answers in full, talks without
    names.
    """
    place = session.get(Community, convening.community_id)
    zone = place.zone
    begun, ended = ((at or now).astimezone(zone) for at in (convening.begun_at, convening.closed_at))
    lines = [
        f"议题：{session.get(Matter, convening.matter_id).title}",
        f"内容：{convening.title}",
        f"时间：{begun.year}年{begun.month}月{begun.day}日至{ended.year}年{ended.month}月{ended.day}日",
        f"{WHEN[convening.rules.manner]}：{say_datetime(convening.starts_at.astimezone(zone), 'zh-Hans')}",
        *_ran(session, convening),
        "",
        *(["【议的条文】", *article, ""] if article else []),
    ]
    answers, talks = answers_of(session, convening.id), talks_of(session, convening.id)
    names = names_of(session, {each.person_id for each in answers})
    if convening.rules.manner == "written":
        asked = sum(each.holds for each in invitations_of(session, convening.id))
        lines.append(f"书面答复：{len(answers)}份；专门邀请{asked}人。")
        lines += [
            f"{nth}. {names[each.person_id]}" + (f"，{LABELS[each.position]}" if each.position else "")
            + ("（代为录入）" if each.typed_by_id else "") + f"：“{each.body}”"
            for nth, each in enumerate(answers, 1)
        ]  # fmt: skip
    else:
        lines.append(f"走访约谈：{len(talks)}次。谈话对象的姓名不写入纪要。")
        lines += [f"{nth}. {_day(each.held_at, zone)}：{each.body}" for nth, each in enumerate(talks, 1)]
    filled = {"opinions": opinions_by_position(session, answers)} if answers else {}
    if talks:
        filled = {"opinions": opinions_in_talks(talks)}
    return _joined(session, convening, "\n".join(lines), filled)


def _ran(session: Session, convening: Convening) -> list[str]:
    """Who called it, and who went to see people."""
    went = sorted({each.by_id for each in talks_of(session, convening.id)})
    names = names_of(session, {convening.convened_by_id, *went})
    return [
        f"召集人：{names[convening.convened_by_id]}",
        *([f"走访人：{'、'.join(names[id] for id in went)}"] if went else []),
    ]


def _day(at: datetime, zone) -> str:
    local = at.astimezone(zone)
    return f"{local.month}月{local.day}日"


def may_draft(convening: Convening, standing: Standing) -> Refusal | None:
    """Chair or clerk, once, after it ended without a room."""
    if convening.minutes_id is not None:
        return Refusal(_("会议纪要已经形成"), remedy=_("有出入的，可以补正"), late=True)
    return may("draft_minutes", standing.roles, state_of(convening))


def exits_of(session: Session, convening: Convening, now: datetime, standing: Standing) -> tuple[str, ...]:
    """How the chair may end the step with these minutes."""
    facts = facts_of(session, session.get(Matter, convening.matter_id), now)
    if facts.is_ended or facts.stage != convening.step or facts.step.closes_with != "minutes":
        return ()
    return outcomes(facts) if standing.has(Role.CHAIR) else ()


def file_minutes(
    session: Session,
    now: datetime,
    *,
    convening: Convening,
    wording: Wording,
    standing: Standing,
) -> Document:
    """Issue the minutes of a written inquiry or visits; with an outcome they close their step. Raises Refused."""
    refuse_if(may_draft(convening, standing))
    actor = acting("draft_minutes", standing, convening)
    check_days(convening, wording)
    outcome, matter = wording.outcome, session.get(Matter, convening.matter_id)
    body = sealed_body(session, convening, wording.body, wording.explained)
    found = exits_of(session, convening, now, standing)
    if found:
        body = with_exit(body, facts_of(session, matter, now), found, outcome)
    known = {"convening": convening.id, "answers": len(answers_of(session, convening.id))}
    document = issue_document(
        session, now, matter=matter, kind="minutes", title=wording.title, body=body, actor=actor, facts=known
    )
    convening.minutes_id = document.id
    session.add(convening)
    session.flush()
    keep_minutes(session, now, document=document, chosen_days=wording.days, convening=convening)
    settle_proceeding(session, now, subject=convening.topic, is_minuted=True)
    if outcome:
        refuse_if(may_in_matter("confirm_minutes", standing.roles, facts_of(session, matter, now)))
        close_document(session, now, matter=matter, document=document, actor=actor, outcome=outcome)
    return document
