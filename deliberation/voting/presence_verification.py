"""Whether who was there and who took paper is still what was entered at the door and at the desk, for ``audit verify``."""

from __future__ import annotations

from sqlmodel import Session, and_, col, or_, select

from deliberation.assemblies.models import RosterLine
from deliberation.audit.models import Entry, Opening
from deliberation.audit.reading import data_of
from deliberation.vocabulary import _
from deliberation.voting import presence_rules as rules
from deliberation.voting.count_models import Handed, rows_of
from deliberation.voting.models import Poll, late_people, present_people

DOOR = (rules.MARKED, rules.RESUMED)
DESK = (rules.HANDED, rules.RETURNED)
OF_POLL = (rules.OPENED, rules.CLOSED, rules.MARKED, *DESK)


def against_door_and_desk(session: Session, poll: Poll) -> str | None:
    """What of presence and ticks is not as entered, as far as openings have not been erased."""
    steps = _steps(session, poll)
    if not _is_as_there(session, poll, steps):
        return _("表决{poll}的到会登记与存证不符")
    return None if _is_as_ticked(session, poll, steps) else _("表决{poll}的发票登记与存证不符")


def about(poll: Poll) -> object:
    """Which entries say who was there: of the poll, and of the meeting in which it was held."""
    of_poll = and_(Entry.object == f"poll/{poll.id}", col(Entry.act).in_(OF_POLL))
    if poll.meeting_id is None:
        return of_poll
    return or_(of_poll, and_(Entry.object == f"meeting/{poll.meeting_id}", col(Entry.act).in_(DOOR)))


def _steps(session: Session, poll: Poll) -> list[rules.Step]:
    mine = (Entry.community_id == poll.community_id, about(poll))
    opened: dict[int, dict[str, str]] = {}
    found = select(Opening.index, Opening.field, Opening.value).join(
        Entry, (col(Entry.community_id) == Opening.community_id) & (col(Entry.index) == Opening.index)
    )
    for index, field, value in session.exec(found.where(*mine)):
        opened.setdefault(index, {})[field] = value
    entries = session.exec(select(Entry).where(*mine).order_by(col(Entry.index)))
    return [rules.step_of(each.act, data_of(each.body) or {}, opened.get(each.index, {})) for each in entries]


def _is_as_there(session: Session, poll: Poll, steps: list[rules.Step]) -> bool:
    lines = select(RosterLine.person_id).where(RosterLine.roster_id == poll.roster_id)
    roster = {f"person/{who}" for who in session.exec(lines)}
    there = rules.there_by(steps, roster, in_meeting=poll.meeting_id is not None)
    late = {f"person/{who}" for who in late_people(session, poll.id)}
    here = {f"person/{who}" for who in present_people(session, poll.id)} - late
    return rules.agrees(there.seated, here, there.erased) and rules.agrees(there.late, late, there.erased)


def _is_as_ticked(session: Session, poll: Poll, steps: list[rules.Step]) -> bool:
    known, erased = rules.ticks_by(steps)
    rows = {f"person/{tick.person_id}": tick for tick in rows_of(session, Handed, poll.id) if tick.given}
    if not rules.agrees(set(known), set(rows), erased):
        return False
    return all(_is_tick(rows[person], ticks) for person, ticks in known.items())


def _is_tick(row: Handed, ticks: rules.Ticks) -> bool:
    """A hand called by name after paper was handed back is a tick of the list of hands, without an entry of its own."""
    numbers = (row.given, row.returned, row.spoiled) == (ticks.given, ticks.returned, ticks.spoiled)
    return numbers and (row.channel != "paper" or row.is_out == ticks.holds)
