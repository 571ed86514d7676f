"""A convenor who says that notice was given elsewhere is believed until the day that was named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import Session, select

from deliberation.audit.models import Entry
from deliberation.matters import convening_rules as rules
from deliberation.matters.claiming import end_claim
from deliberation.matters.models import Demand, Matter
from deliberation.matters.proceedings import Attendance, begin_proceeding, settle_proceeding
from deliberation.matters.verification import checks
from tests.matters.sites import site_of
from tests.matters.story import Story
from tests.matters.test_demanding import claim, clock_of, raised, reach


@pytest.mark.parametrize(
    ("body", "ahead"),
    [("owners", 15), ("villagers_assembly", 10), ("residents_assembly", 10), ("villagers_representatives", 0)],
)
def test_the_day_is_not_before_the_days_of_notice(body, ahead):
    earliest = date(2026, 12, 1) + timedelta(days=ahead + 1)
    assert rules.day_refusal(earliest, earliest, body) is None
    early = rules.day_refusal(earliest - timedelta(days=1), earliest, body)
    assert early is not None and (early.source != "") == (ahead > 0)


def ended(story: Story, id: int) -> None:
    clock = clock_of(story, id)
    story.database.change(lambda session, now: end_claim(session, now, {"demand": id, "clock": clock.id}))


def met(story: Story, *, present: bool, step: str = "resolution") -> None:
    def verb(session: Session, now: datetime) -> None:
        matter = session.get(Matter, story.matter_id)
        begin_proceeding(session, now, matter=matter, kind="meeting", subject="meeting/7", title="村民代表会议")
        came = Attendance(12, 9) if present else None
        settle_proceeding(session, now, subject="meeting/7", outcome="ended", attendance=came)

    story.database.change(verb)


@pytest.mark.parametrize(("stage", "present"), [("resolution", True), ("resolution", False), ("consultation", True)])
def test_only_a_recorded_meeting_of_that_body_settles_the_demand(story, stage, present):
    id = raised(story)
    reach(story, id)
    claim(story, id, days=60)
    story.begin("village_six_steps")
    story.go_to(stage)
    met(story, present=present)
    story.wait(days=62)
    ended(story, id)
    ended(story, id)
    is_held = stage == "resolution" and present
    with story.database.read() as session:
        found = session.get(Demand, id)
        acts = list(session.exec(select(Entry.act)))
        assert (found.called_at is not None) is is_held and acts.count("demand.called") == int(is_held)
        assert [fault for check in checks for fault in check.run(session) if fault] == []
    clock = clock_of(story, id)
    assert (clock.stopped_at is not None, clock.breached_at is not None) == (is_held, not is_held)


def test_the_page_asks_for_the_day_and_says_how_to_contest(database_url, tmp_path):
    story = Story(database_url, datetime.now(UTC))
    id = raised(story)
    reach(story, id)
    with site_of(story, database_url, tmp_path) as site:
        chair, address = site.browser(story.village["钱芳"]), f"/demands/{id}/answer"
        said = {"way": "called", "answer": "公告贴在村务栏"}
        for day in ("", datetime.now(UTC).date().isoformat()):
            page = chair.post(address, **said, meeting_on=day)
            assert page.status == 422 and "f-meeting_on-error" in page.ids and "公告贴在村务栏" in page.text
        day = datetime.now(UTC).date() + timedelta(days=20)
        assert chair.post(address, **said, meeting_on=day.isoformat()).status == 303
        assert chair.post(address, **said, meeting_on=day.isoformat()).status == 409
        signer = site.browser(story.village["李强"]).get(f"/demands/{id}").words
        assert "公告贴在村务栏" in signer and "没有看到公告" in signer and "责令改正" in signer
        assert "列为议题，准备会议" in signer and "会议已通知" not in signer
        official = site.browser(story.village["郑伟"])
        assert "责令限期召集会议" in official.get(f"/demands/{id}").words
        due = (datetime.now(UTC).date() + timedelta(days=5)).isoformat()
        assert official.post(f"/demands/{id}/order", due_on=due, order="青府〔2026〕8号").status == 303
