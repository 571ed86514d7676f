"""导出: asked for, made in the background, kept some days; that a table left the house is an act of its own."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.audit.canonical import canonical
from deliberation.jobs import plan_job
from deliberation.legislation.export_files import FORMATS, Written
from deliberation.legislation.export_models import OpinionExport, kept_since, opinion_export, running_export
from deliberation.legislation.export_rows import table_of
from deliberation.legislation.export_rules import EDITIONS, FULL, Wanted, may_bundle, may_lay_out
from deliberation.legislation.export_telling import tell_ended, tell_running
from deliberation.legislation.solicitation_models import Solicitation, solicitation
from deliberation.refusal import Invalid, Refusal, Refused
from deliberation.vocabulary import Act, Role, _

EXPORT = "export_opinions"
BEAT = timedelta(seconds=30)
"""Whoever makes an export and has said nothing for so long is gone, and it is begun anew."""
MOST_TRIES = 3
CHOICE = Refusal(_("请从列出的选项中选择"))
NO_PURPOSE = Refusal(_("完整版有姓名和联系方式，请写明作什么用"), source=_("《个人信息保护法》第六条"))
RUNNING = Refusal(_("同样的一份正在导出"), remedy=_("请等它完成"), late=True)


def record_export(
    session: Session, one: Solicitation, what: tuple[str, str, Written], *, actor: Actor, object_: str = ""
) -> None:
    """Write that it was exported. ``what``: edition, format, what was written; ``object_``: its row, where it has one."""
    edition, format, written = what
    data = {"solicitation": one.id, "edition": edition, "format": format, "rows": written.rows}
    # Of a table with names digest and size are committed to, so that nobody finds out by guessing what stands in it.
    if edition == FULL:
        kept = {"sha256": written.sha256, "bytes": str(written.size)}
    else:
        data, kept = data | {"bytes": written.size, "sha256": written.sha256}, {}
    record(
        session, Act.OPINIONS_EXPORTED, one.community_id, object_ or one.subject, actor=actor, topic=one.subject,
        data=data, kept=kept,
    )  # fmt: skip


def ask_export(session: Session, now: datetime, *, one: Solicitation, wanted: Wanted, actor: Actor) -> OpinionExport:
    """Have it made. A full edition says what for. Raises Invalid, Refused."""
    edition, format, purpose = wanted.edition, wanted.format, wanted.purpose
    if mistakes := _mistakes(session, one, wanted):
        raise Invalid(mistakes)
    if running_export(session, one.id, wanted):
        raise Refused(RUNNING)
    made = OpinionExport(
        solicitation_id=one.id, edition=edition, format=format, purpose=purpose, layout_name=wanted.layout_name,
        columns=[list(pair) for pair in wanted.columns] or None, asked_at=now, asked_by_id=actor.person_id,
    )  # fmt: skip
    session.add(made)
    session.flush()
    plan_job(session, EXPORT, f"{made.subject}/0", now, export=made.id)
    tell_ended(session, one.id)
    record(
        session, Act.EXPORT_ASKED, one.community_id, made.subject, actor=actor, topic=one.subject,
        data={"solicitation": one.id, "edition": edition, "format": format}, secrets={"purpose": purpose} if purpose else {},
        kept={"layout": asked_as(made)},
    )  # fmt: skip
    return made


def asked_as(made: OpinionExport) -> str:
    """The layout that was asked for, name and columns, as the log commits to it."""
    return canonical([made.layout_name, made.columns or []]).decode()


def _mistakes(session: Session, one: Solicitation, wanted: Wanted) -> dict[str, Refusal]:
    """What is wrong with it, by field."""
    known = (("edition", wanted.edition, EDITIONS), ("format", wanted.format, FORMATS))
    if found := {name: CHOICE for name, value, choices in known if value not in choices}:
        return found
    if wanted.edition == FULL and not wanted.purpose:
        found["purpose"] = NO_PURPOSE
    if no := may_lay_out(wanted):
        found["layout"] = no
    if wanted.format == "bundle" and (no := may_bundle(table_of(session, one, wanted.edition).rows)):
        found["format"] = no
    return found


def record_taken(session: Session, *, made: OpinionExport, one: Solicitation, actor: Actor) -> None:
    """Write that somebody takes a table with names and contacts; the parts of one download are one."""
    data = {"solicitation": one.id, "edition": made.edition, "format": made.format}
    record(session, Act.EXPORT_TAKEN, one.community_id, made.subject, actor=actor, topic=one.subject, data=data)


def watch(session: Session, now: datetime, id: int) -> bool:
    """Look whether somebody makes it; True if this process is to begin. Looked at again until it has ended."""
    made = opinion_export(session, id)
    if not made.is_running:
        return False
    is_due = made.beat_at is None or now - made.beat_at > BEAT
    if is_due and made.tries >= MOST_TRIES:
        made.failed_at = now
        session.add(made)
        tell_ended(session, made.solicitation_id)
        return False
    if is_due:
        made.tries, made.beat_at, made.done, made.gone_at = made.tries + 1, now, 0, None
        session.add(made)
    looked = int((now - made.asked_at).total_seconds())
    plan_job(session, EXPORT, f"{made.subject}/{made.tries}/{looked}", now + BEAT + timedelta(seconds=1), export=id)
    return is_due


def beat(session: Session, now: datetime, id: int, done: int, total: int) -> bool:
    """Say how far it is; whether it is still to be made from what is being read."""
    made = opinion_export(session, id)
    if not made.is_running or made.gone_at is not None:
        return False
    made.beat_at, made.done, made.total = now, done, total
    session.add(made)
    tell_running(session, made.solicitation_id)
    return True


def end_export(session: Session, now: datetime, id: int, written: Written, made_as: tuple[str, int]) -> bool:
    """It is whole: write down where and what, and that it was exported. ``made_as``: the file's name, which try it was.

    False where another try was begun since, or something in it was taken back while it was made: then it begins anew.
    """
    stored, tried = made_as
    made = opinion_export(session, id)
    if not made.is_running or made.tries != tried:
        return False
    if made.gone_at is not None:
        give_up(session, now, id, tried)
        return False
    made.ended_at, made.done, made.total = now, written.rows, written.rows
    made.size, made.sha256, made.stored = written.size, written.sha256, stored
    session.add(made)
    tell_ended(session, made.solicitation_id)
    actor = Actor(Role.LIAISON.value, made.asked_by_id)
    one = solicitation(session, made.solicitation_id)
    record_export(session, one, (made.edition, made.format, written), actor=actor, object_=made.subject)
    return True


def give_up(session: Session, now: datetime, id: int, tried: int) -> None:
    """This try came to nothing; the next look begins anew, or gives up for good. One that was spoilt does not count."""
    made = opinion_export(session, id)
    if made.is_running and made.tries == tried:
        made.beat_at = now - BEAT - timedelta(seconds=1)
        if made.gone_at is not None:
            made.tries -= 1
        if made.tries >= MOST_TRIES:
            made.failed_at = now
        session.add(made)
        tell_ended(session, made.solicitation_id)


def left_behind(session: Session, now: datetime) -> None:
    """No file is part of a backup: what was put back offers none."""
    for made in kept_since(session):
        made.gone_at = now
        session.add(made)


def let_go(session: Session, now: datetime, days: int) -> list[str]:
    """Files that are kept no more: their names."""
    names = []
    for made in kept_since(session, now - timedelta(days=days)):
        made.gone_at = now
        names.append(made.stored)
        session.add(made)
        tell_ended(session, made.solicitation_id)
    return names
