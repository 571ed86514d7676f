"""A copy that is withdrawn after the body above decided on it: the rates follow, in whatever order it is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from deliberation.audit.actions import Actor
from deliberation.legislation.adopting import adopt_opinions
from deliberation.legislation.adoption_rules import Decision
from deliberation.legislation.answering import answer_chunk, begin_answering
from deliberation.legislation.feeding_back import feed_back
from deliberation.legislation.opining import withdraw_opinion
from deliberation.legislation.opinion_models import Opinion, counts_by, opinion
from deliberation.legislation.receipt_models import sources_of
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.submission_files import read_submission
from deliberation.refusal import Refused
from tests.legislation.test_receiving import arrived, handed_up, upload
from tests.legislation.tiers import CITY, LIAISONS, WEST, Tiers, elsewhere


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


def decide(tiers: Tiers, upper: int) -> None:
    """The body decides on all, and begins to answer; copies wait to go down to their point."""

    def do(session, now):
        of, actor = solicitation(session, upper), tiers.liaison(CITY)
        chosen = [(opinion(session, one.id), None) for one in arrived(tiers, upper)]
        made = Decision("not_adopted", "其他法律已有规定")
        adopt_opinions(session, now, of=of, chosen=chosen, made=made, to=None, actor=actor)
        answering = begin_answering(session, now, of=solicitation(session, upper), actor=actor)
        answer_chunk(session, now, {"answering": answering.id, "after": 0})

    tiers.change(do)


def hand_down(tiers: Tiers, upper: int) -> int:
    """The body makes a feedback for the one point; how many answers it holds."""

    def do(session, now):
        of = solicitation(session, upper)
        [source] = sources_of(session, upper)
        return feed_back(session, now, of=of, source=source, actor=tiers.liaison(CITY)).opinions

    return tiers.change(do)


def counted(tiers: Tiers, upper: int) -> tuple[int, dict[str, int], dict[str, int], int]:
    with tiers.database.read() as session:
        decided, told, days = (counts_by(session, upper, name) for name in ("adoption", "answered", "answered_on"))
        return solicitation(session, upper).standing, decided, told, sum(days.values())


def test_what_was_decided_and_told_leaves_the_rates_with_a_copy_that_is_withdrawn(
    tiers, tmp_path, sqlite_template, monkeypatch
):
    monkeypatch.setattr("deliberation.legislation.feeding_back.MOST_AT_ONCE", 2)
    upper = tiers.asks(CITY)
    call = tiers.download(f"/solicitations/{upper}/call.zip")
    with elsewhere(sqlite_template, tmp_path / "there") as there:
        west, first = handed_up(there, call, "一", "二", "三")
        who = Actor("resident", there.who["赵敏"])
        there.now += timedelta(hours=1)

        def withdraw(session, now):
            mine = session.exec(select(Opinion.id).where(Opinion.solicitation_id == west).order_by(Opinion.number))
            for id in list(mine)[:2]:
                withdraw_opinion(session, now, one=opinion(session, id), is_author=True, actor=who)

        there.change(withdraw)
        made = there.submits(WEST, west)
        second = there.download(f"/submissions/{made}/bundle.zip", by=LIAISONS[WEST])
    assert upload(tiers, upper, first, vkey=read_submission(first).vkey, confirms="on").status == 303
    tiers.closes(upper)
    decide(tiers, upper)
    assert hand_down(tiers, upper) == 2
    assert counted(tiers, upper) == (3, {"not_adopted": 3}, {"not_adopted": 2}, 2)
    assert upload(tiers, upper, second).status == 303
    assert counted(tiers, upper) == (1, {"not_adopted": 1}, {}, 0), "the two that were told are withdrawn"
    assert hand_down(tiers, upper) == 1
    assert counted(tiers, upper) == (1, {"not_adopted": 1}, {"not_adopted": 1}, 1)
    with pytest.raises(Refused, match="没有新的答复"):
        hand_down(tiers, upper)
