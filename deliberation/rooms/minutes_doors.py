"""The visitor before minutes: which they are, what the visitor is to them, and what they can do now."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session

from deliberation.assemblies.models import Standing
from deliberation.audit.actions import Actor
from deliberation.matters.gathering import facts_of
from deliberation.matters.opening import person_id
from deliberation.matters.rules import may as may_in_matter
from deliberation.refusal import Refusal
from deliberation.rooms import minutes_rules as rules
from deliberation.rooms.actions import BY_APTNESS, part_of
from deliberation.rooms.convening_models import convening
from deliberation.rooms.minutes_correcting import is_own, why_not_ask
from deliberation.rooms.minutes_echoes import open_echoes
from deliberation.rooms.minutes_keeping import participant_ids, stands
from deliberation.rooms.minutes_models import MinutesCorrection, corrections_of, minutes_of
from deliberation.rooms.minutes_view import shown
from deliberation.rooms.models import Room, room
from deliberation.rooms.seating import convening_within_reach, within_reach
from deliberation.vocabulary import Role
from deliberation.web import Answer, Visit, page


def roles_in(session: Session, held: Room | None, standing: Standing) -> frozenset[str]:
    """As which of those who sign somebody keeps the minutes of a room, or of a consultation that had none."""
    if held is not None:
        return part_of(session, held, standing).roles & set(rules.SIGNERS)
    offices = {rules.CHAIR: Role.CHAIR, rules.CLERK: Role.CLERK}
    return frozenset(role for role, office in offices.items() if standing.has(office))


class Here:
    """The minutes of a path, and what the visitor is to them. Raises Missing beyond their reach."""

    def __init__(self, visit: Visit, document_id: int):
        session, who, now = visit.session, person_id(visit), visit.now
        self.minutes = minutes_of(session, document_id)
        held = room(session, self.minutes.room_id) if self.minutes.room_id is not None else None
        if held is not None:
            self.matter, self.place, self.standing = within_reach(session, held, who, now)
        else:
            called = convening(session, self.minutes.convening_id)
            self.matter, self.place, self.standing = convening_within_reach(session, called, who, now)
        self.roles = roles_in(session, held, self.standing)
        visit.community = self.place

    @property
    def id(self) -> int:
        return self.minutes.document_id

    @property
    def keeps(self) -> bool:
        """Chair or clerk of these minutes."""
        return bool(self.roles)

    def actor(self) -> Actor:
        """As the keeper where they are one, else as what they are in the community."""
        stands_as = next((role.value for role in BY_APTNESS if self.standing.has(role)), "visitor")
        role = next((role for role in rules.SIGNERS if role in self.roles), stands_as)
        return Actor(role, self.standing.person_id or None)


def here_of(visit: Visit) -> Here:
    return Here(visit, visit.number("id"))


def page_of(visit: Visit, template: str, here: Here, **more: Any) -> Answer:
    seen = shown(visit.session, here.minutes)
    return page(visit, template, matter=here.matter, place=here.place, here=here, **(seen | more))


def mine_of(visit: Visit, here: Here) -> dict[str, Any]:
    """What this visitor can do now, with the reasons against it."""
    session, now, who = visit.session, visit.now, person_id(visit)
    standing = stands(session, here.minutes)
    facts = facts_of(session, here.matter, now, here.place)
    return {
        "visit": visit,
        "here": here,
        "standing": standing,
        "takes_part": bool(who) and who in participant_ids(session, here.minutes),
        "echoes": len(open_echoes(session, here.minutes)) if here.keeps and not standing.is_sealed else 0,
        "own": _own_waiting(session, here, who),
        "no_asking": why_not_ask(session, now, here.minutes, who),
        "no_signing": _no_signing(here, standing, visit),
        "may_note": standing.is_sealed and may_in_matter("correct_document", here.standing.roles, facts) is None,
    }


def _own_waiting(session: Session, here: Here, who: int | None) -> list[tuple[int, MinutesCorrection]]:
    """What the visitor asked for or handed in and can take back, by its number on the page."""
    rows = enumerate(corrections_of(session, here.id), 1)
    return [(nth, one) for nth, one in rows if is_own(one, who) and one.decided_at is one.withdrawn_at is None]


def _no_signing(here: Here, standing: rules.Standing, visit: Visit) -> Refusal | None:
    """Why none of the visitor's roles can sign now."""
    found = [
        rules.may_sign(standing, visit.now, role=role, person_id=person_id(visit) or 0, roles=here.roles)
        for role in sorted(here.roles)
    ]
    return next((None for no in found if no is None), found[0] if found else rules.NOT_KEEPER)
