"""Who may manage people, what a password must be, by what name one signs in, how long a sign-in lasts."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from datetime import datetime, timedelta

from deliberation.refusal import Refusal
from deliberation.vocabulary import Role, _

SIGN_IN_LASTS = timedelta(days=30)
LINK_LASTS = timedelta(days=7)
SHORTEST, SHORTEST_OF_STAFF, LONGEST = 8, 15, 256
COMMON = frozenset(
    [
        "12345678",
        "123456789",
        "1234567890",
        "87654321",
        "11111111",
        "00000000",
        "88888888",
        "66666666",
        "password",
        "password1",
        "passw0rd",
        "qwertyui",
        "qwerty123",
        "abcd1234",
        "a1234567",
        "1q2w3e4r",
        "1qaz2wsx",
        "iloveyou",
        "woaini1314",
        "woaini520",
        "5201314520",
        "wodemima",
        "mima1234",
        "admin123",
        "administrator",
        "asdfghjkl",
        "zxcvbnm1",
        "12341234",
        "11223344",
        "12344321",
        "147258369",
        "987654321",
        "deliberation",
        "minzhuxieshang",
        "123456789012345",
        "passwordpassword",
        "1234567812345678",
        "qwertyuiopasdfgh",
        "administrator1234",
    ]
)
MANAGING = frozenset({Role.ADMINISTRATOR.value})
REGISTERING = frozenset({Role.ADMINISTRATOR.value, Role.OFFICER.value})
STAFF = REGISTERING | {
    Role.OFFICIAL.value, Role.AUDITOR.value, Role.CLERK.value, Role.COUNTER.value, Role.LIAISON.value,
}  # fmt: skip
"""Roles whose account moves other people's business: a longer password is asked of them (ASVS 6.2.9)."""

EXECUTING = frozenset({Role.OFFICER.value})

WRONG = Refusal(_("账号或密码不对"), remedy=_("忘了密码，可以请本单位工作人员发一个一次性登录链接"))
"""The same words whether the name or the password was wrong, so that nobody learns who has an account."""


def check_password(
    password: str, *, context: tuple[str, ...] = (), is_staff: bool = False, common: Container[str] = COMMON
) -> Refusal | None:
    """Long enough, not a ``common`` one (lower case), not of the person's own words (ASVS 6.2.1, 6.2.4, 6.2.9, 6.2.11)."""
    if len(password) > LONGEST:
        return Refusal(_("密码最多{most}位"), {"most": LONGEST})
    # What is kept is the normal form: full-width letters would else hide a common password, and accents make it longer.
    password = normal_password(password)
    least = SHORTEST_OF_STAFF if is_staff else SHORTEST
    if len(password) < least:
        return Refusal(_("密码至少{least}位"), {"least": least})
    lowered = password.lower()
    if lowered in common or len(set(lowered)) == 1:
        return Refusal(_("这个密码太常见，容易被猜到"), remedy=_("可以用几个不相关的词连起来"))
    # Two characters are a whole Chinese name, but also half of any word in Latin letters.
    words = map(normal_password, context)
    if any(word.lower() in lowered for word in words if len(word) >= (4 if word.isascii() else 2)):
        return Refusal(_("密码里不要含有自己的姓名、手机号、住址或单位、平台的名称"))
    return None


def normal_password(password: str) -> str:
    """NFKC, so that the same characters typed on another keyboard are the same (NIST SP 800-63B-4, 3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)


def sign_in_name(word: str) -> str:
    """A phone number, e-mail address or 人员编号 as it is kept: however its digits and spaces were typed."""
    plain = unicodedata.normalize("NFKC", word).strip()
    if "@" in plain:
        return plain.lower()
    digits = re.sub(r"[\s\-()]", "", plain)
    mobile = re.fullmatch(r"(?:\+?86)?(1\d{10})", digits)
    return mobile[1] if mobile else plain


def check_name(name: str) -> Refusal | None:
    """A person's or community's name holds no control, direction or line characters (ASVS 1.1.1)."""
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"} for char in name):
        return Refusal(_("含有看不见的字符，请重新输入"))
    return None


def check_phone(phone: str) -> Refusal | None:
    if not phone or re.fullmatch(r"\+?[0-9]{5,20}", phone):
        return None
    return Refusal(_("手机号只能是数字，例如13800001234"))


def check_email(email: str) -> Refusal | None:
    if not email or re.fullmatch(r"[^@\s]{1,64}@[^@\s]+\.[^@\s]+", email):
        return None
    return Refusal(_("邮箱的写法不对，例如name@example.org"))


def may_manage_people(roles: frozenset[str]) -> Refusal | None:
    """Registering people, rosters and links: administrators and committee officers of the community or above it."""
    if roles & REGISTERING:
        return None
    return Refusal(_("只有本单位的管理员或承办人可以登记人员和导入名册"))


def may_manage_community(roles: frozenset[str]) -> Refusal | None:
    """Founding communities and local settings: administrators."""
    if roles & MANAGING:
        return None
    return Refusal(_("只有本单位或上级单位的管理员可以设立单位和修改本地设置"))


def may_appoint(roles: frozenset[str], role: str) -> Refusal | None:
    """Appointing: administrators. An administrator is appointed by an administrator of the community or above."""
    if role not in {each.value for each in Role} - {Role.VISITOR.value}:
        return Refusal(_("没有这种任职"))
    if roles & MANAGING:
        return None
    return Refusal(_("只有本单位或上级单位的管理员可以任免"))


def may_hold(role: str, held: frozenset[str]) -> Refusal | None:
    """Supervision is incompatible with executing (village law 37, urban law 36)."""
    both = held | {role}
    if Role.SUPERVISOR.value in both and both & EXECUTING:
        return Refusal(
            _("监督员不得同时是承办人"),
            remedy=_("请先免去其中一项任职，或另选他人"),
            source=_("村民委员会组织法第三十七条，居民委员会组织法第三十六条"),
        )
    return None


def may_reach_account(roles: frozenset[str], outranked: bool) -> Refusal | None:
    """Links and endings of sign-ins: who holds a link acts as that person, so nobody gets one for somebody above.

    ``outranked``: the person manages some community, or people, of which the asker is no administrator.
    """
    if no := may_manage_people(roles):
        return no
    if outranked:
        return Refusal(_("这个人的权限比您大，不能由您发登录链接、结束登录或停用"), remedy=_("请上级单位的管理员办理"))
    return None


def may_close_account(is_own: bool) -> Refusal | None:
    """Nobody closes their own account: whoever did could not open it again."""
    if is_own:
        return Refusal(_("不能停用自己的账户"), remedy=_("请上级单位的管理员办理"))
    return None


def may_use_link(used_at: datetime | None, expires_at: datetime, is_reusable: bool, now: datetime) -> Refusal | None:
    if expires_at <= now:
        return Refusal(_("这个登录链接已过期"), remedy=_("请向本单位工作人员要一个新的"), late=True)
    if used_at is not None and not is_reusable:
        return Refusal(_("这个登录链接已经用过，只能用一次"), remedy=_("请向本单位工作人员要一个新的"), late=True)
    return None
