"""The lift in 桂花园小区: objections, a changed plan, the owners' special decision; the poll is open when the demo begins.

After the case of 桂花园 (诸暨), solved by an open talk and a changed design; people, flats and figures are invented.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlmodel import Session

from deliberation.assemblies.electorate import Part, electorate
from deliberation.communities.models import Community
from deliberation.demo.acting import attach, ballot, consult, notify, plan, propose, screen, vote
from deliberation.demo.founding import Places
from deliberation.demo.minuted import correct, seal
from deliberation.demo.story import Teller

TITLE = "1号楼加装电梯"
SUMMARY = "1号楼六层没有电梯，楼里六十岁以上居民二十三人，上下楼难。提议两个单元各加装一部电梯，一层不出资。"
FIRST = """一、1号楼两个单元各加装一部电梯，井道贴南墙。
二、每部造价42万元，财政补助15万元，其余由二层以上业主按楼层分担，一层不出资。
三、占用绿地42平方米，六棵桂花树移走。
四、施工期90天。"""
SECOND = """一、1号楼两个单元各加装一部电梯，井道北移0.9米，改用玻璃幕墙，不挡一层南窗。
二、每部造价42万元，财政补助15万元，其余由二层以上业主按楼层分担，一层不出资。
三、占用绿地42平方米，六棵桂花树移走。
四、施工期90天，每日12时至14时停工。"""
THIRD = """一、1号楼两个单元各加装一部电梯，井道北移0.9米，改用玻璃幕墙，不挡一层南窗。
二、每部造价42万元，财政补助15万元，其余由二层以上业主按楼层分担，一层不出资。
三、消防通道由3.2米拓宽到4.0米；占用绿地减为18平方米，六棵桂花树移栽到楼西侧。
四、施工期90天，每日12时至14时停工。"""
CORRECTION = ("孩子要睡觉。", "孩子要睡午觉，每天12点到14点。", "我说了时间，记漏了。")
SUMMED_UP = (
    "大家多数赞成装电梯。一楼怕挡窗，二楼要求中午停工，还有人问消防车进不进得来。方案要改了再议。",
    "方案改到第3版：井道北移、不挡南窗，消防通道加宽到4米，中午停工。大家同意交给业主表决。",
)
LASTS = timedelta(days=34)
AGAINST = frozenset({"卫东升"})
"""Who votes no where the others vote by the story (``rest.py``); everybody else votes yes."""


def tell_lift(teller: Teller, places: Places, meanwhile: Callable[[], object]) -> int:
    """The story up to the open poll; the matter's id. ``meanwhile`` happens during the days of the vote's notice."""
    place = places.community
    matter = propose(teller, place, "李强", "owners_special", TITLE, SUMMARY, "1号楼", item=7)
    teller.wait(days=1)
    screen(teller, matter, "钱芳", reason="逐项对照，均不属于不纳入协商的情形。")
    plan(teller, matter, "钱芳", FIRST)
    owners = owners_of(teller, place)
    notify(
        teller,
        matter,
        "钱芳",
        "关于协商加装电梯的通知",
        "定于下周在社区议事厅协商加装电梯，附方案第1版和日照分析。",
        owners,
        "业主委员会",
    )
    teller.wait(days=6)
    consult(
        teller,
        matter,
        chair="王秀英",
        clerk="林涛",
        title="加装电梯第一次协商",
        speeches=[
            ("李强", "for", "我家住二层，父亲八十一岁，上下楼要歇三次。希望今年就装上。"),
            ("冯国强", "against", "井道贴着南墙，正好挡住我家一层的南窗，屋里白天也要开灯。"),
            ("陈桂香", "conditional", "我赞成装，但中午不要施工，孩子要睡觉。"),
            ("赵春生", "question", "消防通道只剩3.2米，消防车进得来吗？"),
        ],
        gauge=(
            "井道北移、改用玻璃幕墙，可以接受吗？",
            ["可以", "再想想", "不可以"],
            {"李强": 0, "陈桂香": 0, "冯国强": 1, "赵春生": 0},
        ),
    )
    correct(teller, matter, "陈桂香", "王秀英", CORRECTION)
    plan(teller, matter, "钱芳", SECOND, "井道北移0.9米并改用玻璃幕墙，回应102室采光；中午停工，回应201室",
         (("冯国强", "井道北移0.9米、改用玻璃幕墙，不再挡南窗"), ("陈桂香", "每日12时至14时停工")))  # fmt: skip
    teller.wait(days=5)
    plan(teller, matter, "钱芳", THIRD, "消防通道拓宽到4.0米，回应101室；少占绿地，桂花树移栽",
         (("赵春生", "消防通道由3.2米拓宽到4.0米"),))  # fmt: skip
    consult(
        teller,
        matter,
        chair="王秀英",
        clerk="林涛",
        title="加装电梯第二次协商",
        speeches=[
            ("冯国强", "for", "看了第3版，南窗不挡了，我不反对。"),
            ("赵春生", "for", "通道4米可以，我赞成表决。"),
        ],
        gauge=(
            "可以按第3版提交业主表决吗？",
            ["可以", "再改", "不可以"],
            {"李强": 0, "冯国强": 0, "赵春生": 0, "陈桂香": 0},
        ),
        outcome="done",
    )
    attach(teller, matter, "钱芳", "committee_told", "已书面告知桂花园社区居民委员会")
    notify(
        teller,
        matter,
        "钱芳",
        "业主表决公告",
        "表决按方案第3版办理，范围为1号楼全体业主。附方案全文、分摊表。",
        owners,
        "业主委员会",
    )
    teller.wait(days=2)
    meanwhile()
    teller.wait(days=14)
    for nth, summary in enumerate(SUMMED_UP):
        seal(teller, matter, nth, ("王秀英", "林涛"), summary)
    poll = ballot(teller, matter, "王秀英", "是否同意按方案第3版在1号楼加装电梯？", closes_in=timedelta(days=9))
    teller.wait(hours=5)
    vote(
        teller,
        poll,
        {"赵春生": "yes", "钱玉珍": "yes", "周建国": "yes", "陈桂香": "yes", "林小满": "yes", "褚文静": "yes"},
    )
    teller.wait(days=1)
    vote(teller, poll, {"郑海燕": "yes", "冯国强": "abstain"})
    return matter


def owners_of(teller: Teller, place: int) -> list[int]:
    """Who casts for the flats of building 1."""

    def read(session: Session) -> list[int]:
        community = session.get(Community, place)
        day = teller.house.at.astimezone(community.zone).date()
        lines = electorate(session, day, community=community, body="owners", base="owners", part=Part("1号楼"))
        return [line.person_id for line in lines]

    with teller.house.database.read() as session:
        return read(session)
