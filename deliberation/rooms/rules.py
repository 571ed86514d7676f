"""Who may do what in a room. Pure. Whose turn is next and when it ends: ``order_rules``.

The chair presides and takes no side, as the twelve principles of rules of order for Chinese villages and communities
say (domain.md 2.6): to speak on the matter, they first hand over the chair.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deliberation.refusal import Refusal, Word
from deliberation.rooms.limits_rules import LOCAL, SOURCE, Limits
from deliberation.vocabulary import _

POSITIONS: dict[str, str] = {
    "for": _("赞成"),
    "against": _("反对"),
    "conditional": _("有条件"),
    "question": _("疑问"),
}
GAUGE_OPTIONS = (_("支持"), _("能接受"), _("有顾虑"), _("反对"))
FEWEST_OPTIONS, MOST_OPTIONS = 2, 6


@dataclass(frozen=True)
class Part:
    """What one person is in one room. ``roles`` are words of :data:`ROLES`; ``presides``: this room's own chair;
    ``stands_as``: the role in the community under which the log knows what they do in their own name; ``asks``: the
    form of the meeting lets them put questions from the floor.
    """

    person_id: int = 0
    roles: frozenset[str] = frozenset({"visitor"})
    presides: bool = False
    stands_as: str = "visitor"
    asks: bool = True

    def acts_as(self, *preferred: str) -> str:
        """The role of an act: the first preferred one that this person has here, else what they are anyway."""
        return next((role for role in preferred if role in self.roles), self.stands_as)


CHAIR, HEAD, CLERK, SUPERVISOR = "chair", "head", "clerk", "supervisor"
KEEPER = "keeper"
"""The clerk, while whoever presides lets them keep the order of speaking on the chair's behalf."""
PARTICIPANT, VISITOR = "participant", "visitor"
GUEST, OBSERVER = "guest", "observer"
"""Whom the form of the meeting lets speak without counting, and whom it lets listen."""
ROLES: dict[str, str] = {
    CHAIR: _("主持人"),
    HEAD: _("本单位的主持人"),
    CLERK: _("记录员"),
    KEEPER: _("代主持人掌握次序的记录员"),
    SUPERVISOR: _("监督员"),
    PARTICIPANT: _("本单位的人"),
    GUEST: _("邀请的人"),
    OBSERVER: _("旁听的人"),
    VISITOR: _("访客"),
}


@dataclass(frozen=True)
class Permit:
    """One line of the table: the act, its name, who may do it, and whether the person concerned may as well; ``while_in``:
    only while they are one of these in the room."""

    title: str
    roles: frozenset[str]
    own: bool = False
    while_in: frozenset[str] = frozenset()


def _permit(title: str, roles: str, *, own: bool = False, while_in: str = "") -> Permit:
    return Permit(title, frozenset(roles.split()), own, frozenset(while_in.split()))


# Everybody of the community may speak, who presides gives the word, the clerk writes for those who have no phone. Whoever
# chairs in the community (head) takes over a room that has lost its chair, and does nothing else of the chair's there.
PERMITS: dict[str, Permit] = {
    "attend": _permit(_("签到"), "chair clerk participant guest observer"),
    "register": _permit(_("替现场的人登记"), "chair clerk"),
    "ask_turn": _permit(_("申请发言"), "clerk participant guest"),
    "withdraw_turn": _permit(_("撤回发言申请"), "clerk", own=True),
    "give_turn": _permit(_("准予发言"), "chair keeper"),
    "hear_point": _permit(_("听程序动议"), "chair"),
    "reorder_turns": _permit(_("变更次序"), "chair"),
    "extend_turn": _permit(_("延长发言"), "chair"),
    "end_turn": _permit(_("结束发言"), "chair keeper", own=True),
    "end_point": _permit(_("结束程序动议"), "chair", own=True),
    "let_keep": _permit(_("决定记录员可否代为掌握次序"), "chair"),
    "call_speaker": _permit(_("提醒守规则"), "chair"),
    "cut_turn": _permit(_("中止发言"), "chair"),
    "refuse_turn": _permit(_("不准发言"), "chair"),
    "rule_point": _permit(_("裁定程序动议"), "chair"),
    "hide_statement": _permit(_("隐藏发言"), "chair"),
    "hand_over": _permit(_("移交主持"), "chair head"),
    "raise_appeal": _permit(_("申诉"), "clerk participant guest", own=True),
    "mark_appeal": _permit(_("对申诉表态"), "clerk participant"),
    "settle_appeal": _permit(_("清点申诉的举手"), "chair clerk"),
    "decide_appeal": _permit(_("决定申诉"), "supervisor"),
    "make_statement": _permit(_("发言"), "clerk participant guest"),
    "note_statement": _permit(_("记录发言"), "chair clerk"),
    "take_back": _permit(_("撤回发言"), "", own=True),
    "add_file": _permit(_("给发言补交附件"), "", own=True, while_in="chair clerk participant guest"),
    "put_question": _permit(_("提问"), "clerk participant guest observer"),
    "back_question": _permit(_("支持提问"), "clerk participant guest observer"),
    "drop_question": _permit(_("撤回提问"), "", own=True),
    "call_question": _permit(_("请出提问"), "chair"),
    "answer_question": _permit(_("记下回答"), "chair clerk"),
    "hide_question": _permit(_("隐藏提问"), "chair"),
    "open_gauge": _permit(_("开始意向测评"), "chair"),
    "mark_gauge": _permit(_("参加意向测评"), "clerk participant"),
    "close_gauge": _permit(_("结束意向测评"), "chair"),
    "count_hands": _permit(_("清点意向测评的举手"), "chair clerk"),
    "release_gauge": _permit(_("公布意向测评"), "chair"),
    "close_room": _permit(_("结束协商"), "chair"),
}
NEUTRAL = frozenset({
    "ask_turn", "make_statement", "put_question", "back_question", "mark_gauge", "raise_appeal", "mark_appeal",
    "decide_appeal", "add_file",
})  # fmt: skip
"""What the person who presides does not do: the chair takes no part in the debate."""


def may(act: str, part: Part, *, is_open: bool, owner_id: int = 0) -> Refusal | None:
    """Why this person may not do this here, or ``None``. ``owner_id``: whose turn it is. Raises KeyError."""
    permit = PERMITS[act]
    if not is_open:
        return Refusal(_("协商已经结束，不能再办理“{act}”"), {"act": Word(permit.title)}, late=True)
    if act in NEUTRAL and part.presides:
        return Refusal(_("主持人保持中立，主持期间不参加讨论和测评"), source=SOURCE)
    is_own = bool(permit.own and part.person_id and part.person_id == owner_id)
    if is_own and permit.while_in and not part.roles & permit.while_in:
        return Refusal(_("已经不参加这次协商的人，不能办理“{act}”"), {"act": Word(permit.title)})
    if part.roles & permit.roles or is_own:
        return None
    if permit.own and permit.roles and not part.roles & {CHAIR, CLERK, PARTICIPANT, GUEST}:
        return Refusal(_("旁听的人不能办理“{act}”"), {"act": Word(permit.title)})
    if not permit.roles:
        return Refusal(_("“{act}”只能由本人办理"), {"act": Word(permit.title)})
    who = [Word(ROLES[role]) for role in ROLES if role in permit.roles]
    return Refusal(_("“{act}”由{who}办理"), {"act": Word(permit.title), "who": who})


def may_keep(part: Part, person_id: int) -> Refusal | None:
    """Who keeps the order for the chair gives nobody the word whose turn is their own."""
    if CHAIR not in part.roles and part.person_id == person_id:
        return Refusal(_("记录员自己的发言，由主持人来请"))
    return None


# --- writing and gauging


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
    """The table of rights as plain text: an act a line, a mark for each role; ``own``: the person concerned, with ``o``
    where only while they are that."""
    lines = [f"{'act':<16}" + " ".join([*ROLES, "own", "presiding"])]
    for act, permit in PERMITS.items():
        marks = [
            ("x" if role in permit.roles else "o" if role in permit.while_in else ".").ljust(len(role))
            for role in ROLES
        ]
        own, presiding = "x" if permit.own else ".", "." if act in NEUTRAL else "x"
        lines.append(f"{act:<16}" + " ".join([*marks, own.ljust(3), presiding]).rstrip())
    return "\n".join(lines) + "\n"
