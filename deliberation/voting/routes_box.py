"""Pages of a confidential vote: the receipt, and the commitments by which it is checked after the closing."""

from __future__ import annotations

import json

from deliberation.assemblies.models import Roster
from deliberation.identity.doors import signed_in
from deliberation.refusal import Missing, Refusal, Refused, refuse_if
from deliberation.vocabulary import _
from deliberation.voting import belenios
from deliberation.voting.box_closing import leaves_of
from deliberation.voting.box_view import receipt_of, secrecy_of
from deliberation.voting.models import roll
from deliberation.voting.reaching import opened_poll
from deliberation.voting.receipts import leaf, participation_root
from deliberation.voting.secrecy_rules import CONFIDENTIAL, may_export
from deliberation.web import Answer, Visit, download, get, page, public, text

PARTICIPATION = "deliberation/participation-1"


@signed_in
def show_receipt(visit: Visit) -> Answer:
    """That a ballot was taken from the visitor; after the closing also where their line stands among the commitments."""
    here = opened_poll(visit)
    receipt = receipt_of(visit.session, here.poll, visit.person.id) if here.poll.secrecy == CONFIDENTIAL else None
    if receipt is None:
        raise Missing
    found = None
    if here.poll.closed_at is not None:
        leaves, own = leaves_of(visit.session, here.poll), leaf(here.poll.id, receipt["number"], receipt["plain"])
        found = {"leaf": own, "at": leaves.index(own) + 1, "of": len(leaves)}
    return page(
        visit,
        "voting/receipt.html",
        poll=here.poll,
        matter=here.matter,
        place=here.place,
        receipt=receipt,
        found=found,
        secrecy=secrecy_of(here.poll),
    )


@public
def show_participation(visit: Visit) -> Answer:
    """The sorted commitments to who took part, from which anybody reckons the root of the closing entry."""
    poll = opened_poll(visit).poll
    if poll.secrecy != CONFIDENTIAL:
        raise Missing
    if poll.closed_at is None:
        raise Refused(Refusal(_("表决还没有结束，谁领了票还不公布")))
    leaves = leaves_of(visit.session, poll)
    document = {"schema": PARTICIPATION, "poll": poll.id, "root": participation_root(leaves), "leaves": leaves}
    return text(json.dumps(document, indent=1), media_type="application/json")


@signed_in
def export_for_belenios(visit: Visit) -> Answer:
    """Question, electorate and weights for belenios-tool, for the chair and the auditor."""
    here = opened_poll(visit)
    refuse_if(may_export(here.standing.roles, here.poll.secrecy))
    root = visit.session.get(Roster, here.poll.roster_id).root
    found = belenios.files(here.poll, here.place.name, roll(visit.session, here.poll), root)
    return download(belenios.packed(found), f"belenios-{here.poll.id}.zip", "application/zip")


routes = [
    get("/polls/{id}/belenios.zip", export_for_belenios),
    get("/polls/{id}/receipt", show_receipt),
    get("/polls/{id}/participation.json", show_participation),
]
