"""What an import would change, before it does: for the page that asks, and for standard error of the command."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from deliberation.assemblies.electorate import has_vote, is_adult
from deliberation.assemblies.existing import existing_of
from deliberation.assemblies.roster_capacities import person_key
from deliberation.assemblies.roster_facts import AssemblyKind, Change, Existing, Plan
from deliberation.communities.models import Community
from deliberation.translation import translate
from deliberation.vocabulary import _

KIND_NAMES: dict[str, str] = {
    "party_members": _("党员大会"),
    "party_branch": _("党组织"),
    "committee": _("村（居）民委员会"),
    "residents": _("村（居）民会议"),
    "representatives": _("村（居）民代表会议"),
    "supervision": _("监督委员会"),
    "owners": _("业主大会"),
    "owners_committee": _("业主委员会"),
    "collective": _("集体经济组织成员大会"),
    "collective_delegates": _("集体经济组织成员代表大会"),
    "voters": _("登记的选民"),
    "group": _("小组"),
    "other": _("其他机构"),
}
MANY = {AssemblyKind.GROUP.value, AssemblyKind.OTHER.value}
"""Of these kinds a community has as many as it likes."""
_DECIDING: tuple[tuple[str, tuple[str, ...]], ...] = (
    (_("党员大会"), ("party_members",)),
    (_("党组织"), ("party_branch",)),
    (_("村（居）民委员会"), ("committee",)),
    (_("村（社区）“两委”"), ("party_branch", "committee")),
    (_("村（居）民代表会议"), ("representatives",)),
    (_("集体经济组织成员大会"), ("collective",)),
    (_("集体经济组织成员代表大会"), ("collective_delegates",)),
    (_("业主委员会"), ("owners_committee",)),
    (_("监督委员会"), ("supervision",)),
    (_("登记的选民"), ("voters",)),
)
_RURAL = re.compile(r"村(民|务|委|支|党|监|集体|经济)")
_URBAN = re.compile(r"居(民|务|委)|社区")
_URBAN_PLACES = {"community", "compound", "courtyard"}
MOST_NAMED = 30


@dataclass(frozen=True)
class Voters:
    """How many count in one body, before an import and after it."""

    title: str
    before: int
    after: int


@dataclass(frozen=True)
class Told:
    """One thing that an import changes: ``words`` with ``names`` behind it; ``is_warning`` for what looks wrong."""

    words: str
    names: tuple[str, ...] = ()
    is_warning: bool = False
    kinds: tuple[str, ...] = ()

    def line(self, locale: str) -> str:
        """The whole in one line."""
        words, named = translate(locale, self.words, n=len(self.names)), self._named(locale)
        rest = translate(locale, _("等")) if len(named) > MOST_NAMED else ""
        return words + "、".join(named[:MOST_NAMED]) + rest

    def beyond(self, locale: str) -> str:
        """The names for which the line had no room."""
        return "、".join(self._named(locale)[MOST_NAMED:])

    def _named(self, locale: str) -> list[str]:
        return [
            f"{name}（{translate(locale, KIND_NAMES[kind])}）" if kind else name
            for name, kind in zip(self.names, self.kinds or [""] * len(self.names), strict=True)
        ]


@dataclass(frozen=True)
class Foretold:
    """Everything that is shown before somebody confirms an import."""

    told: tuple[Told, ...]
    voters: tuple[Voters, ...]

    def lines(self, locale: str) -> list[str]:
        """Warnings first, then what changes, then who decides before and after."""
        told = sorted(self.told, key=lambda one: not one.is_warning)
        mark = translate(locale, _("注意："))
        counted = [f"{translate(locale, one.title)}: {one.before} → {one.after}" for one in self.voters]
        return [*(mark * one.is_warning + one.line(locale) for one in told), *counted]


def foretell(session: Session, community: Community, plan: Plan, on: date) -> Foretold:
    """What the plan changes in a community, as its records stand now."""
    existing = existing_of(session, community)
    below = select(Community).where(col(Community.lineage).startswith(community.lineage), Community.id != community.id)
    # Owners and residents of the parts decide in the whole as well (``electorate.py``).
    parts = [_Count(existing_of(session, part), Plan(), on) for part in session.exec(below)]
    before, after = _Count(existing, Plan(), on), _Count(existing, plan, on)
    voters = [Voters(title, before.seated(kinds), after.seated(kinds)) for title, kinds in _DECIDING]
    for title, base in (
        (_("十八周岁以上居民"), "adults"),
        (_("有户代表的户"), "households"),
        (_("有表决人的专有部分"), "owners"),
    ):
        old, new = ({key for one in (each, *parts) for key in getattr(one, base)()} for each in (before, after))
        voters.append(Voters(title, len(old), len(new)))
    told = (*_warnings(community, existing, plan), *_changes(existing, plan))
    return Foretold(tuple(told), tuple(one for one in voters if one.before or one.after))


def _warnings(community: Community, existing: Existing, plan: Plan) -> Iterator[Told]:
    new = [fact for fact in plan.assemblies if fact.change is Change.ADD]
    if community.kind in _URBAN_PLACES:
        if names := _named(new, _RURAL):
            yield Told(_("这里是城市社区，名册却要设立农村的机构："), names, True)
    elif community.kind == "village" and (names := _named(new, _URBAN)):
        yield Told(_("这里是村，名册却要设立城市社区的机构："), names, True)
    kinds = [one.kind for one in existing.assemblies] + [one.kind for one in new]
    again = tuple(one.name for one in new if one.kind not in MANY and kinds.count(one.kind) > 1)
    if again:
        yield Told(_("已经有同一类的机构，又要设立："), again, True)


def _named(new: Iterable[Any], pattern: re.Pattern[str]) -> tuple[str, ...]:
    return tuple(fact.name for fact in new if pattern.search(fact.name))


def _changes(existing: Existing, plan: Plan) -> Iterator[Told]:
    names = {fact.key: fact.name for fact in plan.people}
    bodies = [fact for fact in plan.assemblies if fact.change is Change.ADD]
    if bodies:
        yield Told(_("新设{n}个机构："), tuple(one.name for one in bodies), kinds=tuple(one.kind for one in bodies))
    rows: tuple[tuple[str, Sequence[str]], ...] = (
        (_("新增{n}人："), [one.name for one in plan.people if one.change is Change.ADD]),
        (_("更正{n}人的信息："), [one.name for one in plan.people if one.change is Change.ALTER]),
        (_("新增{n}户："), [one.number for one in plan.households if one.change is Change.ADD]),
        (_("新增{n}个专有部分："), ["".join(one.key) for one in plan.units if one.change is Change.ADD]),
        (_("更正{n}个专有部分的面积："), ["".join(one.key) for one in plan.units if one.change is Change.ALTER]),
        (_("户代表变动{n}处："), list(_moved(plan.residents, "is_representative", lambda one: one.household, names))),
        (_("表决人变动{n}处："), list(_moved(plan.ownerships, "casts", lambda one: "".join(one.unit), names))),
        (_("席位变动{n}处："), [_seat(one, names) for one in plan.members if one.change is not Change.KEEP]),
    )
    yield from (Told(words, tuple(found)) for words, found in rows if found)


def _moved(facts: Iterable[Any], mark: str, place: Any, names: dict[str, str]) -> Iterator[str]:
    for fact in facts:
        is_now = getattr(fact, mark)
        if (fact.change is Change.ADD and is_now) or mark in fact.altered:
            yield f"{place(fact)} {'+' if is_now else '−'}{names[fact.person]}"


def _seat(fact: Any, names: dict[str, str]) -> str:
    return f"{fact.assembly} {'+' if fact.change is Change.ADD else '~'}{names[fact.person]} {fact.role}"


class _Count:
    """Who counts on a day: what is known, with a plan's facts in the place of what they alter."""

    def __init__(self, existing: Existing, plan: Plan, on: date):
        self.on = on
        self.kinds = {one.name: one.kind for one in (*existing.assemblies, *plan.assemblies)}
        self.births = {person_key(one.id): one.born_on for one in existing.people}
        self.births |= {one.key: one.born_on for one in plan.people}
        self.members = self._now(existing.members, plan.members)
        self.residents = self._now(existing.residents, plan.residents)
        self.ownerships = self._now(existing.ownerships, plan.ownerships)

    def _now(self, known: Iterable[Any], facts: Iterable[Any]) -> list[tuple[str, Any]]:
        facts = list(facts)
        replaced = {fact.known for fact in facts}
        terms = [(person_key(one.person), one) for one in known if one.id not in replaced]
        terms += [(fact.person, fact) for fact in facts]
        return [(who, one) for who, one in terms if self._holds(one)]

    def _holds(self, one: Any) -> bool:
        return (one.from_on is None or one.from_on <= self.on) and (one.until_on is None or one.until_on >= self.on)

    def seated(self, kinds: tuple[str, ...]) -> int:
        seats = ((who, one, self.kinds[one.assembly]) for who, one in self.members)
        return len({who for who, one, kind in seats if kind in kinds and has_vote(kind, one)})

    def adults(self) -> set[Any]:
        dated = ((who, self.births.get(who)) for who, _one in self.residents)
        return {who for who, born in dated if born is not None and is_adult(born, self.on)}

    def households(self) -> set[Any]:
        return {one.household for _who, one in self.residents if one.is_representative}

    def owners(self) -> set[Any]:
        return {one.unit for _who, one in self.ownerships if one.casts}
