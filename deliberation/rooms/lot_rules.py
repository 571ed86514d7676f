"""Drawing participants by lot (抽签), so that anybody can draw again and nobody can choose who is drawn. Pure.

The algorithm, in full (``docs/rooms-forms.md`` says it in words, with commands that do it by hand):

1. The list is fixed first: every ticket with its stratum, the seats, the substitutes. Its digest is SHA-256 over the JSON
   of ``{"seats", "substitutes", "tickets": [[number, stratum], …]}``, keys sorted, no spaces, UTF-8.
2. The convenor fixes a secret sentence and publishes only its commitment, SHA-256 over ``FORMAT + " secret\\n" + secret``.
3. What nobody knows yet is added: the root hash of the first checkpoint of the log that holds the commitment and, where
   the convenor announced one, a public number of a later day.
4. The seed is SHA-256 over five lines: ``FORMAT``, the digest, the secret, the root, the public number; as hex.
5. Seats go to strata by largest remainder; between equal remainders the smaller SHA-256 of seed and stratum comes first.
6. In each stratum tickets stand in the order of SHA-256 over ``seed + "\\n" + number``: the first have seats, the next are
   substitutes in this order.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

FORMAT = "deliberation-lot/1"
MOST_TICKETS = 200_000
LEAST_SECRET, MOST_SECRET = 20, 200
"""Characters: twenty throws of a die are 51 bits, more than can be guessed between commitment and draw."""


class LotFaulty(ValueError):
    """This cannot be drawn; the message says what is wrong."""


@dataclass(frozen=True)
class Ticket:
    """One person's place in the list, without a name."""

    number: int
    stratum: str


@dataclass(frozen=True)
class Pool:
    """The fixed list: who may be drawn, how many, and how many substitutes each stratum has."""

    tickets: tuple[Ticket, ...]
    seats: int
    substitutes: int = 0

    @property
    def sizes(self) -> dict[str, int]:
        """Tickets in each stratum, strata in the order of their code points."""
        found: dict[str, int] = {}
        for one in self.tickets:
            found[one.stratum] = found.get(one.stratum, 0) + 1
        return {name: found[name] for name in sorted(found)}


@dataclass(frozen=True)
class Stratum:
    """What came of one stratum: numbers of the tickets that have seats, and of the substitutes in their order."""

    name: str
    size: int
    seats: int
    drawn: tuple[int, ...]
    substitutes: tuple[int, ...]


@dataclass(frozen=True)
class Seed:
    """What the seed is made of; each part is one line."""

    secret: str
    root: str
    public: str = ""


def faults_of(pool: Pool) -> list[str]:
    """Why this list cannot be drawn from."""
    found = []
    numbers = [one.number for one in pool.tickets]
    if not 0 < len(numbers) <= MOST_TICKETS:
        found.append(f"there must be between 1 and {MOST_TICKETS} tickets")
    if len(set(numbers)) < len(numbers):
        found.append("a ticket stands twice in the list")
    if any(number < 1 for number in numbers):
        found.append("a ticket's number is below 1")
    if any(not one.stratum or not _is_line(one.stratum) for one in pool.tickets):
        found.append("a ticket has no stratum, or one of several lines")
    if not 1 <= pool.seats <= len(numbers):
        found.append("there must be between 1 seat and as many as there are tickets")
    if pool.substitutes < 0:
        found.append("the number of substitutes is below 0")
    return found


def _is_line(text: str) -> bool:
    return not any(char in text for char in "\n\r")


def commitment(secret: str) -> str:
    """What is published of the secret before the draw, hex."""
    return sha256(f"{FORMAT} secret\n{secret}".encode()).hexdigest()


def digest(pool: Pool) -> str:
    """What fixes the list, hex."""
    tickets = [[one.number, one.stratum] for one in sorted(pool.tickets, key=lambda one: one.number)]
    fixed = {"seats": pool.seats, "substitutes": pool.substitutes, "tickets": tickets}
    text = json.dumps(fixed, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return sha256(text.encode()).hexdigest()


def seed_of(pool: Pool, parts: Seed) -> str:
    """The seed, hex. Raises LotFaulty where a part has several lines, which could be shifted into another."""
    if not all(map(_is_line, (parts.secret, parts.root, parts.public))):
        raise LotFaulty("secret, root and public number are one line each")
    lines = (FORMAT, digest(pool), parts.secret, parts.root, parts.public)
    return sha256("\n".join(lines).encode()).hexdigest()


def apportion(sizes: Mapping[str, int], seats: int, seed: str) -> dict[str, int]:
    """Seats of each stratum by largest remainder (Hamilton): never more than it has tickets, all seats given."""
    total = sum(sizes.values())
    given = {name: seats * size // total for name, size in sizes.items()}
    left = seats - sum(given.values())
    order = sorted(sizes, key=lambda name: (-(seats * sizes[name] % total), _hash(seed, f"stratum\n{name}"), name))
    for name in order[:left]:
        given[name] += 1
    return given


def draw(pool: Pool, seed: str) -> tuple[Stratum, ...]:
    """The draw: the same list and seed always give the same. Raises LotFaulty."""
    if faults := faults_of(pool):
        raise LotFaulty("; ".join(faults))
    given = apportion(pool.sizes, pool.seats, seed)
    return tuple(_of_stratum(name, size, given[name], pool, seed) for name, size in pool.sizes.items())


def _of_stratum(name: str, size: int, seats: int, pool: Pool, seed: str) -> Stratum:
    ranked = ranking((one.number for one in pool.tickets if one.stratum == name), seed)
    return Stratum(name, size, seats, tuple(ranked[:seats]), tuple(ranked[seats : seats + pool.substitutes]))


def ranking(numbers: Iterable[int], seed: str) -> list[int]:
    """Tickets in the order in which they are drawn."""
    return sorted(numbers, key=lambda number: (_hash(seed, str(number)), number))


def _hash(seed: str, what: str) -> str:
    return sha256(f"{seed}\n{what}".encode()).hexdigest()


def next_substitute(stratum: Stratum, gone: Iterable[int]) -> int | None:
    """The first substitute who was neither called nor has declined; ``None`` where nobody is left."""
    known = frozenset(gone)
    return next((number for number in stratum.substitutes if number not in known), None)


def stratum_of(drawn: Sequence[Stratum], number: int) -> Stratum | None:
    """The stratum in which a ticket was drawn or is a substitute."""
    return next((one for one in drawn if number in (*one.drawn, *one.substitutes)), None)
