"""What a cell of a roster means: a phone number, a day, an area, a name. Pure; each reader gives a value or a Refusal.

Spreadsheets change what people type: a phone number becomes 13800000000.0, a day becomes 46024, a room 3-2 becomes the
second of March. What can be read back without guessing is read back; what cannot is refused with the reason.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from deliberation.directions import CONTROLS
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

LONGEST = 100
#: Wide enough for everybody alive and every term of office; narrow enough to catch a slipped digit.
EARLIEST, LATEST = date(1880, 1, 1), date(2120, 1, 1)

_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))
# ASVS 1.1.1: a name that changes the direction of the text after it can make one roster line look like another.
_BIDI = frozenset(CONTROLS)
_BETWEEN_HAN = re.compile(r"(?<=[\u3400-\u9fff\U00020000-\U0003ffff])\s+(?=[\u3400-\u9fff\U00020000-\U0003ffff])")
_WHOLE_FLOAT = re.compile(r"(\d+)\.0+")
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?E\+?(\d{1,2})", re.IGNORECASE)
_DATE_LIKE = re.compile(
    r"\d{4}-\d\d-\d\d|\d{1,2}月\d{1,2}日|\d{1,2}-(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
_MIDNIGHT = re.compile(r"[T ]+0{1,2}:00(?::00(?:\.0+)?)?Z?$")
_DAY = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})|(\d{4})年(\d{1,2})月(\d{1,2})[日号]|(\d{4})(\d\d)(\d\d)")
_EMAIL = re.compile(r"[^\s@<>(),;:\\\"\[\]]{1,64}@[^\s@<>(),;:\\\"\[\]]+\.[^\s@<>(),;:\\\"\[\].]{2,}")
_YES = frozenset({"是", "√", "✓", "✔", "有", "yes", "y", "true", "1", "1.0"})
_NO = frozenset({"", "否", "×", "✗", "无", "no", "n", "false", "0", "0.0"})
_GENDERS = {"男": "男", "m": "男", "male": "男", "女": "女", "f": "女", "female": "女"}
_UNTOLD = frozenset({"", "未知", "不详", "未说明"})


def _forbidden(text: str) -> Refusal | None:
    if text.isprintable():
        return None
    if _BIDI & set(text):
        return Refusal(_("含有改变文字方向的控制符，显示出来会与实际不符"), remedy=_("请删去这些字符后重新输入"))
    if any(unicodedata.category(sign) in ("Cc", "Cs", "Zl", "Zp") for sign in text):
        return Refusal(_("含有不可见的控制字符"), remedy=_("请删去换行和控制字符后重新输入"))
    # Rare characters of names are still being added to planes 2 and 3, faster than Python's own tables follow.
    if any(unicodedata.category(sign) in ("Co", "Cn") and not "\U00020000" <= sign <= "\U0003fffd" for sign in text):
        return Refusal(
            _("含有无法识别的字符，文件的编码可能不对"), remedy=_("生僻字请使用国际编码（GB18030 或 UTF-8）中的字")
        )
    return None


def clean(cell: str) -> str:
    """A cell for reading numbers and days from: full-width signs folded, invisible ones and a text mark ' away."""
    return unicodedata.normalize("NFKC", cell).translate(_INVISIBLE).strip().removeprefix("'").strip()


def words(cell: str) -> str | Refusal:
    """A name or another word: NFC, trimmed, without the spaces that pad two-character names (李　强)."""
    text = unicodedata.normalize("NFC", cell).translate(_INVISIBLE).strip()
    if no := _forbidden(text):
        return no
    text = " ".join(_BETWEEN_HAN.sub("", text).split())
    if len(text) > LONGEST:
        return Refusal(_("太长：最多{most}个字"), {"most": LONGEST})
    return text


def code(cell: str) -> str | Refusal:
    """A number that names something (人员编号 户号 房号 楼栋): full-width signs folded, 101.0 is 101 again."""
    text = words(clean(cell))
    if isinstance(text, Refusal):
        return text
    if _DATE_LIKE.fullmatch(text):
        return Refusal(
            _("“{cell}”像是被表格软件改成了日期，原来的编号已看不出来"),
            {"cell": text},
            remedy=_("请把这一列的格式设为“文本”后重新填写"),
        )
    whole = _WHOLE_FLOAT.fullmatch(text)
    return whole[1] if whole else text


def _digits(text: str) -> str | Refusal:
    """The digits of a number that a spreadsheet rewrote. 1.3812345678E+10 holds them all, 1.38E+10 has lost eight: a
    guessed number would be somebody else's phone."""
    if whole := _WHOLE_FLOAT.fullmatch(text):
        return whole[1]
    match = _SCIENTIFIC.fullmatch(text)
    if match is None:
        return text
    tail, power = match[2] or "", int(match[3])
    if len(tail) < power or tail[power:].strip("0"):
        return Refusal(
            _("“{cell}”是表格软件改成的科学记数，末尾的数字已经丢失"),
            {"cell": text},
            remedy=_("请把这一列的格式设为“文本”后重新填写"),
        )
    return match[1] + tail[:power]


def phone(cell: str) -> str | Refusal:
    """Digits only, with + only before a foreign country's code; the 86 before a mainland mobile number is left out."""
    text = clean(cell)
    plain = _digits(text)
    if isinstance(plain, Refusal):
        return plain
    plain = re.sub(r"^(?:\+|00)?86(?=1\d{10}$)", "", re.sub(r"[\s()\-‐‑–—.]", "", plain))
    if plain and not re.fullmatch(r"\+?[0-9]{7,15}", plain):
        return Refusal(_("“{cell}”不是电话号码"), {"cell": text[:40]}, remedy=_("手机号码为11位数字，如 13800000000"))
    return plain


def email(cell: str) -> str | Refusal:
    """An address as typed; only its shape is looked at, whether it works is found out by sending."""
    text = words(clean(cell))
    if isinstance(text, str) and text and not _EMAIL.fullmatch(text):
        return Refusal(_("“{cell}”不是邮箱地址"), {"cell": text[:40]})
    return text


def day(cell: str) -> date | Refusal | None:
    """2026-01-02, 2026/1/2, 2026.1.2, 2026年1月2日, 20260102 or 46024, a spreadsheet's serial number; None if empty."""
    text = clean(cell)
    text = _MIDNIGHT.sub("", text)
    if not text:
        return None
    if re.fullmatch(r"[1-9][0-9]{4}(?:\.0+)?", text):
        # Day 1 was to be 1900-01-01, but the first spreadsheets counted a 29 February 1900 that never was.
        found: date | None = date(1899, 12, 30) + timedelta(days=int(float(text)))
    else:
        found = _written_day("".join(text.split()))
    if found is None or not EARLIEST <= found < LATEST:
        return Refusal(_("“{cell}”不是日期"), {"cell": text[:40]}, remedy=_("请写成 2026-01-02 的样子"))
    return found


def _written_day(text: str) -> date | None:
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    year, _separator, month, day_of_month, *others = match.groups()
    if year is None:
        year, month, day_of_month = others[:3] if others[0] else others[3:]
    try:
        return date(int(year), int(month), int(day_of_month))
    except ValueError:
        return None


def area(cell: str) -> int | Refusal | None:
    """Square metres with at most two decimals, as a whole number of 0.01 m²; None if empty."""
    text = clean(cell)
    text = re.sub(r"(?:m2|平方米|平米|平方)$", "", "".join(text.split()), flags=re.IGNORECASE)
    if not text:
        return None
    if re.fullmatch(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?", text):
        text = text.replace(",", "")
    try:
        value = Decimal(text) * 100 if re.fullmatch(r"[0-9]{1,9}(?:\.[0-9]{1,20})?", text) else Decimal("NaN")
    except InvalidOperation:
        value = Decimal("NaN")
    if value.is_nan():
        return Refusal(_("“{cell}”不是面积"), {"cell": cell.strip()[:40]}, remedy=_("请写平方米数，如 89.50"))
    whole = int(value.to_integral_value())
    # A spreadsheet keeps 89.55 as 89.54999999999999; that noise is not a third decimal that somebody measured.
    if abs(value - whole) > Decimal("0.000001"):
        return Refusal(_("面积“{cell}”多于两位小数"), {"cell": text[:40]}, remedy=_("面积以平方米计，最多两位小数"))
    return whole


def yes(cell: str) -> bool | Refusal:
    """是 or 否; an empty cell is 否."""
    text = clean(cell).lower()
    if text in _YES:
        return True
    return False if text in _NO else Refusal(_("“{cell}”既不是“是”也不是“否”"), {"cell": cell.strip()[:40]})


def gender(cell: str) -> str | Refusal:
    text = clean(cell).lower()
    if text in _UNTOLD:
        return ""
    return _GENDERS.get(text) or Refusal(_("性别请写“男”或“女”，不清楚的留空"))
