"""The demo's clock moves forward by a day or to the next thing that waits; nothing else moves it."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from deliberation.communities.actions import make_installation
from deliberation.communities.models import installation
from deliberation.identity.models import SignIn
from deliberation.identity.sign_ins import begin_sign_in, end_sign_in
from deliberation.jobs import Job, plan_job
from deliberation.sections import Deadline
from deliberation.vocabulary import Act
from deliberation.web import token_hash
from tests.pages import open_site
from tests.people import build_places


@pytest.fixture
def demo(database_url: str, tmp_path: Path):
    with open_site(database_url, tmp_path, clock="demo") as site:
        site.house.database.change(lambda session, now: make_installation(session, now, is_demo=True))
        # The runner would do jobs of kinds that only this test knows.
        site.house.runner.works["a_test"] = lambda session, now, payload: None
        yield site


@pytest.fixture
def someone(demo):
    return demo.browser(build_places(demo.house.database).village["赵敏"])


def offset(site) -> int:
    with site.house.database.read() as session:
        return installation(session).clock_offset


def plan(site, days: float) -> None:
    site.house.database.change(
        lambda session, now: plan_job(session, "a_test", f"a_test/{days}", now + timedelta(days=days))
    )


def test_a_day_goes_by_and_is_an_entry(demo, someone):
    page = someone.post("/demo/clock", days=1, back="/log")
    assert (page.status, page.location) == (303, "/log")
    assert offset(demo) == 86400
    assert "演示时钟调快了1天0小时0分" in someone.get("/log?only=site").words


def test_the_page_comes_back_to_where_the_button_stood(demo, someone):
    page = someone.send("/demo/clock", {"days": 1}, referer="https://testserver/communities/3?x=1")
    assert page.location == "/communities/3"
    assert someone.send("/demo/clock", {"days": 1}, referer="https://evil.example//evil").location == "/"


def test_next_is_the_soonest_of_all_that_waits(demo, someone):
    plan(demo, 9)
    demo.house.next_instants.append(lambda _session, now: now + timedelta(days=3))
    demo.house.next_instants.append(lambda _session, now: now - timedelta(days=3))
    demo.house.next_instants.append(lambda _session, _now: None)
    assert someone.post("/demo/clock").status == 303
    assert 3 * 86400 <= offset(demo) <= 3 * 86400 + 1


def test_the_banner_names_what_comes_next_and_what_has_passed(demo, someone):
    plan(demo, 2)
    with demo.house.database.read() as session:
        due = session.exec(select(Job).where(Job.kind == "a_test")).one().due_at
    named = Deadline(due, "村口装路灯", "《{title}》公示期满")
    later = Deadline(due + timedelta(days=1), "修路", "《{title}》表决截止")
    demo.house.deadlines[:] = [lambda _session, _now: [later, named, named]]
    before = someone.get("/").words
    assert before.count("《村口装路灯》公示期满") == 1 and "修路" not in before and "时间过到" not in before
    someone.post("/demo/clock", until="next")
    after = someone.get("/").words
    assert "时间过到" in after and "：《村口装路灯》公示期满。" in after


def test_after_the_move_what_was_due_is_due(demo, someone):
    plan(demo, 2)
    someone.post("/demo/clock", until="next")
    demo.house.runner.run_due()
    with demo.house.database.read() as session:
        assert session.exec(select(Job).where(Job.kind == "a_test")).one().done_at is not None


def test_a_leap_signs_nobody_out_and_lets_nobody_in_again(demo):
    place = build_places(demo.house.database).village
    mover, waiting, gone = (demo.browser(place[name]) for name in ("赵敏", "李强", "钱芳"))
    run_out, ended = gone_sign_ins(demo, place["钱芳"], place["林涛"])
    before = lasting(demo)
    for _leap in range(3):
        assert mover.post("/demo/clock", days=366).status == 303
    assert mover.get("/me").status == 200 and waiting.get("/me").status == 200
    assert gone.get("/me").location.startswith("/sign-in")
    after = lasting(demo)
    assert {id: expires for id, expires in after.items() if id in (run_out, ended)} == {
        id: before[id] for id in (run_out, ended)
    }
    holding = set(before) - {run_out, ended}
    assert {after[id] - before[id] for id in holding} == {timedelta(days=3 * 366)}, (
        "thirty days of the machine's, no more"
    )


def gone_sign_ins(site, *people: int) -> list[int]:
    """The first one's sign-in has run out, the second one's was ended."""

    def work(session, now) -> list[int]:
        token = begin_sign_in(session, now, person_id=people[1])
        ended = session.exec(select(SignIn).where(SignIn.token_hash == token_hash(token))).one()
        end_sign_in(session, now, sign_in_id=ended.id)
        run_out = session.exec(select(SignIn).where(SignIn.person_id == people[0])).one()
        run_out.expires_at = now
        return [run_out.id, ended.id]

    return site.house.database.change(work)


def lasting(site) -> dict[int, datetime]:
    with site.house.database.read() as session:
        return {one.id: one.expires_at for one in session.exec(select(SignIn))}


def test_when_nothing_waits_the_button_says_so(demo, someone):
    page = someone.post("/demo/clock", until="next")
    assert page.status == 409 and "现在没有要等的期限" in page.words
    assert offset(demo) == 0


@pytest.mark.parametrize("days", ["0", "-1", "1.5", "", "x", "99999"])
def test_time_does_not_go_back_or_astray(demo, someone, days):
    assert someone.post("/demo/clock", days=days).status == 422
    assert offset(demo) == 0


def test_every_page_of_the_demo_says_so(demo, someone):
    for path in ("/", "/log", "/me", "/nothing-here"):
        assert "这是演示" in someone.get(path).words


def test_a_visitor_is_asked_to_sign_in(demo, someone):
    assert demo.visitor().post("/demo/clock", days=1).location.startswith("/sign-in")
    assert offset(demo) == 0


def test_a_real_installation_has_no_such_button(database_url, tmp_path):
    with open_site(database_url, tmp_path) as site:
        browser = site.browser(build_places(site.house.database).village["何敏"])
        assert browser.post("/demo/clock", days=1).status == 404
        assert "这是演示" not in browser.get("/").words
        assert Act.CLOCK_MOVED not in browser.get("/log").text
