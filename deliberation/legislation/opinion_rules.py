"""意见建议: what one may be, how it is signed, when it may be given, changed, made public. Pure.

Publication, and publication of a name, are consents of their own (个人信息保护法 25); under fourteen the guardian agrees
(31). Whoever has no account is slowed down, never cut off, and told why and for how long.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from deliberation.legislation.anchor_rules import Anchor
from deliberation.legislation.solicitation_rules import ANONYMOUS, CLOSED, LOCAL, NAMED, NAMINGS, OPEN, PSEUDONYMOUS
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

EDIT, INSERT, DELETE, MERGE, WORDING = "edit", "insert", "delete", "merge", "wording"
QUESTION, SUPPORT, WHOLE = "question", "support", "whole"
KINDS: dict[str, str] = {
    EDIT: _("修改"),
    INSERT: _("新增"),
    DELETE: _("删除"),
    MERGE: _("合并"),
    WORDING: _("文字"),
    QUESTION: _("疑问"),
    SUPPORT: _("赞成"),
    WHOLE: _("总体"),
}
"""意见类型 as the table of opinions has them."""
ON_WHOLE = (WHOLE, INSERT, QUESTION, SUPPORT)
ON_ARTICLE = (EDIT, INSERT, DELETE, MERGE, WORDING, QUESTION, SUPPORT)
REWORDING = frozenset({EDIT, WORDING})
"""Kinds whose proposal is the text itself, changed: it is shown as a difference."""
WITHOUT_PROPOSAL = frozenset({DELETE, SUPPORT})

ONLINE = "online"
CHANNELS: dict[str, str] = {
    ONLINE: _("线上"),
    "meeting": _("座谈"),
    "visit": _("走访"),
    "form": _("问卷"),
    "letter": _("来信"),
    "other": _("其他"),
}
OFFLINE = tuple(channel for channel in CHANNELS if channel != ONLINE)

HELD, SHOWN, KEPT_BACK = "held", "shown", "kept_back"
"""Whether everybody reads an opinion: waiting to be read by the liaison, public, or kept back with a reason."""

MOST_WORDS = 100_000
MOST_CHANGES = 20
PIPL_15 = _("《个人信息保护法》第十五条")
PIPL_25 = _("《个人信息保护法》第二十五条")
PIPL_31 = _("《个人信息保护法》第三十一条")


@dataclass(frozen=True)
class Said:
    """The words of an opinion: its kind, what is proposed, why."""

    kind: str
    proposal: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Signature:
    """Who says it, and what may be made known: each consent by itself.

    ``name`` is the real name or the pseudonym; ``publishes`` that everybody may read the words, ``names`` that the real
    name may stand beside them and be named on adoption.
    """

    naming: str = ANONYMOUS
    name: str = ""
    publishes: bool = False
    names: bool = False
    is_child: bool = False
    guardian: str = ""
    category: str = ""
    province: str = ""
    contact: str = ""
    forwards: bool = False
    """Name and contact may go up with it to whoever asked for them: a consent of its own (个人信息保护法 23)."""


def word_mistakes(said: Said, anchor: Anchor) -> dict[str, Refusal]:
    """What is wrong with the words, by field."""
    found: dict[str, Refusal] = {}
    if said.kind not in (ON_ARTICLE if anchor.article else ON_WHOLE):
        found["kind"] = Refusal(_("请从列出的选项中选择"))
    if said.kind not in WITHOUT_PROPOSAL and not said.proposal.strip():
        found["proposal"] = Refusal(_("请写您的意见"))
    elif said.kind in REWORDING and anchor.words and _bare(said.proposal) == _bare(anchor.words):
        found["proposal"] = Refusal(_("和原文一样，没有改动"), remedy=_("请直接在原文上改"))
    for name in ("proposal", "reason"):
        if len(words := getattr(said, name)) > MOST_WORDS:
            found[name] = Refusal(_("最多{most}字，现在是{now}字"), {"most": MOST_WORDS, "now": len(words)})
    return found


def _bare(words: str) -> str:
    return "".join(words.split())


def signature_mistakes(signed: Signature, allowed: Collection[str]) -> dict[str, Refusal]:
    """What is wrong with how it is signed, by field."""
    found: dict[str, Refusal] = {}
    if signed.naming not in NAMINGS or signed.naming not in allowed:
        found["naming"] = Refusal(_("这次征求意见没有这种署名方式"))
    elif signed.naming in (NAMED, PSEUDONYMOUS) and not signed.name.strip():
        found["name"] = Refusal(_("请写姓名") if signed.naming == NAMED else _("请写一个化名"))
    if signed.names and signed.naming != NAMED:
        found["names"] = Refusal(_("只有实名的意见才能公开姓名"))
    if signed.is_child and not signed.guardian.strip():
        found["guardian"] = Refusal(_("未满14周岁的，须父母或者其他监护人同意"), source=PIPL_31)
    return found


def may_give(stage: str, signed_in: bool, without_account: bool) -> Refusal | None:
    """While it is open: whoever has signed in, others where the solicitation allows it."""
    if stage != OPEN:
        late = stage == CLOSED
        return Refusal(_("征求意见已经截止") if late else _("征求意见还没有开始"), late=late)
    if not signed_in and not without_account:
        return Refusal(_("这次征求意见要登录以后才能提"), remedy=_("请先登录；没有账号的，可以到采集点请采集人代录"))
    return None


def may_change(stage: str, is_author: bool, is_withdrawn: bool) -> Refusal | None:
    """One's own opinion, until the closing. What was brought in on paper is put right by the point."""
    if not is_author:
        return Refusal(_("只有提意见的人自己能修改、撤回"))
    if is_withdrawn:
        return Refusal(_("这条意见已经撤回"), late=True)
    if stage != OPEN:
        return Refusal(_("征求意见已经截止，不能再修改、撤回"), late=True)
    return None


def may_say_otherwise(cosigners: int, times: int) -> Refusal | None:
    """Whether the words may still change: not under the names of others who signed them, and not without end."""
    if cosigners:
        return Refusal(_("已经有{n}人联名，不能再改说法"), {"n": cosigners}, _("可以撤回，或者另提一条"), late=True)
    if times >= MOST_CHANGES:
        return Refusal(_("已经改了{n}次，不能再改"), {"n": times}, _("可以撤回，再提一条"), late=True, source=LOCAL)
    return None


def may_cosign(stage: str, *, is_public: bool, is_author: bool, has_signed: bool) -> Refusal | None:
    """Another's opinion, that everybody can read, once."""
    if stage != OPEN:
        return Refusal(_("征求意见已经截止"), late=True)
    if not is_public:
        return Refusal(_("这条意见没有公开，不能联名"))
    if is_author:
        return Refusal(_("这是您自己的意见"))
    if has_signed:
        return Refusal(_("您已经联名"), late=True)
    return None


def may_type(stage: str, said_on: date, opened_on: date, closed_on: date, today: date) -> Refusal | None:
    """Offline voices: said within the solicitation's days; what was said in time may be typed afterwards."""
    if stage not in (OPEN, CLOSED):
        return Refusal(_("征求意见还没有开始"))
    if said_on > today:
        return Refusal(_("日期在今天以后"))
    if not opened_on <= said_on <= closed_on:
        return Refusal(_("不在征求意见的期间以内（{first}至{last}）"), {"first": opened_on, "last": closed_on})
    return None


def state_at_first(signed_in: bool, publishes: bool) -> str:
    """Where a new opinion stands: without an account it waits to be read; without the consent nobody else reads it."""
    if not publishes:
        return KEPT_BACK
    return SHOWN if signed_in else HELD


def may_publish(state: str, publishes: bool, is_withdrawn: bool) -> Refusal | None:
    if is_withdrawn:
        return Refusal(_("这条意见已经撤回"), late=True)
    if not publishes:
        return Refusal(_("作者没有同意公开"), source=PIPL_25)
    if state == SHOWN:
        return Refusal(_("这条意见已经公开"), late=True)
    return None


_OFFLINE = _("线下提的，请告诉联系点，由联络员登记")


def may_take_back(is_author: bool, is_given: bool) -> Refusal | None:
    """A consent is taken back by whoever gave it, at any time, also when nothing else can be changed any more."""
    if not is_author:
        return Refusal(_("只有提意见的人自己能收回同意"), _OFFLINE, source=PIPL_15)
    if not is_given:
        return Refusal(_("没有这样的同意，不用收回"), late=True)
    return None


def shown_name(naming: str, name: str, names: bool) -> str:
    """Who stands beside a public opinion: the pseudonym, the name where agreed, else nobody."""
    if naming == PSEUDONYMOUS or (naming == NAMED and names):
        return name
    return ""
