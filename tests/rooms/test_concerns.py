"""Concerns on a plan: each leads to the change that answered it or to the reason that refused it. On both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deliberation.audit.actions import Actor
from deliberation.audit.reading import data_of
from deliberation.matters.concern_models import Response
from deliberation.matters.concern_rules import EXPLAINED, KINDS, OPEN, TAKEN_UP, is_concern, may_respond, state_of
from deliberation.matters.concerns import heard, respond
from deliberation.matters.models import Matter, plan_versions
from deliberation.matters.planning import revise_plan
from deliberation.matters.text_check import check_documents
from deliberation.refusal import Missing, Refused
from deliberation.rooms.rules import POSITIONS
from deliberation.rooms.section_drafts import written_by_itself
from tests.rooms.halls import house_at
from tests.rooms.meeting import CHAIR, NEIGHBOUR, Meeting

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


@given(st.lists(st.integers(0, 5), max_size=6))
def test_the_newest_response_says_how_a_concern_stands(plans):
    wanted = OPEN if not plans else TAKEN_UP if plans[-1] else EXPLAINED
    assert state_of(plans) == wanted


def test_positions_that_ask_something_of_the_plan_are_concerns():
    assert {position for position in POSITIONS if is_concern(position)} == set(KINDS) == set(POSITIONS) - {"for"}
    assert not is_concern("")


@pytest.mark.parametrize(
    ("plans", "revised", "newest", "is_allowed"),
    [
        ([], None, 0, True),  # a reason
        ([], NOW, 2, True),  # a version made at the very instant
        ([], NOW - timedelta(seconds=1), 2, False),  # a version older than the concern
        ([0], None, 0, False),  # a second reason
        ([0], NOW, 2, True),  # refused, then taken up
        ([2], NOW, 2, False),  # by the same version twice
        ([2], NOW, 3, True),
        ([2], None, 0, False),  # what was taken up is not refused afterwards
    ],
)
def test_what_may_respond(plans, revised, newest, is_allowed):
    assert (may_respond(plans, NOW, revised, newest) is None) is is_allowed


class Table:
    """A meeting with two concerns and one who agrees."""

    def __init__(self, url: str):
        self.meeting = Meeting(url)
        for name, position, body in (
            ("李强", "against", "路面太窄，会车困难"),
            ("周明", "for", "我同意"),
            (NEIGHBOUR, "question", "路灯谁来交电费？"),
        ):
            self.meeting.say(name, body, position=position)

    def change(self, verb, name: str = CHAIR, role: str = "chair"):
        actor = Actor(role, self.meeting.village[name])

        def do(session, now):
            return verb(session, now, session.get(Matter, self.meeting.story.matter_id), actor)

        return self.meeting.database.change(do)

    def explain(self, ids, reason="资金不够"):
        return self.change(
            lambda session, now, matter, actor: len(
                respond(session, now, matter=matter, concern_ids=ids, reason=reason, actor=actor)
            )
        )

    def revise(self, ids):
        def verb(session, now, matter, actor):
            made = revise_plan(session, now, matter=matter, body="路面加宽到5米。", note="加宽", actor=actor)
            respond(session, now, matter=matter, concern_ids=ids, reason="加宽", actor=actor, plan=made)
            return made.number

        return self.change(verb)

    def states(self):
        return self.meeting.look(
            lambda session: [(one.concern.kind, one.state) for one in heard(session, self.meeting.story.matter_id)]
        )


@pytest.fixture
def table(database_url):
    made = Table(database_url)
    yield made
    made.meeting.database.close()


def test_a_statement_with_a_concern_is_kept_and_agreement_is_not(table):
    assert table.states() == [("against", OPEN), ("question", OPEN)]
    pages = table.meeting.look(
        lambda session: [one.concern.page for one in heard(session, table.meeting.story.matter_id)]
    )
    assert pages == ["/rooms/1#statement-1", "/rooms/1#statement-3"]


def test_a_concern_is_answered_by_a_version_or_by_a_reason(table):
    number = table.revise([1])
    table.explain([2])
    assert table.states() == [("against", TAKEN_UP), ("question", EXPLAINED)]
    entry = table.meeting.entries[-1]
    assert entry.act == "concern.answered"
    said = data_of(entry.body)
    assert (said["to"], said["plan"], set(said["commit"])) == ("statement/3", 0, {"actor", "reason"})
    assert "资金不够".encode() not in entry.body
    found = table.meeting.look(lambda session: heard(session, table.meeting.story.matter_id)[0].responses[0][1])
    assert found == number


def test_a_refused_concern_may_be_taken_up_later_and_nothing_is_overwritten(table):
    table.explain([1])
    with pytest.raises(Refused):
        table.explain([1], "还是不够")
    table.revise([1])
    one = table.meeting.look(lambda session: heard(session, table.meeting.story.matter_id)[0])
    assert [(response.reason, bool(number)) for response, number in one.responses] == [
        ("资金不够", False),
        ("加宽", True),
    ]


def test_all_or_none_is_answered(table):
    table.explain([2])
    with pytest.raises(Refused):
        table.explain([1, 2])
    with pytest.raises(Missing):
        table.explain([1, 99])
    assert table.states() == [("against", OPEN), ("question", EXPLAINED)]


def test_a_version_from_before_answers_nothing(table):
    def verb(session, now, matter, actor):
        return revise_plan(session, now, matter=matter, body="一", note="一", actor=actor).number

    table.change(verb)
    table.meeting.story.wait(minutes=5)
    table.meeting.say("李强", "排水怎么办", position="conditional")

    def late(session, now, matter, actor):
        plan = plan_versions(session, matter.id)[-1]
        return respond(session, now, matter=matter, concern_ids=[3], reason="已改", actor=actor, plan=plan)

    with pytest.raises(Refused) as no:
        table.change(late)
    assert "之前" in no.value.refusal.reason


def test_a_changed_reason_is_found_by_the_audit(table):
    table.explain([1])

    def check(session):
        return [fault for fault in check_documents(session) if fault]

    assert table.meeting.look(check) == []

    def forge(session, _now, _matter, _actor):
        one = session.get(Response, 1)
        one.reason = "没有理由"
        session.add(one)

    table.change(forge)
    assert [fault.subject for fault in table.meeting.look(check)] == ["response/1"]


def test_minutes_gather_what_was_said_once_and_what_became_of_it(table):
    table.meeting.say("黄丽", "我只想听听", position="")
    table.revise([1])
    found = table.meeting.look(lambda session: written_by_itself(session, table.meeting.room))
    assert found["opinions"].splitlines() == [
        "赞成1条。周明：“我同意”",
        "反对1条。李强：“路面太窄，会车困难”",
        f"疑问1条。{NEIGHBOUR}：“路灯谁来交电费？”",
        "没有说明立场1条。黄丽：“我只想听听”",
    ]
    assert "“路面太窄，会车困难”：方案第1版作了改动：加宽" in found["handling"]
    assert "“路灯谁来交电费？”：还没有回应。" in found["handling"]


def test_the_page_shows_each_concern_and_the_chair_responds_by_form(database_url, tmp_path):
    with house_at(database_url, tmp_path) as house:
        room = house.open_room()
        house.browser("李强").post(f"{room}/statements", body="路面太窄<b>了</b>", position="against")
        house.browser(NEIGHBOUR).post(f"{room}/statements", body="路灯谁交电费？", position="question")
        at = f"/matters/{house.matter_id}"
        shown = house.browser("李强").get(f"{at}/concerns")
        assert "路面太窄&lt;b&gt;" in shown.text and "说明为什么不改" not in shown.words
        assert house.browser("李强").post("/concerns/1/responses", reason="不改").status == 403
        chair = house.browser(CHAIR)
        empty = chair.post("/concerns/1/responses", reason="")
        assert empty.status == 422 and "请填写这一项" in empty.words
        assert chair.post("/concerns/1/responses", reason="资金不够").location == f"{at}/concerns#c1"
        assert "没有改动，理由是： 资金不够" in chair.get(f"{at}/concerns").words
        form = chair.get(f"{at}/plans/new")
        assert "这一版回应了哪些意见" in form.words
        forged = chair.post(f"{at}/plans", body="加宽", note="加宽", concern="77")
        assert forged.status == 422 and "加宽" in forged.text
        assert chair.post(f"{at}/plans", body="路面加宽到5米。", note="加宽", concern="1").status == 303
        assert "第1版作了改动" in chair.get(f"{at}/concerns").words
        assert "路面太窄" in chair.get(f"{at}/plans").words
        assert "还没有回应1条" in chair.get(f"{at}/concerns").words
