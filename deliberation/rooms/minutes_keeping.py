"""Minutes from the moment they are issued: the first edition, who may still say something to them, how they stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from deliberation import live
from deliberation.communities.models import Community
from deliberation.identity.models import names_of
from deliberation.matters.cards import EXCERPT
from deliberation.matters.gathering import working_days
from deliberation.matters.models import Document, Matter
from deliberation.matters.moving import tell as tell_matter
from deliberation.refusal import Invalid
from deliberation.rooms import minutes_rules as rules
from deliberation.rooms.convening_models import Convening, Talk, WrittenAnswer
from deliberation.rooms.minutes_models import Minutes, MinutesEdition, newest_edition, signatures_of, waiting
from deliberation.rooms.models import Attendance, Room, SpeakingTurn, Statement

SHOWN = "rooms/_minutes.html"


@dataclass(frozen=True)
class Wording:
    """The minutes as they are issued: title, text, and the exit chosen (empty: the step goes on)."""

    title: str
    body: str
    outcome: str = ""
    explained: str = ""
    """Why something that the form asks for is not there."""
    days: int | None = None
    """For corrections, where the form's own number is not taken."""


def check_days(convening: Convening | None, wording: Wording) -> None:
    """Raises Invalid (``days``) for fewer days than the form's."""
    if no := rules.check_days(convening.rules if convening is not None else None, wording.days):
        raise Invalid({"days": no})


def keep_minutes(
    session: Session,
    now: datetime,
    *,
    document: Document,
    chosen_days: int | None,
    room: Room | None = None,
    convening: Convening | None = None,
) -> Minutes:
    """From now on the days for corrections run; whether they are enough was asked before the document was issued."""
    matter = session.get(Matter, document.matter_id)
    place = session.get(Community, matter.community_id)
    form = convening.rules if convening is not None else None
    number = rules.days_of(form, chosen_days)
    made = Minutes(
        document_id=document.id,
        community_id=place.id,
        matter_id=matter.id,
        room_id=room.id if room else None,
        convening_id=convening.id if convening else None,
        days=number.count,
        days_source=number.source,
        until=rules.ends_at(now, number, place.zone, working_days(session, place)),
        participants_sign=form.participants_sign if form else "",
    )
    session.add(made)
    session.flush()
    edition = MinutesEdition(document_id=document.id, number=1, body=document.body, at=now, by_id=document.issuer_id)
    session.add(edition)
    session.flush()
    lead_to(session, made)
    return made


def lead_to(session: Session, minutes: Minutes) -> None:
    """Have the dossier's card say what stands now and lead to it: the document itself keeps its first text."""
    document, edition = session.get(Document, minutes.document_id), newest_edition(session, minutes.document_id)
    place = session.get(Community, minutes.community_id)
    last = minutes.until.astimezone(place.zone) - timedelta(microseconds=1)
    stands_now = {
        "page": f"/minutes/{document.id}",
        "edition": edition.number,
        "stands": edition.body[: EXCERPT + 1],
        "correct_by": last.date().isoformat(),
        "sealed": minutes.sealed_at is not None,
    }
    document.facts = {**document.facts, **stands_now}
    session.add(document)
    session.flush()


def text_of(session: Session, minutes: Minutes) -> str:
    """What is signed: the whole text as it stands now."""
    title = session.get(Document, minutes.document_id).title
    return rules.full_text(title, minutes.summary, newest_edition(session, minutes.document_id).body)


def stands(session: Session, minutes: Minutes) -> rules.Standing:
    """How the minutes stand now. Signatures on an earlier text, on paper too, are kept and do not count."""
    digest = rules.digest(text_of(session, minutes))
    signed = [each for each in signatures_of(session, minutes.document_id) if each.sha256 == digest]
    return rules.Standing(
        until=minutes.until,
        is_sealed=minutes.sealed_at is not None,
        waiting=waiting(session, minutes.document_id),
        signed=tuple((each.role, each.person_id) for each in signed),
        participants_sign=minutes.participants_sign,
        is_signed_on_paper=minutes.sheet_sha256 == digest,
    )


def participant_ids(session: Session, minutes: Minutes) -> set[int]:
    """Who attended, spoke, answered in writing or was talked to, and who ran it."""
    room_id, convening_id = minutes.room_id, minutes.convening_id
    room = session.get(Room, room_id) if room_id is not None else None
    asked = [
        select(Attendance.person_id).where(Attendance.room_id == room_id),
        select(Statement.person_id).where(Statement.room_id == room_id),
        select(SpeakingTurn.person_id).where(SpeakingTurn.room_id == room_id, col(SpeakingTurn.given_at).is_not(None)),
        select(WrittenAnswer.person_id).where(WrittenAnswer.convening_id == convening_id),
        select(Talk.person_id).where(Talk.convening_id == convening_id),
    ]
    found = {room.chair_id, room.clerk_id} if room is not None else set()
    for each in asked:
        found |= set(session.exec(each.distinct()))
    return {id for id in found if id}


def participants(session: Session, minutes: Minutes) -> dict[int, str]:
    """The same with their names, by id."""
    return names_of(session, participant_ids(session, minutes))


def tell(session: Session, minutes: Minutes) -> None:
    """Who has the minutes open, or the dossier, sees them anew."""
    live.announce(session, minutes.topic, SHOWN)
    tell_matter(session, session.get(Matter, minutes.matter_id))
