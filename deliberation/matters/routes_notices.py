"""Pages of a notice 告知: giving it, the list of those to be told with what proves it, completing it."""

from __future__ import annotations

from typing import Any

from deliberation.assemblies.models import assemblies_of, members_of
from deliberation.audit.actions import Actor
from deliberation.delivery.actions import record_told
from deliberation.delivery.models import CHANNELS, deliveries_of
from deliberation.delivery.rules import BY_HAND
from deliberation.identity.models import names_and_readings, names_of, people_of_community
from deliberation.matters.convening import in_whose_name
from deliberation.matters.models import Document
from deliberation.matters.moving import tell
from deliberation.matters.notices import close_notice, extend_notice, issue_notice, latest_paper
from deliberation.matters.noticing import ENTITLED, EVERYONE, asked_of, draft, left_out
from deliberation.matters.opening import Dossier, act_page, back, dossier
from deliberation.matters.reach import today_in
from deliberation.matters.routes_papers import MOVES
from deliberation.matters.rules import may, roles_of
from deliberation.people_list import one_page, read_asked
from deliberation.refusal import Missing, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _
from deliberation.web import Answer, Fields, Visit, get, page, post, redirect, signed_in


@signed_in
def new_notice(visit: Visit) -> Answer:
    one = dossier(visit)
    today = today_in(one.place, visit.now)
    asked = asked_of(visit.session, one.matter, one.place, one.facts) if one.step else None
    bodies = [
        (body, len(members_of(visit.session, body.id, today))) for body in assemblies_of(visit.session, one.place.id)
    ]
    if (
        asked is not None and not asked.votes
    ):  # An empty body is nobody to invite; where one decides, its emptiness is said.
        bodies = [(body, n) for body, n in bodies if n]
    return act_page(
        visit,
        one,
        "matters/notice_new.html",
        "issue_notice",
        bodies=bodies,
        everyone=len(people_of_community(visit.session, one.place)),
        asked=asked,
        draft=draft(visit.session, one.matter, one.facts, asked) if asked else ("", ""),
    )


@signed_in
def give_notice(visit: Visit) -> Answer:
    one = dossier(visit)
    actor = one.actor("issue_notice")
    fields = Fields(visit)
    title, body = fields.text("title", most=80), fields.text("body", most=5000)
    people = _addressees(visit, one)
    if not people:
        fields.errors["to"] = Refusal(_("请选择要告知的人"))
    elif missing := left_out(visit.session, one.matter, one.place, one.facts, set(people)):
        fields.errors["to"] = _narrowed(visit, missing)
    fields.check()
    issue_notice(
        visit.session,
        visit.now,
        matter=one.matter,
        title=title,
        body=body,
        people=people,
        actor=actor,
        issued_by=in_whose_name(visit.session, one.matter, one.facts.step),
        is_short=visit.text("short") == "yes",
    )
    return redirect(f"/matters/{one.matter.id}/notices")


MOST_NAMED = 12


def _narrowed(visit: Visit, missing: list[int]) -> Refusal:
    """Who has to be told and is not on the list; the first by name."""
    names = list(names_of(visit.session, set(missing[:MOST_NAMED])).values())
    said = (
        _("名单里少了必须告知的{n}人：{who}")
        if len(missing) <= MOST_NAMED
        else _("名单里少了必须告知的{n}人，其中有{who}")
    )
    return Refusal(said, {"n": len(missing), "who": names}, remedy=_("把他们也选上再发出"))


def _addressees(visit: Visit, one: Dossier) -> list[int]:
    """Everybody of the community, who will decide, or the members of the chosen bodies; the proposer always."""
    today = today_in(one.place, visit.now)
    chosen = set(visit.texts("to"))
    people: list[int] = []
    if EVERYONE in chosen:
        people += [each.id for each in people_of_community(visit.session, one.place)]
    if ENTITLED in chosen and one.step:
        people += asked_of(visit.session, one.matter, one.place, one.facts).people
    for body in assemblies_of(visit.session, one.place.id):
        if str(body.id) in chosen:
            people += [member.person_id for member, _person in members_of(visit.session, body.id, today)]
    return [*people, one.matter.proposer_id] if people else []


@signed_in
def list_notices(visit: Visit) -> Answer:
    """The list of those to be told, with what proves it; for those who run the step and the supervisors."""
    one = dossier(visit)
    refuse_if(may("read_told", one.standing.roles, one.facts))
    document = latest_paper(visit.session, one.matter, "notice")
    return page(
        visit,
        "matters/notices.html",
        matter=one.matter,
        place=one.place,
        document=document,
        list=_listed(visit, one, document),
        left_out=_left_out(visit, one, document),
        channels=CHANNELS,
        by_hand=[(word, CHANNELS[word]) for word in BY_HAND],
        refusal=may("close_notice", one.standing.roles, one.facts),
        may_record=None if _records(one) else Refusal(_("由承办人或记录员登记")),
    )


def _listed(visit: Visit, one: Dossier, document: Document | None) -> dict[str, Any]:
    """Who is on the list, a page of it, and how many of all have been told."""
    found = deliveries_of(visit.session, f"document/{document.id}") if document else []
    names = names_and_readings(visit.session, {row.person_id for row in found})
    people = [
        {"row": row, "numbers": [number], "labels": (), "groups": ()}
        | dict(zip(("name", "pinyin"), names[row.person_id], strict=True))
        for number, row in enumerate(found, 1)
    ]
    shown = one_page(people, read_asked(visit.query), f"/matters/{one.matter.id}/notices")
    return shown | {"due": len(found), "told": sum(row.told_at is not None for row in found)}


def _left_out(visit: Visit, one: Dossier, document: Document | None) -> Refusal | None:
    """Who is missing on the list of a notice that still runs."""
    if document is None or one.step is None or document.closed_at is not None or document.step != one.step.id:
        return None
    listed = {row.person_id for row in deliveries_of(visit.session, f"document/{document.id}")}
    missing = left_out(visit.session, one.matter, one.place, one.facts, listed)
    return _narrowed(visit, missing) if missing else None


@signed_in
def extend(visit: Visit) -> Answer:
    one = dossier(visit)
    extend_notice(visit.session, visit.now, matter=one.matter, actor=_recorder(one))
    return redirect(f"/matters/{one.matter.id}/notices")


@signed_in
def record_delivery(visit: Visit) -> Answer:
    one = dossier(visit)
    actor = _recorder(one)
    document = latest_paper(visit.session, one.matter, "notice")
    if document is None:
        raise Missing
    fields = Fields(visit)
    channel = fields.choice("channel", BY_HAND)
    proof = fields.text("proof", most=300)
    people = [int(each) for each in visit.texts("person") if each.isascii() and each.isdigit() and len(each) < 10]
    if not people:
        fields.errors["person"] = Refusal(_("请勾选已经送达的人"))
    fields.check()
    subject = f"document/{document.id}"
    record_told(visit.session, visit.now, subject=subject, people=people, channel=channel, proof=proof, by=actor)
    tell(visit.session, one.matter)
    return redirect(f"/matters/{one.matter.id}/notices")


@signed_in
def to_the_list(visit: Visit) -> Answer:
    """A refused form leaves its own address in the browser; whoever loads it anew wants the list."""
    return redirect(f"/matters/{dossier(visit).matter.id}/notices")


def _records(one: Dossier) -> str | None:
    """As what the visitor enters that somebody was told: as what they would give the notice."""
    return next((role for role in roles_of("issue_notice", one.facts) if role in one.standing.roles), None)


def _recorder(one: Dossier) -> Actor:
    role = _records(one)
    if role is None:
        raise Refused(Refusal(_("由承办人或记录员登记")))
    return Actor(role, one.standing.person_id)


@signed_in
def finish_notice(visit: Visit) -> Answer:
    one = dossier(visit)
    close_notice(visit.session, visit.now, matter=one.matter, actor=one.actor("close_notice"))
    return back(one.matter)


routes = [
    get("/matters/{id}/notices/new", new_notice),
    get("/matters/{id}/notices", list_notices),
    post("/matters/{id}/notices", give_notice, Act.NOTICE_ISSUED, again=new_notice),
    get("/matters/{id}/deliveries", to_the_list),
    post("/matters/{id}/deliveries", record_delivery, Act.NOTICE_DELIVERED, again=list_notices),
    get("/matters/{id}/notices/more", to_the_list),
    post("/matters/{id}/notices/more", extend, Act.NOTICE_EXTENDED),
    post("/matters/{id}/notices/closing", finish_notice, Act.DOCUMENT_CLOSED, *MOVES),
]
