"""Whether a person's name is that of a candidate, however the list of candidates writes it. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

_DOTS = "·•‧∙⋅・"
"""They part the names of some peoples (阿卜杜拉·买买提) and are written in many ways."""
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\U000e0100-\U000e01ef]")
"""Signs that nobody sees, beyond those that Unicode calls formats and controls."""
_OPEN, _SHUT = r"(\[{〔【〖〘〚「『《〈<«", r")\]}〕】〗〙〛」』》〉>»"
_REMARK = re.compile(f"[{_OPEN}][^{_SHUT}]*(?:[{_SHUT}]|$)")


def against_holder(
    holder: str, candidates: Collection[str], source: str, on_roll: Collection[str] = ()
) -> Refusal | None:
    """Whoever stands for election holds no proxy; a candidate is known by name, whatever stands beside it.

    Where the list leaves open whether it means the holder (one name begins with the other), the holder is refused too;
    not where the entry is, whole, the name of somebody else on the roll (``on_roll``): 王伟民 is then no 王伟.
    """
    name = "".join(_pieces(holder)[0])
    if any(name in _readings(candidate) for candidate in candidates):
        return Refusal(
            _("候选人不得接受委托投票：候选人里有{name}"), {"name": holder}, remedy=_("请另外委托一人"), source=source
        )
    others = {plain_name(each) for each in on_roll} - {name}
    open_ = (candidate for candidate in candidates if plain_name(candidate) not in others)
    unclear = next((candidate for candidate in open_ if _may_mean(candidate, name)), None)
    if unclear is None:
        return None
    return Refusal(
        _("候选人不得接受委托投票：候选人名单上的“{candidate}”看不清是不是{name}"),
        {"candidate": unclear, "name": holder},
        remedy=_("请另外委托一人；登记候选人时只写姓名，其他的写在括号里，名单才清楚"),
        source=source,
    )


def plain_name(text: str) -> str:
    """All that an entry of a list says outside brackets, without what parts it."""
    return _whole(_pieces(text))


def _pieces(text: str) -> list[list[str]]:
    """Words as the white space parts them, in pieces cut at every sign; what stands in brackets is left out."""
    plain = _UNSEEN.sub("", unicodedata.normalize("NFKC", text)).casefold()
    cut = "".join(map(_plain_sign, _REMARK.sub("\n", plain))), "".join(map(_plain_sign, plain))
    found = ([piece.split() for piece in each.split("\n") if piece.strip()] for each in cut)
    return next(filter(None, found), [[plain]])


def _plain_sign(sign: str) -> str:
    """A sign of a name as it is, white space as a space, nothing for what nobody sees, a break for all else."""
    if sign.isspace() and sign != "\n":
        return " "
    kind = unicodedata.category(sign)
    if sign in _DOTS or kind == "Cf" or (kind == "Cc" and sign != "\n"):
        return ""
    return sign if kind[0] in "LMN" else "\n"


def _readings(candidate: str) -> set[str]:
    """Every name that an entry of the list may say: words that stand together, or all that stands there."""
    pieces = _pieces(candidate)
    runs = {
        "".join(words[start:end])
        for words in pieces
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    }
    return runs | {_whole(pieces)}


def _may_mean(candidate: str, name: str) -> bool:
    """Whether one name begins with the other; a piece of one sign is a remark and begins nothing."""
    pieces = _pieces(candidate)
    said = ["".join(words) for words in pieces]
    return any(each.startswith(name) or (len(each) > 1 and name.startswith(each)) for each in [*said, _whole(pieces)])


def _whole(pieces: list[list[str]]) -> str:
    return "".join(word for words in pieces for word in words)
