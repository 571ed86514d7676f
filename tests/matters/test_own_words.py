"""Whoever lives in a village is a villager, in a community a resident: the same word on every page and in every refusal."""

from __future__ import annotations

from dataclasses import replace

import pytest

from deliberation.communities.models import Community
from deliberation.matters import rules
from deliberation.roles import office_name, role_name
from tests.followup.carrying import Carrying
from tests.matters.sites import long_ago, site_of
from tests.matters.test_engine import VILLAGE, at_step

WORDS = [("village", "村民", "居民"), ("community", "居民", "村民")]


@pytest.mark.parametrize(("kind", "word", "_other"), WORDS)
def test_a_refusal_calls_people_as_their_community_does(kind, word, _other):
    no = rules.may("raise_objection", {"official"}, replace(at_step(VILLAGE, "screening"), kind=kind))
    assert no.facts["who"][0].key == word
    before = rules.may("propose_matter", set(), None, kind)
    assert before.facts["who"][0].key == word
    assert office_name("居民", kind) == role_name("resident", kind) == word and office_name("承办人", kind) == "承办人"


@pytest.mark.parametrize(("kind", "word", "other"), WORDS)
def test_the_pages_of_a_community_call_its_people_by_one_word(database_url, tmp_path, kind, word, other):
    past = Carrying(database_url, long_ago(90)).begin("village_six_steps").go_to("implementation")
    task = past.assign(name="赵敏").id

    def rename(session, _now) -> None:
        session.get(Community, past.village.id).kind = kind

    with site_of(past, database_url, tmp_path) as site:
        site.house.database.change(rename)
        place = site.browser(past.village["赵敏"]).get(f"/communities/{past.village.id}").words
        roles = place[place.index("您在这里是") :][:20]
        assert word in roles and other not in roles
        form = site.browser(past.village["何敏"]).get(f"/admin/people/{past.village['赵敏']}").words
        assert word in form and other not in form
        stranger = site.visitor().get(f"/tasks/{task}").words
        assert word in stranger and other not in stranger
