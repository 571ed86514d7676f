"""What stands on a ballot: one word, or the options that were marked. One pair of functions writes and reads it. Pure."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from deliberation.directions import turning
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

WORDS = frozenset({"yes", "no", "abstain", "invalid"})
MOST_OPTIONS, LONGEST_OPTION = 30, 80
Choice = str | tuple[str, ...]


def encode(choice: str | Iterable[str]) -> str:
    """As ``Ballot.choice`` keeps it: a word as it is; marked options as a JSON list, in one order however they were marked."""
    if isinstance(choice, str):
        return choice
    return json.dumps(sorted(set(choice)), ensure_ascii=False, separators=(",", ":"))


def decode(stored: str) -> str | list[str]:
    """What a ballot says, as a tally document has it."""
    return json.loads(stored) if stored.startswith("[") else stored


def counted_as(stored: str) -> str | frozenset[str]:
    """What a ballot says, as it is counted; marks in another order than they are written in stay the words they are."""
    said = decode(stored)
    is_marks = isinstance(said, list) and all(type(each) is str for each in said) and encode(said) == stored
    return frozenset(said) if is_marks else stored


def in_order(stored: str, rule: Mapping[str, Any]) -> str | list[str]:
    """As a ballot is read to people: marked options in the order in which the ballot has them."""
    said = decode(stored)
    if not isinstance(said, list):
        return said
    order = {option: place for place, option in enumerate(rule["options"])}
    return sorted(said, key=lambda option: order.get(option, len(order)))


def marked(stored: str) -> list[str]:
    """The options marked on a stored ballot; none where it says a word."""
    said = decode(stored)
    return said if isinstance(said, list) else []


# --- what was handed in ---------------------------------------------------------------------------------------------

ONE = Refusal(_("请从赞成、反对、弃权中选一项"))
SOME = Refusal(_("请从列出的选项中选"))
TWICE = Refusal(_("同一个选项不能选两次"))
WITH_ABSTENTION = Refusal(_("弃权不能和选项一起选"))
NO_ABSTENTION = Refusal(_("这次表决不设弃权"))


def read_choice(handed: Collection[str], rule: Mapping[str, Any]) -> tuple[str, Refusal | None]:
    """The choice as it is to be stored, or why what was handed in is none. ``handed`` are the form's values of one name."""
    values = [value for value in handed if value]
    if "options" not in rule:
        return (values[0], None) if len(values) == 1 and values[0] in rule["choices"] else ("", ONE)
    if "abstain" in values and "abstain" not in rule["options"]:
        if "abstain" not in rule["choices"]:
            return "", NO_ABSTENTION
        return ("abstain", None) if len(values) == 1 else ("", WITH_ABSTENTION)
    return _read_marks(values, rule)


def _read_marks(values: list[str], rule: Mapping[str, Any]) -> tuple[str, Refusal | None]:
    if not values or not set(values) <= set(rule["options"]):
        return "", SOME
    if len(set(values)) != len(values):
        return "", TWICE
    if len(values) > rule["select"]:
        return "", Refusal(_("最多选{most}项，您选了{n}项"), {"most": rule["select"], "n": len(values)})
    return encode(values), None


# --- what is put to the vote ----------------------------------------------------------------------------------------


def read_options(text: str) -> tuple[tuple[str, ...], Refusal | None]:
    """The options of a form, one a line, and what is wrong with them."""
    options = tuple(line.strip() for line in text.splitlines() if line.strip())
    return options, against_options(options)


def against_options(options: Collection[str]) -> Refusal | None:
    """Why these cannot be put to the vote: 2 to 30, at most 80 characters each, no signs that turn a text, no two alike."""
    if not 2 <= len(options) <= MOST_OPTIONS:
        return Refusal(_("请写2到{most}个选项，一行一个；现在有{n}个"), {"most": MOST_OPTIONS, "n": len(options)})
    for place, option in enumerate(options, 1):
        if no := turning(option):
            return no
        if len(option) > LONGEST_OPTION:
            return Refusal(_("第{n}个选项超过{most}个字"), {"n": place, "most": LONGEST_OPTION})
        if option in WORDS:  # A ballot's word and an option's name must never be taken for each other.
            return Refusal(_("选项不能叫“{option}”"), {"option": option})
        if option.startswith("["):
            return Refusal(_("选项不能以方括号开头：{option}"), {"option": option})
    doubled = next((option for place, option in enumerate(options) if option in list(options)[:place]), None)
    return Refusal(_("选项“{option}”写了两次"), {"option": doubled}) if doubled is not None else None


def against_numbers(options: int, select: int, seats: int) -> dict[str, Refusal]:
    """What is wrong with how many may be marked and how many win, by field."""
    wrong = {}
    if not 1 <= select < options + (options == 1):
        wrong["select"] = Refusal(_("每张票最多选的项数须是1到{most}"), {"most": max(1, options - 1)})
    if not 1 <= seats < options + (options == 1):
        wrong["seats"] = Refusal(_("选出的项数须是1到{most}，少于选项数"), {"most": max(1, options - 1)})
    return wrong
