"""The log tells of a matter in the words of its dossier, and of what is private to nobody outside."""

from __future__ import annotations

import pytest

from deliberation.matters.models import Matter
from tests.matters.sites import long_ago, site_of
from tests.matters.story import Story


@pytest.fixture
def past(database_url) -> Story:
    return Story(database_url, long_ago())


def test_the_log_names_the_matter_the_step_and_the_paper(past, database_url, tmp_path):
    past.begin("six_steps").go_to("notice")
    title = past.look(lambda _session, matter: matter.title)
    with site_of(past, database_url, tmp_path) as site:
        page = site.visitor().get(f"/log?community={past.village.id}&only=matters").words
    assert title in page and "进入“" in page and "形成“" in page
    assert "进入下一环节" not in page


def test_a_matter_that_is_not_public_is_named_to_those_who_belong_there(past, database_url, tmp_path):
    past.begin("six_steps").go_to("notice")
    title = past.look(lambda _session, matter: matter.title)

    def hide(session, _now):
        session.get(Matter, past.matter_id).is_public = False

    past.do(lambda session, matter: hide(session, matter))
    with site_of(past, database_url, tmp_path) as site:
        path = f"/log?community={past.village.id}&only=matters"
        assert title not in site.visitor().get(path).words
        assert title in site.browser(past.village["赵敏"]).get(path).words
