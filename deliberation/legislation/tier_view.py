"""What the tiers show each other: the body above a point, as far as it is known here."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from deliberation.communities.models import Community, community
from deliberation.legislation.solicitation_models import Solicitation, solicitation
from deliberation.legislation.solicitation_rules import STAGES
from deliberation.legislation.tier_models import submit_extensions_of
from deliberation.matters.days import day_of


def above(session: Session, now: datetime, one: Solicitation, place: Community) -> dict[str, Any]:
    """The asking above: whose, where it stands, until when, how many days are left to hand up."""
    facts, upper = one.upper, solicitation(session, one.upper_id) if one.upper_id else None
    due = submit_by(session, one)
    zone = community(session, upper.community_id).zone if upper is not None else place.zone
    until = day_of(upper.last_moment, zone) if upper is not None else date.fromisoformat(facts["until"])
    return {
        "facts": facts,
        "upper": upper,
        "stage": STAGES[upper.stage_at(now)] if upper is not None else "",
        "until": until,
        "submit_by": due,
        "extensions": submit_extensions_of(session, upper.id) if upper is not None else [],
        "left": (due - day_of(now, place.zone)).days if due else None,
    }


def submit_by(session: Session, one: Solicitation) -> date | None:
    """上报期限 as the body above has it now; of another installation as its call had it."""
    if one.upper_id:
        return solicitation(session, one.upper_id).submit_by
    said = one.upper.get("submit_by", "")
    return date.fromisoformat(said) if said else None
