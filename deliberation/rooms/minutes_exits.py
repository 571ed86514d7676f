"""How a step may end with minutes, in the words of its procedure, and the source that says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deliberation.matters import words
from deliberation.matters.engine import next_stage
from deliberation.matters.facts import Facts
from deliberation.translation import translate
from deliberation.vocabulary import _

OF_CONSULTING = _("协商的去向，见村民委员会组织法第三十三条、城市居民委员会组织法第三十二条")

HALL = "zh-Hans"


@dataclass(frozen=True)
class Exits:
    """``ways``: (word, label in the reader's language), the likeliest first; empty where minutes close nothing."""

    ways: tuple[tuple[str, str], ...]
    source: str


def offered(facts: Facts, found: Sequence[str], locale: str) -> Exits:
    """Three exits where the procedure has them; where nobody votes, the next step by its name."""
    if not found:
        return Exits((), "")
    step, procedure = facts.step, facts.procedure
    if step.exits:
        ways = [(word, translate(locale, words.OUTCOMES[word])) for word in found]
        more = translate(locale, _("还要再协商，本环节不结束"))
        return Exits((*ways, ("", more)), OF_CONSULTING)
    names = {one.id: one.title for one in procedure.steps}
    ways = [(word, _onward(names.get(next_stage(procedure, step, word), ""), word, locale)) for word in found]
    return Exits(
        (*ways, ("", translate(locale, _("还要再谈，“{step}”不结束"), step=translate(locale, step.title)))), step.source
    )


def with_exit(body: str, facts: Facts, found: Sequence[str], outcome: str) -> str:
    """The text as it is issued, with the exit that was chosen; unchanged where ``found`` left nothing to choose.

    Minutes are in Chinese, in the words of the hall.
    """
    ways = dict(offered(facts, found, HALL).ways)
    if outcome not in ways:
        return body
    head = "协商去向" if facts.step.exits else "本环节去向"
    return f"{body.rstrip()}\n\n{head}：{ways[outcome]}。\n"


def _onward(title: str, word: str, locale: str) -> str:
    if word != "done" or not title:
        return translate(locale, words.OUTCOMES[word])
    return translate(locale, _("谈完了，进入“{step}”"), step=translate(locale, title))
