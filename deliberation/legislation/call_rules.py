"""来函的内容: what a body above asks of the points below it, as a document that both sides can read. Pure.

The document is what the opening of the solicitation binds by its digest: who asks, what about, of whom, until when, by
when points hand up, and the digests of the very text. What a point makes of it are terms that its liaison looks over.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from deliberation.legislation.solicitation_rules import MOST_GROUPS, MOST_QUESTIONS, NAMINGS, Terms, too_far
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

SCHEMA = "deliberation/call-1"
TAKEN = Refusal(_("本联系点已经承接过这次征求意见"), late=True)
NOT_ABOVE = Refusal(_("这次征求意见不是本联系点的上级发起的"))
NOT_RUNNING = Refusal(_("上级的这次征求意见已经截止或者还没有开始"), late=True)
TOO_LATE = Refusal(_("上级给的期限已经过去，不能再承接"), late=True)


@dataclass(frozen=True)
class Call:
    """One asking from above. ``origin`` and ``solicitation`` name it among all installations, ``draft`` its draft there."""

    origin: str
    solicitation: int
    draft: int
    body: str
    title: str
    about: str
    letter_from: str
    letter_no: str
    letter_on: date | None
    asks_contacts: bool
    questions: tuple[str, ...]
    groups: tuple[str, ...]
    namings: tuple[str, ...]
    without_account: bool
    opened_on: date
    until: date
    submit_by: date | None
    draft_title: str
    version: str
    dated_on: date | None
    source_url: str
    text: str
    lines: str

    @property
    def last_day(self) -> date:
        """Until when a point may go on asking, as the call alone says it."""
        return self.submit_by or self.until


class NotACall(ValueError):
    """A document that is no call; the message names the field."""


_WORDS = {
    "origin": 200, "body": 100, "title": 200, "about": 300, "letter_from": 100, "letter_no": 60, "draft_title": 200, "version": 40,
    "source_url": 500, "text": 64, "lines": 64,
}  # fmt: skip
_MAY_BE_EMPTY = {"about", "letter_no", "source_url"}
_DAYS = ("letter_on", "opened_on", "until", "submit_by", "dated_on")
_NO_DAY = {"letter_on", "submit_by", "dated_on"}
_LISTS = {"questions": (MOST_QUESTIONS, 2000), "groups": (MOST_GROUPS, 2000), "namings": (len(NAMINGS), 60)}


def call_as_json(call: Call) -> dict[str, Any]:
    found = asdict(call) | {"schema": SCHEMA}
    for name in _DAYS:
        found[name] = found[name].isoformat() if found[name] else ""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}


def call_from_json(said: Any) -> Call:
    """The call of such a document. Raises NotACall."""
    if not isinstance(said, Mapping) or said.get("schema") != SCHEMA:
        raise NotACall("schema")
    found: dict[str, Any] = {}
    for name, most in _WORDS.items():
        value = found[name] = said.get(name)
        if not isinstance(value, str) or len(value) > most or not (value.strip() or name in _MAY_BE_EMPTY):
            raise NotACall(name)
    for name in _DAYS:
        found[name] = _day(said.get(name), name)
    for name in ("solicitation", "draft"):
        found[name] = said.get(name)
        if type(found[name]) is not int or not 0 < found[name] < 2**31:
            raise NotACall(name)
    for name in ("asks_contacts", "without_account"):
        found[name] = said.get(name)
        if type(found[name]) is not bool:
            raise NotACall(name)
    for name, (most, longest) in _LISTS.items():
        found[name] = _list(said.get(name), name, most, longest)
    if not found["questions"] or not found["namings"] or set(found["namings"]) - set(NAMINGS):
        raise NotACall("questions" if not found["questions"] else "namings")
    return Call(**found)


def _day(value: Any, name: str) -> date | None:
    if value == "" and name in _NO_DAY:
        return None
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise NotACall(name) from None


def _list(value: Any, name: str, most: int, longest: int) -> tuple[str, ...]:
    if not isinstance(value, list) or len(value) > most or not all(isinstance(each, str) for each in value):
        raise NotACall(name)
    if any(not each.strip() for each in value) or sum(map(len, value)) > longest:
        raise NotACall(name)
    return tuple(value)


def extended(call: Call, until: date | None, submit_by: date | None) -> Call:
    """The call with the later days that were given since."""
    return replace(call, until=until or call.until, submit_by=submit_by or call.submit_by)


def terms_from(call: Call) -> Terms:
    """What a point begins from: the letter is the body's own, or that of the day on which it opened."""
    is_own = call.letter_from == call.body
    return Terms(
        title=call.title,
        letter_from=call.body,
        letter_no=call.letter_no if is_own else "",
        letter_on=(call.letter_on if is_own else None) or call.opened_on,
        asks_contacts=call.asks_contacts,
        about=call.about,
        questions=call.questions,
        groups=call.groups,
        namings=call.namings,
        without_account=call.without_account,
        until_on=call.last_day,
    )


def may_take(call: Call, today: date) -> Refusal | None:
    """Whether anybody could still be asked by the day that the call gives."""
    return TOO_LATE if call.last_day < today else None


def may_extend_submitting(before: date | None, until: date, reason: str, today: date) -> dict[str, Refusal]:
    """What is wrong with a later day to hand up by, by field."""
    found: dict[str, Refusal] = {}
    if until < today:
        found["until_on"] = Refusal(_("上报期限已经过去"))
    elif before is not None and until <= before:
        found["until_on"] = Refusal(_("新的上报期限要晚于现在的"))
    elif no := too_far(until, today):
        found["until_on"] = no
    if not reason.strip():
        found["reason"] = Refusal(_("请写明为什么延长"))
    return found


def is_storable(value: Any) -> bool:
    """Whether every word in a document can be kept: no half characters, no zero signs."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
    if isinstance(value, Mapping):
        return all(is_storable(key) and is_storable(each) for key, each in value.items())
    return all(map(is_storable, value)) if isinstance(value, list) else True
