"""What the desk shows of readings that were taken back, and which can be."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from deliberation.identity.models import names_of
from deliberation.voting.count_models import Reading, SheetWithdrawal, rows_of
from deliberation.voting.count_rules import UNREAD, Sheet
from deliberation.voting.desk import absent_sheets, not_ticked
from deliberation.voting.desk_words import choice_words
from deliberation.voting.models import Poll
from deliberation.voting.paper_rules import HANDS
from deliberation.voting.withdrawing import READING

Names = list[tuple[int, str]]


def own_withdrawn(session: Session, poll: Poll, who: int, sheets: dict[int, Sheet]) -> list[dict[str, Any]]:
    """What this counter read and does not count any more, the latest first."""
    gone = [each for each in rows_of(session, SheetWithdrawal, poll.id) if (each.was, each.by_id) == (READING, who)]
    return [
        {
            "name": sheets[each.sheet_id].name,
            "choice": choice_words(each.choice, poll.rule),
            "is_found": bool(each.reason),
        }
        for each in reversed(gone)
    ]


def earlier_of(mine: list[Reading], sheets: dict[int, Sheet]) -> Names:
    """Own readings that stand no longer among the latest: each can be taken back as well."""
    return [(each.sheet_id, sheets[each.sheet_id].name) for each in reversed(mine)]


def absent_found(session: Session, poll: Poll, sheets: list[Sheet]) -> list[dict[str, Any]]:
    """Sheets that a third person did not find in the box: who read them and why it counts no more, never what was read."""
    names, absent = {sheet.id: sheet.name for sheet in sheets}, absent_sheets(session, poll.id)
    gone = [each for each in rows_of(session, SheetWithdrawal, poll.id) if each.reason and each.sheet_id in absent]
    people = names_of(session, {who for each in gone for who in (each.by_id, each.withdrawn_by_id)})
    found: dict[int, dict[str, Any]] = {}
    for each in gone:
        one = found.setdefault(each.sheet_id, {"name": names[each.sheet_id], "readers": []})
        one |= {"who": people[each.withdrawn_by_id], "reason": each.reason}
        if each.was == READING and people[each.by_id] not in one["readers"]:
            one["readers"].append(people[each.by_id])
    return list(found.values())


def absent_offered(session: Session, poll: Poll, sheets: list[Sheet]) -> tuple[Names, Names]:
    """Sheets of which a third person may find that none lies in the box: first those that the roll does not know as out."""
    odd = {sheet.id for sheet in not_ticked(session, poll, sheets)}
    read = [sheet for sheet in sheets if sheet.kind != HANDS and sheet.state != UNREAD]
    return (
        [(one.id, one.name) for one in read if one.id in odd],
        [(one.id, one.name) for one in read if one.id not in odd],
    )
