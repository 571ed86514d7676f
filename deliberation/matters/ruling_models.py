"""What became of resolutions: entered beside them, never over them."""

from datetime import date, datetime

from sqlalchemy import Column, Text, bindparam
from sqlmodel import Field, Session, col, select

from deliberation.bulk import select_many
from deliberation.db import Row
from deliberation.matters.ruling_rules import IN_FORCE, state_of


class Ruling(Row, table=True):
    """对决议的处理: ordered to correct, changed, revoked, annulled; by whom and by which article."""

    id: int | None = Field(default=None, primary_key=True)
    community_id: int = Field(foreign_key="community.id", index=True)
    matter_id: int = Field(foreign_key="matter.id", index=True)
    document_id: int = Field(foreign_key="document.id", index=True, description="the resolution")
    ground: str = Field(description="id of the line in matters/ruling_rules.py")
    state: str
    authority: str = Field(description="who decided, by name: 青溪镇人民政府")
    source: str = Field(description="the article")
    ruled_on: date
    number: str = Field(default="", description="number of the paper or of the case")
    reason: str = Field(sa_column=Column(Text, nullable=False))
    body: str = Field(default="", sa_column=Column(Text, nullable=False), description="the words of the decision")
    by_document_id: int | None = Field(
        default=None, foreign_key="document.id", description="the resolution by which the assembly decided it, if here"
    )
    attachment_id: int | None = Field(default=None, foreign_key="attachment.id")
    entered_by_id: int | None = Field(default=None, foreign_key="person.id")
    entered_role: str = ""
    entered_at: datetime


def rulings_on(session: Session, document_id: int) -> list[Ruling]:
    """What was entered on a resolution, oldest first."""
    return list(session.exec(select(Ruling).where(Ruling.document_id == document_id).order_by(col(Ruling.id))))


_OF_MATTER = (
    select(Ruling.document_id, Ruling.state, Ruling.authority, Ruling.source, Ruling.ruled_on)
    .where(Ruling.matter_id == bindparam("matter"))
    .order_by(col(Ruling.id))
)


def rulings_of_matter(session: Session, matter_id: int) -> dict[int, tuple[tuple[str, str, str, date], ...]]:
    """Of each resolution of a matter on which something was entered: (state, authority, article, date)."""
    found: dict[int, tuple[tuple[str, str, str, date], ...]] = {}
    for document, *row in select_many(session, _OF_MATTER, matter=matter_id):
        found[document] = (*found.get(document, ()), tuple(row))
    return found


def states_of(session: Session, documents: list[int]) -> dict[int, str]:
    """The state of each of these resolutions that is not simply in force."""
    found: dict[int, list[str]] = {}
    rows = session.exec(select(Ruling.document_id, Ruling.state).where(col(Ruling.document_id).in_(documents)))
    for document, state in rows:
        found.setdefault(document, []).append(state)
    states = {document: state_of(each) for document, each in found.items()}
    return {document: state for document, state in states.items() if state != IN_FORCE}


def states_of_matters(session: Session, matters: list[int]) -> dict[int, str]:
    """The heaviest state on a resolution of each of these matters, where there is one."""
    found: dict[int, list[str]] = {}
    for matter, state in session.exec(select(Ruling.matter_id, Ruling.state).where(col(Ruling.matter_id).in_(matters))):
        found.setdefault(matter, []).append(state)
    return {matter: state_of(each) for matter, each in found.items()}
