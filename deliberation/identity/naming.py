"""How names are sorted: by their reading, surname first."""

from __future__ import annotations

SURNAMES = {
    "曾": "zeng", "单": "shan", "仇": "qiu", "解": "xie", "查": "zha",
    "朴": "piao", "任": "ren", "区": "ou", "盖": "ge", "翟": "zhai",
}  # fmt: skip
"""Readings of surnames that the general table gets wrong."""


def pinyin_key(name: str) -> str:
    """What a name is sorted by: its reading, surname first."""
    from pypinyin import Style, lazy_pinyin  # Its tables take longer to load than a tenth of the program.

    head = SURNAMES.get(name[:1])
    rest = "".join(lazy_pinyin(name[1:] if head else name, style=Style.NORMAL))
    return f"{head or ''}{rest}".lower()
