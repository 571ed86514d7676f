"""Minutes in the demo: a correction asked for and taken up, a summary, two signatures."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor
from deliberation.demo.story import Teller, person_id
from deliberation.rooms.minutes_correcting import Answered, Asked, answer_correction, ask_correction
from deliberation.rooms.minutes_keeping import text_of
from deliberation.rooms.minutes_models import Minutes
from deliberation.rooms.minutes_rules import CHAIR, CLERK, digest
from deliberation.rooms.minutes_sealing import Signer, sign, summarise


def correct(teller: Teller, matter_id: int, who: str, chair: str, words: tuple[str, str, str]) -> None:
    """Somebody asks for a correction (passage, wording, reason) of the newest minutes, and the chair accepts it."""
    passage, wording, reason = words

    def ask(session: Session, now: datetime) -> int:
        minutes = _minutes(session, matter_id)[-1]
        asker = person_id(session, who, minutes.community_id)
        asked = Asked(asker, passage, wording, reason)
        id = minutes.document_id
        return ask_correction(session, now, document_id=id, asked=asked, actor=Actor("resident", asker)).id

    asked_id = teller.do(ask)

    def answer(session: Session, now: datetime) -> None:
        by = person_id(session, chair, _minutes(session, matter_id)[-1].community_id)
        answer_correction(
            session, now, correction_id=asked_id, answered=Answered(wording), actor=Actor(CHAIR, by), keeps=True
        )

    teller.do(answer)


def seal(teller: Teller, matter_id: int, nth: int, keepers: tuple[str, str], summary: str) -> None:
    """The clerk sums the ``nth`` minutes up; chair and clerk sign them."""

    def write(session: Session, now: datetime) -> None:
        minutes = _minutes(session, matter_id)[nth]
        actor = Actor(CLERK, person_id(session, keepers[1], minutes.community_id))
        summarise(session, now, document_id=minutes.document_id, words=summary, actor=actor, keeps=True)

    teller.do(write)
    for role, name in zip((CHAIR, CLERK), keepers, strict=True):

        def put(session: Session, now: datetime, role: str = role, name: str = name) -> None:
            minutes = _minutes(session, matter_id)[nth]
            signer = Signer(person_id(session, name, minutes.community_id), role, digest(text_of(session, minutes)))
            sign(session, now, document_id=minutes.document_id, signer=signer, roles=frozenset({role}))

        teller.do(put)


def _minutes(session: Session, matter_id: int) -> list[Minutes]:
    found = select(Minutes).where(Minutes.matter_id == matter_id)
    return list(session.exec(found.order_by(col(Minutes.document_id))))
