"""The pages of a meeting: calling it, the code on the wall, the scan, the clerk's list, what the chair does."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from deliberation.voting.meeting_models import Meeting, present_at
from deliberation.voting.meeting_rules import door_code, window_of
from tests.pages import open_site
from tests.voting.meetings import begun, called, meeting_of, scans, tick
from tests.voting.polls import build_meeting, opened


@pytest.fixture
def site(database_url, tmp_path):
    with open_site(database_url, tmp_path) as found:
        yield found


@pytest.fixture
def world(site):
    return build_meeting(site.house.database)


def code_of(site, meeting_id, back: int = 0) -> str:
    meeting = meeting_of(site.house.database, meeting_id)
    return door_code(meeting.secret, meeting_id, window_of(datetime.now(UTC)) - back)


def sign_in_by_code(browser, site, meeting_id):
    page = browser.get(f"/meetings/{meeting_id}/door/{code_of(site, meeting_id)}")
    ticket = page.text.partition('name="ticket" value="')[2].partition('"')[0]
    return browser.post(f"/meetings/{meeting_id}/arrivals", ticket=ticket)


def test_the_chair_calls_a_meeting_from_the_dossier_and_everybody_finds_it_there(site, world):
    chair = site.browser(world.place["王秀英"])
    matter = f"/matters/{world.matter_id}"
    assert chair.get(matter).links(f"{matter}/meetings/new")
    form = chair.get(f"{matter}/meetings/new")
    assert "召集会议" in form.words and "村民代表会议的组成人员" in form.words
    wrong = chair.post(f"{matter}/meetings", title="村民代表会议", place="", starts_at="明天")
    assert wrong.status == 422 and wrong.text.count('aria-invalid="true"') == 2 and "村民代表会议" in wrong.text
    at = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT19:30")
    page = chair.follow(chair.post(f"{matter}/meetings", title="村民代表会议", place="村委会", starts_at=at))
    for words in (
        "村民代表会议",
        "村委会",
        "19:30",
        "应到9人，须到6人，实到0人，还差6人",
        "村民委员会组织法第三十条",
        "本地设置",
    ):
        assert words in page.words, words
    assert "不能提前开会" in page.words, "the button stands there and says why not"
    stranger = site.visitor().get(matter)
    assert "会议定在" in stranger.words and stranger.links(r"/meetings/\d+")
    assert "不能提前开会" not in site.browser(world.place["赵敏"]).get(stranger.links(r"/meetings/\d+")[0]).words


@pytest.mark.parametrize(("name", "status"), [("李强", 403), ("周明", 403), ("林涛", 303)])
def test_who_may_call_a_meeting(site, world, name, status):
    browser = site.browser(world.place[name])
    at = (datetime.now(UTC) + timedelta(days=2)).strftime("%Y-%m-%dT19:30")
    page = browser.post(f"/matters/{world.matter_id}/meetings", title="会", place="村委会", starts_at=at)
    assert page.status == status


def test_the_code_is_for_the_door_and_a_scan_needs_one_press(site, world):
    meeting_id = begun(site.house.database, world)
    clerk, member = site.browser(world.place["林涛"]), site.browser(world.members["李强"])
    assert member.get(f"/meetings/{meeting_id}/code").status == 403
    assert site.visitor().get(f"/meetings/{meeting_id}/code").location.startswith("/sign-in")
    wall = clerk.get(f"/meetings/{meeting_id}/code")
    assert 'http-equiv="refresh"' in wall.text and "每半分钟换一次" in wall.words
    assert clerk.fragment(f"/meetings/{meeting_id}/code").text.lstrip().startswith('<div id="code"')
    address = f"/meetings/{meeting_id}/door/{code_of(site, meeting_id)}"
    assert "确认签到" in member.get(address).words
    assert "实到0人" in member.get(f"/meetings/{meeting_id}").words, "to look is not to come"
    done = sign_in_by_code(member, site, meeting_id)
    page = member.follow(done)
    assert "您已签到" in page.words and "扫码签到" in page.words and "实到1人" in page.words
    assert "您已签到" in member.get(address).words
    assert sign_in_by_code(member, site, meeting_id).status == 303, "who is there is answered like the first time"


def test_a_stale_code_a_guest_and_a_stranger_are_told_what_to_do(site, world):
    meeting_id = begun(site.house.database, world)
    member, guest = site.browser(world.members["李强"]), site.browser(world.place["赵敏"])
    assert "再扫一次" in member.get(f"/meetings/{meeting_id}/door/{code_of(site, meeting_id, back=3)}").words
    address = f"/meetings/{meeting_id}/door/{code_of(site, meeting_id)}"
    page = guest.get(address)
    assert "可以旁听" in page.words and "确认签到" not in page.words
    assert guest.post(f"/meetings/{meeting_id}/arrivals", ticket="1.x").status == 403
    assert site.visitor().get(address).location.startswith("/sign-in?next=")


def test_the_clerk_types_part_of_a_name_and_enters_whom_they_mean(site, world):
    meeting_id = begun(site.house.database, world)
    clerk = site.browser(world.place["林涛"])
    door = f"/meetings/{meeting_id}/door"
    for asked in ("李", "liqiang", "qiang", "Li Qiang"):
        page = clerk.get(f"{door}?q={asked}")
        assert "李强" in page.words and "找到1人" in page.words, asked
    assert "autofocus" in page.text.partition("登记到会")[0].rpartition("<button")[2], "Enter once more enters them"
    assert "旁听" in clerk.get(f"{door}?q=赵敏").words
    clerk.post(door, way="search", here=world.members["李强"])
    page = clerk.get(door)
    assert "实到1人" in page.words and page.text.count(" checked") == 1
    assert site.browser(world.members["李强"]).get(door).status == 403
    stray = clerk.post(door, way="search", here=world.place["赵敏"])
    assert stray.status == 403 and "旁听" in stray.words


def test_whoever_scans_while_the_clerk_ticks_an_older_list_stays_signed_in(site, world):
    database = site.house.database
    meeting_id = begun(database, world, present=5)
    clerk, door, people = (
        site.browser(world.place["林涛"]),
        f"/meetings/{meeting_id}/door",
        list(world.members.values()),
    )
    was = [int(each) for each in re.findall(r'name="was" value="(\d+)"', clerk.get(door).text)]
    assert sorted(was) == sorted(people[:5]) and "listed" not in clerk.get(door).text
    scans(database, meeting_id, people[7], at=datetime.now(UTC))
    assert clerk.post(door, way="list", was=was, here=people[1:6]).status == 303
    with database.read() as session:
        there = present_at(session, session.get(Meeting, meeting_id))
    assert there == {*people[1:6], people[7]}, "the first was unticked, the sixth ticked, the eighth came meanwhile"
    # A list from before the first was taken out does not bring them back either.
    assert clerk.post(door, way="list", was=was, here=people[:5], key="old").status == 303
    with database.read() as session:
        assert present_at(session, session.get(Meeting, meeting_id)) == there


def test_the_chair_runs_the_meeting_from_its_page(site, world):
    database = site.house.database
    meeting_id = called(database, world)
    chair = site.browser(world.place["王秀英"])
    base = f"/meetings/{meeting_id}"
    assert "宣布开会" in chair.get(base).words
    page = chair.follow(chair.post(f"{base}/opening"))
    assert "正在开会" in page.words and "签到的人没有达到法定人数" in page.words
    tick(database, world, meeting_id, list(world.members)[:7])
    assert chair.get(base).links(f"/matters/{world.matter_id}/polls/new")
    page = chair.follow(chair.post(f"{base}/counts", counted=5))
    assert "清点会场：5人" in page.words and "不能打开新的表决" in page.words
    assert "清点人数没有达到法定人数" in chair.get(f"/matters/{world.matter_id}/polls/new").words
    wrong = chair.post(f"{base}/adjourning", reason="停电", until="")
    assert wrong.status == 422
    at = (datetime.now(UTC) + timedelta(days=1)).strftime("%Y-%m-%dT19:30")
    page = chair.follow(chair.post(f"{base}/adjourning", reason="停电", until=at))
    assert "停电" in page.words and "不能提前复会" in page.words
    page = chair.follow(chair.post(f"{base}/voiding"))
    assert "会议不成立" in page.words
    assert "没有达到法定人数" in chair.get(f"/matters/{world.matter_id}").words
    again = called(database, world)
    assert "这一环节的各次会议" in chair.get(f"/meetings/{again}").words


def test_a_vote_of_the_meeting_leads_to_its_door(site, world):
    meeting_id = begun(site.house.database, world, present=7)
    poll_id = opened(site.house.database, world, closes_in=None)
    clerk = site.browser(world.place["林涛"])
    assert clerk.get(f"/polls/{poll_id}").links(f"/meetings/{meeting_id}/door")
    assert clerk.get(f"/polls/{poll_id}/attendance").location == f"/meetings/{meeting_id}/door"
    page = clerk.get(f"/meetings/{meeting_id}")
    assert page.links(f"/polls/{poll_id}") and "打开时签到7人" in page.words
    late = site.browser(world.members["代表09"])
    assert "签到" in late.get(f"/polls/{poll_id}").words
    sign_in_by_code(late, site, meeting_id)
    assert late.post(f"/polls/{poll_id}/ballots", choice="yes", key="k").status == 303


def test_the_line_of_the_quorum_moves_for_everybody_who_follows(site, world):
    meeting_id = begun(site.house.database, world)
    visitor = site.visitor()
    visitor.get(f"/meetings/{meeting_id}")
    with visitor.listen(f"/meetings/{meeting_id}/live") as line:
        tick(site.house.database, world, meeting_id, ["李强", "代表02"])
        heard = line.receive_text()
        while "实到2人" not in heard:
            heard = line.receive_text()
    assert 'id="quorum"' in heard


def test_the_next_meeting_stands_at_home_and_on_its_community_and_the_dossier_tells_who_came(site, world):
    database = site.house.database
    meeting_id = called(database, world, starts_in=0)
    member, stranger = site.browser(world.members["李强"]), site.visitor()
    for browser in (member, stranger):
        for path in ("/", f"/communities/{world.place.id}"):
            page = browser.get(path)
            assert "接下来的会议" in page.words and "已召集" in page.words, path
            assert page.links(f"/meetings/{meeting_id}"), path
    chair = site.browser(world.place["王秀英"])
    chair.post(f"/meetings/{meeting_id}/opening")
    tick(database, world, meeting_id, list(world.members)[:7])
    assert "正在开会" in stranger.get(f"/communities/{world.place.id}").words
    assert chair.post(f"/meetings/{meeting_id}/ending").status == 303
    dossier = stranger.get(f"/matters/{world.matter_id}")
    assert dossier.links(f"/meetings/{meeting_id}")
    assert "应到9人，实到7人" in dossier.words and "已开完" in dossier.words
    assert "接下来的会议" not in stranger.get("/").words
    again = called(database, world, starts_in=0)
    words = stranger.get(f"/matters/{world.matter_id}").words
    assert "已开完" in words and "已召集" in words, "the dossier shows the chain of meetings"
    chair.post(f"/meetings/{again}/ending")
    assert "会议取消" in stranger.get(f"/matters/{world.matter_id}").words
