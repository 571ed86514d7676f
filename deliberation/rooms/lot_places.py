"""The places of a lot: its strata as they were drawn, and whether a stratum is full."""

from __future__ import annotations

from sqlmodel import Session

from deliberation.refusal import Refusal
from deliberation.rooms.chairing_models import appeals_of, interventions_of
from deliberation.rooms.chairing_rules import SUSTAINED, UNSEAT
from deliberation.rooms.convening_models import Invitation, Lot, convening, invitations_of, lot
from deliberation.rooms.lot_rules import Stratum, stratum_of
from deliberation.rooms.models import room
from deliberation.vocabulary import _


def strata_of(lot: Lot) -> tuple[Stratum, ...]:
    """The result as it was drawn."""
    return tuple(
        Stratum(one["stratum"], one["size"], one["seats"], tuple(one["drawn"]), tuple(one["substitutes"]))
        for one in lot.result
    )


def stratum_invited(session: Session, lot: Lot, one: Invitation) -> tuple[Stratum, list[Invitation]]:
    """The stratum from which somebody was drawn, and everybody who was invited from it."""
    stratum = stratum_of(strata_of(lot), one.ticket)
    rows = [each for each in invitations_of(session, one.convening_id) if each.lot_id == lot.id]
    return stratum, [each for each in rows if stratum_of([stratum], each.ticket)]


def may_fill(session: Session, gone: Invitation) -> Refusal | None:
    """Why nobody else is called in the place of somebody who was sent out of a running room: on appeal they get it back."""
    called = convening(session, gone.convening_id)
    if called.room_id is None or gone.withdrawn_at is None or not room(session, called.room_id).is_open:
        return None
    done = interventions_of(session, called.room_id)
    sent_out = {each.id for each in done if each.kind == UNSEAT and each.person_id == gone.person_id}
    kept = {each.intervention_id for each in appeals_of(session, called.room_id) if each.outcome == SUSTAINED}
    if not sent_out or max(sent_out) in kept:
        return None
    return Refusal(_("撤回这份邀请还可以申诉，申诉后维持的才请候补"))


def may_come_back(session: Session, gone: Invitation) -> Refusal | None:
    """Why somebody drawn who declined cannot come after all: a substitute has their place, and the lot drew no more."""
    if gone.lot_id is None:
        return None
    stratum, own = stratum_invited(session, lot(session, gone.lot_id), gone)
    if sum(each.holds for each in own) >= stratum.seats:
        return Refusal(_("您的名额已经由候补补上"), remedy=_("可以旁听，也可以交书面意见"), late=True)
    return None
