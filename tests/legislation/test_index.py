"""The index of opinions: any part of a word, letters of a reading, both scripts; what is the same and nearly so; faults."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlmodel import select

from deliberation.jobs import Job
from deliberation.legislation import following
from deliberation.legislation.desk_models import OpinionGroup
from deliberation.legislation.following import catch_up
from deliberation.legislation.index_models import OpinionsFollowed
from deliberation.legislation.opining import change_opinion
from deliberation.legislation.opinion_models import Opinion
from deliberation.legislation.opinion_rules import Said
from deliberation.legislation.word_rules import are_letters, fts5, pairs, sign_form, tsquery, words_asked
from tests.legislation.followed import Followed

READY = "建议把公示的时间从十日延长到二十日，在外打工的人才赶得回来看，不然等于没有公示。"


@pytest.fixture
def asking(database_url):
    made = Followed(database_url)
    yield made
    made.database.close()


def test_any_part_of_a_word_is_found_in_both_scripts_and_by_letters(asking: Followed) -> None:
    ramp, lift, latin, pair = asking.say(
        "单元门口要有无障碍坡道。", "電梯的費用由業主分攤", "用 WPS 填ＸＬＳＸ表，第3款", "障碍不是坡，道路"
    )
    asking.follow()
    for typed in ("无障碍坡道", "坡道", "wza", "WZAPD", "  坡道 单元 "):
        assert asking.find(typed) == [ramp], typed
    assert asking.find("障碍") == [pair, ramp] and asking.find("道") == [pair, ramp]
    assert asking.find("电梯") == asking.find("電梯") == asking.find("dtdfy") == [lift]
    assert asking.find("xlsx表") == asking.find("wps") == asking.find("第3款") == [latin]
    assert asking.find("坡道路") == asking.find("道坡") == [], "pairs that do not follow one another are no word"
    assert asking.find("电梯 坡道") == [] and asking.find("不少于十日") == [pair, latin, lift, ramp], (
        "the words they are on"
    )


@pytest.mark.parametrize("typed", ["AND", "坡道*", "a'b", "NEAR(", "道:*", "坡道 %_", "' \"ab"])
def test_words_are_found_whatever_signs_stand_around_them(asking: Followed, typed: str) -> None:
    [found] = asking.say("and near 坡道ab, ba")
    asking.follow()
    assert asking.find(typed) == [found]


@pytest.mark.parametrize(
    "typed", ["'", '"', "' OR 1=1 --", "🙂", "*", "(((", "\\", "坡道 NOT 电梯", "{坡道} : x", "^x"]
)
def test_what_is_typed_is_never_a_command(asking: Followed, typed: str) -> None:
    asking.say("坡道ab")
    asking.follow()
    assert asking.find(typed) == []
    assert not any(sign in word for word in words_asked(typed) for sign in "'\"*()\\:%_-^{}")


def test_the_newest_come_first_and_the_list_goes_on(asking: Followed) -> None:
    ids = asking.say(*(f"第{number}个人说坡道" for number in range(7)))
    asking.follow()
    first = asking.find("坡道", limit=3)
    assert first == ids[:-4:-1] and asking.find("坡道", limit=10, before=first[-1]) == ids[-4::-1]
    assert asking.find("坡道", where=[Opinion.number == 2]) == [ids[1]]


def test_the_same_and_nearly_the_same_have_one_head(asking: Followed, monkeypatch) -> None:
    monkeypatch.setattr(following, "CHUNK", 2)
    first, second, third, other, agree, again, elsewhere = asking.say(
        READY, "大家好！" + READY.replace("十日", "十天"), READY.replace("，", " "),
        "一层的住户受影响最大，补偿的标准应当写进条例，不能只由业主自己商量。", "同意", "同意。", "同意",
    )[:7]  # fmt: skip
    elsewhere = asking.say("同意", article="2", quote="")[0]
    asking.follow()
    heads = asking.heads()
    assert heads[second] == heads[third] == heads[first] == first
    assert heads[other] == other and heads[agree] == heads[again] == agree and heads[elsewhere] == elsewhere
    later = asking.say(READY + "请尽快。")[0]
    asking.follow()
    assert asking.heads()[later] == first, "those of an earlier chunk are remembered by the database"
    with asking.database.read() as session:
        done = session.get(OpinionsFollowed, asking.id)
        assert (done.upto, done.done, done.is_waiting) == (9, 9, False)


def test_what_was_changed_is_found_by_its_new_words_alone(asking: Followed) -> None:
    [one] = asking.say("坡道太陡")

    def change(session, now) -> None:
        found = session.get(Opinion, one)
        change_opinion(
            session,
            now,
            one=found,
            said=Said("edit", "电梯太小", ""),
            is_author=True,
            actor=asking.village.actor("赵敏"),
        )

    asking.follow()
    asking.change(change)
    asking.follow()
    assert asking.find("坡道") == [] and asking.find("电梯") == [one]


def test_a_change_before_the_index_came_by_is_indexed_once(asking: Followed) -> None:
    [one] = asking.say("坡道太陡")
    asking.change(
        lambda s, now: change_opinion(
            s,
            now,
            one=s.get(Opinion, one),
            said=Said("edit", "电梯太小", ""),
            is_author=True,
            actor=asking.village.actor("赵敏"),
        )
    )
    asking.follow()
    assert asking.find("坡道") == [] and asking.find("电梯") == [one]


def test_an_index_that_is_behind_catches_up(asking: Followed) -> None:
    """After a restore the rows of the index are gone, and no job is left."""
    [one] = asking.say("坡道太陡")
    asking.change(
        lambda s, _now: [s.delete(each) for each in [*s.exec(select(Job)), *s.exec(select(OpinionsFollowed))]]
    )
    asking.follow()
    assert asking.find("坡道") == []
    asking.change(catch_up)
    asking.follow()
    assert asking.find("坡道") == [one]
    asking.change(catch_up)
    with asking.database.read() as session:
        assert not session.exec(select(Job).where(Job.done_at == None)).all()  # noqa: E711 - a column


def test_a_restored_index_has_the_groups_that_were_decided_on(asking: Followed) -> None:
    """A backup has the decisions and not the index."""
    asking.say(READY, READY, "坡道太陡")
    asking.follow()
    group = (asking.id, 1)

    def restore(session, _now) -> None:
        session.get(OpinionGroup, group).settled = 2
        session.flush()
        for table in ("opinion_words", "opinion_form", "opinion_mark", "opinions_followed"):
            session.connection().execute(text(f"DELETE FROM {table}"))

    asking.change(restore)
    assert asking.find("坡道") == []
    asking.change(catch_up)
    asking.follow()
    assert asking.find("坡道") == [3] and asking.heads() == {1: 1, 2: 1, 3: 3}
    with asking.database.read() as session:
        found = session.get(OpinionGroup, group)
        assert (found.size, found.settled) == (2, 2)


def test_a_long_text_is_found_by_its_beginning(asking: Followed) -> None:
    [one] = asking.say("坡道" + "电梯和楼道" * 15_000)
    asking.follow()
    assert asking.find("坡道电梯") == [one] and asking.find("楼道电梯") == [one]


def test_queries_are_written_for_each_database() -> None:
    assert list(pairs("无障碍")) == ["无障", "障碍", "碍"] and list(pairs("")) == []
    assert words_asked("坡道  坡道 ＡＢ") == ["坡道", "ab"] and words_asked(" 。， ") == []
    assert are_letters("wza") and not are_letters("w") and not are_letters("w1") and not are_letters("坡道")
    assert fts5(["坡道", "道"], "q1") == 'scope : "q1" AND signs : "坡道" AND signs : "道" *'
    assert tsquery(["无障碍"], "q1") == "'q1' & ('无障' <-> '障碍')" and tsquery(["道"], "q1") == "'q1' & '道':*"
    assert sign_form("￥100·坡 道🙂") == "100\n坡道" and list(pairs("0\n坡道")) == ["0", "坡道", "道"]
