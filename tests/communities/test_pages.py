"""The home page by who looks at it, and a community's page by who is near."""

from datetime import timedelta

from deliberation.communities.models import community
from deliberation.sections import DECIDED, LATE, OPEN, WAITING, Item, Section

DAY = timedelta(days=1)


def test_a_visitor_finds_the_communities_the_log_and_search_without_an_account(site, places):
    page = site.visitor().get("/")
    for words in ("青溪镇", "青溪村", "石桥村", "登录参加", "看看记了什么"):
        assert words in page.words
    assert page.links("/matters") and page.links("/log")
    assert "等您" not in page.words


def test_a_new_installation_says_what_to_do_next(site):
    page = site.visitor().get("/")
    assert page.status == 200 and "还没有设立单位" in page.words


def test_what_waits_comes_in_order_of_urgency(site, village):
    def mine(visit):
        if visit.person is None:
            return []
        now = visit.now
        return [
            Section("票", (Item("后天的票", "/b", due=now + 2 * DAY, action="去投票"),), WAITING),
            Section(
                "答复", (Item("没有期限的答复", "/c"), Item("明天的会", "/a", due=now + timedelta(days=1))), WAITING
            ),
        ]

    site.house.home_sections.append(mine)
    page = site.browser(village["赵敏"]).get("/")
    assert "有3件事等您" in page.words
    places = [page.text.index(title) for title in ("明天的会", "后天的票", "没有期限的答复")]
    assert places == sorted(places)
    assert "等您" not in site.visitor().get("/").words


def test_sections_stand_in_the_order_open_decided_late(site, village):
    def sections(_visit):
        made = [Section(kind, (Item(f"{kind}的事", f"/{kind}"),), kind) for kind in (LATE, OPEN, DECIDED)]
        return [*made, Section("空", (), OPEN, empty="现在没有。")]

    site.house.home_sections.append(sections)
    text = site.visitor().get("/").text
    assert text.index("open的事") < text.index("decided的事") < text.index("late的事")


def test_what_people_wrote_is_shown_as_they_wrote_it(site, village):
    title = '<script>alert("x")</script>{{7*7}} 干细胞'
    site.house.home_sections.append(lambda _visit: [Section("正在办", (Item(title, "/x"),))])
    browser = site.visitor()
    browser.set_cookie("locale", "zh-Hant")
    page = browser.get("/")
    assert "<script>alert" not in page.text and "{{7*7}}" in page.text
    assert "干细胞" in page.words, "the words of participants are not ours to convert"


def test_a_community_shows_its_bodies_offices_and_what_is_below(site, places):
    page = site.visitor().get(f"/communities/{places.street}")
    assert "青溪村" in page.words and "石桥村" in page.words and "郑伟" in page.words
    village = site.visitor().get(f"/communities/{places.village.id}")
    for words in ("村民委员会", "王秀英", "主任", "村务监督委员会", "周明", "村民代表会议", "李强"):
        assert words in village.words
    assert "还没有议题" in village.words and "知晓率" in village.words, "the page is whole without scripts"


def test_members_of_the_party_branch_are_named_to_neighbours_only(site, places):
    path = f"/communities/{places.village.id}"
    assert "正式党员" not in site.visitor().get(path).words
    assert "正式党员" not in site.browser(places.other["赵敏"]).get(path).words
    assert "正式党员" in site.browser(places.village["赵敏"]).get(path).words


def test_no_phone_or_birthday_is_on_a_community_page(site, village):
    text = site.browser(village["何敏"]).get(f"/communities/{village.id}").text
    assert "138000003" not in text and "1960-01" not in text


def test_only_those_who_may_propose_see_the_button_and_only_managers_the_desk(site, places):
    path, village = f"/communities/{places.village.id}", places.village
    assert "我要提一个议题" not in site.visitor().get(path).words
    assert "我要提一个议题" in site.browser(village["赵敏"]).get(path).words
    assert site.browser(village["赵敏"]).get(path).links("/admin/.*") == []
    assert site.browser(village["何敏"]).get(path).links("/admin/.*") == [f"/admin/communities/{village.id}"]


def test_a_community_that_is_not_there_is_not_found(site):
    for id in ("99999", "0", "x", "1e3", "99999999999999999999"):
        assert site.visitor().get(f"/communities/{id}").status == 404


def test_the_tree_names_everyone_of_them(site, places):
    words = site.visitor().get("/communities").words
    with site.house.database.read() as session:
        for id in (places.street, places.village.id, places.other.id):
            assert community(session, id).name in words


def test_the_state_of_the_installation_is_open_and_its_versions_are_not(site, village):
    stranger, person = site.visitor().get("/status").words, site.browser(village["赵敏"]).get("/status").words
    assert "签名密钥" in stranger and "数据库的版本和设置，登录后可以看" in stranger
    assert "SQLite" not in stranger
    assert ("journal_mode wal" in person) == site.house.database.is_sqlite
    assert "不符合要求" not in person
