"""The columns of a roster file and the words that may stand in them: outward names (pure; contracts.md, "Rosters")."""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType

from deliberation.assemblies.roster_facts import AssemblyKind
from deliberation.vocabulary import _

#: English key -> Chinese heading, in the order in which we write them.
HEADINGS = MappingProxyType(
    {
        "name": _("姓名"),
        "phone": _("手机"),
        "email": _("邮箱"),
        "born_on": _("出生日期"),
        "household": _("户号"),
        "household_representative": _("户代表"),
        "unit": _("房号"),
        "area": _("专有面积"),
        "assembly": _("机构"),
        "role": _("身份"),
        "from": _("起始"),
        "until": _("截止"),
        "person": _("人员编号"),
        "gender": _("性别"),
        "building": _("楼栋"),
        "entrance": _("单元"),
        "casts": _("表决人"),
        "group": _("小组"),
    }
)

#: The roles to which rules of law attach. Any other word is kept as a word and carries no right.
ROLES = frozenset(
    {
        _("成员"),
        _("代表"),
        _("主任"),
        _("副主任"),
        _("委员"),
        _("正式党员"),
        _("预备党员"),
        _("监督委员"),
        _("业主"),
        _("选民"),
    }
)
MEMBER = "成员"
OWNER = "业主"

#: The column that ``--skip-bad`` adds. On the way back in it is passed over in silence: a mended file comes as it is.
WHY = _("不能导入的原因")
WHY_KEY = "why_not_imported"

_KEY_OF = (
    {heading: key for key, heading in HEADINGS.items()}
    | {key: key for key in HEADINGS}
    | {WHY: WHY_KEY, WHY_KEY: WHY_KEY}
)
_REMARK = re.compile(r"\([^()]*\)$")


def column_key(heading: str) -> str | None:
    """The key that a heading means, or None. Spaces, a star and a remark such as （平方米） do not matter."""
    plain = unicodedata.normalize("NFKC", heading).lower().replace("*", "")
    plain = _REMARK.sub("", "".join(plain.split()))
    return _KEY_OF.get(plain)


# The first pattern that fits decides, so the narrower name stands before the wider one (业主委员会 before 委员会).
_KINDS = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"选民名单$|参加选举的村民(名单)?$", AssemblyKind.VOTERS),
        (r"小组(会议)?$", AssemblyKind.GROUP),
        (r"(业主委员会|业委会)$", AssemblyKind.OWNERS_COMMITTEE),
        (r"(业主大会|业主会议)$", AssemblyKind.OWNERS),
        (r"(监督委员会|监委会|监督小组)$", AssemblyKind.SUPERVISION),
        (r"(党员大会|党员会议)$", AssemblyKind.PARTY_MEMBERS),
        (r"(支部委员会|支委会|党委|党总支|党支部|党组织)$", AssemblyKind.PARTY_BRANCH),
        (r"(集体经济组织|合作社|经济联合社)成员代表大会$", AssemblyKind.COLLECTIVE_DELEGATES),
        (r"(集体经济组织|经济合作社|股份合作社|经济联合社)(成员大会)?$", AssemblyKind.COLLECTIVE),
        (r"(村民|居民)代表(会议|大会)$", AssemblyKind.REPRESENTATIVES),
        (r"(村民|居民)(会议|大会)$", AssemblyKind.RESIDENTS),
        (r"(村民委员会|居民委员会|村委会|居委会)$", AssemblyKind.COMMITTEE),
    )
)


def kind_of_assembly(name: str) -> AssemblyKind:
    """Guess from its name which body of the law an assembly is; the guess gives nobody a right and can be set anew."""
    return next((kind for pattern, kind in _KINDS if pattern.search(name)), AssemblyKind.OTHER)
