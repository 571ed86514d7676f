"""The second verifier's part for bundles; ``verify.py BUNDLE`` comes here. Shares no line with the platform.

Written from docs/bundle.md, C2SP tlog-proof and RFC 6962 alone. Checks each file against the manifest, each entry's proof
under the signed checkpoint, each opening; then text, roster, ballots and result against the entries; and counts the poll
again by the plain rules: people, area and households, yes and no, options by votes, hands by number.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from fractions import Fraction
from pathlib import Path

import verify

TAG = b"deliberation/commit/v1"
DEVICES = ("online", "proxy")


def check_bundle(path: Path, trusted) -> dict:
    """The report on one bundle. Raises ``verify.Fault`` for what is no bundle."""
    files = read_files(path)
    try:
        manifest = json.loads(files.pop("manifest.json"))
        hashes, edition, origin = manifest["files"], manifest["edition"], manifest["origin"]
        if manifest["schema"] != "deliberation/bundle-1" or edition not in ("public", "full"):
            raise ValueError
        "".join([origin, str(manifest.get("subject")), *hashes, *hashes.values()]).encode()
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        raise verify.Fault("no manifest of deliberation/bundle-1") from None
    report = {"bundle": path.name, "subject": manifest.get("subject"), "edition": edition, "counted": [], "faults": []}
    for name in sorted(set(hashes) | set(files)):
        if name not in files or hashlib.sha256(files[name]).hexdigest() != hashes.get(name):
            report["faults"].append(f"{name}: missing, too many or changed")
    bundle = Bundle(files, origin)
    for step in (lambda: bundle.read_head(trusted), bundle.read_entries, bundle.read_openings):
        attempt(report, step)
    for number in sorted({name.split("/")[1] for name in files if name.startswith("polls/") and name.count("/") == 2}):
        if attempt(report, lambda number=number: check_poll(bundle, number, edition)) and edition == "full":
            report["counted"].append(f"poll/{number}")
    report["vkey"], report["holds"] = bundle.vkey, not report["faults"]
    return report


def attempt(report: dict, step) -> bool:
    try:
        step()
    except verify.Fault as fault:
        report["faults"].append(fault.args[0])
        return False
    except (KeyError, ValueError, TypeError, AttributeError, IndexError, RecursionError, ArithmeticError) as error:
        report["faults"].append(f"could not be checked to the end: {type(error).__name__} {error}")
        return False
    return True


def read_files(path: Path) -> dict:
    try:
        with zipfile.ZipFile(path) as package:
            names = package.namelist()
            if len(set(names)) != len(names):
                raise verify.Fault("the zip holds a name twice")
            return {name: package.read(name) for name in names}
    except zipfile.BadZipFile as error:
        raise verify.Fault(f"not a readable zip: {error}") from None


class Bundle:
    def __init__(self, files: dict, origin: str):
        self.files, self.origin = files, origin
        self.size, self.root, self.vkey = 0, b"", ""
        self.entries, self.openings = {}, {}

    def json(self, name: str):
        if name not in self.files:
            raise verify.Fault(f"{name}: missing")
        return json.loads(self.files[name])

    def read_head(self, trusted):
        keys = trusted if trusted is not None else [self.own_key()]
        for vkey in keys:
            if vkey[0] == self.origin:
                self.vkey = verify.vkey_line(vkey)
                try:
                    _origin, self.size, self.root = verify.read_checkpoint(self.files.get("checkpoint", b""), vkey)
                except verify.Fault as fault:
                    raise verify.Fault(f"checkpoint: {fault.args[0]}") from None
                return
        raise verify.Fault(f"vkeys: no key of the log {self.origin}")

    def own_key(self):
        """The key that the bundle names: one line of the log alone, in its one spelling, so that no other can verify."""
        *lines, end = self.files.get("vkeys", b"").decode().split("\n")
        keys = [verify.read_vkey(line) for line in lines]
        mine = [vkey for vkey in keys if vkey[0] == self.origin]
        if end or [verify.vkey_line(vkey) for vkey in keys] != lines or len(mine) != 1:
            raise verify.Fault(f"vkeys: not exactly one key of the log {self.origin}")
        return mine[0]

    def read_entries(self):
        for line in self.files.get("entries.jsonl", b"").splitlines():
            said = json.loads(line)
            index, body = said["index"], said["entry"].encode()
            verify.check_entry(body, index)
            if said["origin"] != self.origin or index in self.entries:
                raise verify.Fault(f"entries.jsonl: entry {index} is of another log, or there twice")
            self.entries[index] = json.loads(body)
            self.check_proof(index, body)
        for name in self.files:
            if name.startswith("proofs/") and name not in {f"proofs/{index}.tlog-proof" for index in self.entries}:
                raise verify.Fault(f"{name}: belongs to no entry")

    def check_proof(self, index: int, body: bytes):
        name = f"proofs/{index}.tlog-proof"
        if name not in self.files:
            raise verify.Fault(f"{name}: missing")
        head, _blank, note = self.files[name].decode().partition("\n\n")
        lines = head.split("\n")
        if lines[:2] != ["c2sp.org/tlog-proof@v1", f"index {index}"] or note.encode() != self.files.get("checkpoint"):
            raise verify.Fault(f"{name}: not the proof of entry {index} under the checkpoint")
        hashes = [verify._base64(line) for line in lines[2:]]
        leaf = hashlib.sha256(b"\x00" + body).digest()
        if not self.size or root_of(leaf, index, self.size, hashes) != self.root:
            raise verify.Fault(f"{name}: entry {index} is not under the checkpoint")

    def read_openings(self):
        for line in self.files.get("openings.jsonl", b"").splitlines():
            said = json.loads(line)
            index, name, salt, value = said["index"], said["field"], bytes.fromhex(said["salt"]), said["value"]
            made = commitment(name, salt, value)
            if self.entries[index]["data"].get("commit", {}).get(name) != made:
                raise verify.Fault(f"openings.jsonl: {name} of entry {index} does not open its commitment")
            self.openings.setdefault(index, {})[name] = value

    def entry(self, object_: str, act: str):
        for index, entry in sorted(self.entries.items()):
            if (entry["object"], entry["type"]) == (object_, act):
                return index, entry["data"]
        raise verify.Fault(f"entries.jsonl: no {act} of {object_}")


def root_of(leaf: bytes, index: int, size: int, hashes: list):
    """The root that an inclusion proof leads to (RFC 6962, 2.1.1, taken down from the top); None if it does not fit."""

    def climb(index: int, size: int, hashes: list):
        if size == 1:
            return leaf if not hashes else None
        if not hashes:
            return None
        half = 1
        while half * 2 < size:
            half *= 2
        if index < half:
            below = climb(index, half, hashes[:-1])
            return below and verify._above(below, hashes[-1])
        below = climb(index - half, size - half, hashes[:-1])
        return below and verify._above(hashes[-1], below)

    return climb(index, size, hashes) if 0 <= index < size else None


def commitment(name: str, salt: bytes, value: str) -> str:
    data, field = value.encode(), name.encode()
    lengths = len(field).to_bytes(2, "big"), len(data).to_bytes(4, "big")
    return hashlib.sha256(TAG + lengths[0] + field + salt + lengths[1] + data).hexdigest()


# --- a poll -----------------------------------------------------------------------------------------------------------


def check_poll(bundle: Bundle, number: str, edition: str):
    folder = f"polls/{number}"
    _index, opened = bundle.entry(f"poll/{number}", "poll.opened")
    closing, closed = bundle.entry(f"poll/{number}", "poll.closed")
    text = f"documents/poll-{number}.txt"
    if hashlib.sha256(bundle.files.get(text, b"")).hexdigest() != opened["text"]:
        raise verify.Fault(f"{text}: not the text that was voted on")
    result = bundle.json(f"{folder}/result.json")
    published = bundle.json(f"{folder}/published.json") if f"{folder}/published.json" in bundle.files else result
    if (published["outcome"], published["counts"]) != (closed["outcome"], closed["counts"]):
        raise verify.Fault(f"{folder}/result.json: not the result in the log")
    if edition != "full":
        return
    roster, document = bundle.json(f"{folder}/roster.json"), bundle.json(f"{folder}/tally.json")
    root = hashlib.sha256(bytes.fromhex(roster["salt"]) + verify.canonical(roster["lines"]).encode()).hexdigest()
    if not root == roster["root"] == opened["root"]:
        raise verify.Fault(f"{folder}/roster.json: not the roster in the log")
    digest = hashlib.sha256(verify.canonical(document).encode()).hexdigest()
    bound = closed["tally"] if "tally" in closed else bundle.openings.get(closing, {}).get("tally")
    if digest != bound or document["rule"] != opened["rule"]:
        raise verify.Fault(f"{folder}/tally.json: not what was counted")
    check_lines(roster["lines"], document, folder)
    check_cast(bundle, number, roster["lines"], document)
    check_count(document, result, folder)


def check_lines(lines: list, document: dict, folder: str):
    for (number, _who, household, owner, area), line in zip(lines, document["roster"]):  # noqa: B905 - of Python 3.10
        stated = None if area is None else f"{area // 100}.{area % 100:02d}"
        found = (line["id"], line.get("household", ""), line.get("owner", ""), line.get("area"))
        if found != (str(number), household, owner, stated):
            raise verify.Fault(f"{folder}/tally.json: line {number} is not that of the roster")
    if len(lines) != len(document["roster"]):
        raise verify.Fault(f"{folder}/tally.json: not as many lines as the roster")


def check_cast(bundle: Bundle, number: str, lines: list, document: dict):
    """Each ballot of a device against what its voter committed to, where that can still be opened."""
    if document.get("secrecy", "named") != "named":
        return
    said, erased = {}, False
    for index, entry in sorted(bundle.entries.items()):
        if entry["object"] == f"poll/{number}" and entry["type"] in ("ballot.cast", "ballot.changed"):
            opened = bundle.openings.get(index, {})
            if "voter" in opened and "choice" in opened:
                choice = opened["choice"]
                said[opened["voter"]] = marks(json.loads(choice)) if choice.startswith("[") else choice
            else:
                erased = True
    whose = {str(line[0]): line[1] for line in lines}
    cast = {
        whose[each["member"]]: marks(each["choice"]) for each in document["ballots"] if each.get("channel") in DEVICES
    }
    if erased:
        cast = {voter: choice for voter, choice in cast.items() if voter in said}
    if cast != said:
        raise verify.Fault(f"polls/{number}/tally.json: not the ballots that were entered when they were cast")


def check_count(document: dict, result: dict, folder: str):
    outcome, counts, winners, tied = count(document)
    if result["outcome"] != outcome:
        raise verify.Fault(f"{folder}/result.json: counted again the outcome is {outcome}")
    for measure, amounts in counts.items():
        stated = result["counts"][measure]
        options = amounts.pop("options", {})
        for found, own in ((stated, amounts), (stated.get("options", {}), options)):
            for name, amount in own.items():
                if units(found[name]) != amount:
                    raise verify.Fault(f"{folder}/result.json: counted again {measure} {name} is {amount}")
    if set(result["counts"]) != set(counts):
        raise verify.Fault(f"{folder}/result.json: not the measures of the rule")
    for name, people in (("winners", winners), ("tied", tied)):
        if list(result.get(name, [])) != people:
            raise verify.Fault(f"{folder}/result.json: counted again {name} are {people}")


def units(amount) -> int:
    """Areas in 0.01 m², everything else as it is."""
    if not isinstance(amount, str):
        return amount
    whole, _point, part = amount.partition(".")
    return int(whole) * 100 + int((part + "00")[:2])


def marks(choice):
    """A choice as something that can be compared: options in any order are the same ballot."""
    return frozenset(choice) if isinstance(choice, list) else choice


def count(document: dict):
    """(outcome, counts by measure, winners, tied) by the plain rules: yes and no or options, ballots and hands."""
    rule = document["rule"]
    if document.get("secrecy", "named") == "confidential":
        voices = {"heads": tally_up(rule, ((marks(ballot["choice"]), 1) for ballot in document["ballots"]))}
        here = {*document.get("present", ()), *document["participated"]} & {line["id"] for line in document["roster"]}
        counts = {"heads": framed(voices["heads"], len(here), len(document["roster"]))}
        return result_of(rule, counts)
    lines = {line["id"]: line for line in document["roster"]}
    choices, there, cast = counted_ballots(document, lines)
    counts = {}
    for measure in measures(rule):
        unit, weight = weighing(measure, lines)
        voices = {}
        for member, choice in choices.items():
            key = unit(member)
            voices[key] = choice if voices.get(key, choice) == choice else "conflict"
        amounts = tally_up(rule, ((choice, weight(key)) for key, choice in voices.items()))
        present = sum(map(weight, {unit(member) for member in there}))
        if "hands" in document:
            present = max(present, len({unit(member) for member in cast}) + show_hands(document, measure, amounts))
        counts[measure] = framed(amounts, present, sum(map(weight, {unit(member) for member in lines})))
    return result_of(rule, counts)


def result_of(rule: dict, counts: dict):
    outcome, winners, tied = outcome_of(rule, counts)
    return outcome, plain(rule, counts), winners, tied


def tally_up(rule: dict, voices) -> dict:
    """What was said, added up: a ballot with marks counts once as decisive and once for each option that it marks."""
    names = rule.get("options") or ("yes", "no")
    amounts = {"votes": dict.fromkeys(names, 0)} | dict.fromkeys(("decisive", "abstain", "invalid", "conflict"), 0)
    for choice, weight in voices:
        if choice in ("abstain", "invalid", "conflict"):
            amounts[choice] += weight
            continue
        amounts["decisive"] += weight
        for name in choice if isinstance(choice, frozenset) else (choice,):
            amounts["votes"][name] += weight
    return amounts


def show_hands(document: dict, measure: str, amounts: dict) -> int:
    """Adds hands that were counted by number; answers among how many. They are people, and weigh nothing else."""
    hands = document["hands"]
    if measure != "heads" or document["rule"].get("options") or any(hands[name] < 0 for name in hands):
        raise verify.Fault("tally.json: hands were counted where only ballots may be")
    if hands["yes"] + hands["no"] + hands["abstain"] > hands["among"]:
        raise verify.Fault("tally.json: more hands than people")
    for name in ("yes", "no"):
        amounts["votes"][name] += hands[name]
        amounts["decisive"] += hands[name]
    amounts["abstain"] += hands["abstain"]
    return hands["among"]


def framed(amounts: dict, present: int, entitled: int) -> dict:
    took_part = sum(amounts[name] for name in ("decisive", "abstain", "invalid", "conflict"))
    return amounts | {
        "participating": took_part, "present": present, "entitled": entitled, "not_voting": present - took_part
    }  # fmt: skip


def plain(rule: dict, counts: dict) -> dict:
    """As a result document has them: yes and no beside the others, options by themselves."""
    said = {}
    for measure, amounts in counts.items():
        votes = amounts["votes"]
        own = {"options": votes} if rule.get("options") else votes
        said[measure] = {name: each for name, each in amounts.items() if name not in ("votes", "decisive")} | own
    return said


def measures(rule: dict) -> set:
    tests = [test for each in (*rule.get("quorum", ()), *rule.get("approval", ())) for test in each.get("any", [each])]
    return {"heads"} | {test["measure"] for test in tests}


def weighing(measure: str, lines: dict):
    """What counts once, by the line, and what it weighs."""
    if measure == "area":
        return (lambda member: member), (lambda member: units(lines[member]["area"]))
    if measure == "households":
        return (lambda member: lines[member]["household"]), (lambda _household: 1)
    heads = {}
    for member, line in lines.items():
        heads[("owner", line["owner"]) if "owner" in line else ("line", member)] = line.get("heads", 1)
    return (
        lambda member: ("owner", lines[member]["owner"]) if "owner" in lines[member] else ("line", member)
    ), heads.get


def counted_ballots(document: dict, lines: dict):
    """The choice of every line that counts, who was there, who cast anything: steps 1 to 4 of the order of counting."""
    by_member = {}
    for ballot in document["ballots"]:
        if ballot["member"] in lines:
            by_member.setdefault(ballot["member"], []).append(marks(ballot["choice"]))
    there = {*by_member, *(member for member in document.get("present", ()) if member in lines)}
    choices = {member: cast[0] for member, cast in by_member.items() if len(set(cast)) == 1}
    by_owner = {}
    for member, choice in choices.items():
        by_owner.setdefault(lines[member].get("owner"), set()).add(choice)
    split = {owner for owner, said in by_owner.items() if owner is not None and len(said) > 1}
    counted = {member: choice for member, choice in choices.items() if lines[member].get("owner") not in split}
    return counted, there, set(by_member)


def outcome_of(rule: dict, counts: dict):
    """(outcome, winners, tied)."""

    def holds(test: dict, kind: str, name: str = "yes") -> bool:
        if "any" in test:
            return any(holds(each, kind, name) for each in test["any"])
        amounts = counts[test["measure"]]
        bases = {"valid": amounts["decisive"] + amounts["abstain"], "decisive": amounts["decisive"]}
        whole = bases[test["of"]] if test["of"] in bases else amounts[test["of"]]
        part = amounts["votes"][name] if kind == "approval" else amounts[test.get("who", "present")]
        share = Fraction(test["fraction"])
        return whole > 0 and (part > whole * share if test["op"] == ">" else part >= whole * share)

    approval = rule.get("approval", ())
    if not all(holds(test, "quorum") for test in rule.get("quorum", ())):
        return "no_quorum", [], []
    if not rule.get("options"):
        return ("passed" if all(holds(test, "approval") for test in approval) else "failed"), [], []
    decides = next((test["measure"] for each in approval for test in each.get("any", [each])), "heads")
    votes, seats = counts[decides]["votes"], rule.get("seats", 1)
    able = [name for name in rule["options"] if all(holds(test, "approval", name) for test in approval)]
    able.sort(key=lambda name: -votes[name])
    if len(able) > seats and votes[able[seats]] == votes[able[seats - 1]]:
        edge = votes[able[seats]]
        return "tie", [name for name in able if votes[name] > edge], [name for name in able if votes[name] == edge]
    return ("passed" if able else "failed"), able[:seats], []
