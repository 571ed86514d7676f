"""What minutes say of a lot: from whom people were drawn, how many of each stratum, by which seed, and who of them came."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from sqlmodel import Session

from deliberation.communities.models import Community
from deliberation.rooms.convening_models import Convening, Lot, invitations_of, lots_of
from deliberation.rooms.convening_rules import DECLINES
from deliberation.rooms.lot_rules import Seed, seed_of, stratum_of
from deliberation.rooms.lots import BASES, STRATA, pool_of, strata_of
from deliberation.rooms.models import attendance_of
from deliberation.rooms.unseated import how_withdrawn


def lot_lines(session: Session, convening: Convening) -> list[str]:
    """Every lot of the consultation that was drawn or given up, in order."""
    zone = session.get(Community, convening.community_id).zone
    return [line for lot in lots_of(session, convening.id) for line in _lines(session, convening, lot, zone)]


def _lines(session: Session, convening: Convening, lot: Lot, zone: tzinfo) -> Iterator[str]:
    if lot.drawn_at is None:
        if lot.abandoned_at is not None:
            yield f"抽签：第{lot.number}次名单固定以后放弃，没有抽。理由：{lot.why_abandoned}"
        return
    at = lot.drawn_at.astimezone(zone)
    strata = strata_of(lot)
    parted = "" if lot.strata == "none" else f"，{STRATA[lot.strata]}分组"
    of = sum(one.size for one in strata)
    groups = "；".join(f"{one.name}{one.size}人中{one.seats}人" for one in strata) if parted else ""
    yield (
        f"抽签：第{lot.number}次，{at.year}年{at.month}月{at.day}日，从{BASES[lot.base]}中抽{parted}，"
        f"{of}人中抽{sum(one.seats for one in strata)}人" + (f"：{groups}。" if groups else "。")
    )
    seed = seed_of(pool_of(session, lot), Seed(lot.secret, lot.root, lot.public))
    yield f"种子：{seed}（由口令、名单摘要和存证第{lot.size}条时的根合成，用抽签文件可以重算）"
    yield _came(session, convening, lot)
    yield from _set_aside(session, convening, lot)


def _came(session: Session, convening: Convening, lot: Lot) -> str:
    """How many declined, how many substitutes were called, how many came."""
    invited = [each for each in invitations_of(session, convening.id) if each.lot_id == lot.id]
    drawn = {number for one in strata_of(lot) for number in one.drawn}
    declined = sum(each.reply == DECLINES or each.withdrawn_at is not None for each in invited)
    called = sum(each.ticket not in drawn and stratum_of(strata_of(lot), each.ticket) is not None for each in invited)
    said = [f"推辞或者撤回{declined}人" if declined else "", f"按次序请候补{called}人" if called else ""]
    if convening.room_id is not None:
        here = {each.person_id for each in attendance_of(session, convening.room_id)}
        said.append(f"到场{sum(each.person_id in here for each in invited)}人")
    return "抽中的人：" + ("，".join(each for each in said if each) or "都没有推辞") + "。"


def _set_aside(session: Session, convening: Convening, lot: Lot) -> Iterator[str]:
    """Why invitations of people who were drawn were withdrawn, by their numbers."""
    for each in invitations_of(session, convening.id):
        if each.lot_id == lot.id and each.withdrawn_at is not None:
            _by, reason = how_withdrawn(session, each)
            yield f"抽中的第{each.ticket}号，邀请撤回。" + (f"理由：{reason}" if reason else "")
