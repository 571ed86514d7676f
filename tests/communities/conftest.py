"""A site with its tree of communities."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import Site, open_site
from tests.people import Place, Places, build_places


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    with open_site(database_url, tmp_path) as site:
        yield site


@pytest.fixture
def places(site: Site) -> Places:
    return build_places(site.house.database)


@pytest.fixture
def village(places: Places) -> Place:
    return places.village
