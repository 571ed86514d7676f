"""A named vote that fails on area alone, whose areas the disclosure check withholds: the page says why it did not pass."""

from __future__ import annotations

import copy

import pytest

from deliberation.voting.models import Poll
from tests.pages import open_site
from tests.voting.polls import build_estate, cast
from tests.voting.test_poll_pages import finish


@pytest.fixture
def site(database_url, tmp_path):
    with open_site(database_url, tmp_path) as found:
        yield found


def test_what_failed_is_named_with_why_its_number_is_withheld(site):
    estate = build_estate(site.house.database)
    chair = site.browser(estate.place["王秀英"])
    done = chair.post(f"/matters/{estate.matter_id}/polls", question="修不修？")
    poll_id = int(done.location.rsplit("/", 1)[1])
    for name, choice in (("李强", "no"), ("赵春生", "yes"), ("钱玉珍", "yes"), ("孙立群", "yes")):
        cast(site.house.database, poll_id, estate.members[name], choice)
    finish(site, estate, poll_id)
    page = site.visitor().get(f"/polls/{poll_id}")
    assert "公布了的条件都达到了：没有通过，是因为没有公布的条件没有达到" in page.words
    assert "294.22" not in page.text and "papers/certificate" not in page.text
    theirs = chair.get(f"/polls/{poll_id}")
    assert "您可以看准确的数字：" in theirs.words and f"/polls/{poll_id}/papers/certificate" in theirs.text

    def as_where_each_test_is_told(session, _now):
        poll = session.get(Poll, poll_id)
        published = copy.deepcopy(poll.published)
        assert published["tests"][-1]["holds"] is None
        published["tests"][-1]["holds"] = False
        poll.published = published
        session.add(poll)

    site.house.database.change(as_where_each_test_is_told)
    page = site.visitor().get(f"/polls/{poll_id}")
    assert "没有达到的：赞成面积" in page.words.replace(" ", "")
    section = page.text.partition("准确的数字和还差多少没有公布")[2].partition("</article>")[0]
    assert 'href="#withheld"' in section and "<svg" not in section, "no bar without a share"
