"""Lists of polls: one main button a page, the one that is due first; at home only what was decided where one belongs."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from deliberation.communities.models import Community
from deliberation.identity.models import Person
from deliberation.matters.models import Matter
from tests.pages import open_site
from tests.voting.polls import build_meeting, matter_at, opened
from tests.voting.test_kinds import closed


@pytest.fixture
def site(database_url, tmp_path):
    with open_site(database_url, tmp_path) as found:
        yield found


@pytest.fixture
def meeting(site):
    return build_meeting(site.house.database, seats=4, online=True)


def further_matter(database, meeting):
    """Another matter of the same village before its vote."""

    def verb(session, _now):
        place = session.get(Community, meeting.place.id)
        session.get(Matter, meeting.matter_id).number = 2
        session.flush()
        return matter_at(session, place, "village_four_two", "resolution", meeting.place["王秀英"])

    return database.change(verb)


def test_only_the_vote_that_is_due_first_has_the_main_button(site, meeting):
    database = site.house.database
    late = opened(database, meeting, closes_in=7200)
    first = meeting.matter_id
    meeting.matter_id = further_matter(database, meeting)
    soon = opened(database, meeting, closes_in=3600)
    page = site.browser(meeting.members["李强"]).get("/polls").text
    buttons = re.findall(r'<a class="button[^"]*"[^>]*href="(/polls/\d+)"', page)
    assert buttons == [f"/polls/{soon}"] and first != meeting.matter_id
    assert page.index(f'href="/polls/{soon}"') < page.index(f'href="/polls/{late}"')
    assert page.count(">去投票</a>") == 2


def test_home_shows_what_was_decided_where_one_belongs(site, meeting):
    database = site.house.database
    poll_id = opened(database, meeting, closes_in=None)
    for step in ("open", "closed"):
        if step == "closed":
            closed(database, meeting, poll_id)
        with database.read() as session:
            other = session.exec(select(Community).where(Community.name == "石桥村")).one()
            neighbour = session.exec(
                select(Person.id).where(Person.name == "王秀英", Person.community_id == other.id)
            ).one()
        assert "村口到学校的路" not in site.browser(neighbour).get("/").words, step
        assert "村口到学校的路" in site.browser(meeting.members["李强"]).get("/").words
        assert "村口到学校的路" in site.visitor().get("/").words, "who is not signed in sees what is public"
    assert f"/polls/{poll_id}" not in site.browser(neighbour).get("/").text
    assert f"/polls/{poll_id}" in site.browser(meeting.members["李强"]).get("/").text
    assert f"/polls/{poll_id}" in site.browser(meeting.place["郑伟"]).get("/").text, "the official serves both villages"
    assert f"/polls/{poll_id}" in site.browser(neighbour).get("/polls").text, "the list of all stays for everybody"
