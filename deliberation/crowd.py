"""How many pages one process keeps open, and how strangers share them, so that nobody crowds the others out."""

from __future__ import annotations

import contextlib
import resource
from collections import Counter

from deliberation.gate import network_of
from deliberation.settings import Settings

FULL, TOO_MANY_FROM_THERE = 503, 429
CLAIMS = "claims to be signed in"


def raise_file_limit() -> None:
    """As many files as the machine allows this process: each open page is one."""
    with contextlib.suppress(ValueError, OSError):
        _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))


class Crowd:
    """The places for open pages that are taken. Used on the event loop only.

    Whoever is signed in is known and has few (``Socket.MOST_PER_SIGN_IN``). Strangers are counted by address, and all of
    them together never take more than half: members must find a place in a hall that a flood of strangers looks at.
    """

    def __init__(self, settings: Settings):
        self._settings = settings
        self.taken: Counter[str] = Counter()

    @property
    def most(self) -> int:
        """Pages that may be open here; a tenth of the files is left for the database, pages and documents."""
        files, _hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = self._settings.most_sockets
        return most if files == resource.RLIM_INFINITY else min(most, files * 9 // 10)

    def come_in(self, address: str, *, is_stranger: bool) -> Places | int:
        """Take a place at the door, before anything is asked of the database; the status of the refusal if there is none."""
        here = f"from {network_of(address)}"
        # A cookie may be made up: until its owner is known, those who bring one are counted too, and by themselves.
        wanted = {"all": self.most, here if is_stranger else f"{CLAIMS} {here}": self._settings.most_per_address}
        if is_stranger:
            wanted["strangers"] = self.most // 2
        places = Places(self.taken, is_stranger)
        full = places.take(wanted)
        if full:
            return TOO_MANY_FROM_THERE if "from " in full else FULL
        return places

    def sit_down(self, places: Places, topic: str) -> bool:
        """Take a place with a topic; whether there was one."""
        most = self._settings.most_on_topic
        wanted = {f"on {topic}": most}
        if places.is_stranger:
            wanted[f"strangers on {topic}"] = most // 2
        return not places.take(wanted)


class Places:
    """What one socket has taken; given back together."""

    def __init__(self, taken: Counter[str], is_stranger: bool):
        self._taken, self._mine, self.is_stranger = taken, list[str](), is_stranger

    def take(self, wanted: dict[str, int]) -> str:
        """One place under each name, or none at all: then the name that has no more."""
        for name, most in wanted.items():
            if self._taken[name] >= most:
                return name
        self._taken.update(wanted.keys())
        self._mine += wanted
        return ""

    def is_known(self) -> None:
        """They have signed in: a hall full of members behind one address is no crowd of strangers."""
        theirs = [name for name in self._mine if name.startswith(CLAIMS)]
        self._give(theirs)
        self._mine = [name for name in self._mine if name not in theirs]

    def give_back(self) -> None:
        self._give(self._mine)
        self._mine = []

    def _give(self, names: list[str]) -> None:
        self._taken.subtract(names)
        for name in names:
            if not self._taken[name]:
                del self._taken[name]
