"""From the tables to a tally document, its digest and its result."""

from __future__ import annotations

import hashlib
from typing import Any

from sqlmodel import Session

from deliberation.audit.canonical import canonical
from deliberation.voting.models import Poll, ballots_of, present_people, roll
from deliberation.voting.tally import tally_json
from deliberation.voting.tally_document import SCHEMA
from deliberation.voting.tally_result import area_text


def tally_document(session: Session, poll: Poll) -> dict[str, Any]:
    """What is counted, as ``deliberation/tally-1`` of the contracts. Members are the numbers of the roster's lines."""
    lines = roll(session, poll)
    number = {line.line_id: str(line.number) for line in lines}
    here = present_people(session, poll.id)
    return {
        "schema": SCHEMA,
        "rule": poll.rule,
        "roster": [_line(line) for line in lines],
        "present": [str(line.number) for line in lines if line.person_id in here],
        "ballots": [
            {"member": number[ballot.line_id], "choice": ballot.choice, "channel": ballot.channel}
            for ballot in ballots_of(session, poll.id)
        ],
    }


def _line(line: Any) -> dict[str, Any]:
    written: dict[str, Any] = {"id": str(line.number), "heads": line.heads}
    if line.household:
        written["household"] = line.household
    if line.owner:
        written["owner"] = line.owner
    if line.area is not None:
        written["area"] = area_text(line.area)
    return written


def digest(document: dict[str, Any]) -> str:
    """SHA-256 of the canonical document, hex: what the closing entry binds."""
    return hashlib.sha256(canonical(document)).hexdigest()


def count(session: Session, poll: Poll) -> tuple[dict[str, Any], str]:
    """The result document, and the digest of what was counted."""
    document = tally_document(session, poll)
    return tally_json(document), digest(document)
