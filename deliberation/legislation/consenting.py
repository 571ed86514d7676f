"""A consent taken back (个人信息保护法 15): at any time, by whoever gave it, and from then on.

What was said goes on counting and is worked on like the others; the point goes on reading it. Public pages show it no more.
What was printed, downloaded or sent on before cannot be called back, which the page says.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.legislation.copies import follow
from deliberation.legislation.export_spoiling import spoil_public
from deliberation.legislation.opinion_models import Opinion, author_of
from deliberation.legislation.opinion_rules import KEPT_BACK, may_take_back
from deliberation.legislation.opinion_writing import Tally, keep_tally
from deliberation.legislation.submission_rules import HIDDEN, UNNAMED
from deliberation.refusal import Refusal, refuse_if
from deliberation.vocabulary import Act


def against_taking_back(one: Opinion, is_author: bool, *, words_too: bool, forwards: bool = False) -> Refusal | None:
    """Why this consent cannot be taken back; ``is_author`` is also who enters it for somebody who said it offline."""
    return may_take_back(is_author, one.publishes if words_too else one.names or bool(one.name) or forwards)


def take_back_consent(
    session: Session, now: datetime, *, one: Opinion, is_author: bool, words_too: bool, actor: Actor
) -> None:
    """No longer be named, and with ``words_too`` no longer have the words read by everybody. It counts as before."""
    author = author_of(session, one.id)
    forwards = author is not None and author.forwards
    refuse_if(against_taking_back(one, is_author, words_too=words_too, forwards=forwards))
    if forwards:
        author.forwards = False
        session.add(author)
    tally = Tally()
    was_public = one.is_public
    one.names, one.name = False, ""
    if words_too:
        one.publishes, one.state, one.state_reason = False, KEPT_BACK, ""
    session.add(one)
    session.flush()
    tally.add(one, 0, int(one.is_public) - int(was_public))
    keep_tally(session, tally)
    data = {"solicitation": one.solicitation_id, "number": one.number, "words": words_too}
    record(
        session, Act.OPINION_CONSENT_CHANGED, one.community_id, one.subject, actor=actor, data=data,
        topic=f"solicitation/{one.solicitation_id}", owner=one.person_id,
    )  # fmt: skip
    spoil_public(session, now, one, was_public=was_public)
    if words_too:
        follow(session, now, one, HIDDEN, actor)
    follow(session, now, one, UNNAMED, actor)
