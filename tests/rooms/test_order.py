"""The list of rooms: open ones first, within each group the newest first."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from deliberation.rooms.models import Room, rooms_within_reach
from tests.matters.story import Story


def test_within_each_group_the_newest_stands_first(database_url):
    story = Story(database_url).begin("six_steps")

    def add(session: Session, _matter: object) -> None:
        for number, (days, is_open) in enumerate(((3, False), (1, False), (2, True), (0, True)), 1):
            at = story.now - timedelta(days=days)
            place = {"community_id": story.village.id, "matter_id": story.matter_id, "step": "consultation"}
            closed = None if is_open else at
            session.add(Room(**place, number=number, title=f"{days}", opened_at=at, closed_at=closed,
                             chair_id=story.village["王秀英"], turn_seconds=120, turns_each=2))  # fmt: skip

    story.do(add)
    found = story.look(lambda session, _m: [one.title for one in rooms_within_reach(session, [story.village.id], None)])
    assert found == ["0", "2", "1", "3"]
