"""How long a full server takes to end: measured here, where nothing else runs beside it."""

from __future__ import annotations

import pytest

from tests.running.test_ending import ends_well, full_server

LONGEST = 8.0
"""Seconds. On a machine of its own it is done in less than five."""


@pytest.mark.postgres
def test_two_workers_end_quickly_with_two_hundred_sockets_and_requests_in_flight(postgres_url, tmp_path):
    with full_server(postgres_url, tmp_path, "--workers", "2", bus="postgres") as (server, hall):
        assert ends_well(server, hall) < LONGEST


def test_one_process_ends_quickly_with_two_hundred_sockets_and_requests_in_flight(sqlite_url, tmp_path):
    with full_server(sqlite_url, tmp_path) as (server, hall):
        assert ends_well(server, hall) < LONGEST
