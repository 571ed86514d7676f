"""A demand is brought as a matter by those who signed it or by the convenor, in its own words, where its meeting decides."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlmodel import Session, select

from deliberation.assemblies.models import Standing, standing_of
from deliberation.audit.models import Entry
from deliberation.communities.models import community
from deliberation.matters.bringing import against_bringing, bring
from deliberation.matters.demanding import signers
from deliberation.matters.models import Demand, Matter
from deliberation.matters.proposing import Proposal, propose_matter
from deliberation.matters.verification import checks
from deliberation.refusal import Refused
from tests.matters.sites import site_of
from tests.matters.story import Story
from tests.matters.test_demanding import raised, reach
from tests.pages import Site

IN_THEIR_WORDS = {"title": "开会议路", "summary": "拖了半年"}


@pytest.fixture
def demand(story: Story) -> int:
    id = raised(story)
    reach(story, id)
    return id


def standing(session: Session, story: Story, name: str) -> Standing:
    return standing_of(session, story.village[name], community(session, story.village.id), story.now.date())


def brought(story: Story, demand: int, name: str, **changed: str) -> None:
    said = {"procedure": "village_six_steps"} | IN_THEIR_WORDS | changed

    def verb(session: Session, now: datetime) -> None:
        place, who = community(session, story.village.id), standing(session, story, name)
        made = propose_matter(session, now, community=place, proposal=Proposal(**said), standing=who)
        bring(session, demand=session.get(Demand, demand), matter=made, standing=who)

    story.database.change(verb)


def test_who_did_not_sign_cannot_take_a_demand_away(story, demand):
    with story.database.read() as session:
        assert story.village["赵敏"] not in signers(session, demand)
    with pytest.raises(Refused, match="联名的人和召集人"):
        brought(story, demand, "赵敏")
    with story.database.read() as session:
        assert session.get(Demand, demand).matter_id is None
        assert session.exec(select(Matter).where(Matter.title == "开会议路")).first() is None


@pytest.mark.parametrize("name", ["李强", "王秀英", "钱芳"])
def test_who_signed_and_who_convenes_bring_it(story, demand, name):
    brought(story, demand, name, title="开会议路：先修哪一段", summary="拖了半年。先修村口。")
    with story.database.read() as session:
        found = session.get(Demand, demand)
        assert session.get(Matter, found.matter_id).title == "开会议路：先修哪一段"
        entry = session.exec(select(Entry).where(Entry.act == "demand.brought")).one()
        assert f'"signed":{len(signers(session, demand))}' in bytes(entry.body).decode()
        assert [fault for check in checks for fault in check.run(session) if fault] == []
        second = against_bringing(session, found, story.village.id, standing(session, story, "李强"))
    assert second.late


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"title": "给我家门口装路灯"}, "题目要写着联名的题目"),
        ({"summary": "只装我家门口"}, "联名的理由"),
        ({"procedure": "village_recall"}, "不由它决定"),
    ],
)
def test_a_demand_is_not_bound_to_what_nobody_signed(story, demand, changed, why):
    with pytest.raises(Refused, match=why):
        brought(story, demand, "李强", **changed)


def send(site: Site, story: Story, demand: int, name: str, **changed: str):
    said = {"procedure": "village_six_steps", "community": story.village.id, "demand": demand} | IN_THEIR_WORDS
    return site.browser(story.village[name]).post("/matters", **(said | changed))


def test_the_form_keeps_what_was_typed_and_the_words_that_were_signed(database_url, tmp_path):
    story = Story(database_url, datetime.now(UTC))
    demand = raised(story)
    reach(story, demand)
    with site_of(story, database_url, tmp_path) as site:
        typed = "先修村口，再修桥头。"
        stranger = send(site, story, demand, "赵敏", summary=typed)
        assert stranger.status == 422 and "联名的人和召集人" in stranger.words and typed in stranger.text
        assert 'name="demand"' not in stranger.text, "what they typed can be proposed by itself"
        assert "/matters/new?demand" not in site.browser(story.village["赵敏"]).get(f"/demands/{demand}").text
        other = send(site, story, demand, "李强", title="装路灯", procedure="village_recall", summary=typed)
        assert other.status == 422 and "f-title-error" in other.ids and "f-procedure-error" in other.ids
        assert typed in other.text and 'name="demand"' in other.text
        first = send(site, story, demand, "李强", summary=typed)
        assert first.status == 303
        words = site.browser(story.village["李强"]).get(first.location).words
        assert "拖了半年" in words and typed in words
        second = send(site, story, demand, "王秀英", summary=typed)
        assert second.status == 422 and "已经列为议题" in second.words and typed in second.text
        assert send(site, story, "", "王秀英", summary=typed).status == 303
