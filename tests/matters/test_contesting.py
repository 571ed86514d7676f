"""A demanded meeting that was held elsewhere: recorded with its minutes, contested by signers, judged by the authority."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from deliberation.audit.actions import Actor
from deliberation.audit.models import Entry
from deliberation.communities.models import Community, community
from deliberation.files import keep_upload
from deliberation.identity.actions import appoint
from deliberation.identity.models import person
from deliberation.jobs import Job
from deliberation.matters import contest_rules as rules
from deliberation.matters.contesting import Held, contest, judge_record, record_meeting
from deliberation.matters.convening_rules import Standing
from deliberation.matters.demand_models import Contest, MeetingRecord
from deliberation.matters.demanding import signers
from deliberation.matters.models import Demand
from deliberation.matters.reach import today_in
from deliberation.matters.timing import breach_clock
from deliberation.matters.verification import checks
from deliberation.refusal import Refused
from deliberation.vocabulary import Role
from deliberation.web import Upload
from tests.matters.sites import site_of
from tests.matters.story import Story
from tests.matters.test_demanding import answer, claim, clock_of, raised, reach

TODAY = date(2026, 12, 10)
REACHED = Standing(is_reached=True)
MINUTES = ("会议记录.txt", "到会25人，同意修路。".encode())


def hand_in(browser, id: int, said: dict[str, str]):
    """The record with its minutes, as the form sends it; the answer."""
    given = {"token": browser.token, "key": secrets.token_hex(8)} | said
    return browser.send(f"/demands/{id}/records", given, files={"file": MINUTES})


@pytest.mark.parametrize(
    ("held_on", "is_refused"),
    [
        (TODAY, False),
        (TODAY + timedelta(days=1), True),
        (TODAY - timedelta(days=5), False),
        (TODAY - timedelta(days=6), True),
    ],
)
def test_only_a_meeting_between_the_share_and_today_is_the_demanded_one(held_on, is_refused):
    assert (rules.day_refusal(held_on, TODAY - timedelta(days=5), TODAY) is not None) is is_refused


@pytest.mark.parametrize(
    ("stand", "record", "upheld", "about"),
    [
        (REACHED, 0, False, ""),
        (Standing(is_reached=True, is_refused=True), 0, False, "refused"),
        (Standing(is_reached=True, is_claimed=True, is_refused=True), 0, False, "claimed"),
        (Standing(is_reached=True, is_claimed=True, is_called=True), 0, False, ""),
        (Standing(is_reached=True, is_claimed=True, is_called=True), 3, False, "record/3"),
        (Standing(is_reached=False, is_refused=True), 0, False, ""),
    ],
)
def test_what_the_convenor_says_last_is_what_can_be_contested(stand, record, upheld, about):
    at = rules.disputed(stand, record, upheld, ["record/3", "refused"])
    assert at.about == about and at.count == int(about in ("record/3", "refused"))
    assert (rules.may_contest(at, True, False) is None) is bool(about)
    assert rules.may_contest(at, False, False) is not None, "who has not signed"
    assert rules.may_contest(at, True, True) is not None, "once each"
    assert (rules.may_judge(at, False) is None) is (about == "record/3")
    assert rules.may_judge(at, True) is not None, "nobody in their own cause"
    assert rules.may_judge(rules.disputed(stand, record, True, [about]), False) is not None, "judged once"


def told(story: Story, *acts: str) -> list[int]:
    with story.database.read() as session:
        assert [fault for check in checks for fault in check.run(session) if fault] == []
        log = list(session.exec(select(Entry.act)))
    return [log.count(act) for act in acts]


@pytest.mark.parametrize("how", ["refuse", "claimed"])
def test_a_signer_contests_a_refusal_or_a_claim_once_and_nobody_else_does(story, how):
    id = raised(story)
    reach(story, id)
    answer(story, id, "refuse", "不符合条件") if how == "refuse" else claim(story, id, days=20)

    def contested(name: str) -> None:
        actor = story.actor(name)
        story.database.change(
            lambda session, now: contest(
                session, now, demand=session.get(Demand, id), words="没有看到公告", actor=actor
            )
        )

    contested("李强")
    for name in ("李强", "王秀英"):
        with story.database.read() as session:
            assert (story.village[name] in signers(session, id)) is (name == "李强")
        with pytest.raises(Refused):
            contested(name)
    assert told(story, "demand.contested", "demand.called") == [1, 0]


def test_minutes_end_a_demand_until_the_authority_finds_that_they_do_not_hold(database_url, tmp_path):
    story = Story(database_url, datetime.now(UTC))
    id = raised(story)
    reach(story, id)
    with site_of(story, database_url, tmp_path) as site:
        chair, signer = site.browser(story.village["钱芳"]), site.browser(story.village["李强"])
        official, stranger = site.browser(story.village["郑伟"]), site.visitor()
        today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
        said = {"held_on": today, "where": "村部会议室", "words": "到会25人，同意修路"}
        assert "登记会议记录" in chair.get(f"/demands/{id}").words
        bare = chair.post(f"/demands/{id}/records", **said)
        assert bare.status == 422 and "村部会议室" in bare.text and "f-file-error" in bare.ids
        assert hand_in(signer, id, said).status == 403
        assert hand_in(chair, id, said).status == 303
        assert hand_in(chair, id, said).status == 409
        page = stranger.get(f"/demands/{id}")
        assert "村部会议室" in page.words and "召集人登记会议已开" in page.words and "会议已通知" not in page.words
        assert "会议已经通知" not in page.words, "no notice went out here"
        assert "到会25人" in stranger.get(page.links(r"/attachments/[0-9]+")[0]).text
        assert clock_of(story, id).stopped_at is not None
        assert official.post(f"/demands/{id}/findings", upheld="no", finding="无").status == 403, "nobody contests it"
        assert chair.post(f"/demands/{id}/contests", contest="无").status in (403, 409)
        assert "不认可召集人的说法" in signer.get(f"/demands/{id}").words
        assert signer.post(f"/demands/{id}/contests", contest="那天没有开过会").status == 303
        words = stranger.get(f"/demands/{id}").words
        assert "那天没有开过会" in words and "有异议，还没有认定" in words and "由谁认定" in words
        assert "李强" not in words
        assert "等您认定" in official.get("/").words and "等您认定" not in signer.get("/").words
        assert official.post(f"/demands/{id}/findings", upheld="no", finding="核实没有开会").status == 303
        words = stranger.get(f"/demands/{id}").words
        assert "会议记录不成立" in words and "核实没有开会" in words and "召集人登记会议已开" not in words
        assert clock_of(story, id).stopped_at is None, "the clock runs on"
        assert "等您认定" not in official.get("/").words
        assert hand_in(chair, id, said).status == 303, "another meeting can be recorded"
        assert signer.post(f"/demands/{id}/contests", contest="还是没有").status == 303
        assert official.post(f"/demands/{id}/findings", upheld="yes", finding="有签到表").status == 303
        assert official.post(f"/demands/{id}/findings", upheld="no", finding="再看").status == 409
        assert "认定：会议记录成立" in stranger.get(f"/demands/{id}").words
    acts = told(story, "demand.held", "demand.contested", "demand.judged", "demand.called")
    assert acts == [2, 2, 2, 2]
    with story.database.read() as session:
        assert len(session.exec(select(MeetingRecord)).all()) == len(session.exec(select(Contest)).all()) == 2
        assert session.get(Demand, id).called_at is not None


def test_nobody_finds_that_their_own_record_holds(database_url, tmp_path):
    story = Story(database_url, datetime.now(UTC))
    id = raised(story)
    reach(story, id)

    def make_official(session, now):
        who, where = person(session, story.village["钱芳"]), community(session, story.village.id)
        since = (now - timedelta(days=9)).date()
        appoint(session, who=who, role=Role.OFFICIAL, community=where, actor=Actor(), from_on=since)

    story.database.change(make_official)
    with site_of(story, database_url, tmp_path) as site:
        both, signer = site.browser(story.village["钱芳"]), site.browser(story.village["李强"])
        official = site.browser(story.village["郑伟"])
        today = datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()
        assert hand_in(both, id, {"held_on": today, "where": "村部", "words": "开过"}).status == 303
        assert signer.post(f"/demands/{id}/contests", contest="没有开").status == 303
        answer = both.post(f"/demands/{id}/findings", upheld="yes", finding="我开的会当然成立")
        assert answer.status == 403 and "不能由您认定" in answer.words
        assert "等您认定" not in both.get("/").words and "等您认定" in official.get("/").words
        assert official.post(f"/demands/{id}/findings", upheld="yes", finding="有签到表").status == 303


@pytest.mark.parametrize("times", [1, 2])
def test_a_meeting_that_was_not_held_never_ends_the_clock_however_often_it_is_entered(database_url, tmp_path, times):
    """The second record stops the clock on the day it would have run out, and is found false after it."""
    story = Story(database_url)
    id = raised(story)
    reach(story, id)

    def record_it(session, now):
        demand = session.get(Demand, id)
        held = Held(today_in(session.get(Community, demand.community_id), now), "村部", "开过了")
        record_meeting(session, now, demand=demand, held=held, kept_file=file, actor=story.actor("王秀英"))

    def find_false(session, now):
        demand = session.get(Demand, id)
        contest(session, now, demand=demand, words="没有开过", actor=story.actor("李强"))
        judge_record(session, now, demand=demand, upheld=False, words="没有开会", actor=story.actor("郑伟"))

    def run_jobs(session, now):
        due = select(Job).where(Job.kind == "breach_clock", Job.done_at.is_(None), Job.due_at <= now)
        for job in session.exec(due).all():
            breach_clock(session, now, job.payload)
            job.done_at = now
            session.add(job)

    for _time in range(times):
        file = keep_upload(tmp_path, Upload(*MINUTES))
        story.wait(minutes=1)
        story.database.change(record_it)
        if _time == 0:
            story.database.change(find_false)
    story.now = clock_of(story, id).due_at + timedelta(days=1)
    story.database.change(run_jobs)
    if times == 2:
        story.database.change(find_false)
    story.wait(days=1)
    story.database.change(run_jobs)
    clock = clock_of(story, id)
    assert clock.stopped_at is None and clock.breached_at is not None
    assert told(story, "clock.breached") == [1]
