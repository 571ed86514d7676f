"""A poll's question, electorate and weights as files that belenios-tool 2.0 reads: to hold it with its cryptography.

Voters are numbers of roster lines and leave no name and no address in another program. Belenios takes whole numbers as
weights: heads in one file, areas in whole square metres in another (audit.md 2.2: no finer than that, so that a weight
does not single somebody out by itself). One owner is one voter with all units together.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from typing import Any

from deliberation.voting.models import Poll

GROUP = "BELENIOS-2048"
_ANSWERS = {"yes": "赞成", "no": "反对", "abstain": "弃权"}
HUNDREDTHS = 100


def questions(poll: Poll, place: str) -> dict[str, Any]:
    """The election template: one question with exactly one answer, or up to ``select`` of the options."""
    rule = poll.rule
    answers = list(rule.get("options") or [_ANSWERS[choice] for choice in rule["choices"]])
    most = rule.get("select", 1)
    question: dict[str, Any] = {"question": poll.question, "answers": answers, "min": 1, "max": most}
    if rule.get("options") and "abstain" in rule["choices"]:
        question |= {"blank": True}
    return {
        "name": f"{place}：{poll.question}"[:200],
        "description": f"text sha256 {poll.text_sha256}",
        "administrator": place,
        "credential_authority": "server",
        "questions": [question],
    }


def voters(lines: Iterable[Any], *, by_area: bool = False) -> str:
    """One line a voter: address, name, weight. The address is of a domain that exists nowhere (RFC 2606)."""
    weights: dict[Any, tuple[int, int, int]] = {}
    for line in lines:
        who = line.owner or line.number
        number, heads, area = weights.get(who, (line.number, line.heads, 0))
        weights[who] = (number, heads, area + (line.area or 0))
    rows = []
    for number, heads, area in weights.values():
        weight = max(1, (area + HUNDREDTHS // 2) // HUNDREDTHS) if by_area else heads
        rows.append(f"line{number}@roster.invalid,line{number},{weight}")
    return "\n".join(rows) + "\n"


def files(poll: Poll, place: str, lines: list[Any], root: str) -> dict[str, str]:
    """Every file of the export, by name."""
    made = {
        "questions.json": json.dumps(questions(poll, place), ensure_ascii=False, indent=1) + "\n",
        "voters-heads.txt": voters(lines),
    }
    if any(line.area for line in lines):
        made["voters-area.txt"] = voters(lines, by_area=True)
    return {"README.txt": _readme(poll, root, sorted(made))} | made


def packed(found: dict[str, str]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in found.items():
            archive.writestr(name, content)
    return memory.getvalue()


def _readme(poll: Poll, root: str, names: list[str]) -> str:
    return f"""Poll {poll.id}, roster root {root}
Files: {", ".join(names)}

In a folder of its own, with belenios-tool 2.0:

  UUID=$(belenios-tool setup generate-token)
  belenios-tool setup generate-credentials --uuid $UUID --group {GROUP} --file voters-heads.txt
  mv *.pubcreds public_creds.json
  belenios-tool setup generate-trustee-key --group {GROUP}
  cat *.pubkey > public_keys.jsons
  belenios-tool setup make-trustees
  belenios-tool setup make-election --uuid $UUID --group {GROUP} --template questions.json

line7 is line 7 of the frozen roster. Weights by area are whole square metres. Belenios adds up one weight: where a rule
counts by heads and by area, hold one election with each file.
"""
