"""What minutes bring to the home page and to the demo's clock: until when they can be corrected, what waits for whom."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from deliberation.assemblies.models import standing_of
from deliberation.communities.models import Community
from deliberation.matters.models import Document, Matter
from deliberation.matters.opening import near_of
from deliberation.matters.reach import today_in
from deliberation.rooms import minutes_rules as rules
from deliberation.rooms.convening_models import Talk, WrittenAnswer
from deliberation.rooms.minutes_doors import roles_in
from deliberation.rooms.minutes_echoes import open_echoes
from deliberation.rooms.minutes_keeping import stands
from deliberation.rooms.minutes_models import Minutes
from deliberation.rooms.models import Attendance, Room, Statement
from deliberation.sections import WAITING, Deadline, Item, Section
from deliberation.vocabulary import _
from deliberation.web import Visit

MOST = 12


def minutes_at_home(visit: Visit) -> list[Section]:
    """Unsealed minutes of meetings in which this person took part, or which they keep."""
    if visit.person is None:
        return []
    took_part = _took_part(visit.person.id)
    found = visit.session.exec(
        select(Minutes, Document.title, took_part)
        .join(Document, col(Document.id) == Minutes.document_id)
        .where(col(Minutes.sealed_at).is_(None), or_(col(Minutes.community_id).in_(near_of(visit)), took_part))
        .order_by(col(Minutes.until).desc(), col(Minutes.document_id).desc())
        .limit(MOST)
    ).all()
    items = [item for each, title, is_mine in found if (item := _item(visit, each, title, is_mine))]
    return [Section(_("会议纪要"), tuple(items), WAITING)] if items else []


def next_minutes(session: Session, now: datetime) -> datetime | None:
    """The soonest end of the time in which corrections are asked for; from then on the minutes can be signed."""
    waiting = select(func.min(Minutes.until)).where(col(Minutes.sealed_at).is_(None), col(Minutes.until) > now)
    return session.exec(waiting).one()


def minutes_deadlines(session: Session, now: datetime) -> Iterator[Deadline]:
    """Those ends in matters that everybody sees."""
    waiting = select(Minutes.until, Matter.title).join(Matter, col(Matter.id) == Minutes.matter_id)
    waiting = waiting.where(col(Minutes.sealed_at).is_(None), col(Minutes.until) > now, col(Matter.is_public))
    for until, title in session.exec(waiting):
        yield Deadline(until, title, _("《{title}》会议纪要申请更正的期限到"))


def _took_part(person_id: int) -> ColumnElement[bool]:
    """Who attended, spoke, answered in writing or was talked to."""
    rooms = [select(each.room_id).where(each.person_id == person_id) for each in (Attendance, Statement)]
    others = [select(each.convening_id).where(each.person_id == person_id) for each in (WrittenAnswer, Talk)]
    return or_(
        *(col(Minutes.room_id).in_(each) for each in rooms), *(col(Minutes.convening_id).in_(each) for each in others)
    )


def _item(visit: Visit, minutes: Minutes, title: str, is_mine: bool) -> Item | None:
    session, now, who = visit.session, visit.now, visit.person.id
    place = session.get(Community, minutes.community_id)
    room = session.get(Room, minutes.room_id) if minutes.room_id else None
    roles = roles_in(session, room, standing_of(session, who, place, today_in(place, now)))
    at = f"/minutes/{minutes.document_id}"
    if roles:
        standing = stands(session, minutes)
        if standing.waiting:
            return Item(title, f"{at}/corrections", kind=_("会议纪要"), action=_("答复更正"), place=place.name)
        if open_echoes(session, minutes):
            return Item(title, f"{at}/echoes", kind=_("会议纪要"), action=_("先看别处写着的旧话"), place=place.name)
        signs = (rules.may_sign(standing, now, role=role, person_id=who, roles=roles) for role in roles)
        if any(no is None for no in signs):
            return Item(title, f"{at}/signing", kind=_("会议纪要"), action=_("签名定稿"), place=place.name)
    if is_mine and now < minutes.until:
        note = _("有出入的，可以要求更正")
        return Item(title, at, note, minutes.until, _("会议纪要"), _("看会议纪要"), place=place.name)
    return None
