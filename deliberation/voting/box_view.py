"""What pages say of a confidential vote: to whom it is kept secret and to whom not, and what its sum gives away."""

from __future__ import annotations

from typing import Any

from sqlmodel import Session, func, select

from deliberation.assemblies.models import RosterLine
from deliberation.vocabulary import _
from deliberation.voting.box_models import participation_of
from deliberation.voting.models import Poll, roll, shown_result
from deliberation.voting.presets import PRESETS
from deliberation.voting.receipts import grouped
from deliberation.voting.secrecy_rules import (
    CONFIDENTIAL,
    FEW,
    LABEL,
    NAMED,
    NOT_SHOWN,
    SECRECY,
    TOO_FEW,
    UNPROTECTED,
    may_keep_confidential,
)
from deliberation.voting.tally_rule import read_rule

WAYS = (
    (NAMED, SECRECY[NAMED], _("有权查阅计票文件的人能看到谁投了什么；可以设为能改投")),
    (CONFIDENTIAL, SECRECY[CONFIDENTIAL], _("只适合征求意见和小事；只按人头计，投出以后不能改，合计在结束以后公布")),
)


def offered_secrecy(preset: str, rule: dict[str, Any], count: int) -> dict[str, Any]:
    """What the form that opens a poll says of its secrecy; ``count``: how many would be on the roster."""
    few = TOO_FEW if count < FEW else ""
    refusal = may_keep_confidential(preset, read_rule(rule))
    return {
        "ways": WAYS,
        "refusal": refusal,
        "few": few,
        "label": LABEL,
        "split": NOT_SHOWN,
        "booth": PRESETS[preset].is_booth,
    }


def secrecy_of(poll: Poll, entitled: int | None = None) -> dict[str, str] | None:
    """The sentences for ballot, review, receipt and result of a confidential vote; None of any other."""
    if poll.secrecy != CONFIDENTIAL:
        return None
    few = TOO_FEW if entitled is not None and entitled < FEW else ""
    return {"name": SECRECY[CONFIDENTIAL], "label": LABEL, "unprotected": UNPROTECTED, "few": few, "split": NOT_SHOWN}


def took_ballot(session: Session, poll: Poll, person_id: int | None) -> bool:
    """Whether a confidential ballot was taken from this person."""
    is_asked = poll.secrecy == CONFIDENTIAL and person_id is not None
    return is_asked and participation_of(session, poll.id, person_id) is not None


def entitled_to(session: Session, poll: Poll) -> int | None:
    """How many are on the roster of a confidential vote."""
    if poll.secrecy != CONFIDENTIAL:
        return None
    return session.exec(select(func.count()).where(RosterLine.roster_id == poll.roster_id)).one()


def given_away(poll: Poll) -> list[str]:
    """What of a confidential vote no withholding hides: of so few people the outcome alone may tell."""
    shown = shown_result(poll)
    if poll.secrecy != CONFIDENTIAL or shown is None:
        return []
    return [TOO_FEW] if shown["counts"]["heads"]["participating"] < FEW else []


def receipt_of(session: Session, poll: Poll, person_id: int) -> dict[str, Any] | None:
    """What stands on a person's receipt; None if no ballot was taken from them."""
    took = participation_of(session, poll.id, person_id)
    if took is None:
        return None
    number = next(line.number for line in roll(session, poll) if line.person_id == person_id)
    return {"code": grouped(took.receipt), "plain": took.receipt, "number": number}
