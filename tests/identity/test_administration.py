"""Administrators and officers look after people, links, appointments and communities; nobody else does."""

import re

import pytest
from sqlmodel import select

from deliberation.audit.models import Entry, log_size
from deliberation.communities.models import community
from deliberation.identity.models import Appointment, Person, appointments_of, person
from deliberation.vocabulary import Act, Role
from tests.people import give_role

PATHS = ("/admin", "/admin/communities/{village}", "/admin/communities/{village}/people", "/admin/people/{person}")


def entries(site, community_id: int) -> list[Entry]:
    with site.house.database.read() as session:
        found = select(Entry).where(Entry.community_id == community_id).order_by(Entry.index)
        return list(session.exec(found))


def newest(site, community_id: int) -> Entry:
    return entries(site, community_id)[-1]


@pytest.mark.parametrize("name", ["何敏", "钱芳", "王秀英", "赵敏", "周明", "郑伟", None])
def test_only_those_who_register_people_see_the_administration(site, village, name):
    browser = site.browser(village[name]) if name else site.visitor()
    statuses = {browser.get(path.format(village=village.id, person=village["赵敏"])).status for path in PATHS[1:]}
    assert statuses == ({200} if name in {"何敏", "钱芳"} else {404} if name else {303})


def test_what_is_out_of_reach_looks_like_what_is_not_there(site, places):
    browser = site.browser(places.village["何敏"])
    strange = browser.get(f"/admin/people/{places.other['赵敏']}")
    nobody = browser.get("/admin/people/999999")
    assert strange.status == nobody.status == 404
    assert strange.words == nobody.words


def test_every_change_in_another_village_is_refused_as_not_there(site, places):
    browser, other = site.browser(places.village["何敏"]), places.other
    victim = other["赵敏"]
    with site.house.database.read() as session:
        held = session.exec(select(Appointment.id).where(Appointment.community_id == other.id)).first()
        before = log_size(session, other.id)
    for path in (
        f"/admin/communities/{other.id}/people",
        f"/admin/communities/{other.id}/children",
        f"/admin/communities/{other.id}/settings",
        f"/admin/people/{victim}",
        f"/admin/people/{victim}/links",
        f"/admin/people/{victim}/sign-ins",
        f"/admin/people/{victim}/account",
        f"/admin/people/{victim}/appointments",
        f"/admin/appointments/{held}/end",
    ):
        assert browser.post(path, name="x", gender="").status == 404, path
    with site.house.database.read() as session:
        assert log_size(session, other.id) == before


def test_an_officer_registers_a_person(site, village):
    browser = site.browser(village["钱芳"])
    page = browser.post(
        f"/admin/communities/{village.id}/people",
        name="高山", phone="138 1111 2222", email="", number="9", born_on="1980-05-06", gender="男",
        password_hash="x", id="1", community_id="1",
    )  # fmt: skip
    assert "高山" in browser.follow(page).words
    made = int(page.location.rsplit("/", 1)[1])
    with site.house.database.read() as session:
        who = person(session, made)
    assert (who.phone, who.community_id, who.password_hash, who.pinyin) == ("13811112222", village.id, "", "gaoshan")
    entry = newest(site, village.id)
    assert (entry.act, entry.object) == (Act.PERSON_ADDED, f"person/{made}")
    body = entry.body.decode()
    assert '"actor":"officer"' in body
    assert "高山" not in body and "13811112222" not in body and "1980-05-06" not in body


def test_a_bad_form_keeps_what_was_typed_and_writes_nothing(site, village):
    browser, before = site.browser(village["钱芳"]), len(entries(site, village.id))
    page = browser.post(
        f"/admin/communities/{village.id}/people",
        name="高山", phone="none", email="none", number="", born_on="6.5.1980", gender="?",
    )  # fmt: skip
    assert page.status == 422 and "有4处要改" in page.words
    assert 'value="高山"' in page.text and 'value="6.5.1980"' in page.text
    assert len(entries(site, village.id)) == before


def test_a_form_sent_twice_registers_once(site, village):
    browser = site.browser(village["钱芳"])
    path = f"/admin/communities/{village.id}/people"
    sent = [browser.post(path, name="高山", gender="", key="the-same-key") for _ in range(2)]
    assert sent[0].location == sent[1].location
    with site.house.database.read() as session:
        assert len(session.exec(select(Person).where(Person.name == "高山")).all()) == 1


def test_people_are_found_by_name_reading_number_and_phone(site, village):
    browser = site.browser(village["何敏"])
    for word in ("秀英", "wangxiu", "03-002", "13800000302"):
        words = browser.get(f"/admin/communities/{village.id}/people?q={word}").words
        assert "王秀英" in words and "赵敏" not in words
    assert "没有找到" in browser.get(f"/admin/communities/{village.id}/people?q=%25").words


def test_a_correction_is_recorded_by_the_names_of_its_fields(site, village):
    browser = site.browser(village["钱芳"])
    form = {"name": "赵敏敏", "phone": "13800000306", "number": "03-006", "born_on": "1960-01-06", "gender": ""}
    assert browser.post(f"/admin/people/{village['赵敏']}", **form).status == 303
    entry = newest(site, village.id)
    assert entry.act == Act.PERSON_CHANGED and '"fields":"name"' in entry.body.decode()
    assert "赵敏敏" not in entry.body.decode()


def test_a_link_is_shown_once_and_signs_the_person_in(site, village):
    browser = site.browser(village["钱芳"])
    path = f"/admin/people/{village['赵敏']}/links"
    page = browser.post(path, key="k")
    url = re.search(r"https://testserver(/sign-in/[\w-]+)", page.text)[1]
    assert page.status == 200 and "data:image/svg+xml" in page.text
    assert page.headers["cache-control"] == "no-store"
    again = browser.post(path, key="k")
    assert again.status == 303 and url not in browser.follow(again).text
    assert newest(site, village.id).act == Act.LINK_ISSUED
    reader = site.visitor()
    reader.post(url)
    assert "赵敏" in reader.get("/me").words


def test_an_officer_cannot_come_in_as_an_administrator(site, village):
    browser, before = site.browser(village["钱芳"]), len(entries(site, village.id))
    for verb in ("links", "sign-ins", "account"):
        page = browser.post(f"/admin/people/{village['何敏']}/{verb}", disabled="1")
        assert page.status == 403 and "权限比您大" in page.words
    assert len(entries(site, village.id)) == before


def test_nobody_in_a_village_comes_in_as_the_administrator_of_more(site, places):
    village = places.village
    give_role(site.house.database, village["林涛"], Role.ADMINISTRATOR, places.root)
    page = site.browser(village["何敏"]).post(f"/admin/people/{village['林涛']}/links")
    assert page.status == 403
    assert site.browser(village["林涛"]).post(f"/admin/people/{village['何敏']}/links").status == 200


def test_ending_sign_ins_is_an_act_and_works_at_once(site, village):
    device = site.browser(village["赵敏"])
    assert device.get("/me").status == 200
    site.browser(village["何敏"]).post(f"/admin/people/{village['赵敏']}/sign-ins")
    assert device.get("/me").status == 303
    assert newest(site, village.id).act == Act.SIGN_INS_ENDED


def test_a_closed_account_is_closed_everywhere_and_can_be_opened_again(site, village, with_password):
    device, administrator = site.browser(village["李强"]), site.browser(village["何敏"])
    administrator.post(f"/admin/people/{village['李强']}/account", disabled="1")
    assert device.get("/me").status == 303
    assert site.visitor().post("/sign-in", name="03-005", password=with_password).status == 422
    administrator.post(f"/admin/people/{village['李强']}/account", disabled="0")
    assert site.visitor().post("/sign-in", name="03-005", password=with_password).status == 303


def test_nobody_closes_the_account_they_are_using(site, village):
    browser = site.browser(village["何敏"])
    page = browser.post(f"/admin/people/{village['何敏']}/account", disabled="1")
    assert page.status == 403 and "不能停用自己的账户" in page.words
    assert browser.get("/me").status == 200


def test_an_administrator_appoints_and_ends(site, village):
    browser = site.browser(village["何敏"])
    form = {"role": "clerk", "community": village.id, "from": "2026-01-01", "until": ""}
    assert browser.post(f"/admin/people/{village['赵敏']}/appointments", **form).status == 303
    assert newest(site, village.id).act == Act.APPOINTMENT_MADE
    with site.house.database.read() as session:
        today = site.house.now(session).astimezone(community(session, village.id).zone).date()
        held = appointments_of(session, village["赵敏"], today)
    assert [each.role for each in held] == ["clerk"]
    assert browser.post(f"/admin/appointments/{held[0].id}/end", at_once="1").status == 303
    with site.house.database.read() as session:
        assert appointments_of(session, village["赵敏"], today) == []
    assert newest(site, village.id).act == Act.APPOINTMENT_ENDED


def test_an_officer_is_told_why_appointing_is_not_theirs(site, village):
    browser = site.browser(village["钱芳"])
    assert "只有本单位或上级单位的管理员可以任免" in browser.get(f"/admin/people/{village['赵敏']}").words
    form = {"role": "administrator", "community": village.id, "from": "2026-01-01"}
    page = browser.post(f"/admin/people/{village['钱芳']}/appointments", **form)
    assert page.status == 403 and "管理员可以任免" in page.words


def test_supervisors_are_not_made_officers(site, village):
    form = {"role": "officer", "community": village.id, "from": "2026-01-01"}
    page = site.browser(village["何敏"]).post(f"/admin/people/{village['周明']}/appointments", **form)
    assert page.status == 403 and "监督员不得同时是承办人" in page.words and "第三十七条" in page.words


def test_an_appointment_reaches_down_the_tree_and_no_further(site, places):
    give_role(site.house.database, places.village["赵敏"], Role.OFFICER, places.street)
    browser = site.browser(places.village["赵敏"])
    for village in (places.village, places.other):
        assert browser.get(f"/admin/communities/{village.id}/people").status == 200
    assert browser.get(f"/admin/communities/{places.root}/people").status == 404


def test_an_administrator_founds_a_community_below_with_a_log_of_its_own(site, village):
    browser = site.browser(village["何敏"])
    page = browser.post(f"/admin/communities/{village.id}/children", name="桂花院", kind="courtyard")
    assert "桂花院" in browser.follow(page).words
    made = int(page.location.rsplit("/", 1)[1])
    assert [entry.act for entry in entries(site, made)] == [Act.COMMUNITY_FOUNDED]


def test_a_village_founds_no_province(site, village):
    page = site.browser(village["何敏"]).post(f"/admin/communities/{village.id}/children", name="大省", kind="province")
    assert page.status == 403 and "请另选上级单位" in page.words


def test_a_local_setting_names_its_source(site, village):
    browser = site.browser(village["何敏"])
    path = f"/admin/communities/{village.id}/settings"
    assert browser.post(path, name="special_case", value="yes", source="").status == 422
    assert browser.post(path, name="no_such_setting", value="yes", source="x").status == 422
    assert browser.post(path, name="special_case", value="yes", source="村民会议决定").status == 303
    assert "村民会议决定" in browser.get(f"/admin/communities/{village.id}").words
    entry = newest(site, village.id)
    assert entry.act == Act.SETTING_CHANGED and "村民会议决定" in entry.body.decode()
