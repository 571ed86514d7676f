"""Limits on guessing: per account, per address and for all together; they slow down and never lock anybody out."""

from __future__ import annotations

from deliberation.buckets import Bucket
from deliberation.gate import network_of

by_account = Bucket(10, 600)
by_address = Bucket(60, 600)
for_all = Bucket(600, 60)


def seconds_to_wait(account: str, address: str) -> int:
    """Take one try; 0 if it is allowed, else how long to wait.

    The account's bucket belongs to account *and* address: a stranger who tries a name from elsewhere does not keep its
    owner out (ASVS 6.3.1). The common one is asked last, so that one flooder cannot empty it.
    """
    network = network_of(address)
    for bucket, key in ((by_account, f"{account}@{network}"), (by_address, network), (for_all, "")):
        if not bucket.take(key):
            return bucket.wait(key)
    return 0


def forget_all() -> None:
    """Begin anew, as after a restart."""
    for bucket in (by_account, by_address, for_all):
        bucket.forget()
