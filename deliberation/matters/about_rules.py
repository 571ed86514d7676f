"""What a matter is about beyond its own papers: one article of a draft law, named by a word such as ``draft/3/article/12``.

Matters read the shape of the word and nothing else: whether there is such an article, and who may read it, the slice that
has it says (``House.subjects``).
"""

from __future__ import annotations

import re
from typing import NamedTuple

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

_SHAPE = re.compile(r"draft/([1-9][0-9]{0,8})/article/([1-9][0-9]{0,3})(?:-([1-9][0-9]?))?", re.ASCII)
NO_SUCH_SUBJECT = Refusal(_("不知道这个议题要议的是什么"), remedy=_("请从法律草案的条文页面提出"))


class Article(NamedTuple):
    """An article of a draft: 第十二条 is (12, 0), 第一百二十条之一 is (120, 1)."""

    draft_id: int
    number: int
    inserted: int = 0

    @property
    def key(self) -> str:
        """As it stands in addresses."""
        return f"{self.number}-{self.inserted}" if self.inserted else str(self.number)

    @property
    def word(self) -> str:
        return f"draft/{self.draft_id}/article/{self.key}"

    @property
    def draft(self) -> str:
        return f"/drafts/{self.draft_id}"

    @property
    def page(self) -> str:
        """Where its text stands."""
        return f"{self.draft}/articles/{self.key}"

    @property
    def opinions(self) -> str:
        """Where what the public said on it stands."""
        return f"{self.page}/opinions"


class Subject(NamedTuple):
    """An article in the words of whoever knows it: the draft's title, the article's label with its caption, its text.

    ``version``: the name of the text that it stands in; ``voices``: how many of the public said what, a kind a line, where
    somebody asked for the article as it stood at an instant.
    """

    title: str
    label: str
    text: str
    version: str = ""
    voices: tuple[tuple[str, int], ...] = ()


def article_of(word: str | None) -> Article | None:
    """What such a word names; nothing where it has another shape."""
    found = _SHAPE.fullmatch(word or "")
    return Article(*(int(part or 0) for part in found.groups())) if found else None


def against_about(word: str) -> Refusal | None:
    """Why a matter cannot be about this; an empty word says that it is about nothing of the kind."""
    return NO_SUCH_SUBJECT if word and article_of(word) is None else None
