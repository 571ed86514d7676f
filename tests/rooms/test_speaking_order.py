"""The order of speaking, its precedence and its limits, as rules; and over whole debates that chance makes up."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deliberation.rooms import asking_rules, limits_rules, order_rules
from deliberation.rooms.limits_rules import LOCAL, PRESETS, SOURCE, Limits
from deliberation.rooms.order_rules import INTERJECTION, POINT, REST, SPEECH

START = datetime(2026, 11, 21, 11, 28, tzinfo=UTC)
PEOPLE = range(1, 6)


@dataclass(frozen=True)
class Turn:
    id: int
    person_id: int
    asked_at: datetime
    given_at: datetime | None = None
    ended_at: datetime | None = None
    withdrawn_at: datetime | None = None
    extended_seconds: int = 0
    kind: str = SPEECH
    position: str = ""
    about_id: int | None = None
    allotted_seconds: int = 120
    asked_by_id: int | None = None


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def waiting(id: int, person: int, asked: float, position: str = "", kind: str = SPEECH) -> Turn:
    return Turn(id, person, at(asked), position=position, kind=kind)


def spoken(id: int, person: int, asked: float, position: str = "", seconds: float = 60, **more) -> Turn:
    return Turn(id, person, at(asked), at(asked + 1), at(asked + 1 + seconds), position=position, **more)


def order(*turns: Turn) -> list[int]:
    return [turn.id for turn in order_rules.queue(turns)]


# --- who is next


def test_who_has_not_spoken_goes_first_then_who_asked_first():
    turns = [spoken(1, 10, 0), waiting(2, 10, 5), waiting(3, 20, 9), waiting(4, 30, 7)]
    assert [turn.person_id for turn in order_rules.queue(turns)] == [30, 20, 10]


def test_equal_times_keep_the_order_of_arrival():
    assert order(waiting(2, 20, 5), waiting(1, 10, 5)) == [1, 2]


def test_for_and_against_alternate():
    turns = [waiting(n, n, n, side) for n, side in enumerate(("for", "for", "for", "against", "against"), 1)]
    assert order(*turns) == [1, 4, 2, 5, 3]


def test_the_side_that_spoke_last_waits_for_the_other():
    assert order(spoken(9, 90, -99, "for"), waiting(1, 1, 1, "for"), waiting(2, 2, 2, "against")) == [2, 1]


def test_who_takes_no_side_keeps_the_place_by_time():
    turns = [
        waiting(1, 1, 1, "for"),
        waiting(2, 2, 2, "question"),
        waiting(3, 3, 3, "for"),
        waiting(4, 4, 4, "against"),
    ]
    assert order(*turns) == [1, 2, 4, 3]


def test_new_voices_go_before_the_alternation():
    past = spoken(9, 90, -99, "against")
    assert order(past, waiting(1, 90, 1, "for"), waiting(2, 2, 2, "against")) == [2, 1]


def test_points_go_before_interjections_before_a_rest_before_speeches():
    turns = [waiting(1, 1, 1), waiting(2, 2, 2, kind=REST), waiting(3, 3, 3, kind=INTERJECTION)]
    assert order(*turns, waiting(4, 4, 4, kind=POINT), waiting(5, 5, 0, kind=POINT)) == [5, 4, 3, 2, 1]


def test_having_interjected_is_not_having_spoken():
    assert order(spoken(9, 1, -99, kind=INTERJECTION), waiting(1, 1, 1), waiting(2, 2, 2)) == [1, 2]


# --- time


def test_a_turn_ends_after_its_limit_and_its_extension():
    turn = Turn(1, 1, at(0), at(10))
    assert order_rules.ends_at(turn, [turn]) == at(130)
    assert order_rules.ends_at(replace(turn, extended_seconds=60), [turn]) == at(190)
    with pytest.raises(ValueError):
        order_rules.ends_at(waiting(1, 1, 0), [])


def test_seconds_are_counted_of_ended_turns_only():
    assert order_rules.seconds_spoken(Turn(1, 1, at(0), at(10), at(84.4)), []) == 74
    assert order_rules.seconds_spoken(Turn(1, 1, at(0), at(10)), []) == 0
    assert order_rules.seconds_spoken(waiting(1, 1, 0), []) == 0


def test_while_a_point_of_order_is_heard_the_time_of_the_speech_stands_still():
    speech = Turn(1, 1, at(0), at(10))
    point = Turn(2, 2, at(40), at(50), kind=POINT, about_id=1)
    both = [speech, point]
    assert order_rules.speaking(both) is point and order_rules.interrupted(both) is speech
    assert {order_rules.seconds_left(speech, both, at(now)) for now in (50, 60, 5000)} == {80}
    heard = [speech, replace(point, ended_at=at(75))]
    assert order_rules.ends_at(speech, heard) == at(155)
    assert order_rules.seconds_left(speech, heard, at(75)) == 80
    done = replace(speech, ended_at=at(100))
    assert order_rules.seconds_spoken(done, [done, heard[1]]) == 65
    assert order_rules.seconds_used([done, heard[1]], 2) == 0, "points of order use up nobody's time"


@pytest.mark.parametrize(("number", "seconds"), [(1, 300), (2, 120), (3, 120)])
def test_later_turns_have_their_own_length(number, seconds):
    past = [spoken(n, 1, n * 100) for n in range(1, number)]
    own = waiting(9, 1, 999)
    assert order_rules.allotment(own, [*past, own], Limits(300, 3, 120)) == seconds


def test_nobody_is_given_more_than_is_left_of_their_time_in_all():
    limits, own = Limits(120, 3, 0, 200), waiting(9, 1, 999)
    assert order_rules.allotment(own, [spoken(1, 1, 0, seconds=150), own], limits) == 50
    assert order_rules.allotment(own, [spoken(1, 1, 0, seconds=60), own], limits) == 120
    used_up = [spoken(1, 1, 0, seconds=200), own, waiting(8, 2, 0)]
    assert order_rules.exhausted(used_up, limits, 1) == [own] and order_rules.exhausted(used_up, limits, 2) == []
    assert "一共" in asking_rules.may_ask(used_up[:1], limits, 1).reason
    assert asking_rules.may_ask(used_up[:1], limits, 1, POINT) is None


def test_an_extension_ends_where_the_time_in_all_ends():
    speech = Turn(1, 1, at(0), at(1))
    assert order_rules.extension(speech, [speech], Limits(120, 2, 0, 150)) == 30
    assert order_rules.extension(speech, [speech], Limits()) == 60
    assert "不能再延长" in asking_rules.may_extend(speech, [speech], Limits(120, 2, 0, 120)).reason


# --- what may be asked and done


def test_two_turns_each_and_no_more():
    two = [spoken(1, 10, 0), spoken(2, 10, 100)]
    assert asking_rules.may_ask(two[:1], Limits(), 10) is None
    no = asking_rules.may_ask(two, Limits(), 10)
    assert no.facts == {"most": 2} and no.source == SOURCE and no.remedy
    assert asking_rules.may_ask(two, Limits(120, 3), 10) is None
    assert asking_rules.may_ask(two, Limits(), 20) is None


def test_nobody_waits_twice_or_asks_while_speaking():
    assert asking_rules.may_ask([waiting(1, 10, 0)], Limits(), 10).late
    assert asking_rules.may_ask([Turn(1, 10, at(0), at(1))], Limits(), 10).late
    assert asking_rules.may_ask([Turn(1, 10, at(0), withdrawn_at=at(1))], Limits(), 10) is None
    assert asking_rules.may_ask([waiting(1, 10, 0)], Limits(), 10, POINT) is None


def test_an_interjection_is_about_somebody_elses_speech_once_and_twice_in_all():
    may = lambda turns: asking_rules.may_ask(turns, Limits(), 10, INTERJECTION)  # noqa: E731
    speech = spoken(1, 20, 0)
    assert may([speech]) is None and may([Turn(1, 20, at(0), at(1))]) is None
    assert "现在没有人发言" in may([waiting(1, 20, 0)]).reason
    assert "自己" in may([spoken(1, 10, 0)]).reason
    first = spoken(2, 10, 70, kind=INTERJECTION, about_id=1)
    assert "只能插话一次" in may([speech, first]).reason
    second, third = spoken(3, 30, 200), spoken(4, 10, 300, kind=INTERJECTION, about_id=3)
    assert may([speech, first, second]) is None
    no = may([speech, first, second, third, spoken(5, 40, 400)])
    assert no.facts == {"most": 2} and no.source == LOCAL


def test_a_point_of_order_may_be_raised_twice():
    one = spoken(1, 10, 0, kind=POINT)
    assert asking_rules.may_ask([one], Limits(), 10, POINT) is None
    assert asking_rules.may_ask([one, replace(one, id=2)], Limits(), 10, POINT).source == LOCAL


def test_one_speaks_at_a_time_and_a_point_of_order_alone_interrupts():
    asked = waiting(2, 20, 5)
    assert asking_rules.may_give(asked, [spoken(1, 10, 0), asked]) is None
    speech = Turn(1, 10, at(0), at(1))
    assert asking_rules.may_give(asked, [speech, asked])
    assert asking_rules.may_give(replace(asked, kind=INTERJECTION), [speech, asked])
    point = replace(asked, kind=POINT)
    assert asking_rules.may_give(point, [speech, point]) is None
    assert asking_rules.may_give(point, [speech, replace(point, id=3, given_at=at(6)), point])
    assert asking_rules.may_give(Turn(3, 30, at(0), withdrawn_at=at(1)), []).late
    assert asking_rules.may_give(spoken(1, 10, 0), []).late


def test_an_interrupted_speech_is_not_ended_before_the_point():
    speech, point = Turn(1, 10, at(0), at(1)), Turn(2, 20, at(3), at(4), kind=POINT, about_id=1)
    assert asking_rules.may_end(speech, [speech, point]).remedy
    assert asking_rules.may_end(point, [speech, point]) is None
    assert asking_rules.may_end(speech, [speech]) is None
    assert asking_rules.may_end(spoken(1, 1, 0), []).late


def test_longer_once_and_only_a_speech():
    may = lambda turn, **more: asking_rules.may_extend(turn, [turn], Limits(), **more)  # noqa: E731
    speech = Turn(1, 1, at(0), at(1))
    assert may(speech) is None
    assert may(replace(speech, extended_seconds=60)).source == LOCAL
    assert may(speech, times=1).source == LOCAL, "also where the extension was undone"
    assert may(replace(speech, kind=INTERJECTION)) and may(replace(speech, kind=POINT))
    assert may(spoken(1, 1, 0)).late


def test_one_takes_back_ones_own_and_the_clerk_what_the_clerk_asked_for():
    own, in_hall = waiting(1, 10, 0), replace(waiting(2, 10, 0), asked_by_id=7)
    assert asking_rules.may_withdraw(own, 10) is None
    assert "由自己" in asking_rules.may_withdraw(own, 7).reason
    assert asking_rules.may_withdraw(in_hall, 7) is None
    assert asking_rules.may_withdraw(spoken(3, 10, 0), 10).late


# --- the numbers and whose they are


def test_every_preset_says_whose_numbers_they_are_and_any_other_is_a_local_setting():
    assert {each.word: (each.limits.turn_seconds, each.limits.later_seconds) for each in PRESETS} == {
        "village": (120, 120), "hearing": (300, 120), "congress": (600, 300), "standing": (900, 600),
    }  # fmt: skip
    for each in PRESETS:
        assert each.limits.turns_each == 2 and each.limits.preset is each and each.limits.source == each.source
        assert limits_rules.preset(each.word) is each
    assert PRESETS[1].source == LOCAL, "no rule that was read says 5 and 2 minutes"
    assert limits_rules.preset("none") is None
    assert Limits().source == SOURCE and Limits(120, 2, 120).source == SOURCE
    for other in (Limits(180, 2), Limits(120, 1), Limits(120, 2, 60), Limits(120, 2, 0, 240)):
        assert other.source == LOCAL


# --- any past of a room


@st.composite
def some_turns(draw):
    """Any past of a room: each turn waits, was given, has ended, or was withdrawn."""
    turns = []
    for id in range(1, draw(st.integers(0, 12)) + 1):
        asked, state = draw(st.integers(0, 500)), draw(st.sampled_from(["waiting", "ended", "withdrawn"]))
        turns.append(
            Turn(
                id,
                draw(st.sampled_from(PEOPLE)),
                at(asked),
                given_at=at(asked + 1) if state == "ended" else None,
                ended_at=at(asked + 9) if state == "ended" else None,
                withdrawn_at=at(asked + 2) if state == "withdrawn" else None,
                kind=draw(st.sampled_from(list(order_rules.KINDS))),
                position=draw(st.sampled_from(["", "for", "against", "conditional"])),
            )
        )
    return turns


def has_spoken(turns, turn) -> bool:
    return order_rules.times_given(turns, turn.person_id) > 0


@given(some_turns())
def test_everybody_who_waits_is_in_the_queue_once_by_precedence(turns):
    queue = order_rules.queue(turns)
    assert sorted(turn.id for turn in queue) == [turn.id for turn in turns if order_rules.is_waiting(turn)]
    ranks = [order_rules.RANK[turn.kind] for turn in queue]
    assert ranks == sorted(ranks)
    speeches = [turn for turn in queue if turn.kind == SPEECH]
    spoken_before = [has_spoken(turns, turn) for turn in speeches]
    assert spoken_before == sorted(spoken_before)
    for one, other in pairwise(turn for turn in queue if turn.kind != SPEECH):
        assert one.kind != other.kind or one.asked_at <= other.asked_at


@given(some_turns())
def test_nobody_is_passed_over_twice_running_by_people_who_asked_later(turns):
    """Only who is fetched forward so that the sides alternate passes others over; then it is their turn."""
    speeches = [turn for turn in order_rules.queue(turns) if turn.kind == SPEECH]
    for place, turn in enumerate(speeches):
        peers = [each for each in speeches[:place] if has_spoken(turns, each) == has_spoken(turns, turn)]
        later = [order_rules._asked(each) > order_rules._asked(turn) for each in peers]
        assert not any(one and other for one, other in pairwise(later))
        for each, is_later in zip(peers, later, strict=True):
            assert not is_later or each.position in order_rules.OPPOSITE
            assert not is_later or each.position != turn.position, "among those of one side time decides"


def test_who_took_no_side_lets_the_other_side_pass_once_and_nobody_after():
    said = spoken(1, 9, 0, "for")
    asked = [(2, 1, 100, "for"), (3, 2, 101, ""), (4, 3, 102, "against"), (5, 4, 103, "against")]
    assert order(said, *(waiting(*one) for one in asked)) == [4, 2, 3, 5]


@given(some_turns(), st.randoms(use_true_random=False))
def test_the_order_does_not_depend_on_how_the_turns_are_read(turns, chance):
    shuffled = list(turns)
    chance.shuffle(shuffled)
    assert order_rules.queue(shuffled) == order_rules.queue(turns)


# --- whole debates


@dataclass
class Debate:
    """A room that does whatever chance asks for, as far as the rules let it; its log is every act with its instant."""

    limits: Limits
    turns: dict[int, Turn] = field(default_factory=dict)
    now: datetime = START
    log: list[tuple] = field(default_factory=list)

    @property
    def all(self) -> list[Turn]:
        return list(self.turns.values())

    def put(self, turn: Turn, *entry) -> None:
        self.turns[turn.id] = turn
        self.log.append((self.now, turn.id, *entry))

    def ask(self, person: int, kind: str, position: str) -> None:
        if asking_rules.may_ask(self.all, self.limits, person, kind) is None:
            about = order_rules.last_speech(self.all) if kind == INTERJECTION else None
            id, about_id = len(self.turns) + 1, about.id if about else None
            made = Turn(id, person, self.now, kind=kind, position=position, about_id=about_id, allotted_seconds=0)
            self.put(made, "asked", person, kind, position, about_id)

    def give(self) -> Turn | None:
        """The chair calls whoever is first, as soon as that is possible."""
        queue = order_rules.queue(self.all)
        if not queue or asking_rules.may_give(queue[0], self.all):
            return None
        turn, current = queue[0], order_rules.speaking(self.all)
        about = current.id if turn.kind == POINT and current else turn.about_id
        seconds = order_rules.allotment(turn, self.all, self.limits)
        given = replace(turn, given_at=self.now, about_id=about, allotted_seconds=seconds)
        self.put(given, "given", about, seconds)
        return given

    def extend(self) -> None:
        current = order_rules.speaking(self.all)
        if current is not None and asking_rules.may_extend(current, self.all, self.limits) is None:
            seconds = order_rules.extension(current, self.all, self.limits)
            self.put(replace(current, extended_seconds=seconds), "extended", seconds)

    def end(self) -> None:
        """At the latest when the time is over: the chair keeps to the limits too."""
        current = order_rules.speaking(self.all)
        if current is None:
            return
        self.now = min(self.now, order_rules.ends_at(current, self.all))
        self.now = max(self.now, current.given_at)
        self.put(replace(current, ended_at=self.now), "ended")
        for each in order_rules.exhausted(self.all, self.limits, current.person_id):
            self.put(replace(each, withdrawn_at=self.now), "withdrawn")

    def over(self) -> bool:
        current = order_rules.speaking(self.all)
        return current is not None and order_rules.is_over(current, self.all, self.now)


def replayed(log: list[tuple]) -> list[Turn]:
    """The turns as the log alone tells them."""
    turns: dict[int, Turn] = {}
    for when, id, act, *facts in log:
        if act == "asked":
            person, kind, position, about = facts
            turns[id] = Turn(id, person, when, kind=kind, position=position, about_id=about, allotted_seconds=0)
        elif act == "given":
            turns[id] = replace(turns[id], given_at=when, about_id=facts[0], allotted_seconds=facts[1])
        elif act == "extended":
            turns[id] = replace(turns[id], extended_seconds=facts[0])
        else:
            turns[id] = replace(turns[id], **{f"{act}_at": when})
    return list(turns.values())


LIMITS = st.builds(
    Limits,
    st.sampled_from([30, 120, 300]),
    st.integers(1, 3),
    st.sampled_from([0, 20, 120]),
    st.sampled_from([0, 45, 200]),
)
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["ask", "ask", "ask", "give", "end", "extend"]),
        st.sampled_from(PEOPLE),
        st.sampled_from([SPEECH, SPEECH, INTERJECTION, POINT]),
        st.sampled_from(["", "for", "against"]),
        st.integers(0, 90),
    ),
    max_size=60,
)


def held(limits: Limits, steps) -> Debate:
    debate = Debate(limits)
    for what, person, kind, position, pause in steps:
        debate.now += timedelta(seconds=pause)
        if debate.over():
            debate.end()
        {
            "ask": lambda p=person, k=kind, s=position: debate.ask(p, k, s),
            "give": debate.give,
            "end": debate.end,
            "extend": debate.extend,
        }[what]()
    return debate


@settings(max_examples=300, deadline=None)
@given(LIMITS, STEPS)
def test_the_order_is_a_function_of_the_log(limits, steps):
    debate = held(limits, steps)
    again = replayed(debate.log)
    assert again == debate.all
    assert order_rules.queue(again) == order_rules.queue(debate.all)
    for turn in again:
        if order_rules.is_speaking(turn):
            assert order_rules.seconds_left(turn, again, debate.now) == order_rules.seconds_left(
                turn, debate.all, debate.now
            )


@settings(max_examples=300, deadline=None)
@given(LIMITS, STEPS)
def test_limits_hold_and_no_two_speak_at_once(limits, steps):
    debate = held(limits, steps)
    turns = debate.all
    for person in PEOPLE:
        assert order_rules.times_given(turns, person, SPEECH) <= limits.turns_each
        assert order_rules.times_given(turns, person, INTERJECTION) <= limits_rules.INTERJECTIONS_EACH
        assert order_rules.times_given(turns, person, POINT) <= limits_rules.POINTS_EACH
        assert not limits.person_seconds or order_rules.seconds_used(turns, person) <= limits.person_seconds
    for turn in turns:
        assert turn.extended_seconds <= limits_rules.EXTENSION_SECONDS
        assert order_rules.seconds_spoken(turn, turns) <= turn.allotted_seconds + turn.extended_seconds
        assert turn.kind != SPEECH or turn.allotted_seconds <= max(limits.turn_seconds, limits.later_seconds)
    held_now = [turn for turn in turns if order_rules.is_speaking(turn)]
    assert sum(turn.kind != POINT for turn in held_now) <= 1 and sum(turn.kind == POINT for turn in held_now) <= 1


@settings(max_examples=300, deadline=None)
@given(LIMITS, STEPS, st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from([SPEECH, INTERJECTION, POINT]))))
def test_nobody_starves(limits, steps, eager):
    """A chair who keeps to the order hears everybody who waits, however eagerly the others go on asking."""
    debate = held(limits, steps)
    patient = [turn.id for turn in order_rules.queue(debate.all)]
    each = limits.turns_each + limits_rules.INTERJECTIONS_EACH + limits_rules.POINTS_EACH
    for step in range(2 * len(PEOPLE) * each + 2):
        if eager:
            debate.now += timedelta(seconds=1)
            debate.ask(*eager[step % len(eager)], "for")
        if debate.give() is None:
            debate.now += timedelta(seconds=600)
            debate.end()
    for id in patient:
        assert debate.turns[id].given_at or debate.turns[id].withdrawn_at, (
            "who waited was heard, or had used their time"
        )


def test_who_was_heard_since_an_instant_counts_who_spoke_then_and_whoever_began_later():
    before, during, later = spoken(1, 10, 0), spoken(2, 20, 90, seconds=60), Turn(3, 30, at(120), at(200))
    turns = [before, during, later, waiting(4, 40, 1)]
    assert [order_rules.heard_since(turns, at(second)) for second in (0, 61, 100, 151, 300)] == [3, 2, 2, 1, 1]
