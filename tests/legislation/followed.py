"""A solicitation whose index follows when the test says so."""

from __future__ import annotations

from typing import Any

from sqlmodel import select

from deliberation.jobs import Runner
from deliberation.legislation import following
from deliberation.legislation.index_models import OpinionForm, opinions_with
from deliberation.legislation.opining import give_opinions
from deliberation.legislation.opinion_rules import Said
from deliberation.legislation.routes import follow_by
from tests.legislation.asking import Asking


class Followed(Asking):
    """A solicitation whose index follows when the test says so."""

    def __init__(self, url: str):
        super().__init__(url)
        self.open()
        self.runner = Runner(self.database, lambda _session: self.now)
        follow_by(self.runner)

    def say(self, *texts: str, **changed: Any) -> list[int]:
        given = [self.given(said=Said("edit", each, ""), **changed) for each in texts]
        answers = self.change(lambda s, now: give_opinions(s, now, given))
        assert all(isinstance(each, int) for each in answers), answers
        return answers

    def follow(self) -> None:
        self.now += following.SOON
        self.runner.run_due()

    def find(self, typed: str, **more: Any) -> list[int]:
        with self.database.read() as session:
            return [each.id for each in opinions_with(session, self.id, typed, **more)]

    def heads(self) -> dict[int, int]:
        with self.database.read() as session:
            return dict(session.exec(select(OpinionForm.opinion_id, OpinionForm.head)).all())
