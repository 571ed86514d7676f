"""The table behind the postgres bus: a short-lived list of what changed, never a record."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, Integer, Text
from sqlmodel import Field

from deliberation.db import Row


class Outbox(Row, table=True):
    """One message between processes, kept for some minutes."""

    id: int | None = Field(
        default=None, sa_column=Column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    )
    at: datetime
    message: str = Field(sa_column=Column(Text, nullable=False))
