"""What the public says on the article that a room is about stands beside it, and follows: the rooms' side of it.

The slice that knows the article says what its readers see of it as a *mark* (``House.subject_marks``): the communities in whose logs
every change of it is entered, and a digest. When one of these grows the mark is made anew, at most every two seconds, and only
where it is another one pages hear of it and fetch what stands there.
"""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic
from typing import Any

from sqlmodel import Session

from deliberation.audit.models import log_size
from deliberation.live import Scene
from deliberation.matters.models import Matter
from deliberation.rooms.models import Room, room

FRAGMENT = "rooms/_voiced.html"
PACE = 2.0
"""Seconds: opinions come in bursts, and each time everybody in the hall fetches them."""

SOON = 60.0
"""Seconds within which who is about to follow a room does so."""


@dataclass(frozen=True)
class Beside:
    """The mark of what the public says, empty for a room that is about no such thing; and the size of all the logs that
    a page of the room shows something of, which grows with each of their entries.
    """

    mark: str
    seen: int


class Voiced:
    """The followed rooms of this process that are about something, with the logs to watch and the mark that was told last."""

    def __init__(self, house: Any):
        self.house = house
        self.told: dict[str, tuple[frozenset[int], str]] = {}
        self.since: dict[str, float] = {}
        """When somebody was about to follow each."""
        house.hub.fragment(FRAGMENT, self.scene, pace=PACE)
        house.growths.append(self.grew)
        house.hub.logs_beside = self.logs_beside

    def mark(self, session: Session, one: Room) -> tuple[frozenset[int], str] | None:
        """Nothing for a room that is about no such thing."""
        word = session.get(Matter, one.matter_id).about or ""
        tell = self.house.subject_marks.get(word.partition("/")[0])
        return tell(session, word) if tell else None

    def follow(self, session: Session, one: Room) -> None:
        """Somebody is about to follow this room; from now on what it is about is watched."""
        is_watched = one.topic in self.told and one.topic in self.house.hub.followers.by_topic
        if not is_watched and (found := self.mark(session, one)):
            self.since[one.topic], self.told[one.topic] = monotonic(), found

    def logs_beside(self, topic: str) -> frozenset[int]:
        """The communities whose logs tell, with the room's own, whether a page of this topic is behind (any thread)."""
        return self.told.get(topic, (frozenset(), ""))[0]

    def beside(self, session: Session, one: Room) -> Beside:
        """What a page of this room is rendered at."""
        found = self.mark(session, one)
        places, mark = found or (frozenset(), "")
        return Beside(mark, sum(log_size(session, id) for id in {one.community_id, *places}))

    def grew(self, sizes: dict[int, int]) -> None:
        """Logs grew (any thread)."""
        for topic, (places, _mark) in list(self.told.items()):
            if self._is_forgotten(topic):
                continue
            if places & sizes.keys():
                show = {"do": "show", "topic": topic, "fragment": FRAGMENT, "subject": topic, "how": "morph"}
                self.house.hub.receive([show])

    def _is_forgotten(self, topic: str) -> bool:
        """Whether nobody follows it any more, who is not just about to; then nothing is kept of it."""
        if topic in self.house.hub.followers.by_topic or monotonic() < self.since.get(topic, 0.0) + SOON:
            return False
        self.told.pop(topic, None)
        self.since.pop(topic, None)
        return True

    def scene(self, scene: Scene) -> dict[str, Any] | None:
        """For the wire; nothing where it is what was told before."""
        topic = scene.subject
        found = self.mark(scene.session, room(scene.session, int(topic.split("/")[1])))
        if found is None or found == self.told.get(topic):
            return None
        self.told[topic] = found
        return {"voiced": found[1]}
