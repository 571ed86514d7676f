"""What a poll of a kind opens with: its rule, its item, its clause, the poll that it follows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from sqlmodel import Session

from deliberation.communities.models import Community, local_setting
from deliberation.matters.engine import FURTHER
from deliberation.matters.facts import Facts
from deliberation.matters.models import Matter
from deliberation.matters.owners_rules import against_item, decides_items
from deliberation.matters.reasons import poll_now
from deliberation.matters.voted import Voted
from deliberation.refusal import Invalid, Refused
from deliberation.voting.election_rules import against_booth, as_booth, is_election
from deliberation.voting.further_rules import Further, further_vote
from deliberation.voting.kinds_rules import NO_PLAN, YES_NO, Kind, against_kind, rule_of_kind
from deliberation.voting.models import Poll, polls_of_matter, shown_result
from deliberation.voting.preset_rules import Change, against_change, read_change, rule_with, setting_of
from deliberation.voting.presets import Preset
from deliberation.voting.tally_rule import read_rule, rule_as_json
from deliberation.voting.tally_terms import Rule


@dataclass(frozen=True)
class Opening:
    """The rule of a poll and the columns that its kind brings."""

    rule: dict[str, Any]
    columns: dict[str, Any]


def change_of(session: Session, community: Community, preset: Preset) -> tuple[Change, str]:
    """The local setting of a preset with its source; nothing where there is none, or none that the law allows."""
    setting = local_setting(session, community, setting_of(preset.id))
    if setting is None:
        return Change(), ""
    change = read_change(setting.value)
    is_idle = change == Change() or against_change(preset, change) is not None
    return (Change(), "") if is_idle else (change, setting.source)


def rule_under_setting(session: Session, community: Community, preset: Preset, rule: Rule) -> tuple[Rule, str]:
    """The rule of a preset under its local setting, and where that comes from."""
    change, source = change_of(session, community, preset)
    return rule_with(rule, preset, change), source


def followed_by(session: Session, matter: Matter, facts: Facts) -> tuple[Poll, Further] | None:
    """The poll of this stay after which only its further vote may be opened, and that vote."""
    if facts.is_ended or (held := poll_now(facts)) is None or held.outcome not in FURTHER:
        return None
    polls = [one for one in polls_of_matter(session, matter.id) if not one.clause and one.step == facts.stage]
    further = further_of(polls[-1]) if polls else None
    return (polls[-1], further) if further else None


def further_of(poll: Poll) -> Further | None:
    """The further vote that a closed poll leads to."""
    if poll.result is None:
        return None
    return further_vote(poll.rule, poll.result, is_election(poll.preset), poll.follows_id is not None)


def chosen(result: dict[str, Any]) -> list[tuple[str, int | None]] | None:
    """What a vote among options chose, each with its votes where they are published; None for a vote by yes and no."""
    if "winners" not in result:
        return None
    votes = result["counts"]["heads"].get("options") or {}
    return [(option, votes.get(option)) for option in result["winners"]]


def voted_on(poll: Poll) -> Voted:
    """Which paragraph a poll is on, and what was chosen in it."""
    return Voted(int(poll.clause or 0), chosen(shown_result(poll)) if poll.result else None)


def item_of(matter: Matter, preset: str, kind: Kind) -> int | None:
    """The item of 民法典 278 that is decided: the matter's own, else the chair's. Raises Invalid, Refused."""
    item = matter.item if matter.item is not None else kind.item
    if not decides_items(preset):
        item = None
    if no := against_item(preset, item):
        if matter.item is not None:
            raise Refused(no)
        raise Invalid({"item": no})
    return item


def open_kind(
    session: Session, matter: Matter, facts: Facts, preset: Preset, basis: Kind, *, given: dict[str, Any]
) -> Opening:
    """The rule and the columns with which a poll opens. ``given``: rule, text, closes_at and rule_source as they stand.

    Raises Invalid with the fields of the form, Refused.
    """
    kind, rule, followed = basis, read_rule(given["rule"]), followed_by(session, matter, facts)
    if preset.is_booth:
        kind = as_booth(kind, is_election(preset.id))
    if followed:
        kind, rule = _as_further(kind, rule, *followed)
    if wrong := against_booth(preset, kind) or against_kind(preset, kind, given["text"], given["closes_at"]):
        raise Invalid(wrong)
    if kind.clause and not facts.plans:
        raise Refused(NO_PLAN)
    columns = {
        "item": item_of(matter, preset.id, kind),
        "clause": str(kind.clause) if kind.clause else "",
        "way": kind.way,
        "way_source": kind.way_source,
        "rule_source": "; ".join(part for part in (given["rule_source"], kind.most_source) if part),
        "follows_id": followed[0].id if followed else None,
    }
    return Opening(rule_as_json(rule_of_kind(rule, kind)), columns)


def rule_to_open(session: Session, matter: Matter, facts: Facts, rule: dict[str, Any]) -> dict[str, Any]:
    """The rule as the opening form says it: that of the step, or of the further vote where one is due."""
    followed = followed_by(session, matter, facts)
    if followed is None:
        return rule
    return rule_as_json(rule_of_kind(*reversed(_as_further(YES_NO, read_rule(rule), *followed))))


def _as_further(kind: Kind, rule: Rule, before: Poll, further: Further) -> tuple[Kind, Rule]:
    """Who stands and for how many seats is no choice of the chair's; how it is decided stays, but for an election's third."""
    fixed = replace(
        kind,
        clause=0,
        options=further.options,
        select=further.select,
        seats=further.seats,
        by_most=not before.rule["approval"],
        most_source="" if before.rule["approval"] else before.rule_source,
        may_abstain="abstain" in before.rule["choices"],
    )
    return fixed, (rule if further.approval is None else replace(rule, approval=further.approval))
