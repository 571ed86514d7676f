"""What must hold for every document whatsoever."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from deliberation.voting.tally import tally, tally_json
from deliberation.voting.tally_document import read_tally_document
from tests.voting.tally_oracle import flat, random_document

RANDOM = st.randoms(use_true_random=False)


def hundredths(value: int | str) -> int:
    return value if isinstance(value, int) else int(value.replace(".", ""))


def numbers(result: dict[str, Any]) -> dict[str, Any]:
    return {key: result[key] for key in ("counts", "tests", "outcome", "received", "counted", "reports", "sentence")}


@given(RANDOM)
def test_the_order_of_ballots_never_matters(rng: Random):
    document = random_document(rng)
    assume("secrecy" not in document)
    shuffled = copy.deepcopy(document)
    rng.shuffle(shuffled["ballots"])
    before, after = tally_json(document), tally_json(shuffled)
    assert numbers(before) == numbers(after)
    # One of several equal ballots stays: which one is a matter of order, how many of whom is not.
    told = [sorted((each["member"], each["reason"]) for each in result["set_aside"]) for result in (before, after)]
    assert told[0] == told[1]


@given(RANDOM)
def test_the_order_of_roster_and_presence_never_matters_to_a_number(rng: Random):
    document = random_document(rng)
    shuffled = copy.deepcopy(document)
    rng.shuffle(shuffled["roster"])
    rng.shuffle(shuffled.get("present", []))
    before, after = tally_json(document), tally_json(shuffled)
    for key in ("counts", "tests", "outcome", "set_aside", "sentence"):
        assert before[key] == after[key]


@given(RANDOM)
def test_set_aside_and_counted_are_what_was_received(rng: Random):
    document = random_document(rng)
    result = tally_json(document)
    assert result["received"] == len(document["ballots"])
    assert result["received"] == result["counted"] + len(result["set_aside"])
    positions = [each["ballot"] for each in result["set_aside"]]
    assert positions == sorted(set(positions))
    named = [document["ballots"][at - 1]["member"] for at in positions]
    assert named == [each["member"] for each in result["set_aside"]]


@given(RANDOM)
def test_nothing_is_lost_between_the_choices(rng: Random):
    document = random_document(rng)
    for measure, counts in tally_json(document)["counts"].items():
        value = {key: hundredths(each) for key, each in counts.items() if key != "options"}
        assert value["not_voting"] == value["present"] - value["participating"] >= 0
        assert value["present"] <= value["entitled"]
        assert measure == "households" or value["conflict"] == 0
        if "options" not in counts:
            spread = ("yes", "no", "abstain", "invalid", "conflict")
            assert value["participating"] == sum(value[key] for key in spread)
        else:
            marked = value["participating"] - value["abstain"] - value["invalid"] - value["conflict"]
            votes = [hundredths(each) for each in counts["options"].values()]
            most = min(document["rule"].get("select", 1), len(votes))
            assert max(votes) <= marked <= sum(votes) <= marked * most


@given(RANDOM)
def test_needed_is_the_smallest_number_that_is_enough(rng: Random):
    result = tally_json(random_document(rng))
    for test in flat(result["tests"]):
        n, d = map(int, test["fraction"].split("/"))
        base = hundredths(test["denominator"])
        if test["needed"] is None:
            assert base == 0 and not test["holds"]
            continue
        needed = hundredths(test["needed"]) if test["measure"] == "area" else int(test["needed"])
        held = [x * d > base * n if test["op"] == ">" else x * d >= base * n for x in (needed - 1, needed)]
        assert held == [False, True]
        assert test["holds"] == (hundredths(test["numerator"]) >= needed)


def decided(document: dict[str, Any]) -> str:
    return tally(read_tally_document(document)).outcome


def yes_and_no(outcomes: set[str]) -> Iterator[tuple[Random, dict[str, Any]]]:
    """Random documents with a yes and no rule and one of the outcomes, and their dice for what happens next."""
    for seed in range(3000):
        rng = Random(seed)
        document = random_document(rng)
        if "options" not in document["rule"] and decided(document) in outcomes:
            yield rng, document


def heard_in(document: dict[str, Any], owner_of: dict[str, Any]) -> set[Any]:
    if document.get("secrecy") == "confidential":
        return {owner_of[member] for member in document["participated"]}
    return {owner_of.get(ballot["member"]) for ballot in document["ballots"]}


def with_a_yes_of(document: dict[str, Any], member: str) -> dict[str, Any]:
    changed = copy.deepcopy(document)
    if changed.get("secrecy") == "confidential":
        changed["participated"].append(member)
        changed["ballots"] = sorted([*changed["ballots"], {"choice": "yes"}], key=lambda ballot: ballot["choice"])
    else:
        changed["ballots"].append({"member": member, "choice": "yes"})
    return changed


def test_one_more_yes_never_turns_passed_into_anything_else():
    """The yes of a member who had not voted; one of an owner who had not, as an owner's units speak with one voice."""
    tried = 0
    for _, document in yes_and_no({"passed"}):
        owner_of = {line["id"]: line.get("owner", ("line", line["id"])) for line in document["roster"]}
        heard = heard_in(document, owner_of)
        for member in (each for each, owner in owner_of.items() if owner not in heard):
            tried += 1
            assert decided(with_a_yes_of(document, member)) == "passed", (document, member)
    assert tried > 200


def test_one_more_ballot_for_a_winner_never_takes_the_seat_away():
    """The same among options: who wins still wins when one more member marks this option and no other."""
    tried = 0
    for seed in range(4000):
        document = random_document(Random(seed))
        if "options" not in document["rule"] or document.get("secrecy") == "confidential":
            continue
        result = tally(read_tally_document(document))
        owner_of = {line["id"]: line.get("owner", ("line", line["id"])) for line in document["roster"]}
        silent = [member for member, owner in owner_of.items() if owner not in heard_in(document, owner_of)]
        for winner in result.winners:
            for member in silent:
                tried += 1
                more = copy.deepcopy(document)
                more["ballots"].append({"member": member, "choice": [winner]})
                assert winner in tally(read_tally_document(more)).winners, (document, member, winner)
    assert tried > 200


def test_a_no_in_place_of_a_yes_never_turns_anything_into_passed():
    tried = 0
    for rng, document in yes_and_no({"failed", "no_quorum"}):
        result = tally(read_tally_document(document))
        # Where voices differed they may now agree, and whoever agrees takes part: that is another story.
        divided = any(each.reason == "conflict" for each in result.set_aside)
        divided = divided or any(report.kind == "household_conflict" for report in result.reports)
        for_it = [ballot for ballot in document["ballots"] if ballot["choice"] == "yes"]
        if for_it and not divided:
            tried += 1
            rng.choice(for_it)["choice"] = "no"
            document["ballots"].sort(key=lambda ballot: ballot["choice"])
            assert decided(document) != "passed", document
    assert tried > 200


@given(RANDOM)
def test_a_stranger_changes_no_number(rng: Random):
    document = random_document(rng)
    assume("secrecy" not in document)
    before = tally_json(document)
    document["ballots"].insert(rng.randint(0, len(document["ballots"])), {"member": "nobody", "choice": "invalid"})
    document.setdefault("present", []).append("nobody")
    after = tally_json(document)
    assert [before[key] for key in ("counts", "tests", "outcome")] == [
        after[key] for key in ("counts", "tests", "outcome")
    ]
    assert after["received"] == before["received"] + 1
