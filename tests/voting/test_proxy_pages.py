"""The pages of proxies: giving one with one's own name, the clerk's paper, and the ballot cast for somebody."""

from __future__ import annotations

import re

import pytest

from deliberation.voting.meetings import open_meeting
from tests.pages import open_site
from tests.voting.meetings import called, does
from tests.voting.polls import build_estate, build_meeting, opened
from tests.voting.test_proxies import set_limit


@pytest.fixture
def site(database_url, tmp_path):
    with open_site(database_url, tmp_path) as found:
        yield found


@pytest.fixture
def world(site):
    return build_estate(site.house.database)


def test_an_owner_signs_with_their_own_name_and_the_holder_votes_for_them(site, world):
    poll_id = opened(site.house.database, world, closes_in=None)
    giver, holder = site.browser(world.members["赵春生"]), site.browser(world.members["钱玉珍"])
    address = f"/polls/{poll_id}/proxies"
    assert giver.get(f"/polls/{poll_id}").links(address)
    form = giver.get(address)
    for words in ("民法典第一百六十五条", "物业管理条例第十二条", "随时可以撤销", "我要委托"):
        assert words in form.words, words
    wrong = giver.post(address, way="signed", holder="没有这个人", signature="钱玉珍")
    assert wrong.status == 422 and wrong.text.count('aria-invalid="true"') == 2
    page = giver.follow(giver.post(address, way="signed", holder="钱玉珍", signature="赵春生"))
    assert "赵春生委托钱玉珍" in page.words
    assert "赵春生" not in site.browser(world.members["孙立群"]).get(address).words
    ballot = holder.get(f"/polls/{poll_id}")
    assert "代表赵春生投票" in ballot.words and "102.36" in ballot.words
    proxy = re.search(r'name="proxy" value="(\d+)"', ballot.text)[1]
    look = holder.post(f"/polls/{poll_id}/held/review", proxy=proxy, choice="yes")
    assert "您代赵春生选的是" in look.words and "还没有投出" in look.words and "确认代投" in look.words
    assert holder.post(f"/polls/{poll_id}/held/review", proxy="9999", choice="yes").status == 409
    done = holder.send(
        f"/polls/{poll_id}/ballots", {"proxy": proxy, "choice": "yes", "key": "k"}, **{"hx-request": "true"}
    )
    part = holder.fragment(done.location)
    assert part.text.lstrip().startswith('<div id="held"') and "您代投的是：赞成" in part.words
    assert "您还没有" not in part.words and "请选一项" in holder.get(f"/polls/{poll_id}").words, (
        "their own is still to be cast"
    )
    late = giver.post(f"{address}/{proxy}/revocation")
    assert late.status == 409 and "不能再撤销" in late.words
    assert holder.post(f"/polls/{poll_id}/ballots", proxy="x", choice="yes", key="k2").status == 409


def test_the_clerk_enters_a_paper_and_revokes_it_on_the_givers_word(site, world):
    poll_id = opened(site.house.database, world, closes_in=None)
    clerk, address = site.browser(world.place["林涛"]), f"/polls/{poll_id}/proxies"
    page = clerk.post(address, way="paper", giver="赵春生", holder="钱玉珍", note="")
    assert page.status == 422 and "赵春生" in page.text
    page = clerk.follow(clerk.post(address, way="paper", giver="赵春生", holder="钱玉珍", note="档案盒3"))
    assert "档案盒3" in page.words
    page = clerk.follow(clerk.post(page.links(r".*/revocation")[0]))
    assert "赵春生委托" not in page.words
    member = site.browser(world.members["孙立群"])
    assert member.post(address, way="paper", giver="赵春生", holder="孙立群", note="x").status == 403


def test_where_the_rule_knows_no_proxy_the_page_says_so(site, database_url):
    world = build_meeting(site.house.database, online=True)
    poll_id = opened(site.house.database, world, closes_in=None)
    member = site.browser(world.members["李强"])
    assert member.get(f"/polls/{poll_id}").links(r".*/proxies") == []
    page = member.get(f"/polls/{poll_id}/proxies")
    assert "不能委托" in page.words and "我要委托" not in page.words


def test_every_page_of_the_vote_shows_the_limit_that_was_frozen_with_its_source(site, world):
    database = site.house.database
    chair = site.browser(world.place["王秀英"])
    coming = (f"/matters/{world.matter_id}/polls/new", f"/matters/{world.matter_id}/meetings/new")
    for address in coming:
        assert "法律没有规定每人最多接受几人的委托" in chair.get(address).words
    set_limit(database, world)
    for address in coming:
        assert "每人最多接受3人的委托" in chair.get(address).words
    meeting_id = called(database, world)
    does(database, world, meeting_id, open_meeting)
    set_limit(database, world, "no")
    assert "每人最多接受3人的委托" in chair.get(coming[0]).words, "a vote in this meeting would take its terms"
    poll_id = opened(database, world, closes_in=None)
    for address in (f"/polls/{poll_id}", f"/polls/{poll_id}/proxies", f"/meetings/{meeting_id}"):
        words = chair.get(address).words
        assert "每人最多接受3人的委托" in words and "潍坊市物业管理条例第三十二条" in words, address
        assert "以后不能放宽" in words
