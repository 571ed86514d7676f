"""The sums that must come out: what came is what was counted and what was set aside, and nobody is there twice. Pure."""

from __future__ import annotations

from typing import Any

from deliberation.vocabulary import _

_WHO = {
    "heads": (_("人数：实到{present} = 参加{participating} + 未投{silent}"), _("人数：参加{participating} = {parts}")),
    "area": (_("面积：实到{present} = 参加{participating} + 未投{silent}"), _("面积：参加{participating} = {parts}")),
    "households": (
        _("户数：实到{present} = 参加{participating} + 未投{silent}"),
        _("户数：参加{participating} = {parts}"),
    ),
}
_NO_AMOUNTS = ("options", "shares", "parts")
_PARTS = ("yes", "no", "abstain", "invalid", "conflict")


def hundredths(amount: int | str) -> int:
    """An amount of a result on one scale: an area is a decimal string, everything else an integer."""
    return int(amount.replace(".", "")) if isinstance(amount, str) else amount


def set_aside(result: dict[str, Any]) -> int:
    """How many ballots were set aside; of a published edition only the numbers are known."""
    return sum(result["aside"].values()) if "aside" in result else len(result["set_aside"])


def holds(result: dict[str, Any]) -> bool:
    """Whether every sum of a result comes out."""
    if result["received"] != result["counted"] + set_aside(result):
        return False
    return all(_holds(counts) for counts in result["counts"].values())


def _holds(counts: dict[str, Any]) -> bool:
    if counts["invalid"] is None:  # Withheld: what is published has nothing to add up.
        return True
    amount = {name: hundredths(value) for name, value in counts.items() if name not in _NO_AMOUNTS}
    if amount["present"] != amount["participating"] + amount["not_voting"] or amount["present"] > amount["entitled"]:
        return False
    # On a ballot with several marks the options add up to more than the ballots.
    return "options" in counts or amount["participating"] == sum(amount[name] for name in _PARTS)


def sums(result: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """The sums as (key, facts), of each measure that the rule names."""
    said: list[tuple[str, dict[str, Any]]] = [
        (
            _("表决票：收到{received} = 计入{counted} + 未计入{aside}"),
            {"received": result["received"], "counted": result["counted"], "aside": set_aside(result)},
        )
    ]
    for name, counts in result["counts"].items():
        there, parts = _WHO[name]
        facts = {"present": counts["present"], "participating": counts["participating"], "silent": counts["not_voting"]}
        said.append((there, facts))
        if "options" not in counts and counts["invalid"] is not None:
            summed = " + ".join(str(counts[part]) for part in _PARTS if part != "conflict" or hundredths(counts[part]))
            said.append((parts, {"participating": counts["participating"], "parts": summed}))
    return said
