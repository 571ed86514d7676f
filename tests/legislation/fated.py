"""A solicitation that has closed, with its opinions and the next version of the draft; jobs run when the test says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from deliberation.jobs import Runner
from deliberation.legislation.adopting import adopt_opinions
from deliberation.legislation.adoption_models import Adoption, Carried, Carrying, OpinionAnswer, carrying_to
from deliberation.legislation.adoption_rules import Decision
from deliberation.legislation.answering import begin_answering
from deliberation.legislation.draft_models import DraftLaw, DraftVersion, draft_version
from deliberation.legislation.drafting import Correction, Draft, add_version, correct_reading
from deliberation.legislation.opinion_carrying import begin_carrying, place_opinion
from deliberation.legislation.opinion_models import Opinion, counts_by
from deliberation.legislation.opinion_rules import Said, Signature
from deliberation.legislation.opinion_typing import Typed, type_opinion
from deliberation.legislation.routes import follow_by
from deliberation.legislation.solicitation_models import Solicitation
from deliberation.matters.days import day_of
from tests.legislation.asking import Asking
from tests.legislation.texts import SECOND, read
from tests.people import NOON


class Fated(Asking):
    """What happens to opinions once the next version is there."""

    def __init__(self, url: str):
        super().__init__(url)
        self.open()
        self.runner = Runner(self.database, lambda _session: self.now)
        follow_by(self.runner)

    def second(self, text: str = SECOND, name: str = "二次审议稿") -> int:
        def do(session: Session, now: datetime) -> int:
            draft = Draft(name, read(text))
            one = session.get(DraftLaw, self.draft_id)
            return add_version(session, now, draft=one, version=draft, actor=self.liaison).id

        return self.change(do)

    def correct(self, text: str, number: int = 2) -> None:
        def do(session: Session, now: datetime) -> None:
            version = draft_version(session, self.draft_id, number)
            made = Correction(version.reading, read(text), "对照原件")
            correct_reading(session, now, version=version, correction=made, actor=self.liaison)

        self.change(do)

    def version(self, number: int = 2) -> DraftVersion:
        with self.database.read() as session:
            return draft_version(session, self.draft_id, number)

    def carry(self, number: int = 2, *, by: str = "陈静", run: bool = True) -> None:
        actor = self.village.actor(by)
        self.now += timedelta(seconds=1)
        self.change(
            lambda s, now: begin_carrying(
                s, now, of=self.one(s), to=draft_version(s, self.draft_id, number), actor=actor
            )
        )
        if run:
            self.run()

    def run(self) -> None:
        self.runner.run_due()

    def place(self, id: int, key: str, quote: str = "", *, number: int = 2) -> None:
        def do(session: Session, now: datetime) -> None:
            to = draft_version(session, self.draft_id, number)
            place_opinion(
                session, now, of=self.one(session), one=session.get(Opinion, id), place=(to, key, quote),
                actor=self.liaison,
            )  # fmt: skip

        self.change(do)

    def carrying(self, number: int = 2) -> Carrying:
        with self.database.read() as session:
            return carrying_to(session, self.id, draft_version(session, self.draft_id, number).id)

    def carried(self, id: int) -> Carried:
        with self.database.read() as session:
            return session.exec(select(Carried).where(Carried.opinion_id == id)).one()

    def adopt(
        self,
        *ids: int,
        kind: str = "not_adopted",
        by: str = "陈静",
        number: int | None = 2,
        seen: Any = None,
        **more: Any,
    ) -> None:
        """Decide; ``seen`` by id is what stood, without it what stands."""
        actor = self.village.actor(by)
        more = more if more or kind != "not_adopted" else {"reason": "其他法律已有规定"}

        def do(session: Session, now: datetime) -> None:
            chosen = [session.get(Opinion, id) for id in ids]
            pairs = [(one, one.adoption_id if seen is None else seen[one.id]) for one in chosen]
            to = draft_version(session, self.draft_id, number) if number else None
            made = Decision(kind, **more)
            adopt_opinions(session, now, of=self.one(session), chosen=pairs, made=made, to=to, actor=actor)

        self.change(do)

    def answer(self, *, by: str = "陈静", run: bool = True) -> None:
        actor = self.village.actor(by)
        self.change(lambda s, now: begin_answering(s, now, of=self.one(s), actor=actor))
        if run:
            self.run()

    @property
    def place_zone(self) -> ZoneInfo:
        return ZoneInfo("Asia/Shanghai")

    def one_now(self) -> Solicitation:
        with self.database.read() as session:
            return self.one(session)

    def opinion(self, id: int) -> Opinion:
        with self.database.read() as session:
            return session.get(Opinion, id)

    def type(self, *, by: str = "陈静", name: str = "", contact: str = "", point: int | None = None) -> int:
        """A voice from a meeting of the first day, typed now."""
        signed = Signature("named" if name else "anonymous", name, publishes=True, contact=contact)
        said_on = day_of(NOON, self.place_zone)
        typed = Typed("4", "不少于十日", Said("edit", "不少于二十日", ""), signed, "meeting", point, "文化站", said_on)
        actor = self.village.actor(by)
        return self.change(lambda s, now: type_opinion(s, now, one=self.one(s), typed=typed, file=None, actor=actor))

    def fates(self, ids: Iterable[int]) -> list[str]:
        """The kind that stands for each; empty where nothing was decided."""
        with self.database.read() as session:
            found = []
            for id in ids:
                made = session.get(Opinion, id).adoption_id
                found.append(session.get(Adoption, made).kind if made else "")
            return found

    def answers(self) -> Sequence[OpinionAnswer]:
        with self.database.read() as session:
            return session.exec(select(OpinionAnswer).order_by(col(OpinionAnswer.id))).all()

    def counts(self, dimension: str) -> dict[str, int]:
        """As counted along, which must be what the rows say."""
        with self.database.read() as session:
            kept = counts_by(session, self.id, dimension)
            rows = select(Adoption.kind, Opinion.answered_at).join(Opinion, col(Opinion.adoption_id) == Adoption.id)
            found: dict[str, int] = {}
            for kind, answered_at in session.exec(rows.where(col(Opinion.withdrawn_at).is_(None))).all():
                if dimension == "adoption" or answered_at is not None:
                    found[kind] = found.get(kind, 0) + 1
            assert dimension == "answered_on" or kept == found, (kept, found)
            return kept
