"""A rule before the vote and a result after it, said to people in three languages. Pure.

Every test is said with its numerator, denominator, operator and what would have been enough, and every denominator with
what counts in it like a no: that is what people ask first when a vote failed (domain.md 0).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from deliberation.voting.tally_result import AnyFinding, Counts, Finding, Outcome, Reason, Result, amount_text
from deliberation.voting.tally_terms import (
    AnyOf,
    Base,
    Comparison,
    Condition,
    Measure,
    Requirement,
    Rule,
    plain_tests,
)
from deliberation.voting.tally_words import LOCALES, WORDS, Words, share_in_words

__all__ = ["LOCALES", "finding_in_words", "requirement_in_words", "result_in_words", "rule_in_words"]


def result_in_words(result: Result, locale: str) -> str:
    """The whole result: who was there, the votes, each test, what counts like a no, the ballots, the outcome."""
    words = WORDS[locale]
    said = [_attendance(result.counts, words), _votes(result, words)]
    said += [_finding(finding, words) for finding in result.tests]
    said += _denominators(result.rule, words)
    said += [_ballots(result, words), *_hands(result, words), _outcome(result, words)]
    return _text(said, words)


def finding_in_words(finding: Finding | AnyFinding, locale: str) -> str:
    """One test and how it came out, as one sentence."""
    return _text([_finding(finding, WORDS[locale])], WORDS[locale])


def requirement_in_words(finding: Finding, locale: str) -> str:
    """What a test asks for, without its figures."""
    return _requirement(finding.requirement, finding.kind, WORDS[locale], None, finding.option)


def rule_in_words(rule: Rule, locale: str) -> str:
    """The rule as people hear it before they vote."""
    words = WORDS[locale]
    said = [_choices(rule, words)]
    said += [_condition(each, "quorum", rule, words) for each in rule.quorum] or [words["no_quorum_asked"]]
    said += [_condition(each, "approval", rule, words) for each in rule.approval]
    said += _seats(rule, words) + _denominators(rule, words) + _presence(rule, words)
    return _text(said, words)


# --- the rule -------------------------------------------------------------------------------------------------------


def _choices(rule: Rule, words: Words) -> str:
    if not rule.options:
        names = words["list"].join(words[f"{choice}_choice"] for choice in rule.choices)
        return words["choices"].format(choices=names)
    said = words["options"].format(options=_quoted(rule.options, words), select=rule.select)
    return said + (words["comma"] + words["may_abstain"] if rule.choices else "")


def _condition(condition: Condition, kind: str, rule: Rule, words: Words) -> str:
    if isinstance(condition, AnyOf):
        tests = words["or"].join(_requirement(test, kind, words, rule, None) for test in condition.tests)
        return words[kind].format(test=words["any"].format(tests=tests))
    return words[kind].format(test=_requirement(condition, kind, words, rule, None))


def _requirement(test: Requirement, kind: str, words: Words, rule: Rule | None, option: str | None) -> str:
    by_options = option is not None or bool(rule and rule.options)
    share = share_in_words(test.n, test.d, words)
    form = "more_than" if test.op is Comparison.MORE_THAN else "all" if test.n == test.d else "at_least"
    return words[form].format(
        who=_who(test, kind, words, by_options, option),
        of=_of(test.of, test.measure, words, by_options),
        share=share,
        fraction=test.fraction,
    )


def _who(test: Requirement, kind: str, words: Words, by_options: bool, option: str | None) -> str:
    if kind == "quorum":
        return _of(test.who, test.measure, words, by_options)
    measure = words[f"{test.measure.value}_measure"]
    if not by_options:
        return words["yes_of"].format(measure=measure)
    if option is None:
        return words["any_option_of"].format(measure=measure)
    return words["option_of"].format(measure=measure, option=_quoted((option,), words))


def _of(base: Base, measure: Measure, words: Words, by_options: bool) -> str:
    key = "decisive_options_of" if by_options and base is Base.DECISIVE else f"{base.value}_of"
    return words[key].format(measure=words[f"{measure.value}_measure"])


def _seats(rule: Rule, words: Words) -> list[str]:
    if not rule.options:
        return []
    tests = plain_tests(rule.approval)
    measure = tests[0].measure if tests else Measure.HEADS
    key = "seats_passing" if tests else "seats"
    return [words[key].format(seats=rule.seats, measure=words[f"{measure.value}_measure"]), words["ties"]]


def _presence(rule: Rule, words: Words) -> list[str]:
    if rule.strict_presence:
        return [words["strict"]]
    by_presence = [test.who is Base.PRESENT for test in plain_tests(rule.quorum)]
    by_presence += [test.of is Base.PRESENT for test in plain_tests(rule.approval)]
    return [words["lenient"]] if any(by_presence) else []


# What stays in each denominator without being a yes, and what is left out of it, beside a divided household.
_IN_AND_OUT = {
    Base.ENTITLED: (("abstentions", "invalid_ballots", "non_voters"), ()),
    Base.PRESENT: (("abstentions", "invalid_ballots", "silent"), ("absent",)),
    Base.PARTICIPATING: (("abstentions", "invalid_ballots"), ("non_voters",)),
    Base.VALID: (("abstentions",), ("invalid_ballots", "non_voters")),
    Base.DECISIVE: ((), ("abstentions", "invalid_ballots", "non_voters")),
}


def _denominators(rule: Rule, words: Words) -> list[str]:
    measures: dict[Base, dict[Measure, None]] = {}
    for test in plain_tests(rule.approval):
        measures.setdefault(test.of, {})[test.measure] = None
    return [_denominator(base, tuple(named), rule, words) for base, named in measures.items()]


def _denominator(base: Base, measures: tuple[Measure, ...], rule: Rule, words: Words) -> str:
    inside, outside = (list(keys) for keys in _IN_AND_OUT[base])
    if Measure.HOUSEHOLDS in measures:
        (outside if base in (Base.VALID, Base.DECISIVE) else inside).append("split_households")
    if "abstain" not in rule.choices:
        inside, outside = ([key for key in keys if key != "abstentions"] for keys in (inside, outside))
    of = _together([_of(base, measure, words, bool(rule.options)) for measure in measures], words)
    out = words["left_out"].format(out=_together([words[key] for key in outside], words)) if outside else ""
    like = _together([words[key] for key in inside], words)
    if not like:
        return words["base"].format(of=of) + words["semicolon"] + out
    said = words["like_other" if rule.options else "like_no"].format(of=of, like=like)
    return said + (words["semicolon"] + out if out else "")


# --- the result -----------------------------------------------------------------------------------------------------


def _attendance(counts: tuple[Counts, ...], words: Words) -> str:
    parts = ("entitled", "present", "participating")
    return words["comma"].join(_amounts(part, counts, words) for part in parts)


def _votes(result: Result, words: Words) -> str:
    counts = result.counts
    if result.rule.options:
        said = [_votes_of(option, counts, words) for option in result.rule.options]
    else:
        said = [_amounts("yes", counts, words), _amounts("no", counts, words)]
    said += [_amounts(part, counts, words) for part in ("abstain", "invalid")]
    if any(each.conflict for each in counts):
        said.append(_amounts("conflict", tuple(each for each in counts if each.conflict), words))
    return words["comma"].join([*said, _amounts("not_voting", counts, words)])


def _votes_of(option: str, counts: tuple[Counts, ...], words: Words) -> str:
    amounts = words["amounts"].join(_amount(each.measure, each.votes[option], words) for each in counts)
    return words["option"].format(option=_quoted((option,), words), amount=amounts)


def _amounts(part: str, counts: tuple[Counts, ...], words: Words) -> str:
    """One part of the counts in every measure, such as 赞成26人、2521.30平方米."""
    values = ((each.measure, each.votes[part] if part in ("yes", "no") else getattr(each, part)) for each in counts)
    return words[part].format(amount=words["amounts"].join(_amount(measure, value, words) for measure, value in values))


def _amount(measure: Measure, amount: int, words: Words) -> str:
    key = measure.value
    if amount == 1:
        key = f"{key}_one" if f"{key}_one" in words else key
    return words[key].format(amount=amount_text(measure, amount))


def _finding(finding: Finding | AnyFinding, words: Words) -> str:
    verdict = words["holds" if finding.holds else "fails"]
    if isinstance(finding, AnyFinding):
        each = words["or"].join(_compared(one, words) for one in finding.findings)
        return words[finding.kind].format(test=words["any"].format(tests=each) + words["semicolon"] + verdict)
    return words[finding.kind].format(test=_compared(finding, words))


def _compared(finding: Finding, words: Words) -> str:
    """Numerator, denominator, operator, what would have been enough, and whether it was."""
    test, option = finding.requirement, finding.option
    of = "decisive_options" if option is not None and test.of is Base.DECISIVE else test.of.value
    who = test.who.value if finding.kind == "quorum" else "yes" if option is None else "option"
    quoted = "" if option is None else _quoted((option,), words)
    numbers = [
        words[who].format(amount=_amount(test.measure, finding.numerator, words), option=quoted),
        words[of].format(amount=_amount(test.measure, finding.denominator, words)),
        _requirement(test, finding.kind, words, None, option),
    ]
    if finding.needed is None:
        return words["comma"].join([*numbers, words["impossible"]])
    numbers.append(words["needed"].format(amount=_amount(test.measure, finding.needed, words)))
    return words["comma"].join([*numbers, words["holds" if finding.holds else "fails"]])


def _ballots(result: Result, words: Words) -> str:
    if not result.set_aside:
        return words["all_counted"].format(received=result.received)
    by_reason = Counter(each.reason for each in result.set_aside)
    reasons = [words[f"{reason.value}_aside"].format(n=by_reason[reason]) for reason in Reason if by_reason[reason]]
    return words["some_counted"].format(
        received=result.received,
        counted=result.counted,
        aside=len(result.set_aside),
        reasons=words["list"].join(reasons),
    )


def _hands(result: Result, words: Words) -> list[str]:
    hands = result.hands
    if hands is None:
        return []
    return [words["hands"].format(among=hands.among, yes=hands.yes, no=hands.no, abstain=hands.abstain)]


def _outcome(result: Result, words: Words) -> str:
    if not result.rule.options or result.outcome is Outcome.NO_QUORUM:
        return words[f"outcome_{result.outcome.value}"]
    winners, tied = _quoted(result.winners, words), _quoted(result.tied, words)
    if result.outcome is Outcome.TIE:
        return words["outcome_tie_winners" if winners else "outcome_tie"].format(winners=winners, tied=tied)
    said = words["outcome_winners"].format(winners=winners) if winners else words["outcome_none"]
    return said + (words["comma"] + words["unfilled"].format(n=result.unfilled) if result.unfilled else "")


# --- joining --------------------------------------------------------------------------------------------------------


def _quoted(names: Iterable[str], words: Words) -> str:
    return words["list"].join(words["quote"].format(name=name) for name in names)


def _together(parts: list[str], words: Words) -> str:
    """A and B; A, B and C."""
    head, tail = parts[:-1], parts[-1:]
    return words["and"].join([words["list"].join(head), *tail] if head else tail)


def _text(sentences: Iterable[str], words: Words) -> str:
    return "".join(f"{each[0].upper()}{each[1:]}{words['stop']}" for each in sentences).strip()
