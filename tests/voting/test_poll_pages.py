"""The pages of a poll: what each person sees and may do, with and without JavaScript, open and closed."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from deliberation.voting.actions import close_poll
from deliberation.voting.models import present_people
from deliberation.voting.tally import tally_json
from tests.pages import open_site
from tests.voting.polls import build_estate, build_meeting, cast, opened, poll_of


@pytest.fixture
def site(database_url, tmp_path):
    with open_site(database_url, tmp_path) as found:
        yield found


@pytest.fixture
def meeting(site):
    return build_meeting(site.house.database, online=True)


def finish(site, meeting, poll_id):
    def verb(session, now):
        close_poll(session, now, poll_id=poll_id, standing=meeting.standing(session, "王秀英"))

    site.house.database.change(verb)


def vote(browser, poll_id, choice, key="k1"):
    return browser.post(f"/polls/{poll_id}/ballots", choice=choice, key=key)


def test_the_chair_sees_rule_roster_and_text_and_opens_the_poll(site, meeting):
    chair = site.browser(meeting.place["王秀英"])
    form = chair.get(f"/matters/{meeting.matter_id}/polls/new")
    assert form.status == 200
    for words in (
        "现在共9人",
        "三分之二以上",
        "村民委员会组织法第三十条",
        "水泥路",
        "本地设置",
        "青溪村村民自治章程第十二条",
    ):
        assert words in form.words, words
    end = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT20:00")
    done = chair.post(
        f"/matters/{meeting.matter_id}/polls", question="修不修？", closes_at=end, is_changeable="yes", key="k"
    )
    page = chair.follow(done)
    assert "修不修？" in page.words and "20:00" in page.words
    again = chair.post(
        f"/matters/{meeting.matter_id}/polls", question="修不修？", closes_at=end, is_changeable="yes", key="k"
    )
    assert again.location == done.location


def test_a_wrong_hour_comes_back_beside_its_field_with_what_was_typed(site, meeting):
    chair = site.browser(meeting.place["王秀英"])
    for typed in ("昨天晚上", "2001-01-01T20:00"):
        page = chair.post(f"/matters/{meeting.matter_id}/polls", question="修不修这条路？", closes_at=typed)
        assert page.status == 422
        assert "修不修这条路？" in page.text
        assert 'aria-invalid="true"' in page.text


def test_a_member_may_not_open_it_and_is_told_who_may(site, meeting):
    member = site.browser(meeting.place["李强"])
    assert "主持人" in member.get(f"/matters/{meeting.matter_id}/polls/new").words
    page = member.post(f"/matters/{meeting.matter_id}/polls", question="修不修？")
    assert page.status == 403


def test_voting_without_javascript_and_with_it(site, meeting):
    poll_id = opened(site.house.database, meeting)
    member = site.browser(meeting.place["李强"])
    page = member.get(f"/polls/{poll_id}")
    assert [words for words in ("赞成", "反对", "弃权", "怎样算通过", "谁能看到什么") if words not in page.words] == []
    receipt = member.follow(vote(member, poll_id, "yes"))
    assert "您已投票" in receipt.words and "存证" in receipt.words
    done = member.send(f"/polls/{poll_id}/ballots", {"choice": "no", "key": "k2"}, **{"hx-request": "true"})
    assert done.location == f"/polls/{poll_id}/mine"
    part = member.fragment(done.location)
    assert part.text.lstrip().startswith('<div id="mine"')
    assert "已改投" in part.words and "反对" in part.words


def test_the_review_says_what_is_about_to_be_cast_and_casts_nothing(site, meeting):
    poll_id = opened(site.house.database, meeting)
    member = site.browser(meeting.place["李强"])
    assert "下一步：核对" in member.get(f"/polls/{poll_id}").words
    for headers in ({}, {"hx-request": "true"}):
        look = member.send(f"/polls/{poll_id}/review", {"choice": "no", "key": "k"}, **headers)
        assert look.status == 200
        for words in (
            "反对",
            "李强本人",
            "谁也看不到您投了什么",
            "记录员",
            "截止以前可以改投",
            "还没有投出",
            "确认投票",
        ):
            assert words in look.words, words
    assert "choice" not in look.headers.get("location", ""), "the choice never stands in an address"
    back = member.post(f"/polls/{poll_id}/review", choice="no", back="1", key="k")
    assert 'value="no" checked' in back.text and "下一步：核对" in back.words
    assert "已有0人投票" in member.get(f"/polls/{poll_id}").words.replace(" ", ""), "looking is no act"
    assert member.get(f"/polls/{poll_id}/review").location == f"/polls/{poll_id}"
    vote(member, poll_id, "no")
    again = member.post(f"/polls/{poll_id}/review", choice="yes")
    assert "您原来投的是“反对”" in again.words and "确认改投" in again.words


def test_the_review_is_refused_for_the_same_reasons_as_the_ballot(site, meeting):
    poll_id = opened(site.house.database, meeting, closes_in=None)
    member, neighbour = site.browser(meeting.place["李强"]), site.browser(meeting.place["赵敏"])
    assert member.post(f"/polls/{poll_id}/review", choice="maybe").status == 422
    assert neighbour.post(f"/polls/{poll_id}/review", choice="yes").status == 403
    assert site.visitor().post(f"/polls/{poll_id}/review", choice="yes").status == 303
    finish(site, meeting, poll_id)
    assert member.post(f"/polls/{poll_id}/review", choice="yes").status == 409


def test_whoever_closes_is_told_how_many_have_not_voted(site, meeting):
    poll_id = opened(site.house.database, meeting, closes_in=None)
    chair = site.browser(meeting.place["王秀英"])
    words = chair.get(f"/polls/{poll_id}").words.replace(" ", "")
    assert "还有9人没有投票" in words and "还没有达到法定人数" in words and "确认结束表决，开始计票" in words
    for id in meeting.members.values():
        cast(site.house.database, poll_id, id, "yes")
    words = chair.get(f"/polls/{poll_id}").words
    assert "名册上的人都投了票" in words and "这次表决不成立" not in words


def test_the_turnout_says_whether_the_quorum_is_reached_and_by_area_too(site, meeting):
    poll_id = opened(site.house.database, meeting)
    page = site.visitor().get(f"/polls/{poll_id}")
    assert "法定人数6人，到会0人，还差6人" in page.words
    assert "不到会场也可以" in page.words
    for id in list(meeting.members.values())[:6]:
        cast(site.house.database, poll_id, id, "yes")
    assert "法定人数6人，到会6人，已经达到" in site.visitor().get(f"/polls/{poll_id}").words


def test_owners_need_people_and_area_and_no_meeting(site):
    estate = build_estate(site.house.database)
    poll_id = opened(site.house.database, estate)
    words = site.visitor().get(f"/polls/{poll_id}").words
    assert "人参加表决，已投0人，还差" in words and "参加表决的面积须有" in words
    assert "不到会场" not in words


def test_nobody_sees_what_was_voted_before_the_end(site, meeting):
    poll_id = opened(site.house.database, meeting, closes_in=None)
    vote(site.browser(meeting.place["李强"]), poll_id, "no")
    for who in (meeting.place["王秀英"], meeting.place["周明"], meeting.members["代表02"], None):
        browser = site.browser(who) if who else site.visitor()
        page = browser.get(f"/polls/{poll_id}")
        assert "已有1人投票" in page.words.replace(" ", "")
        assert "您投的是" not in page.words
        assert browser.get(f"/polls/{poll_id}/tally.json").status in (403, 409)
        assert browser.get(f"/polls/{poll_id}/result.json").status == 403


def test_a_stranger_is_asked_to_sign_in_and_a_neighbour_told_why_not(site, meeting):
    poll_id = opened(site.house.database, meeting)
    assert "登录后投票" in site.visitor().get(f"/polls/{poll_id}").words
    assert site.visitor().post(f"/polls/{poll_id}/ballots", choice="yes").status == 303
    neighbour = site.browser(meeting.place["赵敏"])
    assert "您不在这次表决的名册上" in neighbour.get(f"/polls/{poll_id}").words
    refused = vote(neighbour, poll_id, "yes")
    assert refused.status == 403 and "名册" in refused.words


def test_a_forged_choice_is_asked_again(site, meeting):
    poll_id = opened(site.house.database, meeting)
    member = site.browser(meeting.place["李强"])
    for choice in ("maybe", ""):
        page = vote(member, poll_id, choice, key=f"k{choice}")
        assert page.status == 422
        assert "请从赞成、反对、弃权中选一项" in page.words
    assert vote(member, 12345, "yes").status == 404


def test_a_stale_page_is_told_that_it_is_too_late(site, meeting):
    poll_id = opened(site.house.database, meeting, closes_in=None)
    member = site.browser(meeting.place["李强"])
    finish(site, meeting, poll_id)
    late = vote(member, poll_id, "yes")
    assert late.status == 409 and "已经截止" in late.words


def test_the_result_shows_every_test_with_its_line(site, meeting):
    database = site.house.database
    poll_id = opened(database, meeting, closes_in=None)
    names = list(meeting.members)
    for name, choice in zip(names, ["yes"] * 5 + ["no", "abstain"], strict=False):
        cast(database, poll_id, meeting.members[name], choice)
    chair = site.browser(meeting.place["王秀英"])
    assert chair.post(f"/polls/{poll_id}/closing").status == 303
    page = site.visitor().get(f"/polls/{poll_id}")
    for words in (
        "通过。各项条件全部达到",
        "须达到6人",
        "须达到4人",
        "核算：3 × 7 = 21，不小于 2 × 9 = 18",
        "到会人数",
        "赞成人数",
        "数字表",
    ):
        assert words in page.words, words
    result = site.visitor().get(f"/polls/{poll_id}/result.json")
    assert json.loads(result.text) == poll_of(database, poll_id).result
    assert site.visitor().get(f"/polls/{poll_id}/tally.json").status == 403
    for who in ("周明", "李强", "王秀英"):
        document = site.browser(meeting.place[who]).get(f"/polls/{poll_id}/tally.json")
        assert tally_json(json.loads(document.text)) == json.loads(result.text), who
    english = site.visitor().get(f"/polls/{poll_id}", **{"accept-language": "en"})
    assert "Passed. Every condition was met" in english.words


def test_the_chair_makes_the_resolution_and_the_matter_goes_on(site, meeting):
    database = site.house.database
    poll_id = opened(database, meeting, closes_in=None)
    for id in list(meeting.members.values())[:7]:
        cast(database, poll_id, id, "yes")
    finish(site, meeting, poll_id)
    chair = site.browser(meeting.place["王秀英"])
    form = chair.get(f"/polls/{poll_id}/resolution/new")
    assert "应到9人" in form.words and "水泥路" in form.words
    assert (
        site.browser(meeting.place["李强"]).post(f"/polls/{poll_id}/resolution", title="决议", body="……").status == 403
    )
    empty = chair.post(f"/polls/{poll_id}/resolution", title="", body="写了一半")
    assert empty.status == 422 and "写了一半" in empty.text
    done = chair.post(f"/polls/{poll_id}/resolution", title="关于修路的决议", body="同意修路。", key="k")
    assert done.location == f"/matters/{meeting.matter_id}"
    assert chair.get(f"/polls/{poll_id}/resolution/new").status == 303
    assert "看决议文件" in chair.get(f"/polls/{poll_id}").words


def test_signing_people_in_at_the_door(site):
    meeting = build_meeting(site.house.database)
    poll_id = opened(site.house.database, meeting)
    member, clerk = site.browser(meeting.place["李强"]), site.browser(meeting.place["林涛"])
    assert "您还没有在会场签到" in member.get(f"/polls/{poll_id}").words
    assert member.get(f"/polls/{poll_id}/attendance").status == 403
    ids = list(meeting.members.values())
    page = clerk.get(f"/polls/{poll_id}/attendance")
    assert "代表05" in page.words
    assert "代表05" not in clerk.get(f"/polls/{poll_id}/attendance?q=李强").words
    clerk.post(f"/polls/{poll_id}/attendance", here=[meeting.place["李强"], ids[1]], key="a")
    assert "请选一项" in member.get(f"/polls/{poll_id}").words
    vote(member, poll_id, "yes")
    assert "到会2人" in member.get(f"/polls/{poll_id}").words


def test_two_who_keep_the_list_of_a_poll_do_not_undo_each_other(site):
    meeting = build_meeting(site.house.database)
    poll_id = opened(site.house.database, meeting, closes_in=None)
    chair, clerk = site.browser(meeting.place["王秀英"]), site.browser(meeting.place["林涛"])
    first, second, third, fourth = list(meeting.members.values())[:4]
    address = f"/polls/{poll_id}/attendance"

    def sends(who, was, here):
        assert who.post(address, was=was, here=here, key=f"{was}{here}").status == 303

    sends(clerk, [], [first, second])
    shown = [int(each) for each in re.findall(r'name="was" value="(\d+)"', clerk.get(address).text)]
    assert sorted(shown) == sorted([first, second])
    sends(chair, shown, [first, third])  # Who was second was a slip; somebody else has come in meanwhile.
    sends(clerk, shown, [first, second, fourth])
    with site.house.database.read() as session:
        assert present_people(session, poll_id) == {first, third, fourth}
    sends(clerk, [first, third, fourth], [third, fourth])
    with site.house.database.read() as session:
        assert present_people(session, poll_id) == {third, fourth}


def test_an_owner_sees_what_the_ballot_weighs(site):
    estate = build_estate(site.house.database)
    poll_id = opened(site.house.database, estate)
    page = site.browser(estate.members["李强"]).get(f"/polls/{poll_id}")
    assert "281.36平方米" in page.words and "5号楼1单元103" in page.words


def test_lists_put_first_what_waits_for_this_person(site, meeting):
    poll_id = opened(site.house.database, meeting)
    member = site.browser(meeting.place["李强"])
    assert "等您投票" in member.get("/polls").words
    vote(member, poll_id, "yes")
    page = member.get("/polls")
    assert "等您投票" not in page.words and "您已投票" in page.words
    assert "正在进行" in site.visitor().get("/polls").words
    part = member.fragment(f"/matters/{meeting.matter_id}/polls")
    assert f"/polls/{poll_id}" in part.links(r"/polls/\d+")


def test_the_turnout_reaches_those_who_watch_and_never_a_choice(site, meeting):
    poll_id = opened(site.house.database, meeting)
    watcher = site.visitor()
    with watcher.listen(f"/polls/{poll_id}/live") as socket:
        socket.receive_text()
        vote(site.browser(meeting.place["李强"]), poll_id, "no")
        heard = socket.receive_text()
    assert 'id="turnout"' in heard and "<b>1</b>" in heard
    assert "反对" not in heard


@pytest.mark.parametrize(
    ("yes", "no", "said"),
    [(3, 0, 'tag--late">人数不足，不成立'), (3, 4, 'tag--late">未过'), (6, 1, 'tag--done">通过')],
)
def test_the_front_page_ticks_only_what_was_passed(site, meeting, yes, no, said):
    poll_id = opened(site.house.database, meeting, closes_in=None)
    for place, person_id in enumerate(list(meeting.members.values())[: yes + no]):
        cast(site.house.database, poll_id, person_id, "yes" if place < yes else "no")
    finish(site, meeting, poll_id)
    home = site.visitor().get("/").text
    assert said in home
    assert ("tag--done" in home) == ("通过" in said)
