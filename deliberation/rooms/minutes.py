"""Minutes drafted from what happened: who came, what was on the table, who spoke, when and how long. Pure.

The document is issued in Chinese, in the words of the hall; whoever issues it may edit the draft.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from deliberation.directions import laid_open
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
    kept: str = ""
    """What the clerk did of it on the chair's behalf: 准予, 结束 or both."""


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
    """A map of opinion that was released: how many marked it, what unites all groups, what divides them, what else was said.

    Each statement with its figures. ``rest``: all of them, where no groups were formed.
    """

    question: str
    people: int
    unites: tuple[str, ...] = ()
    divides: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()


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
    """Everything the minutes say. Instants in the community's zone."""

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
    uncounted: Sequence[str] = ()
    """As what those came whose opinion a gauge does not ask."""
    article: Sequence[str] = ()
    """The article of a draft law that was talked about: what it is, its words, what the public said on it."""


def draft(meeting: Meeting) -> str:
    """The text of the minutes, in paragraphs."""
    parts = (_article, _speeches, _writings, _questions, _changes, _orders, _shows, _maps)
    sections = [section(meeting) for section in parts]
    lines = [*_head(meeting)]
    for number, section in zip("一二三四五六七八", (each for each in sections if each), strict=False):
        lines += ["", f"{number}、{section[0]}", *section[1:]]
    return laid_open("\n".join(lines)).strip() + "\n"


def duration(seconds: int) -> str:
    """1分52秒, 45秒."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes}分{rest:02}秒" if minutes else f"{rest}秒"


def clock(at: datetime, opened_at: datetime) -> str:
    """The time of something, with its day where that is not the one on which the meeting began."""
    time, of = f"{at.hour}:{at.minute:02}", opened_at.date()
    if at.date() == of:
        return time
    return f"{at.year}年{day_of(at)} {time}" if at.year != of.year else f"{day_of(at)} {time}"


def day_of(at: datetime) -> str:
    return f"{at.month}月{at.day}日"


def _head(meeting: Meeting) -> list[str]:
    day = meeting.opened_at
    weekday = "一二三四五六日"[day.weekday()]
    ended = clock(meeting.closed_at, day)
    outside = f"其中不计入测评的：{len(meeting.uncounted)}人（{'、'.join(meeting.uncounted)}）"
    return [
        f"议题：{meeting.matter}",
        f"议程：{meeting.agenda}",
        f"时间：{day.year}年{day.month}月{day.day}日 星期{weekday} {clock(day, day)}至{ended}",
        f"主持：{meeting.chair}" + (f"　记录：{meeting.clerk}" if meeting.clerk else ""),
        f"到场：{len(meeting.attended)}人" + ("。" + "、".join(meeting.attended) if meeting.attended else ""),
        *([outside] if meeting.uncounted else []),
        f"方案：{meeting.plan}",
        f"规则：{meeting.rules}",
    ]


def _article(meeting: Meeting) -> list[str]:
    return ["议的条文", *meeting.article] if meeting.article else []


def _speeches(meeting: Meeting) -> list[str]:
    spoken = [speech for speech in meeting.speeches if not speech.is_written]
    lines = ["发言"]
    for place, speech in enumerate(spoken, 1):
        at, lasted = clock(speech.at, meeting.opened_at), duration(speech.seconds)
        said = f"{place}. {at}　{speech.who}{_position(speech)}，{SPOKEN[speech.kind]}{lasted}"
        said += f"（{speech.kept}）。" if speech.kept else "。"
        lines += [said, *_words(speech)]
    return lines if spoken else [*lines, "无人发言。"]


def _writings(meeting: Meeting) -> list[str]:
    written = [speech for speech in meeting.speeches if speech.is_written]
    if not written:
        return []
    lines = ["书面发言"]
    for place, speech in enumerate(written, 1):
        at = clock(speech.at, meeting.opened_at)
        lines += [f"{place}. {at}　{speech.who}{_position(speech)}。", *_words(speech)]
    return lines


def _orders(meeting: Meeting) -> list[str]:
    """What the chair did, with the reason each time, and what became of it."""
    if not meeting.orders:
        return []
    at = meeting.opened_at
    lines = [f"{place}. {clock(each.at, at)}　{each.sentence}" for place, each in enumerate(meeting.orders, 1)]
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
        at = f"{day_of(each.at)} {each.at.hour}:{each.at.minute:02}"
        lines.append(f"第{each.number}版（{at}）" + (f"：{each.note}" if each.note else ""))
        lines += [f"采纳{who}的意见：“{said}”" for said, who in each.took_up]
    return lines


def _maps(meeting: Meeting) -> list[str]:
    if not meeting.maps:
        return []
    lines = ["意见图（只供参考，不是表决）"]
    for each in meeting.maps:
        lines.append(f"{each.question}　{each.people}人表态。" + ("没有分组。" if each.rest else ""))
        lines += [f"每一组都过半同意：{said}" for said in each.unites]
        lines += [f"有的组过半同意，有的组过半不同意：{said}" for said in each.divides]
        lines += each.rest
    return lines
