"""The draft of a resolution: the question, the result with every test, and the text that was voted on.

A document is Chinese, as the community keeps it; nothing in it is a sentence of the site, so nothing is translated.
"""

from __future__ import annotations

from sqlmodel import Session

from deliberation.communities.models import Community
from deliberation.matters.gathering import procedure_of
from deliberation.matters.models import Matter
from deliberation.matters.owners_rules import ITEMS
from deliberation.translation import say_date
from deliberation.vocabulary import _
from deliberation.voting.kinds_rules import CIRCULATION
from deliberation.voting.models import Poll, shown_result
from deliberation.voting.result_view import verdict
from deliberation.voting.secrecy_rules import SECRECY

ENDS = {"passed": "通过", "failed": "没有通过", "no_quorum": "没有达到法定人数", "tie": "得票相同"}


def draft(poll: Poll, matter: Matter, place: Community, merger: str = "") -> tuple[str, str]:
    """Title and body of the document that a closed poll leads to; ``merger`` how two steps were taken together."""
    day = say_date(poll.closed_at.astimezone(place.zone).date(), "zh-Hans", year=True)
    result = shown_result(poll)
    heads = result["counts"]["heads"]
    title = f"关于“{matter.title}”的表决结果：{ENDS[poll.outcome]}"
    version = f"方案第{poll.plan_number}版" if poll.plan_number else "表决文本"
    parts = [
        f"{place.name}于{day}就下列事项进行表决（{SECRECY[poll.secrecy]}），应到{heads['entitled']}人，参加表决{heads['participating']}人。",
        f"表决事项：{poll.question}",
        *_kind(poll),
        f"表决结果：{verdict(result)[1]}。",
        result["sentence"]["zh-Hans"],
        *([f"合并进行：{merger}（书记、主任“一肩挑”）。"] if merger else []),
        f"依据：{poll.source}。",
        f"以下是冻结的{version}：",
        poll.text,
    ]
    return title, "\n\n".join(parts)


def _kind(poll: Poll) -> list[str]:
    """What is special about the poll: its item, its options, its way, its local setting."""
    said = []
    if item := ITEMS.get(poll.item):
        said.append(f"{item.source}：{item.words}（{'特别' if item.is_special else '一般'}事项）。")
    if options := poll.rule.get("options"):
        said.append(f"选项：{'、'.join(options)}。每张票最多选{poll.rule['select']}项，选出{poll.rule['seats']}项。")
    if poll.result.get("winners"):
        said.append(f"选出：{'、'.join(poll.result['winners'])}。")
    if poll.way == CIRCULATION:
        said.append(f"以书面征求意见的形式进行（{poll.way_source}）；没有表态的不算参加表决。")
    if poll.follows_id:
        said.append(f"这是表决第{poll.follows_id}号的再次表决。")
    if poll.rule_source:
        said.append(f"通过的标准按本地设置：{poll.rule_source}。")
    return said


FORMING = {"proposal": _("形成提议书"), "review": _("形成审议意见"), "minutes": _("形成会议纪要")}


def forming(session: Session, matter: Matter, poll: Poll) -> str:
    """What the step makes of its vote, in words: only the step that decides makes a resolution."""
    step = procedure_of(session, matter).step(poll.step).taken_as(matter.choices.get(poll.step, ""))
    return FORMING.get(step.closes_with, _("形成决议"))
