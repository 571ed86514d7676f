"""Chinese numerals of laws, both ways: 一百零三, 百一十, 二〇二三, 廿一, 兩 and digits of either width. Pure."""

from __future__ import annotations

from functools import lru_cache

DIGITS = "0-9０-９〇零○Ｏ一二三四五六七八九两兩壹贰叁肆伍陆柒捌玖貳參陸"
NUMERAL = f"[{DIGITS}十百千万萬廿卅卌拾佰仟]+"
"""A regular expression of one numeral, to be put into others."""

_VALUES = {character: value for value, characters in enumerate(
    ("〇零○Ｏ", "一壹", "二两兩贰貳", "三叁參", "四肆", "五伍", "六陆陸", "七柒", "八捌", "九玖")
) for character in characters}  # fmt: skip
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_TENS = {"廿": 20, "卅": 30, "卌": 40}
_WRITTEN = "零一二三四五六七八九"
_MOST_CHARACTERS = 16


@lru_cache(4096)
def value_of(numeral: str) -> int | None:
    """The number that a numeral means; None for what is none."""
    if not numeral or len(numeral) > _MOST_CHARACTERS:
        return None
    if numeral.isdecimal():
        return int(numeral)
    if all(character in _VALUES for character in numeral):
        return int("".join(str(_VALUES[character]) for character in numeral))
    head, sign, tail = numeral.replace("萬", "万").partition("万")
    if not sign:
        return _below_ten_thousand(head)
    high, low = _below_ten_thousand(head), _below_ten_thousand(tail) if tail else 0
    return None if high is None or low is None else high * 10_000 + low


def _below_ten_thousand(numeral: str) -> int | None:
    total, digit = 0, None
    for character in numeral:
        if character in _TENS:
            total += _TENS[character]
        elif character in _UNITS:
            # 百零三 and 十五 leave their one unsaid.
            total += (1 if digit is None or digit == 0 else digit) * _UNITS[character]
            digit = None
        elif character in _VALUES:
            digit = _VALUES[character]
        else:
            return None
    return total + (digit or 0)


def written(number: int) -> str:
    """The numeral as laws print it: 十, 二十, 一百零三, 一百一十, 一千二百六十."""
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        between = "零" if 0 < low < 1000 else ""
        return written(high) + "万" + (between + written(low) if low else "")
    said, is_gap = "", False
    for unit, name in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // unit % 10
        if digit:
            said += ("零" if is_gap and said else "") + _WRITTEN[digit] + name
        is_gap = digit == 0
    said = said.removeprefix("一") if 10 <= number < 20 else said
    return said or "零"
