"""A whole file of opinions: planned by a reader, so that the writer only writes, and written whole or not at all.

Planning looks every provision and quotation up in the draft, which takes as long as writing does. What it rests on (the
reading of the text, the days, the points) is looked at again by the writer; if it has moved the file is planned anew there.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, select

from deliberation.audit.actions import Actor, record
from deliberation.communities.models import community
from deliberation.identity.reach import roles_of
from deliberation.legislation.anchor_rules import Anchor
from deliberation.legislation.intake_rules import COLUMNS, Fault, Row
from deliberation.legislation.opinion_models import OpinionIntake
from deliberation.legislation.opinion_rules import KEPT_BACK, SHOWN, Signature, may_type, word_mistakes
from deliberation.legislation.opinion_typing import UNKNOWN_PLACE, Articles
from deliberation.legislation.opinion_writing import Brought, New, write_opinions
from deliberation.legislation.solicitation_models import Solicitation, points_of, text_asked_on
from deliberation.legislation.solicitation_rules import may
from deliberation.matters.days import day_of
from deliberation.refusal import Invalid, Refusal, Refused, refuse_if
from deliberation.vocabulary import Act, Role, _

WRITTEN = 5_000
"""Opinions that are written with one statement a table: what is held beside them at once."""


@dataclass(frozen=True)
class Came:
    """A file as it came: the cells of its table, or its lines."""

    kind: str
    lines: tuple[Any, ...]


@dataclass(frozen=True)
class ReadFile:
    """A file of opinions, read: its rows, and by what it is known again. ``faults`` are those of rows that are left out."""

    name: str
    sha256: str
    rows: tuple[Row, ...]
    unknown: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()
    came: Came | None = None


@dataclass(frozen=True)
class Ground:
    """What a plan rests on."""

    version_id: int
    reading: int
    stage: str
    opened_on: date | None
    closed_on: date | None
    today: date
    points: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Planned:
    """A file that is ready to be written: its opinions, what is wrong with the others."""

    file: ReadFile
    publishes: bool
    ground: Ground
    new: tuple[New, ...]
    faults: tuple[Fault, ...]

    @property
    def all_faults(self) -> tuple[Fault, ...]:
        """What is wrong with the rows that are left out, in the reading and in what they are about, row by row."""
        return tuple(sorted((*self.file.faults, *self.faults), key=lambda fault: fault.row))

    @property
    def skipped(self) -> int:
        """How many rows are left out."""
        return len({fault.row for fault in self.all_faults})


def plan_intake(session: Session, now: datetime, *, one: Solicitation, file: ReadFile, publishes: bool) -> Planned:
    """Look up what every row is about. ``publishes``: the authors agreed that everybody reads what they said."""
    ground = _ground(session, now, one)
    articles, points = Articles(session, one), dict(ground.points)
    new: list[New] = []
    faults: list[Fault] = []
    for row in file.rows:
        found, made = _row(one, ground, articles, points, row, publishes)
        faults += [Fault(row.number, COLUMNS[name], no) for name, no in found.items()]
        if made is not None:
            new.append(made)
    return Planned(file, publishes, ground, tuple(new), tuple(faults))


def _ground(session: Session, now: datetime, one: Solicitation) -> Ground:
    zone = community(session, one.community_id).zone
    _draft, version = text_asked_on(session, one)
    days = (day_of(one.opened_at, zone), day_of(one.last_moment, zone)) if one.opened_at else (None, None)
    points = tuple((each.name, each.id) for each in points_of(session, one.community_id))
    return Ground(version.id, version.reading, one.stage_at(now), *days, day_of(now, zone), points)


def _row(
    one: Solicitation, ground: Ground, articles: Articles, points: dict[str, int], row: Row, publishes: bool
) -> tuple[dict[str, Refusal], New | None]:
    """What is wrong with a row by its column; or the opinion."""
    said_on = row.said_on or min(ground.today, ground.closed_on or ground.today)
    found: dict[str, Refusal] = {}
    label, anchor = articles.anchor(row.label, row.part, row.original)
    if isinstance(anchor, Refusal):
        found["provision" if anchor.reason == UNKNOWN_PLACE else "original"] = anchor
        anchor = Anchor()
    else:
        found |= word_mistakes(row.said, anchor)
    opened, closed = ground.opened_on or ground.today, ground.closed_on or ground.today
    if no := may_type(ground.stage, said_on, opened, closed, ground.today):
        found["submitted_at"] = no
    if row.point and row.point not in points:
        found["collection_point"] = Refusal(_("本联系点没有“{value}”这个采集点"), {"value": row.point})
    if found:
        return found, None
    signed = Signature(
        **{name: getattr(row.signature, name) for name in Signature.__dataclass_fields__} | {"publishes": publishes}
    )
    brought = Brought(
        row.channel, said_on, points.get(row.point), collector=row.collector, note=row.note, as_said=row.as_said
    )
    return found, New(one, anchor, label, row.said, signed, SHOWN if publishes else KEPT_BACK, said_on, brought)


def import_opinions(
    session: Session, now: datetime, *, one: Solicitation, file: ReadFile, publishes: bool, actor: Actor
) -> OpinionIntake:
    """Plan and write in one, for who has no reader before the writer."""
    planned = plan_intake(session, now, one=one, file=file, publishes=publishes)
    return write_intake(session, now, one=one, planned=planned, actor=actor)


def write_intake(
    session: Session, now: datetime, *, one: Solicitation, planned: Planned, actor: Actor, skips_bad: bool = False
) -> OpinionIntake:
    """Write a file whole, or not at all: then every fault with its row and column (``Invalid.details``).

    ``skips_bad``: the rows that are wrong are left out; whoever has it imported has them back.
    """
    where = community(session, one.community_id)
    # The command line is the administrator's, whose right is the machine's; but what is not open yet takes nothing in.
    roles = roles_of(session, actor, where, now) if actor.person_id else frozenset({Role.LIAISON.value})
    refuse_if(may("import_opinions", roles, one.stage_at(now)))
    file = planned.file
    if session.exec(select(OpinionIntake).where(OpinionIntake.solicitation_id == one.id,
                                                OpinionIntake.sha256 == file.sha256)).first():  # fmt: skip
        raise Refused(Refusal(_("这个文件已经导入过"), remedy=_("没有再导入一次，意见不会重复"), late=True))
    if planned.ground != _ground(session, now, one):
        anew = plan_intake(session, now, one=one, file=file, publishes=planned.publishes)
        if skips_bad and anew.faults != planned.faults:  # The rows to be given back would be others than these.
            raise Refused(
                Refusal(_("草案、日期或采集点刚刚变了，没有导入任何内容"), remedy=_("请再导入一次"), late=True)
            )
        planned = anew
    faults = planned.all_faults
    if (faults and not skips_bad) or not planned.new:
        reason = _("有{n}处需要改正，没有导入任何内容")
        raise Invalid({"file": Refusal(reason, {"n": len(faults)})}, list(faults))
    made = OpinionIntake(
        solicitation_id=one.id, filename=file.name, sha256=file.sha256, rows=len(planned.new),
        unknown="、".join(file.unknown), at=now, person_id=actor.person_id, skipped=planned.skipped,
    )  # fmt: skip
    session.add(made)
    session.flush()
    _write(session, now, one, planned.new, made.id, actor)
    secrets = {"filename": file.name, "sha256": file.sha256}
    record(
        session, Act.OPINIONS_IMPORTED, one.community_id, f"intake/{made.id}", actor=actor,
        data={"solicitation": one.id, "rows": len(planned.new)}, secrets=secrets, topic=one.subject,
    )  # fmt: skip
    return made


def _write(
    session: Session, now: datetime, one: Solicitation, new: Sequence[New], intake_id: int, actor: Actor
) -> None:
    """All in one transaction, some thousands with each statement."""
    for at in range(0, len(new), WRITTEN):
        part = [
            replace(each, of=one, brought=replace(each.brought, intake_id=intake_id)) for each in new[at : at + WRITTEN]
        ]
        write_opinions(session, now, part, Act.OPINION_TYPED, [actor] * len(part))
