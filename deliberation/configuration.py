"""What is asked of the machine before anything is served: files that can be read, a database that answers."""

from __future__ import annotations

import os
import ssl
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import make_url, text
from sqlalchemy.exc import SQLAlchemyError

from deliberation.audit import keys
from deliberation.db import Database
from deliberation.settings import Settings


def has_database(settings: Settings) -> bool:
    """Whether there is a database to read; looking for one must not make one."""
    return not settings.url.startswith("sqlite") or Path(make_url(settings.url).database or "").is_file()


def faults(settings: Settings) -> Iterator[str]:
    """What is wrong, a sentence each; nothing is changed by looking."""
    yield from _folder(settings)
    yield from _certificate(settings)
    yield from _key(settings)
    yield from _database(settings)


def _folder(settings: Settings) -> Iterator[str]:
    place = settings.data
    while not place.exists() and place != place.parent:
        place = place.parent
    if not place.is_dir():
        yield f"{settings.data}: is not a folder (DELIBERATION_DATA)"
    elif not os.access(place, os.W_OK | os.X_OK):
        yield f"{place}: this account may not write there (DELIBERATION_DATA)"
    elif settings.data.exists() and settings.data.stat().st_mode & 0o007:
        yield f"{settings.data}: is open to every account of this machine; `chmod 700` it"


def _certificate(settings: Settings) -> Iterator[str]:
    if settings.tls_cert is None or settings.tls_key is None:
        return
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(settings.tls_cert, settings.tls_key)
    except ssl.SSLError as error:
        yield f"{settings.tls_cert}: not a certificate with the key {settings.tls_key} ({error.reason or error})"
    except OSError as error:
        yield f"{settings.tls_cert} or {settings.tls_key}: {error.strerror}"


def _key(settings: Settings) -> Iterator[str]:
    if settings.signer == "inside" and settings.key.exists():
        try:
            keys.load(settings.key)
        except keys.KeyUnusable as no:
            yield str(no)


def _database(settings: Settings) -> Iterator[str]:
    if not has_database(settings):
        return
    database = Database(settings.url)
    try:
        with database.read() as session:
            session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        yield f"the database does not answer: {str(error).splitlines()[0]} (DELIBERATION_DATABASE_URL)"
    finally:
        database.close()
