"""A matter refused at screening: a dispute between neighbours, sent on to mediation."""

from __future__ import annotations

from deliberation.demo.acting import propose, screen
from deliberation.demo.founding import Places
from deliberation.demo.story import Teller

TITLE = "请社区要求楼上赔偿漏水损失"
SUMMARY = "3号楼楼上卫生间漏水，泡坏了我家的天花板和衣柜，楼上不肯赔。请社区开会决定让他赔偿。"


def tell_refused(teller: Teller, places: Places) -> int:
    """Proposed, held against the five exclusions, refused with the way onward; the matter's id."""
    matter = propose(teller, places.community, "陶然", "six_steps", TITLE, SUMMARY)
    teller.wait(hours=20)
    screen(
        teller,
        matter,
        "钱芳",
        hits=[5],
        reason="属于邻里之间的损害赔偿纠纷，开会不能决定谁赔多少。已联系人民调解委员会，调解员会与您联系。",
    )
    return matter
