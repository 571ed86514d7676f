"""The pages of the count desk, without JavaScript: who gets in, what each person sees, the whole way by forms."""

from __future__ import annotations

import re
import secrets
import time

import pytest
from sqlmodel import col, select

from deliberation.audit.models import Entry
from deliberation.audit.reading import data_of
from deliberation.jobs import Job
from deliberation.people_list import PER_PAGE
from deliberation.voting.count_models import PaperBatch
from deliberation.voting.paper_rules import BATCH_LENGTH, new_code
from tests.pages import open_site
from tests.voting.desks import CHAIR, CLERK, FIRST, SECOND, SUPERVISOR, CountDesk
from tests.voting.polls import build_meeting, cast, opened, poll_of
from tests.voting.test_box import opened as opened_box
from tests.voting.test_poll_pages import finish


@pytest.fixture
def site(database_url, tmp_path):
    with open_site(database_url, tmp_path) as found:
        yield found


@pytest.fixture
def desk(site):
    meeting = build_meeting(site.house.database, online=True)
    return CountDesk(site.house.database, meeting, opened(site.house.database, meeting, closes_in=None))


class Hall:
    """Everybody's browser at one desk."""

    def __init__(self, site, desk):
        self.site, self.desk, self.base = site, desk, f"/polls/{desk.poll_id}/count"
        self.kept, self.keys = {}, 0

    def who(self, name):
        if name not in self.kept:
            self.kept[name] = self.site.browser(
                self.desk.meeting.place.people.get(name) or self.desk.meeting.members[name]
            )
        return self.kept[name]

    def tab(self, name, tab):
        return self.who(name).get(f"{self.base}?tab={tab}")

    def post(self, name, path, **fields):
        self.keys += 1
        return self.who(name).post(f"{self.base}/{path}", key=f"k{self.keys}", **fields)

    def does(self, name, path, **fields):
        answer = self.post(name, path, **fields)
        assert answer.status == 303, (answer.status, answer.words[:400])
        return self.who(name).get(answer.location)


@pytest.fixture
def hall(site, desk):
    return Hall(site, desk)


def test_the_whole_count_by_forms(hall, desk):
    members = desk.meeting.members
    cast(desk.database, desk.poll_id, members["代表02"], "yes")
    assert "计票台" in hall.who(FIRST).get(f"/polls/{desk.poll_id}").words
    page = hall.does(CLERK, "printing", count=9)
    assert "第1次印制" in page.words and "每个人的票都印好了" in page.words
    codes = desk.codes()
    page = hall.does(CLERK, "handing", code=codes["代表03"].lower())
    assert "发出1张，在外1张" in page.words
    hall.does(CLERK, "handing", person=members["代表04"], way="given")
    for name, choice in (("代表03", "1"), ("代表04", "2")):
        page = hall.does(FIRST, "readings", code=codes[name], choice=choice)
    assert "您已经录入2张" in page.words and "第3张" in page.words
    assert f"{FIRST}录入了2张" in hall.tab(SECOND, "entry").words
    hall.does(SECOND, "readings", code=codes["代表03"], pick="1")
    hall.does(SECOND, "readings", code=codes["代表04"], pick="1")
    shown = hall.tab(SUPERVISOR, "comparison")
    assert "两人不一致" in shown.words and FIRST in shown.words and "反对" in shown.words
    for counter in (FIRST, SECOND):
        theirs = hall.tab(counter, "comparison").text
        assert "两人不一致" in theirs and 'name="reason"' not in theirs
    page = hall.does(SUPERVISOR, "settlements", sheet=desk.sheet("代表04"), choice="2", reason="勾在反对栏，偏了一点")
    assert f"{SUPERVISOR}认定" in page.words and "偏了一点" in page.words
    page = hall.does(FIRST, "stock", received=2, left_over=7)
    assert "不符" not in page.words and "印制9张 = 发出在外2张 + 剩余7张" in page.words
    assert "没有由两名计票监票人封票" in hall.who(CHAIR).get(f"/polls/{desk.poll_id}").words
    assert "须2人" in hall.does(FIRST, "seals").words
    hall.does(SECOND, "seals")
    asked = hall.who(CHAIR).get(f"/polls/{desk.poll_id}").text
    assert "还有<b>6</b>人没有投票" in asked, "those on paper have voted"
    closed = hall.who(CHAIR).follow(hall.who(CHAIR).post(f"/polls/{desk.poll_id}/closing", key="end"))
    assert "收到3张表决票，计入3张" in closed.words
    assert poll_of(desk.database, desk.poll_id).result["counts"]["heads"]["no"] == 1


def test_the_second_reader_never_sees_the_first_reading(hall, desk):
    desk.print()
    desk.hand("代表03")
    codes = desk.codes()
    hall.does(FIRST, "readings", code=codes["代表03"], choice="0", note="两项都打了勾")
    for tab in ("handing", "entry", "comparison", "hands", "checks", "seals"):
        page = hall.tab(SECOND, tab)
        assert page.status == 200 and "两项都打了勾" not in page.text, tab
        main = re.sub(r'<div class="count-keys".*?</div>', "", page.text, flags=re.S)
        assert "count-own" not in main, tab


def test_mistakes_stand_beside_the_code_and_what_was_typed_is_kept(hall, desk):
    desk.print()
    desk.hand("代表03")
    code = desk.codes()["代表03"]
    page = hall.post(FIRST, "readings", code="ABCD-EFGH", choice="1")
    assert page.status == 422 and "票号不对" in page.words and "ABCD-EFGH" in page.text
    hall.does(FIRST, "readings", code=code, choice="1")
    page = hall.post(FIRST, "readings", code=code, choice="1")
    assert page.status == 422 and "已经录入过" in page.words
    assert hall.post(FIRST, "readings", code=code, choice="0").status == 422, "an invalid sheet needs a reason"
    assert hall.post(FIRST, "readings", code=desk.codes()["代表04"], choice="8").status == 422


def test_a_form_sent_twice_reads_one_sheet(hall, desk):
    desk.print()
    desk.hand("代表03")
    fields = {"code": desk.codes()["代表03"], "choice": "1", "key": "the-same"}
    browser = hall.who(FIRST)
    answers = [browser.post(f"{hall.base}/readings", **fields) for _time in range(2)]
    assert [answer.status for answer in answers] == [303, 303]


def test_who_is_not_of_the_desk_is_kept_out(hall, desk, site):
    assert site.visitor().get(hall.base).status in (302, 303)
    for name in ("李强", "赵敏", "何敏"):
        assert hall.who(name).get(hall.base).status in (403, 404), name
        for path in (
            "printing",
            "handing",
            "readings",
            "corrections",
            "withdrawals",
            "settlements",
            "hands",
            "hands/settling",
            "stock",
            "seals",
            "seals/breaking",
        ):
            assert hall.post(name, path, count=1, person=1, choice="1").status in (403, 404, 422), path
    for name in (CLERK, CHAIR, SUPERVISOR):
        desk.codes() or desk.print()
        assert hall.post(name, "readings", code=desk.codes()["代表03"], choice="1").status == 403
        assert hall.post(name, "seals").status == 403


def test_the_printed_ballots_are_a_pdf_with_every_code(hall, desk):
    desk.print()
    with desk.database.read() as session:
        batch = session.get(PaperBatch, 1)
    page = hall.who(CLERK).get(f"{hall.base}/batches/{batch.id}")
    assert page.status == 200 and page.content.startswith(b"%PDF")
    assert hall.who(SUPERVISOR).get(f"{hall.base}/batches/{batch.id}").status == 403
    assert hall.who(CLERK).get(f"{hall.base}/batches/99").status == 404


def test_hands_by_forms(hall, desk):
    members = desk.meeting.members
    page = hall.does(CLERK, "readings", person=members["代表03"], pick="1")
    assert "您已经记了1人" in page.words
    page = hall.does(FIRST, "hands", among=6, yes=5, no=1, abstain=0)
    assert "您的数已经交了" in page.words
    assert not re.search(r"<td>5</td>", hall.tab(SECOND, "hands").text), "the other's number is not shown before"
    page = hall.does(SECOND, "hands", among=6, yes=4, no=2, abstain=0)
    assert "两人的数不一致" in page.words and "<td>5</td>" in page.text
    page = hall.does(SUPERVISOR, "hands/settling", among=6, yes=5, no=1, reason="看了录像")
    assert "已经认定" in page.words
    assert hall.post(CLERK, "readings", person=members["代表04"], pick="1").status == 409, "counted by number by now"
    assert hall.post(FIRST, "hands", among=2, yes=2, no=1).status == 422


def test_with_an_hour_and_paper_the_job_waits_for_the_seals_and_the_page_says_so(site):
    database = site.house.database
    meeting = build_meeting(database, online=True)
    desk = CountDesk(database, meeting, opened(database, meeting, closes_in=5))
    desk.print()
    ends = time.monotonic() + 60
    while time.monotonic() < ends and _is_planned(database):
        time.sleep(0.2)
    assert not _is_planned(database), "the job of the hour was done"
    assert poll_of(database, desk.poll_id).closed_at is None
    assert "投票已经截止，正在计票" in site.visitor().get(f"/polls/{desk.poll_id}").words


def _is_planned(database):
    with database.read() as session:
        return session.exec(select(Job).where(Job.kind == "close_poll")).one().done_at is None


def test_whoever_voted_on_paper_is_told_so_and_not_that_they_did_not_vote(site, desk):
    meeting = desk.meeting
    desk.print()
    desk.hand("代表02")
    desk.both(desk.codes()["代表02"], "1")
    voter = site.browser(meeting.members["代表02"])
    assert "您领了纸质票" in voter.get(f"/polls/{desk.poll_id}").words
    desk.stock(1, 8)
    desk.seal(FIRST)
    desk.seal(SECOND)
    finish(site, meeting, desk.poll_id)
    words = voter.get(f"/polls/{desk.poll_id}").words
    assert "您的票由计票人录入，已经计入结果。" in words and "没有在截止以前投票" not in words
    assert "没有在截止以前投票" in site.browser(meeting.members["代表03"]).get(f"/polls/{desk.poll_id}").words


def test_ballots_go_out_to_all_who_are_ticked_or_to_nobody(hall, desk):
    desk.print()
    members = desk.meeting.members
    page = hall.does(CLERK, "handing", ticked="yes", way="given", person=[members["代表02"], members["代表03"]])
    assert "发出2张，在外2张" in page.words
    with desk.database.read() as session:
        entry = session.exec(select(Entry).where(Entry.act == "paper.handed").order_by(col(Entry.index).desc())).first()
    said = data_of(entry.body)
    assert said["sheets"] == 2 and set(said["commit"]) - {"actor"} == {"person.1", "person.2"}
    again = hall.post(CLERK, "handing", ticked="yes", way="given", person=[members["代表04"], members["代表02"]])
    assert again.status == 422 and "代表02：" in again.words and "一张也没有登记" in again.words
    assert "在外2张" in hall.tab(CLERK, "handing").words
    assert "请先在名单上打勾" in hall.post(CLERK, "handing", ticked="yes", way="given").words
    back = [members["代表02"], members["代表03"]]
    page = hall.does(CLERK, "handing", ticked="yes", way="returned", show="out", person=back)
    assert "在外0张，收回2张" in page.words


def ticked(page):
    """Numbers of the persons whose tick is set."""
    return {int(each) for each in re.findall(r'name="person" value="(\d+)"[^>]* checked', page.text)}


def test_where_one_of_several_is_refused_the_others_stay_ticked(hall, desk):
    desk.print()
    people = list(desk.meeting.members.values())
    desk.hand("代表03")
    given = {"ticked": "yes", "way": "given", "show": "waiting", "q": "代表", "group": "", "page": 1}
    again = hall.post(CLERK, "handing", person=[people[1], people[2], people[4]], **given)
    assert again.status == 422 and "代表03：这个人已经领了纸质票" in again.words and "一张也没有登记" in again.words
    assert ticked(again) == {people[1], people[4]}, "who holds one is no longer offered, the others need no second tick"
    assert 'value="代表"' in again.text and "李强" not in again.text.partition("count-roll")[2], (
        "the list as it was shown"
    )
    page = hall.does(CLERK, "handing", person=sorted(ticked(again)), **given)
    assert "发出3张，在外3张" in page.words
    back = hall.post(
        CLERK, "handing", ticked="yes", way="spoiled", show="out", person=[people[1], people[0], people[2]]
    )
    assert back.status == 422 and "李强：这个人手里没有票" in back.words and ticked(back) == {people[1], people[2]}


def test_no_stranger_is_named_by_their_number(hall, desk):
    desk.print()
    stranger, member = desk.meeting.place["赵敏"], desk.meeting.members["代表02"]
    for way in ("given", "returned"):
        for people in ([stranger, member], [stranger, 10**8], [10**8, member]):
            answer = hall.post(CLERK, "handing", ticked="yes", way=way, person=people)
            assert answer.status in (403, 409) and "赵敏" not in answer.words, (way, people)
    assert "发出0张" in hall.tab(CLERK, "handing").words


def test_more_ticks_than_a_page_has_are_refused_and_not_cut_off(hall, desk):
    desk.print()
    answer = hall.post(CLERK, "handing", ticked="yes", way="given", person=list(range(1, PER_PAGE + 2)))
    assert answer.status == 422 and f"一次最多登记{PER_PAGE}人，这次勾了{PER_PAGE + 1}人" in answer.words
    assert "发出0张" in hall.tab(CLERK, "handing").words


def test_without_scripts_a_page_comes_with_its_ticks_set_and_nothing_is_entered_yet(hall, desk):
    desk.print()
    browser, address = hall.who(CLERK), f"{hall.base}?tab=handing"
    page = browser.get(address)
    assert page.text.count(" checked") == 0 and page.links(r".*tab=handing&show=all&page=1&tick=page")
    page = browser.get(f"{address}&page=1&tick=page")
    assert page.text.count(" checked") == len(desk.meeting.members) and "发出0张" in page.words
    found = browser.get(f"{address}&q=代表03")
    assert "代表03" in found.words and "找到1人" in found.words
    assert "autofocus" in found.text.rpartition(">发票<")[0].rpartition("<button")[2], "Enter once more hands it out"
    assert "在外" not in browser.get(f"{address}&show=out&q=nobody").text.partition("count-roll")[2]


def test_sheets_printed_with_several_codes_before_one_poll_had_one_are_all_entered(site):
    meeting = build_meeting(site.house.database, online=True)
    desk = CountDesk(site.house.database, meeting, opened_box(site.house.database, meeting))
    hall = Hall(site, desk)
    desk.print(9)
    second = desk.print(9)

    other = new_code(BATCH_LENGTH, secrets.choice)

    def as_it_was(session, now):
        session.get(PaperBatch, second).code = other

    site.house.database.change(as_it_was)
    page = hall.tab(FIRST, "entry")
    first = re.search(r'<option value="(\w+)" selected', page.text)[1]
    assert re.findall(r'<option value="(\w+)"', page.text) == [first, other]
    assert f"{first}或者{other}" in page.words and "有2种批次" in page.words
    hall.does(FIRST, "readings", code=first, number=1, pick="1")
    page = hall.does(FIRST, "readings", code=other, number=1, pick="2")
    assert f'<option value="{other}" selected' in page.text
    assert 'value="2"' in re.search(r'<input[^>]*name="number"[^>]*>', page.text)[0]
    assert hall.post(FIRST, "readings", code=first, number=10, pick="1").status == 422, "nine have that code"
    assert f"{first}-1" in page.words and f"{other}-1" in page.words
