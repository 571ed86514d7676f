"""How many take part in a poll while it is open, on devices and on paper, counted as the result will count them.

The page of the poll, that of its meeting and the wall ask here, so that they show one number.
"""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, col, func, select

from deliberation import live
from deliberation.assemblies.models import RosterLine
from deliberation.voting.box_models import taken
from deliberation.voting.count_join import counted_sheets, hands_of
from deliberation.voting.count_models import Handed, has_paper
from deliberation.voting.models import Ballot, Poll, PollPresence
from deliberation.voting.secrecy_rules import BOOTH, CONFIDENTIAL

TURNOUT, QUORUM = "voting/_turnout.html", "voting/_quorum.html"
Figures = dict[str, int]


def tell_turnout(session: Session, poll_id: int, meeting_id: int | None) -> None:
    """Who follows the poll, or the meeting in which it is held, sees the new number."""
    for topic, fragment in ((f"poll/{poll_id}", TURNOUT), (f"meeting/{meeting_id}", QUORUM)):
        if meeting_id is not None or fragment == TURNOUT:
            live.announce(session, topic, fragment, topic)


def turnout(session: Session, poll: Poll) -> Figures:
    """How many persons and how much area are on the roster and take part, and how many are there; never for what.

    ``cast``: ballots of devices, and of paper and hands what two people have read alike. ``waiting``: who took paper or
    raised a hand by name that is not read yet. ``late``: who signed in after the opening and counts only with a ballot.
    ``paper``: paper of this vote, which is kept from others, is about, and whoever took some is among ``cast``.
    """
    line = RosterLine
    people, area = session.execute(
        select(func.count(func.distinct(line.person_id)), func.coalesce(func.sum(line.area), 0)).where(
            line.roster_id == poll.roster_id
        )
    ).one()
    whole = {"entitled": people, "entitled_area": 0, "cast_area": 0, "waiting": 0, "late": 0, "paper": 0}
    if poll.secrecy == BOOTH:  # Whoever takes a ballot does so before everybody's eyes.
        took = taken(session, poll.id)
        return whole | {"cast": took, "present": took}
    if poll.secrecy == CONFIDENTIAL:
        return whole | _coarse(session, poll)
    return whole | {"entitled_area": int(area)} | _named(session, poll)


def _coarse(session: Session, poll: Poll) -> Figures:
    """Of a confidential vote only what was shown last (``secrecy_rules.shown_turnout``), until it is closed.

    Late are all who came late: how many of them have voted would say more than the steps do.
    """
    is_open = poll.closed_at is None
    cast = poll.shown_cast if is_open else taken(session, poll.id)
    late = _there(session, poll, True) if is_open else 0
    paper = int(has_paper(session, poll.id))
    return {"cast": cast, "present": max(cast, _there(session, poll, False)), "late": late, "paper": paper}


def _there(session: Session, poll: Poll, is_late: bool, *more: Any) -> int:
    """How many signed in before the vote was opened, or after it."""
    found = select(func.count()).where(PollPresence.poll_id == poll.id, col(PollPresence.is_late).is_(is_late), *more)
    return session.execute(found).scalar_one()


def _named(session: Session, poll: Poll) -> Figures:
    on_paper, waiting = _on_paper(session, poll) if has_paper(session, poll.id) else (set(), 0)
    line, cast = RosterLine, select(Ballot.person_id).where(Ballot.poll_id == poll.id)
    device = session.execute(
        select(func.count(func.distinct(Ballot.person_id)), func.coalesce(func.sum(line.area), 0))
        .join(line, col(line.id) == Ballot.line_id)
        .where(Ballot.poll_id == poll.id)
    ).one()
    more = on_paper - set(session.exec(cast.where(col(Ballot.person_id).in_(on_paper))).all()) if on_paper else set()
    voted, silent = device[0] + len(more), [col(PollPresence.person_id).not_in(cast)]
    silent += [col(PollPresence.person_id).not_in(more)] if more else []
    shown, among = _by_hands(session, poll)
    return {
        "cast": voted + shown,
        "cast_area": int(device[1]) + _area_of(session, poll, more),
        "present": voted + max(_there(session, poll, False, *silent), among),
        "waiting": waiting,
        "late": _there(session, poll, True, *silent) if poll.closed_at is None else 0,
    }


def _on_paper(session: Session, poll: Poll) -> tuple[set[int], int]:
    """Whose sheet or hand by name counts, since two people read it alike; and how many others took paper."""
    read = {sheet.person_id for sheet in counted_sheets(session, poll.id) if sheet.person_id is not None}
    out = select(Handed.person_id).where(Handed.poll_id == poll.id, col(Handed.is_out))
    return read, len(set(session.exec(out).all()) - read)


def _by_hands(session: Session, poll: Poll) -> tuple[int, int]:
    """Of hands counted by number: how many were raised, and among how many people, once two agree."""
    hands = hands_of(session, poll.id)
    figures = hands.figures if hands is not None else None
    return (figures["yes"] + figures["no"] + figures["abstain"], figures["among"]) if figures else (0, 0)


def _area_of(session: Session, poll: Poll, people: set[int]) -> int:
    if not people:
        return 0
    line = RosterLine
    found = select(func.coalesce(func.sum(line.area), 0)).where(
        line.roster_id == poll.roster_id, col(line.person_id).in_(people)
    )
    return int(session.execute(found).scalar_one())
