"""A running site over the database of a story that has come to where the test begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.matters.story import Story
from tests.pages import Site, open_site


def long_ago(days: int = 120) -> datetime:
    """When a story begins that shall have arrived by now."""
    return datetime.now(UTC) - timedelta(days=days)


@contextmanager
def site_of(story: Story, url: str, folder: Path, **settings: object) -> Iterator[Site]:
    """The site; the story's own door is shut, because a site has one writer."""
    story.database.close()
    with open_site(url, folder, **settings) as site:
        yield site
