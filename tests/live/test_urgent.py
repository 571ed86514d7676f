"""A closing is signed at once, whichever process of the installation did it: the bus wakes the one that signs."""

from __future__ import annotations

import time

import pytest

from deliberation import app
from deliberation.audit.actions import Actor, record
from deliberation.audit.note import parse_checkpoint
from deliberation.audit.published import Published
from deliberation.house import House
from deliberation.vocabulary import Act
from tests.pages import open_site
from tests.people import build_village, open_database

pytestmark = pytest.mark.postgres


def enter(house: House, act: Act, village: int) -> None:
    house.database.change(lambda session, now: record(session, act, village, "room/1", actor=Actor()))


def signed(house: House, village: int) -> int:
    text = Published(house.settings.log_folder / str(village)).note()
    return parse_checkpoint(text.split("\n\n")[0] + "\n").size if text else 0


@pytest.mark.parametrize("bus", ["postgres", "nats"])
def test_a_closing_in_a_process_that_does_not_sign_is_signed_at_once(bus, request, postgres_url, tmp_path, monkeypatch):
    database = open_database(postgres_url)
    village = build_village(database).id
    database.close()
    monkeypatch.setattr(app, "SIGN_EVERY", 3600.0)  # Nobody looks by himself while the test runs.
    settings = {"bus": bus, "signer": "inside"} | (
        {"nats_url": request.getfixturevalue("nats_url")} if bus == "nats" else {}
    )
    with open_site(postgres_url, tmp_path, **settings) as one, open_site(postgres_url, tmp_path, **settings) as other:
        assert (one.house.signer.signs, other.house.signer.signs) == (True, False)
        for house in (other.house, one.house, other.house):
            before = house.log_size(village)
            enter(house, Act.ROOM_CLOSED, village)
            until = time.monotonic() + 20
            while signed(one.house, village) <= before:
                assert time.monotonic() < until, "the signer was not woken"
                time.sleep(0.02)
        before = signed(one.house, village)
        enter(other.house, Act.ROOM_OPENED, village)
        time.sleep(0.3)
        assert signed(one.house, village) == before, "what is not urgent waits for the next round"
