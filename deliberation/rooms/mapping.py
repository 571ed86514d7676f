"""The verbs of a map of opinion 意见图: opened, statements put in, marked, hidden with a reason, closed, released."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlmodel import Session

from deliberation import live
from deliberation.audit.actions import Actor, record
from deliberation.jobs import plan_job
from deliberation.matters.models import Matter
from deliberation.matters.proceedings import begin_proceeding, settle_proceeding
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.rooms.map_models import (
    MapMark,
    MapStatement,
    OpinionMap,
    all_marks,
    map_named,
    map_statements,
    shown_marks,
)
from deliberation.rooms.map_rules import MARKS, drawn, may_mark, may_put_in, may_release
from deliberation.vocabulary import Act, Role, _

DRAW = "draw_map"
"""The job that draws what was marked, in a process of its own."""


def open_map(
    session: Session, now: datetime, *, matter: Matter, question: str, first: list[str], actor: Actor
) -> OpinionMap:
    """Open a map with the chair's own first statements. Whether it may be is the matter's to say (``moving.permit``)."""
    made = OpinionMap(
        community_id=matter.community_id,
        matter_id=matter.id,
        question=question,
        opened_by_id=actor.person_id,
        opened_at=now,
    )
    session.add(made)
    session.flush()
    _record(session, Act.MAP_OPENED, made, f"map/{made.id}", actor, {"first": len(first)}, {"question": question})
    for body in first:
        put_in(session, now, map=made, body=body, actor=actor)
    begin_proceeding(session, now, matter=matter, kind="map", subject=f"map/{made.id}", title=question)
    return made


def put_in(session: Session, now: datetime, *, map: OpinionMap, body: str, actor: Actor) -> MapStatement:
    """Put a statement to everybody."""
    known = map_statements(session, map.id)
    own = sum(each.person_id == actor.person_id for each in known) if actor.person_id != map.opened_by_id else 0
    refuse_if(may_mark(map.is_open, is_hidden=False))
    if no := may_put_in(own, body, [each.body for each in known if each.hidden_at is None]):
        raise Invalid({"body": no})
    made = MapStatement(map_id=map.id, number=len(known) + 1, person_id=actor.person_id, body=body, at=now)
    session.add(made)
    session.flush()
    data = {"map": map.id, "number": made.number}
    _record(session, Act.MAP_STATEMENT_MADE, map, f"map_statement/{made.id}", actor, data, {"body": body})
    return made


def mark(session: Session, now: datetime, *, map: OpinionMap, statement: MapStatement, word: str, actor: Actor) -> None:
    """Agree, disagree or pass (``word`` of ``MARKS``); the newest counts. Which it was is in the log as a commitment only.

    Whoever it is, the entry says that somebody of the place did it: an office that one person holds would name them.
    """
    refuse_if(may_mark(map.is_open, statement.hidden_at is not None))
    value = MARKS[word][0]
    known = session.get(MapMark, (statement.id, actor.person_id))
    if known is not None and known.mark == value:
        return
    kept = known or MapMark(statement_id=statement.id, person_id=actor.person_id, map_id=map.id, mark=value, at=now)
    kept.mark, kept.at = value, now
    session.add(kept)
    session.flush()
    data = {"map": map.id, "changed": int(known is not None)}
    somebody = Actor(Role.RESIDENT.value, actor.person_id)
    _record(session, Act.MAP_MARKED, map, f"map_statement/{statement.id}", somebody, data, {"mark": word})


def hide(
    session: Session, now: datetime, *, map: OpinionMap, statement: MapStatement, reason: str, actor: Actor
) -> None:
    """Take a statement out of the map, with a reason that its author and everybody reads; it stays countable."""
    refuse_if(Refusal(_("这条说法已经收起"), late=True) if statement.hidden_at is not None else None)
    statement.hidden_at, statement.hidden_by_id, statement.hidden_reason = now, actor.person_id, reason
    session.add(statement)
    session.flush()
    data, secrets = {"map": map.id, "number": statement.number}, {"reason": reason}
    _record(session, Act.MAP_STATEMENT_HIDDEN, map, f"map_statement/{statement.id}", actor, data, secrets)


def close_map(session: Session, now: datetime, *, map: OpinionMap, actor: Actor) -> None:
    """End the marking; the entry carries how many people and marks there were."""
    refuse_if(may_mark(map.is_open, is_hidden=False))
    map.closed_at = now
    session.add(map)
    session.flush()
    marks = all_marks(session, map.id)
    data = {"people": len({each[0] for each in marks}), "marks": len(marks)}
    _record(session, Act.MAP_CLOSED, map, f"map/{map.id}", actor, data, {})
    settle_proceeding(session, now, subject=f"map/{map.id}")


def against_release(session: Session, now: datetime, map: OpinionMap) -> Refusal | None:
    """Why a map cannot be released now."""
    there = {who for who, _statement, _mark in shown_marks(session, map.id)}
    newcomers = len(there) - (map.drawn or {}).get("people", 0)
    return may_release(is_open=map.is_open, released_at=map.released_at, now=now, newcomers=newcomers)


def release_map(session: Session, now: datetime, *, map: OpinionMap, actor: Actor) -> None:
    """Let everybody see what was drawn, as it stands now; released anew, it is drawn anew. Raises Refused."""
    refuse_if(against_release(session, now, map))
    map.released_at = now
    session.add(map)
    session.flush()
    _record(session, Act.MAP_RELEASED, map, f"map/{map.id}", actor, {}, {})
    plan_job(session, DRAW, f"{DRAW}/{map.id}/{int(now.timestamp() * 1000)}", now, map=map.id)


def keep_drawn(session: Session, now: datetime, payload: dict[str, Any], found: dict[str, Any] | None) -> None:
    """The end of the job: what the drawing found, joined with the marks as they are now."""
    map = map_named(session, payload["map"])
    map.drawn, map.drawn_at = drawn(shown_marks(session, map.id), found), now
    session.add(map)
    session.flush()
    live.announce(session, f"map/{map.id}", "rooms/_map.html")


def _record(
    session: Session,
    act: Act,
    map: OpinionMap,
    subject: str,
    actor: Actor,
    data: dict[str, int],
    secrets: dict[str, str],
) -> None:
    record(session, act, map.community_id, subject, actor=actor, data=data, secrets=secrets or None, topic=map.topic)
