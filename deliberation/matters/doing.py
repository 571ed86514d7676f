"""现在可以做什么: what one person can do in a matter now, where, and every reason against what cannot be done yet."""

from __future__ import annotations

from dataclasses import dataclass, field

from deliberation.matters.engine import possible_acts
from deliberation.matters.facts import Facts
from deliberation.matters.models import Matter, Objection, Proceeding
from deliberation.matters.rules import UNASKED, act_title, may, right
from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import _


@dataclass(frozen=True)
class Doing:
    """One act: its name, the page where it is done, and what is against it. ``is_main``: the one big button."""

    act: str
    title: str
    url: str
    refusals: tuple[Refusal, ...] = ()
    step: str = ""
    is_main: bool = False


@dataclass(frozen=True)
class Now:
    """The box: a sentence, what this person can do, what nobody can do yet and why."""

    sentence: Refusal
    can: tuple[Doing, ...]
    cannot: tuple[tuple[str, Refusal], ...]
    also: tuple[Doing, ...] = field(default=())


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
    "screen_matter": "/matters/{id}/screening",
    "issue_notice": "/matters/{id}/notices/new",
    "close_notice": "/matters/{id}/notices",
    "open_room": "/matters/{id}/rooms/new",
    "confirm_minutes": "/matters/{id}/minutes",
    "open_poll": "/matters/{id}/polls/new",
    "open_disclosure": "/matters/{id}/disclosures/new",
    "close_disclosure": "/matters/{id}/disclosures",
    "raise_objection": "/matters/{id}/objections/new",
    "answer_objection": "/matters/{id}/objections",
    "give_feedback": "/matters/{id}/replies",
    "assign_task": "/matters/{id}/tasks/new",
    "report_task": "/matters/{id}/tasks",
    "inspect": "/matters/{id}/inspections/new",
    "add_evidence": "/matters/{id}/evidence/new",
    "revise_plan": "/matters/{id}/plans/new",
    "choose_variant": "/matters/{id}/variants",
}
_AT_PROCEEDING = {"close_room": "room", "draft_minutes": "room", "close_poll": "poll"}
# Beside the way onward, never in its place.
_SIDE = ("inspect", "add_evidence", "skip_step", "raise_objection", "report_task")


def now_box(matter: Matter, facts: Facts, roles: frozenset[str], proceedings: list[Proceeding]) -> Now:
    """What someone with these roles can do now, and what the present step still lacks."""
    if facts.is_ended:
        words = _("这件议题已经办结") if facts.stage == "closed" else _("这件议题没有纳入协商")
        return Now(Refusal(words), (), ())
    can, cannot, also = [], [], []
    for possible in possible_acts(facts):
        if possible.step.id != facts.stage:
            continue
        doing = Doing(possible.act, act_title(possible.act), _url(possible.act, matter, facts, proceedings), possible.refusals, possible.step.title)
        allowed = next(iter(right(possible.act, roles, facts.step.ring)), None) is None
        if possible.refusals:
            cannot += [(doing.title, no) for no in possible.refusals]
        elif allowed and possible.act in _SIDE:
            also.append(doing)
        elif allowed:
            can.append(doing)
    open_here = _open_doors(proceedings)
    also += _always(matter, facts, roles)
    can = _one_main(open_here + can)
    return Now(_sentence(facts, can, open_here), tuple(can), tuple(_once(cannot)), tuple(also))


def _open_doors(proceedings: list[Proceeding]) -> list[Doing]:
    """Rooms and polls that are open now: for everybody the first thing to do."""
    titles = {"room": _("进入协商室"), "poll": _("去投票")}
    return [
        Doing(each.kind, titles[each.kind], f"/{each.kind}s/{each.subject.split('/')[1]}")
        for each in proceedings
        if each.kind in titles and each.closed_at is None
    ]


def _always(matter: Matter, facts: Facts, roles: frozenset[str]) -> list[Doing]:
    """Rights that the engine does not stage, where this person has them: plan, evidence, ways to take a step, inspection."""
    found = []
    asked = {one.act for one in possible_acts(facts)}
    for act in ("revise_plan", "add_evidence", "inspect"):
        if act not in asked and act in {"revise_plan", "add_evidence", *UNASKED} and may(act, roles, facts) is None:
            found.append(Doing(act, act_title(act), _PLACES[act].format(id=matter.id)))
    if any(step.variants for step in facts.procedure.steps) and may("choose_variant", roles, facts) is None:
        found.append(Doing("choose_variant", act_title("choose_variant"), _PLACES["choose_variant"].format(id=matter.id)))
    return found


def _url(act: str, matter: Matter, facts: Facts, proceedings: list[Proceeding]) -> str:
    if act in _AT_PROCEEDING:
        return _latest(proceedings, _AT_PROCEEDING[act]) or f"/matters/{matter.id}"
    if act in PAPER_ACTS:
        if facts.step.poll and act != "skip_step" and (poll := _latest(proceedings, "poll")):
            return f"{poll}/resolution/new"
        return f"/matters/{matter.id}/documents/new?act={act}"
    return _PLACES[act].format(id=matter.id)


def _latest(proceedings: list[Proceeding], kind: str) -> str:
    numbers = [each.subject.split("/")[1] for each in proceedings if each.kind == kind]
    return f"/{kind}s/{numbers[-1]}" if numbers else ""


def _one_main(doings: list[Doing]) -> list[Doing]:
    return [Doing(one.act, one.title, one.url, one.refusals, one.step, place == 0) for place, one in enumerate(doings)]


def _once(rows: list[tuple[str, Refusal]]) -> list[tuple[str, Refusal]]:
    """A reason that holds for two acts is said once."""
    seen, kept = set(), []
    for title, no in rows:
        mark = (no.reason, str(sorted(no.facts.items(), key=lambda item: item[0])))
        if mark not in seen:
            seen.add(mark)
            kept.append((title, no))
    return kept


def _sentence(facts: Facts, can: list[Doing], open_here: list[Doing]) -> Refusal:
    if open_here:
        words = _("协商正在进行，您可以进去听，也可以发言") if open_here[0].act == "room" else _("表决正在进行")
        return Refusal(words)
    if can:
        return Refusal(_("请办理：{act}"), {"act": Word(can[0].title)})
    return Refusal(_("现在是“{step}”，您可以在这里看到进展"), {"step": Word(facts.step.title)})


def answerable(objections: list[Objection]) -> list[Objection]:
    """Objections that still wait for an answer."""
    return [one for one in objections if one.answered_at is None]
