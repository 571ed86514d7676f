"""The dossier as it is shown: kept open it is the page opened anew, for every act; the box is each visitor's own."""

from __future__ import annotations

import gzip
import re
import time

import pytest
from sqlmodel import Session, col, select

from deliberation.audit.actions import Actor
from deliberation.audit.canonical import canonical, read_canonical
from deliberation.audit.models import Entry
from deliberation.communities.actions import set_local_setting
from deliberation.communities.models import community
from deliberation.matters.moving import tell
from deliberation.vocabulary import Role
from tests.audit.damage import DAMAGE, unlock
from tests.matters.sites import long_ago, site_of
from tests.matters.story import Story
from tests.people import give_role

LIVE = ("rail", "file")


def element(html: str, id: str) -> str:
    """The outermost element of this id, without what only the wire adds."""
    html = re.sub(r' hx-swap-oob="\w+"', "", html)
    start = re.search(rf'<(\w+) id="{id}"', html)
    tag, depth, at = start[1], 0, start.start()
    for found in re.finditer(rf"<(/?){tag}\b", html[at:]):
        depth += -1 if found[1] else 1
        if depth == 0:
            end = html.index(">", at + found.start()) + 1
            return html[at:end]
    raise AssertionError(id)


def box_of(page) -> str:
    return page.words.split("现在可以做什么", 1)[1].split("卷内文件")[0]


@pytest.fixture
def past(database_url) -> Story:
    return Story(database_url, long_ago())


def hear(socket, ids: tuple[str, ...]) -> dict[str, str]:
    """The last shape of each live part that comes over the wire, until all have come."""
    heard: dict[str, str] = {}
    until = time.monotonic() + 20
    while set(heard) != set(ids):
        assert time.monotonic() < until, heard.keys()
        text = socket.receive_text()
        heard |= {id: element(text, id) for id in ids if f'id="{id}"' in text}
    return heard


ACTS = [
    ("钱芳", "notices", {"title": "协商通知", "body": "周六上午九点，村部。", "to": "everyone"}),
    ("王秀英", "plans", {"body": "路面宽4.5米。"}),
    ("王秀英", "evidence", {"kind": "other", "note": "现场照片三张", "document": ""}),
    ("王秀英", "variants", {"step": "resolution", "variant": "assembly_adults"}),
]


def test_kept_open_is_opened_anew_for_every_act(past, database_url, tmp_path):
    past.begin("six_steps", title="村道").go_to("notice")
    path = f"/matters/{past.matter_id}"
    with site_of(past, database_url, tmp_path) as site:
        neighbour = site.browser(past.village["赵敏"])
        for who, what, fields in ACTS:
            seen = int(re.search(r'id="seen" value="(\d+)"', neighbour.get(path).text)[1])
            with neighbour.listen(f"{path}/live", seen) as socket:
                answer = site.browser(past.village[who]).post(f"{path}/{what}", **fields)
                assert answer.status == 303, (what, answer.words[:300])
                heard = hear(socket, LIVE)
            anew = neighbour.get(path).text
            for id in LIVE:
                assert heard[id] == element(anew, id), (what, id)


def test_two_who_look_at_once_hear_an_act_in_their_own_languages(past, database_url, tmp_path):
    past.begin("six_steps", title="村道").go_to("notice")
    path = f"/matters/{past.matter_id}"
    with site_of(past, database_url, tmp_path) as site:
        one, other = site.browser(past.village["李强"]), site.visitor()
        other.set_cookie("locale", "en")
        seen = int(re.search(r'id="seen" value="(\d+)"', one.get(path).text)[1])
        with one.listen(f"{path}/live", seen) as here, other.listen(f"{path}/live", seen) as there:
            site.browser(past.village["王秀英"]).post(f"{path}/plans", body="路面宽4.5米。")
            assert "方案" in hear(here, LIVE)["file"]
            assert "Version 1" in hear(there, LIVE)["file"]


def test_whoever_was_away_is_told_to_arrive_again(past, database_url, tmp_path):
    past.begin("six_steps")
    with (
        site_of(past, database_url, tmp_path) as site,
        site.visitor().listen(f"/matters/{past.matter_id}/live", 1) as socket,
    ):
        assert 'id="arrive"' in socket.receive_text()


def test_the_box_names_one_main_act_for_whoever_has_it_and_whom_the_others_wait_for(past, database_url, tmp_path):
    past.begin("six_steps").go_to("notice")
    path = f"/matters/{past.matter_id}"
    with site_of(past, database_url, tmp_path) as site:
        officer = site.browser(past.village["钱芳"]).get(path)
        assert "请发出通知，写明时间、地点和要议的事" in officer.words
        assert re.findall(r'button--main[^>]*href="([^"]+)"', element(officer.text, "now-box")) == [
            f"{path}/notices/new"
        ]
        member = site.browser(past.village["李强"]).get(path)
        assert "现在等承办人、记录员办理“发出会议通知”。" in member.words
        assert "button--main" not in element(member.text, "now-box")
        visitor = site.visitor().get(path)
        assert f"/sign-in?next={path}" in visitor.links(r"/sign-in.*")
        for page in (officer, member, visitor):
            assert "“告知”还没有形成告知书，“协商”不能开始" in page.words
        assert site.browser(past.village["李强"]).fragment(f"{path}/now").text.strip() == element(
            member.text, "now-box"
        )


def test_every_reason_of_the_engine_stands_on_the_page(past, database_url, tmp_path):
    past.begin("village_four_two").go_to("disclosure").take_next()
    past.object()
    with site_of(past, database_url, tmp_path) as site:
        words = site.visitor().get(f"/matters/{past.matter_id}").words
    for reason in (
        "还有1件异议没有答复",
        "缺少张贴照片",
        "还没有监督员对这次公示的检查记录",
        "“决议公开”还没有结束",
    ):
        assert reason in words


def test_a_running_posting_says_until_when_and_what_one_may_do(past, database_url, tmp_path):
    past.begin("six_steps").go_to("disclosure")
    past.now = long_ago(2)
    past.take_next()
    with site_of(past, database_url, tmp_path) as site:
        page = site.browser(past.village["李强"]).get(f"/matters/{past.matter_id}")
    assert "结果正在公示" in page.words
    assert "还剩13天" in box_of(page) or "还剩14天" in box_of(page)
    assert page.links(rf"/matters/{past.matter_id}/objections/new")


def test_a_vote_is_offered_to_whoever_is_on_the_frozen_roster(past, database_url, tmp_path):
    from deliberation.assemblies.freezing import freeze_roster

    past.begin("six_steps").go_to("resolution")
    while past.take_next() != "open_poll":
        pass

    def freeze(session, matter):
        place = community(session, past.village.id)
        return freeze_roster(
            session, past.now, community=place, body="villagers_representatives", base="members", subject="poll/1",
            title="村民代表会议", actor=past.actor("王秀英"),
        ).id  # fmt: skip

    past.do(freeze)
    with site_of(past, database_url, tmp_path) as site:
        path = f"/matters/{past.matter_id}"
        assert "您在冻结的名册上是第" in site.browser(past.village["李强"]).get(path).words
        assert "您不在这次表决的名册上" in site.browser(past.village["赵敏"]).get(path).words
        assert "看表决" in site.visitor().get(path).words


def test_what_is_kept_ready_follows_rights_settings_and_what_a_wing_reports(past, database_url, tmp_path):
    past.begin("village_four_two").go_to("two_committees")
    path = f"/matters/{past.matter_id}"
    with site_of(past, database_url, tmp_path) as site:
        who, change = site.browser(past.village["赵敏"]), site.house.database.change
        assert "button--main" not in element(who.get(path).text, "now-box")

        give_role(site.house.database, past.village["赵敏"], Role.OFFICER, past.village.id)
        assert "button" in element(who.get(path).text, "now-box")
        variants = f"{path}/variants"
        assert "只有党组织书记兼任" in who.get(variants).words

        def set_condition(session, now):
            street = community(session, past.places.street)
            set_local_setting(
                session, now, of=street, name="secretary_chairs", value="yes", source="镇里规定", actor=Actor()
            )

        before = who.get(path).text
        change(set_condition)
        assert "只有党组织书记兼任" not in who.get(variants).words

        def quietly(session, now):
            from deliberation.matters.models import Matter

            matter = session.get(Matter, past.matter_id)
            matter.title = "另一个题目"
            tell(session, matter)

        change(quietly)
        assert "另一个题目" in who.get(path).text and "另一个题目" not in before


def test_a_first_page_of_fifty_documents_is_small(past, database_url, tmp_path):
    past.begin("six_steps").go_to("resolution")
    from deliberation.matters.models import Document, Matter

    def fill(session, _matter):
        like = session.exec(select(Document)).first().model_dump(exclude={"id"})
        for number in range(50):
            own = {"outcome": "", "body": f"第{number}件。" + "讨论了修路的事。" * 60}
            session.add(Document(**(like | own)))

    past.do(fill)
    past.do(lambda session, _matter: tell(session, session.get(Matter, past.matter_id)))
    with site_of(past, database_url, tmp_path) as site:
        page = site.visitor().get(f"/matters/{past.matter_id}")
    assert page.text.count('class="doc"') >= 50
    assert len(gzip.compress(page.content)) < 100 * 1024


@pytest.mark.parametrize("what", ["garbage", "no data", "nothing in it", "numbers that are lists"])
def test_a_damaged_entry_takes_no_more_than_its_own_line_from_the_file(past, database_url, tmp_path, what):
    past.begin("six_steps").plan("路面宽4.5米。")
    past.go_to("consultation")
    own = {
        "nothing in it": lambda body: canonical(read_canonical(body) | {"data": {}}),
        "numbers that are lists": lambda body: canonical(read_canonical(body) | {"data": {"number": [1], "from": {}}}),
    }
    with Session(past.database.writers) as session:
        unlock(session.connection())
        for act in ("matter.moved", "plan.revised"):
            entry = session.exec(select(Entry).where(Entry.act == act).order_by(col(Entry.index))).first()
            entry.body = (DAMAGE | own)[what](bytes(entry.body))
        session.commit()
    with site_of(past, database_url, tmp_path) as site:
        page = site.visitor().get(f"/matters/{past.matter_id}")
        assert page.status == 200 and "村道拓宽硬化" in page.words
        assert "这条存证已损坏（2次）" in page.words  # They stand beside each other.
        assert "提出议题" in page.words


def test_while_a_vote_goes_on_the_home_page_asks_the_chair_for_no_further_talk(past, database_url, tmp_path):
    past.begin("owners_special").go_to("resolution")
    while past.take_next() != "open_poll":
        pass
    with site_of(past, database_url, tmp_path) as site:
        words = site.browser(past.village["王秀英"]).get("/").words
    assert "可以开会了，请打开协商室" not in words


def test_an_objection_that_was_answered_reads_as_answered_and_not_as_refused(past, database_url, tmp_path):
    past.begin("six_steps").go_to("disclosure").take_next()
    past.answer(past.object())
    with site_of(past, database_url, tmp_path) as site:
        words = site.browser(past.village["钱芳"]).get(f"/matters/{past.matter_id}/objections").words
    assert "异议都已书面答复，答复已经保存" in words and "不办理" not in words
    assert words.index("异议都已书面答复") < words.index("异议第1号")
