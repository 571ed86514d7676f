"""Who took part in a vote without an entry of their own that says so: confidential ballots, the booth, named paper."""

from __future__ import annotations

from typing import Any

from sqlalchemy import String, cast, literal, select
from sqlmodel import col

from deliberation.voting.box_models import Participation
from deliberation.voting.count_models import PaperSheet, Reading
from deliberation.voting.models import Poll


def took_part(communities: list[int]) -> tuple[Any, Any]:
    """(topic of the matter, person) once the poll is closed: before, turnout is shown in steps and a number would say more."""
    closed = (col(Poll.community_id).in_(communities), col(Poll.closed_at).is_not(None))
    topic = (literal("matter/", String) + cast(Poll.matter_id, String)).label("topic")
    without_names = (
        select(topic, col(Participation.person_id).label("who"))
        .join(Poll, col(Poll.id) == Participation.poll_id)
        .where(*closed)
    )
    on_paper = (
        select(topic, col(PaperSheet.person_id))
        .join(Poll, col(Poll.id) == PaperSheet.poll_id)
        .join(Reading, col(Reading.sheet_id) == PaperSheet.id)
        .where(*closed, col(PaperSheet.person_id).is_not(None))
    )
    return without_names, on_paper
