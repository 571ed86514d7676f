"""A story in a fresh database of each kind."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.matters.story import Story


@pytest.fixture
def story(database_url: str) -> Iterator[Story]:
    made = Story(database_url)
    yield made
    made.database.close()
