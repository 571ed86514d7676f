"""The hall, the projector and every form of a room, as people with and without JavaScript meet them."""

from __future__ import annotations

import re

import pytest
from sqlmodel import select

from deliberation.followers import SIGNED_OUT
from deliberation.matters.models import Matter
from deliberation.rooms.models import Room, rooms_of
from tests.rooms.halls import House, house_at


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def hidden(page, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes there, as a browser would send them."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', page.text, re.DOTALL)
    assert form, (action, page.words[:500])
    pairs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form[0])
    return {name: value for name, value in pairs if name != "token"}


def send(browser, room: str, action: str, **fields) -> None:
    """Find the form in the room, fill it and send it; it leads back to the room."""
    page = browser.get(room)
    answer = browser.post(action, **(hidden(page, action) | fields))
    assert answer.status == 303, answer.words[:400]


def test_a_whole_meeting_by_plain_forms(house: House):
    """Everything without JavaScript: each form is found on a page and leads back to one."""
    room = house.open_room()
    chair, member, clerk = house.browser("王秀英"), house.browser("李强"), house.browser("林涛")

    send(member, room, f"{room}/attendance")
    send(member, room, f"{room}/turns", position="for")
    page = chair.get(room)
    assert "请李强发言" in page.words and "1人等候" in page.words and "赞成" in page.words
    send(chair, room, "/turns/1/floor")
    assert "正轮到您发言" in member.get(room).words
    send(member, room, f"{room}/statements", body="早该修了，雨天摔过人。", position="for")
    send(clerk, room, f"{room}/statements", body="还要留排水沟。")
    send(chair, room, f"{room}/interventions", do="extend", reason="还没讲完")
    send(member, room, "/turns/1/end")
    page = chair.get(room)
    assert "早该修了" in page.words and "林涛代为记录" in page.words

    send(clerk, room, f"{room}/hall", name="赵敏", do="turn")
    send(chair, room, "/turns/2/floor")
    send(chair, room, "/turns/2/end")

    send(chair, room, f"{room}/gauges", question="拓宽到4.5米，行不行？", options="行\n不行\n再看看")
    send(member, room, "/gauges/1/marks", option="0")
    page = member.get(room)
    assert "只供参考，不是表决" in page.words and "1人作答" in page.words
    assert re.search(r'value="0" aria-pressed="true"', page.text)
    send(chair, room, "/gauges/1/closing")

    page = chair.get(room)
    answer = chair.post(f"{room}/closing", **hidden(page, f"{room}/closing"))
    assert answer.location == f"{room}/minutes"
    page = chair.follow(answer)
    draft = re.search(r'<textarea[^>]*name="body"[^>]*>\n(.*?)</textarea>', page.text, re.DOTALL)[1]
    assert "早该修了" in draft and "拓宽到4.5米" in draft and "赵敏" in draft
    assert "提交会议决定" in page.words and "组织实施" in page.words and "监督落实" in page.words
    assert "【主要意见和理由】\n赞成" in draft and "【意见怎么处理】\n没有人反对" in draft
    edited = {"title": "第1次协商会议纪要", "body": draft + "\n主持人补记：散会。", "outcome": "submit"}
    lacks = chair.post(f"{room}/minutes", **edited | {"body": draft.split("【主要意见和理由】")[0]})
    assert lacks.status == 422 and "主要意见和理由" in lacks.words
    answer = chair.post(f"{room}/minutes", **edited)
    assert answer.location == f"/matters/{house.matter_id}"
    dossier = chair.follow(answer)
    assert "第1次协商会议纪要" in dossier.words
    assert "会议纪要" in member.get(room).words


def test_two_people_see_each_other_without_reloading(house: House):
    """The socket brings to each what the other does."""
    room = house.open_room()
    chair, member = house.browser("王秀英"), house.browser("李强")
    with chair.listen(f"{room}/live", seen=10**6) as at_chair, member.listen(f"{room}/live", seen=10**6) as at_member:
        member.post(f"{room}/turns", position="against")
        assert "李强" in until(at_chair, 'id="queue"')
        chair.post("/turns/1/floor")
        assert "李强" in until(at_member, 'id="speaker"')
        member.post(f"{room}/statements", body="菜地<b>不能</b>动。", position="against")
        said = until(at_chair, "statement-1")
        assert '<hx-upsert hx-target="#said"' in said and "菜地&lt;b&gt;不能&lt;/b&gt;动。" in said
        chair.post(f"{room}/gauges", question="行不行？", options="行\n不行")
        assert "行不行？" in until(at_member, 'id="gauge-now"')
        member.post("/gauges/1/marks", option="1")
        until(at_chair, "1人作答")


def until(listening, words: str) -> str:
    for _ in range(12):
        message = listening.receive_text()
        if words in message:
            return message
    raise AssertionError(f"{words} was never heard")


def test_htmx_gets_the_persons_own_element(house: House):
    room = house.open_room()
    member = house.browser("李强")
    public = "没有登录的人也看得到您的姓名"
    assert public in member.get(room).words, "said before the first turn is asked for"
    answer = member.send(f"{room}/turns", {}, **{"hx-request": "true"})
    assert answer.location == f"{room}/mine"
    mine = member.fragment(answer.location)
    assert mine.text.lstrip().startswith('<div class="mine" id="mine"')
    assert "撤回申请" in mine.words and public not in mine.words
    refusal = member.send(f"{room}/turns", {}, **{"hx-request": "true"})
    assert refusal.status == 409 and "已经在等候发言" in refusal.words and "<html" not in refusal.text


def test_what_is_typed_comes_back_with_the_mistake(house: House):
    room = house.open_room()
    member = house.browser("李强")
    long = "路" * 2001
    answer = member.post(f"{room}/statements", body=long, position="for")
    assert answer.status == 422 and long in answer.text and "最多2000字" in answer.words
    answer = member.send(f"{room}/statements", {"body": long}, **{"hx-request": "true"})
    assert answer.status == 422 and answer.text.lstrip().startswith('<section class="composer__form" id="composer"')
    chair = house.browser("王秀英")
    answer = chair.post(f"{room}/gauges", question="怎么办", options="行")
    assert answer.status == 422 and "请写2到6个选项" in answer.words and "怎么办" in answer.text
    answer = house.browser("林涛").post(f"{room}/hall", name="没有这个人", do="turn")
    assert answer.status == 422 and "本单位没有登记这个人" in answer.words


def test_a_form_sent_twice_is_one_act(house: House):
    room = house.open_room()
    member = house.browser("李强")
    fields = hidden(member.get(room), f"{room}/turns")
    first, again = member.post(f"{room}/turns", **fields), member.post(f"{room}/turns", **fields)
    assert (first.status, again.status) == (303, 303)
    assert "1人等候" in member.get(room).words


def test_visitors_read_a_public_room_and_are_shown_the_way_in(house: House):
    room = house.open_room()
    visitor = house.site.visitor()
    page = visitor.get(room)
    assert page.status == 200 and "登录后发言" in page.words and "村道怎么修" in page.words
    assert visitor.post(f"{room}/turns").location.startswith("/sign-in")
    with visitor.listen(f"{room}/live", seen=10**6) as listening:
        house.browser("李强").post(f"{room}/turns")
        until(listening, 'id="queue"')


def test_people_of_another_village_listen_only(house: House):
    room = house.open_room()
    stranger = house.site.browser(house.story.places.other["李强"])
    page = stranger.get(room)
    assert "您在旁听" in page.words and "我要发言" not in page.words
    answer = stranger.post(f"{room}/turns")
    assert answer.status == 403 and "由记录员" in answer.words


def test_a_member_has_no_button_of_the_chairs(house: House):
    room = house.open_room()
    member = house.browser("李强")
    member.post(f"{room}/turns")
    page = member.get(room)
    for words in ("结束协商", "请李强发言", "开始意向测评", "替现场的人登记"):
        assert words not in page.words
    assert member.post("/turns/1/floor").status == 403
    assert member.post(f"{room}/closing").status == 403
    assert member.get(f"{room}/minutes").words.count("会议纪要由主持人或记录员形成") == 1


def test_what_is_not_there_is_404(house: House):
    member = house.browser("李强")
    for path in ("/rooms/99", "/rooms/x", "/rooms/99/mine", "/rooms/99/screen", "/rooms/99999999999"):
        assert member.get(path).status == 404, path


def test_the_projector_shows_speaker_gauge_and_a_code_and_no_control(house: House):
    room = house.open_room()
    house.browser("李强").post(f"{room}/turns", position="for")
    house.browser("王秀英").post("/turns/1/floor")
    page = house.site.visitor().get(f"{room}/screen")
    assert "李强" in page.words and f"testserver{room}" in page.words
    assert "<form" not in page.text and "<button" not in page.text
    assert 'class="qr"' in page.text and re.search(r'<path d="M\d', page.text)
    with house.site.visitor().listen(f"{room}/screen/live", seen=10**6) as listening:
        house.browser("王秀英").post("/turns/1/end")
        assert "请等主持人" in until(listening, 'id="wall"')


def test_opening_says_why_not_to_whoever_may_not(house: House):
    path = f"/matters/{house.matter_id}/rooms/new"
    assert "由主持人办理" in house.browser("李强").get(path).words
    page = house.browser("王秀英").get(path)
    assert "罗伯特议事规则" in page.words and 'value="2"' in page.text
    wrong = {"title": "", "minutes": "x", "turn_minutes": "99", "turns_each": "2"}
    answer = house.browser("王秀英").post(f"/matters/{house.matter_id}/rooms", **wrong)
    assert answer.status == 422 and "请填写1到30之间的整数" in answer.words


def test_other_limits_are_marked_as_a_local_setting(house: House):
    room = house.open_room(turn_minutes="5", turns_each="1")
    page = house.site.visitor().get(room)
    assert "每人每次5分钟" in page.words and "本地设置" in page.words


def test_numbers_and_dates_may_be_typed_full_width(house: House):
    wrong = {"title": "村道", "minutes": "一〇", "turn_minutes": "５", "turns_each": "１１"}
    answer = house.browser("王秀英").post(f"/matters/{house.matter_id}/rooms", **wrong)
    assert answer.status == 422 and "请填写1到30之间的整数" not in answer.words
    room = house.open_room(minutes="４０", turn_minutes="５", turns_each="１")
    assert "每人每次5分钟" in house.site.visitor().get(room).words


def test_the_list_shows_open_rooms_first(house: House):
    first = house.open_room()
    house.browser("王秀英").post(f"{first}/closing")
    second = house.open_room(title="再议一次")
    page = house.site.visitor().get("/rooms")
    assert page.text.index(f'href="{second}"') < page.text.index(f'href="{first}"')


def test_signing_out_elsewhere_ends_the_socket(house: House):
    room = house.open_room()
    member = house.browser("李强")
    with member.listen(f"{room}/live", seen=10**6) as listening:
        member.post("/sign-out")
        for _ in range(5):
            message = listening.receive()
            if message["type"] == "websocket.close":
                assert message["code"] == SIGNED_OUT
                return
    raise AssertionError("the socket stayed open")


def test_the_room_speaks_every_language(house: House):
    room = house.open_room()
    member = house.browser("李强")
    for locale, words in {"zh-Hant": "發言次序", "en": "Order of speaking", "zh-Hans": "发言次序"}.items():
        member.post("/preferences", locale=locale, back=room)
        page = member.get(room)
        assert page.status == 200 and words in page.words


def test_ones_own_open_room_is_listed_first_however_much_goes_on_elsewhere(house: House):
    """Six hundred newer public matters in another village, each with an open room; and a newer one at home."""
    address = house.open_room()
    elsewhere, stranger = house.story.places.other.id, house.story.places.other["王秀英"]

    def crowd(session, now):
        ours = session.get(Matter, house.matter_id)
        room = rooms_of(session, ours.id)[0]
        shared = ours.model_dump(exclude={"id", "community_id", "number", "staged_at"})
        for number in range(600):
            other = Matter(**shared, community_id=elsewhere, number=1000 + number, staged_at=now)
            session.add(other)
        session.flush()
        filler = room.model_dump(exclude={"id", "community_id", "matter_id"}) | {"chair_id": stranger}
        for matter in session.exec(select(Matter).where(Matter.community_id == elsewhere)).all():
            session.add(Room(**filler, community_id=elsewhere, matter_id=matter.id))
        session.add(Room(**(filler | {"number": 2}), community_id=ours.community_id, matter_id=ours.id))
        session.flush()

    house.site.house.database.change(crowd)
    for name in ("王秀英", "李强"):
        if name == "李强":
            send(house.browser(name), address, f"{address}/attendance")
        assert house.browser(name).get("/rooms").links(r"/rooms/\d+")[0] == address
    # Who has not come yet finds the rooms of the own village before all others.
    near = house.browser("赵敏").get("/rooms").links(r"/rooms/\d+")
    assert address in near[:2]
