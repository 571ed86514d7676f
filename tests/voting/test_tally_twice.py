"""Thousands of random documents are counted twice, by two programs that share no line."""

from random import Random

import pytest

from deliberation.voting.tally import tally_json
from tests.voting.tally_oracle import oracle, random_document

DOCUMENTS = 6000
SHARES = 6


def told(result: dict) -> set[tuple[str, str]]:
    return {(report["kind"], report.get("household", report.get("member"))) for report in result["reports"]}


@pytest.mark.parametrize("share", range(SHARES))
def test_two_independent_counts_agree(share: int):
    for seed in range(share, DOCUMENTS, SHARES):
        document = random_document(Random(seed))
        expected, found = oracle(document), tally_json(document)
        assert told(found) == expected.pop("reports"), document
        assert {key: found[key] for key in expected} == expected, document


def test_the_random_documents_reach_every_outcome_and_reason():
    results = [tally_json(random_document(Random(seed))) for seed in range(2000)]
    assert {result["outcome"] for result in results} == {"no_quorum", "passed", "failed", "tie"}
    reasons = {each["reason"] for result in results for each in result["set_aside"]}
    assert reasons == {"not_entitled", "duplicate", "conflict"}
    assert {report["kind"] for result in results for report in result["reports"]} == {
        "household_conflict",
        "present_not_entitled",
    }
    assert any(result["counts"].get("households", {}).get("conflict") for result in results)
