"""征求意见: how one is drawn up, opened, extended and closed; who may do what in it; how its days are counted. Pure.

Days that a point has for a draft are set by the letter that came with it (来函), never by this program: the letter's own
day, or a number of working days (工作日) that the liaison writes down (domain.md 4.5).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from deliberation.matters.days import WorkingDays, midnight, working_deadline
from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import ROLE_NAMES, Role, _

DRAFTING, OPEN, CLOSED = "drafting", "open", "closed"
BEFORE = "before"
"""Where a solicitation stands that does not exist yet."""
STAGES: dict[str, str] = {DRAFTING: _("起草中"), OPEN: _("征求意见中"), CLOSED: _("已截止")}

POINT_KINDS: dict[str, str] = {
    "neighbourhood": _("居民区"),
    "business": _("楼宇园区"),
    "organisation": _("社区组织"),
    "profession": _("专业机构"),
}
"""信息采集点 of four kinds, as the first of the national points has them (domain.md 7)."""

NAMED, PSEUDONYMOUS, ANONYMOUS = "named", "pseudonymous", "anonymous"
NAMINGS: dict[str, str] = {NAMED: _("实名"), PSEUDONYMOUS: _("化名"), ANONYMOUS: _("匿名")}

MOST_QUESTIONS, MOST_GROUPS, MOST_DAYS = 12, 30, 250
FARTHEST = 3 * 366
"""Days until which a last day may be set."""
LOCAL = _("本地设置")


@dataclass(frozen=True)
class Permit:
    """One line of the table: the act, its Chinese name, the roles that may, and where the solicitation must stand."""

    act: str
    title: str
    roles: str
    where: tuple[str, ...]

    def allows(self, roles: Collection[str]) -> bool:
        return bool(set(self.roles.split()) & set(roles))


# The liaison keeps the solicitation; collectors bring in what was said. Giving an opinion is no office: opinion_rules.may_give.
PERMITS: tuple[Permit, ...] = (
    Permit("draft_solicitation", _("起草征求意见"), "liaison", (BEFORE,)),
    Permit("take_on", _("承接上级的征求意见"), "liaison", (BEFORE,)),
    Permit("change_solicitation", _("修改征求意见"), "liaison", (DRAFTING,)),
    Permit("name_points", _("安排采集点和采集人"), "liaison", (DRAFTING, OPEN)),
    Permit("open_solicitation", _("发起征求意见"), "liaison", (DRAFTING,)),
    Permit("extend_solicitation", _("延长征求意见"), "liaison", (OPEN,)),
    Permit("read_opinions", _("看全部意见"), "liaison", (OPEN, CLOSED)),
    Permit("publish_opinion", _("公开意见"), "liaison", (OPEN, CLOSED)),
    Permit("type_opinion", _("录入线下意见"), "liaison collector", (OPEN, CLOSED)),
    Permit("handle_opinions", _("整理和处理意见"), "liaison", (OPEN, CLOSED)),
    Permit("submit_opinions", _("上报意见"), "liaison", (OPEN, CLOSED)),
    Permit("extend_submitting", _("延长上报期限"), "liaison", (OPEN, CLOSED)),
    Permit("receive_submissions", _("收下联系点的上报"), "liaison", (OPEN, CLOSED)),
    Permit("import_opinions", _("批量导入意见"), "liaison", (OPEN, CLOSED)),
    Permit("export_opinions", _("导出意见汇总表"), "liaison", (OPEN, CLOSED)),
    Permit("carry_opinions", _("把意见带到后一稿"), "liaison", (CLOSED,)),
    Permit("adopt_opinions", _("决定采纳情况"), "liaison", (CLOSED,)),
    Permit("answer_opinions", _("答复意见"), "liaison", (CLOSED,)),
    Permit("feed_back", _("向联系点下传反馈"), "liaison", (CLOSED,)),
    Permit("take_feedback", _("收下上级的反馈"), "liaison", (OPEN, CLOSED)),
    Permit("set_answers_due", _("定答复期限"), "liaison", (OPEN, CLOSED)),
    Permit("tell_authors", _("登记已经告诉本人"), "liaison collector", (CLOSED,)),
)
_BY_ACT = {permit.act: permit for permit in PERMITS}
ROLES = tuple(role.value for role in Role)


def may(act: str, roles: Collection[str], stage: str) -> Refusal | None:
    """Why somebody with these roles may not do the act while the solicitation stands there."""
    permit = _BY_ACT[act]
    if not permit.allows(roles):
        names = Word(ROLE_NAMES[Role(permit.roles.split()[0])])
        return Refusal(_("这件事由立法联系点的{role}办理"), {"role": names})
    if stage not in permit.where:
        return NOT_CLOSED if stage == OPEN and permit.where == (CLOSED,) else _WHERE[stage]
    return None


NOT_CLOSED = Refusal(_("征求意见还没有截止"), remedy=_("截止以后再办"))
_WHERE: dict[str, Refusal] = {
    BEFORE: Refusal(_("还没有这次征求意见")),
    DRAFTING: Refusal(_("征求意见还没有开始")),
    OPEN: Refusal(_("征求意见已经开始，不能再改"), remedy=_("时间不够的，可以说明理由延长"), late=True),
    CLOSED: Refusal(_("征求意见已经截止"), late=True),
}


@dataclass(frozen=True)
class Terms:
    """What the liaison writes: the letter's facts, the days, what is asked and of whom, how one may sign."""

    title: str
    letter_from: str
    letter_no: str = ""
    letter_on: date | None = None
    asks_contacts: bool = False
    about: str = ""
    questions: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    namings: tuple[str, ...] = (NAMED, PSEUDONYMOUS, ANONYMOUS)
    without_account: bool = False
    days: int | None = None
    until_on: date | None = None
    submit_by: date | None = None
    """By when the points below hand up what they gathered, where it is asked of points."""


def mistakes(terms: Terms, today: date) -> dict[str, Refusal]:
    """What is wrong with the terms, by field: exactly one way to say the last day, and at least one way to sign."""
    found: dict[str, Refusal] = {}
    if (terms.days is None) == (terms.until_on is None):
        found["until_on"] = Refusal(_("请写来函给的截止日期，或者写几个工作日，只写一样"))
    elif terms.days is not None and not 1 <= terms.days <= MOST_DAYS:
        found["days"] = Refusal(_("请填写{least}到{most}之间的整数"), {"least": 1, "most": MOST_DAYS})
    elif terms.until_on is not None and terms.until_on < today:
        found["until_on"] = Refusal(_("截止日期已经过去"))
    elif terms.until_on is not None and (no := too_far(terms.until_on, today)):
        found["until_on"] = no
    if terms.letter_on is not None and terms.letter_on > today:
        found["letter_on"] = Refusal(_("来函日期在今天以后"))
    if terms.submit_by is not None and terms.submit_by < today:
        found["submit_by"] = Refusal(_("上报期限已经过去"))
    elif terms.submit_by is not None and (no := too_far(terms.submit_by, today)):
        found["submit_by"] = no
    if not terms.namings or set(terms.namings) - set(NAMINGS):
        found["namings"] = Refusal(_("请至少选一种署名方式"))
    if len(terms.questions) > MOST_QUESTIONS:
        found["questions"] = Refusal(_("最多写{most}行"), {"most": MOST_QUESTIONS})
    if len(terms.groups) > MOST_GROUPS:
        found["groups"] = Refusal(_("最多写{most}行"), {"most": MOST_GROUPS})
    return found


def too_far(until_on: date, today: date) -> Refusal | None:
    """A last day years away is a slip of the hand."""
    return Refusal(_("截止日期太远"), source=LOCAL) if (until_on - today).days > FARTHEST else None


def lines(typed: str) -> tuple[str, ...]:
    """One thing a line, the same one once, in the order typed."""
    return tuple(dict.fromkeys(" ".join(line.split()) for line in typed.splitlines() if line.strip()))


def closes(opened_at: datetime, terms: Terms, zone: tzinfo, is_working_day: WorkingDays) -> datetime:
    """The instant at which it closes: 24:00 of the letter's day, or of the last working day."""
    if terms.until_on is not None:
        return midnight(terms.until_on + timedelta(days=1), zone)
    return working_deadline(opened_at, terms.days or 0, zone, is_working_day)


def may_open(questions: Iterable[str], articles: int, opened_at: datetime, closes_at: datetime) -> Refusal | None:
    """Residents understand it before they are asked: at least one key question in plain words, and a text to read."""
    if not articles:
        return Refusal(_("这份草案还没有读出条文，不能征求意见"), remedy=_("请先核对草案的条文"))
    if not any(question.strip() for question in questions):
        return Refusal(_("请先用大白话写至少一个想问居民的问题"), source=LOCAL)
    if closes_at <= opened_at:
        return Refusal(_("截止时间已经过去"), remedy=_("请先改截止日期"), late=True)
    return None


def may_extend(closes_at: datetime, to: datetime, reason: str) -> Refusal | None:
    """Only to a later day, and only with a reason, which everybody reads."""
    if to <= closes_at:
        return Refusal(_("新的截止时间要晚于现在的截止时间"))
    if not reason.strip():
        return Refusal(_("请写明为什么延长"))
    return None


def permissions_table() -> str:
    """The whole table as plain text, checked in as ``tests/legislation/solicitation_permissions.txt``."""
    rows = [f"{'act':<22}{'stage':<11}" + " ".join(ROLES)]
    for permit in PERMITS:
        for stage in (BEFORE, *STAGES):
            if stage in permit.where:
                marks = [("x" if role in permit.roles.split() else ".").ljust(len(role)) for role in ROLES]
                rows.append((f"{permit.act:<22}{stage:<11}" + " ".join(marks)).rstrip())
    return "\n".join(rows) + "\n"
