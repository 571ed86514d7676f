"""A village road by 四议两公开: decided by the representatives, posted, an objection waits for its answer."""

from __future__ import annotations

from datetime import timedelta

from sqlmodel import Session

from deliberation.assemblies.electorate import electorate
from deliberation.communities.models import Community
from deliberation.demo.acting import attach, ballot, close, consult, notify, plan, propose, screen, vote
from deliberation.demo.founding import Places
from deliberation.demo.meeting import end, meet
from deliberation.demo.story import Teller
from deliberation.identity.models import names_of
from deliberation.matters.moving import issue_document
from deliberation.matters.postings import open_disclosure, raise_objection

TITLE = "后山至小学村道拓宽硬化"
SUMMARY = "1.8公里土路改成4.5米宽水泥路，用村集体资金62万元，不向村民筹资。土路雨天学生难走，去年摔伤3人。"
PLAN = """一、后山至小学1.8公里，路面宽4.5米，水泥硬化。
二、资金62万元，用村集体资金，不向村民筹资筹劳。
三、路线东移1.2米，不占菜地；增设过水涵管四处。
四、今年冬修动工，工期60天。"""
LASTS = timedelta(days=34)
CHAIR, OFFICER = "张家豪", "陈德胜"


def tell_road(teller: Teller, places: Places) -> int:
    """The story up to the posting of the resolution; the matter's id."""
    place = places.village
    matter = propose(teller, place, CHAIR, "village_four_two", TITLE, SUMMARY)
    attach(teller, matter, OFFICER, "opinions_heard", "走访38户，征求党员、村民代表和村民意见")
    decide(teller, matter, "是否提议拓宽硬化后山至小学村道？", "村党组织提议书", SUMMARY)
    screen(teller, matter, OFFICER, reason="逐项对照，均不属于不纳入协商的情形。")
    notify(
        teller,
        matter,
        OFFICER,
        "沿线农户协商通知",
        "定于下周在村委会商量修路，请沿线农户参加。",
        members(teller, place, "villagers_representatives"),
        "村民委员会",
    )
    teller.wait(days=4)
    plan(teller, matter, OFFICER, PLAN)
    decide(
        teller,
        matter,
        "是否同意按方案修路？",
        "“两委”会商议意见",
        "同意按方案第1版继续办理。",
        against={"吴福生": "no"},
    )
    consult(
        teller,
        matter,
        chair=CHAIR,
        clerk=CHAIR,
        title="沿线农户恳谈会",
        speeches=[
            ("李树根", "for", "孩子上学雨天一身泥，早该修了。"),
            ("孙明远", "conditional", "路线不要占我家菜地，往东让一让就行。"),
            ("马立春", "question", "钱够不够？账要公开。"),
        ],
        outcome="done",
    )
    notify(
        teller,
        matter,
        OFFICER,
        "党员大会通知",
        "审议修路方案，方案随通知送达。",
        members(teller, place, "party_members"),
        "村党支部委员会",
    )
    teller.wait(days=5)
    decide(teller, matter, "是否同意修路方案？", "党员大会审议意见", "同意提交村民代表会议。")
    skip_legal_review(teller, matter)
    notify(
        teller,
        matter,
        OFFICER,
        "村民代表会议通知",
        "表决修路方案，附方案和预算表。",
        members(teller, place, "villagers_representatives"),
        "村民委员会",
    )
    teller.wait(days=5)
    attach(teller, matter, OFFICER, "delegation", "村民会议授权村民代表会议决定本年度村道建设")
    representatives = members(teller, place, "villagers_representatives")
    hall = meet(teller, matter, CHAIR, ("村民代表会议", "青溪村文化礼堂"), representatives[:-1])
    decide(
        teller,
        matter,
        "是否同意拓宽硬化后山至小学村道？",
        "村民代表会议决议",
        "同意按方案第1版拓宽硬化后山至小学村道。",
        against={"马立春": "no"},
        away=name_of(teller, representatives[-1]),
    )
    end(teller, hall, CHAIR)
    teller.as_(
        "open_disclosure",
        OFFICER,
        matter,
        lambda session, now, matter, actor: open_disclosure(
            session, now, matter=matter, title="村道拓宽硬化决议公开", body=f"{PLAN}\n\n村民代表会议已经通过。",
            place="村务公开栏和本平台", actor=actor, issued_by="村民委员会",
        ),
    )  # fmt: skip
    teller.wait(days=3)
    teller.as_(
        "raise_objection",
        "孙明远",
        matter,
        lambda session, now, matter, actor: raise_objection(
            session, now, matter=matter, body="图纸上涵管的位置还压着我家水渠，请改到渠下游。", actor=actor
        ),
    )
    return matter


def decide(
    teller: Teller,
    matter: int,
    question: str,
    title: str,
    body: str,
    against: dict[str, str] | None = None,
    away: str = "",
) -> None:
    """A meeting that votes: opened, everybody casts, closed, its document issued."""
    poll = ballot(teller, matter, CHAIR, question)
    vote(teller, poll, against or {}, others="yes", leave_out=[away])
    close(teller, poll, CHAIR, title, body)
    teller.wait(hours=2)


def members(teller: Teller, place: int, body: str) -> list[int]:
    def read(session: Session) -> list[int]:
        community = session.get(Community, place)
        day = teller.house.at.astimezone(community.zone).date()
        return [line.person_id for line in electorate(session, day, community=community, body=body, base="members")]

    with teller.house.database.read() as session:
        return read(session)


def name_of(teller: Teller, person_id: int) -> str:
    with teller.house.database.read() as session:
        return names_of(session, [person_id])[person_id]


def skip_legal_review(teller: Teller, matter: int) -> None:
    teller.as_(
        "skip_step",
        OFFICER,
        matter,
        lambda session, now, matter, actor: issue_document(
            session, now, matter=matter, kind="waiver", title="不经法律顾问审查的说明",
            body="本村没有聘请法律顾问，已向司法所电话咨询，没有异议。", actor=actor,
        ),
    )  # fmt: skip
