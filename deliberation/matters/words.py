"""The words of a procedure with their Chinese terms. A procedure file may use these and no others."""

from __future__ import annotations

from collections.abc import Mapping

from deliberation.vocabulary import _

LOCAL = _("本地设置")
"""How a number without a statute behind it names its source (domain.md 8, 1)."""

CLOSED = "closed"
REFUSED = "refused"
END_NAMES: Mapping[str, str] = {CLOSED: _("已办结"), REFUSED: _("不纳入协商")}

# The order is the law of the house: 提议→告知→协商→决策→反馈→监督. Only a failure goes back.
RINGS: Mapping[str, str] = {
    "propose": _("提议"),
    "notify": _("告知"),
    "consult": _("协商"),
    "decide": _("决策"),
    "feed_back": _("反馈"),
    "supervise": _("监督"),
}

KINDS: Mapping[str, str] = {
    "proposal": _("提议"),
    "screening": _("准入审查"),
    "composition": _("确定主体"),
    "format": _("确定形式"),
    "notice": _("告知"),
    "consultation": _("协商"),
    "review": _("审议"),
    "legal_review": _("合法性审查"),
    "poll": _("表决"),
    "filing": _("备案"),
    "disclosure": _("公开"),
    "feedback": _("反馈"),
    "implementation": _("实施"),
    "evaluation": _("评估验收"),
}

BODIES: Mapping[str, str] = {
    "proposers": _("提议人"),
    "party_branch": _("党组织委员会"),
    "two_committees": _("“两委”"),
    "party_members": _("党员大会"),
    "villagers_assembly": _("村民会议"),
    "villagers_representatives": _("村民代表会议"),
    "villagers_group": _("村民小组会议"),
    "residents_assembly": _("居民会议"),
    "residents_representatives": _("居民代表会议"),
    "collective": _("农村集体经济组织"),
    "collective_assembly": _("集体经济组织成员大会"),
    "collective_delegates": _("集体经济组织成员代表大会"),
    "owners": _("全体业主"),
    "owners_committee": _("业主委员会"),
    "supervision": _("监督委员会"),
    "committee": _("居（村）民委员会"),
    "election_committee": _("选举委员会"),
    "registered_voters": _("登记的选民"),
    "legal_adviser": _("法律顾问"),
    "contact_point": _("基层立法联系点"),
    "room": _("协商室"),
}

# The documents (nouns) whose issue is the state of a matter.
PAPERS: Mapping[str, str] = {
    "proposal": _("议题提议书"),
    "screening": _("准入审查意见"),
    "participants": _("参加协商人员名单"),
    "format": _("协商形式说明"),
    "notice": _("告知书"),
    "minutes": _("会议纪要"),
    "review": _("审议意见"),
    "legal_opinion": _("合法性审查意见"),
    "resolution": _("决议"),
    "filing": _("备案记录"),
    "disclosure": _("公示"),
    "feedback": _("反馈书"),
    "implementation": _("实施结果记录"),
    "evaluation": _("监督评估意见"),
    "waiver": _("不经此环节的说明"),
    "return": _("文本改动退回说明"),
}

# What a step asks for before it can close. These the engine computes from what is the case …
COMPUTED: Mapping[str, str] = {
    "delivered_to_all": _("送达名单上的每一位"),
    "speakers_answered": _("每一位发言人都得到答复"),
    "tasks_done": _("落实事项全部报告完成"),
    "inspected": _("监督员检查记录"),
    "plan": _("方案文本"),
}
# … and these somebody attaches.
ATTACHED: Mapping[str, str] = {
    "opinions_heard": _("听取意见的记录"),
    "delegation": _("村民会议或者居民会议的授权决定"),
    "posting_photo": _("张贴照片"),
    "committee_told": _("告知居民委员会的记录"),
    "filing_receipt": _("备案回执"),
    "acceptance": _("验收记录"),
    "accounts": _("收支账目"),
    "roll": _("签到表"),
    "joint_request": _("联名罢免要求和名单"),
}
EVIDENCE: Mapping[str, str] = {**COMPUTED, **ATTACHED}

# Facts about the community under which a variant of a step is open.
CONDITIONS: Mapping[str, str] = {
    "secretary_chairs": _("党组织书记兼任村（居）民委员会主任"),
    "collective_by_committee": _("由村民委员会代行农村集体经济组织职能"),
    "collective_by_group": _("由村民小组代行农村集体经济组织职能"),
    "special_case": _("遇有特殊情况"),
}

# How a step may end. An exit of a consultation (village 33, urban 32) is one of the last three.
OUTCOMES: Mapping[str, str] = {
    "done": _("通过，进入下一环节"),
    "failed": _("没有通过"),
    "no_quorum": _("没有达到法定人数"),
    "refused": _("不纳入协商"),
    "merged": _("与后一环节合并进行，已通过"),
    "skipped": _("不经此环节"),
    "changed": _("文本改动，退回重新商议"),
    "submit": _("提交会议决定"),
    "carry_out": _("组织实施"),
    "oversee": _("监督落实"),
}
BACKWARD = ("failed", "no_quorum", "changed")
"""Outcomes by which a matter goes back, or stays where it is and begins anew."""
# What a vote came to.
POLL_OUTCOMES: Mapping[str, str] = {
    "passed": _("通过"),
    "failed": _("没有通过"),
    "tie": _("票数相同"),
    "no_quorum": _("没有达到法定人数"),
    "part": _("选出一部分，名额没有满"),
    "further": _("没有选出，须另行投票"),
}
CHOICE_OUTCOMES: Mapping[str, str] = POLL_OUTCOMES | {"passed": _("已选出"), "failed": _("没有选出")}
# How a meeting of a body stands, or ended.
MEETING_STATES: Mapping[str, str] = {
    "convened": _("已召集"),
    "open": _("正在开会"),
    "short": _("人数不足"),
    "adjourned": _("休会"),
    "held": _("已开完"),
    "no_quorum": _("会议不成立"),
    "cancelled": _("会议取消"),
}
EXITS = ("submit", "carry_out", "oversee")

# The days a step may name. Minimum periods: notice, posting. Deadlines for persons: the others.
PERIODS: Mapping[str, str] = {
    "notice": _("提前通知"),
    "posting": _("公示"),
    "objection": _("提出异议"),
    "acknowledge": _("受理异议"),
    "answer": _("答复"),
    "deadline": _("办理时限"),
}

# Presets of domain.md 1.8; what they count is the tally's business, a procedure only names them.
POLLS: Mapping[str, str] = {
    "party_branch_proposal": _("党组织委员会表决"),
    "two_committees": _("“两委”会表决"),
    "party_members": _("党员大会表决"),
    "village_assembly_adults": _("村民会议表决（十八周岁以上村民）"),
    "village_assembly_households": _("村民会议表决（户的代表）"),
    "village_representatives": _("村民代表会议表决"),
    "village_group_adults": _("村民小组会议表决（十八周岁以上村民）"),
    "village_group_households": _("村民小组会议表决（户的代表）"),
    "urban_assembly_adults": _("居民会议表决（十八周岁以上居民）"),
    "urban_assembly_households": _("居民会议表决（户的代表）"),
    "urban_representatives": _("居民代表会议表决"),
    "collective_members": _("集体经济组织成员大会表决"),
    "collective_delegates": _("集体经济组织成员代表大会表决"),
    "owners_ordinary": _("业主共同决定（一般事项）"),
    "owners_special": _("业主共同决定（特别事项）"),
    "village_election": _("村民委员会选举"),
    "urban_election": _("居民委员会选举（全体有选举权的居民）"),
    "urban_election_households": _("居民委员会选举（每户派代表）"),
    "urban_election_representatives": _("居民委员会选举（居民代表）"),
    "village_recall": _("罢免村民委员会成员"),
    "urban_recall": _("罢免居民委员会成员（全体有选举权的居民）"),
    "urban_recall_households": _("罢免居民委员会成员（每户派代表）"),
    "urban_recall_representatives": _("罢免居民委员会成员（居民代表）"),
}

ELECTORATES: Mapping[str, str] = {"entrance": _("单元"), "building": _("楼栋"), "compound": _("小区")}
SCOPES: Mapping[str, str] = {
    "village": _("村"),
    "urban": _("城市社区"),
    "owners": _("业主"),
    "contact_point": _("立法联系点"),
}


def base_of(poll: str) -> str:
    """By what the roster of such a poll lists people: ``adults``, ``households``, ``owners`` or ``members``."""
    if poll.startswith("owners_"):
        return "owners"
    last = poll.rsplit("_", 1)[-1]
    return last if last in ("adults", "households") else "members"
