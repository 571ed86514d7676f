"""What may be done to minutes until they are sealed: corrections asked for and decided, a summary, signatures. Pure.

Nothing is overwritten: an accepted correction makes a new edition of the text, a refused one keeps its reason. A
signature is one on the digest of the text, so that it counts for that text and for no other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo

from deliberation.matters import days
from deliberation.refusal import Refusal
from deliberation.rooms.form_rules import LOCAL, Form, Number
from deliberation.rooms.passage_rules import EVERYWHERE, starts_of
from deliberation.vocabulary import _

USUAL_DAYS, MOST_DAYS = 5, 60
"""Days for corrections where no rule gives a number: as long as the one number known, that of hearings, and shown as a
local setting; whoever issues the minutes may choose another.
"""
MOST_OPEN = 5
"""Corrections of one person that wait at the same time: a local setting, so that nobody holds the sealing up alone."""
MOST_ASKED = 20
"""Corrections of one person to one text of minutes, withdrawn and answered ones too: a local setting, so that asking and
taking back ends. What others type for somebody is counted apart: it uses up nobody's own.
"""
CHAIR, CLERK = "chair", "clerk"
SIGNERS: dict[str, str] = {CHAIR: _("主持人"), CLERK: _("记录员")}


@dataclass(frozen=True)
class Standing:
    """How minutes stand now. ``waiting``: corrections that nobody has decided; ``signed``: who signed this very text, by
    role; ``is_signed_on_paper``: whether the participants' sheet for this text is attached.
    """

    until: datetime
    is_sealed: bool = False
    waiting: int = 0
    signed: tuple[tuple[str, int], ...] = ()
    participants_sign: str = ""
    is_signed_on_paper: bool = False


SEALED = Refusal(_("会议纪要已经签名定稿，不能再改"), remedy=_("有出入的，可以在旁边出具更正"), late=True)
NOT_KEEPER = Refusal(_("这由主持人和记录员办理"))


# --- the days


def days_of(form: Form | None, chosen: int | None) -> Number:
    """How many days there are for corrections: the form's number unless more were chosen, else a local setting."""
    if form is not None and form.corrections is not None:
        rule = form.corrections
        return rule if chosen is None or chosen <= rule.count else Number(chosen, LOCAL)
    return Number(USUAL_DAYS if chosen is None else chosen, LOCAL)


def check_days(form: Form | None, chosen: int | None) -> Refusal | None:
    """Whoever issues minutes may give more days than the rule, never fewer."""
    rule = form.corrections if form is not None else None
    if rule and chosen is not None and chosen < rule.count:
        return Refusal(_("提出更正的时间至少{n}日"), {"n": rule.count}, source=rule.source)
    return None


def ends_at(issued_at: datetime, number: Number, zone: tzinfo, is_working_day: days.WorkingDays) -> datetime:
    """When the time for corrections is over: a time for people, so it ends on a working day (民法典 203)."""
    return days.deadline(issued_at, number.count, zone, is_working_day)


# --- corrections


def may_ask(now: Standing, at: datetime, *, takes_part: bool, own_waiting: int, asked: int = 0) -> Refusal | None:
    """Who attended or spoke, until the days are over, and not without end; ``asked``: so far, whatever became of it."""
    if not takes_part:
        return Refusal(_("到场或者发言的人可以要求更正"), remedy=_("没有账号的，请记录员代为提出"))
    if now.is_sealed:
        return SEALED
    if at >= now.until:
        return Refusal(_("要求更正的时间已经过了"), late=True)
    if own_waiting >= MOST_OPEN:
        return Refusal(_("每人最多有{n}条更正在等答复"), {"n": MOST_OPEN}, source=LOCAL)
    if asked >= MOST_ASKED:
        return Refusal(_("每人对一份会议纪要最多要求更正{n}次，撤回的也算"), {"n": MOST_ASKED}, source=LOCAL)
    return None


def check_passage(text: str, passage: str, wording: str) -> Refusal | None:
    """The passage must stand in the newest text, and the wording must differ from it."""
    if not starts_of(text, passage):
        return Refusal(_("纪要里没有这段话"), remedy=_("请照现在的正文一字不差地抄"))
    if passage == wording:
        return Refusal(_("改后和原文一样"))
    return None


def check_place(text: str, passage: str, place: int | None) -> Refusal | None:
    """Where the passage stands more than once, the asker says which one is meant, or all (``EVERYWHERE``)."""
    found = len(starts_of(text, passage))
    if place is None and found > 1:
        return Refusal(_("这段话在纪要里有{n}处"), {"n": found}, remedy=_("请选是哪一处"))
    if place is not None and not EVERYWHERE <= place <= found:
        return Refusal(_("没有这一处"), remedy=_("请从列出的各处中选"))
    return None


def may_withdraw(now: Standing, *, is_own: bool, is_decided: bool, is_withdrawn: bool) -> Refusal | None:
    """Whoever asked, or the clerk who handed it in for them, until it is answered."""
    if not is_own:
        return Refusal(_("更正要求由提出的人撤回"))
    if is_decided:
        return Refusal(_("这条更正已经答复"), late=True)
    if is_withdrawn:
        return Refusal(_("这条更正已经撤回"), late=True)
    return SEALED if now.is_sealed else None


def check_withdrawal(reason: str, *, is_askers: bool) -> Refusal | None:
    """Whoever typed it for somebody else says why it goes; the asker need not. ``is_askers``: the asker takes it back."""
    if not is_askers and not reason.strip():
        return Refusal(_("替别人提出的更正要求，撤回要写明理由"))
    return None


def may_decide(now: Standing, *, keeps: bool, is_decided: bool, is_withdrawn: bool = False) -> Refusal | None:
    """Chair or clerk, once; also after the days: whoever asked in time is answered."""
    if not keeps:
        return NOT_KEEPER
    if is_withdrawn:
        return Refusal(_("这条更正已经撤回"), late=True)
    if is_decided:
        return Refusal(_("这条更正已经答复"), late=True)
    return SEALED if now.is_sealed else None


def check_words(wanted: str, taken: str, answer: str) -> Refusal | None:
    """Whoever takes other words than were asked for says why."""
    if taken != wanted and not answer.strip():
        return Refusal(_("采用的文字和要求的不同，请写明理由"))
    return None


def may_follow(now: Standing, *, keeps: bool) -> Refusal | None:
    """Chair or clerk carry an accepted correction through the rest of the text, or leave a place: until the seal."""
    if not keeps:
        return NOT_KEEPER
    return SEALED if now.is_sealed else None


# --- the summary, and sealing


def may_summarise(now: Standing, *, keeps: bool) -> Refusal | None:
    """The plain summary is a person's, and changeable until the minutes are sealed."""
    if not keeps:
        return NOT_KEEPER
    return SEALED if now.is_sealed else None


def _unready(now: Standing, at: datetime) -> Refusal | None:
    if now.is_sealed:
        return SEALED
    if at < now.until:
        return Refusal(_("要求更正的时间还没有过"), {"from_when": now.until}, remedy=_("到时候再签名"))
    if now.waiting:
        return Refusal(_("还有{n}条更正没有答复"), {"n": now.waiting}, remedy=_("先逐条答复，再签名"))
    return None


def may_attach(now: Standing, at: datetime, *, keeps: bool) -> Refusal | None:
    """The sheet with the participants' signatures, once the text is final."""
    if not keeps:
        return NOT_KEEPER
    if not now.participants_sign:
        return Refusal(_("这种形式不要求参加人签名"))
    return _unready(now, at)


def may_sign(now: Standing, at: datetime, *, role: str, person_id: int, roles: Iterable[str]) -> Refusal | None:
    """Chair and clerk, two people, each once for this text, when the days are over and everything is answered."""
    if role not in SIGNERS or role not in roles:
        return NOT_KEEPER
    if no := _unready(now, at):
        return no
    if now.participants_sign and not now.is_signed_on_paper:
        remedy = _("打印签名页，签好以后附上扫描件")
        return Refusal(_("还没有附上参加人的签名页"), remedy=remedy, source=now.participants_sign)
    signed = dict(now.signed)
    if role in signed:
        return Refusal(_("您已经签过这份文本"), late=True)
    if person_id in signed.values():
        return Refusal(_("两份签名要由两个人签"), remedy=_("请另外任命一名记录员来签"), source=LOCAL)
    return None


def check_echoes(left_open: int, *, despite: bool) -> Refusal | None:
    """Whoever seals minutes that say the old words elsewhere was told so, and says that they seal them all the same."""
    if left_open and not despite:
        return Refusal(
            _("还有{n}处写着更正以前的话"),
            {"n": left_open},
            remedy=_("可以先逐处改掉，或者写明为什么不改；仍然要签的，请勾选"),
        )
    return None


def is_complete(signed: Iterable[str]) -> bool:
    """Whether these signatures on one and the same text seal it."""
    return set(SIGNERS) <= set(signed)


def full_text(title: str, summary: str, body: str) -> str:
    """What is signed: title, summary if there is one, text; the file of the text holds exactly this."""
    parts = [title, f"通俗摘要：{summary}" if summary else "", body.strip()]
    return "\n\n".join(part for part in parts if part) + "\n"


def digest(text: str) -> str:
    """SHA-256 of the text in UTF-8, in hex: what ``sha256sum`` prints for the file."""
    return hashlib.sha256(text.encode()).hexdigest()
