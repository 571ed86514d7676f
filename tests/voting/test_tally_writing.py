"""What is written straight from the tables is what the reader and the canonical form make of it."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.audit.canonical import canonical
from deliberation.voting.tally_checks import TallyRefused
from deliberation.voting.tally_document import read_tally_document
from deliberation.voting.tally_plain import is_plain
from deliberation.voting.tally_roster import Roster
from deliberation.voting.tally_terms import Ballot, Line, TallyDocument
from deliberation.voting.tally_writing import canonical_document, document_as_json, roster_text
from tests.voting.tally_oracle import random_document
from tests.voting.tally_papers import a_document, a_rule, an_election, ballot, people, share

RANDOM = st.randoms(use_true_random=False)
AREA = share("participating", ">", "1/2", "area")
HOUSEHOLDS = share("participating", ">", "1/2", "households")


def read(raw: dict[str, Any]) -> TallyDocument:
    return read_tally_document(copy.deepcopy(raw))


@given(RANDOM)
def test_a_document_that_was_read_is_written_as_it_can_be_read_again(rng: Random):
    raw = random_document(rng)
    document = read(raw)
    again = document_as_json(document, raw["rule"])
    assert read(again) == document
    assert canonical_document(document, raw["rule"], roster_text(document.roster)) == canonical(again)


@given(RANDOM, st.text(min_size=1, max_size=6), st.text(min_size=1, max_size=6))
def test_words_of_any_kind_are_written_in_canonical_form(rng: Random, name: str, option: str):
    raw = random_document(rng)
    document = read(raw)
    lines = [line._replace(household=name, owner=option) for line in document.roster]
    ballots = tuple(each._replace(cast_by=name, channel=option) for each in document.ballots)
    odd = TallyDocument(document.rule, Roster(lines), ballots, present=(name, option))
    try:
        expected = canonical(document_as_json(odd, raw["rule"]))
    except ValueError:  # Half a character has no bytes.
        return
    assert canonical_document(odd, raw["rule"], roster_text(odd.roster)) == expected


@given(RANDOM)
def test_what_is_plain_is_what_the_reader_lets_through(rng: Random):
    raw = random_document(rng)
    document = read(raw)
    if document.confidential or document.hands is not None or not document.ballots:
        assert not is_plain(document)
    else:
        assert is_plain(document)


NAMED = {"rule": a_rule(AREA, HOUSEHOLDS), "roster": people(2, area="1.00", household="1"), "ballots": [ballot("m1")]}
PICK = an_election("甲", "乙", "丙", select=2, seats=1)


@pytest.mark.parametrize(
    "change",
    [
        lambda line: line._replace(heads=-1),
        lambda line: line._replace(heads=True),
        lambda line: line._replace(heads=2**53),
        lambda line: line._replace(area=-1),
        lambda line: line._replace(area=None),
        lambda line: line._replace(area="1.00"),
        lambda line: line._replace(household=""),
        lambda line: line._replace(household=None),
        lambda line: line._replace(owner=""),
        lambda line: line._replace(owner=7),
        lambda line: line._replace(id="m2"),
        lambda line: line._replace(id=""),
        lambda line: line._replace(owner="王", heads=2),
    ],
)
def test_a_line_that_the_reader_would_look_at_is_not_plain(change):
    document = read(a_document(**NAMED))
    second = document.roster[1]._replace(owner="王")
    broken = TallyDocument(document.rule, Roster([change(document.roster[0]), second]), document.ballots)
    assert is_plain(document)
    assert not is_plain(broken)


@pytest.mark.parametrize(
    ("rule", "one"),
    [
        (a_rule(), Ballot("m1", "maybe")),
        (a_rule(), Ballot("m1", frozenset({"yes"}))),
        (a_rule(), Ballot(None, "yes")),
        (a_rule(), Ballot("m1", "yes", 1)),
        (a_rule(), Ballot("m1", "yes", "proxy", 1)),
        (PICK, Ballot("m1", frozenset())),
        (PICK, Ballot("m1", frozenset({"甲", "丁"}))),
        (PICK, Ballot("m1", frozenset({"甲", "乙", "丙"}))),
        (PICK, Ballot("m1", "yes")),
        (PICK, Ballot("m1", '["乙","甲"]')),
    ],
)
def test_a_ballot_that_the_reader_refuses_is_not_plain(rule, one):
    document = read(a_document(rule, people(2), [ballot("m2", "abstain")]))
    broken = TallyDocument(document.rule, document.roster, (*document.ballots, one))
    assert is_plain(document)
    assert not is_plain(broken)
    if one.member is not None and not isinstance(one.cast_by, int) and not isinstance(one.channel, int):
        with pytest.raises(TallyRefused, match=r"ballots\[1\]"):
            read(document_as_json(broken, rule))


def test_a_roster_asks_once_and_keeps_the_answer():
    roster = Roster([Line("1", owner="王", area=100), Line("2", owner="王", area=250), Line("3", area=50)])
    assert roster.places == {"1": 0, "2": 1, "3": 2} and roster.places is roster.places
    assert roster.estates == {"王": [0, 1]}
    assert Roster().places == {} and Roster().is_sound
