"""A hall beside phones: the door, guests on the spot, the plain page, the hand-out, the desk."""

from __future__ import annotations

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from deliberation.assemblies.models import standing_of
from deliberation.audit.actions import Actor
from deliberation.communities.models import community, root
from deliberation.identity.actions import add_person
from deliberation.identity.models import Person
from deliberation.matters.models import Matter
from deliberation.rooms.convening_models import Invitation
from deliberation.rooms.models import Attendance, SpeakingTurn
from tests.rooms.halls import House, house_at
from tests.rooms.test_convening_pages import convene, hurry, laid_long_ago, local


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def rows(house: House, table: type) -> list:
    with house.site.house.database.read() as session:
        return list(session.exec(select(table).order_by(table.id)))


# --- the door and its guests


def test_the_code_leads_people_in_and_tells_strangers_what_to_do(house: House):
    room = house.open_room()
    assert house.browser("李强").get(f"{room}/door").location == room
    page = house.site.visitor().get(f"{room}/door")
    assert page.status == 200 and "请到记录员那里" in page.words and "其他利益相关方" in page.words
    assert "参加人：" not in page.words  # counts, so nobody becomes one at the door
    assert page.links(r"/sign-in\?next=/rooms/1") and page.links("/rooms/1")
    wall = house.site.visitor().get(f"{room}/screen")
    assert f"testserver{room}/door" in wall.words
    assert house.site.visitor().get("/rooms/99/door").status == 404
    chair = house.browser("王秀英")
    chair.post(f"{room}/closing")
    assert "请到记录员那里" not in house.site.visitor().get(f"{room}/door").words


def test_of_a_room_beyond_reach_the_door_says_what_a_room_says_that_never_was(house: House):
    room = house.open_room()

    def hide(session, now):
        session.get(Matter, house.matter_id).is_public = False

    house.site.house.database.change(hide)
    stranger, guest = house.site.visitor(), enter_as_guest(house, room)
    door, nowhere = stranger.get(f"{room}/door"), stranger.get("/rooms/99/door")
    assert door.status == nowhere.status == 404
    assert door.words == nowhere.words and "其他利益相关方" not in door.words
    assert door.links(rf"/sign-in\?next=.*{room.rsplit('/', 1)[1]}.*door"), "who belongs there finds the way in"
    assert house.browser("李强").get(f"{room}/door").location == room
    assert guest.get(f"{room}/door").location == room and guest.get(room).status == 200


def enter_as_guest(house: House, room: str):
    answer = house.browser("林涛").post(f"{room}/guests", guest="快递员小丁", role="affected", phone="yes")
    link = html.unescape(re.search(r"https?://[^<\s]*/sign-in/[^<\s]+", answer.text)[0])
    guest = house.site.visitor()
    token = re.search(r'action="(/sign-in/[^"]+)"', guest.get(link.split("testserver", 1)[1]).text)[1]
    assert guest.post(html.unescape(token)).status == 303
    return guest


def test_a_guest_belongs_nowhere_not_even_to_the_installation(house: House):
    room = house.open_room()
    house.browser("林涛").post(f"{room}/guests", guest="快递员小丁", role="observer", phone="no")
    with house.site.house.database.read() as session:
        who = session.exec(select(Person).where(Person.name == "快递员小丁")).one()
        for place in (root(session), community(session, house.village.id)):
            standing = standing_of(session, who.id, place, who.added_at.date())
            assert (standing.roles, standing.is_near) == (frozenset({"visitor"}), False)
        member = standing_of(session, house.village["李强"], root(session), who.added_at.date())
        assert member.is_near, "whoever lives in a part of it belongs to the whole"


def test_a_guest_is_added_on_the_spot_and_comes_in_by_a_link_that_is_good_once(house: House):
    room = house.open_room()
    clerk = house.browser("林涛")
    answer = clerk.post(f"{room}/guests", guest="快递员小丁", role="affected", office="某快递", phone="yes")
    assert answer.status == 200 and "请快递员小丁扫码进来" in answer.words and "data:image/svg+xml" in answer.text
    link = html.unescape(re.search(r"https?://[^<\s]*/sign-in/[^<\s]+", answer.text)[0])
    came = rows(house, Attendance)[-1]
    assert came.capacity == "其他利益相关方（某快递）" and not came.counts and came.by_id == house.village["林涛"]
    guest = house.site.visitor()
    path = link.split("testserver", 1)[1]
    page = guest.get(path)
    token = re.search(r'action="(/sign-in/[^"]+)"', page.text)[1]
    entered = guest.post(html.unescape(token))
    assert entered.status == 303
    assert guest.get(room).status == 200 and "我要发言" in guest.get(room).words
    again = house.site.visitor()
    assert again.post(html.unescape(token)).status in (403, 409)


def test_a_guest_without_a_phone_speaks_through_the_clerk_and_a_listener_does_not(house: House):
    room = house.open_room()
    clerk = house.browser("林涛")
    assert clerk.post(f"{room}/guests", guest="老丁", role="affected", phone="no").location == room
    assert clerk.post(f"{room}/guests", guest="旁听的人", role="observer", phone="no").status == 303
    assert clerk.post(f"{room}/hall", name="老丁", do="turn").status == 303
    assert [each.person_id for each in rows(house, SpeakingTurn)] == [rows(house, Attendance)[-2].person_id]
    answer = clerk.post(f"{room}/hall", name="旁听的人", do="turn")
    assert answer.status == 403 and "旁听" in answer.words
    assert len(rows(house, SpeakingTurn)) == 1


def test_an_invited_guest_without_a_phone_is_found_by_name_while_the_invitation_holds(house: House):
    called = convene(house, "hearing", starts_at=local(days=9))
    chair, clerk = house.browser("王秀英"), house.browser("林涛")
    for name in ("丁工程师", "方教授"):
        assert chair.post(f"{called}/invitations", name=name, role="expert", guest="yes").status == 303
    assert chair.post("/invitations/2/withdrawal", reason="换人").status == 303
    room = opened_at_once(house, called)
    assert clerk.post(f"{room}/hall", name="丁工程师", do="turn").status == 303
    answer = clerk.post(f"{room}/hall", name="方教授", do="turn")
    assert answer.status == 422 and "本单位没有登记这个人" in answer.words
    assert len(rows(house, SpeakingTurn)) == 1


def opened_at_once(house: House, called: str) -> str:
    """As if the papers had lain open long enough and the hour had come."""
    chair = house.browser("王秀英")
    assert chair.post(f"{called}/papers", paper="draft", subject="document/1").status == 303
    house.site.house.database.change(laid_long_ago)
    hurry(house, starts_at=datetime.now(UTC) - timedelta(minutes=1))
    answer = chair.post(f"/matters/{house.matter_id}/rooms", title="路", minutes="60", turn_minutes="5", turns_each="2", convening="1", vacant="yes")  # fmt: skip
    assert answer.status == 303, answer.words[:300]
    return answer.location


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"role": "delegate"}, "当场这样登记"),
        ({"role": "department"}, "当场这样登记"),
        ({"role": "nothing"}, "当场这样登记"),
        ({"guest": ""}, "请填写"),
        ({"phone": "perhaps"}, "请从列出的选项中选择"),
    ],
)
def test_what_cannot_be_added_says_why_and_leaves_nobody(house: House, fields, said):
    room = house.open_room()
    answer = house.browser("林涛").post(
        f"{room}/guests", **{"guest": "某人", "role": "observer", "phone": "no"} | fields
    )
    assert answer.status == 422 and said in answer.words
    assert rows(house, Invitation) == [] and len(rows(house, Attendance)) == 1


def test_only_clerk_and_chair_add_guests_and_only_while_the_room_is_open(house: House):
    room = house.open_room()
    given = {"guest": "某人", "role": "observer", "phone": "no"}
    assert house.browser("李强").post(f"{room}/guests", **given).status == 403
    house.browser("王秀英").post(f"{room}/closing")
    assert house.browser("林涛").post(f"{room}/guests", **given).status == 409
    assert rows(house, Invitation) == []


# --- bad networks


def test_the_plain_page_is_small_has_nothing_to_type_and_fetches_itself(house: House):
    room = house.open_room(turns_each="10")
    chair, member = house.browser("王秀英"), house.browser("李强")
    assert "会场" in chair.get(room).words and chair.get(room).links(f"{room}/plain")
    for number in range(10):
        member.post(f"{room}/statements", body=f"第{number}份<b>" + "路" * 1900, position="against")
    for name in ("赵敏", "周明", "黄丽", "李强"):
        house.browser(name).post(f"{room}/turns", position="for")
    chair.post("/turns/1/floor")
    chair.post(f"{room}/gauges", question="问" * 100, options="\n".join("选项" * 9 + str(n) for n in range(6)))
    for who in (member, house.site.visitor()):
        page = who.get(f"{room}/plain")
        assert page.status == 200 and len(page.content) < 20 * 1024
        assert '<meta http-equiv="refresh" content="15">' in page.text
        assert not re.search(r"<(script|form|input|textarea)|hx-|ws", page.text)
        assert "第9份<b>" in page.words or "第9份&lt;b&gt;" in page.text
    assert "refresh" not in member.get(f"{room}/plain?still=1").text
    assert member.get(f"{room}/plain").links(f"{room}/plain/write")
    assert not house.site.visitor().get(f"{room}/plain").links(f"{room}/plain/write")


def test_what_is_written_stands_on_a_page_that_never_fetches_itself_and_leads_back(house: House):
    room = house.open_room()
    member = house.browser("李强")
    where = f"https://testserver{room}/plain/write"
    page = member.get(f"{room}/plain/write")
    assert "refresh" not in page.text and "<script" not in page.text and "<textarea" in page.text
    sent = member.send(f"{room}/turns", {"position": "for"}, referer=where)
    assert sent.location == f"{room}/plain?got=asked"
    refused = member.send(f"{room}/statements", {"body": "", "position": "for"}, referer=where)
    assert refused.status == 422 and "简页" in refused.words and "请填写" in refused.words
    assert (
        member.send(f"{room}/statements", {"body": "写好了"}, referer=where).location == f"{room}/plain?got=statement-1"
    )
    assert "写好了" in member.get(f"{room}/plain").words
    assert member.send(f"{room}/turns/9", {}, referer="https://evil.example" + room).status == 404
    assert house.site.visitor().get(f"{room}/plain/write").status == 303


# --- paper


def test_the_handout_says_agenda_plan_and_rules(house: House):
    room = house.open_room(turn_minutes="5", again_minutes="2")
    chair = house.browser("王秀英")
    chair.post(f"/matters/{house.matter_id}/plans", body="路宽4.5米。", note="")
    page = house.site.visitor().get(f"{room}/handout")
    for words in (
        "村道怎么修",
        "主持 王秀英",
        "归纳意见",
        "路宽4.5米。",
        "每人第一次5分钟，以后每次2分钟",
        "请记录员替您申请",
    ):
        assert words in page.words, words
    assert 'class="qr"' in page.text and "data-print" in page.text


# --- the desk


def test_the_desk_is_for_chair_and_clerk_and_each_sees_the_keys_that_are_theirs(house: House):
    room = house.open_room()
    chair, clerk, member = house.browser("王秀英"), house.browser("林涛"), house.browser("李强")
    assert member.get(f"{room}/desk").status == 403
    assert house.site.visitor().get(f"{room}/desk").status == 303
    member.post(f"{room}/turns", position="for")
    page = chair.get(f"{room}/desk")
    letters = re.findall(r'data-key="(\w)"', page.text)
    assert letters == list("nsewxugrtioham")
    assert "请李强发言" in page.words and "现在没有人发言" in page.words
    theirs = clerk.get(f"{room}/desk")
    assert re.findall(r'data-key="(\w)"', theirs.text) == list("nstioha") and theirs.links("/turns/1/floor")
    assert "由主持人办理" not in theirs.words and "您代主持人掌握次序" in theirs.words
    assert chair.post(f"{room}/keeping", let="no").status == 303
    without = clerk.get(f"{room}/desk")
    assert re.findall(r'data-key="(\w)"', without.text) == list("tioha") and "没有让记录员代为掌握次序" in without.words
    assert clerk.post("/turns/1/floor", desk="1").status == 403
    assert chair.post(f"{room}/keeping", let="yes").status == 303
    assert "记录员可以代主持人请下一位" in member.get(room).words
    assert chair.post("/turns/1/floor", desk="1").location == f"{room}/desk"
    sent = chair.send("/turns/1/end", {"desk": "1"}, **{"hx-request": "true"})
    assert sent.location == f"{room}/keys"
    assert "没有人等候发言" in chair.fragment(f"{room}/keys").words
    where = f"https://testserver{room}/desk"
    assert clerk.send(f"{room}/hall", {"name": "赵敏", "do": "turn"}, referer=where).location == f"{room}/desk"
    refused = clerk.send(f"{room}/hall", {"name": "没有这个人", "do": "turn"}, referer=where)
    assert refused.status == 422 and "会务台的键" in refused.words


def test_a_guest_and_a_resident_of_one_name_are_told_apart(house: House):
    room = house.open_room()
    clerk = house.browser("林涛")
    assert clerk.post(f"{room}/guests", guest="赵敏", role="affected", office="某快递", phone="no").status == 303
    guest = rows(house, Attendance)[-1].person_id
    answer = clerk.post(f"{room}/hall", name="赵敏", do="turn")
    assert answer.status == 422 and "有2个人叫这个名字" in answer.words and "姓名（身份）" in answer.words
    assert rows(house, SpeakingTurn) == []
    assert clerk.post(f"{room}/hall", name="赵敏（其他利益相关方（某快递））", do="turn").status == 303
    assert [each.person_id for each in rows(house, SpeakingTurn)] == [guest]


def test_of_two_residents_of_one_name_the_number_says_which_also_when_one_has_come(house: House):
    room = house.open_room()
    clerk, database, place = house.browser("林涛"), house.site.house.database, house.village.id

    def another(session, now) -> int:
        here = community(session, place)
        made = add_person(session, now, community=here, actor=Actor(), name="赵敏", number="E-777")
        return made.id

    other = database.change(another)
    assert clerk.post(f"{room}/hall", name="E-777", do="attend").status == 303
    answer = clerk.post(f"{room}/hall", name="赵敏", do="turn")
    assert answer.status == 422 and "请改填人员编号" in answer.words
    assert clerk.post(f"{room}/hall", name="E-777", do="turn").status == 303
    assert [each.person_id for each in rows(house, SpeakingTurn)] == [other]


def test_counting_hands_is_done_at_the_desk_and_seats_the_clerk(house: House):
    room = house.open_room()
    clerk, chair = house.browser("林涛"), house.browser("王秀英")
    assert chair.post(f"{room}/gauges", kind="agree", question="行不行？").status == 303
    assert clerk.post("/gauges/1/hands", hands=["0", "0", "0"]).status == 303
    assert [each.person_id for each in rows(house, Attendance)] == [house.village[name] for name in ("王秀英", "林涛")]


def test_the_clerk_is_there_from_the_first_thing_done_at_the_desk_and_a_gauge_makes_nobody_come(house: House):
    room = house.open_room()
    clerk, chair = house.browser("林涛"), house.browser("王秀英")

    def came() -> int:
        return len(rows(house, Attendance))

    assert came() == 1  # whoever opened it
    assert clerk.post(f"{room}/hall", name="李强", do="attend").status == 303
    assert came() == 3
    assert chair.post(f"{room}/gauges", kind="agree", question="行不行？").status == 303
    assert clerk.post("/gauges/1/marks", option="0").status == 303
    assert came() == 3
    assert chair.post(f"{room}/closing").status == 303
    words = chair.get(f"{room}/minutes").words
    assert "记录：林涛" in words and "到场：3人" in words


def _invited(page: str, number: int) -> str:
    """The line of one invitation on the page of what was convened."""
    return page.split(f'id="invitation-{number}"')[1].split("</li>")[0]


def test_who_came_is_said_to_have_come_whatever_they_answered(house: House):
    called = convene(house, "hearing", starts_at=local(days=9))
    chair, clerk = house.browser("王秀英"), house.browser("林涛")
    for name, role, guest in (("李强", "delegate", ""), ("周明", "delegate", ""), ("丁一", "affected", "yes")):
        answer = chair.post(f"{called}/invitations", name=name, role=role, guest=guest)
        assert answer.status == 303, answer.words[:300]
    hurry(house, starts_at=datetime.now(UTC) - timedelta(minutes=1))
    assert chair.post(f"{called}/papers", paper="draft", subject="document/1").status == 303
    house.site.house.database.change(laid_long_ago)
    given = {"title": "路", "minutes": "60", "turn_minutes": "5", "turns_each": "2", "convening": "1", "vacant": "yes"}
    room = chair.post(f"/matters/{house.matter_id}/rooms", **given).location
    assert house.browser("李强").post(f"{room}/attendance").status == 303
    assert clerk.post(f"{room}/guests", guest="快递员小丁", role="affected", phone="no").status == 303
    shown = [_invited(chair.get(called).text, number) for number in (1, 2, 4)]
    assert ["到会" in each for each in shown] == [True, False, True] and "等答复" in shown[1]
    assert "等答复" not in shown[0] + shown[2]
    assert chair.post(f"{room}/closing").status == 303
    shown = _invited(chair.get(called).text, 2)
    assert "没有答复" in shown and "等答复" not in shown
    draft = chair.get(f"{room}/minutes").words
    assert "听证参加人 李强，到会" in draft and "快递员小丁，到会" in draft
    assert "周明，没有答复" in draft and "丁一，没有答复" in draft
    assert draft.index("到场：") < draft.index("形式：") < draft.index("邀请：")
