"""Two processes of one installation: what one does the other's followers hear, by PostgreSQL and by NATS."""

from __future__ import annotations

import time

import pytest

from deliberation import live
from deliberation.audit.actions import Actor, record
from deliberation.audit.models import log_size
from deliberation.identity.actions import end_sign_in
from deliberation.vocabulary import Act
from tests.live.serving import close_code, heard, silent
from tests.people import build_village, open_database


@pytest.mark.postgres
def test_what_one_process_does_the_other_tells(pair):
    first, second = pair
    with second.listen() as listening:
        first.tell("隔壁的事", entry=True)
        heard(listening, "听到隔壁的事。")


@pytest.mark.postgres
def test_the_others_acts_are_no_change_from_outside(pair):
    """Else every act of one process would have all the pages of the others fetched anew."""
    first, second = pair
    with second.listen() as listening:
        time.sleep(1.2)
        first.tell("一", entry=True)
        heard(listening, "听到一。")
        assert silent(listening, 2.2)


@pytest.mark.postgres
def test_presence_and_signing_out_reach_across(pair):
    first, second = pair
    with first.listen() as watching:
        cookie = first.sign_in("李强")
        listening = second.listen(cookie=cookie)
        heard(watching, f"在场：{first.village['李强']}。")
        ended = second.house.hub.followers.sign_ins()[0]
        first.house.database.change(lambda session, now: end_sign_in(session, now, sign_in_id=ended))
        assert close_code(listening) == 4401
        heard(watching, "在场：0。")


def test_a_bus_that_is_away_makes_nothing_happen_twice(database_url):
    """The act is durable before anybody is told; a failure to tell is no failure of the act."""
    database = open_database(database_url)
    village = build_village(database)

    def away(_messages) -> None:
        raise ConnectionError("the bus is away")

    database.writer.publish = away

    def act(session, _now) -> None:
        live.announce(session, "room/3", "rooms/_state.html")
        record(session, Act.SETTING_CHANGED, village.id, "setting/x", actor=Actor(), data={"value": "1"})

    with database.read() as session:
        before = log_size(session, village.id)
    database.change(act)
    with database.read() as session:
        assert log_size(session, village.id) == before + 1
    database.close()
