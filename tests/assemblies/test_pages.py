"""The pages of bodies and rosters: what is read there, what is kept of a refused form, and who sees nothing."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from deliberation.assemblies.models import Assembly, Member, RosterImport
from deliberation.communities.models import Community
from deliberation.identity.models import Person
from tests.assemblies.places import counts, csv_of
from tests.assemblies.rosters import as_xlsx, sample_roster
from tests.pages import Browser, Page, Site, open_site
from tests.people import Places, build_places

GOOD, BAD = "孔令辉,13900000001,1", "孔令明,12,1"
HEADINGS = "姓名,手机,户号"


@pytest.fixture
def site(database_url: str, tmp_path: Path) -> Iterator[Site]:
    with open_site(database_url, tmp_path) as site:
        yield site


@pytest.fixture
def places(site: Site) -> Places:
    return build_places(site.house.database)


@pytest.fixture
def officer(site: Site, places: Places) -> Browser:
    return site.browser(places.village["钱芳"])


def send(browser: Browser, place: int, data: bytes, filename: str = "名册.csv", **fields: str) -> Page:
    """The first step: the file alone."""
    return browser.send(f"/communities/{place}/roster", fields, {"file": (filename, data)})


def confirm(browser: Browser, shown: Page, **fields: str) -> Page:
    """The second step, as its button takes it."""
    (action,) = shown.links(r"/communities/\d+/roster/[0-9a-f]{32}")
    (mark,) = re.findall(r'name="shown" value="(\w+)"', shown.text)
    return browser.post(action, shown=mark, **fields)


def upload(browser: Browser, place: int, data: bytes, filename: str = "名册.csv", **fields: str) -> Page:
    """Both steps, if the first one is not refused."""
    answer = send(browser, place, data, filename, **fields)
    return confirm(browser, browser.follow(answer)) if answer.status == 303 else answer


def test_a_roster_is_imported_and_the_page_says_what_came_in(site: Site, places: Places, officer: Browser) -> None:
    before = counts(site.house.database)["person"]
    answer = upload(officer, places.village.id, sample_roster("village"), "村民名册.csv")
    words = officer.follow(answer).words
    assert "村民名册.csv" in words and "新增" in words and "更正0项，跳过0行" in words
    assert counts(site.house.database)["person"] > before + 50


def test_bad_rows_are_shown_with_row_and_column_and_nothing_comes_in(
    site: Site, places: Places, officer: Browser
) -> None:
    before = counts(site.house.database)
    answer = upload(officer, places.village.id, csv_of(HEADINGS, GOOD, BAD), skip_bad="")
    assert answer.status == 422
    assert "有1行需要改正，没有导入任何内容" in answer.words
    assert "3 手机 “12”不是电话号码" in answer.words and "11位数字" in answer.words
    assert counts(site.house.database) == before
    with site.house.database.read() as session:
        assert session.exec(select(RosterImport)).all() == []


def test_the_reasons_come_in_the_language_of_the_person(site: Site, places: Places, officer: Browser) -> None:
    officer.set_cookie("locale", "en")
    answer = officer.send(
        f"/communities/{places.village.id}/roster",
        {},
        {"file": ("a.csv", csv_of(HEADINGS, BAD))},
        **{"accept-language": "en"},
    )
    assert answer.status == 422
    assert "is not a phone number" in answer.words and "nothing was imported" in answer.words


def test_the_check_box_stays_checked_when_the_file_itself_is_refused(places: Places, officer: Browser) -> None:
    answer = upload(officer, places.village.id, b"%PDF-1.7", "a.csv", skip_bad="yes")
    assert answer.status == 422 and "内容与后缀" in answer.words
    assert 'name="skip_bad" value="yes" checked' in answer.text


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.csv", "文件是空的"),
        (b"abc", "a.docx", "只能是 XLSX 或 CSV"),
        (b"PK\x03\x04broken", "a.xlsx", ""),
        ("血型,星座\nA,狮子\n".encode(), "a.csv", "姓名"),
    ],
)
def test_what_is_not_a_roster_is_refused_beside_the_field(
    places: Places, officer: Browser, data: bytes, name: str, says: str
) -> None:
    answer = upload(officer, places.village.id, data, name)
    assert answer.status == 422 and says in answer.words
    assert 'id="f-file-error"' in answer.text or "f-file-error" in answer.text
    assert "Traceback" not in answer.text


def test_a_form_without_a_file_is_refused_beside_the_field(places: Places, officer: Browser) -> None:
    answer = officer.post(f"/communities/{places.village.id}/roster", skip_bad="yes")
    assert answer.status == 422 and "请选择名册文件" in answer.words
    assert "checked" in answer.text


def test_bad_rows_are_left_out_and_can_be_downloaded_mended_and_imported(
    site: Site, places: Places, officer: Browser
) -> None:
    answer = upload(officer, places.village.id, csv_of(HEADINGS, GOOD, BAD), skip_bad="yes")
    listed = officer.follow(answer)
    (link,) = listed.links(r"/imports/\d+/bad")
    bad = officer.get(link)
    mended = bad.content.decode("utf-8-sig")
    assert "孔令明,12,1,手机：“12”不是电话号码" in mended and "孔令辉" not in mended
    assert "attachment" in bad.headers["content-disposition"] and "sandbox" in bad.headers["content-security-policy"]
    answer = upload(officer, places.village.id, mended.replace(",12,", ",13900000002,").encode(), "b.csv")
    assert answer.status == 303
    with site.house.database.read() as session:
        assert session.exec(select(Person.phone).where(Person.name == "孔令明")).all() == ["13900000002"]


def test_bad_rows_of_a_spreadsheet_come_back_as_a_spreadsheet(places: Places, officer: Browser) -> None:
    answer = upload(officer, places.village.id, as_xlsx([["姓名", "手机"], ["孔令明", "12"]]), "a.xlsx", skip_bad="yes")
    (link,) = officer.follow(answer).links(r"/imports/\d+/bad")
    assert officer.get(link).content.startswith(b"PK")


def test_columns_that_nobody_knows_are_reported(places: Places, officer: Browser) -> None:
    answer = upload(officer, places.village.id, csv_of(HEADINGS + ",血型", GOOD + ",A"))
    assert "没有读取不认识的列“血型”" in officer.follow(answer).words


def test_the_same_form_sent_twice_imports_once(site: Site, places: Places, officer: Browser) -> None:
    data = csv_of(HEADINGS, GOOD)
    first, second = (send(officer, places.village.id, data, key="pressed-twice") for _ in range(2))
    assert first.location == second.location
    shown = officer.follow(first)
    for _ in range(2):
        assert confirm(officer, shown, key="confirmed-twice").status == 303
    with site.house.database.read() as session:
        assert len(session.exec(select(RosterImport)).all()) == 1


def test_members_see_why_they_may_not_import(site: Site, places: Places) -> None:
    member = site.browser(places.village["李强"])
    for answer in (
        member.get(f"/communities/{places.village.id}/roster"),
        upload(member, places.village.id, csv_of(HEADINGS, GOOD)),
    ):
        assert answer.status == 403 and "管理员或承办人" in answer.words


def test_strangers_find_no_page_no_form_and_no_file(site: Site, places: Places, officer: Browser) -> None:
    upload(officer, places.village.id, csv_of(HEADINGS, GOOD, BAD), skip_bad="yes")
    with site.house.database.read() as session:
        (done,) = session.exec(select(RosterImport.id)).all()
    neighbour = site.browser(places.other["钱芳"])
    assert neighbour.get(f"/communities/{places.village.id}/roster").status == 404
    assert upload(neighbour, places.village.id, csv_of(HEADINGS, GOOD)).status == 404
    assert neighbour.get(f"/imports/{done}/bad").status == 404
    assert site.browser(places.village["李强"]).get(f"/imports/{done}/bad").status == 404
    for body in places.village.bodies.values():
        assert neighbour.get(f"/assemblies/{body}").status == 404
        assert neighbour.post(f"/assemblies/{body}/members", person="赵敏").status == 404
    nobody = site.visitor()
    assert nobody.get(f"/communities/{places.village.id}/roster").location.startswith("/sign-in")
    assert nobody.get(f"/assemblies/{places.village.bodies['committee']}").location.startswith("/sign-in")


def test_nothing_is_imported_before_it_is_confirmed(site: Site, places: Places, officer: Browser) -> None:
    before = counts(site.house.database)
    shown = officer.follow(send(officer, places.village.id, csv_of(HEADINGS, GOOD)))
    assert "新增1人：孔令辉" in shown.words and "新增1户：1" in shown.words and "确认导入" in shown.words
    assert counts(site.house.database) == before
    (leaving,) = shown.links(r"/communities/\d+/roster/\w+/leaving")
    assert officer.follow(officer.post(leaving)).status == 200
    assert counts(site.house.database) == before
    assert confirm(officer, shown).status == 409
    assert not list((site.house.settings.data / "arriving").iterdir())


def test_a_village_in_an_urban_community_is_warned_of_with_who_would_decide(
    site: Site, places: Places, officer: Browser
) -> None:

    def make_urban(session: Session, now: datetime) -> None:
        session.get(Community, places.village.id).kind = "community"

    site.house.database.change(make_urban)
    file = csv_of("姓名,手机,机构,身份", "孔令辉,13900000001,石桥村民委员会,委员", "孔令明,13900000002,村民会议,成员")
    shown = officer.follow(send(officer, places.village.id, file))
    assert "名册却要设立农村的机构：石桥村民委员会、村民会议" in shown.words and 'class="note note--late"' in shown.text
    assert "已经有同一类的机构，又要设立：石桥村民委员会" in shown.words
    assert "新设2个机构：石桥村民委员会（村（居）民委员会）" in shown.words
    before, after = re.findall(r"村（居）民委员会 (\d+) (\d+)", shown.words)[0]
    assert int(after) == int(before) + 1


def test_what_changed_meanwhile_is_shown_anew_before_it_is_imported(
    site: Site, places: Places, officer: Browser
) -> None:
    shown = officer.follow(send(officer, places.village.id, csv_of(HEADINGS, GOOD)))
    assert upload(officer, places.village.id, csv_of(HEADINGS, "孔令辉,13900000001,1")).status == 303
    before = counts(site.house.database)
    again = confirm(officer, shown)
    assert again.status == 422 and "有了变动" in again.words and "不会有任何变动" in again.words
    assert counts(site.house.database) == before
    assert confirm(officer, again).status == 303


def test_a_waiting_file_is_for_its_sender_and_community_and_for_an_hour(
    site: Site, places: Places, officer: Browser
) -> None:
    answer = send(officer, places.village.id, csv_of(HEADINGS, GOOD))
    roster = f"/communities/{places.village.id}/roster"
    assert site.browser(places.village["何敏"]).get(answer.location).location == roster
    assert site.browser(places.other["钱芳"]).get(answer.location).status == 404
    (path,) = (site.house.settings.data / "arriving").iterdir()
    content = path.read_bytes()
    path.write_bytes(content.replace("孔令辉".encode(), "孔令煌".encode()))
    assert officer.get(answer.location).location == roster
    path.write_bytes(content)
    assert officer.get(answer.location).status == 200
    os.utime(path, (0, 0))
    assert officer.get(answer.location).location == roster
    send(officer, places.village.id, csv_of(HEADINGS, GOOD))
    assert not path.exists()


# --- seats ------------------------------------------------------------------------------------------------------------


def body_of(site: Site, places: Places, kind: str) -> str:
    with site.house.database.read() as session:
        return f"/assemblies/{session.get(Assembly, places.village.bodies[kind]).id}"


def test_a_body_shows_who_sits_on_it_and_members_no_forms(site: Site, places: Places) -> None:
    shown = site.browser(places.village["赵敏"]).get(body_of(site, places, "committee"))
    assert "村民委员会" in shown.words and "王秀英" in shown.words and "主任" in shown.words
    assert not shown.links(r"/assemblies/\d+/members|/members/\d+/ending")


def test_an_officer_seats_somebody_and_ends_the_seat(site: Site, places: Places, officer: Browser) -> None:
    body = body_of(site, places, "supervision")
    answer = officer.post(f"{body}/members", person="赵敏", role="监督委员", from_on="2026-01-01", until_on="")
    assert "赵敏 监督委员" in officer.follow(answer).words
    with site.house.database.read() as session:
        made = session.exec(select(Member).where(Member.person_id == places.village["赵敏"])).one()
    answer = officer.post(f"/members/{made.id}/ending", last_day="2026-06-30")
    shown = officer.follow(answer).words
    assert "历任成员" in shown and shown.index("赵敏") > shown.index("历任成员")


def test_a_refused_seat_keeps_what_was_typed_and_says_why_beside_the_field(
    site: Site, places: Places, officer: Browser
) -> None:
    body = body_of(site, places, "supervision")
    answer = officer.post(f"{body}/members", person="查无此人", role="监督委员", from_on="昨天")
    assert answer.status == 422
    assert "本单位没有登记这个人" in answer.words and "请按年-月-日填写日期" in answer.words
    assert 'value="查无此人"' in answer.text and 'value="昨天"' in answer.text


def test_people_of_other_communities_are_not_found_by_name(site: Site, places: Places, officer: Browser) -> None:
    with site.house.database.read() as session:
        elsewhere = session.get(Person, places.other["赵敏"]).phone
    answer = officer.post(
        f"{body_of(site, places, 'supervision')}/members", person=elsewhere, role="成员", from_on="2026-01-01"
    )
    assert answer.status == 422 and "本单位没有登记这个人" in answer.words


def test_the_committee_is_kept_off_the_supervision_with_the_articles(
    site: Site, places: Places, officer: Browser
) -> None:
    answer = officer.post(
        f"{body_of(site, places, 'supervision')}/members", person="王秀英", role="监督委员", from_on="2026-01-01"
    )
    assert answer.status == 403
    assert "监督委员会" in answer.words and "第三十七条" in answer.words


def test_a_seat_cannot_end_before_it_began(site: Site, places: Places, officer: Browser) -> None:
    with site.house.database.read() as session:
        seat = session.exec(select(Member).where(Member.person_id == places.village["周明"])).first()
    answer = officer.post(f"/members/{seat.id}/ending", last_day=str(seat.from_on - timedelta(days=1)))
    assert answer.status == 403 and "早于起始日期" in answer.words
    answer = officer.post(f"/members/{seat.id}/ending", last_day="")
    assert answer.status == 422 and "村务监督委员会" in answer.words
    assert officer.post("/members/999999/ending", last_day=str(date.today())).status == 404


def test_a_roster_that_is_too_large_gets_the_form_again_with_a_sentence(
    site: Site, places: Places, officer: Browser
) -> None:
    cap = site.house.settings.max_upload
    answer = send(officer, places.village.id, b"x" * (cap + 10), "很大的名册.csv", skip_bad="yes")
    assert answer.status == 422 and "文件“很大的名册.csv”太大，最大20兆" in answer.words
    assert f'action="/communities/{places.village.id}/roster"' in answer.text
    assert re.search(r'name="skip_bad"[^>]*checked', answer.text), "what was ticked stays ticked"
    empty = send(officer, places.village.id, b"")
    assert empty.status == 422


def test_skipped_rows_are_named_with_their_reason_all_new_people_can_be_read_and_the_end_is_said(
    site: Site, places: Places, officer: Browser
) -> None:
    many = [[f"孔{'一二三四五六七八九十'[n % 10]}{'甲乙丙丁戊'[n // 10]}", f"139000001{n:02}", "1"] for n in range(40)]
    lines = [",".join(row) for row in many]
    shown = officer.follow(send(officer, places.village.id, csv_of(HEADINGS, *lines, BAD), skip_bad="yes"))
    assert "跳过1行有错的" in shown.words and "“12”不是电话号码" in shown.words and "42 手机" in shown.words
    assert all(row[0] in shown.words for row in many) and "其余的" in shown.words
    done = officer.follow(confirm(officer, shown))
    assert "导入好了：“名册.csv”新增" in done.words and "跳过1行。" in done.words
    assert "导入好了" not in officer.get(f"/communities/{places.village.id}/roster").words
