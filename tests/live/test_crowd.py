"""How many pages one process keeps open; who finds no place is told so before the handshake."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import pytest
from websockets.exceptions import InvalidStatus

from deliberation.crowd import FULL, TOO_MANY_FROM_THERE, Crowd
from deliberation.gate import network_of
from deliberation.settings import Settings
from tests.live.serving import Server, close_code, heard, serving


@contextlib.contextmanager
def crowded(sqlite_url, tmp_path, **settings) -> Iterator[tuple[Server, contextlib.ExitStack]]:
    with serving(sqlite_url, tmp_path, **settings) as server, contextlib.ExitStack() as opened:
        yield server, opened


def refused(server: Server, *args, **kwargs) -> int:
    """The status with which the handshake is refused."""
    with pytest.raises(InvalidStatus) as no:
        server.listen(*args, **kwargs)
    return no.value.response.status_code


def test_strangers_behind_one_address_have_so_many_and_members_are_not_counted(sqlite_url, tmp_path):
    with crowded(sqlite_url, tmp_path, most_per_address=2) as (server, opened):
        first = opened.enter_context(server.listen())
        opened.enter_context(server.listen("4"))
        assert refused(server) == TOO_MANY_FROM_THERE
        member = opened.enter_context(server.listen(cookie=server.sign_in("李强")))
        server.tell("还能听")
        heard(member, "还能听")
        first.close()
        server.wait_until(lambda: server.house.crowd.taken["strangers"] == 1)
        opened.enter_context(server.listen())
        assert refused(server) == TOO_MANY_FROM_THERE


def test_a_made_up_cookie_is_counted_until_its_line_is_cut(sqlite_url, tmp_path):
    with crowded(sqlite_url, tmp_path, most_per_address=3) as (server, opened):
        for number in range(3):
            opened.enter_context(server.listen(cookie=f"made-up-{number}-0123456789abcdef"))
        assert refused(server, cookie="made-up-4-0123456789abcdef") == TOO_MANY_FROM_THERE
        server.wait_until(lambda: not server.house.crowd.taken)
        member = opened.enter_context(server.listen(cookie=server.sign_in("李强")))
        server.tell("还能听")
        heard(member, "还能听")
        assert not [name for name in server.house.crowd.taken if "claims" in name]


def test_behind_a_proxy_that_is_trusted_the_address_is_the_visitors_own(sqlite_url, tmp_path):
    with crowded(sqlite_url, tmp_path, most_per_address=2, trusted_proxies="127.0.0.1") as (server, opened):
        for _number in range(2):
            opened.enter_context(server.listen(**{"X-Forwarded-For": "203.0.113.7"}))
        assert refused(server, **{"X-Forwarded-For": "203.0.113.7"}) == TOO_MANY_FROM_THERE
        assert refused(server, **{"X-Forwarded-For": "198.51.100.9, 203.0.113.7"}) == TOO_MANY_FROM_THERE
        opened.enter_context(server.listen(**{"X-Forwarded-For": "203.0.113.8"}))
        opened.enter_context(server.listen(**{"X-Forwarded-For": "2001:db8:0:1::1"}))
        opened.enter_context(server.listen(**{"X-Forwarded-For": "2001:db8:0:1::2"}))
        assert refused(server, **{"X-Forwarded-For": "2001:db8:0:1::3"}) == TOO_MANY_FROM_THERE


def test_what_a_stranger_claims_of_the_address_is_not_believed(sqlite_url, tmp_path):
    with crowded(sqlite_url, tmp_path, most_per_address=1) as (server, opened):
        opened.enter_context(server.listen(**{"X-Forwarded-For": "203.0.113.7"}))
        assert refused(server, **{"X-Forwarded-For": "203.0.113.8"}) == TOO_MANY_FROM_THERE


def test_strangers_take_half_of_a_topic_and_members_the_rest(sqlite_url, tmp_path):
    with crowded(sqlite_url, tmp_path, most_on_topic=4) as (server, opened):
        for _number in range(2):
            opened.enter_context(server.listen())
        assert refused(server) == FULL
        opened.enter_context(server.listen("4"))
        cookie = server.sign_in("李强")
        for _number in range(2):
            opened.enter_context(server.listen(cookie=cookie))
        assert refused(server, cookie=server.sign_in("赵敏")) == FULL


def test_a_full_process_lets_nobody_in_and_strangers_are_the_first_to_stay_outside(sqlite_url, tmp_path):
    with crowded(sqlite_url, tmp_path, most_sockets=16) as (server, opened):
        for number in range(8):
            opened.enter_context(server.listen(str(number % 3 + 10)))
        assert refused(server) == FULL
        for name in ("李强", "赵敏"):
            cookie = server.sign_in(name)
            for _number in range(4):
                opened.enter_context(server.listen(cookie=cookie))
        assert refused(server, cookie=server.sign_in("林涛")) == FULL


def test_every_place_is_given_back_however_a_socket_ends(sqlite_url, tmp_path):
    with crowded(sqlite_url, tmp_path) as (server, _opened):
        cookie = server.sign_in("李强")
        ended = [server.listen(cookie=cookie) for _number in range(8)]
        with server.listen(cookie=cookie) as ninth:
            assert close_code(ninth) == 1008
        with server.listen("404") as nowhere:
            assert close_code(nowhere) == 4403
        with server.listen(cookie=f"{server.house.cookie_prefix}sign-in=gone") as nobody:
            assert close_code(nobody) == 4401
        for each in ended:
            each.close()
        server.wait_until(lambda: not server.house.crowd.taken)
        assert server.house.crowd.taken == {}


def test_a_tenth_of_the_files_is_left_for_everything_else():
    assert Crowd(Settings(most_sockets=10**9)).most < 10**9
    assert Crowd(Settings(most_sockets=16)).most == 16


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:0:1::1", "2001:db8:0:1::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unknown", "unknown"),
    ],
)
def test_a_household_of_ipv6_is_one_address(address, network):
    assert network_of(address) == network
