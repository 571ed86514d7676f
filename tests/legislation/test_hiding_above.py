"""What everybody may no longer read at a point is read no more above: kept back by the desk, or said otherwise since."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from deliberation.audit.actions import Actor
from deliberation.legislation import submission_planning
from deliberation.legislation.opining import change_opinion, keep_back, publish_opinion
from deliberation.legislation.opinion_models import opinion
from deliberation.legislation.opinion_rules import Said
from deliberation.legislation.submission_models import content_kept
from deliberation.legislation.submission_rules import read_content
from tests.legislation.test_receiving import arrived
from tests.legislation.tiers import CITY, LIAISONS, PROVINCE, WEST, Tiers, elsewhere


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


def keeps(tiers: Tiers, id: int) -> None:
    actor = tiers.liaison(WEST)
    tiers.change(lambda s, now: keep_back(s, now, one=opinion(s, id), reason="有电话号码", actor=actor))


def shows(tiers: Tiers, id: int) -> None:
    tiers.change(lambda s, now: publish_opinion(s, now, one=opinion(s, id), actor=tiers.liaison(WEST)))


def says(tiers: Tiers, id: int, words: str) -> None:
    who, said = Actor("resident", tiers.who["赵敏"]), Said("edit", words, "")
    tiers.now += timedelta(hours=1)
    tiers.change(lambda s, now: change_opinion(s, now, one=opinion(s, id), said=said, is_author=True, actor=who))


def shown(tiers: Tiers, upper: int) -> list[str]:
    """The words that everybody reads there."""
    return [one.proposal for one in arrived(tiers, upper) if one.is_public]


def sent(tiers: Tiers, west: int, *, leaves: bool = False) -> tuple[list[str], list[tuple[int, str]]]:
    """What the next submission says: the words of its lines, and of which opinion what changed."""
    made = tiers.submits(WEST, west, leaves=leaves)
    with tiers.database.read() as session:
        found = read_content(content_kept(session, made).encode())
    ids = {one.entry: one.id for one in arrived(tiers, west)}
    return [line.proposal for line in found.lines], [(ids[one.entry], one.change) for one in found.changes]


def test_on_one_installation_it_is_hidden_at_once_through_all_tiers(tiers):
    top = tiers.asks(PROVINCE)
    middle = tiers.takes(CITY, top)
    west = tiers.takes(WEST, middle)
    kept, changed, stays = (tiers.give(west, "赵敏", words) for words in ("一", "二", "三"))
    tiers.handle(WEST, [kept, changed, stays])
    tiers.submits(WEST, west)
    tiers.handle(CITY, [one.id for one in arrived(tiers, middle)])
    tiers.submits(CITY, middle)
    assert shown(tiers, middle) == shown(tiers, top) == ["一", "二", "三"]
    keeps(tiers, kept)
    assert shown(tiers, middle) == shown(tiers, top) == ["二", "三"]
    says(tiers, changed, "二改")
    assert shown(tiers, middle) == shown(tiers, top) == ["三"], "the old words are nobody's any more"
    tiers.handle(WEST, [changed])
    tiers.submits(WEST, west)
    assert shown(tiers, middle) == ["三", "二改"] and tiers.one(middle).standing == 3
    assert tiers.faults() == []


def test_elsewhere_the_next_submission_says_so_each_time(tiers, tmp_path, sqlite_template):
    with elsewhere(sqlite_template, tmp_path / "above") as above:
        call = above.download(f"/solicitations/{above.asks(CITY)}/call.zip")
    west = tiers.takes_file(WEST, call)
    kept, changed = (tiers.give(west, "赵敏", words) for words in ("一", "二"))
    tiers.handle(WEST, [kept, changed])
    tiers.submits(WEST, west)

    keeps(tiers, kept)
    says(tiers, changed, "二改")
    assert sent(tiers, west, leaves=True) == ([], [(kept, "hidden"), (changed, "hidden")]), (
        "the desk has not taken it up again"
    )
    tiers.handle(WEST, [changed])
    assert sent(tiers, west) == (["二改"], []), "the new words go up as they stand, and nothing hides them"
    keeps(tiers, changed)
    assert sent(tiers, west) == ([], [(changed, "hidden")]), "hidden again after it went up again"
    says(tiers, kept, "一改")
    shows(tiers, changed)
    keeps(tiers, changed)
    tiers.handle(WEST, [kept])
    assert sent(tiers, west) == (["一改"], []), "what was told is told once"


def test_what_is_said_anew_and_has_no_room_yet_is_hidden_until_it_goes(tiers, tmp_path, sqlite_template, monkeypatch):
    with elsewhere(sqlite_template, tmp_path / "above") as above:
        call = above.download(f"/solicitations/{above.asks(CITY)}/call.zip")
    west = tiers.takes_file(WEST, call)
    first, second = (tiers.give(west, "赵敏", words) for words in ("一", "二"))
    tiers.handle(WEST, [first, second])
    assert sent(tiers, west) == (["一", "二"], [])
    says(tiers, first, "一改")
    says(tiers, second, "二改")
    tiers.handle(WEST, [first, second])
    monkeypatch.setattr(submission_planning, "MOST_AT_ONCE", 1)
    assert sent(tiers, west) == (["一改"], [(second, "hidden")])
    assert sent(tiers, west) == (["二改"], [])


def test_whoever_keeps_it_back_reads_that_it_stays_hidden_above(tiers):
    west = tiers.takes(WEST, tiers.asks(CITY))
    one, other = tiers.give(west, "赵敏", "二十日"), tiers.give(west, "刘洋", "三十日")
    tiers.handle(WEST, [one])
    tiers.submits(WEST, west, leaves=True)
    site, said = tiers.site(), "这里以后再公开，上级那里也不会恢复"
    with site.client:
        browser = tiers.browser(site, LIAISONS[WEST])
        assert said in browser.get(f"/opinions/{one}").words
        assert said not in browser.get(f"/opinions/{other}").words
        assert said not in tiers.browser(site, "赵敏").get(f"/opinions/{one}").words
