"""The inbox: notices and answers to one person. Opening one shows it; only the button says that it was read."""

from __future__ import annotations

from typing import Any

from deliberation.assemblies.models import standing_of
from deliberation.audit.actions import Actor
from deliberation.communities.models import Community, community
from deliberation.delivery import mail
from deliberation.delivery.actions import read_notice
from deliberation.delivery.letters import Letter, LetterSource
from deliberation.delivery.models import CHANNELS, Delivery, inbox_count, inbox_of, own_delivery
from deliberation.identity.doors import signed_in
from deliberation.identity.models import person
from deliberation.refusal import Missing
from deliberation.sections import WAITING, Item, Section
from deliberation.vocabulary import Act, Role, _
from deliberation.web import Answer, Visit, get, page, post, redirect

PER_PAGE = 30
AS_WHOM = (Role.RESIDENT, Role.MEMBER, Role.REPRESENTATIVE)
"""As what somebody reads, the plainest word first; the log names the role and never the person."""


@signed_in
def show_inbox(visit: Visit) -> Answer:
    asked = visit.query.get("page", "1")
    number = max(1, int(asked)) if asked.isascii() and asked.isdigit() and len(asked) < 6 else 1
    visit.community = community(visit.session, person(visit.session, visit.person.id).community_id)
    count, unread = inbox_count(visit.session, visit.person.id)
    rows = inbox_of(visit.session, visit.person.id, start=(number - 1) * PER_PAGE, limit=PER_PAGE)
    places = {id: community(visit.session, id) for id in {row.community_id for row in rows}}
    return page(
        visit,
        "delivery/inbox.html",
        rows=[(row, places[row.community_id], _kind_of(row)) for row in rows],
        unread=unread,
        number=number,
        pages=-(-count // PER_PAGE),
    )


def _kind_of(row: Delivery) -> str:
    return _("给您的答复") if row.subject.startswith(("reply/", "objection/", "adoption/")) else _("告知")


@signed_in
def show_delivery(visit: Visit) -> Answer:
    """The words of a notice, or an answer beside what was said. Looking changes nothing: a preview is no reading."""
    delivery = own_delivery(visit.session, visit.number("id"), visit.person.id)
    place = visit.community = community(visit.session, delivery.community_id)
    source, id = _source(visit, delivery)
    letter: Letter | None = source.letter(visit.session, id, visit.person.id)
    if letter is None:
        raise Missing
    channel = CHANNELS.get(delivery.channel, "")
    return page(visit, "delivery/delivery.html", delivery=delivery, letter=letter, place=place, channel=channel)


@signed_in
def read(visit: Visit) -> Answer:
    """The person says that they have read it: read, and thereby told."""
    delivery = own_delivery(visit.session, visit.number("id"), visit.person.id)
    if delivery.read_at is None:
        place = community(visit.session, delivery.community_id)
        source, id = _source(visit, delivery)
        read_notice(visit.session, visit.now, delivery=delivery, by=_reader(visit, place))
        source.read(visit.session, visit.now, id)
    return redirect(f"/deliveries/{delivery.id}")


def _source(visit: Visit, delivery: Delivery) -> tuple[LetterSource, int]:
    word, _slash, number = delivery.subject.partition("/")
    if word not in visit.house.letters:
        raise Missing
    return visit.house.letters[word], int(number)


def _reader(visit: Visit, place: Community) -> Actor:
    today = visit.now.astimezone(place.zone).date()
    roles = standing_of(visit.session, visit.person.id, place, today).roles
    ranked = (*AS_WHOM, *(role for role in Role if role not in AS_WHOM))
    return Actor(next(role.value for role in ranked if role in roles), visit.person.id)


def unread_section(visit: Visit) -> list[Section]:
    """没读的通知, for the home page: not what somebody told them at the door, nor what called to something past."""
    if visit.person is None:
        return []
    rows = inbox_of(visit.session, visit.person.id, unread=True, limit=10)
    items = tuple(
        Item(title=row.title, url=f"/deliveries/{row.id}", kind=_kind_of(row), note=_("还没有看"), action=_("打开看"))
        for row in rows
        if not _is_over(visit, row)
    )
    return [Section(_("没读的通知"), items, WAITING, more="/inbox")] if items else []


def _is_over(visit: Visit, row: Delivery) -> bool:
    source, id = _source(visit, row)
    return source.is_over(visit.session, id)


def furnish(house: Any) -> None:
    house.home_sections.append(unread_section)
    house.runner.outsides["mail_notice"] = lambda payload: mail.send_waiting(
        house.database, house.settings, payload["subject"]
    )
    house.runner.works["mail_notice"] = lambda session, now, payload: mail.plan_rest(
        session, now, payload, house.settings
    )


routes = [
    get("/inbox", show_inbox),
    get("/deliveries/{id}", show_delivery),
    post("/deliveries/{id}/reading", read, Act.NOTICE_DELIVERED),
]
