"""A story whose tasks and inspections are this slice's own, and not only reported to the dossier."""

from __future__ import annotations

from datetime import timedelta

from deliberation.followup.actions import Errand, Found, assign_task, make_inspection, report_task
from deliberation.followup.models import Task, tasks_of
from tests.matters.story import Story


class Carrying(Story):
    """``assign`` and ``finish`` by hand; ``go_to`` does the same on its way."""

    def assign(self, title: str = "铺设路面", days: int = 30, name: str = "李强") -> Task:
        errand = Errand(title, self.village[name], self.now.date() + timedelta(days=days))
        return self.do(
            lambda session, matter: assign_task(
                session, self.now, matter=matter, errand=errand, actor=self.actor("王秀英")
            )
        )

    def finish(self, task: Task, report: str = "办完了") -> None:
        self.do(
            lambda session, matter: report_task(
                session,
                self.now,
                matter=matter,
                task=session.get(Task, task.id),
                report=report,
                actor=self.actor("李强"),
            )
        )

    def inspect(self, outcome: str = "satisfied", looked_at: str = "") -> None:
        found = Found(looked_at or self.asked_inspection(), "看过了", outcome == "satisfied")
        self.do(
            lambda session, matter: make_inspection(
                session, self.now, matter=matter, found=found, actor=self.actor("周明")
            )
        )

    def _assign_task(self) -> None:
        self.assign()

    def _report_task(self) -> None:
        for task in self.look(lambda session, matter: tasks_of(session, matter.id)):
            if task.reported_at is None:
                self.finish(task)
