"""Entries in plain words: a sentence for each act, and where the thing it was done to can be seen. Pure.

Sentences are gettext keys. ``{actor}`` is the role that acted; the other places are filled from the entry's own data,
which is all that the log says in clear (names and texts are in it as commitments only).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from deliberation.act_names import ACT_NAMES
from deliberation.audit.reading import entry_of
from deliberation.refusal import Word
from deliberation.roles import role_name
from deliberation.vocabulary import SYSTEM, Act, Role, _

SENTENCES: dict[Act, str] = {
    Act.INSTALLATION_MADE: _("本平台建立，存证名称 {log_name}。"),
    Act.CLOCK_MOVED: _("演示时钟调快了{days}天{hours}小时{minutes}分。"),
    Act.COMMUNITY_FOUNDED: _("{actor}设立“{name}”。"),
    Act.SETTING_CHANGED: _("{actor}修改本地设置，依据：{source}。"),
    Act.PERSON_ADDED: _("{actor}登记了一个人。姓名等个人信息不在此公开。"),
    Act.PERSON_CHANGED: _("{actor}更正了一个人的信息。内容不在此公开。"),
    Act.LINK_ISSUED: _("{actor}给一个人发出登录链接。"),
    Act.SIGN_INS_ENDED: _("{actor}结束了一个人的{count}处登录。"),
    Act.APPOINTMENT_MADE: _("{actor}任命了一名{role}，从{from}起。"),
    Act.APPOINTMENT_ENDED: _("{actor}免去一名{role}，到{until}为止。"),
    Act.ASSEMBLY_FOUNDED: _("{actor}设立议事机构“{name}”。"),
    Act.MEMBER_SEATED: _("{actor}把一个人列为议事机构成员，从{from}起。"),
    Act.MEMBER_ENDED: _("一名成员的任期到{until}为止。"),
    Act.MEETING_COUNTED: _("{actor}清点会场人数：{counted}人，签到{signed_in}人。"),
    Act.PROXY_GIVEN: _("登记了一份书面委托。谁委托谁不在此公开。"),
    Act.PROXY_REVOKED: _("一份书面委托撤销了。谁委托谁不在此公开。"),
    Act.BALLOT_CAST: _("收到一张表决票。投的什么不在此公开。"),
    Act.BALLOT_CHANGED: _("一张表决票改投。投的什么不在此公开。"),
    Act.PAPER_PRINTED: _("{actor}第{batch}次印制纸质票，{sheets}张。"),
    Act.PAPER_HANDED: _("{actor}发出{sheets}张纸质票。发给谁不在此公开。"),
    Act.PAPER_RETURNED: _("{actor}收回{sheets}张纸质票。"),
    Act.PAPER_COUNTED: _("{actor}清点：箱里{received}张，剩余{left}张。"),
    Act.SHEET_READ: _("{actor}录入一张票。录入的什么不在此公开。"),
    Act.SHEET_CORRECTED: _("{actor}更正一张票的录入。内容不在此公开。"),
    Act.SHEET_SETTLED: _("{actor}认定一张票。内容和理由不在此公开。"),
    Act.SHEET_WITHDRAWN: _("{actor}收回一张票的录入。内容不在此公开。"),
    Act.SHEET_ABSENT: _("{actor}认定票箱里没有一张录入过的票，录入不算数。理由不在此公开。"),
    Act.HANDS_COUNTED: _("{actor}交了举手第{round}次清点的数。"),
    Act.HANDS_SETTLED: _("{actor}认定举手第{round}次清点的数。"),
    Act.COUNT_SEALED: _("{actor}封票，是第{place}个。"),
    Act.SEAL_BROKEN: _("{actor}拆封重计。理由不在此公开。"),
    Act.MATERIAL_LAID: _("{actor}公开了一份协商材料：{subject}。"),
    Act.INVITATION_MADE: _("{actor}邀请一个人或者一个部门参加协商。"),
    Act.INVITATION_ANSWERED: _("对一份参加协商的邀请有了答复。"),
    Act.LOT_COMMITTED: _("{actor}固定抽签名单：{tickets}人中抽{seats}人，口令只公开了摘要。"),
    Act.LOT_DRAWN: _("{actor}抽签，抽出{seats}人；种子里有检查点（{size}条）的根。"),
    Act.ANSWER_GIVEN: _("收到一份对征询的书面答复。内容不在此公开。"),
    Act.TALK_NOTED: _("{actor}记录一次走访约谈。内容不在此公开。"),
    Act.GAUGE_MARKED: _("有人参加意向测评。选的什么不在此公开。"),
    Act.GAUGE_HANDS_COUNTED: _("{actor}清点意向测评的现场举手。数字在公布时公开。"),
    Act.TURN_CUT: _("{actor}中止一次发言，已讲{seconds}秒。理由不在此公开。"),
    Act.TURN_REFUSED: _("{actor}不准一项发言申请。理由不在此公开。"),
    Act.TURN_CALLED: _("{actor}提醒发言人守规则。理由不在此公开。"),
    Act.POINT_RULED: _("{actor}裁定一项程序动议。理由不在此公开。"),
    Act.STATEMENT_HIDDEN: _("{actor}隐藏一条发言。理由不在此公开。"),
    Act.STATEMENT_FILED: _("有人给自己的发言补交了{files}个附件。"),
    Act.STATEMENT_WITHDRAWN: _("有人撤回自己的一条发言。理由不在此公开。"),
    Act.QUESTION_PUT: _("有人提问。内容不在此公开。"),
    Act.QUESTION_BACKED: _("有人支持一个提问，或者收回支持。"),
    Act.QUESTION_WITHDRAWN: _("有人撤回自己的提问。"),
    Act.QUESTION_CALLED: _("{actor}请出一个提问。"),
    Act.QUESTION_ANSWERED: _("{actor}记下一个提问的回答。内容不在此公开。"),
    Act.QUESTION_HIDDEN: _("{actor}隐藏一个提问。理由不在此公开。"),
    Act.CHAIR_HANDED: _("{actor}移交主持。交给谁不在此公开。"),
    Act.APPEAL_RAISED: _("有人对主持人的处置提出申诉。内容不在此公开。"),
    Act.APPEAL_MARKED: _("有人对一份申诉表态。表的什么态不在此公开。"),
    Act.APPEAL_DECIDED: _("一份申诉有了决定：维持{sustain}，改变{overturn}。"),
    Act.NOTICE_DELIVERED: _("一份告知送到了一个人。"),
    Act.DEMAND_SIGNED: _("一个人联名提请召开会议。"),
    Act.DEMAND_REACHED: _("提请召开会议的人数达到法定要求：须{needed}，已有{counted}。"),
    Act.DEMAND_BROUGHT: _("{actor}把{signed}人联名的提请列为议题（编号{matter}），题目和理由照联名的写。"),
    Act.DEMAND_CLAIMED: _("{actor}称提请的会议已经在平台外通知，{day}开会；到那天没有开会记录的，时限照算。"),
    Act.DEMAND_HELD: _("{actor}登记提请的会议在{day}已经在平台外开过，附会议记录。"),
    Act.DEMAND_CONTESTED: _("一个联名人对召集人的说法提出异议。理由不在此公开。"),
    Act.DEMAND_ORDERED: _("{actor}责令召集人在{due}前通知开会。"),
    Act.RULING_ENTERED: _("{actor}登记对一份决议的处理，日期{on}，依据：{source}。"),
    Act.CHARTER_ADOPTED: _("一份规约的第{number}版经决议通过。"),
    Act.CHARTER_FILED: _("{actor}登记规约第{number}版的备案，日期{on}。"),
    Act.CHARTER_BEGUN: _("{actor}登记规约第{number}版从{from}起生效。"),
    Act.CLOCK_BREACHED: _("一项时限已过，没有办。"),
    Act.OBJECTION_RAISED: _("有人提出异议，应在{due}前答复。"),
    Act.DRAFT_VERSION_ADDED: _("{actor}加入法律草案的第{version}稿，读出{articles}条。"),
    Act.DRAFT_READING_CORRECTED: _(
        "{actor}更正草案第{version}稿的读法，是第{reading}次读法，共{articles}条。理由不在此公开。"
    ),
    Act.SOLICITATION_OPENED: _("{actor}就草案征求意见，到{until}为止。"),
    Act.SOLICITATION_EXTENDED: _("{actor}把征求意见延长到{until}。理由在征求意见的页面上。"),
    Act.SOLICITATION_CLOSED: _("征求意见截止，共收到{given}条，未撤回的{standing}条。"),
    Act.POINT_ADDED: _("{actor}设立一个信息采集点。"),
    Act.COLLECTOR_NAMED: _("{actor}安排一名采集人。是谁不在此公开。"),
    Act.OPINION_GIVEN: _("收到第{number}号意见。内容不在此公开。"),
    Act.OPINION_CHANGED: _("第{number}号意见的作者修改了意见。内容不在此公开。"),
    Act.OPINION_WITHDRAWN: _("第{number}号意见的作者撤回了意见。"),
    Act.OPINION_COSIGNED: _("有人联名第{number}号意见。是谁不在此公开。"),
    Act.OPINION_PUBLISHED: _("{actor}公开第{number}号意见。"),
    Act.OPINION_KEPT_BACK: _("{actor}不公开第{number}号意见，照常办理。理由不在此公开。"),
    Act.OPINION_TYPED: _("{actor}录入第{number}号意见，是线下收到的。内容不在此公开。"),
    Act.OPINIONS_MERGED: _("{actor}把{count}条意见并入同类意见。"),
    Act.OPINIONS_KEPT_APART: _("{actor}看过{count}条相似的意见，没有归并。"),
    Act.OPINION_TAKEN_OUT: _("{actor}把第{number}号意见从同类意见里拆出。"),
    Act.OPINIONS_HANDLED: _("{actor}处理意见{count}条。怎么处理、理由不在此公开。"),
    Act.OPINION_REWORDED: _("{actor}整理第{number}号意见的文字，原话保留。"),
    Act.SUBMISSION_MADE: _("{actor}向上级上报意见{opinions}条，没有上报的{left_out}条。内容不在此公开。"),
    Act.SUBMISSION_EXTENDED: _("{actor}把上报期限定到{submit_by}。理由在征求意见的页面上。"),
    Act.SUBMISSION_RECEIVED: _("收下下面联系点的第{number}次上报，意见{opinions}条，变化{changes}条。"),
    Act.OPINIONS_DECIDED_ABOVE: _("记下上级对{count}条意见的决定。是什么、为什么不在此公开。"),
    Act.ANSWERS_HANDED_DOWN: _("{actor}向报来意见的联系点下传第{number}次反馈，答复{opinions}条。内容不在此公开。"),
    Act.ANSWERS_CAME_DOWN: _("收下上级的第{number}次反馈，答复{opinions}条，记下{decided}条。内容不在此公开。"),
    Act.OPINION_RECEIVED: _("收下第{number}号意见，是下面的联系点报上来的。内容不在此公开。"),
    Act.TIER_KEY_CONFIRMED: _("{actor}确认核对过一个日志的公钥。"),
    Act.OPINIONS_IMPORTED: _("{actor}批量导入意见{rows}条。"),
    Act.OPINION_CONSENT_CHANGED: _("第{number}号意见的作者收回了公开的同意。"),
    Act.OPINIONS_CARRIED: _("{actor}把{count}条意见带到第{version}稿。"),
    Act.OPINIONS_PLACES_FOUND: _("{count}条意见在第{version}稿里的位置已经找过，其中{unsure}条要人来安放。"),
    Act.OPINION_PLACED: _("{actor}写明第{number}号意见在第{version}稿里的位置。"),
    Act.OPINIONS_ADOPTED: _("{actor}决定{count}条意见的采纳情况。结果、理由不在此公开。"),
    Act.OPINIONS_ANSWERED: _("{actor}答复{count}条意见的作者。答复的内容不在此公开。"),
    Act.OPINIONS_TOLD: _("{actor}登记：{count}条意见的作者已经当面或者另外告诉。"),
    Act.ANSWER_LETTERS_MADE: _("{actor}制作答复函{count}封，上面有收信人的姓名和联系方式。"),
    Act.ANSWERS_DUE_SET: _("{actor}定了答复期限：{day}。"),
    Act.EXPORT_ASKED: _("{actor}要求导出意见汇总表，{format}。用途不在此公开。"),
    Act.OPINIONS_EXPORTED: _(
        "{actor}导出意见汇总表，{rows}条，{format}。公开版的文件摘要写在这条存证里；完整版的只有承诺，不在此公开。"
    ),
    Act.EXPORT_TAKEN: _("{actor}下载意见汇总表的完整版，{format}。里面有姓名和联系方式。"),
    Act.REPORT_WRITTEN: _("{actor}写了征求意见情况报告第{version}稿。内容不在此公开。"),
    Act.LAYOUT_SAVED: _("{actor}存了意见汇总表的一个版式，{columns}列。"),
    Act.LAYOUT_REMOVED: _("{actor}删除了意见汇总表的一个版式。"),
}
"""Acts whose entry says more than who did what. The others are told by the name of the act."""

PLAIN = _("{actor}：{act}。")
DAMAGED = _("这条存证已损坏")
"""Of an entry that somebody changed into none: what it was, ``audit verify`` and the copies of others tell."""
BY_ITSELF = _("系统")
FOR_CHAIR = _("记录员（代主持人）")

PLACES: dict[str, str] = {
    "community": "/communities/{id}",
    "matter": "/matters/{id}",
    "document": "/documents/{id}",
    "poll": "/polls/{id}",
    "room": "/rooms/{id}",
    "map": "/maps/{id}",
    "minutes": "/minutes/{id}",
    "convening": "/convenings/{id}",
    "lot": "/lots/{id}",
    "meeting": "/meetings/{id}",
    "demand": "/demands/{id}",
    "order": "/demands/{id}",
    "assembly": "/assemblies/{id}",
    "task": "/tasks/{id}",
    "charter": "/charters/{id}",
    "draft": "/drafts/{id}",
    "solicitation": "/solicitations/{id}",
    "opinion": "/opinions/{id}",
}
"""Where a thing is seen, by the word before the slash of its name in the log."""

THINGS: dict[str, str] = {
    "community": _("看这个单位"),
    "matter": _("看这个议题"),
    "document": _("看这份文件"),
    "poll": _("看这次表决"),
    "room": _("看这个协商室"),
    "map": _("看这张意见图"),
    "minutes": _("看这份会议纪要"),
    "convening": _("看这次协商"),
    "lot": _("看这次抽签"),
    "meeting": _("看这次会议"),
    "demand": _("看这份提请"),
    "order": _("看这份提请"),
    "assembly": _("看这个议事机构"),
    "task": _("看这项落实事项"),
    "charter": _("看这份规约"),
    "draft": _("看这部草案"),
    "solicitation": _("看这次征求意见"),
    "opinion": _("看这条意见"),
}
"""What the way there says."""

GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "matters": (
        _("议题和文件"),
        (
            "matter.",
            "document.",
            "evidence.",
            "plan.",
            "concern.",
            "resolution.",
            "demand.",
            "variant.",
            "ruling.",
            "charter.",
        ),
    ),
    "notices": (_("告知、公示和异议"), ("notice.", "disclosure.", "objection.", "feedback.")),
    "rooms": (
        _("协商"),
        (
            "convening.",
            "material.",
            "invitation.",
            "lot.",
            "substitute.",
            "answer.",
            "talk.",
            "room.",
            "turn.",
            "statement.",
            "question.",
            "appeal.",
            "gauge.",
            "map.",
            "minutes.",
        ),
    ),
    "polls": (
        _("表决"),
        (
            "meeting.",
            "poll.",
            "ballot.",
            "presence.",
            "proxy.",
            "paper.",
            "sheet.",
            "hands.",
            "count.",
            "seal.",
            "roster.frozen",
        ),
    ),
    "legislation": (
        _("立法联系"),
        (
            "draft.",
            "solicitation.",
            "point.",
            "collector.",
            "opinion.",
            "opinions.",
            "submission.",
            "tier_key.",
            "call.",
            "answers.",
            "layout.",
        ),
    ),
    "duties": (_("落实和监督"), ("task.", "inspection.", "clock.breached")),
    "people": (
        _("人员和任职"),
        ("person.", "link.", "sign_ins.", "appointment.", "member.", "assembly.", "roster.imported"),
    ),
    "site": (_("单位和平台"), ("installation.", "community.", "setting.", "clock.moved")),
}
"""What a reader may look at alone: word → (its name, beginnings of the acts)."""


@dataclass(frozen=True)
class Told:
    """An entry for the reader: the sentence with its facts; the words of the way to what it is about, and its address."""

    sentence: str
    facts: Mapping[str, Any]
    way: str
    url: str


@dataclass(frozen=True)
class Named:
    """What the slice of an entry's subject adds: its title, and a sentence (empty: the log's own) with its facts."""

    title: str
    sentence: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)


def tell(body: bytes, topic: str, kind: str = "") -> Told:
    """Put an entry of a community of this kind into words; what this version does not know is told by the words of the entry itself."""
    said = entry_of(body)
    if said is None or not all(isinstance(said.get(name, ""), str) for name in ("type", "actor", "object")):
        return Told(DAMAGED, {}, *_where("", topic))
    act, data = said.get("type", ""), said["data"]
    role = said.get("actor", SYSTEM)
    facts = {name: _value(value) for name, value in data.items() if isinstance(value, str | int)}
    if isinstance(moved := facts.get("seconds"), int):
        facts |= {"days": moved // 86_400, "hours": moved // 3600 % 24, "minutes": moved // 60 % 60}
    if "role" in facts:
        facts["role"] = _role(str(facts["role"]), kind)
    facts |= {
        "actor": Word(FOR_CHAIR) if data.get("for_chair") else _role(role, kind),
        "act": Word(ACT_NAMES[Act(act)]) if act in set(Act) else act,
    }
    sentence = SENTENCES.get(Act(act), PLAIN) if act in set(Act) else PLAIN
    if any(place not in facts for place in re.findall(r"\{(\w+)\}", sentence)):
        sentence = PLAIN
    way, url = _where(said.get("object", ""), topic)
    return Told(sentence, facts, way, url)


def _value(value: str | int) -> Any:
    """As it is said to people: a date of the entry becomes one that each language writes in its own way."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            return value
    return value


def _role(role: str, kind: str) -> Word | str:
    if role == SYSTEM:
        return Word(BY_ITSELF)
    return Word(role_name(role, kind)) if role in set(Role) else role


def _where(object_: str, topic: str) -> tuple[str, str]:
    """The thing's own page, else that of the larger thing it belongs to."""
    for word in (object_, topic):
        kind, _slash, number = word.partition("/")
        if kind in PLACES and number.isascii() and number.isdigit():
            return THINGS[kind], PLACES[kind].format(id=number)
    return "", ""
