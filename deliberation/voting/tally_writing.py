"""A tally document written down: as JSON-able values for a file, as canonical bytes for its digest. Pure.

Both say the same, and a test holds them to it. The bytes are joined from ready pieces, because a hundred thousand like
ballots are written inside the writer: whatever stands on a ballot beside its member is put into words once.
"""

from __future__ import annotations

from json.encoder import encode_basestring as quoted
from typing import Any

from deliberation.audit.canonical import canonical
from deliberation.voting.tally_document import SCHEMA
from deliberation.voting.tally_result import area_text
from deliberation.voting.tally_roster import Roster
from deliberation.voting.tally_terms import Ballot, Line, TallyDocument


def document_as_json(document: TallyDocument, rule: Any) -> dict[str, Any]:
    """``rule`` as it is kept: what it leaves out is left out here."""
    ballots = [_ballot(ballot) for ballot in document.ballots]
    return _frame(document, rule) | {"roster": [_line(line) for line in document.roster], "ballots": ballots}


def _frame(document: TallyDocument, rule: Any) -> dict[str, Any]:
    """All but the two long lists."""
    written = {"schema": SCHEMA, "rule": rule, "roster": [], "present": list(document.present)}
    if document.confidential:
        written |= {"secrecy": "confidential", "participated": list(document.participated)}
    if document.hands is not None:
        written["hands"] = {name: getattr(document.hands, name) for name in ("among", "yes", "no", "abstain")}
    return written


def _line(line: Line) -> dict[str, Any]:
    written: dict[str, Any] = {"id": line.id, "heads": line.heads}
    if line.household is not None:
        written["household"] = line.household
    if line.owner is not None:
        written["owner"] = line.owner
    return written if line.area is None else written | {"area": area_text(line.area)}


def _ballot(ballot: Ballot) -> dict[str, Any]:
    member, choice, channel, cast_by = ballot
    written: dict[str, Any] = {} if member is None else {"member": member}
    written["choice"] = choice if isinstance(choice, str) else sorted(choice)
    if channel is not None:
        written["channel"] = channel
    return written if cast_by is None else written | {"cast_by": cast_by}


# --- as bytes ---------------------------------------------------------------------------------------------------------


def roster_text(roster: Roster) -> str:
    """The lines in canonical form; written once, as the roster is frozen."""
    return ",".join([_line_text(*line) for line in roster])


def canonical_document(document: TallyDocument, rule: Any, roster: str) -> bytes:
    """The canonical bytes of :func:`document_as_json`; ``roster`` is its :func:`roster_text`."""
    pieces = {name: canonical(value).decode() for name, value in _frame(document, rule).items()}
    pieces |= {"roster": f"[{roster}]", "ballots": f"[{_ballots_text(document.ballots)}]"}
    return f"{{{','.join([f'{quoted(name)}:{pieces[name]}' for name in sorted(pieces)])}}}".encode()


def _line_text(id: str, heads: int, household: str | None, owner: str | None, area: int | None) -> str:
    first = "" if area is None else f'"area":"{area // 100}.{area % 100:02d}",'
    second = "" if household is None else f'"household":{quoted(household)},'
    last = "" if owner is None else f',"owner":{quoted(owner)}'
    return f'{{{first}"heads":{heads},{second}"id":{quoted(id)}{last}}}'


def _ballots_text(ballots: tuple[Ballot, ...]) -> str:
    heads = {said: _head(*said) for said in {ballot[1:] for ballot in ballots}}
    return ",".join([heads[ballot[1:]] + _whose(ballot[0]) for ballot in ballots])


def _head(choice: str | frozenset[str], channel: str | None, cast_by: str | None) -> str:
    """A ballot up to its member, whose key is the last in the order of RFC 8785."""
    return canonical(_ballot(Ballot(None, choice, channel, cast_by))).decode()[:-1]


def _whose(member: str | None) -> str:
    return "}" if member is None else f',"member":{quoted(member)}}}'
