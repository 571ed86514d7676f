"""The draw once more, from the words of docs/rooms-forms.md alone: nothing of the program is imported here."""

import hashlib
import json
from fractions import Fraction


def sha(text):
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def seed_in(document):
    """The seed of a document as ``/lots/N/document.json`` gives it."""
    tickets = sorted((int(t["ticket"]), t["stratum"]) for t in document["tickets"])
    rows = ",".join(f"[{n},{json.dumps(s, ensure_ascii=False)}]" for n, s in tickets)
    listed = f'{{"seats":{document["seats"]},"substitutes":{document["substitutes"]},"tickets":[{rows}]}}'
    lines = ["deliberation-lot/1", sha(listed), document["secret"], document["checkpoint"]["root"], document["public"]]
    return sha("\n".join(lines))


def redraw(document):
    """{stratum: ([drawn], [substitutes])} of such a document."""
    tickets = sorted((int(t["ticket"]), t["stratum"]) for t in document["tickets"])
    seed = seed_in(document)
    people = {}
    for number, stratum in tickets:
        people.setdefault(stratum, []).append(number)
    quotas = {s: Fraction(document["seats"] * len(n), len(tickets)) for s, n in people.items()}
    seats = {s: int(q) for s, q in quotas.items()}
    while sum(seats.values()) < document["seats"]:
        hungry = [s for s in quotas if seats[s] == int(quotas[s])]
        most = max(quotas[s] - int(quotas[s]) for s in hungry)
        equal = [s for s in hungry if quotas[s] - int(quotas[s]) == most]
        seats[min(equal, key=lambda s: sha(seed + "\nstratum\n" + s))] += 1
    result = {}
    for stratum, numbers in people.items():
        order = sorted(numbers, key=lambda n: sha(f"{seed}\n{n}"))
        result[stratum] = (order[: seats[stratum]], order[seats[stratum] :][: document["substitutes"]])
    return result
