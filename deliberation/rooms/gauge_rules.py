"""An advisory show of opinion (意向测评): how one may be asked, when its result may be seen. Pure.

As with maps of opinion nobody sees sums before they are released, the chair included, so that nobody follows the crowd
(rivals.md, Polis); and what fewer than three people marked is not published, because it would be persons (audit.md 2.2).
"""

from __future__ import annotations

from collections.abc import Sequence

from deliberation.refusal import Refusal
from deliberation.rooms.limits_rules import LOCAL
from deliberation.rooms.map_rules import MARKS, SMALLEST_GROUP
from deliberation.vocabulary import _

NOT_ASKED = Refusal(_("这次测评开始以后您才被邀请，从下一次测评起参加"))
OPTIONS, AGREE, STATEMENT, SCALE = "options", "agree", "statement", "scale"
KINDS: dict[str, str] = {
    OPTIONS: _("几个选项里选一个"),
    AGREE: _("对一件事同意不同意"),
    STATEMENT: _("对一条发言同意不同意"),
    SCALE: _("打分"),
}
AGREEMENT = tuple(words for _value, words in MARKS.values())
FEWEST_STEPS, USUAL_STEPS, MOST_STEPS = 3, 5, 10
MOST_HANDS = 9_999
"""Hands that the clerk can enter for one answer: what four digits hold."""


def answers_of(kind: str, options: Sequence[str], steps: int) -> list[str]:
    """The answers that people can give."""
    if kind == SCALE:
        return [str(step) for step in range(1, steps + 1)]
    return list(AGREEMENT if kind in (AGREE, STATEMENT) else options)


def check_steps(steps: int) -> Refusal | None:
    if not FEWEST_STEPS <= steps <= MOST_STEPS:
        return Refusal(_("打分从1到{fewest}至{most}"), {"fewest": FEWEST_STEPS, "most": MOST_STEPS})
    return None


def may_release(*, is_open: bool, is_released: bool, is_minuted: bool) -> Refusal | None:
    """The chair publishes what is closed, once, and before the minutes that shall carry it."""
    if is_open:
        return Refusal(_("这次意向测评还没有结束"), remedy=_("先结束测评，再公布结果"))
    if is_released:
        return Refusal(_("这次意向测评的结果已经公布"), late=True)
    if is_minuted:
        return Refusal(_("会议纪要已经形成，没有公布的测评不再公布"), late=True)
    return None


def are_few(marked: int) -> bool:
    """Whether so few have marked that the sums would tell who marked what."""
    return 0 < marked < SMALLEST_GROUP


def check_hands(hands: Sequence[int], answers: int, unmarked: int) -> Refusal | None:
    """One number for each answer, together no more than those who came, count and have not marked on a device."""
    if len(hands) != answers or not all(0 <= each <= MOST_HANDS for each in hands):
        return Refusal(_("每个选项填一个人数，最多{most}"), {"most": MOST_HANDS}, source=LOCAL)
    if sum(hands) > unmarked:
        remedy = _("现场有没签到的，先替他们登记")
        return Refusal(_("签到的人里，没有在手机上表态的只有{n}人"), {"n": unmarked}, remedy=remedy)
    return None


def middle(counts: Sequence[int]) -> int:
    """On a scale the step of the person in the middle (the lower of two), from 1; 0 where nobody marked."""
    half, seen = (sum(counts) + 1) // 2, 0
    for step, count in enumerate(counts, 1):
        seen += count
        if count and seen >= half:
            return step
    return 0
