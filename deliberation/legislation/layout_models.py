"""Layouts of the table of opinions that a contact point keeps for itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Column
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.legislation.layout_rules import Columns
from deliberation.refusal import Missing


class TableLayout(Row, table=True):
    """One layout; ``columns``: pairs of key and heading. ``gone_at``: since when it is offered no more."""

    __tablename__ = "table_layout"

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    name: str
    columns: list = Field(sa_column=Column(JSON, nullable=False))
    saved_at: datetime
    saved_by_id: int | None = Field(default=None, foreign_key="person.id")
    gone_at: datetime | None = None

    @property
    def subject(self) -> str:
        return f"layout/{self.id}"

    @property
    def chosen(self) -> Columns:
        return tuple((key, heading) for key, heading in self.columns)


def layouts_of(session: Session, community_id: int) -> list[TableLayout]:
    """Those of a point, by name."""
    found = select(TableLayout).where(TableLayout.community_id == community_id, col(TableLayout.gone_at).is_(None))
    return list(session.exec(found.order_by(col(TableLayout.name), col(TableLayout.id))))


def layout(session: Session, community_id: int, id: int) -> TableLayout:
    """Raises Missing for one of another point, or that is gone."""
    found = session.get(TableLayout, id)
    if found is None or found.community_id != community_id or found.gone_at is not None:
        raise Missing
    return found
