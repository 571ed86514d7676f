"""The tally document: what is counted, by which rule, on which roster (``deliberation/tally-1`` of the contracts).

Pure. :func:`read_tally_document` turns a JSON-able dict into frozen values and refuses, with the place, whatever the
contract does not allow; what it lets through can be counted without a further question.
"""

from __future__ import annotations

import re
from typing import Any

from deliberation.voting.tally_checks import (
    MOST_DIGITS,
    TOO_LARGE,
    TallyRefused,
    a_list,
    an_object,
    one_of,
    required,
    said,
    strings,
    wrong,
)
from deliberation.voting.tally_hands import read_hands
from deliberation.voting.tally_roster import Roster
from deliberation.voting.tally_rule import placed_tests, read_rule
from deliberation.voting.tally_terms import Ballot, Line, Measure, Rule, TallyDocument

SCHEMA = "deliberation/tally-1"

_AREA = re.compile(r"([0-9]+)(?:\.([0-9]{1,2}))?", re.ASCII)


def read_tally_document(raw: Any) -> TallyDocument:
    """Read a parsed JSON document. Raises :class:`TallyRefused` naming the first place that cannot be used."""
    an_object(raw, "document")
    if "schema" in raw and raw["schema"] != SCHEMA:
        raise TallyRefused("schema", f'must be "{SCHEMA}", not {said(raw["schema"])}')
    confidential = one_of(raw.get("secrecy", "named"), "secrecy", ("named", "confidential")) == "confidential"
    rule = read_rule(required(raw, "rule", ""))
    roster = _roster(a_list(required(raw, "roster", ""), "roster"), rule)
    raw_ballots = a_list(required(raw, "ballots", ""), "ballots")
    document = TallyDocument(
        rule=rule,
        roster=roster,
        ballots=_ballots(raw_ballots, rule, confidential),
        present=strings(raw.get("present", []), "present"),
        confidential=confidential,
        participated=strings(raw.get("participated", []), "participated") if confidential else (),
        hands=read_hands(raw["hands"], rule, roster) if "hands" in raw else None,
    )
    if confidential:
        if document.hands is not None:
            raise TallyRefused("hands", "are not allowed: the ballots are confidential, and a hand is seen")
        _guard_confidence(document)
    return document


def _roster(raw: list[Any], rule: Rule) -> Roster:
    roster = Roster(_line(each, index) for index, each in enumerate(raw))
    for measure, key in ((Measure.AREA, "area"), (Measure.HOUSEHOLDS, "household")):
        if measure in rule.measures:
            _guard_complete(raw, key)
    if len(roster.places) != len(roster):
        _refuse_repeated(roster)
    _guard_owners(roster)
    return roster


def _guard_complete(raw: list[dict[str, Any]], key: str) -> None:
    for index, each in enumerate(raw):
        if key not in each:
            raise TallyRefused(f"roster[{index}].{key}", "is missing, and the rule counts by it")


def _refuse_repeated(roster: Roster) -> None:
    seen: set[str] = set()
    for index, line in enumerate(roster):
        if line.id in seen:
            raise TallyRefused(f"roster[{index}].id", f"repeats {said(line.id)}")
        seen.add(line.id)


def _guard_owners(roster: Roster) -> None:
    """One owner counts once (司法解释 2020, art. 9), so the lines must not disagree on how much once is."""
    heads_of: dict[str, int] = {}
    for index, line in enumerate(roster):
        if line.owner is not None and heads_of.setdefault(line.owner, line.heads) != line.heads:
            raise TallyRefused(f"roster[{index}].heads", f"differs from another line of owner {said(line.owner)}")


def _line(raw: Any, index: int) -> Line:
    if not isinstance(raw, dict):
        raise TallyRefused(f"roster[{index}]", f"must be an object, not {said(raw)}")
    if "id" not in raw:
        raise TallyRefused(f"roster[{index}].id", "is missing")
    heads = raw.get("heads", 1)
    # bool is an int to Python, but true is no number of heads.
    if type(heads) is not int or heads < 0 or heads >= TOO_LARGE:
        raise TallyRefused(f"roster[{index}].heads", f"must be an integer of at least 0, not {said(heads)}")
    return Line(
        _word(raw["id"], "id", index),
        heads,
        _word(raw["household"], "household", index) if "household" in raw else None,
        _word(raw["owner"], "owner", index) if "owner" in raw else None,
        _area(raw["area"], index) if "area" in raw else None,
    )


def _word(raw: Any, key: str, index: int) -> str:
    # An empty owner or household would silently make one owner or one household of everybody whose cell was empty.
    if type(raw) is not str or not raw:
        raise TallyRefused(f"roster[{index}].{key}", f"must be a string that is not empty, not {said(raw)}")
    return raw


def _area(raw: Any, index: int) -> int:
    found = _AREA.fullmatch(raw) if isinstance(raw, str) and len(raw) <= MOST_DIGITS else None
    if found is None:
        wanted = "a decimal string of at least 0 with at most two decimals"
        raise TallyRefused(f"roster[{index}].area", f"must be {wanted}, not {said(raw)}")
    whole, decimals = found.groups("")
    return int(whole + decimals.ljust(2, "0"))


def _ballots(raw: list[Any], rule: Rule, confidential: bool) -> tuple[Ballot, ...]:
    words = frozenset(rule.choices) | {"invalid"}
    options = frozenset(rule.options)
    ballots: list[Ballot] = []
    for index, each in enumerate(raw):
        member = _member(each, index, confidential)
        choice = each.get("choice")
        # A million times, so the plain word is asked for before anything is called.
        if type(choice) is not str or choice not in words:
            choice = _marked(each, index, rule, options)
        ballots.append(Ballot(member, choice, _text(each, "channel", index), _text(each, "cast_by", index)))
    if confidential:
        _guard_order(raw)
    return tuple(ballots)


def _member(raw: Any, index: int, confidential: bool) -> str | None:
    if not isinstance(raw, dict):
        raise TallyRefused(f"ballots[{index}]", f"must be an object, not {said(raw)}")
    if confidential:
        for key in ("member", "cast_by", "receipt"):
            if key in raw:
                raise TallyRefused(f"ballots[{index}].{key}", "is not allowed: a confidential ballot names nobody")
        return None
    member = raw.get("member")
    if type(member) is not str:
        raise TallyRefused(f"ballots[{index}].member", wrong(raw, "member", "a string"))
    return member


def _text(raw: dict[str, Any], key: str, index: int) -> str | None:
    if key not in raw:
        return None
    text = raw[key]
    if type(text) is not str:
        raise TallyRefused(f"ballots[{index}].{key}", wrong(raw, key, "a string"))
    return text


def _marked(raw: dict[str, Any], index: int, rule: Rule, options: frozenset[str]) -> frozenset[str]:
    choice = raw.get("choice")
    if rule.options and isinstance(choice, list) and all(type(each) is str for each in choice):
        marked = frozenset(choice)
        if len(marked) == len(choice) and 1 <= len(marked) <= rule.select and marked <= options:
            return marked
    wanted = " or ".join(f'"{word}"' for word in (*rule.choices, "invalid"))
    if rule.options:
        wanted = f"a list of 1 to {rule.select} different options of the rule, or {wanted}"
    raise TallyRefused(f"ballots[{index}].choice", wrong(raw, "choice", wanted))


def _guard_order(raw: list[dict[str, Any]]) -> None:
    """Any other order than by choice may be the order of casting, and that leads from the ballot to the person."""
    seen: set[Any] = set()
    last: Any = None
    for index, each in enumerate(raw):
        choice = tuple(each["choice"]) if isinstance(each["choice"], list) else each["choice"]
        if choice != last and choice in seen:
            raise TallyRefused(f"ballots[{index}].choice", "is out of order: confidential ballots are sorted by choice")
        seen.add(choice)
        last = choice


def _guard_confidence(document: TallyDocument) -> None:
    """Stage 1 of confidential ballots counts heads only: a weight or a joint owner would point at the person."""
    for place, test in placed_tests(document.rule):
        if test.measure is not Measure.HEADS:
            raise TallyRefused(f"{place}.measure", "must be heads: the ballots are confidential")
    owners: set[str] = set()
    for index, line in enumerate(document.roster):
        if line.heads != 1:
            raise TallyRefused(f"roster[{index}].heads", "must be 1: the ballots are confidential")
        if line.owner is not None and line.owner in owners:
            raise TallyRefused(f"roster[{index}].owner", "is on two lines: the ballots are confidential")
        owners |= {line.owner} if line.owner is not None else set()
    _guard_participants(document)


def _guard_participants(document: TallyDocument) -> None:
    for index, member in enumerate(document.participated):
        if member not in document.roster.places:
            raise TallyRefused(f"participated[{index}]", f"is not on the roster: {said(member)}")
    taken, received = len(set(document.participated)), len(document.ballots)
    if received > taken:
        raise TallyRefused("ballots", f"are {received}, more than the {taken} who took one")
