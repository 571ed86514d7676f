"""Postings and objections: days as the Civil Code counts them, no end over an unanswered objection."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlmodel import select

from deliberation.matters.answer_models import ReplySaying
from deliberation.matters.models import Clock, Disclosure, Objection
from deliberation.matters.postings import close_disclosure
from deliberation.refusal import Refused
from tests.matters.story import Story
from tests.pages import open_site


def posted(story: Story) -> Disclosure:
    story.begin("six_steps").go_to("disclosure").take_next()
    return story.look(lambda session, _matter: session.exec(select(Disclosure)).one())


def end(story: Story) -> None:
    story.do(lambda session, matter: close_disclosure(session, story.now, matter=matter, actor=story.actor("钱芳")))


def ready(story: Story) -> None:
    """Everything but the days and the objections."""
    story.evidence("posting_photo")
    story.inspect()


def test_the_day_of_posting_is_not_counted_and_the_end_is_midnight(story):
    posting = posted(story)
    begun = posting.opened_at.astimezone(story.facts.zone).date()
    assert (posting.days, posting.starts_on) == (15, begun)
    assert (posting.ends_on, posting.closable_on) == (begun + timedelta(days=15), begun + timedelta(days=16))
    ready(story)
    midnight = datetime.combine(posting.closable_on, datetime.min.time(), tzinfo=story.facts.zone)
    story.now = midnight - timedelta(minutes=2)
    with pytest.raises(Refused, match="公示须满"):
        end(story)
    story.now = midnight
    end(story)
    assert story.stage == "feedback"
    closed = story.look(lambda session, _matter: session.get(Disclosure, posting.document_id).closed_at)
    assert closed.astimezone(UTC) == story.now.astimezone(UTC)


def test_no_posting_ends_over_an_unanswered_objection(story):
    posted(story)
    ready(story)
    objection = story.object()
    story.wait(days=20)
    with pytest.raises(Refused, match="异议没有答复"):
        end(story)
    story.answer(objection)
    end(story)
    assert story.stage == "feedback"


@pytest.mark.parametrize(("is_upheld", "verdict"), [(False, "异议不成立。"), (True, "异议成立。")])
def test_the_answer_to_an_objection_comes_to_whoever_objected(story, tmp_path, is_upheld, verdict):
    posted(story)
    story.answer(story.object(), is_upheld=is_upheld)
    with open_site(story.database.url, tmp_path) as site:
        resident, neighbour = site.browser(story.village["赵敏"]), site.browser(story.village["刘洋"])
        assert "给您的答复" in resident.get("/").words
        (letter,) = set(resident.get("/inbox").links(r"/deliveries/\d+")) & set(
            resident.get("/").links(r"/deliveries/\d+")
        )
        read = resident.get(letter)
        assert "路线离菜地太近。" in read.words and f"{verdict}路线已经东移。" in read.words
        assert neighbour.get(letter).status == 404
        assert "我已阅读" in read.words and resident.post(f"{letter}/reading").status == 303
        assert letter not in resident.get("/").text


def test_an_upheld_objection_sends_the_matter_back_at_once(story):
    posted(story)
    story.answer(story.object(), "确有遗漏，重新协商。", is_upheld=True)
    end(story)
    assert story.stage == "consultation"


def test_an_objection_has_a_clock_that_rolls_over_days_of_rest_and_its_author_is_owed_an_answer(story):
    posted(story)
    # Fifteen days after Friday 4 December 2026 is a Saturday: the time ends with Monday the 21st (民法典 203).
    story.now = datetime(2026, 12, 4, 4, tzinfo=UTC)
    objection = story.object("赵敏", "离菜地太近。")
    assert objection.answer_due_on == date(2026, 12, 21)
    clock = story.look(lambda session, _matter: session.exec(select(Clock)).one())
    assert (clock.kind, clock.owner, clock.stopped_at) == ("answer_objection", "承办人", None)
    story.answer(objection)
    assert story.look(lambda session, _matter: session.exec(select(Clock)).one()).stopped_at is not None
    owed = story.look(lambda session, _matter: session.exec(select(ReplySaying.words)).all())
    assert any("离菜地太近。" in said for said in owed)


def test_an_objection_is_answered_once_and_only_while_something_is_posted(story):
    story.begin("six_steps").go_to("consultation")
    with pytest.raises(Refused, match="没有待办完"):
        story.object()
    story.go_to("disclosure").take_next()
    objection = story.object()
    story.answer(objection)
    with pytest.raises(Refused, match="已经答复"):
        story.answer(objection, "再答一次")
    kept = story.look(lambda session, _matter: session.get(Objection, objection.id).answer)
    assert kept == "路线已经东移。"
