"""Whether a document that was never JSON is surely one that the reader lets through. Pure.

The tables of a poll are read as values and looked at by whole columns, not value by value. A yes here is a yes of
``read_tally_document``; whatever is in doubt is a no, and then the reader is asked, who names the place.
"""

from __future__ import annotations

from deliberation.voting.tally_roster import Roster, are_of
from deliberation.voting.tally_terms import Measure, Rule, TallyDocument


def is_plain(document: TallyDocument) -> bool:
    """Named ballots without hands, everything of the kind and within the bounds that it must be."""
    if document.confidential or document.hands is not None or not document.ballots:
        return False
    members, choices, channels, holders = zip(*document.ballots, strict=True)
    return (
        are_of({str}, members, document.present)
        and are_of({str, type(None)}, channels, holders)
        and all(_is_choice(choice, document.rule) for choice in set(choices))
        and document.roster.is_sound
        and _is_complete(document.roster, document.rule)
    )


def _is_choice(choice: object, rule: Rule) -> bool:
    if isinstance(choice, frozenset):
        return 1 <= len(choice) <= rule.select and choice <= set(rule.options)
    return choice == "invalid" or choice in rule.choices


def _is_complete(roster: Roster, rule: Rule) -> bool:
    """Whether every line has what the rule counts by."""
    wanted = {Measure.AREA: roster.columns.areas, Measure.HOUSEHOLDS: roster.columns.households}
    return not any(None in values for measure, values in wanted.items() if measure in rule.measures)
