"""Whether what was announced still comes out: every closed poll counted again, for ``audit verify``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from sqlmodel import Session, col, select

from deliberation.assemblies.freezing import line_facts, roster_root
from deliberation.assemblies.models import Roster, roster_lines
from deliberation.audit.commitment import opens
from deliberation.audit.log_check import Fault
from deliberation.audit.models import Entry, LogHead, Opening, openings_of
from deliberation.audit.reading import data_of
from deliberation.audit.verification import Check
from deliberation.vocabulary import Act, _
from deliberation.voting.box_closing import box_facts
from deliberation.voting.count_verification import is_as_entered
from deliberation.voting.counting import count
from deliberation.voting.edition_rules import VERSION
from deliberation.voting.models import Poll, ballots_of
from deliberation.voting.presence_verification import against_door_and_desk
from deliberation.voting.tally_checks import TallyRefused
from deliberation.voting.told_verification import check_told


def check_polls(session: Session) -> Iterator[Fault | None]:
    """Count every closed poll again and hold it against the stored result, the entries and what voters committed to."""
    for poll in session.exec(select(Poll).where(col(Poll.closed_at).is_not(None)).order_by(col(Poll.id))).all():
        yield _check(session, poll)


checks = (Check("tallies", check_polls), Check("told", check_told))
"""What ``audit verify`` is to run for this slice."""


def _check(session: Session, poll: Poll) -> Fault | None:
    entries = list(
        session.exec(
            select(Entry)
            .where(Entry.community_id == poll.community_id, Entry.object == f"poll/{poll.id}")
            .order_by(col(Entry.index))
        )
    )
    head = session.get(LogHead, poll.community_id)
    closing = next((entry for entry in entries if entry.act == Act.POLL_CLOSED), None)
    opening = next((entry for entry in entries if entry.act == Act.POLL_OPENED), None)
    reason = _wrong(session, poll, opening, closing, entries)
    if reason is None:
        return None
    at = closing.index if closing else None
    return Fault("tally", reason, {"poll": poll.id}, head.origin if head else "", at, f"poll/{poll.id}")


def _wrong(
    session: Session, poll: Poll, opening: Entry | None, closing: Entry | None, entries: list[Entry]
) -> str | None:
    if opening is None or closing is None:
        return _("表决{poll}已经结束，存证中却没有它的开始或者结束")
    opened, closed = data_of(opening.body), data_of(closing.body)
    if opened is None or closed is None:  # The check of the log has named it.
        return _unlike_what_was_cast(session, poll, entries)
    if (opened.get("rule"), opened.get("text")) != (poll.rule, poll.text_sha256) or _hash(
        poll.text
    ) != poll.text_sha256:
        return _("表决{poll}的规则或者冻结文本与存证不符")
    if opened.get("proxy_limit", poll.proxy_limit or 0) != (poll.proxy_limit or 0):
        return _("表决{poll}的委托人数上限与存证不符")
    roster = session.get(Roster, poll.roster_id)
    facts = [line_facts(line.number, line) for line in roster_lines(session, roster.id)]
    if not roster.root == opened.get("root") == roster_root(roster.salt, facts):
        return _("表决{poll}的名册与存证不符")
    if opened.get("secrecy", "named") != poll.secrecy:
        return _("表决{poll}的保密方式与存证不符")
    try:
        counted = count(session, poll)
    except TallyRefused:  # As they now stand they could not even have been counted.
        return _("表决{poll}的计票文件与存证不符")
    if counted.sha256 != poll.tally_sha256 or not _binds(session, closing, closed, counted.sha256):
        return _("表决{poll}的计票文件与存证不符")
    # By other rules than today's something else was withheld then; the entry still binds what was published.
    is_alike = closed.get("edition", 1) != VERSION or counted.published == poll.published
    shown = poll.published or poll.result
    if (
        counted.result != poll.result
        or not is_alike
        or any(closed.get(name) != shown[name] for name in ("outcome", "counts"))
    ):
        return _("表决{poll}重新计票的结果与公布的不同")
    if any(closed.get(name) != value for name, value in box_facts(session, poll).items()):
        return _("表决{poll}的领票名单或者票箱与存证不符")
    if not is_as_entered(session, poll, entries):
        return _("表决{poll}的纸质票录入、认定或者举手清点与存证不符")
    return against_door_and_desk(session, poll) or _unlike_what_was_cast(session, poll, entries)


def _binds(session: Session, closing: Entry, closed: dict, counted: str) -> bool:
    """Whether the closing entry binds what was counted: by a salted commitment, in older entries as it is."""
    if "tally" in closed:
        return closed["tally"] == counted
    openings = {each.field: each for each in openings_of(session, closing.community_id, closing.index)}
    one = openings.get("tally")
    return one is not None and opens(closed.get("commit", {}).get("tally"), "tally", one.salt, counted)


def _unlike_what_was_cast(session: Session, poll: Poll, entries: list[Entry]) -> str | None:
    """Ballots against the voters' own commitments, as far as these have not been erased."""
    said: dict[str, str] = {}
    cast = [entry.index for entry in entries if entry.act in (Act.BALLOT_CAST, Act.BALLOT_CHANGED)]
    openings: dict[int, dict[str, str]] = {}
    for index, name, value in session.exec(
        select(Opening.index, Opening.field, Opening.value)
        .join(Entry, (col(Entry.community_id) == Opening.community_id) & (col(Entry.index) == Opening.index))
        .where(Opening.community_id == poll.community_id, Entry.object == f"poll/{poll.id}")
    ):
        openings.setdefault(index, {})[name] = value
    erased = 0
    for index in cast:
        opened = openings.get(index, {})
        if {"voter", "choice"} <= opened.keys():
            said[opened["voter"]] = opened["choice"]
        else:
            erased += 1
    ballots = {f"person/{ballot.person_id}": ballot.choice for ballot in ballots_of(session, poll.id)}
    if erased:
        ballots = {voter: choice for voter, choice in ballots.items() if voter in said}
    return None if said == ballots else _("表决{poll}的表决票与投票时的存证不符")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
