"""Minutes say what happened; issuing them moves the dossier."""

from __future__ import annotations

from datetime import datetime

import pytest

from deliberation.audit.actions import Actor
from deliberation.communities.models import Community
from deliberation.matters.concerns import heard, respond
from deliberation.matters.models import Matter, documents_of
from deliberation.matters.planning import revise_plan
from deliberation.refusal import Refused
from deliberation.rooms import chairing
from deliberation.rooms.keeping_order import let_keep
from deliberation.rooms.map_models import map_named
from deliberation.rooms.mapping import open_map, release_map
from deliberation.rooms.minutes import Change, Mapped, Order, Show, Speech, draft, duration
from deliberation.rooms.minutes import Meeting as Held
from deliberation.rooms.minuting import meeting_of
from deliberation.rooms.models import room
from tests.rooms.meeting import CHAIR, CLERK, NEIGHBOUR, Meeting


def held(**more) -> Held:
    given = {
        "matter": "村道拓宽硬化", "agenda": "村道怎么修", "number": 1, "opened_at": datetime(2026, 11, 21, 19, 28),
        "closed_at": datetime(2026, 11, 21, 20, 5), "chair": CHAIR, "clerk": CLERK, "plan": "第2版", "rules": "每人2次",
    }  # fmt: skip
    return Held(**(given | more))


def test_the_draft_says_who_came_spoke_and_showed_what():
    speech = Speech(datetime(2026, 11, 21, 19, 31), "李强（代表）", "against", 112, words=(("要避开菜地。", CLERK),))
    silent = Speech(datetime(2026, 11, 21, 19, 40), "周明", seconds=45)
    written = Speech(datetime(2026, 11, 21, 19, 50), "赵敏（居民）", is_written=True, words=(("同意。", ""),))
    show = Show("这样修行不行？", (("行", 20), ("不行", 3)))
    text = draft(held(attended=("李强（代表）", "赵敏（居民）"), speeches=(speech, silent, written), shows=(show,)))
    assert text.splitlines() == [
        "议题：村道拓宽硬化",
        "议程：村道怎么修",
        "时间：2026年11月21日 星期六 19:28至20:05",
        "主持：王秀英　记录：林涛",
        "到场：2人。李强（代表）、赵敏（居民）",
        "方案：第2版",
        "规则：每人2次",
        "",
        "一、发言",
        "1. 19:31　李强（代表），反对，发言1分52秒。",
        "“要避开菜地。”（林涛代为记录）",
        "2. 19:40　周明，发言45秒。",
        "（没有文字记录）",
        "",
        "二、书面发言",
        "1. 19:50　赵敏（居民）。",
        "“同意。”",
        "",
        "三、意向测评（只供参考，不是表决）",
        "这样修行不行？　行20人，不行3人；共23人作答。",
    ]


def test_the_draft_says_what_became_of_the_plan_and_what_was_mapped():
    second = Change(datetime(2026, 11, 22, 9, 5), 2, "路面加宽", (("太窄", "李强"), ("避开菜地", "赵敏")))
    third = Change(datetime(2026, 11, 23, 9, 5), 3, "")
    map = Mapped("村道怎么修？", 31, ("先修排水",), ("外来车收费",))
    text = draft(held(changes=(second, third), maps=(map,)))
    assert text.split("无人发言。\n\n")[1].splitlines() == [
        "二、方案的改动",
        "第2版（11月22日 9:05）：路面加宽",
        "采纳李强的意见：“太窄”",
        "采纳赵敏的意见：“避开菜地”",
        "第3版（11月23日 9:05）",
        "",
        "三、意见图（只供参考，不是表决）",
        "村道怎么修？　31人表态。",
        "每一组都过半同意：先修排水",
        "有的组过半同意，有的组过半不同意：外来车收费",
    ]


def test_what_is_on_another_day_than_the_beginning_says_its_day():
    late = Speech(datetime(2027, 1, 19, 23, 50), "李强", seconds=60)
    later = Speech(datetime(2027, 1, 26, 0, 5), "赵敏", seconds=60)
    order = Order(datetime(2027, 1, 20, 8, 0), "主持人提醒李强守规则。")
    text = draft(
        held(
            opened_at=datetime(2027, 1, 19), closed_at=datetime(2027, 1, 26, 0, 15), speeches=(late, later),
            orders=(order,),
        )
    )  # fmt: skip
    assert "时间：2027年1月19日 星期二 0:00至1月26日 0:15" in text
    assert "1. 23:50　李强" in text and "2. 1月26日 0:05　赵敏" in text and "1. 1月20日 8:00　主持人提醒" in text
    night = draft(held(opened_at=datetime(2026, 12, 31, 23, 0), closed_at=datetime(2027, 1, 1, 0, 30)))
    assert "12月31日 星期四 23:00至2027年1月1日 0:30" in night


def test_the_head_says_when_and_who_before_anything_else_and_the_article_stands_before_the_speeches():
    said = ("《村规条例（草案）》一审稿第四条", "村民应当爱护公物。")
    text = draft(held(attended=("李强（代表）", "丁一（专家）"), uncounted=("专家",), article=said))
    lines = text.splitlines()
    assert [line[:2] for line in lines[:7]] == ["议题", "议程", "时间", "主持", "到场", "其中", "方案"]
    assert lines[5] == "其中不计入测评的：1人（专家）"
    assert "一、议的条文\n《村规条例（草案）》一审稿第四条\n村民应当爱护公物。\n\n二、发言" in text


def test_an_empty_meeting_is_minuted_as_empty():
    text = draft(held())
    assert "到场：0人" in text and "无人发言。" in text and "测评" not in text


def test_durations_are_said_in_minutes_and_seconds():
    assert [duration(n) for n in (0, 9, 60, 112, 3605)] == ["0秒", "9秒", "1分00秒", "1分52秒", "60分05秒"]


@pytest.fixture
def meeting(database_url):
    made = Meeting(database_url)
    yield made
    made.database.close()


def drafted(meeting: Meeting) -> str:
    def question(session):
        here = room(session, meeting.room_id)
        return draft(meeting_of(session, here, session.get(Community, here.community_id), meeting.story.now))

    return meeting.look(question)


def test_minutes_are_drafted_from_what_happened(meeting):
    meeting.come_in(NEIGHBOUR)
    turn_id = meeting.ask("李强", position="for")
    meeting.give(turn_id)
    meeting.note(turn_id, "早该修了。")
    meeting.end(turn_id, after=100)
    meeting.say(NEIGHBOUR, "别占菜地。", "conditional")
    gauge_id = meeting.gauge()
    for name, option in (("李强", 0), (NEIGHBOUR, 0), (CLERK, 1)):
        meeting.mark(name, gauge_id, option)
    meeting.close()
    assert "行不行？　3人作答，主持人没有公布结果。" in drafted(meeting)
    meeting.release(gauge_id)
    text = drafted(meeting)
    assert "王秀英" in text and "赵敏（村民）" in text
    assert "赞成，发言1分45秒。\n“早该修了。”（林涛代为记录）" in text
    assert "赵敏（村民），有条件。\n“别占菜地。”" in text
    assert "行2人，不行1人；共3人作答。" in text
    assert "没有方案文本" in text


def test_the_clerk_at_the_desk_stands_in_the_minutes(meeting):
    assert "主持：王秀英\n" in drafted(meeting), "whoever holds the office and was not there is not named"
    meeting.register(NEIGHBOUR)
    assert "主持：王秀英　记录：林涛\n" in drafted(meeting)


def test_who_holds_the_office_and_came_is_named_without_having_done_anything(meeting):
    meeting.come_in(CLERK)
    assert "主持：王秀英　记录：林涛\n" in drafted(meeting)


def test_the_minutes_say_when_the_clerk_kept_the_order_no_longer_and_again(meeting):
    for is_let in (False, True):
        meeting.do(
            CHAIR,
            lambda session, now, here, part, is_let=is_let: let_keep(session, now, room=here, is_let=is_let, part=part),
        )
    meeting.close()
    order = drafted(meeting).split("会场秩序\n")[1]
    ended, begun = order.splitlines()[:2]
    assert ended.startswith("1. ") and ended.endswith("主持人不再让记录员代主持掌握次序。")
    assert begun.startswith("2. ") and begun.endswith("主持人让记录员代主持掌握次序。")


def test_the_minutes_carry_each_intervention_with_its_reason_and_what_became_of_it(meeting):
    for name in ("李强", "黄丽"):
        meeting.come_in(name)
    turn_id = meeting.ask("李强", position="for")
    meeting.give(turn_id)
    said = meeting.say("李强", "他家的人都这样。", "for")
    point = meeting.ask("黄丽", kind="point")
    meeting.give(point)
    meeting.rule(point)
    cut = meeting.intervene(chairing.cut_turn, turn_id, reason="评论邻居")
    meeting.hide(said, "评论邻居家")
    appeal = meeting.appeal("李强", cut, "我只讲了一句")
    meeting.hand("李强", appeal)
    meeting.hand("黄丽", appeal, overturns=False)
    meeting.settle(appeal)
    meeting.come_in("周明")
    meeting.hand_over("周明", reason="要发言")
    meeting.close(by="周明")
    text = drafted(meeting)
    assert "他家的人" not in text and "理由见会议纪要的会场秩序" in text
    assert "黄丽（代表），提程序动议5秒。" in text
    *order, counted = text.split("二、会场秩序\n")[1].splitlines()
    assert counted.startswith("隐藏1条发言，撤回0条发言；原话存留")
    assert [line.split("　", 1)[1] for line in order] == [
        "主持人裁定黄丽的程序动议成立。理由：请对着议题讲",
        "主持人中止李强的发言。理由：评论邻居",
        "主持人隐藏李强的一条发言。理由：评论邻居家",
        "李强对主持人的处置申诉：我只讲了一句",
        "申诉的决定：维持主持人的处置。举手：维持1，改变1。",
        "王秀英把主持移交给周明。理由：要发言",
    ]
    assert "主持：王秀英（" in text and "起由周明主持）" in text
    assert "对主持人的处置可以申诉，到场的人举手" in text


def test_a_position_named_only_in_a_later_statement_of_the_turn_is_in_the_minutes(meeting):
    turn_id = meeting.ask("李强")
    meeting.give(turn_id)
    meeting.say("李强", "先说路线。")
    meeting.say("李强", "总的我赞成。", "for")
    meeting.end(turn_id, after=100)
    meeting.close()
    assert "李强，赞成，发言" in drafted(meeting)


def test_minutes_with_an_exit_close_the_step(meeting):
    meeting.close()
    document_id = meeting.file("讨论了村道。", "submit")
    assert meeting.story.stage == "resolution"
    assert meeting.room.minutes_id == document_id
    documents = meeting.look(lambda session: documents_of(session, meeting.story.matter_id))
    made = next(each for each in documents if each.id == document_id)
    assert (made.kind, made.outcome, made.body) == ("minutes", "submit", "讨论了村道。\n\n协商去向：提交会议决定。\n")
    assert made.facts["room"] == meeting.room_id
    assert "minutes.drafted" in meeting.acts()


def test_another_round_stands_in_the_minutes_too_and_whoever_chose_nothing_says_nothing(meeting):
    meeting.close()
    document_id = meeting.file("讨论了村道。")
    documents = meeting.look(lambda session: documents_of(session, meeting.story.matter_id))
    body = next(each.body for each in documents if each.id == document_id)
    assert body == "讨论了村道。\n\n协商去向：还要再协商，本环节不结束。\n"
    assert meeting.story.stage == "consultation"


def test_minutes_that_the_clerk_issues_say_no_exit_as_the_clerk_chooses_none(meeting):
    meeting.close()
    document_id = meeting.file("讨论了村道。", by=CLERK)
    documents = meeting.look(lambda session: documents_of(session, meeting.story.matter_id))
    assert next(each.body for each in documents if each.id == document_id) == "讨论了村道。"


@pytest.mark.parametrize(("outcome", "stage"), [("carry_out", "disclosure"), ("oversee", "disclosure")])
def test_every_exit_leads_where_the_procedure_says(meeting, outcome, stage):
    meeting.close()
    meeting.file(outcome=outcome)
    assert meeting.story.stage == stage


def test_minutes_without_an_exit_leave_the_step_open_for_another_meeting(meeting):
    meeting.close()
    meeting.file()
    assert meeting.story.stage == "consultation"
    with pytest.raises(Refused):
        meeting.file()


def test_the_clerk_drafts_but_does_not_choose_the_exit(meeting):
    meeting.close()
    with pytest.raises(Refused):
        meeting.file(outcome="submit", by=CLERK)
    assert meeting.room.minutes_id is None
    meeting.file(by=CLERK)
    assert meeting.story.stage == "consultation"


def test_nobody_else_writes_minutes(meeting):
    meeting.close()
    for who in ("李强", NEIGHBOUR, "周明"):
        with pytest.raises(Refused):
            meeting.file(by=who)


def test_no_minutes_of_an_open_room(meeting):
    with pytest.raises(Refused):
        meeting.file()


def test_a_version_made_after_the_meeting_stands_in_the_minutes_with_the_concerns_it_took_up(meeting):
    meeting.say("李强", "路面太窄", "against")
    meeting.say(NEIGHBOUR, "路灯谁交电费？", "question")
    meeting.close()

    def revise(session, now):
        matter, chair = session.get(Matter, meeting.story.matter_id), Actor("chair", meeting.village[CHAIR])
        made = revise_plan(session, now, matter=matter, body="路面加宽到4米。", note="加宽", actor=chair)
        first = heard(session, matter.id)[0].concern
        respond(session, now, matter=matter, concern_ids=[first.id], reason="加宽", actor=chair, plan=made)

    meeting.database.change(revise)
    said = drafted(meeting).split("方案的改动\n")[1].splitlines()
    assert said[0].startswith("第1版（") and said[0].endswith("：加宽")
    assert said[1] == "采纳李强的意见：“路面太窄”" and "路灯" not in "".join(said[1:3])


def test_only_a_map_that_was_released_stands_in_the_minutes(meeting):
    def ask(session, now):
        matter, chair = session.get(Matter, meeting.story.matter_id), Actor("chair", meeting.village[CHAIR])
        return open_map(
            session, now, matter=matter, question="怎么修？", first=["先修排水", "先修路灯"], actor=chair
        ).id

    map_id = meeting.database.change(ask)
    assert "意见图" not in drafted(meeting)
    chair = Actor("chair", meeting.village[CHAIR])
    meeting.database.change(lambda session, now: release_map(session, now, map=map_named(session, map_id), actor=chair))
    assert "怎么修？　0人表态。" in drafted(meeting)
