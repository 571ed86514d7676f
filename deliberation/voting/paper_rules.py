"""Codes of printed ballots, keys by which a choice is entered, who may do what at the count desk. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import ROLE_NAMES, Role, _
from deliberation.voting.choice_rules import decode, read_choice

NAMED, BATCH, HANDS = "named", "batch", "hands"
KINDS = (NAMED, BATCH, HANDS)

# --- codes ------------------------------------------------------------------------------------------------------------

ALPHABET = "23456789ABCDEFGHJKMNPQRTVWXYZ"
"""29 signs, a prime, so that the check sign finds every wrong sign and every two that were swapped. No 0 O 1 I L S U."""
SHEET_LENGTH, BATCH_LENGTH = 8, 5
MOST_A_BATCH = 500


def check_sign(body: str) -> str:
    """The sign that ends a code: weighted sum modulo 29."""
    total = sum(weight * ALPHABET.index(sign) for weight, sign in enumerate(body, 2))
    return ALPHABET[-total % len(ALPHABET)]


def new_code(length: int, draw: Callable[[str], str]) -> str:
    """A code of this length; ``draw`` chooses a sign (``secrets.choice``)."""
    body = "".join(draw(ALPHABET) for _sign in range(length - 1))
    return body + check_sign(body)


def read_code(typed: str) -> str:
    """A code as it was typed or scanned (spaces, dashes, small letters, the address of its QR code); empty if it is none."""
    last = typed.strip().rpartition("code=")[2]
    code = re.sub(r"[\s\-－]", "", last).upper()
    if len(code) not in (SHEET_LENGTH, BATCH_LENGTH) or set(code) - set(ALPHABET):
        return ""
    return code if check_sign(code[:-1]) == code[-1] else ""


def shown_code(code: str) -> str:
    """A code as it is printed: in two groups."""
    half = len(code) // 2
    return f"{code[:half]}-{code[half:]}" if len(code) == SHEET_LENGTH else code


# --- choices ----------------------------------------------------------------------------------------------------------

INVALID, ASIDE = "invalid", "aside"
KEYS = {"1": "yes", "2": "no", "3": "abstain", "0": INVALID}
BAD_KEY = Refusal(_("请按键：1赞成、2反对、3弃权、0无效"))
BAD_MARKS = Refusal(_("请填选项的序号，用逗号隔开；弃权填“-”，无效填0"))
BOTH_WAYS = _(
    "“{n}”可以是第{n}项，也可以是{several}几项：只勾了第{n}项的，请在后面加逗号，填“{n},”；勾了几项的，请填“{several}”"
)
MANY = 10
"""From so many options on a number may have two digits, so that only a comma or a space parts one from the next."""
TOO_MANY = _("勾了{n}项，最多{most}项：这张票无效，请填0，写明原因")


def choice_of(typed: str, rule: Mapping[str, Any]) -> str | None:
    """The choice behind a key, as it is stored; None where the rule knows none such."""
    typed = unicodedata.normalize("NFKC", typed).strip() if not typed.startswith("[") else typed
    if not rule.get("options"):
        choice = KEYS.get(typed, typed)
        return choice if choice in (*rule["choices"], INVALID) else None
    if typed in ("0", INVALID):
        return INVALID
    if typed in ("-", "abstain"):
        return "abstain" if "abstain" in rule["choices"] else None
    return _marked(typed, rule)


def _marked(typed: str, rule: Mapping[str, Any]) -> str | None:
    options = rule["options"]
    if typed.startswith("["):
        return _stored_marks(typed, rule)
    if reads_both_ways(typed, rule):
        return None
    numbers = numbers_in(typed, len(options))
    if not numbers or not set(numbers) <= set(range(1, len(options) + 1)):
        return None
    choice, refusal = read_choice([options[number - 1] for number in numbers], rule)
    return None if refusal else choice


def numbers_in(typed: str, options: int) -> list[int]:
    """The numbers that were typed: 1,3 and 1 3; with fewer than ten options also 13. Empty where something else is there."""
    parts = [part for part in re.split(r"[\s,，.、+/]+" if options < MANY else r"[\s,，、]+", typed) if part]
    if options < MANY:
        parts = list("".join(parts))
    return [int(part) for part in parts] if all(re.fullmatch(r"[0-9]{1,3}", part) for part in parts) else []


def reads_both_ways(typed: str, rule: Mapping[str, Any]) -> bool:
    """Whether digits typed in one run may be one option or several: 12 where there are twelve, and two may be marked.

    Two counters in the habit of leaving out commas would take it wrongly alike; a comma after it says that it is one.
    """
    options = len(rule["options"])
    if options < MANY or rule["select"] < 2 or not re.fullmatch(r"[1-9]{2,3}", typed):
        return False
    return int(typed) <= options and len(set(typed)) == len(typed)


def against_key(typed: str, rule: Mapping[str, Any]) -> Refusal:
    """Why what was typed is no choice."""
    if not rule.get("options"):
        return BAD_KEY
    typed = unicodedata.normalize("NFKC", typed).strip()
    if reads_both_ways(typed, rule):
        return Refusal(BOTH_WAYS, {"n": typed, "several": ",".join(typed)})
    numbers = set(numbers_in(typed, len(rule["options"])))
    if len(numbers) > rule["select"] and numbers <= set(range(1, len(rule["options"]) + 1)):
        return Refusal(TOO_MANY, {"n": len(numbers), "most": rule["select"]})
    return BAD_MARKS


def _stored_marks(typed: str, rule: Mapping[str, Any]) -> str | None:
    try:
        marks = decode(typed)
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(mark, str) for mark in marks):
        return None
    choice, refusal = read_choice(marks, rule)
    return None if refusal else choice


# --- rights -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class DeskRight:
    """One line of the table: the act, its Chinese name, who may do it."""

    act: str
    title: str
    roles: tuple[Role, ...]


DESK = (Role.CHAIR, Role.CLERK, Role.COUNTER)
RIGHTS: tuple[DeskRight, ...] = (
    DeskRight("see_desk", _("看计票台"), (*DESK, Role.SUPERVISOR, Role.AUDITOR)),
    DeskRight("print_ballots", _("印制纸质票"), DESK),
    DeskRight("hand_out", _("发票、收回"), DESK),
    DeskRight("count_stock", _("清点票数"), (Role.COUNTER,)),
    DeskRight("read_sheet", _("录入纸质票"), (Role.COUNTER,)),
    DeskRight("read_hand", _("录入记名举手"), (Role.COUNTER, Role.CLERK)),
    DeskRight("count_hands", _("清点举手"), (Role.COUNTER,)),
    DeskRight("settle", _("认定不一致"), (Role.CHAIR, Role.SUPERVISOR)),
    DeskRight("seal_count", _("封票"), (Role.COUNTER,)),
    DeskRight("break_seals", _("拆封重计"), (Role.CHAIR, Role.SUPERVISOR)),
)  # fmt: skip
_BY_ACT = {right.act: right for right in RIGHTS}
COUNTING = frozenset({"count_stock", "read_sheet", "count_hands", "seal_count"})
"""Counting; whoever presides over the question does not count its votes."""

CLOSED = Refusal(_("表决已经结束并计票"), late=True)
SEALED = Refusal(_("计票已经封票，不能再改"), late=True)
APART = Refusal(_("主持人不能兼做计票监票人"), remedy=_("请另推选两名计票监票人"), source=_("本地设置"))


def may_at_desk(act: str, roles: Collection[str], *, is_closed: bool = False, seals: int = 0) -> Refusal | None:
    """The first reason against doing this at the desk of a poll, or None. A first seal already ends every reading."""
    right = _BY_ACT[act]
    if act in COUNTING and Role.COUNTER in roles and Role.CHAIR in roles:
        return APART
    if not set(right.roles) & set(roles):
        names = [Word(ROLE_NAMES[role]) for role in right.roles]
        return Refusal(_("“{act}”由{who}办理"), {"act": Word(right.title), "who": names})
    if act == "see_desk":
        return None
    if is_closed:
        return CLOSED
    return SEALED if seals and act not in ("seal_count", "break_seals") else None


def desk_role(act: str, roles: Collection[str]) -> str:
    """As what somebody who may do it does it."""
    return next(role for role in _BY_ACT[act].roles if role in roles).value


def rights_table() -> str:
    """The table as plain text, so that a change of rights is a changed line in review."""
    lines = [f"{right.act}: {' '.join(sorted(right.roles))}" for right in RIGHTS]
    return "\n".join(lines) + "\n"


# --- handing out ------------------------------------------------------------------------------------------------------

HAS_CAST = Refusal(_("这个人已经用手机、电脑投票，不能再领纸质票"), late=True)
HAS_PAPER = Refusal(_("这个人已经领了纸质票，还没有交回"), remedy=_("交回以后才能再领"), late=True)
NO_SHEET = Refusal(_("还没有印这个人的票"), remedy=_("先印制纸质票"))
NO_BATCH = Refusal(_("还没有印制纸质票"), remedy=_("先印制纸质票"))
NONE_LEFT = Refusal(_("印好的票已经发完"), remedy=_("再印一批"))
NOT_LISTED = Refusal(_("这个人不在这次表决的名册上"))
NOT_HERE = Refusal(_("这个人还没有签到"), remedy=_("先登记到会，再发票"))
NOT_OUT = Refusal(_("这个人手里没有票"), late=True)
BALLOT_IN_BOX = Refusal(_("这张票已经录入，不能再登记交回"), late=True)
HOLDS_PAPER = Refusal(
    _("您已经领了纸质票（或者已经举手），不能再用手机、电脑投票"),
    remedy=_("把纸质票交回发票处以后，可以改用手机、电脑投票"),
    late=True,
)

SHUT = {
    "hands": Refusal(
        _("已经举手清点，不能再用手机、电脑投票，也不能再领票"),
        remedy=_("举了手的已经计入；没有赶上的，请当场向计票监票人提出"),
        late=True,
    ),
    "seals": Refusal(_("计票已经封票，不能再投票"), late=True),
}
"""Why nobody votes on a device any more: a hand that was counted names nobody, and what was sealed stays as it is."""

PAST_HOUR = Refusal(_("投票已经截止，不能再发票"), late=True)
HANDS_LATE = Refusal(_("投票已经截止，不能再举手"), late=True)
NOBODY_MEETS = Refusal(_("书面征求意见不开会，不能举手"), remedy=_("请用纸质票"))


def may_hand_out(*, has_cast: bool, is_out: bool, is_here: bool) -> Refusal | None:
    """Why this person gets no paper."""
    if is_out:
        return HAS_PAPER
    if has_cast:
        return HAS_CAST
    return None if is_here else NOT_HERE


LEAST_A_BATCH = 20
"""Sheets without names hide among each other, so that a poll starts with many."""
MORE = 10
"""How many the form proposes where some were printed already."""


def least_of(kind: str, voters: int) -> int:
    """How many sheets are printed first at least: without names 20, or one for each on a smaller roster."""
    return 1 if kind == NAMED else max(1, min(LEAST_A_BATCH, voters))


def proposed_of(voters: int) -> int:
    """A first batch without names: a sheet for everybody and a tenth more, five at least, for what is spoiled."""
    return min(voters + max(5, voters // 10), MOST_A_BATCH)


def may_print(count: int, least: int = 1) -> Refusal | None:
    """Why this many sheets cannot be one batch."""
    if least <= count <= MOST_A_BATCH:
        return None
    if 0 < count < least:
        return Refusal(
            _("票上没有姓名的，第一次至少印{least}张：只有几张，就能知道是谁的票"),
            {"least": least},
            remedy=_("把备用的一起印好，可以比名册上的人多；不够了再印，票上的批次不变"),
            source=_("本地设置"),
        )
    return Refusal(_("一批印1到{most}张"), {"most": MOST_A_BATCH})


# --- reading ----------------------------------------------------------------------------------------------------------

BAD_CODE = Refusal(_("票号不对：请再看一遍，常见的是漏了一个字或者看错一个字"))
UNKNOWN_CODE = Refusal(_("没有印过这个票号"), remedy=_("这张票可能是伪造的，请单独放好，告诉监督员"))
OTHER_POLL = Refusal(_("这是另一次表决的票"), remedy=_("请单独放好，不计入这次表决"))
READ_TWICE = Refusal(
    _("这张票您已经录入过"),
    remedy=_("录错的请用“更正”；两张纸是同一个票号的，可能是复印的，请单独放好，由第三人认定"),
    late=True,
)
TWO_READERS = Refusal(_("这张票已经由另外两人录入"), late=True)
SETTLED = Refusal(_("这张票已经由第三人认定，不能再改"), late=True)
COMPARED = Refusal(_("两人的录入已经比对，不能再更正"), remedy=_("不一致的，请第三人认定"), late=True)
NO_HANDS_BY_NAME = Refusal(_("这次表决对他人保密，不能记名举手"))
NOT_READ = Refusal(_("您没有录入过这张票"))
BEYOND = Refusal(_("这一批没有这么多张"))
OWN_READING = Refusal(_("您录入过这张票，不能由您认定"), remedy=_("请主持人或者监督员中没有录入的一位认定"))
OTHERWISE = Refusal(
    _("录入的人都没有这样读这张票"),
    remedy=_("翻出原票再看；确实和他们读的都不同的，勾上“和录入的人读的都不同”，在理由里写明票上是怎样填的"),
)
NOTHING_TO_SETTLE = Refusal(_("这张票没有不一致的地方"), late=True)


def may_read(*, by_me: bool, readers: int, is_settled: bool) -> Refusal | None:
    """Why this counter cannot read this sheet (again)."""
    if is_settled:
        return SETTLED
    if by_me:
        return READ_TWICE
    return TWO_READERS if readers >= 2 else None


# --- hands ------------------------------------------------------------------------------------------------------------

COUNTED_ALREADY = Refusal(
    _("您已经交了这一次的数"), remedy=_("等另一名计票监票人交数；两人不一致的，再举一次手"), late=True
)
NO_HANDS = Refusal(_("举手没有不一致的数要由您认定"))
TOO_MANY_HANDS = Refusal(_("赞成、反对、弃权加起来，比在场没有投票的人还多"))
NEITHER_COUNTED = Refusal(
    _("两名计票监票人都没有数出这组数；举手没有留下可以再看的票"), remedy=_("认定其中一人的数，或者再举一次手重数")
)
NOTHING_SEALED = Refusal(_("还没有封票"), late=True)
BY_CHOICE = Refusal(_("几选几的表决和选举不能举手点数"), remedy=_("请用纸质票"))
BY_MORE = Refusal(_("按面积或者户数计的表决不能只点举手的人数"), remedy=_("请记名举手，或者用纸质票"))
BY_SECRET = Refusal(_("这次表决对他人保密，不能举手"), remedy=_("请用纸质票"))


def may_show_hands(rule: Mapping[str, Any], *, is_named: bool, heads: Collection[int]) -> Refusal | None:
    """Why hands without names cannot be counted: nobody knows whose they were, so they weigh one head each."""
    if not is_named:
        return BY_SECRET
    if rule.get("options"):
        return BY_CHOICE
    return None if _by_heads(rule) and set(heads) <= {1} else BY_MORE


def _by_heads(rule: Mapping[str, Any]) -> bool:
    tests = [*rule.get("quorum", ()), *rule["approval"]]
    plain = [test for each in tests for test in each.get("any", [each])]
    return all(test["measure"] == "heads" for test in plain)
