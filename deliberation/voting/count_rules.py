"""What the two counters found, compared; what must add up before a count is sealed and a poll closes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from deliberation.refusal import Refusal
from deliberation.vocabulary import _
from deliberation.voting.paper_rules import ASIDE

UNREAD, SINGLE, DIFFERS, AGREED, SETTLED = "unread", "single", "differs", "agreed", "settled"
SEALS = 2


@dataclass(frozen=True)
class Sheet:
    """One sheet at the desk: its name there, what its readers read (reader → choice), what a third person decided."""

    id: int
    name: str
    person_id: int | None = None
    readings: Mapping[int, str] = field(default_factory=dict)
    settled: str | None = None
    kind: str = "named"

    @property
    def state(self) -> str:
        if self.settled is not None:
            return SETTLED
        if len(self.readings) < 2:
            return SINGLE if self.readings else UNREAD
        return AGREED if len(set(self.readings.values())) == 1 else DIFFERS

    @property
    def choice(self) -> str | None:
        """What counts; None while two people do not agree on it."""
        if self.settled is not None:
            return self.settled
        return next(iter(self.readings.values())) if self.state == AGREED else None

    def reads_otherwise(self, choice: str) -> bool:
        """Whether this is what nobody who read the sheet found on it. To set it aside is no reading."""
        return choice != ASIDE and choice not in self.readings.values()

    @property
    def is_settled_otherwise(self) -> bool:
        """Whether the third person found on it what neither counter did."""
        return self.settled is not None and self.reads_otherwise(self.settled)


@dataclass(frozen=True)
class Hands:
    """One round of a show of hands: counter → numbers, and the third person's where it was needed."""

    round: int
    counts: tuple[tuple[int, Mapping[str, int]], ...] = ()
    settled: Mapping[str, int] | None = None

    @property
    def figures(self) -> Mapping[str, int] | None:
        """The numbers that count; None while two people do not agree on them."""
        if self.settled is not None:
            return self.settled
        if len(self.counts) == 2 and self.counts[0][1] == self.counts[1][1]:
            return self.counts[0][1]
        return None

    @property
    def differs(self) -> bool:
        return self.settled is None and len(self.counts) == 2 and self.figures is None


@dataclass(frozen=True)
class Desk:
    """Everything at the desk of one poll that has to add up. ``present`` and ``taking_part`` by measure, from the tally."""

    printed: int = 0
    given: int = 0
    returned: int = 0
    spoiled: int = 0
    received: int | None = None
    left_over: int | None = None
    strays: int = 0
    not_there: int = 0
    sheets: Sequence[Sheet] = ()
    hands: Hands | None = None
    not_ticked: int = 0
    aside_not_ticked: int = 0
    twice: int = 0
    measures: Mapping[str, tuple[Any, Any, Any]] = field(default_factory=dict)
    absent: int = 0
    refused: str = ""

    @property
    def out(self) -> int:
        """Sheets that people hold or have put into the box."""
        return self.given - self.returned - self.spoiled

    @property
    def in_box(self) -> list[Sheet]:
        """Sheets that somebody has read; a list of hands is no paper."""
        return [sheet for sheet in self.sheets if sheet.kind != "hands" and sheet.state != UNREAD]

    @property
    def aside(self) -> int:
        """Sheets of paper that a third person has set aside."""
        return sum(sheet.choice == ASIDE for sheet in self.in_box)

    def states(self) -> Counter[str]:
        return Counter(sheet.state for sheet in self.sheets)

    @property
    def unsettled(self) -> int:
        """Sheets and rounds of hands on which two people do not yet agree, and sheets that nobody has read."""
        states = self.states()
        unread = max(0, (self.received or 0) - self.strays - len(self.in_box))
        return states[DIFFERS] + states[SINGLE] + unread + int(self.hands is not None and self.hands.figures is None)


OK, OFF, TODO = "ok", "off", "todo"


@dataclass(frozen=True)
class Line:
    """One line of the checklist: how it stands, the sentence, what it means."""

    state: str
    sentence: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    note: str = ""


def checklist(desk: Desk) -> list[Line]:
    """What has to add up before two counters seal the count, each with a sentence."""
    lines = [*_printed(desk), *_box(desk), *_read(desk), *_hands(desk), *_people(desk), *_present(desk)]
    return [line for line in lines if line is not None]


def _printed(desk: Desk) -> Iterable[Line | None]:
    if not desk.printed:
        return
    if desk.left_over is None:
        yield Line(
            TODO, _("清点没有发出的票：印了{printed}张，发出{given}张"), {"printed": desk.printed, "given": desk.given}
        )
        return
    facts = {"printed": desk.printed, "out": desk.out, "left": desk.left_over, "spoiled": desk.spoiled}
    facts["aside"] = desk.aside_not_ticked
    difference = desk.printed - desk.out - desk.left_over - desk.spoiled - desk.aside_not_ticked
    if difference == 0 and desk.aside_not_ticked:
        words = _("印制{printed}张 = 发出在外{out}张 + 剩余{left}张 + 作废{spoiled}张 + 没有登记而不计入{aside}张")
        yield Line(OK, words, facts)
    elif difference == 0:
        yield Line(OK, _("印制{printed}张 = 发出在外{out}张 + 剩余{left}张 + 作废{spoiled}张"), facts)
    elif difference > 0:
        yield Line(
            OFF,
            _("印制{printed}张，少了{n}张：发出在外{out}张，剩余{left}张，作废{spoiled}张"),
            facts | {"n": difference},
            _FIND,
        )
    else:
        yield Line(
            OFF,
            _("印制{printed}张，多出{n}张：发出在外{out}张，剩余{left}张，作废{spoiled}张"),
            facts | {"n": -difference},
            _FIND,
        )


_FIND = _("请再清点剩余的票，核对发票登记")


def _box(desk: Desk) -> Iterable[Line | None]:
    if not desk.printed:
        return
    if desk.received is None:
        yield Line(TODO, _("开箱清点收回的票：在外{out}张"), {"out": desk.out})
        return
    genuine = desk.received - desk.strays - desk.aside
    facts = {
        "received": desk.received,
        "out": desk.out,
        "n": abs(desk.out - genuine),
        "aside": desk.strays + desk.aside,
    }
    if genuine > desk.out:
        note = _("多出的票可能没有登记，也可能是伪造的；请逐张核对")
        yield Line(OFF, _("箱里{received}张，放在一边{aside}张，比发出登记的{out}张多{n}张"), facts, note)
    elif genuine < desk.out:
        words = _("箱里{received}张，放在一边{aside}张，发出在外{out}张，有{n}张没有投进箱里")
        yield Line(OK, words, facts, _("领了票没有交的，算没有投票"))
    elif facts["aside"]:
        yield Line(OK, _("箱里{received}张，放在一边{aside}张，其余与发出登记的{out}张相同"), facts)
    else:
        yield Line(OK, _("箱里{received}张，与发出登记的{out}张相同"), facts)
    if desk.not_ticked:
        yield Line(
            OFF,
            _("有{n}张收回的票没有发票登记"),
            {"n": desk.not_ticked},
            _("补登记，或者由第三人认定不计入；票箱里没有的，收回录入"),
        )


_MISREAD = _("录错了票号或者编号的：比对以前由录入的人收回，比对以后由第三人认定票箱里没有这张票")


def _read(desk: Desk) -> Iterable[Line | None]:
    states, read = desk.states(), len(desk.in_box)
    expected = None if desk.received is None else desk.received - desk.strays
    if expected is not None and read != expected:
        facts = {"read": read, "received": expected, "n": abs(read - expected)}
        fewer, more = _("录入了{read}张，比应录的{received}张少{n}张"), _("录入了{read}张，比应录的{received}张多{n}张")
        yield Line(OFF, fewer if read < expected else more, facts, "" if read < expected else _MISREAD)
    if desk.not_there:
        yield Line(OK, _("有{n}张录错了票号：第三人认定票箱里没有，不算录入"), {"n": desk.not_there})
    if states[SINGLE]:
        yield Line(OFF, _("有{n}张票只有一人录入"), {"n": states[SINGLE]})
    if states[DIFFERS]:
        yield Line(OFF, _("有{n}张票两人录入不一致"), {"n": states[DIFFERS]}, _("由没有录入的第三人认定，写明理由"))
    done = [sheet for sheet in desk.sheets if sheet.state in (AGREED, SETTLED)]
    if done and not states[SINGLE] and not states[DIFFERS]:
        aside = sum(sheet.choice == ASIDE for sheet in done)
        facts = {"n": len(done), "counted": len(done) - aside, "aside": aside, "settled": states[SETTLED]}
        yield Line(OK, _("两人都录入了{n}张，全部一致或者已经认定：计入{counted}张，不计入{aside}张"), facts)


def _hands(desk: Desk) -> Iterable[Line | None]:
    hands = desk.hands
    if hands is None:
        return
    if hands.figures is not None:
        yield Line(
            OK,
            _("举手第{round}次清点：在场没有投票的{among}人，两人一致或者已经认定"),
            {"round": hands.round, **hands.figures},
        )
    elif hands.differs:
        yield Line(
            OFF, _("举手第{round}次清点，两人的数不一致"), {"round": hands.round}, _("再举一次手，或者由第三人认定")
        )
    else:
        yield Line(TODO, _("举手第{round}次清点，只有一人交了数"), {"round": hands.round})


def _people(desk: Desk) -> Iterable[Line | None]:
    if desk.twice:
        yield Line(
            OK,
            _("有{n}人既用设备投了票，又交了纸质票"),
            {"n": desk.twice},
            _("两张相同的计一张；不同的都不计入，算到会、没有投票"),
        )


_PLACES = {
    "heads": _("实到{present}人 = 参加表决{part}人 + 未投票{silent}人"),
    "area": _("实到{present}平方米 = 参加表决{part}平方米 + 未投票{silent}平方米"),
    "households": _("实到{present}户 = 参加表决{part}户 + 未投票{silent}户"),
}


def _present(desk: Desk) -> Iterable[Line | None]:
    if desk.absent:
        yield Line(
            OFF,
            _("有{n}人投了票，没有登记到会"),
            {"n": desk.absent},
            _("按规则只计到会的人：补登记到会，或者由第三人认定不计入"),
        )
    elif desk.refused:
        yield Line(OFF, _("现在的票合不起来：{why}"), {"why": desk.refused}, _("请核对到会登记、发票登记和举手人数"))
    for measure, (present, part, silent) in desk.measures.items():
        yield Line(OK, _PLACES[measure], {"present": present, "part": part, "silent": silent})


# --- seals ------------------------------------------------------------------------------------------------------------

NOT_SEALED = Refusal(_("纸质票和举手还没有由两名计票监票人封票"), remedy=_("在计票台核对无误后，两人分别封票"))
SEALED_BY_YOU = Refusal(_("您已经封票"), late=True)
NOTHING_TO_SEAL = Refusal(_("没有纸质票，也没有举手，不用封票"))
ALREADY_SEALED = Refusal(_("已经由两人封票"), late=True)


def may_seal(lines: Iterable[Line], *, has_paper: bool, by_me: bool, seals: int) -> Refusal | None:
    """The first thing that does not add up, or None."""
    if not has_paper:
        return NOTHING_TO_SEAL
    if by_me:
        return SEALED_BY_YOU
    if seals >= SEALS:
        return ALREADY_SEALED
    wrong = next((line for line in lines if line.state != OK), None)
    return Refusal(wrong.sentence, wrong.facts, remedy=wrong.note) if wrong else None


def may_close_count(*, has_paper: bool, seals: int) -> Refusal | None:
    """Why a poll with paper or hands does not close yet."""
    return NOT_SEALED if has_paper and seals < SEALS else None
