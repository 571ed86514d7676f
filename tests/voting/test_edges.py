"""Each preset on both sides of its edges: one fewer fails, exactly enough holds. By heads, by homes, by area in 0.01 m²."""

from __future__ import annotations

import pytest

from deliberation.voting.presets import PRESETS
from deliberation.voting.tally import tally_json
from deliberation.voting.tally_rule import rule_as_json
from deliberation.voting.tally_terms import Base

# preset, entitled, fewest who must come or take part, and of so many who did the fewest yes
EDGES = [
    ("party_branch_proposal", 8, 5, 6, 4),
    ("party_branch_proposal", 9, 5, 5, 3),
    ("two_committees", 8, 5, 6, 4),
    ("party_members", 9, 6, 9, 5),
    ("party_members", 10, 7, 10, 6),
    ("village_assembly_adults", 10, 6, 6, 4),
    ("village_assembly_adults", 9, 5, 8, 5),
    ("village_assembly_households", 9, 6, 6, 4),
    ("village_assembly_households", 10, 7, 8, 5),
    ("village_representatives", 9, 6, 6, 4),
    ("village_representatives", 10, 7, 8, 5),
    ("village_group_adults", 9, 6, 8, 5),
    ("village_group_adults", 10, 7, 8, 5),
    ("village_group_households", 9, 6, 6, 4),
    ("village_group_households", 10, 7, 8, 5),
    ("urban_assembly_adults", 10, 6, 6, 4),
    ("urban_assembly_households", 10, 6, 6, 4),
    ("urban_assembly_households", 9, 5, 8, 5),
    ("urban_representatives", 9, 6, 6, 4),
    ("urban_representatives", 10, 7, 8, 5),
    ("collective_members", 9, 6, 9, 6),
    ("collective_members", 10, 7, 10, 7),
    ("collective_delegates", 9, 0, 9, 6),
    ("collective_delegates", 30, 0, 30, 20),
    ("owners_ordinary", 9, 6, 6, 4),
    ("owners_ordinary", 10, 7, 8, 5),
    ("owners_special", 9, 6, 8, 6),
    ("owners_special", 10, 7, 9, 7),
    ("village_election", 9, 5, 6, 4),
    ("village_election", 10, 6, 7, 4),
    ("urban_election", 10, 6, 6, 4),
    ("urban_election_households", 10, 6, 6, 4),
    ("urban_election_representatives", 9, 7, 8, 5),
    ("urban_election_representatives", 10, 7, 8, 5),
    ("village_recall", 9, 5, 6, 4),
    ("village_recall", 10, 6, 7, 4),
    ("urban_recall", 10, 6, 6, 4),
    ("urban_recall_households", 10, 6, 6, 4),
    ("urban_recall_representatives", 9, 7, 8, 5),
    ("urban_recall_representatives", 12, 9, 10, 6),
]
OF_BOOTH = {name for name, preset in PRESETS.items() if preset.is_booth}


def counted(preset: str, entitled: int, yes: int, no: int) -> str:
    """The outcome where so many of so many vote yes and no and everybody else stays away; each owns the same area."""
    rule = rule_as_json(PRESETS[preset].rule)
    elects = "election" in preset
    if elects:
        rule |= {"method": "options", "options": ["甲", "乙"], "select": 1, "seats": 1, "choices": ["abstain"]}
    roster = [
        {"id": str(n), "heads": 1, "household": f"h{n}", "owner": f"o{n}", "area": "88.88"} for n in range(entitled)
    ]
    choices = [["甲"] if elects else "yes"] * yes + ["abstain" if elects else "no"] * no
    ballots = [{"member": str(n), "choice": choice, "channel": "paper"} for n, choice in enumerate(choices)]
    present = [str(n) for n in range(len(choices))]
    document = {
        "schema": "deliberation/tally-1",
        "rule": rule,
        "roster": roster,
        "present": present,
        "ballots": ballots,
    }
    return tally_json(document)["outcome"]


def test_every_preset_that_decides_has_its_edges():
    assert {row[0] for row in EDGES} == {name for name, preset in PRESETS.items() if preset.rule}
    assert all(PRESETS[name].quorum[0].who is Base.PARTICIPATING for name in OF_BOOTH)


@pytest.mark.parametrize(("preset", "entitled", "come", "of", "yes"), EDGES)
def test_one_fewer_is_too_few_and_exactly_enough_is_enough(preset, entitled, come, of, yes):
    if come:
        assert counted(preset, entitled, come - 1, 0) == "no_quorum"
        assert counted(preset, entitled, come, 0) != "no_quorum"
    assert counted(preset, entitled, yes, of - yes) == "passed"
    assert counted(preset, entitled, yes - 1, of - yes + 1) == "failed"


@pytest.mark.parametrize("preset", ["village_representatives", "urban_representatives", "party_branch_proposal",
                                    "village_election", "village_recall", "owners_ordinary"])  # fmt: skip
def test_exactly_half_is_never_more_than_half(preset):
    assert counted(preset, 8, 4, 4) == "failed"
    assert counted(preset, 8, 5, 3) == "passed"


def owners(*areas_and_choices: tuple[str, str], preset: str = "owners_special") -> dict[str, bool]:
    """The tests of an owners' decision, by name: kind and measure."""
    roster = [
        {"id": str(n), "heads": 1, "owner": f"o{n}", "area": area} for n, (area, _said) in enumerate(areas_and_choices)
    ]
    ballots = [
        {"member": str(n), "choice": said, "channel": "paper"}
        for n, (_area, said) in enumerate(areas_and_choices)
        if said
    ]
    rule = rule_as_json(PRESETS[preset].rule)
    document = {"schema": "deliberation/tally-1", "rule": rule, "roster": roster, "present": [], "ballots": ballots}
    return {f"{test['kind']} {test['measure']}": test["holds"] for test in tally_json(document)["tests"]}


@pytest.mark.parametrize(
    ("yes", "no", "holds"),
    [("75.00", "25.00", True), ("74.99", "25.01", False), ("75.01", "24.99", True), ("74.99", "25.00", False)],
)
def test_three_quarters_of_the_area_to_a_hundredth_of_a_square_metre(yes, no, holds):
    found = owners((yes, "yes"), ("0.00", "yes"), ("0.00", "yes"), (no, "no"))
    assert found["approval area"] is holds and found["approval heads"] is True


@pytest.mark.parametrize(("yes", "no", "holds"), [(6, 2, True), (5, 3, False), (3, 1, True), (2, 1, False)])
def test_three_quarters_of_the_heads(yes, no, holds):
    found = owners(*[("10.00", "yes")] * yes, *[("0.01", "no")] * no)
    assert found["approval heads"] is holds and found["approval area"] is True


@pytest.mark.parametrize(("came", "stayed", "holds"), [("66.67", "33.33", True), ("66.66", "33.34", False),
                                                       ("20.00", "10.00", True), ("19.99", "10.01", False)])  # fmt: skip
def test_two_thirds_of_the_area_take_part(came, stayed, holds):
    found = owners((came, "yes"), ("0.00", "yes"), (stayed, ""))
    assert found["quorum area"] is holds and found["quorum heads"] is True


@pytest.mark.parametrize(("yes", "no", "holds"), [("50.01", "49.99", True), ("50.00", "50.00", False)])
def test_half_of_the_area_is_not_more_than_half(yes, no, holds):
    found = owners((yes, "yes"), ("0.00", "yes"), (no, "no"), preset="owners_ordinary")
    assert found["approval area"] is holds and found["approval heads"] is True
