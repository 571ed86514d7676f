"""What minutes say of the plan and of maps of opinion, gathered from the tables of the matter."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, tzinfo

from sqlmodel import Session, col, select

from deliberation.communities.models import Community
from deliberation.db import Row
from deliberation.identity.models import appointed_in, names_of
from deliberation.matters.about_rules import Subject
from deliberation.matters.concerns import Heard, heard
from deliberation.matters.days import day_of
from deliberation.matters.models import plan_versions
from deliberation.rooms.gauge_models import GaugeHands
from deliberation.rooms.map_models import maps_of, people_of
from deliberation.rooms.map_view import Shown, figures
from deliberation.rooms.minutes import Change, Mapped
from deliberation.rooms.models import Gauge, Room
from deliberation.rooms.rules import CLERK


def changes_of(session: Session, room: Room, zone: tzinfo) -> tuple[Change, ...]:
    """Versions of the plan made since the room was opened, each with the concerns that it took up."""
    versions = [each for each in plan_versions(session, room.matter_id) if each.at >= room.opened_at]
    if not versions:
        return ()
    concerns = heard(session, room.matter_id)
    names = names_of(session, {each.concern.person_id for each in concerns})
    return tuple(
        Change(
            each.at.astimezone(zone),
            each.number,
            each.note,
            tuple((one.concern.said, names[one.concern.person_id]) for one in concerns if _is_by(one, each.number)),
        )
        for each in versions
    )


def _is_by(one: Heard, number: int) -> bool:
    return any(plan == number for _response, plan in one.responses)


def clerks_of(
    session: Session, room: Room, done: Iterable[Row], chairs: Collection[int], came: Collection[int]
) -> set[int]:
    """Who kept the desk: whoever did anything there for others, else who holds the office and came. Nobody, if nobody did.

    ``done``: attendance, statements and turns of the room; ``chairs``: whoever presided, who may do some of it too.
    """
    names = ("by_id", "typed_by_id", "asked_by_id", "given_by_id", "ended_by_id")
    found = {getattr(each, name, None) for each in done for name in names}
    hands = select(GaugeHands.by_id).join(Gauge, col(Gauge.id) == GaugeHands.gauge_id)
    found |= {room.clerk_id, *session.exec(hands.where(Gauge.room_id == room.id))}
    if known := {id for id in found if id} - set(chairs):
        return known
    place = session.get(Community, room.community_id)
    held = appointed_in(session, place.id, day_of(room.opened_at, place.zone))
    return {one.id for appointed, one in held if appointed.role == CLERK and one.id in came} - set(chairs)


def lines_of_article(about: Subject, at: datetime, *, stood: str = "开会时") -> tuple[str, ...]:
    """Which article of which version, its words in full as of when they ``stood``, and how many opinions of each kind
    the public gave.
    """
    of = f"《{about.title}》{about.version}" if about.version else f"《{about.title}》"
    kinds = "，".join(f"{kind}{count}条" for kind, count in about.voices)
    total = sum(count for _kind, count in about.voices)
    said = f"公众对这一条的意见（到{at.year}年{at.month}月{at.day}日）：共{total}条" + (
        f"，{kinds}。" if kinds else "。"
    )
    return (f"{of}{about.label}，{stood}的条文：", *about.text.splitlines(), said)


def mapped(session: Session, matter_id: int) -> tuple[Mapped, ...]:
    """The maps of the matter that were released, in the words in which everybody reads them."""
    found = []
    for each in maps_of(session, matter_id):
        if each.released_at is not None:
            shown = figures(session, each)
            sides = ("unites", "divides") if shown["groups"] else ("rest",)
            said = {side: tuple(map(_with_figures, shown[side])) for side in sides}
            found.append(Mapped(each.question, people_of(session, each.id), **said))
    return tuple(found)


def _with_figures(one: Shown) -> str:
    agree, disagree, passed = one.marks
    return f"{one.statement.body}（同意{agree}人，不同意{disagree}人，说不好{passed}人）"
