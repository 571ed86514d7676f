"""A person's own page: password, devices, language and look."""

import random

import pytest

from deliberation.assemblies.models import Ownership, PropertyUnit
from deliberation.audit.actions import Actor
from deliberation.audit.models import log_size
from deliberation.identity.actions import issue_link
from deliberation.identity.models import open_sign_ins, person
from deliberation.identity.passwords import common_passwords, hash_password, verify_password

NEW = "桥下的水流过三道弯"


def test_the_page_shows_what_is_known_of_oneself(site, village):
    words = site.browser(village["王秀英"]).get("/me").words
    for known in ("王秀英", "青溪村", "13800000302", "03-002", "1960-01-02", "主持人"):
        assert known in words


def test_a_first_password_asks_for_no_old_one(site, village):
    browser = site.browser(village["赵敏"])
    page = browser.post("/me/password", new=NEW, again=NEW)
    assert page.status == 303 and "新密码已经设好" in browser.follow(page).words
    assert site.visitor().post("/sign-in", name="03-006", password=NEW).status == 303


def test_a_further_password_asks_for_the_present_one(site, village, with_password):
    browser = site.browser(village["李强"])
    page = browser.post("/me/password", old="not it at all", new=NEW, again=NEW)
    assert page.status == 422 and "现在的密码不对" in page.words
    assert browser.post("/me/password", old=with_password, new=NEW, again=NEW).status == 303
    assert site.visitor().post("/sign-in", name="03-005", password=with_password).status == 422


def test_bad_passwords_are_refused_with_a_reason_beside_the_field(site, village):
    browser = site.browser(village["赵敏"])
    for new, again, reason in (
        ("short", "short", "至少8位"),
        ("password", "password", "太常见"),
        ("赵敏赵敏赵敏赵敏", "赵敏赵敏赵敏赵敏", "自己的姓名"),
        (NEW, NEW + "x", "两次输入"),
    ):
        page = browser.post("/me/password", new=new, again=again)
        assert page.status == 422 and reason in page.words
        assert new not in page.words.replace("赵敏", "")


def test_staff_are_asked_for_a_longer_password(site, village):
    page = site.browser(village["钱芳"]).post("/me/password", new=NEW, again=NEW)
    assert page.status == 422 and "至少15位" in page.words


def test_changing_the_password_ends_the_other_devices_if_wished(site, village):
    here, there = site.browser(village["赵敏"]), site.browser(village["赵敏"])
    here.post("/me/password", new=NEW, again=NEW, others="yes")
    assert here.get("/me").status == 200 and there.get("/me").status == 303


def test_one_sees_ones_devices_and_ends_one_or_all_others(site, village):
    here, one, two = (site.browser(village["赵敏"]) for _ in range(3))
    stranger = site.browser(village["李强"])
    assert "共3处" in here.get("/me").words
    with site.house.database.read() as session:
        newest = open_sign_ins(session, village["李强"], site.house.now(session))[0].id
    here.post("/me/sign-ins", sign_in=newest)
    assert stranger.get("/me").status == 200, "nobody ends somebody else's sign-in"
    here.post("/me/sign-ins")
    assert [each.get("/me").status for each in (here, one, two)] == [200, 303, 303]


def test_one_sees_the_links_that_were_made_for_oneself(site, village):
    site.house.database.change(
        lambda session, now: issue_link(session, now, who=person(session, village["赵敏"]), actor=Actor())
    )
    assert "给您发过的登录链接" in site.browser(village["赵敏"]).get("/me").words


def test_language_and_look_are_kept_with_the_person(site, village):
    browser = site.browser(village["赵敏"])
    page = browser.post("/preferences", locale="en", back="/me")
    assert (page.status, page.location) == (303, "/me")
    browser.post("/preferences", theme="dark")
    browser.post("/preferences", text_size="large")
    elsewhere = site.browser(village["赵敏"]).get("/me").text
    assert 'lang="en"' in elsewhere and 'data-theme="dark"' in elsewhere and 'data-text="large"' in elsewhere


def test_a_visitors_choice_is_kept_in_cookies_of_this_host(site):
    browser = site.visitor()
    for field, value in (("locale", "zh-Hant"), ("theme", "dark"), ("text_size", "large")):
        header = browser.post("/preferences", **{field: value}).headers["set-cookie"]
        assert header.startswith("__Host-") and "Secure" in header and "HttpOnly" in header
    page = browser.get("/sign-in").text
    assert 'lang="zh-Hant-HK"' in page and 'data-theme="dark"' in page and "登錄" in page


def test_what_is_not_offered_is_not_kept(site, village):
    browser = site.browser(village["赵敏"])
    browser.post(
        "/preferences", locale="xx", theme="<script>", text_size="huge", name="somebody else", back="//evil.example"
    )
    page = browser.get("/me")
    assert 'lang="zh-Hans-CN"' in page.text and "<script>" not in page.text.split("<body")[1]
    assert "赵敏" in page.words and "somebody else" not in page.words


def test_none_of_this_is_an_official_act(site, village):
    browser = site.browser(village["赵敏"])
    with site.house.database.read() as session:
        before = log_size(session, village.id)
    browser.post("/preferences", locale="en")
    browser.post("/me/password", new=NEW, again=NEW)
    browser.post("/me/sign-ins")
    browser.post("/sign-out")
    with site.house.database.read() as session:
        assert log_size(session, village.id) == before


def test_passwords_of_any_unicode_come_back_the_same():
    chance = random.Random(20261121)
    ranges = [(0x20, 0x7E), (0x4E00, 0x9FFF), (0x1F300, 0x1FAFF), (0x3400, 0x4DBF), (0x0600, 0x06FF), (0x0F00, 0x0FDA)]
    # Each costs two slow hashes; forty in every run, drawn from the whole of Unicode.
    for _ in range(40):
        low, high = chance.choice(ranges)
        password = "".join(chr(chance.randint(low, high)) for _ in range(chance.randint(8, 64)))
        encoded = hash_password(password)
        assert verify_password(encoded, password)
        assert not verify_password(encoded, password[:-1])


def test_the_list_of_common_passwords_is_long_and_of_what_people_use():
    """ASVS 6.2.4: at least the 3,000 most used that are long enough to be taken at all."""
    known = common_passwords()
    assert len(known) > 3000 and min(map(len, known)) >= 8
    assert {"baseball", "trustno1", "qwertyuiop", "woaini1314", "1qaz2wsx3edc4rfv", "123456789qwerty"} <= known
    assert all(word == word.lower() for word in known)


@pytest.mark.parametrize("new", ["Trustno1", "football1", "STARWARS1", "michael1"])
def test_a_password_that_many_people_use_is_refused(site, village, new):
    page = site.browser(village["赵敏"]).post("/me/password", new=new, again=new)
    assert page.status == 422 and "太常见" in page.words


@pytest.mark.parametrize(
    "new",
    [
        "青溪村真是好地方",
        "QingXiCun-2026",
        "qingxizhen88",
        "zhaomin1985",
        "deliberation9",
        "我们的议事平台好",
        "家在5号楼很好找",
        "5-3-501-haha",
        "home53501home",
    ],
)
def test_a_password_of_the_place_the_address_or_the_platform_is_refused(site, village, new):
    site.house.database.change(lambda session, now: move_in(session, village))
    page = site.browser(village["赵敏"]).post("/me/password", new=new, again=new)
    assert page.status == 422 and "不要含有" in page.words


def move_in(session, village) -> None:
    unit = PropertyUnit(community_id=village.id, building="5号楼", entrance="3单元", number="501室", area=8950)
    session.add(unit)
    session.flush()
    session.add(Ownership(unit_id=unit.id, person_id=village["赵敏"], casts=True))
    session.flush()
