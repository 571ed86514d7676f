"""What a matter is about, in the words of the slice that knows it, as far as the visitor may read it there."""

from __future__ import annotations

from datetime import datetime

from deliberation.matters.about_rules import Subject
from deliberation.web import Visit


def subject_of(visit: Visit, word: str | None, at: datetime | None = None) -> Subject | None:
    """What such a word names, now or as it stood at an instant; nothing where there is no such thing or it is kept from
    the visitor.
    """
    tell = visit.house.subject_words.get((word or "").partition("/")[0])
    return tell(visit, word, at) if tell else None
