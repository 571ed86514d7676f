"""What a cell of a roster means, and what spreadsheets have done to it."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.assemblies import roster_values as values
from deliberation.refusal import Refusal


@pytest.mark.parametrize(
    ("cell", "phone"),
    [
        ("13800000000", "13800000000"),
        (" 138 0000 0000 ", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("13800000000.0", "13800000000"),
        ("1.3812345678E+10", "13812345678"),
        ("1.38123456780e10", "13812345678"),
        ("'13800000000", "13800000000"),
        ("+86 13800000000", "13800000000"),
        ("008613800000000", "13800000000"),
        ("8613800000000", "13800000000"),
        ("+852 2345 6789", "+85223456789"),
        ("021-12345678", "02112345678"),
        ("（0575）12345678", "057512345678"),
        ("", ""),
    ],
)
def test_a_phone_number_is_read_back(cell, phone):
    assert values.phone(cell) == phone


@pytest.mark.parametrize(
    "cell", ["1.38E+10", "1.3812E10", "12345", "一三八", "138000000001234567", "13800000000a", "+", "=1+1"]
)
def test_a_phone_number_is_never_guessed(cell):
    assert isinstance(values.phone(cell), Refusal)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-01-02",
        "2026/1/2",
        "2026.1.2",
        "2026年1月2日",
        "2026 年 1 月 2 日",
        "２０２６年１月２日",
        "20260102",
        "46024",
        "46024.0",
        "2026-01-02 00:00:00",
        "2026-01-02T00:00:00",
        "2026/1/2 0:00",
        "'2026-01-02",
    ],
)
def test_a_day_is_read_back(cell):
    assert values.day(cell) == date(2026, 1, 2)


@pytest.mark.parametrize(
    "cell",
    [
        "2026-02-30",
        "1/2/2026",
        "2026年1月",
        "2026",
        "昨天",
        "1026-01-02",
        "99999",
        "46024.5",
        "2026-01/02",
        "2026-01-02 08:30",
    ],
)
def test_a_day_is_never_guessed(cell):
    assert isinstance(values.day(cell), Refusal)


def test_an_empty_day_is_none():
    assert values.day("  ") is None


@given(st.dates(date(1937, 1, 1), date(2119, 12, 31)))
def test_a_day_survives_as_serial_number_and_in_every_spelling(day):
    serial = (day - date(1899, 12, 30)).days
    spellings = (
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{serial}.0",
    )
    assert {values.day(cell) for cell in spellings} == {day}


@pytest.mark.parametrize(
    ("cell", "area"),
    [
        ("89.5", 8950),
        ("89.50", 8950),
        ("89", 8900),
        ("0", 0),
        ("１０２．３６", 10236),
        ("89.5㎡", 8950),
        ("89.5 平方米", 8950),
        ("1,234.56", 123456),
        ("89.54999999999999", 8955),
        ("0.1", 10),
        ("89.500", 8950),
    ],
)
def test_an_area_is_whole_hundredths(cell, area):
    assert values.area(cell) == area


@pytest.mark.parametrize("cell", ["89.555", "-1", "一百", "1e3", "NaN", "89,5", "=1+1", "9" * 30])
def test_an_area_is_not_rounded_or_guessed(cell):
    assert isinstance(values.area(cell), Refusal)


@given(st.integers(0, 10**9))
def test_an_area_survives_a_spreadsheets_float(hundredths):
    assert values.area(repr(hundredths / 100)) == hundredths


@pytest.mark.parametrize(
    ("cell", "name"),
    [
        ("李　强", "李强"),
        (" 王秀英 ", "王秀英"),
        ("John  Smith", "John Smith"),
        ("e\u0301", "é"),
        ("王\u200b芳", "王芳"),
        ("𠮷田", "𠮷田"),
        ("买买提·吐尔逊", "买买提·吐尔逊"),
        ("", ""),
    ],
)
def test_a_name_is_trimmed_and_normal(cell, name):
    assert values.words(cell) == name


@pytest.mark.parametrize("cell", ["王\u202e芳", "王\x00芳", "王\n芳", "\u2066李", "王\ue000", "字" * 101, "a\x1bb"])
def test_a_name_with_signs_that_deceive_is_refused(cell):
    assert isinstance(values.words(cell), Refusal)


@given(st.text())
def test_a_name_taken_holds_no_control_and_is_taken_again_unchanged(cell):
    name = values.words(cell)
    if isinstance(name, str):
        assert values.words(name) == name
        assert not set(name) & set("\0\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\r\n\t")


@pytest.mark.parametrize(
    ("cell", "code"),
    [("101.0", "101"), ("３－２０１", "3-201"), (" A-1 ", "A-1"), ("0101", "0101"), ("'0101", "0101"), ("3栋", "3栋")],
)
def test_a_number_that_names_something_is_folded(cell, code):
    assert values.code(cell) == code


@pytest.mark.parametrize("cell", ["2026-03-02", "3月2日", "2-Mar"])
def test_a_room_that_became_a_day_is_refused(cell):
    assert isinstance(values.code(cell), Refusal)


@pytest.mark.parametrize(
    ("cell", "answer"),
    [("是", True), ("√", True), ("YES", True), ("1", True), ("", False), ("否", False), ("no", False), ("０", False)],
)
def test_yes_and_no(cell, answer):
    assert values.yes(cell) is answer


def test_perhaps_is_neither():
    assert isinstance(values.yes("也许"), Refusal)


@pytest.mark.parametrize(("cell", "gender"), [("男", "男"), ("F", "女"), ("不详", ""), ("", "")])
def test_gender(cell, gender):
    assert values.gender(cell) == gender


@pytest.mark.parametrize("cell", ["not an address", "a@b", "a@b@c.cn", "a b@c.cn", "a@c.cn\r\nBcc: x@y.cn"])
def test_an_address_has_the_shape_of_one(cell):
    assert isinstance(values.email(cell), Refusal)


def test_an_address_is_kept_as_typed():
    assert values.email(" Wang@Example.cn ") == "Wang@Example.cn"


@given(st.text())
def test_no_cell_makes_a_reader_fail(cell):
    for reader in (
        values.words,
        values.code,
        values.phone,
        values.email,
        values.day,
        values.area,
        values.yes,
        values.gender,
    ):
        reader(cell)
