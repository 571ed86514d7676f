"""The parts of the hub without a network: frames, presence, what is said twice, what nobody can load."""

from __future__ import annotations

import asyncio
import threading
import time
from itertools import pairwise
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from deliberation.db import Database, utc_now
from deliberation.followers import Follower, Followers, frame
from deliberation.live import A_HALL, Hub, announce
from deliberation.presence import LIFETIME, Presence, Sayings
from deliberation.refusal import Refusal
from deliberation.templating import arrive_again


@pytest.mark.parametrize("size", [0, 1, 125, 126, 127, 65_535, 65_536, 70_000])
def test_a_ready_frame_is_one_that_another_library_reads(size):
    text = "议" * (size // 3) + "x" * (size % 3)
    reader = StreamReader()
    reader.feed_data(frame(text))
    parsing = Frame.parse(reader.read_exact, mask=False)
    with pytest.raises(StopIteration) as done:
        next(parsing)
    read = done.value.value
    assert (read.opcode, read.fin, bytes(read.data)) == (Opcode.TEXT, True, text.encode())


def word(person: int, process: str = "a", lifetime: float = LIFETIME, topic: str = "room/3") -> dict:
    return {"do": "here", "topic": topic, "person": person, "process": process, "for": lifetime}


def test_coming_and_going_is_news_once():
    presence = Presence()
    assert presence.hear(word(7)) is True
    assert presence.hear(word(7)) is False
    assert presence.hear(word(7, "b")) is False
    assert presence.hear(word(7, "a", 0)) is False, "another process still has a page of theirs"
    assert presence.present("room/3") == (7,)
    assert presence.hear(word(7, "b", 0)) is True
    assert presence.present("room/3") == ()


@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from("ab"), st.booleans()), max_size=30))
def test_who_is_present_is_whom_some_process_spoke_of_last_as_there(words):
    presence, there = Presence(), {}
    for person, process, is_there in words:
        before = presence.present("room/3")
        news = presence.hear(word(person, process, LIFETIME if is_there else 0))
        there[person, process] = is_there
        assert news == (presence.present("room/3") != before)
    assert presence.present("room/3") == tuple(sorted({person for (person, _), is_there in there.items() if is_there}))


def test_topics_are_apart():
    presence = Presence()
    presence.hear(word(7))
    assert presence.present("room/4") == ()
    assert presence.since("room/3", 7, "a") < 5
    assert presence.since("room/3", 7, "b") == float("inf")


async def test_without_a_known_server_a_slow_listener_arrives_again():
    """The fallback: a bounded queue, emptied when it is full."""
    sent, door = [], asyncio.Event()

    async def send(message):
        await door.wait()
        sent.append(message["text"])

    followers = Followers()
    followers.add(Follower(send, "room/3", "zh-Hans"))
    for number in range(200):
        followers.tell("room/3", "zh-Hans", f"<p>{number}</p>")
    for _ in range(300):
        await asyncio.sleep(0)
    door.set()
    while len(sent) < 5 or sent[-1] != "<p>199</p>":
        await asyncio.sleep(0.01)
    assert arrive_again() in sent
    assert len(sent) < 140


async def test_a_follower_that_left_hears_nothing():
    sent = []

    async def send(message):
        sent.append(message)

    followers, follower = Followers(), Follower(send, "room/3", "en", person_id=7, sign_in_id=2)
    followers.add(follower)
    assert followers.sockets_of(2) == 1 and followers.is_person_on("room/3", 7)
    assert followers.remove(follower) is True
    assert followers.remove(follower) is False
    followers.tell("room/3", "en", "<p></p>")
    await asyncio.sleep(0.01)
    assert sent == [] and followers.sign_ins() == [] and followers.by_topic == {}


async def test_a_question_that_could_not_be_asked_is_asked_again(sqlite_url):
    """The database was away for a moment; whoever lost the right is shut all the same, and hears nothing before."""
    sent, asked = [], []

    async def send(message):
        sent.append(message)

    def who_must_go(_session, followers, _now):
        asked.append(len(followers))
        if len(asked) == 1:
            raise RuntimeError("the database is away")
        return [(each, 4403) for each in followers]

    database = Database(sqlite_url)
    hub = Hub(database, utc_now)
    hub.who_must_go = who_must_go
    follower = Follower(send, "matter/1", "en", community_id=1, person_id=7, sign_in_id=7)
    hub.start(asyncio.get_running_loop())
    hub.join(follower)
    try:
        hub.receive([{"do": "ask", "people": [7], "sign_ins": []}])
        async with asyncio.timeout(10):
            while not follower.is_shut:
                await asyncio.sleep(0.02)
    finally:
        hub.stop()
        database.close()
    assert asked == [1, 1]


@pytest.mark.parametrize("rendering", [0.0, 0.35])
async def test_a_paced_fragment_comes_at_most_once_in_its_pace_and_never_by_the_writer(sqlite_url, rendering):
    """Told a hundred times a second for a second and a half; also where rendering is late, two are never close."""
    times, threads, followed = [], set(), asyncio.get_running_loop().time

    async def send(_message):
        times.append(followed())

    def load(scene):
        threads.add(threading.current_thread().name)
        if not times:
            time.sleep(rendering)  # The first is late, the next is not.
        return {"refusal": Refusal("已有{n}人投票。", {"n": len(times)})}

    database = Database(sqlite_url)
    hub = Hub(database, utc_now)
    hub.fragment("errors/_refusal.html", load, pace=0.4)
    hub.start(asyncio.get_running_loop())
    hub.join(Follower(send, "poll/1", "zh-Hans"))
    database.writer.publish = hub.publish
    try:
        end = followed() + 1.5
        told = 0
        while followed() < end:
            told += 1
            await asyncio.to_thread(
                database.change, lambda session, now: announce(session, "poll/1", "errors/_refusal.html")
            )
            await asyncio.sleep(0.005)
        await asyncio.sleep(0.8)
    finally:
        hub.stop()
        database.close()
    gaps = [later - earlier for earlier, later in pairwise(times)]
    assert told > 5 and 2 <= len(times) <= 6
    assert min(gaps) > 0.3, gaps
    assert "writer" not in threads


async def test_a_paced_fragment_that_failed_once_is_shown_again(sqlite_url):
    """Its pace does not stand still for good."""
    sent, asked = [], []

    async def send(message):
        sent.append(message)

    def load(_scene):
        asked.append(1)
        if len(asked) == 1:
            raise RuntimeError("the database is away")
        return {"refusal": Refusal("已有1人投票。")}

    database = Database(sqlite_url)
    hub = Hub(database, utc_now)
    hub.fragment("errors/_refusal.html", load, pace=0.05)
    hub.start(asyncio.get_running_loop())
    hub.join(Follower(send, "poll/1", "zh-Hans"))
    show = {"do": "show", "topic": "poll/1", "fragment": "errors/_refusal.html", "subject": "poll/1", "how": "morph"}
    try:
        async with asyncio.timeout(10):
            while len(asked) < 2:
                hub.receive([show])
                await asyncio.sleep(0.05)
    finally:
        hub.stop()
        database.close()


@pytest.mark.parametrize("many, seconds", [(0, 1.0), (1, 1.0), (A_HALL, 1.0), (2 * A_HALL, 2.0), (10 * A_HALL, 10.0)])
def test_the_fuller_a_hall_the_more_rarely_it_is_told_who_is_there(sqlite_url, many, seconds):
    hub = Hub(Database(sqlite_url), utc_now)
    hub.fragment("who", lambda scene: None, pace=1.0)
    hub.fragment("gauge", lambda scene: None, pace=0.3)
    hub.presence("room/", "who")
    for _number in range(many):
        hub.followers.add(Follower(None, "room/3", "zh-Hans"))
    assert hub._pace("room/3", "who") == seconds
    assert (hub._pace("room/4", "who"), hub._pace("room/3", "gauge")) == (1.0, 0.3)
    hub.database.close()


def test_who_still_is_there_is_said_together_and_who_comes_or_goes_at_once(monkeypatch):
    said, later, gone, now = [], [], set(), [1000.0]
    monkeypatch.setattr("deliberation.presence.time.monotonic", lambda: now[0])
    known = Presence()

    def publish(words):
        said.append([(each["person"], each["for"]) for each in words])
        for each in words:
            known.hear(each)

    loop = SimpleNamespace(call_later=lambda seconds, do: later.append((seconds, do)))
    sayings = Sayings("a", publish, lambda topic, person: person not in gone)
    for person in (1, 2, 3):
        sayings.here("room/3", person, known, loop)
    assert said == [[(1, LIFETIME)], [(2, LIFETIME)], [(3, LIFETIME)]] and not later
    now[0] += LIFETIME / 3
    sayings.here("room/3", 1, known, loop)
    assert len(said) == 3 and not later, "known for a while yet"
    now[0] += LIFETIME / 3
    for person in (1, 2, 3, 2):
        sayings.here("room/3", person, known, loop)
    assert len(said) == 3 and [seconds for seconds, _do in later] == [1.0]
    gone.add(3)
    sayings.say("room/3", 3, 0.0)
    later.pop()[1]()
    assert said[3:] == [[(3, 0.0)], [(1, LIFETIME), (2, LIFETIME)]], "who has gone is not said to be there"
    assert known.present("room/3") == (1, 2)
    now[0] += LIFETIME / 2 + 1
    sayings.here("room/3", 1, known, loop)
    assert len(later) == 1, "and the next second takes those of its own"
