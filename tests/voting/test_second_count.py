"""The second verifier counts what a bundle holds by itself: options, hands by number, everything; and says where it differs."""

from __future__ import annotations

import importlib
import sys
from copy import deepcopy
from pathlib import Path
from random import Random

import pytest

from deliberation.voting.tally import tally_json
from tests.voting.tally_oracle import random_document
from tests.voting.tally_papers import a_document, a_rule, an_election, ballot, people, share, votes

TOOLS = Path(__file__).parents[2] / "tools"


@pytest.fixture(scope="module")
def second():
    sys.path.insert(0, str(TOOLS))
    yield importlib.import_module("verify_bundle")
    sys.path.remove(str(TOOLS))


def test_it_comes_to_the_same_on_thousands_of_random_documents(second):
    for seed in range(2000):
        document = random_document(Random(seed))
        second.check_count(document, tally_json(document), "polls/1")


ROADS = an_election("东线", "西线", "不修", approval=(share("present", ">", "1/2"),), select=2, seats=1)
OPTIONS = a_document(ROADS, people(5), [ballot("m1", ["东线", "西线"]), ballot("m2", ["西线"]), ballot("m3", ["西线"])])
TIE = a_document(
    an_election("甲", "乙", "丙", seats=2),
    people(4),
    [ballot("m1", ["甲"]), ballot("m2", ["乙"]), ballot("m3", ["丙"])],
)
HANDS = a_document(
    a_rule(quorum=(share("entitled", ">=", "2/3", who="present"),)),
    people(12),
    votes(yes=2, no=1),
    present=["m4"],
    hands={"among": 8, "yes": 4, "no": 2, "abstain": 1},
)
SPOILED = [
    (OPTIONS, ("counts", "heads", "options", "西线"), 2),
    (OPTIONS, ("winners",), ["东线"]),
    (OPTIONS, ("outcome",), "failed"),
    (TIE, ("tied",), ["甲", "乙"]),
    (HANDS, ("counts", "heads", "yes"), 5),
    (HANDS, ("counts", "heads", "present"), 10),
    (HANDS, ("counts", "heads", "abstain"), 0),
    (HANDS, ("outcome",), "failed"),
]


@pytest.mark.parametrize("document", [OPTIONS, TIE, HANDS])
def test_options_and_hands_are_counted(second, document):
    second.check_count(document, tally_json(document), "polls/1")


@pytest.mark.parametrize(("document", "path", "wrong"), SPOILED, ids=lambda value: str(value)[:30])
def test_a_count_that_differs_is_refused(second, document, path, wrong):
    result = deepcopy(tally_json(document))
    *inside, last = path
    place = result
    for name in inside:
        place = place[name]
    assert place[last] != wrong
    place[last] = wrong
    with pytest.raises(sys.modules["verify"].Fault, match="counted again"):
        second.check_count(document, result, "polls/1")


def test_hands_may_not_be_more_than_people(second):
    document = deepcopy(HANDS)
    document["hands"]["yes"] = 9
    with pytest.raises(sys.modules["verify"].Fault, match="more hands"):
        second.count(document)
