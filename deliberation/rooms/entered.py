"""What the log says of rooms, read at one go, and how a row is held against its entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlmodel import Session

from deliberation.audit.log_check import Fault
from deliberation.matters.text_check import Entered, entries_of, openings_for, origins_of
from deliberation.rooms.models import Room
from deliberation.vocabulary import Act, _

# Acts of the chair that are an intervention; being cut short and being called finished name theirs by the turn.
INTERVENED = (
    Act.TURN_GIVEN, Act.TURN_EXTENDED, Act.TURN_CALLED, Act.TURN_REFUSED, Act.POINT_RULED, Act.STATEMENT_HIDDEN,
    Act.QUESTION_HIDDEN, Act.INVITATION_WITHDRAWN,
)  # fmt: skip
ACTS = (
    *INTERVENED, Act.INVITATION_MADE, Act.TURN_ASKED, Act.TURN_CUT, Act.TURN_ENDED, Act.STATEMENT_MADE, Act.STATEMENT_FILED, Act.STATEMENT_WITHDRAWN,
    Act.QUESTION_PUT, Act.QUESTION_BACKED, Act.QUESTION_WITHDRAWN, Act.QUESTION_CALLED, Act.QUESTION_ANSWERED,
    Act.APPEAL_RAISED, Act.APPEAL_DECIDED, Act.GAUGE_OPENED, Act.GAUGE_MARKED, Act.GAUGE_HANDS_COUNTED, Act.GAUGE_CLOSED,
    Act.GAUGE_RELEASED,
)  # fmt: skip
NO_ENTRY = _("{subject} 没有存证记录")
NO_SUCH_ACT = _("{subject} 的“{field}”没有存证记录")
NOT_DONE = _("{index} 号记录写明的“{field}”，{subject} 上没有")
OTHER_WORDS = _("{subject} 的“{field}”不是 {index} 号记录存证的原文")
OTHER_FACTS = _("{subject} 的“{field}”与 {index} 号记录不符")
GONE = _("{index} 号记录的 {subject} 已经不在")


class Wrong(NamedTuple):
    """What does not hold: the sentence, the entry against which it was held, the column that says otherwise."""

    reason: str
    entry: Entered | None = None
    field: str = ""


class Own(dict[str, list[Entered]]):
    """The entries about one thing, by their act, in their order."""

    def first(self, act: Act) -> Entered | None:
        return self[act][0] if act in self else None

    def last(self, act: Act) -> Entered | None:
        return self[act][-1] if act in self else None


class Book:
    """The entries about rooms with what opens them, and which interventions were overturned on appeal."""

    def __init__(self, session: Session):
        log = entries_of(session, ACTS)
        self.openings = openings_for(session, log)
        self.origins = origins_of(session)
        self.places = dict(session.execute(select(Room.id, Room.community_id)).all())
        self.interventions: dict[tuple[int, int], Entered] = {}
        self.overturned: set[tuple[int, int]] = set()
        self._own: dict[tuple[int, str], Own] = defaultdict(Own)
        for one in log:
            self._own[one.community_id, one.object].setdefault(one.act, []).append(one)
            place = (one.community_id, one.data.get("intervention"))
            if one.act in INTERVENED and place[1]:
                self.interventions[place] = one
            elif one.act == Act.APPEAL_DECIDED and one.data.get("overturned"):
                self.overturned.add(place)

    def of(self, room_id: int, subject: str) -> Own:
        return self._own.get((self.places[room_id], subject)) or Own()

    def all_of(self, act: Act) -> Iterator[Entered]:
        return (each for own in self._own.values() for each in own.get(act, ()))

    def opened(self, one: Entered) -> Mapping[str, str]:
        return self.openings.get((one.community_id, one.index), {})

    def standing(self, hidden: Entered | None) -> Entered | None:
        """An act of hiding or of sending out that no appeal has undone."""
        if hidden is None or (hidden.community_id, hidden.data.get("intervention")) in self.overturned:
            return None
        return hidden

    def words(self, one: Entered, texts: Mapping[str, str]) -> Iterator[Wrong]:
        """Texts against the commitments of an entry. What was erased has nothing to compare; its place still holds."""
        committed, opened = one.data.get("commit", {}), self.opened(one)
        for name, value in texts.items() if one.data else ():  # A damaged one was named by the check of the log.
            if (opened.get(name, value) if name in committed else "") != value:
                yield Wrong(OTHER_WORDS, one, name)

    def facts(self, one: Entered, plain: Mapping[str, Any]) -> Iterator[Wrong]:
        """Values against what an entry says in clear, as far as entries of its day said it."""
        for name, value in plain.items():
            if name in one.data and one.data[name] != value:
                yield Wrong(OTHER_FACTS, one, name)

    def state(self, field: str, is_so: bool, act: Entered | None) -> Iterator[Wrong]:
        """Something is so exactly where an act has made it so."""
        if is_so and act is None:
            yield Wrong(NO_SUCH_ACT, None, field)
        elif act is not None and not is_so:
            yield Wrong(NOT_DONE, act, field)

    def fault(self, room_id: int, subject: str, wrong: Wrong | None) -> Fault | None:
        if wrong is None:
            return None
        at = wrong.entry.index if wrong.entry else None
        facts = {"subject": subject, "field": wrong.field, "index": at}
        return Fault("document", wrong.reason, facts, self.origins.get(self.places[room_id], ""), at, subject)

    def gone(self, act: Act, kept: Collection[str]) -> Iterator[Fault]:
        """Things that were entered by this act and are no longer there."""
        for one in self.all_of(act):
            if one.object not in kept:
                yield self.missing(one, one.object)

    def missing(self, one: Entered, subject: str) -> Fault:
        facts = {"subject": subject, "index": one.index}
        return Fault("document", GONE, facts, self.origins.get(one.community_id, ""), one.index, subject)
