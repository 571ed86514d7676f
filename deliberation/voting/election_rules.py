"""Elections and recalls from the booth: candidates and seats, what the matter is told, and what a further vote adds. Pure.

Whoever has more marks on a ballot than there are seats has cast an invalid one; whoever marks nobody abstains (both
local settings: the laws leave the way of voting to the provinces, 村民委员会组织法 18, last paragraph).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import _
from deliberation.voting.choice_rules import against_options
from deliberation.voting.further_rules import A_THIRD
from deliberation.voting.kinds_rules import MEETING, Kind
from deliberation.voting.presets import Preset

MORE_THAN_SEATS = _("候选人的名额应当多于应选名额：候选人{n}名，应选{seats}名")
CANDIDATES = _("村民委员会组织法第十八条，城市居民委员会组织法第十八条")
NO_CANDIDATES = Refusal(_("请写候选人，一行一个"), source=CANDIDATES)
NO_SEATS = Refusal(_("请写应选几名"))
YES_OR_NO = Refusal(_("罢免只能赞成、反对或者弃权"))
NO_PROXIES_TO_RECALL = _("法律没有写明罢免可以委托投票，本平台不登记罢免的委托。")
NO_PROXIES_BY_LAW = _("采取居民代表选举方式的，不实行委托投票。")
RECALL_SOURCES = {
    "village": _("村民委员会组织法第十九条"),
    "urban": _("城市居民委员会组织法第二十条"),
}
PROXY_SOURCES = {
    "village": _("村民委员会组织法第十八条"),
    "urban": _("城市居民委员会组织法第十九条"),
}


def is_election(preset: str) -> bool:
    return "election" in preset.split("_")


def takes_proxies(preset: str) -> bool:
    """Whoever is away may vote by another: in elections, but not where the representatives elect."""
    return is_election(preset) and not preset.endswith("_representatives")


def proxy_source(preset: str) -> str:
    return PROXY_SOURCES[preset.split("_")[0]]


def no_proxies(preset: str) -> tuple[str, str] | None:
    """Why an election or a recall takes none, and by which article; None where it takes them."""
    if takes_proxies(preset):
        return None
    if is_election(preset):
        return NO_PROXIES_BY_LAW, proxy_source(preset)
    return NO_PROXIES_TO_RECALL, RECALL_SOURCES[preset.split("_")[0]]


def as_booth(kind: Kind, of_people: bool) -> Kind:
    """The chair's choice as an election or a recall can be: as many marks as seats, one may abstain, nothing else."""
    fixed = replace(kind, clause=0, may_abstain=True, by_most=False, most_source="", way=MEETING, way_source="")
    return replace(fixed, select=fixed.seats) if of_people else fixed


def against_booth(preset: Preset, kind: Kind) -> dict[str, Refusal]:
    """What is wrong with candidates and seats, by field of the form."""
    if not preset.is_booth:
        return {}
    if not is_election(preset.id):
        return {"options": YES_OR_NO} if kind.options else {}
    if not kind.options:
        return {"options": NO_CANDIDATES}
    if kind.seats < 1:
        return {"seats": NO_SEATS}
    if len(kind.options) <= kind.seats:
        facts = {"n": len(kind.options), "seats": kind.seats}
        return {"seats": Refusal(MORE_THAN_SEATS, facts, source=CANDIDATES)}
    no = against_options(kind.options)
    return {"options": no} if no else {}


@dataclass(frozen=True)
class Round:
    """One vote of an election: who was elected in it, and how many seats it left."""

    outcome: str
    elected: tuple[str, ...]
    seats: int


def elected_in(rounds: Sequence[Round]) -> tuple[str, ...]:
    """Everybody elected in a first vote and in those that followed it, in that order."""
    return tuple(name for each in rounds for name in each.elected)


def unfilled(rounds: Sequence[Round]) -> int:
    """How many of the seats of the first vote nobody has."""
    return rounds[0].seats - len(elected_in(rounds))


def outcome_of_rounds(outcome: str, earlier: Sequence[Round]) -> str:
    """What the matter is told after a further vote: those elected before stay elected, whatever became of the rest."""
    return "passed" if outcome in ("failed", "no_quorum") and elected_in(earlier) else outcome


TAKE_PART = _("{who}须有超过{share}参加投票，选举才有效")
ELECTED = _("得票超过参加投票人数{share}的候选人当选；达到的人多于应选名额的，得票多的当选")
LEFT_OVER = _(
    "当选人数不足应选名额的，不足的名额在得票多的未当选人中另行选举，以得票多的当选，但是不少于已投选票总数的{share}"
)


OF_SO_MANY = _("候选人{n}名，应选{seats}名")
FURTHER_ELECTED = _("得票多的当选，但是所得票数不得少于已投选票总数的{share}")
COUNTED_IN = _("弃权票、无效票也算参加投票")
TIED_AGAIN = _("最后一个名额得票相同的，再次投票")


def said_rule(preset: Preset, rule: Mapping[str, Any], is_further: bool) -> list[tuple[str, dict[str, Any]]]:
    """The rule of an election that is open, in the words of the law: (key, facts) each."""
    first, elected, left_over = rule_words(preset)
    if is_further:
        elected = (FURTHER_ELECTED, {"share": A_THIRD.fraction})
    so_many = (OF_SO_MANY, {"n": len(rule["options"]), "seats": rule["seats"]})
    rest = [] if is_further else [left_over]
    return [so_many, first, elected, *rest, (TIED_AGAIN, {}), (COUNTED_IN, {})]


def rule_words(preset: Preset) -> list[tuple[str, dict[str, Any]]]:
    """The rule of an election before candidates and seats are written: (key, facts) each."""
    (take_part,), (elect,) = preset.quorum, preset.approval
    return [
        (TAKE_PART, {"who": Word(preset.entitled), "share": take_part.fraction}),
        (ELECTED, {"share": elect.fraction}),
        (LEFT_OVER, {"share": A_THIRD.fraction}),
    ]
