"""版式 kept, changed, put away. What was exported with one says its columns itself, so a change alters no file."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor, record
from deliberation.legislation.layout_models import TableLayout, layouts_of
from deliberation.legislation.layout_rules import Columns, against_columns, against_name
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.refusal import Invalid
from deliberation.vocabulary import Act


def save_layout(
    session: Session,
    now: datetime,
    *,
    one: Solicitation,
    kept: TableLayout | None,
    named: tuple[str, Columns],
    actor: Actor,
) -> TableLayout:
    """A new one of the solicitation's point, or ``kept`` as it is now wanted. ``named``: name and columns. Raises Invalid."""
    name, columns = named
    others = [each.name for each in layouts_of(session, one.community_id) if kept is None or each.id != kept.id]
    mistakes = {"name": against_name(name, others), "columns": against_columns(columns)}
    if mistakes := {field: no for field, no in mistakes.items() if no is not None}:
        raise Invalid(mistakes)
    kept = kept or TableLayout(community_id=one.community_id, name=name, columns=[], saved_at=now)
    kept.name, kept.columns, kept.saved_at, kept.saved_by_id = (
        name,
        [list(pair) for pair in columns],
        now,
        actor.person_id,
    )
    session.add(kept)
    session.flush()
    record(
        session, Act.LAYOUT_SAVED, one.community_id, kept.subject, actor=actor, topic=one.subject,
        data={"columns": len(columns)},
        secrets={"name": name} | dict(columns),
    )  # fmt: skip
    return kept


def remove_layout(session: Session, now: datetime, *, one: Solicitation, kept: TableLayout, actor: Actor) -> None:
    """It is offered no more; files made with it stay."""
    kept.gone_at = now
    session.add(kept)
    record(session, Act.LAYOUT_REMOVED, one.community_id, kept.subject, actor=actor, topic=one.subject)
