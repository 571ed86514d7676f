"""Consultations that are held without a hall, as the dossier names them. Pure.

The wing titles what it called with its form first (``书面征询：同意拓宽吗``), and one without a hall keeps its own subject.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import _


@dataclass(frozen=True)
class Wording:
    """``running`` is what the box says, ``way`` what leads there."""

    running: str
    way: str


FORMS: Mapping[str, Wording] = {
    "书面征询": Wording(_("书面征询正在进行，可以去看问了什么、怎么书面答复"), _("看书面征询")),
    "走访约谈": Wording(_("走访正在进行，办理的人逐户上门或者约谈，可以去看问什么"), _("看走访约谈")),
}
OTHER = Wording(_("{form}正在进行"), _("看这次协商"))


def form_without_hall(subject: str, title: str) -> str:
    """The form of what runs without a hall, empty for a room."""
    return title.partition("：")[0] if subject.startswith("convening/") else ""


def running(form: str) -> Refusal:
    known = FORMS.get(form)
    return Refusal(known.running) if known else Refusal(OTHER.running, {"form": Word(form)})


def way_to(form: str) -> str:
    return FORMS.get(form, OTHER).way


def not_over(form: str) -> Refusal:
    """Why the step waits for what runs; a room has no ``form``."""
    if not form:
        return Refusal(_("协商室还没有关闭"), remedy=_("由主持人结束协商"))
    return Refusal(_("{form}还没有结束"), {"form": Word(form)}, remedy=_("由主持人结束，再起草会议纪要"))
