"""The tree of communities, their calendars and local settings."""

from collections.abc import Collection
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import JSON, Column, UniqueConstraint
from sqlmodel import Field, Session, col, select

from deliberation.db import Row
from deliberation.refusal import Missing
from deliberation.vocabulary import _

KINDS: dict[str, str] = {
    "installation": _("本平台"),
    "nation": _("国家"),
    "province": _("省"),
    "city": _("市"),
    "district": _("区县"),
    "street": _("街道（乡镇）"),
    "community": _("社区"),
    "village": _("村"),
    "compound": _("小区"),
    "courtyard": _("院落"),
}


class Community(Row, table=True):
    """A node of the tree (单位). ``lineage`` is the ids from the root down to itself, as ``/1/4/9/``."""

    id: int | None = Field(default=None, primary_key=True)
    parent_id: int | None = Field(default=None, foreign_key="community.id", index=True)
    kind: str
    name: str
    lineage: str = Field(default="", index=True)
    timezone: str = "Asia/Shanghai"
    founded_at: datetime

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def ancestry(self) -> tuple[int, ...]:
        """Ids from the root to this community."""
        return tuple(int(part) for part in self.lineage.split("/") if part)


class LocalSetting(Row, table=True):
    """A number or choice that a community sets for itself, with where it comes from."""

    community_id: int = Field(primary_key=True, foreign_key="community.id")
    name: str = Field(primary_key=True)
    value: str
    source: str = ""
    set_at: datetime


class CalendarDay(Row, table=True):
    """A day that differs from the national calendar: a make-up day worked, a local holiday."""

    community_id: int = Field(primary_key=True, foreign_key="community.id")
    on: date = Field(primary_key=True)
    is_working: bool
    note: str = ""


class Installation(Row, table=True):
    """What was fixed when this installation was made; one row. ``data``: the demo's marker and clock offset."""

    __table_args__ = (UniqueConstraint("log_name"),)

    id: int = Field(default=1, primary_key=True)
    log_name: str
    made_at: datetime
    is_demo: bool = False
    clock_offset: int = Field(default=0, description="seconds that the demo's clock is ahead")
    data: dict = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


def community(session: Session, id: int) -> Community:
    """Raises Missing."""
    found = session.get(Community, id)
    if found is None:
        raise Missing
    return found


def communities_by_id(session: Session, ids: Collection[int]) -> dict[int, Community]:
    found = select(Community).where(col(Community.id).in_(sorted(set(ids))))
    return {each.id: each for each in session.exec(found)}


def kind_of(session: Session, id: int) -> str:
    """What kind of community it is."""
    return session.get(Community, id).kind


def root(session: Session) -> Community | None:
    """The community that keeps the installation's own acts."""
    return session.exec(select(Community).where(col(Community.parent_id).is_(None))).first()


def children(session: Session, id: int) -> list[Community]:
    return list(session.exec(select(Community).where(Community.parent_id == id).order_by(col(Community.id))))


def ancestors(session: Session, of: Community) -> list[Community]:
    """From the root down to the community itself."""
    found = {each.id: each for each in session.exec(select(Community).where(col(Community.id).in_(of.ancestry)))}
    return [found[id] for id in of.ancestry if id in found]


def subtree_ids(session: Session, of: Community) -> list[int]:
    return list(session.exec(select(Community.id).where(col(Community.lineage).startswith(of.lineage))))


def all_communities(session: Session) -> list[Community]:
    return list(session.exec(select(Community).order_by(Community.lineage)))


def local_setting(session: Session, of: Community, name: str) -> LocalSetting | None:
    """The nearest setting of that name, from the community itself up to the root."""
    found = select(LocalSetting).where(LocalSetting.name == name, col(LocalSetting.community_id).in_(of.ancestry))
    by_id = {setting.community_id: setting for setting in session.exec(found)}
    return next((by_id[id] for id in reversed(of.ancestry) if id in by_id), None)


def settings_of(session: Session, of: Community) -> dict[str, LocalSetting]:
    """Every setting that holds in a community, its own or the nearest above it, by name."""
    found = session.exec(select(LocalSetting).where(col(LocalSetting.community_id).in_(of.ancestry)))
    return {each.name: each for each in sorted(found, key=lambda one: of.ancestry.index(one.community_id))}


def calendar_days(session: Session, of: Community) -> dict[date, bool]:
    """Days that differ from the national calendar; the nearest community's word counts."""
    found = session.exec(select(CalendarDay).where(col(CalendarDay.community_id).in_(of.ancestry)))
    ranked = sorted(found, key=lambda day: of.ancestry.index(day.community_id))
    return {day.on: day.is_working for day in ranked}


def installation(session: Session) -> Installation | None:
    return session.get(Installation, 1)
