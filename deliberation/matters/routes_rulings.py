"""Pages of rulings: what was decided on a resolution afterwards, and entering it with the paper that says so."""

from __future__ import annotations

from dataclasses import dataclass

from deliberation.assemblies.models import Standing
from deliberation.communities.models import Community
from deliberation.files import KeptFile, keep_upload
from deliberation.matters.models import Document, Matter
from deliberation.matters.opening import person_id
from deliberation.matters.reach import document_within_reach
from deliberation.matters.ruling_rules import ANNULLED, STATES, Ground
from deliberation.matters.ruling_showing import shown_rulings
from deliberation.matters.rulings import Entered, assembly_resolutions, enter_ruling, grounds_of, recorder, why_not
from deliberation.refusal import Refusal, refuse_if
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, get, page, post, redirect, signed_in

__all__ = ["routes"]
ASSEMBLIES = ("village_revoke", "village_change", "urban_revoke", "urban_change")


@dataclass(frozen=True)
class Here:
    """A document that a visitor has opened, what the law knows for it, and why they could not enter anything."""

    document: Document
    matter: Matter
    place: Community
    standing: Standing
    grounds: tuple[Ground, ...]
    refusal: Refusal | None


def _here(visit: Visit) -> Here:
    document, matter, place, standing = document_within_reach(
        visit.session, visit.number("id"), person_id(visit), visit.now
    )
    visit.community = place
    grounds = grounds_of(visit.session, matter, document, place)
    refusal = why_not(visit.session, standing.roles, matter, document, place)
    return Here(document, matter, place, standing, grounds, refusal)


@signed_in
def new_ruling(visit: Visit) -> Answer:
    here = _here(visit)
    return page(
        visit,
        "matters/ruling_new.html",
        document=here.document,
        matter=here.matter,
        place=here.place,
        grounds=here.grounds,
        states=STATES,
        refusal=here.refusal,
        resolutions=_resolutions(visit, here),
        rulings=shown_rulings(visit.session, here.document.id),
    )


def _resolutions(visit: Visit, here: Here) -> list[tuple[str, str]]:
    """Resolutions by which an assembly may have decided it, where an assembly can."""
    if not any(one.id in ASSEMBLIES for one in here.grounds):
        return []
    found = assembly_resolutions(visit.session, here.place)
    return [(str(one.id), one.title) for one in found if one.id != here.document.id]


def keep_paper(visit: Visit) -> KeptFile | None:
    """Before the writer's door: the paper is checked and on disk before its row is written, if it may be entered."""
    upload = visit.call.files.get("file")
    if upload is None:
        return None
    refuse_if(_here(visit).refusal)
    return keep_upload(visit.house.settings.data, upload)


@signed_in
def add_ruling(visit: Visit, kept: KeptFile | None) -> Answer:
    here = _here(visit)
    refuse_if(here.refusal)
    entered = _entered(visit, here)
    enter_ruling(
        visit.session,
        visit.now,
        matter=here.matter,
        document=here.document,
        entered=entered,
        actor=recorder(here.standing.roles, visit.person.id),
        kept_file=kept,
    )
    return redirect(f"/documents/{here.document.id}#rulings")


def _entered(visit: Visit, here: Here) -> Entered:
    fields = Fields(visit)
    chosen = fields.choice("ground", {one.id for one in here.grounds})
    authority = fields.text("authority", most=80)
    ruled_on = fields.day("ruled_on")
    number = fields.text("number", most=80, required=False)
    reason = fields.text("reason", most=2000)
    body = fields.text("body", most=20_000, required=chosen in courts(here.grounds))
    by = fields.choice("by_document", {"", *(id for id, _title in _resolutions(visit, here))})
    fields.check()
    decided_by = int(by) if by and chosen in ASSEMBLIES else None
    return Entered(chosen, authority, ruled_on, reason, number, body, decided_by)


def courts(grounds: tuple[Ground, ...]) -> set[str]:
    """A court's word is entered with its text: what the judgment says is what counts."""
    return {one.id for one in grounds if one.state == ANNULLED}


routes = [
    get("/documents/{id}/rulings/new", new_ruling),
    post(
        "/documents/{id}/rulings",
        add_ruling,
        Act.RULING_ENTERED,
        again=new_ruling,
        prepare=keep_paper,
        upload=True,
    ),
]
