"""What a notice has to do, shown beside its form: whom it must reach, by what means, how many days ahead; and its draft.

The draft is a document of the community and so Chinese; it says nothing that the matter does not say already.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from deliberation.assemblies.electorate import seated_bodies
from deliberation.communities.models import Community
from deliberation.matters import days, words
from deliberation.matters.deciders import body_of, body_words, deciders, part_of
from deliberation.matters.facts import Facts
from deliberation.matters.models import Matter, plan_versions
from deliberation.matters.procedure import Number, Step
from deliberation.refusal import Refusal, Refused
from deliberation.translation import say_date

EVERYONE = "everyone"
"""Among the addressees: everybody who is registered in the community."""
ENTITLED = "entitled"
"""Among the addressees: everybody who will decide, where they are no body with a list of its own."""


@dataclass(frozen=True)
class Asked:
    """What the procedure asks of the notice of the present step.

    ``meeting`` is the step that the notice calls, ``deciding`` the one whose people it has to reach at least.
    ``people`` are those, ``missing`` says why they are not known; ``bodies`` the ids of the bodies they sit in. Where no
    step votes, nobody decides and nobody has to be there: everybody registered is invited unless the officer chooses otherwise.
    """

    meeting: Step
    deciding: Step
    number: Number | None
    earliest: date | None
    people: tuple[int, ...]
    bodies: tuple[int, ...]
    missing: Refusal | None
    tells_committee: bool

    @property
    def body(self) -> str:
        return words.BODIES[self.deciding.body]

    @property
    def votes(self) -> bool:
        """Whether anything is voted on at the meeting or after it."""
        return bool(self.deciding.poll)

    @property
    def chosen(self) -> list[str]:
        """What is ticked to begin with."""
        if not self.votes:
            return [EVERYONE]
        if self.bodies:
            return [str(id) for id in self.bodies]
        return [ENTITLED] if self.people else []


def asked_of(session: Session, matter: Matter, place: Community, facts: Facts) -> Asked:
    """What is asked of the notice of the present step."""
    step = facts.step
    meeting = called_step(facts)
    deciding = meeting if meeting.poll else _next_poll(facts, meeting)
    number = step.days.get("notice")
    earliest = None
    if number:
        until = days.meeting_from(facts.now, number.count, facts.zone, whole_days_between=facts.whole_days_between)
        earliest = until.date()
    people, missing = _people(session, matter, place, facts, deciding) if deciding.poll else ((), None)
    return Asked(
        meeting,
        deciding,
        number,
        earliest,
        people,
        _bodies(session, matter, place, deciding),
        missing,
        "committee_told" in step.evidence,
    )


def _bodies(session: Session, matter: Matter, place: Community, deciding: Step) -> tuple[int, ...]:
    """The bodies with a list of their own that are told; empty where it is by age, household or property."""
    if words.base_of(deciding.poll) != "members":
        return ()
    try:
        part = part_of(matter, deciding.body)
        return tuple(one.id for one in seated_bodies(session, place, body_of(deciding), part.group))
    except Refused:  # Why they are not known is said where the people are looked up.
        return ()


def called_step(facts: Facts) -> Step:
    """The step that cannot meet before this notice has run."""
    here = facts.stage
    # A step of nothing but a notice names itself; what it calls is the step that waits for it.
    called = (facts.taken(step.id) for step in facts.procedure.steps if step.kind != "notice")
    return next((step for step in called if step.notice_step == here), facts.step)


def _next_poll(facts: Facts, meeting: Step) -> Step:
    """Where a consultation decides nothing, the next step that does: its people are concerned in any case."""
    after = facts.procedure.steps[facts.procedure.place(meeting.id) :]
    return next((taken for step in after if (taken := facts.taken(step.id)).kind == "poll"), meeting)


def left_out(session: Session, matter: Matter, place: Community, facts: Facts, listed: Collection[int]) -> list[int]:
    """Who has to be told by the notice of the present step and is not among the listed."""
    return [id for id in asked_of(session, matter, place, facts).people if id not in listed]


def _people(
    session: Session, matter: Matter, place: Community, facts: Facts, deciding: Step
) -> tuple[tuple[int, ...], Refusal | None]:
    try:
        lines = deciders(session, facts.now, matter=matter, place=place, step=deciding)
    except Refused as no:
        return (), no.refusal
    return tuple(dict.fromkeys(line.person_id for line in lines)), None


def draft(session: Session, matter: Matter, facts: Facts, asked: Asked) -> tuple[str, str]:
    """Title and body to begin with; the officer changes what they like."""
    is_vote = bool(asked.meeting.poll)
    plans = plan_versions(session, matter.id)
    talk = asked.meeting.title if not asked.votes else "协商"
    about = f"关于{'表决' if is_vote else talk}“{matter.title}”的通知"
    if asked.deciding.body == "owners" and is_vote:
        begin = f"“{matter.title}”将由业主共同决定，请您参加表决。"
    elif is_vote:
        begin = f"{body_words(asked.deciding.body, matter.scope)}将就“{matter.title}”进行表决，请您参加。"
    elif asked.votes:
        begin = f"现就“{matter.title}”进行协商，请您参加。"
    else:
        begin = f"{matter.title}：现请您参加{talk}。只听取意见，不表决。"
    parts = ["各位业主：" if asked.deciding.body == "owners" else "您好：", begin, f"事项：{matter.summary}"]
    if plans:
        parts.append(f"材料：方案第{plans[-1].number}版，全文在本议题的页面上。")
    if together := [taken.title for step in facts.procedure.steps if (taken := facts.taken(step.id)).merges_with]:
        parts.append(f"说明：{together[-1]}（书记、主任“一肩挑”）。")
    if asked.earliest:
        day = say_date(asked.earliest, "zh-Hans", year=True)
        parts.append(f"时间和地点：不早于{day}，由主持人定下后在本议题的页面上公布。")
    parts.append(f"有意见可以先在平台上写下来，也可以告诉{'承办人' if asked.votes else '召集的人'}。")
    return about[:80], "\n".join(parts)
