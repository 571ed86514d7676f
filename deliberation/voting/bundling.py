"""What a bundle of a poll holds: its entries, the frozen text, the result; in the full edition all that was counted."""

from __future__ import annotations

from sqlmodel import Session, col, or_, select

from deliberation.assemblies.freezing import line_facts
from deliberation.assemblies.models import Roster, roster_lines
from deliberation.audit.bundle import FULL, Bundler, Contents, as_json
from deliberation.audit.models import Entry
from deliberation.refusal import Missing
from deliberation.vocabulary import Act
from deliberation.voting.counting import tally_document
from deliberation.voting.models import Poll, shown_result
from deliberation.voting.presence_verification import about
from deliberation.voting.secrecy_rules import NAMED


def gather_poll(session: Session, number: int, edition: str) -> Contents:
    """The poll of ``poll/<number>`` once it is closed. Raises Missing."""
    poll = session.get(Poll, number)
    if poll is None or poll.closed_at is None:
        raise Missing
    folder = f"polls/{poll.id}"
    files = {f"{folder}/result.json": as_json(shown_result(poll)), f"documents/poll-{poll.id}.txt": poll.text.encode()}
    if edition == FULL:
        roster = session.get(Roster, poll.roster_id)
        lines = [line_facts(line.number, line) for line in roster_lines(session, roster.id)]
        files[f"{folder}/result.json"] = as_json(poll.result)
        files[f"{folder}/tally.json"] = as_json(tally_document(session, poll))
        files[f"{folder}/roster.json"] = as_json({"salt": roster.salt, "root": roster.root, "lines": lines})
        if shown_result(poll) != poll.result:
            files[f"{folder}/published.json"] = as_json(shown_result(poll))
    entries = _entries_of(session, poll)
    unopened = frozenset(index for index, act in entries if poll.secrecy != NAMED and act not in OPENED)
    return Contents(poll.community_id, f"poll/{poll.id}", [index for index, _act in entries], files, unopened)


OPENED = frozenset({Act.POLL_OPENED, Act.POLL_CLOSED, Act.ROSTER_FROZEN})
"""What of a vote whose ballots name nobody is opened: who took paper, beside what was read on it, would name the choice."""


def _entries_of(session: Session, poll: Poll) -> list[tuple[int, str]]:
    """Number and act of the entries about the poll, the freezing of its roster and the door of its meeting."""
    subjects = col(Entry.object).in_((f"poll/{poll.id}", f"roster/{poll.roster_id}"))
    if poll.secrecy == NAMED:  # Of a vote that names nobody who was there is not opened in any bundle.
        subjects = or_(subjects, about(poll))
    found = select(Entry.index, Entry.act).where(Entry.community_id == poll.community_id, subjects)
    return list(session.exec(found.order_by(col(Entry.index))))


bundlers = (Bundler("poll", gather_poll),)
"""What ``audit export --subject`` can lay out for this slice."""
