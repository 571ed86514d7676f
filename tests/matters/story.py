"""A matter that goes its way in a real database: everything is done by the slice's own actions, at hours of a story.

::

    story = Story(database_url)
    story.begin("six_steps", title="修路")
    story.go_to("disclosure")
    story.wait(days=16)

What belongs to the wings (a room, a poll, a task, an inspection) is reported as they report it, by ``begin_proceeding``
and ``settle_proceeding``. Tests of pages let a story begin in the past and open the site where it has arrived.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor, append_entries
from deliberation.communities.actions import set_local_setting
from deliberation.communities.models import Community, community
from deliberation.db import Database
from deliberation.delivery.actions import record_told
from deliberation.matters import words
from deliberation.matters.actions import (
    begin_matter,
    begin_proceeding,
    choose_variant,
    owe_reply,
    screen_matter,
    settle_proceeding,
)
from deliberation.matters.answers import give_feedback
from deliberation.matters.engine import Possible, possible_acts, waiting_until
from deliberation.matters.evidence import add_evidence
from deliberation.matters.facts import Facts
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, Matter, Objection, Proceeding, ReplyOwed
from deliberation.matters.moving import close_document, issue_document
from deliberation.matters.notices import close_notice, issue_notice, open_paper
from deliberation.matters.noticing import asked_of
from deliberation.matters.planning import freeze_plan, revise_plan
from deliberation.matters.postings import answer_objection, close_disclosure, open_disclosure, raise_objection
from deliberation.matters.proceedings import FrozenText
from deliberation.matters.reasons import evidence_there, to_inspect
from tests.imprints import imprinted
from tests.people import NOON, Place, Places, build_places

# Acts in the order in which a story prefers them; what is not here only happens when a test asks for it.
EAGER = (
    "screen_matter", "issue_notice", "close_notice", "close_room", "draft_minutes", "confirm_minutes", "open_poll",
    "close_poll", "propose_matter", "issue_review", "give_legal_opinion", "issue_resolution", "file_result",
    "name_participants", "choose_format", "open_disclosure", "close_disclosure", "give_feedback", "close_feedback",
    "report_task", "record_implementation", "close_matter",
)  # fmt: skip
PAPERS = {
    "propose_matter": "proposal", "issue_review": "review", "give_legal_opinion": "legal_opinion",
    "issue_resolution": "resolution", "file_result": "filing", "name_participants": "participants",
    "choose_format": "format", "close_feedback": "feedback", "record_implementation": "implementation",
    "close_matter": "evaluation",
}  # fmt: skip


class Story:
    """One village, one matter, a clock that only the story moves."""

    def __init__(
        self, url: str, begins: datetime = NOON, *, is_demo: bool = False, procedure: str = "", stage: str = ""
    ):
        """With a procedure and a stage the matter has begun and stands there."""
        self.now = begins
        self.database = Database(url, clock=lambda _session: self.now)
        self.database.writer.before_commit = append_entries
        come = partial(self._come, is_demo, procedure, stage)
        self.places, self.matter_id, self.now = imprinted(self.database, ("story", is_demo, procedure, stage), come)
        self.village: Place = self.places.village

    def _come(self, is_demo: bool, procedure: str, stage: str) -> tuple[Places, int, datetime]:
        self.places = build_places(self.database, is_demo=is_demo)
        self.village, self.matter_id = self.places.village, 0
        if procedure:
            self.begin(procedure).go_to(stage)
        return self.places, self.matter_id, self.now

    # --- the clock and the door

    def wait(self, **time: float) -> Story:
        self.now += timedelta(**time)
        return self

    def do(self, verb: Callable[[Session, Matter], Any]) -> Any:
        """One act on the matter, a minute later."""
        self.wait(minutes=1)
        return self.database.change(lambda session, now: verb(session, session.get(Matter, self.matter_id)))

    def look(self, question: Callable[[Session, Matter], Any]) -> Any:
        with self.database.read() as session:
            return question(session, session.get(Matter, self.matter_id))

    def actor(self, name: str) -> Actor:
        return self.village.actor(name)

    @property
    def facts(self) -> Facts:
        return self.look(lambda session, matter: facts_of(session, matter, self.now))

    @property
    def stage(self) -> str:
        return self.look(lambda _session, matter: matter.stage)

    def documents(self) -> list[Document]:
        found = select(Document).where(Document.matter_id == self.matter_id).order_by(col(Document.id))
        return self.look(lambda session, _matter: list(session.exec(found)))

    # --- the acts

    def begin(self, procedure: str = "six_steps", title: str = "村道拓宽硬化", **more: Any) -> Story:
        by = more.pop("by", "李强")

        def verb(session: Session, now: datetime) -> int:
            place: Community = community(session, self.village.id)
            summary = more.pop("summary", "土路雨天难走，去年摔伤三人。")
            made = begin_matter(session, now, community=place, procedure=procedure, title=title, summary=summary,
                                actor=self.actor(by), **more)  # fmt: skip
            return made.id

        self.wait(minutes=1)
        self.matter_id = self.database.change(verb)
        return self

    def go_to(self, stage: str) -> Story:
        """Walk until the matter stands there, waiting where the law makes people wait."""
        for _step in range(200):
            if self.stage == stage:
                return self
            self.take_next()
        raise AssertionError(f"the matter never came to {stage}, it stands at {self.stage}")

    def take_next(self) -> str:
        """Do the next thing that the engine allows, or wait until time allows it; says which act it was."""
        facts = self.facts
        here = [one for one in possible_acts(facts) if one.step.id == facts.stage]
        ready = {one.act: one for one in here if not one.refusals}
        for act in EAGER:
            if act in ready:
                self.take(ready[act])
                return act
        if self._bring_what_is_missing(facts):
            return "add_evidence"
        # These the engine allows again and again; a story does them once.
        if "open_room" in ready and facts.step.kind == "consultation":
            self._open_room()
            return "open_room"
        if "assign_task" in ready and not facts.tasks.due:
            self._assign_task()
            return "assign_task"
        until = waiting_until(facts)
        if until is None:
            raise AssertionError([(one.act, [no.reason for no in one.refusals]) for one in here])
        self.now = until
        return "wait"

    def take(self, possible: Possible) -> None:
        act = possible.act
        if act in PAPERS:
            self.issue(PAPERS[act])
        else:
            getattr(self, f"_{act}")()

    def issue(self, kind: str, title: str = "", body: str = "经讨论，同意。", **more: Any) -> Document:
        def verb(session: Session, matter: Matter) -> Document:
            return issue_document(session, self.now, matter=matter, kind=kind, title=title or words.PAPERS[kind],
                                  body=body, actor=self.actor("王秀英"), **more)  # fmt: skip

        return self.do(verb)

    def say_that(self, name: str, source: str = "镇党委任命") -> None:
        """The village says of itself that something is so."""
        self.do(
            lambda session, _matter: set_local_setting(
                session, self.now, of=community(session, self.village.id), name=name, value="yes", source=source,
                actor=self.actor("何敏"),
            )
        )  # fmt: skip

    def choose(self, step: str, variant: str) -> None:
        actor = self.actor("王秀英")
        self.do(
            lambda session, matter: choose_variant(
                session, self.now, matter=matter, step=step, variant=variant, actor=actor
            )
        )

    def screen(self, hit: int = 0, reason: str = "") -> Document:
        findings = {number: number == hit for number in (1, 2, 3, 4)}
        return self.do(
            lambda session, matter: screen_matter(
                session, self.now, matter=matter, findings=findings, reason=reason, actor=self.actor("王秀英"),
                private_disputes=False,
            )
        )  # fmt: skip

    def _screen_matter(self) -> None:
        self.screen()

    def to_be_told(self) -> list[int]:
        """Whoever the procedure asks to be told, and a neighbour."""
        place = self.look(lambda session, _matter: community(session, self.village.id))
        return self.look(lambda session, matter: [
            self.village["赵敏"], *asked_of(session, matter, place, self.facts).people, self.village["李强"]
        ])  # fmt: skip

    def notify(self, *names: str, title: str = "协商告知书") -> Document:
        people = [self.village[name] for name in names] or self.to_be_told()
        return self.do(
            lambda session, matter: issue_notice(
                session, self.now, matter=matter, title=title, body="时间、地点和材料见附件。", people=people,
                actor=self.actor("钱芳"), issued_by="村民委员会",
            )
        )  # fmt: skip

    def _issue_notice(self) -> None:
        notice, people = self.notify(), self.to_be_told()
        self.do(
            lambda session, _matter: record_told(
                session, self.now, subject=f"document/{notice.id}", people=people, channel="visit",
                proof="林涛上门送达", by=self.actor("林涛"),
            )
        )  # fmt: skip

    def _close_notice(self) -> None:
        self.do(lambda session, matter: close_notice(session, self.now, matter=matter, actor=self.actor("钱芳")))

    def begin_other(self, kind: str, title: str, **more: Any) -> str:
        """What a wing does when it opens something; the subject."""

        def verb(session: Session, matter: Matter) -> str:
            made = len(session.exec(select(Proceeding.id).where(Proceeding.kind == kind)).all())
            subject = f"{kind}/{made + 1}"
            begin_proceeding(session, self.now, matter=matter, kind=kind, subject=subject, title=title, **more)
            return subject

        return self.do(verb)

    def settle(self, kind: str, **more: Any) -> None:
        def verb(session: Session, _matter: Matter) -> None:
            found = select(Proceeding.subject).where(Proceeding.kind == kind, Proceeding.matter_id == self.matter_id)
            subject = session.exec(found.order_by(col(Proceeding.id).desc())).first()
            settle_proceeding(session, self.now, subject=subject, **more)

        self.do(verb)

    def speak(self, name: str, said: str) -> None:
        self.do(
            lambda session, matter: owe_reply(
                session, self.now, matter=matter, person_id=self.village[name], source=f"statement/{name}", said=said
            )
        )

    def _open_room(self) -> None:
        self.begin_other("room", "恳谈会")
        self.speak("赵敏", "路要避开菜地。")

    def _close_room(self) -> None:
        self.settle("room")

    def _draft_minutes(self) -> None:
        self.settle("room", closes=False, is_minuted=True)
        self.issue("minutes", "恳谈会纪要", "到场31人，发言22次。")

    def confirm_minutes(self, outcome: str = "") -> None:
        self.do(
            lambda session, matter: close_document(
                session, self.now, matter=matter, document=open_paper(session, matter, "minutes"),
                actor=self.actor("王秀英"), outcome=outcome,
            )
        )  # fmt: skip

    def _confirm_minutes(self) -> None:
        self.confirm_minutes()

    def _open_poll(self) -> None:
        # As the wing does: whoever opens a poll freezes the newest version and says which it was.
        self.do(lambda session, matter: freeze_plan(session, self.now, matter=matter))
        frozen = FrozenText(self.facts.plans, f"{self.facts.plans:064x}")
        self.begin_other("poll", "表决", due_at=self.now + timedelta(days=3), text=frozen)

    def fail(self, outcome: str = "failed") -> None:
        """The vote of the present step is held and lost; without quorum a new stay begins at the same step."""

        def since() -> datetime:
            return self.look(lambda _session, matter: matter.staged_at)

        began = since()
        while since() == began:
            ready = {one.act for one in possible_acts(self.facts) if not one.refusals}
            self.close_poll(outcome) if "close_poll" in ready else self.take_next()

    def close_poll(self, outcome: str = "passed") -> None:
        self.settle("poll", outcome=outcome)

    def _close_poll(self) -> None:
        self.close_poll()

    def _open_disclosure(self) -> None:
        self.do(
            lambda session, matter: open_disclosure(
                session, self.now, matter=matter, title=matter_step(self.facts), body="决定和投票结果全文。",
                place="村务公开栏", actor=self.actor("钱芳"), issued_by="村民委员会",
            )
        )  # fmt: skip

    def object(self, name: str = "赵敏", body: str = "路线离菜地太近。") -> Objection:
        actor = Actor("resident", self.village[name])
        return self.do(
            lambda session, matter: raise_objection(session, self.now, matter=matter, body=body, actor=actor)
        )

    def answer(self, objection: Objection, answer: str = "路线已经东移。", is_upheld: bool = False) -> None:
        self.do(
            lambda session, matter: answer_objection(
                session, self.now, matter=matter, objection=session.get(Objection, objection.id), answer=answer,
                is_upheld=is_upheld, actor=self.actor("钱芳"),
            )
        )  # fmt: skip

    def _close_disclosure(self) -> None:
        self.do(lambda session, matter: close_disclosure(session, self.now, matter=matter, actor=self.actor("钱芳")))

    def _give_feedback(self) -> None:
        def verb(session: Session, matter: Matter) -> None:
            wait = select(ReplyOwed).where(ReplyOwed.matter_id == matter.id, col(ReplyOwed.answered_at).is_(None))
            owed = session.exec(wait).first()
            give_feedback(session, self.now, matter=matter, owed=owed, answer="已采纳。", actor=self.actor("钱芳"))

        self.do(verb)

    def _assign_task(self) -> None:
        self.begin_other("task", "铺设路面", due_at=self.now + timedelta(days=30))

    def _report_task(self) -> None:
        self.settle("task")

    def inspect(self, outcome: str = "satisfied", looked_at: str = "") -> None:
        """What the step asks to be inspected, if nothing else is named."""
        self.begin_other("inspection", "监督检查", looked_at=looked_at or self.asked_inspection())
        self.settle("inspection", outcome=outcome)

    def asked_inspection(self) -> str:
        asked = to_inspect(self.facts)
        return asked if "/" in asked else f"matter/{self.matter_id}"

    def plan(self, body: str, note: str = "") -> None:
        self.do(
            lambda session, matter: revise_plan(
                session, self.now, matter=matter, body=body, note=note, actor=self.actor("王秀英")
            )
        )

    def evidence(self, kind: str, note: str = "见附件", **more: Any) -> None:
        self.do(
            lambda session, matter: add_evidence(
                session, self.now, matter=matter, kind=kind, note=note, actor=self.actor("钱芳"), **more
            )
        )

    def _bring_what_is_missing(self, facts: Facts) -> bool:
        there = {one.kind for one in facts.attached if facts.is_here(one.step, one.at)}
        for word in facts.step.evidence:
            if word == "inspected" and any(evidence_there(facts.step, facts, only=("inspected",))):
                self.inspect()
                return True
            if word == "plan" and not facts.plans:
                self.plan("路面宽4.5米。", "按协商意见形成")
                return True
            if word in words.ATTACHED and word not in there:
                self.evidence(word)
                return True
        return False


def matter_step(facts: Facts) -> str:
    """The title of the present step."""
    return facts.step.title
