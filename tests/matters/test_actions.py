"""The verbs of a dossier on a real database: what is written, recorded and moved, or that nothing is."""

from __future__ import annotations

import json

import pytest
from sqlmodel import col, func, select

from deliberation.audit.actions import Actor
from deliberation.audit.models import Entry, Opening
from deliberation.jobs import Job
from deliberation.matters.actions import choose_variant
from deliberation.matters.answer_models import said_beside
from deliberation.matters.corrections import correct_document, corrections_of
from deliberation.matters.models import Clock, Document, Matter, ReplyOwed
from deliberation.matters.proposing import SIMPLEST_FIRST
from deliberation.matters.shipped import shipped
from deliberation.matters.timing import breach_clock
from deliberation.matters.verification import checks
from deliberation.refusal import Refused
from tests.matters.story import Story


def entries(story: Story, *acts: str) -> list[dict]:
    """What the log says of the matter, in order; of these acts, or all."""
    found = select(Entry.body).where(Entry.topic == f"matter/{story.matter_id}").order_by(col(Entry.index))
    said = [json.loads(body) for body in story.look(lambda session, _matter: list(session.exec(found)))]
    return [one for one in said if not acts or one["type"] in acts]


def faults(story: Story) -> list:
    with story.database.read() as session:
        return [fault for check in checks for fault in check.run(session) if fault is not None]


@pytest.mark.parametrize("procedure", sorted(shipped()))
def test_every_shipped_procedure_goes_from_proposal_to_its_end_through_the_actions(story, procedure):
    story.begin(procedure).go_to("closed")
    made = {document.kind for document in story.documents()}
    assert {step.closes_with for step in shipped()[procedure].steps if not step.optional} <= made
    assert faults(story) == []
    assert story.look(lambda _session, matter: matter.ended_at) is not None


def test_each_act_of_the_way_is_one_entry_in_the_order_in_which_it_happened(story):
    story.begin("six_steps").go_to("consultation")
    notice = next(paper for paper in story.documents() if paper.kind == "notice")
    assert [(one["type"], one["object"].split("/")[0]) for one in entries(story)] == [
        ("matter.proposed", "matter"),
        ("document.issued", "document"),
        ("matter.moved", "matter"),
        ("document.issued", "document"),
        ("matter.moved", "matter"),
        ("notice.issued", "document"),
        *[("notice.delivered", "document")] * notice.facts["people"],
        ("document.closed", "document"),
        ("matter.moved", "matter"),
    ]


def test_no_personal_value_enters_an_entry(story):
    story.begin("six_steps", title="王家的围墙", summary="王家的围墙占了路。").go_to("consultation")
    log = json.dumps(entries(story), ensure_ascii=False)
    for word in ("王家", "围墙", "赵敏", "林涛", "上门"):
        assert word not in log
    opened = story.look(lambda session, _matter: set(session.exec(select(Opening.value))))
    assert {"王家的围墙", "王家的围墙占了路。"} <= opened


def test_a_matter_that_is_refused_says_why_and_what_can_be_done(story):
    story.begin("six_steps").screen(hit=3, reason="违反规划")
    paper = story.documents()[-1]
    assert (story.stage, paper.outcome, paper.body) == ("refused", "refused", "违反规划")
    assert paper.facts["onward"] == ["修改提议，去掉违反的内容后可以重新提出"]
    assert [one["type"] for one in entries(story)][-1] == "matter.refused"
    with pytest.raises(Refused, match="不再办理"):
        story.issue("feedback")


def test_an_act_that_is_refused_leaves_nothing(story):
    story.begin("six_steps").go_to("resolution")
    before = len(entries(story)), len(story.documents())
    with pytest.raises(Refused):
        story.issue("resolution")
    assert (len(entries(story)), len(story.documents())) == before


def test_a_document_that_the_step_does_not_make_is_refused(story):
    story.begin("six_steps")
    with pytest.raises(Refused, match="不形成"):
        story.issue("resolution")


def test_a_meeting_without_quorum_begins_anew_and_the_old_one_no_longer_counts(story):
    story.begin("six_steps").go_to("resolution")
    while story.take_next() != "open_poll":
        pass
    story.wait(days=4).close_poll("no_quorum")
    story.issue("resolution")
    assert story.stage == "resolution"
    moved = entries(story, "matter.moved")[-1]["data"]
    assert (moved["from"], moved["to"], moved["outcome"]) == ("resolution", "resolution", "no_quorum")
    facts = story.facts
    assert facts.papers_now("notice") == ()
    staged_at = story.look(lambda _session, matter: matter.staged_at)
    assert staged_at == facts.course.entered_at


def test_a_lost_vote_goes_back_where_the_procedure_says(story):
    story.begin("six_steps").go_to("resolution")
    while story.take_next() != "open_poll":
        pass
    story.wait(days=4).close_poll("failed")
    story.issue("resolution")
    assert story.stage == "consultation"
    assert story.look(lambda _session, matter: matter.ring) == "consult"
    story.go_to("closed")
    assert faults(story) == []


def test_a_step_may_be_taken_in_another_lawful_way_before_it_begins(story):
    story.begin("six_steps").go_to("consultation")

    def choose(session, matter):
        choose_variant(
            session,
            story.now,
            matter=matter,
            step="resolution",
            variant="assembly_adults",
            actor=Actor("chair", 1),
        )

    story.do(choose)
    assert story.facts.taken("resolution").poll == "urban_assembly_adults"
    assert entries(story, "variant.chosen")[0]["data"]["variant"] == "assembly_adults"
    story.go_to("resolution")
    story.take_next()
    with pytest.raises(Refused, match="已经开始"):
        story.do(choose)


def test_a_correction_stands_beside_the_original_and_moves_nothing(story):
    story.begin("six_steps").go_to("consultation")
    original = story.documents()[0]

    def correct(session, matter):
        document = session.get(Document, original.id)
        return correct_document(
            session,
            story.now,
            matter=matter,
            document=document,
            body="应为4.5米",
            reason="笔误",
            actor=story.actor("林涛"),
        )

    made = story.do(correct)
    with story.database.read() as session:
        assert session.get(Document, original.id).body == original.body
        assert [one.id for one in corrections_of(session, original.id)] == [made.id]
    assert story.stage == "consultation"
    assert entries(story, "document.corrected")[0]["data"]["corrects"] == original.id
    assert faults(story) == []
    with pytest.raises(Refused, match="更正本身"):
        story.do(lambda session, matter: correct_document(
            session, story.now, matter=matter, document=session.get(Document, made.id), body="x", reason="y",
            actor=story.actor("林涛"),
        ))  # fmt: skip


def test_whoever_spoke_twice_is_answered_once_beside_everything_they_said(story):
    story.begin("six_steps").go_to("consultation")
    story.speak("赵敏", "路要避开菜地。")
    story.speak("赵敏", "还要留排水沟。")
    owed = story.look(lambda session, matter: list(session.exec(select(ReplyOwed).order_by(col(ReplyOwed.id)))))
    said = story.look(lambda session, matter: said_beside(session, [one.id for one in owed]))
    assert [(one.person_id, said[one.id]) for one in owed] == [
        (story.village["李强"], "村道拓宽硬化"),
        (story.village["赵敏"], "路要避开菜地。\n还要留排水沟。"),
    ]


def test_the_breach_of_a_clock_is_an_entry_and_happens_once(story):
    story.begin("six_steps").go_to("disclosure")
    story.take_next()
    objection = story.object()
    clock = story.look(lambda session, matter: session.exec(select(Clock)).one())
    planned = story.look(lambda session, matter: session.exec(select(Job).where(Job.kind == "breach_clock")).one())
    assert (clock.subject, planned.due_at, planned.payload) == (
        f"objection/{objection.id}",
        clock.due_at,
        {"clock": clock.id},
    )
    early = lambda session, matter: breach_clock(session, story.now, {"clock": clock.id})  # noqa: E731
    story.do(early)
    assert entries(story, "clock.breached") == []
    story.now = clock.due_at
    story.do(early)
    story.do(early)
    assert [one["actor"] for one in entries(story, "clock.breached")] == ["system"]


def test_matters_are_numbered_within_their_community_and_year(story):
    story.begin()
    story.begin()
    numbers = story.look(lambda session, matter: list(session.exec(select(Matter.number).order_by(col(Matter.id)))))
    assert numbers == [1, 2]


def test_a_procedure_is_kept_once_a_version(story):
    from deliberation.matters.models import ProcedureText

    story.begin()
    story.begin()
    assert story.look(lambda session, matter: session.exec(select(func.count(col(ProcedureText.id)))).one()) == 1


def test_every_shipped_procedure_is_offered():
    assert sorted(SIMPLEST_FIRST) == sorted(shipped())
