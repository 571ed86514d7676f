"""Invitations and lots over HTTP."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta

import segno

from deliberation.audit import merkle
from deliberation.audit.models import log_head
from deliberation.audit.note import BadNote, parse_checkpoint
from deliberation.audit.published import Published
from deliberation.audit.source import bodies
from deliberation.identity.doors import signed_in
from deliberation.identity.models import Person, names_of
from deliberation.matters.days import midnight
from deliberation.refusal import Invalid, Refusal
from deliberation.rooms import convening_rules as rules
from deliberation.rooms.chairing_rules import MOST_REASON
from deliberation.rooms.convening_models import Lot, convening, invitation, lot, tickets_of
from deliberation.rooms.invitations import Asked, guest_link, invite, reply, withdraw
from deliberation.rooms.lot_rules import Seed
from deliberation.rooms.lots import (
    BASES,
    STRATA,
    LogRoot,
    Wanted,
    abandon_lot,
    call_substitute,
    commit_lot,
    document_text,
    draw_lot,
    running_lot,
    size_needed,
    strata_of,
)
from deliberation.rooms.routes_acts import NOT_REGISTERED, person_in_hall
from deliberation.rooms.routes_convening import Called, back_to, called, show_convening, shown
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, get, page, post, public, redirect


@signed_in
def invite_one(visit: Visit) -> Answer:
    """Somebody of the community by name or number, or a guest by name."""
    here = called(visit)
    fields = Fields(visit)
    word, office = fields.text("name", most=40), fields.text("office", most=60, required=False)
    asks = fields.text("asks", most=300, required=False)
    due_on = fields.day("due_on", required=False)
    fields.check()
    is_guest = visit.text("guest") == "yes"
    known = 0 if is_guest else _known(visit, here, word).id
    due_at = midnight(due_on + timedelta(days=1), here.community.zone) if due_on else None
    asked = Asked(visit.text("role"), known, word if is_guest else "", office, asks, due_at)
    invite(visit.session, visit.now, convening=here.one, asked=asked, standing=here.standing)
    return back_to(here)


def _known(visit: Visit, here: Called, word: str) -> Person:
    """Raises Invalid: who is not registered here is invited as a guest, no matter whether a department sends them."""
    try:
        return person_in_hall(visit, here.community, word)
    except Invalid as no:
        if no.errors["name"].reason != NOT_REGISTERED:
            raise
        remedy = _("请核对姓名；不是本单位的人（例如部门来的人），请勾选“外来的人”")
        raise Invalid({"name": replace(no.errors["name"], remedy=remedy)}) from None


class Invited(Called):
    """An invitation of a path, with what it is to."""

    def __init__(self, visit: Visit):
        self.invitation = invitation(visit.session, visit.number("id"))
        super().__init__(visit, self.invitation.convening_id)


@signed_in
def show_invitation(visit: Visit) -> Answer:
    return redirect(f"/convenings/{Invited(visit).one.id}#guests")


@signed_in
def show_again(visit: Visit) -> Answer:
    return shown(visit, Invited(visit))


@signed_in
def reply_one(visit: Visit) -> Answer:
    here = Invited(visit)
    fields = Fields(visit)
    words = fields.text("words", most=2000, required=False)
    fields.check()
    reply(
        visit.session, visit.now, convening=here.one, invitation=here.invitation, answer=visit.text("reply"),
        words=words, standing=here.standing,
    )  # fmt: skip
    return back_to(here)


@signed_in
def withdraw_one(visit: Visit) -> Answer:
    here = Invited(visit)
    fields = Fields(visit)
    reason = fields.text("reason", most=MOST_REASON, required=False)
    fields.check()
    withdraw(
        visit.session, visit.now, convening=here.one, invitation=here.invitation, standing=here.standing, reason=reason
    )
    return back_to(here)


@signed_in
def link_one(visit: Visit) -> Answer:
    """A one-time link for a guest: shown on this page and nowhere else."""
    here = Invited(visit)
    token = guest_link(visit.session, visit.now, convening=here.one, invitation=here.invitation, standing=here.standing)
    onward = f"/rooms/{here.one.room_id}" if here.one.room_id else f"/convenings/{here.one.id}"
    link = f"{visit.house.settings.address}/sign-in/{token}?next={onward}"
    return page(
        visit, "rooms/guest_link.html", one=here.one, link=link,
        name=names_of(visit.session, [here.invitation.person_id])[here.invitation.person_id],
        qr=segno.make(link, error="m").svg_data_uri(scale=5, border=2, light="#fff"),
    )  # fmt: skip


# --- lots


@signed_in
def new_lot(visit: Visit) -> Answer:
    here = called(visit)
    return page(
        visit, "rooms/lot_new.html", one=here.one, bases=list(BASES.items()), strata=list(STRATA.items()),
        refusal=rules.may("commit_lot", here.standing.roles, here.view(visit).state),
        running=running_lot(visit.session, here.one.id),
    )  # fmt: skip


@signed_in
def commit_one(visit: Visit) -> Answer:
    here = called(visit)
    fields = Fields(visit)
    base, strata = fields.choice("base", BASES), fields.choice("strata", STRATA)
    seats = fields.integer("seats", least=1, most=10_000)
    substitutes = fields.integer("substitutes", least=0, most=10_000)
    secret, announced = fields.text("secret", most=200), fields.text("announced", most=120, required=False)
    fields.check()
    wanted = Wanted(base, strata, seats, substitutes, secret, announced)
    made = commit_lot(
        visit.session, visit.now, convening=here.one, community=here.community, wanted=wanted, standing=here.standing
    )
    return redirect(f"/lots/{made.id}")


class Drawn(Called):
    """A lot of a path, with what it is for."""

    def __init__(self, visit: Visit):
        self.lot: Lot = lot(visit.session, visit.number("id"))
        super().__init__(visit, self.lot.convening_id)


@public
def show_lot(visit: Visit) -> Answer:
    """How it was or will be drawn; names only for whoever runs it, the supervisor, and each person their own."""
    here = Drawn(visit)
    view = here.view(visit)
    tickets = tickets_of(visit.session, here.lot.id)
    shown = {one.person_id for one in tickets} if view.sees_all else {view.standing.person_id}
    names = names_of(visit.session, shown) if shown - {0} else {}
    return page(
        visit, "rooms/lot.html", one=here.one, lot=here.lot, view=view, tz=here.community.timezone,
        sizes=_sizes(tickets), strata=strata_of(here.lot), bases=BASES, kinds=STRATA,
        names={one.number: names[one.person_id] for one in tickets if one.person_id in names},
        own=next((one for one in tickets if one.person_id == view.standing.person_id), None),
        size=size_needed(visit.session, here.lot), refusal=view.no("draw_lot"),
    )  # fmt: skip


def _sizes(tickets: list) -> list[tuple[str, int]]:
    found: dict[str, int] = {}
    for one in tickets:
        found[one.stratum] = found.get(one.stratum, 0) + 1
    return sorted(found.items())


def find_root(visit: Visit) -> LogRoot | None:
    """Before the writer's door: the root of the log up to the commitment, once a signed checkpoint covers it."""
    meant = lot(visit.session, visit.number("id"))
    community_id = convening(visit.session, meant.convening_id).community_id
    size = size_needed(visit.session, meant)
    try:
        note = Published(visit.house.settings.log_folder / str(community_id)).note()
        signed = parse_checkpoint(note.split("\n\n")[0] + "\n") if note else None
    except BadNote:
        signed = None
    if signed is None or signed.size < size:
        return None
    root = merkle.root(merkle.leaf_hashes(list(bodies(visit.session, community_id, 0, size))))
    return LogRoot(log_head(visit.session, community_id).origin, size, base64.b64encode(root).decode())


@signed_in
def draw_one(visit: Visit, log_root: LogRoot | None) -> Answer:
    here = Drawn(visit)
    fields = Fields(visit)
    secret, public_ = fields.text("secret", most=200), fields.text("public", most=120, required=False)
    fields.check()
    draw_lot(
        visit.session, visit.now, lot=here.lot, convening=here.one, seed=Seed(secret, "", public_),
        log_root=log_root, standing=here.standing,
    )  # fmt: skip
    return redirect(f"/lots/{here.lot.id}")


@signed_in
def abandon_one(visit: Visit) -> Answer:
    here = Drawn(visit)
    fields = Fields(visit)
    reason = fields.text("reason", most=200)
    fields.check()
    abandon_lot(visit.session, visit.now, lot=here.lot, convening=here.one, reason=reason, standing=here.standing)
    return redirect(f"/lots/{here.lot.id}")


@signed_in
def substitute_one(visit: Visit) -> Answer:
    here = Invited(visit)
    if here.invitation.lot_id is None:
        raise Invalid({"lot": Refusal(_("这个人不是抽签产生的"))})
    call_substitute(
        visit.session, visit.now, lot=lot(visit.session, here.invitation.lot_id), convening=here.one,
        gone=here.invitation, standing=here.standing,
    )  # fmt: skip
    return back_to(here)


@public
def lot_document(visit: Visit) -> Answer:
    here = Drawn(visit)
    content = document_text(visit.session, here.lot).encode()
    return Answer(200, content, [(b"content-type", b"application/json; charset=utf-8")])


routes = [
    post("/convenings/{id}/invitations", invite_one, Act.INVITATION_MADE, Act.PERSON_ADDED, again=show_convening),
    get("/invitations/{id}", show_invitation),
    post("/invitations/{id}/reply", reply_one, Act.INVITATION_ANSWERED, again=show_again),
    post(
        "/invitations/{id}/withdrawal", withdraw_one, Act.INVITATION_WITHDRAWN, Act.TURN_CUT, Act.TURN_WITHDRAWN,
        again=show_again,
    ),
    post("/invitations/{id}/link", link_one, Act.LINK_ISSUED),
    post("/invitations/{id}/substitute", substitute_one, Act.SUBSTITUTE_CALLED, Act.INVITATION_MADE),
    get("/convenings/{id}/lots/new", new_lot),
    post("/convenings/{id}/lots", commit_one, Act.LOT_COMMITTED, again=new_lot),
    get("/lots/{id}", show_lot),
    get("/lots/{id}/document.json", lot_document),
    post("/lots/{id}/draw", draw_one, Act.LOT_DRAWN, Act.INVITATION_MADE, prepare=find_root, again=show_lot),
    post("/lots/{id}/abandonment", abandon_one, Act.LOT_ABANDONED, again=show_lot),
]  # fmt: skip
