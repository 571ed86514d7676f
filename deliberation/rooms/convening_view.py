"""What the page of one convening shows, and what its visitor can do there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session, col, select

from deliberation.assemblies.models import Standing
from deliberation.communities.models import Community
from deliberation.identity.models import names_of
from deliberation.matters.days import day_of
from deliberation.matters.gathering import facts_of
from deliberation.matters.models import Document, Matter, plan_versions
from deliberation.matters.rules import may as may_in_matter
from deliberation.refusal import Refusal
from deliberation.rooms import convening_rules as rules
from deliberation.rooms.convening import papers_refusal, state_of
from deliberation.rooms.convening_models import (
    Convening,
    Invitation,
    LaidPaper,
    answers_of,
    first_written,
    invitations_of,
    lot,
    lots_of,
    papers_of,
    talks_of,
)
from deliberation.rooms.form_rules import MEETING, WRITTEN, FormRole, Item
from deliberation.rooms.invitations import TINY
from deliberation.rooms.lots import may_call
from deliberation.rooms.rules import POSITIONS
from deliberation.rooms.seating import came_to, place_at
from deliberation.rooms.unseated import how_withdrawn
from deliberation.rooms.unseating import open_room_of


@dataclass(frozen=True)
class Guest:
    """One invitation as it is shown; ``name`` is empty for strangers."""

    one: Invitation
    name: str
    role: FormRole
    reply: str
    is_overdue: bool
    is_late: bool
    due_on: date | None
    may_call: bool
    came: bool
    """Whether they came into the room, whatever they had answered."""
    wrote: bool
    """Whether they handed in a written answer, whatever they had replied."""
    why_withdrawn: str
    """For whoever may read names; empty where no reason was needed."""
    is_running: bool
    """Whether the room is running, where withdrawing it is an intervention."""

    @property
    def asks_why(self) -> bool:
        """Whether their invitation is withdrawn only with a reason."""
        return self.is_running or self.one.lot_id is not None


@dataclass(frozen=True)
class Laid:
    item: Item
    paper: LaidPaper | None
    url: str


class View:
    """One convening for one visitor at one instant."""

    def __init__(
        self, session: Session, now: datetime, convening: Convening, place: Community, standing: Standing
    ) -> None:
        self.session, self.now, self.one, self.place, self.standing = session, now, convening, place, standing
        self.form, self.state = convening.rules, state_of(convening)
        self.role, self.office = place_at(session, convening, standing)

    @property
    def starts_at(self) -> datetime:
        return self.one.starts_at.astimezone(self.place.zone)

    def no(self, act: str) -> Refusal | None:
        return rules.may(act, self.standing.roles, self.state)

    @property
    def sees_names(self) -> bool:
        return self.standing.is_near or self.role is not None

    @property
    def runs(self) -> bool:
        return bool(rules.WRITES_DOWN & self.standing.roles)

    @property
    def sees_all(self) -> bool:
        """Reads talks, and answers before the day: whoever runs it, and the supervisor."""
        return bool(rules.SEES_NAMES & self.standing.roles)

    def shows_words(self, each: Invitation) -> bool:
        """Whether what somebody replied to their invitation is shown; of a written inquiry nothing is before its end."""
        if self.form.manner == WRITTEN and self.state != rules.OVER:
            return self.sees_all or each.person_id == self.standing.person_id
        return self.sees_names

    # --- its parts

    def guests(self) -> list[Guest]:
        rows = invitations_of(self.session, self.one.id)
        names = names_of(self.session, {each.person_id for each in rows}) if self.sees_names else {}
        can_call, came = self.no("call_substitute") is None, came_to(self.session, self.one)
        wrote = first_written(self.session, self.one.id)
        return [
            self._guest(each, names, can_call, (each.person_id in came, wrote.get(each.person_id))) for each in rows
        ]

    def _guest(
        self, each: Invitation, names: dict[int, str], can_call: bool, did: tuple[bool, datetime | None]
    ) -> Guest:
        came, wrote_at = did
        is_silent = each.withdrawn_at is None and not came and wrote_at is None
        return Guest(
            each,
            names.get(each.person_id, ""),
            self.form.role(each.role),
            rules.REPLIES.get(each.reply, ""),
            is_silent and rules.is_overdue(each.due_at, each.replied_at, self.now),
            rules.is_late(each.due_at, each.replied_at, wrote_at),
            day_of(each.due_at - TINY, self.place.zone) if each.due_at else None,
            can_call
            and each.lot_id is not None
            and may_call(self.session, lot(self.session, each.lot_id), each) is None,
            came,
            wrote_at is not None,
            how_withdrawn(self.session, each)[1] if each.withdrawn_at and self.sees_names else "",
            open_room_of(self.session, self.one) is not None,
        )

    def mine(self) -> Invitation | None:
        own = [each for each in invitations_of(self.session, self.one.id) if each.person_id == self.standing.person_id]
        return own[0] if own and own[0].withdrawn_at is None else None

    def wrote(self, each: Invitation) -> bool:
        """Whether the invited person has handed in a written answer."""
        return each.person_id in first_written(self.session, self.one.id)

    @property
    def may_take_up(self) -> bool:
        """Whether who declined can say that they answer after all."""
        return rules.may_still_write(self.state, self.one.starts_at, self.now) is None

    def papers(self) -> list[Laid]:
        laid = papers_of(self.session, self.one.id)
        return [
            Laid(item, laid.get(item.id), _url(laid[item.id], self.one.matter_id) if item.id in laid else "")
            for item in self.form.papers
        ]

    def choices(self) -> list[tuple[str, str]]:
        """What of the dossier can be laid open: plan versions and documents, newest first."""
        plans = [
            (f"plan/{each.number}", f"方案第{each.number}版")
            for each in reversed(plan_versions(self.session, self.one.matter_id))
        ]
        found = select(Document.id, Document.title).where(Document.matter_id == self.one.matter_id)
        rows = self.session.exec(found.order_by(col(Document.id).desc()).limit(100)).all()
        return [*plans, *((f"document/{id}", title) for id, title in rows)]

    def answers(self) -> dict[str, Any]:
        """Written answers: how many, one's own, and all of them for whoever may read them now."""
        rows = answers_of(self.session, self.one.id) if self.form.manner == WRITTEN else []
        is_open = self.state == rules.OVER or self.sees_all
        names = names_of(self.session, {each.person_id for each in rows}) if self.sees_names else {}
        own = next((each for each in rows if each.person_id == self.standing.person_id), None)
        shown = [(names.get(each.person_id, ""), POSITIONS.get(each.position, ""), each) for each in rows]
        return {"count": len(rows), "own": own, "shown": shown if is_open else []}

    def talks(self) -> dict[str, Any]:
        rows = talks_of(self.session, self.one.id)
        named = {each.person_id for each in rows if each.person_id} | {each.by_id for each in rows}
        names = names_of(self.session, named) if self.sees_all else {}
        shown = [(names.get(each.person_id or 0, each.who), names.get(each.by_id, ""), each) for each in rows]
        return {"count": len(rows), "shown": shown if self.sees_all else []}

    def lots(self) -> list:
        return lots_of(self.session, self.one.id)

    # --- what can be done

    def begin_refusal(self) -> Refusal | None:
        """Why it cannot begin now: the right, the hour, the papers, or the matter's own step."""
        matter = self.session.get(Matter, self.one.matter_id)
        facts = facts_of(self.session, matter, self.now, self.place)
        return (
            self.no("begin")
            or may_in_matter("open_room", self.standing.roles, facts)
            or rules.not_before(self.form, self.starts_at, self.now)
            or papers_refusal(self.session, self.now, convening=self.one, community=self.place)
        )

    def answer_refusal(self) -> Refusal | None:
        return rules.may_answer(self.role, self.state, self.one.starts_at, self.now)

    def close_refusal(self) -> Refusal | None:
        return self.no("close") or rules.may_close_writing(self.form, self.starts_at, self.now)

    @property
    def is_meeting(self) -> bool:
        return self.form.manner == MEETING


def _url(paper: LaidPaper, matter_id: int) -> str:
    kind, _slash, number = paper.subject.partition("/")
    return f"/documents/{number}" if kind == "document" else f"/matters/{matter_id}/plans#v{number}"


def paper_title(session: Session, matter_id: int, subject: str) -> str:
    """The title of something of this matter that may be laid open; empty where there is no such thing."""
    kind, _slash, number = subject.partition("/")
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        return ""
    if kind == "plan":
        known = {each.number for each in plan_versions(session, matter_id)}
        return f"方案第{int(number)}版" if int(number) in known else ""
    found = session.get(Document, int(number)) if kind == "document" else None
    return found.title if found is not None and found.matter_id == matter_id else ""
