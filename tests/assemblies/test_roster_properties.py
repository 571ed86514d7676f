"""What holds for every roster: few names, numbers and days, so that rows meet, contradict and end each other often."""

from __future__ import annotations

from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from deliberation.assemblies.roster_columns import HEADINGS
from deliberation.assemblies.roster_facts import Existing
from deliberation.assemblies.roster_file import read_roster
from deliberation.assemblies.roster_neutral import neutralised, restored
from deliberation.assemblies.roster_plan import plan_roster
from deliberation.assemblies.roster_rows import Sheet
from tests.assemblies.rosters import as_csv, as_xlsx, imported, sheet

seldom = st.sampled_from
row = st.fixed_dictionaries(
    {"name": seldom("甲乙丙")},
    optional={
        "person": seldom(["", "1", "2"]),
        "phone": seldom(["", "13800000001", "13800000002"]),
        "born_on": seldom(["", "1960-01-01"]),
        "gender": seldom(["", "男", "女"]),
        "household": seldom(["", "1", "2"]),
        "household_representative": seldom(["", "是", "否"]),
        "unit": seldom(["", "101", "102"]),
        "area": seldom(["", "1", "2"]),
        "casts": seldom(["", "是"]),
        "assembly": seldom(["", "会", "社"]),
        "role": seldom(["", "委员", "业主", "顾问"]),
        "group": seldom(["", "一组", "二组"]),
        "from": seldom(["", "", "2020-01-01", "2022-01-01", "2024-01-01"]),
        "until": seldom(["", "", "2021-01-01", "2022-01-01", "2025-01-01"]),
    },
)
rows = st.lists(row, max_size=7)


def sound(community: Existing) -> None:
    """What the tables demand of a community, whatever files it was fed."""
    casting, open_shares = Counter(), Counter()
    for share in community.ownerships:
        casting[share.unit] += share.casts
        open_shares[share.unit] += share.until_on is None
        assert not (share.casts and share.until_on)
    assert all(casting[unit] == (open_shares[unit] > 0) for unit in open_shares)
    representatives = Counter(home.household for home in community.residents if home.is_representative)
    assert all(number == 1 for number in representatives.values())
    assert all(home.until_on is None for home in community.residents if home.is_representative)
    at_home = Counter(home.person for home in community.residents if home.until_on is None)
    assert all(number == 1 for number in at_home.values())
    assert {share.unit for share in community.ownerships} <= {unit.key for unit in community.units}
    assert {seat.assembly for seat in community.members} <= {body.name for body in community.assemblies}
    one_after_the_other(community)


def one_after_the_other(community: Existing) -> None:
    terms = defaultdict(list)
    for seat in community.members:
        terms[seat.assembly, seat.person, seat.role].append(seat)
    for seats in terms.values():
        assert sum(seat.until_on is None for seat in seats) <= 1
        for seat in seats:
            assert not (seat.from_on and seat.until_on and seat.until_on < seat.from_on)


def add(community: Existing, table: Sheet) -> Existing:
    return imported(community, plan_roster(table, community))


@given(rows)
def test_csv_and_xlsx_give_the_same_plan(found):
    table = sheet(*found) if found else sheet({"name": ""})
    cells = [list(table.headings), *(list(line.cells) for line in table.rows)]
    from_csv, from_xlsx = read_roster(as_csv(cells), "a.csv"), read_roster(as_xlsx(cells), "a.xlsx")
    assert plan_roster(from_csv, Existing()) == plan_roster(from_xlsx, Existing())


@given(rows)
def test_the_same_file_twice_changes_nothing(found):
    table = sheet(*found)
    first = plan_roster(table, Existing())
    community = imported(Existing(), first)
    again = plan_roster(table, community)
    assert not [fact for fact in again.facts() if fact.change.value != "keep"]
    assert first.bad or not again.bad


@given(rows, rows)
def test_after_any_two_files_the_community_is_sound_and_the_second_twice_changes_nothing(one, other):
    community = add(Existing(), sheet(*one))
    sound(community)
    second = plan_roster(sheet(*other), community)
    after = imported(community, second)
    sound(after)
    again = plan_roster(sheet(*other), after)
    # A row left out as bad may be good where the others have gone in; only a whole file is bound to change nothing.
    assert second.bad or not [fact for fact in again.facts() if fact.change.value != "keep"]


@given(rows, rows)
def test_an_import_removes_nobody(one, other):
    before = add(Existing(), sheet(*one))
    after = add(before, sheet(*other))
    for kind in ("people", "households", "residents", "units", "ownerships", "assemblies", "members"):
        assert {record.id for record in getattr(before, kind)} <= {record.id for record in getattr(after, kind)}


@given(rows)
def test_every_row_is_either_good_or_bad_and_bad_rows_leave_no_trace(found):
    table = sheet(*found)
    whole = plan_roster(table, Existing())
    assert whole.good_rows + len(whole.bad_rows) == len(table.rows)
    without = Sheet("csv", table.headings, tuple(line for line in table.rows if line.number not in whole.bad_rows))
    rest = plan_roster(without, Existing())
    assert not rest.bad
    assert list(rest.facts()) == list(whole.facts())


@given(rows, st.randoms(use_true_random=False))
def test_the_order_of_columns_means_nothing(found, chance):
    table = sheet(*found)
    order = list(range(len(table.headings)))
    chance.shuffle(order)
    lines = tuple(type(line)(line.number, tuple(line.cells[place] for place in order)) for line in table.rows)
    keys = {heading: key for key, heading in HEADINGS.items()}
    english = tuple(keys[table.headings[place]] for place in order)
    assert plan_roster(Sheet("csv", english, lines), Existing()) == plan_roster(table, Existing())


@given(st.text())
def test_neutralising_is_taken_back_exactly(cell):
    assert restored(neutralised(cell)) == cell
    assert not neutralised(cell).startswith(tuple("=+-@\t\r＝＋－＠"))


@given(st.binary(max_size=300), st.sampled_from(["a.csv", "a.xlsx"]))
def test_no_bytes_make_the_reader_fail_otherwise_than_with_a_reason(data, filename):
    from deliberation.refusal import Refused

    try:
        plan_roster(read_roster(data, filename), Existing())
    except Refused as no:
        assert no.refusal.reason


@given(st.lists(st.lists(st.text(alphabet="姓名甲=+'\"\n;,\t1\u202e", max_size=4), max_size=4), max_size=5))
def test_cells_of_any_text_go_through_csv(cells):
    table = [["姓名", "备注一", "备注二", "备注三"], *cells]
    marked = [[neutralised(cell) for cell in line] for line in table]
    lines = read_roster(as_csv(marked), "a.csv").rows
    kept = [line for line in cells if any(cell.strip() for cell in line)]
    for line, given_line in zip(lines, kept, strict=True):
        width = len(line.cells)
        assert list(line.cells) == given_line[:width]
        assert not any(cell.strip() for cell in given_line[width:])
