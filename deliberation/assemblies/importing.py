"""Importing a roster: the plan of a file written down in one transaction, all of it or nothing (contracts.md)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from deliberation.assemblies.existing import existing_of
from deliberation.assemblies.models import RosterImport
from deliberation.assemblies.roster_facts import Change, PersonFact, Plan
from deliberation.assemblies.roster_file import open_roster
from deliberation.assemblies.roster_plan import plan_roster
from deliberation.assemblies.roster_rows import Sheet
from deliberation.assemblies.writing_down import write_plan
from deliberation.audit.actions import Actor, record
from deliberation.audit.models import LogHead, log_size
from deliberation.communities.models import Community
from deliberation.identity.actions import pinyin_key
from deliberation.identity.models import Appointment, person
from deliberation.identity.reach import outranked, roles_of
from deliberation.identity.rules import REGISTERING, may_manage_people
from deliberation.refusal import Invalid, Refusal, refuse_if
from deliberation.vocabulary import Act, _


@dataclass(frozen=True)
class ReadRoster:
    """A file read and planned before the writer's door; ``size`` is the log's size on which the plan was made."""

    filename: str
    sha256: str
    sheet: Sheet
    plan: Plan
    size: int
    readings: Mapping[str, str]
    is_shown: bool = False
    """Somebody was shown this very plan and confirmed it: no other one may be written in its place."""


@dataclass(frozen=True)
class LeftOut:
    """What becomes of bad rows: ``file`` is where they were put; ``remarks`` what the importer was told besides."""

    skip_bad: bool = False
    file: str = ""
    remarks: str = ""


ALL_OR_NOTHING = LeftOut()
CHANGED = Refusal(
    _("您核对之后，本单位的记录有了变动，没有导入任何内容"), remedy=_("请按下面重新列出的变动再核对一次"), late=True
)


def read_roster_file(session: Session, community: Community, data: bytes, filename: str) -> ReadRoster:
    """Read a file in a child process and plan it against what the community knows. Raises Refused."""
    sheet = open_roster(data, filename)
    size = log_size(session, community.id)
    plan = plan_roster(sheet, existing_of(session, community))
    readings = {fact.key: pinyin_key(fact.name) for fact in plan.people if fact.change is not Change.KEEP}
    return ReadRoster(filename, hashlib.sha256(data).hexdigest(), sheet, plan, size, readings)


def import_roster(
    session: Session,
    now: datetime,
    *,
    community: Community,
    read: ReadRoster,
    actor: Actor,
    left_out: LeftOut = ALL_OR_NOTHING,
) -> RosterImport:
    """Write a file's plan. Unless bad rows are left out, one refuses the whole file; a second time changes nothing.

    Raises Refused: without the right, for bad rows, if the community changed meanwhile so that other rows are bad now;
    Invalid if it changed so that a plan somebody confirmed is not what would be written.
    """
    if actor.person_id is not None:
        refuse_if(may_manage_people(roles_of(session, actor, community, now)))
    plan = _still_true(session, community, read)
    if read.is_shown and plan != read.plan:
        raise Invalid({"shown": CHANGED})
    refuse_if(_bad_rows(plan, read, left_out))
    refuse_if(_out_of_reach(session, now, plan, actor))
    made = _imported(plan, read, left_out, now)
    made.community_id, made.person_id = community.id, actor.person_id
    session.add(made)
    session.flush()
    if plan.changes_anything():
        write_plan(session, now, community, plan, read.readings, actor)
        counts = {"rows": plan.good_rows, "added": made.added, "altered": made.altered, "skipped": made.skipped}
        about = {"file": read.sha256}
        object_ = f"import/{made.id}"
        record(session, Act.ROSTER_IMPORTED, community.id, object_, actor=actor, data=counts, secrets=about)
    return made


def _still_true(session: Session, community: Community, read: ReadRoster) -> Plan:
    """The plan, made anew if the community changed since the file was read: by another process, or in this batch."""
    # Held until the commit, so that on PostgreSQL no second import of the same file passes this line beside us.
    size = session.exec(select(LogHead.size).where(LogHead.community_id == community.id).with_for_update()).one()
    waiting = any(entry.community_id == community.id for entry in session.info.get("entries", ()))
    if size == read.size and not waiting:
        return read.plan
    return plan_roster(read.sheet, existing_of(session, community))


def _bad_rows(plan: Plan, read: ReadRoster, left_out: LeftOut) -> Refusal | None:
    if plan.bad and not left_out.skip_bad:
        return Refusal(_("有{n}行需要改正，没有导入任何内容"), {"n": len(plan.bad_rows)})
    if plan.bad != read.plan.bad:
        return Refusal(_("读文件时名册又有了变动，没有导入任何内容"), remedy=_("请再导入一次"), late=True)
    return None


def _out_of_reach(session: Session, now: datetime, plan: Plan, actor: Actor) -> Refusal | None:
    """Phone and e-mail are names to sign in by: nobody changes those of somebody above them, not by a file either."""
    if actor.person_id is None:
        return None
    managers = set(session.exec(select(Appointment.person_id).where(col(Appointment.role).in_(REGISTERING))))
    for fact in plan.people:
        altered = fact.change is Change.ALTER and fact.known in managers
        if altered and outranked(session, now, who=person(session, fact.known), actor=actor):
            return _reserved(fact)
    return None


def _reserved(fact: PersonFact) -> Refusal:
    return Refusal(
        _("第{row}行会更改“{name}”的信息，这个人的权限比您大，没有导入任何内容"),
        {"row": min(fact.rows, default=0), "name": fact.name},
        remedy=_("请由上级单位的管理员导入"),
    )


def _imported(plan: Plan, read: ReadRoster, left_out: LeftOut, now: datetime) -> RosterImport:
    counts = plan.counts().values()
    return RosterImport(
        filename=read.filename[:200],
        sha256=read.sha256,
        at=now,
        added=sum(each["add"] for each in counts),
        altered=sum(each["alter"] for each in counts),
        skipped=len(plan.bad_rows),
        bad_file=left_out.file,
        remarks=left_out.remarks,
    )
