"""The verbs of 意向测评: an advisory show of opinion, never a resolution."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.rooms.models import Gauge, GaugeMark, Room, gauges_of, mark_counts, mark_of
from deliberation.rooms.rules import CHAIR, Part, check_options, may, may_mark, may_open_gauge
from deliberation.rooms.telling import acting, tell, topic_of
from deliberation.vocabulary import Act, _


def open_gauge(session: Session, now: datetime, *, room: Room, question: str, options: list[str], part: Part) -> Gauge:
    """Ask the room a question with two to six answers; one at a time."""
    refuse_if(may("open_gauge", part, is_open=room.is_open))
    refuse_if(may_open_gauge(any(each.is_open for each in gauges_of(session, room.id))))
    if no := check_options(options):
        raise Invalid({"options": no})
    made = Gauge(room_id=room.id, question=question, options=options, opened_at=now)
    session.add(made)
    session.flush()
    data = {"room": room.id, "options": len(options)}
    secrets = {"question": question, "answers": "\n".join(options)}
    record(
        session,
        Act.GAUGE_OPENED,
        room.community_id,
        f"gauge/{made.id}",
        actor=acting(part, CHAIR),
        data=data,
        secrets=secrets,
        topic=topic_of(room),
    )
    tell(session, room, "gauge", "feed")
    return made


def mark_gauge(session: Session, now: datetime, *, room: Room, gauge: Gauge, option: int, part: Part) -> None:
    """Give or change one's mark while the gauge is open. Which answer it was enters the log as a commitment only."""
    refuse_if(may("mark_gauge", part, is_open=room.is_open))
    refuse_if(may_mark(gauge.is_open))
    if not 0 <= option < len(gauge.options):
        raise Invalid({"option": Refusal(_("请从列出的选项中选择"))})
    known = mark_of(session, gauge.id, part.person_id)
    if known is not None and known.option == option:
        return
    changed = known is not None
    mark = known or GaugeMark(gauge_id=gauge.id, person_id=part.person_id, option=option, at=now)
    mark.option, mark.at = option, now
    session.add(mark)
    session.flush()
    subject, secrets = f"gauge/{gauge.id}", {"option": gauge.options[option]}
    data = {"room": room.id, "changed": int(changed)}
    record(
        session,
        Act.GAUGE_MARKED,
        room.community_id,
        subject,
        actor=acting(part),
        data=data,
        secrets=secrets,
        topic=topic_of(room),
    )
    tell(session, room, "gauge")


def close_gauge(session: Session, now: datetime, *, room: Room, gauge: Gauge, part: Part) -> None:
    """Close a gauge; its counts stay to be seen."""
    refuse_if(may("close_gauge", part, is_open=room.is_open))
    refuse_if(may_mark(gauge.is_open))
    end_gauge(session, now, room=room, gauge=gauge, actor=acting(part, CHAIR))
    tell(session, room, "gauge", "feed")


def end_gauge(session: Session, now: datetime, *, room: Room, gauge: Gauge, actor: Actor) -> None:
    """The gauge is over: its counts enter the log, which hold nobody's name."""
    gauge.closed_at = now
    session.add(gauge)
    session.flush()
    counts = {f"option_{place}": count for place, count in enumerate(mark_counts(session, gauge), 1)}
    record(
        session,
        Act.GAUGE_CLOSED,
        room.community_id,
        f"gauge/{gauge.id}",
        actor=actor,
        data={"room": room.id} | counts,
        topic=topic_of(room),
    )
