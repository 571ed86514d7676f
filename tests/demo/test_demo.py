"""The demo tells its stories through the site's own actions, is kept, and keeps its hands off real installations."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, col, func, select

from deliberation.audit.actions import Actor
from deliberation.audit.models import Entry, log_heads
from deliberation.communities.models import Community, installation
from deliberation.db import Database, utc_now
from deliberation.demo.cast import CAST
from deliberation.demo.making import FINISHED, is_a_real_installation, make_demo
from deliberation.demo.people import cast_ids
from deliberation.demo.rest import cast_rest
from deliberation.demo.story import person_id
from deliberation.demo.tour import helping, next_turn, touring_matters
from deliberation.followup.actions import Errand, Found, assign_task, make_inspection
from deliberation.identity.models import Person, SignInLink
from deliberation.matters.answers import give_feedback
from deliberation.matters.doing import Doing
from deliberation.matters.evidence import add_evidence
from deliberation.matters.gathering import facts_of
from deliberation.matters.home import deadlines
from deliberation.matters.models import Document, Matter, Objection, PlanVersion, proceedings_of, replies_owed
from deliberation.matters.moving import issue_document
from deliberation.matters.noticing import ENTITLED, asked_of, draft
from deliberation.matters.postings import answer_objection, close_disclosure
from deliberation.serving import announce_first_administrator
from deliberation.settings import Settings
from deliberation.translation import say
from deliberation.voting.models import Ballot, Poll
from tests.pages import open_site


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo as its first run makes it; tests that change something take a copy."""
    folder = tmp_path_factory.mktemp("demo")
    make_demo(Settings(data=folder, clock="demo"))
    return folder


@pytest.fixture
def demo(made: Path, tmp_path: Path) -> Iterator[Database]:
    shutil.copytree(made, tmp_path / "data")
    database = Database(Settings(data=tmp_path / "data").url)
    yield database
    database.close()


def test_three_matters_stand_in_different_stages(demo: Database) -> None:
    with demo.read() as session:
        stages = {matter.title: matter.stage for matter in session.exec(select(Matter))}
    assert stages == {
        "1号楼加装电梯": "resolution",
        "后山至小学村道拓宽硬化": "disclosure",
        "请社区要求楼上赔偿漏水损失": "refused",
    }


def test_the_lift_has_objections_answered_by_a_changed_plan_and_an_open_vote(demo: Database) -> None:
    with demo.read() as session:
        lift = session.exec(select(Matter).where(Matter.title == "1号楼加装电梯")).one()
        plans = session.exec(select(PlanVersion).where(PlanVersion.matter_id == lift.id)).all()
        poll = session.exec(select(Poll).where(Poll.matter_id == lift.id)).one()
        voted = session.exec(select(func.count(col(Ballot.id))).where(Ballot.poll_id == poll.id)).one()
    assert [plan.number for plan in plans] == [1, 2, 3]
    assert poll.closed_at is None and utc_now() + timedelta(days=3) < poll.closes_at
    assert 0 < voted < 12, "some owners have voted, a newcomer still may"


def test_the_road_was_decided_by_four_bodies_and_an_objection_waits(demo: Database) -> None:
    with demo.read() as session:
        road = session.exec(select(Matter).where(Matter.title == "后山至小学村道拓宽硬化")).one()
        polls = [one for one in proceedings_of(session, road.id) if one.kind == "poll"]
        waiting = session.exec(select(Objection).where(Objection.matter_id == road.id)).one()
    assert [one.outcome for one in polls] == ["passed"] * 4
    assert waiting.answered_at is None


def test_the_refused_matter_says_why_and_where_to_go(demo: Database) -> None:
    with demo.read() as session:
        refused = session.exec(select(Matter).where(Matter.stage == "refused")).one()
        paper = session.exec(
            select(Document).where(Document.matter_id == refused.id, Document.kind == "screening")
        ).one()
    assert paper.outcome == "refused"
    assert paper.facts["hits"] == [5]
    assert "调解" in paper.facts["onward"][0]


def test_each_log_is_in_order_of_time_and_nothing_lies_ahead(demo: Database) -> None:
    with demo.read() as session:
        for head in log_heads(session):
            at = session.exec(
                select(Entry.at).where(Entry.community_id == head.community_id).order_by(col(Entry.index))
            ).all()
            assert len(at) == head.size
            assert at == sorted(at)
            assert at[-1] <= utc_now()


def test_a_second_start_keeps_the_demo_and_ends_the_links_of_the_first(demo: Database, tmp_path: Path) -> None:
    before = _sizes(demo)
    links = make_demo(Settings(data=tmp_path / "data", clock="demo"))
    assert {player.name for player, _token in links} == {player.name for player in CAST}
    with demo.read() as session:
        live = session.exec(
            select(func.count(col(SignInLink.id))).where(
                col(SignInLink.is_reusable), col(SignInLink.expires_at) > utc_now()
            )
        ).one()
    assert live == len(CAST)
    assert sum(_sizes(demo).values()) == sum(before.values()) + len(CAST), "nothing but the new links was written"


def test_a_real_installation_is_left_alone(tmp_path: Path) -> None:
    settings = Settings(data=tmp_path / "real")
    settings.data.mkdir()
    announce_first_administrator(settings)
    assert is_a_real_installation(settings)


def test_an_empty_folder_and_a_demo_are_no_real_installation(demo: Database, tmp_path: Path) -> None:
    assert not is_a_real_installation(Settings(data=tmp_path / "nothing"))
    assert not is_a_real_installation(Settings(data=tmp_path / "data"))


def test_the_tour_knows_the_next_step_of_each_open_matter(demo: Database) -> None:
    with demo.read() as session:
        turns = {matter.title: next_turn(session, matter, utc_now()) for matter in touring_matters(session)}
    lift, road = turns["1号楼加装电梯"], turns["后山至小学村道拓宽硬化"]
    assert (lift.player.name, lift.doings[0].act) == ("李强", "poll")
    assert road.player.name == "陈德胜"
    assert road.doings[0].act == "answer_objection"


def test_the_tour_says_how_far_the_vote_is_and_the_others_may_vote_by_the_story(demo: Database) -> None:
    with demo.read() as session:
        lift = session.exec(select(Matter).where(Matter.title == "1号楼加装电梯")).one()
        turn = next_turn(session, lift, utc_now())
        me = person_id(session, "李强", lift.community_id)
    assert len(turn.voting.waiting) == 5 and not any(test["is_reached"] for test in turn.voting.tests)

    def work(session: Session, now: datetime) -> int:
        return cast_rest(session, now, poll=session.get(Poll, turn.voting.poll_id), spared=me)

    assert (demo.change(work), demo.change(work)) == (4, 0)
    with demo.read() as session:
        turn = next_turn(session, session.get(Matter, lift.id), utc_now())
    assert turn.voting.waiting == {me} and turn.player.name == "李强", "one's own vote stays one's own"
    assert all(test["is_reached"] for test in turn.voting.tests)


def test_the_owners_of_the_building_are_whom_a_notice_must_reach(demo: Database) -> None:
    with demo.read() as session:
        lift = session.exec(select(Matter).where(Matter.title == "1号楼加装电梯")).one()
        place = session.get(Community, lift.community_id)
        facts = facts_of(session, lift, utc_now(), place)
        asked = asked_of(session, lift, place, facts)
        title, body = draft(session, lift, facts, asked)
    assert (asked.body, len(asked.people), asked.bodies, asked.chosen) == ("全体业主", 12, (), [ENTITLED])
    assert title == "关于表决“1号楼加装电梯”的通知"
    assert body.startswith("各位业主：") and "方案第3版" in body


def test_the_clock_of_the_demo_has_words_for_what_comes(demo: Database) -> None:
    with demo.read() as session:
        said = [one.words.format(title=one.title) for one in deadlines(session, utc_now())]
    assert "《1号楼加装电梯》表决截止" in said and "《后山至小学村道拓宽硬化》答复异议的期限到" in said


def _sizes(database: Database) -> dict[int, int]:
    with database.read() as session:
        return {head.community_id: head.size for head in log_heads(session)}


def test_everything_in_the_demo_verifies(demo: Database, tmp_path: Path) -> None:
    env = os.environ | {"DELIBERATION_DATA": str(tmp_path / "data")}
    words = [sys.executable, "-m", "deliberation", "audit", "verify", "--json"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=120)
    said = json.loads(done.stdout)
    assert said["faults"] == []
    assert done.returncode == 0
    assert said["checked"]["documents"] > 20
    assert said["checked"]["tallies"] == 4


def _namesakes(demo: Database) -> None:
    """What a roster with people of the same names leaves: more rows with the names of the cast."""

    def add(session: Session, now: datetime) -> None:
        for name, place in session.exec(select(Person.name, Person.community_id)).all():
            session.add(Person(name=name, community_id=place, added_at=now))
        street = session.exec(select(Community).where(Community.kind == "street")).one()
        twin = Community(name="桂花园社区", kind="community", parent_id=street.id, founded_at=now)
        session.add(twin)
        session.flush()
        twin.lineage = f"{street.lineage}{twin.id}/"

    demo.change(add)


def test_namesakes_of_a_roster_are_nobody_of_the_story(demo: Database, tmp_path: Path) -> None:
    with demo.read() as session:
        before = cast_ids(session)
    _namesakes(demo)
    assert len(make_demo(Settings(data=tmp_path / "data", clock="demo"))) == len(CAST)
    with demo.read() as session:
        assert cast_ids(session) == before
        turns = {matter.title: next_turn(session, matter, utc_now()) for matter in touring_matters(session)}
    assert turns["1号楼加装电梯"].player.name == "李强"


def test_a_demo_of_before_the_ids_were_kept_finds_its_own_people_too(demo: Database) -> None:
    def forget(session: Session, now: datetime) -> dict[str, int]:
        before, made = cast_ids(session), installation(session)
        made.data = {}
        session.add(made)
        return before

    before = demo.change(forget)
    _namesakes(demo)
    with demo.read() as session:
        assert cast_ids(session) == before


def test_a_folder_without_its_story_is_said_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / FINISHED).write_text("x")
    env = os.environ | {"DELIBERATION_DATA": str(tmp_path / "data")}
    words = [sys.executable, "-m", "deliberation", "demo", "--port", "0"]
    done = subprocess.run(words, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "deliberation demo --fresh" in done.stderr


def test_a_paper_of_a_body_is_told_as_the_bodys(demo: Database, tmp_path: Path) -> None:
    with demo.read() as session:
        road = session.exec(select(Matter).where(Matter.title == "后山至小学村道拓宽硬化")).one().id
    demo.close()
    with open_site(f"sqlite:///{tmp_path}/data/deliberation.sqlite3", tmp_path / "site") as site:
        words = site.visitor().get(f"/matters/{road}").words
    assert "党组织委员会形成“村党组织提议书”" in words
    assert "居民形成“村党组织提议书”" not in words


def test_the_tour_asks_the_office_for_evidence_and_not_who_supervises() -> None:
    can = (Doing("inspect", "监督检查", "/a"), Doing("add_evidence", "添加佐证", "/b"))
    assert [one.act for one in helping(can, frozenset({"supervisor", "resident"}))] == ["inspect"]
    assert [one.act for one in helping(can[1:], frozenset({"officer", "resident"}))] == ["add_evidence"]


def test_the_tour_says_whose_number_has_to_pass(demo: Database) -> None:
    with demo.read() as session:
        turns = {one.title: next_turn(session, one, utc_now()) for one in touring_matters(session)}
    lift = turns["1号楼加装电梯"]
    assert lift.waits_until is not None and lift.is_local, "the hour of a vote is announced, no law says it"


def _actor(session: Session, name: str, matter: Matter, role: str = "officer") -> Actor:
    return Actor(role, person_id(session, name, matter.community_id))


def _through_the_posting(demo: Database, inspected: bool = True, evidence: bool = True) -> tuple[int, datetime]:
    """The village road with its objection answered, its days run and, if inspected, its posting ended; its id, and when."""
    later = utc_now() + timedelta(days=40)
    with demo.read() as session:
        road = session.exec(select(Matter).where(Matter.title == "后山至小学村道拓宽硬化")).one()
        officer, watcher = _actor(session, "陈德胜", road), _actor(session, "王凤霞", road, "supervisor")

    def work(session: Session, _now: datetime) -> None:
        matter, one = session.get(Matter, road.id), session.exec(select(Objection)).one()
        answer_objection(session, utc_now(), matter=matter, objection=one, answer="不占菜地。", is_upheld=False, actor=officer)  # fmt: skip
        if evidence:
            add_evidence(session, later, matter=matter, kind="posting_photo", note="已张贴", actor=officer)
        if not inspected:
            return
        posting = session.exec(select(Document).where(Document.kind == "disclosure", Document.matter_id == road.id)).all()[-1]  # fmt: skip
        found = Found(f"document/{posting.id}", "张贴属实", True)
        make_inspection(session, later, matter=matter, found=found, actor=watcher)
        close_disclosure(session, later, matter=matter, actor=officer)

    demo.change(work)
    return road.id, later


def test_after_the_posting_of_the_road_the_tour_names_who_acts_next(demo: Database) -> None:
    road, later = _through_the_posting(demo)
    with demo.read() as session:
        feedback = next_turn(session, session.get(Matter, road), later)
    assert feedback.player is not None and feedback.doings[0].act == "give_feedback", feedback


def test_the_supervisor_of_the_village_is_asked_to_look_at_the_posting(demo: Database) -> None:
    road, later = _through_the_posting(demo, inspected=False)
    with demo.read() as session:
        turn = next_turn(session, session.get(Matter, road), later)
    assert (turn.player.name, turn.doings[0].act) == ("王凤霞", "inspect")


def test_the_tour_says_which_evidence_is_missing(demo: Database) -> None:
    road, later = _through_the_posting(demo, inspected=False, evidence=False)
    with demo.read() as session:
        turn = next_turn(session, session.get(Matter, road), later)
    assert (turn.player.name, turn.doings[0].act) == ("陈德胜", "add_evidence")
    assert [say(one).sentence for one in turn.said] == ["还缺张贴照片，请补充佐证"]


def test_what_was_given_to_somebody_is_theirs_to_report(demo: Database) -> None:
    road, later = _through_the_posting(demo)

    def work(session: Session, _now: datetime) -> int:
        matter = session.get(Matter, road)
        for owed in replies_owed(session, road):
            if owed.answered_at is None:
                give_feedback(
                    session, later, matter=matter, owed=owed, answer="已采纳。", actor=_actor(session, "陈德胜", matter)
                )
        close_feedback = {"kind": "feedback", "title": "反馈", "body": "都答复了。", "outcome": "done"}
        issue_document(session, later, matter=matter, actor=_actor(session, "陈德胜", matter), **close_feedback)
        errand = Errand("铺设路面", person_id(session, "李树根", matter.community_id), later.date() + timedelta(days=9))
        return assign_task(session, later, matter=matter, errand=errand, actor=_actor(session, "张家豪", matter)).id

    task = demo.change(work)
    with demo.read() as session:
        turn = next_turn(session, session.get(Matter, road), later)
    assert (turn.player.name, turn.doings[0].url) == ("李树根", f"/tasks/{task}")
