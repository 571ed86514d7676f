"""Exports as the liaison's page follows them: how far those are that are being made, and that one was made or went."""

from __future__ import annotations

from sqlmodel import Session

from deliberation import live

RUNNING, ENDED = "legislation/_exports_running.html", "legislation/_exports_ended.html"
PACE = 1.0
"""Seconds between two times that a page is shown how far they are."""


def topic_of(solicitation_id: int) -> str:
    return f"exports/{solicitation_id}"


def tell_running(session: Session, solicitation_id: int) -> None:
    """After the commit, show how far the exports of a solicitation are."""
    live.announce(session, topic_of(solicitation_id), RUNNING)


def tell_ended(session: Session, solicitation_id: int) -> None:
    """The same where one was made, was given up, or is handed out no more: the list of files has changed."""
    tell_running(session, solicitation_id)
    live.announce(session, topic_of(solicitation_id), ENDED)
