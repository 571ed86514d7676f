"""The forms of consulting (协商形式) as values, and what a form decides. Pure.

A form is read from ``forms/*.toml``. It says who takes part as what, in which order things go, what must lie open how many
days before, and what the minutes must contain; each with its source, or as a local setting that the convenor is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from deliberation.matters import days
from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import _

LOCAL = _("本地设置")
MEETING, WRITTEN, VISITS = "meeting", "written", "visits"
MANNERS: dict[str, str] = {MEETING: _("开会协商"), WRITTEN: _("书面进行"), VISITS: _("逐户上门或约谈")}
OBSERVER, DRAWN, CLERK = "observer", "delegate", "clerk"

ATTENDED, SPOKEN, ANSWERED, TALKED = "attended", "spoken", "answered", "talked"
EXPERTS, REPLIES, SECTION = "experts", "replies", "section"
CHECKS = (ATTENDED, SPOKEN, ANSWERED, TALKED, EXPERTS, REPLIES, SECTION)
LEAST_WORDS = 4
"""Characters below a heading that count as something said: shorter is an empty line or a dash."""


@dataclass(frozen=True)
class Number:
    """Days with their source."""

    count: int
    source: str


@dataclass(frozen=True)
class FormRole:
    """As what somebody takes part. ``counts``: is one of those whose opinion a gauge asks; others are heard or listen."""

    id: str
    title: str
    speaks: bool
    counts: bool
    source: str
    invited: bool = True
    note: str = ""
    asks: bool = False
    """Puts and backs questions from the floor without speaking; whoever speaks does so anyway."""
    needed: bool = False
    """Whether the form makes no sense with nobody in it: whoever opens its room is asked before."""


@dataclass(frozen=True)
class Item:
    """One line of the agenda, a paper to be laid open, or a piece of the minutes."""

    id: str
    title: str
    source: str
    check: str = ""
    note: str = ""


@dataclass(frozen=True)
class Form:
    """One form. ``order`` names the preset of speaking; ``others`` is the role of whoever belongs there and was not
    named; ``papers_days`` and ``corrections`` (days for corrections of the minutes) are ``None`` where no rule gives a
    number; ``participants_sign`` is the source that asks for the participants' signatures, empty where none does.
    """

    id: str
    version: str
    title: str
    source: str
    manner: str
    order: str
    others: str
    roles: tuple[FormRole, ...]
    agenda: tuple[Item, ...]
    papers: tuple[Item, ...]
    minutes: tuple[Item, ...]
    papers_days: Number | None = None
    corrections: Number | None = None
    participants_sign: str = ""
    note: str = ""

    def role(self, id: str) -> FormRole | None:
        return next((one for one in self.roles if one.id == id), None)

    @property
    def invited(self) -> tuple[FormRole, ...]:
        """The roles to which people are named by name."""
        return tuple(one for one in self.roles if one.invited)


def vacant(form: Form, held: Collection[str]) -> tuple[FormRole, ...]:
    """The roles that the form needs and that nobody of ``held`` has."""
    return tuple(one for one in form.roles if one.needed and one.id not in held)


def seat(form: Form, invited_as: str, *, is_near: bool) -> FormRole | None:
    """As what somebody takes part: as invited, else as the form says of its own people; strangers not at all."""
    if invited_as and (role := form.role(invited_as)) is not None:
        return role
    return form.role(form.others) if is_near else None


# --- papers


def days_of(form: Form, chosen: int | None) -> Number:
    """How many days before the papers must lie open: the rule's number, else what the convenor chose, as such."""
    return form.papers_days or Number(chosen or 0, LOCAL)


def check_days(form: Form, chosen: int | None) -> Refusal | None:
    """A convenor may ask for more days than the rule, never for fewer."""
    if form.papers_days and chosen is not None and chosen < form.papers_days.count:
        return Refusal(_("材料至少要提前{n}日"), {"n": form.papers_days.count}, source=form.papers_days.source)
    return None


def papers_missing(form: Form, laid: Mapping[str, datetime]) -> tuple[Item, ...]:
    return tuple(paper for paper in form.papers if paper.id not in laid)


def may_begin(
    form: Form, number: Number, laid: Mapping[str, datetime], now: datetime, zone: tzinfo, *, whole_days: bool = True
) -> Refusal | None:
    """Why it cannot begin yet: a paper that is not laid open, or has not lain open long enough."""
    if lacking := papers_missing(form, laid):
        names = [Word(paper.title) for paper in lacking]
        return Refusal(_("还没有公开这些材料：{papers}"), {"papers": names}, source=lacking[0].source)
    if not form.papers or not number.count:
        return None
    last = max(laid[paper.id] for paper in form.papers)
    return may_start(form, number, last, now, zone, whole_days=whole_days)


def may_start(
    form: Form, number: Number, laid_at: datetime, at: datetime, zone: tzinfo, *, whole_days: bool = True
) -> Refusal | None:
    """Why it cannot begin ``at`` an instant, its papers having been laid open at another: there are not the days between."""
    if not form.papers or not number.count:
        return None
    earliest = days.meeting_from(laid_at, number.count, zone, whole_days_between=whole_days)
    if at < earliest:
        facts = {"n": number.count, "on": earliest.astimezone(zone).date()}
        return Refusal(_("材料要提前{n}日公开，最早{on}开始"), facts, source=number.source)
    return None


# --- what the minutes must contain


@dataclass(frozen=True)
class Happened:
    """What there is to be minuted: numbers of people, and the text as it is about to be issued."""

    attended: int = 0
    spoken: int = 0
    answered: int = 0
    talked: int = 0
    experts_silent: tuple[str, ...] = ()
    departments_silent: tuple[str, ...] = ()
    body: str = ""


def lacking(form: Form, what: Happened) -> tuple[Item, ...]:
    """What the form asks of the minutes and is not there, in the form's order."""
    return tuple(item for item in form.minutes if not _is_there(item, what))


def _is_there(item: Item, what: Happened) -> bool:
    match item.check:
        case "attended":
            return what.attended > 0
        case "spoken":
            return what.spoken > 0
        case "answered":
            return what.answered > 0
        case "talked":
            return what.talked > 0
        case "experts":
            return not what.experts_silent
        case "replies":
            return not what.departments_silent
        case _:
            return len(section(what.body, item.title)) >= LEAST_WORDS


HEADING = re.compile(r"^【([^】\n]{1,40})】[ \t　]*(.*)$")


def section(body: str, title: str) -> str:
    """What stands below the heading ``【title】`` until the next one, without blanks."""
    found, inside = [], False
    for line in body.splitlines():
        if head := HEADING.match(line.strip()):
            inside = head[1].strip() == title
            found += [head[2]] if inside else []
        elif inside:
            found.append(line)
    return "".join("".join(found).split())


def sections(form: Form) -> dict[str, str]:
    """The headings that the draft of the minutes has for its writer to fill in, by their ids."""
    return {item.id: item.title for item in form.minutes if item.check == SECTION}


COUNTED = _("到场的人里计入测评的")
"""What lacks where only those came who do not count: a list of who came stands there all the same."""


def named(item: Item) -> str:
    """What lacks, as it is said to whoever issues the minutes."""
    return COUNTED if item.check == ATTENDED else item.title


def may_seal(items: Iterable[Item], explained: str) -> Refusal | None:
    """Minutes that lack something are issued only with a sentence about why."""
    found = tuple(items)
    if not found or len(explained.strip()) >= LEAST_WORDS:
        return None
    if short := len(explained.strip()):
        known = {"n": LEAST_WORDS, "now": short}
        return Refusal(_("缺项说明至少写{n}个字，现在是{now}个"), known, remedy=_("写明为什么没有"), source=LOCAL)
    facts = {"n": len(found), "items": [Word(named(item)) for item in found]}
    return Refusal(
        _("纪要还缺{n}项：{items}"), facts, remedy=_("补上这些内容，或者写明为什么没有"), source=found[0].source
    )
