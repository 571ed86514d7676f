"""Printing and handing out on the pages of the count desk: for whom first, what is said where nobody is left."""

from __future__ import annotations

import re
from datetime import timedelta

from deliberation.templating import environment
from tests.voting.desks import CLERK, FIRST, CountDesk
from tests.voting.polls import build_meeting, cast, opened, poll_of
from tests.voting.test_desk_pages import desk, hall, site

__all__ = ["desk", "hall", "site"]


def test_sheets_are_printed_first_for_those_who_have_not_voted(hall, desk):
    names = list(desk.meeting.members)
    for name in names[:4]:
        cast(desk.database, desk.poll_id, desk.meeting.members[name], "yes")
    desk.hand_of(names[4], "1")  # A hand by name.
    desk.print(3)
    assert list(desk.codes()) == names[5:8]
    desk.print(3)
    assert set(names[5:]) < set(desk.codes()) and len(desk.codes()) == 6, "and then for the others"


def test_too_many_sheets_are_refused_in_one_place_with_the_number_that_can_be_printed(hall, desk):
    desk.print(2)
    left = len(desk.meeting.members) - 2
    page = hall.post(CLERK, "printing", count=left + 1)
    assert page.status == 422 and f"1到{left}之间" in page.words and "500张" not in page.words
    assert page.text.count('role="alert"') == 1
    assert page.text.index('role="alert"') < page.text.index('id="handing-title"')
    page = hall.post(CLERK, "handing", code="ABCD-EFGH")
    assert page.status == 422 and page.text.count('role="alert"') == 1


def test_a_list_without_people_says_why(hall, desk):
    shown = hall.who(CLERK).get(f"{hall.base}?tab=handing&show=waiting")
    assert "还没有印制纸质票。" in shown.words and "没有这样的人" not in shown.words
    page = hall.tab(CLERK, "handing")
    assert "发给打勾的人" not in page.words and "全部打勾" not in page.words and "李强" in page.words
    desk.print(2)
    first = set(desk.codes())
    desk.hand(*first)
    waiting = f"{hall.base}?tab=handing&show=waiting"
    assert "还有人的票没有印" in hall.who(CLERK).get(waiting).words
    desk.print()
    page = hall.tab(CLERK, "handing")
    assert "发给打勾的人" in page.words
    desk.hand(*(set(desk.meeting.members) - first))
    page = hall.who(CLERK).get(waiting)
    assert "每个人都领了票，或者已经投票。" in page.words and "发给打勾的人" not in page.words


def test_the_file_of_ballots_is_named_for_what_it_is(hall, desk):
    desk.print(1)
    head = dict(hall.who(CLERK).get(f"{hall.base}/batches/1").headers)
    said = next(value for name, value in head.items() if name.lower() == "content-disposition")
    assert f'filename="ballots-{desk.poll_id}-1.pdf"' in said
    assert f"filename*=UTF-8''%E8%A1%A8%E5%86%B3%E7%A5%A8-{desk.poll_id}-1.pdf" in said


def test_the_hour_of_the_seals_is_that_of_the_community(site):
    database = site.house.database
    meeting = build_meeting(database, online=True)
    desk = CountDesk(database, meeting, opened(database, meeting, closes_in=3600))
    closes = poll_of(database, desk.poll_id).closes_at + timedelta(hours=8)
    page = site.browser(meeting.place.people[FIRST]).get(f"/polls/{desk.poll_id}/count?tab=seals")
    assert re.search(rf" {closes.hour}:{closes.minute:02}截止，不能提前结束", page.words), page.words[-600:]


def test_one_thing_waits_in_the_singular():
    words = "{% trans name='A', n=many %}{{ name }}，<wbr>有{{ n }}件事等您{% endtrans %}"
    page = environment("en").from_string(words)
    assert page.render(many=1) == "A, <wbr>1 thing waits for you"
    assert page.render(many=2) == "A, <wbr>2 things wait for you"
