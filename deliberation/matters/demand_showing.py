"""What a demand shows, in the page and on the wire: its shares, its clocks, what was done about it, the way onward."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, select

from deliberation.communities.models import Community
from deliberation.files import Attachment
from deliberation.live import Scene
from deliberation.matters import contest_rules
from deliberation.matters import convening_rules as rules
from deliberation.matters.contesting import disputed
from deliberation.matters.convening import stand_of
from deliberation.matters.demand_models import contests_of, noticed_at, records_of
from deliberation.matters.demanding import weighed
from deliberation.matters.demands import CONVENE, GUIDE
from deliberation.matters.models import Clock, Demand, Matter
from deliberation.matters.reach import today_in
from deliberation.matters.words import BODIES


def demand_values(session: Session, found: Demand, place: Community, now: datetime) -> dict[str, Any]:
    """What ``_demand.html`` shows."""
    count, stand = weighed(session, found), stand_of(session, found, now)
    line = count.share
    return {
        "demand": found,
        "weighed": count,
        "count": count.counted,
        "share": line,
        "area_source": GUIDE,
        "clock": _clock(session, f"demand/{found.id}", place),
        "stand": stand,
        "steps": _steps(found, noticed_at(session, found)),
        "records": [(each, session.get(Attachment, each.attachment_id).name) for each in records_of(session, found.id)],
        "contests": [(each, contest_rules.SAID[each.about.split("/")[0]]) for each in contests_of(session, found.id)],
        "disputed": disputed(session, found, now),
        "who_finds": contest_rules.WHO_FINDS,
        "onward": _onward(line.body, found, stand),
        "ground": rules.DUTY[line.body],
        "convenor": BODIES[rules.convenor(line, stand.is_taken_over)],
        "tell_committee": rules.TELL_COMMITTEE if line.body == "owners" else "",
        "matter": session.get(Matter, found.matter_id) if found.matter_id else None,
        "today": today_in(place, now),
        "tz": place.timezone,
    }


def _onward(body: str, found: Demand, stand: rules.Standing) -> str:
    """What those who signed can do: also against a notice elsewhere that nobody has seen."""
    open_to_order = stand.is_reached and not stand.is_called and (stand.is_neglected or stand.is_claimed)
    return rules.ONWARD[body] if open_to_order and found.ordered_at is None else ""


def _steps(found: Demand, noticed: datetime | None) -> list[tuple[str, datetime, str]]:
    """What was done about it, in the order of time: (kind, when, words)."""
    told = [
        ("refused", found.refused_at, found.refusal),
        ("answered", found.answered_at, found.answer),
        ("ordered", found.ordered_at, found.order_words),
        ("taken", found.taken_over_at, found.takeover),
        ("claimed", found.claimed_at, found.claim),
        ("called", noticed, found.called),
    ]
    return sorted(((kind, at, text) for kind, at, text in told if at is not None), key=lambda one: one[1])


def _clock(session: Session, subject: str, place: Community) -> dict[str, Any] | None:
    clock = session.exec(select(Clock).where(Clock.subject == subject)).first()
    if clock is None:
        return None
    # 24:00 of the last day is shown as that day, as the law speaks of it (民法典 203).
    due_on = today_in(place, clock.due_at - timedelta(seconds=1))
    return {
        "owner": clock.owner,
        "due_on": due_on,
        "breached_at": clock.breached_at,
        "stopped_at": clock.stopped_at,
        "source": clock.source,
        "days_source": CONVENE.source,
    }


def demand_scene(scene: Scene) -> dict[str, Any]:
    found = scene.session.get(Demand, int(scene.subject.split("/")[1]))
    return demand_values(scene.session, found, scene.session.get(Community, found.community_id), scene.now)
