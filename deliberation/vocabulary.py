"""The field's words: every official act by its name in the log, beside its Chinese term; roles; ``_`` marks words shown."""

from __future__ import annotations

from enum import StrEnum


def _(sentence: str) -> str:
    """Mark a sentence for translation. It is translated when it is shown, in the language of who reads it."""
    return sentence


class Act(StrEnum):
    """Official acts (行为): each writes one entry into its community's log, in the transaction of the act."""

    INSTALLATION_MADE = "installation.made"
    CLOCK_MOVED = "clock.moved"
    COMMUNITY_FOUNDED = "community.founded"
    SETTING_CHANGED = "setting.changed"
    PERSON_ADDED = "person.added"
    PERSON_CHANGED = "person.changed"
    LINK_ISSUED = "link.issued"
    SIGN_INS_ENDED = "sign_ins.ended"
    APPOINTMENT_MADE = "appointment.made"
    APPOINTMENT_ENDED = "appointment.ended"
    ASSEMBLY_FOUNDED = "assembly.founded"
    MEMBER_SEATED = "member.seated"
    MEMBER_ENDED = "member.ended"
    ROSTER_IMPORTED = "roster.imported"
    ROSTER_FROZEN = "roster.frozen"
    NOTICE_DELIVERED = "notice.delivered"
    MATTER_PROPOSED = "matter.proposed"
    MATTER_SCREENED = "matter.screened"
    MATTER_REFUSED = "matter.refused"
    MATTER_MOVED = "matter.moved"
    VARIANT_CHOSEN = "variant.chosen"
    MATTER_CLOSED = "matter.closed"
    DOCUMENT_ISSUED = "document.issued"
    DOCUMENT_CLOSED = "document.closed"
    DOCUMENT_CORRECTED = "document.corrected"
    EVIDENCE_ADDED = "evidence.added"
    NOTICE_ISSUED = "notice.issued"
    NOTICE_EXTENDED = "notice.extended"
    DEMAND_RAISED = "demand.raised"
    DEMAND_SIGNED = "demand.signed"
    DEMAND_REACHED = "demand.reached"
    DEMAND_ANSWERED = "demand.answered"
    DEMAND_REFUSED = "demand.refused"
    DEMAND_ORDERED = "demand.ordered"
    DEMAND_TAKEN_OVER = "demand.taken_over"
    DEMAND_BROUGHT = "demand.brought"
    DEMAND_CLAIMED = "demand.claimed"
    DEMAND_CALLED = "demand.called"
    DEMAND_HELD = "demand.held"
    DEMAND_CONTESTED = "demand.contested"
    DEMAND_JUDGED = "demand.judged"
    PLAN_REVISED = "plan.revised"
    CONCERN_ANSWERED = "concern.answered"
    RESOLUTION_ISSUED = "resolution.issued"
    RULING_ENTERED = "ruling.entered"
    CHARTER_ADOPTED = "charter.adopted"
    CHARTER_FILED = "charter.filed"
    CHARTER_BEGUN = "charter.begun"
    DISCLOSURE_OPENED = "disclosure.opened"
    DISCLOSURE_CLOSED = "disclosure.closed"
    OBJECTION_RAISED = "objection.raised"
    OBJECTION_ANSWERED = "objection.answered"
    FEEDBACK_GIVEN = "feedback.given"
    CLOCK_BREACHED = "clock.breached"
    CONVENING_MADE = "convening.made"
    CONVENING_BEGUN = "convening.begun"
    CONVENING_CLOSED = "convening.closed"
    CONVENING_CANCELLED = "convening.cancelled"
    MATERIAL_LAID = "material.laid"
    INVITATION_MADE = "invitation.made"
    INVITATION_ANSWERED = "invitation.answered"
    INVITATION_WITHDRAWN = "invitation.withdrawn"
    LOT_COMMITTED = "lot.committed"
    LOT_DRAWN = "lot.drawn"
    LOT_ABANDONED = "lot.abandoned"
    SUBSTITUTE_CALLED = "substitute.called"
    ANSWER_GIVEN = "answer.given"
    TALK_NOTED = "talk.noted"
    ROOM_OPENED = "room.opened"
    ROOM_CLOSED = "room.closed"
    TURN_ASKED = "turn.asked"
    TURN_WITHDRAWN = "turn.withdrawn"
    TURN_GIVEN = "turn.given"
    TURN_EXTENDED = "turn.extended"
    TURN_ENDED = "turn.ended"
    TURN_CUT = "turn.cut"
    TURN_REFUSED = "turn.refused"
    TURN_CALLED = "turn.called"
    POINT_RULED = "turn.ruled"
    CHAIR_HANDED = "room.handed"
    STATEMENT_HIDDEN = "statement.hidden"
    STATEMENT_WITHDRAWN = "statement.withdrawn"
    APPEAL_RAISED = "appeal.raised"
    APPEAL_MARKED = "appeal.marked"
    APPEAL_DECIDED = "appeal.decided"
    STATEMENT_MADE = "statement.made"
    QUESTION_PUT = "question.put"
    QUESTION_BACKED = "question.backed"
    QUESTION_WITHDRAWN = "question.withdrawn"
    QUESTION_CALLED = "question.called"
    QUESTION_ANSWERED = "question.answered"
    QUESTION_HIDDEN = "question.hidden"
    MAP_OPENED = "map.opened"
    MAP_STATEMENT_MADE = "map.statement_made"
    MAP_MARKED = "map.marked"
    MAP_STATEMENT_HIDDEN = "map.statement_hidden"
    MAP_CLOSED = "map.closed"
    MAP_RELEASED = "map.released"
    GAUGE_OPENED = "gauge.opened"
    GAUGE_MARKED = "gauge.marked"
    GAUGE_CLOSED = "gauge.closed"
    GAUGE_HANDS_COUNTED = "gauge.hands_counted"
    GAUGE_RELEASED = "gauge.released"
    MINUTES_DRAFTED = "minutes.drafted"
    MINUTES_QUESTIONED = "minutes.questioned"
    MINUTES_AMENDED = "minutes.amended"
    MINUTES_UPHELD = "minutes.upheld"
    MINUTES_SUMMARISED = "minutes.summarised"
    MINUTES_SIGNED = "minutes.signed"
    MINUTES_SEALED = "minutes.sealed"
    MEETING_CONVENED = "meeting.convened"
    MEETING_OPENED = "meeting.opened"
    MEETING_ADJOURNED = "meeting.adjourned"
    MEETING_RESUMED = "meeting.resumed"
    MEETING_COUNTED = "meeting.counted"
    MEETING_ENDED = "meeting.ended"
    POLL_OPENED = "poll.opened"
    PRESENCE_MARKED = "presence.marked"
    PROXY_GIVEN = "proxy.given"
    PROXY_REVOKED = "proxy.revoked"
    BALLOT_CAST = "ballot.cast"
    BALLOT_CHANGED = "ballot.changed"
    PAPER_PRINTED = "paper.printed"
    PAPER_HANDED = "paper.handed"
    PAPER_RETURNED = "paper.returned"
    PAPER_COUNTED = "paper.counted"
    SHEET_READ = "sheet.read"
    SHEET_CORRECTED = "sheet.corrected"
    SHEET_SETTLED = "sheet.settled"
    SHEET_WITHDRAWN = "sheet.withdrawn"
    SHEET_ABSENT = "sheet.absent"
    HANDS_COUNTED = "hands.counted"
    HANDS_SETTLED = "hands.settled"
    COUNT_SEALED = "count.sealed"
    SEAL_BROKEN = "seal.broken"
    POLL_CLOSED = "poll.closed"
    TASK_ASSIGNED = "task.assigned"
    TASK_REPORTED = "task.reported"
    INSPECTION_MADE = "inspection.made"


ACT_NAMES: dict[Act, str] = {
    Act.INSTALLATION_MADE: _("建立本平台"),
    Act.CLOCK_MOVED: _("调快演示时钟"),
    Act.COMMUNITY_FOUNDED: _("设立单位"),
    Act.SETTING_CHANGED: _("修改本地设置"),
    Act.PERSON_ADDED: _("登记人员"),
    Act.PERSON_CHANGED: _("更正人员信息"),
    Act.LINK_ISSUED: _("发出登录链接"),
    Act.SIGN_INS_ENDED: _("结束登录"),
    Act.APPOINTMENT_MADE: _("任职"),
    Act.APPOINTMENT_ENDED: _("免职"),
    Act.ASSEMBLY_FOUNDED: _("设立议事机构"),
    Act.MEMBER_SEATED: _("列为成员"),
    Act.MEMBER_ENDED: _("成员任期结束"),
    Act.ROSTER_IMPORTED: _("导入名册"),
    Act.ROSTER_FROZEN: _("冻结名册"),
    Act.NOTICE_DELIVERED: _("送达"),
    Act.MATTER_PROPOSED: _("提出议题"),
    Act.MATTER_SCREENED: _("准入审查通过"),
    Act.MATTER_REFUSED: _("不纳入协商"),
    Act.MATTER_MOVED: _("进入下一环节"),
    Act.VARIANT_CHOSEN: _("选择办理方式"),
    Act.MATTER_CLOSED: _("结案"),
    Act.DOCUMENT_ISSUED: _("形成文件"),
    Act.DOCUMENT_CLOSED: _("文件办理完毕"),
    Act.DOCUMENT_CORRECTED: _("更正文件"),
    Act.EVIDENCE_ADDED: _("补充佐证"),
    Act.NOTICE_ISSUED: _("发出告知"),
    Act.NOTICE_EXTENDED: _("补充送达名单"),
    Act.DEMAND_RAISED: _("提请召开会议"),
    Act.DEMAND_SIGNED: _("联名提请"),
    Act.DEMAND_REACHED: _("提请达到法定人数"),
    Act.DEMAND_ANSWERED: _("召集人答复提请"),
    Act.DEMAND_REFUSED: _("召集人不召集会议"),
    Act.DEMAND_ORDERED: _("责令限期召集会议"),
    Act.DEMAND_TAKEN_OVER: _("居民委员会组织召开会议"),
    Act.DEMAND_BROUGHT: _("提请列为议题"),
    Act.DEMAND_CLAIMED: _("召集人称会议已在平台外通知"),
    Act.DEMAND_CALLED: _("提请的会议已通知"),
    Act.DEMAND_HELD: _("登记提请的会议已在平台外开过"),
    Act.DEMAND_CONTESTED: _("联名人对召集人的说法提出异议"),
    Act.DEMAND_JUDGED: _("认定会议记录"),
    Act.PLAN_REVISED: _("修改方案"),
    Act.CONCERN_ANSWERED: _("回应意见"),
    Act.RESOLUTION_ISSUED: _("作出决议"),
    Act.RULING_ENTERED: _("登记对决议的处理"),
    Act.CHARTER_ADOPTED: _("通过规约"),
    Act.CHARTER_FILED: _("规约备案"),
    Act.CHARTER_BEGUN: _("规约生效"),
    Act.DISCLOSURE_OPENED: _("开始公示"),
    Act.DISCLOSURE_CLOSED: _("公示期满"),
    Act.OBJECTION_RAISED: _("提出异议"),
    Act.OBJECTION_ANSWERED: _("答复异议"),
    Act.FEEDBACK_GIVEN: _("反馈"),
    Act.CLOCK_BREACHED: _("超过时限"),
    Act.CONVENING_MADE: _("召集协商"),
    Act.CONVENING_BEGUN: _("书面征询或走访开始"),
    Act.CONVENING_CLOSED: _("书面征询或走访结束"),
    Act.CONVENING_CANCELLED: _("取消协商"),
    Act.MATERIAL_LAID: _("公开协商材料"),
    Act.INVITATION_MADE: _("邀请参加协商"),
    Act.INVITATION_ANSWERED: _("答复邀请"),
    Act.INVITATION_WITHDRAWN: _("撤回邀请"),
    Act.LOT_COMMITTED: _("抽签准备"),
    Act.LOT_DRAWN: _("抽签"),
    Act.LOT_ABANDONED: _("放弃抽签"),
    Act.SUBSTITUTE_CALLED: _("请候补"),
    Act.ANSWER_GIVEN: _("书面答复征询"),
    Act.TALK_NOTED: _("记录走访约谈"),
    Act.ROOM_OPENED: _("协商开始"),
    Act.ROOM_CLOSED: _("协商结束"),
    Act.TURN_ASKED: _("申请发言"),
    Act.TURN_WITHDRAWN: _("撤回发言申请"),
    Act.TURN_GIVEN: _("准予发言"),
    Act.TURN_EXTENDED: _("延长发言"),
    Act.TURN_ENDED: _("发言结束"),
    Act.TURN_CUT: _("中止发言"),
    Act.TURN_REFUSED: _("不准发言"),
    Act.TURN_CALLED: _("提醒守规则"),
    Act.POINT_RULED: _("裁定程序动议"),
    Act.CHAIR_HANDED: _("移交主持"),
    Act.STATEMENT_HIDDEN: _("隐藏发言"),
    Act.STATEMENT_WITHDRAWN: _("撤回发言"),
    Act.APPEAL_RAISED: _("对主持人的处置提出申诉"),
    Act.APPEAL_MARKED: _("对申诉表态"),
    Act.APPEAL_DECIDED: _("决定申诉"),
    Act.STATEMENT_MADE: _("发言"),
    Act.QUESTION_PUT: _("提问"),
    Act.QUESTION_BACKED: _("支持提问"),
    Act.QUESTION_WITHDRAWN: _("撤回提问"),
    Act.QUESTION_CALLED: _("请出提问"),
    Act.QUESTION_ANSWERED: _("回答提问"),
    Act.QUESTION_HIDDEN: _("隐藏提问"),
    Act.MAP_OPENED: _("打开意见图"),
    Act.MAP_STATEMENT_MADE: _("写下一条说法"),
    Act.MAP_MARKED: _("对说法表态"),
    Act.MAP_STATEMENT_HIDDEN: _("收起一条说法"),
    Act.MAP_CLOSED: _("结束意见图"),
    Act.MAP_RELEASED: _("公布意见图"),
    Act.GAUGE_OPENED: _("开始意向测评"),
    Act.GAUGE_MARKED: _("参加意向测评"),
    Act.GAUGE_CLOSED: _("结束意向测评"),
    Act.GAUGE_HANDS_COUNTED: _("清点意向测评的举手"),
    Act.GAUGE_RELEASED: _("公布意向测评"),
    Act.MINUTES_DRAFTED: _("形成会议纪要"),
    Act.MINUTES_QUESTIONED: _("要求更正会议纪要"),
    Act.MINUTES_AMENDED: _("采纳对会议纪要的更正"),
    Act.MINUTES_UPHELD: _("没有采纳对会议纪要的更正"),
    Act.MINUTES_SUMMARISED: _("写会议纪要的通俗摘要"),
    Act.MINUTES_SIGNED: _("在会议纪要上签名"),
    Act.MINUTES_SEALED: _("会议纪要定稿"),
    Act.MEETING_CONVENED: _("召集会议"),
    Act.MEETING_OPENED: _("宣布开会"),
    Act.MEETING_ADJOURNED: _("宣布休会"),
    Act.MEETING_RESUMED: _("宣布复会"),
    Act.MEETING_COUNTED: _("清点到会人数"),
    Act.MEETING_ENDED: _("会议结束"),
    Act.POLL_OPENED: _("表决开始"),
    Act.PRESENCE_MARKED: _("登记到会"),
    Act.PROXY_GIVEN: _("委托投票"),
    Act.PROXY_REVOKED: _("撤销委托"),
    Act.BALLOT_CAST: _("投票"),
    Act.BALLOT_CHANGED: _("改投"),
    Act.PAPER_PRINTED: _("印制纸质票"),
    Act.PAPER_HANDED: _("发出纸质票"),
    Act.PAPER_RETURNED: _("收回纸质票"),
    Act.PAPER_COUNTED: _("清点票数"),
    Act.SHEET_READ: _("录入一张票"),
    Act.SHEET_CORRECTED: _("更正录入"),
    Act.SHEET_SETTLED: _("认定一张票"),
    Act.SHEET_WITHDRAWN: _("收回录入"),
    Act.SHEET_ABSENT: _("认定票箱里没有这张票"),
    Act.HANDS_COUNTED: _("清点举手"),
    Act.HANDS_SETTLED: _("认定举手人数"),
    Act.COUNT_SEALED: _("封票"),
    Act.SEAL_BROKEN: _("拆封重计"),
    Act.POLL_CLOSED: _("表决结束并计票"),
    Act.TASK_ASSIGNED: _("交办落实事项"),
    Act.TASK_REPORTED: _("报告落实情况"),
    Act.INSPECTION_MADE: _("监督检查"),
}


class Role(StrEnum):
    """Roles (任职): given to a person in a community, reaching down its subtree."""

    RESIDENT = "resident"
    MEMBER = "member"
    REPRESENTATIVE = "representative"
    CHAIR = "chair"
    CLERK = "clerk"
    COUNTER = "counter"
    SUPERVISOR = "supervisor"
    OFFICER = "officer"
    LIAISON = "liaison"
    COLLECTOR = "collector"
    OFFICIAL = "official"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    VISITOR = "visitor"


ROLE_NAMES: dict[Role, str] = {
    Role.RESIDENT: _("居民"),
    Role.MEMBER: _("成员"),
    Role.REPRESENTATIVE: _("代表"),
    Role.CHAIR: _("主持人"),
    Role.CLERK: _("记录员"),
    Role.COUNTER: _("计票监票人"),
    Role.SUPERVISOR: _("监督员"),
    Role.OFFICER: _("承办人"),
    Role.LIAISON: _("联络员"),
    Role.COLLECTOR: _("采集人"),
    Role.OFFICIAL: _("上级经办人"),
    Role.AUDITOR: _("审计员"),
    Role.ADMINISTRATOR: _("管理员"),
    Role.VISITOR: _("访客"),
}

SYSTEM = "system"
"""The actor of acts that fall due by themselves: a poll's closing, a posting's end, the breach of a clock."""
