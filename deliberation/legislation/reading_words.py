"""How a reading is told: what a line was read as, and what somebody should look at. Words only."""

from __future__ import annotations

from deliberation.vocabulary import _

READ_AS: dict[str, tuple[str, str]] = {
    "title": (_("标题"), ""),
    "note": (_("题注"), ""),
    "contents": (_("目录"), ""),
    "preamble": (_("序言"), ""),
    "heading": (_("编章节"), "open"),
    "article": (_("条"), "done"),
    "paragraph": (_("款"), ""),
    "item": (_("项、目"), ""),
    "closing": (_("结尾"), ""),
    "annex": (_("附件"), ""),
    "aside": (_("不在正文里"), "late"),
}
"""What a line was read as → the words of its tag and its look."""

WARNED: dict[str, str] = {
    "missing_article": _("缺{label}：前后的条号不连续，看看是不是有一行没有认出来"),
    "repeated_article": _("{label}出现了不止一次"),
    "out_of_order": _("{label}的次序不对"),
    "missing_heading": _("缺{label}：前后的编章节不连续"),
    "repeated_heading": _("{label}出现了不止一次"),
    "truncated": _("{label}可能不完整：句子没有结束，或者目录里有、正文里没有"),
    "unreadable": _("这一行有读不出来的字"),
    "unplaced": _("这一行不知道放在哪里，留在文末"),
}
"""Kind of warning → its sentence; ``label`` is what it is about."""
