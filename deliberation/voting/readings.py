"""Two counters read every sheet, each alone; a third person settles what they do not agree on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation import live
from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor
from deliberation.refusal import Invalid, Missing, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _
from deliberation.voting.count_join import sheets_of
from deliberation.voting.count_models import (
    Handed,
    PaperBatch,
    PaperSheet,
    Reading,
    Settlement,
    SheetWithdrawal,
    sheet_of_code,
)
from deliberation.voting.count_rules import AGREED, DIFFERS, SINGLE, Sheet
from deliberation.voting.desk import enter, note_unsettled, opened_desk
from deliberation.voting.handing import (
    hands_in_writing,
    hands_late,
    kind_of,
    list_of_hands,
    question_of,
    tick_out,
)
from deliberation.voting.models import Poll
from deliberation.voting.paper_rules import (
    ASIDE,
    BAD_CODE,
    BATCH_LENGTH,
    BEYOND,
    COMPARED,
    HANDS,
    INVALID,
    NAMED,
    NO_HANDS_BY_NAME,
    NOT_READ,
    NOTHING_TO_SETTLE,
    OTHER_POLL,
    OTHERWISE,
    OWN_READING,
    SETTLED,
    UNKNOWN_CODE,
    against_key,
    choice_of,
    may_read,
    read_code,
)

PROGRESS = "voting/_count_progress.html"


@dataclass(frozen=True, slots=True)
class Mark:
    """One sheet as a counter names it, and what they read on it: ``code`` of a named sheet, or of a batch with ``number``.

    ``person_id`` instead where a hand is entered by name. ``in_hand``: the counter says that they hold this very sheet.
    """

    choice: str
    code: str = ""
    number: int | None = None
    person_id: int | None = None
    note: str = ""
    in_hand: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a third person found on a sheet, and why; ``otherwise``: they say that neither counter read it so."""

    typed: str
    reason: str
    otherwise: bool = False


def read_sheet(session: Session, now: datetime, *, poll_id: int, mark: Mark, standing: Standing) -> Reading:
    """Enter what this counter reads on a sheet.

    A named sheet that is not out is questioned: it may come out of the box all the same, but more often its number was
    misread. Raises Refused, Invalid (``code``, ``number``, ``choice``, ``in_hand``).
    """
    act = "read_sheet" if mark.person_id is None else "read_hand"
    poll, actor = opened_desk(session, poll_id, act, standing)
    choice = _choice(mark.choice, poll)
    sheet = _sheet_of(session, now, poll, mark, actor)
    readings = list(session.exec(select(Reading).where(Reading.sheet_id == sheet.id)))
    is_settled = session.get(Settlement, sheet.id) is not None
    by_me = any(one.reader_id == actor.person_id for one in readings)
    refuse_if(may_read(by_me=by_me, readers=len(readings), is_settled=is_settled))
    question = question_of(session, poll, sheet)
    if question is not None and not mark.in_hand:
        raise Invalid({"in_hand": question})
    reading = Reading(
        sheet_id=sheet.id,
        poll_id=poll.id,
        reader_id=actor.person_id,
        place=2 if any(one.place == 1 for one in readings) else 1,  # One may have been taken back.
        choice=choice,
        note=mark.note,
        at=now,
    )
    session.add(reading)
    session.flush()
    data = {"poll": poll.id} | ({"not_out": 1} if question else {})
    enter(session, Act.SHEET_READ, poll, actor, data, secrets_of(sheet, reading))
    changed(session, now, poll)
    return reading


def _choice(typed: str, poll: Poll) -> str:
    choice = choice_of(typed, poll.rule)
    if choice is None:
        raise Invalid({"choice": against_key(typed, poll.rule)})
    return choice


def _sheet_of(session: Session, now: datetime, poll: Poll, mark: Mark, actor: Actor) -> PaperSheet:
    if mark.person_id is not None:
        return _hand(session, now, poll, mark.person_id, actor)
    code = read_code(mark.code)
    if not code:
        raise Invalid({"code": BAD_CODE})
    if len(code) == BATCH_LENGTH:
        return _numbered(session, poll, code, mark.number)
    sheet = sheet_of_code(session, code)
    if sheet is None:
        raise Refused(UNKNOWN_CODE)
    if sheet.poll_id != poll.id:
        raise Refused(OTHER_POLL)
    return sheet


def _numbered(session: Session, poll: Poll, code: str, number: int | None) -> PaperSheet:
    found = session.exec(select(PaperBatch).where(PaperBatch.code == code).order_by(col(PaperBatch.id))).all()
    if not found:
        raise Refused(UNKNOWN_CODE)
    first = found[0]
    if first.poll_id != poll.id:
        raise Refused(OTHER_POLL)
    if first.kind == NAMED:
        raise Invalid({"code": BAD_CODE})
    if number is None or not 1 <= number <= sum(batch.size for batch in found):
        raise Invalid({"number": BEYOND})
    return _row(session, first, number=number)


def _hand(session: Session, now: datetime, poll: Poll, person_id: int, actor: Actor) -> PaperSheet:
    """The line of a person on the list of hands. The first who enters it ticks the roll as well."""
    if kind_of(poll) != NAMED:
        raise Refused(NO_HANDS_BY_NAME)
    refuse_if(hands_in_writing(poll))
    batch = list_of_hands(session, now, poll, actor)
    known = select(PaperSheet).where(PaperSheet.batch_id == batch.id, PaperSheet.person_id == person_id)
    if (sheet := session.exec(known).first()) is not None:
        return sheet
    refuse_if(hands_late(poll, now))
    tick_out(session, now, poll, person_id, HANDS)
    return _row(session, batch, number=person_id, person_id=person_id)


def _row(session: Session, batch: PaperBatch, *, number: int, person_id: int | None = None) -> PaperSheet:
    known = select(PaperSheet).where(PaperSheet.batch_id == batch.id, PaperSheet.number == number)
    sheet = session.exec(known).first()
    if sheet is None:
        sheet = PaperSheet(batch_id=batch.id, poll_id=batch.poll_id, number=number, person_id=person_id)
        session.add(sheet)
        session.flush()
    return sheet


def correct_reading(
    session: Session, now: datetime, *, poll_id: int, sheet_id: int, typed: str, note: str, standing: Standing
) -> Reading:
    """Change one's own reading, before it was compared. Each change is an entry. Raises Refused, Invalid."""
    poll, actor = opened_desk(session, poll_id, "read_hand", standing)
    found = select(Reading).where(
        Reading.sheet_id == sheet_id, Reading.poll_id == poll.id, Reading.reader_id == actor.person_id
    )
    reading = session.exec(found).first()
    if reading is None:
        raise Refused(NOT_READ)
    if session.get(Settlement, sheet_id) is not None:
        raise Refused(SETTLED)
    sheets = sheets_of(session, poll.id)
    if is_compared(sheets):
        raise Refused(COMPARED)
    choice = _choice(typed, poll)
    if (choice, note) != (reading.choice, reading.note):
        reading.choice, reading.note, reading.corrected_at = choice, note, now
        session.add(reading)
        session.flush()
        said = secrets_of(session.get(PaperSheet, sheet_id), reading)
        enter(session, Act.SHEET_CORRECTED, poll, actor, {"poll": poll.id}, said)
        changed(session, now, poll)
    return reading


def is_compared(sheets: list[Sheet]) -> bool:
    """Whether the comparison is shown: every sheet that anybody has read was read by two."""
    return any(sheet.readings for sheet in sheets) and all(sheet.state != SINGLE for sheet in sheets)


def settle_sheet(
    session: Session, now: datetime, *, poll_id: int, sheet_id: int, found: Found, standing: Standing
) -> Settlement:
    """A third person, who has read no sheet of this poll, says what counts and why. Raises Refused, Invalid (``otherwise``).

    A sheet that two read alike can be set aside or found invalid, never be given to another choice. What neither of them
    read needs the word that it is so: it stands in the entry, and before the counters when they seal.
    """
    poll, actor = opened_desk(session, poll_id, "settle", standing)
    sheet = next((one for one in sheets_of(session, poll.id) if one.id == sheet_id), None)
    if sheet is None:
        raise Missing
    guard_third(session, poll, actor)
    choice = ASIDE if found.typed == ASIDE else _choice(found.typed, poll)
    allowed = sheet.state == DIFFERS or (sheet.state in (AGREED, SINGLE) and choice in (ASIDE, INVALID))
    if not allowed:
        raise Refused(SETTLED if sheet.settled is not None else NOTHING_TO_SETTLE)
    otherwise, reason = sheet.reads_otherwise(choice), found.reason
    if otherwise and not found.otherwise:
        raise Invalid({"otherwise": OTHERWISE})
    settlement = Settlement(
        sheet_id=sheet_id, poll_id=poll.id, choice=choice, reason=reason, settled_by_id=actor.person_id, at=now
    )
    session.add(settlement)
    if choice == ASIDE and sheet.kind == HANDS:
        _lower_hand(session, poll, sheet.person_id)
    session.flush()
    secrets = {
        "sheet": (f"sheet/{sheet.id}", None),
        "choice": (choice, sheet.person_id),
        "reason": (reason, actor.person_id),
    }
    enter(session, Act.SHEET_SETTLED, poll, actor, {"poll": poll.id, "otherwise": int(otherwise)}, secrets)
    changed(session, now, poll)
    return settlement


def _lower_hand(session: Session, poll: Poll, person_id: int) -> None:
    """A hand at a wrong name takes nobody's vote away: set aside, it leaves them paper and their device."""
    tick = session.get(Handed, (poll.id, person_id))
    if tick is not None and tick.channel == HANDS:
        tick.is_out = False
        session.add(tick)


def guard_third(session: Session, poll: Poll, actor: Actor) -> None:
    refuse_if(OWN_READING if has_read(session, poll.id, actor.person_id) else None)


def has_read(session: Session, poll_id: int, person_id: int) -> bool:
    """Whether this person has read a sheet of the poll, though they took it back: no third person any more."""
    mine = select(Reading.id).where(Reading.poll_id == poll_id, Reading.reader_id == person_id)
    back = select(SheetWithdrawal.id).where(
        SheetWithdrawal.poll_id == poll_id, SheetWithdrawal.by_id == person_id, SheetWithdrawal.was == "reading"
    )
    return any(session.exec(each.limit(1)).first() is not None for each in (mine, back))


def secrets_of(sheet: PaperSheet, reading: Reading) -> dict[str, tuple[str, int | None]]:
    """The choice enters as a commitment, owned by the voter where the sheet names one."""
    secrets = {
        "sheet": (f"sheet/{sheet.id}", sheet.person_id),
        "choice": (reading.choice, sheet.person_id),
        "reader": (f"person/{reading.reader_id}", reading.reader_id),
    }
    return secrets | ({"note": (reading.note, sheet.person_id)} if reading.note else {})


def changed(session: Session, now: datetime, poll: Poll) -> None:
    note_unsettled(session, now, poll)
    live.announce(session, f"count/{poll.id}", PROGRESS, f"count/{poll.id}")


def refused_note(choice: str, note: str) -> Refusal | None:
    """Whoever finds a sheet invalid says why."""
    return Refusal(_("请写明为什么无效，例如“两项都打了勾”")) if choice == INVALID and not note else None
