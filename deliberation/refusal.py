"""How "no" is said: every refusal carries a reason that a person can read and, where there is one, the way onward.

A rule returns a :class:`Refusal` or ``None``; the same value greys the button, guards the action and writes the message
(house.md, sentence 5). Sentences are Simplified Chinese and at once the gettext key; ``{places}`` are filled after
translation, so that word order may differ between languages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

_NOTHING: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Refusal:
    """One reason against an act.

    ``reason`` and ``remedy`` are gettext keys with ``{name}`` places, ``facts`` fills them (values that are themselves
    gettext keys may be wrapped in :class:`Word`). ``late`` is true where the moment has passed (HTTP 409), false where
    the right is missing (403). ``source`` names the article of law or "local setting".
    """

    reason: str
    facts: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    remedy: str = ""
    late: bool = False
    source: str = ""

    def __bool__(self) -> bool:
        """A refusal is always true, so ``if no := may(...)`` reads as a sentence."""
        return True


@dataclass(frozen=True)
class Word:
    """A value inside ``facts`` that has to be translated itself, such as the name of a role."""

    key: str


class Refused(Exception):
    """Raised by an action; the visit is rolled back and the reason is shown (403, or 409 when too late)."""

    def __init__(self, refusal: Refusal):
        super().__init__(refusal.reason)
        self.refusal = refusal


class Missing(Exception):
    """Not there, or not within this person's reach: 404 in the same words for both, so that guessing an id tells nothing."""


class Invalid(Exception):
    """A form that cannot be taken as it is: field name -> Refusal; shown beside the fields (422), what was typed is kept.

    ``details`` is what else its page needs to say why, such as the bad rows of a file.
    """

    def __init__(self, errors: Mapping[str, Refusal], details: Any = None):
        super().__init__("; ".join(f"{name}: {error.reason}" for name, error in errors.items()))
        self.errors = dict(errors)
        self.details = details


def refuse_if(refusal: Refusal | None) -> None:
    """Raise the refusal if there is one: the guard at the top of an action."""
    if refusal is not None:
        raise Refused(refusal)


class Closed(RuntimeError):
    """A change came after the end: this process ends, and whoever comes next does it."""
