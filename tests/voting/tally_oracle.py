"""A second count, written from the contract alone, slowly and with fractions; and the random documents to try it on.

Nothing here is shared with the counted code: where both agree on thousands of documents, one of them would have to make
the same mistake as the other.
"""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

MEASURES = ("heads", "area", "households")


def oracle(document: dict[str, Any]) -> dict[str, Any]:
    """outcome, counts, tests, received, counted, set_aside, reports, and for options winners, tied, unfilled."""
    rule = document["rule"]
    lines = {line["id"]: line for line in document["roster"]}
    confidential = document.get("secrecy") == "confidential"
    ballots = document["ballots"]
    reasons = [None] * len(ballots) if confidential else set_aside_reasons(ballots, lines)
    given = set(document.get("present", []))
    present = {member for member in given if member in lines}
    if confidential:
        present |= set(document.get("participated", []))
    else:
        present |= {ballot["member"] for ballot in ballots if ballot["member"] in lines}
    named = {"heads"} | {test["measure"] for test in flat(rule.get("quorum", [])) + flat(rule.get("approval", []))}
    counts, split = {}, []
    for measure in MEASURES:
        if measure in named:
            counts[measure] = count(document, lines, present, reasons, measure)
            split = counts[measure].pop("split") or split
    answer = decide(rule, counts)
    answer |= {
        "counts": {measure: written(counts[measure], measure) for measure in counts},
        "received": len(ballots),
        "counted": reasons.count(None),
        "set_aside": [
            {"ballot": place + 1, "member": ballots[place]["member"], "reason": reason}
            for place, reason in enumerate(reasons)
            if reason
        ],
        "reports": {("household_conflict", name) for name in split}
        | {("present_not_entitled", member) for member in given if member not in lines},
    }
    return answer


def same(choice: Any) -> Any:
    return frozenset(choice) if isinstance(choice, list) else choice


def set_aside_reasons(ballots: list[dict], lines: dict[str, dict]) -> list[str | None]:
    reasons: list[str | None] = [None if ballot["member"] in lines else "not_entitled" for ballot in ballots]
    for member in lines:
        places = [place for place, ballot in enumerate(ballots) if ballot["member"] == member]
        if len({same(ballots[place]["choice"]) for place in places}) > 1:
            for place in places:
                reasons[place] = "conflict"
        else:
            for place in places[1:]:
                reasons[place] = "duplicate"
    for owner in {line["owner"] for line in lines.values() if "owner" in line}:
        places = [
            place
            for place, ballot in enumerate(ballots)
            if reasons[place] is None and lines[ballot["member"]].get("owner") == owner
        ]
        if len({same(ballots[place]["choice"]) for place in places}) > 1:
            for place in places:
                reasons[place] = "conflict"
    return reasons


def amount(members: set[str], lines: dict[str, dict], measure: str) -> Fraction | int:
    chosen = [lines[member] for member in sorted(members)]
    if measure == "area":
        return sum((Fraction(line["area"]) for line in chosen), Fraction(0))
    if measure == "households":
        return len({line["household"] for line in chosen})
    total, owners = 0, set()
    for line in chosen:
        if "owner" in line:
            if line["owner"] in owners:
                continue
            owners.add(line["owner"])
        total += line.get("heads", 1)
    return total


def count(document: dict, lines: dict, present: set[str], reasons: list, measure: str) -> dict[str, Any]:
    rule, ballots = document["rule"], document["ballots"]
    options = rule.get("options", [])
    words = [frozenset([option]) for option in options] or ["yes", "no"]
    counts: dict[str, Any] = {"entitled": amount(set(lines), lines, measure), "split": []}
    counts["present"] = amount(present, lines, measure)
    if document.get("secrecy") == "confidential":
        choices = [same(ballot["choice"]) for ballot in ballots]
        sizes = {choice: choices.count(choice) for choice in choices}
        counts["participating"] = len(choices)
    else:
        counted = {b["member"]: same(b["choice"]) for b, reason in zip(ballots, reasons, strict=True) if reason is None}
        counts["participating"] = amount(set(counted), lines, measure)
        by_choice: dict[Any, set[str]] = {}
        for member, choice in counted.items():
            if measure == "households":
                home = lines[member]["household"]
                others = {counted[each] for each in counted if lines[each]["household"] == home}
                if len(others) > 1:
                    choice = "conflict"
                    counts["split"] = sorted({*counts["split"], home})
            by_choice.setdefault(choice, set()).add(member)
        sizes = {choice: amount(members, lines, measure) for choice, members in by_choice.items()}
    marked = [choice for choice in sizes if isinstance(choice, frozenset) or choice in ("yes", "no")]
    votes = {}
    for word in words:
        name = next(iter(word)) if options else word
        votes[name] = sum((sizes[c] for c in marked if (name in c if options else c == name)), Fraction(0))
    counts |= {"options": votes} if options else votes
    counts |= {word: sizes.get(word, 0) for word in ("abstain", "invalid", "conflict")}
    counts["not_voting"] = counts["present"] - counts["participating"]
    counts["decisive"] = sum((sizes[choice] for choice in marked), Fraction(0))
    counts["valid"] = counts["decisive"] + counts["abstain"]
    return counts


def flat(conditions: Any) -> list[dict]:
    conditions = [conditions] if isinstance(conditions, dict) else conditions
    return [test for each in conditions for test in each.get("any", [each])]


def decide(rule: dict[str, Any], counts: dict[str, dict]) -> dict[str, Any]:
    options = rule.get("options", [])
    quorum = [judge("quorum", each, counts, None) for each in listed(rule.get("quorum", []))]
    approval = [
        judge("approval", each, counts, option)
        for each in listed(rule.get("approval", []))
        for option in options or [None]
    ]
    answer: dict[str, Any] = {"tests": quorum + approval}
    winners, tied, outcome = [], [], "no_quorum"
    if all(test["holds"] for test in quorum):
        outcome = "passed" if all(test["holds"] for test in approval) else "failed"
        if options:
            first = flat(rule.get("approval", []))
            votes = counts[first[0]["measure"] if first else "heads"]["options"]
            good = [o for o in options if all(test["holds"] for test in approval if test["option"] == o)]
            for option in good:
                above = [other for other in good if votes[other] > votes[option]]
                level = [other for other in good if votes[other] == votes[option]]
                if len(above) + len(level) <= rule.get("seats", 1):
                    winners.append(option)
                elif len(above) < rule.get("seats", 1):
                    tied.append(option)
            winners.sort(key=lambda option: (-votes[option], options.index(option)))
            outcome = "tie" if tied else "passed" if winners else "failed"
    if options:
        answer |= {"winners": winners, "tied": tied, "unfilled": rule.get("seats", 1) - len(winners)}
    return answer | {"outcome": outcome}


def listed(conditions: Any) -> list[dict]:
    return [conditions] if isinstance(conditions, dict) else conditions


def judge(kind: str, condition: dict, counts: dict[str, dict], option: str | None) -> dict[str, Any]:
    named = {"kind": kind} | ({"option": option} if option is not None else {})
    if "any" in condition:
        each = [judge(kind, test, counts, option) for test in condition["any"]]
        return named | {"any": each, "holds": any(test["holds"] for test in each)}
    measure, numbers = condition["measure"], counts[condition["measure"]]
    if kind == "quorum":
        numerator = numbers[condition.get("who", "present")]
    else:
        numerator = numbers["options"][option] if option is not None else numbers["yes"]
    denominator = numbers[condition["of"]]
    n, d = map(int, condition["fraction"].split("/"))

    def holds(value: Fraction | int) -> bool:
        if denominator == 0:
            return False
        share = Fraction(value) / Fraction(denominator)
        return share > Fraction(n, d) if condition["op"] == ">" else share >= Fraction(n, d)

    step = Fraction(1, 100) if measure == "area" else 1
    low, high = 0, int(denominator / step) + 1
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if holds(middle * step) else (middle + 1, high)
    keys = ("measure", "of", "op", "fraction") + (("who",) if condition.get("who") == "participating" else ())
    judged = {
        "numerator": number(numerator, measure),
        "denominator": number(denominator, measure),
        "needed": str(number(low * step, measure)) if denominator else None,
        "holds": holds(numerator),
    }
    return named | {key: condition[key] for key in keys} | judged


def number(value: Fraction | int, measure: str) -> int | str:
    if measure != "area":
        return int(value)
    hundredths = str(int(value * 100)).zfill(3)
    return f"{hundredths[:-2]}.{hundredths[-2:]}"


def written(counts: dict[str, Any], measure: str) -> dict[str, Any]:
    shown = {key: value for key, value in counts.items() if key not in ("decisive", "valid", "options")}
    answer: dict[str, Any] = {key: number(value, measure) for key, value in shown.items()}
    if "options" in counts:
        answer["options"] = {name: number(value, measure) for name, value in counts["options"].items()}
    return answer


# --- random documents -----------------------------------------------------------------------------------------------


def random_document(rng: Random) -> dict[str, Any]:
    """A document that the contract allows, small enough that every edge is met often."""
    confidential = rng.random() < 0.2
    measures = ("heads",) if confidential else MEASURES
    rule = random_rule(rng, measures)
    roster = plain_roster(rng) if confidential else random_roster(rng)
    ids = [line["id"] for line in roster]
    present = [rng.choice([*ids, "stranger", "guest"]) for _ in range(rng.randint(0, 6))]
    document = {"schema": "deliberation/tally-1", "rule": rule, "roster": roster}
    if rng.random() < 0.9:
        document["present"] = present
    if confidential:
        taken = [member for member in ids if rng.random() < 0.7]
        choices = sorted((random_choice(rng, rule) for _ in range(rng.randint(0, len(taken)))), key=str)
        ballots = [{"choice": choice, "channel": "online"} for choice in choices]
        return document | {"secrecy": "confidential", "participated": taken, "ballots": ballots}
    favourite = random_choice(rng, rule)
    ballots = []
    for _ in range(rng.randint(0, 12)):
        choice = favourite if rng.random() < 0.5 else random_choice(rng, rule)
        ballot = {"member": rng.choice([*ids, "stranger"]), "choice": choice}
        ballots.append(ballot | ({"channel": rng.choice(["online", "paper", "hands"])} if rng.random() < 0.8 else {}))
    return document | {"ballots": ballots}


def random_rule(rng: Random, measures: tuple[str, ...]) -> dict[str, Any]:
    by_options = rng.random() < 0.35
    abstain = ["abstain"] if rng.random() < 0.7 else []
    rule: dict[str, Any] = {"choices": abstain if by_options else ["yes", "no", *abstain]}
    if by_options:
        options = ["甲", "乙", "丙", "abstain"][: rng.randint(2, 4)]
        rule |= {"method": "options", "options": options}
        rule |= {"select": rng.randint(1, 3)} if rng.random() < 0.7 else {}
        rule |= {"seats": rng.randint(1, 4)} if rng.random() < 0.7 else {}
    if rng.random() < 0.8:
        rule["quorum"] = [random_condition(rng, measures, "quorum") for _ in range(rng.randint(0, 2))]
    if not by_options or rng.random() < 0.7:
        rule["approval"] = [random_condition(rng, measures, "approval") for _ in range(rng.randint(1, 2))]
    return rule


def random_condition(rng: Random, measures: tuple[str, ...], kind: str) -> dict[str, Any]:
    if rng.random() < 0.2:
        return {"any": [random_test(rng, measures, kind) for _ in range(rng.randint(1, 3))]}
    return random_test(rng, measures, kind)


def random_test(rng: Random, measures: tuple[str, ...], kind: str) -> dict[str, Any]:
    d = rng.choice([1, 2, 2, 3, 4, 5, 7, 1000])
    test = {"measure": rng.choice(measures), "op": rng.choice([">", ">="]), "fraction": f"{rng.randint(1, d)}/{d}"}
    if kind == "approval":
        return test | {"of": rng.choice(["entitled", "present", "participating", "valid", "decisive"])}
    who = rng.choice([{}, {"who": "participating"}])
    return test | {"of": "entitled"} | who


def plain_roster(rng: Random) -> list[dict[str, Any]]:
    return [{"id": f"m{index}"} for index in range(rng.randint(0, 8))]


def random_roster(rng: Random) -> list[dict[str, Any]]:
    lines = []
    heads_of = {owner: rng.choice([0, 1, 1, 2]) for owner in ("m0", "王", "李")}
    for line in plain_roster(rng):
        area = rng.choice(["0", "10", "33.3", "33.33", "89.50", "0.01", "007"])
        line |= {"household": rng.choice("ABC"), "area": area}
        if rng.random() < 0.5:
            owner = rng.choice(list(heads_of))
            line |= {"owner": owner, "heads": heads_of[owner]}
        elif rng.random() < 0.5:
            line["heads"] = rng.randint(0, 3)
        lines.append(line)
    return lines


def random_choice(rng: Random, rule: dict[str, Any]) -> Any:
    words = [*rule["choices"], "invalid"] if rng.random() < 0.4 else []
    if "options" not in rule:
        return rng.choice(words or ["yes", "no"])
    if words:
        return rng.choice(words)
    most = min(rule.get("select", 1), len(rule["options"]))
    return rng.sample(rule["options"], rng.randint(1, most))
