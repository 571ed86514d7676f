"""The pages of kinds of polls: the form that opens them, the ballot with options, what stands beside the rule."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from deliberation.voting.models import ballots_of
from tests.pages import open_site
from tests.voting.polls import build_estate, build_meeting, poll_of
from tests.voting.test_kinds import closed

ROADS = "东线\n西线\n不修"


@pytest.fixture
def site(database_url, tmp_path):
    with open_site(database_url, tmp_path) as found:
        yield found


@pytest.fixture
def meeting(site):
    return build_meeting(site.house.database, seats=4, online=True)


def asked(site, meeting, **fields):
    """The chair opens a poll by the form; the answer."""
    chair = site.browser(meeting.place["王秀英"])
    return chair, chair.post(f"/matters/{meeting.matter_id}/polls", question="选哪一条线？", **fields)


def number_of(answer):
    return int(answer.location.rsplit("/", 1)[1])


def test_options_are_written_a_line_each_marked_reviewed_and_counted(site, meeting):
    chair, answer = asked(site, meeting, options=ROADS, select="2", seats="1", may_abstain="yes", key="k")
    poll_id = number_of(answer)
    member = site.browser(meeting.members["李强"])
    ballot = member.get(f"/polls/{poll_id}")
    assert ballot.text.count('type="checkbox" name="choice"') == 4 and "最多2项" in ballot.words
    look = member.post(f"/polls/{poll_id}/review", choice=["东线", "西线"], key="k1")
    assert "东线、西线" in look.words and look.text.count('name="choice" value="西线"') == 2
    assert member.post(f"/polls/{poll_id}/ballots", choice=["东线", "西线"], key="k1").status == 303
    assert "东线、西线" in member.get(f"/polls/{poll_id}").words
    for name in ("代表02", "代表03"):
        site.browser(meeting.members[name]).post(f"/polls/{poll_id}/ballots", choice="东线", key=name)
    closed(site.house.database, meeting, poll_id)
    result = chair.get(f"/polls/{poll_id}").words
    assert "选出：东线" in result
    draft = chair.get(f"/polls/{poll_id}/resolution/new").text
    assert "选项：东线、西线、不修" in draft and "选出：东线" in draft
    for address in (f"/matters/{meeting.matter_id}/polls", f"/matters/{meeting.matter_id}"):
        assert "选出： 东线 3票" in chair.get(address).words, address


@pytest.mark.parametrize(
    "choice", [["东线", "西线", "不修"], ["北线"], ["东线", "东线"], [], ["abstain", "东线"], ["yes"]]
)
def test_a_forged_mark_comes_back_with_the_form_and_counts_nothing(site, meeting, choice):
    _chair, answer = asked(site, meeting, options=ROADS, select="2", seats="1", may_abstain="yes", key="k")
    poll_id = number_of(answer)
    member = site.browser(meeting.members["李强"])
    for address in ("ballots", "review"):
        page = member.post(f"/polls/{poll_id}/{address}", choice=choice, key="k1")
        assert (page.status, "f-choice" in page.ids) == (422, True)
    with site.house.database.read() as session:
        assert ballots_of(session, poll_id) == []


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"options": "东线"}, "options"),
        ({"options": "东线\n东线"}, "options"),
        ({"options": "\n".join(str(n) for n in range(31))}, "options"),
        ({"options": "甲" * 81 + "\n乙"}, "options"),
        ({"options": ROADS, "select": "3"}, "select"),
        ({"options": ROADS, "seats": "0"}, "seats"),
        ({"options": ROADS, "by_most": "yes", "most_source": "惯例"}, "by_most"),
        ({"clause": "99"}, "clause"),
    ],
)
def test_what_cannot_be_put_to_the_vote_comes_back_with_what_was_typed(site, meeting, fields, wrong):
    _chair, page = asked(site, meeting, **({"select": "1", "seats": "1"} | fields), key="k")
    assert page.status == 422 and "选哪一条线？" in page.text
    if wrong != "by_most":  # No field is shown for what this step never allows.
        assert f"f-{wrong}-error" in page.ids


def test_a_clause_stands_on_the_ballot_with_its_words(site, meeting):
    chair, answer = asked(site, meeting, clause="2", key="k")
    page = chair.get(answer.location).words
    assert "单独表决" in page and "费用十二万元" in page and "结果供全文表决参照" in page


def test_the_dossier_says_that_a_separate_vote_was_on_one_paragraph_only(site, meeting):
    chair, _answer = asked(site, meeting, clause="2", key="k")
    for address in (f"/matters/{meeting.matter_id}/polls", f"/matters/{meeting.matter_id}"):
        assert "单独表决：只对第2段，不是对全文" in chair.get(address).words, address


def test_what_the_form_asks_for_fits_what_is_voted_among(site, meeting):
    _chair, page = asked(site, meeting, options="东线", key="k")
    assert (
        page.status == 422
        and "写成可以在选项中选的一句话" in page.words
        and "赞成”或者“反对”的一句话" not in page.words
    )
    assert "怎样算选出" in page.words


def test_owners_read_the_item_and_where_the_days_come_from(site):
    meeting = build_estate(site.house.database)
    chair = site.browser(meeting.place["王秀英"])
    form = chair.get(f"/matters/{meeting.matter_id}/polls/new").words
    assert "第七项" in form and "改建、重建建筑物及其附属设施" in form and "书面征求意见" in form and "5号楼" in form
    _chair, bad = asked(site, meeting, way="circulation", key="k1")
    assert bad.status == 422 and {"f-closes_at-error", "f-way_source-error"} <= bad.ids
    end = (datetime.now(UTC) + timedelta(days=20)).strftime("%Y-%m-%dT20:00")
    fields = {"way": "circulation", "way_source": "议事规则第六条", "closes_at": end}
    _chair, answer = asked(site, meeting, **fields, key="k2")
    page = chair.get(answer.location).words
    assert "不开会，书面征求意见" in page and "议事规则第六条" in page and "第七项" in page


def test_the_administrator_makes_a_preset_stricter_and_never_looser(site, meeting):
    keeper = site.browser(meeting.place["何敏"])
    address = f"/admin/communities/{meeting.place.id}/presets"
    assert "村民代表会议" in keeper.get(address).words
    change = {"preset": "village_representatives", "source": "章程第九条"}
    loose = keeper.post(address, of="", op=">=", **change, key="a")
    assert loose.status == 422 and "不能放宽" in loose.words
    assert keeper.post(address, of="entitled", op="", **change, key="b").status == 303
    assert "章程第九条" in keeper.get(address).words
    nameless = keeper.post(address, of="entitled", op="", preset="village_representatives", source="", key="c")
    assert (nameless.status, "f-source-error" in nameless.ids) == (422, True)
    form = site.browser(meeting.place["王秀英"]).get(f"/matters/{meeting.matter_id}/polls/new").words
    assert "通过的标准按本地设置" in form and "章程第九条" in form
    _chair, answer = asked(site, meeting, key="k")
    assert poll_of(site.house.database, number_of(answer)).rule["approval"][0]["of"] == "entitled"
    assert site.browser(meeting.members["李强"]).post(address, of="", op="", **change, key="d").status == 404


def test_after_equal_votes_the_form_names_who_stands_again_and_by_what_rule(site, meeting):
    chair, answer = asked(site, meeting, options=ROADS, select="2", seats="1", key="k")
    poll_id = number_of(answer)
    for name in meeting.members:
        browser = site.browser(meeting.members[name])
        browser.post(f"/polls/{poll_id}/ballots", choice=["东线", "西线"], key=name)
    closed(site.house.database, meeting, poll_id)
    assert "打开再次表决" in chair.get(f"/polls/{poll_id}").words
    box = chair.get(f"/matters/{meeting.matter_id}/now").words
    assert "上一次得票相同，请打开再次表决" in box and "打开表决" not in box
    form = chair.get(f"/matters/{meeting.matter_id}/polls/new")
    assert "在得票相同的选项中再次表决" in form.words and "从“东线”、“西线”中" in form.words
    assert "不修" not in form.words and 'name="options"' not in form.text
    assert "打开再次表决" in form.words and "赞成”或者“反对”的一句话" not in form.words
