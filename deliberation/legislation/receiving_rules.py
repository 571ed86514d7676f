"""收下上报: whether it is for this solicitation, whose key signs it, where its opinions stand in the text here. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deliberation.legislation.anchor_rules import Anchor, anchored
from deliberation.legislation.opinion_rules import ON_ARTICLE, ON_WHOLE, WHOLE
from deliberation.legislation.submission_rules import Head, Line
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

OTHER_ADDRESSEE = Refusal(_("这份上报不是给这次征求意见的"), remedy=_("请看清是哪一次征求意见，再到那一次的页面收下"))
OTHER_TEXT = Refusal(_("这份上报的意见不是对这部草案提的"), remedy=_("请联系点从来函文件重新承接"))
OTHER_CONTENT = Refusal(
    _("这个联系点的第{number}次上报已经收下过，内容和这一份不一样"), remedy=_("请打电话向联系点问清楚")
)
OUT_OF_ORDER = Refusal(
    _("这个联系点的第{missing}次上报还没有收下"),
    remedy=_("请先收下那一次，再收这一份：后面的上报会改前面的，次序不能乱"),
)
OTHER_KEY = Refusal(
    _("签名的公钥和以前核对过的不是同一个，没有收下"),
    remedy=_("可能是冒充，也可能是对方换了公钥。请打电话或者当面问清楚"),
)
CONFIRM = Refusal(
    _("对方的公钥还没有核对过"), remedy=_("请打电话或者当面核对页面上的公钥，一字不差的，勾选以后再上传一次")
)


@dataclass(frozen=True)
class Article:
    """An article here by which a line finds its place."""

    key: str
    label: str
    text: str


@dataclass(frozen=True)
class Placed:
    """Where an opinion stands here: the article's label, the anchor, and, where it stands nowhere, the words it was made on."""

    label: str
    anchor: Anchor
    kind: str
    words: str = ""
    note: str = ""


def may_receive(head: Head, origin: str, solicitation: int) -> Refusal | None:
    return None if (head.to, head.asked) == (origin, solicitation) else OTHER_ADDRESSEE


def may_follow(number: int, last: int) -> Refusal | None:
    """Submissions come in by their numbers: an older one taken in later would undo what was taken back since."""
    return None if number == last + 1 else Refusal(OUT_OF_ORDER.reason, {"missing": last + 1}, OUT_OF_ORDER.remedy)


def may_trust(known: str, vkey: str, confirmed: str) -> Refusal | None:
    """The key that was compared once, or the one that somebody says now to have compared."""
    if known:
        return None if known == vkey else OTHER_KEY
    return None if confirmed == vkey else CONFIRM


def placed(line: Line, same_text: bool, by_key: Mapping[str, Article], by_label: Mapping[str, Article]) -> Placed:
    """The same place in the same text; else the quote in the article of that label; else the whole draft."""
    if not line.article:
        return Placed("", Anchor(), line.kind)
    if same_text and (here := by_key.get(line.article)) and _holds(line, here):
        return Placed(here.label, _anchor(line), line.kind)
    if here := by_label.get(line.label):
        found = anchored(here.key, here.text, "", line.quote or line.original, (line.prefix, line.suffix))
        if isinstance(found, Anchor):
            return Placed(here.label, found, line.kind)
    where = line.label + line.place_label
    kind = line.kind if line.kind in ON_WHOLE else WHOLE
    return Placed("", Anchor(), kind, line.original, where)


def _holds(line: Line, here: Article) -> bool:
    return (
        line.label == here.label
        and line.start <= line.end <= len(here.text)
        and here.text[line.start : line.end] == line.original
        and line.quote in ("", line.original)
        and line.kind in ON_ARTICLE
        and _around(line, here)
    )


def _around(line: Line, here: Article) -> bool:
    """What is said to stand around the quote does."""
    if not line.quote:
        return not line.prefix and not line.suffix
    before, behind = here.text[: line.start], here.text[line.end :]
    return before.endswith(line.prefix) and behind.startswith(line.suffix)


def _anchor(line: Line) -> Anchor:
    return Anchor(
        line.article, line.place, line.place_label, line.start, line.end, line.quote, line.prefix, line.suffix,
        line.original,
    )  # fmt: skip


def is_other_draft(lines: int, lost: int, same_text: bool) -> bool:
    """Whether nothing of what is on articles could be placed: then it is about another draft."""
    return not same_text and lines > 0 and lost == lines
