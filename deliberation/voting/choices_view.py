"""What stands on a ballot and what was marked on it, as pages say it."""

from __future__ import annotations

from typing import Any

from deliberation.vocabulary import _
from deliberation.voting.choice_rules import marked
from deliberation.voting.rules import CHOICE_NAMES

_HELP = {
    "yes": _("同意按冻结的内容办理"),
    "no": _("不同意按冻结的内容办理"),
    "abstain": _("参加，但不表示赞成或者反对；算参加，不算赞成"),
}
_ABSTAIN_FROM_ALL = _("参加，但不选任何一项；算参加，不算选了哪一项")


def choices_of(rule: dict[str, Any]) -> list[tuple[str, str, bool, str]]:
    """What stands on the ballot: (value, words, whether these are the site's own, what it means)."""
    options = [(option, option, False, "") for option in rule.get("options", ())]
    means = _HELP | ({"abstain": _ABSTAIN_FROM_ALL} if options else {})
    return options + [(choice, CHOICE_NAMES[choice], True, means[choice]) for choice in rule["choices"]]


def said_choice(stored: str) -> list[tuple[str, bool]]:
    """What a ballot says, for showing: (words, whether they are a sentence of the site's and to be translated)."""
    return [(option, False) for option in marked(stored)] or [(CHOICE_NAMES[stored], True)]
