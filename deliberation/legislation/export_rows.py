"""The one source of every export: the opinions of a solicitation as rows of the table (contracts.md), streamed.

Article after article, each read in the order of an index, so that nothing is sorted and memory stays flat; all in one
transaction that sees one moment, whatever comes in meanwhile. What words mean is worked out by the database.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Boolean, ColumnElement, Select, String, bindparam, case, cast, func, literal
from sqlmodel import Session, col, select

from deliberation.audit.models import log_head
from deliberation.communities.models import community
from deliberation.identity.models import Person
from deliberation.legislation.adoption_models import Adoption
from deliberation.legislation.adoption_rules import ADOPTIONS
from deliberation.legislation.desk_models import Cluster, OpinionHandling
from deliberation.legislation.desk_rules import HANDLINGS
from deliberation.legislation.draft_models import articles_of
from deliberation.legislation.export_rules import AT, FULL, KEYS, PUBLIC, Clock
from deliberation.legislation.opinion_models import Opinion, OpinionAuthor, OpinionCount
from deliberation.legislation.opinion_rules import CHANNELS, HELD, INSERT, KINDS, ONLINE, SHOWN
from deliberation.legislation.solicitation_models import CollectionPoint, Solicitation, text_asked_on

log = logging.getLogger("deliberation.exports")

AT_ONCE = 100
"""Rows that are in memory at a time: each may have some hundred thousand characters."""
LONG = 5_000
"""Rows of an article from which a server of PostgreSQL keeps the result and hands it out in parts."""
NOT_PUBLIC = ("contact", "collector", "handling", "handling_reason", "as_said", "note")
"""Columns that are there, and empty, in the public edition."""
_NO, _SUBMITTED, _ANSWERED = AT["no"], AT["submitted_at"], AT["answered_on"]


@dataclass(frozen=True)
class Table:
    """Whose opinions, in which edition; ``title`` is 法律草案名称及稿次."""

    solicitation_id: int
    version_id: int
    edition: str
    title: str
    origin: str
    zone: ZoneInfo
    articles: tuple[tuple[str, int], ...]
    """Keys in their order, the whole draft (empty) first, with how many opinions there are on each."""
    rows: int
    """How many rows there will be."""
    extra: tuple[str, ...] = ()
    """Columns of ``Opinion`` that a format needs besides; they stand behind the others."""

    @property
    def is_public(self) -> bool:
        return self.edition == PUBLIC


@dataclass(frozen=True)
class Withheld:
    """What an edition does not have: ``given`` came in all, so many were withdrawn, wait, stay with the point."""

    given: int
    rows: int
    withdrawn: int
    waiting: int = 0
    kept: int = 0


def table_of(session: Session, one: Solicitation, edition: str) -> Table:
    """What is exported, as it stands at the moment that this session sees."""
    draft, version = text_asked_on(session, one)
    counted = OpinionCount.shown if edition == PUBLIC else OpinionCount.standing
    found = (
        select(OpinionCount.word, func.sum(counted))
        .where(OpinionCount.solicitation_id == one.id, OpinionCount.dimension == "article")
        .group_by(col(OpinionCount.word))
    )
    counts = {key: int(count) for key, count in session.exec(found).all()}
    order = ["", *(each.key for each in articles_of(session, version))]
    known = set(order)
    keys = [key for key in order if counts.get(key)] + sorted(key for key in counts if counts[key] and key not in known)
    place, head = community(session, one.community_id), log_head(session, one.community_id)
    return Table(
        one.id, version.id, edition, f"{draft.title}（{version.name}）", head.origin if head else "", place.zone,
        tuple((key, counts[key]) for key in keys), sum(counts.values()),
    )  # fmt: skip


def withheld_from(session: Session, one: Solicitation, edition: str) -> Withheld:
    """How many rows an edition leaves out, and why."""
    if edition == FULL:
        return Withheld(one.given, one.standing, one.given - one.standing)
    counted = select(func.count()).where(Opinion.solicitation_id == one.id, col(Opinion.withdrawn_at).is_(None))
    waiting = session.exec(counted.where(Opinion.state == HELD)).one()
    rows = table_of(session, one, PUBLIC).rows
    return Withheld(one.given, rows, one.given - one.standing, waiting, one.standing - rows - waiting)


Moment = Callable[[Clock, str], str]


def rows_in(session: Session, table: Table, moment: Moment) -> Iterator[list[list[Any]]]:
    """The rows in their order, some at a time, each with the columns of ``KEYS``. ``moment`` words an instant."""
    return (rows for _key, rows in rows_by_article(session, table, moment))


def rows_by_article(session: Session, table: Table, moment: Moment) -> Iterator[tuple[str, list[list[Any]]]]:
    """The same, with the key of the article that they are on."""
    clock, number = Clock(table.zone), 0
    for key, chunk in chunks(session, table):
        rows = list(map(list, chunk))
        for row in rows:
            number += 1
            row[_NO], row[_SUBMITTED] = number, moment(clock, row[_SUBMITTED])
            if row[_ANSWERED]:
                row[_ANSWERED] = clock.day(row[_ANSWERED])
        yield key, rows
    if number != table.rows:
        log.warning("solicitation %s: %s rows were counted and %s are there", table.solicitation_id, table.rows, number)


def chunks(session: Session, table: Table) -> Iterator[tuple[str, Sequence[tuple]]]:
    """What the database answers, some rows of an article at a time: numbers are 0, instants are those of UTC."""
    connection = session.connection()
    statement = statement_of(table, connection.dialect.name).compile(
        dialect=connection.dialect, compile_kwargs={"render_postcompile": True}
    )
    given = dict(statement.params)
    for key, count in table.articles:
        for is_new in (False, True) if key else (None,):
            given |= {"article": key, "new": bool(is_new), "all": is_new is None}
            values = [given[name] for name in statement.positiontup] if statement.positiontup else given
            for rows in _fetched(connection, str(statement), values, count):
                yield key, rows


def _fetched(connection: Any, sql: str, values: Any, count: int) -> Iterator[Sequence[tuple]]:
    raw = connection.connection
    is_kept = connection.dialect.name == "postgresql" and count > LONG
    with closing(raw.driver_connection.cursor(name="opinions_out") if is_kept else raw.cursor()) as cursor:
        cursor.execute(sql, values)
        while rows := cursor.fetchmany(AT_ONCE):
            yield rows


# --- the statement


def statement_of(table: Table, dialect: str) -> Select:
    """The rows of one article; ``new`` those that stand behind it as new articles, ``all`` both."""
    columns = _columns(table, dialect)
    is_new = (Opinion.kind == INSERT) & (Opinion.place_label == "")
    found = (
        select(
            *(columns[key].label(key) for key in KEYS),
            *(Opinion.__table__.c[name].label(f"own_{name}") for name in table.extra),
        )
        .select_from(Opinion)
        .outerjoin(CollectionPoint, col(CollectionPoint.id) == Opinion.point_id)
        .outerjoin(Cluster, col(Cluster.id) == Opinion.cluster_id)
        .outerjoin(Adoption, col(Adoption.id) == Opinion.adoption_id)
        .where(
            Opinion.version_id == table.version_id,
            Opinion.article == bindparam("article", type_=String()),
            Opinion.solicitation_id == table.solicitation_id,
            col(Opinion.withdrawn_at).is_(None),
            bindparam("all", type_=Boolean()) | (is_new == bindparam("new", type_=Boolean())),
        )
        .order_by(col(Opinion.id))
    )
    if table.is_public:
        return found.where(Opinion.state == SHOWN, col(Opinion.publishes).is_(True))
    return found.outerjoin(OpinionAuthor, col(OpinionAuthor.opinion_id) == Opinion.id).outerjoin(
        Person, col(Person.id) == Opinion.collector_id
    )


def _columns(table: Table, dialect: str) -> dict[str, ColumnElement]:
    made = Opinion.__table__.c
    reason = (
        select(OpinionHandling.reason)
        .where(OpinionHandling.opinion_id == made.id, OpinionHandling.kind == made.handling)
        .order_by(col(OpinionHandling.id).desc())
        .limit(1)
        .scalar_subquery()
    )
    return {
        "no": literal(0),
        "draft": literal(table.title, String()),
        "provision": case(
            (made.label == "", "总体"),
            ((made.kind == INSERT) & (made.place_label == ""), literal("新增于") + made.label + literal("之后")),
            else_=made.label + made.place_label,
        ),
        "original": made.original,
        "proposal": made.proposal,
        "reason": made.reason,
        "kind": case(KINDS, value=made.kind, else_=made.kind),
        "category": made.category,
        "province": made.province,
        "collection_point": func.coalesce(CollectionPoint.name, ""),
        "channel": case(CHANNELS, value=made.channel, else_=made.channel),
        "submitted_at": case(
            # What came here itself; of what was typed or handed up the day alone is known.
            (
                (made.channel == ONLINE) & (made.person_id.is_not(None) | made.code_hash.is_not(None)),
                _instant(made.given_at, dialect),
            ),
            else_=cast(made.said_on, String()),
        ),
        "similar": func.coalesce(Cluster.size, 1),
        "handling": case(HANDLINGS, value=made.handling, else_=made.handling),
        "handling_reason": case((made.handling == "", ""), else_=func.coalesce(reason, "")),
        "adoption": func.coalesce(case(ADOPTIONS, value=Adoption.kind), ""),
        "adopted_text": func.coalesce(Adoption.text, ""),
        "answered_on": func.coalesce(_instant(made.answered_at, dialect), ""),
        "entry": literal(f"{table.origin}#", String()) + cast(made.entry, String()),
        "as_said": made.as_said,
        "named_consent": case((made.names, "是"), else_="否"),
        "cosigners": made.cosigners,
    } | (_public(made) if table.is_public else _full(made))


def _public(made: Any) -> dict[str, ColumnElement]:
    """No more than the site shows to everybody: names that may be named, decisions that their authors were told.

    The author's own wording before the liaison's, notes and the work of the desk are the point's and the author's alone.
    """
    told = made.answered_at.is_not(None)
    return {key: literal("") for key in NOT_PUBLIC} | {
        "author": case((made.names, made.name), else_=""),
        "adoption": func.coalesce(case((told, case(ADOPTIONS, value=Adoption.kind)), else_=""), ""),
        "adopted_text": func.coalesce(case((told, Adoption.text), else_=""), ""),
    }


def _full(made: Any) -> dict[str, ColumnElement]:
    return {
        "author": func.coalesce(OpinionAuthor.name, made.name),
        "contact": func.coalesce(OpinionAuthor.contact, ""),
        "collector": func.coalesce(Person.name, made.collector),
        "note": made.note,
    }


def _instant(column: Any, dialect: str) -> ColumnElement:
    """2026-11-21 11:46:05, in UTC, as text."""
    if dialect == "sqlite":
        return func.substr(cast(column, String()), 1, 19)
    return func.to_char(func.timezone("UTC", column), "YYYY-MM-DD HH24:MI:SS")
