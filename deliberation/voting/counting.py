"""From the tables to a tally document, its digest and its result.

A poll of a whole town is counted inside the writer, where everybody waits: rows are read as plain tuples, and what a
count ahead of the closing has found is taken over if not one word of what is counted has changed since.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from deliberation.assemblies.models import RosterLine
from deliberation.audit.canonical import canonical
from deliberation.bulk import select_many
from deliberation.collecting import no_collecting
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _
from deliberation.voting import models
from deliberation.voting.attendance import holder_lines, present_lines
from deliberation.voting.box_models import participants
from deliberation.voting.choice_rules import counted_as
from deliberation.voting.count_join import choices_without_names, named_ballots, raised_hands
from deliberation.voting.edition_rules import edition
from deliberation.voting.models import Poll
from deliberation.voting.published import few_beside_earlier
from deliberation.voting.secrecy_rules import CONFIDENTIAL, NAMED
from deliberation.voting.sentences import LOCALES, result_in_words
from deliberation.voting.tally import tally
from deliberation.voting.tally_checks import TallyRefused
from deliberation.voting.tally_document import read_tally_document
from deliberation.voting.tally_plain import is_plain
from deliberation.voting.tally_result import result_as_json
from deliberation.voting.tally_roster import Roster
from deliberation.voting.tally_rule import read_rule
from deliberation.voting.tally_terms import Ballot, Line, TallyDocument
from deliberation.voting.tally_writing import canonical_document, document_as_json, roster_text

_LINES = (
    select(RosterLine.number, RosterLine.id, RosterLine.person_id, RosterLine.heads, RosterLine.household,
           RosterLine.owner, RosterLine.area)
    .where(RosterLine.roster_id == bindparam("roster"))
    .order_by(col(RosterLine.number))
)  # fmt: skip
_BALLOTS = (
    select(models.Ballot.line_id, models.Ballot.choice, models.Ballot.channel, models.Ballot.cast_by_id)
    .where(models.Ballot.poll_id == bindparam("poll"))
    .order_by(col(models.Ballot.id))
)


@dataclass(frozen=True, slots=True)
class Frame:
    """The frozen roster of a poll as a count needs it: the same however often the poll is counted.

    ``people`` whose the lines are, ``numbers`` their ids by those of their rows, ``written`` as ``roster_text`` has them.
    """

    roster: Roster
    people: list[int]
    numbers: dict[int, str]
    written: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted, what came out, the digest that the closing entry binds, and what may be published of it.

    ``few`` and ``published`` as in ``edition_rules``.
    """

    poll_id: int
    frame: Frame
    document: TallyDocument
    result: dict[str, Any]
    sha256: str
    few: int = 0
    published: dict[str, Any] | None = None


def frame_of(session: Session, poll: Poll) -> Frame:
    rows = select_many(session, _LINES, roster=poll.roster_id)
    roster = Roster(
        Line(str(number), heads, household or None, owner or None, area)
        for number, _id, _person, heads, household, owner, area in rows
    )
    numbers = {row[1]: line.id for row, line in zip(rows, roster, strict=True)}
    return Frame(roster, [row[2] for row in rows], numbers, roster_text(roster))


def tally_document(session: Session, poll: Poll) -> dict[str, Any]:
    """What is counted, as ``deliberation/tally-1`` of the contracts. Members are the numbers of the roster's lines."""
    return document_as_json(_document(session, poll, frame_of(session, poll)), poll.rule)


def _document(session: Session, poll: Poll, frame: Frame) -> TallyDocument:
    """The same as values, straight from the tables; whether it can be counted has not been asked yet."""
    if poll.secrecy == NAMED:
        on_paper = named_ballots(session, poll, frame.people, frame.roster)
        filled = {"ballots": (*_from_devices(session, poll, frame), *on_paper), "hands": raised_hands(session, poll)}
    else:
        filled = _from_box(session, poll, frame)
    document = TallyDocument(rule=read_rule(poll.rule), roster=frame.roster, **filled)
    return replace(document, present=present_lines(session, poll, frame.people, document))


def _from_devices(session: Session, poll: Poll, frame: Frame) -> list[Ballot]:
    rows = select_many(session, _BALLOTS, poll=poll.id)
    said = {choice: counted_as(choice) for choice in {row[1] for row in rows}}
    numbers = frame.numbers
    holders = {row[3] for row in rows} - {None}
    hands = {None: None} | (holder_lines(frame.roster, frame.people, holders) if holders else {})
    return [Ballot(numbers[line], said[choice], channel, hands[by]) for line, choice, channel, by in rows]


def _from_box(session: Session, poll: Poll, frame: Frame) -> dict[str, Any]:
    """Of a vote whose ballots name nobody (a booth's count as confidential ones do): who took one, and the choices sorted."""
    took = participants(session, poll.id)
    return {
        "confidential": True,
        "participated": tuple(line.id for line, who in zip(frame.roster, frame.people, strict=True) if who in took),
        "ballots": tuple(Ballot(None, counted_as(choice)) for choice in choices_without_names(session, poll)),
    }


def digest(document: dict[str, Any]) -> str:
    """SHA-256 of the canonical document, hex: what the closing entry binds."""
    return hashlib.sha256(canonical(document)).hexdigest()


def count(session: Session, poll: Poll, ahead: Counted | None = None) -> Counted:
    """Count a poll as it stands. ``ahead``: a count of the same poll from before, taken over if it still is the count."""
    if ahead is not None and ahead.poll_id != poll.id:
        raise ValueError(f"a count of poll {ahead.poll_id} says nothing of poll {poll.id}")
    with no_collecting():
        frame = ahead.frame if ahead else frame_of(session, poll)
        document = _document(session, poll, frame)
        few = few_beside_earlier(session, poll)
        if ahead is not None and (document, few) == (ahead.document, ahead.few):
            return ahead
        if not is_plain(document):
            document = read_tally_document(document_as_json(document, poll.rule))
        result = tally(document)
        written = result_as_json(result, {locale: result_in_words(result, locale) for locale in LOCALES})
        published = edition(document, result, written, few, is_kept=poll.secrecy == CONFIDENTIAL)
        sha256 = hashlib.sha256(canonical_document(document, poll.rule, frame.written)).hexdigest()
        return Counted(poll.id, frame, document, written, sha256, few, published)


def count_or_refuse(session: Session, poll: Poll, ahead: Counted | None = None) -> Counted:
    """The same for whoever closes the poll. Raises Refused where what lies there cannot be counted."""
    try:
        return count(session, poll, ahead)
    except TallyRefused as no:
        raise Refused(
            Refusal(_("现在的票合不起来：{why}"), {"why": str(no)}, remedy=_("请核对到会登记、发票登记和举手人数"))
        ) from no
