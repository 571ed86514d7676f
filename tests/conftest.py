"""What every test may ask for: a fresh database of each kind, and one event loop's kind for the async ones."""

import pytest
from hypothesis import settings

pytest_plugins = ["tests.compiled", "tests.databases", "tests.tools"]

# Two shared cores make a single slow example likely; slowness is measured by `make bench`, never by a test.
settings.register_profile("house", deadline=None, print_blob=True)
settings.load_profile("house")


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"
