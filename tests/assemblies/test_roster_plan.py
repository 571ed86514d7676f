"""Every sentence of the contract's "Rosters": what rows come to, which are bad, what an import may and may not do."""

from datetime import date

import pytest

from deliberation.assemblies.roster_columns import ROLES, kind_of_assembly
from deliberation.assemblies.roster_facts import AssemblyKind, Change, Existing, KnownAssembly, KnownPerson
from deliberation.assemblies.roster_file import read_roster
from deliberation.assemblies.roster_plan import plan_roster
from deliberation.translation import say
from tests.assemblies.rosters import imported, plan, sample_roster, sheet


def bad(found):
    return [(problem.row, problem.column) for problem in found.bad]


def names(found):
    return [fact.name for fact in found.people]


def after(*rows, existing=None):
    """The community after a good import."""
    done = plan(*rows, existing=existing)
    assert not done.bad
    return imported(existing or Existing(), done)


# --- rows are the same person if … ------------------------------------------------------------------------------------


def test_rows_with_one_number_are_one_person():
    found = plan({"name": "李强", "person": "7"}, {"name": "李强", "person": "7", "phone": "13800000001"})
    assert [(fact.name, fact.number, fact.phone, fact.rows) for fact in found.people] == [
        ("李强", "7", "13800000001", (2, 3))
    ]


def test_rows_with_other_numbers_are_two_people_even_with_one_phone():
    one = {"name": "李强", "phone": "13800000001", "born_on": "1960-01-01", "household": "1"}
    assert len(plan(one | {"person": "7"}, one | {"person": "8"}).people) == 2


def test_without_a_number_the_phone_decides():
    found = plan(
        {"name": "李强", "phone": "138 0000 0001", "household": "1"}, {"name": "李强", "phone": "13800000001.0"}
    )
    assert names(found) == ["李强"]
    assert len(plan({"name": "李强", "phone": "13800000001"}, {"name": "李强", "phone": "13800000002"}).people) == 2


def test_a_row_without_a_number_finds_the_person_with_one_by_phone_in_any_order():
    rows = [{"name": "李强", "phone": "13800000001"}, {"name": "李强", "person": "7", "phone": "13800000001"}]
    assert (
        [fact.number for fact in plan(*rows).people] == [fact.number for fact in plan(*reversed(rows)).people] == ["7"]
    )


def test_without_both_name_birth_date_and_household_decide():
    one = {"name": "李强", "born_on": "1960-01-01", "household": "1"}
    assert len(plan(one, one | {"assembly": "村民代表会议", "role": "代表"}).people) == 1
    for other in ({"name": "李刚"}, {"born_on": "1961-01-01"}, {"household": "2"}, {"born_on": ""}, {"household": ""}):
        assert len(plan(one, one | other).people) == 2


def test_an_organisation_with_two_units_is_one_owner():
    found = plan({"name": "桂花物业公司", "unit": "101"}, {"name": "桂花物业公司", "unit": "102"})
    assert len(found.people) == 1
    assert {fact.person for fact in found.ownerships} == {found.people[0].key}


def test_a_row_that_fits_two_persons_is_bad():
    one = {"name": "李强", "born_on": "1960-01-01", "household": "1"}
    assert bad(plan(one | {"person": "7"}, one | {"person": "8"}, one)) == [(4, "person")]


def test_a_row_that_fits_two_known_persons_is_bad():
    known = Existing(people=(KnownPerson(1, "李强", phone="13800000001"), KnownPerson(2, "李强", phone="13800000001")))
    assert bad(plan({"name": "李强", "phone": "13800000001"}, existing=known)) == [(2, "person")]


@pytest.mark.parametrize(
    ("column", "one", "other"),
    [
        ("name", "李强", "李刚"),
        ("phone", "13800000001", "13800000002"),
        ("born_on", "1960-01-01", "1960-01-02"),
        ("gender", "男", "女"),
        ("email", "a@example.cn", "b@example.cn"),
    ],
)
def test_rows_of_one_person_may_not_contradict_each_other(column, one, other):
    first = {"name": "李强", "person": "7"} | {column: one}
    assert bad(plan(first, {"name": "李强", "person": "7"}, first | {column: other})) == [(4, column)]


def test_two_names_with_one_phone_are_bad_not_merged():
    assert bad(plan({"name": "李强", "phone": "13800000001"}, {"name": "王芳", "phone": "13800000001"})) == [
        (3, "name")
    ]


def test_a_known_person_is_told_more_and_never_less():
    known = Existing(people=(KnownPerson(9, "李强", phone="13800000001", email="a@example.cn"),))
    fact = plan({"name": "李强", "phone": "13800000001", "person": "7", "born_on": "1960-1-1"}, existing=known).people[
        0
    ]
    assert (fact.key, fact.known, fact.change, fact.altered) == ("person/9", 9, Change.ALTER, ("number", "born_on"))
    assert fact.email == "a@example.cn"


def test_a_number_or_phone_of_somebody_else_does_not_hand_over_the_account():
    known = Existing(people=(KnownPerson(9, "李强", number="7", phone="13800000001", born_on=date(1960, 1, 1)),))
    assert bad(plan({"name": "王芳", "phone": "13800000001"}, existing=known)) == [(2, "name")]
    assert bad(plan({"name": "王芳", "person": "7"}, existing=known)) == [(2, "name")]
    renamed = plan({"name": "李志强", "person": "7", "born_on": "1960-01-01"}, existing=known)
    assert [(fact.name, fact.altered) for fact in renamed.people] == [("李志强", ("name",))]


def test_two_rows_that_are_one_known_person_are_brought_together():
    known = Existing(people=(KnownPerson(9, "李强", number="7", phone="13800000001"),))
    found = plan({"name": "李强", "person": "7"}, {"name": "李强", "phone": "13800000001"}, existing=known)
    assert [(fact.known, fact.rows) for fact in found.people] == [(9, (2, 3))]


def test_a_namesake_with_the_same_birthday_is_pointed_out_and_imported():
    known = Existing(people=(KnownPerson(9, "李强", phone="13800000001", born_on=date(1960, 1, 1)),))
    found = plan({"name": "李强", "phone": "13800000002", "born_on": "1960-01-01"}, existing=known)
    assert [fact.change for fact in found.people] == [Change.ADD]
    assert [(note.row, note.column) for note in found.notes] == [(2, "name")]


# --- units ------------------------------------------------------------------------------------------------------------


def test_building_entrance_and_unit_name_it_together():
    one = {"name": "李强", "phone": "13800000001", "unit": "101"}
    rows = [one | {"building": "1"}, one | {"building": "2"}, one | {"building": "1", "entrance": "2"}]
    assert [fact.key for fact in plan(*rows).units] == [("1", "", "101"), ("2", "", "101"), ("1", "2", "101")]


def test_rows_of_one_unit_must_agree_in_area():
    one, other = {"name": "李强", "unit": "101"}, {"name": "王芳", "unit": "101"}
    assert bad(plan(one | {"area": "89.5"}, other | {"area": "89.51"})) == [(3, "area")]
    assert [fact.area for fact in plan(one, other | {"area": "89.50"}).units] == [8950]
    assert [fact.area for fact in plan(one | {"area": "89.5"}, other | {"area": "89.50"}).units] == [8950]


def test_a_new_area_of_a_known_unit_is_taken_and_pointed_out():
    before = after({"name": "李强", "unit": "101", "area": "89.5"})
    found = plan({"name": "李强", "unit": "101", "area": "90"}, existing=before)
    assert [(fact.area, fact.altered) for fact in found.units] == [(9000, ("area",))]
    assert [note.column for note in found.notes] == ["area"]


@pytest.mark.parametrize(("marks", "casting"), [(["", "", ""], 0), (["", "是", ""], 1), (["否", "否", "是"], 2)])
def test_of_several_owners_exactly_one_casts_the_first_if_none_is_marked(marks, casting):
    found = plan(*({"name": name, "unit": "101", "casts": mark} for name, mark in zip("甲乙丙", marks, strict=True)))
    assert [fact.casts for fact in found.ownerships] == [place == casting for place in range(3)]


def test_two_marked_owners_of_a_unit_are_bad():
    found = plan({"name": "甲", "unit": "101", "casts": "是"}, {"name": "乙", "unit": "101", "casts": "是"})
    assert bad(found) == [(3, "casts")]


def test_a_later_owner_does_not_take_the_casting_unless_marked():
    before = after({"name": "甲", "unit": "101"})
    assert [fact.casts for fact in plan({"name": "乙", "unit": "101"}, existing=before).ownerships] == [False]
    moved = plan({"name": "乙", "unit": "101", "casts": "是"}, existing=before)
    assert [(fact.casts, fact.change) for fact in moved.ownerships] == [(False, Change.ALTER), (True, Change.ADD)]
    assert [note.column for note in moved.notes] == ["casts"]


def test_a_sold_unit_ends_the_seller_and_the_buyer_casts():
    before = after({"name": "甲", "unit": "101", "assembly": "业主大会", "role": "业主"})
    sold = plan(
        {"name": "甲", "unit": "101", "assembly": "业主大会", "role": "业主", "until": "2026-06-30"},
        {"name": "乙", "unit": "101", "assembly": "业主大会", "role": "业主", "from": "2026-06-30"},
        existing=before,
    )
    assert [(fact.casts, fact.from_on, fact.until_on) for fact in sold.ownerships] == [
        (False, None, date(2026, 6, 30)),
        (True, date(2026, 6, 30), None),
    ]
    assert [fact.until_on for fact in sold.members] == [date(2026, 6, 30), None]


def test_who_sells_one_of_two_units_remains_an_owner():
    one = {"name": "甲", "assembly": "业主大会", "role": "业主"}
    before = after(one | {"unit": "101"}, one | {"unit": "102"})
    sold = plan(one | {"unit": "101", "until": "2026-06-30"}, existing=before)
    assert [fact.until_on for fact in sold.ownerships] == [date(2026, 6, 30)]
    assert [fact.until_on for fact in sold.members] == [None]


def test_the_dates_of_an_office_are_not_those_of_the_flat():
    row = {
        "name": "甲",
        "unit": "101",
        "assembly": "业主委员会",
        "role": "委员",
        "from": "2024-01-01",
        "until": "2027-01-01",
    }
    found = plan(row)
    assert [(fact.from_on, fact.until_on) for fact in found.ownerships] == [(None, None)]
    assert [(fact.from_on, fact.until_on) for fact in found.members] == [(date(2024, 1, 1), date(2027, 1, 1))]


# --- households -------------------------------------------------------------------------------------------------------


def test_one_representative_where_any_is_marked_none_where_none_is():
    found = plan(
        {"name": "甲", "household": "1", "household_representative": "否"},
        {"name": "乙", "household": "1", "household_representative": "是"},
        {"name": "丙", "household": "2"},
    )
    assert [(fact.household, fact.is_representative) for fact in found.residents] == [
        ("1", False),
        ("1", True),
        ("2", False),
    ]


def test_two_marked_representatives_are_bad():
    rows = [{"name": name, "household": "1", "household_representative": "是"} for name in "甲乙"]
    assert bad(plan(*rows)) == [(3, "household_representative")]


def test_a_newly_marked_representative_takes_over_from_the_old_one():
    before = after({"name": "甲", "household": "1", "household_representative": "是"}, {"name": "乙", "household": "1"})
    moved = plan({"name": "乙", "household": "1", "household_representative": "是"}, existing=before)
    assert [(fact.is_representative, fact.altered) for fact in moved.residents] == [
        (False, ("is_representative",)),
        (True, ("is_representative",)),
    ]
    assert sorted(names(moved)) == ["乙", "甲"]
    assert [fact.is_representative for fact in imported(before, moved).residents] == [False, True]


def test_an_unmarked_file_leaves_the_representative():
    before = after({"name": "甲", "household": "1", "household_representative": "是"})
    assert not plan(
        {"name": "甲", "household": "1", "household_representative": "否"}, existing=before
    ).changes_anything()


def test_who_moves_must_leave_the_old_household_first():
    one = {"name": "甲", "phone": "13800000001"}
    before = after(one | {"household": "1"})
    assert bad(plan(one | {"household": "2"}, existing=before)) == [(2, "household")]
    moved = plan(
        one | {"household": "2", "from": "2026-05-01"}, one | {"household": "1", "until": "2026-05-01"}, existing=before
    )
    assert not moved.bad
    assert [(fact.household, fact.from_on, fact.until_on) for fact in moved.residents] == [
        ("1", None, date(2026, 5, 1)),
        ("2", date(2026, 5, 1), None),
    ]


def test_one_person_in_two_households_is_bad():
    one = {"name": "甲", "phone": "13800000001"}
    assert bad(plan(one | {"household": "1"}, one | {"household": "2"})) == [(3, "household")]


def test_a_representative_who_moved_out_cannot_be_marked():
    row = {"name": "甲", "household": "1", "household_representative": "是", "until": "2026-01-01"}
    assert bad(plan(row)) == [(2, "household_representative")]


# --- bodies, roles, groups --------------------------------------------------------------------------------------------


def test_a_body_is_made_if_it_does_not_exist():
    known = Existing(assemblies=(KnownAssembly(3, "村民委员会", "committee"),))
    rows = [
        {"name": "甲", "assembly": "村民委员会", "role": "主任"},
        {"name": "甲", "assembly": "村民代表会议", "role": "代表"},
    ]
    assert [(fact.name, fact.kind, fact.known, fact.change) for fact in plan(*rows, existing=known).assemblies] == [
        ("村民委员会", "committee", 3, Change.KEEP),
        ("村民代表会议", "representatives", None, Change.ADD),
    ]


@pytest.mark.parametrize("role", [*sorted(ROLES), "顾问", "列席人员"])
def test_a_role_of_the_contract_or_any_other_word_is_kept(role):
    assert [fact.role for fact in plan({"name": "甲", "assembly": "某会", "role": role}).members] == [role]


def test_a_body_without_a_role_has_a_member():
    assert [fact.role for fact in plan({"name": "甲", "assembly": "某会"}).members] == ["成员"]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("桃源村村民代表会议", AssemblyKind.REPRESENTATIVES),
        ("社区居民代表会议", AssemblyKind.REPRESENTATIVES),
        ("村民会议", AssemblyKind.RESIDENTS),
        ("桃源村村民委员会", AssemblyKind.COMMITTEE),
        ("桂花社区居委会", AssemblyKind.COMMITTEE),
        ("党员大会", AssemblyKind.PARTY_MEMBERS),
        ("村党支部委员会", AssemblyKind.PARTY_BRANCH),
        ("村务监督委员会", AssemblyKind.SUPERVISION),
        ("居务监督委员会", AssemblyKind.SUPERVISION),
        ("桂花园小区业主大会", AssemblyKind.OWNERS),
        ("业委会", AssemblyKind.OWNERS_COMMITTEE),
        ("桃源村股份经济合作社", AssemblyKind.COLLECTIVE),
        ("第三村民小组", AssemblyKind.GROUP),
        ("议事会", AssemblyKind.OTHER),
    ],
)
def test_the_kind_of_a_body_is_guessed_from_its_name(name, kind):
    assert kind_of_assembly(name) is kind


def test_a_group_is_a_body_of_its_own_and_nobody_is_in_two():
    found = plan({"name": "甲", "group": "第一小组"}, {"name": "乙", "group": "二组"})
    assert [(fact.name, fact.kind) for fact in found.assemblies] == [("第一小组", "group"), ("二组", "group")]
    assert [(fact.assembly, fact.role) for fact in found.members] == [("第一小组", "成员"), ("二组", "成员")]
    assert bad(plan({"name": "甲", "group": "第一小组"}, {"name": "甲", "group": "第二小组"})) == [(3, "group")]


# --- terms ------------------------------------------------------------------------------------------------------------

SEAT = {"name": "甲", "assembly": "某会", "role": "委员"}


def seats(found):
    return [
        (fact.from_on and fact.from_on.year, fact.until_on and fact.until_on.year, fact.change)
        for fact in found.members
    ]


@pytest.mark.parametrize("before", [{}, {"from": "2021-03-01"}])
def test_the_end_date_ends_the_open_capacity(before):
    existing = after(SEAT | before)
    ended = plan(SEAT | {"until": "2024-03-01"}, existing=existing)
    assert [(fact.until_on, fact.altered) for fact in ended.members] == [(date(2024, 3, 1), ("until_on",))]


def test_a_row_without_an_end_revives_nothing_and_says_so():
    existing = after(SEAT | {"from": "2021-03-01", "until": "2024-03-01"})
    found = plan(SEAT, existing=existing)
    assert not found.changes_anything()
    assert [(note.row, note.column) for note in found.notes] == [(2, "until")]


def test_a_new_term_may_begin_on_the_day_the_old_one_ends():
    existing = after(SEAT | {"from": "2021-03-01", "until": "2024-03-01"})
    assert seats(plan(SEAT | {"from": "2024-03-01"}, existing=existing)) == [(2024, None, Change.ADD)]


@pytest.mark.parametrize("dates", [{"from": "2023-01-01"}, {"from": "2020-01-01", "until": "2022-01-01"}])
def test_terms_that_overlap_are_bad(dates):
    existing = after(SEAT | {"from": "2021-03-01", "until": "2024-03-01"})
    assert [row for row, _ in bad(plan(SEAT | dates, existing=existing))] == [2]


def test_a_known_term_without_a_beginning_gets_one():
    assert seats(plan(SEAT | {"from": "2021-03-01"}, existing=after(SEAT))) == [(2021, None, Change.ALTER)]


def test_two_ends_of_one_term_in_a_file_are_bad():
    assert bad(plan(SEAT | {"until": "2024-03-01"}, SEAT | {"from": "", "until": "2025-03-01"})) == [(3, "until")]


def test_an_end_before_the_known_beginning_is_bad():
    existing = after(SEAT | {"from": "2021-03-01"})
    assert bad(plan(SEAT | {"until": "2020-03-01"}, existing=existing)) == [(2, "until")]


# --- cells that need another cell -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "column"),
    [
        ({"name": "", "phone": "13800000001"}, "name"),
        ({"name": "甲", "household_representative": "是"}, "household_representative"),
        ({"name": "甲", "casts": "是"}, "casts"),
        ({"name": "甲", "area": "89.5"}, "area"),
        ({"name": "甲", "role": "委员"}, "role"),
        ({"name": "甲", "role": "业主"}, "role"),
        ({"name": "甲", "from": "2026-01-01"}, "from"),
        ({"name": "甲", "household": "1", "from": "2026-01-02", "until": "2026-01-01"}, "until"),
    ],
)
def test_a_cell_that_means_nothing_alone_is_bad(row, column):
    assert bad(plan(row)) == [(2, column)]


def test_every_fault_of_a_row_is_reported_with_its_column():
    found = plan({"name": "王\u202e芳", "phone": "abc", "born_on": "昨天", "area": "很大", "unit": "101"})
    assert bad(found) == [(2, "name"), (2, "phone"), (2, "born_on"), (2, "area")]


def test_words_that_lead_to_nothing_are_pointed_out():
    found = plan({"name": "甲", "role": "村民", "building": "3栋"})
    assert not found.bad
    assert [note.column for note in found.notes] == ["role", "building"]


# --- the file as a whole ----------------------------------------------------------------------------------------------


def test_a_bad_row_takes_along_nothing_that_it_alone_told():
    good, wrong = (
        {"name": "甲", "person": "7"},
        {"name": "甲", "person": "7", "phone": "13800000001", "unit": "101", "area": "x"},
    )
    found = plan(good, wrong)
    assert bad(found) == [(3, "area")]
    assert [fact.phone for fact in found.people] == [""]
    assert not found.units
    assert found.good_rows == 1


def test_what_a_row_told_that_is_bad_only_later_is_taken_back():
    one = {"name": "甲", "person": "7", "household": "1"}
    found = plan(one, {"name": "甲", "person": "7", "phone": "13800000001", "household": "2"})
    assert bad(found) == [(3, "household")]
    assert [(fact.phone, fact.rows) for fact in found.people] == [("", (2,))]
    assert [fact.number for fact in found.households] == ["1"]


@pytest.mark.parametrize("kind", ["village", "estate"])
def test_importing_the_same_file_twice_changes_nothing(kind):
    table = read_roster(sample_roster(kind), f"{kind}.csv")
    first = plan_roster(table, Existing())
    assert not first.bad and not first.notes and not first.unknown_columns
    again = plan_roster(table, imported(Existing(), first))
    assert not again.bad and not again.changes_anything()
    assert again.good_rows == len(table.rows)


def test_the_village_comes_out_as_it_is_written():
    found = plan_roster(read_roster(sample_roster("village"), "village.csv"), Existing())
    assert (len(found.people), len(found.households)) == (60, 25)
    assert sum(fact.is_representative for fact in found.residents) == 25
    party = [fact.role for fact in found.members if fact.assembly == "桃源村党员大会"]
    assert (party.count("正式党员"), party.count("预备党员")) == (10, 2)
    assert sum(fact.role == "监督委员" and fact.until_on is None for fact in found.members) == 3
    assert sorted({fact.name for fact in found.assemblies if fact.kind == "group"}) == [
        "第一小组",
        "第三小组",
        "第二小组",
    ]


def test_the_estate_comes_out_as_it_is_written():
    found = plan_roster(read_roster(sample_roster("estate"), "estate.csv"), Existing())
    assert (len(found.units), sum(fact.casts for fact in found.ownerships)) == (36, 36)
    held = [fact.person for fact in found.ownerships]
    assert sorted(held.count(fact.key) for fact in found.people)[-2:] == [1, 2]
    shared = [fact.unit for fact in found.ownerships]
    assert sum(shared.count(fact.key) == 2 for fact in found.units) == 2
    assert any("公司" in fact.name for fact in found.people)


def test_a_file_names_nobody_out_of_the_community():
    existing = imported(Existing(), plan_roster(read_roster(sample_roster("village"), "village.csv"), Existing()))
    after_it = imported(existing, plan({"name": "新来的", "household": "9-99"}, existing=existing))
    assert set(existing.people) <= set(after_it.people)
    assert set(existing.members) <= set(after_it.members)
    assert set(existing.residents) <= set(after_it.residents)


def test_every_reason_can_be_said():
    rows = [
        {"name": "甲", "person": "7", "household": "1", "household_representative": "是", "unit": "101", "area": "1"},
        {"name": "乙", "person": "7", "household": "1", "household_representative": "是", "unit": "101", "area": "2"},
        {"name": "丙", "household": "1", "household_representative": "是", "unit": "101", "area": "2", "casts": "是"},
        {"name": "丁", "phone": "1.38E+10", "born_on": "x", "gender": "y", "role": "委员", "casts": "z"},
    ]
    found = plan(*rows)
    assert {problem.row for problem in found.bad} == {3, 4, 5}
    assert not [said for problem in found.bad if "{" in (said := str(say(problem.refusal, "zh-Hans")))]


def test_a_column_that_nobody_knows_is_reported():
    table = sheet({"name": "甲"})
    other = type(table)("csv", (*table.headings, "血型", " "), table.rows)
    assert plan_roster(other, Existing()).unknown_columns == ("血型",)
