"""What a delivery says: the slice that wrote the paper opens it for the inbox, which knows no matters.

In ``furnish(house)`` a slice adds ``house.letters["document"] = LetterSource(open_document, document_read)``; the
word is the first part of a delivery's subject (``document/12``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from deliberation.vocabulary import _


@dataclass(frozen=True)
class Letter:
    """What the addressee reads. ``kind`` is a gettext key (告知书, 答复); the other words are as somebody wrote them.

    ``said`` is what the person had said, shown beside the answer below ``said_by``, a gettext key; ``issued_by`` a gettext key or a name; ``url`` the
    page of the matter that it belongs to, with ``about`` for its title;
    ``note`` a gettext key, said before the answer.
    """

    kind: str
    title: str
    body: str
    issued_at: datetime
    issued_by: str = ""
    said: str = ""
    said_by: str = _("您说的")
    about: str = ""
    url: str = ""
    note: str = ""


@dataclass(frozen=True)
class LetterSource:
    """``open(session, id)``: the letter, ``None`` where it is gone; ``read(session, now, id)`` hears of its reading;
    ``is_over(session, id)``: what it called to is past, so that it asks nothing of anybody any more;
    ``open_to(session, id, person_id)`` instead of ``open`` where not everybody reads the same."""

    open: Callable[[Session, int], Letter | None]
    read: Callable[[Session, datetime, int], None]
    is_over: Callable[[Session, int], bool] = lambda _session, _id: False
    open_to: Callable[[Session, int, int], Letter | None] | None = None

    def letter(self, session: Session, id: int, person_id: int) -> Letter | None:
        """As this person reads it."""
        return self.open(session, id) if self.open_to is None else self.open_to(session, id, person_id)
