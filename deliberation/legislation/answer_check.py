"""Answers against the log: nobody is down as told who was not; who told them by hand, when, how and with which note."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from sqlalchemy import and_, exists, func, not_, or_, select
from sqlmodel import Session, col

from deliberation.audit.log_check import Fault
from deliberation.legislation.adoption_models import OpinionAnswer
from deliberation.legislation.adoption_rules import BY_HAND, CODE, INBOX, POINT
from deliberation.legislation.count_check import OTHER_COUNT
from deliberation.legislation.entered_log import NO_ENTRY, Log
from deliberation.legislation.feedback_models import Feedback
from deliberation.legislation.opinion_log import AT_ONCE, OTHER_MANY, other_many
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.receipt_models import ReceivedOpinion
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.matters.text_check import Entered
from deliberation.vocabulary import Act, _

NOT_TOLD = _("{subject} 记为已经告诉，可是没有这样告诉过")

_HAND = (
    select(
        OpinionAnswer.solicitation_id, OpinionAnswer.told_at, OpinionAnswer.opinion_id, OpinionAnswer.way,
        OpinionAnswer.note, OpinionAnswer.told_by_id,
    )
    .where(col(OpinionAnswer.told_at).is_not(None), col(OpinionAnswer.way).in_(list(BY_HAND)))
    .order_by(col(OpinionAnswer.solicitation_id), col(OpinionAnswer.told_at), col(OpinionAnswer.id))
    .execution_options(yield_per=AT_ONCE)
)  # fmt: skip
_COPY = exists().where(col(ReceivedOpinion.opinion_id) == OpinionAnswer.opinion_id)
_FED_BACK = exists().where(
    col(Feedback.solicitation_id) == OpinionAnswer.solicitation_id, col(Feedback.at) == OpinionAnswer.told_at
)
_AT_ONCE = OpinionAnswer.told_at == OpinionAnswer.at
_TOLD = or_(
    col(OpinionAnswer.way).in_(list(BY_HAND)),
    and_(OpinionAnswer.way == INBOX, _AT_ONCE, col(Opinion.person_id).is_not(None)),
    and_(OpinionAnswer.way == CODE, _AT_ONCE, col(Opinion.code_hash).is_not(None)),
    and_(OpinionAnswer.way == POINT, _COPY, or_(_AT_ONCE, _FED_BACK)),
)
_UNTOLD = (
    select(Opinion.community_id, Opinion.id)
    .join(OpinionAnswer, col(OpinionAnswer.opinion_id) == Opinion.id)
    .where(col(OpinionAnswer.told_at).is_not(None), not_(_TOLD))
    .order_by(col(Opinion.id))
)


def check_answers(session: Session) -> Iterator[Fault | None]:
    """Every answer by hand beside its entry, the program's by what they need, and no more answers than were ordered."""
    log = Log(session, (Act.OPINIONS_TOLD, Act.OPINIONS_ANSWERED))
    places = {one.id: (one.community_id, one.subject) for one in session.execute(select(Solicitation)).scalars()}
    yield from _by_hand(session, log, places)
    for community_id, id in session.execute(_UNTOLD):
        yield log.fault((community_id, f"opinion/{id}"), NOT_TOLD)
    counted = select(OpinionAnswer.solicitation_id, func.count()).group_by(col(OpinionAnswer.solicitation_id))
    for of, count in session.execute(counted).all():
        place = places[of]
        ordered = [one for one in log.entries.get(place, ()) if one.act == Act.OPINIONS_ANSWERED]
        most = sum(one.data.get("count", count) for one in ordered)
        facts = {"subject": place[1], "field": "answers", "kept": count, "counted": most}
        origin = log.origins.get(place[0], "")
        yield Fault("document", OTHER_COUNT, facts, origin, None, place[1]) if count > most else None


def _by_hand(session: Session, log: Log, places: dict[int, tuple[int, str]]) -> Iterator[Fault | None]:
    entered: dict[tuple[tuple[int, str], str], list[Entered]] = defaultdict(list)
    for place, entries in log.entries.items():
        for one in entries:
            if one.act == Act.OPINIONS_TOLD and one.data:
                entered[place, log.at[place[0], one.index]].append(one)
    seconds = groupby(session.execute(_HAND), lambda row: (row[0], row[1].strftime("%Y-%m-%dT%H:%M:%SZ")))
    for (of, at), rows in seconds:
        place, found = places[of], [tuple(row[2:]) for row in rows]
        if entries := entered.pop((place, at), None):
            yield _told(log, place, entries, found)
        elif place not in log.damaged:
            yield log.fault((place[0], f"opinion/{found[0][0]}"), NO_ENTRY)
    for (place, _at), entries in entered.items():
        yield _told(log, place, entries, [])


def _told(log: Log, place: tuple[int, str], entries: list[Entered], rows: list[tuple[Any, ...]]) -> Fault | None:
    """What was entered in one second; mostly that is one entry, whose opinions and words are compared one by one."""
    one = entries[0]
    if len(entries) > 1:
        many = sum(each.data.get("count", 0) for each in entries)
        return log.fault(place, OTHER_MANY, "", one, n=many) if many != len(rows) else None
    if wrong := other_many(one, log.opened(one), [row[0] for row in rows]):
        return log.fault(place, wrong, "ids", one, n=one.data.get("count", 0))
    for _id, way, note, person_id in rows:
        if wrong := log.words(place, one, {"way": way, "note": note}) or log.by(place, one, person_id):
            return wrong
    return None
