"""What a stranger may send before anybody is asked: malformed and oversized requests get an answer and cost nothing."""

from __future__ import annotations

import pytest

from deliberation.gate import Gate
from deliberation.translation import negotiate
from tests.pages import open_site


@pytest.fixture
def visitor(sqlite_url, tmp_path):
    with open_site(sqlite_url, tmp_path) as site:
        yield site.visitor()


def ask(visitor, method="GET", **headers) -> int:
    return visitor.client.request(method, "/sign-in", headers=headers).status_code


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://]", "http://a:b:c", "x" * 5000])
def test_a_malformed_origin_is_a_foreign_one(visitor, origin):
    assert ask(visitor, "POST", Origin=origin) == 403


def test_headers_beyond_the_limit_are_not_read(visitor):
    assert ask(visitor, **{"Accept-Language": "e" * (Gate.MOST_HEADERS + 1)}) == 431
    assert ask(visitor, **{"Accept-Language": "en," * 100}) == 200


def test_what_is_kept_of_a_strangers_languages_is_short(visitor):
    negotiate.cache_clear()
    for number in range(5):
        assert ask(visitor, **{"Accept-Language": f"{number}" * 20_000, "Cookie": f"locale={'z' * 2000}"}) == 200
    assert negotiate.cache_info().currsize <= 5
    negotiate.cache_clear()
