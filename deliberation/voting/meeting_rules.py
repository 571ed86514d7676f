"""A meeting: when it may open, stop, go on and end; the code at its door; whether enough are there. Pure."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from deliberation.refusal import Refusal
from deliberation.vocabulary import _
from deliberation.voting.tally_result import Finding
from deliberation.voting.tally_terms import AnyOf, Base, Measure, Rule, plain_tests

CONVENED, OPEN, ADJOURNED, ENDED = "convened", "open", "adjourned", "ended"
STATES = {CONVENED: _("已召集，还没有开始"), OPEN: _("正在开会"), ADJOURNED: _("休会"), ENDED: _("已结束")}
HELD, NO_QUORUM, CANCELLED = "held", "no_quorum", "cancelled"
ENDS = {HELD: _("会议结束"), NO_QUORUM: _("没有达到法定人数，会议不成立"), CANCELLED: _("会议取消")}
BY_CODE, BY_LIST, BY_SEARCH = "code", "list", "search"
WAYS = {BY_CODE: _("扫码签到"), BY_LIST: _("按名单登记"), BY_SEARCH: _("签到处登记")}
LATEST = timedelta(days=366)
LOCAL = _("本地设置")

# --- the code at the door ---------------------------------------------------------------------------------------------

WINDOW = 30
"""Seconds for which one code is shown. It is taken in its own window and in the one after."""
TICKET = 5
"""Windows for which somebody who has scanned may take to press the button; bound to their account."""
STALE = Refusal(
    _("这个签到码已经换过了"), remedy=_("请再扫一次会场里现在显示的二维码，或者到签到处由记录员登记"), late=True
)


def window_of(at: datetime) -> int:
    return int(at.timestamp()) // WINDOW


def door_code(secret: str, meeting_id: int, window: int) -> str:
    """The code of one window: nobody can reckon the next one from it."""
    return _sign(secret, f"code/{meeting_id}/{window}")[:20]


def ticket(secret: str, meeting_id: int, person_id: int, window: int) -> str:
    """What a form carries after the code was scanned: of use to this person only."""
    return f"{window}.{_sign(secret, f'ticket/{meeting_id}/{person_id}/{window}')[:32]}"


def _sign(secret: str, words: str) -> str:
    return hmac.new(bytes.fromhex(secret), f"deliberation/door/{words}".encode(), hashlib.sha256).hexdigest()


def may_scan(secret: str, meeting_id: int, code: str, now: datetime) -> Refusal | None:
    """Why this code does not open the door at this instant."""
    window = window_of(now)
    good = [door_code(secret, meeting_id, each) for each in (window, window - 1)]
    return None if any(_same(code, each) for each in good) else STALE


def may_use_ticket(secret: str, meeting_id: int, person_id: int, shown: str, now: datetime) -> Refusal | None:
    """Why this ticket no longer counts, or never did for this person and this meeting."""
    number, _dot, _mac = shown.partition(".")
    if not (number.isascii() and number.isdigit() and len(number) < 12):
        return STALE
    if not 0 <= window_of(now) - int(number) < TICKET:
        return STALE
    return None if _same(shown, ticket(secret, meeting_id, person_id, int(number))) else STALE


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


# --- whether enough are there -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """One who counts, as the roster says it."""

    person_id: int
    household: str = ""
    area: int | None = None
    label: str = ""


@dataclass(frozen=True, slots=True)
class Quorum:
    """Each test of the quorum put to who is there. ``by_presence``: the rule asks who is there, not who takes part."""

    tests: tuple[Finding, ...]
    holds: bool
    by_presence: bool


def amounts(lines: Iterable[Counts], people: Set[int] | None = None) -> dict[Measure, int]:
    """How many people, how much area and how many households these lines are; of ``people`` only, if they are named."""
    mine = [line for line in lines if people is None or line.person_id in people]
    return {
        Measure.HEADS: len({line.person_id for line in mine}),
        Measure.AREA: sum(line.area or 0 for line in mine),
        Measure.HOUSEHOLDS: len({line.household for line in mine if line.household}),
    }


def quorum_of(rule: Rule, there: Mapping[Measure, int], whole: Mapping[Measure, int]) -> Quorum:
    """The quorum of a rule as far as it can be told from who is there. A rule without one is always reached."""

    def find(test):
        return Finding("quorum", test, there[test.measure], whole[test.measure])

    findings = tuple(find(test) for test in plain_tests(rule.quorum))
    holds = all(
        any(find(test).holds for test in each.tests) if isinstance(each, AnyOf) else find(each).holds
        for each in rule.quorum
    )
    return Quorum(findings, holds, any(each.requirement.who is Base.PRESENT for each in findings))


def enough_counted(quorum: Quorum, rule: Rule, counted: int) -> bool:
    """Whether so many people counted in the hall are enough: who sits there for a household is one person."""
    known = {each.requirement: each for each in quorum.tests}

    def holds(test):
        found = known[test]
        return Finding("quorum", test, counted, found.denominator).holds

    return all(
        any(holds(test) for test in each.tests) if isinstance(each, AnyOf) else holds(each) for each in rule.quorum
    )


def may_count(quorum: Quorum) -> Refusal | None:
    """A count of heads says nothing where the law asks for area or for who takes part."""
    if quorum.by_presence and all(each.requirement.measure is not Measure.AREA for each in quorum.tests):
        return None
    return Refusal(_("这种会议的法定人数看参加表决的人和面积，清点会场里的人不能代替"))


# --- the meeting's own acts -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What of a meeting decides over its acts."""

    state: str
    starts_at: datetime
    until: datetime | None = None
    open_polls: int = 0
    is_short: bool = False


OVER = Refusal(_("会议已经结束"), late=True)
NOT_BEGUN = Refusal(_("会议还没有开始"), remedy=_("由主持人宣布开会"))
VOTING = Refusal(_("会上还有表决没有结束"), remedy=_("先结束表决并计票"))


def may_plan(starts_at: datetime | None, now: datetime) -> Refusal | None:
    """Why a meeting cannot be called for then."""
    if starts_at is not None and starts_at < now:
        return Refusal(_("开会时间已经过去"))
    if starts_at is not None and starts_at > now + LATEST:
        return Refusal(_("开会时间不能晚于一年以后"))
    return None


def may_open(one: Standing, now: datetime, zone: tzinfo) -> Refusal | None:
    """Nobody opens it before the hour for which people were called: who comes in time must not come too late."""
    if one.state == ENDED:
        return OVER
    if one.state != CONVENED:
        return Refusal(_("会议已经开始"), late=True)
    if now < one.starts_at:
        when = one.starts_at.astimezone(zone)
        return Refusal(_("会议通知的时间是{when}，不能提前开会"), {"when": when}, source=LOCAL)
    return None


def may_sign_in(one: Standing, now: datetime, zone: tzinfo) -> Refusal | None:
    """The door is open on the day of the meeting, and closed while it is interrupted."""
    if one.state == ENDED:
        return Refusal(_("会议已经结束，不能再签到"), late=True)
    if one.state == ADJOURNED:
        return Refusal(_("现在休会，复会以后重新签到"))
    if one.state == CONVENED and now.astimezone(zone).date() < one.starts_at.astimezone(zone).date():
        return Refusal(_("还没有到开会的日子，开会当天签到"), source=LOCAL)
    return None


def may_run(one: Standing) -> Refusal | None:
    """What only goes in a meeting that is going on."""
    match one.state:
        case "ended":
            return OVER
        case "convened":
            return NOT_BEGUN
        case "adjourned":
            return Refusal(_("现在休会"), remedy=_("先宣布复会"))
    return None


def may_adjourn(one: Standing) -> Refusal | None:
    return may_run(one) or (VOTING if one.open_polls else None)


def may_resume(one: Standing, now: datetime, zone: tzinfo) -> Refusal | None:
    if one.state != ADJOURNED:
        return Refusal(_("会议没有休会"), late=one.state == ENDED)
    if one.until is not None and now < one.until:
        when = one.until.astimezone(zone)
        return Refusal(_("已经宣布{when}继续开会，不能提前复会"), {"when": when}, source=LOCAL)
    return None


def may_end(one: Standing) -> Refusal | None:
    """One that was never opened may be called off."""
    if one.state == ENDED:
        return OVER
    return VOTING if one.open_polls else None


def may_give_up(one: Standing, quorum: Quorum, has_voted: bool) -> Refusal | None:
    """Why the meeting cannot be declared void for want of a quorum."""
    if no := NOT_BEGUN if one.state == CONVENED else may_end(one):
        return no
    if has_voted:
        return Refusal(_("会上已经表决过，以表决结果为准"), late=True)
    if not quorum.by_presence:
        return Refusal(_("这种会议看参加表决的人，不能只因到会的少宣布不成立"))
    if quorum.holds and not one.is_short:
        return Refusal(_("到会已经达到法定人数"))
    return None


def may_vote_now(one: Standing, quorum: Quorum, needs_door: bool) -> Refusal | None:
    """Why no poll may be opened in this meeting now. ``needs_door``: only who is signed in counts."""
    if no := may_run(one):
        return no
    if one.is_short:
        return Refusal(
            _("清点人数没有达到法定人数，不能打开表决"), remedy=_("等人到齐后重新清点，或者休会、宣布会议不成立")
        )
    if needs_door and not quorum.holds:
        return Refusal(_("签到的人没有达到法定人数，不能打开表决"), remedy=_("等人到齐，或者休会、宣布会议不成立"))
    return None
