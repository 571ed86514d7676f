"""Paper and hands: what was printed, ticked on the roll, read by two, settled by a third, sealed.

A named sheet stands beside its person, because its ballot does too. A sheet without a name never does: it has a number
that the counters give it after the box was opened and mixed, and the tick on the roll (``Handed``) knows no sheet.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Text, UniqueConstraint, bindparam, literal, union
from sqlalchemy import select as plain_select
from sqlmodel import Field, Session, col, select

from deliberation.bulk import select_many
from deliberation.db import Row
from deliberation.voting.paper_rules import BATCH


class PaperBatch(Row, table=True):
    """印制批次. ``kind`` is a word of ``paper_rules.KINDS``: named, batch, or hands (a list of names, printed on nothing).

    Sheets without names are all of one batch: what is printed later is a row with the same code, and its sheets are read
    under the first. With a code of its own a few sheets more would be known by when they were handed out.
    """

    __table_args__ = (UniqueConstraint("poll_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    poll_id: int = Field(foreign_key="poll.id")
    number: int
    kind: str
    code: str = Field(index=True, description="what a sheet without a name carries; of a named batch its heading")
    size: int = Field(description="sheets printed; none for a list of names")
    printed_at: datetime
    printed_by_id: int | None = Field(default=None, foreign_key="person.id")


class PaperSheet(Row, table=True):
    """一张票. Named: a code of its own and the person. Without a name: a running number of the poll, never a person."""

    __table_args__ = (UniqueConstraint("batch_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    batch_id: int = Field(foreign_key="paper_batch.id")
    poll_id: int = Field(foreign_key="poll.id", index=True)
    number: int
    code: str | None = Field(default=None, unique=True)
    person_id: int | None = Field(default=None, foreign_key="person.id", index=True)


class Handed(Row, table=True):
    """A tick on the roll: this person took paper (``channel`` paper), or was called up to raise a hand (hands).

    ``is_out`` while the person holds it or it is in the box; casting on a device is refused as long as it is.
    """

    poll_id: int = Field(primary_key=True, foreign_key="poll.id")
    person_id: int = Field(primary_key=True, foreign_key="person.id", index=True)
    channel: str = "paper"
    is_out: bool = True
    given: int = Field(default=0, description="sheets handed to them")
    returned: int = Field(default=0, description="of these handed back without being used")
    spoiled: int = Field(default=0, description="of these handed back spoiled; kept, never counted")
    at: datetime


class PaperStock(Row, table=True):
    """清点: how many sheets came out of the box, and how many were left over at the desk."""

    poll_id: int = Field(primary_key=True, foreign_key="poll.id")
    received: int
    left_over: int
    strays: int = Field(default=0, description="sheets in the box without a code of this poll; kept, never counted")
    note: str = Field(default="", sa_type=Text, description="what they are")
    counted_by_id: int | None = Field(default=None, foreign_key="person.id")
    at: datetime


class Reading(Row, table=True):
    """录入: what one counter read on one sheet. ``place`` 1 or 2 keeps it at two readers, whoever comes at once."""

    __table_args__ = (UniqueConstraint("sheet_id", "reader_id"), UniqueConstraint("sheet_id", "place"))

    id: int | None = Field(default=None, primary_key=True)
    sheet_id: int = Field(foreign_key="paper_sheet.id")
    poll_id: int = Field(foreign_key="poll.id", index=True)
    reader_id: int = Field(foreign_key="person.id", index=True)
    place: int
    choice: str
    note: str = Field(default="", description="why it is invalid, in the reader's words")
    at: datetime
    corrected_at: datetime | None = None


class Settlement(Row, table=True):
    """认定 by a third person. ``choice`` may be ``aside``: the sheet is kept and not counted."""

    sheet_id: int = Field(primary_key=True, foreign_key="paper_sheet.id")
    poll_id: int = Field(foreign_key="poll.id", index=True)
    choice: str
    reason: str = Field(sa_type=Text)
    settled_by_id: int = Field(foreign_key="person.id")
    at: datetime


class SheetWithdrawal(Row, table=True):
    """收回的录入: what was read or found on a sheet and does not count any more; the sheet may be read anew.

    A counter takes a reading of their own back; a third person finds that no such sheet lies in the box, with a reason, and
    takes away all that was said of it. It is kept here, apart, so that whatever asks for readings finds those that count.
    """

    id: int | None = Field(default=None, primary_key=True)
    sheet_id: int = Field(foreign_key="paper_sheet.id", index=True)
    poll_id: int = Field(foreign_key="poll.id", index=True)
    was: str = Field(description="reading, or settlement")
    by_id: int = Field(foreign_key="person.id", description="who read or settled it")
    choice: str
    note: str = Field(default="", sa_type=Text)
    at: datetime
    reason: str = Field(default="", sa_type=Text, description="of a third person; a counter needs none")
    withdrawn_by_id: int = Field(foreign_key="person.id")
    withdrawn_at: datetime


class HandsCount(Row, table=True):
    """举手计数: one counter's numbers of one round; ``place`` 3 is the third person's, with a reason."""

    __table_args__ = (
        UniqueConstraint("poll_id", "round", "counter_id"),
        UniqueConstraint("poll_id", "round", "place"),
    )

    id: int | None = Field(default=None, primary_key=True)
    poll_id: int = Field(foreign_key="poll.id")
    round: int
    place: int
    counter_id: int = Field(foreign_key="person.id")
    among: int
    yes: int
    no: int
    abstain: int
    reason: str = Field(default="", sa_type=Text)
    at: datetime

    @property
    def figures(self) -> dict[str, int]:
        return {"among": self.among, "yes": self.yes, "no": self.no, "abstain": self.abstain}

    @property
    def said(self) -> str:
        """The numbers as the entry commits to them."""
        return "/".join(map(str, self.figures.values()))


class CountSeal(Row, table=True):
    """封票: one of two counters stands for the count as it is; ``digest`` is of what they sealed."""

    __table_args__ = (UniqueConstraint("poll_id", "place"),)

    poll_id: int = Field(primary_key=True, foreign_key="poll.id")
    counter_id: int = Field(primary_key=True, foreign_key="person.id")
    place: int
    digest: str
    at: datetime


def rows_of(session: Session, table: type[Row], poll_id: int) -> list[Any]:
    """All rows of one poll, in the order of their keys."""
    found = select(table).where(table.poll_id == poll_id)
    return list(session.exec(found.order_by(*table.__table__.primary_key.columns)))


def printed_of(session: Session, poll_id: int) -> list[PaperBatch]:
    """What was printed without names, the first printing first."""
    return [each for each in rows_of(session, PaperBatch, poll_id) if each.kind == BATCH]


def first_of_each_code(batches: Iterable[PaperBatch]) -> dict[str, PaperBatch]:
    """The batch under which sheets are read, by what stands on them: one code, but for polls printed before that rule."""
    found: dict[str, PaperBatch] = {}
    for each in batches:
        found.setdefault(each.code, each)
    return found


def has_paper(session: Session, poll_id: int) -> bool:
    """Whether anything of this poll is counted at the desk, so that two people must seal it before it closes."""
    found = session.exec(select(PaperBatch.id).where(PaperBatch.poll_id == poll_id).limit(1)).first()
    return found is not None or bool(hands_counts(session, poll_id))


def hands_counts(session: Session, poll_id: int) -> list[HandsCount]:
    found = select(HandsCount).where(HandsCount.poll_id == poll_id)
    return list(session.exec(found.order_by(col(HandsCount.round), col(HandsCount.place))))


def sheet_of_code(session: Session, code: str) -> PaperSheet | None:
    return session.exec(select(PaperSheet).where(PaperSheet.code == code)).first()


def seals_of(session: Session, poll_id: int) -> list[CountSeal]:
    return list(session.exec(select(CountSeal).where(CountSeal.poll_id == poll_id).order_by(col(CountSeal.place))))


_SHUT = union(
    plain_select(HandsCount.poll_id, literal("hands")).where(
        col(HandsCount.poll_id).in_(bindparam("polls", expanding=True))
    ),
    plain_select(CountSeal.poll_id, literal("seals")).where(
        col(CountSeal.poll_id).in_(bindparam("polls", expanding=True))
    ),
)


def shut_polls(session: Session, polls: list[int]) -> dict[int, str]:
    """Those of the polls in which no device counts any more, and by what: ``paper_rules.SHUT``.

    Whoever was counted among hands by number is known to nobody, and would be counted again by a ballot.
    """
    return dict(sorted(map(tuple, select_many(session, _SHUT, polls=polls))))
