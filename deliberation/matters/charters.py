"""规约: a charter or pact is adopted by a matter's resolution, filed, and comes into force; every edition stays."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor
from deliberation.communities.models import Community
from deliberation.matters.charter_adopting import record_edition
from deliberation.matters.charter_models import Charter, CharterEdition, editions_of
from deliberation.matters.charter_rules import (
    KINDS,
    Readiness,
    filing_refusal,
    may_begin,
    start_refusal,
)
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, Matter
from deliberation.matters.moving import tell
from deliberation.matters.reach import today_in
from deliberation.matters.ruling_models import states_of
from deliberation.matters.ruling_rules import IN_FORCE
from deliberation.refusal import Invalid, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, _


@dataclass(frozen=True)
class Filing:
    """With whom an edition was filed, on which day, under which number; what shows it."""

    filed_on: date
    filed_with: str
    number: str = ""
    note: str = ""


def file_edition(session: Session, now: datetime, *, edition: CharterEdition, filing: Filing, actor: Actor) -> None:
    """Enter that an edition was filed 备案. Raises Refused (done already), Invalid (``filed_on``)."""
    session.refresh(edition, with_for_update=True)
    if edition.filed_on is not None:
        raise Refused(Refusal(_("这一版已经登记备案"), late=True))
    matter = session.get(Matter, edition.matter_id)
    today = today_in(session.get(Community, matter.community_id), now)
    if no := filing_refusal(filing.filed_on, edition.adopted_on, today):
        raise Invalid({"filed_on": no})
    edition.filed_on, edition.filed_with = filing.filed_on, filing.filed_with
    edition.filing_number, edition.filing_note, edition.filed_by_id = filing.number, filing.note, actor.person_id
    session.add(edition)
    session.flush()
    secrets = {"with": filing.filed_with, "number": filing.number, "note": filing.note}
    record_edition(session, Act.CHARTER_FILED, matter, edition, actor, {"on": filing.filed_on.isoformat()}, secrets)
    tell(session, matter)


def begin_edition(session: Session, now: datetime, *, edition: CharterEdition, on: date, actor: Actor) -> None:
    """Enter from which day an edition is in force; the one before is replaced and stays. Raises Refused, Invalid."""
    session.refresh(edition, with_for_update=True)
    matter = session.get(Matter, edition.matter_id)
    refuse_if(may_begin(readiness(session, now, edition)))
    if no := start_refusal(on, edition.adopted_on, today_in(session.get(Community, matter.community_id), now)):
        raise Invalid({"on": no})
    for earlier in editions_of(session, edition.charter_id):
        if earlier.number < edition.number and earlier.replaced_by_id is None:
            earlier.replaced_by_id = edition.id
            session.add(earlier)
    edition.in_force_from, edition.begun_by_id = on, actor.person_id
    session.add(edition)
    session.flush()
    record_edition(session, Act.CHARTER_BEGUN, matter, edition, actor, {"from": on.isoformat()})
    tell(session, matter)


def readiness(session: Session, now: datetime, edition: CharterEdition) -> Readiness:
    """What is the case of an edition that is to come into force."""
    kind = KINDS[session.get(Charter, edition.charter_id).kind]
    return Readiness(
        needs_filing=bool(kind.filed_with),
        is_filed=edition.filed_on is not None,
        is_disclosed=_is_disclosed(session, now, edition),
        is_begun=edition.in_force_from is not None,
        is_replaced=edition.replaced_by_id is not None,
        state=states_of(session, [edition.document_id]).get(edition.document_id, IN_FORCE),
        adopted_on=edition.adopted_on,
        source=kind.filing_source,
    )


def _is_disclosed(session: Session, now: datetime, edition: CharterEdition) -> bool:
    """Whether the first posting after the resolution has run and was closed without an upheld objection."""
    facts = facts_of(session, session.get(Matter, edition.matter_id), now)
    decided_at = session.get(Document, edition.document_id).issued_at
    kinds = {step.id: step.kind for step in facts.procedure.steps}
    return any(
        kinds[stay.step] == "disclosure" and stay.outcome == "done" and stay.left_at > decided_at
        for stay in facts.course.stays
    )
