"""The board of deadlines 督办: every clock of the communities asked for, postings included, as far as one may see."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from deliberation.assemblies.roster_neutral import neutralised
from deliberation.communities.models import Community
from deliberation.followup.rules import KEPT, KINDS, RUNNING, STATES, Duty, distance, state_of
from deliberation.identity.models import names_of
from deliberation.matters.days import midnight
from deliberation.matters.models import Clock, Disclosure, Document, Matter
from deliberation.matters.reach import reach_of, today_in
from deliberation.matters.ruling_models import states_of_matters
from deliberation.matters.ruling_rules import STATES as RULINGS
from deliberation.roles import office_name
from deliberation.translation import translate
from deliberation.vocabulary import ROLE_NAMES, Role, _

MOST = 3000
"""Lines that one board holds: the newest; older ones are in the table of their own community."""
TINY = timedelta(microseconds=1)


def duties(session: Session, now: datetime, of: Collection[int], near: list[int]) -> list[Duty]:
    """Everything with a date in these communities that somebody with ties to ``near`` may see."""
    places = {each.id: each for each in session.exec(select(Community).where(col(Community.id).in_(list(of))))}
    return [*_clocks(session, now, places, near), *_postings(session, now, places, near)]


def overdue_clocks(session: Session, now: datetime, near: list[int], limit: int) -> list[Duty]:
    """The longest overdue of all communities, for the home page."""
    found = _clock_rows(near).where(col(Clock.stopped_at).is_(None), col(Clock.due_at) <= now)
    rows = session.execute(found.order_by(col(Clock.due_at)).limit(limit)).all()
    ids = {row.community_id for row in rows}
    places = {each.id: each for each in session.exec(select(Community).where(col(Community.id).in_(ids)))}
    return _as_duties(session, now, rows, places, near)


def _clock_rows(near: list[int]) -> Any:
    open_to: ColumnElement[bool] = or_(col(Clock.matter_id).is_(None), reach_of(near))
    return (
        select(
            Clock.kind,
            Clock.title,
            Clock.subject,
            Clock.community_id,
            Clock.matter_id,
            Clock.owner,
            Clock.owner_id,
            Clock.due_at,
            Clock.stopped_at,
            Clock.source,
            col(Matter.title).label("about"),
        )
        .outerjoin(Matter, col(Matter.id) == Clock.matter_id)
        .where(open_to)
    )


def _clocks(session: Session, now: datetime, places: dict[int, Community], near: list[int]) -> list[Duty]:
    found = _clock_rows(near).where(col(Clock.community_id).in_(places))
    return _as_duties(
        session, now, session.execute(found.order_by(col(Clock.id).desc()).limit(MOST)).all(), places, near
    )


def _as_duties(session: Session, now: datetime, rows: Any, places: dict[int, Community], near: list[int]) -> list[Duty]:
    names = names_of(session, {row.owner_id for row in rows if row.owner_id})
    ruled = states_of_matters(session, sorted({row.matter_id for row in rows if row.matter_id}))
    return [
        _duty(
            now,
            places[row.community_id],
            row.due_at,
            row.stopped_at,
            kind=row.kind if row.kind in KINDS else "other",
            title=row.title,
            url=_url(row.subject, row.matter_id),
            office=office_name(row.owner, places[row.community_id].kind),
            who=shown_name(names.get(row.owner_id, ""), row.owner, is_near=row.community_id in near),
            source=row.source,
            about=row.about or "",
            ruled=RULINGS.get(ruled.get(row.matter_id, ""), ""),
        )
        for row in rows
    ]


def shown_name(name: str, office: str, *, is_near: bool) -> str:
    """Who holds an office is named to everybody (the committee's affairs are public, village law 35); a resident who
    lends a hand only to those who belong there."""
    return name if is_near or office != ROLE_NAMES[Role.RESIDENT] else ""


def _url(subject: str, matter_id: int | None) -> str:
    word, _slash, number = subject.partition("/")
    if word == "order":
        return f"/demands/{number}"
    if word in ("task", "demand", "poll", "room", "invitation"):
        return f"/{word}s/{number}"
    return f"/matters/{matter_id}#objections" if word == "objection" else f"/matters/{matter_id}"


def _postings(session: Session, now: datetime, places: dict[int, Community], near: list[int]) -> list[Duty]:
    found = (
        select(Disclosure, Document.title, Document.issued_by, Matter.community_id, col(Matter.title).label("about"))
        .join(Document, col(Document.id) == Disclosure.document_id)
        .join(Matter, col(Matter.id) == Disclosure.matter_id)
        .where(col(Matter.community_id).in_(places), reach_of(near))
        .order_by(col(Disclosure.document_id).desc())
        .limit(MOST)
    )
    rows = session.execute(found).all()
    ruled = states_of_matters(session, sorted({row.Disclosure.matter_id for row in rows}))
    return [
        _posting(now, places[row.community_id], row, RULINGS.get(ruled.get(row.Disclosure.matter_id, ""), ""))
        for row in rows
    ]


def _posting(now: datetime, place: Community, row: Any, ruled: str) -> Duty:
    posting: Disclosure = row.Disclosure
    # Its days are a minimum that protects people, not a time that somebody could exceed: it runs until it is closed.
    return _duty(
        now,
        place,
        midnight(posting.closable_on, place.zone),
        posting.closed_at,
        state=RUNNING if posting.closed_at is None else KEPT,
        kind="posting",
        title=row.title,
        url=f"/documents/{posting.document_id}",
        office=row.issued_by,
        who="",
        source=posting.source,
        about=row.about,
        ruled=ruled,
        is_ripe=posting.closed_at is None and today_in(place, now) >= posting.closable_on,
    )


def _duty(now: datetime, place: Community, due_at: datetime, stopped_at: datetime | None, **words: Any) -> Duty:
    state = words.pop("state", "") or state_of(due_at, stopped_at, now)
    # What ends at 24:00 ends on the day before.
    due_on = (due_at - TINY).astimezone(place.zone).date()
    stopped_on = stopped_at.astimezone(place.zone).date() if stopped_at else None
    return Duty(
        place=place.name,
        due_at=due_at,
        due_on=due_on,
        state=state,
        stopped_on=stopped_on,
        days=distance(state, due_on, today_in(place, now), stopped_on),
        **words,
    )


HEADS = (_("事项"), _("类别"), _("所属议题"), _("单位"), _("谁办"), _("期限"), _("办结日期"), _("现在"), _("依据"))


def as_csv(rows: list[Duty], locale: str) -> bytes:
    """The board as a table for a spreadsheet: UTF-8 with a mark (or Excel reads another code), no cell a formula."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow([translate(locale, head) for head in HEADS])
    for one in rows:
        office = translate(locale, one.office) if one.office else ""
        cells = (
            translate(locale, one.title),
            translate(locale, KINDS[one.kind]),
            one.about,
            one.place,
            f"{office} {one.who}".strip(),
            one.due_on.isoformat(),
            one.stopped_on.isoformat() if one.stopped_on else "",
            translate(locale, STATES[one.state]),
            translate(locale, one.source) if one.source else "",
        )
        writer.writerow([neutralised(cell) for cell in cells])
    return file.getvalue().encode("utf-8-sig")
