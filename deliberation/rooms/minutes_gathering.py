"""What minutes say of the plan and of maps of opinion, gathered from the tables of the matter."""

from __future__ import annotations

from datetime import tzinfo

from sqlmodel import Session

from deliberation.identity.models import names_of
from deliberation.matters.concerns import Heard, heard
from deliberation.matters.models import plan_versions
from deliberation.rooms.map_models import maps_of, people_of
from deliberation.rooms.map_view import figures
from deliberation.rooms.minutes import Change, Mapped
from deliberation.rooms.models import Room


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


def mapped(session: Session, matter_id: int) -> tuple[Mapped, ...]:
    """The maps of the matter that were released, in the words in which everybody reads them."""
    found = []
    for each in maps_of(session, matter_id):
        if each.released_at is not None:
            shown = figures(session, each)
            said = {side: tuple(one.statement.body for one in shown[side]) for side in ("unites", "divides")}
            found.append(Mapped(each.question, people_of(session, each.id), **said))
    return tuple(found)
