"""Draw a map of opinion with red-dwarf (the pipeline of Polis: PCA, k-means by silhouette, group-aware consensus).

``python -m deliberation.rooms.map_drawing``: a JSON list of [person, statement, mark] on standard input, the map on
standard output. A process of its own, because the library and its arithmetic are large; the server never imports it.
Ends with 3 where the library is not installed (``pip install red-dwarf``, or the extra ``map``).
"""

from __future__ import annotations

import json
import sys
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from deliberation.rooms.map_rules import SMALLEST_GROUP

ENOUGH_MARKS = 7
"""A person with fewer marks is not placed, as with Polis; with fewer statements: who marked them all."""
FEWEST_PLACED = 8
"""Below this many placed people a map says more of persons than of opinions; none is drawn."""
MOST_GROUPS = 5
MISSING = 3
SEED = 1

Mark = tuple[int, int, int]


def draw(marks: Iterable[Mark]) -> dict[str, Any]:
    """Groups with their people and centre (thousandths), and how often each group agreed with, against, passed each one.

    No person's own place leaves this function. Without enough people: no groups. The same marks give the same map.
    """
    marks = sorted(marks)
    found: dict[str, Any] = {"groups": [], "members": {}, "consensus": {}}
    statements = {statement for _person, statement, _mark in marks}
    enough = min(ENOUGH_MARKS, len(statements))
    if not _can_be_grouped(marks, enough):
        return found
    from reddwarf.implementations.polis import run_pipeline

    votes = [{"participant_id": who, "statement_id": what, "vote": mark, "modified": 0} for who, what, mark in marks]
    for most in range(MOST_GROUPS, 1, -1):
        result = run_pipeline(votes=votes, min_user_vote_threshold=enough, max_group_count=most, random_state=SEED)
        people = result.participants_df[result.participants_df["to_cluster"]].dropna(subset=["cluster_id"])
        # A single person who answers like nobody else would stand as a group; with fewer groups they join the nearest.
        if people.groupby("cluster_id").size().min() >= SMALLEST_GROUP:
            break
    for number, (_label, group) in enumerate(sorted(people.groupby("cluster_id"), key=lambda one: -len(one[1]))):
        centre = [round(float(group[axis].mean()) * 1000) for axis in ("x", "y")]
        found["groups"].append({"people": len(group), "x": centre[0], "y": centre[1]})
        found["members"] |= {str(int(who)): number for who in group.index}
    for statement, row in result.statements_df.iterrows():
        shares = [row["group-aware-consensus-agree"], row["group-aware-consensus-disagree"]]
        found["consensus"][str(int(statement))] = [round(float(share) * 1000) for share in shares]
    return found


def _can_be_grouped(marks: list[Mark], enough: int) -> bool:
    """Whether enough people marked enough, and do not all say the very same: of one opinion there is no map."""
    said: defaultdict[int, list[tuple[int, int]]] = defaultdict(list)
    for person, statement, mark in marks:
        said[person].append((statement, mark))
    placed = [tuple(own) for own in said.values() if len(own) >= enough]
    return enough >= 2 and len(placed) >= FEWEST_PLACED and len(set(placed)) >= 2


def main() -> int:
    try:
        import reddwarf  # noqa: F401 - only whether it is there
    except ImportError:
        return MISSING
    json.dump(draw(map(tuple, json.load(sys.stdin))), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
