"""What SQLAlchemy compiled for one test's engine serves the next one's: a third of the suite's time was spent compiling anew.

SQLAlchemy keeps compiled statements by engine and finds them by the dialect object, of which each engine has its own. The
engines of the tests are of two kinds, and those of a kind compile alike, as those of one running program do.
"""

from sqlalchemy import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

COMPILED: LRUCache = LRUCache(5000)
"""More than the statements of the whole program in both kinds."""


def _is_alike(one: DefaultDialect, other: object) -> bool:
    return type(one) is type(other) and _settings(one) == _settings(other)


def _settings(dialect: DefaultDialect) -> tuple:
    """What a server says of itself that statements are compiled by."""
    return dialect.paramstyle, getattr(dialect, "server_version_info", None)


DefaultDialect.__eq__ = _is_alike  # type: ignore[method-assign]
DefaultDialect.__hash__ = lambda dialect: hash(type(dialect))  # type: ignore[method-assign]
Engine._compiled_cache = property(lambda engine: COMPILED, lambda engine, own: None)  # type: ignore[assignment]
