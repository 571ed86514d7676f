"""Real sockets against a real server: who is let in, who hears what, and who is shown the door."""

from __future__ import annotations

import asyncio
import contextlib
import os
import time

import pytest
from websockets.asyncio.client import connect as connect_async
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from deliberation.audit.actions import Actor, record
from deliberation.followers import UNSENT_CAP
from deliberation.identity.actions import end_sign_in
from deliberation.identity.models import SignIn
from deliberation.templating import arrive_again
from deliberation.vocabulary import Act
from tests.live.serving import Server, close_code, half_open, heard, serving, silent
from tests.people import open_database

AGAIN = arrive_again()


@pytest.fixture
def server(sqlite_url, tmp_path):
    with serving(sqlite_url, tmp_path) as made:
        yield made


def sign_in_ids(server: Server) -> list[int]:
    return server.house.hub.followers.sign_ins()


def test_an_update_reaches_everybody_in_their_language(server):
    with (
        server.listen(cookie=server.sign_in("李强")) as member,
        server.listen(**{"Accept-Language": "zh-HK"}) as visitor,
        server.listen(topic="4") as elsewhere,
    ):
        server.wait_for_followers(3)
        server.tell("第八十八句话")
        update = heard(member, "听到第八十八句话。")
        assert 'hx-swap-oob="outerMorph"' in update
        assert "聽到第八十八句話。" in heard(visitor, "第八十八")
        assert silent(elsewhere)


def test_what_one_change_brings_travels_in_one_frame_and_in_order(server):
    with server.listen() as connection:
        server.tell("一", "二", "三", "二")
        update = heard(connection, "听到一。")
        places = [update.index(f"听到{word}。") for word in "一二三"]
        assert places == sorted(places)
        assert update.count("听到二。") == 1
        assert silent(connection)


def test_a_refused_change_is_not_heard(server):
    with server.listen() as connection:
        with pytest.raises(ZeroDivisionError):
            server.house.database.change(lambda session, now: (server_tell(session), 1 / 0))
        assert silent(connection)


def server_tell(session) -> None:
    from deliberation import live
    from tests.live.serving import WORDS

    live.announce(session, "room/3", WORDS, "没有发生的事")


@pytest.mark.parametrize("origin", ["https://evil.example", "null", None, "http://localhost:1"])
def test_a_foreign_page_is_refused_before_the_handshake(server, origin):
    with pytest.raises(InvalidStatus) as refused:
        connect(server.address(), origin=origin, compression=None)
    assert refused.value.response.status_code == 403
    assert server.house.hub.counts() == {}


def test_who_is_behind_arrives_again_and_who_is_not_hears_nothing(server):
    with server.listen(seen=server.seen - 1) as behind, server.listen(seen=server.seen) as fresh:
        assert behind.recv(timeout=5) == AGAIN
        assert silent(fresh)


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "٣"])
def test_who_does_not_say_what_was_seen_arrives_again(server, seen):
    with server.listen(seen=seen) as connection:
        assert connection.recv(timeout=5) == AGAIN


def test_an_act_between_page_and_socket_is_not_lost(server):
    seen = server.seen
    server.tell("早了一步", entry=True)
    with server.listen(seen=seen) as connection:
        assert connection.recv(timeout=5) == AGAIN


def test_signing_out_closes_the_sockets_of_that_sign_in_only(server):
    cookies = [server.sign_in("李强"), server.sign_in("李强"), server.sign_in("赵敏")]
    listening = [server.listen(cookie=cookie) for cookie in cookies]
    server.wait_for_followers(3)
    ended = min(sign_in_ids(server))
    server.house.database.change(lambda session, now: end_sign_in(session, now, sign_in_id=ended))
    assert close_code(listening[0]) == 4401
    server.tell("还在")
    for connection in listening[1:]:
        heard(connection, "还在")
        connection.close()


def test_a_sign_in_ended_by_another_program_or_run_out_is_noticed(server, sqlite_url):
    cookie = server.sign_in("李强")
    with server.listen(cookie=cookie) as connection:
        id = sign_in_ids(server)[0]
        other = open_database(sqlite_url)
        other.change(lambda session, now: setattr(session.get(SignIn, id), "expires_at", now))
        other.close()
        assert close_code(connection) == 4401


def test_a_cookie_that_no_longer_holds_is_told_so_at_once(server):
    with server.listen(cookie=f"{server.house.cookie_prefix}sign-in=gone") as connection:
        assert close_code(connection) == 4401


def test_what_may_not_be_followed_is_closed_with_4403(server):
    with server.listen(topic="404") as connection:
        assert close_code(connection) == 4403


def test_a_write_by_another_program_is_noticed(server, sqlite_url):
    with server.listen() as connection:
        time.sleep(1.2)  # The watcher has looked once.
        other = open_database(sqlite_url)
        other.change(
            lambda session, now: record(
                session, Act.SETTING_CHANGED, server.village.id, "setting/x", actor=Actor(), data={"value": "2"}
            )
        )
        other.close()
        heard(connection, AGAIN)


def test_own_writes_make_nobody_arrive_again(server):
    with server.listen() as connection:
        time.sleep(1.2)
        server.tell("自己写的", entry=True)
        heard(connection, "自己写的")
        assert silent(connection, 2.2)


def test_a_half_follower_is_cut_and_slows_nobody(server):
    raw = half_open(server)
    with server.listen() as healthy:
        server.wait_for_followers(2)
        server.padding = "久" * 40_000
        for number in range(120):
            server.tell(f"第{number}件")
            heard(healthy, f"听到第{number}件。")
            if server.house.hub.counts() == {"room/3": 1}:
                break
        assert server.house.hub.counts() == {"room/3": 1}, "whoever never reads is dropped"
        assert number * len(server.padding.encode()) < UNSENT_CAP + 16 * 1024 * 1024
    raw.close()


def test_a_flood_is_closed(server):
    with server.listen(cookie=server.sign_in("李强")) as connection:
        with contextlib.suppress(Exception):
            for _ in range(200):
                connection.send("here")
        assert close_code(connection) == 1008


def test_a_big_message_is_closed(server):
    with server.listen() as connection:
        connection.send("x" * 70_000)
        assert close_code(connection) == 1009


def test_one_sign_in_has_five_live_pages_and_no_more(server):
    cookie = server.sign_in("李强")
    opened = [server.listen(cookie=cookie) for _ in range(5)]
    server.wait_for_followers(5)
    with server.listen(cookie=cookie) as sixth:
        assert close_code(sixth) == 1008
    server.tell("五个都在")
    for connection in opened:
        heard(connection, "五个都在")
        connection.close()


def test_presence_is_told_once_a_person_and_ends_with_their_last_page(server):
    first, second = server.sign_in("李强"), server.sign_in("李强")
    who = server.village["李强"]
    with server.listen() as watching:
        one = server.listen(cookie=first)
        heard(watching, f"在场：{who}。")
        two = server.listen(cookie=second)
        assert silent(watching), "the same person again is nobody new"
        one.close()
        assert silent(watching)
        two.close()
        heard(watching, "在场：0。")


def test_a_restart_is_said_with_1012(sqlite_url, tmp_path):
    with serving(sqlite_url, tmp_path) as server:
        connection = server.listen()
        server.server.should_exit = True
        assert close_code(connection, within=10) == 1012


def test_a_thousand_sockets_hear_the_same(sqlite_url, tmp_path):
    """Not timed: that they all hear it, in whatever time two shared cores need."""
    with serving(sqlite_url, tmp_path, most_per_address=1000) as server:
        all_hear(server, 1000)


def all_hear(server: Server, many: int) -> None:
    assert os.sysconf("SC_OPEN_MAX") > 2 * many + 200

    async def listen_all() -> int:
        opened = []
        for start in range(0, many, 50):
            opened += await asyncio.gather(*(listen() for _ in range(start, start + 50)))
        await asyncio.to_thread(server.wait_for_followers, many)
        await asyncio.to_thread(server.tell, "千人都听到")
        told = await asyncio.gather(*(asyncio.wait_for(each.recv(), 30) for each in opened))
        await asyncio.gather(*(each.close() for each in opened))
        return sum("千人都听到" in words for words in told)

    async def listen():
        return await connect_async(server.address(), origin=server.origin, compression=None, ping_interval=None)

    assert asyncio.run(listen_all()) == many
