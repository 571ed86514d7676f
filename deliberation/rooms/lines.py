"""The lines of the running minutes: what was said, what the chair did, appeals and their decisions, who presides."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation.communities.models import Community
from deliberation.identity.models import names_of
from deliberation.live import Scene
from deliberation.refusal import Missing
from deliberation.rooms.chairing_models import Appeal, Handover, Intervention, hiding_of
from deliberation.rooms.chairing_rules import (
    CALL,
    CUT,
    EXTEND,
    FINISH,
    HIDE,
    HIDE_QUESTION,
    OUTCOMES,
    REFUSE,
    REJECT,
    REORDER,
    UNSEAT,
    UPHOLD,
)
from deliberation.rooms.content_models import FileShown, Told, files_of, statement_told
from deliberation.rooms.models import Room, Statement
from deliberation.rooms.rules import POSITIONS
from deliberation.vocabulary import _

SIDES = {"for": "for", "against": "against", "conditional": "ask", "question": "ask"}
"""Which shape stands before a position's word."""

UNSEATED_BY = _("{by}撤回对{name}的邀请，{name}不再参加这次协商。理由：{reason}")
DEEDS: dict[str, str] = {
    CALL: _("主持人提醒{name}守规则。理由：{reason}"),
    CUT: _("主持人中止{name}的发言。理由：{reason}"),
    FINISH: _("主持人结束{name}的发言。理由：{reason}"),
    EXTEND: _("主持人延长{name}的发言。理由：{reason}"),
    HIDE: _("主持人隐藏{name}的一条发言。理由：{reason}"),
    HIDE_QUESTION: _("主持人隐藏{name}的一个提问。理由：{reason}"),
    REFUSE: _("主持人不准{name}发言。理由：{reason}"),
    REORDER: _("主持人不按次序，请{name}先讲。理由：{reason}"),
    UPHOLD: _("主持人裁定{name}的程序动议成立。理由：{reason}"),
    REJECT: _("主持人裁定{name}的程序动议不成立。理由：{reason}"),
    UNSEAT: UNSEATED_BY,
}
FINISHED_FOR_CHAIR = _("记录员代主持人结束{name}的发言。理由：{reason}")
APPEALED = _("{name}对主持人的处置申诉：{reason}")
BY_HANDS = _("申诉的决定：{outcome}。举手：维持{sustain}，改变{overturn}。")
BY_REASON = _("申诉的决定：{outcome}。监督员的理由：{reason}")
WITHDREW = _("{name}撤回自己的一条发言。理由：{reason}")
HANDED = _("{name}把主持移交给{to}。理由：{reason}")


@dataclass(frozen=True)
class Said:
    """One line of the running minutes. ``seq`` orders lines: microseconds since 1970. ``key`` is its element's id."""

    key: str
    seq: int
    at: datetime
    what: str
    who: str = ""
    capacity: str = ""
    position: str = ""
    kind: str = ""
    body: str = ""
    clerk: str = ""
    is_written: bool = False
    hidden: str = ""
    """Why it is hidden; the words are empty then."""
    withdrawn: str = ""
    """Why it was taken back; the words are empty then."""
    by: str = ""
    gone_at: datetime | None = None
    """Who hid it, and when that was or when it was taken back."""
    room_id: int = 0
    id: int = 0
    reply_to: int = 0
    reply_name: str = ""
    files: tuple[FileShown, ...] = ()
    result: tuple[list[str], list[int], list[int]] | tuple = ()
    """Of a released gauge: its answers, marks (none: too few) and hands (none: not counted)."""


@dataclass(frozen=True)
class Deed:
    """A line about the order: a sentence with its facts, of which ``outcome`` is a word to be translated."""

    key: str
    seq: int
    at: datetime
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)
    outcome: str = ""
    what: str = "deed"


def order_of(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


# --- statements


@dataclass(frozen=True)
class Around:
    """What stands around the words of a statement: who said it as what, who took it down, what it replies to, files."""

    who: str
    capacity: str = ""
    clerk: str = ""
    reply_to: int = 0
    reply_name: str = ""
    files: tuple[FileShown, ...] = ()


def line_said(session: Session, said: Statement | Told, around: Around) -> Said:
    """The line of a statement. Where the words are not shown any more, it says why, since when, and who decided so."""
    line = Said(
        key=f"statement-{said.id}",
        seq=order_of(said.at),
        at=said.at,
        what="statement",
        position=POSITIONS.get(said.position, ""),
        kind=SIDES.get(said.position, ""),
        body=said.body,
        is_written=said.turn_id is None,
        room_id=said.room_id,
        id=said.id,
        **vars(around),
    )
    if said.is_hidden:
        made = hiding_of(session, said.id)
        if made is None:  # No intervention says why: a row of before, or written by hand.
            return replace(line, body="", files=(), hidden="—")
        by = names_of(session, {made.by_id})[made.by_id]
        return replace(line, body="", files=(), hidden=made.reason, by=by, gone_at=made.at)
    if said.withdrawn_at:
        return replace(line, body="", files=(), withdrawn=said.withdrawn_reason, gone_at=said.withdrawn_at)
    return line


def statement_scene(scene: Scene) -> dict[str, Any]:
    """One statement, as the running minutes show it."""
    said = statement_told(scene.session, _id_of(scene.subject))
    files = files_of(scene.session, said.id) if said.files else ()
    around = Around(said.who, said.capacity or "", said.clerk or "", said.reply_to or 0, said.reply_name or "", files)
    return {"line": line_said(scene.session, said, around), "tz": said.timezone}


# --- the order


Name = Callable[[int | None], str]


def deed_of(made: Intervention, name: Name) -> Deed:
    facts = {"name": name(made.person_id), "reason": made.reason}
    facts |= {"by": name(made.by_id)} if made.kind == UNSEAT else {}
    sentence = FINISHED_FOR_CHAIR if made.for_chair and made.kind == FINISH else DEEDS[made.kind]
    return Deed(f"intervention-{made.id}", order_of(made.at), made.at, sentence, facts)


def appeal_line(made: Appeal, name: Name) -> Deed:
    facts = {"name": name(made.person_id), "reason": made.body}
    return Deed(f"appeal-{made.id}", order_of(made.at), made.at, APPEALED, facts)


def decision_line(made: Appeal) -> Deed:
    facts = {"sustain": made.sustain, "overturn": made.overturn, "reason": made.reason}
    sentence = BY_REASON if made.reason else BY_HANDS
    at = made.decided_at
    return Deed(f"decision-{made.id}", order_of(at), at, sentence, facts, OUTCOMES[made.outcome])


def handover_line(made: Handover, name: Name) -> Deed:
    facts = {"name": name(made.from_id), "to": name(made.to_id), "reason": made.reason}
    return Deed(f"handover-{made.id}", order_of(made.at), made.at, HANDED, facts)


def withdrawal_line(made: Statement, name: Name) -> Deed:
    facts = {"name": name(made.person_id), "reason": made.withdrawn_reason}
    return Deed(f"withdrawal-{made.id}", order_of(made.withdrawn_at), made.withdrawn_at, WITHDREW, facts)


def withdrawals(statements: Iterable[Statement], name: Name) -> list[Deed]:
    return [withdrawal_line(each, name) for each in statements if each.withdrawn_at is not None]


def deeds(
    interventions: Iterable[Intervention], appeals: Iterable[Appeal], handovers: Iterable[Handover], name: Name
) -> list[Deed]:
    """All lines about the order. That somebody had finished is no line unless somebody appeals against it."""
    return [
        *(deed_of(each, name) for each in interventions if each.kind != FINISH),
        *(appeal_line(each, name) for each in appeals),
        *(decision_line(each) for each in appeals if each.decided_at is not None),
        *(handover_line(each, name) for each in handovers),
    ]


TABLES = {
    "intervention": Intervention, "appeal": Appeal, "decision": Appeal, "handover": Handover, "withdrawal": Statement,
}  # fmt: skip


def deed_scene(scene: Scene) -> dict[str, Any]:
    """One line about the order, as the wire brings it (``intervention/3``, ``appeal/1``, ``decision/1``, ``handover/1``,
    ``withdrawal/7``: a statement that was taken back)."""
    word = scene.subject.split("/")[0]
    table = TABLES[word]
    made = scene.session.get(table, _id_of(scene.subject))
    if made is None:
        raise Missing
    people = [getattr(made, each, None) for each in ("person_id", "by_id", "from_id", "to_id")]
    names = names_of(scene.session, {id for id in people if id})
    line = {
        "intervention": lambda: deed_of(made, names.get),
        "appeal": lambda: appeal_line(made, names.get),
        "decision": lambda: decision_line(made),
        "handover": lambda: handover_line(made, names.get),
        "withdrawal": lambda: withdrawal_line(made, names.get),
    }[word]()
    place = scene.session.get(Community, scene.session.get(Room, made.room_id).community_id)
    return {"line": line, "tz": place.timezone}


def _id_of(subject: str) -> int:
    return int(subject.split("/")[1])
