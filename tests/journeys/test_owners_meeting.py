"""The owners' meeting that a fifth of the owners demand, page by page: the owners' committee refuses, the street orders,
the day passes, the residents' committee calls it, tells what the regulation asks, the owners vote, the result is posted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pypdfium2
import pytest
from sqlmodel import Session

from deliberation.assemblies.models import Ownership, PropertyUnit
from deliberation.audit.actions import Actor
from deliberation.communities.actions import found_community
from deliberation.communities.models import community
from deliberation.identity.actions import add_person, appoint
from deliberation.identity.models import person
from deliberation.matters.verification import checks
from deliberation.vocabulary import Role
from tests.journeys.reading import Reader
from tests.pages import Site, open_site
from tests.people import OFFICIAL, Place, build_village

TITLE = "解聘现在的物业公司"
FLATS = {"李强": 12000, "赵春生": 9000, "钱玉珍": 9000, "孙立群": 9000, "吴桂兰": 9000, "周海": 9000, "郑小凤": 9000,
         "冯国强": 9000, "陈桂香": 9000, "卫东升": 9000}  # fmt: skip
"""Ten owners, a flat each: two of them are a fifth of the people, and with 李强 a fifth of the 930 m²."""
STAFF = {"王秀英": Role.CHAIR, "钱芳": Role.OFFICER, "林涛": Role.CLERK, "周明": Role.SUPERVISOR}
COUNTERS = ("刘洋", "黄丽")


@dataclass
class Estate:
    """桂花园小区 in 桂花园社区: the owners' committee has its staff, the residents' committee its chair 高建国."""

    site: Site
    id: int
    people: dict[str, int]
    home: str = ""

    def person(self, name: str) -> Reader:
        return Reader(self.site, self.people[name])

    def now(self) -> datetime:
        with self.site.house.database.read() as session:
            return self.site.house.now(session)


def build(session: Session, now: datetime, village: Place) -> tuple[int, dict[str, int]]:
    street = community(session, community(session, village.id).parent_id)
    above = found_community(session, now, name="桂花园社区", kind="community", parent=street, actor=Actor())
    place = found_community(session, now, name="桂花园小区", kind="compound", parent=above, actor=Actor())
    people = {OFFICIAL: village[OFFICIAL]}
    for name in (*FLATS, *STAFF, *COUNTERS, "高建国"):
        people[name] = add_person(session, now, community=place, actor=Actor(), name=name).id
    since = now.date().replace(month=1, day=1)
    for name, role in {**STAFF, **dict.fromkeys(COUNTERS, Role.COUNTER), "高建国": Role.CHAIR}.items():
        where = above if name == "高建国" else place
        appoint(session, who=person(session, people[name]), role=role, community=where, actor=Actor(), from_on=since)
    for number, (name, area) in enumerate(FLATS.items(), 101):
        unit = PropertyUnit(community_id=place.id, building="1号楼", entrance="1单元", number=str(number), area=area)
        session.add(unit)
        session.flush()
        session.add(Ownership(unit_id=unit.id, person_id=people[name], casts=True))
    session.flush()
    return place.id, people


@pytest.fixture
def estate(database_url: str, tmp_path: Path) -> Iterator[Estate]:
    with open_site(database_url, tmp_path, clock="demo") as site:
        database = site.house.database

        place = build_village(database, is_demo=True)
        yield Estate(site, *database.change(lambda session, now: build(session, now, place)))


def test_a_fifth_of_the_owners_get_their_meeting_though_the_owners_committee_refuses(estate: Estate) -> None:
    demand = they_demand(estate)
    the_committee_refuses(estate, demand)
    the_street_orders(estate, demand)
    the_residents_committee_takes_over(estate, demand)
    it_becomes_a_matter(estate, demand)
    they_consult(estate)
    all_are_told(estate, demand)
    they_meet_and_vote(estate)
    the_result_is_posted(estate)
    with estate.site.house.database.read() as session:
        assert [fault for check in checks for fault in check.run(session) if fault] == []


def they_demand(estate: Estate) -> str:
    """A tenth of the people is not enough, two small flats are not enough: heads and area both count."""
    first = estate.person("赵春生")
    first.go(f"/communities/{estate.id}/demands")
    first.follow("发起联名")
    page = first.press(
        r"/communities/\d+/demands", title=TITLE, reason="一年三次停水，没有公开账目。", share="owners_meeting"
    )
    demand = page.path
    assert "名册10人" in page.words and "须2人" in page.words and "已联名1人" in page.words
    assert "专有部分面积共930.00平方米，须186.00平方米；已联名90.00平方米" in page.words
    assert "指导规则第二十一条" in page.words and "物业管理条例第十三条" in page.words
    second = estate.person("钱玉珍")
    page = second.go("/")
    assert "去联名" in page.words
    second.go(demand)
    page = second.press(demand + "/signatures")
    assert "已联名2人" in page.words and "已达到法定人数" not in page.words, "180 of 930 m² are less than a fifth"
    third = estate.person("李强")
    third.go(demand)
    page = third.press(demand + "/signatures")
    assert "已达到法定人数" in page.words and "召集人：业主委员会" in page.words
    assert "同时告知居民委员会" in page.words and "物业管理条例第十四条第二款" in page.words
    return demand


def the_committee_refuses(estate: Estate, demand: str) -> None:
    chair = estate.person("王秀英")
    assert "去答复" in chair.go("/").words
    chair.go(demand)
    page = chair.press(demand + "/answer", way="refuse", answer="物业合同还没有到期。")
    assert "召集人不召集： 物业合同还没有到期" in page.words
    assert "街道办事处、乡镇人民政府或者区、县房地产主管部门责令限期召开" in page.words
    assert "当地另有规定的，从其规定" in page.words
    resident = estate.person("李强").go(demand)
    left = [one.action for one in resident.forms if one.action.startswith(demand)]
    assert left == [f"{demand}/contests"], "nothing is left to sign or to answer, only to object"


def the_street_orders(estate: Estate, demand: str) -> None:
    owner, official = estate.person("李强"), estate.person(OFFICIAL)
    assert "可以责令限期召集" in official.go("/").words
    official.go(demand)
    today = estate.now().date()
    early = official.press(demand + "/order", due_on=today.isoformat(), order="青街〔2026〕8号")
    assert early.status == 422 and "期限应在今天以后" in early.words and "青街〔2026〕8号" in early.text
    due = today + timedelta(days=5)
    page = official.press(demand + "/order", due_on=due.isoformat(), order="青街〔2026〕8号：请在五日内通知开会。")
    assert "责令在" in page.words and "青街〔2026〕8号" in page.words
    chief = estate.person("高建国")
    assert not [one for one in chief.go(demand).forms if one.action.endswith("/takeover")], "the day has not passed"
    assert chief.browser.post(demand + "/takeover", takeover="现在就开").status in (403, 409)
    owner.days(6)


def the_residents_committee_takes_over(estate: Estate, demand: str) -> None:
    chief = estate.person("高建国")
    assert "可以由居民委员会组织召开" in chief.go("/").words
    chief.go(demand)
    page = chief.press(demand + "/takeover", takeover="在青溪镇政府指导监督下，由桂花园社区居委会组织召开。")
    assert "居民委员会组织召开" in page.words and "召集人：居（村）民委员会" in page.words


def it_becomes_a_matter(estate: Estate, demand: str) -> None:
    owner = estate.person("李强")
    owner.go(demand)
    page = owner.follow("列为议题")
    assert TITLE in page.text and "联名提请召开会议的事" in page.words
    page = owner.press("/matters", item="4", procedure="owners")
    estate.home = page.path
    assert "联名提请" in page.words and "3人联名（名册10人，须2人）" in page.words
    assert "召集人：居（村）民委员会" in page.words
    officer = estate.person("钱芳")
    officer.go(f"{estate.home}/screening")
    hits = {
        name: ("yes" if name.endswith("1") else "no")
        for name in officer.at.form(r".*/screening").choices
        if name != "item"
    }
    page = officer.press(r".*/screening", **hits, reason="合同没有到期")
    assert "不能以不纳入协商了结" in page.words
    officer.go(f"{estate.home}/screening")
    page = officer.press(r".*/screening", **dict.fromkeys(hits, "no"), reason="")
    assert "告知" in page.words
    again = estate.person("赵春生").go(demand)
    assert "列为议题，准备会议" not in again.words and f"列为议题：{TITLE}" in again.words


def they_consult(estate: Estate) -> None:
    give_notice(estate, "关于协商物业的通知")
    officer, chair = estate.person("钱芳"), estate.person("王秀英")
    officer.go(f"{estate.home}/notices")
    officer.press(r".*/notices/closing")
    chair.days(5)
    chair.go(f"{estate.home}/rooms/new")
    page = chair.press(r".*/rooms")
    room = page.path
    chair.press(rf"{room}/closing")
    chair.press(rf"{room}/minutes", explained="没有人发言，没有意见")
    officer.go(f"{estate.home}/plans/new")
    officer.press(r".*/plans", body="解除与安居物业的合同，重新选聘。", note="第一版")


def give_notice(estate: Estate, title: str) -> str:
    officer = estate.person("钱芳")
    form = officer.go(f"{estate.home}/notices/new")
    words = form.words
    officer.press(r".*/notices", title=title, body="时间、地点和材料附后。")
    people = officer.at.form(r".*/deliveries").choices["person"]
    officer.press(
        r".*/deliveries", person=people, channel=officer.at.form(r".*/deliveries").choices["channel"][0], proof="上门"
    )
    return words


def all_are_told(estate: Estate, demand: str) -> None:
    """Fifteen days ahead to all owners, and to the residents' committee at the same time, with the record attached."""
    asked = give_notice(estate, "业主大会会议通知")
    assert "至少提前15日" in asked and "物业管理条例第十四条" in asked and "同时告知居民委员会" in asked
    page = estate.person("赵春生").go(demand)
    assert "会议已通知" in page.words and "会议已经通知" in page.words
    officer = estate.person("钱芳")
    refused = officer.go(estate.home)
    assert "告知居民委员会的记录" in refused.words, "the dossier says what is still missing"
    page = officer.go(f"{estate.home}/notices")
    assert "缺少告知居民委员会的记录" in page.words and not [one for one in page.forms if "closing" in one.action]
    officer.go(f"{estate.home}/evidence/new")
    officer.press(r".*/evidence", kind="committee_told", note="11月29日书面告知桂花园社区居民委员会，有签收")
    officer.go(f"{estate.home}/notices")
    page = officer.press(r".*/notices/closing")
    assert "有签收" in page.words and "业主表决" in page.words
    assert "居（村）民委员会" in page.words, "the notice goes out in the name of who calls the meeting"


def they_meet_and_vote(estate: Estate) -> None:
    chair, clerk = estate.person("王秀英"), estate.person("林涛")
    at = (estate.now() + timedelta(days=17)).strftime("%Y-%m-%dT09:00")
    chair.go(f"{estate.home}/meetings/new")
    page = chair.press(r".*/meetings", place="小区广场", starts_at=at)
    meeting = page.path
    chair.days(10)
    assert "须提前15日" in chair.go(meeting).words or "不能提前开会" in chair.at.words
    chair.days(8)
    chair.go(meeting)
    chair.press(rf"{meeting}/opening")
    clerk.go(f"{meeting}/door")
    here = [str(estate.people[name]) for name in list(FLATS)[:8]]
    clerk.press(rf"{meeting}/door", here=here)
    chair.go(f"{estate.home}/polls/new")
    page = chair.press(r".*/polls")
    poll = page.path
    assert "请在会上举手或者投纸质票" in estate.person("李强").go(poll).words, "the law knows no vote on a device here"
    on_paper(estate, poll, list(FLATS)[:8], "12221111")
    chair.go(poll)
    page = chair.press(rf"{poll}/closing")
    assert "通过" in page.words and "面积" in page.words
    chair.go(f"{poll}/resolution/new")
    chair.press(r".*/(resolution|documents).*", title="业主大会决议", body="解除与安居物业的合同。")
    chair.go(meeting)
    chair.press(rf"{meeting}/ending")


def on_paper(estate: Estate, poll: str, names: list[str], marks: str) -> None:
    """Ballots are printed and handed out against a tick, two read every one of them, add up and seal."""
    clerk, first, second = (estate.person(name) for name in ("林涛", *COUNTERS))
    desk = f"{poll}/count"
    clerk.go(f"{desk}?tab=handing")
    clerk.press(rf"{desk}/printing")
    sheets = pypdfium2.PdfDocument(clerk.browser.get(f"{desk}/batches/1").content)
    words = [sheet.get_textpage().get_text_bounded() for sheet in sheets]
    codes = {}
    for name in names:
        codes[name] = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}", next(each for each in words if name in each)).group()
        clerk.go(f"{desk}?tab=handing")
        clerk.press(rf"{desk}/handing", code=codes[name])
    for counter in (first, second):
        for name, mark in zip(names, marks, strict=True):
            counter.go(f"{desk}?tab=entry")
            counter.press(rf"{desk}/readings", code=codes[name], choice=mark)
    first.go(f"{desk}?tab=checks")
    first.press(rf"{desk}/stock", received=str(len(names)), left_over=str(len(words) - len(names)))
    for counter in (first, second):
        counter.go(f"{desk}?tab=seals")
        counter.press(rf"{desk}/seals")


def the_result_is_posted(estate: Estate) -> None:
    """The decision is told to the residents' committee as well (物业管理条例 20), posted, inspected."""
    officer = estate.person("钱芳")
    page = officer.go(estate.home)
    assert "公布表决结果" in page.words
    officer.go(f"{estate.home}/disclosures/new")
    officer.press(r".*/disclosures", body="业主大会决议：解除合同。", place="小区公告栏")
    for kind, note in (("posting_photo", "公告栏照片已存"), ("committee_told", "决议已书面告知居委会")):
        officer.go(f"{estate.home}/evidence/new")
        officer.press(r".*/evidence", kind=kind, note=note)
    watcher = estate.person("周明")
    watcher.days(16)
    watcher.go(f"{estate.home}/inspections/new")
    watcher.press(r".*/inspections", finding="公告与决议一致", satisfied="yes")
    officer.go(f"{estate.home}/disclosures")
    page = officer.press(r".*/disclosures/closing")
    assert "反馈" in page.words
    assert estate.site.visitor().get(estate.home).status == 200
