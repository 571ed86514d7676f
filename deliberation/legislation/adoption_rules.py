"""采纳情况: what may become of an opinion, with which reasons and words, and how answers are counted. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

ADOPTED, PARTLY, NOT_ADOPTED, REFERENCE = "adopted", "partly", "not_adopted", "reference"
ADOPTIONS: dict[str, str] = {
    ADOPTED: _("采纳"),
    PARTLY: _("部分采纳"),
    NOT_ADOPTED: _("未采纳"),
    REFERENCE: _("研究参考"),
}
"""采纳情况 as the table of opinions has it (contracts.md); the keys of ``OpinionCount`` in the dimension ``adoption``."""
REASONS: dict[str, str] = {
    "covered": _("其他法律已有规定"),
    "elsewhere": _("不属于本法调整的范围，已转有关部门"),
    "detail": _("属于实施办法的内容，制定实施办法时研究"),
    "divided": _("各方面意见不一致，继续研究"),
    "merged": _("已经和同类意见一起写进新稿"),
}
"""Reasons to begin from; whoever decides puts them into the words of the case."""
MOST_REASON, MOST_TEXT = 500, 4_000
INBOX, CODE, POINT = "inbox", "code", "point"
BY_HAND: dict[str, str] = {
    "letter": _("寄信或者送信"),
    "visit": _("当面"),
    "phone": _("电话"),
    "meeting": _("在座谈会上"),
    "board": _("张贴"),
}
"""How somebody told an author of whom the platform has no account."""
WAYS: dict[str, str] = {INBOX: _("站内"), CODE: _("凭回执码查看"), POINT: _("经报来的联系点"), **BY_HAND}
NO_REASON = Refusal(_("未采纳的要写理由，提意见的人看得到"))
NO_TEXT = Refusal(_("请选新稿里的文字，或者写明采纳在哪里"), remedy=_("两样至少有一样"))


@dataclass(frozen=True)
class Decision:
    """What was decided: in which words of the next version it shows, why, and which body said so to the point."""

    kind: str
    reason: str = ""
    article: str = ""
    text: str = ""
    told_by: str = ""
    letter: str = ""
    told_on: date | None = None


@dataclass(frozen=True)
class Case:
    """An opinion that is decided on."""

    is_withdrawn: bool = False
    is_merged: bool = False
    """Merged into another: it goes with its lead."""
    stands: int | None = None
    """The decision that stands."""


def mistakes(made: Decision, today: date) -> dict[str, Refusal]:
    """What is wrong with a decision, by field."""
    found: dict[str, Refusal] = {}
    if made.kind not in ADOPTIONS:
        found["decision"] = Refusal(_("请从列出的选项中选择"))
    elif made.kind == NOT_ADOPTED and not made.reason.strip():
        found["reason"] = NO_REASON
    elif made.kind in (ADOPTED, PARTLY) and not (made.text.strip() or made.reason.strip()):
        found["text"] = NO_TEXT
    if len(made.reason) > MOST_REASON:
        found["reason"] = Refusal(_("最多{most}字，现在是{now}字"), {"most": MOST_REASON, "now": len(made.reason)})
    if (made.letter or made.told_on) and not made.told_by:
        found["told_by"] = Refusal(_("写了文号或者日期的，请写是谁告知的"))
    if made.told_on is not None and made.told_on > today:
        found["told_on"] = Refusal(_("日期在今天以后"))
    return found


MEANWHILE = Refusal(_("刚才已经有人作了决定，请看过再定"), late=True)


def may_decide(one: Case, seen: int | None) -> Refusal | None:
    """Whether this opinion may be decided on; ``seen`` is the decision that stood when the page was opened."""
    if one.is_withdrawn:
        return Refusal(_("意见已经撤回"), late=True)
    if one.is_merged:
        return Refusal(_("这条意见已经并入同类意见，随代表意见一起决定"), remedy=_("要单独决定的，请先拆出来"))
    if one.stands != seen:
        return MEANWHILE
    return None


def may_answer(waiting: int, is_running: bool) -> Refusal | None:
    """Whether authors can be told now."""
    if is_running:
        return Refusal(_("上一批答复还在送出"), remedy=_("请过一会儿再来"), late=True)
    if not waiting:
        return Refusal(_("没有等着答复的决定"), late=True)
    return None


def due_mistakes(day: date, today: date, closed_on: date) -> Refusal | None:
    """A day for answers is the point's own to set; before the end of the asking there is nothing to answer."""
    if day < closed_on:
        return Refusal(_("答复期限在截止日期以前"))
    if (day - today).days > 3 * 366:
        return Refusal(_("答复期限太远"))
    return None


@dataclass(frozen=True)
class Rates:
    """How far the answering is. ``standing``: opinions that are not withdrawn; the others are among them."""

    standing: int
    decided: int
    answered: int
    by_kind: tuple[tuple[str, int], ...]
    late: int | None
    """Answered after the due day, or not at all though it is past; None where no day was set."""
    due: int = 0
    """Opinions for whose answers a day was set: what the late ones are a share of."""


def rates(
    standing: int,
    decided: dict[str, int],
    answered: dict[str, int],
    days: dict[str, int],
    due: tuple[date | None, date],
) -> Rates:
    """Counted from the kinds of decisions, of those answered, and the days of answers; ``due`` is (due day, today)."""
    last, today = due
    told = sum(answered.values())
    late = None
    if last is not None:
        late = sum(count for day, count in days.items() if day > last.isoformat())
        late += max(0, standing - told) if today > last else 0
    kinds = tuple((kind, answered.get(kind, 0)) for kind in ADOPTIONS)
    return Rates(standing, sum(decided.values()), told, kinds, late, standing if last is not None else 0)


def share(part: int, whole: int) -> str:
    """Per cent with one digit, rounded down; nothing of nothing."""
    tenths = part * 1000 // whole if whole else 0
    return f"{tenths // 10}.{tenths % 10}%"
