"""Questions from the floor: who may put and back one, in which order they stand, what the chair does with them. Pure.

The order is by how many want a question answered, then by the time at which it was put; the chair calls one up at a time,
which need not be the first, and each stays to be seen when it was answered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Protocol

from deliberation.refusal import Refusal
from deliberation.rooms.limits_rules import LOCAL
from deliberation.rooms.rules import OBSERVER, Part
from deliberation.vocabulary import _

MOST_OPEN = 3
"""Questions of one person that are neither answered nor withdrawn, so that nobody fills the list. A local setting."""
MOST_QUESTION, MOST_ANSWER, MOST_WHO = 200, 500, 60


class Question(Protocol):
    id: int | None
    person_id: int
    at: datetime
    called_at: datetime | None
    answered_at: datetime | None
    withdrawn_at: datetime | None
    hiding_id: int | None


def is_open(question: Question) -> bool:
    """Waits for its answer."""
    return question.answered_at is None and question.withdrawn_at is None and question.hiding_id is None


def is_called(question: Question) -> bool:
    return is_open(question) and question.called_at is not None


def in_order(questions: Iterable[Question], backings: Mapping[int, int]) -> list[Question]:
    """The one that is called up, then those that wait by how many back them, then those answered, the newest first."""

    def place(one: Question) -> tuple[int, float, float, int]:
        if is_open(one):
            return (0 if is_called(one) else 1, -backings.get(one.id, 0), one.at.timestamp(), one.id)
        return (2, 0, -(one.answered_at or one.at).timestamp(), -one.id)

    shown = (one for one in questions if one.withdrawn_at is None and one.hiding_id is None)
    return sorted(shown, key=place)


def may_question(part: Part) -> Refusal | None:
    """Whoever only listens puts and backs questions where the form of the meeting lets them."""
    if OBSERVER in part.roles and not part.asks:
        return Refusal(_("按这次协商的形式，旁听的人不提问"), remedy=_("会后可以交书面意见"))
    return None


def may_put(own: Iterable[Question]) -> Refusal | None:
    if sum(is_open(one) for one in own) >= MOST_OPEN:
        return Refusal(
            _("每人最多有{most}个等着回答的提问"), {"most": MOST_OPEN}, _("等回答了，或者撤回一个，再提"), source=LOCAL
        )
    return None


def may_back(question: Question, person_id: int) -> Refusal | None:
    if question.person_id == person_id:
        return Refusal(_("自己的提问，由别人支持"))
    return _against_waiting(question)


def may_drop(question: Question) -> Refusal | None:
    """One takes one's own back until it is called up: from then on it is the hall's."""
    if no := _against_waiting(question):
        return no
    if question.called_at is not None:
        return Refusal(_("这个提问正在回答，不能撤回"), late=True)
    return None


def may_call(question: Question, questions: Iterable[Question]) -> Refusal | None:
    if no := _against_waiting(question):
        return no
    if any(is_called(one) for one in questions):
        return Refusal(_("已经请出了一个提问"), remedy=_("先记下它的回答，再请下一个"))
    return None


def may_answer(question: Question) -> Refusal | None:
    return _against_waiting(question)


def check_answer(answer: str, by: str) -> Refusal | None:
    if not (answer or by):
        return Refusal(_("请写回答的要点，或者写由谁回答"))
    return None


def _against_waiting(question: Question) -> Refusal | None:
    if question.hiding_id is not None:
        return Refusal(_("这个提问已经隐藏"), late=True)
    if question.withdrawn_at is not None:
        return Refusal(_("这个提问已经撤回"), late=True)
    if question.answered_at is not None:
        return Refusal(_("这个提问已经回答"), late=True)
    return None
