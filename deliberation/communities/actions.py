"""Founding the installation and its communities; local settings; the demo's clock."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlmodel import Session

from deliberation.audit.actions import Actor, open_log, record
from deliberation.communities.models import Community, Installation, LocalSetting, installation, root
from deliberation.communities.rules import may_found, may_move_clock, may_set
from deliberation.db import after_commit
from deliberation.jobs import wake
from deliberation.refusal import refuse_if
from deliberation.vocabulary import Act

EPOCH = 1


def make_installation(session: Session, now: datetime, *, log_name: str = "", is_demo: bool = False) -> Community:
    """Make the installation's one row, its root community and the root's log; once. Returns the root."""
    existing = root(session)
    if existing is not None:
        return existing
    name = log_name or f"deliberation-{secrets.token_hex(8)}"
    session.add(Installation(log_name=name, made_at=now, is_demo=is_demo))
    top = _plant(session, now, "本平台", "installation", None, "Asia/Shanghai")
    record(
        session,
        Act.INSTALLATION_MADE,
        top.id,
        "installation/1",
        actor=Actor(),
        data={"log_name": name, "demo": int(is_demo)},
    )
    return top


def found_community(
    session: Session, now: datetime, *, name: str, kind: str, parent: Community, actor: Actor
) -> Community:
    """Found a community below another; its log begins with its own founding."""
    refuse_if(may_found(kind, parent.kind))
    made = _plant(session, now, name, kind, parent, parent.timezone)
    data = {"name": name, "kind": kind, "parent": parent.id}
    record(session, Act.COMMUNITY_FOUNDED, made.id, f"community/{made.id}", actor=actor, data=data)
    return made


def set_local_setting(
    session: Session, now: datetime, *, of: Community, name: str, value: str, source: str, actor: Actor
) -> None:
    """Set a community's own choice, with where it comes from. Raises Refused."""
    refuse_if(may_set(name, value))
    put_setting(session, now, of=of, name=name, value=value, source=source, actor=actor)


def put_setting(
    session: Session, now: datetime, *, of: Community, name: str, value: str, source: str, actor: Actor
) -> None:
    """Write a setting whose value the asker's own rules have passed, and its entry in the log."""
    known = session.get(LocalSetting, (of.id, name)) or LocalSetting(
        community_id=of.id, name=name, value="", set_at=now
    )
    before, known.value, known.source, known.set_at = known.value, value, source, now
    session.add(known)
    data = {"name": name, "before": before, "value": value, "source": source}
    record(session, Act.SETTING_CHANGED, of.id, f"setting/{name}", actor=actor, data=data)


def move_clock(session: Session, now: datetime, *, to: datetime, actor: Actor) -> timedelta:
    """Move the demo's clock forward to an instant, never back; by how much it went on. Raises Refused."""
    made = installation(session)
    refuse_if(may_move_clock(made.is_demo, now, to))
    seconds = -int(-(to - now) // timedelta(seconds=1))
    made.clock_offset += seconds
    session.add(made)
    top = root(session)
    record(
        session,
        Act.CLOCK_MOVED,
        top.id,
        "installation/1",
        actor=actor,
        data={"seconds": seconds, "offset": made.clock_offset},
    )
    after_commit(session, wake.set)
    return timedelta(seconds=seconds)


def _plant(session: Session, now: datetime, name: str, kind: str, parent: Community | None, timezone: str) -> Community:
    made = Community(parent_id=parent.id if parent else None, kind=kind, name=name, timezone=timezone, founded_at=now)
    session.add(made)
    session.flush()
    made.lineage = f"{parent.lineage if parent else '/'}{made.id}/"
    session.add(made)
    session.flush()
    open_log(session, made.id, f"{installation(session).log_name}/{made.id}/audit/{EPOCH}")
    return made
