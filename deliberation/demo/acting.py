"""The acts of a story in few words: each calls the very action that the site's form calls."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from deliberation.audit.actions import Actor
from deliberation.communities.models import Community
from deliberation.delivery.actions import record_told
from deliberation.delivery.models import deliveries_of
from deliberation.demo.story import Teller
from deliberation.identity.models import names_of
from deliberation.matters.actions import add_evidence, revise_plan, screen_matter
from deliberation.matters.concern_models import concerns_of
from deliberation.matters.concerns import respond
from deliberation.matters.models import Matter
from deliberation.matters.notices import close_notice, issue_notice
from deliberation.matters.proposing import Proposal, propose_matter
from deliberation.rooms.actions import Plan as RoomPlan
from deliberation.rooms.actions import close_room, come_in, open_room, part_of
from deliberation.rooms.gauging import Asked, close_gauge, mark_gauge, open_gauge, release_gauge
from deliberation.rooms.limits_rules import Limits
from deliberation.rooms.minutes import draft
from deliberation.rooms.minuting import Wording, file_minutes, meeting_of
from deliberation.rooms.models import Gauge, Room, SpeakingTurn
from deliberation.rooms.rules import Part
from deliberation.rooms.speaking import Wish, ask_turn, end_turn, give_turn, make_statement
from deliberation.voting.actions import Question, close_poll, issue_resolution, open_poll
from deliberation.voting.casting import Cast, cast_ballots
from deliberation.voting.models import Poll, roll, shown_result

PACE, SPEECH = timedelta(minutes=3), timedelta(seconds=50)


def propose(
    teller: Teller,
    place: int,
    name: str,
    procedure: str,
    title: str,
    summary: str,
    building: str = "",
    item: int | None = None,
) -> int:
    """Propose a matter; its id."""

    def work(session: Session, now: datetime) -> int:
        community = session.get(Community, place)
        standing = teller.standing(session, name, place, now)
        proposal = Proposal(procedure, title, summary, building, item=item)
        return propose_matter(session, now, community=community, proposal=proposal, standing=standing).id

    return teller.do(work)


def screen(teller: Teller, matter_id: int, by: str, *, hits: Iterable[int] = (), reason: str = "") -> None:
    findings = {number: number in set(hits) for number in range(1, 6)}
    teller.as_(
        "screen_matter",
        by,
        matter_id,
        lambda session, now, matter, actor: screen_matter(
            session, now, matter=matter, findings=findings, reason=reason, actor=actor, private_disputes=True
        ),
    )


def plan(
    teller: Teller, matter_id: int, by: str, body: str, note: str = "", answers: tuple[tuple[str, str], ...] = ()
) -> None:
    """A version of the plan; ``answers``: whose concerns it takes up, by what was changed for each."""

    def revise(session: Session, now: datetime, matter: Matter, actor: Actor) -> None:
        made = revise_plan(session, now, matter=matter, body=body, note=note, actor=actor)
        concerns = concerns_of(session, matter.id)
        names = names_of(session, {each.person_id for each in concerns})
        raised = {names[each.person_id]: each.id for each in concerns}
        for who, reason in answers:
            ids = [raised[who]]
            respond(session, now, matter=matter, concern_ids=ids, reason=reason, actor=actor, plan=made)

    teller.as_("revise_plan", by, matter_id, revise)


def attach(teller: Teller, matter_id: int, by: str, kind: str, note: str) -> None:
    teller.as_(
        "add_evidence",
        by,
        matter_id,
        lambda session, now, matter, actor: add_evidence(
            session, now, matter=matter, kind=kind, note=note, actor=actor
        ),
    )


def notify(
    teller: Teller, matter_id: int, by: str, title: str, body: str, people: Iterable[int], issued_by: str
) -> None:
    """Give notice, tell everybody at the door over the next day, confirm."""
    told = list(people)
    document = teller.as_(
        "issue_notice",
        by,
        matter_id,
        lambda session, now, matter, actor: issue_notice(
            session, now, matter=matter, title=title, body=body, people=told, actor=actor, issued_by=issued_by
        ),
    )
    teller.wait(days=1)
    subject = f"document/{document.id}"

    def tell(session: Session, now: datetime) -> None:
        matter = session.get(Matter, matter_id)
        standing = teller.standing(session, by, matter.community_id, now)
        waiting = [each.person_id for each in deliveries_of(session, subject) if each.told_at is None]
        record_told(
            session, now, subject=subject, people=waiting, channel="visit", proof=f"{by}上门送达，本人签收",
            by=Actor("officer", standing.person_id),
        )  # fmt: skip

    teller.do(tell)
    teller.as_(
        "close_notice",
        by,
        matter_id,
        lambda session, now, matter, actor: close_notice(session, now, matter=matter, actor=actor),
    )


def consult(
    teller: Teller,
    matter_id: int,
    *,
    chair: str,
    clerk: str,
    title: str,
    speeches: list[tuple[str, str, str]],
    gauge: tuple[str, list[str], dict[str, int]] | None = None,
    outcome: str = "",
) -> None:
    """A whole room: everybody comes in, speaks in turn, shows an opinion; the minutes are drafted and issued."""
    room_id = teller.as_(
        "open_room",
        chair,
        matter_id,
        lambda session, now, matter, actor: (
            open_room(session, now, matter=matter, plan=RoomPlan(title, Limits(), 60), actor=actor).id
        ),
    )

    def acting(name: str, verb: Any, **facts: Any) -> Any:
        def work(session: Session, now: datetime) -> Any:
            room = session.get(Room, room_id)
            part = part_of(session, room, teller.standing(session, name, room.community_id, now))
            return verb(session, now, room=room, part=part, **facts)

        return teller.do(work)

    for name in dict.fromkeys([chair, clerk, *(name for name, _position, _words in speeches)]):
        acting(name, come_in)
    for name, position, words in speeches:
        turn = acting(name, _ask, position=position)
        teller.pace = SPEECH
        acting(chair, _give, turn_id=turn.id)
        acting(name, make_statement, body=words, position=position)
        acting(name, _end, turn_id=turn.id)
        teller.pace = PACE
    if gauge:
        question, options, marks = gauge
        made = acting(chair, open_gauge, asked=Asked(question, options))
        for name, option in marks.items():
            acting(name, _mark, gauge_id=made.id, option=option)
        acting(chair, _close_gauge, gauge_id=made.id)
        acting(chair, _release_gauge, gauge_id=made.id)
    acting(chair, close_room)

    def write(session: Session, now: datetime, room: Room, part: Part) -> None:
        community = session.get(Community, room.community_id)
        body = draft(meeting_of(session, room, community, now))
        standing = teller.standing(session, chair, room.community_id, now)
        wording = Wording(f"{title}纪要", body, outcome)
        file_minutes(session, now, room=room, wording=wording, part=part, roles=standing.roles)

    acting(chair, write)


def _ask(session: Session, now: datetime, *, room: Room, part: Part, position: str) -> SpeakingTurn:
    return ask_turn(session, now, room=room, person_id=part.person_id, part=part, wish=Wish(position=position))


def _give(session: Session, now: datetime, *, room: Room, part: Part, turn_id: int) -> None:
    give_turn(session, now, room=room, turn=session.get(SpeakingTurn, turn_id), part=part)


def _end(session: Session, now: datetime, *, room: Room, part: Part, turn_id: int) -> None:
    end_turn(session, now, room=room, turn=session.get(SpeakingTurn, turn_id), part=part)


def _mark(session: Session, now: datetime, *, room: Room, part: Part, gauge_id: int, option: int) -> None:
    mark_gauge(session, now, room=room, gauge=session.get(Gauge, gauge_id), option=option, part=part)


def _close_gauge(session: Session, now: datetime, *, room: Room, part: Part, gauge_id: int) -> None:
    close_gauge(session, now, room=room, gauge=session.get(Gauge, gauge_id), part=part)


def _release_gauge(session: Session, now: datetime, *, room: Room, part: Part, gauge_id: int) -> None:
    release_gauge(session, now, room=room, gauge=session.get(Gauge, gauge_id), part=part)


def ballot(teller: Teller, matter_id: int, chair: str, question: str, *, closes_in: timedelta | None = None) -> int:
    """Open a poll; its id."""

    def work(session: Session, now: datetime) -> int:
        matter = session.get(Matter, matter_id)
        community = session.get(Community, matter.community_id)
        standing = teller.standing(session, chair, community.id, now)
        asked = Question(question, now + closes_in if closes_in else None)
        return open_poll(session, now, matter=matter, community=community, question=asked, standing=standing).id

    return teller.do(work)


def vote(
    teller: Teller, poll_id: int, choices: dict[str, str], *, others: str = "", leave_out: Iterable[str] = ()
) -> None:
    """Cast ballots by name; ``others`` is what everybody else on the roster chooses, except those left out."""

    def work(session: Session, now: datetime) -> None:
        poll = session.get(Poll, poll_id)
        names = {line.person_id: _name(session, line.person_id) for line in roll(session, poll)}
        casts = []
        for person, name in names.items():
            choice = choices.get(name, "" if name in set(leave_out) else others)
            if choice:
                casts.append(Cast(poll_id, person, choice))
        failures = [answer for answer in cast_ballots(session, now, casts) if answer is not None]
        if failures:
            raise failures[0]

    teller.do(work)


def close(teller: Teller, poll_id: int, chair: str, title: str, body: str) -> None:
    """Close a poll, count it, and issue the document with which its step closes."""

    def count(session: Session, now: datetime) -> None:
        poll = session.get(Poll, poll_id)
        close_poll(session, now, poll_id=poll_id, standing=teller.standing(session, chair, poll.community_id, now))

    def resolve(session: Session, now: datetime) -> None:
        poll = session.get(Poll, poll_id)
        standing = teller.standing(session, chair, poll.community_id, now)
        words = f"{body}\n\n{shown_result(poll)['sentence']['zh-Hans']}"
        issue_resolution(session, now, poll=poll, title=title, body=words, standing=standing)

    teller.do(count)
    teller.do(resolve)


def _name(session: Session, id_: int) -> str:
    return names_of(session, [id_])[id_]
