"""大事记: every act on a matter in one sentence, newest first, read from its entries in the log. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from deliberation.act_names import ACT_NAMES
from deliberation.audit.plain import DAMAGED
from deliberation.audit.reading import entry_of
from deliberation.matters import words
from deliberation.matters.procedure import Procedure
from deliberation.matters.ruling_rules import STATES
from deliberation.refusal import Word
from deliberation.roles import role_name
from deliberation.vocabulary import SYSTEM, Act, Role, _

MOST = 80
QUIET = frozenset({
    Act.NOTICE_DELIVERED, Act.BALLOT_CAST, Act.BALLOT_CHANGED, Act.GAUGE_MARKED, Act.TURN_ASKED, Act.TURN_WITHDRAWN,
    Act.TURN_GIVEN, Act.TURN_EXTENDED, Act.TURN_ENDED, Act.PRESENCE_MARKED, Act.ROSTER_FROZEN,
})  # fmt: skip
"""Acts that come in hundreds: the log has each of them, the story of the matter tells what became of them."""
OFFICIAL = "official"


@dataclass(frozen=True)
class Told:
    """One line: the instant, a gettext key with its facts, how often in a row; ``kind`` is official or empty.

    ``entry`` is the index of the entry it tells of, the last one of a row.
    """

    at: datetime
    key: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    kind: str = ""
    times: int = 1
    entry: int = 0


@dataclass(frozen=True)
class Said:
    """What an entry says: its act, the object's word, the role of who acted, the data that anybody may read."""

    index: int
    at: datetime
    act: str
    object: str
    role: str
    data: Mapping[str, Any]
    is_whole: bool = True


@dataclass(frozen=True)
class Known:
    """What the sentences may name: the procedure, and of each ``document/12`` its title, its facts as JSON,
    and the body in whose name it was made, where there is one."""

    procedure: Procedure
    titles: Mapping[str, str]
    facts: Mapping[str, str]
    bodies: Mapping[str, str] = field(default_factory=dict)
    kind: str = ""
    """Of the community: what its people are called."""

    def step(self, id: str) -> Word:
        """The title of a step, or what an end is called."""
        if id in words.END_NAMES:
            return Word(words.END_NAMES[id])
        return Word(self.procedure.step(id).title)

    def number(self, one: Said, name: str) -> int:
        """A number among the facts of a document, 0 if it is not there."""
        return json.loads(self.facts.get(one.object, "{}")).get(name, 0)

    def paper(self, one: Said) -> Word:
        """What a document calls itself; what its kind is called if it is not there."""
        kind = one.data.get("kind", "")
        return Word(self.titles.get(one.object) or words.PAPERS.get(kind, kind))


def said(index: int, at: datetime, act: str, object_: str, body: bytes) -> Said:
    """An entry as it was hashed, read for the story."""
    entry = entry_of(body)
    if entry is None or not isinstance(entry.get("actor"), str):
        return Said(index, at, act, object_, SYSTEM, {}, is_whole=False)
    return Said(index, at, act, object_, entry["actor"], entry["data"])


def chronicle(entries: Iterable[Said], known: Known) -> tuple[Told, ...]:
    """Entries in the order of the log to lines, newest first; neighbours that say the same are counted."""
    told: list[Told] = []
    for one in entries:
        if one.act in QUIET or (line := _line(one, known)) is None:
            continue
        if told and (told[-1].key, told[-1].facts) == (line.key, line.facts) and not line.kind:
            line = replace(line, times=told.pop().times + 1)
        told.append(line)
    return tuple(reversed(told[-MOST:]))


def in_words(one: Said, known: Known) -> Told | None:
    """The line of one entry; None where the story has no sentence of its own for such an act."""
    return _line(one, known) if one.act in _SENTENCES else None


def _line(one: Said, known: Known) -> Told | None:
    """One damaged entry must not take the whole story away."""
    try:
        line = _told(one, known) if one.is_whole else None
        hash(tuple(line.facts.values()) if line else None)  # Lines are kept by what they say.
    except (LookupError, TypeError, ValueError, AttributeError):
        line = None
        one = replace(one, is_whole=False)
    return line if one.is_whole else Told(one.at, DAMAGED, entry=one.index)


def _told(one: Said, known: Known) -> Told | None:
    tell = _SENTENCES.get(one.act)
    if tell is None:
        name = ACT_NAMES.get(Act(one.act), one.act) if one.act in set(Act) else one.act
        return Told(one.at, name, entry=one.index)
    found = tell(one, known)
    return Told(one.at, *found, entry=one.index) if found else None


Line = tuple[Any, ...] | None


def _who(one: Said, known: Known) -> Word:
    return Word(
        role_name(one.role, known.kind) if one.role in set(Role) else _("系统") if one.role == SYSTEM else one.role
    )


def _issued(one: Said, known: Known) -> Line:
    # A paper of a body is the body's, whoever of its people put it into the file.
    body = known.bodies.get(one.object)
    return (
        _("{who}形成“{paper}”"),
        {"who": Word(body) if body else _who(one, known), "paper": known.paper(one)},
        OFFICIAL,
    )


def _noticed(one: Said, known: Known) -> Line:
    people = known.number(one, "people")
    return (
        _("{who}发出“{paper}”，应告知{n}人"),
        {"who": _who(one, known), "paper": known.paper(one), "n": people},
        OFFICIAL,
    )


def _completed(one: Said, known: Known) -> Line:
    if one.data.get("kind") == "notice":
        return _("“{paper}”全部送达"), {"paper": known.paper(one)}, OFFICIAL
    outcome = one.data.get("outcome", "")
    if outcome in words.EXITS:
        facts = {"paper": known.paper(one), "way": Word(words.OUTCOMES[outcome])}
        return _("确认“{paper}”，去向：{way}"), facts, OFFICIAL
    return _("确认“{paper}”"), {"paper": known.paper(one)}, OFFICIAL


def _moved(one: Said, known: Known) -> Line:
    facts = {"step": known.step(one.data["to"]), "from": known.step(one.data["from"])}
    if one.data.get("outcome") == "changed":
        return _("文本改动，从“{from}”退回“{step}”"), facts
    if one.data["from"] == one.data["to"]:
        return _("没有达到法定人数，重新进行“{step}”"), facts
    if one.data.get("outcome") == "failed":
        return _("“{from}”没有通过，退回“{step}”"), facts
    if one.data.get("outcome") == "no_quorum":
        return _("“{from}”没有达到法定人数，退回“{step}”"), facts
    return _("进入“{step}”"), facts


def _proposed(one: Said, known: Known) -> Line:
    return _("{who}提出议题，按“{procedure}”办理"), {"who": _who(one, known), "procedure": Word(known.procedure.title)}


def _plan(one: Said, known: Known) -> Line:
    if one.data["number"] == 1:
        return _("形成方案第1版"), {}
    return _("方案改为第{number}版"), {"number": one.data["number"]}


def _evidence(one: Said, known: Known) -> Line:
    kind = one.data["kind"]
    if kind == "plan":
        return None  # The line of the plan itself stands beside it.
    return _("补充佐证：{thing}"), {"thing": Word(words.EVIDENCE.get(kind, _("其他佐证")))}


def _posted(one: Said, known: Known) -> Line:
    days = known.number(one, "days")
    return _("“{paper}”开始公示，不少于{days}日"), {"paper": known.paper(one), "days": days}, OFFICIAL


def _unposted(one: Said, known: Known) -> Line:
    return _("“{paper}”公示结束"), {"paper": known.paper(one)}, OFFICIAL


def _objected(one: Said, known: Known) -> Line:
    return _("收到一件异议，应在{due}前答复"), {"due": date.fromisoformat(one.data["due"])}


def _objection_answered(one: Said, known: Known) -> Line:
    return (_("答复异议：成立") if one.data.get("upheld") else _("答复异议：不成立")), {}


def _fed_back(one: Said, known: Known) -> Line:
    if one.object.startswith("document/"):
        return _issued(one, known)
    return _("书面答复一位发言人"), {}


def _corrected(one: Said, known: Known) -> Line:
    return _("更正“{paper}”"), {"paper": known.paper(one)}, OFFICIAL


def _chosen(one: Said, known: Known) -> Line:
    step = known.procedure.step(one.data["step"])
    variant = step.variants.get(one.data["variant"])
    facts = {"step": Word(step.title), "way": Word(variant.title if variant else step.title)}
    return _("“{step}”改按“{way}”办理"), facts


def _breached(one: Said, known: Known) -> Line:
    return _("超过时限，应在{due}前办理"), {"due": date.fromisoformat(one.data["due"][:10])}


def _ruled(one: Said, known: Known) -> Line:
    paper = Word(known.titles.get(f"document/{one.data.get('document')}", words.PAPERS["resolution"]))
    state = Word(STATES.get(one.data.get("state", ""), ""))
    return (
        _("登记：“{paper}”{state}，依据{source}"),
        {"paper": paper, "state": state, "source": one.data["source"]},
        OFFICIAL,
    )


def _charter_adopted(one: Said, known: Known) -> Line:
    return _("规约第{number}版经决议通过"), {"number": one.data["number"]}, OFFICIAL


def _charter_filed(one: Said, known: Known) -> Line:
    return _("规约第{number}版备案"), {"number": one.data["number"]}, OFFICIAL


def _charter_begun(one: Said, known: Known) -> Line:
    facts = {"number": one.data["number"], "on": date.fromisoformat(one.data["from"])}
    return _("规约第{number}版从{on}起生效"), facts, OFFICIAL


def _polled(one: Said, known: Known) -> Line:
    heads = one.data.get("counts", {}).get("heads")
    if not heads:
        return _("表决结束并计票"), {}
    if not {"yes", "no", "abstain"} <= heads.keys() or one.data.get("outcome") not in words.POLL_OUTCOMES:
        return _("表决结束并计票"), {}
    facts = {key: heads[key] for key in ("yes", "no", "abstain")} | {
        "outcome": Word(words.POLL_OUTCOMES[one.data["outcome"]])
    }
    return _("表决结束，{outcome}：赞成{yes}，反对{no}，弃权{abstain}"), facts


_SENTENCES: dict[str, Callable[[Said, Known], Line]] = {
    Act.MATTER_PROPOSED: _proposed,
    Act.MATTER_MOVED: _moved,
    Act.DOCUMENT_ISSUED: _issued,
    Act.RESOLUTION_ISSUED: _issued,
    Act.MINUTES_DRAFTED: _issued,
    Act.DOCUMENT_CLOSED: _completed,
    Act.DOCUMENT_CORRECTED: _corrected,
    Act.NOTICE_ISSUED: _noticed,
    Act.PLAN_REVISED: _plan,
    Act.EVIDENCE_ADDED: _evidence,
    Act.DISCLOSURE_OPENED: _posted,
    Act.DISCLOSURE_CLOSED: _unposted,
    Act.OBJECTION_RAISED: _objected,
    Act.OBJECTION_ANSWERED: _objection_answered,
    Act.FEEDBACK_GIVEN: _fed_back,
    Act.VARIANT_CHOSEN: _chosen,
    Act.CLOCK_BREACHED: _breached,
    Act.POLL_CLOSED: _polled,
    Act.RULING_ENTERED: _ruled,
    Act.CHARTER_ADOPTED: _charter_adopted,
    Act.CHARTER_FILED: _charter_filed,
    Act.CHARTER_BEGUN: _charter_begun,
}
