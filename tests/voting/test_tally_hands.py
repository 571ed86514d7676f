"""The ``hands`` key of a tally document: a show of hands by number, beside ballots. Both sides of every edge."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.voting.edition_rules import edition
from deliberation.voting.tally import tally, tally_json
from deliberation.voting.tally_checks import TallyRefused
from deliberation.voting.tally_document import read_tally_document

HEADS = {"measure": "heads", "of": "present", "op": ">", "fraction": "1/2"}
QUORUM = {"measure": "heads", "of": "entitled", "op": ">=", "fraction": "2/3"}


def paper(people: int, ballots: dict[int, str], hands: dict[str, int], **rule: Any) -> dict[str, Any]:
    return {
        "rule": {"choices": ["yes", "no", "abstain"], "quorum": [QUORUM], "approval": [HEADS]} | rule,
        "roster": [{"id": f"m{number}"} for number in range(people)],
        "present": [],
        "ballots": [{"member": f"m{who}", "choice": choice, "channel": "online"} for who, choice in ballots.items()],
        "hands": {"among": 0, "yes": 0, "no": 0, "abstain": 0} | hands,
    }


def test_hands_and_ballots_are_one_count():
    result = tally_json(paper(12, {0: "yes", 1: "no"}, {"among": 8, "yes": 5, "no": 1, "abstain": 1}))
    heads = result["counts"]["heads"]
    assert heads == {"entitled": 12, "present": 10, "participating": 9, "yes": 6, "no": 2, "abstain": 1, "invalid": 0,
                     "conflict": 0, "not_voting": 1}  # fmt: skip
    assert result["outcome"] == "passed" and result["received"] == result["counted"] == 2
    assert result["hands"] == {"among": 8, "yes": 5, "no": 1, "abstain": 1}
    assert "举手的：在场没有另外投票的8人中，赞成5人" in result["sentence"]["zh-Hans"]


@pytest.mark.parametrize(("yes", "outcome"), [(4, "failed"), (5, "passed")])
def test_half_of_those_present_is_not_enough(yes, outcome):
    document = paper(9, {}, {"among": 8, "yes": yes, "no": 8 - yes})
    assert tally_json(document)["outcome"] == outcome


@pytest.mark.parametrize(("among", "outcome"), [(5, "no_quorum"), (6, "passed")])
def test_hands_reach_the_quorum_or_do_not(among, outcome):
    assert tally_json(paper(9, {}, {"among": among, "yes": among}))["outcome"] == outcome


def test_who_signed_in_and_raised_no_hand_was_there_all_the_same():
    document = paper(9, {0: "yes"}, {"among": 3, "yes": 3}) | {"present": [f"m{n}" for n in range(7)]}
    heads = tally_json(document)["counts"]["heads"]
    assert (heads["present"], heads["participating"], heads["not_voting"]) == (7, 4, 3)


@pytest.mark.parametrize(
    ("hands", "place"),
    [
        ({"among": 3, "yes": 2, "no": 2}, "hands"),
        ({"among": -1}, "hands.among"),
        ({"yes": True}, "hands.yes"),
        ({"no": "2"}, "hands.no"),
        ({"among": 10, "yes": 10}, "hands.among"),
        ({"maybe": 1}, "hands"),
        ({"among": 10**200}, "hands.among"),
    ],
)
def test_numbers_that_cannot_be(hands, place):
    with pytest.raises(TallyRefused) as no:
        tally_json(paper(10, {0: "yes"}, hands))
    assert no.value.place == place


def test_hands_where_they_say_nothing():
    area = paper(3, {}, {"among": 2, "yes": 2}, approval=[HEADS | {"measure": "area"}])
    for line in area["roster"]:
        line["area"] = "80"
    options = paper(3, {}, {"among": 1}, method="options", options=["甲", "乙"], choices=[], approval=[])
    heavy = paper(3, {}, {"among": 1})
    heavy["roster"][1]["heads"] = 2
    secret = paper(3, {}, {"among": 1}) | {"secrecy": "confidential", "participated": []}
    silent = paper(3, {}, {"among": 1, "abstain": 1}, choices=["yes", "no"])
    for document in (area, options, heavy, secret, silent, paper(3, {}, {}) | {"hands": [1]}):
        with pytest.raises(TallyRefused):
            tally_json(document)


def test_at_the_door_nobody_raises_a_hand_who_did_not_sign_in():
    document = paper(9, {0: "yes"}, {"among": 6, "yes": 6}, strict_presence=True) | {
        "present": [f"m{n}" for n in range(7)]
    }
    assert tally_json(document)["counts"]["heads"]["present"] == 7
    document["present"].pop()
    with pytest.raises(TallyRefused):
        tally_json(document)


def random_paper(rng: Random) -> dict[str, Any]:
    people = rng.randint(3, 30)
    cast = {
        who: rng.choice(["yes", "no", "abstain", "invalid"])
        for who in rng.sample(range(people), rng.randint(0, people // 2))
    }
    among = rng.randint(0, people - len(cast))
    yes = rng.randint(0, among)
    no = rng.randint(0, among - yes)
    hands = {"among": among, "yes": yes, "no": no, "abstain": rng.randint(0, among - yes - no)}
    return paper(people, cast, hands) | {
        "present": [f"m{n}" for n in rng.sample(range(people), rng.randint(0, people))]
    }


RANDOM = st.integers(0, 2**32).map(Random)


@given(RANDOM)
def test_nothing_is_lost_between_hands_and_ballots(rng):
    document = random_paper(rng)
    heads = tally_json(document)["counts"]["heads"]
    spread = sum(heads[key] for key in ("yes", "no", "abstain", "invalid", "conflict"))
    assert heads["participating"] == spread
    assert heads["present"] == spread + heads["not_voting"] <= heads["entitled"] and heads["not_voting"] >= 0


@given(RANDOM)
def test_one_more_hand_for_yes_never_undoes_passed(rng):
    document = random_paper(rng)
    if tally_json(document)["outcome"] != "passed":
        return
    hands = document["hands"]
    silent = hands["among"] - hands["yes"] - hands["no"] - hands["abstain"]
    hands["yes"] += 1
    hands["among"] += 0 if silent else 1
    if hands["among"] + len(document["ballots"]) <= len(document["roster"]):
        assert tally_json(document)["outcome"] == "passed"


@given(RANDOM)
def test_a_hand_counts_as_a_ballot_of_somebody_without_one(rng):
    """The same votes by name give the same numbers."""
    document = random_paper(rng)
    hands = document.pop("hands")
    counted = tally_json(document | {"hands": hands})
    cast = {ballot["member"] for ballot in document["ballots"]}
    free = [line["id"] for line in document["roster"] if line["id"] not in cast]
    free.sort(key=lambda id: id not in document["present"])
    voices = [word for word in ("yes", "no", "abstain") for _n in range(hands[word])]
    named = dict(document)
    named["present"] = document["present"] + free[: hands["among"]]
    named["ballots"] = document["ballots"] + [
        {"member": id, "choice": choice} for id, choice in zip(free, voices, strict=False)
    ]
    assert tally_json(named)["counts"] == counted["counts"] and tally_json(named)["outcome"] == counted["outcome"]


def test_of_hands_only_their_number_is_published_where_the_sums_are_withheld():
    raw = paper(9, {}, {"among": 9, "yes": 8, "no": 1})
    document = read_tally_document(raw)
    assert edition(document, tally(document), tally_json(raw), few=1)["hands"] == {"among": 9}
