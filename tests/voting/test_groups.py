"""A matter of one village group, and of a rural collective: named in the form, told, decided by its own people, made public."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlmodel import Session, col, select

from deliberation.assemblies.actions import found_assembly, seat_member
from deliberation.assemblies.electorate import seated_bodies
from deliberation.assemblies.models import Household, Resident, Roster, assembly_named, roster_lines, standing_of
from deliberation.audit.actions import Actor, append_entries
from deliberation.communities.models import Community
from deliberation.db import Database
from deliberation.matters.models import Document, Matter
from deliberation.matters.noticing import Asked, asked_of
from deliberation.refusal import Refused
from deliberation.voting.actions import Question, close_poll, issue_resolution, open_poll
from deliberation.voting.door import enter_people, lines_of
from deliberation.voting.meeting_rules import BY_LIST
from deliberation.voting.meetings import Call, convene_meeting, open_meeting
from deliberation.voting.models import Poll
from tests.matters.sites import site_of
from tests.matters.story import Story
from tests.people import add_neighbour
from tests.voting.polls import cast

SINCE = date(2026, 1, 1)
FIRST, SECOND = "第一村民小组", "第二村民小组"
IN_FIRST = ("李强", "刘洋", "黄丽", "徐刚", "马超", "朱红")
IN_SECOND = ("胡军", "赵敏")
ALL = (*IN_FIRST, *IN_SECOND)


def settled(url: str, bodies: dict[tuple[str, str], tuple[str, ...]]) -> Story:
    """The village with households of two, and these (kind, name) with their people."""
    story = Story(url, datetime.now(UTC))

    def verb(session: Session, now: datetime) -> None:
        place = session.get(Community, story.village.id)
        for number, pair in enumerate(zip(ALL[::2], ALL[1::2], strict=True), 1):
            home = Household(community_id=place.id, number=f"{number:03}")
            session.add(home)
            session.flush()
            for name in pair:
                speaks = name == pair[0]
                session.add(Resident(household_id=home.id, person_id=story.village[name], is_representative=speaks))
        for (kind, title), names in bodies.items():
            made = found_assembly(session, now, community=place, name=title, kind=kind, actor=Actor())
            for name in names:
                seat_member(
                    session,
                    assembly=made,
                    person_id=story.village[name],
                    role="选民" if kind == "voters" else "成员",
                    actor=Actor(),
                    from_on=SINCE,
                )

    story.database.change(verb)
    return story


GROUPS = {("group", FIRST): IN_FIRST, ("group", SECOND): IN_SECOND}
TWO_COLLECTIVES = {
    ("collective", "青溪经济合作社"): IN_FIRST,
    ("collective", "青溪股份社"): IN_SECOND,
    ("collective_delegates", "青溪经济合作社成员代表大会"): IN_FIRST,
}


def proposed(story: Story, url: str, folder, **fields: str) -> int:
    """What the form comes to: the matter, or the status with which it came back."""
    with site_of(story, url, folder) as site:
        browser = site.browser(story.village["李强"])
        said = {"community": story.village.id, "title": "机井修缮", "summary": "两口机井坏了。"}
        answer = browser.post("/matters", **said, **fields)
        story.page = answer
        if answer.status == 303:
            story.matter_id = int(answer.location.rsplit("/", 1)[1])
            story.dossier = browser.get(answer.location).words
    story.database = Database(url, clock=lambda _session: story.now)
    story.database.writer.before_commit = append_entries
    story.now = datetime.now(UTC)
    return answer.status


@pytest.mark.parametrize("variant", ["", "households"])
def test_a_group_decides_from_the_form_to_the_posting(database_url, tmp_path, variant):
    story = settled(database_url, GROUPS)
    assert proposed(story, database_url, tmp_path, procedure="village_group", name=FIRST) == 303
    assert FIRST in story.dossier
    if variant:
        story.go_to("consultation").choose("resolution", variant)
    speaks = IN_FIRST if not variant else IN_FIRST[::2]
    story.go_to("resolution").plan("修两口机井，费用1.2万元。")
    until_told(story)
    assert set(asked_by(story).people) == {story.village[name] for name in speaks}
    story.wait(days=4)
    poll = voted(story, speaks, ["yes"] * (len(speaks) - 1) + ["no"])
    assert (poll.outcome, poll.source) == ("passed", "村民委员会组织法第三十二条")
    assert names_of(story, poll) == set(speaks)
    paper = next(one for one in story.documents() if one.kind == "resolution")
    assert paper.issued_by == "第一村民小组会议"
    story.go_to("closed")


def test_where_the_group_acts_for_the_collective_the_collective_law_decides(database_url, tmp_path):
    story = settled(database_url, GROUPS)
    assert proposed(story, database_url, tmp_path, procedure="village_group", name=SECOND) == 303
    story.go_to("notice")
    with pytest.raises(Refused) as no:
        story.choose("resolution", "collective")
    assert "代行" in no.value.refusal.reason
    story.say_that("collective_by_group", "镇政府确认")
    story.choose("resolution", "collective")
    story.go_to("resolution")
    lines = asked_by(story)
    assert set(lines.people) == {story.village[name] for name in IN_SECOND} and lines.number.count == 10


def test_a_collective_of_several_is_named_and_its_delegates_decide_from_twenty_one_on(database_url, tmp_path):
    story = settled(database_url, TWO_COLLECTIVES)
    delegates = [*IN_FIRST, *(f"代表{number:02}" for number in range(7, 22))]
    for name in delegates[6:]:
        story.village.people[name] = add_neighbour(story.database, story.village, name)
    seat(story, delegates[6:-1])
    assert proposed(story, database_url, tmp_path, procedure="collective_economy", name="青溪经济合作社") == 303
    story.go_to("notice")
    asked = asked_by(story)
    assert set(asked.people) == {story.village[name] for name in IN_FIRST} and len(asked.bodies) == 1
    story.choose("resolution", "delegates")
    few = asked_by(story)
    assert few.people == () and (few.missing.facts["n"], few.missing.source) == (20, "农村集体经济组织法第二十八条")
    seat(story, delegates[-1:])
    story.go_to("resolution").plan("土地承包方案。")
    until_told(story)
    story.wait(days=12)
    poll = voted(story, delegates, ["yes"] * 14 + ["no"] * 7)
    assert (poll.outcome, names_of(story, poll)) == ("passed", set(delegates))
    paper = next(one for one in story.documents() if one.kind == "resolution")
    assert paper.issued_by == "青溪经济合作社成员代表大会"


@pytest.mark.parametrize(
    ("bodies", "fields"),
    [
        (GROUPS, {"procedure": "village_group"}),
        (GROUPS, {"procedure": "village_group", "name": "第九村民小组"}),
        (GROUPS, {"procedure": "village_four_two", "name": FIRST}),
        (GROUPS, {"procedure": "collective_economy"}),
        ({}, {"procedure": "village_group", "name": FIRST}),
        (TWO_COLLECTIVES, {"procedure": "collective_economy"}),
        (TWO_COLLECTIVES, {"procedure": "six_steps", "name": "青溪股份社"}),
    ],
)
def test_what_names_no_body_that_could_decide_comes_back_with_the_form(database_url, tmp_path, bodies, fields):
    story = settled(database_url, bodies)
    assert proposed(story, database_url, tmp_path, **fields) == 422
    assert "机井修缮" in story.page.text and ("f-name-error" in story.page.ids) != (
        "f-procedure-error" in story.page.ids
    )


def test_a_single_collective_need_not_be_named_and_two_are_never_counted_as_one(database_url, tmp_path):
    story = settled(database_url, {("collective", "青溪经济合作社"): IN_FIRST})
    assert proposed(story, database_url, tmp_path, procedure="collective_economy") == 303

    def another(session: Session, now: datetime) -> None:
        found_assembly(
            session, now, community=place(session, story), name="青溪股份社", kind="collective", actor=Actor()
        )

    story.database.change(another)
    story.go_to("notice")
    asked = asked_by(story)
    assert asked.people == () and "2" in str(asked.missing.facts["n"])


OTHERS = ("青溪经济合作社联合社成员代表大会", "青溪经济合作社第二代表大会")


@pytest.mark.parametrize("name", ["青溪经济合作社", ""])
@pytest.mark.parametrize("other", OTHERS)
def test_delegates_of_a_collective_whose_name_only_begins_alike_decide_nothing(database_url, name, other):
    story = settled(database_url, {("collective", "青溪经济合作社"): IN_FIRST, ("collective_delegates", other): ALL})
    with story.database.read() as session, pytest.raises(Refused, match="名册上没有") as refused:
        seated_bodies(session, place(session, story), "collective_delegates", name)
    assert refused.value.refusal.facts == {"name": "青溪经济合作社", "n": 1, "who": [other]}
    with story.database.read() as session:
        assembly = seated_bodies(session, place(session, story), "collective_assembly", name)
        assert [one.name for one in assembly] == ["青溪经济合作社"]


@pytest.mark.parametrize("ending", ["", "成员代表大会", "代表大会"])
def test_delegates_are_found_by_the_name_of_their_collective(database_url, ending):
    mine = ("collective_delegates", "青溪股份社" + ending)
    story = settled(database_url, {mine: IN_SECOND, ("collective_delegates", "青溪股份社联合社成员代表大会"): ALL})
    with story.database.read() as session:
        found = seated_bodies(session, place(session, story), "collective_delegates", "青溪股份社")
    assert [one.name for one in found] == [mine[1]]


def asked_by(story: Story) -> Asked:
    return story.look(lambda session, matter: asked_of(session, matter, place(session, story), story.facts))


def until_told(story: Story) -> None:
    while not any(one.kind == "notice" and one.step == "resolution" and one.closed_at for one in story.documents()):
        story.take_next()


def seat(story: Story, names: list[str]) -> None:
    def verb(session: Session, now: datetime) -> None:
        body = assembly_named(session, story.village.id, "青溪经济合作社成员代表大会")
        for name in names:
            seat_member(
                session, assembly=body, person_id=story.village[name], role="代表", actor=Actor(), from_on=SINCE
            )

    story.database.change(verb)


# --- the vote ---------------------------------------------------------------------------------------------------------


def place(session: Session, story: Story) -> Community:
    return session.get(Community, story.village.id)


def names_of(story: Story, poll: Poll) -> set[str]:
    known = {id: name for name, id in story.village.people.items()}
    with story.database.read() as session:
        return {known[line.person_id] for line in roster_lines(session, session.get(Roster, poll.roster_id).id)}


def voted(story: Story, here: tuple[str, ...], choices: list[str]) -> Poll:
    """A meeting of the step's body: called, everybody at the door, each on a device, closed, resolved."""

    def chair(session: Session):
        return standing_of(session, story.village["王秀英"], place(session, story), story.now.date())

    def begin(session: Session, now: datetime) -> int:
        found = session.get(Matter, story.matter_id)
        call = Call("会议", "村委会", now)
        made = convene_meeting(
            session, now, matter=found, community=place(session, story), call=call, standing=chair(session)
        )
        assert {line.person_id for line in lines_of(session, now, made)} == {story.village[name] for name in here}
        open_meeting(session, now, meeting=made, standing=chair(session))
        people = {story.village[name] for name in here}
        enter_people(session, now, meeting=made, standing=chair(session), was=set(), here=people, way=BY_LIST)
        question = Question("同意吗？", None)
        return open_poll(
            session, now, matter=found, community=place(session, story), question=question, standing=chair(session)
        ).id

    story.wait(minutes=1)
    poll_id = story.database.change(begin)
    for name, choice in zip(here, choices, strict=True):
        cast(story.database, poll_id, story.village[name], choice)

    def end(session: Session, now: datetime) -> None:
        close_poll(session, now, poll_id=poll_id, standing=chair(session))
        found = session.get(Poll, poll_id)
        issue_resolution(session, now, poll=found, title="决定", body="同意。", standing=chair(session))

    story.wait(minutes=1)
    story.database.change(end)
    with story.database.read() as session:
        assert session.exec(select(Document).where(col(Document.kind) == "resolution")).first()
        return session.get(Poll, poll_id)


def test_the_posting_of_the_register_begins_with_the_voters_and_their_days(database_url, tmp_path):
    story = settled(database_url, {("voters", "青溪村选民名单"): IN_SECOND})
    assert proposed(story, database_url, tmp_path, procedure="village_election") == 303
    assert story.stage == "register"
    story.database.close()
    with site_of(story, database_url, tmp_path) as site:
        form = site.browser(story.village["钱芳"]).get(f"/matters/{story.matter_id}/disclosures/new")
    for words in ("共2人：", "胡军、赵敏", "5日内", "3日内", "村民委员会组织法第十七条"):
        assert words in form.text, words
