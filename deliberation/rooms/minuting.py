"""From a closed room to its minutes: what happened gathered for the draft, and the document issued into the dossier."""

from __future__ import annotations

from datetime import datetime, tzinfo

from sqlmodel import Session

from deliberation.audit.models import entries_about
from deliberation.communities.models import Community
from deliberation.identity.models import names_of
from deliberation.matters.engine import outcomes
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, Matter, plan_versions
from deliberation.matters.moving import close_document, issue_document
from deliberation.matters.proceedings import settle_proceeding
from deliberation.matters.rules import may
from deliberation.refusal import Refusal, refuse_if
from deliberation.rooms.chairing_models import Handover, appeals_of, handovers_of, interventions_of
from deliberation.rooms.chairing_rules import DECIDERS
from deliberation.rooms.content_minutes import asked_in, bodies_of
from deliberation.rooms.content_models import gone_in
from deliberation.rooms.convening_models import convening_of_room
from deliberation.rooms.form_minutes import sealed_body
from deliberation.rooms.gauge_models import show_of
from deliberation.rooms.lines import Deed, deeds, order_of, withdrawals
from deliberation.rooms.minutes import Meeting, Order, Speech, clock
from deliberation.rooms.minutes_exits import with_exit
from deliberation.rooms.minutes_gathering import changes_of, clerks_of, mapped
from deliberation.rooms.minutes_keeping import Wording, check_days, keep_minutes
from deliberation.rooms.models import (
    Attendance,
    Room,
    SpeakingTurn,
    Statement,
    attendance_of,
    gauges_of,
    statements_of,
    turns_of,
)
from deliberation.rooms.order_rules import seconds_spoken
from deliberation.rooms.rules import CHAIR, CLERK, Part
from deliberation.rooms.telling import acting, tell
from deliberation.rooms.unseated import unseatings
from deliberation.translation import fill
from deliberation.vocabulary import Act, _


def may_draft(room: Room, part: Part) -> Refusal | None:
    """Chair or clerk, once, after the room was closed."""
    if not part.roles & {CHAIR, CLERK}:
        return Refusal(_("会议纪要由主持人或记录员形成"))
    if room.is_open:
        return Refusal(_("协商还没有结束"), remedy=_("先结束协商，再形成会议纪要"))
    if room.minutes_id is not None:
        return Refusal(_("会议纪要已经形成"), remedy=_("有出入的，可以补正"), late=True)
    return None


def exits_of(facts: Facts, room: Room, part: Part) -> tuple[str, ...]:
    """How the chair may end the step with these minutes; empty where minutes do not close it, or it is past."""
    if facts.is_ended or facts.stage != room.step or facts.step.closes_with != "minutes" or CHAIR not in part.roles:
        return ()
    return outcomes(facts)


def file_minutes(
    session: Session, now: datetime, *, room: Room, wording: Wording, part: Part, roles: frozenset[str]
) -> Document:
    """Issue the minutes into the dossier; with an outcome they close their step and the matter moves on."""
    refuse_if(may_draft(room, part))
    actor = acting(part, CHAIR, CLERK)
    matter, convening = session.get(Matter, room.matter_id), convening_of_room(session, room.id)
    check_days(convening, wording)
    facts = facts_of(session, matter, now)
    body = sealed_body(session, convening, wording.body, wording.explained)
    plans = plan_versions(session, matter.id)
    attended = len(attendance_of(session, room.id))
    document = issue_document(
        session,
        now,
        matter=matter,
        kind="minutes",
        title=wording.title,
        body=with_exit(body, facts, exits_of(facts, room, part), wording.outcome),
        actor=actor,
        facts={
            "room": room.id,
            "attended": attended,
            "plan": plans[-1].number if plans else 0,
        },
    )
    room.minutes_id = document.id
    session.add(room)
    session.flush()
    keep_minutes(session, now, document=document, chosen_days=wording.days, room=room, convening=convening)
    settle_proceeding(session, now, subject=room.topic, is_minuted=True)
    if wording.outcome:
        refuse_if(may("confirm_minutes", roles, facts_of(session, matter, now)))
        close_document(session, now, matter=matter, document=document, actor=actor, outcome=wording.outcome)
    tell(session, room, "state")
    return document


def meeting_of(session: Session, room: Room, community: Community, now: datetime) -> Meeting:
    """What happened in a room, as the draft needs it."""
    attended, statements = attendance_of(session, room.id), statements_of(session, room.id)
    turns = turns_of(session, room.id)
    handovers = handovers_of(session, room.id)
    involved = [*interventions_of(session, room.id), *appeals_of(session, room.id)]
    ids = {each.person_id for each in (*attended, *statements, *turns)} | {each.typed_by_id for each in statements}
    ids |= {id for each in turns for id in (each.given_by_id, each.ended_by_id)}
    ids |= {each.person_id for each in involved} | {each.by_id for each in interventions_of(session, room.id)}
    ids |= {id for each in handovers for id in (each.from_id, each.to_id)}
    names = names_of(session, {id for id in ids | {room.chair_id, room.clerk_id} if id})
    people = _People(names, attended, bodies_of(session, room.id, statements, names))
    zone = community.zone
    plans = plan_versions(session, room.matter_id)
    came = {each.person_id for each in attended}
    clerks = clerks_of(session, room, [*attended, *statements, *turns], _chairs(room, handovers), came)
    return Meeting(
        matter=session.get(Matter, room.matter_id).title,
        agenda=room.title,
        number=room.number,
        opened_at=room.opened_at.astimezone(zone),
        closed_at=(room.closed_at or now).astimezone(zone),
        chair=_presided(room, handovers, names, zone),
        clerk="、".join(names_of(session, clerks)[id] for id in sorted(clerks)),
        plan=f"第{plans[-1].number}版" if plans else "没有方案文本",
        rules=rules_of(room),
        attended=tuple(people.known(each.person_id) for each in attended),
        uncounted=tuple(each.capacity for each in attended if not each.counts),
        speeches=_speeches(turns, statements, people, zone),
        shows=tuple(show_of(session, gauge) for gauge in gauges_of(session, room.id)),
        orders=_orders(session, room, statements, names, zone),
        questions=asked_in(session, room.id),
        gone=gone_in(statements),
        changes=changes_of(session, room, zone),
        maps=mapped(session, room.matter_id),
    )


UNDECIDED = "这份申诉到起草纪要时还没有决定。"


def rules_of(room: Room) -> str:
    """The rules of the meeting in a sentence."""
    limits = room.limits
    first, later = limits.turn_seconds // 60, limits.later_seconds // 60
    each = f"每人每次{first}分钟" if first == later else f"每人第一次{first}分钟，以后每次{later}分钟"
    in_all = f"，一共不超过{limits.person_seconds // 60}分钟" if limits.person_seconds else ""
    decided = DECIDERS[room.decider]
    rules = f"{each}，每人不超过{limits.turns_each}次{in_all}，没讲过的先讲，赞成和反对轮流（{limits.source}）"
    return f"{rules}；对主持人的处置可以申诉，{decided}（本地设置）"


def _chairs(room: Room, handovers: list[Handover]) -> set[int]:
    return {room.chair_id} | {id for each in handovers for id in (each.from_id, each.to_id)}


def _presided(room: Room, handovers: list[Handover], names: dict[int, str], zone: tzinfo) -> str:
    """Who presided, and from when each of the others did."""
    if not handovers:
        return names[room.chair_id]
    began = room.opened_at.astimezone(zone)
    later = (f"{clock(each.at.astimezone(zone), began)}起由{names[each.to_id]}主持" for each in handovers)
    return f"{names[handovers[0].from_id]}（{'，'.join(later)}）"


def _orders(
    session: Session, room: Room, statements: list[Statement], names: dict[int, str], zone: tzinfo
) -> tuple[Order, ...]:
    """What the chair did and what became of appeals, as the running minutes show it, in the order in which it was done."""
    lines = deeds(
        interventions_of(session, room.id), appeals_of(session, room.id), handovers_of(session, room.id), names.get
    )
    lines += [*withdrawals(statements, names.get), *_keeping(session, room), *unseatings(session, room)]
    undecided = [each for each in appeals_of(session, room.id) if not each.outcome]
    said = [
        Order(each.at.astimezone(zone), fill(each.sentence, each.facts | {"outcome": each.outcome}, "zh-Hans"))
        for each in sorted(lines, key=lambda line: line.seq)
    ]
    return (*said, *(Order(each.at.astimezone(zone), UNDECIDED) for each in undecided))


KEEPING = {Act.KEEPING_LET: "主持人让记录员代主持掌握次序。", Act.KEEPING_ENDED: "主持人不再让记录员代主持掌握次序。"}


def _keeping(session: Session, room: Room) -> list[Deed]:
    """When the chair ended that the clerk keeps the order, and let it begin again. The log has the hours; the room, how it is."""
    return [
        Deed(f"keeping-{each.index}", order_of(each.at), each.at, KEEPING[Act(each.act)])
        for each in entries_about(session, room.topic)
        if each.act in KEEPING
    ]


class _People:
    """Names with the capacity in which each came, and what each statement says in the minutes."""

    def __init__(self, names: dict[int, str], attended: list[Attendance], bodies: dict[int, str]):
        self.names, self.bodies = names, bodies
        self.capacities = {each.person_id: each.capacity for each in attended}

    def known(self, id: int) -> str:
        capacity = self.capacities.get(id)
        return f"{self.names[id]}（{capacity}）" if capacity else self.names[id]


def _last_position(turn: SpeakingTurn, statements: list[Statement]) -> str:
    """The position that was said last in a turn; whoever hands in several statements may name it in any of them."""
    said = [each.position for each in statements if each.turn_id == turn.id and each.position]
    return said[-1] if said else ""


def _kept(turn: SpeakingTurn, names: dict[int, str]) -> str:
    """Which of it the clerk did on the chair's behalf."""
    done = {turn.given_by_id: "准予", turn.ended_by_id: "结束"}
    if turn.given_by_id and turn.given_by_id == turn.ended_by_id:
        done = {turn.given_by_id: "准予、结束"}
    return "；".join(f"记录员{names[by]}代主持人{what}" for by, what in done.items() if by)


def _speeches(turns: list[SpeakingTurn], statements: list[Statement], people: _People, zone) -> tuple[Speech, ...]:
    """Turns in the order in which they were given, each with what was said in it; then what was handed in."""
    given = sorted((turn for turn in turns if turn.given_at), key=lambda turn: (turn.given_at, turn.id))
    spoken = [
        Speech(
            at=turn.given_at.astimezone(zone),
            who=people.known(turn.person_id),
            position=turn.position or _last_position(turn, statements),
            seconds=seconds_spoken(turn, turns),
            kind=turn.kind,
            kept=_kept(turn, people.names),
            words=tuple(
                (people.bodies[each.id], people.names.get(each.typed_by_id, ""))
                for each in statements
                if each.turn_id == turn.id
            ),
        )
        for turn in given
    ]
    written = [
        Speech(
            each.at.astimezone(zone),
            people.known(each.person_id),
            each.position,
            is_written=True,
            words=((people.bodies[each.id], ""),),
        )
        for each in statements
        if each.turn_id is None
    ]
    return (*spoken, *written)
