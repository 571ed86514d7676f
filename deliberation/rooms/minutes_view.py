"""What the page of minutes shows to everybody, and what their papers say."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, select

from deliberation.assemblies.models import standing_of
from deliberation.audit.models import Entry
from deliberation.communities.models import Community
from deliberation.files import Attachment
from deliberation.identity.models import appointed_in, names_of
from deliberation.live import Scene
from deliberation.matters import words
from deliberation.matters.corrections import corrections_of as later_notes
from deliberation.matters.difference import SAME, Piece, difference
from deliberation.matters.models import Document, Evidence, Matter
from deliberation.matters.reach import today_in
from deliberation.rooms import minutes_rules as rules
from deliberation.rooms.actions import part_of
from deliberation.rooms.minutes_keeping import participants, stands, text_of
from deliberation.rooms.minutes_models import (
    Minutes,
    MinutesCorrection,
    MinutesEdition,
    corrections_of,
    editions_of,
    left_in,
    minutes_of,
    signatures_of,
)
from deliberation.rooms.minutes_paper import Facts, Signed
from deliberation.rooms.models import Room
from deliberation.vocabulary import Act

AROUND = 60
"""Characters of what stayed that are shown on either side of a change."""


def shown(session: Session, minutes: Minutes) -> dict[str, Any]:
    """The same for everybody, on the page and on the wire. Nobody who asked for a correction is named; whoever took one
    back in another's place is."""
    document = session.get(Document, minutes.document_id)
    place = session.get(Community, minutes.community_id)
    editions, digest = editions_of(session, document.id), rules.digest(text_of(session, minutes))
    corrections = corrections_of(session, document.id)
    named = {minutes.summary_by_id, *(one.withdrawn_by_id for one in corrections)}
    names = names_of(session, {id for id in named if id})
    sheet = session.get(Evidence, minutes.sheet_id) if minutes.sheet_id else None
    sealed_at = minutes.sealed_at
    return {
        "record": minutes,
        "document": document,
        "tz": place.timezone,
        "exit": words.OUTCOMES[document.outcome] if document.outcome in words.EXITS else "",
        "edition": editions[-1],
        "last_day": minutes.until.astimezone(place.zone) - timedelta(microseconds=1),
        "standing": stands(session, minutes),
        "summary_by": names.get(minutes.summary_by_id, ""),
        "corrections": [(one, difference(one.passage, _taken(one))) for one in corrections],
        "left": left_in(session, document.id),
        "withdrawn_by": {one.id: names.get(one.withdrawn_by_id, "") for one in corrections if one.withdrawn_by_id},
        "editions": list(reversed([_against(editions, place_) for place_ in range(len(editions))])),
        "signatures": [(each, each.sha256 == digest) for each in signatures_of(session, document.id)],
        "signers": rules.SIGNERS,
        "digest": digest,
        "sheet": sheet,
        "later": [one for one in later_notes(session, document.id) if sealed_at and one.issued_at >= sealed_at],
    }


def _taken(one: MinutesCorrection) -> str:
    return one.words if one.is_accepted else one.wording


def _against(editions: list[MinutesEdition], place: int) -> tuple[MinutesEdition, tuple[Piece, ...]]:
    if not place:
        return editions[0], ()
    return editions[place], trimmed(difference(editions[place - 1].body, editions[place].body))


def trimmed(pieces: tuple[Piece, ...]) -> tuple[Piece, ...]:
    """A difference without most of what stayed: a long text with one changed word is read in three lines."""
    found = []
    for place, piece in enumerate(pieces):
        text = piece.text
        if piece.kind == SAME and len(text) > 2 * AROUND:
            before = text[:AROUND] if place else ""
            after = text[-AROUND:] if place < len(pieces) - 1 else ""
            text = f"{before}…{after}"
        found.append(Piece(piece.kind, text))
    return tuple(found)


def shown_scene(scene: Scene) -> dict[str, Any]:
    """For the wire (``minutes/3``)."""
    return shown(scene.session, minutes_of(scene.session, int(scene.subject.split("/")[1])))


def facts_of(session: Session, now: datetime, minutes: Minutes, address: str) -> Facts:
    """What the papers say, as the text stands now."""
    document = session.get(Document, minutes.document_id)
    place = session.get(Community, minutes.community_id)
    seen = shown(session, minutes)
    signers = {each.role: each.name for each, counts in seen["signatures"] if counts}
    keepers = _keepers(session, minutes, place, today_in(place, now)) | signers
    people = participants(session, minutes)
    return Facts(
        place=place.name,
        matter=session.get(Matter, minutes.matter_id).title,
        title=document.title,
        edition=seen["edition"].number,
        summary=minutes.summary,
        body=seen["edition"].body,
        digest=seen["digest"],
        address=f"{address}/minutes/{document.id}",
        outcome=seen["exit"],
        until=seen["last_day"],
        keepers=keepers,
        signed=tuple(
            Signed(each.role, each.name, each.at.astimezone(place.zone))
            for each, counts in seen["signatures"]
            if counts
        ),
        sealed_at=minutes.sealed_at.astimezone(place.zone) if minutes.sealed_at else None,
        entry=_entry(session, minutes),
        participants=tuple(name for name in people.values() if name not in keepers.values()),
        participants_sign=minutes.participants_sign,
        scan=_scan(session, seen["sheet"]) if seen["standing"].is_signed_on_paper else None,
    )


def _scan(session: Session, sheet: Evidence | None) -> tuple[str, str] | None:
    kept = session.get(Attachment, sheet.attachment_id) if sheet and sheet.attachment_id else None
    return (kept.name, kept.sha256) if kept else None


def _keepers(session: Session, minutes: Minutes, place: Community, today: date) -> dict[str, str]:
    """Who is to sign as what: those of the room while they still may, else those who hold the office today."""
    room = session.get(Room, minutes.room_id) if minutes.room_id else None
    ids = {rules.CHAIR: room.chair_id, rules.CLERK: room.clerk_id} if room else {}
    holders = {appointed.role: one.name for appointed, one in reversed(appointed_in(session, place.id, today))}
    still = {
        role: id
        for role, id in ids.items()
        if id and role in part_of(session, room, standing_of(session, id, place, today)).roles
    }
    named = {role: names_of(session, [id])[id] for role, id in still.items()}
    return {role: holders[role] for role in rules.SIGNERS if role in holders} | named


def _entry(session: Session, minutes: Minutes) -> int | None:
    """The number of the entry by which they were sealed."""
    found = select(Entry.index).where(Entry.object == minutes.topic, Entry.act == Act.MINUTES_SEALED.value)
    found = found.where(Entry.community_id == minutes.community_id).order_by(col(Entry.index))
    return session.exec(found.limit(1)).first()
