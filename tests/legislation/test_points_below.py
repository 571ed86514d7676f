"""Where each point stands, seen from above; what became of what it handed up, seen from below; more days with a reason."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from deliberation.audit.actions import Actor
from deliberation.communities.models import community
from deliberation.jobs import Runner
from deliberation.legislation import following
from deliberation.legislation.below_view import became, points_below, same_across, totals
from deliberation.legislation.calling import read_call
from deliberation.legislation.opining import change_opinion, withdraw_opinion
from deliberation.legislation.opinion_models import opinion
from deliberation.legislation.opinion_rules import Said
from deliberation.legislation.routes import follow_by
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.submit_extending import extend_submitting
from deliberation.refusal import Invalid, Refused
from tests.legislation.test_receiving import arrived
from tests.legislation.tiers import CITY, EAST, LIAISONS, PROVINCE, WEST, Tiers


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


def below(tiers: Tiers, id: int):
    with tiers.database.read() as session:
        one = solicitation(session, id)
        return points_below(session, tiers.now, one, community(session, one.community_id))


def test_each_point_stands_where_it_is_and_is_late_after_the_day(tiers):
    top = tiers.asks(PROVINCE)
    middle = tiers.takes(CITY, top)
    assert [(row.name, row.stands) for row in below(tiers, top)] == [(CITY, "open")], "the city's points are the city's"
    assert [(row.name, row.stands) for row in below(tiers, middle)] == [(WEST, "not_taken"), (EAST, "not_taken")]
    own = tiers.asks(CITY)
    west = tiers.takes(WEST, own)
    tiers.handle(WEST, [tiers.give(west, "赵敏", "二十日")])
    tiers.submits(WEST, west)
    rows = below(tiers, own)
    assert [(row.stands, row.given, row.opinions, row.late) for row in rows] == [("open", 1, 1, False), ("not_taken", None, 0, False)]  # fmt: skip
    tiers.closes(west)
    rows = below(tiers, own)
    assert [row.late for row in rows] == [False, True], "the day is past; who handed up in time is not late"
    assert totals(rows) == {"points": 2, "taken": 1, "handed": 1, "late": 1, "opinions": 1, "people": 1}


def test_an_opinion_that_goes_up_again_in_other_words_is_counted_once(tiers):
    upper = tiers.asks(CITY)
    west = tiers.takes(WEST, upper)
    again, gone, stays = (tiers.give(west, "赵敏", words) for words in ("一", "二", "三"))
    tiers.handle(WEST, [again, gone, stays])
    tiers.submits(WEST, west)
    assert [(row.opinions, row.people) for row in below(tiers, upper)] == [(3, 3), (0, 0)]
    who, said = Actor("resident", tiers.who["赵敏"]), Said("edit", "一改", "")
    tiers.now += timedelta(hours=1)
    tiers.change(lambda s, now: change_opinion(s, now, one=opinion(s, again), said=said, is_author=True, actor=who))
    tiers.change(lambda s, now: withdraw_opinion(s, now, one=opinion(s, gone), is_author=True, actor=who))
    tiers.handle(WEST, [again])
    tiers.submits(WEST, west)
    rows = below(tiers, upper)
    assert [(len(row.receipts), row.opinions, row.people) for row in rows] == [(2, 2, 2), (0, 0, 0)]
    assert totals(rows)["opinions"] == totals(rows)["people"] == 2


def test_the_day_is_put_off_with_a_reason_that_points_read(tiers):
    upper = tiers.asks(CITY)
    west = tiers.takes(WEST, upper)

    def extend(day: date, reason: str = "两个点还没有走访", by: str = CITY):
        tiers.change(
            lambda s, now: extend_submitting(
                s, now, one=solicitation(s, upper), until_on=day, reason=reason, actor=tiers.liaison(by)
            )
        )

    for day, reason in ((date(2026, 12, 10), "x"), (date(2026, 12, 12), " "), (date(2026, 11, 1), "x"), (date(2036, 1, 1), "x")):  # fmt: skip
        with pytest.raises(Invalid):
            extend(day, reason)
    with pytest.raises(Refused):
        extend(date(2026, 12, 15), by=WEST)
    extend(date(2026, 12, 15))
    assert tiers.one(upper).submit_by == date(2026, 12, 15)
    assert read_call(tiers.download(f"/solicitations/{upper}/call.zip")).call.submit_by == date(2026, 12, 15)
    site = tiers.site()
    with site.client:
        page = tiers.browser(site, LIAISONS[WEST]).get(f"/solicitations/{west}/keeping")
        assert "两个点还没有走访" in page.words and "还剩22天" in page.words
    assert tiers.faults() == []


def test_the_point_reads_how_far_the_body_above_is_and_the_body_what_several_points_say(tiers):
    upper = tiers.asks(CITY)
    points = {name: tiers.takes(name, upper) for name in (WEST, EAST)}
    for name, by in ((WEST, "赵敏"), (EAST, "李强")):
        tiers.handle(name, [tiers.give(points[name], by, "公示期不少于二十日，并书面告知一层住户。")])
        tiers.submits(name, points[name])
    tiers.handle(CITY, [arrived(tiers, upper)[0].id])
    with tiers.database.read() as session:
        found = became(session, solicitation(session, points[WEST]))
        assert found == {"arrived": 1, "handled": 1, "decided": 0}
        assert became(session, solicitation(session, upper)) is None
    site = tiers.site()
    with site.client:
        browser = tiers.browser(site, LIAISONS[CITY])
        page = browser.get(f"/solicitations/{upper}/points-below")
        assert "共2个，承接的2个，上报的2个" in page.words and "2人次" in page.words
        assert tiers.browser(site, LIAISONS[WEST]).get(f"/solicitations/{upper}/points-below").status == 404
        assert (
            "上级处理过的"
            in tiers.browser(site, LIAISONS[WEST]).get(f"/solicitations/{points[WEST]}/submissions").words
        )
        done = browser.post(f"/solicitations/{upper}/points-below", until_on="2026-12-11", reason="再给一天")
        assert done.status == 303 and "再给一天" in browser.get(done.location).words
        assert browser.post(f"/solicitations/{upper}/points-below", until_on="2026-12-11", reason="x").status == 422
    runner = Runner(tiers.database, lambda _session: tiers.now)
    follow_by(runner)
    tiers.now += following.SOON
    runner.run_due()
    with tiers.database.read() as session:
        assert same_across(session, solicitation(session, upper)) == 1
        assert same_across(session, solicitation(session, points[WEST])) == 0
