"""What follows opinions in the background: by what words they are found, and which are the same or nearly so.

The words stand in a table of the database's own kind, ``opinion_words`` (FTS5 on SQLite, tsvector on PostgreSQL), which no
model describes: only the functions here speak to it. Nothing in it is a record; it can be made anew from the opinions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, bindparam, column, delete, func, table, text
from sqlmodel import Field, Session, col, select

from deliberation.bulk import insert_many, select_many
from deliberation.db import Row
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.word_rules import LETTER, fts5, placed, tsquery, words_asked
from deliberation.matters.search import simplified

WORDS = "opinion_words"


class OpinionForm(Row, table=True):
    """The normal form of what an opinion says, as a digest, and the first that is nearly the same (``head``: or itself)."""

    __table_args__ = (
        Index("ix_opinion_form_head", "solicitation_id", "head", "opinion_id"),
        Index("ix_opinion_form_digest", "solicitation_id", "digest", "opinion_id"),
        {"sqlite_with_rowid": False},
    )

    opinion_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("opinion.id"), primary_key=True, autoincrement=False)
    )
    solicitation_id: int = Field(foreign_key="solicitation.id")
    digest: bytes = Field(sa_column=Column(LargeBinary(16), nullable=False))
    head: int = Field(sa_column=Column(BigInteger, nullable=False))


class OpinionMark(Row, table=True):
    """One of the marks by which a head is known (``likeness_rules.marks``)."""

    # Its key is all that it has: kept once, not in a table and in an index.
    __table_args__ = ({"sqlite_with_rowid": False},)

    solicitation_id: int = Field(primary_key=True, foreign_key="solicitation.id")
    mark: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    opinion_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("opinion.id"), primary_key=True, autoincrement=False)
    )


class OpinionsFollowed(Row, table=True):
    """How far the index of a solicitation is: every opinion up to this id. ``is_waiting``: a job is planned."""

    solicitation_id: int = Field(primary_key=True, foreign_key="solicitation.id")
    upto: int = Field(default=0, sa_column=Column(BigInteger, nullable=False, server_default="0"))
    done: int = 0
    is_waiting: bool = False


@dataclass(frozen=True, slots=True)
class Indexed:
    """What is written of one opinion: its pairs of signs and of letters (a space between), its digest, its head, its marks."""

    opinion_id: int
    signs: str
    letters: str
    digest: bytes
    head: int
    marks: tuple[int, ...] = ()


def scope_of(solicitation_id: int) -> str:
    """The word that every opinion of a solicitation has in the index: longer than any pair."""
    return f"q{solicitation_id:07d}"


def add_indexed(session: Session, solicitation_id: int, found: Sequence[Indexed]) -> None:
    """Write what was found of these opinions, of which nothing stands in the index yet."""
    insert_many(
        session, OpinionForm.__table__, ("opinion_id", "solicitation_id", "digest", "head"),
        [(each.opinion_id, solicitation_id, each.digest, each.head) for each in found],
    )  # fmt: skip
    marked = [(solicitation_id, mark, each.opinion_id) for each in found for mark in each.marks]
    if marked:
        insert_many(session, OpinionMark.__table__, ("solicitation_id", "mark", "opinion_id"), marked)
    _grow_groups(session, solicitation_id, Counter(each.head for each in found if each.head != each.opinion_id))
    scope = scope_of(solicitation_id)
    if is_sqlite(session):
        rows = [(each.opinion_id, scope, each.signs, each.letters) for each in found]
        session.connection().exec_driver_sql(_ADD_FTS5, rows)
        return
    rows = [
        (each.opinion_id, f"'{scope}' {placed(each.signs.split())}", placed(each.letters.split(), LETTER))
        for each in found
    ]
    session.connection().exec_driver_sql(_ADD_TS, rows)


def _grow_groups(session: Session, solicitation_id: int, more: Mapping[int, int]) -> None:
    rows = [{"of": solicitation_id, "head": head, "size": count + 1, "more": count} for head, count in more.items()]
    if rows:
        session.connection().execute(_GROW, rows)


_GROW = text(
    "INSERT INTO opinion_group (solicitation_id, head, size, settled) VALUES (:of, :head, :size, 0)"
    " ON CONFLICT (solicitation_id, head) DO UPDATE SET size ="
    " CASE WHEN opinion_group.size = 0 THEN :size ELSE opinion_group.size + :more END"
)
_SHRINK = text(
    "UPDATE opinion_group SET size = size - 1, settled = CASE WHEN settled > size - 1 THEN size - 1 ELSE settled END"
    " WHERE solicitation_id = :of AND head = :head"
)
_ADD_FTS5 = "INSERT INTO opinion_words (rowid, scope, signs, letters) VALUES (?, ?, ?, ?)"
_ADD_TS = "INSERT INTO opinion_words (opinion_id, words) VALUES (%s, CAST(%s AS tsvector) || CAST(%s AS tsvector))"


def begin_anew(session: Session, solicitation_id: int) -> None:
    """Before the first opinion is followed: groups that are known, as after a restore, are counted again from nothing."""
    session.connection().execute(
        text("UPDATE opinion_group SET size = 0 WHERE solicitation_id = :of"), {"of": solicitation_id}
    )


def forget_indexed(session: Session, ids: Collection[int]) -> None:
    """Take opinions out of the index. A head keeps its marks: those that were like it still find each other."""
    name = "rowid" if is_sqlite(session) else "opinion_id"
    statement = delete(table(WORDS, column(name))).where(column(name).in_(bindparam("ids", expanding=True)))
    session.connection().execute(statement, {"ids": list(ids)})
    gone = select(OpinionForm).where(col(OpinionForm.opinion_id).in_(list(ids)))
    for each in session.exec(gone).all():
        if each.head != each.opinion_id:
            shrink = {"of": each.solicitation_id, "head": each.head}
            session.connection().execute(_SHRINK, shrink)
        session.delete(each)
    session.flush()


def is_sqlite(session: Session) -> bool:
    return session.connection().dialect.name == "sqlite"


def opinions_with(
    session: Session,
    solicitation_id: int,
    typed: str,
    *,
    before: int | None = None,
    where: Sequence[Any] = (),
    limit: int = 50,
) -> list[Opinion]:
    """Opinions of a solicitation in which every word stands that was typed, in either script, newest first.

    ``where`` narrows further; ``before`` is the id after which the list goes on. Nothing is found for no word.
    """
    words = words_asked(simplified(typed))
    if not words:
        return []
    scope = scope_of(solicitation_id)
    if is_sqlite(session):
        # The table first and in its own order backwards: FTS5 then stops after as many as are wanted.
        found = table(WORDS, column("rowid"))
        id, match = found.c.rowid, text(f"{WORDS} MATCH :asked").bindparams(asked=fts5(words, scope))
    else:
        found = table(WORDS, column("opinion_id"), column("words"))
        id, match = found.c.opinion_id, text("words @@ CAST(:asked AS tsquery)").bindparams(asked=tsquery(words, scope))
    chosen = select(Opinion).join(found, id == Opinion.id).where(match, col(Opinion.withdrawn_at).is_(None), *where)
    if before is not None:
        chosen = chosen.where(id < before)
    return list(session.exec(chosen.order_by(id.desc()).limit(limit)))


# --- likeness


def batched(values: Sequence[Any], size: int) -> Iterator[list[Any]]:
    left = iter(values)
    while part := list(islice(left, size)):
        yield part


_UNDER = select(OpinionMark.mark, OpinionMark.opinion_id).where(
    OpinionMark.solicitation_id == bindparam("of"), col(OpinionMark.mark).in_(bindparam("marks", expanding=True))
)
_COUNTED = (
    select(OpinionMark.mark, func.count())
    .where(
        OpinionMark.solicitation_id == bindparam("of"), col(OpinionMark.mark).in_(bindparam("marks", expanding=True))
    )
    .group_by(col(OpinionMark.mark))
)
_HEADS = (
    select(OpinionForm.digest, func.min(OpinionForm.head))
    .where(
        OpinionForm.solicitation_id == bindparam("of"),
        col(OpinionForm.digest).in_(bindparam("digests", expanding=True)),
    )
    .group_by(col(OpinionForm.digest))
)


def marks_counted(session: Session, solicitation_id: int, marks: Collection[int]) -> dict[int, int]:
    """Mark → how many heads have it, for those of these marks that any has."""
    found: dict[int, int] = {}
    for at in batched(sorted(marks), 4_000):
        found |= dict(select_many(session, _COUNTED, of=solicitation_id, marks=at))
    return found


def heads_under(session: Session, solicitation_id: int, marks: Collection[int]) -> dict[int, list[int]]:
    """Mark → heads that have it, for these marks."""
    found: dict[int, list[int]] = {}
    for at in batched(sorted(marks), 4_000):
        for mark, head in select_many(session, _UNDER, of=solicitation_id, marks=at):
            found.setdefault(mark, []).append(head)
    return found


def heads_of_same(session: Session, solicitation_id: int, digests: Collection[bytes]) -> dict[bytes, int]:
    """Digest → head, for those of these normal forms that were there before."""
    found: dict[bytes, int] = {}
    for at in batched(sorted(digests), 4_000):
        found |= dict(select_many(session, _HEADS, of=solicitation_id, digests=at))
    return found
