"""A wrong number of a ballot at the count desk, by the forms of its pages."""

from __future__ import annotations

import re

from tests.voting.desks import CHAIR, CLERK, FIRST, SECOND, SUPERVISOR
from tests.voting.polls import cast
from tests.voting.test_desk_pages import desk, hall, site

__all__ = ["desk", "hall", "site"]


def begun(hall, desk):
    """代表02 has voted on a device, their sheet lies at the desk; 代表03 and 代表04 put theirs into the box."""
    cast(desk.database, desk.poll_id, desk.meeting.members["代表02"], "yes")
    desk.print()
    desk.hand("代表03", "代表04")
    codes = desk.codes()
    hall.does(FIRST, "readings", code=codes["代表03"], choice="1")
    hall.does(SECOND, "readings", code=codes["代表03"], choice="1")
    return codes


def test_a_number_that_was_not_handed_out_is_questioned_and_taken_back(hall, desk):
    codes = begun(hall, desk)
    page = hall.post(FIRST, "readings", code=codes["代表02"], choice="2")
    assert page.status == 422 and "这张票没有发出" in page.words and "票在手里，照录" in page.words
    assert codes["代表02"] in page.text and re.search(
        r'name="in_hand" value="[^"]+" id="f-in_hand"(?! checked)', page.text
    )
    held = {"in_hand": codes["代表02"]}
    other = hall.post(FIRST, "readings", code=codes["代表05"], choice="2", **held)
    assert other.status == 422 and "这张票没有发出" in other.words, "the tick was for the sheet that was questioned"
    page = hall.does(FIRST, "readings", code=codes["代表02"], choice="2", **held)
    assert "您已经录入2张" in page.words and "收回这次录入" in page.words
    hall.does(SECOND, "readings", code=codes["代表04"], choice="2")
    page = hall.does(FIRST, "withdrawals", sheet=desk.sheet("代表02"))
    assert "您已经录入1张" in page.words and "您收回的录入" in page.words and "已收回" in page.words
    assert "您收回的录入" not in hall.tab(SECOND, "entry").words
    assert hall.post(FIRST, "withdrawals", sheet=desk.sheet("代表02")).status == 403
    hall.does(FIRST, "readings", code=codes["代表04"], choice="2")
    page = hall.does(FIRST, "stock", received=2, left_over=7)
    assert "不符" not in page.words
    hall.does(FIRST, "seals")
    hall.does(SECOND, "seals")


def test_a_number_that_both_misread_is_settled_as_not_in_the_box(hall, desk):
    codes = begun(hall, desk)
    for counter in (FIRST, SECOND):
        hall.does(counter, "readings", code=codes["代表02"], choice="2", in_hand=codes["代表02"])
        hall.does(counter, "readings", code=codes["代表04"], choice="2")
    page = hall.does(FIRST, "stock", received=2, left_over=7)
    assert "录入了3张，比应录的2张多1张" in page.words and "由第三人认定票箱里没有这张票" in page.words
    for counter in (FIRST, SECOND):
        assert "fold-absent" not in hall.tab(counter, "comparison").text
    page = hall.tab(SUPERVISOR, "comparison")
    odd = page.text.partition("没有发票登记的")[2].partition("</optgroup>")[0]
    assert odd.count("<option") == 1 and f'value="{desk.sheet("代表02")}"' in odd
    fields = {"sheet": desk.sheet("代表02"), "choice": "absent"}
    assert hall.post(SUPERVISOR, "settlements", **fields).status == 422, "a reason is needed"
    assert hall.post(CHAIR, "withdrawals", sheet=desk.sheet("代表02")).status == 403
    page = hall.does(SUPERVISOR, "settlements", reason="箱里没有，是04号的票看错了", **fields)
    assert f"{SUPERVISOR}认定票箱里没有这张票" in page.words and "看错了" in page.words
    assert "票箱里没有" in hall.tab(FIRST, "entry").words
    page = hall.tab(FIRST, "checks")
    assert "不符" not in page.words and "有1张录错了票号" in page.words
    hall.does(FIRST, "seals")
    hall.does(SECOND, "seals")


def test_two_that_differ_on_a_sheet_that_is_not_there(hall, desk):
    codes = begun(hall, desk)
    for counter, choice in ((FIRST, "1"), (SECOND, "2")):
        hall.does(counter, "readings", code=codes["代表02"], choice=choice, in_hand=codes["代表02"].lower())
    page = hall.tab(SUPERVISOR, "comparison")
    assert 'name="choice" value="absent"' in page.text
    page = hall.does(SUPERVISOR, "settlements", sheet=desk.sheet("代表02"), choice="absent", reason="没有这张票")
    assert "两人不一致的" not in page.words and "票箱里没有的" in page.words
    assert hall.post(CLERK, "settlements", sheet=1, choice="absent", reason="无").status == 403


def test_an_earlier_entry_can_be_taken_back_too(hall, desk):
    desk.print()
    names = list(desk.meeting.members)
    desk.hand(*names)
    codes = desk.codes()
    for name in names:
        hall.does(FIRST, "readings", code=codes[name], choice="1")
    assert len(names) > 8
    page = hall.tab(FIRST, "entry")
    assert f'<option value="{desk.sheet(names[0])}">' in page.text.replace(" selected", "")
    assert f"您已经录入{len(names) - 1}张" in hall.does(FIRST, "withdrawals", sheet=desk.sheet(names[0])).words
