"""The one count: screen, projector, papers, log and command line all show what this function found.

Pure: a :class:`TallyDocument` in, a :class:`Result` out, integers only; the order of the ballots matters to no number.
The steps are those of "Order of counting" in the contracts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass
from typing import Any

from deliberation.voting.sentences import LOCALES, result_in_words
from deliberation.voting.tally_checks import TallyRefused, said
from deliberation.voting.tally_document import read_tally_document
from deliberation.voting.tally_hands import present_with
from deliberation.voting.tally_result import (
    AnyFinding,
    Counts,
    Finding,
    Outcome,
    Reason,
    Report,
    Result,
    SetAside,
    result_as_json,
)
from deliberation.voting.tally_terms import (
    AnyOf,
    Ballot,
    Condition,
    Measure,
    Rule,
    TallyDocument,
    plain_tests,
)

Choice = str | frozenset[str]
# No choice of a ballot can be this word: the reader lets through yes, no, abstain, invalid and sets of options only.
CONFLICT = "conflict"


def tally_json(raw: Any) -> dict[str, Any]:
    """A tally document as JSON in, the result document as JSON out. Raises :class:`TallyRefused`."""
    result = tally(read_tally_document(raw))
    return result_as_json(result, {locale: result_in_words(result, locale) for locale in LOCALES})


def tally(document: TallyDocument) -> Result:
    """Count. Raises :class:`TallyRefused` where a meeting's rule asks for presence and a counted ballot lacks it."""
    counts, reports, sorting = _count_confidential(document) if document.confidential else _count_named(document)
    by_measure = {each.measure: each for each in counts}
    tests = _findings(document.rule, by_measure)
    outcome, winners, tied = _outcome(document.rule, by_measure, tests)
    received = len(document.ballots)
    return Result(
        rule=document.rule,
        outcome=outcome,
        counts=counts,
        tests=tests,
        received=received,
        counted=received - len(sorting.set_aside),
        set_aside=sorting.set_aside,
        reports=reports + _absent_from_roster(document),
        winners=winners,
        tied=tied,
        hands=document.hands,
        counted_lines=sorting.counted,
    )


# --- which ballots count --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Positions from 0: ``counted`` maps a line to its ballot, ``cast`` are the lines with any ballot."""

    counted: Mapping[int, int]
    cast: Collection[int]
    set_aside: tuple[SetAside, ...]


def _sort(document: TallyDocument) -> _Sorted:
    ballots = document.ballots
    lines = list(map(document.roster.places.get, [ballot.member for ballot in ballots]))
    first, differing = _one_by_member(ballots, lines)
    divided = _divided_owners(document, first, differing)
    if len(first) == len(lines) and not divided:  # As nearly always: everybody is on the roster, nobody twice.
        return _Sorted(dict(zip(lines, range(len(lines)), strict=True)), first.keys(), ())
    counted: dict[int, int] = {}
    set_aside: list[SetAside] = []
    for at, line in enumerate(lines):
        if line is None:
            reason = Reason.NOT_ENTITLED
        elif line in differing:
            reason = Reason.CONFLICT
        elif first[line] != at:
            reason = Reason.DUPLICATE
        elif line in divided:
            reason = Reason.CONFLICT
        else:
            counted[line] = at
            continue
        set_aside.append(SetAside(at + 1, ballots[at].member, reason))
    return _Sorted(counted, first.keys(), tuple(set_aside))


def _one_by_member(ballots: tuple[Ballot, ...], lines: list[int | None]) -> tuple[dict[int, int], set[int]]:
    """The first ballot of every line, and the lines whose ballots do not all say the same."""
    # Written from behind, so that of several the first stays.
    first = dict(zip(reversed(lines), reversed(range(len(lines))), strict=True))
    first.pop(None, None)
    differing: set[int] = set()
    if len(first) < len(lines):
        for at, line in enumerate(lines):
            if line is not None and ballots[first[line]].choice != ballots[at].choice:
                differing.add(line)
    return first, differing


def _divided_owners(document: TallyDocument, first: Mapping[int, int], differing: set[int]) -> set[int]:
    """The lines of owners whose units, each with one clear ballot, do not all say the same."""
    divided: set[int] = set()
    for lines in document.roster.estates.values():
        clear = [line for line in lines if line in first and line not in differing]
        if len({document.ballots[first[line]].choice for line in clear}) > 1:
            divided.update(lines)
    return divided


def _absent_from_roster(document: TallyDocument) -> tuple[Report, ...]:
    strangers = dict.fromkeys(id for id in document.present if id not in document.roster.places)
    return tuple(Report("present_not_entitled", "member", id) for id in strangers)


# --- the numbers ----------------------------------------------------------------------------------------------------

_Counted = tuple[tuple[Counts, ...], tuple[Report, ...], _Sorted]


def _count_named(document: TallyDocument) -> _Counted:
    roster, sorting = document.roster, _sort(document)
    if document.rule.strict_presence:
        _guard_presence(document, sorting.counted)
    present = {roster.places[id] for id in document.present if id in roster.places}.union(sorting.cast)
    lines_by_choice = _by_choice(document, sorting.counted)
    counts: list[Counts] = []
    split: list[str] = []
    for measure in document.rule.measures:
        units = roster.units(measure)
        there = units.weight(units.behind(present))
        voices = {choice: units.behind(lines) for choice, lines in lines_by_choice.items()}
        if measure is Measure.HOUSEHOLDS:
            voices = _apart(voices)
            split = [unit for unit in units.weights if unit in voices[CONFLICT]] if voices[CONFLICT] else []
        totals = {choice: units.weight(behind) for choice, behind in voices.items()}
        if document.hands is not None:
            there = _with_hands(document, totals, (units.entitled, there), len(units.behind(sorting.cast)))
        counts.append(_counts(document.rule, measure, (units.entitled, there), totals))
    reports = tuple(Report("household_conflict", "household", household) for household in split)
    return tuple(counts), reports, sorting


def _with_hands(document: TallyDocument, totals: dict[Choice, int], frame: tuple[int, int], cast: int) -> int:
    """Adds a show of hands to the totals of heads, the only measure there is then; answers how many were present."""
    hands, (entitled, there) = document.hands, frame
    for choice in ("yes", "no", "abstain"):
        totals[choice] = totals.get(choice, 0) + getattr(hands, choice)
    return present_with(hands, there=there, cast=cast, entitled=entitled, strict=document.rule.strict_presence)


def _guard_presence(document: TallyDocument, counted: Mapping[int, int]) -> None:
    present = set(document.present)
    for at in counted.values():
        ballot = document.ballots[at]
        by_proxy = ballot.channel == "proxy"
        if (ballot.cast_by if by_proxy else ballot.member) not in present:
            key, who = ("cast_by", ballot.cast_by) if by_proxy else ("member", ballot.member)
            raise TallyRefused(f"ballots[{at}].{key}", f"is not in present, and the rule is strict: {said(who)}")


def _count_confidential(document: TallyDocument) -> _Counted:
    """Ballots that name nobody: the reader has made sure that every line weighs 1 and heads alone are counted."""
    present = set(document.present)
    if document.rule.strict_presence:
        for index, member in enumerate(document.participated):
            if member not in present:
                raise TallyRefused(f"participated[{index}]", "is not in present, and the rule is strict")
    there = present.union(document.participated).intersection(document.roster.places)
    totals = Counter(ballot.choice for ballot in document.ballots)
    counts = _counts(document.rule, Measure.HEADS, (len(document.roster), len(there)), totals)
    return (counts,), (), _Sorted({}, (), ())


def _by_choice(document: TallyDocument, counted: Mapping[int, int]) -> dict[Choice, list[int]]:
    """The lines behind each choice that somebody made."""
    lines: dict[Choice, list[int]] = {}
    for line, at in counted.items():
        lines.setdefault(document.ballots[at].choice, []).append(line)
    return lines


def _apart(voices: Mapping[Choice, Set[str]]) -> dict[Choice, Set[str]]:
    """The households behind each choice, and behind CONFLICT those whose lines differ."""
    heard: set[str] = set()
    torn: set[str] = set()
    for behind in voices.values():
        torn |= heard & behind
        heard |= behind
    return {choice: behind - torn for choice, behind in voices.items()} | {CONFLICT: torn}


def _counts(rule: Rule, measure: Measure, frame: tuple[int, int], totals: Mapping[Choice, int]) -> Counts:
    """``frame`` is entitled and present; ``totals`` the amount behind each choice that somebody made."""
    votes = dict.fromkeys(rule.options or ("yes", "no"), 0)
    decisive = 0
    for choice, amount in totals.items():
        marked = choice if isinstance(choice, frozenset) else {choice} & {"yes", "no"}
        decisive += amount if marked else 0
        for name in marked:
            votes[name] += amount
    entitled, present = frame
    return Counts(
        measure=measure,
        entitled=entitled,
        present=present,
        participating=sum(totals.values()),
        votes=votes,
        decisive=decisive,
        abstain=totals.get("abstain", 0),
        invalid=totals.get("invalid", 0),
        conflict=totals.get(CONFLICT, 0),
    )


# --- the tests ------------------------------------------------------------------------------------------------------


def _findings(rule: Rule, counts: Mapping[Measure, Counts]) -> tuple[Finding | AnyFinding, ...]:
    quorum = [_finding("quorum", condition, counts, None) for condition in rule.quorum]
    put_to = rule.options or (None,)
    return tuple(quorum + [_finding("approval", each, counts, option) for each in rule.approval for option in put_to])


def _finding(
    kind: str, condition: Condition, counts: Mapping[Measure, Counts], option: str | None
) -> Finding | AnyFinding:
    if isinstance(condition, AnyOf):
        return AnyFinding(kind, tuple(_finding(kind, test, counts, option) for test in condition.tests), option)
    amounts = counts[condition.measure]
    numerator = amounts.of(condition.who) if kind == "quorum" else amounts.votes["yes" if option is None else option]
    return Finding(kind, condition, numerator, amounts.of(condition.of), option)


def _outcome(
    rule: Rule, counts: Mapping[Measure, Counts], tests: tuple[Finding | AnyFinding, ...]
) -> tuple[Outcome, tuple[str, ...], tuple[str, ...]]:
    if not all(test.holds for test in tests if test.kind == "quorum"):
        return Outcome.NO_QUORUM, (), ()
    if rule.options:
        return _elected(rule, counts, {test.option for test in tests if not test.holds})
    return (Outcome.PASSED if all(test.holds for test in tests) else Outcome.FAILED), (), ()


def _elected(
    rule: Rule, counts: Mapping[Measure, Counts], failed: set[str | None]
) -> tuple[Outcome, tuple[str, ...], tuple[str, ...]]:
    """The most votes win; equal votes across the last seat are nobody's, and a further vote decides."""
    by = next((test.measure for test in plain_tests(rule.approval)), Measure.HEADS)
    votes = counts[by].votes
    ranked = sorted((option for option in rule.options if option not in failed), key=lambda option: -votes[option])
    winners = ranked[: rule.seats]
    if len(ranked) > rule.seats and votes[ranked[rule.seats]] == votes[winners[-1]]:
        edge = votes[winners[-1]]
        tied = tuple(option for option in ranked if votes[option] == edge)
        return Outcome.TIE, tuple(option for option in winners if votes[option] > edge), tied
    return (Outcome.PASSED if winners else Outcome.FAILED), tuple(winners), ()
