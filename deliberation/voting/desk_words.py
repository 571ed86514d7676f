"""What every tab of the count desk says alike: why something is refused, choices in words, the keys of a choice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from deliberation.vocabulary import _
from deliberation.voting.choice_rules import in_order
from deliberation.voting.models import Poll
from deliberation.voting.paper_rules import ASIDE, INVALID, KEYS, may_at_desk
from deliberation.voting.reaching import Opened
from deliberation.voting.rules import CHOICE_NAMES

ASIDE_NAME = _("不计入")


def refusal_at(here: Opened, act: str, seals: int = 0) -> Any:
    return may_at_desk(act, here.standing.roles, is_closed=here.poll.closed_at is not None, seals=seals)


def choice_words(stored: str, rule: Mapping[str, Any]) -> list[str]:
    """A stored choice as words to be translated, or the options as they are, in the order of the ballot."""
    said = in_order(stored, rule)
    return list(said) if isinstance(said, list) else [ASIDE_NAME if said == ASIDE else CHOICE_NAMES[said]]


def keys_of(poll: Poll) -> list[tuple[str, str]]:
    """The keys of a choice and what they stand for: (key, words)."""
    if poll.rule.get("options"):
        marks = [(str(number), option) for number, option in enumerate(poll.rule["options"], 1)]
        rest = [("-", CHOICE_NAMES["abstain"])] if "abstain" in poll.rule["choices"] else []
        return [*marks, *rest, ("0", CHOICE_NAMES[INVALID])]
    known = (*poll.rule["choices"], INVALID)
    return [(key, CHOICE_NAMES[choice]) for key, choice in KEYS.items() if choice in known]
