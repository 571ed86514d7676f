"""What the box 现在可以做什么 says to one person: a sentence, and what is to be known besides. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from deliberation.matters import days
from deliberation.matters.engine import Possible
from deliberation.matters.facts import Facts
from deliberation.matters.inviting import act_here, invitation, running, writes_up
from deliberation.matters.reasons import evidence_there
from deliberation.matters.rules import act_title, roles_of
from deliberation.matters.without_hall import form_without_hall
from deliberation.matters.without_hall import running as form_running
from deliberation.refusal import Refusal, Word
from deliberation.roles import role_name
from deliberation.vocabulary import Role, _

# Beside the way onward, never in its place, unless the step waits for just this.
SIDE = frozenset({"inspect", "add_evidence", "revise_plan", "skip_step", "raise_objection", "report_task"})


CLAUSE_FAILED = _("单独表决有一条没有通过，请写出去掉或者改过这一条的新一版")
AT_WORK = _("落实事项已经交办，还有{n}件等承办人汇报")
DOORS = ("room", "poll", "meeting")


class Opened(Protocol):
    """What a wing opened for the matter, as far as the box shows it."""

    kind: str
    subject: str
    title: str
    due_at: Any
    closed_at: Any
    outcome: str


@dataclass(frozen=True)
class Asker:
    """Who looks at the box. ``on_rosters``: (subject of an open poll, their number on its frozen roster).

    ``owes``: a task of the matter was given to them and waits for their report. ``unread``: the delivery by which the
    running notice came to them and which they have not confirmed, 0 if none.
    """

    roles: frozenset[str]
    is_signed_in: bool = False
    on_rosters: tuple[tuple[str, int], ...] = ()
    owes: bool = False
    unread: int = 0

    @property
    def lines(self) -> dict[str, int]:
        return dict(self.on_rosters)


def open_doors(proceedings: Sequence[Opened]) -> list[Opened]:
    """A vote or a room before the meeting in which it is held; a meeting only while it goes on."""
    found = [one for one in proceedings if one.kind in DOORS and one.closed_at is None and not waits(one)]
    return sorted(found, key=lambda one: one.kind == "meeting")


def waits(one: Opened) -> bool:
    """A meeting that was called and goes on at another hour."""
    return one.kind == "meeting" and one.closed_at is None and one.outcome in ("convened", "adjourned")


def sentence(
    facts: Facts, asker: Asker, doors: Sequence[Any], can: Sequence[str], proceedings: Sequence[Opened]
) -> Refusal:
    if doors:
        return _at_door(facts, asker, open_doors(proceedings)[0])
    if can:
        if can[0] in ("assign_task", "add_evidence") and facts.tasks.missing and not facts.is_ended:
            return Refusal(AT_WORK, {"n": facts.tasks.missing})
        if can[0] == "add_evidence" and (lacking := lacking_now(facts)):
            return Refusal(_("还缺{things}，请补充佐证"), {"things": lacking})
        said = CLAUSE_FAILED if can[0] == "revise_plan" and facts.plans else invitation(can[0], facts)
        return Refusal(said) if said else Refusal(_("请办理：{act}"), {"act": Word(act_title(can[0]))})
    goes_on = running(facts)
    if facts.step.kind == "disclosure" and not facts.papers_now("disclosure"):
        goes_on = None
    return Refusal(goes_on or _("正在办理“{step}”"), {"step": Word(facts.step.title)})


def lacking_now(facts: Facts) -> list[Word]:
    """The kinds of evidence that somebody has still to attach where the matter stands."""
    return [no.facts["thing"] for no in evidence_there(facts.step, facts) if "thing" in no.facts]


def _at_door(facts: Facts, asker: Asker, one: Opened) -> Refusal:
    if one.kind == "meeting":
        is_short = one.outcome == "short"
        return Refusal(_("正在开会，清点人数没有达到法定人数") if is_short else _("正在开会，到会场签到后参加"))
    if form := form_without_hall(one.subject, one.title):
        return form_running(form)
    if one.kind == "room":
        return Refusal(_("协商正在进行，您可以进去听，也可以发言"))
    entitled = one.subject in asker.lines
    if one.due_at is None:
        return Refusal(_("您可以投票") if entitled else _("表决正在进行"))
    left = days.days_left(facts.now, one.due_at, facts.zone)
    if facts.now >= one.due_at:
        return Refusal(_("表决已到截止时间，等待计票"))
    if left == 0:
        return Refusal(_("您可以投票，今天截止") if entitled else _("表决正在进行，今天截止"))
    return Refusal(_("您可以投票，还剩{n}天") if entitled else _("表决正在进行，还剩{n}天"), {"n": left})


def besides_of(
    facts: Facts, asker: Asker, ready: Sequence[Possible], allowed: Sequence[str], proceedings: Sequence[Opened]
) -> Iterator[Refusal]:
    """Until when and as whom; whom the matter waits for; until when time alone has to pass."""
    for one in open_doors(proceedings):
        if one.kind != "poll":
            continue
        if one.subject in asker.lines:
            yield Refusal(_("您在冻结的名册上是第{number}号。"), {"number": asker.lines[one.subject]})
        elif asker.is_signed_in:
            yield Refusal(_("您不在这次表决的名册上，可以看进展。"))
        if one.due_at is not None:
            yield _hour(facts, one.due_at)
    for one in proceedings:
        if waits(one) and one.outcome == "convened":
            yield Refusal(_("会议定在{when}。"), {"when": one.due_at.astimezone(facts.zone)})
        elif waits(one):
            yield Refusal(_("会议正在休会。"))
    if writes_up(facts) and "issue_review" in allowed:
        who = [Word(role_name(role, facts.kind)) for role in roles_of("issue_review", facts) if role in set(Role)]
        yield Refusal(_("这一环节由{who}办理。"), {"who": who})
    # While a poll is open nobody waits for another meeting.
    idle = {"open_room"} if open_doors(proceedings) else set()
    onward = [one for one in ready if one.step.id == facts.stage and one.act not in idle]
    if onward and not set(allowed) & {one.act for one in onward}:
        who = [Word(role_name(role, facts.kind)) for role in roles_of(onward[0].act, facts) if role in set(Role)]
        yield Refusal(_("现在等{who}办理“{act}”。"), {"who": who, "act": Word(act_here(onward[0].act, facts))})
    if facts.tasks.missing and not asker.owes and not allowed and facts.step.kind == "implementation":
        yield Refusal(_("现在等承办人汇报落实情况，还有{n}件。"), {"n": facts.tasks.missing})
    if (running := facts.papers_now("disclosure")) and running[-1].closed_at is None:
        yield from _posting(facts, running[-1].issued_at)


def _hour(facts: Facts, until: datetime) -> Refusal:
    """The announced hour of a vote; an end at midnight is said as 24:00 of the day before."""
    local = until.astimezone(facts.zone)
    if facts.now >= until:
        return Refusal(_("表决已在{until}截止。"), {"until": local})
    if local.time() == time.min:
        return Refusal(_("表决到{last}24时截止。"), {"last": local.date() - timedelta(days=1)})
    return Refusal(_("表决到{until}截止。"), {"until": local})


def _posting(facts: Facts, begun_at: Any) -> Iterator[Refusal]:
    number = facts.step.days.get("posting")
    if number is None:
        return
    until = days.posting_ends(begun_at, number.count, facts.zone)
    left = days.days_left(facts.now, until, facts.zone)
    if facts.now < until:
        last = days.last_day(days.day_of(begun_at, facts.zone), number.count)
        yield Refusal(_("公示到{last}24时，还剩{n}天。有不同意见可以提出异议，会书面答复。"), {"last": last, "n": left})
