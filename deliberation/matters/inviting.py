"""The sentences of the box 现在可以做什么: kind, concrete, one for each act that somebody may be asked to do."""

from __future__ import annotations

from collections.abc import Mapping

from deliberation.matters.engine import FURTHER
from deliberation.matters.facts import Facts
from deliberation.matters.reasons import poll_now
from deliberation.matters.rules import CONTACT_POINT, act_title
from deliberation.refusal import Refusal
from deliberation.vocabulary import _

INVITATIONS: Mapping[str, str] = {
    "propose_matter": _("请提交议题提议书"),
    "screen_matter": _("请审查这件议题是否适合协商"),
    "name_participants": _("请确定哪些人参加协商"),
    "choose_format": _("请确定用什么形式协商"),
    "issue_notice": _("请发出通知，写明时间、地点和要议的事"),
    "close_notice": _("都送到了，请确认全部送达"),
    "deliver": _("通知已经发出，请逐一送达并登记"),
    "read": _("有一份通知给您，请看一看，再按“我已阅读”"),
    "open_room": _("可以开会了，请打开协商室"),
    "close_room": _("谈完了，请结束协商"),
    "draft_minutes": _("请形成会议纪要"),
    "confirm_minutes": _("请确认会议纪要，说明下一步去向"),
    "open_poll": _("可以表决了，请打开表决"),
    "close_poll": _("请结束表决并计票"),
    "issue_review": _("表决有了结果，请作出审议意见"),
    "give_legal_opinion": _("请登记法律顾问的意见"),
    "issue_resolution": _("计票完成，请发布决议"),
    "file_result": _("请把结果报送备案"),
    "open_disclosure": _("请把结果张贴公示"),
    "close_disclosure": _("公示期满，可以结束公示"),
    "answer_objection": _("有异议等您书面答复"),
    "give_feedback": _("请逐人答复发言人"),
    "close_feedback": _("每个人都答复了，请完成反馈"),
    "assign_task": _("请交办落实事项，写明承办人和期限"),
    "report_task": _("请报告落实到哪一步了"),
    "record_implementation": _("落实完成，请记录实施结果"),
    "inspect": _("请检查这一环节办得怎么样"),
    "close_matter": _("各环节都办完了，请作出评估意见并办结"),
    "add_evidence": _("还缺佐证，请补充"),
    "revise_plan": _("还没有方案，请写出方案全文"),
}

WITHOUT_VOTE = _("请写出这一环节的意见")
"""Instead of “the vote has a result” where a step reviews and does not vote."""
SENT_ON = _("请按原话整理意见，报送征求意见的机关")
LIST_POSTED = {"open_disclosure": _("请把名单张贴公示"), "disclosure": _("名单正在公示")}
"""What is posted before anybody decides is no result but a list, as that of the voters."""

RUNNING: Mapping[str, str] = {
    "screening": _("正在审查这件议题是否适合协商"),
    "notice": _("正在告知每一位有关的人"),
    "consultation": _("正在准备协商"),
    "disclosure": _("结果正在公示"),
    "feedback": _("正在逐人答复发言人"),
    "implementation": _("正在落实"),
    "evaluation": _("正在监督评估"),
}
"""What is said to whoever can do nothing just now, by the kind of the step."""


def act_here(act: str, facts: Facts) -> str:
    """What an act is called where the matter stands: a vote that was held before is opened once more, and what the contact
    point writes is no opinion of a deciding body.
    """
    if act == "issue_review" and writes_up(facts):
        return facts.step.title
    return AGAIN[votes_again(facts)][0] if act == "open_poll" and votes_again(facts) else act_title(act)


def writes_up(facts: Facts) -> bool:
    """Whether the contact point writes down what was said and sends it on; the talk is over."""
    return not facts.is_ended and facts.step.body == CONTACT_POINT and facts.step.kind == "review"


def votes_again(facts: Facts) -> str:
    """Whether the vote to be opened is a further one (``tie``, ``seats``) or a repeated one (``again``); "" for the first."""
    held = None if facts.is_ended else poll_now(facts)
    if held is not None:
        elects = facts.procedure.id.endswith("_election")
        return ("seats" if elects else "tie") if held.outcome in FURTHER else ""
    before = [one for one in facts.polls if one.step == facts.stage and not one.is_part and one.closed_at]
    return "again" if before and not facts.is_ended else ""


def invitation(act: str, facts: Facts) -> str | None:
    """The sentence that asks for an act where the matter stands."""
    if act == "open_poll" and (kind := votes_again(facts)):
        return AGAIN[kind][1]
    if act == "issue_review" and writes_up(facts):
        return SENT_ON
    if act == "issue_review" and not facts.step.poll:
        return WITHOUT_VOTE
    return LIST_POSTED[act] if act == "open_disclosure" and _is_list(facts) else INVITATIONS.get(act)


AGAIN: Mapping[str, tuple[str, str]] = {
    "tie": (_("打开再次表决"), _("上一次得票相同，请打开再次表决")),
    "seats": (_("打开另行选举"), _("上一次没有选满，请打开另行选举")),
    "again": (_("打开再次表决"), _("这一环节以前表决过，现在请打开再次表决")),
}
"""What a vote that follows another is called, and the sentence that asks for it."""


def running(facts: Facts) -> str | None:
    """What goes on, where nobody here can do anything."""
    kind = facts.step.kind
    return LIST_POSTED[kind] if kind == "disclosure" and _is_list(facts) else RUNNING.get(kind)


def _is_list(facts: Facts) -> bool:
    return facts.step.ring == "notify"


def ended(facts: Facts) -> tuple[Refusal, tuple[Refusal, ...]]:
    """The sentence of a matter that is over, and what is to be known besides."""
    if facts.stage == "refused":
        return Refusal(_("这件议题没有纳入协商")), (Refusal(_("理由和可以怎么办，写在准入审查意见里。")),)
    if facts.course.stays and facts.course.stays[-1].outcome == "failed":
        return Refusal(_("这件议题没有通过，已经结束")), ()
    return Refusal(_("这件议题已经办结")), (Refusal(_("每一份文件都可以查看和核对。")),)
