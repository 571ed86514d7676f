"""Whoever loses what let them follow is closed at once and hears nothing more, in every process."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from sqlmodel import Session, select

from deliberation import live
from deliberation.assemblies.actions import end_member, seat_member
from deliberation.assemblies.models import Assembly, Household, Member, Resident
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community, community
from deliberation.followers import Follower
from deliberation.identity.actions import add_person, appoint, end_appointment, set_disabled
from deliberation.identity.models import Appointment, Person, person
from deliberation.live import AT_A_LOOK, MOST_NAMED
from deliberation.refusal import Missing
from deliberation.sockets import who_must_go
from deliberation.vocabulary import Role
from tests.assemblies.places import found_village, import_file
from tests.live.serving import CLOSED, Server, heard, heard_until_closed, serving
from tests.matters.story import Story
from tests.pages import open_site
from tests.people import open_database, open_house

Ending = Callable[[Session, Any], None]


@pytest.fixture
def server(database_url, tmp_path) -> Iterator[Server]:
    with serving(database_url, tmp_path) as made:
        yield made


def from_elsewhere(server: Server) -> int:
    """Somebody who is registered in the street and not in the village: what they are there they were made."""

    def verb(session: Session, now: Any) -> int:
        street = session.exec(select(Community).where(Community.kind == "street")).one()
        return add_person(session, now, community=street, actor=Actor(), name="外来").id

    return server.house.database.change(verb)


def yesterday(now: Any) -> date:
    return now.date() - timedelta(days=1)


def by_appointment(server: Server, who: int) -> Ending:
    def begin(session: Session, now: Any) -> int:
        where = community(session, server.village.id)
        since = yesterday(now) - timedelta(days=9)
        return appoint(
            session, who=person(session, who), role=Role.CLERK, community=where, actor=Actor(), from_on=since
        ).id

    made = server.house.database.change(begin)

    def end(session: Session, now: Any) -> None:
        held = session.get(Appointment, made)
        end_appointment(session, appointment=held, last_day=yesterday(now), actor=Actor())

    return end


def by_seat(server: Server, who: int) -> Ending:
    body_id = server.village.bodies["representatives"]

    def begin(session: Session, now: Any) -> int:
        body, since = session.get(Assembly, body_id), yesterday(now) - timedelta(days=9)
        return seat_member(session, assembly=body, person_id=who, role="代表", actor=Actor(), from_on=since).id

    made = server.house.database.change(begin)

    def end(session: Session, now: Any) -> None:
        seat, body = session.get(Member, made), session.get(Assembly, body_id)
        end_member(session, member=seat, assembly=body, last_day=yesterday(now), actor=Actor())

    return end


def by_account(server: Server, who: int) -> Ending:
    by_appointment(server, who)
    return lambda session, now: set_disabled(session, now, who=person(session, who), disabled=True, actor=Actor())


WAYS = {"appointment": (by_appointment, 4403), "seat": (by_seat, 4403), "account": (by_account, 4401)}


def follows_then_loses(way: str, here: Server, there: Server) -> None:
    """Somebody listens ``here``, what let them is ended ``there``, and at once the room is told something more."""
    begin, code = WAYS[way]
    here.house.stop_watching()  # What is announced must be enough.
    who = from_elsewhere(there)
    end = begin(there, who)
    with (
        here.listen(CLOSED, cookie=here.sign_in(who)) as listening,
        here.listen(CLOSED, cookie=here.sign_in("李强")) as other,
    ):
        here.wait_for_followers(2)
        there.tell("先听到的", topic=f"room/{CLOSED}")
        heard(listening, "先听到的")
        there.house.database.change(end)
        there.tell("不该听到的", topic=f"room/{CLOSED}")
        told, closed = heard_until_closed(listening)
        assert (closed, "不该听到的" in told) == (code, False)
        heard(other, "不该听到的")
    with here.listen(CLOSED, cookie=here.sign_in(who)) as again:
        assert heard_until_closed(again)[1] == code


@pytest.mark.parametrize("way", WAYS)
def test_what_let_them_follow_ends_and_so_does_the_socket(server, way):
    follows_then_loses(way, server, server)


@pytest.mark.postgres
@pytest.mark.parametrize("way", WAYS)
def test_it_ends_in_the_other_process_too(pair, way):
    first, second = pair
    follows_then_loses(way, second, first)


def test_what_nobody_announced_is_noticed_all_the_same(server, database_url):
    """A program beside the server has no bus, and a last day passes without anybody's act."""
    who = from_elsewhere(server)

    def lives_there(session: Session, now: Any) -> int:
        home = Household(community_id=server.village.id, number="99")
        session.add(home)
        session.flush()
        resident = Resident(household_id=home.id, person_id=who, from_on=yesterday(now))
        session.add(resident)
        session.flush()
        return resident.id

    made = server.house.database.change(lives_there)
    with server.listen(CLOSED, cookie=server.sign_in(who)) as listening:
        other = open_database(database_url)
        other.change(lambda session, now: setattr(session.get(Resident, made), "until_on", yesterday(now)))
        other.close()
        assert heard_until_closed(listening)[1] == 4403


def test_what_ends_while_a_socket_is_being_let_in_ends_it(server):
    """Asked before and joined after: the announcement found nobody, so the socket asks once more."""
    who = from_elsewhere(server)
    end, asked, ended = by_appointment(server, who), threading.Event(), threading.Event()

    def wait() -> None:
        asked.set()
        ended.wait(10)

    server.house.stop_watching()
    server.when_asked = wait
    cookie = server.sign_in(who)

    def end_meanwhile() -> None:
        asked.wait(10)
        server.house.database.change(end)
        server.when_asked = lambda: None
        ended.set()

    ending = threading.Thread(target=end_meanwhile)
    ending.start()
    with server.listen(CLOSED, cookie=cookie) as listening:
        assert heard_until_closed(listening)[1] == 4403
    ending.join()


def test_who_belongs_there_by_something_else_stays(server):
    who = server.village["李强"]
    end = by_appointment(server, who)
    with server.listen(CLOSED, cookie=server.sign_in(who)) as listening:
        server.house.database.change(end)
        server.tell("还在", topic=f"room/{CLOSED}")
        heard(listening, "还在")


def test_an_appointment_ended_on_the_page_closes_the_dossier_of_a_matter_that_is_not_public(database_url, tmp_path):
    story = Story(database_url)
    story.begin("six_steps", is_public=False)
    village = story.village

    def clerk_from_elsewhere(session: Session, now: Any) -> tuple[int, int]:
        street = session.exec(select(Community).where(Community.kind == "street")).one()
        who, where = (
            add_person(session, now, community=street, actor=Actor(), name="外来"),
            community(session, village.id),
        )
        since = now.date() - timedelta(days=400)
        held = appoint(session, who=who, role=Role.CLERK, community=where, actor=Actor(), from_on=since)
        return who.id, held.id

    who, held = story.database.change(clerk_from_elsewhere)
    story.database.close()
    with open_site(database_url, tmp_path) as site:
        clerk, keeper = site.browser(who), site.browser(village["何敏"])
        with clerk.listen(f"/matters/{story.matter_id}/live", seen=10**9) as socket:
            assert keeper.post(f"/admin/appointments/{held}/end", at_once="1").status == 303
            assert socket.receive() == {"type": "websocket.close", "code": 4403, "reason": ""}


def test_an_import_that_changes_terms_has_those_people_asked_again(database_url):
    database, told = open_database(database_url), []
    database.writer.publish = told.extend
    place = found_village(database)
    rows = "姓名,手机,户号,截止\n张一,13800000001,1,{}\n张二,13800000002,1,\n"
    import_file(database, place, rows.format("").encode(), "a.csv")
    assert [each for each in told if each["do"] == "ask"] == []
    import_file(database, place, rows.format("2026-11-01").encode(), "b.csv")
    with database.read() as session:
        one = session.exec(select(Person.id).where(Person.name == "张一")).one()
    assert [each for each in told if each["do"] == "ask"] == [{"do": "ask", "people": [one], "sign_ins": []}]
    database.close()


# --- asking


def test_after_an_act_on_very_many_everybody_is_asked(sqlite_url):
    database, told = open_database(sqlite_url), []
    database.writer.publish = told.extend
    for many in (0, MOST_NAMED, MOST_NAMED + 1):
        database.change(lambda session, _now, many=many: live.ask_again(session, people=range(1, many + 1)))
    assert [each["people"] for each in told] == [list(range(1, MOST_NAMED + 1)), None]
    database.close()


class Asked:
    """Followers of one topic, and how often and as whom it was asked about them."""

    def __init__(self, is_open: bool):
        self.is_open, self.asked = is_open, []

    def follow(self, visit: Any) -> tuple[str, int]:
        self.asked.append(visit.person)
        if not self.is_open and visit.person is None:
            raise Missing
        return "room/3", 1


@pytest.mark.parametrize(("is_open", "times"), [(True, 1), (False, 4)])
def test_what_is_open_to_strangers_is_asked_once_however_many_listen(server, is_open, times):
    asked = Asked(is_open)
    server.house.stop_watching()
    with contextlib.ExitStack() as opened:
        for name in ("李强", "赵敏", "林涛"):
            opened.enter_context(server.listen("3", cookie=server.sign_in(name)))
        server.wait_for_followers(3)
        followers = server.house.hub.followers.all()
        for each in followers:
            each.follow = asked.follow
        with server.house.database.read() as session:
            assert list(who_must_go(server.house, session, followers, server.house.now(session))) == []
    assert len(asked.asked) == times


def test_everybody_is_asked_in_turn(sqlite_url, tmp_path):
    hub = open_house(sqlite_url, tmp_path).hub
    followers = [Follower(None, f"room/{number % 3}", "en") for number in range(3 * AT_A_LOOK + 1)]
    for each in followers:
        hub.followers.add(each)
    asked: list[Follower] = []
    for _look in range(4):
        hub.ask_some_again()
        some, _due = hub._take()
        assert len(some) <= AT_A_LOOK
        asked += some
    assert set(asked) == set(followers) and len(asked) == len(followers)
    hub.database.close()
