"""现在可以做什么: what one person can do in a matter now, where, and every reason against what cannot be done. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from deliberation.matters.clause_rules import clause_failed, clause_open
from deliberation.matters.engine import Possible, possible_acts
from deliberation.matters.facts import Facts
from deliberation.matters.inviting import act_here, ended, writes_up
from deliberation.matters.reasons import delivery_complete, evidence_there, poll_now
from deliberation.matters.rules import (
    EXECUTING,
    UNASKED,
    against_convening,
    may,
    right,
    roles_of,
)
from deliberation.matters.talk_rules import TALKED_IN, past_talking
from deliberation.matters.telling import SIDE, Asker, Opened, besides_of, open_doors, sentence, waits
from deliberation.matters.without_hall import form_without_hall, way_to
from deliberation.refusal import Refusal
from deliberation.vocabulary import Role, _

PAPER_ACTS = {
    "propose_matter": "proposal",
    "name_participants": "participants",
    "choose_format": "format",
    "issue_review": "review",
    "give_legal_opinion": "legal_opinion",
    "issue_resolution": "resolution",
    "file_result": "filing",
    "record_implementation": "implementation",
    "close_feedback": "feedback",
    "close_matter": "evaluation",
    "skip_step": "waiver",
}
"""Acts that make one document in one go, by the generic form."""

_PLACES = {
    "screen_matter": "screening",
    "issue_notice": "notices/new",
    "close_notice": "notices",
    "open_room": "rooms/new",
    "confirm_minutes": "minutes",
    "open_poll": "polls/new",
    "convene_meeting": "meetings/new",
    "open_disclosure": "disclosures/new",
    "close_disclosure": "disclosures",
    "raise_objection": "objections/new",
    "answer_objection": "objections",
    "give_feedback": "replies",
    "assign_task": "tasks/new",
    "report_task": "tasks",
    "inspect": "inspections/new",
    "add_evidence": "evidence/new",
    "revise_plan": "plans/new",
    "open_map": "maps/new",
    "return_matter": "return",
    "choose_variant": "variants",
}
_AT_PROCEEDING = {"close_room": "room", "draft_minutes": "room", "close_poll": "poll"}
RUNS = EXECUTING | {Role.LIAISON}
TALKING = frozenset({"open_room"})
"""What stays possible at a step that decides, and is never what its vote waits for."""
_ANYTIME = ("revise_plan", "open_map", "add_evidence", "inspect")


@dataclass(frozen=True)
class Doing:
    """One act or one open door: its name and the page where it is done. ``is_main``: the one big button."""

    act: str
    title: str
    url: str
    is_main: bool = False


@dataclass(frozen=True)
class Now:
    """The box: a sentence, what is to be known besides, what this person can do, what nobody can do yet and why."""

    sentence: Refusal
    besides: tuple[Refusal, ...] = ()
    can: tuple[Doing, ...] = ()
    also: tuple[Doing, ...] = ()
    cannot: tuple[tuple[str, Refusal], ...] = ()
    convening: str = ""
    """The page where a form is chosen and people are called; empty where it is past, or for whoever does not run the matter."""
    no_convening: Refusal | None = None


def now_box(matter_id: int, facts: Facts, asker: Asker, proceedings: Sequence[Opened]) -> Now:
    """The box of one matter for one person."""
    if facts.is_ended:
        return Now(*ended(facts))
    here = Place(matter_id, facts, proceedings)
    possible = possible_acts(facts)
    ready = [one for one in possible if not one.refusals]
    allowed = [one.act for one in ready if _is_theirs(one.act, asker, facts)]
    wanted = _wanted(facts)
    doors = list(here.doors(asker))
    # To look is the supervisor's own task, so it comes before what others may bring as well.
    side = sorted((act for act in allowed if act in wanted), key=lambda act: act != "inspect")
    beside = _beside(facts)
    if asker.owes and facts.tasks.missing:
        side.insert(0, "report_task")
    onward = _in_turn([act for act in allowed if act not in beside], side, facts)
    can = (
        doors
        + [here.doing(act) for act in onward]
        + list(here.rounds(asker))
        + list(here.meetings_to_come())
        + list(here.maps())
    )
    also = [here.doing(act) for act in allowed if act in SIDE - wanted - set(onward)] + _anytime(
        here, asker.roles, possible
    )
    return Now(
        sentence=sentence(
            facts, asker, doors, [one.act for one in can if one.act not in ("meeting", "map")], proceedings
        ),
        besides=tuple(besides_of(facts, asker, _due(ready, wanted, facts), allowed, proceedings)),
        can=tuple(replace(one, is_main=place == 0) for place, one in enumerate(can)),
        also=tuple(_without(also, can)),
        cannot=tuple(_once(_reasons(possible, facts))),
        convening=f"/matters/{matter_id}/convenings/new" if _may_be_talked(facts, asker) else "",
        no_convening=against_convening(asker.roles) or past_talking(facts),
    )


def _may_be_talked(facts: Facts, asker: Asker) -> bool:
    """Who runs the matter and may not call people is told who does; nobody else is offered what they cannot do."""
    return facts.step.ring in TALKED_IN and not writes_up(facts) and bool(asker.roles & RUNS)


def _beside(facts: Facts) -> frozenset[str]:
    """Where the contact point writes down what was said, the talk is over, and another is not offered."""
    return SIDE | TALKING if writes_up(facts) else SIDE


def _in_turn(onward: list[str], side: list[str], facts: Facts) -> list[str]:
    """What the vote waits for comes before talking once more; where no vote is to come, beside the way as ever.

    The text comes before the notice of a vote on it, and what was given to somebody before giving more.
    """
    again = frozenset({"assign_task"}) if facts.tasks.due else frozenset()
    later = TALKING if facts.step.poll else again
    first = [act for act in side if act == "revise_plan" and not facts.plans]
    rest = [act for act in side if act not in first]
    return first + [act for act in onward if act not in later] + rest + [act for act in onward if act in later]


def _due(ready: Sequence[Possible], wanted: frozenset[str], facts: Facts) -> list[Possible]:
    """For whom the matter waits: at a step that decides what is wanted for its vote counts, and talking may wait."""
    if not facts.step.poll:
        aside = _beside(facts) | ({"assign_task"} if facts.tasks.due else set())
        return [one for one in ready if one.act not in aside]
    aside = SIDE - wanted | (TALKING if wanted else frozenset())
    return [one for one in ready if one.act not in aside]


def _is_theirs(act: str, asker: Asker, facts: Facts) -> bool:
    """Whether they have the right, and the act is theirs to do: of a task only its owner reports, or the officer."""
    if act == "report_task" and not asker.owes and Role.OFFICER not in asker.roles:
        return False
    return not any(right(act, asker.roles, facts.step.ring, facts))


@dataclass(frozen=True)
class Place:
    """A matter as the addresses of its acts."""

    matter_id: int
    facts: Facts
    proceedings: Sequence[Opened]

    def doing(self, act: str) -> Doing:
        return Doing(act, act_here(act, self.facts), self.url(act))

    def url(self, act: str) -> str:
        """The page where an act is done."""
        home = f"/matters/{self.matter_id}"
        if act in _AT_PROCEEDING:
            return self.latest(_AT_PROCEEDING[act]) or home
        if act not in PAPER_ACTS:
            return f"{home}/{_PLACES[act]}"
        if self.facts.step.poll and act != "skip_step" and (poll := self.latest("poll")):
            return f"{poll}/resolution/new"
        return f"{home}/documents/new?act={act}"

    def latest(self, kind: str) -> str:
        found = [one for one in self.proceedings if one.kind == kind]
        return address(found[-1].subject) if found else ""

    def meetings_to_come(self) -> Iterator[Doing]:
        yield from (Doing("meeting", _("看会议"), address(one.subject)) for one in self.proceedings if waits(one))

    def maps(self) -> Iterator[Doing]:
        """Maps of opinion on which people say what they think, at home too."""
        for one in self.proceedings:
            if one.kind == "map" and one.closed_at is None:
                yield Doing("map", _("在意见图上表态"), address(one.subject))

    @property
    def is_meeting(self) -> bool:
        """Whether a meeting was called at this step that is not over yet."""
        return any(one.kind == "meeting" and one.closed_at is None for one in self.proceedings)

    def doors(self, asker: Asker) -> Iterator[Doing]:
        """Rooms and polls that are open now, and meetings: for everybody the first thing to do."""
        for one in open_doors(self.proceedings):
            if one.kind == "meeting":
                yield Doing("meeting", _("去会议"), address(one.subject))
            elif one.kind == "room":
                form = form_without_hall(one.subject, one.title)
                yield Doing("room", way_to(form) if form else _("进入协商室"), address(one.subject))
            else:
                entitled = one.subject in asker.lines
                yield Doing("poll", _("去投票") if entitled else _("看表决"), address(one.subject))

    def rounds(self, asker: Asker) -> Iterator[Doing]:
        """While a notice runs: the list, for whoever enters deliveries, and what was sent to this very person."""
        given = self.facts.papers_now("notice")
        if not given or given[-1].closed_at is not None:
            return
        if asker.roles & set(roles_of("issue_notice", self.facts)) and any(delivery_complete(self.facts)):
            yield Doing("deliver", _("登记送达"), self.url("close_notice"))
        if asker.unread:
            yield Doing("read", _("看通知，按“我已阅读”"), f"/deliveries/{asker.unread}")


def address(subject: str) -> str:
    """The page of a wing's subject: ``poll/5`` is at ``/polls/5``."""
    kind, number = subject.split("/")
    return f"/{kind}s/{number}"


def is_voting(facts: Facts) -> bool:
    """Whether a vote of the present stay is open, on the whole or on one clause."""
    poll = poll_now(facts)
    return (poll is not None and poll.closed_at is None) or clause_open(facts) is not None


def _wanted(facts: Facts) -> frozenset[str]:
    """What the step waits for, of the things that otherwise stand beside the way."""
    acts = {"add_evidence" for no in evidence_there(facts.step, facts) if "thing" in no.facts}
    if ("plan" in facts.step.evidence and not facts.plans) or (facts.step.poll and clause_failed(facts)):
        acts.add("revise_plan")
    if any(evidence_there(facts.step, facts, only=("inspected",))):
        acts.add("inspect")
    return frozenset(acts) & SIDE


def _anytime(here: Place, roles: frozenset[str], possible: Iterable[Possible]) -> list[Doing]:
    """Rights that the engine does not stage, where this person has them."""
    asked = {one.act for one in possible}
    acts = [act for act in _ANYTIME if act not in asked or act not in UNASKED]
    if any(step.variants for step in here.facts.procedure.steps):
        acts.append("choose_variant")
    if here.facts.step.poll and not here.is_meeting and poll_now(here.facts) is None:
        acts.append("convene_meeting")
    return [here.doing(act) for act in acts if may(act, roles, here.facts) is None]


def _without(also: Iterable[Doing], can: Sequence[Doing]) -> Iterator[Doing]:
    """Each act once, and not again beside the way if it stands in it."""
    seen = {one.act for one in can}
    for one in also:
        if one.act not in seen:
            seen.add(one.act)
            yield one


def _reasons(possible: Iterable[Possible], facts: Facts) -> Iterator[tuple[str, Refusal]]:
    for one in possible:
        title = act_here(one.act, facts) if one.step.id == facts.stage else one.step.title
        yield from ((title, no) for no in one.refusals)


def _once(rows: Iterable[tuple[str, Refusal]]) -> Iterator[tuple[str, Refusal]]:
    """A reason that holds for two acts is said once, and so is the article on which several rest."""
    seen, sources = set(), set()
    for title, no in rows:
        mark = (no.reason, repr(sorted(no.facts.items(), key=lambda item: item[0])))
        if mark in seen:
            continue
        seen.add(mark)
        yield title, no if no.source not in sources else replace(no, source="")
        sources.add(no.source)
