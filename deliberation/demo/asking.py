"""陈静 asks for opinions on the draft: a dozen come, online and from a meeting, by the same actions as on the site."""

from __future__ import annotations

from datetime import date, datetime

from sqlmodel import Session

from deliberation.audit.actions import Actor
from deliberation.communities.models import Community
from deliberation.demo.founding import Places
from deliberation.demo.law import TITLE
from deliberation.demo.story import Teller, person_id
from deliberation.identity.actions import appoint
from deliberation.identity.models import person
from deliberation.legislation.draft_models import DraftLaw, draft_version
from deliberation.legislation.opining import Given, cosign_opinion, give_opinions
from deliberation.legislation.opinion_models import opinion
from deliberation.legislation.opinion_rules import Said, Signature
from deliberation.legislation.opinion_typing import Typed, type_opinion
from deliberation.legislation.solicitation_models import solicitation
from deliberation.legislation.solicitation_rules import Terms
from deliberation.legislation.soliciting import add_point, draft_solicitation, name_collector, open_solicitation
from deliberation.vocabulary import Role

LIAISON, COLLECTOR = "陈静", "林涛"
NAMED, ALIAS, NOBODY = "named", "pseudonymous", "anonymous"
ONLINE: tuple[tuple[str, str, str, Said, str, str], ...] = (
    ("赵敏", "34", "及时公布下列事项", Said("edit", "在五日内公布下列事项", "“及时”说不清是几天，写明日子才好监督"), "租户", NOBODY),
    ("李强", "26", "提前十日", Said("edit", "提前十五日", "上班的人要请假，十天不够"), "在职职工", NAMED),
    ("吴桂兰", "28", "每半年至少召开一次", Said("edit", "每季度至少召开一次", "半年太久，事情都凉了"), "老年人", NAMED),
    ("孙立国", "28", "其他居民可以列席会议并发表意见", Said("support", "", "不是代表的也能说话，这一条好"), "老年人", NAMED),
    ("赵敏", "16", "", Said("question", "租房住满多久算“常住”？哪里登记？", ""), "租户", ALIAS),
    ("周明", "34", "", Said("insert", "增加一条：公布的事项应当同时贴在公开栏和发在网上。", "年轻人不看公开栏，老人不看手机"), "", NAMED),
    ("李强", "", "", Said("whole", "条文清楚，建议出一本带图的小册子给老人看。", ""), "在职职工", NOBODY),
    ("吴桂兰", "9", "环境和物业管理", Said("wording", "环境卫生和物业管理", "“环境”太宽"), "老年人", ALIAS),
)  # fmt: skip
"""Who, article, words, what, group, how signed."""
OFFLINE: tuple[tuple[str, Said, str, str], ...] = (
    ("26", Said("question", "临时通知的，怎么算“特殊情况”？谁说了算？"), "个体工商户", ""),
    ("13", Said("edit", "二十户推一个代表太少，楼里三十户一个单元就该有一个。"), "老年人", "马秀兰"),
    ("第三十四条第二款", Said("edit", "账目要让人看得懂，别只贴一个总数。"), "老年人", "冯德顺"),
    ("", Said("whole", "物业的事居委会到底管不管，希望写清楚。"), "个体工商户", ""),
)


def tell_asking(teller: Teller, places: Places, draft_id: int, until_on: date) -> int:
    """Ask, and be answered; the solicitation's id. It is open until ``until_on``."""

    def ask(session: Session, now: datetime) -> int:
        place = session.get(Community, places.community)
        liaison = Actor(Role.LIAISON.value, person_id(session, LIAISON, place.id))
        collector = person_id(session, COLLECTOR, place.id)
        appoint(
            session, who=person(session, collector), role=Role.COLLECTOR, community=place, actor=Actor(),
            from_on=now.astimezone(place.zone).date(),
        )  # fmt: skip
        draft = session.get(DraftLaw, draft_id)
        made = draft_solicitation(
            session,
            now,
            draft=draft,
            version=draft_version(session, draft.id, 2),
            terms=_terms(until_on),
            actor=liaison,
        )
        point = add_point(
            session,
            now,
            of=place,
            name="桂花园社区采集点",
            kind="neighbourhood",
            address="社区服务中心一楼，每天上午",
            actor=liaison,
        )
        name_collector(session, now, one=made, point=point, person_id=collector, actor=liaison)
        open_solicitation(session, now, one=made, actor=liaison)
        return made.id

    id = teller.do(ask)
    teller.wait(hours=5)
    first = [_give(teller, places, id, row) for row in ONLINE]
    for row in OFFLINE:
        _type(teller, places, id, row)
    for name in ("赵敏", "吴桂兰"):
        _cosign(teller, places, first[1], name)
    return id


def _terms(until_on: date) -> Terms:
    return Terms(
        title=f"{TITLE}征求意见",
        letter_from="市人大常委会法制工作委员会（演示）",
        about="居委会怎么选、管什么、钱和事怎么公开，都写在这部法里。",
        questions=(
            "居民会议提前几天通知合适？",
            "居务公开，您最想看到什么、在哪里看？",
            "租房住的人怎么参加居民自治？",
        ),
        groups=("老年人", "在职职工", "租户", "个体工商户", "残疾人"),
        without_account=True,
        until_on=until_on,
    )


def _give(teller: Teller, places: Places, id: int, row: tuple[str, str, str, Said, str, str]) -> int:
    name, article, quote, said, group, naming = row
    shown = name if naming == NAMED else "桂花园老住户" if naming == ALIAS else ""

    def give(session: Session, now: datetime) -> int:
        signed = Signature(naming, shown, publishes=True, names=naming == NAMED, category=group)
        who = person_id(session, name, places.community)
        [answer] = give_opinions(session, now, [Given(id, article, "", quote, ("", ""), said, signed, who)])
        if isinstance(answer, Exception):
            raise answer
        return answer

    return teller.do(give)


def _type(teller: Teller, places: Places, id: int, row: tuple[str, Said, str, str]) -> None:
    provision, said, group, name = row

    def work(session: Session, now: datetime) -> None:
        one = solicitation(session, id)
        place = session.get(Community, places.community)
        signed = Signature(NAMED if name else NOBODY, name, publishes=True, category=group)
        liaison = Actor(Role.LIAISON.value, person_id(session, LIAISON, place.id))
        typed = Typed(provision, "", said, signed, "meeting", None, "第一场座谈会", now.astimezone(place.zone).date())
        type_opinion(session, now, one=one, typed=typed, file=None, actor=liaison)

    teller.do(work)


def _cosign(teller: Teller, places: Places, opinion_id: int, name: str) -> None:
    def work(session: Session, now: datetime) -> None:
        actor = Actor(Role.RESIDENT.value, person_id(session, name, places.community))
        cosign_opinion(session, now, one=opinion(session, opinion_id), actor=actor)

    teller.do(work)
