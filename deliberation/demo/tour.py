"""The guided tour: what to click as whom, worked out from where a matter really stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation.assemblies.models import standing_of
from deliberation.communities.models import Community
from deliberation.demo.cast import CAST, Player
from deliberation.demo.story import person_id
from deliberation.matters.doing import Doing, now_box
from deliberation.matters.engine import waiting_until
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Matter, proceedings_of
from deliberation.matters.reach import today_in

ORDER = ("李强", "赵敏", "吴桂兰", "孙立国", "周明", "林涛", "钱芳", "王秀英")
"""Who is asked first to do what several may do: residents before those who run things, so that the tour changes seats."""


@dataclass(frozen=True)
class Turn:
    """The next thing to do in a matter: by whom, where; or until when time has to pass."""

    matter: Matter
    player: Player | None
    doings: tuple[Doing, ...]
    waits_until: datetime | None


def next_turn(session: Session, matter: Matter, now: datetime) -> Turn:
    """Who can bring the matter on now, and by which act."""
    place = session.get(Community, matter.community_id)
    facts = facts_of(session, matter, now, place)
    proceedings = proceedings_of(session, matter.id)
    for player in _players(place.name):
        standing = standing_of(session, person_id(session, player.name, place.id), place, today_in(place, now))
        box = now_box(matter, facts, standing.roles, proceedings)
        helping = tuple(one for one in (*box.can, *box.also) if _is_onward(one, box.cannot))
        if helping:
            return Turn(matter, player, helping, waiting_until(facts))
    return Turn(matter, None, (), waiting_until(facts))


def _is_onward(doing: Doing, cannot: tuple) -> bool:
    """Optional acts are offered only where something is still missing that they may bring."""
    if doing.act in ("inspect", "add_evidence", "report_task", "assign_task"):
        return bool(cannot)
    return doing.act not in ("raise_objection", "skip_step", "choose_variant", "revise_plan")


def _players(place: str) -> list[Player]:
    mine = [player for player in CAST if player.place == place]
    return sorted(mine, key=lambda player: ORDER[::-1].index(player.name) if player.name in ORDER else 99)


def touring_matters(session: Session) -> list[Matter]:
    """Open matters, newest first: one that the newcomer proposed stands before the demo's own."""
    found = select(Matter).where(col(Matter.ended_at).is_(None)).order_by(col(Matter.begun_at).desc(), col(Matter.id).desc())
    return list(session.exec(found))
