"""The tree is founded by acts, each community with a log of its own; settings reach down it."""

import json

from sqlmodel import select

from deliberation.audit.actions import Actor
from deliberation.audit.models import Entry, log_head
from deliberation.communities.actions import make_installation, set_local_setting
from deliberation.communities.models import (
    ancestors,
    children,
    community,
    installation,
    local_setting,
    settings_of,
    subtree_ids,
)
from deliberation.vocabulary import Act
from tests.people import build_places, open_database


def test_each_community_begins_its_log_with_its_founding(database_url):
    database = open_database(database_url)
    places = build_places(database)
    with database.read() as session:
        for id in (places.street, places.village.id, places.other.id):
            first = session.get(Entry, (id, 0))
            assert first.act == Act.COMMUNITY_FOUNDED and first.object == f"community/{id}"
            assert log_head(session, id).origin == f"{installation(session).log_name}/{id}/audit/1"
        root = session.get(Entry, (places.root, 0))
        assert root.act == Act.INSTALLATION_MADE
    database.close()


def test_an_installation_is_made_once(database_url):
    database = open_database(database_url)
    first = database.change(lambda session, now: make_installation(session, now).id)
    again = database.change(lambda session, now: make_installation(session, now, log_name="other").id)
    with database.read() as session:
        assert first == again and installation(session).log_name != "other"
        assert len(session.exec(select(Entry)).all()) == 1
    database.close()


def test_the_tree_is_walked_up_and_down(database_url):
    database = open_database(database_url)
    places = build_places(database)
    with database.read() as session:
        village = community(session, places.village.id)
        assert [each.id for each in ancestors(session, village)] == [places.root, places.street, village.id]
        assert {each.id for each in children(session, places.street)} == {places.village.id, places.other.id}
        assert set(subtree_ids(session, community(session, places.street))) == {
            places.street, places.village.id, places.other.id,
        }  # fmt: skip
    database.close()


def test_the_nearest_setting_counts_and_each_change_is_an_entry(database_url):
    database = open_database(database_url)
    places = build_places(database)

    def set_to(id: int, value: str) -> None:
        database.change(
            lambda session, now: set_local_setting(
                session, now, of=community(session, id), name="special_case", value=value, source="会议", actor=Actor()
            )
        )

    set_to(places.street, "yes")
    with database.read() as session:
        village, other = community(session, places.village.id), community(session, places.other.id)
        assert local_setting(session, village, "special_case").value == "yes"
    set_to(places.village.id, "no")
    with database.read() as session:
        assert settings_of(session, village)["special_case"].value == "no"
        assert settings_of(session, other)["special_case"].value == "yes"
        entry = session.exec(select(Entry).where(Entry.act == Act.SETTING_CHANGED).order_by(Entry.at)).all()[-1]
        assert json.loads(entry.body)["data"] == {
            "name": "special_case", "before": "", "value": "no", "source": "会议",
        }  # fmt: skip
    database.close()
