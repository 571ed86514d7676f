"""Places of minutes that go on saying what an accepted correction put right: shown to chair and clerk, one by one.

They carry the correction through there too, which is an edition like any other, or leave the place with a sentence. What
is neither is said before the seal, which then asks for a confirmation. Nothing is changed by itself.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor
from deliberation.refusal import Invalid, Refusal, Refused, refuse_if
from deliberation.rooms import minutes_rules as rules
from deliberation.rooms.echo_rules import Echo, echoes, sentence_at
from deliberation.rooms.minutes_correcting import enter, take_up
from deliberation.rooms.minutes_keeping import stands
from deliberation.rooms.minutes_models import (
    Minutes,
    MinutesCorrection,
    MinutesLeft,
    corrections_of,
    left_in,
    minutes_of,
    newest_edition,
)
from deliberation.rooms.passage_rules import Place, places_of, starts_of
from deliberation.vocabulary import Act, _

BODY, SUMMARY = "body", "summary"
MOST_SHOWN = 60
CARRIED = "随第{n}条更正一起改"
GONE = Refusal(_("这一处已经改了，或者已经写明不改"), remedy=_("请看现在还剩下哪几处"), late=True)


@dataclass(frozen=True)
class Open:
    """A place that nobody has decided on: ``nth`` is the correction's number on the page, ``new`` what it would say."""

    key: str
    correction: MinutesCorrection
    nth: int
    where: str
    old: str
    new: str
    line: str
    place: Place

    @property
    def is_named(self) -> bool:
        """Whether the program has other words to offer."""
        return self.new != self.old


def open_echoes(session: Session, minutes: Minutes) -> list[Open]:
    """Those of the newest text and of the summary, in the order of the text."""
    rows = corrections_of(session, minutes.document_id)
    numbers = {each.id: nth for nth, each in enumerate(rows, 1)}
    accepted = sorted((each for each in rows if each.is_accepted), key=lambda each: (each.decided_at, each.id))
    if not accepted:
        return []
    left = {each.key for each in left_in(session, minutes.document_id)}
    found: list[Open] = []
    for where, text in ((SUMMARY, minutes.summary), (BODY, newest_edition(session, minutes.document_id).body)):
        found += [each for each in _in_text(where, text, accepted, numbers) if each.key not in left]
    return found[:MOST_SHOWN]


def _in_text(where: str, text: str, accepted: Sequence[MinutesCorrection], numbers: dict[int, int]) -> Iterator[Open]:
    """The newest correction speaks first where two speak of one place; what one carries through belongs to the first."""
    found: dict[int, tuple[Echo, MinutesCorrection]] = {}
    for at in reversed(range(len(accepted))):
        one = accepted[at]
        if one.follows_id is not None:
            continue
        settled = [each.words for each in accepted[at:]]
        for each in echoes(text, one.passage, one.words, settled):
            if not any(start < each.start + len(each.old) and each.start < start + len(other.old)
                       for start, (other, _one) in found.items()):  # fmt: skip
                found[each.start] = (each, one)
    seen: Counter[tuple[int, str, str]] = Counter()
    for start, (each, one) in sorted(found.items()):
        line = sentence_at(text, start, start + len(each.old))
        seen[one.id, each.old, line] += 1
        key = _key(one.id, where, each.old, line, seen[one.id, each.old, line])
        place = places_of(text, each.old)[starts_of(text, each.old).index(start)]
        yield Open(key, one, numbers[one.id], where, each.old, each.new, line, place)


def _key(*parts: object) -> str:
    return hashlib.sha256("\n".join(str(each) for each in parts).encode()).hexdigest()[:24]


def _opened(session: Session, document_id: int, key: str, *, keeps: bool) -> tuple[Minutes, Open]:
    """The minutes, held, and the open place of this key. Raises Missing, Refused."""
    minutes = minutes_of(session, document_id, locked=True)
    refuse_if(rules.may_follow(stands(session, minutes), keeps=keeps))
    found = next((each for each in open_echoes(session, minutes) if each.key == key), None)
    if found is None:
        raise Refused(GONE)
    return minutes, found


def change_there_too(
    session: Session, now: datetime, *, document_id: int, key: str, words: str, actor: Actor, keeps: bool
) -> MinutesCorrection:
    """Carry the correction through at this place: asked for and taken up by whoever keeps the minutes, as an edition of its
    own. Raises Refused, Invalid (``words``)."""
    minutes, one = _opened(session, document_id, key, keeps=keeps)
    refuse_if(IN_SUMMARY if one.where == SUMMARY else None)
    edition = newest_edition(session, document_id)
    if no := rules.check_passage(edition.body, one.old, words):
        raise Invalid({"words": no})
    made = MinutesCorrection(
        document_id=document_id, person_id=actor.person_id, edition=edition.number, place=one.place.number,
        passage=one.old, wording=words, reason=CARRIED.format(n=one.nth), asked_at=now, decided_at=now,
        decided_by_id=actor.person_id, follows_id=one.correction.id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    data = {"correction": made.id, "edition": edition.number, "by_clerk": 0, "place": made.place}
    data["follows"] = one.correction.id
    secrets = {"passage": made.passage, "wording": made.wording, "reason": made.reason}
    enter(session, Act.MINUTES_QUESTIONED, minutes, actor, data, secrets, owner=actor.person_id)
    take_up(session, now, minutes, made, words, actor)
    return made


IN_SUMMARY = Refusal(_("这一处在通俗摘要里"), remedy=_("请到“写通俗摘要”里改"))


def leave_there(
    session: Session, now: datetime, *, document_id: int, key: str, reason: str, actor: Actor, keeps: bool
) -> MinutesLeft:
    """Leave the place as it is: its words are meant so, and whoever says so says why. Raises Refused, Invalid (``reason``)."""
    minutes, one = _opened(session, document_id, key, keeps=keeps)
    if not reason.strip():
        raise Invalid({"reason": Refusal(_("请写一句为什么这里不改"))})
    made = MinutesLeft(
        document_id=document_id, correction_id=one.correction.id, key=key, words=one.old, line=one.line, reason=reason,
        at=now, by_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    data = {"correction": one.correction.id, "left": made.id}
    secrets = {"words": made.words, "line": made.line, "reason": made.reason}
    enter(session, Act.MINUTES_LEFT, minutes, actor, data, secrets)
    return made
