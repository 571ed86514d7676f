"""Speaking in order: who may do what in a room, whose turn is next, when a turn ends. Pure.

The numbers are the twelve principles of rules of order for Chinese villages and communities (domain.md 2.6): two
minutes a turn, two turns a question, whoever has not spoken goes first; the chair presides and takes no side.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import _

TURN_SECONDS = 120
TURNS_EACH = 2
WARN_SECONDS = 30
EXTENSION_SECONDS = 60
SOURCE = _("罗伯特议事规则的乡村简化版（十二条）")
LOCAL = _("本地设置")

POSITIONS: dict[str, str] = {
    "for": _("赞成"),
    "against": _("反对"),
    "conditional": _("有条件"),
    "question": _("疑问"),
}
GAUGE_OPTIONS = (_("支持"), _("能接受"), _("有顾虑"), _("反对"))
FEWEST_OPTIONS, MOST_OPTIONS = 2, 6


class Turn(Protocol):
    """A turn as far as the order is concerned."""

    id: int | None
    person_id: int
    asked_at: datetime
    given_at: datetime | None
    ended_at: datetime | None
    withdrawn_at: datetime | None
    extended_seconds: int


@dataclass(frozen=True)
class Limits:
    """How long a turn lasts, how many each person has, and where these numbers come from."""

    turn_seconds: int = TURN_SECONDS
    turns_each: int = TURNS_EACH

    @property
    def source(self) -> str:
        """The statutory-like source of the common numbers; any other is a local setting."""
        return SOURCE if (self.turn_seconds, self.turns_each) == (TURN_SECONDS, TURNS_EACH) else LOCAL


@dataclass(frozen=True)
class Part:
    """What one person is in one room. ``roles`` are words of :data:`ROLES`; ``presides``: this room's own chair;
    ``stands_as``: the role in the community under which the log knows what they do in their own name.
    """

    person_id: int = 0
    roles: frozenset[str] = frozenset({"visitor"})
    presides: bool = False
    stands_as: str = "visitor"

    def acts_as(self, *preferred: str) -> str:
        """The role of an act: the first preferred one that this person has here, else what they are anyway."""
        return next((role for role in preferred if role in self.roles), self.stands_as)


CHAIR, CLERK, PARTICIPANT, VISITOR = "chair", "clerk", "participant", "visitor"
ROLES: dict[str, str] = {
    CHAIR: _("主持人"),
    CLERK: _("记录员"),
    PARTICIPANT: _("本单位的人"),
    VISITOR: _("访客"),
}


@dataclass(frozen=True)
class Permit:
    """One line of the table: the act, its name, who may do it, and whether the person concerned may as well."""

    title: str
    roles: frozenset[str]
    own: bool = False


def _permit(title: str, roles: str, *, own: bool = False) -> Permit:
    return Permit(title, frozenset(roles.split()), own)


# Everybody of the community may speak, the chair gives the word, the clerk writes for those who have no phone.
PERMITS: dict[str, Permit] = {
    "attend": _permit(_("签到"), "chair clerk participant"),
    "register": _permit(_("替现场的人登记"), "chair clerk"),
    "ask_turn": _permit(_("申请发言"), "clerk participant"),
    "withdraw_turn": _permit(_("撤回发言申请"), "chair clerk", own=True),
    "give_turn": _permit(_("准予发言"), "chair"),
    "extend_turn": _permit(_("延长发言"), "chair"),
    "end_turn": _permit(_("结束发言"), "chair", own=True),
    "make_statement": _permit(_("发言"), "clerk participant"),
    "note_statement": _permit(_("记录发言"), "chair clerk"),
    "open_gauge": _permit(_("开始意向测评"), "chair"),
    "mark_gauge": _permit(_("参加意向测评"), "clerk participant"),
    "close_gauge": _permit(_("结束意向测评"), "chair"),
    "close_room": _permit(_("结束协商"), "chair"),
}
NEUTRAL = frozenset({"ask_turn", "make_statement", "mark_gauge"})
"""What the person who presides does not do: the chair takes no part in the debate."""


def may(act: str, part: Part, *, is_open: bool, owner_id: int = 0) -> Refusal | None:
    """Why this person may not do this here, or ``None``. ``owner_id``: whose turn it is. Raises KeyError."""
    permit = PERMITS[act]
    if not is_open:
        return Refusal(_("协商已经结束，不能再办理“{act}”"), {"act": Word(permit.title)}, late=True)
    if act in NEUTRAL and part.presides:
        return Refusal(_("主持人保持中立，主持期间不参加讨论和测评"), source=SOURCE)
    if part.roles & permit.roles or (permit.own and part.person_id and part.person_id == owner_id):
        return None
    if permit.own and not part.roles & {CHAIR, CLERK, PARTICIPANT}:
        return Refusal(_("旁听的人不能办理“{act}”"), {"act": Word(permit.title)})
    who = [Word(ROLES[role]) for role in ROLES if role in permit.roles]
    return Refusal(_("“{act}”由{who}办理"), {"act": Word(permit.title), "who": who})


# --- the order of speaking


def is_waiting(turn: Turn) -> bool:
    return turn.given_at is None and turn.withdrawn_at is None


def is_speaking(turn: Turn) -> bool:
    return turn.given_at is not None and turn.ended_at is None


def speaking(turns: Iterable[Turn]) -> Turn | None:
    """The turn that was given and has not ended; there is at most one."""
    return next((turn for turn in turns if is_speaking(turn)), None)


def waiting_of(turns: Iterable[Turn], person_id: int) -> Turn | None:
    """The turn for which a person waits."""
    return next((turn for turn in turns if turn.person_id == person_id and is_waiting(turn)), None)


def times_given(turns: Iterable[Turn], person_id: int) -> int:
    """How often a person has had the word, the present turn included."""
    return sum(turn.person_id == person_id and turn.given_at is not None for turn in turns)


def queue(turns: Sequence[Turn]) -> list[Turn]:
    """Who waits, in order: those who have not spoken first, then by the time of asking."""
    spoken = {turn.person_id for turn in turns if turn.given_at is not None}
    waiting = [turn for turn in turns if is_waiting(turn)]
    return sorted(waiting, key=lambda turn: (turn.person_id in spoken, turn.asked_at, turn.id or 0))


def ends_at(turn: Turn, limits: Limits) -> datetime:
    """When the time of a turn that was given is over. Nothing happens then by itself: the chair ends it."""
    if turn.given_at is None:
        raise ValueError("a turn that was not given has no end")
    return turn.given_at + timedelta(seconds=limits.turn_seconds + turn.extended_seconds)


def seconds_spoken(turn: Turn) -> int:
    """How long a turn lasted, in whole seconds; 0 for one that was not given or has not ended."""
    if turn.given_at is None or turn.ended_at is None:
        return 0
    return round((turn.ended_at - turn.given_at).total_seconds())


def may_ask(turns: Sequence[Turn], limits: Limits, person_id: int) -> Refusal | None:
    """Once in the queue at a time, and no more often than each person has turns."""
    current = speaking(turns)
    if current is not None and current.person_id == person_id:
        return Refusal(_("现在正轮到您发言"), late=True)
    if waiting_of(turns, person_id) is not None:
        return Refusal(_("已经在等候发言，不必再申请"), late=True)
    if times_given(turns, person_id) >= limits.turns_each:
        return Refusal(
            _("每人最多发言{most}次，已经讲过{most}次"),
            {"most": limits.turns_each},
            remedy=_("可以交书面发言"),
            source=limits.source,
        )
    return None


def may_give(turn: Turn, turns: Iterable[Turn]) -> Refusal | None:
    """One speaks at a time, and only who asked."""
    if turn.withdrawn_at is not None:
        return Refusal(_("这项发言申请已经撤回"), late=True)
    if turn.given_at is not None:
        return Refusal(_("这项发言申请已经办过"), late=True)
    if speaking(turns) is not None:
        return Refusal(_("还有人正在发言"), remedy=_("先结束这次发言，再请下一位"))
    return None


def may_withdraw(turn: Turn) -> Refusal | None:
    if not is_waiting(turn):
        return Refusal(_("这项申请已经不在等候，不能撤回"), late=True)
    return None


def may_end(turn: Turn) -> Refusal | None:
    if not is_speaking(turn):
        return Refusal(_("这次发言已经结束"), late=True)
    return None


def may_extend(turn: Turn) -> Refusal | None:
    """Longer once, with leave of the chair."""
    if not is_speaking(turn):
        return Refusal(_("这次发言已经结束"), late=True)
    if turn.extended_seconds:
        return Refusal(_("每次发言只能延长一次"), source=LOCAL)
    return None


def may_note(turn: Turn) -> Refusal | None:
    """Only who has or had the word is taken down."""
    if turn.given_at is None:
        return Refusal(_("还没有轮到这个人发言，不能记录"))
    return None


def may_hand_in(written: int, limits: Limits) -> Refusal | None:
    """Written statements outside a turn: as many as each person has turns, so that nobody fills the minutes alone."""
    if written >= limits.turns_each:
        return Refusal(_("每人最多交{most}份书面发言"), {"most": limits.turns_each}, source=LOCAL)
    return None


def may_open_gauge(is_any_open: bool) -> Refusal | None:
    if is_any_open:
        return Refusal(_("上一次意向测评还没有结束"), remedy=_("先结束它，再开始新的"))
    return None


def may_mark(is_gauge_open: bool) -> Refusal | None:
    if not is_gauge_open:
        return Refusal(_("这次意向测评已经结束"), late=True)
    return None


def check_options(options: Sequence[str]) -> Refusal | None:
    """Two to six different answers, each short enough for a phone."""
    if not FEWEST_OPTIONS <= len(options) <= MOST_OPTIONS:
        return Refusal(_("请写{fewest}到{most}个选项，每行一个"), {"fewest": FEWEST_OPTIONS, "most": MOST_OPTIONS})
    if len(set(options)) < len(options):
        return Refusal(_("选项有重复"))
    if any(len(option) > 20 for option in options):
        return Refusal(_("每个选项最多20字"))
    return None


def permissions_table() -> str:
    """The table of rights as plain text: an act a line, a mark for each role; ``own``: the person concerned."""
    lines = [f"{'act':<16}" + " ".join([*ROLES, "own", "presiding"])]
    for act, permit in PERMITS.items():
        marks = [("x" if role in permit.roles else ".").ljust(len(role)) for role in ROLES]
        own, presiding = "x" if permit.own else ".", "." if act in NEUTRAL else "x"
        lines.append(f"{act:<16}" + " ".join([*marks, own.ljust(3), presiding]).rstrip())
    return "\n".join(lines) + "\n"
