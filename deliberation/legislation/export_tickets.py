"""A ticket for a full table: who asked for it in a form has it for a while, whole or in parts, in the same sign-in.

It is a code over the export, the sign-in and the minute at which it ends, keyed with the random name of the file, which
nobody is told: so it is of no use to another browser, and ends with the file.
"""

from __future__ import annotations

import hmac
from datetime import datetime, timedelta

from deliberation.legislation.export_models import OpinionExport

LASTS = timedelta(minutes=30)
"""So long a download that broke off goes on; then it is asked for once more."""


def ticket_for(made: OpinionExport, sign_in: bytes, now: datetime) -> str:
    return _ticket(made, sign_in, int((now + LASTS).timestamp()))


def is_valid(ticket: str, made: OpinionExport, sign_in: bytes | None, now: datetime) -> bool:
    """Whether it was given for this file to whoever is signed in so, and has not ended."""
    until = ticket.partition("-")[0]
    if sign_in is None or not (until.isascii() and until.isdigit() and len(until) < 12):
        return False
    is_ours = hmac.compare_digest(ticket.encode(), _ticket(made, sign_in, int(until)).encode())
    return is_ours and now.timestamp() < int(until)


def _ticket(made: OpinionExport, sign_in: bytes, until: int) -> str:
    words = f"deliberation/export-ticket/{made.id}/{until}/{sign_in.hex()}"
    return f"{until}-{hmac.new(made.stored.encode(), words.encode(), 'sha256').hexdigest()}"
