"""Charters and pacts: who adopts which, with whom it is filed, and which edition is in force on a day. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from deliberation.matters.ruling_rules import GONE
from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import _


@dataclass(frozen=True)
class Kind:
    """A kind of text: who adopts it, by which article; with whom it is filed, empty where no law read asks for it."""

    id: str
    title: str
    bodies: tuple[str, ...]
    source: str
    filed_with: str = ""
    filing_source: str = ""
    note: str = ""


_TOWNSHIP, _TOWNSHIP_SOURCE = _("乡、民族乡、镇的人民政府"), _("村民委员会组织法第三十一条第一款")
_STREET, _STREET_SOURCE = _("不设区的市、市辖区的人民政府或者街道办事处"), _("城市居民委员会组织法第三十一条第一款")
_NOT_FILED = _("物业管理条例没有规定管理规约、业主大会议事规则要备案")

KINDS: dict[str, Kind] = {
    one.id: one
    for one in (
        Kind("village_pact", _("村规民约"), ("villagers_assembly",), _TOWNSHIP_SOURCE, _TOWNSHIP, _TOWNSHIP_SOURCE),
        Kind("village_charter", _("村民自治章程"), ("villagers_assembly",), _TOWNSHIP_SOURCE, _TOWNSHIP,
             _TOWNSHIP_SOURCE),
        Kind("urban_pact", _("居民公约"), ("residents_assembly", "residents_representatives"),
             _("城市居民委员会组织法第三十条第一款、第二款"), _STREET, _STREET_SOURCE,
             _("由居民代表会议制定的，须有居民会议的授权")),
        Kind("urban_charter", _("居民自治章程"), ("residents_assembly", "residents_representatives"),
             _("城市居民委员会组织法第三十条第一款、第二款"), _STREET, _STREET_SOURCE,
             _("由居民代表会议制定的，须有居民会议的授权")),
        Kind("owners_pact", _("管理规约"), ("owners",), _("民法典第二百七十八条第一款第二项"), note=_NOT_FILED),
        Kind("owners_rules", _("业主大会议事规则"), ("owners",), _("民法典第二百七十八条第一款第一项"), note=_NOT_FILED),
    )
}  # fmt: skip
OF_SCOPE = {"village": ("village_pact", "village_charter"), "urban": ("urban_pact", "urban_charter"),
            "owners": ("owners_pact", "owners_rules")}  # fmt: skip
SPECIAL = Refusal(_("管理规约、议事规则属于一般事项，不按特别事项表决"), source=_("民法典第二百七十八条"))


def kinds_for(scope: Iterable[str], procedure: str = "") -> tuple[Kind, ...]:
    """The kinds that a procedure of this scope may adopt; owners decide items 1 and 2 as ordinary ones."""
    if procedure == "owners_special" or procedure.endswith(("_election", "_recall")):
        return ()
    return tuple(KINDS[id] for word in scope for id in OF_SCOPE.get(word, ()))


def may_adopt(kind: Kind, body: str, title: str | Word) -> Refusal | None:
    """Why this body's vote cannot adopt such a text."""
    if body in kind.bodies:
        return None
    return Refusal(
        _("“{title}”不由这个会议制定或者修改"), {"title": title}, remedy=_("在“选择办理方式”里改由有权的会议决议"),
        source=kind.source,
    )  # fmt: skip


class Edition(Protocol):
    """What of an edition counts here. ``state`` is that of its resolution (ruling_rules.STATES)."""

    number: int
    in_force_from: date | None
    state: str


def in_force(editions: Sequence[Edition], on: date) -> Edition | None:
    """The edition in force on a day: the last that began by then, unless it was revoked or annulled.

    Whether an earlier text comes back with a revocation only its decision can say, so none is said to.
    """
    begun = [one for one in editions if one.in_force_from is not None and one.in_force_from <= on]
    last = max(begun, key=lambda one: (one.in_force_from, one.number), default=None)
    return None if last is None or last.state in GONE else last


@dataclass(frozen=True)
class Readiness:
    """What is the case of an edition that is to come into force."""

    needs_filing: bool
    is_filed: bool
    is_disclosed: bool
    is_begun: bool
    is_replaced: bool
    state: str
    adopted_on: date
    source: str


def may_begin(one: Readiness) -> Refusal | None:
    """Why an edition cannot come into force yet."""
    if one.is_begun:
        return Refusal(_("这一版已经生效"), late=True)
    if one.is_replaced:
        return Refusal(_("后一版已经取代这一版"), late=True)
    if one.state in GONE:
        return Refusal(_("通过这一版的决议已被撤销，不能生效"), late=True)
    if not one.is_disclosed:
        return Refusal(_("决议公开还没有期满"), remedy=_("公示期满、异议都已答复以后再登记生效"))
    if one.needs_filing and not one.is_filed:
        return Refusal(_("还没有登记备案"), remedy=_("先登记备案：报给谁、哪一天、回执"), source=one.source)
    return None


def start_refusal(on: date, adopted_on: date, today: date) -> Refusal | None:
    """A text binds nobody before it was decided; the day is named at the latest when it comes."""
    if on < adopted_on:
        return Refusal(_("生效日期早于通过的日期{on}"), {"on": adopted_on})
    return Refusal(_("生效日期不能早于今天")) if on < today else None


def filing_refusal(on: date, adopted_on: date, today: date) -> Refusal | None:
    """What is filed was adopted before, and the filing has been done."""
    if on < adopted_on:
        return Refusal(_("备案日期早于通过的日期{on}"), {"on": adopted_on})
    return Refusal(_("日期还没有到")) if on > today else None
