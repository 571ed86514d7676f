"""Every reason why something cannot be done yet, one function a subject. Each yields refusals; no refusal means yes.

Split from ``engine.py`` so that a jurist finds each obstacle once, with its sentence and its source.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from deliberation.matters import days, without_hall, words
from deliberation.matters.agreed import changed
from deliberation.matters.charter_rules import KINDS, may_adopt
from deliberation.matters.clause_rules import clause_failed, clause_open
from deliberation.matters.facts import Facts, Inspection, MeetingHeld, Objection, PollHeld, RoomHeld
from deliberation.matters.papers import Paper
from deliberation.matters.procedure import Number, Step
from deliberation.refusal import Refusal, Word
from deliberation.vocabulary import _

# Evidence without which the vote itself would be void, so it is asked for before the poll opens and not after.
BEFORE_VOTE = ("delegation", "plan", "committee_told")
LOST = words.BACKWARD
AFTERWARDS = ("feed_back", "supervise")


def not_here(step: Step, facts: Facts) -> Iterator[Refusal]:
    """The matter stands elsewhere, or nowhere any more."""
    if facts.is_ended:
        yield Refusal(_("议题{end}，不再办理"), {"end": Word(words.END_NAMES[facts.stage])}, late=True)
    elif step.id != facts.stage:
        known = {"now": Word(facts.step.title), "step": Word(step.title)}
        said = _("“{now}”还没有结束，“{step}”不能开始")
        if not facts.papers_now(facts.step.closes_with):
            known["paper"] = Word(words.PAPERS[facts.step.closes_with])
            said = _("“{now}”还没有形成{paper}，“{step}”不能开始")
        yield Refusal(said, known, remedy=_("先完成现在的环节"), source=facts.procedure.source)


def notice_given(step: Step, facts: Facts) -> Iterator[Refusal]:
    """Before a meeting: notice, its delivery, and its days."""
    if not step.notice_step:
        return
    giving = facts.taken(step.notice_step)
    notice = notice_of(step, facts)
    if notice is None:
        yield Refusal(_("还没有发出通知"), remedy=_("先发出通知并送达"), source=giving.source)
    elif notice.closed_at is None:
        yield Refusal(_("通知还没有全部送达"), remedy=_("先完成送达"), source=giving.source)
    elif (number := giving.days.get("notice")) and not (notice.short and number.short):
        yield from _too_soon(number, notice.closed_at, facts)


def notice_of(step: Step, facts: Facts) -> Paper | None:
    if step.notice_step == step.id:
        return next(reversed(facts.papers_now("notice")), None)
    given = [paper for paper in facts.papers if paper.kind == "notice" and paper.step == step.notice_step]
    return next(reversed(given), None)


def _too_soon(number: Number, notified_at: datetime, facts: Facts) -> Iterator[Refusal]:
    from_when = days.meeting_from(notified_at, number.count, facts.zone, whole_days_between=facts.whole_days_between)
    if facts.now < from_when:
        yield Refusal(
            _("须提前{n}日通知，通知在{on}送达完毕，最早可以在{from_when}开会"),
            {"n": number.count, "on": days.day_of(notified_at, facts.zone), "from_when": from_when},
            source=number.source,
        )


def delivery_complete(facts: Facts) -> Iterator[Refusal]:
    """There is a list, nobody who has to be told is missing on it, and everybody on it has been told."""
    if not facts.deliveries.due:
        yield Refusal(_("送达名单是空的"), remedy=_("先列出要告知的人"))
    elif facts.deliveries.missing:
        yield Refusal(
            _("应送达{due}人，已送达{done}人，还有{n}人没有送达"),
            {"due": facts.deliveries.due, "done": facts.deliveries.done, "n": facts.deliveries.missing},
            remedy=_("逐一送达，或者记录上门、张贴送达"),
        )
    elif facts.unlisted:
        yield Refusal(
            _("还有{n}位必须告知的人不在送达名单上"),
            {"n": facts.unlisted},
            remedy=_("先在送达记录里把他们补进名单，再逐一送达"),
            source=facts.step.source,
        )


def rooms_now(facts: Facts) -> list[RoomHeld]:
    """Rooms of the present stay."""
    return [room for room in facts.rooms if facts.is_here(room.step, room.opened_at)]


def rooms_closed(step: Step, facts: Facts) -> Iterator[Refusal]:
    """A consultation was held, and no room is open any more."""
    here = rooms_now(facts)
    if step.kind == "consultation" and not here:
        yield Refusal(_("还没有开过协商会"), remedy=_("由主持人打开协商室"), source=step.source)
    yield from rooms_over(facts)


def rooms_over(facts: Facts) -> Iterator[Refusal]:
    """No room is open any more, and nothing runs without one."""
    if still := [room.form for room in rooms_now(facts) if room.closed_at is None]:
        yield without_hall.not_over(still[0])


def rooms_minuted(facts: Facts) -> Iterator[Refusal]:
    """Each room that was held has its minutes."""
    if unwritten := sum(room.closed_at is not None and not room.minuted for room in rooms_now(facts)):
        yield Refusal(_("有{n}次协商还没有形成会议纪要"), {"n": unwritten}, remedy=_("由记录员形成会议纪要"))


def poll_now(facts: Facts) -> PollHeld | None:
    """The latest poll of the present stay on the whole; a vote on one clause neither opens nor ends it."""
    here = [poll for poll in facts.polls if facts.is_here(poll.step, poll.opened_at) and not poll.is_part]
    return max(here, key=lambda poll: poll.opened_at, default=None)


def meeting_now(facts: Facts) -> MeetingHeld | None:
    """The latest meeting called in the present stay; one that was called off was none."""
    here = [one for one in facts.meetings if facts.is_here(one.step, one.convened_at) and one.state != "cancelled"]
    return here[-1] if here else None


def is_void(facts: Facts) -> bool:
    """The meeting of the present stay came to nothing for want of a quorum, before any vote."""
    meeting = meeting_now(facts)
    return meeting is not None and meeting.state == "no_quorum" and poll_now(facts) is None


def meeting_ready(facts: Facts) -> Iterator[Refusal]:
    """Where a meeting was called, no vote opens beside it: it is going on, and enough are there."""
    meeting = meeting_now(facts)
    match meeting.state if meeting else "":
        case "convened":
            yield Refusal(_("会议还没有开始"), remedy=_("由主持人宣布开会"))
        case "adjourned":
            yield Refusal(_("现在休会"), remedy=_("先宣布复会"))
        case "short":
            yield Refusal(
                _("清点人数没有达到法定人数，不能打开表决"), remedy=_("等人到齐后重新清点，或者休会、宣布会议不成立")
            )
        case "no_quorum":
            yield Refusal(_("上次会议没有达到法定人数，不能表决"), remedy=_("重新通知、重新召集会议"))


def poll_done(step: Step, facts: Facts) -> Iterator[Refusal]:
    """A step with a poll ends by its result and by nothing else."""
    poll = poll_now(facts)
    if not step.poll or is_void(facts):
        return
    if poll is None:
        yield Refusal(_("还没有表决"), remedy=_("先打开表决"), source=step.source)
    elif poll.closed_at is None:
        yield Refusal(_("表决还没有结束，计票没有封票"), remedy=_("等表决结束并由两名计票监票人封票"))


def poll_may_close(facts: Facts) -> Iterator[Refusal]:
    """An announced hour binds, and two counters must agree on every paper ballot."""
    poll = clause_open(facts) or poll_now(facts)
    if poll and poll.closes_at and facts.now < poll.closes_at:
        yield Refusal(
            _("表决到{from_when}截止，不能提前结束"),
            {"from_when": poll.closes_at.astimezone(facts.zone)},
            source=words.LOCAL,
        )
    if poll and poll.unsettled:
        yield Refusal(_("有{n}张票两名计票人录入不一致"), {"n": poll.unsettled}, remedy=_("由计票人和监票人共同核对"))


def posting_run(step: Step, facts: Facts) -> Iterator[Refusal]:
    """The full days of a posting; holidays neither shorten nor lengthen them."""
    number = step.days.get("posting")
    if number is None:
        return
    posting = next(reversed(facts.papers_now("disclosure")), None)
    if posting is None:
        yield Refusal(_("还没有开始公示"), remedy=_("先张贴并公布"), source=number.source)
        return
    from_when = days.posting_ends(posting.issued_at, number.count, facts.zone)
    if facts.now < from_when:
        yield Refusal(
            _("公示须满{n}日，{on}张贴，从第二天起算，最早可以在{from_when}结束"),
            {"n": number.count, "on": days.day_of(posting.issued_at, facts.zone), "from_when": from_when},
            source=number.source,
        )


def objections_answered(facts: Facts) -> Iterator[Refusal]:
    """No posting ends over an unanswered objection."""
    if unanswered := len(open_objections(facts)):
        yield Refusal(_("还有{n}件异议没有答复"), {"n": unanswered}, remedy=_("逐件书面答复"), source=facts.step.source)


def open_objections(facts: Facts) -> list[Objection]:
    """Objections to the present posting that nobody has answered."""
    here = [one for one in facts.objections if facts.is_here(one.step, one.received_at)]
    return [one for one in here if one.answered_at is None]


def evidence_there(step: Step, facts: Facts, only: tuple[str, ...] | None = None) -> Iterator[Refusal]:
    """What must be attached or true; ``only`` narrows it to some kinds."""
    there = {one.kind for one in facts.attached if facts.is_here(one.step, one.at)}
    for word in step.evidence:
        if only is not None and word not in only:
            continue
        if word in words.COMPUTED:
            yield from _computed(word, step, facts)
        elif word not in there:
            before = any(one.kind == word and one.step == step.id for one in facts.attached)
            said = _("缺少{thing}：原来附上的是退回以前的，重新办理要重新附上") if before else _("缺少{thing}")
            yield Refusal(said, {"thing": Word(words.ATTACHED[word])}, remedy=_("先补充佐证"), source=step.source)


def plan_there(step: Step, facts: Facts) -> Iterator[Refusal]:
    """What is decided is a plan in its own words: no note and no file about it stands in for a version of it."""
    if not facts.plans:
        yield Refusal(
            _("还没有方案文本：交付表决的是方案，不是当初的提议"),
            remedy=_("先用“调整方案”写出方案全文"),
            source=step.source,
        )


def text_agreed(facts: Facts) -> Iterator[Refusal]:
    """The text to be voted on is the very one to which the bodies before agreed, or of which the notice told."""
    found = changed(facts)
    if found is None:
        return
    back = facts.step.on_change
    step, to = Word(facts.procedure.step(found.step).title), Word(facts.procedure.step(back.step).title)
    known = {"step": step, "agreed": found.plan, "now": facts.plans, "to": to}
    said = _("“{step}”同意的是方案第{agreed}版，现在是第{now}版，须退回“{to}”")
    told = _("“{step}”通知的是方案第{agreed}版，现在是第{now}版，须退回“{to}”")
    yield Refusal(said if found.by_poll else told, known, remedy=_("先退回，说明改了什么、为什么"), source=back.source)


def body_may_adopt(step: Step, facts: Facts) -> Iterator[Refusal]:
    """A charter is adopted by the body that the law names, whoever may decide other things."""
    if facts.charter and step.kind == "poll":
        kind = KINDS[facts.charter]
        if no := may_adopt(kind, step.body, Word(kind.title)):
            yield no


def plan_may_change(facts: Facts) -> Iterator[Refusal]:
    """The plan is written until a poll is opened on it; at a decision only where the step says what it costs."""
    if poll_now(facts) is not None:
        yield Refusal(_("表决已经打开，方案不能再改"), remedy=_("要改方案，须退回协商后重新公告和表决"), late=True)
    elif clause_open(facts):
        yield Refusal(_("一条的单独表决还没有结束"), remedy=_("先结束单独表决"), source=words.LOCAL)
    elif facts.step.ring in AFTERWARDS:
        yield Refusal(_("方案第{n}版已经冻结，不能再改"), {"n": facts.plans}, late=True)
    elif clause_failed(facts) or _says_what_it_costs(facts):
        return  # A clause that failed has to be taken out or changed before the whole is put to the vote.
    elif facts.step.ring == "decide" and facts.plans and facts.plan_frozen:
        yield Refusal(
            _("方案第{n}版已经冻结，不能再改"), {"n": facts.plans}, _("要改方案，须退回协商后重新公告和表决"), late=True
        )
    elif facts.step.ring == "decide" and "plan" not in facts.step.evidence:
        yield Refusal(_("这一环节不对方案表决，方案不能再改"), source=facts.step.source)


def _says_what_it_costs(facts: Facts) -> bool:
    """Whether a change leads back to those who agreed; a text once voted on is not given notice of in another form."""
    back = facts.step.on_change
    return back is not None and not (facts.plan_frozen and facts.procedure.step(back.step).ring == "decide")


def _computed(word: str, step: Step, facts: Facts) -> Iterator[Refusal]:
    match word:
        case "plan":
            yield from plan_there(step, facts)
        case "delivered_to_all":
            yield from delivery_complete(facts)
        case "speakers_answered":
            yield from _speakers_answered(step, facts)
        case "tasks_done":
            yield from _tasks_done(facts)
        case "inspected":
            yield from _inspected(step, facts)


def _inspected(step: Step, facts: Facts) -> Iterator[Refusal]:
    """The supervisors looked at this very thing and were satisfied the last time that they did."""
    seen = inspections_now(facts)
    if not seen:
        missing = _("还没有监督员对这次公示的检查记录") if step.kind == "disclosure" else _("还没有监督员的检查记录")
        yield Refusal(missing, remedy=_("请监督员检查"), source=step.source)
    elif not seen[-1].satisfied:
        yield Refusal(
            _("监督员检查的结论是不满意，还没有整改后复查满意的记录"),
            remedy=_("先整改，再请监督员检查一次"),
            source=step.source,
        )


def _speakers_answered(step: Step, facts: Facts) -> Iterator[Refusal]:
    if facts.speakers.missing:
        yield Refusal(
            _("还有{n}位发言人没有得到答复"),
            {"n": facts.speakers.missing},
            remedy=_("逐人反馈，不采纳的说明理由"),
            source=step.source,
        )


def _tasks_done(facts: Facts) -> Iterator[Refusal]:
    if not facts.tasks.due:
        yield Refusal(_("还没有交办落实事项"), remedy=_("写明承办人和期限，交办落实"))
    elif facts.tasks.missing:
        yield Refusal(_("还有{n}件落实事项没有完成"), {"n": facts.tasks.missing}, remedy=_("由承办人报告落实情况"))
    last = {one.looked_at: one for one in _made_here(facts) if one.looked_at.startswith("task/")}
    if bad := sum(not one.satisfied for one in last.values()):
        yield Refusal(
            _("有{n}件落实事项监督员检查不满意，还没有整改后复查满意的记录"),
            {"n": bad},
            remedy=_("先整改，再请监督员检查一次"),
        )


def inspections_now(facts: Facts) -> list[Inspection]:
    """Inspections, made in the present stay, of what the step asks to be inspected, oldest first."""
    asked = to_inspect(facts)
    return [one for one in _made_here(facts) if one.looked_at == asked or one.looked_at.startswith(f"{asked}/")]


def _made_here(facts: Facts) -> list[Inspection]:
    return sorted((one for one in facts.inspections if facts.is_here(one.step, one.at)), key=lambda one: one.at)


def to_inspect(facts: Facts) -> str:
    """What an inspection has to look at to count here: the running posting as document/9, at any other step the matter."""
    if facts.step.kind != "disclosure":
        return "matter"
    posting = next(reversed(facts.papers_now("disclosure")), None)
    return f"document/{posting.id}" if posting else "document"


def papers_there(step: Step, facts: Facts) -> Iterator[Refusal]:
    """The documents that come before the closing one."""
    for kind in step.documents[:-1]:
        if not facts.papers_now(kind):
            yield Refusal(_("还没有形成{paper}"), {"paper": Word(words.PAPERS[kind])}, source=step.source)
