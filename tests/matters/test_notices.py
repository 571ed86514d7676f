"""Notices: who is on the list, what proves that they were told, when the meeting may be."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from deliberation.audit.actions import Actor
from deliberation.delivery.actions import read_notice, record_told
from deliberation.delivery.models import Delivery, counts_on, delivery_count
from deliberation.matters.notices import close_notice, issue_notice, latest_paper
from deliberation.refusal import Refused
from tests.matters.story import Story


def close(story: Story) -> None:
    story.do(lambda session, matter: close_notice(session, story.now, matter=matter, actor=story.actor("钱芳")))


def tell(story: Story, notice: int, *names: str, proof: str = "林涛上门") -> int:
    people = [story.village[name] for name in names]
    return story.do(
        lambda session, _matter: record_told(
            session, story.now, subject=f"document/{notice}", people=people, channel="visit", proof=proof,
            by=story.actor("林涛"),
        )
    )  # fmt: skip


def test_a_notice_is_complete_when_each_on_its_list_was_told(story):
    story.begin("six_steps").go_to("notice")
    notice = story.notify("李强", "赵敏", "李强")
    subject = f"document/{notice.id}"
    assert story.look(lambda session, _matter: delivery_count(session, subject)) == (2, 0)
    with pytest.raises(Refused, match="没有送达"):
        close(story)
    assert tell(story, notice.id, "李强", "王秀英") == 1

    def read(session, _matter):
        found = select(Delivery).where(Delivery.subject == subject, col(Delivery.told_at).is_(None))
        delivery = session.exec(found).one()
        read_notice(session, story.now, delivery=delivery, by=Actor("resident", delivery.person_id))

    story.do(read)
    counted = story.look(lambda session, matter: counts_on(session, f"matter/{matter.id}"))
    assert counted == {subject: (2, 2)}
    close(story)
    assert story.stage == "consultation"


def test_a_delivery_by_hand_needs_a_word_of_how(story):
    story.begin("six_steps").go_to("notice")
    notice = story.notify("李强")
    with pytest.raises(Refused):
        tell(story, notice.id, "李强", proof=" ")


def test_a_notice_without_anybody_is_refused(story):
    story.begin("six_steps").go_to("notice")
    with pytest.raises(Refused, match="送达名单是空的"):
        story.do(
            lambda session, matter: issue_notice(
                session, story.now, matter=matter, title="通知", body="开会", people=[], actor=story.actor("钱芳")
            )
        )
    assert story.look(lambda session, matter: latest_paper(session, matter, "notice")) is None


def test_the_meeting_waits_for_the_days_of_the_notice_and_short_notice_is_said(story):
    story.begin("village_four_two").go_to("consultation")
    assert story.facts.papers_now("notice") == ()
    assert any(paper.kind == "notice" and paper.closed_at for paper in story.facts.papers)
