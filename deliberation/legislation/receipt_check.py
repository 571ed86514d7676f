"""What came from below against the log: every receipt is of a submission that was entered, every copy says where it is from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlmodel import Session, col

from deliberation.audit.log_check import Fault
from deliberation.audit.models import Entry
from deliberation.audit.reading import data_of
from deliberation.bulk import select_many
from deliberation.files import FOLDER, Attachment
from deliberation.legislation.entered_log import GONE, NO_ENTRY, OTHER_FACTS, OTHER_WORDS, Log
from deliberation.legislation.opinion_log import AT_ONCE, UNOPENED
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.receipt_models import ConfirmedKey, ReceivedOpinion, SubmissionReceipt
from deliberation.legislation.receiving import copy_of
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.legislation.submission_models import Submission
from deliberation.matters.text_check import Entered, openings_for, origins_of
from deliberation.vocabulary import Act, _

NO_ORIGIN = _("{index} 号记录的 {subject} 没有了它的来处")
NO_RECEIPT = _("{subject} 已经上报，上级没有它的收件记录")
COUNTS = ("number", "asked", "opinions", "changes", "people", "left_out")

_COPY = ("opinion_id", "receipt_id", "origin", "entry", "number", "body", "source_id", "handled", "words")
_COPIES = (
    select(
        *(getattr(ReceivedOpinion, name) for name in _COPY),
        Opinion.entry,
        Opinion.community_id,
        Opinion.solicitation_id,
    )
    .join(Opinion, col(Opinion.id) == ReceivedOpinion.opinion_id)
    .where(col(ReceivedOpinion.opinion_id) > bindparam("after"))
    .order_by(col(ReceivedOpinion.opinion_id))
    .limit(AT_ONCE)
)
_BODIES = select(Entry.index, Entry.act, Entry.object, Entry.body).where(
    Entry.community_id == bindparam("community"), col(Entry.index).in_(bindparam("indexes", expanding=True))
)
_SOURCES = select(Opinion.id, Opinion.community_id, Opinion.entry).where(
    col(Opinion.id).in_(bindparam("ids", expanding=True))
)
_RECEIVED = (
    select(Entry.index, Entry.object)
    .where(
        Entry.community_id == bindparam("community"), col(Entry.index) > bindparam("after"),
        Entry.act == Act.OPINION_RECEIVED.value,
    )
    .order_by(col(Entry.index))
    .limit(AT_ONCE)
)  # fmt: skip


def check_receipts(session: Session, data: Path | None = None) -> Iterator[Fault | None]:
    """Every receipt with the file it came in (below ``data``), every key that was confirmed, every copy; and what is gone."""
    log = Log(session, (Act.SUBMISSION_RECEIVED,))
    entered = {_mark(place, one): one for place, entries in log.entries.items() for one in entries}
    for made in session.execute(select(SubmissionReceipt).order_by(col(SubmissionReceipt.id))).scalars().all():
        of = session.get(Solicitation, made.solicitation_id)
        place = (of.community_id, of.subject)
        one = entered.pop((place, made.origin, made.asked, made.number), None)
        yield _receipt(session, log, place, made, one) or (_bundle(session, log, place, made, (one, data)))
    for (place, *_rest), one in entered.items():
        if one.data:  # A damaged one is named by the check of the log.
            yield log.fault(place, GONE, "", one)
    yield from _arrived(session, log)
    yield from _keys(session)
    yield from _Copies(session).run()


def _keys(session: Session) -> Iterator[Fault | None]:
    """Whose key was compared by whom: whoever could put in another one would have their files taken in as the point's."""
    log = Log(session, (Act.TIER_KEY_CONFIRMED,))
    entered = {(place[0], one.data.get("from")): (place, one) for place, some in log.entries.items() for one in some}
    for row in session.execute(select(ConfirmedKey).order_by(ConfirmedKey.community_id, ConfirmedKey.origin)).scalars():
        place, one = entered.pop((row.community_id, row.origin), ((row.community_id, row.origin), None))
        if one is None:
            yield None if row.community_id in {id for id, _subject in log.damaged} else log.fault(place, NO_ENTRY)
            continue
        wrong = log.facts(place, one, {"key": row.vkey}) or log.kept(place, one, {"body": row.body})
        wrong = wrong or log.by(place, one, row.person_id)
        yield wrong or (None if log.hour(one, row.at) else log.fault(place, OTHER_FACTS, "at", one))
    for place, one in entered.values():
        if one.data:
            yield log.fault(place, GONE, "key", one)


def _mark(place: tuple[int, str], one: Entered) -> tuple[Any, ...]:
    return place, one.data.get("from"), one.data.get("asked"), one.data.get("number")


def _receipt(
    session: Session, log: Log, place: tuple[int, str], made: SubmissionReceipt, one: Entered | None
) -> Fault | None:
    if one is None:
        return None if place in log.damaged else log.fault(place, NO_ENTRY)
    plain = {name: getattr(made, name) for name in COUNTS} | {"from": made.origin, "content": made.sha256}
    wrong = (
        log.facts(place, one, plain) or log.kept(place, one, {"body": made.body}) or log.by(place, one, made.person_id)
    )
    if not wrong and not log.hour(one, made.at):
        wrong = log.fault(place, OTHER_FACTS, "at", one)
    if not wrong and made.submission_id is not None:
        went = session.get(Submission, made.submission_id)
        of = session.get(Solicitation, went.solicitation_id)
        known = (went.solicitation_id, went.number, went.sha256, log.origins.get(of.community_id))
        if known != (made.asked, made.number, made.sha256, made.origin):
            wrong = log.fault(place, OTHER_FACTS, "submission", one)
    return wrong


def _bundle(
    session: Session,
    log: Log,
    place: tuple[int, str],
    made: SubmissionReceipt,
    entered: tuple[Entered | None, Path | None],
) -> Fault | None:
    """The file as it came, by its row and on the disk."""
    one, data = entered
    if one is None:
        return None
    row = session.get(Attachment, made.attachment_id) if made.attachment_id is not None else None
    if wrong := log.kept(place, one, {"bundle": row.sha256 if row else ""}):
        return wrong
    if row is None or data is None:
        return None
    try:
        with (data / FOLDER / row.stored).open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        found = ""
    return None if found == row.sha256 else log.fault(place, OTHER_WORDS, "bundle", one)


def _arrived(session: Session, log: Log) -> Iterator[Fault | None]:
    """What a point on this installation handed up has its receipt above."""
    rows = (
        select(Submission, Solicitation, SubmissionReceipt.id)
        .join(Solicitation, col(Solicitation.id) == Submission.solicitation_id)
        .join(
            SubmissionReceipt,
            (col(SubmissionReceipt.submission_id) == Submission.id)
            & (col(SubmissionReceipt.solicitation_id) == Solicitation.upper_id),
            isouter=True,
        )
        .where(col(Solicitation.upper_id).is_not(None))
        .order_by(col(Submission.id))
    )
    for made, of, receipt in session.execute(rows).all():
        yield log.fault((of.community_id, made.subject), NO_RECEIPT) if receipt is None else None


@dataclass(slots=True)
class _Copies:
    """Copies some thousands at a time, each beside the entry with which it came."""

    session: Session
    origins: dict[int, str] = field(default_factory=dict)
    receipts: dict[int, SimpleNamespace] = field(default_factory=dict)

    def run(self) -> Iterator[Fault | None]:
        self.origins = origins_of(self.session)
        last = self.session.execute(select(func.max(Opinion.id))).scalar() or 0
        names = ("id", "solicitation_id", "origin", "asked", "number", "submission_id")
        found = select(*(getattr(SubmissionReceipt, name) for name in names))
        self.receipts = {row[0]: SimpleNamespace(**row._mapping) for row in self.session.execute(found)}
        seen, after = bytearray(last + 1), 0
        while rows := select_many(self.session, _COPIES, after=after):
            yield from self._some([(SimpleNamespace(**dict(zip(_COPY, row, strict=False))), *row[-3:]) for row in rows])
            after = rows[-1][0]
            for row in rows:
                seen[row[0]] = 1
        for community_id in sorted(self.origins):
            yield from self._gone(community_id, seen)

    def _some(self, rows: list[tuple]) -> Iterator[Fault | None]:
        entries: dict[tuple[int, int], Entered] = {}
        for community_id in {row[2] for row in rows}:
            named = {"community": community_id, "indexes": [row[1] for row in rows if row[2] == community_id]}
            for index, act, subject, body in select_many(self.session, _BODIES, **named):
                entries[community_id, index] = Entered(community_id, subject, index, act, data_of(bytes(body)) or {})
        openings = openings_for(self.session, entries.values())
        ids = [row[0].source_id for row in rows if row[0].source_id is not None]
        sources = {
            id: (self.origins.get(where), index) for id, where, index in select_many(self.session, _SOURCES, ids=ids)
        }
        for copy, index, community_id, of in rows:
            one = entries.get((community_id, index))
            if one is None or (one.act, one.object) != (Act.OPINION_RECEIVED, f"opinion/{copy.opinion_id}"):
                yield self._fault(community_id, copy.opinion_id, NO_ENTRY, "", None)
                continue
            wrong = self._wrong(copy, one, openings.get((community_id, index), {}), of, sources)
            yield self._fault(community_id, copy.opinion_id, *wrong, index) if wrong else None

    def _wrong(
        self, copy: SimpleNamespace, one: Entered, opened: Mapping[str, str], of: int, sources: Mapping[int, Any]
    ) -> tuple[str, str] | None:
        """(reason, field) of the first thing that the entry says otherwise; a damaged one says nothing."""
        receipt, said = self.receipts.get(copy.receipt_id), one.data
        if not said:
            return None
        for name, value in (("from", copy.origin), ("entry", copy.entry)):
            if said.get(name) != value:
                return OTHER_FACTS, name
        came = (receipt.solicitation_id, receipt.origin) if receipt else None
        # Older entries do not say with which submission it came.
        numbered = {"asked": receipt.asked, "submission": receipt.number} if receipt else {}
        if came != (of, copy.origin) or any(said.get(name, value) != value for name, value in numbered.items()):
            return OTHER_FACTS, "submission"
        if "copy" in said.get("commit", {}):
            words = copy_of(copy.number, copy.body, copy.handled, copy.words)
            if opened.get("copy") != words:
                return (OTHER_WORDS if "copy" in opened else UNOPENED), "copy"
        # On one installation a copy follows its original by this.
        is_here = copy.source_id is not None
        if is_here != (receipt.submission_id is not None) or (
            is_here and sources.get(copy.source_id) != (copy.origin, copy.entry)
        ):
            return OTHER_FACTS, "source"
        return None

    def _gone(self, community_id: int, seen: bytearray) -> Iterator[Fault]:
        """Entered as a copy, and nothing says any more of what."""
        after = -1
        while rows := select_many(self.session, _RECEIVED, community=community_id, after=after):
            for index, subject in rows:
                number = subject.partition("/")[2]
                id = int(number) if number.isascii() and number.isdigit() and len(number) < 16 else 0
                if not (id < len(seen) and seen[id]):
                    yield self._fault(community_id, id, NO_ORIGIN, "", index)
            after = rows[-1][0]

    def _fault(self, community_id: int, id: int, reason: str, name: str, index: int | None) -> Fault:
        facts = {"subject": f"opinion/{id}", "field": name, "index": index}
        return Fault("document", reason, facts, self.origins.get(community_id, ""), index, f"opinion/{id}")
