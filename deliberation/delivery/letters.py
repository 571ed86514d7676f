"""What a delivery says: the slice that wrote the paper opens it for the inbox, which knows no matters.

In ``furnish(house)`` a slice adds ``house.letters["document"] = LetterSource(open_document, document_read)``; the
word is the first part of a delivery's subject (``document/12``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session


@dataclass(frozen=True)
class Letter:
    """What the addressee reads. ``kind`` is a gettext key (告知书, 答复); the other words are as somebody wrote them.

    ``said`` is what the person had said, shown beside the answer; ``issued_by`` a gettext key or a name; ``url`` the
    page of the matter that it belongs to, with ``about`` for its title.
    """

    kind: str
    title: str
    body: str
    issued_at: datetime
    issued_by: str = ""
    said: str = ""
    about: str = ""
    url: str = ""


@dataclass(frozen=True)
class LetterSource:
    """``open(session, id)``: the letter, ``None`` where it is gone; ``read(session, now, id)`` hears of its reading;
    ``is_over(session, id)``: what it called to is past, so that it asks nothing of anybody any more."""

    open: Callable[[Session, int], Letter | None]
    read: Callable[[Session, datetime, int], None]
    is_over: Callable[[Session, int], bool] = lambda _session, _id: False
