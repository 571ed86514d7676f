"""Freezing a roster (名册): from now on these lines count, whoever moves away, sells or is removed."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session

from deliberation.assemblies.electorate import WHOLE, Line, Part, electorate
from deliberation.assemblies.models import Roster, RosterLine
from deliberation.audit.actions import Actor, record
from deliberation.audit.canonical import canonical
from deliberation.communities.models import Community
from deliberation.vocabulary import Act


def freeze_roster(
    session: Session,
    now: datetime,
    *,
    community: Community,
    body: str,
    base: str,
    subject: str,
    title: str,
    part: Part = WHOLE,
    topic: str = "",
    actor: Actor,
) -> Roster:
    """Write down who counts for ``subject`` (``poll/3``, ``demand/2``) at this instant.

    ``body`` and ``base`` as in ``electorate``; ``part`` narrows it to a part of the community. Raises Refused for an empty roster, a household without representative, a unit without area or casting
    owner, a resident without birth date where age decides.
    """
    day = now.astimezone(community.zone).date()
    lines = electorate(session, day, community=community, body=body, base=base, part=part)
    salt = secrets.token_hex(32)
    roster = Roster(
        community_id=community.id,
        subject=subject,
        title=title,
        base=base,
        scope=part.words,
        frozen_at=now,
        root=roster_root(salt, [line_facts(number, line) for number, line in enumerate(lines, 1)]),
        salt=salt,
    )
    session.add(roster)
    session.flush()
    session.connection().execute(insert(RosterLine.__table__), [_row(roster.id, *each) for each in enumerate(lines, 1)])
    data = {"subject": subject, "base": base, "scope": part.words, "lines": len(lines), "root": roster.root}
    record(session, Act.ROSTER_FROZEN, community.id, f"roster/{roster.id}", actor=actor, data=data, topic=topic)
    return roster


def line_facts(number: int, line: Line | RosterLine) -> list[Any]:
    """What of a line enters the root: its place, who casts, and everything that weighs; not the name."""
    return [number, f"person/{line.person_id}", line.household, line.owner, line.area]


def roster_root(salt: str, facts: list[list[Any]]) -> str:
    """SHA-256 over the salt and the canonical JSON of the lines, hex.

    The salt keeps a short list from being guessed out of the public log; who may see the roster is shown both.
    """
    return hashlib.sha256(bytes.fromhex(salt) + canonical(facts)).hexdigest()


def _row(roster_id: int, number: int, line: Line) -> dict[str, Any]:
    return {
        "roster_id": roster_id,
        "number": number,
        "person_id": line.person_id,
        "label": line.label,
        "heads": 1,
        "household": line.household,
        "owner": line.owner,
        "area": line.area,
    }
