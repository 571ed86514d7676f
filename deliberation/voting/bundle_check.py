"""What a bundle says of a poll, held against itself: rule, text, roster, ballots, count and result. Needs no database."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from deliberation.assemblies.freezing import roster_root
from deliberation.audit.bundle import FULL
from deliberation.audit.bundle_check import Bundle, BundleCheck
from deliberation.audit.commitment import opens
from deliberation.audit.log_check import Fault
from deliberation.vocabulary import Act, _
from deliberation.voting import presence_rules as rules
from deliberation.voting.choice_rules import decode
from deliberation.voting.counting import digest
from deliberation.voting.tally import tally_json
from deliberation.voting.tally_checks import TallyRefused
from deliberation.voting.tally_result import area_text


def check_polls(bundle: Bundle) -> Iterator[Fault | None]:
    """Each poll of the bundle; the first thing that does not hold of it."""
    kind, _slash, number = bundle.subject.partition("/")
    numbers = {name.split("/")[1] for name in bundle.files if name.startswith("polls/") and name.count("/") == 2}
    if kind == "poll":
        numbers.add(number)
    for each in sorted(numbers):
        wrong = _wrong(bundle, each)
        if wrong is None:
            yield None
            continue
        reason, file = wrong
        closing = bundle.about(f"poll/{each}", Act.POLL_CLOSED.value)
        facts = {"poll": each, "file": file}
        yield Fault("tally", reason, facts, bundle.origin, closing[0] if closing else None, f"poll/{each}")


_DEVICES = ("online", "proxy")
"""Channels whose ballots are entries of their own; paper and hands come by the counters' entries."""
checks = (BundleCheck("tallies", check_polls),)


def _wrong(bundle: Bundle, number: str) -> tuple[str, str] | None:
    """The reason and the file, or None."""
    folder = f"polls/{number}"
    opening = bundle.about(f"poll/{number}", Act.POLL_OPENED.value)
    closing = bundle.about(f"poll/{number}", Act.POLL_CLOSED.value)
    if opening is None or closing is None:
        return _("表决{poll}的开始或者结束不在 {file} 中"), "entries.jsonl"
    opened, closed = opening[1], closing[1]
    text = f"documents/poll-{number}.txt"
    if hashlib.sha256(bundle.files.get(text, b"")).hexdigest() != opened["text"]:
        return _("表决{poll}的文本与存证不符（{file}）"), text
    result = bundle.json(f"{folder}/result.json")
    shown = bundle.json(f"{folder}/published.json") or result
    if shown is None or any(closed[name] != shown[name] for name in ("outcome", "counts")):
        return _("表决{poll}的结果与存证不符（{file}）"), f"{folder}/result.json"
    if bundle.edition != FULL:
        return None
    return (
        _roster(bundle, folder, opened)
        or _tally(bundle, folder, opened, closing)
        or _there(bundle, number, (opened, closed), bundle.json(f"{folder}/tally.json"))
        or _cast(bundle, number, bundle.json(f"{folder}/tally.json"))
    )


def _roster(bundle: Bundle, folder: str, opened: dict[str, Any]) -> tuple[str, str] | None:
    file = f"{folder}/roster.json"
    roster = bundle.json(file)
    if roster is None or not roster["root"] == opened["root"] == roster_root(roster["salt"], roster["lines"]):
        return _("表决{poll}的名册与存证不符（{file}）"), file
    document = bundle.json(f"{folder}/tally.json")
    if document is not None and [_weight(*line) for line in roster["lines"]] != [
        {name: value for name, value in line.items() if name != "heads"} for line in document["roster"]
    ]:
        return _("表决{poll}的计票文件与名册不符（{file}）"), f"{folder}/tally.json"
    return None


def _weight(number: int, _who: str, household: str, owner: str, area: int | None) -> dict[str, Any]:
    """A line of the roster as the tally document has it."""
    line: dict[str, Any] = {"id": str(number)}
    if household:
        line["household"] = household
    if owner:
        line["owner"] = owner
    return line if area is None else line | {"area": area_text(area)}


def _tally(
    bundle: Bundle, folder: str, opened: dict[str, Any], closing: tuple[int, dict[str, Any]]
) -> tuple[str, str] | None:
    file = f"{folder}/tally.json"
    document = bundle.json(file)
    if document is None or document["rule"] != opened["rule"] or not _binds(bundle, closing, digest(document)):
        return _("表决{poll}的计票文件与存证不符（{file}）"), file
    try:
        again = tally_json(document)
    except TallyRefused:
        return _("表决{poll}的计票文件无法计票（{file}）"), file
    if again != bundle.json(f"{folder}/result.json"):
        return _("表决{poll}重新计票的结果与公布的不同（{file}）"), f"{folder}/result.json"
    return None


def _binds(bundle: Bundle, closing: tuple[int, dict[str, Any]], counted: str) -> bool:
    """The closing entry names what was counted by a salted commitment, older ones as it is."""
    index, closed = closing
    if "tally" in closed:
        return closed["tally"] == counted
    salt, _value = bundle.openings.get(index, {}).get("tally", (b"", ""))
    return opens(closed.get("commit", {}).get("tally"), "tally", salt, counted)


def _there(
    bundle: Bundle, number: str, entries: tuple[dict[str, Any], dict[str, Any]], document: dict[str, Any]
) -> tuple[str, str] | None:
    """Who counts as present, and who held the paper that was counted, against the entries of the door and of the desk.

    Bundles of votes closed under the first version of the edition rules do not hold these entries: not checked there.
    """
    opened, closed = entries
    if document.get("secrecy", "named") != "named" or closed.get("edition", 1) < 2:
        return None
    whose = {str(line[0]): line[1] for line in bundle.json(f"polls/{number}/roster.json")["lines"]}
    steps, meeting = list(_steps(bundle, number, opened.get("meeting"))), "meeting" in opened
    there = rules.there_by(steps, set(whose.values()), in_meeting=meeting)
    voting = {whose.get(each.get(name)) for each in document["ballots"] for name in ("member", "cast_by")}
    present = {whose[line] for line in document.get("present", ()) if line in whose}
    file = f"polls/{number}/tally.json"
    if not rules.agrees(there.seated | (there.late & voting), present, there.erased):
        return _("表决{poll}的到会登记与存证不符（{file}）"), file
    if meeting and not 0 <= opened["present"] - len(there.seated) <= there.erased:
        return _("表决{poll}的到会登记与存证不符（{file}）"), file
    ticks, erased = rules.ticks_by(steps)
    on_paper = {whose[each["member"]] for each in document["ballots"] if each.get("channel") == "paper"}
    if len({who for who in on_paper if who not in ticks or not ticks[who].holds}) > erased:
        return _("表决{poll}的发票登记与存证不符（{file}）"), file
    return None


def _steps(bundle: Bundle, number: str, meeting: int | None) -> Iterator[rules.Step]:
    """The entries of the poll and of its meeting's door in their order, opened as far as they still can be."""
    for index, entry in sorted(bundle.entries.items()):
        if entry["object"] in (f"poll/{number}", f"meeting/{meeting}"):
            opened = {field: value for field, (_salt, value) in bundle.openings.get(index, {}).items()}
            yield rules.step_of(entry["type"], entry["data"], opened)


def _cast(bundle: Bundle, number: str, document: dict[str, Any]) -> tuple[str, str] | None:
    """Ballots of devices against what the voters committed to, as far as that can still be opened."""
    if document.get("secrecy", "named") != "named":
        return None
    said: dict[str, Any] = {}
    acts, erased = (Act.BALLOT_CAST.value, Act.BALLOT_CHANGED.value), False
    for index, entry in sorted(bundle.entries.items()):
        if entry["type"] in acts and entry["object"] == f"poll/{number}":
            opened = bundle.openings.get(index, {})
            if {"voter", "choice"} <= opened.keys():
                said[opened["voter"][1]] = decode(opened["choice"][1])
            else:
                erased = True
    whose = {str(line[0]): line[1] for line in bundle.json(f"polls/{number}/roster.json")["lines"]}
    cast = {whose[each["member"]]: each["choice"] for each in document["ballots"] if each.get("channel") in _DEVICES}
    if erased:
        cast = {voter: choice for voter, choice in cast.items() if voter in said}
    return None if said == cast else (_("表决{poll}的表决票与投票时的存证不符（{file}）"), f"polls/{number}/tally.json")
