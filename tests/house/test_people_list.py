"""Long lists of people: found by number, name, reading, flat or code; a household at once; a page at a time."""

from __future__ import annotations

import pytest

from deliberation.people_list import PER_PAGE, group_of, is_meant, one_page, read_asked

LI = {
    "id": 1, "name": "李强", "pinyin": "liqiang", "numbers": [12], "labels": ["5号楼1单元101室"],
    "groups": ["5号楼1单元"], "code": "7K3M-94QX",
}  # fmt: skip


@pytest.mark.parametrize(
    "words", ["", "12", " 12 ", "李", "强", "liqiang", "Li Qiang", "qiang", "101", "5号楼", "7k3m94qx", "7K3M-94QX"]
)
def test_somebody_is_found_by_what_a_clerk_types(words):
    assert is_meant(LI, words)


@pytest.mark.parametrize("words", ["2", "121", "王", "wang", "6号楼", "7k3m", "１２３", "%", "٣"])
def test_and_by_nothing_else(words):
    assert not is_meant(LI, words)


@pytest.mark.parametrize(
    ("label", "household", "group"),
    [
        ("5号楼3单元501室", "", "5号楼3单元"), ("2栋1201", "", "2栋"), ("李强", "", ""), ("H012", "H012", "H012"),
        ("5号楼3单元501室", "H7", "H7"),
    ],
)  # fmt: skip
def test_whom_a_clerk_ticks_at_once(label, household, group):
    assert group_of(label, household) == group


def people(count):
    return [
        {
            "id": n,
            "name": f"业主{n}",
            "pinyin": f"yezhu{n}",
            "numbers": [n],
            "labels": [f"{n}室"],
            "groups": [f"户{n // 3}"],
        }
        for n in range(1, count + 1)
    ]


def test_pages_end_where_the_list_ends_and_addresses_say_what_was_asked():
    first = one_page(people(200), read_asked({}), "/door", tab="x")
    assert len(first["people"]) == PER_PAGE and first["pages"] == 4 and first["pager"] == "/door?tab=x&page="
    assert first["all"] == "/door?tab=x&page=1&tick=page" and first["whole"] == "/door?tab=x"
    last = one_page(people(200), read_asked({"page": "99", "tick": "page"}), "/door")
    assert [one["id"] for one in last["people"]][-1] == 200 and last["page"] == 4 and last["asked"].ticked
    assert one_page(people(60), read_asked({"page": "-1"}), "/d")["pages"] == 1
    assert one_page([], read_asked({"q": "x"}), "/d")["people"] == []


def test_a_household_is_offered_where_more_than_one_of_it_is_listed_and_brings_all_of_it():
    shown = one_page(people(7), read_asked({}), "/door")["people"]
    assert [one["group_size"] for one in shown] == [2, 2, 3, 3, 3, 2, 2]
    assert shown[2]["group_url"] == "/door?group=%E6%88%B71&tick=page"
    narrowed = one_page(people(7), read_asked({"group": "户1", "tick": "page"}), "/door")
    assert [one["id"] for one in narrowed["people"]] == [3, 4, 5]
    assert one_page(people(1), read_asked({}), "/door")["people"][0]["group_url"] == ""
