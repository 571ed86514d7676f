"""Minutes on paper: the text with its summary, signatures and digest; the sheet on which participants sign. Pure.

In Chinese, in the words of the hall, as the draft is. What is set here is what ``minutes_rules.full_text`` holds and what
stands beside it; nothing is counted.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from deliberation.rooms.minutes_rules import SIGNERS
from deliberation.sheets import LEDE, QUIET, Block, Code, Heading, Pairs, Sheet, Signatures, Text

SIGN, DAY = "签名：", "日期："
_HEADING = re.compile(r"^(?:[一二三四五六七八九]、.+|【[^】\n]{1,40}】)$")


@dataclass(frozen=True)
class Signed:
    """Who signed this text as what; the instant in the community's zone."""

    role: str
    name: str
    at: datetime


@dataclass(frozen=True)
class Facts:
    """What the papers of minutes say. ``until`` is the last day for corrections, ``keepers`` who is to sign, by role."""

    place: str
    matter: str
    title: str
    edition: int
    summary: str
    body: str
    digest: str
    address: str
    outcome: str
    until: datetime
    keepers: dict[str, str]
    signed: tuple[Signed, ...] = ()
    sealed_at: datetime | None = None
    entry: int | None = None
    participants: tuple[str, ...] = ()
    participants_sign: str = ""
    scan: tuple[str, str] | None = None
    """Name and SHA-256 of the scan on which the participants signed this very text."""


def paper(facts: Facts) -> Sheet:
    """The minutes to keep or to hand out."""
    summary = (Heading("通俗摘要"), Text(facts.summary)) if facts.summary else ()
    # The code stands behind the signatures and never alone on a page: what is signed and what it binds belong together.
    blocks = (*summary, Pairs(_head(facts)), *_body(facts.body), *_signatures(facts), _code(facts))
    return Sheet(facts.title, blocks, number=facts.matter, foot=_foot(facts), at=_at(facts))


def signing_sheet(facts: Facts) -> Sheet:
    """The sheet for the participants: each signs on a line of their own."""
    people = tuple(("参加人", name) for name in facts.participants)
    blocks: tuple[Block, ...] = (
        Text(f"本人看过下面这份会议纪要第{facts.edition}版的全文，确认所记属实；有异议的，写在姓名右边。", LEDE),
        Pairs((
            ("会议纪要", facts.title), ("议题", facts.matter), ("版次", f"第{facts.edition}版"),
            ("依据", facts.participants_sign),
        )),
        Signatures(people, SIGN, DAY),
        Text("签好以后请扫描或者拍照，附在会议纪要后面。", QUIET),
        _code(facts),
    )  # fmt: skip
    return Sheet("参加人签名页", blocks, number=facts.title, foot=_foot(facts), at=_at(facts))


def _head(facts: Facts) -> tuple[tuple[str, str], ...]:
    state = (
        f"{_day(facts.sealed_at)}签名定稿" if facts.sealed_at else f"还没有定稿，{_day(facts.until)}以前可以要求更正"
    )
    rows = (
        ("单位", facts.place), ("版次", f"第{facts.edition}版"), ("状态", state),
        ("协商去向", facts.outcome),
    )  # fmt: skip
    return tuple((term, words) for term, words in rows if words)


def _body(body: str) -> list[Block]:
    """Paragraph by paragraph; numbered headings and those of the form stand out."""
    lines = [line.strip() for line in body.splitlines()]
    return [Heading(line) if _HEADING.match(line) else Text(line) for line in lines if line]


def _signatures(facts: Facts) -> list[Block]:
    rows = tuple(
        (SIGNERS[each.role], f"{each.name}，{_day(each.at)} {each.at.hour}:{each.at.minute:02}，用本人账号签名")
        for each in facts.signed
    )
    people = tuple((words, facts.keepers.get(role, "")) for role, words in SIGNERS.items())
    if facts.scan:
        name, digest = facts.scan
        rows += (("参加人", f"已在签名页上签名，扫描件“{name}”，SHA-256：{digest}"),)
    elif facts.participants_sign:
        people += tuple(("参加人", name) for name in facts.participants)
    return [Heading("签名"), *([Pairs(rows)] if rows else []), Signatures(people, SIGN, DAY)]


def _code(facts: Facts) -> Code:
    entered = f"存证第{facts.entry}号。" if facts.entry is not None else ""
    lines = ("全文的SHA-256：", facts.digest[:32], facts.digest[32:], f"{entered}核对：", facts.address)
    return Code(facts.address, lines, stays=True)


def _foot(facts: Facts) -> str:
    return f"{facts.place} · 第{facts.edition}版 · {facts.digest[:16]}"


def _at(facts: Facts) -> str:
    at = facts.sealed_at
    return at.isoformat() if at else ""


def _day(at: datetime) -> str:
    return f"{at.year}年{at.month}月{at.day}日"
