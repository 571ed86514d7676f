"""Three tiers: a province with its liaison, a city below it, two contact points below the city; and a second installation."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from deliberation.audit.actions import Actor
from deliberation.audit.models import Entry
from deliberation.audit.signer import Signer
from deliberation.audit.source import CommittedEntries
from deliberation.audit.verification import Trusted, sentence, verify_installation
from deliberation.checking import all_checks
from deliberation.communities.actions import found_community, make_installation
from deliberation.communities.models import community
from deliberation.house import House
from deliberation.identity.actions import add_person, appoint
from deliberation.legislation.calling import read_call
from deliberation.legislation.desking import handle_opinions, merge_opinions
from deliberation.legislation.draft_models import draft_version
from deliberation.legislation.drafting import Draft, bring_draft
from deliberation.legislation.opining import Given, give_opinions
from deliberation.legislation.opinion_models import opinion
from deliberation.legislation.opinion_rules import Said, Signature
from deliberation.legislation.solicitation_models import Solicitation, solicitation
from deliberation.legislation.solicitation_rules import Terms
from deliberation.legislation.soliciting import close_due, draft_solicitation, open_solicitation
from deliberation.legislation.submitting import submit_opinions
from deliberation.legislation.taking_on import take_on, take_on_file
from deliberation.settings import Settings
from deliberation.vocabulary import Role
from tests.legislation.asking import TERMS
from tests.legislation.texts import FIRST, read
from tests.pages import Browser, Site
from tests.people import NOON, open_database

PROVINCE, CITY, WEST, EAST = "云岭省", "云溪市", "西门联系点", "东湖联系点"
TREE: dict[str, tuple[str, str]] = {
    PROVINCE: ("province", ""),
    CITY: ("city", PROVINCE),
    WEST: ("street", CITY),
    EAST: ("street", CITY),
}
LIAISONS = {PROVINCE: "方立", CITY: "许宁", WEST: "陈静", EAST: "罗燕"}
RESIDENTS = {WEST: ("赵敏", "刘洋", "黄丽"), EAST: ("李强", "徐刚", "马超")}
ASKED = replace(TERMS, days=None, until_on=date(2026, 12, 20), submit_by=date(2026, 12, 10), asks_contacts=True)


@dataclass
class Tiers:
    """An installation with the tree, and a clock that is moved by hand. ``who`` has everybody's id by name."""

    url: str
    folder: Path
    log_name: str = "deliberation-yunling"
    now: datetime = NOON
    ids: dict[str, int] = field(default_factory=dict)
    who: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.database = open_database(self.url)
        self.database.writer.clock = lambda _session: self.now
        self.change(self._build)

    def close(self) -> None:
        self.database.close()

    def change(self, verb: Callable[[Session, datetime], Any]) -> Any:
        return self.database.change(verb)

    def _build(self, session: Session, now: datetime) -> None:
        top = make_installation(session, now, log_name=self.log_name)
        for name, (kind, parent) in TREE.items():
            above = community(session, self.ids[parent]) if parent else top
            made = found_community(session, now, name=name, kind=kind, parent=above, actor=Actor())
            self.ids[name] = made.id
            for number, person in enumerate((LIAISONS[name], *RESIDENTS.get(name, ()))):
                phone = f"1390000{made.id:02}{number:02}"
                who = add_person(session, now, community=made, actor=Actor(), name=person, phone=phone)
                self.who[person] = who.id
                if number == 0:
                    appoint(
                        session, who=who, role=Role.LIAISON, community=made, actor=Actor(), from_on=date(2026, 1, 1)
                    )

    def liaison(self, name: str) -> Actor:
        return Actor(Role.LIAISON.value, self.who[LIAISONS[name]])

    def asks(self, name: str, terms: Terms = ASKED, text: str = FIRST) -> int:
        """A body asks on a draft of its own; the id of its solicitation, which is open."""

        def do(session: Session, now: datetime) -> int:
            place, actor = community(session, self.ids[name]), self.liaison(name)
            first = Draft("一审稿", read(text), source_url="https://www.example.gov.cn/draft")
            draft = bring_draft(session, now, community=place, title="加装电梯条例", first=first, actor=actor)
            version = draft_version(session, draft.id, 1)
            made = draft_solicitation(session, now, draft=draft, version=version, terms=terms, actor=actor)
            open_solicitation(session, now, one=made, actor=actor)
            return made.id

        return self.change(do)

    def opens(self, name: str, id: int) -> None:
        self.change(lambda s, now: open_solicitation(s, now, one=solicitation(s, id), actor=self.liaison(name)))

    def closes(self, id: int) -> None:
        self.now = self.one(id).closes_at + timedelta(seconds=1)
        self.change(lambda s, now: close_due(s, now, {"solicitation": id}))

    def one(self, id: int) -> Solicitation:
        with self.database.read() as session:
            return solicitation(session, id)

    def give(self, id: int, by: str, proposal: str, **signed: Any) -> int:
        """Somebody says it on the fourth article; the opinion's id."""
        said = Said("edit", proposal, "在外打工的人赶不回来")
        signature = Signature(**({"naming": "anonymous", "publishes": True} | signed))
        given = Given(id, "4", "", "不少于十日", ("", ""), said, signature, self.who[by])
        [answer] = self.change(lambda s, now: give_opinions(s, now, [given]))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def entries(self, act: str) -> list[Entry]:
        with self.database.read() as session:
            return list(session.exec(select(Entry).where(Entry.act == act).order_by(Entry.community_id, Entry.index)))

    def site(self) -> Site:
        """Pages over it, with its clock, which sign what they write."""
        settings = Settings(database_url=self.url, data=self.folder, public_url="https://testserver", signer="outside")
        return Site(House(settings, clock=lambda: self.now))

    def browser(self, site: Site, name: str) -> Browser:
        return site.browser(self.who[name])

    def handle(self, name: str, ids: list[int], kind: str = "use", reason: str = "") -> None:
        def do(session: Session, now: datetime) -> None:
            found = [opinion(session, id) for id in ids]
            of = solicitation(session, found[0].solicitation_id)
            handle_opinions(session, now, of=of, chosen=found, kind=kind, reason=reason, actor=self.liaison(name))

        self.change(do)

    def merge(self, name: str, ids: list[int]) -> None:
        def do(session: Session, now: datetime) -> None:
            lead, *others = (opinion(session, id) for id in ids)
            of = solicitation(session, lead.solicitation_id)
            merge_opinions(session, now, of=of, lead=lead, others=others, actor=self.liaison(name))

        self.change(do)

    def takes(self, name: str, upper: int) -> int:
        """A point takes on what is asked above it and opens it; the id of its solicitation."""

        def do(session: Session, now: datetime) -> int:
            of = community(session, self.ids[name])
            return take_on(session, now, of=of, upper=solicitation(session, upper), actor=self.liaison(name)).id

        made = self.change(do)
        self.opens(name, made)
        return made

    def takes_file(self, name: str, content: bytes) -> int:
        def do(session: Session, now: datetime) -> int:
            of = community(session, self.ids[name])
            return take_on_file(session, now, of=of, called=read_call(content), actor=self.liaison(name)).id

        made = self.change(do)
        self.opens(name, made)
        return made

    def submits(self, name: str, id: int, *, leaves: bool = False) -> int:
        def do(session: Session, now: datetime) -> int:
            return submit_opinions(
                session, now, of=solicitation(session, id), leaves=leaves, actor=self.liaison(name)
            ).id

        return self.change(do)

    def publish(self) -> None:
        """Sign and publish what was written, as the signer does every few seconds."""
        signer = Signer(CommittedEntries(self.database), self.folder / "signer" / "key", self.folder / "log")
        signer.round()
        signer.stop()

    def download(self, address: str, by: str = "") -> bytes:
        self.publish()
        site = self.site()
        with site.client:
            answer = (site.browser(self.who[by]) if by else site.visitor()).get(address)
        assert answer.status == 200, answer.words
        return answer.content

    def faults(self) -> list[tuple[str, str]]:
        """What the check of the whole installation finds wrong."""
        self.publish()
        with self.database.read() as session:
            found = verify_installation(session, Trusted(self.folder / "log", data=self.folder), all_checks()).faults
        return [(each.subject, sentence(each, "zh-Hans")) for each in found]


@contextmanager
def elsewhere(template: Path, folder: Path, log_name: str = "deliberation-elsewhere") -> Iterator[Tiers]:
    """A second installation with a database and a data folder of its own."""
    folder.mkdir()
    shutil.copyfile(template, folder / "deliberation.sqlite3")
    made = Tiers(f"sqlite:///{folder / 'deliberation.sqlite3'}", folder, log_name=log_name)
    yield made
    made.close()


def repacked(content: bytes, **changed: bytes) -> bytes:
    """The zip with files that somebody changed; names in keywords have _ for a dot or a slash."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, changed.get(name.replace(".", "_").replace("/", "_"), old.read(name)))
    return out.getvalue()


def forged(content: bytes, name: str, changed: bytes) -> bytes:
    """The zip with a file that somebody changed who knows of the manifest."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        manifest = json.loads(package.read("manifest.json"))
    manifest["files"][name] = hashlib.sha256(changed).hexdigest()
    return repacked(content, manifest_json=json.dumps(manifest).encode(), **{name.replace(".", "_"): changed})
