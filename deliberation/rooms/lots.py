"""The verbs of drawing by lot: fix the list and the secret's commitment, draw once the log's root is there, call substitutes.

Which root: that of the log with the commitment as its last entry. Its entry carries salts that the server makes, so the
convenor, whose secret is fixed in it, cannot know the root beforehand; whoever runs the server makes the salts and does
not know the secret. Nobody chooses among later roots, because there is only this one. It is used once a signed checkpoint
covers it, so that the log cannot be told otherwise afterwards.
"""

from __future__ import annotations

import hashlib
import json
import secrets as chance
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert
from sqlmodel import Session, col, select

from deliberation.assemblies.electorate import electorate
from deliberation.assemblies.models import Assembly, Member, Standing, holding_on, owned_units
from deliberation.audit.canonical import canonical
from deliberation.audit.models import entries_about
from deliberation.communities.models import Community
from deliberation.identity.models import people_by_id
from deliberation.matters.reach import today_in
from deliberation.refusal import Invalid, Refusal, Refused, refuse_if
from deliberation.rooms.convening import acting, enter
from deliberation.rooms.convening_models import (
    Convening,
    Invitation,
    Lot,
    LotTicket,
    invitations_of,
    lots_of,
    tickets_of,
)
from deliberation.rooms.form_rules import DRAWN
from deliberation.rooms.invitations import Asked, put_in
from deliberation.rooms.lot_places import may_fill, strata_of, stratum_invited
from deliberation.rooms.lot_rules import (
    FORMAT,
    LEAST_SECRET,
    MOST_SECRET,
    Pool,
    Seed,
    Stratum,
    Ticket,
    commitment,
    digest,
    draw,
    next_substitute,
    seed_of,
    stratum_of,
)
from deliberation.vocabulary import Act, _

BASES: dict[str, str] = {
    "adults": _("年满十八周岁的人（按人员名册）"),
    "households": _("每户的代表"),
    "owners": _("各专有部分的表决人"),
}
STRATA: dict[str, str] = {
    "none": _("不分组"),
    "building": _("按楼栋"),
    "group": _("按小组"),
    "age": _("按年龄段"),
    "sex": _("按性别"),
}
WHOLE, UNKNOWN = "全体", "未登记"
AGES = ((35, "34岁以下"), (60, "35至59岁"), (999, "60岁以上"))
"""Age bands: a local setting, no rule names them."""


@dataclass(frozen=True)
class Wanted:
    """What the convenor fixes: whom the list holds, how it is parted, seats, substitutes a stratum, the secret."""

    base: str
    strata: str
    seats: int
    substitutes: int
    secret: str
    announced: str = ""


@dataclass(frozen=True)
class LogRoot:
    """The root of a log of this size, base64, which a signed checkpoint covers."""

    origin: str
    size: int
    root: str


def check_secret(secret: str) -> Refusal | None:
    if not LEAST_SECRET <= len(secret) <= MOST_SECRET or any(not char.isprintable() for char in secret):
        return Refusal(_("口令要{least}到{most}个字，写成一行"), {"least": LEAST_SECRET, "most": MOST_SECRET})
    return None


def running_lot(session: Session, convening_id: int) -> Lot | None:
    """The lot whose list is fixed and that is neither drawn nor abandoned."""
    return next((one for one in lots_of(session, convening_id) if not one.drawn_at and not one.abandoned_at), None)


def commit_lot(
    session: Session, now: datetime, *, convening: Convening, community: Community, wanted: Wanted, standing: Standing
) -> Lot:
    """Fix the list and the commitment; the secret itself is not kept. Raises Refused, Invalid."""
    actor = acting("commit_lot", standing, convening)
    _check_wanted(session, convening, wanted)
    people = _people(session, now, convening, community, wanted)
    if not 1 <= wanted.seats <= len(people):
        raise Invalid({"seats": Refusal(_("名单上有{n}人，名额要在1到{n}之间"), {"n": len(people)})})
    pool = Pool(tuple(Ticket(n, name) for n, (_id, name) in enumerate(people, 1)), wanted.seats, wanted.substitutes)
    salt = chance.token_hex(32)
    made = Lot(
        convening_id=convening.id, number=len(lots_of(session, convening.id)) + 1, base=wanted.base,
        strata=wanted.strata, seats=wanted.seats, substitutes=wanted.substitutes, announced=wanted.announced,
        commitment=commitment(wanted.secret), digest=digest(pool), salt=salt, names_root=names_root(salt, people),
        committed_at=now, committed_by_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    rows = [
        {"lot_id": made.id, "number": n, "person_id": id, "stratum": name} for n, (id, name) in enumerate(people, 1)
    ]
    session.connection().execute(insert(LotTicket.__table__), rows)
    data = {
        "convening": convening.id, "base": made.base, "strata": made.strata, "tickets": len(people),
        "seats": made.seats, "substitutes": made.substitutes, "commitment": made.commitment, "digest": made.digest,
        "names_root": made.names_root, "announced": made.announced,
    }  # fmt: skip
    enter(session, Act.LOT_COMMITTED, convening, actor, data, object_=made.topic)
    return made


def _check_wanted(session: Session, convening: Convening, wanted: Wanted) -> None:
    if convening.rules.role(DRAWN) is None:
        raise Refused(Refusal(_("这种形式不用抽签产生参加人")))
    if running_lot(session, convening.id) is not None:
        raise Refused(Refusal(_("已经固定了一份名单，还没有抽"), remedy=_("先抽完，或者写明理由放弃"), late=True))
    if no := check_secret(wanted.secret):
        raise Invalid({"secret": no})


def names_root(salt: str, people: list[tuple[int, str]]) -> str:
    """SHA-256 over the salt and who has which ticket, hex: names cannot be guessed out of the log."""
    lines = [[number, f"person/{id}", stratum] for number, (id, stratum) in enumerate(people, 1)]
    return hashlib.sha256(bytes.fromhex(salt) + canonical(lines)).hexdigest()


def _people(
    session: Session, now: datetime, convening: Convening, community: Community, wanted: Wanted
) -> list[tuple[int, str]]:
    """(person, stratum) of everybody who may be drawn, each once; whoever is invited already is left out."""
    today = today_in(community, now)
    lines = electorate(session, today, community=community, body="", base=wanted.base)
    invited = {each.person_id for each in invitations_of(session, convening.id)} | {convening.convened_by_id}
    ids = sorted({line.person_id for line in lines} - invited)
    strata = _strata(session, ids, wanted.strata, community, today)
    return [(id, strata.get(id, UNKNOWN)) for id in ids]


def _strata(session: Session, ids: list[int], by: str, community: Community, today: date) -> dict[int, str]:
    if by == "building":
        return {id: _building(session, id, community, today) for id in ids}
    if by == "group":
        return _groups(session, community, today)
    if by in ("age", "sex"):
        people = people_by_id(session, ids)
        said = {id: (_age(each.born_on, today) if by == "age" else each.gender) for id, each in people.items()}
        return {id: word for id, word in said.items() if word}
    return dict.fromkeys(ids, WHOLE)


def _building(session: Session, id: int, community: Community, today: date) -> str:
    units = owned_units(session, id, community, today)
    return units[0].split("号楼")[0] + "号楼" if units and "号楼" in units[0] else UNKNOWN


def _groups(session: Session, community: Community, today: date) -> dict[int, str]:
    found = (
        select(Member.person_id, Assembly.name)
        .join(Assembly, col(Assembly.id) == Member.assembly_id)
        .where(Assembly.kind == "group", Assembly.community_id == community.id, *holding_on(Member, today))
        .order_by(col(Member.id).desc())
    )
    return dict(map(tuple, session.exec(found)))


def _age(born_on: date | None, today: date) -> str:
    if born_on is None:
        return ""
    years = today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
    return next(word for below, word in AGES if years < below)


# --- the draw


def pool_of(session: Session, lot: Lot) -> Pool:
    tickets = tuple(Ticket(one.number, one.stratum) for one in tickets_of(session, lot.id))
    return Pool(tickets, lot.seats, lot.substitutes)


def size_needed(session: Session, lot: Lot) -> int:
    """The size of the log with the lot's commitment as its last entry."""
    entry = next(one for one in entries_about(session, lot.topic) if one.act == Act.LOT_COMMITTED)
    return entry.index + 1


def draw_lot(
    session: Session,
    now: datetime,
    *,
    lot: Lot,
    convening: Convening,
    seed: Seed,
    log_root: LogRoot | None,
    standing: Standing,
) -> None:
    """Draw: the secret is opened, the seed is made, whoever is drawn is invited. Raises Refused, Invalid."""
    actor = acting("draw_lot", standing, convening)
    refuse_if(Refusal(_("这次抽签已经办过"), late=True) if lot.drawn_at or lot.abandoned_at else None)
    if log_root is None or log_root.size != size_needed(session, lot):
        raise Refused(Refusal(_("存证还没有签到固定名单的那一条"), remedy=_("请过一会儿再抽"), late=True))
    if commitment(seed.secret) != lot.commitment:
        raise Invalid({"secret": Refusal(_("和固定名单时的口令不一样"))})
    if bool(lot.announced) != bool(seed.public):
        raise Invalid(
            {"public": Refusal(_("请填写事先说好的公开数字")) if lot.announced else Refusal(_("没有约定公开数字"))}
        )
    pool = pool_of(session, lot)
    made = seed_of(pool, Seed(seed.secret, log_root.root, seed.public))
    drawn = draw(pool, made)
    lot.drawn_at, lot.secret, lot.public = now, seed.secret, seed.public
    lot.origin, lot.size, lot.root = log_root.origin, log_root.size, log_root.root
    lot.result = [_row(one) for one in drawn]
    session.add(lot)
    session.flush()
    data = {
        "convening": convening.id, "seats": lot.seats, "secret": lot.secret, "size": lot.size, "root": lot.root,
        "public": lot.public, "seed": made, "result": hashlib.sha256(canonical(lot.result)).hexdigest(),
    }  # fmt: skip
    enter(session, Act.LOT_DRAWN, convening, actor, data, object_=lot.topic)
    who = {one.number: one.person_id for one in tickets_of(session, lot.id)}
    for number in (number for one in drawn for number in one.drawn):
        asked = Asked(DRAWN, who[number], lot_id=lot.id, ticket=number)
        put_in(session, now, convening=convening, asked=asked, actor=actor)


def _row(one: Stratum) -> dict[str, Any]:
    return {
        "stratum": one.name, "size": one.size, "seats": one.seats, "drawn": list(one.drawn),
        "substitutes": list(one.substitutes),
    }  # fmt: skip


def abandon_lot(
    session: Session, now: datetime, *, lot: Lot, convening: Convening, reason: str, standing: Standing
) -> None:
    """Give up a list that was fixed and not drawn, with a reason; it stays to be seen. Raises Refused."""
    actor = acting("draw_lot", standing, convening)
    refuse_if(Refusal(_("这次抽签已经办过"), late=True) if lot.drawn_at or lot.abandoned_at else None)
    lot.abandoned_at, lot.why_abandoned = now, reason
    session.add(lot)
    session.flush()
    data = {"convening": convening.id, "number": lot.number}
    enter(session, Act.LOT_ABANDONED, convening, actor, data, {"reason": reason}, object_=lot.topic)


def call_substitute(
    session: Session, now: datetime, *, lot: Lot, convening: Convening, gone: Invitation, standing: Standing
) -> Invitation:
    """Invite the next substitute of the stratum in which somebody declined. Raises Refused."""
    actor = acting("call_substitute", standing, convening)
    refuse_if(may_call(session, lot, gone))
    stratum = stratum_of(strata_of(lot), gone.ticket)
    called = [each.ticket for each in invitations_of(session, convening.id) if each.lot_id == lot.id]
    number = next_substitute(stratum, called)
    who = next(one.person_id for one in tickets_of(session, lot.id) if one.number == number)
    data = {"convening": convening.id, "for": gone.ticket, "ticket": number}
    enter(session, Act.SUBSTITUTE_CALLED, convening, actor, data, object_=lot.topic)
    asked = Asked(DRAWN, who, lot_id=lot.id, ticket=number)
    return put_in(session, now, convening=convening, asked=asked, actor=actor)


def may_call(session: Session, lot: Lot, gone: Invitation) -> Refusal | None:
    """A substitute only for somebody drawn who does not come, one for one, in the order of the lot."""
    if gone.lot_id != lot.id or gone.holds:
        return Refusal(_("这个人没有推辞，不用候补"))
    if no := may_fill(session, gone):
        return no
    stratum, own = stratum_invited(session, lot, gone)
    if sum(each.holds for each in own) >= stratum.seats:
        return Refusal(_("这一组的名额已经补满"), late=True)
    if next_substitute(stratum, [each.ticket for each in own]) is None:
        return Refusal(_("这一组没有候补了"), late=True)
    return None


def document_of(session: Session, lot: Lot) -> dict[str, Any]:
    """The lot as anybody can draw it again, ``deliberation lot FILE`` included. It names nobody."""
    return {
        "format": FORMAT,
        "convening": lot.convening_id,
        "number": lot.number,
        "seats": lot.seats,
        "substitutes": lot.substitutes,
        "tickets": [{"ticket": one.number, "stratum": one.stratum} for one in tickets_of(session, lot.id)],
        "digest": lot.digest,
        "commitment": lot.commitment,
        "announced": lot.announced,
        "secret": lot.secret,
        "checkpoint": {"origin": lot.origin, "size": lot.size, "root": lot.root},
        "public": lot.public,
        "result": list(lot.result),
    }


def document_text(session: Session, lot: Lot) -> str:
    return json.dumps(document_of(session, lot), ensure_ascii=False, indent=1) + "\n"
