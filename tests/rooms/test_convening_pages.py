"""Each form walked through by plain forms: convened, papers, invitations, a lot, answers, talks, minutes."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from deliberation.audit.models import entries_on
from deliberation.identity.models import Person
from deliberation.matters.models import Clock
from deliberation.matters.timing import breach_clock
from deliberation.rooms.convening_models import Convening, Invitation, Lot
from deliberation.rooms.models import Attendance, Room
from tests.rooms.halls import House, house_at


@pytest.fixture
def house(database_url, tmp_path):
    with house_at(database_url, tmp_path) as made:
        yield made


def local(**ahead: float) -> str:
    """A datetime-local value in Shanghai, some time from now."""
    return (datetime.now(UTC) + timedelta(hours=8) + timedelta(**ahead)).strftime("%Y-%m-%dT%H:%M")


def day(ahead: int) -> str:
    return (datetime.now(UTC) + timedelta(hours=8, days=ahead)).strftime("%Y-%m-%d")


def convene(house: House, form: str, *, by: str = "王秀英", **more: str) -> str:
    given = {"form": form, "title": "村道怎么修", "starts_at": local(days=3)} | more
    answer = house.browser(by).post(f"/matters/{house.matter_id}/convenings", **given)
    assert answer.status == 303, answer.words[:400]
    return answer.location


def rows(house: House, kind: type) -> list:
    with house.site.house.database.read() as session:
        return list(session.exec(select(kind).order_by(kind.id)))


def acts(house: House) -> list[str]:
    with house.site.house.database.read() as session:
        return [entry.act for entry in entries_on(session, f"matter/{house.matter_id}")]


def hurry(house: House, **values: object) -> None:
    """Move the hours of the newest convening, as if time had gone by."""

    def verb(session, _now) -> None:
        found = session.exec(select(Convening).order_by(Convening.id.desc())).first()
        for name, value in values.items():
            setattr(found, name, value)
        session.add(found)

    house.site.house.database.change(verb)


def test_the_forms_are_offered_with_their_sources_and_only_to_whoever_may(house: House):
    page = house.browser("王秀英").get(f"/matters/{house.matter_id}/convenings/new")
    for word in (
        "民主恳谈",
        "专家咨询",
        "书面征询",
        "走访约谈",
        "决策听证",
        "互联网+协商",
        "居民议事会",
        "重大行政决策",
    ):
        assert word in page.words
    refused = house.browser("赵敏").get(f"/matters/{house.matter_id}/convenings/new")
    assert "由主持人、承办人办理" in refused.words and "<form" not in refused.text.split("<main")[1].split("</main")[0]
    answer = house.browser("赵敏").post(
        f"/matters/{house.matter_id}/convenings", form="council", title="x", starts_at=local(days=1)
    )
    assert answer.status == 403 and rows(house, Convening) == []


@pytest.mark.parametrize(
    ("change", "field"),
    [({"form": "shouting"}, "选择"), ({"starts_at": local(days=-1)}, "过去"), ({"starts_at": "soon"}, "日期")],
)
def test_a_call_that_cannot_be_taken_says_why(house: House, change, field):
    given = {"form": "council", "title": "路", "starts_at": local(days=1)} | change
    answer = house.browser("王秀英").post(f"/matters/{house.matter_id}/convenings", **given)
    assert answer.status == 422 and field in answer.words and rows(house, Convening) == []


def test_a_hearing_may_not_ask_for_fewer_days_than_its_rule(house: House):
    given = {"form": "hearing", "title": "路", "starts_at": local(days=9), "papers_days": "6"}
    answer = house.browser("王秀英").post(f"/matters/{house.matter_id}/convenings", **given)
    assert answer.status == 422 and "至少要提前7日" in answer.words


def test_a_day_that_the_papers_cannot_keep_is_refused_with_the_earliest(house: House):
    address, chair = f"/matters/{house.matter_id}/convenings", house.browser("王秀英")
    given = {"form": "hearing", "title": "村道怎么修", "starts_at": local(days=3)}
    refused = chair.post(address, **given)
    assert refused.status == 422 and "材料要提前7日公开，最早" in refused.words and rows(house, Convening) == []
    assert "重大行政决策程序暂行条例" in refused.words and "村道怎么修" in refused.text
    chosen = {"form": "written_inquiry", "papers_days": "5"}
    assert "材料要提前5日公开，最早" in chair.post(address, **given | chosen).words
    assert chair.post(address, **given | {"starts_at": local(days=9)}).status == 303
    assert chair.post(address, **given | chosen | {"papers_days": "1"}).status == 303
    assert chair.post(address, **given | {"form": "visits", "papers_days": "9"}).status == 303


def test_a_day_before_the_notice_can_be_out_is_refused_with_the_earliest(database_url, tmp_path):
    with house_at(database_url, tmp_path, stage="notice", procedure="owners_special") as house:
        address, chair = f"/matters/{house.matter_id}/convenings", house.browser("王秀英")
        given = {"form": "council", "title": "路", "starts_at": local(days=3)}
        refused = chair.post(address, **given)
        assert refused.status == 422 and "日通知，今天全部送达，最早" in refused.words, refused.words[:600]
        assert rows(house, Convening) == []
        assert chair.post(address, **given | {"starts_at": local(days=20)}).status == 303


def test_what_has_begun_shows_when_and_not_the_day_that_was_planned(house: House):
    called = convene(house, "council", starts_at="2030-05-06T09:00")
    assert "5月6日" in house.browser("赵敏").get(called).words
    hurry(house, starts_at=datetime(2026, 11, 3, 1, tzinfo=UTC))
    house.open_room(convening="1")
    words = house.browser("赵敏").get(called).words
    assert "开始" in words and "11月3日" not in words
    assert re.search(r"\d+月\d+日 \S+ \d+:\d\d开始", words)


def test_a_hearing_waits_for_its_papers_and_seats_people_as_its_form_says(house: House):
    called = convene(house, "hearing", starts_at=local(days=9))
    chair = house.browser("王秀英")
    assert "还没有公开这些材料" in chair.get(called).words or "还没有到通知的时间，" in chair.get(called).words
    hurry(house, starts_at=datetime.now(UTC) - timedelta(minutes=1))
    refused = chair.post(f"/matters/{house.matter_id}/rooms", title="路", minutes="60", turn_minutes="5", turns_each="2", convening="1", vacant="yes")  # fmt: skip
    assert refused.status in (403, 409) and "决策草案" in refused.words and rows(house, Room) == []
    answer = chair.post(f"{called}/papers", paper="draft", subject="document/1")
    assert answer.status == 303, answer.words[:300]
    assert "最早" in chair.get(called).words  # seven whole days from today
    house.site.house.database.change(laid_long_ago)
    assert chair.post(f"{called}/invitations", name="李强", role="delegate").status == 303
    assert chair.post(f"{called}/invitations", name="快递员小丁", role="affected", guest="yes").status == 303
    opened = chair.post(f"/matters/{house.matter_id}/rooms", title="路", minutes="60", turn_minutes="5", turns_each="2", convening="1", vacant="yes")  # fmt: skip
    assert opened.status == 303, opened.words[:300]
    room = opened.location
    assert "决策听证" in chair.get(room).words and "听证参加人确认听证记录并签字" in chair.get(room).words

    member, neighbour = house.browser("李强"), house.browser("赵敏")
    assert member.post(f"{room}/turns").status == 303
    refused = neighbour.post(f"{room}/turns")  # of the community, not admitted: listens
    assert refused.status == 403 and rows(house, Attendance)[-1].capacity == "听证参加人"
    assert "按这次协商的形式不发言" in neighbour.get(room).words
    assert neighbour.post(f"{room}/attendance").status == 303
    assert rows(house, Attendance)[-1].capacity == "旁听" and not rows(house, Attendance)[-1].counts


def test_a_hearing_with_nobody_to_hear_is_opened_only_when_that_is_known(house: House):
    called, chair = convene(house, "hearing", starts_at=local(days=9)), house.browser("王秀英")
    assert chair.post(f"{called}/papers", paper="draft", subject="document/1").status == 303
    house.site.house.database.change(laid_long_ago)
    hurry(house, starts_at=datetime.now(UTC) - timedelta(minutes=1))
    address = f"/matters/{house.matter_id}/rooms"
    asked = chair.get(f"{address}/new?convening=1")
    assert "这种形式要有下面的人" in asked.words and 'name="vacant"' in asked.text
    given = {"title": "听听大家的", "minutes": "60", "turn_minutes": "5", "turns_each": "2", "convening": "1"}
    refused = chair.post(address, **given)
    assert refused.status == 422 and "还没有人担任：决策承办单位陈述人、听证参加人" in refused.words
    assert "听听大家的" in refused.text and rows(house, Room) == []
    assert chair.post(f"{called}/invitations", name="钱芳", role="presenter").status == 303
    assert "还没有人担任：听证参加人" in chair.post(address, **given).words
    assert chair.post(f"{called}/invitations", name="李强", role="delegate").status == 303
    assert 'name="vacant"' not in chair.get(f"{address}/new?convening=1").text
    assert chair.post(address, **given).status == 303


def test_whoever_knows_that_nobody_is_there_may_open_it(house: House):
    convene(house, "expert_advice", starts_at=local(minutes=5))
    chair = house.browser("王秀英")
    chair.post("/convenings/1/papers", paper="plan", subject="document/1")
    hurry(house, starts_at=datetime.now(UTC) - timedelta(minutes=1))
    given = {"title": "路", "minutes": "60", "turn_minutes": "5", "turns_each": "2", "convening": "1"}
    refused = chair.post(f"/matters/{house.matter_id}/rooms", **given)
    assert refused.status == 422 and "还没有人担任：专家" in refused.words
    assert chair.post(f"/matters/{house.matter_id}/rooms", **given, vacant="yes").status == 303


def laid_long_ago(session, _now) -> None:
    from deliberation.rooms.convening_models import LaidPaper

    for each in session.exec(select(LaidPaper)):
        each.at = datetime.now(UTC) - timedelta(days=9)
        session.add(each)


def test_a_guest_speaks_and_never_counts(house: House):
    called = convene(house, "council", starts_at=local(minutes=5))
    chair, clerk = house.browser("王秀英"), house.browser("林涛")
    answer = clerk.post(f"{called}/invitations", name="快递员小丁", role="affected", guest="yes", office="某快递")
    assert answer.status == 303, answer.words[:300]
    page = clerk.post("/invitations/1/link")
    link = re.search(r"https://testserver(/sign-in/[^?<]+)", page.text)[1]
    guest = house.site.visitor()
    assert guest.post(link, next=called).status == 303
    assert "请您以“其他利益相关方”的身份参加" in guest.get(called).words
    assert guest.post("/invitations/1/reply", reply="comes").status == 303
    hurry(house, starts_at=datetime.now(UTC) - timedelta(minutes=1))
    room = chair.post(f"/matters/{house.matter_id}/rooms", title="路", minutes="60", turn_minutes="2", turns_each="2", convening="1").location  # fmt: skip
    assert guest.post(f"{room}/turns").status == 303 and guest.post(f"{room}/statements", body="别挡车").status == 303
    page = chair.get(room)
    assert "其他利益相关方（某快递）" in page.words and "不计入测评" in page.words
    assert house.browser("李强").post(f"{room}/attendance").status == 303
    assert chair.post(f"{room}/gauges", question="行不行", options="行\n不行").status == 303
    assert guest.post("/gauges/1/marks", option="0").status == 403
    assert 'value="0" aria-pressed' not in guest.get(room).text
    assert "其中1人可以作答，0人作答" in chair.get(room).words  # 李强 alone: chair and guest are not asked
    person = next(one for one in rows(house, Person) if one.name == "快递员小丁")
    assert person.community_id == house.story.places.root
    # Elsewhere the guest is a stranger, and without the invitation so is this room's voice.
    assert house.browser("王秀英").post("/invitations/1/withdrawal", reason="换人").status == 303
    assert guest.post(f"{room}/statements", body="还有一句").status == 403


def test_only_guests_get_links_and_only_from_whoever_invites(house: House):
    called = convene(house, "council")
    chair = house.browser("王秀英")
    assert chair.post(f"{called}/invitations", name="李强", role="delegate").status == 303
    assert chair.post("/invitations/1/link").status == 403
    assert chair.post(f"{called}/invitations", name="丁工", role="expert", guest="yes").status == 303
    assert house.browser("李强").post("/invitations/2/link").status == 403
    assert chair.post(f"{called}/invitations", name="李强", role="expert").status == 409  # invited once already
    unknown = chair.post(f"{called}/invitations", name="没有这个人", role="expert")
    assert unknown.status == 422 and "不是本单位的人（例如部门来的人），请勾选“外来的人”" in unknown.words
    assert "请管理员先登记" not in unknown.words
    assert chair.post(f"{called}/invitations", name="赵敏", role="presenter").status == 403  # no role of this form


def test_a_department_owes_a_reply_and_its_silence_is_on_the_board(house: House):
    called = convene(house, "open_talk", starts_at=local(days=9))
    chair = house.browser("王秀英")
    without = chair.post(f"{called}/invitations", name="张科长", role="department", guest="yes", office="住建局")
    assert without.status == 422 and "答复期限" in without.words
    answer = chair.post(f"{called}/invitations", name="张科长", role="department", guest="yes", office="住建局", due_on=day(2))  # fmt: skip
    assert answer.status == 303, answer.words[:300]
    assert chair.post(f"{called}/invitations", name="李站长", role="department", guest="yes", office="供水站", due_on=day(2)).status == 303  # fmt: skip
    assert chair.post("/invitations/2/reply", reply="declines").status == 422
    assert chair.post("/invitations/2/reply", reply="declines", words="不属本站职责").status == 303

    def late(session, _now) -> None:
        past = datetime.now(UTC) - timedelta(hours=1)
        for each in (*session.exec(select(Invitation)), *session.exec(select(Clock))):
            each.due_at = past
            session.add(each)

    house.site.house.database.change(late)
    clock = next(one for one in rows(house, Clock) if one.subject == "invitation/1")
    house.site.house.database.change(lambda session, now: breach_clock(session, now, {"clock": clock.id}))
    assert "clock.breached" in acts(house)
    assert "逾期没有答复，已列入督办" in chair.get(called).words
    board = house.browser("周明").get(f"/communities/{house.village.id}/board")
    if board.status == 404:
        board = house.browser("周明").get("/board")
    assert "住建局" in board.words and "应邀答复" in board.words
    assert rows(house, Clock)[-1].stopped_at is not None and "供水站" in chair.get(called).words
    assert chair.post("/invitations/1/reply", reply="writes", words="已列入计划").status == 303
    assert "逾期答复" in chair.get(called).words


def test_a_written_inquiry_from_question_to_minutes(house: House):
    called = convene(house, "written_inquiry", body="同意拓宽吗？")
    chair, clerk, neighbour = (house.browser(name) for name in ("王秀英", "林涛", "赵敏"))
    assert neighbour.post(f"{called}/answers", body="同意").status == 403  # not begun
    chair.post(f"{called}/papers", paper="plan", subject="document/1")
    began = chair.post(f"{called}/beginning")
    assert began.status == 303, began.words[:300]
    assert neighbour.post(f"{called}/answers", body="同意，但要避开菜地。", position="conditional").status == 303
    assert neighbour.post(f"{called}/answers", body="想了想，同意。", position="for").status == 303
    assert clerk.post(f"{called}/answers", body="不同意，太吵。", position="against", name="李强").status == 303
    assert chair.post(f"{called}/invitations", name="丁工程师", role="expert", guest="yes").status == 303
    assert clerk.post(f"{called}/answers", body="先做排水。", name="丁工程师").status == 303
    assert "太吵" not in neighbour.get(called).words and "截止以后公开" in neighbour.get(called).words
    assert chair.post(f"{called}/closing").status == 403  # nobody finds the box shut before the day
    hurry(house, starts_at=datetime.now(UTC) - timedelta(minutes=1))
    assert neighbour.post(f"{called}/answers", body="再改").status == 409
    ended = chair.post(f"{called}/closing")
    assert ended.location == f"{called}/minutes"
    assert "赞成1条。赵敏：“想了想，同意。”" in chair.get(f"{called}/minutes").words
    assert "太吵" in neighbour.get(called).words and "代为录入" in neighbour.get(called).words
    draft = re.search(r'<textarea[^>]*name="body"[^>]*>\n(.*?)</textarea>', chair.follow(ended).text, re.DOTALL)[1]
    assert "书面答复截止：" in draft and "召集人：王秀英" in draft
    assert draft.index("要大家知道和回答的：同意拓宽吗？") < draft.index("书面答复：3份")
    assert "想了想，同意。" in draft and "避开菜地" not in draft and "【主要意见和理由】" in draft
    lacks = chair.post(f"{called}/minutes", title="书面征询纪要", body=draft, outcome="submit")
    assert lacks.status == 422 and "主要意见和理由" in lacks.words and "意见怎么处理" in lacks.words
    whole = draft.replace("【主要意见和理由】", "【主要意见和理由】多数同意，一人嫌吵。").replace(
        "【意见怎么处理】", "【意见怎么处理】提交会议决定。"
    )
    filed = chair.post(f"{called}/minutes", title="书面征询纪要", body=whole, outcome="submit")
    assert filed.status == 303, filed.words[:400]
    assert "书面征询纪要" in chair.follow(filed).words
    minutes = f"/minutes/{rows(house, Convening)[0].minutes_id}"
    wanted = {"passage": "想了想，同意。", "wording": "同意。", "reason": "这样就行", "edition": "1"}
    asked = neighbour.post(f"{minutes}/corrections", **wanted)
    assert asked.status == 422 and "这段话在纪要里有2处" in asked.words  # under the answer and among the opinions
    asked = neighbour.post(f"{minutes}/corrections", place="0", **wanted)
    assert asked.location == f"{minutes}#corrections", asked.words[:300]
    taken = clerk.post("/minutes-corrections/1/answer", do="accept", words="同意。", answer="")
    assert taken.status == 303 and "赵敏，赞成：“同意。”" in chair.get(minutes).words
    assert [one for one in acts(house) if one.startswith(("answer.", "convening."))] == [
        "convening.made", "convening.begun", *["answer.given"] * 4, "convening.closed",
    ]  # fmt: skip


def overdue(session, _now) -> None:
    """As if the day of every reply had passed an hour ago."""
    past = datetime.now(UTC) - timedelta(hours=1)
    for each in (*session.exec(select(Invitation)), *session.exec(select(Clock))):
        each.due_at = past
        session.add(each)


def called_upon(house: House, called: str, asks: str = "说明排水方案") -> None:
    given = {"name": "张科长", "role": "department", "guest": "yes", "office": "住建局", "due_on": day(2)}
    asked = house.browser("王秀英").post(f"{called}/invitations", **given, asks=asks)
    assert asked.status == 303, asked.words[:300]


@pytest.mark.parametrize("is_late", [False, True], ids=["in time", "late"])
def test_a_written_answer_is_the_reply_that_a_department_owed(house: House, is_late):
    called = convene(house, "written_inquiry", body="同意拓宽吗？")
    chair, clerk = house.browser("王秀英"), house.browser("林涛")
    chair.post(f"{called}/papers", paper="plan", subject="document/1")
    assert chair.post(f"{called}/beginning").status == 303
    called_upon(house, called)
    change = house.site.house.database.change
    clock = next(one for one in rows(house, Clock) if one.subject == "invitation/1")
    if is_late:
        change(overdue)
        assert "过时办结" not in house.browser("周明").get("/board").words
    assert clerk.post(f"{called}/answers", body="已列入计划。", name="张科长").status == 303
    assert ("过时办结" in house.browser("周明").get("/board").words) == is_late
    assert ("逾期答复" in chair.get(called).words) == is_late
    change(overdue)
    change(lambda session, now: breach_clock(session, now, {"clock": clock.id}))
    assert "clock.breached" not in acts(house)
    words = chair.get(called).words
    assert "已交书面答复" in words and "逾期没有答复" not in words and "等答复" not in words
    hurry(house, starts_at=datetime.now(UTC) - timedelta(minutes=1))
    draft = chair.follow(chair.post(f"{called}/closing")).words
    assert "邀请：部门代表 张科长（住建局），所请事项“说明排水方案”，书面答复" in draft


def test_coming_is_the_reply_too(house: House):
    called = convene(house, "council")
    called_upon(house, called, asks="")
    house.site.house.database.change(overdue)
    assert "逾期没有答复，已列入督办" in house.browser("王秀英").get(called).words
    hurry(house, starts_at=datetime.now(UTC) - timedelta(minutes=1))
    given = {"title": "路", "minutes": "60", "turn_minutes": "2", "turns_each": "2", "convening": "1"}
    room = house.browser("王秀英").post(f"/matters/{house.matter_id}/rooms", **given).location
    assert house.browser("林涛").post(f"{room}/hall", name="张科长", do="attend").status == 303
    assert next(one for one in rows(house, Clock) if one.subject == "invitation/1").stopped_at is not None
    words = house.browser("王秀英").get(called).words
    assert "到会" in words and "逾期没有答复" not in words


def test_one_form_waits_for_the_other_and_says_which_one_runs(house: House):
    asked = convene(house, "written_inquiry", body="同意拓宽吗？")
    called = convene(house, "visits", body="路灯够不够？")
    chair = house.browser("王秀英")
    chair.post(f"{asked}/papers", paper="plan", subject="document/1")
    assert chair.post(f"{asked}/beginning").status == 303
    refused = chair.post(f"{called}/beginning")
    for words in (chair.get(called).words, refused.words):
        assert "书面征询还没有结束" in words and "由主持人结束，再起草会议纪要" in words
        assert "不办理“打开协商室”" not in words
    assert refused.status == 403 and rows(house, Convening)[-1].begun_at is None

    def ended(session, now) -> None:
        found = session.get(Convening, 1)
        found.starts_at = now - timedelta(minutes=1)
        session.add(found)

    house.site.house.database.change(ended)
    assert chair.post(f"{asked}/closing").status == 303
    assert chair.post(f"{called}/beginning").status == 303
    refused = chair.post(
        f"/matters/{house.matter_id}/rooms", title="路", minutes="60", turn_minutes="2", turns_each="2"
    )
    assert refused.status == 403 and "走访约谈还没有结束" in refused.words


def test_what_was_called_waits_for_the_room_that_is_open_and_says_so(house: House):
    called = [convene(house, form) for form in ("council", "written_inquiry", "visits")]
    chair = house.browser("王秀英")
    chair.post(f"{called[1]}/papers", paper="plan", subject="document/1")
    house.open_room()
    for one in called:
        words = chair.get(one).words
        assert "协商室还没有关闭" in words and "由主持人结束协商" in words and "不办理" not in words


def test_nobody_is_called_together_on_what_is_decided(database_url, tmp_path):
    with house_at(database_url, tmp_path, stage="disclosure") as house:
        chair, address = house.browser("王秀英"), f"/matters/{house.matter_id}/convenings"
        assert "议题已经过了协商的环节" in chair.get(f"{address}/new").words
        refused = chair.post(address, form="council", title="路", starts_at=local(days=1))
        assert refused.status == 409 and "议题已经过了协商的环节" in refused.words


def test_visits_are_noted_one_by_one_and_kept_from_strangers(house: House):
    called = convene(house, "visits", body="晚上看得清吗？\n\n路灯够不够？")
    chair, member, neighbour = (house.browser(name) for name in ("王秀英", "李强", "赵敏"))
    assert chair.post(f"{called}/beginning").status == 303
    before = {"who": "赵敏", "held_at": local(hours=-1), "body": "担心雨天积水。"}
    refused = member.post(f"{called}/talks", **before)
    assert refused.status == 422 and "才开始，谈话时间不能在那以前" in refused.words and "积水" in refused.text
    hurry(house, begun_at=datetime.now(UTC) - timedelta(hours=2))
    note = {"who": "赵敏", "where": "她家", "held_at": local(hours=-1), "body": "担心雨天积水。"}
    assert member.post(f"{called}/talks", **note).status == 303
    assert member.post(f"{called}/talks", **note | {"who": "三组一户", "body": "同意。"}).status == 303
    assert neighbour.post(f"{called}/talks", **note).status == 403
    early = member.post(f"{called}/talks", **note | {"held_at": local(hours=2)})
    assert early.status == 422 and "还没有到" in early.words
    assert "积水" in chair.get(called).words and "积水" in house.browser("周明").get(called).words
    assert "积水" not in neighbour.get(called).words and "2次" in neighbour.get(called).words
    ended = chair.post(f"{called}/closing")
    draft = re.search(r'<textarea[^>]*name="body"[^>]*>\n(.*?)</textarea>', chair.follow(ended).text, re.DOTALL)[1]
    assert "积水" in draft and "赵敏" not in draft
    assert draft.index("路灯够不够？") < draft.index("走访约谈：2次") < draft.index("担心雨天")
    assert "召集人：王秀英\n走访人：李强\n" in draft and "计划谈完：" in draft
    assert "担心雨天积水" in draft.split("【主要意见和理由】")[1]
    short = chair.post(f"{called}/minutes", title="走访纪要", body=draft, explained="没有", outcome="")
    assert short.status == 422 and "缺项说明至少写4个字，现在是2个" in short.words
    filed = chair.post(f"{called}/minutes", title="走访纪要", body=draft, explained="意见少，已写在记录里", outcome="")
    assert filed.status == 303, filed.words[:300]
    minutes = f"/minutes/{rows(house, Convening)[0].minutes_id}"
    assert "协商去向：还要再协商，本环节不结束。" in chair.get(minutes).words
    dossier = house.browser("王秀英").get(f"/matters/{house.matter_id}").words
    assert "还没有形成会议纪要" not in dossier, dossier
    assert "缺项说明" in chair.get(minutes).words and "赵敏" not in house.browser("周明").get(minutes).words
    assert neighbour.get(minutes).links(f"{minutes}/corrections/new") and member.get(minutes).status == 200
    assert not house.browser("周明").get(minutes).links(f"{minutes}/corrections/new")


def test_a_room_opened_straight_away_is_a_residents_council(house: House):
    room = house.open_room()
    assert "居民议事会" in house.browser("赵敏").get(room).words
    assert "居民议事会" in house.browser("赵敏").get(f"/matters/{house.matter_id}").words


def test_a_called_off_consultation_keeps_its_reason(house: House):
    called = convene(house, "council")
    chair = house.browser("王秀英")
    assert chair.post(f"{called}/cancellation", reason="").status == 422
    assert chair.post(f"{called}/cancellation", reason="台风").status == 303
    assert "台风" in house.browser("赵敏").get(called).words
    assert chair.post(f"{called}/cancellation", reason="再来").status == 409


def test_a_lot_is_fixed_drawn_and_drawn_again_by_anybody(database_url, tmp_path):
    from tests.rooms.lot_again import redraw

    with house_at(database_url, tmp_path, signer="inside") as house:
        called = convene(house, "open_talk", starts_at=local(days=5))
        chair = house.browser("王秀英")
        households(house)
        secret = "63125412653216543216 当众掷的"
        given = {
            "base": "households",
            "strata": "none",
            "seats": "2",
            "substitutes": "2",
            "secret": secret,
            "announced": "",
        }
        assert chair.post(f"{called}/lots", **given | {"secret": "太短"}).status == 422
        assert chair.post(f"{called}/lots", **given | {"seats": "99"}).status == 422
        fixed = chair.post(f"{called}/lots", **given)
        assert fixed.status == 303, fixed.words[:300]
        assert secret not in chair.get("/lots/1").text
        assert chair.post(f"{called}/lots", **given).status == 409  # one list at a time
        early = chair.post("/lots/1/draw", secret=secret)
        assert early.status in (303, 409)
        if early.status == 409:
            house.site.house.signer.round()
            assert chair.post("/lots/1/draw", secret="别的口令别的口令别的口令别的口令别的口令").status == 422
            drawn = chair.post("/lots/1/draw", secret=secret)
            assert drawn.status == 303, drawn.words[:300]
        assert chair.post("/lots/1/draw", secret=secret).status == 409
        page = house.site.visitor().get("/lots/1")
        assert secret in page.words and "63125412653216543216" in page.words
        document = json.loads(house.site.visitor().get("/lots/1/document.json").text)
        found = {one["stratum"]: (one["drawn"], one["substitutes"]) for one in document["result"]}
        assert redraw(document) == found
        invited = rows(house, Invitation)
        assert len(invited) == 2 and {one.role for one in invited} == {"delegate"}
        one = invited[0]
        assert chair.post(f"/invitations/{one.id}/substitute").status == 403
        assert chair.post(f"/invitations/{one.id}/reply", reply="declines").status == 303
        assert chair.post(f"/invitations/{one.id}/substitute").status == 303
        assert rows(house, Invitation)[-1].ticket == found["全体"][1][0]
        assert chair.post(f"/invitations/{one.id}/substitute").status == 409  # one for one
        back = house.site.browser(one.person_id).post(f"/invitations/{one.id}/reply", reply="comes")
        assert back.status == 409 and "您的名额已经由候补补上" in back.words
        silent = chair.post(f"/invitations/{invited[1].id}/withdrawal")
        assert silent.status == 422 and "撤回邀请要写理由" in silent.words
        assert chair.post(f"/invitations/{invited[1].id}/withdrawal", reason="已经搬走").status == 303
        assert "理由：已经搬走" in chair.get(called).words
        assert "已经搬走" not in house.site.visitor().get(called).words
        check_command(house, tmp_path, document)
        check_minutes_say_so(house, called, document)


def check_minutes_say_so(house: House, called: str, document: dict) -> None:
    chair = house.browser("王秀英")
    chair.post(f"{called}/papers", paper="plan", subject="document/1")
    hurry(house, starts_at=datetime.now(UTC) - timedelta(minutes=1))
    room = house.open_room(convening=called.rsplit("/", 1)[1])
    with house.site.house.database.read() as session:
        drawn = session.get(Person, session.exec(select(Invitation.person_id).order_by(Invitation.id.desc())).first())
    house.site.browser(drawn.id).post(f"{room}/attendance")
    check_nobody_takes_the_place_of_who_can_appeal(house, room, drawn.id)
    chair.post(f"{room}/closing")
    words = chair.get(f"{room}/minutes").words
    size = len(document["tickets"])
    assert "抽签：第1次，" in words and f"从每户的代表中抽，{size}人中抽2人。" in words
    from tests.rooms.lot_again import seed_in

    seed = re.search(r"种子：([0-9a-f]{64})", words)[1]
    assert seed == seed_in(document)
    assert "抽中的人：推辞或者撤回2人，按次序请候补1人，到场1人。" in words
    assert re.search(r"抽中的第\d+号，邀请撤回。理由：已经搬走", words)


def check_nobody_takes_the_place_of_who_can_appeal(house: House, room: str, person: int) -> None:
    """Sent out of the running room, somebody drawn gets the seat back; the substitute waits for what becomes of it."""
    chair, clerk = house.browser("王秀英"), house.browser("林涛")
    number = rows(house, Invitation)[-1].id
    assert chair.post(f"/invitations/{number}/withdrawal", reason="吵闹").status == 303
    refused = chair.post(f"/invitations/{number}/substitute")
    assert refused.status == 403 and "还可以申诉，申诉后维持的才请候补" in refused.words
    assert clerk.post(f"{room}/attendance").status == 303
    assert clerk.post(f"{room}/appeals", intervention="1", body="没有吵闹").status == 303
    for one in {house.village["林涛"], person}:
        house.site.browser(one).post(f"{room}/hands", appeal="1", outcome="overturned")
    assert clerk.post(f"{room}/counts", appeal="1").status == 303
    assert rows(house, Invitation)[-1].holds


def check_command(house: House, folder, document: dict) -> None:
    from deliberation.__main__ import main

    path = folder / "document.json"
    path.write_text(json.dumps(document), "utf-8")
    assert main(["lot", str(path)]) == 0
    document["result"][0]["drawn"].reverse()
    path.write_text(json.dumps(document), "utf-8")
    assert main(["lot", str(path)]) == (1 if len(document["result"][0]["drawn"]) > 1 else 0)
    path.write_text("{}", "utf-8")
    assert main(["lot", str(path)]) == 2 and main(["lot", str(folder / "nowhere.json")]) == 2


def households(house: House) -> None:
    """Six households of the village, each with a representative."""
    from deliberation.assemblies.models import Household, Resident

    def verb(session, _now) -> None:
        for number, name in enumerate(("李强", "赵敏", "刘洋", "黄丽", "徐刚", "马超"), 1):
            home = Household(community_id=house.village.id, number=f"{number}号")
            session.add(home)
            session.flush()
            session.add(Resident(household_id=home.id, person_id=house.village[name], is_representative=True))

    house.site.house.database.change(verb)


def test_a_lot_given_up_stays_to_be_seen(house: House):
    called = convene(house, "open_talk", starts_at=local(days=5))
    chair = house.browser("王秀英")
    households(house)
    given = {
        "base": "households",
        "strata": "none",
        "seats": "2",
        "substitutes": "0",
        "secret": "一二三四五六七八九十一二三四五六七八九十",
    }
    assert chair.post(f"{called}/lots", **given).status == 303
    assert chair.post("/lots/1/draw", secret=given["secret"]).status == 409  # nothing is signed here
    assert chair.post("/lots/1/abandonment", reason="口令忘了").status == 303
    assert "口令忘了" in house.site.visitor().get("/lots/1").words and rows(house, Lot)[0].drawn_at is None
    assert chair.post(f"{called}/lots", **given).status == 303
    assert [one for one in acts(house) if one.startswith("lot.")] == ["lot.committed", "lot.abandoned", "lot.committed"]
