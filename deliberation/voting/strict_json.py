"""JSON read so that it can mean one thing only: UTF-8, no key twice, no NaN, no half character. Pure.

Two programs that read ``{"choice": "yes", "choice": "no"}`` may keep different halves of it; a record that a court
reads must not depend on which one was used.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from deliberation.voting.tally_checks import TallyRefused, step

_ESCAPED_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")
_NOT_A_NUMBER = object()


class _Repeating(dict):
    """An object in which ``key`` stood twice."""

    key = ""


def parse_json(data: bytes) -> Any:
    """The value in ``data``. Raises :class:`TallyRefused` with a line or a place in the document."""
    text = _decoded(data)
    faults: list[Any] = []
    value = _parsed(text, faults)
    # A walk over a million lines costs seconds, so it is only made when there is something to find.
    if faults or (_ESCAPED_SURROGATE.search(text) and not _encodable(value)):
        place, sentence = next(_faults(value))
        raise TallyRefused(place, sentence)
    return value


def _decoded(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise TallyRefused(f"line {line}", "is not UTF-8") from error


def _parsed(text: str, faults: list[Any]) -> Any:
    def an_object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        return found if len(found) == len(pairs) else repeating(pairs)

    def repeating(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        keys = [key for key, _ in pairs]
        found = _Repeating(pairs)
        found.key = next(key for index, key in enumerate(keys) if key in keys[:index])
        faults.append(found)
        return found

    def a_constant(name: str) -> object:
        faults.append(name)
        return _NOT_A_NUMBER

    try:
        return json.loads(text, object_pairs_hook=an_object, parse_constant=a_constant)
    except json.JSONDecodeError as error:
        raise TallyRefused(f"line {error.lineno} column {error.colno}", f"is not JSON: {error.msg}") from error
    except RecursionError as error:
        raise TallyRefused("document", "is nested too deeply") from error
    except ValueError as error:
        # Python refuses to read a number of thousands of digits, because that takes quadratic time.
        raise TallyRefused("document", "holds a number of too many digits") from error


def _encodable(value: Any) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _faults(value: Any) -> Iterator[tuple[str, str]]:
    """Every fault of the document in its order, with its place; a stack and no recursion, as depth is the sender's."""
    waiting: list[tuple[Any, str]] = [(value, "")]
    while waiting:
        found, place = waiting.pop()
        if isinstance(found, _Repeating):
            yield step(place, found.key), "stands there twice"
        elif found is _NOT_A_NUMBER:
            yield place or "document", "must be a number that JSON knows"
        elif isinstance(found, str) and _half(found):
            yield place or "document", "holds half of a surrogate pair"
        elif isinstance(found, dict):
            for key in filter(_half, found):
                yield step(place, key), "has half of a surrogate pair in its name"
            waiting += reversed([(each, step(place, key)) for key, each in found.items()])
        elif isinstance(found, list):
            waiting += reversed([(each, f"{place}[{index}]") for index, each in enumerate(found)])


def _half(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
