"""Who counts on a day: the electorate of a body by its base, as lines of a roster that is not frozen yet.

``body`` is a word of the procedures (``two_committees``, ``villagers_representatives``, ``owners`` …), ``base`` says by
what is counted: ``members``, ``adults``, ``households`` or ``owners``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from deliberation.assemblies.models import (
    Assembly,
    Household,
    Member,
    Ownership,
    PropertyUnit,
    Resident,
    assemblies_of_kind,
    holding_on,
    members_of,
)
from deliberation.communities.models import Community, subtree_ids
from deliberation.identity.models import Person
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _

ADULT = 18
"""村民委员会组织法 25, 城市居民委员会组织法 26: everybody from the eighteenth birthday on."""

KINDS: dict[str, tuple[str, ...]] = {
    "party_branch": ("party_branch",),
    "committee": ("committee",),
    "two_committees": ("party_branch", "committee"),
    "party_members": ("party_members",),
    "villagers_representatives": ("representatives",),
    "residents_representatives": ("representatives",),
    "collective_assembly": ("collective",),
    "collective_delegates": ("collective_delegates",),
    "owners_committee": ("owners_committee",),
    "supervision": ("supervision",),
    "registered_voters": ("voters",),
}
VOTING_SEATS = {"成员", "代表", "主任", "副主任", "书记", "副书记", "委员", "正式党员", "监督委员", "业主", "选民"}
COLLECTIVES = frozenset({"collective_assembly", "collective_delegates"})
"""Of these a village may have several, each with members of its own; of the others it has one."""
DELEGATES = ("成员代表大会", "代表大会")
"""What the name of a meeting of delegates adds to that of its collective."""
FULL_PARTY_MEMBER = "正式党员"
MORE_DELEGATES_THAN = 20
"""农村集体经济组织法 28: a meeting of delegates has more of them."""
MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Part:
    """Which part of a community decides; everything empty: all of it."""

    building: str = ""
    entrance: str = ""
    group: str = ""

    @property
    def words(self) -> str:
        return self.group or f"{self.building}{self.entrance}"


WHOLE = Part()


@dataclass(frozen=True, slots=True)
class Line:
    """One who counts. ``area`` in 0.01 m²; ``owner`` joins the units of one owner."""

    person_id: int
    label: str
    household: str = ""
    owner: str = ""
    area: int | None = None


def electorate(
    session: Session, on: date, *, community: Community, body: str, base: str, part: Part = WHOLE
) -> list[Line]:
    """Everybody who counts, in the order of the roster. Raises Refused where the records do not settle it."""
    match base:
        case "owners":
            lines = _owners(session, on, community, part)
        case "households":
            lines = _households(session, on, community, part)
        case "adults":
            lines = _adults(session, on, community, part)
        case _ if body == "villagers_group":
            lines = _capable_in_group(session, on, community, part)
        case _:
            lines = _members(session, on, community, body, part.group)
    if not lines:
        raise Refused(
            Refusal(_("名册是空的：没有找到有表决权的人"), remedy=_("请先由管理员导入或者核对成员、住户、房屋名册"))
        )
    return lines


def seated_bodies(session: Session, community: Community, body: str, name: str = "") -> list[Assembly]:
    """The bodies with lists of their own behind a word of the procedures. ``name``: which of several collectives;
    its delegates' meeting is named after it. Raises Refused where several, or none, could be meant.
    """
    found = assemblies_of_kind(session, community.id, KINDS.get(body, ()))
    if body not in COLLECTIVES:
        return found
    if name := name or _only_collective(session, community):
        found = _named_after(found, name)
    if len(found) > 1:
        raise Refused(
            Refusal(
                _("这里有{n}个集体经济组织，没有写明由哪一个决定：{who}"),
                _some(one.name for one in found),
                remedy=_("请按“农村集体经济组织决定”的程序提出，并选定是哪一个"),
            )
        )
    return found


def _only_collective(session: Session, community: Community) -> str:
    """The name of the collective that decides where nobody had to choose one; empty where there are several."""
    there = assemblies_of_kind(session, community.id, ("collective",))
    return there[0].name if len(there) == 1 else ""


def _named_after(found: list[Assembly], name: str) -> list[Assembly]:
    """Those of this collective alone: another whose name only begins alike has other members. Raises Refused."""
    known = {one.name: one for one in found}
    if name in known:
        return [known[name]]
    its_own = [known[name + meeting] for meeting in DELEGATES if name + meeting in known]
    if found and not its_own:
        raise Refused(
            Refusal(
                _("名册上没有“{name}”的成员代表大会；登记的是：{who}"),
                {"name": name, **_some(known)},
                remedy=_("请由管理员登记“{name}成员代表大会”，或者由成员大会决定"),
            )
        )
    return its_own


def _members(session: Session, on: date, community: Community, body: str, name: str) -> list[Line]:
    assemblies = seated_bodies(session, community, body, name)
    found: dict[int, Line] = {}
    for kind in KINDS.get(body, ()):
        seated = [one for each in assemblies if each.kind == kind for one in members_of(session, each.id, on)]
        voting = [person for member, person in seated if has_vote(kind, member)]
        if not voting:
            raise Refused(Refusal(_("这个议事机构还没有登记有表决权的成员"), remedy=_("请先由管理员导入成员名册")))
        for person in voting:
            # Who sits on both committees is one person with one vote (一肩挑).
            found.setdefault(person.id, Line(person.id, person.name))
    if body == "collective_delegates" and len(found) <= MORE_DELEGATES_THAN:
        raise Refused(
            Refusal(
                _("成员代表有{n}人，成员代表大会的代表应当多于{least}人"),
                {"n": len(found), "least": MORE_DELEGATES_THAN},
                remedy=_("请由成员大会决定，或者先补选代表、更正名册"),
                source=_("农村集体经济组织法第二十八条"),
            )
        )
    return list(found.values())


def has_vote(kind: str, member: Member) -> bool:
    """Whether a seat carries a vote. 预备党员 have none (党章; domain.md 1.3), other words are kept without rights."""
    if kind == "party_members":
        return member.role == FULL_PARTY_MEMBER
    return member.role in VOTING_SEATS


def _residents(
    session: Session, on: date, community: Community, part: Part
) -> list[tuple[Resident, Household, Person]]:
    found = (
        select(Resident, Household, Person)
        .join(Household, col(Household.id) == Resident.household_id)
        .join(Person, col(Person.id) == Resident.person_id)
        .where(col(Household.community_id).in_(subtree_ids(session, community)), *holding_on(Resident, on))
        .order_by(Household.number, col(Resident.id))
    )
    if part.group:
        found = found.where(col(Person.id).in_(_in_group(part.group, community, on)))
    return list(session.exec(found).all())


def _in_group(name: str, community: Community, on: date) -> Any:
    """Who belongs to a 小组 on a day: a roster seats its people in a body of that kind."""
    return (
        select(Member.person_id)
        .join(Assembly, col(Assembly.id) == Member.assembly_id)
        .where(Assembly.kind == "group", Assembly.name == name, Assembly.community_id == community.id)
        .where(*holding_on(Member, on))
    )


def _adults(session: Session, on: date, community: Community, part: Part) -> list[Line]:
    residents = _residents(session, on, community, part)
    return _grown(on, [(person, household.number) for _resident, household, person in residents])


def _capable_in_group(session: Session, on: date, community: Community, part: Part) -> list[Line]:
    """Where a group acts for the collective (村民委员会组织法 32, last paragraph): those on its list who are eighteen."""
    found = select(Member, Person).join(Person, col(Person.id) == Member.person_id)
    group = select(Assembly.id).where(
        Assembly.kind == "group", Assembly.name == part.group, Assembly.community_id == community.id
    )
    found = found.where(col(Member.assembly_id).in_(group), *holding_on(Member, on)).order_by(col(Member.id))
    seated = [person for member, person in session.exec(found) if has_vote("group", member)]
    return _grown(on, [(person, "") for person in seated])


def _grown(on: date, people: Iterable[tuple[Person, str]]) -> list[Line]:
    """Those of eighteen and more, each with their household. Raises Refused where somebody's age is not known."""
    lines: dict[int, Line] = {}
    undated: dict[int, str] = {}
    for person, household in people:
        if person.born_on is None:
            undated[person.id] = person.name
        elif is_adult(person.born_on, on):
            lines.setdefault(person.id, Line(person.id, person.name, household=household))
    if undated:
        raise Refused(
            Refusal(
                _("有{n}人没有登记出生日期，不能判断是否年满十八周岁：{who}"),
                _some(undated.values()),
                remedy=_("请先在人员名册中补上出生日期"),
            )
        )
    return list(lines.values())


def is_adult(born_on: date, on: date) -> bool:
    """Eighteen from the birthday on; who was born on 29 February from 1 March in other years."""
    return (on.year - ADULT, on.month, on.day) >= (born_on.year, born_on.month, born_on.day)


def _households(session: Session, on: date, community: Community, part: Part) -> list[Line]:
    representatives: dict[str, Line | None] = {}
    for resident, household, person in _residents(session, on, community, part):
        known = representatives.setdefault(household.number, None)
        if resident.is_representative and known is None:
            representatives[household.number] = Line(person.id, household.number, household=household.number)
    if missing := [number for number, line in representatives.items() if line is None]:
        raise Refused(
            Refusal(
                _("有{n}户还没有确定户的代表：{who}"),
                _some(missing),
                remedy=_("请先在名册“户代表”一栏标明，再打开表决"),
            )
        )
    return [line for line in representatives.values() if line is not None]


def _owners(session: Session, on: date, community: Community, part: Part) -> list[Line]:
    units = select(PropertyUnit).where(col(PropertyUnit.community_id).in_(subtree_ids(session, community)))
    if part.building:
        units = units.where(PropertyUnit.building == part.building)
    if part.entrance:
        units = units.where(PropertyUnit.entrance == part.entrance)
    units = list(session.exec(units.order_by(PropertyUnit.building, PropertyUnit.entrance, PropertyUnit.number)))
    casting = dict(
        session.exec(
            select(Ownership.unit_id, Ownership.person_id).where(
                col(Ownership.unit_id).in_([unit.id for unit in units]),
                col(Ownership.casts),
                *holding_on(Ownership, on),
            )
        ).all()
    )
    _refuse_incomplete(units, casting)
    return [Line(casting[unit.id], _label(unit), owner=f"person/{casting[unit.id]}", area=unit.area) for unit in units]


def has_owners(session: Session, of: Community) -> bool:
    """Whether a community, or an estate in it, has units whose owners decide (民法典 278)."""
    within = col(PropertyUnit.community_id).in_(subtree_ids(session, of))
    return session.exec(select(PropertyUnit.id).where(within).limit(1)).first() is not None


def parts_of(session: Session, of: Community) -> list[tuple[str, str]]:
    """(building, entrance) of the units in a community and below it, each once and in order; the entrance may be empty.

    Without buildings that stand in several estates under one name: their owners do not decide together.
    """
    found = select(PropertyUnit.building, PropertyUnit.entrance, PropertyUnit.community_id).distinct()
    within = col(PropertyUnit.community_id).in_(subtree_ids(session, of))
    rows = session.exec(found.where(within).order_by(PropertyUnit.building, PropertyUnit.entrance)).all()
    estates: dict[str, set[int]] = {}
    for building, _entrance, estate in rows:
        estates.setdefault(building, set()).add(estate)
    return [(building, entrance) for building, entrance, _estate in rows if building and len(estates[building]) == 1]


def _refuse_incomplete(units: list[PropertyUnit], casting: dict[int, int]) -> None:
    """A unit without area or without a voice would falsify both denominators of 民法典 278."""
    if nobody := [_label(unit) for unit in units if unit.id not in casting]:
        raise Refused(
            Refusal(
                _("有{n}个专有部分还没有表决人：{who}"), _some(nobody), remedy=_("请先在名册“表决人”一栏标明一位业主")
            )
        )
    if unmeasured := [_label(unit) for unit in units if not unit.area]:
        raise Refused(
            Refusal(
                _("有{n}个专有部分没有面积：{who}"),
                _some(unmeasured),
                remedy=_("请按不动产登记簿补上专有面积"),
                source=_("民法典第二百七十八条；建筑物区分所有权司法解释第八条"),
            )
        )


def _label(unit: PropertyUnit) -> str:
    return f"{unit.building}{unit.entrance}{unit.number}"


def _some(names: Iterable[str]) -> dict[str, Any]:
    known = list(names)
    return {"n": len(known), "who": known[:MOST_NAMED]}
