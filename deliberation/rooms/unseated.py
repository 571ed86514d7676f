"""Whose invitation was withdrawn while the room was open, by whom: a line of the running minutes and of the minutes.

Where that was an intervention, which it is for whoever had a seat, its own line says so (``lines.deed_of``)."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from deliberation.audit.models import entries_about, openings_of
from deliberation.communities.models import Community
from deliberation.identity.models import names_of
from deliberation.live import Scene
from deliberation.rooms.chairing_models import interventions_of
from deliberation.rooms.chairing_rules import UNSEAT
from deliberation.rooms.convening_models import Invitation, convening, convening_of_room, invitation, invitations_of
from deliberation.rooms.lines import UNSEATED_BY, Deed, order_of
from deliberation.rooms.models import Room
from deliberation.vocabulary import Act, _

BY_WHOM = _("{by}撤回对{name}的邀请，{name}不再参加这次协商。")
UNSEATED = _("邀请已撤回")
"""As what stands in the list of who came whoever was asked no longer since."""
BY_NOBODY_KNOWN = _("对{name}的邀请已经撤回，{name}不再参加这次协商。")


def how_withdrawn(session: Session, invitation: Invitation) -> tuple[int, str]:
    """The log knows who it was and why, the last time; 0 and no words where what opens its entry was erased."""
    for each in reversed(entries_about(session, f"invitation/{invitation.id}")):
        if each.act == Act.INVITATION_WITHDRAWN:
            opened = {one.field: one.value for one in openings_of(session, each.community_id, each.index)}
            kind, _slash, number = opened.get("actor", "").partition("/")
            return int(number) if kind == "person" and number.isdecimal() else 0, opened.get("reason", "")
    return 0, ""


def unseated_in(session: Session, room: Room) -> list[Invitation]:
    """Invitations to this room that were withdrawn since it was opened."""
    called = convening_of_room(session, room.id)
    gone = [each for each in invitations_of(session, called.id) if each.withdrawn_at] if called else []
    return [each for each in gone if each.withdrawn_at >= room.opened_at]


def unseating_line(session: Session, made: Invitation) -> Deed:
    by_id, reason = how_withdrawn(session, made)
    names = names_of(session, {made.person_id, by_id} - {0})
    facts = {"name": names[made.person_id]} | ({"by": names[by_id], "reason": reason} if by_id else {})
    sentence = (UNSEATED_BY if reason else BY_WHOM) if by_id else BY_NOBODY_KNOWN
    at = made.withdrawn_at
    return Deed(f"unseating-{made.id}", order_of(at), at, sentence, facts)


def unseating_scene(scene: Scene) -> dict[str, Any]:
    """The same line, as the wire brings it (``unseating/2``)."""
    made = invitation(scene.session, int(scene.subject.split("/")[1]))
    place = scene.session.get(Community, convening(scene.session, made.convening_id).community_id)
    return {"line": unseating_line(scene.session, made), "tz": place.timezone}


def unseatings(session: Session, room: Room) -> list[Deed]:
    told = {(each.person_id, each.at) for each in interventions_of(session, room.id) if each.kind == UNSEAT}
    gone = [each for each in unseated_in(session, room) if (each.person_id, each.withdrawn_at) not in told]
    return [unseating_line(session, each) for each in gone]
