"""Who would be on the roster of a step's vote, if it were frozen today."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation.assemblies.electorate import Line, Part, electorate
from deliberation.communities.models import Community
from deliberation.matters.models import Matter
from deliberation.matters.procedure import Step
from deliberation.matters.reach import today_in
from deliberation.matters.words import BODIES, base_of
from deliberation.refusal import Refusal, Refused
from deliberation.vocabulary import _

NAMED = frozenset({"villagers_group", "collective_assembly", "collective_delegates"})
"""Bodies of which a village has several: the matter says which."""
NO_GROUP = Refusal(_("议题没有写明是哪个村民小组，不能确定名册"), source=_("村民委员会组织法第三十二条"))


def body_of(step: Step) -> str:
    """Whose roster it is: delegates decide in the place of the members, and then it is theirs (农村集体经济组织法 28)."""
    return "collective_delegates" if step.poll == "collective_delegates" else step.body


def body_words(body: str, scope: str) -> str:
    """What a body is called on the papers it issues: which group or which collective it is of."""
    if body not in NAMED or not scope:
        return BODIES.get(body, "")
    if body == "villagers_group":
        return f"{scope}会议" if scope.endswith("小组") else f"{scope}村民小组会议"
    return f"{scope}{'成员代表大会' if body == 'collective_delegates' else '成员大会'}"


def part_of(matter: Matter, body: str) -> Part:
    """Which part of the community this body decides for: the matter's building or entrance, or its group. Raises Refused."""
    if body == "villagers_group" and not matter.scope:
        raise Refused(NO_GROUP)
    return Part(matter.building, matter.entrance, matter.scope if body in NAMED else "")


def deciders(session: Session, now: datetime, *, matter: Matter, place: Community, step: Step) -> list[Line]:
    """The lines as they stand now. Raises Refused where the records do not settle them."""
    part, base = part_of(matter, step.body), base_of(step.poll)
    return electorate(session, today_in(place, now), community=place, body=body_of(step), base=base, part=part)
