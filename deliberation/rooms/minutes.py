"""Minutes drafted from what happened: who came, what was on the table, who spoke, when and how long. Pure.

The document is issued in Chinese, in the words of the hall; whoever issues it may edit the draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from deliberation.matters.words import EXITS, OUTCOMES
from deliberation.rooms.gauge_minutes import Show, line_of
from deliberation.rooms.rules import POSITIONS

LABELS: dict[str, str] = {
    "for": "赞成", "against": "反对", "conditional": "有条件", "question": "疑问", "": "",
}  # fmt: skip
SPOKEN: dict[str, str] = {"speech": "发言", "rest": "补足发言", "interjection": "插话", "point": "提程序动议"}
HIDDEN = "（主持人隐藏了这条发言，理由见会议纪要的会场秩序）"
MOST_MINUTED = 100_000
"""Characters of minutes: an evening with a hundred speakers, each taken down at length."""
WITHDRAWN = "（发言人撤回了这条发言，理由见会议纪要的会场秩序）"
assert LABELS.keys() == POSITIONS.keys() | {""}


@dataclass(frozen=True)
class Speech:
    """One time that somebody spoke, or handed in writing (``seconds`` 0). Instants in the community's zone."""

    at: datetime
    who: str
    position: str = ""
    seconds: int = 0
    is_written: bool = False
    words: tuple[tuple[str, str], ...] = ()
    """(what was said, who took it down or empty)"""
    kind: str = "speech"


@dataclass(frozen=True)
class Order:
    """One thing that the chair did to the debate, an appeal, or a change of the chair, as a sentence."""

    at: datetime
    sentence: str


@dataclass(frozen=True)
class Change:
    """A version of the plan made in the meeting or after it: what changed, and which concerns it took up."""

    at: datetime
    number: int
    note: str
    took_up: tuple[tuple[str, str], ...] = ()
    """(what was said, who said it)"""


@dataclass(frozen=True)
class Mapped:
    """A map of opinion that was released: how many marked it, what unites all groups, what divides them."""

    question: str
    people: int
    unites: tuple[str, ...] = ()
    divides: tuple[str, ...] = ()


@dataclass(frozen=True)
class Asked:
    """A question from the floor: who asked it, how many backed it, and what was answered by whom; or why there is none."""

    who: str
    body: str
    backings: int
    answer: str = ""
    by: str = ""
    state: str = "open"
    """open, answered, hidden or withdrawn."""


@dataclass(frozen=True)
class Meeting:
    """Everything the minutes say."""

    matter: str
    agenda: str
    number: int
    opened_at: datetime
    closed_at: datetime
    chair: str
    clerk: str
    plan: str
    rules: str
    attended: Sequence[str] = ()
    speeches: Sequence[Speech] = ()
    shows: Sequence[Show] = ()
    orders: Sequence[Order] = ()
    changes: Sequence[Change] = ()
    maps: Sequence[Mapped] = ()
    questions: Sequence[Asked] = ()
    gone: tuple[int, int] = (0, 0)
    """How many statements are hidden, how many withdrawn."""


def draft(meeting: Meeting) -> str:
    """The text of the minutes, in paragraphs."""
    sections = [section(meeting) for section in (_speeches, _writings, _questions, _changes, _orders, _shows, _maps)]
    lines = [*_head(meeting)]
    for number, section in zip("一二三四五六七", (each for each in sections if each), strict=False):
        lines += ["", f"{number}、{section[0]}", *section[1:]]
    return "\n".join(lines).strip() + "\n"


def with_exit(body: str, outcome: str) -> str:
    """The text as it is issued, with the exit that was chosen; unchanged where none of the three was."""
    return f"{body.rstrip()}\n\n协商去向：{OUTCOMES[outcome]}。\n" if outcome in EXITS else body


def duration(seconds: int) -> str:
    """1分52秒, 45秒."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}分{rest:02}秒" if minutes else f"{rest}秒"


def _clock(at: datetime) -> str:
    return f"{at.hour}:{at.minute:02}"


def _head(meeting: Meeting) -> list[str]:
    day = meeting.opened_at
    weekday = "一二三四五六日"[day.weekday()]
    ended = _clock(meeting.closed_at)
    return [
        f"议题：{meeting.matter}",
        f"议程：{meeting.agenda}",
        f"时间：{day.year}年{day.month}月{day.day}日 星期{weekday} {_clock(day)}至{ended}",
        f"主持：{meeting.chair}" + (f"　记录：{meeting.clerk}" if meeting.clerk else ""),
        f"方案：{meeting.plan}",
        f"规则：{meeting.rules}",
        f"到场：{len(meeting.attended)}人" + ("。" + "、".join(meeting.attended) if meeting.attended else ""),
    ]


def _speeches(meeting: Meeting) -> list[str]:
    spoken = [speech for speech in meeting.speeches if not speech.is_written]
    lines = ["发言"]
    for place, speech in enumerate(spoken, 1):
        said = f"{place}. {_clock(speech.at)}　{speech.who}{_position(speech)}，{SPOKEN[speech.kind]}{duration(speech.seconds)}。"
        lines += [said, *_words(speech)]
    return lines if spoken else [*lines, "无人发言。"]


def _writings(meeting: Meeting) -> list[str]:
    written = [speech for speech in meeting.speeches if speech.is_written]
    if not written:
        return []
    lines = ["书面发言"]
    for place, speech in enumerate(written, 1):
        lines += [f"{place}. {_clock(speech.at)}　{speech.who}{_position(speech)}。", *_words(speech)]
    return lines


def _orders(meeting: Meeting) -> list[str]:
    """What the chair did, with the reason each time, and what became of it."""
    if not meeting.orders:
        return []
    lines = [f"{place}. {_clock(each.at)}　{each.sentence}" for place, each in enumerate(meeting.orders, 1)]
    hidden, withdrawn = meeting.gone
    counted = f"隐藏{hidden}条发言，撤回{withdrawn}条发言；原话存留，发言人、主持人和监督员可以看。"
    return ["会场秩序", *lines, *([counted] if hidden or withdrawn else [])]


UNANSWERED = {
    "open": "没有回答。", "hidden": "主持人隐藏了这个提问，理由见会场秩序。", "withdrawn": "提问人撤回了这个提问。",
}  # fmt: skip


def _questions(meeting: Meeting) -> list[str]:
    """Questions from the floor in the order in which they were put, and their answers."""
    lines = ["现场提问"] if meeting.questions else []
    for place, one in enumerate(meeting.questions, 1):
        words = f"“{one.body}”" if one.state in ("open", "answered") else ""
        answered = f"{one.by}回答" if one.by else "回答"
        said = f"{answered}：{one.answer}" if one.answer else f"由{one.by}回答。"
        lines += [f"{place}. {one.who}{words}（{one.backings}人支持）", UNANSWERED.get(one.state, said)]
    return lines


def _words(speech: Speech) -> list[str]:
    if not speech.words:
        return ["（没有文字记录）"]
    return [f"“{words}”" + (f"（{clerk}代为记录）" if clerk else "") for words, clerk in speech.words]


def _position(speech: Speech) -> str:
    return f"，{LABELS[speech.position]}" if speech.position else ""


def _shows(meeting: Meeting) -> list[str]:
    if not meeting.shows:
        return []
    return ["意向测评（只供参考，不是表决）", *(line_of(show) for show in meeting.shows)]


def _changes(meeting: Meeting) -> list[str]:
    """What became of the plan: each version since the meeting began, with the concerns that it took up."""
    if not meeting.changes:
        return []
    lines = ["方案的改动"]
    for each in meeting.changes:
        at = f"{each.at.month}月{each.at.day}日 {_clock(each.at)}"
        lines.append(f"第{each.number}版（{at}）" + (f"：{each.note}" if each.note else ""))
        lines += [f"采纳{who}的意见：“{said}”" for said, who in each.took_up]
    return lines


def _maps(meeting: Meeting) -> list[str]:
    if not meeting.maps:
        return []
    lines = ["意见图（只供参考，不是表决）"]
    for each in meeting.maps:
        lines.append(f"{each.question}　{each.people}人表态。")
        lines += [f"各方都同意：{said}" for said in each.unites]
        lines += [f"各方看法不同：{said}" for said in each.divides]
    return lines
