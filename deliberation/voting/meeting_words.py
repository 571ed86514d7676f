"""The paper of a meeting that came to nothing. A document is Chinese, as the community keeps it."""

from __future__ import annotations

from datetime import datetime

from deliberation.communities.models import Community
from deliberation.matters.models import Matter
from deliberation.translation import say_date
from deliberation.voting.meeting_models import Meeting
from deliberation.voting.meeting_rules import Quorum
from deliberation.voting.presets import PRESETS
from deliberation.voting.tally_result import Finding, amount_text
from deliberation.voting.tally_terms import Measure

UNITS = {Measure.HEADS: "人", Measure.AREA: "平方米", Measure.HOUSEHOLDS: "户"}


def void_paper(matter: Matter, place: Community, meeting: Meeting, now: datetime, quorum: Quorum) -> tuple[str, str]:
    """Title and body of the paper that declares a meeting void for want of a quorum."""
    day = say_date(now.astimezone(place.zone).date(), "zh-Hans", year=True)
    title = f"关于“{matter.title}”的会议没有达到法定人数"
    parts = [
        f"{place.name}于{day}召开“{meeting.title}”，地点：{meeting.place}。",
        *(_said(each) for each in quorum.tests),
        "会议没有达到法定人数，不能表决，本次会议不成立。须重新通知、重新召集；名册在下次表决时重新冻结。",
        f"法定人数的依据：{PRESETS[meeting.preset].source}。",
    ]
    return title, "\n\n".join(parts)


def _said(test: Finding) -> str:
    measure, unit = test.requirement.measure, UNITS[test.requirement.measure]

    def text(amount: int) -> str:
        return f"{amount_text(measure, amount)}{unit}"

    needed = f"须有{text(test.needed)}" if test.needed is not None else "名册上没有人"
    return f"应到{text(test.denominator)}，{needed}，实到{text(test.numerator)}。"
