"""The pages of an election: the form, the poll that no device casts in, and the rule of the coming vote in the dossier."""

from __future__ import annotations

import html

import pypdfium2
import pytest
from sqlmodel import select

from deliberation.voting.count_models import PaperBatch, PaperSheet
from deliberation.voting.kinds_rules import Kind
from deliberation.voting.models import ballots_of
from tests.pages import open_site
from tests.voting.desks import CLERK, FIRST, SECOND, SUPERVISOR, CountDesk
from tests.voting.elections import CANDIDATES, build_election, closed, count_paper, opened
from tests.voting.polls import build_meeting, poll_of


@pytest.fixture
def site(database_url, tmp_path):
    with open_site(database_url, tmp_path) as found:
        yield found


def test_the_chair_writes_candidates_and_seats_and_no_device_casts(site):
    meeting = build_election(site.house.database)
    chair = site.browser(meeting.place["王秀英"])
    rule = chair.get(f"/matters/{meeting.matter_id}/rule").words
    form = chair.get(f"/matters/{meeting.matter_id}/polls/new")
    for words in (rule, form.words):
        assert "须有超过1/2参加投票" in words and "不少于已投选票总数的1/3" in words and "第十八条" in words
        assert "不能用手机、电脑投票" in words
    assert {"f-options", "f-seats"} <= set(form.ids) and "f-select" not in form.ids
    assert "选举什么" in form.words and "赞成" not in form.words
    assert "is_changeable" not in form.text and "每人最多接受3人的委托" in form.words
    address = f"/matters/{meeting.matter_id}/polls"
    again = chair.post(address, question="选举委员", options="\n".join(CANDIDATES), seats="4", key="k1")
    assert again.status == 422 and "候选人4名，应选4名" in again.words and "张桂芳" in again.text
    made = chair.post(address, question="选举委员", options="\n".join(CANDIDATES), seats="2", key="k2")
    assert made.status == 303
    poll_id = int(made.location.rsplit("/", 1)[1])
    assert poll_of(site.house.database, poll_id).rule["select"] == 2
    voter = site.browser(meeting.members["李强"])
    seen = voter.get(f"/polls/{poll_id}")
    assert "秘密写票处" in seen.words and 'name="choice"' not in seen.text and "记名表决" not in seen.words
    for where in ("ballots", "review"):
        no = voter.post(f"/polls/{poll_id}/{where}", choice="张桂芳", key=where)
        assert no.status == 409 or no.status == 403
        assert "无记名投票" in no.words and "第十八条" in no.words
    with site.house.database.read() as session:
        assert ballots_of(session, poll_id) == []
    count_paper(site.house.database, meeting, poll_id, ["1,2"] * 4 + ["1,3"] * 2 + ["3", "4"])
    result = voter.get(f"/polls/{poll_id}").words
    assert "当选：张桂芳" in result and "空缺1个名额" in result and "没有在截止以前投票" not in result
    assert "打开另行选举" in chair.get(f"/polls/{poll_id}").words
    assert "李国庆" in chair.get(f"/matters/{meeting.matter_id}/polls/new").words
    page = chair.get(f"/polls/{poll_id}")
    assert "形成选举结果公告" in page.words and "belenios" not in page.text
    assert chair.get(f"/polls/{poll_id}/belenios.zip").status in (403, 409)
    further = chair.get(f"/matters/{meeting.matter_id}/polls/new").words
    assert "不得少于已投选票总数的1/3" in further and "该选项" not in further
    assert "选举结果公告" in chair.get(f"/polls/{poll_id}/resolution/new").text


def test_the_dossier_fetches_the_rule_of_the_coming_vote_and_nothing_once_it_is_open(site):
    meeting = build_meeting(site.house.database)
    address = f"/matters/{meeting.matter_id}/rule"
    stranger = site.browser()
    assert f'hx-get="{address}"' in stranger.get(f"/matters/{meeting.matter_id}").text
    found = stranger.get(address).words
    assert "2/3" in found and "村民委员会组织法第三十条" in found
    chair = site.browser(meeting.place["王秀英"])
    chair.post(f"/matters/{meeting.matter_id}/polls", question="修不修？", key="k")
    assert "第三十条" not in stranger.get(address).words


def at_the_desk(site, meeting, poll_id: int, size: int):
    """Ballots printed and handed out; a function that posts a form of the desk as somebody; the code of the batch."""
    desk = CountDesk(site.house.database, meeting, poll_id)
    desk.print(len(meeting.members))
    for name in list(meeting.members)[:size]:
        desk.hand(name)
    with site.house.database.read() as session:
        batch = session.exec(select(PaperBatch).where(PaperBatch.poll_id == poll_id)).one()
    browsers = {name: site.browser(meeting.place[name]) for name in (FIRST, SECOND, SUPERVISOR, CLERK)}
    base = f"/polls/{poll_id}/count"

    def does(who: str, verb: str, fields: dict):
        return browsers[who].send(f"{base}/{verb}", fields)

    return desk, does, browsers, batch


def test_several_marks_are_typed_ticked_and_settled_without_losing_one(site):
    meeting = build_election(site.house.database)
    poll_id = opened(site.house.database, meeting, Kind(options=CANDIDATES, seats=2))
    desk, does, browsers, batch = at_the_desk(site, meeting, poll_id, 6)
    base = f"/polls/{poll_id}/count"
    form = browsers[FIRST].get(f"{base}?tab=entry")
    assert form.text.count('name="mark"') == 4 and form.text.count('name="pick"') == 2, "one name alone is no ballot"
    assert "tab=hands" not in form.text
    for number, first, second in (
        (1, {"choice": "12"}, {"mark": ["1", "2"]}),
        (2, {"choice": "1,3"}, {"choice": "１ ３"}),
        (3, {"choice": "13"}, {"choice": "12"}),
        (4, {"pick": "-"}, {"choice": "-"}),
        (5, {"choice": "4"}, {"choice": "24"}),
        (6, {"choice": "2"}, {"choice": "2"}),
    ):
        for who, marks in ((FIRST, first), (SECOND, second)):
            made = does(who, "readings", {"code": batch.code, "number": str(number), "note": ""} | marks)
            assert made.status == 303, made.words
    more = does(FIRST, "readings", {"code": batch.code, "number": "7", "note": "", "choice": "123"})
    assert more.status == 422 and "勾了3项，最多2项" in more.words
    both = does(FIRST, "readings", {"code": batch.code, "number": "7", "note": "", "choice": "1", "mark": ["2"]})
    assert both.status == 422 and "只用一样" in both.words
    page = browsers[SUPERVISOR].get(f"{base}?tab=comparison")
    assert "张桂芳、陈建华" in page.words and "张桂芳、李国庆" in page.words
    with site.house.database.read() as session:
        sheets = session.exec(select(PaperSheet).where(PaperSheet.poll_id == poll_id)).all()
    third, fifth = (next(one.id for one in sheets if one.number == number) for number in (3, 5))
    stored = '["张桂芳","陈建华"]'
    assert f'value="{html.escape(stored)}"'.replace("&quot;", "&#34;") in page.text
    assert does(SUPERVISOR, "settlements", {"sheet": str(third), "choice": stored, "reason": "看过"}).status == 303
    ticked = {"sheet": str(fifth), "choice": "marks", "mark": ["1", "4"], "reason": "三个人看过"}
    assert does(SUPERVISOR, "settlements", ticked).status == 303
    desk.stock(received=6, left_over=3)
    desk.seal(FIRST)
    desk.seal(SECOND)
    heads = closed(site.house.database, meeting, poll_id).result["counts"]["heads"]
    assert heads["options"] == {"张桂芳": 4, "李国庆": 2, "陈建华": 2, "杨丽": 1} and heads["abstain"] == 1


@pytest.mark.parametrize("candidates", [4, 9, 16])
def test_a_ballot_is_one_sheet_numbered_as_it_is_keyed_in(site, candidates):
    meeting = build_election(site.house.database)
    names = tuple(f"候选人{number:02}" for number in range(1, candidates + 1))
    poll_id = opened(site.house.database, meeting, Kind(options=names, seats=3))
    _desk, _does, browsers, batch = at_the_desk(site, meeting, poll_id, 2)
    sheets = pypdfium2.PdfDocument(browsers[CLERK].get(f"/polls/{poll_id}/count/batches/{batch.id}").content)
    assert len(sheets) == 9, "nine ballots are nine pages, never a rule that runs over"
    words = sheets[0].get_textpage().get_text_bounded().replace(" ", "")
    assert "选票" in words and f"候选人{candidates:02}" in words and f"{candidates}候选人{candidates:02}" in words
    assert "弃权" not in words.split("怎样填写")[0] and "怎样算当选" in words


def test_a_voter_reads_where_to_vote_and_who_stands_for_it(site):
    meeting = build_election(site.house.database)
    poll_id = opened(site.house.database, meeting, Kind(options=CANDIDATES, seats=2))
    seen = site.browser(meeting.members["李强"]).get(f"/polls/{poll_id}")
    for words in ("到投票站投票", "您在名单上", "4名，应选2名", "怎样算当选", "候选人4名，应选2名", "超过1/2参加投票"):
        assert words in seen.words, words
    assert "该选项" not in seen.words and "candidates" in seen.ids
    other = site.browser(meeting.place["赵敏"]).get(f"/polls/{poll_id}")
    assert "您不在这次投票的名单上" in other.words


def test_the_dossier_and_the_paper_say_how_many_votes_each_candidate_had(site):
    meeting = build_election(site.house.database)
    poll_id = opened(site.house.database, meeting, Kind(options=CANDIDATES, seats=2))
    count_paper(site.house.database, meeting, poll_id, ["1,2"] * 5 + ["3", "-"])
    chair = site.browser(meeting.place["王秀英"])
    form = chair.get(f"/polls/{poll_id}/resolution/new")
    title = form.text.partition('name="title"')[2].partition('value="')[2].partition('"')[0]
    made = chair.post(f"/polls/{poll_id}/resolution", title=html.unescape(title), body="当选：张桂芳、李国庆。")
    assert made.status == 303, made.words
    for page in (chair.get(f"/matters/{meeting.matter_id}"), site.visitor().get(f"/matters/{meeting.matter_id}")):
        assert page.status == 200 and "应到9人，参加7人；" in page.words and "张桂芳5，" in page.words, page.words[:500]
    paper = poll_of(site.house.database, poll_id).resolution_id
    assert "李国庆5，" in chair.get(f"/documents/{paper}").words
