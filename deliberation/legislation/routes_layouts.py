"""Layouts of the table of opinions: looked at, made, changed, put away by the point's liaison."""

from __future__ import annotations

from typing import Any

from deliberation.audit.actions import Actor
from deliberation.identity.doors import signed_in
from deliberation.legislation.export_docx import DEFAULT as PAPER
from deliberation.legislation.intake_rules import COLUMNS
from deliberation.legislation.layout_models import TableLayout, layout, layouts_of
from deliberation.legislation.layout_rules import DEFAULT, MOST_HEADING, MOST_NAME, Columns, columns_of
from deliberation.legislation.layouting import remove_layout, save_layout
from deliberation.legislation.solicitation_view import Asked
from deliberation.vocabulary import Act
from deliberation.web import Answer, Fields, Visit, get, page, post, redirect

ACT = "export_opinions"


def _meant(visit: Visit) -> tuple[Asked, Actor, TableLayout]:
    """The layout of a path, and whoever may work on it. Raises Missing, Refused."""
    here = Asked(visit, visit.number("id"))
    return here, here.actor(ACT), layout(visit.session, here.one.community_id, visit.number("layout"))


@signed_in
def show_layouts(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    here.actor(ACT)
    kept = layouts_of(visit.session, here.one.community_id)
    return page(
        visit, "legislation/layouts.html", kept=kept, every=list(COLUMNS.values()),
        paper=[heading for _key, heading in PAPER], **here.base(),
    )  # fmt: skip


@signed_in
def show_new(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    here.actor(ACT)
    return _form(visit, here, tuple((key, COLUMNS[key]) for key in DEFAULT), None)


@signed_in
def show_layout(visit: Visit) -> Answer:
    here, _actor, kept = _meant(visit)
    return _form(visit, here, kept.chosen, kept)


def _form(visit: Visit, here: Asked, chosen: Columns, kept: TableLayout | None) -> Answer:
    return page(
        visit, "legislation/layout.html", rows=_rows(visit, chosen), kept=kept, most_heading=MOST_HEADING,
        most_name=MOST_NAME, last=len(COLUMNS), **here.base(),
    )  # fmt: skip


def _rows(visit: Visit, chosen: Columns) -> list[dict[str, Any]]:
    """A row for each column there is: those of the layout first, in their order; after a mistake as it was typed."""
    headings, order = dict(chosen), [key for key, _heading in chosen]
    rows = []
    for key in [*order, *(key for key in COLUMNS if key not in headings)]:
        at = str(order.index(key) + 1) if key in headings else ""
        rows.append(
            {
                "key": key,
                "own": COLUMNS[key],
                "at": visit.typed(f"at_{key}", at),
                "heading": visit.typed(f"as_{key}", headings.get(key, COLUMNS[key])),
            }
        )
    return rows


def _read(visit: Visit) -> tuple[str, Columns]:
    """Name and columns as they were typed. Raises Invalid."""
    fields = Fields(visit)
    name = fields.text("name", most=MOST_NAME)
    places = {key: fields.integer(f"at_{key}", least=1, most=99, required=False) for key in COLUMNS}
    headings = {key: fields.text(f"as_{key}", most=MOST_HEADING, required=False) for key in COLUMNS}
    fields.check()
    return name, columns_of(places, headings)


@signed_in
def make_layout(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    actor = here.actor(ACT)
    save_layout(visit.session, visit.now, one=here.one, kept=None, named=_read(visit), actor=actor)
    return redirect(f"/solicitations/{here.one.id}/layouts")


@signed_in
def change_layout(visit: Visit) -> Answer:
    here, actor, kept = _meant(visit)
    save_layout(visit.session, visit.now, one=here.one, kept=kept, named=_read(visit), actor=actor)
    return redirect(f"/solicitations/{here.one.id}/layouts")


@signed_in
def take_away(visit: Visit) -> Answer:
    here, actor, kept = _meant(visit)
    remove_layout(visit.session, visit.now, one=here.one, kept=kept, actor=actor)
    return redirect(f"/solicitations/{here.one.id}/layouts")


routes = [
    get("/solicitations/{id}/layouts", show_layouts),
    get("/solicitations/{id}/layouts/new", show_new),
    post("/solicitations/{id}/layouts/new", make_layout, Act.LAYOUT_SAVED, again=show_new),
    get("/solicitations/{id}/layouts/{layout}", show_layout),
    post("/solicitations/{id}/layouts/{layout}", change_layout, Act.LAYOUT_SAVED, again=show_layout),
    post("/solicitations/{id}/layouts/{layout}/remove", take_away, Act.LAYOUT_REMOVED, again=show_layouts),
]
