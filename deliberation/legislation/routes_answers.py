"""Answers: what everybody reads of them, by solicitation and by contact point; who is told by hand; letters to print."""

from __future__ import annotations

from typing import Any

from deliberation.communities.models import community
from deliberation.identity.doors import signed_in
from deliberation.legislation.adoption_models import OpinionAnswer
from deliberation.legislation.adoption_rules import BY_HAND
from deliberation.legislation.answer_papers import letters
from deliberation.legislation.answering import record_letters, tell_authors
from deliberation.legislation.answers_view import LETTERS, answers_shown, point_answers, telling_shown, to_tell
from deliberation.legislation.solicitation_rules import DRAFTING
from deliberation.legislation.solicitation_view import STAFF, Asked
from deliberation.matters.days import day_of
from deliberation.paper import PDF, sheet_pdf
from deliberation.refusal import Missing, Refusal, Refused
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, download, get, page, post, public, redirect


@public
def show_answers(visit: Visit) -> Answer:
    here = Asked(visit, visit.number("id"))
    if here.stage == DRAFTING:
        raise Missing
    return page(visit, "legislation/answers.html", **answers_shown(here))


@public
def show_point(visit: Visit) -> Answer:
    place = visit.community = community(visit.session, visit.number("id"))
    return page(visit, "legislation/point_answers.html", **point_answers(visit, place, day_of(visit.now, place.zone)))


def _staff(visit: Visit) -> Asked:
    here = Asked(visit, visit.number("id"))
    if not here.roles & STAFF:
        raise Missing
    return here


@signed_in
def show_telling(visit: Visit) -> Answer:
    return page(visit, "legislation/telling.html", **telling_shown(_staff(visit)))


def print_letters(visit: Visit) -> tuple[bytes, list[tuple[int, int]]]:
    """One page for each who left a contact and was not told yet; and which answers to which opinions."""
    here = _staff(visit)
    here.actor("tell_authors")
    rows = to_tell(here, limit=LETTERS, with_contact=True)
    if not rows:
        raise Refused(Refusal(_("没有要寄信的人"), late=True))
    return sheet_pdf(letters(here, rows, visit.locale)), ids_of(rows)


def ids_of(rows: list[dict[str, Any]]) -> list[tuple[int, int]]:
    return [(row["answer"].id, row["one"].id) for row in rows]


@signed_in
def send_letters(visit: Visit, printed: tuple[bytes, list[tuple[int, int]]]) -> Answer:
    """Hand the letters out, and write that they were. Printing tells nobody: that is entered once it was sent."""
    here = _staff(visit)
    actor, (made, ids) = here.actor("tell_authors"), printed
    # What was printed before the writer's door holds if nobody was told, withdrew or is to be told besides since.
    if ids_of(to_tell(here, limit=LETTERS, with_contact=True)) != ids:
        raise Refused(Refusal(_("刚才又有变动，印好的函不再对"), remedy=_("请再点一次"), late=True))
    record_letters(visit.session, of=here.one, ids=[one for _answer, one in ids], actor=actor)
    return download(made, f"{here.one.title}-答复函.pdf", PDF, f"letters-{here.one.id}.pdf")


@signed_in
def tell_some(visit: Visit) -> Answer:
    here = _staff(visit)
    actor = here.actor("tell_authors")
    fields = Fields(visit)
    way = fields.choice("way", BY_HAND)
    note = fields.text("note", most=200, required=False)
    fields.check()
    chosen = [visit.session.get(OpinionAnswer, int(each)) for each in visit.texts("ticked") if _is_number(each)]
    if None in chosen or len(chosen) != len(visit.texts("ticked")):
        raise Missing
    tell_authors(visit.session, visit.now, of=here.one, answers=chosen, way=way, note=note, actor=actor)
    return redirect(f"/solicitations/{here.one.id}/telling")


def _is_number(typed: str) -> bool:
    return typed.isascii() and typed.isdigit() and len(typed) < 10


routes = [
    get("/solicitations/{id}/answers", show_answers),
    get("/communities/{id}/answers", show_point),
    get("/solicitations/{id}/telling", show_telling),
    post("/solicitations/{id}/telling", tell_some, Act.OPINIONS_TOLD, again=show_telling),
    post("/solicitations/{id}/letters", send_letters, Act.ANSWER_LETTERS_MADE, prepare=print_letters),
]
