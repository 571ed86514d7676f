"""Duties and their dates, who may report and inspect, and the three rates: pure, integers only."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from deliberation.refusal import Refusal
from deliberation.vocabulary import ROLE_NAMES, Role, _

KEPT, LATE, RUNNING, OVERDUE = "kept", "late", "running", "overdue"
STATES: dict[str, str] = {OVERDUE: _("逾期"), RUNNING: _("正在办"), LATE: _("办了，晚于期限"), KEPT: _("按期办结")}
"""In the order in which the board shows them: what hurts first."""

KINDS: dict[str, str] = {
    "task": _("落实事项"),
    "answer_objection": _("答复异议"),
    "convene": _("应联名召集会议"),
    "posting": _("公示"),
    "invitation": _("应邀答复"),
    "other": _("其他时限"),
}
ORDERS: dict[str, str] = {
    "state": _("逾期的在前"),
    "due": _("期限近的在前"),
    "latest": _("期限远的在前"),
    "title": _("按事项"),
}

OFFICES = (Role.OFFICER, Role.CHAIR, Role.CLERK, Role.MEMBER, Role.REPRESENTATIVE, Role.OFFICIAL, Role.LIAISON)
"""As what a task is taken on, the nearest to the work first; who holds none of these takes it on as a resident."""
APART = _("村民委员会组织法第三十七条、城市居民委员会组织法第三十六条")


@dataclass(frozen=True)
class Duty:
    """One line of the board: what is owed by whom, until when. ``due_on`` is the last day in the community's zone.

    ``title`` is as somebody wrote it, or a gettext key; ``office`` a gettext key, ``who`` a name or empty.
    """

    kind: str
    title: str
    url: str
    place: str
    office: str
    who: str
    due_at: datetime
    due_on: date
    state: str
    source: str
    about: str = ""
    stopped_on: date | None = None
    days: int = 0
    """By how much: days left, days overdue, days late, days early."""
    is_ripe: bool = False
    """A posting whose days have run and that may be closed."""
    ruled: str = ""
    """What became of the resolution on which it rests, in words; empty while that is simply in force."""

    @property
    def mark(self) -> tuple[str, str]:
        return mark_of(self.state, self.days, is_ripe=self.is_ripe)


def state_of(due_at: datetime, stopped_at: datetime | None, now: datetime) -> str:
    """``running``, ``kept``, ``late`` (done, after its time) or ``overdue``; at ``due_at`` itself it is too late."""
    if stopped_at is None:
        return OVERDUE if now >= due_at else RUNNING
    return LATE if stopped_at >= due_at else KEPT


def distance(state: str, due_on: date, today: date, stopped_on: date | None) -> int:
    """Days left while it runs, overdue since, late or early by; never below 0."""
    days = (due_on - (stopped_on or today)).days
    return max(0, days if state in (RUNNING, KEPT) else -days)


def mark_of(state: str, days: int, *, is_ripe: bool = False) -> tuple[str, str]:
    """(gettext key with ``{n}`` for the days, look of its tag) of where a duty stands."""
    if is_ripe:
        return _("期满，可以结束"), "open"
    marks = {
        OVERDUE: ((_("逾期{n}天"), "late"), (_("今天逾期"), "late")),
        RUNNING: ((_("还剩{n}天"), "open"), (_("今天到期"), "open")),
        LATE: ((_("晚{n}天办结"), ""), (_("过时办结"), "")),
        KEPT: ((_("提前{n}天办结"), "done"), (_("按期办结"), "done")),
    }
    return marks[state][0 if days else 1]


def in_order(duties: Iterable[Duty], order: str) -> list[Duty]:
    """As one of ``ORDERS``; an unknown word is the first of them."""
    soonest = sorted(duties, key=lambda one: (one.due_at, one.title))
    if order == "due":
        return soonest
    if order == "latest":
        return soonest[::-1]
    if order == "title":
        return sorted(soonest, key=lambda one: one.title)
    ranks = list(STATES)
    done = {KEPT, LATE}
    # What is done is read from the newest backwards, what is open from the nearest onwards.
    return sorted(soonest, key=lambda one: (ranks.index(one.state), _backwards(one) if one.state in done else 0))


def _backwards(duty: Duty) -> float:
    return -duty.due_at.timestamp()


def counts(duties: Iterable[Duty]) -> dict[str, int]:
    """How many of each state, none left out."""
    found = dict.fromkeys(STATES, 0)
    for one in duties:
        found[one.state] += 1
    return found


def office_of(roles: Collection[str]) -> str:
    """The gettext key of the office in which somebody takes on a task."""
    return ROLE_NAMES[next((role for role in OFFICES if role in roles), Role.RESIDENT)]


def may_be_due(due_on: date, today: date) -> Refusal | None:
    """A date that has passed obliges nobody."""
    if due_on < today:
        return Refusal(_("期限{on}已经过去"), {"on": due_on}, remedy=_("请写今天或者以后的日期"))
    return None


def may_report(person_id: int, roles: Collection[str], owner_id: int) -> Refusal | None:
    """The owner reports, or the officer for them (for one who has no phone)."""
    if person_id == owner_id or Role.OFFICER in roles:
        return None
    return Refusal(_("由承办这件事的人或者承办人员报告"), remedy=_("请他们来报告"))


def may_inspect_work(inspector_id: int, owner_ids: Collection[int]) -> Refusal | None:
    """Nobody inspects a matter in which they carry something out themselves."""
    if inspector_id not in owner_ids:
        return None
    return Refusal(
        _("您在这件议题里承办落实事项，不能同时监督检查"), remedy=_("请监督委员会其他成员检查"), source=APART
    )


@dataclass(frozen=True)
class Rate:
    """A share with its base. ``said`` is the sentence with ``{whole}`` and ``{part}``, ``none`` the one without."""

    name: str
    part: int
    whole: int
    said: str
    none: str

    @property
    def share(self) -> int:
        """In ten-thousandths, rounded half up: nothing is decided by a rate. 0 without a base."""
        return (self.part * 20_000 + self.whole) // (2 * self.whole) if self.whole else 0


def known_rate(part: int, whole: int) -> Rate:
    """知晓率: told ÷ to be told."""
    said = _("以应告知的{whole}人次为基数，已告知并有凭据的{part}人次。")
    return Rate(_("知晓率"), part, whole, said, _("还没有发过告知"))


def taken_part_rate(part: int, whole: int) -> Rate:
    """参与率: spoke, proposed, objected or voted ÷ were told of it or stood on the roster of a poll."""
    said = _("以应参加的{whole}人次为基数，提议、发言、提异议或者投票的{part}人次。")
    return Rate(_("参与率"), part, whole, said, _("还没有人应参加的议题"))


def carried_out_rate(part: int, whole: int) -> Rate:
    """执行率: carried out ÷ decided."""
    return Rate(
        _("执行率"), part, whole, _("以已决定的{whole}件为基数，记录了实施结果的{part}件。"), _("还没有已决定的事项")
    )
