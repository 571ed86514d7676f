"""Who may do what in a matter, and where it must stand: the table of rights, written to be read like a law.

A right asks three things. *Who*: a role held in the matter's community (house.md, Permissions). *Where*: the station of
the ring, or the end. *Whether yet*: the engine's reasons. :func:`may` asks all three and gives the first reason
against; :func:`why_not` gives every one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from deliberation.matters import words
from deliberation.matters.engine import acts_of, possible_acts
from deliberation.matters.facts import Facts
from deliberation.matters.reasons import plan_may_change, rooms_over
from deliberation.matters.talk_rules import TALKS, past_talking
from deliberation.refusal import Refusal, Word
from deliberation.roles import role_name
from deliberation.vocabulary import ROLE_NAMES, SYSTEM, Role, _

BEFORE = "before"
"""Where a matter stands that does not exist yet."""
PLACES = (BEFORE, *words.RINGS, words.CLOSED, words.REFUSED)
OPEN = tuple(words.RINGS)
ANYWHERE = PLACES
MEETINGS = ("propose", "consult", "decide")
RESULTS = ("feed_back", "supervise")
# Besides results a local procedure may post the plan itself before it is voted on (方案公示).
POSTINGS = ("notify", "consult", "decide", *RESULTS)


@dataclass(frozen=True)
class Permit:
    """One line of the table: the act, its Chinese name, the roles that may do it, and where the matter must stand.

    ``point``: who may do it besides while the matter stands at a step of the contact point, which need have no officer.
    """

    act: str
    title: str
    roles: str
    where: tuple[str, ...]
    point: str = ""

    def allows(self, role: str, place: str) -> bool:
        """True if this role may do the act while the matter stands there."""
        return role in self.roles.split() and place in self.where


# Residents propose, speak, object and demand. The committee's officer runs the steps, the chair the meetings, the clerk
# writes, the counters close the count, the supervisor inspects, evaluates and runs nothing (village law 37, urban 36).
PERMITS: tuple[Permit, ...] = (
    # 提议 propose
    Permit(
        "propose_matter",
        _("提交议题"),
        "resident member representative chair officer liaison official",
        (BEFORE, "propose"),
    ),
    Permit("screen_matter", _("准入审查"), "chair officer", ("propose",), "liaison"),
    Permit("name_participants", _("确定参加协商人员"), "chair officer", ("propose", "notify", "consult")),
    Permit("revise_plan", _("调整方案"), "chair officer", ("propose", "notify", "consult", "decide")),
    # 告知 notify; the meetings of later stations have notices of their own
    Permit("choose_format", _("确定协商形式"), "chair officer", ("propose", "notify", "consult")),
    Permit("choose_variant", _("选择办理方式"), "chair officer", OPEN),
    Permit("issue_notice", _("发出会议通知"), "officer clerk", OPEN, "liaison"),
    Permit("close_notice", _("确认全部送达"), "officer clerk", OPEN, "liaison"),
    # 协商 consult
    Permit("open_room", _("打开协商室"), "chair", MEETINGS),
    Permit("close_room", _("结束协商"), "chair", MEETINGS),
    Permit("open_map", _("打开意见图"), "chair", ("consult",)),
    Permit("run_map", _("主持意见图"), "chair", OPEN),
    Permit("draft_minutes", _("起草会议纪要"), "chair clerk", MEETINGS),
    Permit("confirm_minutes", _("确认会议纪要"), "chair", MEETINGS),
    Permit("issue_review", _("作出审议意见"), "chair officer", MEETINGS, "liaison"),
    Permit("give_legal_opinion", _("登记法律意见"), "officer", ("consult", "decide")),
    # The meeting of a body: called by chair or clerk, run by the chair; at its door stand chair and clerk
    Permit("convene_meeting", _("召集会议"), "chair clerk", MEETINGS),
    Permit("run_meeting", _("主持会议"), "chair", (*OPEN, *words.END_NAMES)),
    Permit("keep_door", _("会场签到和清点"), "chair clerk", (*OPEN, *words.END_NAMES)),
    # 决策 decide; whoever counts does not preside over the question, and an announced hour closes by itself
    Permit("open_poll", _("打开表决"), "chair officer", MEETINGS),
    Permit("close_poll", _("结束表决"), "chair counter system", MEETINGS),
    Permit("issue_resolution", _("发布决议"), "chair officer", ("decide",)),
    # 反馈 feed back
    Permit("file_result", _("备案结果"), "officer", RESULTS),
    Permit("open_disclosure", _("张贴公示"), "officer", POSTINGS),
    Permit("close_disclosure", _("结束公示"), "officer system", POSTINGS),
    Permit("raise_objection", _("递交异议"), "resident member representative supervisor", POSTINGS),
    Permit("answer_objection", _("书面答复异议"), "officer", POSTINGS),
    Permit("give_feedback", _("逐人反馈"), "chair officer", RESULTS, "liaison"),
    Permit("close_feedback", _("完成反馈"), "officer", RESULTS, "liaison"),
    # 监督 supervise
    Permit("assign_task", _("安排落实事项"), "chair officer", RESULTS),
    Permit("report_task", _("汇报落实情况"), "resident member officer", RESULTS),
    Permit("record_implementation", _("记录实施结果"), "officer", RESULTS),
    Permit("inspect", _("监督检查"), "supervisor", OPEN),
    Permit("close_matter", _("办结议题"), "supervisor", ("supervise",)),
    # At every station
    Permit("return_matter", _("文本改动，退回重新商议"), "chair officer", ("consult", "decide")),
    Permit("answer_concern", _("回应意见"), "chair officer", OPEN),
    Permit("add_evidence", _("添加佐证"), "chair clerk counter officer supervisor", OPEN),
    Permit("skip_step", _("不经此环节"), "chair officer", OPEN),
    Permit("correct_document", _("出具更正"), "clerk officer", (*OPEN, *words.END_NAMES)),
    Permit("file_charter", _("登记规约备案"), "officer", (*OPEN, *words.END_NAMES)),
    Permit("begin_charter", _("登记规约生效"), "chair officer", (*OPEN, *words.END_NAMES)),
    Permit("enter_ruling", _("登记对决议的处理"), "officer official", (*OPEN, *words.END_NAMES)),
    Permit("raise_demand", _("发起提请"), "resident member representative", ANYWHERE),
    Permit("sign_demand", _("参加联名"), "resident member representative", ANYWHERE),
    Permit("answer_demand", _("答复提请"), "chair officer", ANYWHERE),
    Permit("record_meeting", _("登记会议已在平台外开过"), "chair officer", ANYWHERE),
    Permit("contest_demand", _("对召集人的说法提出异议"), "resident member representative", ANYWHERE),
    Permit("judge_meeting", _("认定会议记录"), "official", ANYWHERE),
    Permit("order_meeting", _("责令限期召集会议"), "official", ANYWHERE),
    Permit("take_over_meeting", _("组织召开业主大会会议"), "chair officer", ANYWHERE),
    Permit("adopt_procedure", _("修改程序"), "administrator", ANYWHERE),
    # What is read by name, and who is asked on the home page to go on; no acts of their own
    Permit(
        "run_step",
        _("办理当前环节"),
        "chair officer clerk supervisor counter official representative member",
        OPEN,
        "liaison",
    ),
    Permit(
        "read_told", _("查看送达名单"), "officer clerk chair supervisor auditor", (*OPEN, *words.END_NAMES), "liaison"
    ),
    Permit("read_names", _("查看是谁提出的"), "officer chair supervisor auditor", (*OPEN, *words.END_NAMES), "liaison"),
)

_BY_ACT = {permit.act: permit for permit in PERMITS}
ROLES = (*Role, SYSTEM)
# Acts that the engine decides upon; for all others the table is enough.
STAGED = frozenset(_BY_ACT) - {
    "revise_plan", "choose_variant", "correct_document", "raise_demand", "sign_demand", "answer_demand",
    "record_meeting", "contest_demand", "judge_meeting", "order_meeting", "take_over_meeting", "adopt_procedure", "add_evidence", "convene_meeting", "run_meeting",
    "keep_door", "file_charter", "begin_charter", "enter_ruling", "answer_concern", "open_map", "run_map",
    "run_step", "read_told", "read_names",
}  # fmt: skip
# A step may ask for it, but supervisors may look at any time (village law 37, urban law 36).
UNASKED = frozenset({"inspect"})
# Supervision is incompatible with executing: who runs the matter cannot be the one who inspects or evaluates it.
SUPERVISING = frozenset({"inspect", "close_matter"})
EXECUTING = frozenset({Role.OFFICER, Role.CHAIR, Role.CLERK})
APART = _("村民委员会组织法第三十七条、城市居民委员会组织法第三十六条")


CONTACT_POINT = "contact_point"


def place_of(facts: Facts | None) -> str:
    """Where the matter stands for the table: before, a ring, closed or refused."""
    if facts is None:
        return BEFORE
    return facts.stage if facts.is_ended else facts.step.ring


def act_title(act: str) -> str:
    """The Chinese name of an act. Raises KeyError."""
    return _BY_ACT[act].title


def roles_of(act: str, facts: Facts | None = None) -> tuple[str, ...]:
    """Who does an act, in the order of the table; where the matter stands, too, if that is given. Raises KeyError."""
    permit = _BY_ACT[act]
    roles = tuple(permit.roles.split())
    return (*roles, *permit.point.split()) if _is_points(facts) else roles


def running_roles() -> frozenset[str]:
    """Who may be asked to run some step somewhere."""
    permit = _BY_ACT["run_step"]
    return frozenset((*permit.roles.split(), *permit.point.split()))


CONVENERS = frozenset({Role.CHAIR, Role.OFFICER})
"""Who calls people together under a form."""
CONVENES = _("召集协商")


def against_convening(roles: Iterable[str]) -> Refusal | None:
    """Why somebody with these roles may not call people together."""
    if CONVENERS & frozenset(roles):
        return None
    who = [Word(ROLE_NAMES[role]) for role in Role if role in CONVENERS]
    return Refusal(_("“{act}”由{who}办理"), {"act": Word(CONVENES), "who": who})


def _is_points(facts: Facts | None) -> bool:
    return facts is not None and not facts.is_ended and facts.step.body == CONTACT_POINT


def _executing(facts: Facts | None) -> frozenset[str]:
    """Who runs the matter; the liaison too in a procedure with steps of the contact point."""
    runs = facts is not None and any(step.body == CONTACT_POINT for step in facts.procedure.steps)
    return EXECUTING | {Role.LIAISON} if runs else EXECUTING


def may(act: str, roles: Iterable[str], facts: Facts | None, kind: str = "") -> Refusal | None:
    """The first reason why someone with these roles cannot do this now, or ``None``; where there is no matter yet, ``kind``
    is that of the community. Raises KeyError."""
    return next(_against(act, frozenset(roles), facts, kind), None)


def why_not(act: str, roles: Iterable[str], facts: Facts | None) -> tuple[Refusal, ...]:
    """Every reason why not, the missing right first."""
    return tuple(_against(act, frozenset(roles), facts))


def _against(act: str, roles: frozenset[str], facts: Facts | None, kind: str = "") -> Iterator[Refusal]:
    yield from right(act, roles, place_of(facts), facts, kind)
    if facts is not None and act in STAGED:
        yield from yet(act, facts)
    elif act == "revise_plan" and facts is not None and not facts.is_ended:
        yield from plan_may_change(facts)


def right(act: str, roles: frozenset[str], place: str, facts: Facts | None = None, kind: str = "") -> Iterator[Refusal]:
    """The table alone: role and place, and whose step it is."""
    permit, allowed = _BY_ACT[act], roles_of(act, facts)
    if not any(role in allowed for role in roles):
        kind = facts.kind if facts else kind
        who = [Word(role_name(role, kind)) for role in allowed if role != SYSTEM]
        yield Refusal(
            _("“{act}”由{who}办理"), {"act": Word(permit.title), "who": who}, remedy=_("请有这项职责的人办理")
        )
    if act in SUPERVISING and roles & _executing(facts):
        yield Refusal(_("承办、主持、记录的人不能同时监督检查"), remedy=_("请监督委员会其他成员检查"), source=APART)
    if place not in permit.where:
        yield _wrong_place(permit, place)


def _wrong_place(permit: Permit, place: str) -> Refusal:
    act = Word(permit.title)
    if place in words.END_NAMES:
        return Refusal(_("议题{end}，不能再办理“{act}”"), {"end": Word(words.END_NAMES[place]), "act": act}, late=True)
    if place == BEFORE:
        return Refusal(_("还没有议题，不能办理“{act}”"), {"act": act})
    where = [Word(words.RINGS[ring]) for ring in permit.where if ring in words.RINGS]
    return Refusal(
        _("“{act}”在{where}阶段办理，现在是{now}阶段"),
        {"act": act, "where": where, "now": Word(words.RINGS[place])},
        late=_is_past(permit, place),
    )


def _is_past(permit: Permit, place: str) -> bool:
    """True if every station where the act belongs lies behind."""
    return all(PLACES.index(ring) < PLACES.index(place) for ring in permit.where)


def yet(act: str, facts: Facts) -> Iterator[Refusal]:
    """The engine alone: whether the present step asks for this act, and what is still against it."""
    if facts.is_ended:
        return
    # The acts of the present step stand before the one of the step that follows.
    offered = next((one for one in possible_acts(facts) if one.act == act), None)
    if offered is not None:
        yield from offered.refusals
    elif act == "give_feedback" and facts.step.kind == "feedback":
        yield Refusal(_("每一位发言人都已经答复"), remedy=_("可以完成反馈了"), late=True)
    elif act not in UNASKED:
        # One consultation after the other: what still runs is what keeps the next from beginning.
        other = next(rooms_over(facts), None) or past_talking(facts) if act == "open_room" else None
        yield other or _elsewhere(act, facts)


def _elsewhere(act: str, facts: Facts) -> Refusal:
    """The step to come at which the act belongs, if there is one, is named; else only that it is not this one."""
    known = {"act": Word(act_title(act)), "now": Word(facts.step.title)}
    after = facts.procedure.steps[facts.procedure.place(facts.stage) + 1 :]
    talks = TALKS if act == "open_room" else ()
    wanted = next((step for step in after if act in acts_of(step) or step.kind in talks), None)
    if wanted is None:
        return Refusal(_("现在是“{now}”，不办理“{act}”"), known, source=facts.step.source)
    return Refusal(
        _("“{act}”在“{step}”环节办理，现在是“{now}”"),
        known | {"step": Word(wanted.title)},
        remedy=_("先完成现在的环节"),
        source=wanted.source,
    )


def permissions_table() -> str:
    """The whole table as plain text: a line for each act and place where anybody may, a mark for each role; ``point``: who
    does it besides at a step of the contact point.

    Checked in as ``tests/matters/permissions.txt``, so that a change of rights is a changed line in review.
    """
    lines = [f"{'act':<22}{'place':<11}" + " ".join(ROLES)]
    for permit in PERMITS:
        for place in PLACES:
            marks = [("x" if permit.allows(role, place) else ".").ljust(len(role)) for role in ROLES]
            if place in permit.where:
                lines.append((f"{permit.act:<22}{place:<11}" + " ".join(marks)).rstrip())
    for permit in PERMITS:
        if permit.point:
            marks = [("x" if role in permit.point.split() else ".").ljust(len(role)) for role in ROLES]
            lines.append((f"{permit.act:<22}{'point':<11}" + " ".join(marks)).rstrip())
    return "\n".join(lines) + "\n"
