"""Shows of opinion against the log: what was asked, each mark against its commitment, the sums that were released."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlmodel import Session, col

from deliberation.audit.log_check import Fault
from deliberation.matters.text_check import Entered
from deliberation.rooms.entered import NO_ENTRY, OTHER_FACTS, OTHER_WORDS, Book, Own, Wrong
from deliberation.rooms.gauge_models import GaugeHands
from deliberation.rooms.gauge_rules import SCALE
from deliberation.rooms.gauging import left_out_words
from deliberation.rooms.models import Gauge, GaugeMark
from deliberation.vocabulary import Act


class Given(NamedTuple):
    """Of one gauge: which answer each person gave, the answers that count (all but those of people who had lost their
    seat when it was closed), and the hands for each answer."""

    marks: Mapping[int, int]
    counted: Sequence[int]
    left_out: Sequence[int]
    hands: Mapping[int, int]


def check_gauges(session: Session, book: Book) -> Iterator[Fault | None]:
    marks: dict[int, dict[int, int]] = defaultdict(dict)
    counted: dict[int, list[int]] = defaultdict(list)
    left_out: dict[int, list[int]] = defaultdict(list)
    for gauge_id, person_id, option, counts in session.execute(
        select(GaugeMark.gauge_id, GaugeMark.person_id, GaugeMark.option, GaugeMark.counts)
    ):
        marks[gauge_id][person_id] = option
        counted[gauge_id] += [option] if counts else []
        left_out[gauge_id] += [] if counts else [person_id]
    hands: dict[int, dict[int, int]] = defaultdict(dict)
    for gauge_id, option, count in session.execute(select(GaugeHands.gauge_id, GaugeHands.option, GaugeHands.count)):
        hands[gauge_id][option] = count
    known = set()
    for gauge in session.scalars(select(Gauge).order_by(col(Gauge.id))):
        subject = f"gauge/{gauge.id}"
        known.add(subject)
        given = Given(marks[gauge.id], counted[gauge.id], left_out[gauge.id], hands[gauge.id])
        wrong = next(_gauge(book, gauge, given), None)
        yield book.fault(gauge.room_id, subject, wrong)
    yield from book.gone(Act.GAUGE_OPENED, known)


def _gauge(book: Book, gauge: Gauge, given: Given) -> Iterator[Wrong]:
    own = book.of(gauge.room_id, f"gauge/{gauge.id}")
    opened = own.first(Act.GAUGE_OPENED)
    if opened is None:
        yield Wrong(NO_ENTRY)
        return
    ends = f"{gauge.low}\n{gauge.high}" if gauge.kind == SCALE or gauge.low or gauge.high else ""
    yield from book.words(opened, {"question": gauge.question, "answers": "\n".join(gauge.options), "ends": ends})
    plain = {"kind": gauge.kind, "options": len(gauge.options), "statement": gauge.statement_id or 0}
    yield from book.facts(opened, plain | {"room": gauge.room_id})
    closed, released = own.last(Act.GAUGE_CLOSED), own.last(Act.GAUGE_RELEASED)
    if released is None and closed is not None and "option_1" in closed.data:
        released = closed  # Before results were released, closing said the sums.
    yield from book.state("closed_at", gauge.closed_at is not None, closed)
    yield from book.state("released_at", gauge.released_at is not None, released)
    yield from _hands(book, gauge, own.last(Act.GAUGE_HANDS_COUNTED), given.hands)
    if gauge.is_open and len(given.counted) != len(given.marks):
        yield Wrong(OTHER_FACTS, opened, "counts")
    if closed is not None:
        # Where the closing committed to nobody, everybody's mark counts.
        yield from book.words(closed, {"left_out": left_out_words(given.left_out)})
    for said in filter(None, (released, closed)):
        yield from book.facts(said, _sums(gauge, given, said))
    yield from _marks(book, gauge, own, given.marks)


def _sums(gauge: Gauge, given: Given, said: Entered) -> dict[str, int]:
    """The sums as an entry names them."""
    marked, hands = len(given.counted), given.hands
    sums = {f"option_{place}": given.counted.count(place - 1) for place in range(1, len(gauge.options) + 1)}
    if said.act == Act.GAUGE_RELEASED:
        return sums | {"marked": marked} | {f"hands_{place + 1}": count for place, count in hands.items()}
    asked = {} if gauge.asked is None else {"asked": gauge.asked}
    return sums | {"marked": marked, "hands": sum(hands.values())} | asked


def _hands(book: Book, gauge: Gauge, counted: Entered | None, hands: Mapping[int, int]) -> Iterator[Wrong]:
    yield from book.state("hands", bool(hands), counted)
    if counted is not None:
        said = ",".join(str(hands.get(place, 0)) for place in range(len(gauge.options)))
        yield from book.words(counted, {"hands": said})


def _marks(book: Book, gauge: Gauge, own: Own, marks: Mapping[int, int]) -> Iterator[Wrong]:
    """The latest opened mark of each person; whoever was erased can no longer be named, so theirs are only counted."""
    latest: dict[str, tuple[str, Entered]] = {}
    erased = first = 0
    for one in own.get(Act.GAUGE_MARKED, []):
        opened = book.opened(one)
        first += not one.data.get("changed")
        if {"actor", "option"} <= opened.keys():
            latest[opened["actor"]] = opened["option"], one
        else:
            erased += 1
    words = dict(enumerate(gauge.options))
    rows = {f"person/{person_id}": words.get(option, "") for person_id, option in marks.items()}
    for person, (option, one) in latest.items():
        if rows.get(person) != option:
            yield Wrong(OTHER_WORDS, one, "option")
    if first != len(rows) or (not erased and rows.keys() != latest.keys()):
        yield Wrong(OTHER_FACTS, own.last(Act.GAUGE_MARKED) or own.first(Act.GAUGE_OPENED), "marked")
