"""A copy that is withdrawn after the body above decided on it: the rates follow, in whatever order it is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from deliberation.audit.actions import Actor
from deliberation.legislation.adopting import adopt_opinions
from deliberation.legislation.adoption_models import OpinionAnswer
from deliberation.legislation.adoption_rules import Decision
from deliberation.legislation.answering import answer_chunk, begin_answering, tell_authors
from deliberation.legislation.opining import withdraw_opinion
from deliberation.legislation.opinion_models import Opinion, counts_by, opinion
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.submission_files import read_submission
from tests.legislation.test_receiving import arrived, handed_up, upload
from tests.legislation.tiers import CITY, LIAISONS, WEST, Tiers, elsewhere


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


def decide(tiers: Tiers, upper: int) -> None:
    """The body decides on all, and begins to answer; copies wait to be told by hand."""

    def do(session, now):
        of, actor = solicitation(session, upper), tiers.liaison(CITY)
        chosen = [(opinion(session, one.id), None) for one in arrived(tiers, upper)]
        made = Decision("not_adopted", "其他法律已有规定")
        adopt_opinions(session, now, of=of, chosen=chosen, made=made, to=None, actor=actor)
        answering = begin_answering(session, now, of=solicitation(session, upper), actor=actor)
        answer_chunk(session, now, {"answering": answering.id, "after": 0})

    tiers.change(do)


def tell(tiers: Tiers, upper: int, *numbers: int) -> None:
    def do(session, now):
        ids = [one.id for one in arrived(tiers, upper) if one.number in numbers]
        found = list(session.exec(select(OpinionAnswer).where(OpinionAnswer.opinion_id.in_(ids))))
        of = solicitation(session, upper)
        tell_authors(session, now, of=of, answers=found, way="phone", note="", actor=tiers.liaison(CITY))

    tiers.change(do)


def counted(tiers: Tiers, upper: int) -> tuple[int, dict[str, int], dict[str, int], int]:
    with tiers.database.read() as session:
        decided, told, days = (counts_by(session, upper, name) for name in ("adoption", "answered", "answered_on"))
        return solicitation(session, upper).standing, decided, told, sum(days.values())


def test_what_was_decided_and_told_leaves_the_rates_with_a_copy_that_is_withdrawn(tiers, tmp_path, sqlite_template):
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
    tell(tiers, upper, 1, 3)
    assert counted(tiers, upper) == (3, {"not_adopted": 3}, {"not_adopted": 2}, 2)
    assert upload(tiers, upper, second).status == 303
    assert counted(tiers, upper) == (1, {"not_adopted": 1}, {"not_adopted": 1}, 1), (
        "of one opinion one is decided, one told"
    )
    tell(tiers, upper, 2)
    assert counted(tiers, upper) == (1, {"not_adopted": 1}, {"not_adopted": 1}, 1), (
        "told after all, and counted nowhere"
    )
    assert tiers.faults() == []
