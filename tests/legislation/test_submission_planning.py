"""What goes up is put together before the writer's door, and anew where anything was entered at the point meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import update

from deliberation.audit.actions import Actor
from deliberation.legislation.consenting import take_back_consent
from deliberation.legislation.opining import withdraw_opinion
from deliberation.legislation.opinion_models import opinion
from deliberation.legislation.receipt_models import ReceivedOpinion
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.submission_models import content_kept
from deliberation.legislation.submission_planning import Planned, plan_submission
from deliberation.legislation.submission_rules import read_content
from deliberation.legislation.submitting import submit_opinions
from deliberation.refusal import Refused
from tests.legislation.test_receiving import arrived
from tests.legislation.tiers import CITY, LIAISONS, WEST, Tiers


@pytest.fixture
def tiers(database_url: str, tmp_path: Path) -> Iterator[Tiers]:
    made = Tiers(database_url, tmp_path / "here")
    yield made
    made.close()


def planned(tiers: Tiers, id: int) -> Planned:
    with tiers.database.read() as session:
        return plan_submission(session, solicitation(session, id))


def submits(tiers: Tiers, id: int, plan: Planned) -> str:
    """Hand up by this plan; the content that went."""

    def do(session, now) -> str:
        of, actor = solicitation(session, id), tiers.liaison(WEST)
        made = submit_opinions(session, now, of=of, leaves=False, actor=actor, planned=plan)
        return content_kept(session, made.id)

    return tiers.change(do)


def test_what_was_planned_goes_up_as_it_is_while_nothing_was_entered(tiers):
    upper = tiers.asks(CITY)
    west = tiers.takes(WEST, upper)
    tiers.handle(WEST, [tiers.give(west, "赵敏", words) for words in ("一", "二")])
    plan = planned(tiers, west)
    assert submits(tiers, west, plan).encode() == plan.content, "the very bytes, with their nonce"
    assert [one.proposal for one in arrived(tiers, upper)] == ["一", "二"]
    with pytest.raises(Refused, match="没有新的意见"):
        submits(tiers, west, plan)
    assert len(arrived(tiers, upper)) == 2, "the same plan once more hands nothing up twice"
    assert tiers.faults() == []


def test_what_was_taken_back_after_the_planning_does_not_go_up(tiers):
    upper = tiers.asks(CITY)
    west = tiers.takes(WEST, upper)
    gone, hidden, stays = (
        tiers.give(west, "赵敏", words, naming="named", name="赵敏", names=True) for words in ("一", "二", "三")
    )
    tiers.handle(WEST, [gone, hidden, stays])
    plan = planned(tiers, west)
    who = Actor("resident", tiers.who["赵敏"])
    tiers.change(lambda s, now: withdraw_opinion(s, now, one=opinion(s, gone), is_author=True, actor=who))
    tiers.change(
        lambda s, now: take_back_consent(s, now, one=opinion(s, hidden), is_author=True, words_too=True, actor=who)
    )
    lines = read_content(submits(tiers, west, plan).encode()).lines
    assert [(line.proposal, line.is_public, line.name) for line in lines] == [("二", False, ""), ("三", True, "赵敏")]
    assert tiers.faults() == []


@contextmanager
def one_batch(tiers: Tiers) -> Iterator[Callable[[Callable], None]]:
    """What is queued inside is one batch of the writer's: it is busy with one errand until all of them wait."""
    busy, enough, errands = threading.Event(), threading.Event(), []

    def stall(_session, _now) -> None:
        busy.set()
        assert enough.wait(60)

    stalled = tiers.database.writer.submit(stall)
    assert busy.wait(60)
    yield lambda verb: errands.append(tiers.database.writer.submit(verb))
    enough.set()
    for errand in (stalled, *errands):
        errand.wait()


def test_what_the_same_batch_took_back_before_does_not_go_up(tiers):
    upper = tiers.asks(CITY)
    west = tiers.takes(WEST, upper)
    gone, hidden, stays = (
        tiers.give(west, "赵敏", words, naming="named", name="赵敏", names=True) for words in ("一", "二", "三")
    )
    tiers.handle(WEST, [gone, hidden, stays])
    plan, who, entries = planned(tiers, west), Actor("resident", tiers.who["赵敏"]), []

    def submit(session, now) -> None:
        entries.extend(session.info["entries"])
        of = solicitation(session, west)
        submit_opinions(session, now, of=of, leaves=False, actor=tiers.liaison(WEST), planned=plan)

    with one_batch(tiers) as queue:
        queue(lambda s, now: withdraw_opinion(s, now, one=opinion(s, gone), is_author=True, actor=who))
        queue(
            lambda s, now: take_back_consent(s, now, one=opinion(s, hidden), is_author=True, words_too=True, actor=who)
        )
        queue(submit)
    assert len(entries) >= 2, "they wait for their numbers with the submission"
    assert [(one.proposal, one.is_public, one.name) for one in arrived(tiers, upper)] == [
        ("二", False, ""), ("三", True, "赵敏")
    ]  # fmt: skip
    assert tiers.faults() == []


def test_a_copy_that_stands_without_its_original_is_a_fault(tiers):
    upper = tiers.asks(CITY)
    west = tiers.takes(WEST, upper)
    one = tiers.give(west, "赵敏", "一")
    tiers.handle(WEST, [one])
    tiers.submits(WEST, west)
    [copy] = arrived(tiers, upper)
    who = Actor("resident", tiers.who["赵敏"])
    tiers.change(lambda s, now: s.execute(update(ReceivedOpinion).values(source_id=None)))
    tiers.change(lambda s, now: withdraw_opinion(s, now, one=opinion(s, one), is_author=True, actor=who))
    tiers.change(lambda s, now: s.execute(update(ReceivedOpinion).values(source_id=one)))
    assert tiers.faults() == [(copy.subject, f"{copy.subject} 还在，它的原件 opinion/{one} 已经撤回")]


def test_the_page_hands_up_once_however_often_the_form_is_sent(tiers):
    west = tiers.takes(WEST, tiers.asks(CITY))
    tiers.handle(WEST, [tiers.give(west, "赵敏", "一")])
    site = tiers.site()
    with site.client:
        browser, address = tiers.browser(site, LIAISONS[WEST]), f"/solicitations/{west}/submissions"
        assert browser.post(address).status == 303
        assert browser.post(address).status == 422
        assert browser.get(address).status == 200
    assert len(tiers.entries("submission.made")) == 1
