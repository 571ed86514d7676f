"""A site with its village, and sign-in limits that begin anew in each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deliberation.identity import limits
from deliberation.identity.actions import set_password_hash
from deliberation.identity.passwords import hash_password
from tests.pages import Site, open_site
from tests.people import Place, Places, build_places

PASSWORD = "门前的桂花开了 2026"


@pytest.fixture(autouse=True)
def fresh_limits() -> Iterator[None]:
    limits.forget_all()
    yield
    limits.forget_all()


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


@pytest.fixture(scope="session")
def password_hash() -> str:
    """Slow on purpose, so made once."""
    return hash_password(PASSWORD)


@pytest.fixture
def with_password(site: Site, village: Place, password_hash: str) -> str:
    """李强 has the password; its text."""
    site.house.database.change(
        lambda session, now: set_password_hash(session, person_id=village["李强"], encoded=password_hash)
    )
    return PASSWORD
