"""What a form decides: who takes part as what, from when it may begin, what its minutes lack."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from deliberation.rooms.form_file import FormFaulty, load, shipped, text_of
from deliberation.rooms.form_rules import (
    LOCAL,
    MEETING,
    VISITS,
    WRITTEN,
    Happened,
    Number,
    check_days,
    days_of,
    lacking,
    may_begin,
    may_seal,
    papers_missing,
    seat,
    section,
    sections,
)
from deliberation.rooms.limits_rules import preset
from deliberation.translation import say

FORMS = shipped()
SHANGHAI = ZoneInfo("Asia/Shanghai")
NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


def test_the_six_forms_of_the_source_and_the_council_are_there():
    assert [form.title for form in FORMS.values()] == [
        "居民议事会", "民主恳谈", "专家咨询", "书面征询", "走访约谈", "决策听证", "互联网+协商",
    ]  # fmt: skip
    assert {form.id: form.manner for form in FORMS.values()} == {
        "council": MEETING, "open_talk": MEETING, "expert_advice": MEETING, "written_inquiry": WRITTEN,
        "visits": VISITS, "hearing": MEETING, "online": MEETING,
    }  # fmt: skip


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_every_number_and_line_names_its_source(form):
    lines = (*form.roles, *form.agenda, *form.papers, *form.minutes)
    assert form.source and all(one.source for one in lines)
    # No rule but the one for hearings says how many days before papers lie open: the others ask the convenor.
    assert form.papers_days == (Number(7, form.papers[0].source) if form.id == "hearing" else None)
    # The same for corrections of the minutes, and for the participants' signatures.
    assert form.corrections == (Number(5, "参照山东省地方立法听证的规定") if form.id == "hearing" else None)
    assert bool(form.participants_sign) == (form.id == "hearing")


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_whoever_is_no_member_never_counts(form):
    for id in ("expert", "department", "affected", "attendee", "observer"):
        role = form.role(id)
        assert role is None or not role.counts
    assert not form.role("observer").speaks and not form.role("chair").speaks


def test_each_form_orders_its_speaking_by_a_preset():
    assert {form.id: form.order for form in FORMS.values() if form.order != "village"} == {"hearing": "hearing"}
    assert all(preset(form.order) is not None for form in FORMS.values())


@pytest.mark.parametrize(
    ("form", "invited_as", "is_near", "expected"),
    [
        ("council", "", True, "resident"),
        ("council", "", False, None),
        ("council", "expert", False, "expert"),
        ("council", "expert", True, "expert"),
        ("hearing", "", True, "observer"),
        ("hearing", "delegate", True, "delegate"),
        ("hearing", "presenter", False, "presenter"),
        ("council", "no such role", True, "resident"),
        ("council", "no such role", False, None),
        ("expert_advice", "", True, "observer"),
    ],
)
def test_as_what_somebody_takes_part(form, invited_as, is_near, expected):
    found = seat(FORMS[form], invited_as, is_near=is_near)
    assert (found.id if found else None) == expected


def test_the_days_are_the_rules_or_the_convenors_own():
    assert days_of(FORMS["hearing"], 3).count == 7
    assert days_of(FORMS["open_talk"], 3) == Number(3, LOCAL)
    assert days_of(FORMS["open_talk"], None) == Number(0, LOCAL)
    assert check_days(FORMS["hearing"], 6).facts == {"n": 7}
    assert check_days(FORMS["hearing"], 7) is None and check_days(FORMS["open_talk"], 0) is None


@pytest.mark.parametrize(
    ("now", "is_free"),
    [
        (datetime(2026, 11, 30, 15, 59, tzinfo=UTC), False),  # 23:59 on the seventh day in Shanghai
        (datetime(2026, 11, 30, 16, 0, tzinfo=UTC), True),
    ],
)
def test_a_hearing_waits_seven_whole_days_after_its_last_paper(now, is_free):
    form = FORMS["hearing"]
    no = may_begin(form, days_of(form, None), {"draft": NOON}, now, SHANGHAI)
    assert (no is None) is is_free
    if no:
        assert no.facts["n"] == 7 and no.facts["on"].isoformat() == "2026-12-01" and "第十四条" in no.source


def test_the_other_reading_of_days_before_may_be_chosen():
    form, now = FORMS["hearing"], datetime(2026, 11, 29, 16, 0, tzinfo=UTC)
    assert may_begin(form, days_of(form, None), {"draft": NOON}, now, SHANGHAI) is not None
    assert may_begin(form, days_of(form, None), {"draft": NOON}, now, SHANGHAI, whole_days=False) is None


def test_a_paper_that_is_not_there_is_named():
    form = FORMS["open_talk"]
    assert [one.id for one in papers_missing(form, {})] == ["plan"]
    no = may_begin(form, Number(0, LOCAL), {}, NOON, SHANGHAI)
    assert no.facts["papers"][0].key == "方案或者情况说明"
    assert may_begin(form, Number(0, LOCAL), {"plan": NOON}, NOON, SHANGHAI) is None
    assert may_begin(FORMS["council"], Number(9, LOCAL), {}, NOON, SHANGHAI) is None


FULL = Happened(attended=5, spoken=2, answered=3, talked=4, body="".join(f"【{t}】\n写了这些内容。\n" for t in {
    title for form in FORMS.values() for title in sections(form).values()}))  # fmt: skip


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS.keys())
def test_full_minutes_lack_nothing_and_empty_ones_all(form):
    assert lacking(form, FULL) == ()
    empty = lacking(form, Happened(experts_silent=("张工",), departments_silent=("供水公司",)))
    assert empty == form.minutes


def test_each_kind_of_lack_is_found_alone():
    form = FORMS["expert_advice"]
    lack = lambda **more: [one.id for one in lacking(form, Happened(**(vars(FULL) | more)))]  # noqa: E731
    assert lack(attended=0) == ["attendance"]
    assert lack(experts_silent=("张工",)) == ["experts"]
    assert lack(departments_silent=("住建局",)) == ["replies"]
    assert lack(body=FULL.body.replace("【专家意见采纳情况】\n写了这些内容。", "【专家意见采纳情况】\n无")) == [
        "adoption"
    ]


def test_where_only_those_came_who_do_not_count_what_lacks_is_said_so():
    missing = lacking(FORMS["expert_advice"], Happened(**(vars(FULL) | {"attended": 0})))
    assert say(may_seal(missing, "")).sentence.startswith("纪要还缺1项：到场的人里计入测评的")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("【主要意见】 支持修路。\n也有人反对。\n【处理】交表决", "支持修路。也有人反对。"),
        ("  【主要意见】\n\n  一、 留菜地 \n", "一、留菜地"),
        ("主要意见\n支持", ""),
        ("【处理】交表决", ""),
        ("【主要意见】\n甲\n【主要意见】\n乙", "甲乙"),
        ("", ""),
    ],
)
def test_a_section_is_what_stands_below_its_heading(body, expected):
    assert section(body, "主要意见") == expected


def test_minutes_that_lack_something_need_a_reason():
    form = FORMS["hearing"]
    no = may_seal(lacking(form, Happened()), "")
    assert no.facts["n"] == len(form.minutes) - 1 and no.remedy  # nobody was asked who did not answer
    assert may_seal(form.minutes, "  无 ") is not None
    assert may_seal(form.minutes, "专家临时生病，没有到场") is None
    assert may_seal((), "") is None


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (("title = ", "titel = "), "titel: unknown key"),
        (('manner = "meeting"', 'manner = "shouting"'), "manner: must be one of"),
        (('others = "observer"', 'others = "nobody"'), "others: is none"),
        (("count = 7", 'count = "7"'), "papers_days.count: must be int"),
        (("count = 7", "count = 0"), "papers_days: days without papers"),
        (('check = "section"', 'check = "sense"'), "unknown check"),
        (('id = "presenter"', 'id = "delegate"'), "delegate stands twice"),
        (("speaks = true\ncounts = true", "speaks = false\ncounts = true"), "counts and may not speak"),
        (('version = "3"', "version = 2"), "version: must be str"),
        (("count = 5", "count = 0"), "corrections: not between 1 and 365"),
        (("count = 5", 'count = "5"'), "corrections.count: must be int"),
        (('participants_sign = "参照', 'participants_sign = 1 # "参照'), "participants_sign: must be str"),
        (('order = "hearing"', 'order = ""'), "order: must not be empty"),
        (("[[roles]]", "[[roles"), "not TOML"),
    ],
)
def test_a_form_that_is_wrong_says_where(change, word):
    text = text_of("hearing")
    assert change[0] in text
    with pytest.raises(FormFaulty) as no:
        load(text.replace(*change))
    assert any(word in fault for fault in no.value.faults), no.value.faults


def test_a_form_may_ask_for_days_only_where_it_has_papers():
    assert NOON + timedelta(days=7) < datetime.max.replace(tzinfo=UTC)
    with pytest.raises(KeyError):
        text_of("shouting")
