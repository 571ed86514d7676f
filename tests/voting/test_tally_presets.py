"""The presets are the table of the field's law, number by number."""

import pytest

from deliberation.voting.presets import LOCAL, PRESETS, changed
from deliberation.voting.rules import IN_BOOTH, online_way
from deliberation.voting.tally_rule import read_rule, rule_as_json
from deliberation.voting.tally_terms import AnyOf, Base, Comparison, Measure, Requirement, Rule

HEADS, HOUSEHOLDS, AREA = "heads", "households", "area"

MORE_THAN_HALF, HALF_OF_THEM = ["heads participating > 1/2"], ["heads yes > 1/2 participating"]

# preset, quorum, approval, notice, posting: a second writing of domain.md 1.8
TABLE = [
    ("party_branch_proposal", ["heads present > 1/2"], ["heads yes > 1/2 present"], 1, None),
    ("two_committees", ["heads present > 1/2"], ["heads yes > 1/2 present"], 1, None),
    ("party_members", ["heads present >= 2/3"], ["heads yes > 1/2 entitled"], 3, None),
    ("village_assembly_adults", ["heads present > 1/2"], ["heads yes > 1/2 present"], 10, 15),
    ("village_assembly_households", ["households present >= 2/3"], ["households yes > 1/2 present"], 10, 15),
    ("village_representatives", ["heads present >= 2/3"], ["heads yes > 1/2 present"], 3, 15),
    ("village_group_adults", ["heads present >= 2/3"], ["heads yes > 1/2 present"], 3, 15),
    ("village_group_households", ["households present >= 2/3"], ["households yes > 1/2 present"], 3, 15),
    ("urban_assembly_adults", ["heads present > 1/2"], ["heads yes > 1/2 present"], 10, 15),
    ("urban_assembly_households", ["households present > 1/2"], ["households yes > 1/2 present"], 10, 15),
    ("urban_representatives", ["heads present >= 2/3"], ["heads yes > 1/2 present"], 3, 15),
    ("collective_members", ["heads present >= 2/3"], ["heads yes >= 2/3 entitled"], 10, 15),
    ("collective_delegates", [], ["heads yes >= 2/3 entitled"], 10, 15),
    (
        "owners_ordinary",
        ["heads participating >= 2/3", "area participating >= 2/3"],
        ["heads yes > 1/2 participating", "area yes > 1/2 participating"],
        15,
        None,
    ),
    (
        "owners_special",
        ["heads participating >= 2/3", "area participating >= 2/3"],
        ["heads yes >= 3/4 participating", "area yes >= 3/4 participating"],
        15,
        None,
    ),
    ("village_election", MORE_THAN_HALF, HALF_OF_THEM, None, None),
    ("urban_election", MORE_THAN_HALF, HALF_OF_THEM, None, None),
    ("urban_election_households", MORE_THAN_HALF, HALF_OF_THEM, None, None),
    ("urban_election_representatives", ["heads participating > 2/3"], HALF_OF_THEM, None, None),
    ("village_recall", MORE_THAN_HALF, HALF_OF_THEM, None, None),
    ("urban_recall", MORE_THAN_HALF, HALF_OF_THEM, None, None),
    ("urban_recall_households", MORE_THAN_HALF, HALF_OF_THEM, None, None),
    ("urban_recall_representatives", ["heads participating > 2/3"], HALF_OF_THEM, None, None),
    ("consensus_gauge", [], [], None, None),
]


@pytest.mark.parametrize(("name", "quorum", "approval", "notice", "posting"), TABLE, ids=[row[0] for row in TABLE])
def test_a_preset_asks_what_the_law_asks(name, quorum, approval, notice, posting):
    preset = PRESETS[name]
    assert all(test.of is Base.ENTITLED for test in preset.quorum)
    assert [f"{test.measure} {test.who} {test.op} {test.fraction}" for test in preset.quorum] == quorum
    assert [f"{test.measure} yes {test.op} {test.fraction} {test.of}" for test in preset.approval] == approval
    assert (preset.notice_days, preset.posting_days) == (notice, posting)


def test_the_table_names_every_preset():
    assert [row[0] for row in TABLE] == list(PRESETS)


def test_every_number_has_a_source():
    for preset in PRESETS.values():
        assert preset.source
        assert bool(preset.notice_days) == bool(preset.notice_source)
        assert preset.posting_days is None or preset.posting_source


@pytest.mark.parametrize(
    "name", ["village_group_adults", "village_group_households", "party_branch_proposal", "two_committees"]
)
def test_a_notice_that_no_law_names_is_a_local_setting(name):
    assert PRESETS[name].notice_source == LOCAL


def test_ballots_from_elsewhere_are_off_where_the_law_is_silent():
    strict = {name for name, preset in PRESETS.items() if preset.strict_presence}
    booth = {name for name, preset in PRESETS.items() if preset.is_booth}
    assert {online_way(PRESETS[name], setting) for name in booth for setting in (True, False)} == {IN_BOOTH}
    assert strict == set(PRESETS) - booth - {
        "collective_members",
        "owners_ordinary",
        "owners_special",
        "consensus_gauge",
    }


def test_a_gauge_is_no_rule():
    assert PRESETS["consensus_gauge"].rule is None


@pytest.mark.parametrize("preset", [preset for preset in PRESETS.values() if preset.rule], ids=lambda preset: preset.id)
def test_a_preset_can_stand_in_a_tally_document(preset):
    assert read_rule(rule_as_json(preset.rule)) == preset.rule


def test_a_community_may_change_denominator_and_operator_of_what_passes():
    rule = PRESETS["village_representatives"].rule
    other = changed(rule, of=Base.ENTITLED, op=Comparison.AT_LEAST)
    assert other.approval == (Requirement(Measure.HEADS, Base.ENTITLED, Comparison.AT_LEAST, 1, 2),)
    assert other.quorum == rule.quorum
    assert changed(rule) == rule
    either = Rule(("yes", "no"), (), (AnyOf(rule.approval),))
    assert changed(either, of=Base.VALID).approval[0].tests[0].of is Base.VALID
