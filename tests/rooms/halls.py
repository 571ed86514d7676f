"""A site whose village has a matter at its consultation, and a chair's browser that opens the room by its form."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.matters.story import Story
from tests.pages import Browser, Site, open_site

LONG_AGO = timedelta(days=30)
"""Before now the story begins, so that the days of its notice are over when the site opens."""


class House:
    """The site, the story's village, and the room."""

    def __init__(self, site: Site, story: Story):
        self.site, self.story, self.village = site, story, story.village
        self.matter_id = story.matter_id

    def browser(self, name: str) -> Browser:
        return self.site.browser(self.village[name])

    def open_room(self, **fields: str) -> str:
        """The room's address, opened by the chair as the form asks."""
        given = {"title": "村道怎么修", "minutes": "60", "turn_minutes": "2", "turns_each": "2"} | fields
        answer = self.browser("王秀英").post(f"/matters/{self.matter_id}/rooms", **given)
        assert answer.status == 303, answer.words[:400]
        return answer.location


@contextmanager
def house_at(
    url: str,
    folder: Path,
    stage: str = "consultation",
    procedure: str = "six_steps",
    about: str = "",
    **settings: object,
) -> Iterator[House]:
    story = Story(url, begins=datetime.now(UTC) - LONG_AGO)
    story.begin(procedure, about=about).go_to(stage)
    story.database.close()
    with open_site(url, folder, **settings) as site:
        yield House(site, story)
