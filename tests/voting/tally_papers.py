"""Small tally documents to write tests with."""

from __future__ import annotations

from typing import Any

CHOICES = ("yes", "no", "abstain")


def share(of: str, op: str, fraction: str, measure: str = "heads", **more: Any) -> dict[str, Any]:
    return {"measure": measure, "of": of, "op": op, "fraction": fraction, **more}


MAJORITY = share("present", ">", "1/2")


def a_rule(*approval: dict[str, Any], quorum: tuple = (), **more: Any) -> dict[str, Any]:
    return {"choices": list(CHOICES), "quorum": list(quorum), "approval": list(approval or (MAJORITY,)), **more}


def an_election(*options: str, approval: tuple = (), **more: Any) -> dict[str, Any]:
    return {"method": "options", "options": list(options), "choices": ["abstain"], "approval": list(approval), **more}


def people(number: int, **same: Any) -> list[dict[str, Any]]:
    return [{"id": f"m{index}", **same} for index in range(1, number + 1)]


def ballot(member: str, choice: Any = "yes", **more: Any) -> dict[str, Any]:
    return {"member": member, "choice": choice, "channel": "online", **more}


def votes(**numbers: int) -> list[dict[str, Any]]:
    """Ballots of m1, m2, …: ``votes(yes=2, no=1)``."""
    choices = [choice for choice, number in numbers.items() for _ in range(number)]
    return [ballot(f"m{index}", choice) for index, choice in enumerate(choices, 1)]


def a_document(rule: dict, roster: list[dict], ballots: list[dict], **more: Any) -> dict[str, Any]:
    return {"schema": "deliberation/tally-1", "rule": rule, "roster": roster, "ballots": ballots, **more}
