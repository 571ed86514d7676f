"""What may be done to minutes, on both sides of each edge."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.rooms import minutes_rules as rules
from deliberation.rooms.form_file import shipped
from deliberation.rooms.form_rules import LOCAL, Number
from deliberation.rooms.passage_rules import Change, carried, places_of, replaced, starts_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
UNTIL = datetime(2026, 11, 26, 16, tzinfo=UTC)  # 27 November, 0:00 in the village
BEFORE, AFTER = UNTIL - timedelta(microseconds=1), UNTIL
OPEN = rules.Standing(UNTIL)
SEALED = replace(OPEN, is_sealed=True)
HEARING = shipped()["hearing"]


def every_day(_day):
    return True


def weekdays(day):
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("form", "chosen", "wanted"),
    [
        ("hearing", None, Number(5, "参照山东省地方立法听证的规定")),
        ("hearing", 5, Number(5, "参照山东省地方立法听证的规定")),
        ("hearing", 8, Number(8, LOCAL)),
        ("council", None, Number(5, LOCAL)),
        ("council", 1, Number(1, LOCAL)),
        ("", 3, Number(3, LOCAL)),
    ],
)
def test_the_days_are_the_forms_or_a_local_setting(form, chosen, wanted):
    assert rules.days_of(shipped().get(form), chosen) == wanted


@pytest.mark.parametrize(
    ("form", "chosen", "is_allowed"), [("hearing", 4, False), ("hearing", 5, True), ("council", 1, True)]
)
def test_nobody_gives_fewer_days_than_the_rule(form, chosen, is_allowed):
    assert (rules.check_days(shipped()[form], chosen) is None) is is_allowed


def test_the_days_end_at_midnight_and_on_a_working_day():
    # Issued on Saturday 21 November at noon in the village: five days end on Thursday, seven on Saturday.
    issued = datetime(2026, 11, 21, 4, tzinfo=UTC)
    assert rules.ends_at(issued, Number(5, ""), SHANGHAI, every_day) == UNTIL
    assert rules.ends_at(issued, Number(5, ""), SHANGHAI, weekdays) == UNTIL
    rolled = rules.ends_at(issued, Number(7, ""), SHANGHAI, weekdays)
    assert rolled == datetime(2026, 12, 1, tzinfo=SHANGHAI)  # 24:00 of Monday


@pytest.mark.parametrize(
    ("standing", "at", "takes_part", "own", "is_allowed"),
    [
        (OPEN, BEFORE, True, 0, True),
        (OPEN, AFTER, True, 0, False),
        (OPEN, BEFORE, False, 0, False),
        (OPEN, BEFORE, True, rules.MOST_OPEN - 1, True),
        (OPEN, BEFORE, True, rules.MOST_OPEN, False),
        (SEALED, BEFORE, True, 0, False),
    ],
)
def test_who_may_ask_until_when(standing, at, takes_part, own, is_allowed):
    assert (rules.may_ask(standing, at, takes_part=takes_part, own_waiting=own) is None) is is_allowed


@pytest.mark.parametrize(("asked", "is_allowed"), [(rules.MOST_ASKED - 1, True), (rules.MOST_ASKED, False)])
def test_nobody_asks_without_end(asked, is_allowed):
    no = rules.may_ask(OPEN, BEFORE, takes_part=True, own_waiting=0, asked=asked)
    assert (no is None) is is_allowed
    if no is not None:
        assert no.facts == {"n": 20} and no.source == LOCAL and not no.late


@pytest.mark.parametrize(
    ("is_askers", "reason", "is_allowed"), [(True, "", True), (False, " ", False), (False, "听错了", True)]
)
def test_what_was_typed_for_another_is_taken_back_with_a_reason(is_askers, reason, is_allowed):
    assert (rules.check_withdrawal(reason, is_askers=is_askers) is None) is is_allowed


@pytest.mark.parametrize(
    ("passage", "wording", "is_allowed"),
    [
        ("路宽三米", "路宽四米", True),
        ("路宽三米", "", True),
        ("路宽五米", "路宽四米", False),  # not there
        ("同意", "反对", True),  # there twice: check_place asks which
        ("路宽三米", "路宽三米", False),
        ("", "四米", False),
    ],
)
def test_a_passage_is_there_and_changes(passage, wording, is_allowed):
    text = "李强：路宽三米，同意。赵敏：同意。"
    assert (rules.check_passage(text, passage, wording) is None) is is_allowed


@given(st.text("路宽三四米。", min_size=1, max_size=8), st.text("路宽三四米。", max_size=8), st.text(max_size=20))
def test_what_is_amended_differs_in_the_passage_alone(passage, wording, rest):
    text = f"前{rest}|{passage}|{rest}后"
    if rules.check_passage(text, passage, wording) is None:
        starts = starts_of(text, passage)
        assert replaced(text, passage, wording, starts) == text.replace(passage, wording)
        first = replaced(text, passage, wording, starts[:1])
        assert first == text.replace(passage, wording, 1)


@pytest.mark.parametrize(
    ("place", "is_allowed"), [(None, False), (0, True), (1, True), (2, True), (3, False), (-1, False)]
)
def test_of_several_places_one_is_chosen_or_all(place, is_allowed):
    text = "李强：路宽三米，同意。赵敏：同意。"
    assert (rules.check_place(text, "同意", place) is None) is is_allowed
    assert rules.check_place(text, "路宽三米", None) is None


def test_places_are_named_by_their_heading_and_line():
    text = "议题：修路\n\n一、发言\n1. 李强：“路宽三米”\n\n【主要意见和理由】\n反对1条。李强：“路宽三米”\n"
    found = places_of(text, "路宽三米")
    assert [(one.number, one.heading) for one in found] == [(1, "一、发言"), (2, "【主要意见和理由】")]
    assert (found[1].before, found[1].after) == ("反对1条。李强：“", "”")


@given(st.lists(st.tuples(st.integers(0, 30), st.text("三四米", max_size=3)), max_size=4), st.integers(0, 20))
def test_a_place_is_carried_over_what_was_changed_elsewhere(edits, start):
    """The reference marks the place with a letter that no edit writes, and looks for it afterwards."""
    text, marked, changes, length = "路宽三米同意" * 6, None, [], 3
    marked = text[:start] + "«" + text[start : start + length] + "»" + text[start + length :]
    is_touched = False
    for at, words in edits:
        at, removed = min(at, len(text) - 1), 1
        flat = [place for place, letter in enumerate(marked) if letter not in "«»"]
        is_touched |= marked.index("«") < flat[at] < marked.index("»")
        text = text[:at] + words + text[at + removed :]
        marked = marked[: flat[at]] + words + marked[flat[at] + removed :]
        changes.append(Change((at,), removed, len(words)))
        if is_touched or len(text) < 2:
            break
    found = carried(start, length, changes)
    assert (found is None) is is_touched
    assert is_touched or marked.replace("»", "").index("«") == found


@pytest.mark.parametrize(
    ("own", "decided", "withdrawn", "standing", "is_allowed"),
    [
        (True, False, False, OPEN, True),
        (False, False, False, OPEN, False),
        (True, True, False, OPEN, False),
        (True, False, True, OPEN, False),
        (True, False, False, SEALED, False),
    ],
)
def test_who_takes_a_correction_back(own, decided, withdrawn, standing, is_allowed):
    no = rules.may_withdraw(standing, is_own=own, is_decided=decided, is_withdrawn=withdrawn)
    assert (no is None) is is_allowed


@pytest.mark.parametrize(
    ("standing", "keeps", "decided", "is_allowed"),
    [(OPEN, True, False, True), (OPEN, False, False, False), (OPEN, True, True, False), (SEALED, True, False, False)],
)
def test_who_answers_once(standing, keeps, decided, is_allowed):
    assert (rules.may_decide(standing, keeps=keeps, is_decided=decided) is None) is is_allowed


def test_other_words_than_asked_for_need_a_reason():
    assert rules.check_words("四米", "四米", "") is None
    assert rules.check_words("四米", "四米左右", " ")
    assert rules.check_words("四米", "四米左右", "还没有量") is None


SIGNING = replace(OPEN, signed=((rules.CHAIR, 1),))
ON_PAPER = replace(OPEN, participants_sign="第十六条")


@pytest.mark.parametrize(
    ("standing", "at", "role", "who", "roles", "is_allowed"),
    [
        (OPEN, AFTER, "chair", 1, {"chair"}, True),
        (OPEN, BEFORE, "chair", 1, {"chair"}, False),
        (replace(OPEN, waiting=1), AFTER, "chair", 1, {"chair"}, False),
        (OPEN, AFTER, "clerk", 1, {"chair"}, False),
        (OPEN, AFTER, "witness", 1, {"chair", "witness"}, False),
        (SIGNING, AFTER, "clerk", 2, {"clerk"}, True),
        (SIGNING, AFTER, "chair", 1, {"chair"}, False),  # twice
        (SIGNING, AFTER, "clerk", 1, {"chair", "clerk"}, False),  # one person for both
        (SEALED, AFTER, "clerk", 2, {"clerk"}, False),
        (ON_PAPER, AFTER, "chair", 1, {"chair"}, False),
        (replace(ON_PAPER, is_signed_on_paper=True), AFTER, "chair", 1, {"chair"}, True),
    ],
)
def test_who_signs_when(standing, at, role, who, roles, is_allowed):
    assert (rules.may_sign(standing, at, role=role, person_id=who, roles=roles) is None) is is_allowed


def test_a_sheet_is_attached_where_the_form_asks_for_it_and_the_text_is_final():
    assert rules.may_attach(ON_PAPER, AFTER, keeps=True) is None
    assert rules.may_attach(ON_PAPER, BEFORE, keeps=True)
    assert rules.may_attach(ON_PAPER, AFTER, keeps=False)
    assert rules.may_attach(replace(ON_PAPER, waiting=1), AFTER, keeps=True)
    assert rules.may_attach(OPEN, AFTER, keeps=True)


def test_the_summary_is_written_until_the_seal():
    assert rules.may_summarise(OPEN, keeps=True) is None
    assert rules.may_summarise(SIGNING, keeps=True) is None
    assert rules.may_summarise(OPEN, keeps=False) and rules.may_summarise(SEALED, keeps=True)


def test_two_signatures_make_the_seal():
    assert [rules.is_complete(each) for each in ([], ["chair"], ["clerk", "chair"])] == [False, False, True]


def test_what_is_signed_is_title_summary_and_text():
    assert rules.full_text("纪要", "", "一\n\n") == "纪要\n\n一\n"
    assert rules.full_text("纪要", "修路。", "一") == "纪要\n\n通俗摘要：修路。\n\n一\n"
    assert rules.digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


STATES = {"days run": (OPEN, BEFORE), "days over": (OPEN, AFTER), "sealed": (SEALED, AFTER)}
PEOPLE = {"chair": {"chair"}, "clerk": {"clerk"}, "took part": set(), "other": set()}


def table() -> str:
    """Who may do what and when, asked of the rules: an act and a state a line, a mark for each."""
    lines = [f"{'act':<14}{'state':<12}" + " ".join(PEOPLE)]
    acts = {
        "ask": lambda now, at, who: rules.may_ask(now, at, takes_part=who == "took part", own_waiting=0),
        "withdraw own": lambda now, at, who: rules.may_withdraw(
            now, is_own=who == "took part", is_decided=False, is_withdrawn=False
        ),
        "answer": lambda now, at, who: rules.may_decide(now, keeps=bool(PEOPLE[who]), is_decided=False),
        "summarise": lambda now, at, who: rules.may_summarise(now, keeps=bool(PEOPLE[who])),
        "attach sheet": lambda now, at, who: rules.may_attach(
            replace(now, participants_sign="第十六条"), at, keeps=bool(PEOPLE[who])
        ),
        "sign as chair": lambda now, at, who: rules.may_sign(now, at, role="chair", person_id=1, roles=PEOPLE[who]),
        "sign as clerk": lambda now, at, who: rules.may_sign(now, at, role="clerk", person_id=2, roles=PEOPLE[who]),
    }
    for act, may in acts.items():
        for state, (now, at) in STATES.items():
            marks = " ".join(("." if may(now, at, who) else "x").ljust(len(who)) for who in PEOPLE)
            lines.append(f"{act:<14}{state:<12}{marks}".rstrip())
    return "\n".join(lines) + "\n"


def test_the_table_of_rights_is_the_reviewed_one():
    """Chair and clerk ask where they took part themselves; for others they hand in (``test_minutes_sealing``)."""
    assert table() == Path(__file__).with_name("minutes_permissions.txt").read_text("utf-8")
