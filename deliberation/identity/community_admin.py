"""Administration of communities: which ones are mine, founding one below, local settings."""

from __future__ import annotations

import unicodedata

from deliberation.communities.models import KINDS, children, settings_of
from deliberation.communities.rules import ON_BY_DEFAULT, SETTINGS, may_found
from deliberation.identity.actions import choose_setting, found_below
from deliberation.identity.admin import desk_of, managed_communities
from deliberation.identity.rules import check_name, may_manage_community
from deliberation.refusal import Missing
from deliberation.vocabulary import _
from deliberation.web import Answer, Fields, Visit, page, redirect, signed_in

VALUES = {"yes": _("是"), "no": _("否")}


@signed_in
def desks_page(visit: Visit) -> Answer:
    mine = managed_communities(visit)
    if not mine:
        raise Missing
    if len(mine) == 1:
        return redirect(f"/admin/communities/{mine[0].id}")
    top = min(len(each.ancestry) for each in mine)
    rows = [(each, KINDS[each.kind], len(each.ancestry) - top) for each in mine]
    return page(visit, "identity/desks.html", rows=rows)


@signed_in
def desk_page(visit: Visit) -> Answer:
    desk = desk_of(visit, visit.number("id"))
    held = settings_of(visit.session, desk.community)
    settings = []
    for name, words in SETTINGS.items():
        known = held.get(name)
        value = known.value if known else ("yes" if name in ON_BY_DEFAULT else "no")
        own = known is not None and known.community_id == desk.community.id
        settings.append((name, words, value, known.source if known else "", own))
    kinds = [(kind, words) for kind, words in KINDS.items() if may_found(kind, desk.community.kind) is None]
    return page(
        visit,
        "identity/desk.html",
        desk=desk,
        settings=settings,
        values=list(VALUES.items()),
        kinds=kinds,
        kind_names=KINDS,
        children=children(visit.session, desk.community.id),
        no_managing=may_manage_community(desk.roles),
    )


@signed_in
def found_child(visit: Visit) -> Answer:
    desk = desk_of(visit, visit.number("id"))
    fields = Fields(visit)
    name = unicodedata.normalize("NFC", fields.text("name", most=60))
    kind = fields.choice("kind", KINDS)
    if no := check_name(name):
        fields.errors.setdefault("name", no)
    fields.check()
    made = found_below(visit.session, visit.now, name=name, kind=kind, parent=desk.community, actor=desk.actor)
    return redirect(f"/admin/communities/{made.id}")


@signed_in
def set_one(visit: Visit) -> Answer:
    desk = desk_of(visit, visit.number("id"))
    fields = Fields(visit)
    name = fields.choice("name", SETTINGS)
    value = fields.choice("value", VALUES)
    source = fields.text("source", most=200)
    fields.check()
    choose_setting(visit.session, visit.now, of=desk.community, name=name, value=value, source=source, actor=desk.actor)
    return redirect(f"/admin/communities/{desk.community.id}")
