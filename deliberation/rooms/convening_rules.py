"""Convening under a form: who may, in which state what can still be done, invitations and their replies. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from deliberation.matters.rules import CONVENERS, CONVENES, against_convening
from deliberation.refusal import Refusal, Word
from deliberation.rooms.form_rules import MEETING, WRITTEN, Form, FormRole
from deliberation.vocabulary import ROLE_NAMES, Role, _

COMES, WRITES, DECLINES = "comes", "writes", "declines"
REPLIES: dict[str, str] = {COMES: _("到场"), WRITES: _("书面答复"), DECLINES: _("不参加")}
DEPARTMENT, EXPERT = "department", "expert"
PLANNED, RUNNING, OVER, CANCELLED = "planned", "running", "over", "cancelled"
STATES: dict[str, str] = {
    PLANNED: _("准备中"),
    RUNNING: _("进行中"),
    OVER: _("已结束"),
    CANCELLED: _("已取消"),
}
RUNS = CONVENERS
WRITES_DOWN = frozenset({Role.CHAIR, Role.OFFICER, Role.CLERK})
SEES_NAMES = WRITES_DOWN | {Role.SUPERVISOR, Role.AUDITOR}
LEAST_DAYS, MOST_DAYS = 0, 365


@dataclass(frozen=True)
class Permit:
    """One line of the table: the act, its name, who may do it, and in which states."""

    title: str
    roles: frozenset[str]
    states: tuple[str, ...]


def _permit(title: str, roles: Iterable[str], *states: str) -> Permit:
    return Permit(title, frozenset(roles), states)


PERMITS: dict[str, Permit] = {
    "convene": _permit(CONVENES, RUNS, ""),
    "lay_paper": _permit(_("公开材料"), WRITES_DOWN, PLANNED, RUNNING),
    "invite": _permit(_("邀请"), WRITES_DOWN, PLANNED, RUNNING),
    "withdraw_invitation": _permit(_("撤回邀请"), RUNS, PLANNED, RUNNING),
    "note_reply": _permit(_("登记答复"), WRITES_DOWN, PLANNED, RUNNING, OVER),
    "commit_lot": _permit(_("准备抽签"), RUNS, PLANNED),
    "draw_lot": _permit(_("抽签"), RUNS, PLANNED),
    "call_substitute": _permit(_("请候补"), RUNS, PLANNED, RUNNING),
    "begin": _permit(_("开始"), {Role.CHAIR}, PLANNED),
    "note_talk": _permit(_("记录谈话"), WRITES_DOWN | {Role.MEMBER, Role.REPRESENTATIVE}, RUNNING),
    "type_answer": _permit(_("代为录入书面答复"), WRITES_DOWN, RUNNING),
    "close": _permit(_("结束"), {Role.CHAIR}, RUNNING),
    "draft_minutes": _permit(_("形成会议纪要"), {Role.CHAIR, Role.CLERK}, OVER),
    "cancel": _permit(_("取消"), RUNS, PLANNED),
}


def may(act: str, roles: Iterable[str], state: str) -> Refusal | None:
    """Why somebody with these roles may not do this now, or ``None``. Raises KeyError."""
    permit = PERMITS[act]
    if act == "convene" and (no := against_convening(roles)):
        return no
    if not permit.roles & frozenset(roles):
        who = [Word(ROLE_NAMES[role]) for role in Role if role in permit.roles]
        return Refusal(_("“{act}”由{who}办理"), {"act": Word(permit.title), "who": who})
    if state not in permit.states:
        facts = {"act": Word(permit.title), "state": Word(STATES[state])}
        return Refusal(_("这次协商{state}，不能办理“{act}”"), facts, late=True)
    return None


def state_of(begun_at: datetime | None, closed_at: datetime | None, *, is_cancelled: bool) -> str:
    if is_cancelled:
        return CANCELLED
    if closed_at is not None:
        return OVER
    return RUNNING if begun_at is not None else PLANNED


def check_start(starts_at: datetime, now: datetime) -> Refusal | None:
    return Refusal(_("时间已经过去")) if starts_at <= now else None


def not_before(form: Form, starts_at: datetime, now: datetime) -> Refusal | None:
    """A meeting does not begin before the hour that people were told; writing and visits begin at once."""
    if form.manner == MEETING and now < starts_at:
        return Refusal(_("还没有到通知的时间，{from_when}开始"), {"from_when": starts_at})
    return None


# --- invitations


def may_invite(form: Form, role: str, *, known: bool) -> Refusal | None:
    found = form.role(role)
    if found is None or not found.invited:
        return Refusal(_("这种形式没有这种参加身份"))
    return Refusal(_("已经邀请过这个人"), late=True) if known else None


def check_due(role: str, due_at: datetime | None, starts_at: datetime, now: datetime) -> Refusal | None:
    """A department is asked until a day; nobody is asked until a day that is past, or after the meeting."""
    if role == DEPARTMENT and due_at is None:
        return Refusal(_("邀请部门要写明答复期限"))
    if due_at is not None and due_at <= now:
        return Refusal(_("答复期限已经过去"))
    if due_at is not None and due_at > starts_at:
        return Refusal(_("答复期限要在开始以前"))
    return None


def may_reply(*, is_own: bool, roles: Iterable[str], state: str, withdrawn: bool) -> Refusal | None:
    """The one who was invited, or who writes it down for them; also after the day, when it counts as late."""
    if withdrawn:
        return Refusal(_("这份邀请已经撤回"), late=True)
    if state == CANCELLED:
        return Refusal(_("这次协商已经取消"), late=True)
    return None if is_own else may("note_reply", roles, state)


def may_overwrite(*, is_own: bool, by_self: bool) -> Refusal | None:
    """What the invited person answered (``by_self``) is changed by nobody else: not by a form that was open before either."""
    if by_self and not is_own:
        return Refusal(_("本人已经答复"), remedy=_("要改的，请本人改；不再请的，撤回邀请"), late=True)
    return None


def may_decline(*, is_own: bool, came: bool, wrote: bool, state: str) -> Refusal | None:
    """Who was there or wrote is not noted as absent; whoever leaves a meeting that goes on says so themselves."""
    if wrote:
        return Refusal(_("书面答复已经交了，不能再答复不参加"), late=True)
    if came and not (is_own and state == RUNNING):
        return Refusal(_("已经到会的人，不能登记为不参加"), remedy=_("不再请的，撤回邀请"), late=True)
    return None


def replies_of(form: Form, given: str) -> dict[str, str]:
    """What an invited person may reply, who has replied so far as ``given`` says.

    An inquiry in writing has one place for answers, and nobody comes anywhere: it can be declined, and that taken back.
    """
    if form.manner != WRITTEN:
        return REPLIES
    return {COMES: _("还是要作答")} if given == DECLINES else {DECLINES: REPLIES[DECLINES]}


def check_reply(form: Form, role: str, given: str, reply: str, words: str) -> Refusal | None:
    """Whoever declines for a department says why; whoever answers in writing writes the answer."""
    if form.manner == WRITTEN and reply not in replies_of(form, given):
        return Refusal(_("书面征询只在“书面答复”里作答"), remedy=_("不参加的，请选“不参加”"))
    if reply == WRITES and not words.strip():
        return Refusal(_("请写明答复内容"))
    if reply == DECLINES and role == DEPARTMENT and not words.strip():
        return Refusal(_("部门不参加的，请写明理由"))
    return None


def is_overdue(due_at: datetime | None, replied_at: datetime | None, now: datetime) -> bool:
    return due_at is not None and replied_at is None and now >= due_at


def is_late(due_at: datetime | None, replied_at: datetime | None, wrote_at: datetime | None) -> bool:
    """Whether the reply came after its day; a written answer is one, and the first of both counts."""
    answered = [at for at in (replied_at, wrote_at) if at is not None]
    return due_at is not None and bool(answered) and min(answered) >= due_at


# --- writing


def may_answer(role: FormRole | None, state: str, starts_at: datetime, now: datetime) -> Refusal | None:
    """Whoever has a voice answers in writing until the hour that was named."""
    if state == PLANNED:
        return Refusal(_("征询还没有开始"))
    if no := may_still_write(state, starts_at, now):
        return no
    if role is None or not role.speaks:
        return Refusal(_("这次征询没有请您答复"))
    return None


def may_still_write(state: str, starts_at: datetime, now: datetime) -> Refusal | None:
    """Whether answers are taken now or will be: an answer that was declined is owed again only until then."""
    if state not in (PLANNED, RUNNING):
        return Refusal(_("征询已经结束"), late=True)
    if now >= starts_at:
        return Refusal(_("已经过了书面答复的截止时间"), late=True)
    return None


def may_close_writing(form: Form, starts_at: datetime, now: datetime) -> Refusal | None:
    """Nobody who was told of a day finds the box shut before it."""
    if form.manner == WRITTEN and now < starts_at:
        return Refusal(_("书面答复{from_when}截止，不能提前结束"), {"from_when": starts_at})
    return None


def permissions_table() -> str:
    """The table of rights as plain text: an act a line, who and when."""
    roles = [role for role in Role if any(role in permit.roles for permit in PERMITS.values())]
    lines = [f"{'act':<20}" + " ".join(roles) + "  states"]
    for act, permit in PERMITS.items():
        marks = " ".join(("x" if role in permit.roles else ".").ljust(len(role)) for role in roles)
        lines.append(f"{act:<20}{marks}  {' '.join(permit.states)}".rstrip())
    return "\n".join(lines) + "\n"
