"""Three languages. The Simplified Chinese sentence is the key; Traditional is converted, English is a catalogue.

Nothing is compiled: ``locale/en/*.po`` (one file a slice) is read once into a dictionary. A sentence without an English
entry is shown in Chinese rather than as an error, and a house test keeps the catalogue complete. What participants
wrote themselves is never passed through here: their words are not ours to convert.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import opencc
from babel.messages.pofile import read_po

from deliberation.refusal import Refusal, Word

LOCALES = ("zh-Hans", "zh-Hant", "en")
DEFAULT = "zh-Hans"
#: What ``<html lang>`` says: a screen reader picks its voice and a browser its glyphs by it.
LANG = {"zh-Hans": "zh-Hans-CN", "zh-Hant": "zh-Hant-HK", "en": "en"}
#: How each language names itself, in the order of the switch.
NAMES = {"zh-Hans": "简体", "zh-Hant": "繁體", "en": "English"}

FOLDER = Path(__file__).with_name("locale")

#: The language of the visit that is being answered, for code that cannot be handed one.
current: ContextVar[str] = ContextVar("locale", default=DEFAULT)

#: An English entry: one wording, or (one, many) chosen by the fact ``n``.
Wording = str | tuple[str, ...]

_PLACE = re.compile(r"\{(\w+)\}")
# Babel's own negotiation knows neither zh-CN nor zh-HK, so the regions are mapped here.
_REGIONS = {"tw": "zh-Hant", "hk": "zh-Hant", "mo": "zh-Hant", "hant": "zh-Hant"}


@contextmanager
def speaking(locale: str) -> Iterator[None]:
    """Everything inside the block is said in this language."""
    token = current.set(locale)
    try:
        yield
    finally:
        current.reset(token)


@lru_cache(4096)
def negotiate(accept_language: str | None, preferred: str | None = None) -> str:
    """The language to answer in: the person's own choice, else the browser's best wish, else Simplified Chinese."""
    if preferred in LOCALES:
        return preferred
    for tag in _by_weight(accept_language or ""):
        language, *rest = tag.split("-")
        if language == "zh":
            return next((_REGIONS[part] for part in rest if part in _REGIONS), "zh-Hans")
        if language == "en":
            return "en"
    return DEFAULT


def _by_weight(header: str) -> list[str]:
    """Language tags of an Accept-Language header, best first, those refused by q=0 left out."""
    weighed = []
    for wish in header[:500].lower().split(","):
        tag, _, weight = wish.strip().partition(";q=")
        try:
            weighed.append((float(weight or 1), tag.replace("_", "-")))
        except ValueError:
            continue
    return [tag for weight, tag in sorted(weighed, key=lambda pair: -pair[0]) if weight > 0]


def translate(locale: str, key: str, **facts: Any) -> str:
    """The sentence in this language with its places filled. ``n`` among the facts chooses an English plural."""
    text = worded(locale, key, facts.get("n"))
    return fill(text, facts, locale) if facts else text


def worded(locale: str, key: str, n: Any = None) -> str:
    """The sentence in this language, in the form for ``n``, its places still open."""
    text = _wording(locale, key)
    if isinstance(text, str):
        return text
    return text[0] if n == 1 else text[-1]


def fill(text: str, facts: Mapping[str, Any], locale: str, shown: Callable[[Any], str] | None = None) -> str:
    """Put the facts into their ``{places}``.

    One pass over the sentence: a value that holds braces itself stays as it is, and no value can reach into another.
    """
    show = shown or (lambda value: _shown(value, locale))

    def put(place: re.Match[str]) -> str:
        if place[1] not in facts:
            return place[0]
        value = show(facts[place[1]])
        return _inner(value) if _is_quoted(text[: place.start()]) else value

    return _PLACE.sub(put, text)


def _is_quoted(before: str) -> bool:
    """Whether quotation marks of the sentence are open here."""
    return before.count("“") > before.count("”") or before.count("「") > before.count("」")


_INNER = (("“", "‘"), ("”", "’"), ("「", "『"), ("」", "』"))


def _inner(value: str) -> str:
    """Quotation marks within quotation marks are the single ones (GB/T 15834-2011, 4.8.3.3)."""
    for outer, inner in _INNER:
        value = value.replace(outer, inner)
    return value


def _shown(value: Any, locale: str) -> str:
    if isinstance(value, Word):
        return translate(locale, value.key)
    if isinstance(value, date):
        return say_datetime(value, locale) if isinstance(value, datetime) else say_date(value, locale)
    if isinstance(value, list | tuple):
        return (", " if locale == "en" else "、").join(_shown(one, locale) for one in value)
    return str(value)


def _wording(locale: str, key: str) -> Wording:
    if locale == "en":
        return english().get(key, key)
    return key if locale == "zh-Hans" else traditional(key)


@lru_cache(1)
def english() -> dict[str, Wording]:
    """Every English sentence by its Chinese key, from all catalogues; obsolete and fuzzy entries are left out."""
    entries: dict[str, Wording] = {}
    for path in sorted((FOLDER / "en").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and not message.fuzzy and all(_as_tuple(message.string)):
                    entries[_as_tuple(message.id)[0]] = message.string
    return entries


def _as_tuple(value: Wording) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@lru_cache(1)
def _converter() -> tuple[Any, list[tuple[str, str]]]:
    # s2hk, never a variant that swaps phrases: s2twp turns 社区 (neighbourhood) into 社群 (community of interest).
    lines = (FOLDER / "zh_Hant" / "overrides.txt").read_text("utf-8").splitlines()
    pairs = [tuple(line.split("\t", 1)) for line in lines if "\t" in line and not line.startswith("#")]
    return opencc.OpenCC("s2hk"), pairs


@lru_cache(20_000)
def traditional(text: str) -> str:
    """Our own Simplified sentence in Traditional characters, with the list of overrides applied afterwards."""
    converter, pairs = _converter()
    text = converter.convert(text)
    for wrong, right in pairs:
        text = text.replace(wrong, right)
    return text


_WEEKDAYS = "一二三四五六日"
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")

_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def say_date(day: date, locale: str, year: bool = False) -> str:
    """7月3日 星期五, 2026年7月3日 星期五, Fri 3 July 2026 (English always says the year)."""
    if locale == "en":
        return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]} {day.year}"
    said = f"{day.month}月{day.day}日 星期{_WEEKDAYS[day.weekday()]}"
    return f"{day.year}年{said}" if year else said


def say_short(day: date, locale: str) -> str:
    """7月3日, 3 Jul: where the place is narrow and the year and weekday stand elsewhere."""
    return f"{day.day} {_MONTHS[day.month - 1][:3]}" if locale == "en" else f"{day.month}月{day.day}日"


def say_datetime(instant: datetime, locale: str) -> str:
    """A moment already in the zone of its community: 7月3日 星期五 19:30, Fri 3 Jul 2026, 19:30."""
    clock = f"{instant.hour}:{instant.minute:02}"
    if locale == "en":
        day = f"{_DAYS[instant.weekday()]} {instant.day} {_MONTHS[instant.month - 1][:3]} {instant.year}"
        return f"{day}, {clock}"
    return f"{say_date(instant, locale)} {clock}"


class Said(NamedTuple):
    """A refusal in one language: its parts, and ``sentence``, the reason with what to do about it."""

    reason: str
    remedy: str
    source: str
    sentence: str

    def __str__(self) -> str:
        return self.sentence


def say(refusal: Refusal, locale: str | None = None) -> Said:
    """Put a refusal into words, in the language given or that of the visit."""
    locale = locale or current.get()
    parts = (refusal.reason, refusal.remedy, refusal.source)
    reason, remedy, source = (translate(locale, part, **refusal.facts) if part else "" for part in parts)
    return Said(reason, remedy, source, _join(reason, remedy, locale))


def _join(reason: str, remedy: str, locale: str) -> str:
    if not remedy:
        return reason
    stop, space = (".", " ") if locale == "en" else ("。", "")
    return reason + ("" if reason[-1:] in ".!?。！？；" else stop) + space + remedy
