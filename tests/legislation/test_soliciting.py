"""Solicitations are drawn up, opened, extended, closed: what was written, entered and refused, on both databases."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from deliberation.jobs import Job
from deliberation.legislation.draft_models import DraftLaw, draft_version
from deliberation.legislation.drafting import Correction, correct_reading
from deliberation.legislation.solicitation_models import (
    Collecting,
    Solicitation,
    extensions_of,
    open_solicitations,
)
from deliberation.legislation.solicitation_rules import mistakes
from deliberation.legislation.soliciting import (
    CLOSE,
    change_solicitation,
    close_due,
    draft_solicitation,
    name_collector,
    open_solicitation,
)
from deliberation.refusal import Invalid, Refused
from tests.legislation.asking import TERMS, Asking
from tests.legislation.texts import SECOND, read

CHINA = ZoneInfo("Asia/Shanghai")


@pytest.fixture
def asking(database_url: str):
    made = Asking(database_url)
    yield made
    made.database.close()


def kept(asking: Asking) -> Solicitation:
    with asking.database.read() as session:
        return asking.one(session)


def test_it_is_drawn_up_changed_and_opened(asking):
    asking.change(
        lambda s, now: change_solicitation(
            s, now, one=asking.one(s), terms=replace(TERMS, title="改过的题目"), actor=asking.liaison
        )
    )
    with asking.database.read() as session:
        assert open_solicitations(session, asking.now) == []
        assert not session.get(DraftLaw, asking.draft_id).is_public
    asking.open()
    one = kept(asking)
    assert (one.title, one.stage) == ("改过的题目", "open")
    assert one.closes_at.astimezone(CHINA) == datetime(2026, 12, 4, tzinfo=CHINA), "eight working days after Monday"
    with asking.database.read() as session:
        assert [each.id for each in open_solicitations(session, asking.now)] == [asking.id]
        assert session.get(DraftLaw, asking.draft_id).is_public
        assert draft_version(session, asking.draft_id, 1).held_at is not None
        job = session.exec(select(Job).where(Job.key == f"{CLOSE}/{asking.id}")).one()
        assert job.due_at == one.closes_at


def test_the_text_that_is_asked_about_stays_as_it_is(asking):
    asking.open()

    def correct(session: Session, now: datetime) -> None:
        version = draft_version(session, asking.draft_id, 1)
        correct_reading(
            session, now, version=version, correction=Correction(1, read(SECOND), "x"), actor=asking.liaison
        )

    with pytest.raises(Refused):
        asking.change(correct)


def test_what_was_opened_is_not_changed_nor_opened_again(asking):
    asking.open()
    for verb in (
        lambda s, now: open_solicitation(s, now, one=asking.one(s), actor=asking.liaison),
        lambda s, now: change_solicitation(s, now, one=asking.one(s), terms=TERMS, actor=asking.liaison),
    ):
        with pytest.raises(Refused) as no:
            asking.change(verb)
        assert no.value.refusal.late


@pytest.mark.parametrize("name", ["何敏", "王秀英", "赵敏", "胡军"])
def test_only_the_liaison_keeps_it(asking, name):
    actor = asking.village.actor(name)
    with pytest.raises(Refused):
        asking.change(lambda s, now: open_solicitation(s, now, one=asking.one(s), actor=actor))

    def draft(session: Session, now: datetime) -> None:
        law = session.get(DraftLaw, asking.draft_id)
        version = draft_version(session, law.id, 1)
        draft_solicitation(session, now, draft=law, version=version, terms=TERMS, actor=actor)

    with pytest.raises(Refused):
        asking.change(draft)
    other = asking.places.other.actor("陈静")
    with pytest.raises(Refused):
        asking.change(lambda s, now: open_solicitation(s, now, one=asking.one(s), actor=other))
    assert asking.entries("solicitation.opened") == []


def test_it_is_extended_with_a_reason_and_closes_at_its_new_hour(asking):
    asking.open()
    before = kept(asking).closes_at
    with pytest.raises(Invalid) as no:
        asking.extend(date(2026, 12, 10), reason=" ")
    assert list(no.value.errors) == ["reason"]
    with pytest.raises(Invalid) as no:
        asking.extend(date(2026, 12, 3))
    assert list(no.value.errors) == ["until_on"]
    asking.extend(date(2026, 12, 10))
    with asking.database.read() as session:
        [row] = extensions_of(session, asking.id)
        assert (row.before_at, row.reason) == (before, "两个小区还没有走访")
        assert session.exec(select(Job).where(Job.key == f"{CLOSE}/{asking.id}")).one().due_at == row.until_at
    asking.now = before
    asking.change(lambda s, now: close_due(s, now, {"solicitation": asking.id}))
    assert kept(asking).closed_at is None, "the old hour means nothing any more"
    asking.close()
    asking.change(lambda s, now: close_due(s, now, {"solicitation": asking.id}))
    assert kept(asking).stage == "closed"
    assert len(asking.entries("solicitation.closed")) == 1
    with pytest.raises(Refused):
        asking.extend(date(2026, 12, 30))


def test_its_text_may_be_put_right_again_once_nobody_is_asked_about_it(asking):
    asking.open()
    asking.close()
    with asking.database.read() as session:
        assert draft_version(session, asking.draft_id, 1).held_at is None


@pytest.mark.parametrize("until_on", [date(9999, 12, 31), date(2035, 1, 1)])
def test_a_last_day_years_away_is_a_slip_of_the_hand(asking, until_on):
    asking.open()
    with pytest.raises(Invalid) as no:
        asking.extend(until_on)
    assert list(no.value.errors) == ["until_on"]
    assert list(mistakes(replace(TERMS, days=None, until_on=until_on), date(2026, 11, 23))) == ["until_on"]


def test_after_its_hour_it_is_closed_though_nobody_wrote_it_down_yet(asking):
    asking.open()
    one = kept(asking)
    assert one.stage_at(one.closes_at) == "closed" and one.stage == "open"


def test_collectors_are_those_who_were_appointed(asking):
    point = asking.point()
    with asking.database.read() as session:
        assert session.get(Collecting, (asking.id, point, asking.village["胡军"])) is not None
    found = asking.points()[0]
    for person in (asking.village["赵敏"], asking.places.other["陈静"]):
        with pytest.raises(Invalid):
            asking.change(
                lambda s, now, who=person: name_collector(
                    s, now, one=asking.one(s), point=found, person_id=who, actor=asking.liaison
                )
            )
    asking.change(
        lambda s, now: name_collector(
            s, now, one=asking.one(s), point=found, person_id=asking.village["胡军"], actor=asking.liaison
        )
    )
    assert len(asking.entries("collector.named")) == 1, "twice is once"


def test_the_log_holds_numbers_and_days_and_no_words(asking):
    asking.point()
    asking.open()
    asking.extend(date(2026, 12, 10))
    acts = ("solicitation.drafted", "point.added", "collector.named", "solicitation.opened", "solicitation.extended")
    for act in acts:
        [entry] = asking.entries(act)
        told = bytes(entry.body).decode()
        assert not any(word in told for word in ("电梯", "法制工作", "老年人", "走访", "文化站")), act
    opened = json.loads(bytes(asking.entries("solicitation.opened")[0].body))["data"]
    assert opened["until"] == "2026-12-03"
