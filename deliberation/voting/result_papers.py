"""The papers of a result, as sheets: the notice for the board, and the certificate for the two counters to sign.

Pure: what may be shown of the stored result goes in (``Facts``), blocks come out. Not one number is counted again: tests,
sums and tables are those of ``result_view``, which the page shows too.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from deliberation.sheets import (
    QUESTION,
    QUIET,
    RIGHT,
    WALL,
    Block,
    Code,
    Heading,
    Pairs,
    Sheet,
    Signatures,
    Text,
    Verdict,
)
from deliberation.sheets import Table as Grid
from deliberation.translation import fill, say_date, translate
from deliberation.vocabulary import _
from deliberation.voting.conservation import sums
from deliberation.voting.result_view import Shown, named_winners, rule_sentences, shown_tests, table, verdict
from deliberation.voting.secrecy_rules import SECRECY

Say = Callable[..., str]
CHANNELS = {
    "online": _("手机、电脑"), "paper": _("纸质票"), "hands": _("举手"), "proxy": _("委托"),
}  # fmt: skip
REASONS = {"not_entitled": _("不在名册"), "duplicate": _("重复"), "conflict": _("前后不一致")}


@dataclass(frozen=True)
class Facts:
    """Everything that the papers of one poll say. ``result`` is what may be shown of it; instants are in the place's zone.

    ``commitment`` is what the closing entry says of the tally document: salted, since its bare digest would let whoever
    knows a small body find the ballots by trying (audit.md 1.7). ``checkpoint`` is the size of the community's log and the root at that size, base64 in hex; ``lines`` and ``people``
    are those of the roster; ``counters`` the names of those who sealed the count, else of those appointed to count.
    """

    number: int
    place: str
    body: str
    question: str
    version: int | None
    text_sha256: str
    source: str
    rule: dict[str, Any]
    result: dict[str, Any]
    secrecy: str
    opened_at: datetime
    closed_at: datetime
    address: str
    lines: int
    roster_root: str
    entry: int | None = None
    commitment: str = ""
    checkpoint: tuple[int, str] | None = None
    counters: tuple[str, ...] = ()
    channels: tuple[tuple[str, int], ...] = ()
    settled: tuple[int, int] = (0, 0)
    """Sheets that a third person settled, and of these the ones on which they found what neither counter read."""
    absent: int = 0
    """Sheets that had been entered and of which a third person found that none lies in the box."""
    rulings: tuple[tuple[str, str, date, str], ...] = ()
    """What became of the resolution: (what, by whom, on which day, article), oldest first."""


def sayer(locale: str) -> Say:
    """Our own sentences in one language."""
    return lambda key, **facts: translate(locale, key, **facts)


# --- what several papers say ------------------------------------------------------------------------------------------


def instant(at: datetime, locale: str) -> str:
    return f"{say_date(at.date(), locale, year=True)} {at.hour}:{at.minute:02}"


def sheet(facts: Facts, locale: str, title: str, blocks: list[Block], **more: Any) -> Sheet:
    number = translate(locale, _("{place} · 表决第{n}号"), place=facts.place, n=facts.number)
    more = {"foot": number} | more
    return Sheet(title, tuple(blocks), number, lang=locale, at=facts.closed_at.isoformat(), **more)


def about(facts: Facts, locale: str) -> Pairs:
    """By whom, on what, when, by what rule."""
    say = sayer(locale)
    version = _("方案第{n}版") if facts.version else _("冻结的文本")
    rows = [
        (say(_("表决机构")), say(facts.body)),
        (say(_("表决的内容")), say(version, n=facts.version)),
        (say(_("方式")), say(SECRECY[facts.secrecy])),
        (say(_("开始")), instant(facts.opened_at, locale)),
        (say(_("计票")), instant(facts.closed_at, locale)),
        (say(_("依据")), say(facts.source)),
    ]
    return Pairs(tuple(rows))


TEST_HEADS = (_("条件"), _("实有"), _("总数"), _("要求"), _("至少须有"), _("结果"))
EITHER = _("标有“或”的各项，有一项达到即可。")


@dataclass(frozen=True)
class CellsOfTest:
    """One test as cells under ``TEST_HEADS``, and how much more would have been enough, or ""."""

    cells: tuple[str, ...]
    missing: str
    is_either: bool


def cells_of_tests(facts: Facts, locale: str) -> list[CellsOfTest]:
    """Each test: what there was, of how much, what was asked, what would have been enough, whether it was met."""
    return [_test(sayer(locale), test) for test in shown_tests(facts.rule, facts.result, locale)]


def tests_grid(facts: Facts, locale: str) -> Grid:
    """The tests as a table of a paper; what was missing stands below whether it was met."""
    say, tests = sayer(locale), cells_of_tests(facts, locale)
    rows = tuple((*test.cells[:-1], "\n".join(filter(None, (test.cells[-1], test.missing)))) for test in tests)
    caption = say(EITHER) if any(test.is_either for test in tests) else ""
    return Grid(tuple(map(say, TEST_HEADS)), rows, (7, 5, 5, 3, 5, 5), (1, 2, 3, 4), caption=caption)


def _test(say: Say, test: Shown) -> CellsOfTest:
    numbers = test.numbers
    title = say(test.title[0], **test.title[1])
    cells = (
        f"{say(_('或'))}　{title}" if test.either else title,
        say(numbers.numerator[0], **numbers.numerator[1]),
        say(numbers.denominator[0], **numbers.denominator[1]),
        f"{numbers.op}{numbers.fraction}",
        say(numbers.needed[0], **numbers.needed[1]) if numbers.needed[0] else say(_("无法达到")),
        say(_("达到")) if test.met else say(_("没有达到")),
    )
    missing = say(test.missing[0], **test.missing[1]) if test.missing[0] else ""
    return CellsOfTest(cells, missing, bool(test.either))


def numbers_grid(facts: Facts, locale: str) -> Grid:
    """Each choice with its amounts."""
    say, shown = sayer(locale), table(facts.result)
    rows = tuple(
        (row["words"] if row["is_option"] else say(row["words"]), *(amount for amount, _part, _whole in row["cells"]))
        for row in shown["rows"]
    )
    measures = len(shown["heads"])
    heads = (say(_("选择")), *map(say, shown["heads"]))
    foot = (say(_("参加")), *shown["foot"])
    return Grid(heads, rows, (2, *[1] * measures), tuple(range(1, measures + 1)), foot, say(shown["caption"]))


def _verdict(facts: Facts, locale: str) -> list[Block]:
    say = sayer(locale)
    seal, sentence = verdict(facts.result, facts.secrecy)
    chosen = [fill(say(key), values, locale) for key, values in named_winners(facts.result, facts.secrecy)]
    return [Verdict(say(seal), say(sentence)), *(Text(words, QUESTION) for words in chosen)]


def _ruled(facts: Facts, locale: str) -> list[Block]:
    """A paper that is printed after a ruling says so below what came out; what came out stays as it was counted."""
    say = sayer(locale)
    return [
        Text(
            say(
                _("这次表决形成的决议{state}：{who}，{on}，{source}。"),
                state=say(state), who=who, on=say_date(on, locale, year=True), source=say(source),
            ),
            QUESTION,
        )
        for state, who, on, source in facts.rulings
    ]  # fmt: skip


def ballots_sentence(facts: Facts, locale: str) -> str:
    """How many ballots came, were counted and were not, and why."""
    say, result = sayer(locale), facts.result
    aside = result.get("aside") or Counter(each["reason"] for each in result["set_aside"])
    said = say(_("收到{received}张表决票，计入{counted}张。"), received=result["received"], counted=result["counted"])
    if hands := result.get("hands"):
        said += say(_("另有{n}人举手表决，按人数清点。"), n=hands["among"])
    if aside:
        reasons = [f"{say(REASONS[name])} {number}" for name, number in sorted(aside.items())]
        said += say(_("没有计入的：{reasons}。"), reasons=reasons)
    return said


def _code(facts: Facts, locale: str) -> Code:
    """Paper on a wall is a witness that nobody can rewrite (audit.md 1.5): it carries the log as it stood."""
    say = sayer(locale)
    lines = [say(_("扫码看结果、规则和每一项的算法")), facts.address]
    if facts.entry is not None:
        lines.append(say(_("计票结果是存证第{n}号"), n=facts.entry))
    if facts.checkpoint:
        size, root = facts.checkpoint
        lines.append(say(_("存证检查点：共{size}条，根的前16位 {root}"), size=size, root=root[:16]))
    return Code(facts.address, tuple(lines))


# --- the papers -------------------------------------------------------------------------------------------------------


def notice(facts: Facts, locale: str) -> Sheet:
    """表决结果公告: for the board, in large type. The code stands on the first page, however long the numbers get."""
    say = sayer(locale)
    blocks: list[Block] = [
        Text(facts.question, QUESTION),
        *_verdict(facts, locale),
        *_ruled(facts, locale),
        _code(facts, locale),
        about(facts, locale),
        Heading(say(_("逐项说明"))),
        tests_grid(facts, locale),
        Heading(say(_("数字表"))),
        numbers_grid(facts, locale),
        Text(ballots_sentence(facts, locale), QUIET),
        *(Text(each["sentence"][locale].strip(), QUIET) for each in facts.result.get("withheld", ())),
        Text(f"{facts.place}　{say_date(facts.closed_at.date(), locale, year=True)}", RIGHT),
    ]
    return sheet(facts, locale, say(_("表决结果公告")), blocks, size=WALL)


def certificate(facts: Facts, locale: str) -> Sheet:
    """计票证书: all that was counted and by what rule, for the two counters to sign."""
    say = sayer(locale)
    blocks: list[Block] = [
        Text(facts.question, QUESTION),
        *_verdict(facts, locale),
        about(facts, locale),
        Heading(say(_("规则"))),
        *(Text(sentence) for sentence in rule_sentences(facts.rule, locale)),
        Heading(say(_("逐项说明"))),
        tests_grid(facts, locale),
        *(Text(test.sentence, QUIET) for test in shown_tests(facts.rule, facts.result, locale)),
        Heading(say(_("数字表"))),
        numbers_grid(facts, locale),
        Heading(say(_("核对相符"))),
        Text(ballots_sentence(facts, locale)),
        *(Text(fill(say(key), values, locale)) for key, values in sums(facts.result)),
        *_by_channel(facts, say),
        *_settled(facts, say),
        *_absent(facts, say),
        Heading(say(_("凭据"))),
        _evidence(facts, say),
        Heading(say(_("签名"))),
        Text(say(_("我们清点、核对了以上票数，与表决票相符。"))),
        _signatures(facts, say),
        _code(facts, locale),
    ]
    return sheet(facts, locale, say(_("计票证书")), blocks)


def _by_channel(facts: Facts, say: Say) -> list[Block]:
    if not facts.channels:
        return []
    said = [f"{say(CHANNELS.get(name, name))} {number}" for name, number in facts.channels]
    return [Text(say(_("收到的票按来源：{channels}。"), channels=said))]


def _settled(facts: Facts, say: Say) -> list[Block]:
    """What a court asks first: on how many sheets the two counters did not have the last word."""
    settled, otherwise = facts.settled
    if not settled:
        return []
    said = say(_("由第三人认定的票{n}张。"), n=settled)
    return [
        Text(said + (say(_("其中认定的和录入的人读的都不同的{n}张，理由在计票台。"), n=otherwise) if otherwise else ""))
    ]


def _absent(facts: Facts, say: Say) -> list[Block]:
    """Entered, and then found not to lie in the box: what was entered counts for nothing."""
    if not facts.absent:
        return []
    return [Text(say(_("录入过、由第三人认定票箱里没有的票{n}张，录入不算数，理由在计票台。"), n=facts.absent))]


def _evidence(facts: Facts, say: Say) -> Pairs:
    rows = [
        (say(_("名册")), say(_("{n}行，根 {root}"), n=facts.lines, root=facts.roster_root)),
        (say(_("文本 SHA-256")), facts.text_sha256),
    ]
    if facts.entry is not None:
        rows.append((say(_("存证")), say(_("第{n}号"), n=facts.entry)))
    if facts.commitment:
        rows.append((say(_("计票文件的凭据（加盐）")), facts.commitment))
    return Pairs(tuple(rows))


def _signatures(facts: Facts, say: Say) -> Signatures:
    """Two lines, whoever is known to have counted."""
    names = (*facts.counters[:2], "", "")[:2]
    roles = (say(_("计票监票人（一）")), say(_("计票监票人（二）")))
    return Signatures(tuple(zip(roles, names, strict=True)), say(_("签名：")), say(_("日期：")))
