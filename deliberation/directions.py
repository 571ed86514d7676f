"""Signs that nobody sees and that turn the direction of what stands after them: ‹U+202E› makes 同意不 read 不意同.

One rule for the house. What people write into a record that others quote, sign and print (statements, questions, names,
titles, reasons, minutes) is refused with such a sign, with a sentence that names it: the record is what the author saw.
What has to be kept as it came (opinions on drafts of law, a passage that is quoted) is kept, and on pages and papers each sign
is laid open as its number, so that nothing around it turns. Files of data hold it as it came. Of a draft of law the reading
leaves such signs out (``statute/lines.py``); its file is kept as it was brought.
"""

from __future__ import annotations

import re

from deliberation.refusal import Refusal
from deliberation.vocabulary import _

CONTROLS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_CONTROL = re.compile(f"[{CONTROLS}]")


def turning(text: str) -> Refusal | None:
    """Why such words are not taken: which signs they hold."""
    if not (found := _CONTROL.findall(text)):
        return None
    which = sorted({_name(sign) for sign in found})
    return Refusal(
        _("含有看不见的、改变文字方向的控制符（{which}），别人看到的会和您写的不一样"),
        {"which": which},
        remedy=_("多半是粘贴时带来的：请删掉这一段，自己打一遍再交；您写的字都还在"),
    )


def laid_open(text: str) -> str:
    """The same with each such sign as its number, ‹U+202E›, on paper."""
    return _CONTROL.sub(lambda found: f"‹{_name(found[0])}›", text)


def pieces_of(text: str) -> list[tuple[str, bool]]:
    """The same taken apart for a page: words, and the numbers of such signs (true)."""
    parts, at = [], 0
    for found in _CONTROL.finditer(text):
        parts += [(text[at : found.start()], False), (_name(found[0]), True)]
        at = found.end()
    return [*parts, (text[at:], False)]


def _name(sign: str) -> str:
    return f"U+{ord(sign):04X}"
