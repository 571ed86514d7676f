"""The roll at the count desk: who has a ballot in hand, and the list on which hands are entered by name."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, select

from deliberation.identity.models import names_of
from deliberation.people_list import one_page, read_asked
from deliberation.vocabulary import _
from deliberation.voting.count_models import Handed, PaperBatch, PaperSheet, Reading, rows_of, seals_of
from deliberation.voting.desk_words import choice_words, keys_of, refusal_at
from deliberation.voting.election_proxies import standing_of_poll
from deliberation.voting.election_rules import takes_proxies
from deliberation.voting.handing import hands_in_writing, kind_of, without_sheet
from deliberation.voting.models import Ballot, Poll, roll
from deliberation.voting.paper_rules import BATCH, HANDS, MORE, NAMED, least_of, proposed_of, shown_code
from deliberation.voting.reaching import Opened
from deliberation.voting.roll_view import people_of_lines
from deliberation.web import Visit

ALL, WAITING, OUT = "all", "waiting", "out"
"""Whom the list shows: everybody, who can be given a ballot, who holds one."""


_NOT_PRINTED = _("还没有印制纸质票。")
_NOBODY = {
    ALL: _("名单上没有这样的人。"),
    WAITING: _("每个人都领了票，或者已经投票。"),
    OUT: _("没有人领了票还没有交回。"),
}
_MORE_TO_PRINT = _("印好的票都发出了，还有人的票没有印。")
"""What is said where nobody at all is in this part of the list, whoever is looked for."""


def handing_tab(visit: Visit, here: Opened) -> dict[str, Any]:
    session, poll = visit.session, here.poll
    seals = len(seals_of(session, poll.id))
    said = _asked_for(visit)
    show = said["show"]
    show = show if show in (WAITING, OUT) else ALL
    people = people_at_desk(session, poll)
    ticks = rows_of(session, Handed, poll.id)
    printed = [batch for batch in rows_of(session, PaperBatch, poll.id) if batch.kind != HANDS]
    if not printed:
        people = [one | {"can_have": False} for one in people]
    some = [one for one in people if show == ALL or (one["is_out"] if show == OUT else one["can_have"])]
    shown = one_page(some, read_asked(said), f"/polls/{poll.id}/count", tab="handing", show=show)
    return {
        "is_named": kind_of(poll) == NAMED,
        "can_tick": any(
            one["is_out"] if show == OUT else one["can_have"] and not one["proxy"] for one in shown["people"]
        ),
        "nobody": "" if some else _words_for_nobody(people, show, bool(printed)),
        "batches": printed,
        "least": 1 if printed else least_of(kind_of(poll), len(people)),
        "proposed": MORE if printed else proposed_of(len(people)),
        "waiting": len(without_sheet(session, poll)) if kind_of(poll) == NAMED else 0,
        "print_refusal": refusal_at(here, "print_ballots", seals),
        "hand_refusal": refusal_at(here, "hand_out", seals),
        "show": show,
        "list": shown,
        "given": sum(tick.given for tick in ticks),
        "out": sum(tick.is_out and tick.channel == "paper" for tick in ticks),
        "back": sum(tick.returned + tick.spoiled for tick in ticks),
    }


def _words_for_nobody(people: list[dict[str, Any]], show: str, is_printed: bool) -> str:
    if show != ALL and not is_printed:
        return _NOT_PRINTED
    lacking = any(not (one["cast"] or one["is_out"]) for one in people)
    return _MORE_TO_PRINT if show == WAITING and lacking else _NOBODY[show]


def _asked_for(visit: Visit) -> dict[str, str]:
    """Which part of the list: by the address, or by a form that was refused, so that its ticks are shown again."""
    return {name: visit.query.get(name) or visit.text(name) for name in ("show", "q", "group", "page")} | {
        "tick": visit.query.get("tick", "")
    }


def people_at_desk(session: Session, poll: Poll) -> list[dict[str, Any]]:
    """The roll with its ticks and codes, in its order."""
    people = people_of_lines(session, roll(session, poll))
    for sheet in rows_of(session, PaperSheet, poll.id):
        if sheet.code and sheet.person_id in people:
            people[sheet.person_id]["code"] = shown_code(sheet.code)
    ticks = {tick.person_id: tick for tick in rows_of(session, Handed, poll.id)}
    cast, is_named = voted_on_devices(session, poll), kind_of(poll) == NAMED
    proxies = {one.giver_id: one for one in standing_of_poll(session, poll)} if takes_proxies(poll.preset) else {}
    holders = names_of(session, {one.holder_id for one in proxies.values()})
    for who, one in people.items():
        tick = ticks.get(who)
        is_out = tick is not None and tick.is_out
        can_have = not is_out and who not in cast and bool(one["code"] or not is_named)
        is_paper = is_out and tick.channel == "paper"
        one |= {"tick": tick, "cast": who in cast, "can_have": can_have, "is_out": is_paper, "proxy": proxies.get(who)}
        one["holder"] = holders[proxies[who].holder_id] if who in proxies else ""
    return list(people.values())


def voted_on_devices(session: Session, poll: Poll) -> set[int]:
    """Who has cast on a device; of a confidential poll nobody is named: whoever asks for paper is refused it."""
    if kind_of(poll) == BATCH:
        return set()
    return set(session.exec(select(Ballot.person_id).where(Ballot.poll_id == poll.id)).all())


def by_name(visit: Visit, here: Opened, seals: int) -> dict[str, Any]:
    """The list on which a hand is entered beside a name: one's own marks."""
    session, poll, who = visit.session, here.poll, visit.person.id
    mine = {reading.sheet_id: reading for reading in rows_of(session, Reading, poll.id) if reading.reader_id == who}
    lists = {batch.id for batch in rows_of(session, PaperBatch, poll.id) if batch.kind == HANDS}
    marked = {
        sheet.person_id: mine[sheet.id]
        for sheet in rows_of(session, PaperSheet, poll.id)
        if sheet.batch_id in lists and sheet.id in mine
    }
    people = people_at_desk(session, poll)
    for one in people:
        reading = marked.get(one["id"])
        one["mine"] = choice_words(reading.choice, poll.rule) if reading else []
    people.sort(key=lambda one: bool(one["mine"]))
    return {
        "refusal": (refusal_at(here, "read_hand", seals) or hands_in_writing(poll)) if kind_of(poll) == NAMED else None,
        "is_open": kind_of(poll) == NAMED,
        "list": one_page(people, read_asked(visit.query), f"/polls/{poll.id}/count", tab="hands"),
        "marked": len(marked),
        "marks": [(key, words) for key, words in keys_of(poll) if key != "0"],
    }
