"""What may become of a statement: replying to it, taking it back, reading what was hidden. Pure.

Replies have one level: a reply is about something that was said, and everything is read in the order in which it was said.
"""

from __future__ import annotations

from dataclasses import dataclass

from deliberation.refusal import Refusal
from deliberation.rooms.limits_rules import LOCAL
from deliberation.rooms.rules import CHAIR, SUPERVISOR, Part
from deliberation.vocabulary import _

MOST_FILES = 3
"""Files of one statement. A local setting."""
MOST_BYTES = 40 * 2**20
"""Of all files of one person in one room. A local setting."""
MOST_IN_TURN = 10
"""Statements that somebody hands in themselves in one turn. A local setting."""


@dataclass(frozen=True)
class State:
    """How a statement stands: whose it is, whether it is a reply, and whether its words are still shown."""

    person_id: int
    is_reply: bool = False
    is_hidden: bool = False
    is_withdrawn: bool = False


def may_reply(state: State) -> Refusal | None:
    """Nobody answers words that nobody can read, and a reply is not replied to."""
    if state.is_hidden:
        return Refusal(_("这条发言已经隐藏，不能回复"), remedy=_("您写的还在，可以不作为回复交"), late=True)
    if state.is_withdrawn:
        return Refusal(_("这条发言已经撤回，不能回复"), remedy=_("您写的还在，可以不作为回复交"), late=True)
    if state.is_reply:
        return Refusal(_("这条发言本身是回复"), remedy=_("请回复它所回复的那一条"))
    return None


def may_bring(before: int, more: int) -> Refusal | None:
    """Against more bytes of files than one person has in one room; ``before`` are there."""
    if more and before + more > MOST_BYTES:
        return Refusal(
            _("一个人在一次协商里的附件一共最大{most}兆，已经交了{before}兆"),
            {"most": MOST_BYTES >> 20, "before": -(-before >> 20)},
            _("您写的还在，请不带附件交，或者换小一些的文件"),
            source=LOCAL,
        )
    return None


def may_add_files(state: State, before: int, more: int) -> Refusal | None:
    """Against files that come later to a statement; ``before`` are there."""
    if state.is_withdrawn:
        return Refusal(_("这条发言已经撤回"), late=True)
    if state.is_hidden:
        return Refusal(_("这条发言已经隐藏，不能补交附件"), remedy=_("不同意隐藏的，可以申诉"), late=True)
    if before + more > MOST_FILES:
        return Refusal(
            _("一条发言最多{most}个附件，已经有{before}个"), {"most": MOST_FILES, "before": before}, source=LOCAL
        )
    return None


def may_say_more(said: int) -> Refusal | None:
    """Against more statements in one turn than somebody says there; ``said`` are there."""
    if said >= MOST_IN_TURN:
        return Refusal(
            _("一次发言最多交{most}条"), {"most": MOST_IN_TURN}, _("您写的还在，请等下一次轮到您时再交"), source=LOCAL
        )
    return None


def may_take_back(state: State) -> Refusal | None:
    """What the chair has hidden is appealed against and not withdrawn, so that both stay to be counted apart."""
    if state.is_withdrawn:
        return Refusal(_("这条发言已经撤回"), late=True)
    if state.is_hidden:
        return Refusal(_("这条发言已经隐藏，不能撤回"), remedy=_("不同意隐藏的，可以申诉"), late=True)
    return None


def may_read(state: State, part: Part) -> Refusal | None:
    """Words that are not shown any more are kept for whose they are, the chair and the supervisors."""
    if not (state.is_hidden or state.is_withdrawn):
        return None
    if part.roles & {CHAIR, SUPERVISOR} or (part.person_id and part.person_id == state.person_id):
        return None
    return Refusal(_("原话只有发言人、主持人和监督员可以看"))
