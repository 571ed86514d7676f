"""A text without its white space, and the way back: white space never makes a difference, yet nothing of it is lost. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bare:
    """``chars`` are the signs of ``text`` that are no white space; ``at`` says where each of them stands in it."""

    text: str
    chars: str
    at: Sequence[int]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """From a range of ``chars`` to the range of ``text`` that reaches from its first sign to its last."""
        if start < end:
            return self.at[start], self.at[end - 1] + 1
        place = self.at[start] if start < len(self.at) else len(self.text)
        return place, place

    def breaks(self) -> frozenset[int]:
        """The signs that begin a line."""
        if len(self.chars) == len(self.text):
            return frozenset()
        text, at = self.text, self.at
        return frozenset(no for no in range(1, len(at)) if "\n" in text[at[no - 1] + 1 : at[no]])


def bare(text: str) -> Bare:
    """The text and its signs."""
    chars = "".join(text.split())
    if len(chars) == len(text):
        return Bare(text, text, range(len(text)))
    return Bare(text, chars, [place for place, sign in enumerate(text) if not sign.isspace()])


def bared(text: str | None) -> str:
    """Only the signs."""
    return "".join((text or "").split())
