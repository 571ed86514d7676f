"""A contact point that asks for opinions: its liaison, a collector, residents, a draft of the tests, and what is done there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from deliberation.audit.actions import Actor
from deliberation.audit.models import Entry
from deliberation.communities.models import community
from deliberation.house import House
from deliberation.identity.actions import appoint
from deliberation.identity.models import person
from deliberation.legislation.draft_models import DraftLaw, draft_version
from deliberation.legislation.drafting import Draft, bring_draft
from deliberation.legislation.opining import Given, give_opinions
from deliberation.legislation.opinion_rules import Said, Signature
from deliberation.legislation.opinion_view import forget_limits
from deliberation.legislation.solicitation_models import CollectionPoint, Solicitation, solicitation
from deliberation.legislation.solicitation_rules import Terms
from deliberation.legislation.soliciting import (
    add_point,
    close_due,
    draft_solicitation,
    extend_solicitation,
    name_collector,
    open_solicitation,
)
from deliberation.settings import Settings
from deliberation.vocabulary import Role
from tests.legislation.texts import FIRST, read
from tests.pages import Browser, Site
from tests.people import NOON, Place, Places, build_places, open_database

TERMS = Terms(
    title="云溪市既有住宅加装电梯条例（草案）征求意见",
    letter_from="云溪市人大常委会法制工作委员会",
    letter_no="云人法函〔2026〕12号",
    letter_on=date(2026, 11, 20),
    about="老楼装电梯，怎么商量、怎么公示、钱怎么分。",
    questions=("公示十天够不够？", "一层的住户怎么补偿？"),
    groups=("老年人", "一层住户", "个体工商户"),
    without_account=True,
    days=8,
)
PUBLIC = Signature("pseudonymous", "路人甲", publishes=True)


class Asking:
    """青溪村 as a contact point with a draft; the clock of its writer is moved by hand."""

    def __init__(self, url: str, terms: Terms = TERMS):
        self.now = NOON
        self.database = open_database(url)
        self.database.writer.clock = lambda _session: self.now
        self.places: Places = build_places(self.database)
        self.village: Place = self.places.village
        self.liaison = self.village.actor("陈静")
        self.terms = terms
        self.draft_id = self.change(self._bring)
        self.id = self.change(self._draft)

    def change(self, verb: Any) -> Any:
        return self.database.change(verb)

    def _bring(self, session: Session, now: datetime) -> int:
        place = community(session, self.village.id)
        appoint(
            session, who=person(session, self.village["胡军"]), role=Role.COLLECTOR, community=place, actor=Actor(),
            from_on=date(2026, 1, 1),
        )  # fmt: skip
        draft = Draft("一审稿", read(FIRST))
        return bring_draft(session, now, community=place, title="加装电梯条例", first=draft, actor=self.liaison).id

    def _draft(self, session: Session, now: datetime) -> int:
        draft = session.get(DraftLaw, self.draft_id)
        version = draft_version(session, draft.id, 1)
        return draft_solicitation(session, now, draft=draft, version=version, terms=self.terms, actor=self.liaison).id

    def one(self, session: Session) -> Solicitation:
        return solicitation(session, self.id)

    def open(self) -> None:
        self.change(lambda s, now: open_solicitation(s, now, one=self.one(s), actor=self.liaison))

    def extend(self, until_on: date, reason: str = "两个小区还没有走访", actor: Actor | None = None) -> None:
        def do(session: Session, now: datetime) -> None:
            one = self.one(session)
            extend_solicitation(session, now, one=one, until_on=until_on, reason=reason, actor=actor or self.liaison)

        self.change(do)

    def close(self) -> None:
        with self.database.read() as session:
            self.now = self.one(session).closes_at + timedelta(seconds=1)
        self.change(lambda s, now: close_due(s, now, {"solicitation": self.id}))

    def point(self, name: str = "青溪村文化站", kind: str = "neighbourhood", collector: str = "胡军") -> int:
        def do(session: Session, now: datetime) -> int:
            place = community(session, self.village.id)
            made = add_point(session, now, of=place, name=name, kind=kind, address="", actor=self.liaison)
            who = self.village[collector]
            name_collector(session, now, one=self.one(session), point=made, person_id=who, actor=self.liaison)
            return made.id

        return self.change(do)

    def given(self, *, by: str = "赵敏", **changed: Any) -> Given:
        fields: dict[str, Any] = {
            "solicitation_id": self.id, "article": "4", "place": "", "quote": "不少于十日", "around": ("", ""),
            "said": Said("edit", "不少于二十日", "在外打工的人赶不回来"), "signed": PUBLIC,
            "person_id": self.village[by] if by else None,
        }  # fmt: skip
        return Given(**fields | changed)

    def give(self, *, by: str = "赵敏", **changed: Any) -> Any:
        [answer] = self.change(lambda s, now: give_opinions(s, now, [self.given(by=by, **changed)]))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def entries(self, act: str) -> list[Entry]:
        with self.database.read() as session:
            return list(session.exec(select(Entry).where(Entry.act == act).order_by(Entry.index)))

    def points(self) -> list[CollectionPoint]:
        with self.database.read() as session:
            return list(session.exec(select(CollectionPoint)))


@dataclass
class Here:
    """A site over it, with its clock."""

    site: Site
    asking: Asking

    @property
    def id(self) -> int:
        return self.asking.id

    @property
    def village(self) -> Place:
        return self.asking.village

    @property
    def address(self) -> str:
        return f"/solicitations/{self.id}"

    def as_(self, name: str) -> Browser:
        """A browser of somebody of the village; without a name a stranger's."""
        return self.site.browser(self.village[name]) if name else self.site.visitor()


@contextmanager
def asked_site(url: str, folder: Path, *, is_open: bool = True, **chosen: str) -> Iterator[Here]:
    forget_limits()
    asking = Asking(url)
    if is_open:
        asking.point()
        asking.open()
    settings = Settings(database_url=url, data=folder, public_url="https://testserver", signer="outside", **chosen)
    site = Site(House(settings, clock=lambda: asking.now))
    with site.client:
        yield Here(site, asking)
    asking.database.close()
