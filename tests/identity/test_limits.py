"""Limits on guessing slow a guesser down and keep nobody else out."""

import pytest

from deliberation.identity import limits


@pytest.fixture(autouse=True)
def fresh():
    limits.forget_all()
    yield
    limits.forget_all()


def tries(account: str, address: str, count: int) -> int:
    """How many of so many tries were allowed."""
    return sum(limits.seconds_to_wait(account, address) == 0 for _ in range(count))


def test_one_account_from_one_address_has_ten_tries():
    assert tries("13800001234", "192.0.2.1", 1000) == 10
    assert limits.seconds_to_wait("13800001234", "192.0.2.1") > 1


def test_a_stranger_cannot_lock_the_owner_out():
    tries("13800001234", "192.0.2.1", 1000)
    assert tries("13800001234", "198.51.100.7", 5) == 5


def test_one_address_has_sixty_tries_over_all_accounts():
    assert sum(limits.seconds_to_wait(f"{number}", "192.0.2.1") == 0 for number in range(1000)) == 60


def test_one_flooding_address_leaves_the_common_limit_to_others():
    tries("13800001234", "192.0.2.1", 5000)
    assert sum(tries("x", f"198.51.100.{number}", 1) for number in range(200)) == 200


def test_all_together_have_six_hundred_a_minute():
    allowed = sum(limits.seconds_to_wait("x", f"10.0.{number // 256}.{number % 256}") == 0 for number in range(1000))
    assert 600 <= allowed <= 640


def test_an_ipv6_household_is_one_address():
    assert sum(limits.seconds_to_wait(f"{n}", f"2001:db8:1:2::{n:x}") == 0 for n in range(1, 1000)) == 60


def test_a_bucket_that_overflows_remembers_who_is_guessing():
    bucket = limits.Bucket(1, 3600)
    bucket.MOST_KEYS = 10
    bucket.take("guesser")
    for number in range(100):
        bucket.take(f"other-{number}")
    assert not bucket.take("guesser")
