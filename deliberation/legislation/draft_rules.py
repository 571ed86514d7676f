"""Who may do what with a draft, how its text is shown in parts, by which key an article is known. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import ROLE_NAMES, Role, _

ABSENT, KEPT, PUBLIC = "absent", "kept", "public"
"""Where a draft stands: not there yet, not published yet, published."""
STANDS = (ABSENT, KEPT, PUBLIC)
STAFF = "liaison collector official auditor administrator"
EVERYBODY = " ".join(Role)


@dataclass(frozen=True)
class Permit:
    """One line of the table: the act, its name, who may do it, and where the draft must stand."""

    act: str
    title: str
    roles: str
    where: tuple[str, ...]


# The liaison runs the contact point (立法联系点); collectors gather, officials above and auditors look on, the
# administrator keeps the accounts and changes no text.
PERMITS: tuple[Permit, ...] = (
    Permit("read_kept", _("看还没有公开的草案"), STAFF, (KEPT,)),
    Permit("read_public", _("看公开的草案"), EVERYBODY, (PUBLIC,)),
    Permit("bring_draft", _("带入草案"), "liaison", (ABSENT,)),
    Permit("add_version", _("加一稿"), "liaison", (KEPT, PUBLIC)),
    Permit("correct_reading", _("更正读法"), "liaison", (KEPT, PUBLIC)),
    Permit("publish_draft", _("公开草案"), "liaison", (KEPT,)),
)
_BY_ACT = {permit.act: permit for permit in PERMITS}
READERS = frozenset(STAFF.split())
HELD = Refusal(
    _("正在就这一稿征求意见，条文不能改"),
    remedy=_("意见都是对着现在的条文提的；征求意见结束以后可以更正，急需改正的，可以把改正后的文本作为新的一稿加进来"),
    late=True,
)


def roles_of(act: str) -> tuple[str, ...]:
    """Who does an act, in the order of the table. Raises KeyError."""
    return tuple(_BY_ACT[act].roles.split())


def may(act: str, roles: Iterable[str], stands: str) -> Refusal | None:
    """The first reason why somebody with these roles cannot do this with a draft that stands there. Raises KeyError."""
    permit = _BY_ACT[act]
    if not set(roles) & set(permit.roles.split()):
        return Refusal(_("“{act}”由立法联系点的联络员办理"), {"act": Word(permit.title)})
    if stands not in permit.where:
        return Refusal(_("这部草案已经公开"), late=True) if stands == PUBLIC else Refusal(_("草案还没有带进来"))
    return None


def may_correct(roles: Iterable[str], stands: str, *, is_held: bool) -> Refusal | None:
    """As :func:`may`; a version on which opinions are asked for keeps its text while they are."""
    return may("correct_reading", roles, stands) or (HELD if is_held else None)


def permissions_table() -> str:
    """The table of rights as plain text: a line for each act and place, a column for each role."""
    width = max(len(role) for role in ROLE_NAMES) + 1
    lines = ["act                 stands   " + " ".join(f"{role:<{width}}" for role in Role)]
    for permit in PERMITS:
        for stands in STANDS:
            cells = ("yes" if may(permit.act, [role], stands) is None else "." for role in Role)
            lines.append(f"{permit.act:<20}{stands:<9}" + " ".join(f"{cell:<{width}}" for cell in cells))
    return "\n".join(line.rstrip() for line in lines) + "\n"


# --- keys


def keys_of(numbers: Iterable[Sequence[int]]) -> list[str]:
    """``12``, ``120-1``; a number that comes again gets ``.2``, ``.3`` behind it, so that every key is one article's."""
    seen: dict[str, int] = {}
    keys = []
    for number in numbers:
        key = "-".join(map(str, number))
        seen[key] = seen.get(key, 0) + 1
        keys.append(key if seen[key] == 1 else f"{key}.{seen[key]}")
    return keys


_KEY = re.compile(r"[0-9]{1,10}(?:-[0-9]{1,6})?(?:\.[0-9]{1,4})?", re.ASCII)


def is_key(said: str) -> bool:
    """Whether an address could name an article by this."""
    return _KEY.fullmatch(said) is not None


# --- parts of a long text

WHOLE = 24_000
"""Characters of a text that is shown at once; a longer one is shown in parts."""
MOST = 16_000
"""Characters of a part, unless a single article has more."""
LEAST = 1_500
"""A heading with less shares its part with the next one below the same heading."""


@dataclass(frozen=True)
class Piece:
    """An article as the division needs it: the headings above it (编, 分编, 章, 节 …) and how long it is."""

    path: tuple[str, ...]
    size: int


def sections_of(pieces: Sequence[Piece]) -> list[int]:
    """For each article the number of the part with which it is shown, from 1: a whole short text, else a 章 at a time."""
    if sum(piece.size for piece in pieces) <= WHOLE:
        return [1] * len(pieces)
    sections: list[int] = []
    number, size, last = 0, 0, None
    for piece in pieces:
        place = _chapter(piece.path)
        is_new = place != last and (size >= LEAST or place[:-1] != (last or ())[:-1])
        if last is None or is_new or (size and size + piece.size > MOST):
            number, size = number + 1, 0
        last, size = place, size + piece.size
        sections.append(number)
    return sections


def _chapter(path: Sequence[str]) -> tuple[str, ...]:
    """The headings down to the 章: 节 and what lies below it open no part of their own."""
    kept = [entry for entry in path if not is_below_chapter(entry)]
    return tuple(kept)


def is_below_chapter(entry: str) -> bool:
    """Whether a heading is a 节."""
    label = entry.split(" ", 1)[0]
    return label.startswith("第") and label.rstrip()[-1:] in "节節"
