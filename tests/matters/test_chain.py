"""The chain on the dossier: four bodies, what each decided on which text, earlier runs struck and never hidden."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from deliberation.matters import dossier
from deliberation.matters.chain import chain_of
from deliberation.matters.doing import Place
from deliberation.matters.inviting import invitation
from deliberation.matters.models import opened_for
from deliberation.matters.proceedings import FrozenText
from deliberation.matters.returning import return_matter
from tests.matters.sites import long_ago, site_of
from tests.matters.story import Story


@pytest.fixture
def story(database_url: str) -> Iterator[Story]:
    made = Story(database_url, long_ago(200))
    made.begin("village_four_two", by="王秀英", title="后山村道")
    yield made
    made.database.close()


def chain(story: Story):
    return story.look(lambda s, m: chain_of(story.facts, opened_for(s, m.id), {}))


def file_html(story: Story, locale: str = "zh-Hans") -> str:
    def look(session, _matter):
        known, state, _standing = dossier.known_within_reach(session, story.matter_id, None, story.now)
        return str(dossier.file_html(session, known, state, story.now, locale))

    return story.look(look)


def test_one_body_alone_is_no_chain(story: Story) -> None:
    story.begin("six_steps")
    assert chain(story) is None and 'id="chain"' not in file_html(story)


def test_four_bodies_and_whether_they_had_the_same_text(story: Story) -> None:
    assert [link.state for link in chain(story).links] == ["now", "next", "next", "next"]
    story.go_to("disclosure")
    links = chain(story).links
    assert [link.body for link in links] == ["党组织委员会", "“两委”", "党员大会", "村民代表会议"]
    assert [link.state for link in links] == ["done"] * 4
    assert [link.same for link in links] == [False, True, True, None], "the plan was written by the two committees"
    assert [link.now.plan for link in links] == [0, 1, 1, 1]
    assert "与下一步是同一份文本" in file_html(story)


def test_a_changed_text_is_said_and_both_runs_stay(story: Story) -> None:
    story.go_to("party_members")
    story.plan("路面宽5米。", "加宽")
    found = chain(story)
    assert found.is_changed and found.back == "“两委”会商议"
    assert "文本已经改动" in file_html(story)
    actor = story.actor("王秀英")
    story.do(lambda s, m: return_matter(s, story.now, matter=m, reason="加宽。", actor=actor))
    assert "已由后一次取代" in file_html(story) and not chain(story).is_changed
    story.go_to("disclosure")
    committees = chain(story).links[1]
    assert [(run.plan, run.is_replaced) for run in committees.runs] == [(1, True), (2, False)]
    assert [link.same for link in chain(story).links[1:3]] == [True, True]


def test_a_lost_vote_stays_in_the_chain_as_lost(story: Story) -> None:
    story.go_to("party_members")
    story.fail()
    assert story.stage == "two_committees"
    lost = chain(story).links[2].runs[0]
    assert (lost.outcome, lost.is_replaced) == ("failed", True)
    story.go_to("resolution")
    story.fail("no_quorum")
    assert story.stage == "resolution" and chain(story).links[3].runs[0].outcome == "no_quorum"


def test_a_merger_says_who_chose_it_and_on_what_ground(story: Story, database_url: str, tmp_path: Path) -> None:
    story.say_that("secretary_chairs", "青溪镇党委任命")
    story.choose("proposal", "merged")
    story.go_to("party_members")
    first, second = chain(story).links[:2]
    assert second.merged_with == "村党组织提议与“两委”会商议合并进行"
    assert first.runs == second.runs and first.now.plan == 1 and first.same
    for locale in ("zh-Hans", "en", "zh-Hant"):
        words = file_html(story, locale)
        assert "青溪镇党委任命" in words.replace("青溪鎮黨委任命", "青溪镇党委任命"), locale
    assert "一肩挑" in file_html(story)
    with site_of(story, database_url, tmp_path) as site:
        page = site.visitor().get(f"/matters/{story.matter_id}")
        assert "合并进行：书记、主任“一肩挑”" in page.text and "青溪村在" in page.text
        notice = site.browser(story.village["钱芳"]).get(f"/matters/{story.matter_id}/notices/new")
        assert "合并进行" in notice.text


def test_the_page_of_the_plan_says_what_a_change_costs_before_it_is_saved(
    story: Story, database_url: str, tmp_path: Path
) -> None:
    story.go_to("party_members")
    with site_of(story, database_url, tmp_path) as site:
        chair = site.browser(story.village["王秀英"])
        form = chair.get(f"/matters/{story.matter_id}/plans/new").text
        assert "议题退回“‘两委’会商议”" in form and "对方案第1版的同意" in form
        assert chair.get(f"/matters/{story.matter_id}/return").status == 200
        refused = chair.post(f"/matters/{story.matter_id}/return", reason="不必。")
        assert refused.status == 403 and "现在" in refused.words
        chair.post(f"/matters/{story.matter_id}/plans", body="路面宽5米。", note="加宽")
        page = chair.get(f"/matters/{story.matter_id}").text
        assert f"/matters/{story.matter_id}/return" in page
        assert chair.post(f"/matters/{story.matter_id}/return", reason="").status == 422
        assert site.browser(story.village["李强"]).post(f"/matters/{story.matter_id}/return", reason="x").status == 403
        assert chair.post(f"/matters/{story.matter_id}/return", reason="村民要求加宽。").status == 303
        assert "文本改动退回说明" in site.visitor().get(f"/matters/{story.matter_id}").text


def closed(story: Story, clause: int = 0, **how) -> None:
    """A vote of the present step, opened and closed as the wing does."""
    frozen = FrozenText(story.facts.plans, f"{story.facts.plans:064x}")
    story.begin_other("poll", "表决", clause=clause, text=frozen)
    story.settle("poll", **how)


def test_a_vote_on_one_clause_is_no_run_of_the_body_and_says_which_paragraph(story: Story) -> None:
    story.go_to("party_members")
    closed(story, clause=2, outcome="failed")
    link = chain(story).links[2]
    assert [(run.clause, run.said, run.is_replaced) for run in link.runs] == [(2, "没有通过", False)]
    assert link.now is None and chain(story).links[1].same is None, "it agreed to no text"
    html = file_html(story)
    assert html.count("单独表决：只对第2段，不是对全文") == 2, "in the chain and in the list"


def test_a_vote_among_options_names_what_won_with_its_votes(story: Story) -> None:
    story.go_to("party_members")
    closed(story, outcome="tie", won=[])
    closed(story, outcome="passed", won=[("东线", 31), ("西线", None)])
    tied, won = chain(story).links[2].runs
    assert (tied.said, tied.won, tied.is_further) == ("票数相同", (), False)
    assert (won.said, won.won, won.is_further) == ("已选出", (("东线", 31), ("西线", None)), True)
    html = file_html(story)
    assert "<b>东线</b> 31票" in html and "<b>西线</b>，" not in html and "再次投票" in html
    closed(story, outcome="part", won=[("丙", 7)])
    assert "选出一部分，名额没有满" in file_html(story), "no word of the machine"


def test_a_vote_that_is_held_again_is_called_so(story: Story) -> None:
    def title() -> str:
        return Place(7, story.facts, ()).doing("open_poll").title

    story.go_to("party_members")
    assert title() == "打开表决"
    closed(story, outcome="tie", won=[])
    assert title() == "打开再次表决"
    story.go_to("resolution")
    assert title() == "打开表决", "another step's vote is no repeat"
    story.fail("no_quorum")
    assert title() == "打开再次表决"
    assert invitation("open_poll", story.facts) == "这一环节以前表决过，现在请打开再次表决"
