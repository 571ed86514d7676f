"""Notices: who is on the list, what proves that they were told, when the meeting may be."""

from __future__ import annotations

import pytest
from sqlmodel import col, select

from deliberation.audit.actions import Actor
from deliberation.audit.models import Entry
from deliberation.delivery.actions import read_notice, record_told
from deliberation.delivery.models import Delivery, counts_on, delivery_count
from deliberation.matters.notices import close_notice, extend_notice, issue_notice, latest_paper
from deliberation.matters.noticing import called_step
from deliberation.matters.reasons import delivery_complete
from deliberation.matters.shipped import shipped
from deliberation.refusal import Refused
from tests.matters.story import Story
from tests.matters.test_engine import at_step
from tests.pages import open_site


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
    names = {id: name for name, id in story.village.people.items()}
    everybody = list(dict.fromkeys(names[id] for id in story.to_be_told()))
    notice = story.notify(*everybody, "李强")
    subject = f"document/{notice.id}"
    assert story.look(lambda session, _matter: delivery_count(session, subject)) == (len(everybody), 0)
    with pytest.raises(Refused, match="没有送达"):
        close(story)
    # A stranger to the list is not entered on it by being told; 赵敏 reads it herself.
    assert (
        tell(
            story,
            notice.id,
            *(name for name in everybody if name != "赵敏"),
            "胡军" if "胡军" not in everybody else "何敏",
        )
        == len(everybody) - 1
    )

    def read(session, _matter):
        found = select(Delivery).where(Delivery.subject == subject, col(Delivery.told_at).is_(None))
        delivery = session.exec(found).one()
        read_notice(session, story.now, delivery=delivery, by=Actor("resident", delivery.person_id))

    story.do(read)
    counted = story.look(lambda session, matter: counts_on(session, f"matter/{matter.id}"))
    assert counted == {subject: (len(everybody), len(everybody))}
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


def test_a_notice_does_not_close_before_those_who_decide_are_on_the_list(story):
    story.begin("six_steps").go_to("notice")
    notice = story.notify("李强", "赵敏")
    tell(story, notice.id, "李强", "赵敏")
    left = len(story.to_be_told()) - 2 - 1  # 李强 sits among those who decide.
    (no,) = delivery_complete(story.facts)
    assert (no.facts["n"], story.facts.deliveries.missing) == (left, 0) and left > 2
    with pytest.raises(Refused, match="必须告知的人不在送达名单上"):
        close(story)
    officer = story.actor("钱芳")
    assert story.do(lambda s, matter: extend_notice(s, story.now, matter=matter, actor=officer)) == left
    assert story.facts.deliveries.missing == left
    with pytest.raises(Refused, match="都已经在名单上"):
        story.do(lambda s, matter: extend_notice(s, story.now, matter=matter, actor=officer))
    with pytest.raises(Refused, match="没有送达"):
        close(story)
    everybody = [story.village[name] for name in story.village.people]
    story.do(
        lambda session, _matter: record_told(
            session, story.now, subject=f"document/{notice.id}", people=everybody, channel="visit", proof="林涛上门",
            by=story.actor("林涛"),
        )
    )  # fmt: skip
    close(story)
    assert story.stage == "consultation"
    entry = story.look(lambda s, _m: s.exec(select(Entry).where(Entry.act == "notice.extended")).one())
    assert entry.object == f"document/{notice.id}"


def test_a_list_narrowed_by_hand_says_whom_it_leaves_out_before_it_is_sent(story, tmp_path):
    story.begin("six_steps").go_to("notice")
    path = f"/matters/{story.matter_id}/notices"
    with open_site(story.database.url, tmp_path) as site:
        officer = site.browser(story.village["钱芳"])
        committee = story.village.bodies["committee"]
        refused = officer.post(path, title="协商告知书", body="周六上午", to=str(committee))
        assert refused.status == 422 and "名单里少了必须告知的" in refused.words and "刘洋" in refused.words
        assert "周六上午" in refused.text and not story.facts.papers_now("notice")
        sent = officer.post(path, title="协商告知书", body="周六上午", to=str(story.village.bodies["representatives"]))
        assert sent.status == 303


def test_the_officer_adds_who_was_left_out_and_finds_the_list_from_everywhere(story, tmp_path):
    story.begin("six_steps").go_to("notice")
    notice = story.notify("李强", "赵敏")
    place, home = story.village, f"/matters/{story.matter_id}"
    with open_site(story.database.url, tmp_path) as site:
        officer, clerk, told = (site.browser(place[name]) for name in ("钱芳", "林涛", "赵敏"))
        for browser in (officer, clerk):
            assert f"{home}/notices" in browser.get(f"{home}/now").text and "登记送达" in browser.get(home).words
            assert "通知已经发出，请逐一送达并登记" in browser.get("/").words
            assert f'href="{home}/notices"' in browser.get(f"/documents/{notice.id}").text
        assert f'href="{home}/notices"' not in told.get(f"/documents/{notice.id}").text
        assert "登记送达" not in told.get(f"{home}/now").words
        # Whoever is on the list finds their letter on the dossier too, until they have read it.
        (letter,) = set(told.get(f"{home}/now").links(r"/deliveries/\d+"))
        told.post(f"{letter}/reading")
        assert "我已阅读" not in told.get(f"{home}/now").words
        assert "我已阅读" not in site.browser(place["刘洋"]).get(f"{home}/now").words
        listed = officer.get(f"{home}/notices")
        assert "名单里少了必须告知的" in listed.words and "刘洋" in listed.words
        assert told.post(f"{home}/notices/more").status == 403
        assert officer.post(f"{home}/notices/more").status == 303
        assert "名单里少了必须告知的" not in officer.get(f"{home}/notices").words
        assert "我已阅读" in site.browser(place["刘洋"]).get(f"{home}/now").words


@pytest.mark.parametrize("procedure", ["owners_special", "owners_ordinary"])
def test_the_announcement_of_a_vote_is_drafted_as_one(procedure):
    facts = at_step(shipped()[procedure], "vote_notice")
    meeting = called_step(facts)
    assert (meeting.id, bool(meeting.poll)) == ("resolution", True)
    assert called_step(at_step(shipped()[procedure], "notice")).kind == "consultation"
