"""Searching in Chinese by any part of a word, and by the first letters of its reading: what is indexed, what is asked. Pure.

A text is indexed as its pairs of neighbouring signs, so that 坡道 is found in 无障碍坡道 and nothing else is; the letters of
a reading likewise (wza for 无障碍). The database's own index for words keeps the pairs: FTS5 on SQLite, tsvector on PostgreSQL.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from operator import add

from deliberation.legislation.sign_rules import BySign

LONGEST = 8_000
"""Signs of a text that are indexed: with the letters behind them PostgreSQL can still count their places (to 16,383)."""
MOST_WORDS, MOST_SIGNS = 8, 60
"""Of a query: its words, and the signs of each."""
END = "\n"
LETTER = "~"
"""Stands before a pair of letters of a reading where both kinds share one list."""


def sign_form(text: str) -> str:
    """The form of what is indexed and asked: NFKC, lower case, LONGEST signs at most.

    White space is left out, as a text is wrapped anywhere; other signs that are no letter, digit or mark become an END,
    across which there is no pair: 坡，道 is not 坡道. Traditional script is the caller's to fold.
    """
    return _by_sign(text)[:LONGEST].strip(END)


def _whole_form(text: str) -> str:
    return "".join(map(_sign, unicodedata.normalize("NFKC", text).casefold()))


_by_sign = BySign(_whole_form)


@lru_cache(maxsize=1 << 16)
def _sign(sign: str) -> str:
    kind = unicodedata.category(sign)
    return sign if kind[0] in "LNM" else "" if sign.isspace() or kind[0] == "C" else END


def pairs(form: str) -> Iterator[str]:
    """Each sign with the next; the last before an END alone, so that a single sign is found by what a pair begins with."""
    for part in form.split(END):
        if part:
            yield from map(add, part, part[1:])
            yield part[-1]


def placed(found: Iterable[str], before: str = "") -> str:
    """Pairs as the text of a tsvector, each with its place."""
    return " ".join(f"'{before}{pair}':{at}" for at, pair in enumerate(found, 1))


def letters(form: str, first: Mapping[int, str]) -> str:
    """The first letters of the readings; ``first`` is a table for str.translate, other signs stay as they are."""
    return form.translate(first)


def words_asked(typed: str) -> list[str]:
    """The words of a query in normal form, each once, at most MOST_WORDS."""
    forms = (part[:MOST_SIGNS] for word in typed.split() for part in sign_form(word).split(END))
    return list(dict.fromkeys(form for form in forms if form))[:MOST_WORDS]


def are_letters(word: str) -> bool:
    """Whether a word may be meant as the first letters of a reading: two at least, as one stands everywhere."""
    return len(word) > 1 and word.isascii() and word.isalpha()


def fts5(words: list[str], scope: str) -> str:
    """The words as a MATCH of FTS5 (https://sqlite.org/fts5.html, 3): all of them, each as it stands, within a scope."""
    asked = [f'scope : "{scope}"']
    for word in words:
        found = _phrase_fts5("signs", word)
        asked.append(f"({found} OR {_phrase_fts5('letters', word)})" if are_letters(word) else found)
    return " AND ".join(asked)


def _phrase_fts5(column: str, word: str) -> str:
    if len(word) == 1:
        return f'{column} : "{word}" *'
    return f'{column} : "{" ".join(_whole_pairs(word))}"'


def tsquery(words: list[str], scope: str) -> str:
    """The same as a tsquery of PostgreSQL."""
    asked = [f"'{scope}'"]
    for word in words:
        found = _phrase_ts("", word)
        asked.append(f"({found} | {_phrase_ts(LETTER, word)})" if are_letters(word) else found)
    return " & ".join(asked)


def _phrase_ts(before: str, word: str) -> str:
    if len(word) == 1:
        return f"'{before}{word}':*"
    return "(" + " <-> ".join(f"'{before}{pair}'" for pair in _whole_pairs(word)) + ")"


def _whole_pairs(word: str) -> list[str]:
    """The pairs that lie inside a word: its last sign may be followed by anything."""
    return [word[at : at + 2] for at in range(len(word) - 1)]
