"""The end of minutes: a summary that a person writes, the participants' sheet, two signatures on one text, the seal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.files import KeptFile
from deliberation.identity.models import person
from deliberation.matters.evidence import add_evidence
from deliberation.matters.models import Matter
from deliberation.refusal import Invalid, Refusal, Refused, refuse_if
from deliberation.rooms import minutes_rules as rules
from deliberation.rooms.minutes_echoes import open_echoes
from deliberation.rooms.minutes_keeping import lead_to, stands, tell, text_of
from deliberation.rooms.minutes_models import Minutes, MinutesSignature, minutes_of, newest_edition
from deliberation.vocabulary import Act, _

OTHER = "other"
CHANGED = Refusal(_("文本在您打开以后变了"), remedy=_("请重新看过再签名"), late=True)


@dataclass(frozen=True)
class Signer:
    """Who signs: as which role of this page's keepers, having read the text with this digest."""

    person_id: int
    role: str
    seen: str
    despite: bool = False
    """Whether they were told of the places that go on saying what was put right, and seal all the same."""


def summarise(session: Session, now: datetime, *, document_id: int, words: str, actor: Actor, keeps: bool) -> Minutes:
    """Write the plain summary, or write it anew. A signature on the text with another summary no longer counts."""
    minutes = minutes_of(session, document_id, locked=True)
    refuse_if(rules.may_summarise(stands(session, minutes), keeps=keeps))
    minutes.summary, minutes.summary_by_id, minutes.summary_at = words, actor.person_id, now
    session.add(minutes)
    session.flush()
    _enter(session, Act.MINUTES_SUMMARISED, minutes, actor, {}, {"summary": words})
    return minutes


def attach_sheet(
    session: Session, now: datetime, *, document_id: int, note: str, kept: KeptFile, actor: Actor, keeps: bool
) -> Minutes:
    """Attach the scan of the sheet on which the participants signed this text."""
    minutes = minutes_of(session, document_id, locked=True)
    refuse_if(rules.may_attach(stands(session, minutes), now, keeps=keeps))
    number = newest_edition(session, document_id).number
    words = f"参加人签名页（会议纪要第{number}版）" + (f"：{note}" if note else "")
    matter = session.get(Matter, minutes.matter_id)
    made = add_evidence(
        session, now, matter=matter, kind=OTHER, note=words, actor=actor, kept_file=kept, document_id=document_id
    )
    minutes.sheet_edition, minutes.sheet_id = number, made.id
    minutes.sheet_sha256 = rules.digest(text_of(session, minutes))
    session.add(minutes)
    session.flush()
    tell(session, minutes)
    return minutes


def sign(
    session: Session, now: datetime, *, document_id: int, signer: Signer, roles: frozenset[str]
) -> MinutesSignature:
    """Sign the text as it stands, under one's own sign-in; the second signature seals it. Raises Refused, Invalid (``despite``)."""
    minutes = minutes_of(session, document_id, locked=True)
    standing = stands(session, minutes)
    refuse_if(rules.may_sign(standing, now, role=signer.role, person_id=signer.person_id, roles=roles))
    digest = rules.digest(text_of(session, minutes))
    if signer.seen != digest:
        raise Refused(CHANGED)
    left_open = len(open_echoes(session, minutes))
    if no := rules.check_echoes(left_open, despite=signer.despite):
        raise Invalid({"despite": no})
    made = MinutesSignature(
        document_id=document_id,
        role=signer.role,
        person_id=signer.person_id,
        name=person(session, signer.person_id).name,
        edition=newest_edition(session, document_id).number,
        sha256=digest,
        at=now,
    )
    session.add(made)
    session.flush()
    actor = Actor(signer.role, signer.person_id)
    data = {"edition": made.edition, "as": made.role, "text": digest} | ({"open": left_open} if left_open else {})
    _enter(session, Act.MINUTES_SIGNED, minutes, actor, data, {"name": made.name})
    if rules.is_complete((made.role, *dict(standing.signed))):
        minutes.sealed_at = now
        session.add(minutes)
        session.flush()
        lead_to(session, minutes)
        _enter(session, Act.MINUTES_SEALED, minutes, actor, {"edition": made.edition, "text": digest}, {})
    return made


def _enter(
    session: Session, act: Act, minutes: Minutes, actor: Actor, data: dict[str, int | str], secrets: dict[str, str]
) -> None:
    topic = f"matter/{minutes.matter_id}"
    record(session, act, minutes.community_id, minutes.topic, actor=actor, data=data, secrets=secrets, topic=topic)
    tell(session, minutes)
