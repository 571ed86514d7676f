"""The pages of an election: the form, the poll that no device casts in, and the rule of the coming vote in the dossier."""

from __future__ import annotations

import pytest

from deliberation.voting.models import ballots_of
from tests.pages import open_site
from tests.voting.elections import CANDIDATES, build_election, count_paper
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
    assert "is_changeable" not in form.text and "本平台不登记选举的委托" in form.words
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
    assert "选出：张桂芳" in result and "空缺1个名额" in result and "没有在截止以前投票" not in result
    assert "打开另行选举" in chair.get(f"/polls/{poll_id}").words
    assert "李国庆" in chair.get(f"/matters/{meeting.matter_id}/polls/new").words
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
