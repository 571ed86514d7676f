"""A demand is found where people are: on the page of their community and at home, and the convenor is asked to answer."""

from __future__ import annotations

from sqlmodel import Session, select

from deliberation.matters.models import Demand
from tests.matters.sites import long_ago, site_of
from tests.matters.story import Story
from tests.matters.test_demanding import on_roster, raised, sign
from tests.pages import Site


def title_at_home(site: Site, person: int) -> str:
    page = site.browser(person).get("/").words
    return "去联名" if "去联名" in page else "去答复" if "去答复" in page else ""


def test_a_demand_is_linked_from_the_community_and_waits_at_home(database_url, tmp_path):
    story = Story(database_url, long_ago(3))
    demand = raised(story)
    rest = [one for one in on_roster(story, demand) if one != story.village["李强"]]
    with site_of(story, database_url, tmp_path) as site:
        page = site.browser(story.village["赵敏"]).get(f"/communities/{story.village.id}")
        assert f'href="/communities/{story.village.id}/demands"' in page.text
        assert "开会议路" in page.words and f'href="/demands/{demand}"' in page.text
        visitor = site.visitor().get(f"/communities/{story.village.id}")
        assert "开会议路" in visitor.words and "提请召开会议" in visitor.words
        assert title_at_home(site, rest[0]) == "去联名"
        assert title_at_home(site, story.village["李强"]) == "", "who has signed is not asked again"
        assert title_at_home(site, story.village["赵敏"]) == "", "who is not on the roster cannot sign"
        assert site.browser(rest[0]).post(f"/demands/{demand}/signatures").status == 303


def test_the_convenor_is_asked_to_answer_a_demand_that_has_reached_its_share(database_url, tmp_path):
    story = Story(database_url, long_ago(3))
    demand = raised(story)

    def reached(session: Session, _matter: object) -> bool:
        return session.exec(select(Demand)).one().reached_at is not None

    for one in on_roster(story, demand):
        if one != story.village["李强"] and not story.look(reached):
            sign(story, demand, one)
    assert story.look(reached)
    with site_of(story, database_url, tmp_path) as site:
        assert title_at_home(site, story.village["钱芳"]) == "去答复"
        assert "还剩" in site.browser(story.village["钱芳"]).get("/").words
        assert title_at_home(site, story.village["赵敏"]) == ""
        answer = "下周六晚七点在村委会开会"
        assert (
            site.browser(story.village["钱芳"]).post(f"/demands/{demand}/answer", way="convene", answer=answer).status
            == 303
        )
        assert title_at_home(site, story.village["钱芳"]) == ""
